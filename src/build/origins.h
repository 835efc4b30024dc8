/*
 * origins - where each value of an object was written, as people and programs read it
 *
 * Layer: build. A node knows its position and the steps that brought it (doc/origin.h); here they
 * become files as seen from the folder that Forge runs in, lines, and columns in characters.
 *
 *	struct origins origins;
 *	origins_init(&origins, arena, set, folder);
 *	for (each object)
 *		origins_write_json(&origins, object, &out);
 */
#ifndef FORGE_BUILD_ORIGINS_H
#define FORGE_BUILD_ORIGINS_H

#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "doc/tree.h"

struct docset;

struct origins {
	/* private: use the functions */
	struct arena *arena;
	struct docset *set;
	struct str folder;
	struct map paths; /* as the set has them → as seen from the folder */
};

/* Borrows all; folder is absolute and without links. */
void origins_init(struct origins *origins, struct arena *arena, struct docset *set,
		  struct str folder);

/* A place that a person can edit; path absent when no file decides. */
struct origins_place {
	struct str path;
	uint32_t line;	 /* from 1 */
	uint32_t column; /* from 1, in characters */
};
struct origins_place origins_place(struct origins *origins, uint32_t position);

/* Each scalar of a tree: its JSON pointer (valid during the call) and its position. */
typedef void (*origins_value_fn)(void *context, struct str pointer, uint32_t position);
void origins_each(const struct node *root, origins_value_fn take, void *context);

/*
 * {"object": …, "origins": {"/spec/replicas": {"file", "line", "column"}, …}}: an entry for each
 * scalar; null where no file decides. Secrets are as they are. O(values * log texts).
 */
void origins_write_json(struct origins *origins, const struct node *object, struct buf *out);

/*
 * The object as yaml_write() has it, with the place of each value in a comment behind it: the
 * result is YAML of the same object. Errors: as those of yaml_write().
 */
MUST_USE int origins_write_yaml(struct origins *origins, const struct node *object, struct buf *out,
				struct error *err);

#endif
