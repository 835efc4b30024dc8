/*
 * difference_inside - what the files of difference share
 *
 * Layer: build. Private: difference.c, difference_match.c, difference_types.c.
 */
#ifndef FORGE_BUILD_DIFFERENCE_INSIDE_H
#define FORGE_BUILD_DIFFERENCE_INSIDE_H

#include "build/difference.h"
#include "kube/schema/schemas.h"

#define DIFFERENCE_ALONE UINT32_MAX

/* Which objects belong together: for each one of one side the index of the other's, or
 * DIFFERENCE_ALONE. */
struct difference_pairs {
	uint32_t *after_of;
	uint32_t *before_of;
};
struct difference_pairs difference_pair(struct arena *arena, const struct placed_objects *before,
					const struct placed_objects *after);

/* What is known of kinds: the tables, and once a kind is not among them, the CRDs of after. */
struct difference_types {
	struct schemas *schemas;
	const struct placed_objects *objects;
	bool has_definitions;
	struct schema root; /* of the object that is compared */
};
struct difference_types difference_types_new(struct arena *arena,
					     const struct placed_objects *objects);
void difference_types_begin(struct difference_types *types, const struct node *object);

/* A diff_list_key_fn; context: struct difference_types. */
struct str difference_list_key(const struct diff_step *at, const struct node *list, void *context);

/* The fields of a built-in kind for which the API server would refuse the change of the object. */
void difference_find_immutable(struct arena *arena, const struct schemas *schemas,
			       struct object_difference *difference);

#endif
