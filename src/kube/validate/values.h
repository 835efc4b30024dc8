/*
 * values - keywords about one value: enum, pattern, bounds, lengths, formats
 *
 * Layer: kube/validate. Private: formats.c, validate.c, values.c.
 */
#ifndef FORGE_KUBE_VALIDATE_VALUES_H
#define FORGE_KUBE_VALIDATE_VALUES_H

#include "kube/field_error.h"
#include "kube/schema/schemas.h"

/* fits: the value has the schema's type; without it only enum is looked at. */
/* Whether a text has the format, which is named as in a schema; an unknown format holds always. */
bool validate_format(struct str format, struct str text);

void validate_values(struct schema s, const struct node *n, bool fits, struct str path,
		     struct field_errors *errors);

#endif
