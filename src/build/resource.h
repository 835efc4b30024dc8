/*
 * resource - objects of a build with their current and earlier ids
 *
 * Layer: build. Private: its folder, build/kustomize/. Every renaming remembers the triple
 * (namespace, name, kind) before it; patches, replacements and references look resources up by any
 * of them. An empty namespace and `default` are the same.
 */
#ifndef FORGE_BUILD_RESOURCE_H
#define FORGE_BUILD_RESOURCE_H

#include "base/map.h"
#include "base/vec.h"
#include "build/shared.h"
#include "doc/set.h"
#include "kube/object.h"

enum behavior { BEHAVIOR_NONE, BEHAVIOR_CREATE, BEHAVIOR_MERGE, BEHAVIOR_REPLACE };

struct previous_id {
	struct str namespace, name, kind;
};

/* A transformer that ran over an object, for buildMetadata. */
struct transformation {
	struct str file; /* that configures it */
	struct str api_version, kind;
	struct str name, namespace; /* of its configuration; may be absent */
};

/* Where an object comes from, for buildMetadata. */
struct resource_origin {
	struct str file;		    /* that holds it, or its generator */
	const struct node *generator;	    /* its configuration */
	const struct transformation *maker; /* a transformer that it came from */
};

struct resource {
	const struct node *node;
	struct gvk gvk;			 /* current; kept by resource_set() */
	const struct map *cluster_kinds; /* the user's, as the build knows them; or NULL */
	struct str namespace, name;
	VEC(struct previous_id) previous; /* oldest first */
	VEC(struct str) prefixes;	  /* of the layers, innermost first */
	VEC(struct str) suffixes;
	uint32_t layer; /* number of the one whose `resources` names its file; 0: none does */
	enum behavior behavior;
	bool generated;
	bool needs_hash;
	bool has_hash;	 /* in its name */
	bool is_removed; /* by a patch: who holds on to it finds nothing */
	struct resource_origin origin;
	struct shared shared;
	VEC(struct transformation *) transformations; /* first one first */
};

struct resmap {
	struct arena *arena;
	VEC(struct resource *) items;
	struct map ids; /* of what was appended, as it was then */
};

struct resource *resource_new(struct arena *arena, const struct node *node);

/* Keeps the current id among the earlier ones. Every step that may rename an object calls this
 * first, even if the name stays: name references are looked up by earlier ids only. */
void resource_remember(struct arena *arena, struct resource *r);

/* Notes that a transformer ran over the resource; a resource without an origin gets the transformer
 * as its origin. */
void resource_record(struct arena *arena, struct resource *r, struct transformation *made);

/* Changes the object, and its id with it. */
void resource_set(struct arena *arena, struct resource *r, const struct node *node);

/* Whether kinds have no namespace: those that kustomize knows, and the user's (keys are
 * resource_kind_text(); NULL: none). */
bool resource_is_cluster_kind(const struct map *of_user, struct gvk gvk);
bool resource_is_cluster_scoped(const struct resource *r);

/* "group/version/kind" */
struct str resource_kind_text(struct arena *arena, struct gvk gvk);

/* "Kind.version.group/name.namespace" with [noVer] and its like for empty parts. */
struct str resource_id_text(struct arena *arena, struct gvk gvk, struct str name,
			    struct str namespace);
struct str resource_text(struct arena *arena, const struct resource *r);

/* The same with the namespace that counts: equal for equal ids. */
struct str resource_effective_text(struct arena *arena, const struct resource *r);

/* The first id: what the file said. */
struct previous_id resource_original(const struct resource *r);

/* "default" for none, and a word that is no namespace for kinds without one. */
struct str resource_effective_namespace(const struct map *of_user, struct gvk gvk,
					struct str namespace);

/* The map with every scalar converted to a string, as kustomize writes labels and annotations; of
 * lists and maps it makes empty ones. */
const struct node *resource_texts(struct arena *arena, const struct node *map);

/* Namespaces compare equal when both mean the default one. */
bool resource_same_namespace(const struct resource *r, struct str a, struct str b);

/* Whether the current id, or any earlier one, is that. */
bool resource_has_id(const struct resource *r, struct gvk gvk, struct str name,
		     struct str namespace);

/* An internal annotation of kustomize that a plain resource may carry. */
struct str resource_internal(const struct resource *r, const char *name);

#endif
