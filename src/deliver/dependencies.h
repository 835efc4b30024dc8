/*
 * dependencies - circles of dependsOn among Kustomizations
 *
 * Layer: deliver. Private: kustomization.c, dependencies.c.
 */
#ifndef FORGE_DELIVER_DEPENDENCIES_H
#define FORGE_DELIVER_DEPENDENCIES_H

#include <stdbool.h>

struct objects;

/* Whether some of these Kustomizations wait for each other. O(objects and their dependencies). */
bool dependencies_run_in_circle(const struct objects *kustomizations);

#endif
