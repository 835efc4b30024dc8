/* deletion_test - what an object is while it is going */
#include "cluster/server/server_test.h"

/* A Deployment has a generation, a ConfigMap has none. */
static const struct {
	const char *what, *kind, *finalizers;
	int64_t grace_s;
	enum api_propagation propagation;
	bool stays;
	int64_t generation; /* then; -1: none */
} rows[] = {
	{ "nothing keeps it", "Deployment", "[]", -1, API_PROPAGATION_BACKGROUND, false, -1 },
	{ "a finalizer keeps it", "Deployment", "[x.io/a]", -1, API_PROPAGATION_BACKGROUND, true,
	  2 },
	{ "its dependents keep it", "Deployment", "[]", -1, API_PROPAGATION_FOREGROUND, true, 2 },
	{ "no grace, a finalizer", "Deployment", "[x.io/a]", 0, API_PROPAGATION_BACKGROUND, true,
	  2 },
	{ "a kind without a generation", "ConfigMap", "[x.io/a]", -1, API_PROPAGATION_BACKGROUND,
	  true, -1 },
};

static const struct node *put(struct fixture *f, const char *kind, const char *finalizers)
{
	bool workload = kind[0] == 'D';
	const struct node *spec = node_make(
		f->arena, "{selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: "
			  "b}}, spec: {containers: [{name: c, image: i}]}}}");
	struct api_answer answer = fixture_send(
		f, API_CREATE,
		node_make(f->arena,
			  "{apiVersion: %c, kind: %c, metadata: {name: x, namespace: a, "
			  "finalizers: %n}, spec: %?n}",
			  workload ? "apps/v1" : "v1", kind, node_make(f->arena, finalizers),
			  workload ? spec : NULL));

	CHECK_INT(answer.code, 201);
	return answer.object->root;
}

static struct api_request request_of(struct fixture *f, const struct node *object,
				     enum api_verb verb)
{
	return (struct api_request){ .verb = verb,
				     .kind = schemas_kind(f->server.schemas, object_gvk(object),
							  NULL),
				     .key = { STR("a"), STR("x") },
				     .grace_s = -1,
				     .arena = f->arena };
}

static void check_going(const struct node *object, size_t i)
{
	CHECK(node_str_at(object, "metadata.deletionTimestamp").len > 0);
	CHECK_INT(node_int_at(object, "metadata.generation", -1), rows[i].generation);
}

/* The generation rises once, however often it is deleted. */
static void what_is_going_has_a_new_generation(void)
{
	for (size_t i = 0; TEST_ROW(rows, i, rows[i].what); i++) {
		struct fixture f = fixture_begin();
		const struct node *object = put(&f, rows[i].kind, rows[i].finalizers);
		struct api_request request = request_of(&f, object, API_DELETE);
		struct api_request get = request_of(&f, object, API_GET);
		request.grace_s = rows[i].grace_s;
		request.propagation = rows[i].propagation;
		CHECK_INT(fixture_call(&f, &request).code, 200);
		CHECK_INT(fixture_call(&f, &get).code, rows[i].stays ? 200 : 404);
		for (int times = 0; rows[i].stays && times < 2; times++) {
			check_going(fixture_call(&f, &get).object->root, i);
			CHECK_INT(fixture_call(&f, &request).code, 200);
		}
		fixture_end(&f);
	}
}

TESTS({ "what is going has a new generation, once", what_is_going_has_a_new_generation })
