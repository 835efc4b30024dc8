/*
 * remote_fetch - asks servers for remote bases: references, commits, single files
 *
 * Layer: source. Private: its folder. Each function waits for its answer, at most as long as the
 * URL says. Errors are ERROR_OUTSIDE, or ERROR_DEADLINE, and name the URL without credentials.
 *
 * Limits: REMOTE_REPOSITORY_BYTES_MAX of what a commit is packed into; FILES_BYTES_MAX and
 * REMOTE_REDIRECTS_MAX of a file.
 */
#ifndef FORGE_SOURCE_REMOTE_FETCH_H
#define FORGE_SOURCE_REMOTE_FETCH_H

#include "source/git.h"
#include "source/remote_url.h"

enum { REMOTE_REPOSITORY_BYTES_MAX = 512 << 20, REMOTE_REDIRECTS_MAX = 5 };

/* The reference of a kept repository that holds its commit. */
#define REMOTE_REF "refs/forge/base"

/* A repository that is asked. */
struct remote_server {
	struct world *world;
	struct arena *arena;
	const struct remote_url *url;
	struct str folder;  /* of the repository in the cache (remote_cache.h) */
	uint64_t bytes_max; /* 0: REMOTE_REPOSITORY_BYTES_MAX */
};

/* The commit that the ref of the URL names there now. */
int remote_fetch_resolve(const struct remote_server *server, struct str *ret_commit,
			 struct error *err) MUST_USE;

/* Puts a commit into the cache, if it is not there. It is given up once it is too large. */
int remote_fetch_commit(const struct remote_server *server, struct str commit,
			struct error *err) MUST_USE;

/* What a server answers. */
struct remote_file {
	int status;
	struct str bytes;
};
int remote_fetch_file(struct world *world, struct arena *arena, const struct remote_url *url,
		      struct remote_file *ret, struct error *err) MUST_USE;

#endif
