/* reconcilers - the list of the Flux reconcilers of simulated kinds */
#include "deliver/deliver.h"

const struct reconciler *const deliver_reconcilers[] = {
	&gitrepository_reconciler,
	&artifactgenerator_reconciler,
	&kustomization_reconciler,
	NULL,
};
