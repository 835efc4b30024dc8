/* list_test - selected lists, pages of one state, and collections that are deleted */
#include "base/buf.h"
#include "cluster/server/change_log.h"
#include "cluster/server/server_test.h"

static void put(struct fixture *f, const char *name, const char *app)
{
	fixture_send(
		f, API_APPLY,
		node_make(f->arena,
			  "{apiVersion: v1, kind: ConfigMap, metadata: {name: %c, namespace: a, "
			  "labels: {app: %c}}}",
			  name, app));
}

static struct api_request request_of(struct fixture *f, enum api_verb verb)
{
	return (struct api_request){ .verb = verb,
				     .kind = schemas_kind_by_id(f->server.schemas, KIND_CONFIGMAP),
				     .key = { STR("a"), STR_NONE },
				     .grace_s = -1,
				     .arena = f->arena };
}

/* "a=web b=api", the objects' names and labels. */
static struct str names(struct fixture *f, const struct api_answer *answer)
{
	struct buf buf;

	buf_init(&buf, f->arena);
	for (uint32_t i = 0; i < answer->list.count; i++) {
		const struct object *o = answer->list.items[i];
		buf_printf(&buf, "%s%.*s=%.*s", i ? " " : "", STR_FMT(o->key.name),
			   STR_FMT(object_label(o->root, STR("app"))));
	}
	return buf_str(&buf);
}

static struct str listed(struct fixture *f, struct str labels, struct str fields)
{
	struct api_request request = request_of(f, API_LIST);

	request.label_selector = labels;
	request.field_selector = fields;
	struct api_answer answer = fixture_call(f, &request);
	return answer.code == 200 ? names(f, &answer) : answer.message;
}

static void begin(struct fixture *f)
{
	*f = fixture_begin();
	put(f, "b", "api");
	put(f, "a", "web");
	put(f, "c", "web");
}

static void selectors_select(void)
{
	struct fixture f;

	begin(&f);
	CHECK_TEXT(listed(&f, STR(""), STR("")), "a=web b=api c=web");
	CHECK_TEXT(listed(&f, STR("app=web"), STR("")), "a=web c=web");
	CHECK_TEXT(listed(&f, STR("app=web"), STR("metadata.name!=a")), "c=web");
	CHECK_TEXT(listed(&f, STR(""), STR("metadata[x=c")),
		   "\"metadata[x\" is not a known field selector: only \"metadata.name\", "
		   "\"metadata.namespace\"");
	fixture_end(&f);
}

static void pages_show_one_state(void)
{
	struct fixture f;

	begin(&f);
	struct api_request request = request_of(&f, API_LIST);
	request.limit = 1;
	struct api_answer first = fixture_call(&f, &request);
	CHECK_TEXT(names(&f, &first), "a=web");
	CHECK_INT(first.remaining, 2);
	fixture_send(&f, API_CREATE, /* a change of another kind */
		     node_make(f.arena, "{apiVersion: v1, kind: Secret, metadata: {name: b, "
					"namespace: a}}"));
	put(&f, "b", "changed");
	put(&f, "b", "changed");
	put(&f, "bb", "new");
	struct api_request removal = request_of(&f, API_DELETE);
	removal.key.name = STR("c");
	fixture_call(&f, &removal);
	request.limit = 10;
	request.continue_token = first.continue_token;
	struct api_answer second = fixture_call(&f, &request);
	CHECK_TEXT(names(&f, &second), "b=api c=web");
	CHECK_INT(second.version, first.version);
	CHECK_INT(second.remaining, 0);
	CHECK(!second.continue_token.len);
	CHECK_TEXT(listed(&f, STR(""), STR("")), "a=web b=changed bb=new");
	fixture_end(&f);
}

static void tokens_are_checked(void)
{
	struct fixture f;

	begin(&f);
	struct api_request request = request_of(&f, API_LIST);
	request.limit = 1;
	request.label_selector = STR("app");
	struct api_answer first = fixture_call(&f, &request);
	CHECK_INT(first.remaining, -1); /* nobody counts what a selector leaves */
	request.continue_token = STR("***");
	CHECK_INT(fixture_call(&f, &request).code, 400);
	request.continue_token = STR("bm8"); /* "no" */
	CHECK_INT(fixture_call(&f, &request).code, 400);
	for (int i = 0; i < CHANGES_KEPT_MAX + 1; i++)
		put(&f, "a", i % 2 ? "x" : "y");
	request.continue_token = first.continue_token;
	struct api_answer late = fixture_call(&f, &request);
	CHECK_INT(late.code, 410);
	CHECK_TEXT(late.reason, "Expired");
	fixture_end(&f);
}

static void collections_are_deleted(void)
{
	struct fixture f;

	begin(&f);
	struct api_request request = request_of(&f, API_DELETE_COLLECTION);
	request.label_selector = STR("app=web");
	request.dry_run = true;
	struct api_answer answer = fixture_call(&f, &request);
	CHECK_TEXT(names(&f, &answer), "a=web c=web");
	CHECK_TEXT(listed(&f, STR(""), STR("")), "a=web b=api c=web");
	request.dry_run = false;
	answer = fixture_call(&f, &request);
	CHECK_INT(answer.code, 200);
	CHECK_TEXT(names(&f, &answer), "a=web c=web"); /* as they were */
	CHECK_TEXT(listed(&f, STR(""), STR("")), "b=api");
	fixture_end(&f);
}

TESTS({ "selectors select", selectors_select }, { "pages show one state", pages_show_one_state },
      { "tokens are checked", tokens_are_checked },
      { "collections are deleted", collections_are_deleted })
