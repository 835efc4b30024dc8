/*
 * validate_values - keywords about one value: enum, pattern, bounds, lengths, formats
 *
 * Layer: kube, private to validate.c.
 */
#ifndef FORGE_KUBE_VALIDATE_VALUES_H
#define FORGE_KUBE_VALIDATE_VALUES_H

#include "kube/field_error.h"
#include "kube/schemas.h"

void validate_values(struct schema s, const struct node *n, struct str path,
		     struct field_errors *errors);

#endif
