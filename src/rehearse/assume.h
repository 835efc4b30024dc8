/*
 * assume - kinds whose CRD may come from an assumed Helm chart or source
 *
 * Layer: rehearse. A repository that installs operators by Helm has objects whose CRDs are in
 * charts that are not played. Such objects are taken as they are, and listed.
 */
#ifndef FORGE_REHEARSE_ASSUME_H
#define FORGE_REHEARSE_ASSUME_H

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

#endif
