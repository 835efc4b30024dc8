/* kustomize_fuzz - a few files of any bytes, built as a kustomization and composed as a cluster */
#include "base/arena.h"
#include "build/compose.h"
#include "build/kustomize.h"
#include "fuzz/fuzz.h"
#include "world/snapshot.h"

enum { FILES_MAX = 16 };

/* As git or a walk gives it. */
static bool is_path(struct str path)
{
	struct str rest = path;

	while (rest.len) {
		struct str name = str_cut(&rest, '/');
		if (!name.len || str_equal(name, STR(".")) || str_equal(name, STR("..")))
			return false;
	}
	return path.len && !str_ends(path, STR("/"));
}

/* A file begins with a line "=== PATH"; with "=>= PATH" it is a link. */
static void put_files(struct snapshot *snapshot, struct str text)
{
	struct snapshot_file file = { .path = STR("kustomization.yaml") };
	const char *begin = text.ptr;

	for (int count = 0; text.len && count < FILES_MAX;) {
		const char *line_start = text.ptr;
		struct str line = str_cut(&text, '\n');
		bool is_link = str_starts(line, STR("=>= "));
		if (!is_link && !str_starts(line, STR("=== ")))
			continue;
		if (!is_path(str_from(line, 4)))
			continue;
		file.bytes = (struct str){ begin, (size_t)(line_start - begin) };
		snapshot_put(snapshot, file);
		file = (struct snapshot_file){ .path = str_from(line, 4), .is_link = is_link };
		begin = text.len ? text.ptr : line.ptr + line.len;
		count++;
	}
	file.bytes = (struct str){ begin, text.len ? (size_t)(text.ptr + text.len - begin) : 0 };
	snapshot_put(snapshot, file);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
	SCRATCH(arena);
	struct str text = { (const char *)bytes, MIN(size_bytes, (size_t)(1 << 14)) };
	struct snapshot snapshot;
	struct files files = { .snapshot = &snapshot };
	struct kustomize_options options = { .fifo_order = size_bytes % 2 };
	struct render render;
	struct compositions all = {};
	const struct compose_options plain = {};
	struct error err;
	struct buf out;

	snapshot_init(&snapshot, arena);
	put_files(&snapshot, text);
	buf_init(&out, arena);
	if (kustomize_build(&files, STR("/"), &options, docset_new(arena), &render, &err) == 0)
		(void)!render_write(&render, &out, &err);
	(void)!compose(&files, STR("/"), &plain, docset_new(arena), &all, &err);
	return 0;
}
