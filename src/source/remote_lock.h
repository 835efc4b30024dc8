/*
 * remote_lock - forge.lock: what the remote bases of a repository are resolved to
 *
 * Layer: source. Private: its folder. A small YAML file, one entry for each URL, by byte order:
 *
 *	remotes:
 *	- url: https://github.com/org/repo//apps?ref=v1
 *	  commit: 1f2e3d…
 *	- url: https://example.com/crds.yaml
 *	  sha256: 9a8b7c…
 */
#ifndef FORGE_SOURCE_REMOTE_LOCK_H
#define FORGE_SOURCE_REMOTE_LOCK_H

#include "base/error.h"
#include "base/vec.h"

struct arena;

#define REMOTE_LOCK_NAME "forge.lock"

enum { REMOTE_LOCK_ENTRIES_MAX = 10000 };

struct remote_lock_entry {
	struct str url;	   /* as it is written, without credentials */
	struct str commit; /* of a repository; absent: it is a file */
	struct str sha256; /* of a file */
};

struct remote_lock {
	VEC(struct remote_lock_entry) entries;
};

/* Errors name the line, and have no position. */
int remote_lock_read(struct arena *arena, struct str text, struct remote_lock *ret,
		     struct error *err) MUST_USE;

/* NULL: it is not there. O(entries). */
const struct remote_lock_entry *remote_lock_find(const struct remote_lock *lock, struct str url);

/* Adds it, or takes the place of the one with its URL. */
void remote_lock_put(struct arena *arena, struct remote_lock *lock, struct remote_lock_entry entry);

struct str remote_lock_write(struct arena *arena, const struct remote_lock *lock);

/* 40 or 64 digits in lower case. */
bool remote_lock_is_commit(struct str text);

#endif
