/*
 * assume - kinds whose CRD may come from an assumed Helm chart or source
 *
 * Layer: rehearse. A repository that installs operators by Helm has objects whose CRDs are in
 * charts that are not played. Such objects are taken as they are, and listed.
 */
#ifndef FORGE_REHEARSE_ASSUME_H
#define FORGE_REHEARSE_ASSUME_H

#include "kube/object.h"

struct assumed;
struct docset;
struct revision;
struct schemas;

/*
 * When the revision installs anything that is assumed (a HelmRelease, another source), every kind
 * in its files that has no CRD is added to the cluster's kinds without a schema, and listed.
 */
void assume_kinds(struct schemas *schemas, struct docset *set, const struct revision *revision,
		  struct assumed *assumed);

/*
 * Takes back what is assumed of a kind of the tables whose CRD nobody brings: its schema refuses an
 * object of the first revision, which runs. From now on it takes everything, and is listed. False
 * when the kind has a CRD, or is one that is played.
 */
bool assume_without_schema(struct schemas *schemas, struct gvk gvk, struct assumed *assumed);

/*
 * Feature gates that the first revision needs are open, for it runs: looks at why an object was
 * refused. False when no gate is the reason.
 */
bool assume_gate(struct schemas *schemas, const struct node *object, struct str refusal,
		 struct assumed *assumed);

#endif
