/* path_test - paths that people write, read and written */
#include "doc/path.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/json.h"
#include "doc/yaml.h"

/* dotted form, blank, pointer; or the error */
static struct str both(struct arena *arena, const char *text)
{
	struct path path;
	struct error err;

	if (path_parse(arena, str_from_cstr(text), &path, &err) < 0)
		return str_copy(arena, str_from_cstr(err.text));
	return str_printf(arena, "%s %s", path_format(arena, &path).ptr,
			  path_pointer(arena, &path).ptr);
}

static void check_rows(const char *const rows[][2], size_t count)
{
	for (size_t i = 0; TEST_ROW_OF(rows, count, i, rows[i][0]); i++) {
		SCRATCH(arena);
		CHECK_STR(both(arena, rows[i][0]), str_from_cstr(rows[i][1]));
	}
}

static void forms(void)
{
	static const char *const rows[][2] = {
		{ "spec.replicas", "spec.replicas /spec/replicas" },
		{ "a[name=api].image", "a[name=api].image /a/name=api/image" },
		{ "metadata.annotations[a.b/c]", "metadata.annotations[a.b/c] "
						 "/metadata/annotations/a.b~1c" },
		{ "a\\.b.c", "[a.b].c /a.b/c" },
		{ "a[0].b", "a[0].b /a/0/b" },
		{ "a.0.b", "a.0.b /a/0/b" },
		{ "a[\"0\"]", "a.0 /a/0" },
		{ "a['x]y']", "a[x\\]y] /a/x]y" },
		{ "a[k=x\\]y]", "a[k=x\\]y] /a/k=x]y" },
		{ "a[\\'k=x]", "a[\\'k=x] /a/'k=x" },
		{ "a[-]", "a[-] /a/-" },
		{ "/a~1b/~0/0/-", "a/b.~.0[-] /a~1b/~0/0/-" },
		{ "/", "[\"\"] /" },
		{ "", " " },
	};
	check_rows(rows, ARRAY_COUNT(rows));
}

static void faults_have_a_column(void)
{
	static const char *const rows[][2] = {
		{ "a..b", "path 'a..b', column 3: expected a key" },
		{ "a.", "path 'a.', column 3: expected a key" },
		{ ".a", "path '.a', column 1: expected a key" },
		{ "a[b", "path 'a[b', column 2: '[' without ']'" },
		{ "a[]", "path 'a[]', column 3: expected an index, key=value or a key" },
		{ "a[0]b", "path 'a[0]b', column 5: expected '.' or '['" },
		{ "a[\"b]", "path 'a[\"b]', column 3: expected a closing quote and ']'" },
		{ "/a~2", "path '/a~2', column 3: '~' must be written ~0, and '/' in a key ~1" },
	};
	check_rows(rows, ARRAY_COUNT(rows));
}

static void steps_are_limited(void)
{
	SCRATCH(arena);
	struct buf text;

	buf_init(&text, arena);
	buf_add_repeat(&text, '/', PATH_STEPS_MAX + 1);
	CHECK_TEXT(both(arena, buf_str(&text).ptr), "a path of more than 256 steps");
}

static void finds(void)
{
	SCRATCH(arena);
	struct error err;
	const struct node *root = yaml_read_one(
		docset_new(arena), STR("f"),
		STR("a: {x.y: 1, '0': zero}\nl: [{name: p, v: 1}, {name: q, v: 2}]\n"),
		DIALECT_GO_V3, &err);
	static const char *const rows[][2] = {
		{ "a[x.y]", "1" },	  { "/a/x.y", "1" },	   { "a.0", "\"zero\"" },
		{ "a[0]", "\"zero\"" },	  { "l.1.v", "2" },	   { "l[name=q].v", "2" },
		{ "/l/0/name", "\"p\"" }, { "l[name=z]", "null" }, { "l[2]", "null" },
		{ "a[k=v]", "null" },	  { "l[-]", "null" },	   { "a.b.c", "null" },
	};
	for (size_t i = 0; TEST_ROW(rows, i, rows[i][0]); i++) {
		struct path path;
		CHECK_INT(path_parse(arena, str_from_cstr(rows[i][0]), &path, &err), 0);
		CHECK_STR(json_text(arena, path_find(root, &path), 0), str_from_cstr(rows[i][1]));
	}
}

TESTS({ "dotted paths and pointers", forms }, { "faults have a column", faults_have_a_column },
      { "the number of steps is limited", steps_are_limited }, { "paths find their node", finds })
