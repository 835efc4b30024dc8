/* secrets_test - no report shows a value of a Secret that a release changes */
#include "doc/at_test.h"
#include "doc/json.h"
#include "rehearse/rehearsal_test.h"
#include "rehearse/report.h"

static void settle_both(struct rehearsal_fixture *f)
{
	for (size_t i = 0; i < ARRAY_COUNT(f->revisions); i++) {
		struct revision_state state = { .revision = &f->revisions[i] };
		VEC_PUSH(f->arena, &f->r.states, state);
	}
}

static struct str report(struct rehearsal_fixture *f)
{
	struct buf out;

	buf_init(&out, f->arena);
	json_write(&out, report_document(&f->r.results, f->arena), JSON_INDENT);
	return buf_str(&out);
}

/* What the report has at the path, as JSON in one line. */
static struct str at(struct rehearsal_fixture *f, const char *path)
{
	const struct node *root =
		json_read(docset_new(f->arena), STR("report"), report(f), &f->err);
	const struct node *n = root ? test_at(f->arena, root, path) : NULL;

	CHECK(root != NULL);
	return n ? json_text(f->arena, n, 0) : STR_NONE;
}

/* Neither a value nor what kubectl has kept of one. */
static void values_of_secrets_are_never_shown(void)
{
#define PLAIN "{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: default}"
#define NOTED(text)                                                                                \
	"{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: default, " text "}"
#define KEPT(text)                                                                                 \
	NOTED("annotations: {a: b, kubectl.kubernetes.io/last-applied-configuration: " text "}")
	static const char *const pairs[][2] = {
		{ PLAIN ", data: {a: aHVudGVyMg==}}", PLAIN ", data: {a: aHVudGVyMw==}}" },
		{ PLAIN "}", PLAIN ", data: {a: aHVudGVyMg==}}" },
		{ PLAIN ", stringData: {a: hunter2}}",
		  PLAIN ", stringData: {a: hunter3, b: hunter2}}" },
		{ PLAIN ", data: {a: aHVudGVyMg==}}", PLAIN ", stringData: {a: hunter2}}" },
		{ PLAIN "}", KEPT("hunter2") "}" },
		{ KEPT("hunter2") "}", KEPT("hunter3") "}" },
		{ NOTED("annotations: {a: b}") "}", KEPT("hunter2") "}" },
	};

	for (size_t i = 0; TEST_ROW(pairs, i, pairs[i][0]); i++) {
		struct rehearsal_fixture f;

		rehearsal_begin(&f);
		const struct node *before = node_make(f.arena, pairs[i][0]);
		const struct node *after = node_make(f.arena, pairs[i][1]);
		rehearsal_render(&f, 0, &before, 1);
		rehearsal_render(&f, 1, &after, 1);
		settle_both(&f);
		changes_find(&f.r.results, f.r.platform->api, f.arena, &f.r.changes);
		CHECK_TEXT(at(&f, "changes[0].change"), "\"changed\"");
		CHECK(str_contains(report(&f), STR("\"***\"")));
		CHECK(!str_contains(report(&f), STR("hunter")));
		CHECK(!str_contains(report(&f), STR("aHVudGVy")));
		rehearsal_end(&f);
	}
#undef PLAIN
#undef NOTED
#undef KEPT
}

/* What the type or a label has become is no secret. */
static void the_rest_of_a_secret_is_shown(void)
{
	struct rehearsal_fixture f;

	rehearsal_begin(&f);
	const struct node *before = node_make(f.arena, "{apiVersion: v1, kind: Secret, metadata: "
						       "{name: s, labels: {a: one}}}");
	const struct node *after = node_make(f.arena, "{apiVersion: v1, kind: Secret, metadata: "
						      "{name: s, labels: {a: two}}, type: Opaque}");
	rehearsal_render(&f, 0, &before, 1);
	rehearsal_render(&f, 1, &after, 1);
	settle_both(&f);
	changes_find(&f.r.results, f.r.platform->api, f.arena, &f.r.changes);
	CHECK_TEXT(at(&f, "changes[0].fields"),
		   "[{\"path\":\"metadata.labels.a\",\"before\":\"one\",\"after\":\"two\"},"
		   "{\"path\":\"type\",\"before\":null,\"after\":\"Opaque\"}]");
	rehearsal_end(&f);
}

TESTS({ "values of Secrets are never shown", values_of_secrets_are_never_shown },
      { "the rest of a Secret is shown", the_rest_of_a_secret_is_shown })
