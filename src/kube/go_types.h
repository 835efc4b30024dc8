/*
 * go_types - the fields of a pod template, in the order in which Go has them
 *
 * Layer: kube. Private: go_types.c, template_hash.c. OpenAPI documents do not know this order.
 */
#ifndef FORGE_KUBE_GO_TYPES_H
#define FORGE_KUBE_GO_TYPES_H

#include "base/str.h"

/*
 * "Name=key:type" of each field, with blanks between. The key in JSON is the name with a small
 * first letter when it is left out; when it is empty, the keys of the field stand in the object
 * that holds it. Types that are not listed are texts, numbers and booleans.
 */
struct str go_type_fields(struct str type);

#endif
