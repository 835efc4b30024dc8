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

static inline struct render fixture_render(struct arena *arena, const struct fixture_file *files,
					   size_t count, struct error *err)
{
	struct snapshot snapshot;
	struct render render = {};
	struct kustomize_options options = {};

	snapshot_init(&snapshot, arena);
	for (size_t i = 0; i < count; i++)
		snapshot_put(&snapshot,
			     (struct snapshot_file){ .path = str_from_cstr(files[i].path),
						     .bytes = str_from_cstr(files[i].text) });
	struct files source = { .snapshot = &snapshot };
	if (kustomize_build(&source, STR("/top"), &options, docset_new(arena), &render, err) < 0)
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

/* A tree of files and what it gives. */
struct fixture_case {
	const char *what;
	struct fixture_file files[5];
	const char *want;
};

static inline void fixture_check(const struct fixture_case *cases, size_t count)
{
	for (size_t i = 0; TEST_ROW_OF(cases, count, i, cases[i].what); i++) {
		SCRATCH(arena);
		size_t files = 0;
		while (files < ARRAY_COUNT(cases[i].files) && cases[i].files[files].path)
			files++;
		CHECK_STR(fixture_built(arena, cases[i].files, files),
			  str_from_cstr(cases[i].want));
	}
}

#endif
