/*
 * git_test - a repository that a script makes, removed at the end of its test
 *
 * Layer: source. Private: its folder.
 */
#ifndef FORGE_SOURCE_GIT_TEST_H
#define FORGE_SOURCE_GIT_TEST_H

#include <string.h>

#include "source/git.h"
#include "source/git_fixture.h"
#include "world/real.h"

struct repository {
	struct world *world;
	struct arena *arena;
	struct str path;
	struct git git; /* not open yet */
	struct error err;
};

static inline struct repository repository_new(const char *script)
{
	struct repository r = { .world = real_new(1), .arena = arena_new("git test") };

	r.path = git_fixture_new(r.world, r.arena, script);
	return r;
}

/* The same, and it is opened. */
static inline struct repository repository_open(const char *script)
{
	struct repository r = repository_new(script);

	CHECK_INT(git_open(&r.git, r.world, r.arena, r.path, &r.err), 0);
	return r;
}

static inline void repository_free(struct repository *r)
{
	git_close(&r->git);
	git_fixture_remove(r->world, r->path);
	world_free(r->world);
	arena_free(r->arena);
}

/* What a file holds; absent: there is none, or it cannot be read. */
static inline struct str repository_bytes(struct repository *r, const struct snapshot *s,
					  struct str path)
{
	const struct snapshot_file *file = snapshot_find(s, path);
	struct str bytes = STR_NONE;

	return file && snapshot_read(file, &bytes, &r->err) == 0 ? bytes : STR_NONE;
}

/* Opens what a script made and tells how that went: "" or the error. */
static inline struct str repository_said(struct repository *r, const char *script)
{
	git_fixture_sh(r->world, r->path, script);
	git_close(&r->git);
	r->git = (struct git){ .objects = NULL };
	if (git_open(&r->git, r->world, r->arena, r->path, &r->err) == 0)
		return STR("");
	return str_copy(r->arena, str_from_cstr(r->err.text));
}

#endif
