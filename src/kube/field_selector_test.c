/* field_selector_test - what kinds can be selected by, escapes, and what is refused */
#include "kube/field_selector.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/make.h"

/* "yes", "no", or why the text is no selector. */
static struct str selects(struct arena *arena, kind_id id, const char *text, const char *object)
{
	const struct kind kind = { .id = id, .flags = id == KIND_CANARY ? KIND_FLAG_CUSTOM : 0 };
	struct field_selector selector;
	struct error err;

	if (field_selector_parse(arena, &kind, str_from_cstr(text), &selector, &err) < 0)
		return str_copy(arena, str_from_cstr(err.text));
	return field_selector_matches(&selector, node_make(arena, object)) ? STR("yes") : STR("no");
}

#define POD "{metadata: {name: a, namespace: shop}, spec: {nodeName: n1}, status: {phase: Pending}}"

static const struct {
	kind_id kind;
	const char *text, *object, *want;
} rows[] = {
	{ KIND_POD, "", POD, "yes" },
	{ KIND_POD, "spec.nodeName=n1", POD, "yes" },
	{ KIND_POD, "spec.nodeName==n1", POD, "yes" },
	{ KIND_POD, "spec.nodeName!=n1", POD, "no" },
	{ KIND_POD, "spec.nodeName=", POD, "no" },
	{ KIND_POD, "spec.nodeName=n1,status.phase=Running", POD, "no" },
	{ KIND_POD, ",spec.nodeName=n1,", POD, "yes" },
	{ KIND_POD, "metadata.namespace=shop,metadata.name!=b", POD, "yes" },
	{ KIND_POD, "spec.hostNetwork=false", POD, "yes" },
	{ KIND_POD, "spec.hostNetwork=true", POD, "no" },
	{ KIND_POD, "status.podIP=", POD, "yes" },
	{ KIND_JOB, "status.successful=0", "{}", "yes" },
	{ KIND_EVENT, "involvedObject.name=x", "{involvedObject: {name: x}}", "yes" },
	{ KIND_EVENT, "regarding.name=x", "{involvedObject: {name: x}}", "yes" },
	{ KIND_SECRET, "type=a\\,b", "{type: \"a,b\"}", "yes" },
	{ KIND_SECRET, "type=a\\=b", "{type: \"a=b\"}", "yes" },
	{ KIND_SECRET, "type=a\\x", "{}", "invalid field selector: invalid escape sequence: \\x" },
	{ KIND_SECRET, "type=a\\", "{}", "invalid field selector: invalid escape sequence: \\" },
	/* Any node may stand anywhere. */
	{ KIND_POD, "spec.nodeName=n1", "{spec: [nodeName]}", "no" },
	{ KIND_POD, "spec.nodeName=n1", "[spec]", "no" },
	{ KIND_POD, "nope", POD, "invalid selector: 'nope'; can't understand 'nope'" },
	{ KIND_POD, "a=b,nope", POD, "field label not supported: a" },
	{ KIND_POD, "metadata.labels.a=x", POD, "field label not supported: metadata.labels.a" },
	{ KIND_POD, "metadata[x=c", POD, "field label not supported: metadata[x" },
	{ KIND_POD, "metadata.name in (a)", POD,
	  "invalid selector: 'metadata.name in (a)'; can't understand 'metadata.name in (a)'" },
	{ KIND_CONFIGMAP, "data.k=v", "{data: {k: v}}",
	  "\"data.k\" is not a known field selector: only \"metadata.name\", "
	  "\"metadata.namespace\"" },
	{ KIND_REPLICASET, "status.replicas=0", "{}",
	  "\"status.replicas\" is not a known field selector: only \"metadata.name\", "
	  "\"metadata.namespace\"" },
	{ KIND_CANARY, "spec.x=z", "{}", "field label not supported: spec.x" },
};

static void fields_select(void)
{
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].text); i++)
		CHECK_STR(selects(arena, rows[i].kind, rows[i].text, rows[i].object),
			  str_from_cstr(rows[i].want));
}

static void a_backslash_is_escaped_by_itself(void)
{
	SCRATCH(arena);
	const struct kind secret = { .id = KIND_SECRET };
	struct field_selector selector;
	struct error err;

	CHECK_INT(field_selector_parse(arena, &secret, STR("type=a\\\\"), &selector, &err), 0);
	CHECK(field_selector_matches(&selector, node_make(arena, "{type: %s}", STR("a\\"))));
	CHECK(!field_selector_matches(&selector, node_make(arena, "{type: a}")));
}

TESTS({ "fields select, and only those of the kind", fields_select },
      { "a backslash is escaped by itself", a_backslash_is_escaped_by_itself })
