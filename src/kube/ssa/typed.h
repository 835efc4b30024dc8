/*
 * typed - objects seen through their types: field sets, comparison, merging, removal
 *
 * Layer: kube/ssa. Private: faults.c, merge.c, ssa.c, typed.c. Scalars, atomic lists and atomic
 * maps are leaves; other maps and lists are walked. A list without a list type is atomic, a map
 * without a type granular. Source: structured-merge-diff v6,
 * typed/{tofieldset,compare,merge,remove,validate}.go.
 *
 * All walks recurse along a document, whose depth readers bound (NODE_DEPTH_MAX), and are linear
 * in its size.
 */
#ifndef FORGE_KUBE_SSA_TYPED_H
#define FORGE_KUBE_SSA_TYPED_H

#include "base/map.h"
#include "kube/schema/schemas.h"
#include "kube/ssa/set.h"

/* Where results go, and the type of the object: its metadata is ObjectMeta, whatever a CRD says. */
struct ssa_typed {
	struct arena *arena;
	struct schema root;
	bool is_go; /* a built-in kind: its types are Go structs, whose fields are always there */
};

struct ssa_typed ssa_typed_begin(struct arena *arena, struct schema root);

/* Every leaf and list item of a value: what an apply of it owns. */
const struct node *ssa_typed_set(const struct ssa_typed *t, struct schema schema,
				 const struct node *value);

struct ssa_typed_delta {
	const struct node *changed; /* added or modified */
	const struct node *removed;
};

/* before NULL: an empty object. Equal pointers are not looked into. */
struct ssa_typed_delta ssa_typed_compare(const struct ssa_typed *t, struct schema schema,
					 const struct node *before, const struct node *after);

/* Whether both are the same once they are stored: as node_equal, but quantities by value. */
bool ssa_typed_same(const struct ssa_typed *t, struct schema schema, const struct node *a,
		    const struct node *b);

/* Whether a leaf that is written leaves a stored one as it is. */
bool ssa_typed_leaf_equal(const struct ssa_typed *t, struct schema schema,
			  const struct node *before, const struct node *after);

/* The applied value over the live one: nothing is removed, the order of the live one is kept.
 * Returns live itself when nothing changes. Items without an element were refused before. */
const struct node *ssa_typed_merge(const struct ssa_typed *t, struct schema schema,
				   const struct node *live, const struct node *applied);

/* The value without the members of the set; null in place of a container that was emptied. */
const struct node *ssa_typed_remove(const struct ssa_typed *t, struct schema schema,
				    const struct node *value, const struct node *set);

/* Without the nulls in maps, lists not looked into: what decoding into a Go type does to them. */
const struct node *ssa_typed_without_nulls(const struct ssa_typed *t, const struct node *value);

/* Whether an applied value fits its type and names no key twice; fills texts of the faults, joined
 * as structured-merge-diff prints them, else absent. */
struct str ssa_typed_faults(const struct ssa_typed *t, struct schema schema,
			    const struct node *value);

/* The type of a member of a map, and whether the map's type names it: a map's free keys are not. */
struct schema ssa_typed_member(const struct ssa_typed *t, struct schema map, struct str name);
bool ssa_typed_declares(const struct ssa_typed *t, struct schema map, struct str name);

/* The set with the named fields on the way to a member as members, too; map keys and list items
 * not. */
const struct node *ssa_typed_with_named(const struct ssa_typed *t, struct schema schema,
					const struct node *set);

/* Of a value and its type: is it walked? */
enum ssa_typed_shape { TYPED_LEAF, TYPED_LIST, TYPED_MAP };
enum ssa_typed_shape ssa_typed_shape(struct schema schema, const struct node *value);

/* The items of a list by their elements; private to the walks. */
struct ssa_typed_items {
	const struct node *list; /* NULL: no items */
	struct str *elements;	 /* of each item; absent when it has none */
	uint32_t *next;		 /* index + 1 of the next item with the same element, 0: none */
	uint32_t *first;	 /* index + 1 of the first item with the same element */
	uint32_t count;
	struct map by_element; /* element -> its first index + 1 */
};

void ssa_typed_items_init(struct ssa_typed_items *items, struct arena *arena, struct schema schema,
			  const struct node *list);
/* The index of the first item with the element, or -1. */
int64_t ssa_typed_items_find(const struct ssa_typed_items *items, struct str element);
/* Whether another item has the same element. */
bool ssa_typed_items_repeats(const struct ssa_typed_items *items, uint32_t first);

#endif
