/*
 * fields - which fields a kustomization and the objects in it have, and of which type
 *
 * Layer: build/kustomize. Private: fields.c, layer_file.c, layer_plugins.c, plugins.c,
 * src/build/localize.c. Names count in any case, as Go's JSON reader takes them; of equal keys the
 * last wins; null is as if absent.
 * One table per type gives names, types and the proposal for a misspelt name.
 */
#ifndef FORGE_BUILD_KUSTOMIZE_FIELDS_H
#define FORGE_BUILD_KUSTOMIZE_FIELDS_H

#include "build/kustomize/layer.h"

enum fields_table {
	FIELDS_KUSTOMIZATION,
	FIELDS_REPLACEMENT, /* in a file that `replacements` names */
	FIELDS_TRANSFORMER, /* of all built-in ones together */
	FIELDS_GENERATOR,
};

/*
 * The map with its fields' names as the tables spell them. Strict: an unknown field or a value of
 * another type is an error; otherwise the field is left out, the value
 * stays.
 */
MUST_USE int fields_read(struct builder *b, enum fields_table table, const struct node *map,
			 bool strict, const struct node **ret);

/*
 * A kustomization that was read strictly, as Go's JSON writer has it: without fields that are empty
 * (`omitempty`), but with objects that have nothing left.
 */
const struct node *fields_written(struct builder *b, const struct node *kustomization);

#endif
