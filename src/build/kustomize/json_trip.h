/*
 * json_trip - what becomes of nodes that kustomize sends through JSON and back
 *
 * Layer: build/kustomize. Private: layer_patch.c, json_trip.c. Both return the node itself
 * when nothing changes, and keep places and origins. O(nodes).
 */
#ifndef FORGE_BUILD_KUSTOMIZE_JSON_TRIP_H
#define FORGE_BUILD_KUSTOMIZE_JSON_TRIP_H

#include "doc/tree.h"

/* As YAMLToJSON has it: keys that are numbers or booleans are texts. NULL: a key has no text, or n
 * is NULL. Source: sigs.k8s.io/yaml, convertToJSONableObject. */
const struct node *json_texts_of_keys(struct arena *arena, const struct node *n);

/* As an object is after a JSON patch: all numbers are doubles in the spelling of Go, 1 for 1.0 and
 * 9.007199254740992e+15 for 9007199254740993; a timestamp is a text. Source: kustomize 5.7.1,
 * RNode.MarshalJSON and UnmarshalJSON. */
const struct node *json_reread(struct arena *arena, const struct node *n);

#endif
