/*
 * compose_inside - what the files of compose share
 *
 * Layer: build. Private: compose.c, compose_flux.c, compose_paths.c, compose_roots.c.
 */
#ifndef FORGE_BUILD_COMPOSE_INSIDE_H
#define FORGE_BUILD_COMPOSE_INSIDE_H

#include "base/map.h"
#include "build/compose.h"
#include "world/files.h"

struct composer {
	struct files files; /* its root is that of the source, or a folder above it */
	bool has_source;    /* who calls said where it begins */
	struct docset *set;
	struct arena *arena;
	struct findings *warnings;
	struct error *err;
};

struct object_list {
	VEC(const struct node *) items;
};

/* A folder taken apart: what is composed by itself. */
struct compose_roots {
	VEC(struct str) kustomizations; /* directories, real paths */
	struct map plain;		/* "clusters/x" or "" → struct plain_files */
};

struct plain_files {
	VEC(struct str) paths;
};

/* Finds them below a directory (real path). */
MUST_USE int compose_find_roots(struct composer *c, struct str directory,
				struct compose_roots *ret);

/* The objects of a YAML file. With `strict`, a document that is no object is an error; otherwise
 * only one that is meant as an object is, and other documents are left out. The rest is added. */
MUST_USE int compose_read_file(struct composer *c, struct str path, bool strict,
			       struct object_list *objects);

/* Builds the Flux Kustomizations among the objects, and those in their output. */
MUST_USE int compose_follow(struct composer *c, struct composition *composition,
			    struct object_list *objects);

bool compose_is_yaml(struct str name);

/* The directory above, "/" at the top. */
struct str compose_parent(struct str path);

#endif
