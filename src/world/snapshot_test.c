/* snapshot_test - paths, links, directories and the digest of a snapshot */
#include "world/snapshot.h"

#include "base/buf.h"
#include "base/test.h"

static void put(struct snapshot *s, struct str path, struct str bytes)
{
	snapshot_put(s, (struct snapshot_file){ .path = path, .bytes = bytes });
}

static void put_link(struct snapshot *s, struct str path, struct str target)
{
	snapshot_put(s, (struct snapshot_file){ .path = path, .bytes = target, .is_link = true });
}

static struct str names(struct arena *arena, const struct snapshot *s, struct str path)
{
	struct file_list list;
	struct str text = STR("");

	if (!snapshot_list(s, arena, path, &list))
		return STR("no such directory");
	for (uint32_t i = 0; i < list.count; i++)
		text = str_printf(arena, "%.*s%.*s%s ", STR_FMT(text), STR_FMT(list.items[i].name),
				  list.items[i].kind == FILE_DIRECTORY ? "/"
				  : list.items[i].kind == FILE_LINK    ? "@"
								       : "");
	return text;
}

static void directories(void)
{
	SCRATCH(arena);
	struct snapshot s;

	snapshot_init(&s, arena);
	CHECK_TEXT(names(arena, &s, STR("")), "");
	put(&s, STR("b/deep/er/file"), STR("1"));
	put(&s, STR("b/a"), STR("2"));
	put(&s, STR("a"), STR("3"));
	put(&s, STR("a"), STR("4"));
	put_link(&s, STR("b/link"), STR("../a"));
	CHECK_TEXT(names(arena, &s, STR("")), "a b/ ");
	CHECK_TEXT(names(arena, &s, STR("b")), "a deep/ link@ ");
	CHECK_TEXT(names(arena, &s, STR("b/deep")), "er/ ");
	CHECK_TEXT(names(arena, &s, STR("a")), "no such directory");
	CHECK_INT(snapshot_kind(&s, STR("b/deep")), FILE_DIRECTORY);
	CHECK(snapshot_remove(&s, STR("b/deep/er/file")));
	CHECK(!snapshot_remove(&s, STR("b/deep/er/file")));
	CHECK_TEXT(names(arena, &s, STR("b")), "a link@ ");
	CHECK_INT(snapshot_kind(&s, STR("b/deep")), FILE_ABSENT);
	CHECK_INT(s.files.count, 3);
	CHECK_TEXT(snapshot_find(&s, STR("a"))->bytes, "4");
}

static void resolves(void)
{
	SCRATCH(arena);
	struct snapshot s;

	snapshot_init(&s, arena);
	put(&s, STR("apps/api/base/x.yaml"), STR("1"));
	put_link(&s, STR("apps/web"), STR("api"));
	put_link(&s, STR("apps/api/up"), STR("../../apps/web/base"));
	put_link(&s, STR("loop"), STR("loop2"));
	put_link(&s, STR("loop2"), STR("./loop"));
	put_link(&s, STR("out"), STR("../elsewhere"));
	put_link(&s, STR("absolute"), STR("/etc/passwd"));
	CHECK_TEXT(snapshot_resolve(&s, arena, STR("")), "");
	CHECK_TEXT(snapshot_resolve(&s, arena, STR("/apps//./api/")), "apps/api");
	CHECK_TEXT(snapshot_resolve(&s, arena, STR("apps/api/../new")), "apps/new");
	CHECK_TEXT(snapshot_resolve(&s, arena, STR("apps/web/base/x.yaml")),
		   "apps/api/base/x.yaml");
	CHECK_TEXT(snapshot_resolve(&s, arena, STR("apps/web/up/x.yaml")), "apps/api/base/x.yaml");
	CHECK(!snapshot_resolve(&s, arena, STR("loop")).ptr);
	CHECK(!snapshot_resolve(&s, arena, STR("out")).ptr);
	CHECK(!snapshot_resolve(&s, arena, STR("absolute")).ptr);
	CHECK(!snapshot_resolve(&s, arena, STR("apps/../..")).ptr);
}

/* A path of parts that are not there is walked once, however long it is. */
static void long_paths(void)
{
	SCRATCH(arena);
	struct snapshot s;
	struct buf path;

	snapshot_init(&s, arena);
	put(&s, STR("a/b"), STR("1"));
	buf_init(&path, arena);
	for (int i = 0; i < 25000; i++)
		buf_printf(&path, "a/");
	size_t before_bytes = arena_used_bytes(arena);
	CHECK(!snapshot_resolve(&s, arena, buf_str(&path)).ptr);
	CHECK(!snapshot_resolve(&s, arena, str_printf(arena, "%0*d", 5000, 0)).ptr);
	CHECK(arena_used_bytes(arena) < before_bytes + 100000);
	CHECK_INT(snapshot_resolve(&s, arena, str_printf(arena, "%0*d", 4096, 0)).len, 4096);
	/* What goes up again is not long. */
	buf_init(&path, arena);
	for (int i = 0; i < 25000; i++)
		buf_printf(&path, "a/../");
	CHECK_TEXT(snapshot_resolve(&s, arena, buf_str(&path)), "");
}

struct counted {
	struct snapshot_content base;
	int read_count;
};

static int read_counted(struct snapshot_content *content, struct str *ret, struct error *err)
{
	(void)err;
	((struct counted *)content)->read_count++;
	*ret = STR("later");
	return 0;
}

/* Neither a digest nor a copy reads what has a content; its id stands for the bytes. */
static void contents_are_read_when_they_are_asked_for(void)
{
	SCRATCH(arena);
	struct counted x = { { STR("id-1"), read_counted }, 0 }, y = x;
	struct snapshot s, copy;
	struct str bytes;
	struct error err;

	snapshot_init(&s, arena);
	snapshot_put(&s, (struct snapshot_file){ .path = STR("x"), .content = &x.base });
	snapshot_clone(&copy, &s, arena);
	struct str before = snapshot_digest(&copy, arena);
	CHECK_INT(snapshot_kind(&copy, STR("x")), FILE_REGULAR);
	CHECK_INT(x.read_count, 0);
	CHECK_INT(snapshot_read(snapshot_find(&copy, STR("x")), &bytes, &err), 0);
	CHECK_TEXT(bytes, "later");
	CHECK_INT(x.read_count, 1);
	y.base.id = STR("id-2");
	snapshot_put(&s, (struct snapshot_file){ .path = STR("x"), .content = &y.base });
	CHECK(!str_equal(snapshot_digest(&s, arena), before));
	put(&s, STR("z"), STR("now"));
	CHECK_INT(snapshot_read(snapshot_find(&s, STR("z")), &bytes, &err), 0);
	CHECK_TEXT(bytes, "now");
}

static void digest(void)
{
	SCRATCH(arena);
	struct snapshot a, b;

	snapshot_init(&a, arena);
	snapshot_init(&b, arena);
	put(&a, STR("x"), STR("1"));
	put(&a, STR("y"), STR("2"));
	put(&b, STR("y"), STR("2"));
	put(&b, STR("x"), STR("1"));
	struct str before = snapshot_digest(&a, arena);
	CHECK_STR(snapshot_digest(&b, arena), before);
	snapshot_put(&b, (struct snapshot_file){
				 .path = STR("x"), .bytes = STR("1"), .executable = true });
	CHECK(!str_equal(snapshot_digest(&b, arena), before));
	put_link(&a, STR("x"), STR("1"));
	CHECK(!str_equal(snapshot_digest(&a, arena), before));
}

TESTS({ "directories follow the files in them", directories },
      { "paths are resolved through links and never leave the root", resolves },
      { "a path beyond the limit is refused with little memory", long_paths },
      { "contents are read when they are asked for", contents_are_read_when_they_are_asked_for },
      { "the digest covers paths, modes and bytes, not the order of adding", digest })
