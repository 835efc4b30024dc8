/* smp - strategic merge patch */
#include "kube/smp/smp.h"

#include "base/arena.h"
#include "kube/smp/inside.h"

int smp_apply(struct arena *arena, const struct node *target, const struct node *patch,
	      const struct smp_options *options, const struct node **ret, struct error *err)
{
	struct smp s = { arena, options, err };

	if (!node_is_map(patch))
		return error_set(err, ERROR_INPUT, patch ? patch->position : ERROR_NO_POSITION,
				 "a strategic merge patch must be a map");
	if (options->flags & SMP_KUSTOMIZE)
		return smp_apply_kustomize(&s, options->schema, target, patch, ret);
	return smp_apply_server(&s, options->schema, target, patch, ret);
}
