/*
 * git_fixture - a repository made on the spot, for the tests of what reads one
 *
 * Layer: source, for the unit tests of this and higher modules. It lies in a directory of its own
 * of the real world; the user's configuration of git does not reach it.
 *
 *	struct str path = git_fixture_new(world, arena, GIT_FIXTURE_INIT "echo 1 >a; git add -A");
 *	git_fixture_sh(world, path, "git commit -qm one");
 *	git_fixture_remove(world, path);
 */
#ifndef FORGE_SOURCE_GIT_FIXTURE_H
#define FORGE_SOURCE_GIT_FIXTURE_H

#include <stdlib.h>

#include "base/arena.h"
#include "base/test.h"
#include "world/world.h"

/* The beginning of a script: an empty repository, and commits can be made. */
#define GIT_FIXTURE_INIT                                                                           \
	"set -e; export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1; git init -q -b main .;" \
	"git config user.name forge; git config user.email forge@example.com;"

/* Runs a shell script there; it has to succeed. */
static inline void git_fixture_sh(struct world *world, struct str path, const char *script)
{
	SCRATCH(arena);
	struct process_result result;
	struct error err;
	const struct str argv[] = { STR("sh"), STR("-c"), str_from_cstr(script) };
	struct process_request request = { .argv = argv, .argc = 3, .directory = path };

	CHECK_INT(process_run(world, arena, &request, &result, &err), 0);
	if (!CHECK_INT(result.status, 0))
		CHECK_TEXT(result.err, "");
}

/* A new directory, as the script leaves it. */
static inline struct str git_fixture_new(struct world *world, struct arena *arena,
					 const char *script)
{
	char directory[] = "/tmp/forge-test-XXXXXX";
	struct str path = str_copy(arena, str_from_cstr(mkdtemp(directory)));

	git_fixture_sh(world, path, script);
	return path;
}

static inline void git_fixture_remove(struct world *world, struct str path)
{
	git_fixture_sh(world, path, "rm -rf \"$PWD\"");
}

#endif
