/*
 * kinds - rules that no schema states: metadata, and the hand-written ones of built-in
 * kinds
 *
 * Layer: kube/validate. Private: kinds.c, metadata.c, validate.c. Source: Kubernetes
 * pkg/apis/.../validation.
 */
#ifndef FORGE_KUBE_VALIDATE_KINDS_H
#define FORGE_KUBE_VALIDATE_KINDS_H

#include "kube/field_error.h"
#include "kube/kind.h"
#include "kube/schema/schemas.h"

/* Names, labels, annotations, owner references, finalizers. */
void validate_metadata(const struct kind *kind, const struct node *object, const struct node *old,
		       struct field_errors *errors);

/* The rules of the object's kind, and on update its immutable fields. */
void validate_kind(const struct schemas *schemas, const struct kind *kind,
		   const struct node *object, const struct node *old, struct field_errors *errors);

#endif
