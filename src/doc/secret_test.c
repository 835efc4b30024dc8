/* secret_test - a mark survives each way of copying, and each writer honours it */
#include "doc/secret.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/diff.h"
#include "doc/finding.h"
#include "doc/json.h"
#include "doc/make.h"
#include "doc/patch.h"
#include "doc/redact.h"
#include "doc/segments.h"
#include "doc/set.h"
#include "doc/yaml.h"

static const struct node *read_text(struct docset *set, const char *text)
{
	struct error err;
	const struct node *n =
		yaml_read_one(set, STR("f.yaml"), str_from_cstr(text), DIALECT_GO_V3, &err);
	if (!n)
		BUG("%s", err.text);
	return n;
}

/* {secret: {a: hunter2, n: 5, l: [hunter3]}, open: plain}, all below secret marked. */
static const struct node *sample(struct arena *arena)
{
	const struct node *n = node_make(
		arena, "{secret: {a: hunter2, n: 5, l: [hunter3], z: null}, open: plain}");

	return node_set(arena, n, "secret", node_marked_secret(arena, node_get_lit(n, "secret")));
}

static const struct node *json_patched(struct arena *arena, const struct node *root,
				       const char *operations)
{
	struct error err;

	return patch_json(arena, root, node_make(arena, operations), NULL, &err);
}

static const struct node *copied(struct arena *arena, const struct node *root)
{
	return node_at(node_copy(arena, root, /* bare= */ true), "secret.a");
}

static const struct node *with_another_text(struct arena *arena, const struct node *root)
{
	return node_with_text(arena, node_at(root, "secret.a"), STR("other"));
}

static const struct node *with_a_step(struct arena *arena, const struct node *root)
{
	return node_with_step(arena, node_at(root, "secret.a"), 1);
}

static const struct node *in_a_literal(struct arena *arena, const struct node *root)
{
	return node_at(node_make(arena, "{x: {y: [%n]}}", node_get_lit(root, "secret")),
		       "x.y[0].a");
}

static const struct node *at_a_path(struct arena *arena, const struct node *root)
{
	return node_at(node_set(arena, root, "open", node_at(root, "secret.a")), "open");
}

static const struct node *merged(struct arena *arena, const struct node *root)
{
	return node_at(patch_merge(arena, node_make(arena, "{secret: {a: plain}}"), root),
		       "secret.a");
}

static const struct node *merged_into(struct arena *arena, const struct node *root)
{
	return node_at(patch_merge(arena, root, node_make(arena, "{secret: {b: plain}}")),
		       "secret.a");
}

static const struct node *patch_between(struct arena *arena, const struct node *root)
{
	return node_at(patch_merge_between(arena, node_empty_map(), root), "secret.a");
}

static const struct node *patch_copy(struct arena *arena, const struct node *root)
{
	return node_at(json_patched(arena, root, "[{op: copy, from: /secret/a, path: /b}]"), "b");
}

static const struct node *patch_move(struct arena *arena, const struct node *root)
{
	return node_at(json_patched(arena, root, "[{op: move, from: /secret/a, path: /b}]"), "b");
}

static const struct node *patch_add(struct arena *arena, const struct node *root)
{
	struct error err;
	const struct node *operations =
		node_make(arena, "[{op: add, path: /b, value: %n}]", node_at(root, "secret.a"));

	return node_at(patch_json(arena, root, operations, NULL, &err), "b");
}

static void each_copy_keeps_the_mark(void)
{
	static const struct {
		const char *name;
		const struct node *(*make)(struct arena *arena, const struct node *root);
	} rows[] = {
		{ "copy", copied },
		{ "another text", with_another_text },
		{ "another step", with_a_step },
		{ "literal", in_a_literal },
		{ "path", at_a_path },
		{ "merge patch", merged },
		{ "under a merge patch", merged_into },
		{ "merge patch between", patch_between },
		{ "JSON patch, copy", patch_copy },
		{ "JSON patch, move", patch_move },
		{ "JSON patch, add", patch_add },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].name); i++) {
		SCRATCH(arena);
		const struct node *n = rows[i].make(arena, sample(arena));
		CHECK(node_is_scalar(n));
		CHECK(node_is_secret(n));
	}
}

static void only_values_are_marked(void)
{
	SCRATCH(arena);
	const struct node *root = sample(arena), *secret = node_get_lit(root, "secret");

	CHECK(!node_is_secret(node_get_lit(root, "open")));
	CHECK(!node_is_secret(secret));
	CHECK(node_has_secret(root));
	CHECK(!node_is_secret(secret->raw_entries[0].key));
	CHECK(node_is_secret(node_at(root, "secret.n")));
	CHECK(node_is_secret(node_at(root, "secret.l[0]")));
	CHECK(!node_is_secret(node_at(root, "secret.z")));
	CHECK(!node_has_secret(node_make(arena, "{a: [b]}")));
	CHECK(!node_has_secret(NULL));
	CHECK(node_marked_secret(arena, secret) == secret);
	CHECK(node_equal(secret, node_make(arena, "{a: hunter2, n: 5, l: [hunter3], z: null}")));
}

static void what_is_computed_is_marked_like_its_source(void)
{
	SCRATCH(arena);
	const struct node *made = node_cstr(arena, "made"), *root = sample(arena);

	CHECK(node_is_secret(node_marked_like(arena, made, root)));
	CHECK(node_marked_like(arena, made, node_get_lit(root, "open")) == made);
	CHECK(node_marked_like(arena, made, NULL) == made);
}

/* Writers */

static struct str yaml_of(struct arena *arena, const struct node *n, unsigned flags)
{
	struct error err;
	struct buf out;

	buf_init(&out, arena);
	return yaml_write(&out, n, flags, &err) < 0 ? STR_NONE : buf_str(&out);
}

static void documents_are_masked_unless_asked(void)
{
	SCRATCH(arena);
	const struct node *root = sample(arena);

	CHECK_TEXT(json_text(arena, root, 0), "{\"secret\":{\"a\":\"***\",\"n\":\"***\",\"l\":"
					      "[\"***\"],\"z\":null},\"open\":\"plain\"}");
	CHECK_TEXT(json_text(arena, root, JSON_SECRETS),
		   "{\"secret\":{\"a\":\"hunter2\",\"n\":5,\"l\":[\"hunter3\"],\"z\":null},"
		   "\"open\":\"plain\"}");
	CHECK_TEXT(
		yaml_of(arena, root, 0),
		"open: plain\nsecret:\n  a: '***'\n  l:\n  - '***'\n  \"n\": '***'\n  z: null\n");
	CHECK_TEXT(
		yaml_of(arena, root, YAML_SECRETS),
		"open: plain\nsecret:\n  a: hunter2\n  l:\n  - hunter3\n  \"n\": 5\n  z: null\n");
}

static void secret_keys_are_masked(void)
{
	SCRATCH(arena);
	struct entry entry = { node_marked_secret(arena, node_cstr(arena, "hunter2")),
			       node_cstr(arena, "x") };
	const struct node *map = node_map_of(arena, &entry, 1);

	CHECK_TEXT(json_text(arena, map, 0), "{\"***\":\"x\"}");
	CHECK_TEXT(json_text(arena, map, JSON_SECRETS), "{\"hunter2\":\"x\"}");
	CHECK_TEXT(yaml_of(arena, map, 0), "'***': x\n");
	CHECK_TEXT(yaml_of(arena, map, YAML_SECRETS), "hunter2: x\n");
}

static void differences_keep_marks_and_mask_paths(void)
{
	SCRATCH(arena);
	const struct node *name = node_marked_secret(arena, node_cstr(arena, "hunter2"));
	struct differences d = diff_nodes(arena, node_make(arena, "{l: [{name: %n, a: 1}]}", name),
					  node_make(arena, "{l: [{name: %n, a: %n}]}", name, name),
					  diff_key_name, NULL);

	CHECK_INT(d.count, 1);
	CHECK_TEXT(d.items[0].path, "l[name=***].a");
	CHECK_TEXT(json_text(arena, d.items[0].before, 0), "1");
	CHECK_TEXT(json_text(arena, d.items[0].after, 0), "\"***\"");
}

static void findings_are_masked(void)
{
	static const struct rule rule = { STR_INIT("x/y"), SEVERITY_ERROR, STR_INIT("") };
	SCRATCH(arena);
	const struct node *root = sample(arena);
	struct findings findings;

	findings_init(&findings, arena);
	finding_add(&findings, &rule, node_at(root, "secret.a"), "'%s' is wrong", "hunter2");
	finding_hint(&findings, "not %s but plain", "hunter2");
	finding_add(&findings, &rule, root, "%s and 5 and %s", "hunter3", "plain");
	finding_add(&findings, &rule, node_at(root, "secret.n"), "%d is wrong", 5);
	finding_add(&findings, &rule, node_get_lit(root, "open"), "'%s' is wrong", "plain");
	finding_add(&findings, &rule, NULL, "%s", "hunter2");
	CHECK_TEXT(findings.items[0].message, "'***' is wrong");
	CHECK_TEXT(findings.items[0].hint, "not *** but plain");
	CHECK_TEXT(findings.items[1].message, "*** and 5 and plain");
	CHECK_TEXT(findings.items[2].message, "*** is wrong");
	CHECK_TEXT(findings.items[3].message, "'plain' is wrong");
	CHECK_TEXT(findings.items[4].message, "hunter2");
}

/* Lines */

static void lines_of_places_hide_secrets(void)
{
	static const struct {
		uint32_t offset;
		const char *want;
	} rows[] = {
		{ 0, "a: ***" }, { 11, "b: *** # open" }, { 33, "c: ***" },	   { 38, "***" },
		{ 45, "***" },	 { 51, "open: hunter2" }, { 65, "d: [***, ***]" },
	};
	SCRATCH(arena);
	struct docset *set = docset_new(arena);
	const struct node *root = read_text(set, "a: hunter2\n"		      /* 0 */
						 "b: \"hun\\x74er\" # open\n" /* 11 */
						 "c: |\n"		      /* 33 */
						 "  one\n"		      /* 38 */
						 "  two\n"		      /* 44 */
						 "open: hunter2\n"	      /* 50 */
						 "d: [x, yy]\n");	      /* 64 */
	const struct node *open = node_get_lit(root, "open");
	uint32_t base = root->position;

	secret_hide(set, root);
	CHECK_TEXT(docset_place(set, base).line_text, "a: hunter2");
	root = node_set(arena, node_marked_secret(arena, root), "open", open);
	secret_hide(set, root);
	for (int again = 0; again < 2; again++) {
		for (size_t i = 0; TEST_ROW(rows, i); i++)
			CHECK_STR(docset_place(set, base + rows[i].offset).line_text,
				  str_from_cstr(rows[i].want));
		secret_hide(set, root);
	}
	CHECK_INT(docset_place(set, base + 33).line, 3);
}

/* The caret under a line has to find its place. */
static void columns_of_shown_lines_follow_the_masks(void)
{
	static const struct {
		uint32_t offset, want;
	} rows[] = {
		{ 0, 1 }, { 1, 2 }, { 2, 3 },  { 3, 3 },   { 7, 3 },
		{ 8, 6 }, { 9, 7 }, { 10, 7 }, { 11, 10 }, { 12, 11 },
	};
	SCRATCH(arena);
	struct docset *set = docset_new(arena);
	uint32_t base = 0;
	struct error err;

	CHECK_INT(docset_add(set, STR("f"), STR("ab345678cHHx\n"), &base, &err), 0);
	docset_hide(set, base + 2, base + 8);
	docset_hide(set, base + 9, base + 11);
	CHECK_TEXT(docset_place(set, base).line_text, "ab***c***x");
	for (size_t i = 0; TEST_ROW(rows, i); i++) {
		CHECK_INT(docset_place(set, base + rows[i].offset).text_column, rows[i].want);
		CHECK_INT(docset_place(set, base + rows[i].offset).column, rows[i].offset + 1);
	}
}

static void ranges_may_overlap_and_come_in_any_order(void)
{
	SCRATCH(arena);
	struct docset *set = docset_new(arena);
	uint32_t base = 0;
	struct error err;

	CHECK_INT(docset_add(set, STR("f"), STR("0123456789\n"), &base, &err), 0);
	docset_hide(set, base + 6, base + 8);
	docset_hide(set, base + 1, base + 3);
	docset_hide(set, base + 2, base + 4);
	docset_hide(set, base + 5, base + 5);
	CHECK_TEXT(docset_place(set, base).line_text, "0***45***89");
	docset_hide(set, base + 9, base + 10);
	CHECK_TEXT(docset_place(set, base).line_text, "0***45***8***");
	docset_hide(set, base + 3, base + 5);
	CHECK_TEXT(docset_place(set, base).line_text, "0***5***8***");
	CHECK(docset_is_hidden(set, base + 1));
	CHECK(docset_is_hidden(set, base + 3));
	CHECK(!docset_is_hidden(set, base + 5));
	CHECK(!docset_is_hidden(set, base));
}

/* Generated texts */

static void what_is_read_back_from_a_secret_is_marked(void)
{
	SCRATCH(arena);
	struct docset *set = docset_new(arena);
	struct segments first, second;
	struct error err;
	struct buf out, text;
	uint32_t base = 0;

	buf_init(&text, arena);
	segments_init(&first, arena);
	CHECK_INT(yaml_write_segments(&text, sample(arena), &first, &err), 0);
	docset_generated(set, buf_str(&text), &first);
	CHECK_INT(docset_add(set, STR("text"), buf_str(&text), &base, &err), 0);
	buf_init(&out, arena);
	segments_init(&second, arena);
	segments_copy(&second, &out, base, buf_str(&text));
	segments_computed(&second, &out, 0, STR("more:\n- plain\n- pre"));
	segments_secret(&second, &out, 0, STR("hunter4"), SECRECY_MARKED);
	segments_computed(&second, &out, 0, STR("post\n- plain\n"));
	segments_secret(&second, &out, 0, STR("hunter5"), SECRECY_MARKED);
	segments_computed(&second, &out, 0, STR(": plain\n"));
	docset_generated(set, buf_str(&out), &second);

	const struct node *root =
		yaml_read_one(set, STR("again"), buf_str(&out), DIALECT_SIGS, &err);
	root = secret_marked_generated(set, root);
	CHECK_TEXT(json_text(arena, root, 0),
		   "{\"open\":\"plain\",\"secret\":{\"a\":\"***\",\"l\":[\"***\"],\"n\":\"***\","
		   "\"z\":null},\"more\":[\"plain\",\"***\",\"plain\"],\"***\":\"plain\"}");
}

static void a_generated_text_without_secrets_stays_as_it_is(void)
{
	SCRATCH(arena);
	struct docset *set = docset_new(arena);
	const struct node *root = read_text(set, "a: b\n");

	CHECK(secret_marked_generated(set, root) == root);
}

static void telling_texts_stay_marked(void)
{
	SCRATCH(arena);
	const struct node *n = node_make(arena, "{a: hunter2hunter2, b: [x, c2VjcmV0Zm9y], c: 5}");
	const struct node *telling = secret_marked_telling(arena, node_marked_secret(arena, n));

	CHECK(node_is_secret(node_at(telling, "a")));
	CHECK(!node_is_secret(node_at(telling, "b[0]")));
	CHECK(node_is_secret(node_at(telling, "b[1]")));
	CHECK(!node_is_secret(node_at(telling, "c")));
	CHECK(!node_has_secret(secret_marked_telling(arena, n)));
}

/* What a message about a fault quotes is masked when no line of the document may be shown. */
static void lines_that_cannot_be_read_are_learnt(void)
{
	static const struct {
		const char *text, *message, *want;
	} rows[] = {
		{ "kind: Secret\na: *hunter2hunter2\n", "anchor 'hunter2hunter2'", "anchor '***'" },
		{ "kind: Secret\na: *hunter2hunter2\n", "in kind Secret", "in kind Secret" },
		{ "kind: Secret\n---\nkind: A\na: *hunter2hunter2\n", "hunter2hunter2",
		  "hunter2hunter2" },
		{ "kind: ConfigMap\na: *hunter2hunter2\n", "hunter2hunter2", "hunter2hunter2" },
		{ "{\"kind\": \"Secret\", \"a\": \"hunter2hunter2\" 1}", "hunter2hunter2", "***" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].text); i++) {
		SCRATCH(arena);
		struct docset *set = docset_new(arena);
		struct error err;
		CHECK(!yaml_read_one(set, STR("f"), str_from_cstr(rows[i].text), DIALECT_GO_V3,
				     &err));
		CHECK_STR(redact(docset_redactor(set), arena, str_from_cstr(rows[i].message)),
			  str_from_cstr(rows[i].want));
	}
}

static void comments_that_may_hold_one_are_masked(void)
{
	static const struct {
		const char *line, *want;
	} rows[] = {
		{ "a: 1 # the password is x", "a: 1 # ***" },
		{ "# token x", "# ***" },
		{ "a: 1 # of two", "a: 1 # of two" },
		{ "a: x#password", "a: x#password" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].line); i++) {
		SCRATCH(arena);
		struct docset *set = docset_new(arena);
		uint32_t base = 0;
		struct error err;
		CHECK_INT(docset_add(set, STR("f"), str_from_cstr(rows[i].line), &base, &err), 0);
		docset_screen(set, base);
		CHECK_STR(docset_place(set, base).line_text, str_from_cstr(rows[i].want));
	}
}

/* Sealed: as a mark, but programs do not get it either, nor what was computed from it. */
static void what_is_sealed_is_masked_for_programs(void)
{
	SCRATCH(arena);
	const struct node *sealed = node_sealed(arena, node_make(arena, "{a: hunter2, b: [3]}"));
	const struct node *root =
		node_make(arena, "{sealed: %n, made: %n, marked: %n, open: x}", sealed,
			  node_marked_like(arena, node_cstr(arena, "hunter2 and more"), sealed),
			  node_marked_secret(arena, node_cstr(arena, "hunter3")));
	const struct node *masked = secret_sealed_masked(arena, root);

	CHECK_TEXT(json_text(arena, masked, JSON_SECRETS),
		   "{\"sealed\":{\"a\":\"***\",\"b\":[\"***\"]},\"made\":\"***\","
		   "\"marked\":\"hunter3\",\"open\":\"x\"}");
	CHECK(secret_sealed_masked(arena, masked) == masked);
	CHECK(node_has_secret(secret_marked_telling(arena, sealed)));
	CHECK(node_marked_secret(arena, sealed) == sealed);
}

TESTS({ "each copy keeps the mark", each_copy_keeps_the_mark },
      { "only values are marked", only_values_are_marked },
      { "values computed from a secret are marked", what_is_computed_is_marked_like_its_source },
      { "documents are masked unless asked", documents_are_masked_unless_asked },
      { "secret keys are masked", secret_keys_are_masked },
      { "differences keep marks and mask paths", differences_keep_marks_and_mask_paths },
      { "findings are masked", findings_are_masked },
      { "lines of places hide secrets", lines_of_places_hide_secrets },
      { "columns of shown lines follow the masks", columns_of_shown_lines_follow_the_masks },
      { "ranges may overlap and come in any order", ranges_may_overlap_and_come_in_any_order },
      { "scalars read from a generated text with a secret are marked",
	what_is_read_back_from_a_secret_is_marked },
      { "a generated text without secrets stays as it is",
	a_generated_text_without_secrets_stays_as_it_is },
      { "of a cluster, only telling texts stay marked", telling_texts_stay_marked },
      { "words of lines that do not parse are masked", lines_that_cannot_be_read_are_learnt },
      { "comments that may hold a secret are masked", comments_that_may_hold_one_are_masked },
      { "what is sealed is masked for programs, too", what_is_sealed_is_masked_for_programs })
