/* edit_test - edits of a file change one scalar and nothing else */
#include "doc/edit.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/at_test.h"
#include "doc/yaml.h"

/* The text after the scalar at a path was set, or the error. */
static struct str edited(struct arena *arena, const char *text, const char *path, const char *value)
{
	struct docset *set = docset_new(arena);
	struct error err = {};
	struct str result;
	const struct node *root =
		yaml_read_one(set, STR("f"), str_from_cstr(text), DIALECT_GO_V3, &err);

	if (edit_scalar(set, test_at(arena, root, path), str_from_cstr(value), &result, arena,
			&err) < 0)
		return str_copy(arena, str_from_cstr(err.text));
	return result;
}

#define CHECK_EDIT(text, path, value, want)                                                        \
	do {                                                                                       \
		SCRATCH(arena_);                                                                   \
		CHECK_TEXT(edited(arena_, text, path, value), want);                               \
	} while (0)

static void keeps_everything_else(void)
{
	CHECK_EDIT("# head\na:   1 # one\nb: {c: x}  # flow\n", "a", "2",
		   "# head\na:   2 # one\nb: {c: x}  # flow\n");
	CHECK_EDIT("b: {c: x, d: y}  # flow\n", "b.c", "z", "b: {c: z, d: y}  # flow\n");
	CHECK_EDIT("image: nginx:1.27 # {\"$imagepolicy\": \"x\"}\n", "image", "nginx:1.28",
		   "image: nginx:1.28 # {\"$imagepolicy\": \"x\"}\n");
}

static void keeps_quotes(void)
{
	CHECK_EDIT("a: 'x'\nb: 1\n", "a", "it's", "a: 'it''s'\nb: 1\n");
	CHECK_EDIT("a: \"x\\ty\"\nb: 1\n", "a", "q\"\\\n", "a: \"q\\\"\\\\\\n\"\nb: 1\n");
	CHECK_EDIT("a: 'x\n  y'\nb: 1\n", "a", "z", "a: 'z'\nb: 1\n");
}

static void quotes_what_plain_cannot_hold(void)
{
	CHECK_EDIT("a: x\n", "a", "true", "a: 'true'\n");
	CHECK_EDIT("a: x\n", "a", "1.0", "a: '1.0'\n");
	CHECK_EDIT("a: 1\n", "a", "1.0", "a: 1.0\n");
	CHECK_EDIT("a: x\n", "a", "b: c", "a: 'b: c'\n");
	CHECK_EDIT("a: x\n", "a", "b #c", "a: 'b #c'\n");
	CHECK_EDIT("a: x\n", "a", "", "a: ''\n");
	CHECK_EDIT("a: x\n", "a", "b\nc", "a: \"b\\nc\"\n");
	CHECK_EDIT("a: x\n", "a", " b", "a: ' b'\n");
	CHECK_EDIT("a: x\n", "a", "b ", "a: 'b '\n");
	CHECK_EDIT("a: x\n", "a", "\tb", "a: '\tb'\n");
	CHECK_EDIT("a: 1\n", "a", "", "a: ''\n");
	CHECK_EDIT("a: 1\n", "a", "x", "a: x\n");
	CHECK_EDIT("a: 1\n", "a", "true", "a: true\n");
	CHECK_EDIT("a: [x]\n", "a[0]", "b, c", "a: ['b, c']\n");
	CHECK_EDIT("a: x\n", "a", "b, c", "a: b, c\n");
	CHECK_EDIT("a: x y\n   z # c\n", "a", "w", "a: w # c\n");
}

static void block_scalars(void)
{
	CHECK_EDIT("a: |\n  x\n  y\n\nb: 1\n", "a", "z\n w\n", "a: |\n  z\n   w\n\nb: 1\n");
	CHECK_EDIT("a:\n  b: |-\n    x\nc: 1\n", "a.b", "y\n\nz",
		   "a:\n  b: |-\n    y\n\n    z\nc: 1\n");
	CHECK_EDIT("a: >\n  x\n  y\n", "a", "z\n", "a: |\n  z\n");
	CHECK_EDIT("a: |\n  x\nb: 1\n", "a", "y", "a: |-\n  y\nb: 1\n");
	CHECK_EDIT("a: |\n  x\nb: 1\n", "a", " y\n", "a: \" y\\n\"\nb: 1\n");
}

static void anchors_and_documents(void)
{
	CHECK_EDIT("a: &x 1\nb: *x\n", "a", "2", "a: &x 2\nb: *x\n");
	CHECK_EDIT("---\na: 1\n", "a", "2", "---\na: 2\n");
	CHECK_EDIT("---\n---\na: 1\n---\n", "a", "2", "---\n---\na: 2\n---\n");
	CHECK_EDIT("a:\r\n  b: c\r\nd: e\r\n", "a.b", "x", "a:\r\n  b: x\r\nd: e\r\n");
}

static void refuses_what_is_no_scalar_of_a_file(void)
{
	SCRATCH(arena);
	struct docset *set = docset_new(arena);
	struct error err;
	struct str text;

	CHECK_INT(edit_scalar(set, node_str(arena, STR("x")), STR("y"), &text, arena, &err), -1);
	CHECK_TEXT(str_from_cstr(err.text), "not a scalar of a file");
	CHECK_EDIT("a: {b: c}\n", "a", "x", "not a scalar of a file");
}

TESTS({ "an edit keeps everything else", keeps_everything_else },
      { "an edit keeps the quotes", keeps_quotes },
      { "values that a plain scalar cannot hold are quoted", quotes_what_plain_cannot_hold },
      { "block scalars keep their indentation", block_scalars },
      { "anchors, documents, CRLF", anchors_and_documents },
      { "nodes other than scalars of the text are refused", refuses_what_is_no_scalar_of_a_file })
