/*
 * artifact_filter - what source-controller leaves out of an artifact, asked for one path at a time
 *
 * Layer: source. For builds from a working tree: only the folders that a build reads are looked at.
 * A file is left out by the same rules as in artifact_of(); a folder when nothing is left in it.
 *
 *	struct artifact_filter filter;
 *	artifact_filter_init(&filter, arena, &files, ignore);
 *	files.filter = &filter.filter;
 */
#ifndef FORGE_SOURCE_ARTIFACT_FILTER_H
#define FORGE_SOURCE_ARTIFACT_FILTER_H

#include "base/map.h"
#include "world/files.h"

struct artifact_filter {
	struct files_filter filter;
	/* private */
	struct arena *arena;
	struct files files; /* without a filter */
	struct str ignore;
	struct map folders; /* below the root → struct folder_rules */
	struct map known;   /* files: path → whether it is left out */
};

/* Of the files below files->root; ignore: spec.ignore of the source, absent: the default list. The
 * texts are borrowed. */
void artifact_filter_init(struct artifact_filter *f, struct arena *arena, const struct files *files,
			  struct str ignore);

#endif
