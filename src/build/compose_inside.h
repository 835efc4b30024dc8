/*
 * compose_inside - what the files of compose share
 *
 * Layer: build. Private: compose.c and compose_*.c.
 */
#ifndef FORGE_BUILD_COMPOSE_INSIDE_H
#define FORGE_BUILD_COMPOSE_INSIDE_H

#include "base/map.h"
#include "build/compose.h"
#include "doc/nodes.h"
#include "source/artifact_filter.h"
#include "world/files.h"

struct sops;

struct composer {
	struct files files; /* its root is that of the source, or a folder above it */
	bool has_source;    /* who calls said where it begins */
	/* Of a cluster: what Flux could not build is not built here; NULL: it is checked. */
	const struct compose_options *cluster;
	bool assumes_decrypted;
	struct sops *sops; /* NULL: what is encrypted stays so */
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

/* compose_clusters.c: parts that are applied to another cluster become compositions of their own,
 * one for each cluster: their objects do not meet those of this one. */
void compose_split_clusters(struct composer *c, struct compositions *all);

/* The first part is there, and these are its objects: follows them, and makes the render. */
MUST_USE int compose_finish(struct composer *c, struct composition *composition,
			    struct object_list *objects);

bool compose_is_yaml(struct str name);

/* The directory above, "/" at the top. */
struct str compose_parent(struct str path);

/* Whether a directory is another one, or below it. Absent ones are not. */
bool compose_is_at_or_below(struct str directory, struct str top);

/* --- following Flux ------------------------------------------------------------------------- */

/* A Flux Kustomization that was met. */
struct followed {
	const struct node *kustomization;
	struct str label;
	uint32_t missing_dependencies; /* of spec.dependsOn, that are not done */
	/* Of spec.postBuild.substituteFrom, and the source, that were not met. */
	uint32_t missing_data;
	bool is_queued;
	bool is_done;
	enum compose_state state;
};

/* Why the files of a source are not here. */
struct source_gap {
	struct str reason; /* absent: it is another repository */
	bool is_fault;	   /* it cannot be made, wherever it is */
	uint32_t position; /* of that fault */
};

/* Where Kustomizations find what they are made from. */
struct follow {
	struct composer *c;
	struct composition *composition;
	struct object_list *objects;
	struct map by_label; /* "ConfigMap/shop/settings" → struct node: the first one */
	/* sourceRef of the Kustomization that builds the path itself, and its namespace; NULL: no
	 * Kustomization here does. */
	const struct node *own_source;
	struct str own_namespace;
	struct nodes crds;	   /* CustomResourceDefinitions that were met */
	struct map sources;	   /* label of a source → struct source_files */
	struct map artifacts;	   /* label of an ExternalArtifact → struct made_artifact */
	struct map trees;	   /* label of a source of these → struct snapshot */
	struct map *moved;	   /* of files in them: see docset_moved() */
	struct source_gap gap;	   /* of the last source that is not here */
	struct map followed;	   /* label → struct followed */
	struct map waiting;	   /* label → struct waiters */
	struct str encrypted;	   /* of what was built last: what was not decrypted */
	struct findings *warnings; /* of what was built last */
	VEC(struct followed *) all;
	VEC(struct followed *) queue;
	uint32_t queue_next, stuck_next;
	uint32_t circle_count; /* of all, when those left were found to wait in circles; else 0 */
};

void compose_follow_init(struct follow *f, struct composer *c, struct composition *composition,
			 struct object_list *objects);

/*
 * Builds the Flux Kustomizations among the objects, and those in their output: each behind those
 * that it depends on, and behind the values that it substitutes, where these are made here.
 */
MUST_USE int compose_follow(struct follow *f);

/* compose_order.c */

/* Notes an object of the composition. */
void compose_order_meet(struct follow *f, const struct node *object);
/* The next one that can be built, or else one that waits for what does not come; NULL: all are
 * done. */
struct followed *compose_order_next(struct follow *f);
void compose_order_done(struct follow *f, struct followed *x);
/* Why it is not reconciled: a dependency that is missing, not ready, or waits for it. Absent: all
 * are ready. */
struct str compose_order_waits(struct follow *f, const struct followed *x);

/*
 * The objects of a Kustomization, from the files of its source. On failure a fault is added to the
 * composition.
 */
MUST_USE int compose_build(struct follow *f, const struct node *kustomization,
			   const struct files *files, struct render *ret);

/* compose_source.c: the directory of spec.path in the files of a source; absent: there is none. */
struct str compose_directory(const struct follow *f, const struct files *files,
			     const struct node *kustomization);

/* The label of its source, and the files; NULL: they are not here, and f->gap says why. */
const struct files *compose_source(struct follow *f, const struct node *kustomization,
				   struct str *ret_label);

/* The same of a reference of another object, in a namespace. */
const struct files *compose_source_of(struct follow *f, const struct node *reference,
				      struct str namespace, struct str *ret_label);

/* compose_artifact.c: the label of each artifact that an ArtifactGenerator makes, by its number;
 * absent: there are no more, or the object is none. */
struct str compose_artifact_label(struct follow *f, const struct node *object, uint32_t index);

/* The files of an artifact that an ArtifactGenerator among the objects makes; NULL: f->gap. */
const struct files *compose_artifact(struct follow *f, struct str label);

/*
 * compose_entry.c: whether a Kustomization among the objects builds the path itself, as `flux
 * bootstrap` has it. Then the objects are those that it makes, and it is that of the first part.
 */
void compose_enter(struct follow *f);

/* The root of the source that a directory lies in, by what the Kustomizations there say. */
struct str compose_source_begin(struct composer *c, struct str directory,
				const struct object_list *objects);

#endif
