/*
 * validate - is this object what its type allows?
 *
 * Layer: kube. Structural validation against the schema tables (types, required, enums, patterns,
 * bounds, formats, list keys), metadata rules, and the hand-written rules of built-in kinds that no
 * schema states (check.md sections 2 and 3). CEL rules are lang/cel's.
 */
#ifndef FORGE_KUBE_VALIDATE_H
#define FORGE_KUBE_VALIDATE_H

#include "kube/field_error.h"
#include "kube/schemas.h"

/* Every unknown field ("FIELD_UNKNOWN", path as the API server prints it) of the document. */
void validate_unknown_fields(const struct schemas *schemas, const struct node *object,
			     struct field_errors *errors);

/* Types, bounds, metadata, hand-written rules. old is the stored object on update, else NULL: then
 * immutable fields are compared, too. The object has been defaulted. */
void validate_object(const struct schemas *schemas, const struct node *object,
		     const struct node *old, struct field_errors *errors);

/* What is missing of a built-in kind by `required` of its schema alone, as kubeconform looks at it;
 * the API server checks that by hand. Nothing for custom kinds: validate_object does it. */
void validate_required(const struct schemas *schemas, const struct node *object,
		       struct field_errors *errors);

/* As the API server decodes an object: without fields that the schema does not know (built-in:
 * dropped; custom: pruned), without nulls of fields that are not nullable; in built-in kinds a null
 * in a map of texts is "". Quantities in canonical form. The same node when there is nothing to
 * change. */
const struct node *validate_prune(const struct schemas *schemas, struct arena *arena,
				  const struct node *object);

/* As the API server writes an object that it has defaulted and validated: built-in kinds without
 * empty lists and maps that are not required. Before that they count: no policies are not the
 * default ones. */
const struct node *validate_omit_empty(const struct schemas *schemas, struct arena *arena,
				       const struct node *object);

/* The nearest property name to `name` in that type, or absent. */
struct str validate_suggest(struct schema s, struct str name);

#endif
