/* diff_test - differences of documents, by path */
#include "doc/diff.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/test.h"
#include "doc/json.h"
#include "doc/yaml.h"

/* One line for each difference: path before -> after. */
static struct str lines(struct arena *arena, const char *before, const char *after,
			diff_list_key_fn key)
{
	struct docset *set = docset_new(arena);
	struct error err;
	struct buf out;
	const struct node *a =
		yaml_read_one(set, STR("a"), str_from_cstr(before), DIALECT_GO_V3, &err);
	const struct node *b =
		yaml_read_one(set, STR("b"), str_from_cstr(after), DIALECT_GO_V3, &err);
	struct differences found = diff_nodes(arena, a, b, key, NULL);

	buf_init(&out, arena);
	for (uint32_t i = 0; i < found.count; i++) {
		struct difference d = found.items[i];
		buf_printf(&out, "%.*s %s -> %s\n", STR_FMT(d.path),
			   d.before ? json_text(arena, d.before, 0).ptr : "-",
			   d.after ? json_text(arena, d.after, 0).ptr : "-");
	}
	return buf_str(&out);
}

#define CHECK_DIFF(before, after, key, want)                                                       \
	do {                                                                                       \
		SCRATCH(arena_);                                                                   \
		CHECK_TEXT(lines(arena_, before, after, key), want);                               \
	} while (0)

static void maps(void)
{
	CHECK_DIFF("{a: 1, b: {c: 2, d: 3}, e: 4}", "{e: 5, b: {c: 2, f: 6}, a: 1}", NULL,
		   "b.d 3 -> -\nb.f - -> 6\ne 4 -> 5\n");
	CHECK_DIFF("{a: 1}", "{a: 1.0}", NULL, "");
	CHECK_DIFF("{a: 1}", "{a: '1'}", NULL, "a 1 -> \"1\"\n");
	CHECK_DIFF("{a: [1]}", "{a: {b: 1}}", NULL, "a [1] -> {\"b\":1}\n");
	CHECK_DIFF("{x.y/z: 1}", "{x.y/z: 2}", NULL, "[x.y/z] 1 -> 2\n");
	CHECK_DIFF("a", "b", NULL, " \"a\" -> \"b\"\n");
}

static void lists_by_position(void)
{
	CHECK_DIFF("{l: [1, 2]}", "{l: [1, 3, 4]}", NULL, "l[1] 2 -> 3\nl[2] - -> 4\n");
	CHECK_DIFF("{l: [1, 2]}", "{l: []}", NULL, "l[0] 1 -> -\nl[1] 2 -> -\n");
}

static void lists_by_name(void)
{
	CHECK_DIFF("{c: [{name: a, i: 1}, {name: b, i: 2}]}",
		   "{c: [{name: b, i: 3}, {name: a, i: 1}, {name: n}]}", diff_key_name,
		   "c[name=b].i 2 -> 3\nc[name=n] - -> {\"name\":\"n\"}\n");
	CHECK_DIFF("{c: [{name: a}, {name: a}]}", "{c: [{name: a}]}", diff_key_name,
		   "c[1] {\"name\":\"a\"} -> -\n");
}

static void long_lists_by_name(void)
{
	SCRATCH(arena);
	struct buf before, after;

	buf_init(&before, arena);
	buf_init(&after, arena);
	for (int i = 0; i < 100; i++) {
		buf_printf(&before, "- {name: n%d, v: %d}\n", i, i);
		buf_printf(&after, "- {name: n%d, v: %d}\n", 99 - i, i == 0 ? -1 : 99 - i);
	}
	CHECK_TEXT(lines(arena, buf_str(&before).ptr, buf_str(&after).ptr, diff_key_name),
		   "[name=n99].v 99 -> -1\n");
}

static void large_maps(void)
{
	SCRATCH(arena);
	struct buf before, after;

	buf_init(&before, arena);
	buf_init(&after, arena);
	for (int i = 0; i < 100; i++) {
		buf_printf(&before, "k%d: %d\n", i, i);
		buf_printf(&after, "k%d: %d\n", 100 - i, 100 - i);
	}
	CHECK_TEXT(lines(arena, buf_str(&before).ptr, buf_str(&after).ptr, NULL),
		   "k0 0 -> -\nk100 - -> 100\n");
}

TESTS({ "maps by key, in document order", maps }, { "lists by position", lists_by_position },
      { "lists by name", lists_by_name }, { "long lists by name", long_lists_by_name },
      { "large maps", large_maps })
