/*
 * prune - decoding and encoding by schema: unknown fields, nulls, quantities; what is empty
 *
 * Layer: kube/schema. What is left of an object when it is read as its type, and when it is
 * written; which of its fields the type does not know.
 */
#ifndef FORGE_KUBE_SCHEMA_PRUNE_H
#define FORGE_KUBE_SCHEMA_PRUNE_H

#include "kube/field_error.h"
#include "kube/schema/schemas.h"

/* Every unknown field ("FIELD_UNKNOWN", path as the API server prints it) of the document. */
void prune_unknown_fields(const struct schemas *schemas, const struct node *object,
			  struct field_errors *errors);

/* As the API server decodes an object: without fields that the schema does not know (built-in:
 * dropped; custom: pruned), without nulls of fields that are not nullable; in built-in kinds a null
 * in a map of texts is "". Quantities in canonical form. The same node when there is nothing to
 * change. */
const struct node *prune_object(const struct schemas *schemas, struct arena *arena,
				const struct node *object);

/* As the API server writes an object that it has defaulted and validated: built-in kinds without
 * empty lists and maps that are not required. Before that they count: no policies are not the
 * default ones. */
const struct node *prune_empty(const struct schemas *schemas, struct arena *arena,
			       const struct node *object);

/* The nearest property name to `name` in that type, or absent. */
struct str prune_suggest(struct schema s, struct str name);

#endif
