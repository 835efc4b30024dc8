/*
 * element - the steps of a path of fields: "f:spec", k:{"name":"x"}, v:"a"
 *
 * Layer: kube/ssa. Private: its folder. An element is its FieldsV1 text. They are ordered as
 * structured-merge-diff's fieldpath orders them: fields, then keys, then values, numbers by value.
 */
#ifndef FORGE_KUBE_SSA_ELEMENT_H
#define FORGE_KUBE_SSA_ELEMENT_H

#include "base/buf.h"
#include "kube/schema/schemas.h"

/* The element "." says that what holds it is a member itself. */
#define ELEMENT_SELF STR(".")

struct str ssa_element_of_field(struct arena *arena, struct str name);

/*
 * Of an item of a list that is a set or a map. Keys that the item lacks take their default
 * (protocol: TCP). Absent when the item has no element; then *ret_why says why, in
 * structured-merge-diff's words.
 */
struct str ssa_element_of_item(struct arena *arena, struct schema list, const struct node *item,
			       struct str *ret_why);

/* < 0, 0 or > 0; "." comes first. */
int ssa_element_compare(struct str a, struct str b);

/* The name of a field element; absent for keys and values. */
struct str ssa_element_field(struct str element);

/* As conflicts print it: .spec, [name="x",port=80], [="a"]. */
void ssa_element_print(struct buf *out, struct str element);

#endif
