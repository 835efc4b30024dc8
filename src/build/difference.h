/*
 * difference - what changes between two sets of objects: added, removed and changed ones
 *
 * Layer: build. Objects belong together by group, kind, namespace and name. Of those that are left:
 * ConfigMaps and Secrets whose names differ in the hash of their generator; objects of one name
 * whose namespaces differ; and objects whose names differ in the first or the last word
 * (`dev-api`, `prod-api`) and whose fields mostly agree. Each of these counts only where one object
 * alone fits on either side.
 *
 * Items of lists are matched by name, mountPath, containerPort or port, else by the list keys of
 * their schema, CRDs among the objects included; else as doc/diff.h has it.
 *
 * O(objects + size of what changed); see doc/diff.h.
 */
#ifndef FORGE_BUILD_DIFFERENCE_H
#define FORGE_BUILD_DIFFERENCE_H

#include "base/vec.h"
#include "doc/diff.h"

struct composition;
struct render;

/* An object, and what applies it. */
struct placed_object {
	const struct node *object;
	struct str folder; /* that was composed, below the path of all; absent: that path itself */
	struct str part;   /* "Kustomization/flux-system/apps"; absent: no Flux Kustomization */
	const struct node *kustomization; /* that one; NULL: none, or not known */
};

struct placed_objects {
	VEC(struct placed_object) items;
};

enum difference_kind { DIFFERENCE_ADDED, DIFFERENCE_CHANGED, DIFFERENCE_REMOVED };

enum difference_prune {
	DIFFERENCE_PRUNE_UNKNOWN, /* no Flux Kustomization is known to apply it */
	DIFFERENCE_PRUNED,
	DIFFERENCE_KEPT, /* spec.prune is off, or an annotation keeps it */
};

struct object_difference {
	enum difference_kind kind;
	const struct placed_object *before; /* NULL: added */
	const struct placed_object *after;  /* NULL: removed */
	struct differences fields;	    /* of a changed one; secrets are marked */
	bool is_renamed; /* it has another name or namespace: a new object in its place */
	bool is_moved;	 /* another Kustomization applies it */
	enum difference_prune prune; /* of what is removed, or renamed */
	/* Fields that the API server never changes (doc/path.h): it has to be recreated. */
	struct str *immutable;
	uint32_t immutable_count;
};

struct object_differences {
	VEC(struct object_difference) items;
};

/* Objects of a render, all of one part. */
void placed_objects_add(struct arena *arena, struct placed_objects *objects,
			const struct render *render);

/* Objects of a composition by its parts. Its folder is named below the path of all compositions,
 * given as the caller wrote it and as its real path. */
void placed_objects_compose(struct arena *arena, struct placed_objects *objects,
			    const struct composition *composition, struct str path,
			    struct str real);

/* Added and changed ones in the order of after, then removed ones in the order of before. */
void difference_find(struct arena *arena, const struct placed_objects *before,
		     const struct placed_objects *after, struct object_differences *ret);

/* "added", "changed", "removed" */
struct str difference_word(enum difference_kind kind);

#endif
