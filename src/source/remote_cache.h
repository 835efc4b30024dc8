/*
 * remote_cache - remote bases that were fetched, in the user's cache folder
 *
 * Layer: source. Private: its folder. The folder is $XDG_CACHE_HOME/forge/remote, or
 * ~/.cache/forge/remote:
 *
 *	git/<SHA-256 of the repository's URL>/<commit>/		a bare repository of that commit
 *	file/<SHA-256 of the URL>/<SHA-256 of the file>		the bytes
 *
 * What is there is whole: it is written beside and renamed, and never changed. Folders that belong
 * to another user, and links in place of folders, are refused.
 */
#ifndef FORGE_SOURCE_REMOTE_CACHE_H
#define FORGE_SOURCE_REMOTE_CACHE_H

#include "source/git.h"

/* The folder that holds all commits of a repository; it is made and checked. */
int remote_cache_repository(struct world *world, struct arena *arena, struct str url,
			    struct str *ret, struct error *err) MUST_USE;

/* Whether a commit is there. */
bool remote_cache_has(struct world *world, struct arena *arena, struct str folder,
		      struct str commit);

/* An empty bare repository beside them, to fetch into. */
int remote_cache_begin(struct world *world, struct arena *arena, struct str folder, struct str *ret,
		       struct error *err) MUST_USE;

/* It becomes the one of a commit; when another process was faster, that one stays. */
int remote_cache_keep(struct world *world, struct arena *arena, struct str made, struct str folder,
		      struct str commit, struct error *err) MUST_USE;

/* Removes what was begun, as far as it can. */
void remote_cache_drop(struct world *world, struct str made);

/* All bytes of a folder and those below. */
uint64_t remote_cache_size_bytes(struct world *world, struct str folder);

/* A file by the hash of its bytes, which is checked; *ret is absent when it is not there. */
int remote_cache_get(struct world *world, struct arena *arena, struct str url, struct str sha256,
		     struct str *ret, struct error *err) MUST_USE;
int remote_cache_put(struct world *world, struct arena *arena, struct str url, struct str bytes,
		     struct error *err) MUST_USE;

#endif
