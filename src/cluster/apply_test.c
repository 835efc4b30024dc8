/* apply_test - what of an applied object the server owns, refuses, stores, and calls unchanged */
#include "base/arena.h"
#include "base/test.h"
#include "cluster/embedded.h"
#include "doc/json.h"
#include "doc/make.h"
#include "kube/schemas.h"
#include "world/simulated.h"

struct fixture {
	struct arena *arena;
	struct world *world;
	struct api *api;
	struct api_answer answer;
};

static void keep(void *context, const struct api_answer *answer)
{
	*(struct api_answer *)context = *answer;
}

static void send(struct fixture *f, enum api_verb verb, const struct node *object)
{
	struct api_request request = {
		.verb = verb, .body = object, .arena = f->arena, .manager = STR("flux")
	};
	api_call(f->api, &request, keep, &f->answer);
}

static struct fixture begin(void)
{
	struct arena *arena = arena_new("apply_test");
	struct world *world = simulated_new(&(struct simulated_options){ .seed = 1 });
	struct embedded *embedded = embedded_new(world, schemas_new(arena), arena);
	struct fixture f = { .arena = arena, .world = world, .api = embedded_api(embedded) };

	send(&f, API_CREATE,
	     node_make(arena, "{apiVersion: v1, kind: Namespace, metadata: {name: default}}"));
	return f;
}

static void end(struct fixture *f)
{
	struct world *world = f->world;

	arena_free(f->arena);
	world_free(world);
}

static const struct node *config_map(struct fixture *f, const char *data)
{
	return node_make(f->arena,
			 "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: %n}",
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

	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct fixture f = begin();
		send(&f, API_APPLY, config_map(&f, rows[i].data));
		if (CHECK(api_ok(&f.answer))) {
			const struct object *o = f.answer.object;
			const struct node *data = node_get(o->root, STR("data"));
			CHECK_STR(data ? json_text(f.arena, data, 0) : STR_NONE,
				  str_from_cstr(rows[i].stored));
			CHECK_STR(json_text(f.arena,
					    node_at(node_item(o->managed, 0), "fieldsV1.f:data"),
					    0),
				  str_from_cstr(rows[i].owned));
		}
		end(&f);
	}
}

static const struct node *deployment(struct fixture *f, const char *spec)
{
	return node_make(f->arena,
			 "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: %n}",
			 node_make(f->arena, spec));
}

static void an_unknown_field_is_refused(void)
{
	struct fixture f = begin();

	send(&f, API_APPLY,
	     deployment(&f, "{replica: 2, selector: {matchLabels: {app: w}}, template: {metadata: "
			    "{labels: {app: w}}, spec: {containers: [{name: a, image: x}]}}}"));
	CHECK_INT(f.answer.code, 500);
	CHECK_STR(f.answer.message,
		  STR("failed to create typed patch object (default/web; apps/v1, "
		      "Kind=Deployment): .spec.replica: field not declared in schema"));
	end(&f);
}

/* Though 1000m is not 1 to who owns what, and the null is owned again each time. */
static void what_was_applied_already_changes_nothing(void)
{
	struct fixture f = begin();
	struct error err;
	const struct node *web = deployment(
		&f, "{strategy: {type: Recreate, rollingUpdate: null}, selector: {matchLabels: "
		    "{app: w}}, template: {metadata: {labels: {app: w}, annotations: {}}, spec: "
		    "{containers: [{name: a, image: x, args: [], resources: {requests: {cpu: "
		    "1000m}}}]}}}");

	send(&f, API_APPLY, web);
	CHECK_INT(f.answer.outcome, API_CREATED);
	uint64_t version = f.answer.version;
	CHECK_INT(world_run_for(f.world, 5000, &err), 0);
	send(&f, API_APPLY, web);
	CHECK_INT(f.answer.code, 200);
	CHECK_INT(f.answer.outcome, API_UNCHANGED);
	CHECK_INT((int64_t)f.answer.version, (int64_t)version);
	const struct node *spec = node_at(f.answer.object->root, "spec.template.spec");
	CHECK_TEXT(node_str_at(spec, "containers[0].resources.requests.cpu"), "1");
	CHECK(node_at(spec, "containers[0].args") == NULL);
	end(&f);
}

TESTS({ "nulls and empty maps are owned but not stored",
	nulls_and_empty_maps_are_owned_but_not_stored },
      { "an unknown field is refused", an_unknown_field_is_refused },
      { "what was applied already changes nothing", what_was_applied_already_changes_nothing })
