/*
 * validate - checks an object against its type
 *
 * Layer: kube/validate. Structural validation against the schema tables (types, required, enums,
 * patterns, bounds, formats, list keys), metadata rules, and the hand-written rules of built-in
 * kinds that no schema states (Kubernetes pkg/apis/.../validation). CEL rules are lang/cel's.
 */
#ifndef FORGE_KUBE_VALIDATE_VALIDATE_H
#define FORGE_KUBE_VALIDATE_VALIDATE_H

#include "kube/field_error.h"
#include "kube/schema/schemas.h"

/* Types, bounds, metadata, hand-written rules. old is the stored object on update, else NULL: then
 * immutable fields are compared, too. The object has been defaulted. */
void validate_object(const struct schemas *schemas, const struct node *object,
		     const struct node *old, struct field_errors *errors);

/* What is missing of a built-in kind by `required` of its schema alone, as kubeconform looks at it;
 * the API server checks that by hand. Nothing for custom kinds: validate_object does it. */
void validate_required(const struct schemas *schemas, const struct node *object,
		       struct field_errors *errors);

#endif
