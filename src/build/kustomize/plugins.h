/*
 * plugins - built-in transformers and generators that have no field in a kustomization
 *
 * Layer: build/kustomize. Private: layer_plugins.c, plugins.c. Each takes its configuration, its
 * fields read by the tables.
 */
#ifndef FORGE_BUILD_KUSTOMIZE_PLUGINS_H
#define FORGE_BUILD_KUSTOMIZE_PLUGINS_H

#include "build/kustomize/layer.h"

/* Writes one value into fields of chosen objects, whole or as a part of a file path there. */
MUST_USE int plugin_value_add(struct layer *l, const struct node *config);

/* A ServiceAccount that is bound to an account of a cloud. */
MUST_USE int plugin_iam_policy(struct layer *l, const struct node *config);

#endif
