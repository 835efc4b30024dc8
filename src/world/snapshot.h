/*
 * snapshot - files at one moment: paths, bytes and modes
 *
 * Layer: world. What git gives at a revision, and what a simulated world takes as its files. Paths
 * are relative to the root, with '/', without "." and ".."; "" is the root. Directories exist
 * because files are in them. The bytes of a file may be read only when they are asked for: who
 * wants them calls snapshot_read().
 *
 * Ownership: paths and bytes are borrowed; tables live in the arena given to snapshot_init().
 *
 *	for (uint32_t i = 0; i < s.files.count; i++) use(s.files.items[i]->path);
 */
#ifndef FORGE_WORLD_SNAPSHOT_H
#define FORGE_WORLD_SNAPSHOT_H

#include "base/map.h"
#include "base/vec.h"
#include "world/world.h"

enum {
	SNAPSHOT_LINKS_MAX = 40, /* symbolic links followed for one path, as in Linux */
	SNAPSHOT_FILES_MAX = 1 << 22,
	SNAPSHOT_PATH_BYTES_MAX = 4096,
};

/* Bytes that are read when they are asked for. Files of the same bytes may share one. */
struct snapshot_content {
	struct str id; /* of the bytes: where the ids are equal, so are they */
	/* Borrowed from who made the content. */
	int (*read)(struct snapshot_content *content, struct str *ret, struct error *err);
};

struct snapshot_file {
	struct str path;
	struct str bytes; /* of a link: its target; of a file with a content: absent */
	struct snapshot_content *content; /* NULL: the bytes are all there is */
	bool is_link;
	bool executable;
};

struct snapshot {
	VEC(struct snapshot_file *) files;
	struct arena *arena;
	/* private */
	struct map by_path;
	struct map directories;
};

void snapshot_init(struct snapshot *s, struct arena *arena);

/* Adds or replaces; the file is copied, its path and bytes are borrowed. */
void snapshot_put(struct snapshot *s, struct snapshot_file file);

/* False when there was none. */
bool snapshot_remove(struct snapshot *s, struct str path);

/* By exact path, links not followed; NULL when absent. */
const struct snapshot_file *snapshot_find(const struct snapshot *s, struct str path);

/* The bytes, borrowed. Errors: what their content brings. */
int snapshot_read(const struct snapshot_file *file, struct str *ret, struct error *err) MUST_USE;

/* FILE_LINK for links; FILE_DIRECTORY when files are below. */
enum file_kind snapshot_kind(const struct snapshot *s, struct str path);

/*
 * The path without ".", "..", doubled slashes and links, as realpath gives it. Absent when it
 * leaves the root, runs in circles or is longer than SNAPSHOT_PATH_BYTES_MAX. What it names need
 * not exist. A leading slash means the root.
 */
struct str snapshot_resolve(const struct snapshot *s, struct arena *arena, struct str path);

/*
 * The names in a directory, in byte order. False when there is no such directory. Links are not
 * followed.
 */
bool snapshot_list(const struct snapshot *s, struct arena *arena, struct str path,
		   struct file_list *ret);

/* Files by path in byte order. */
void snapshot_sort(struct snapshot *s);

/* The same order, without a change of the snapshot: files.count of them. */
const struct snapshot_file **snapshot_sorted(const struct snapshot *s, struct arena *arena);

/* The same files and bytes in another arena; bytes are shared. */
void snapshot_clone(struct snapshot *ret, const struct snapshot *s, struct arena *arena);

/*
 * SHA-256 in hexadecimal over paths, modes and bytes, whatever the order of adding. Of a content
 * its id stands for the bytes.
 */
struct str snapshot_digest(const struct snapshot *s, struct arena *arena);

#endif
