/* snapshot_test - paths, links, directories and the digest of a snapshot */
#include "world/snapshot.h"

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
      { "the digest covers paths, modes and bytes, not the order of adding", digest })
