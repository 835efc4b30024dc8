/* apply_test - what of an applied object the server owns, refuses, stores, and calls unchanged */
#include "cluster/server/server_test.h"
#include "doc/json.h"

static const struct node *config_map(struct fixture *f, const char *data)
{
	return node_make(
		f->arena,
		"{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: a}, data: %n}",
		node_make(f->arena, data));
}

/* As a real API server 1.35 stores and owns them. */
static void nulls_and_empty_maps_are_owned_but_not_stored(void)
{
	static const struct {
		const char *data, *stored, *owned;
	} rows[] = {
		{ "{a: null, b: x}", "{\"a\":\"\",\"b\":\"x\"}", "{\"f:a\":{},\"f:b\":{}}" },
		{ "{}", NULL, "{}" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].data); i++) {
		struct fixture f = fixture_begin();
		struct api_answer answer =
			fixture_send(&f, API_APPLY, config_map(&f, rows[i].data));
		if (CHECK(api_ok(&answer))) {
			const struct object *o = answer.object;
			const struct node *data = node_get(o->root, STR("data"));
			CHECK_STR(data ? json_text(f.arena, data, 0) : STR_NONE,
				  str_from_cstr(rows[i].stored));
			CHECK_STR(json_text(f.arena,
					    node_at(node_item(o->managed, 0), "fieldsV1.f:data"),
					    0),
				  str_from_cstr(rows[i].owned));
		}
		fixture_end(&f);
	}
}

static const struct node *deployment(struct fixture *f, const char *spec)
{
	return node_make(f->arena,
			 "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: "
			 "a}, spec: %n}",
			 node_make(f->arena, spec));
}

static void an_unknown_field_is_refused(void)
{
	struct fixture f = fixture_begin();

	struct api_answer answer = fixture_send(
		&f, API_APPLY,
		deployment(&f,
			   "{replica: 2, selector: {matchLabels: {app: w}}, template: {metadata: "
			   "{labels: {app: w}}, spec: {containers: [{name: a, image: x}]}}}"));
	CHECK_INT(answer.code, 500);
	CHECK_STR(answer.message,
		  STR("failed to create typed patch object (a/web; apps/v1, "
		      "Kind=Deployment): .spec.replica: field not declared in schema"));
	fixture_end(&f);
}

/* Though 1000m is not 1 to who owns what, and the null is owned again each time. */
static void what_was_applied_already_changes_nothing(void)
{
	struct fixture f = fixture_begin();
	struct error err;
	const struct node *web = deployment(
		&f, "{strategy: {type: Recreate, rollingUpdate: null}, selector: {matchLabels: "
		    "{app: w}}, template: {metadata: {labels: {app: w}, annotations: {}}, spec: "
		    "{containers: [{name: a, image: x, args: [], resources: {requests: {cpu: "
		    "1000m}}}]}}}");

	struct api_answer answer = fixture_send(&f, API_APPLY, web);
	CHECK_INT(answer.outcome, API_CREATED);
	uint64_t version = answer.version;
	CHECK_INT(world_run_for(f.world, 5000, &err), 0);
	answer = fixture_send(&f, API_APPLY, web);
	CHECK_INT(answer.code, 200);
	CHECK_INT(answer.outcome, API_UNCHANGED);
	CHECK_INT((int64_t)answer.version, (int64_t)version);
	const struct node *spec = node_at(answer.object->root, "spec.template.spec");
	CHECK_TEXT(node_str_at(spec, "containers[0].resources.requests.cpu"), "1");
	CHECK(node_at(spec, "containers[0].args") == NULL);
	fixture_end(&f);
}

/* However they come in: as data or as texts, by create or apply, changed by a patch. */
static void stored_secrets_are_marked(void)
{
	struct fixture f = fixture_begin();
	struct api_answer answer = fixture_send(
		&f, API_CREATE,
		node_make(f.arena, "{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: "
				   "a}, data: {a: eA==}, stringData: {b: hunter2}}"));
	CHECK_INT(answer.code, 201);
	CHECK_TEXT(json_text(f.arena, node_get(answer.object->root, STR("data")), 0),
		   "{\"a\":\"***\",\"b\":\"***\"}");
	answer = fixture_call(
		&f, &(struct api_request){ .verb = API_PATCH,
					   .patch_type = API_PATCH_MERGE,
					   .kind = answer.object->kind,
					   .key = answer.object->key,
					   .body = node_make(f.arena, "{stringData: {c: hunter3}}"),
					   .arena = f.arena });
	CHECK_INT(answer.code, 200);
	CHECK_TEXT(json_text(f.arena, node_get(answer.object->root, STR("data")), 0),
		   "{\"a\":\"***\",\"b\":\"***\",\"c\":\"***\"}");
	answer = fixture_send(
		&f, API_APPLY,
		node_make(f.arena, "{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: "
				   "a}, data: {d: eA==}}"));
	CHECK_INT(answer.code, 200);
	CHECK_TEXT(json_text(f.arena, node_at(answer.object->root, "data.d"), 0), "\"***\"");
	CHECK_TEXT(json_text(f.arena, node_at(answer.object->root, "data.c"), JSON_SECRETS),
		   "\"aHVudGVyMw==\"");
	answer = fixture_send(&f, API_APPLY, config_map(&f, "{a: eA==}"));
	CHECK_TEXT(json_text(f.arena, node_at(answer.object->root, "data.a"), 0), "\"eA==\"");
	fixture_end(&f);
}

TESTS({ "nulls and empty maps are owned but not stored",
	nulls_and_empty_maps_are_owned_but_not_stored },
      { "stored Secrets are marked", stored_secrets_are_marked },
      { "an unknown field is refused", an_unknown_field_is_refused },
      { "applying the same again changes nothing", what_was_applied_already_changes_nothing })
