/*
 * files - where a build reads its files: the disk of a world, or a snapshot
 *
 * Layer: world. A path of the disk is as the world takes it; one of a snapshot begins with a
 * slash, which is its root. Results live in the arena that is passed in.
 *
 * Whatever a path says, and wherever links lead: nothing outside the root is looked at. A file of
 * more than FILES_BYTES_MAX bytes is refused, and so is what is no file (world.h, file_read()).
 */
#ifndef FORGE_WORLD_FILES_H
#define FORGE_WORLD_FILES_H

#include "world/world.h"

struct files_folders;
struct remotes;
struct snapshot;

enum { FILES_BYTES_MAX = 16 << 20 /* of one file */ };

/* What is left out of what a build reads. */
struct files_filter {
	/* path: real, below the root of the files, without the slash; "" is the root. */
	bool (*drops)(const struct files_filter *filter, struct str path, bool is_directory);
};

/* One of the first two is set. A value: pass it by pointer, keep it by copy. */
struct files {
	struct world *world;
	const struct snapshot *snapshot;
	/*
	 * Of a snapshot that is a remote base: the real path of its root, "https://host/repo@ref/".
	 * All real paths begin with it, and paths that do not are absent.
	 */
	struct str label;
	struct remotes *remotes; /* bases that a URL names (source/remotes.h); NULL: none are */
	/* The folder that is looked at, and where the source begins that the paths of Flux are
	 * relative to. A real path; absent: "/". */
	struct str root;
	bool bases_leave; /* for bases of kustomizations it is no border: there is no repository */
	bool leaves_root; /* paths and links may lead out of it: the user has said so */
	struct files_folders *folders; /* of files_remember(); or NULL */
	bool drops_links; /* as an artifact of Flux: no folder has a link, no path leads over one */
	const struct files_filter *filter; /* what it drops is absent; NULL: nothing is */
};

/*
 * From now on the real path of each folder, and what each file is, are looked up once and cached in
 * the arena, also for copies of this value: nothing may be moved or made meanwhile.
 */
void files_remember(struct files *files, struct arena *arena);

/* Calls take for each real folder that was looked into since files_remember(). */
void files_each_folder(const struct files *files, void (*take)(void *context, struct str folder),
		       void *context);

MUST_USE int files_read(const struct files *files, struct arena *arena, struct str path,
			struct str *ret, struct error *err);

/* FILE_ABSENT, FILE_REGULAR or FILE_DIRECTORY, links followed; FILE_OTHER of the disk. */
enum file_kind files_kind(const struct files *files, struct arena *arena, struct str path);

/* Names by byte order. */
MUST_USE int files_list(const struct files *files, struct arena *arena, struct str path,
			struct file_list *ret, struct error *err);

/* Whether a real path is the root, or below it. */
bool files_hold(const struct files *files, struct str real);

/* True when the path exists and lies outside of the root; then err is set. */
bool files_leads_out(const struct files *files, struct arena *arena, struct str path,
		     struct error *err);

/* Absolute, without links, "." and "..". The file must exist. */
MUST_USE int files_realpath(const struct files *files, struct arena *arena, struct str path,
			    struct str *ret, struct error *err);

#endif
