/*
 * git_run - the one place that calls the git program
 *
 * Layer: source. Private: its folder.
 *
 * Only commands that by themselves run nothing are called: cat-file, ls-files, symbolic-ref,
 * for-each-ref, and config for the user's safe.directory. The environment begins with PATH alone,
 * so that no GIT_* of the caller counts; neither the configuration of the user nor the one of the
 * system is read; what the repository's own could run is overridden on the command line; and the
 * transport of every protocol is forbidden, so that a partial clone fetches nothing.
 *
 * The one exception is git_run_network(), for remote bases (remotes.h): it runs `git ls-remote` and
 * `git fetch` in a bare repository that Forge has made itself, with the one protocol of their URL.
 * No other protocol, no redirect, no credential helper, no prompt; ssh asks nothing either.
 */
#ifndef FORGE_SOURCE_GIT_RUN_H
#define FORGE_SOURCE_GIT_RUN_H

#include "source/git.h"
#include "world/world.h"

enum { GIT_TIMEOUT_MS = 30000 };

/* The arguments of git; an absent str ends them. */
#define GIT_ARGS(...) ((const struct str[]){ __VA_ARGS__, STR_NONE })

/* Runs it to its end. A status that is not 0 is no error. */
int git_run(const struct git *git, struct arena *arena, const struct str *args,
	    struct process_result *ret, struct error *err) MUST_USE;

/* The same, and a status that is not 0 is one. */
int git_run_checked(const struct git *git, struct arena *arena, const struct str *args,
		    struct str *ret, struct error *err) MUST_USE;

/* Starts it, to be talked to. */
struct process *git_start(const struct git *git, const struct str *args,
			  struct process_events events, struct error *err) MUST_USE;

/* How a server is reached. */
struct git_network {
	const char *protocol;	/* of the URL among the arguments: the only one that is allowed */
	struct str credentials; /* "user:password" for https and http; absent: none */
	int64_t timeout_ms;
	/* Asked a few times each second: true ends git, as if it had failed. NULL: never. */
	bool (*is_too_much)(void *data);
	void *data;
};

/*
 * Runs `git ls-remote` or `git fetch` of a URL without credentials, in a bare repository that Forge
 * has made. A status that is not 0 is no error. ERROR_DEADLINE: it took longer than timeout_ms.
 */
int git_run_network(const struct git *git, struct arena *arena, const struct git_network *network,
		    const struct str *args, struct process_result *ret, struct error *err) MUST_USE;

/* What the user and the system say of safe.directory: values, each with a NUL behind it. */
int git_read_safe_directories(struct world *world, struct arena *arena, struct str *ret,
			      struct error *err) MUST_USE;

/* The last line of what git said, without "fatal: ". */
struct str git_complaint(struct str text);

#endif
