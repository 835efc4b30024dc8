/*
 * kustomize_fixture - a tree of files in memory, built: for the tests beside these files
 *
 *	CHECK_TEXT(BUILT(arena, { "top/kustomization.yaml", "resources: [a.yaml]\n" },
 *			 { "top/a.yaml", A }), "…");
 *
 * The result is the output, or the message of the error.
 */
#ifndef FORGE_BUILD_KUSTOMIZE_KUSTOMIZE_FIXTURE_H
#define FORGE_BUILD_KUSTOMIZE_KUSTOMIZE_FIXTURE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/test.h"
#include "build/kustomize.h"
#include "world/snapshot.h"

struct fixture_file {
	const char *path, *text;
};

static inline int fixture_build(struct docset *set, const struct fixture_file *files, size_t count,
				struct render *ret, struct error *err)
{
	struct snapshot snapshot;
	struct kustomize_options options = {};

	snapshot_init(&snapshot, docset_arena(set));
	for (size_t i = 0; i < count; i++)
		snapshot_put(&snapshot,
			     (struct snapshot_file){ .path = str_from_cstr(files[i].path),
						     .bytes = str_from_cstr(files[i].text) });
	struct files source = { .snapshot = &snapshot };
	return kustomize_build(&source, STR("/top"), &options, set, ret, err);
}

/* Without a set: it failed. */
static inline struct render fixture_render(struct arena *arena, const struct fixture_file *files,
					   size_t count, struct error *err)
{
	struct render render = {};

	if (fixture_build(docset_new(arena), files, count, &render, err) < 0)
		render.set = NULL;
	return render;
}

static inline struct str fixture_built(struct arena *arena, const struct fixture_file *files,
				       size_t count)
{
	struct error err;
	struct render render = fixture_render(arena, files, count, &err);
	struct buf out;

	buf_init(&out, arena);
	if (!render.set || render_write(&render, &out, &err) < 0)
		return str_copy(arena, str_from_cstr(err.text));
	return buf_str(&out);
}

/* Pairs {path, text} of files; the top is the folder "top". */
#define BUILT(arena, ...)                                                                          \
	fixture_built((arena), (const struct fixture_file[]){ __VA_ARGS__ },                       \
		      sizeof((const struct fixture_file[]){ __VA_ARGS__ }) /                       \
			      sizeof(struct fixture_file))

/* A tree of files, and what it gives: the output, or an error and where in the files it is. */
struct fixture_case {
	const char *what;
	struct fixture_file files[5];
	const char *want;
	const char *place; /* path:line:column; NULL: none */
};

static inline void fixture_check_case(const struct fixture_case *c)
{
	SCRATCH(arena);
	struct docset *set = docset_new(arena);
	struct render render = {};
	struct error err;
	struct buf out;
	size_t count = 0;

	while (count < ARRAY_COUNT(c->files) && c->files[count].path)
		count++;
	buf_init(&out, arena);
	if (fixture_build(set, c->files, count, &render, &err) == 0 &&
	    render_write(&render, &out, &err) == 0) {
		CHECK_STR(buf_str(&out), str_from_cstr(c->want));
		return;
	}
	CHECK_STR(str_from_cstr(err.text), str_from_cstr(c->want));
	if (!c->place) {
		CHECK_INT(err.position, ERROR_NO_POSITION);
		return;
	}
	struct place place = docset_place(set, err.position);
	CHECK_STR(str_printf(arena, "%.*s:%u:%u", STR_FMT(str_strip_prefix(place.path, STR("/"))),
			     place.line, place.column),
		  str_from_cstr(c->place));
}

static inline void fixture_check(const struct fixture_case *cases, size_t count)
{
	for (size_t i = 0; TEST_ROW_OF(cases, count, i, cases[i].what); i++)
		fixture_check_case(&cases[i]);
}

#endif
