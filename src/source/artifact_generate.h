/*
 * artifact_generate - what an ArtifactGenerator makes of its sources: files, copied or merged
 *
 * Layer: source. An artifact is a folder of a snapshot. Its copies are carried out in their order,
 * and later ones win: files of a source that `from` names (a file, a folder, a pattern) go to where
 * `to` says. Of "x/" and two stars what is below x goes there; what other patterns match keeps its
 * whole path, a folder its name. A part of a pattern is one part of a path, also when it is two
 * stars. The strategy Merge merges maps of YAML into a file that is there; Extract is not carried
 * out.
 *
 * Source: fluxcd/source-watcher, internal/builder: builder.go and merge.go.
 */
#ifndef FORGE_SOURCE_ARTIFACT_GENERATE_H
#define FORGE_SOURCE_ARTIFACT_GENERATE_H

#include "doc/tree.h"
#include "world/snapshot.h"

/* Files of a source. */
struct artifact_input {
	const struct snapshot *files; /* NULL: they are not here */
	struct str directory;	      /* where the source begins in them; "": their root */
};

/* An artifact under way. */
struct artifact_making {
	const struct node *generator, *artifact; /* the object; one of its spec.artifacts */
	/* The files of one of spec.sources, or of those the part that is below a folder, at
	 * least. */
	struct artifact_input (*input)(void *context, const struct node *source, struct str folder);
	void *context;
	struct arena *arena;
	struct str prefix;	/* the folder of `files` that it is */
	struct snapshot *files; /* what it holds is added */
	struct map *moved;    /* its path in them → struct str: the old one, itself when merged */
	struct str absent;    /* set: alias of a source that is not here; its copies are left out */
	struct str extracted; /* set: what the strategy Extract would have taken apart */
	const struct node *at; /* set: the copy that failed */
};

/* One of spec.artifacts, by its name; NULL: there is none. */
const struct node *artifact_named(const struct node *generator, struct str name);

/* Carries out the copies. Absent: all is well; else why it cannot be made, in Flux's words. */
struct str artifact_make(struct artifact_making *m);

#endif
