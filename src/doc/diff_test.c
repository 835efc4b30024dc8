/* diff_test - differences of documents, by path */
#include "doc/diff.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/test.h"
#include "doc/align.h"
#include "doc/json.h"
#include "doc/path.h"
#include "doc/yaml.h"

/* A pointer leads to the value on its side, and is absent where there is none. */
static void check_pointer(struct arena *arena, const struct node *root, struct str pointer,
			  const struct node *value)
{
	struct path path;
	struct error err;

	CHECK((pointer.ptr != NULL) == (value != NULL));
	if (!pointer.len)
		return;
	CHECK_INT(path_parse(arena, pointer, &path, &err), 0);
	CHECK(path_find(root, &path) == value);
}

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
		check_pointer(arena, a, d.before_pointer, d.before);
		check_pointer(arena, b, d.after_pointer, d.after);
		if (d.is_order) {
			buf_printf(&out, "%.*s order\n", STR_FMT(d.path));
			continue;
		}
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

static void lists_by_equal_items(void)
{
	CHECK_DIFF("{l: [1, 2]}", "{l: [1, 3, 4]}", NULL, "l[1] 2 -> 3\nl[2] - -> 4\n");
	CHECK_DIFF("{l: [1, 2]}", "{l: []}", NULL, "l [1,2] -> []\n");
	CHECK_DIFF("{l: []}", "{l: [1]}", NULL, "l [] -> [1]\n");
	CHECK_DIFF("{l: [a, b, c]}", "{l: [x, a, b, c]}", NULL, "l[0] - -> \"x\"\n");
	CHECK_DIFF("{l: [a, b, c, d]}", "{l: [a, c, d]}", NULL, "l[1] \"b\" -> -\n");
	CHECK_DIFF("{l: [a, b]}", "{l: [b, a]}", NULL, "l[0] \"a\" -> -\nl[1] - -> \"a\"\n");
	CHECK_DIFF("{l: [1, a]}", "{l: [1.0, b]}", NULL, "l[1] \"a\" -> \"b\"\n");
}

static void items_that_are_maps(void)
{
	/* The order of keys and the spelling of numbers make no difference. */
	CHECK_DIFF("{l: [{a: 1, b: 2}, {c: 1}]}", "{l: [{x: 1}, {b: 2.0, a: 1}, {c: 1}]}", NULL,
		   "l[0] - -> {\"x\":1}\n");
	/* Between equal ones, one is the other one, changed, when half of it is the same. */
	CHECK_DIFF("{l: [{a: 1}, {b: 2, c: 3}]}", "{l: [{a: 1}, {b: 2, c: 4}]}", NULL,
		   "l[1].c 3 -> 4\n");
	CHECK_DIFF("{l: [{a: 1}, {b: 2, c: 3}]}", "{l: [{a: 1}, {d: 2, c: 4}]}", NULL,
		   "l[1] {\"b\":2,\"c\":3} -> -\nl[1] - -> {\"d\":2,\"c\":4}\n");
	/* Nothing is equal, and as many there are: by position. */
	CHECK_DIFF("{l: [{b: 2, c: 3}]}", "{l: [{b: 3, c: 4}]}", NULL,
		   "l[0].b 2 -> 3\nl[0].c 3 -> 4\n");
	CHECK_DIFF("{l: [{a: 1}, [2]]}", "{l: [{a: 1}, {b: 1}]}", NULL,
		   "l[1] [2] -> -\nl[1] - -> {\"b\":1}\n");
}

static void lists_by_name(void)
{
	CHECK_DIFF("{c: [{name: a, i: 1}, {name: b, i: 2}]}",
		   "{c: [{name: a, i: 3}, {name: n}, {name: b, i: 2}]}", diff_key_name,
		   "c[name=a].i 1 -> 3\nc[name=n] - -> {\"name\":\"n\"}\n");
	CHECK_DIFF("{c: [{name: a, i: 1}, {name: b, i: 2}]}",
		   "{c: [{name: b, i: 3}, {name: a, i: 1}, {name: n}]}", diff_key_name,
		   "c order\nc[name=b].i 2 -> 3\nc[name=n] - -> {\"name\":\"n\"}\n");
	CHECK_DIFF("{c: [{name: a, i: 1}]}", "{c: [{name: b, i: 1}]}", diff_key_name,
		   "c[name=a] {\"name\":\"a\",\"i\":1} -> -\n"
		   "c[name=b] - -> {\"name\":\"b\",\"i\":1}\n");
	CHECK_DIFF("{c: [{name: '', i: 1}]}", "{c: [{name: '', i: 2}]}", diff_key_name,
		   "c[0].i 1 -> 2\n");
	CHECK_DIFF("{c: [{name: ~, i: 1}]}", "{c: [{name: ~, i: 2}]}", diff_key_name,
		   "c[0].i 1 -> 2\n");
	CHECK_DIFF("{c: [{name: a}, {name: a}]}", "{c: [{name: a}]}", diff_key_name,
		   "c[1] {\"name\":\"a\"} -> -\n");
}

static struct str key_ip(const struct diff_step *at, const struct node *list, void *context)
{
	(void)context;
	CHECK(at && at->key && !at->above);
	return diff_is_key(list, STR("ip")) ? STR("ip") : STR_NONE;
}

static void a_key_that_is_no_name_may_change(void)
{
	CHECK_DIFF("{h: [{ip: a, n: [x]}, {ip: b, n: [y]}]}",
		   "{h: [{ip: c, n: [x]}, {ip: b, n: [y]}]}", key_ip,
		   "h[ip=a].ip \"a\" -> \"c\"\n");
	CHECK_DIFF("{h: [{ip: a, n: [x], m: 1}]}", "{h: [{ip: c, n: [y], m: 2}]}", key_ip,
		   "h[ip=a] {\"ip\":\"a\",\"n\":[\"x\"],\"m\":1} -> -\n"
		   "h[ip=c] - -> {\"ip\":\"c\",\"n\":[\"y\"],\"m\":2}\n");
}

/* More edits than are looked for: by position. */
static void lists_that_have_nothing_in_common(void)
{
	SCRATCH(arena);
	struct buf before, after;

	buf_init(&before, arena);
	buf_init(&after, arena);
	for (int i = 0; i < ALIGN_EDITS_MAX; i++) {
		buf_printf(&before, "- a%d\n", i);
		buf_printf(&after, "- b%d\n", i);
	}
	struct str got = lines(arena, buf_str(&before).ptr, buf_str(&after).ptr, NULL);
	CHECK(str_starts(got, STR("[0] \"a0\" -> \"b0\"\n[1] \"a1\" -> \"b1\"\n")));
}

static void long_lists_by_name(void)
{
	SCRATCH(arena);
	struct buf before, after;

	buf_init(&before, arena);
	buf_init(&after, arena);
	for (int i = 0; i < 100; i++) {
		buf_printf(&before, "- {name: n%d, v: %d}\n", i, i);
		buf_printf(&after, "- {name: n%d, v: %d}\n", i, i == 99 ? -1 : i);
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

TESTS({ "maps by key, in document order", maps },
      { "lists by their equal items", lists_by_equal_items },
      { "items that are maps", items_that_are_maps }, { "lists by name", lists_by_name },
      { "a key that is no name may change", a_key_that_is_no_name_may_change },
      { "lists that have nothing in common", lists_that_have_nothing_in_common },
      { "long lists by name", long_lists_by_name }, { "large maps", large_maps })
