/*
 * files - where a build reads its files: the disk of a world, or a snapshot
 *
 * Layer: world. A path of the disk is as the world takes it; one of a snapshot begins with a
 * slash, which is its root. Results live in the arena that is passed in.
 */
#ifndef FORGE_WORLD_FILES_H
#define FORGE_WORLD_FILES_H

#include "world/world.h"

struct snapshot;

/* One of the first two is set. A value: pass it by pointer, keep it by copy. */
struct files {
	struct world *world;
	const struct snapshot *snapshot;
	/* Where the source begins that the paths of Flux are relative to; absent: "/". Links of the
	 * disk must not lead out of it. A real path. */
	struct str root;
};

MUST_USE int files_read(const struct files *files, struct arena *arena, struct str path,
			struct str *ret, struct error *err);

/* FILE_ABSENT, FILE_REGULAR or FILE_DIRECTORY, links followed. */
enum file_kind files_kind(const struct files *files, struct arena *arena, struct str path);

/* Names by byte order. */
MUST_USE int files_list(const struct files *files, struct arena *arena, struct str path,
			struct file_list *ret, struct error *err);

/* Absolute, without links, "." and "..". The file must exist. */
MUST_USE int files_realpath(const struct files *files, struct arena *arena, struct str path,
			    struct str *ret, struct error *err);

#endif
