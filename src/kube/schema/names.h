/*
 * names - the built-in types under the names that OpenAPI documents give them
 *
 * Layer: kube/schema. Private: names.c, schemas_overlay.c. The frozen tables know types by the
 * kinds that hold them; users' documents refer to io.k8s.api.core.v1.PodTemplateSpec.
 */
#ifndef FORGE_KUBE_SCHEMA_NAMES_H
#define FORGE_KUBE_SCHEMA_NAMES_H

#include "base/map.h"
#include "kube/schema/schemas.h"

/* Adds name → index + 1 of the types that other types embed. */
void schema_names_list(const struct schemas *schemas, struct arena *arena, struct map *ret);

#endif
