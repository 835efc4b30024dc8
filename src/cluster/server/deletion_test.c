/* deletion_test - how objects go: at once, with grace, for their finalizers, by propagation */
#include "cluster/server/server_test.h"

#define POD(rest) "{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: a" rest
#define SPEC	  "containers: [{name: c, image: x}]"

/* Stored as it is, past all admission. */
static const struct object *put(struct fixture *f, const char *object)
{
	const struct node *root = node_make(f->arena, object);
	const struct kind *kind = schemas_kind(f->server.schemas, object_gvk(root), NULL);

	root = node_set(f->arena, root, "metadata.uid", node_cstr(f->arena, "u"));
	return store_put(f->server.store, kind, NULL, root, NULL, STR("test"));
}

static struct api_answer delete_as(struct fixture *f, const struct object *o, int64_t grace_s,
				   enum api_propagation propagation)
{
	return fixture_call(f, &(struct api_request){ .verb = API_DELETE,
						      .kind = o->kind,
						      .key = o->key,
						      .grace_s = grace_s,
						      .propagation = propagation,
						      .arena = f->arena });
}

/* Only a pod that is on a node and has not ended gets time. -1: as long as it says. */
static void pods_get_their_time(void)
{
	static const struct {
		const char *pod;
		int64_t grace_s;   /* of the request */
		int64_t granted_s; /* -1: gone at once */
		const char *until;
	} rows[] = {
		{ POD("}, spec: {nodeName: n, " SPEC "}}"), -1, 30, "2026-01-01T00:00:30Z" },
		{ POD("}, spec: {nodeName: n, terminationGracePeriodSeconds: 5, " SPEC "}}"), -1, 5,
		  "2026-01-01T00:00:05Z" },
		{ POD("}, spec: {nodeName: n, terminationGracePeriodSeconds: 5, " SPEC "}}"), 7, 7,
		  "2026-01-01T00:00:07Z" },
		{ POD("}, spec: {nodeName: n, terminationGracePeriodSeconds: 0, " SPEC "}}"), -1,
		  -1, NULL },
		{ POD("}, spec: {nodeName: n, terminationGracePeriodSeconds: -3, " SPEC "}}"), -1,
		  1, "2026-01-01T00:00:01Z" },
		{ POD("}, spec: {nodeName: n, " SPEC "}}"), 0, -1, NULL },
		{ POD("}, spec: {nodeName: n, " SPEC "}}"), 1, 1, "2026-01-01T00:00:01Z" },
		{ POD("}, spec: {nodeName: n, " SPEC "}}"), INT64_MAX, INT32_MAX,
		  "2094-01-19T03:14:07Z" },
		{ POD("}, spec: {" SPEC "}}"), -1, -1, NULL },
		{ POD("}, spec: {nodeName: n, " SPEC "}, status: {phase: Succeeded}}"), -1, -1,
		  NULL },
		{ POD("}, spec: {nodeName: n, " SPEC "}, status: {phase: Failed}}"), -1, -1, NULL },
		{ POD("}, spec: {nodeName: n, " SPEC "}, status: {phase: Running}}"), -1, 30,
		  "2026-01-01T00:00:30Z" },
		{ "{apiVersion: v1, kind: ConfigMap, metadata: {name: p, namespace: a}}", 30, -1,
		  NULL },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].pod); i++) {
		struct fixture f = fixture_begin();
		const struct object *o = put(&f, rows[i].pod);
		struct api_answer answer =
			delete_as(&f, o, rows[i].grace_s, API_PROPAGATION_DEFAULT);
		CHECK_INT(answer.code, 200);
		CHECK_INT(answer.outcome, API_DELETED);
		CHECK_INT(answer.object != NULL, rows[i].granted_s >= 0);
		if (answer.object) {
			const struct node *root = answer.object->root;
			CHECK_INT(node_int_at(root, "metadata.deletionGracePeriodSeconds", -1),
				  rows[i].granted_s);
			CHECK_STR(node_str_at(root, "metadata.deletionTimestamp"),
				  str_from_cstr(rows[i].until));
		}
		fixture_end(&f);
	}
}

/* A second delete may only make it shorter. */
static void a_second_delete_shortens_the_time(void)
{
	static const struct {
		int64_t grace_s;
		int64_t granted_s; /* -1: gone at once */
		bool written;
	} rows[] = {
		{ 31, 30, false }, { 30, 30, false }, { 29, 29, true },
		{ 1, 1, true },	   { 0, -1, true },
	};

	for (size_t i = 0; TEST_ROW(rows, i); i++) {
		struct fixture f = fixture_begin();
		const struct object *o = put(&f, POD("}, spec: {nodeName: n, " SPEC "}}"));
		struct api_answer answer = delete_as(&f, o, 30, API_PROPAGATION_DEFAULT);
		uint64_t version = answer.version;
		answer = delete_as(&f, answer.object, rows[i].grace_s, API_PROPAGATION_DEFAULT);
		CHECK_INT(answer.object ? node_int_at(answer.object->root,
						      "metadata.deletionGracePeriodSeconds", -1)
					: -1,
			  rows[i].granted_s);
		CHECK_INT(answer.version != version, rows[i].written);
		fixture_end(&f);
	}
}

static void finalizers_keep_objects(void)
{
	static const struct {
		const char *object;
		enum api_propagation propagation;
		const char *finalizers; /* NULL: it is gone */
	} rows[] = {
		{ "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: a}}",
		  API_PROPAGATION_DEFAULT, NULL },
		{ "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: a}}",
		  API_PROPAGATION_BACKGROUND, NULL },
		{ "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: a}}",
		  API_PROPAGATION_FOREGROUND, "foregroundDeletion" },
		{ "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: a}}",
		  API_PROPAGATION_ORPHAN, "orphan" },
		{ "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: a, finalizers: "
		  "[x]}}",
		  API_PROPAGATION_DEFAULT, "x" },
		{ "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: a, finalizers: "
		  "[x]}}",
		  API_PROPAGATION_ORPHAN, "x orphan" },
		/* of this kind alone dependents stay by default */
		{ "{apiVersion: v1, kind: ReplicationController, metadata: {name: c, namespace: "
		  "a}}",
		  API_PROPAGATION_DEFAULT, "orphan" },
		{ "{apiVersion: v1, kind: ReplicationController, metadata: {name: c, namespace: "
		  "a}}",
		  API_PROPAGATION_BACKGROUND, NULL },
		{ "{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: c, namespace: a}}",
		  API_PROPAGATION_DEFAULT, NULL },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].object); i++) {
		struct fixture f = fixture_begin();
		const struct object *o = put(&f, rows[i].object);
		struct api_answer answer = delete_as(&f, o, -1, rows[i].propagation);
		struct str names = STR("");
		const struct node *list =
			answer.object ? object_finalizers(answer.object->root) : NULL;
		for (uint32_t n = 0; n < node_item_count(list); n++)
			names = STR_CAT(f.arena, names, n ? STR(" ") : STR(""),
					node_text(node_item(list, n)));
		CHECK_INT(answer.code, 200);
		CHECK_INT(answer.object != NULL, rows[i].finalizers != NULL);
		CHECK_STR(names, rows[i].finalizers ? str_from_cstr(rows[i].finalizers) : STR(""));
		if (answer.object)
			CHECK_INT(node_int_at(answer.object->root,
					      "metadata.deletionGracePeriodSeconds", -1),
				  0);
		fixture_end(&f);
	}
}

/* A mark of deletion is a change of what is wanted, once, where the kind counts such changes. */
static void deletion_counts_as_a_generation(void)
{
	static const struct {
		const char *object;
		int64_t first, second;
	} rows[] = {
		{ "{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: c, namespace: a, "
		  "generation: 4, finalizers: [x]}}",
		  5, 5 },
		{ "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: a, finalizers: "
		  "[x]}}",
		  -1, -1 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].object); i++) {
		struct fixture f = fixture_begin();
		const struct object *o = put(&f, rows[i].object);
		struct api_answer answer = delete_as(&f, o, -1, API_PROPAGATION_DEFAULT);
		CHECK_INT(node_int_at(answer.object->root, "metadata.generation", -1),
			  rows[i].first);
		answer = delete_as(&f, answer.object, -1, API_PROPAGATION_FOREGROUND);
		CHECK_INT(node_int_at(answer.object->root, "metadata.generation", -1),
			  rows[i].second);
		CHECK_INT(node_item_count(object_finalizers(answer.object->root)), 2);
		fixture_end(&f);
	}
}

/* The update that takes the last finalizer away ends it; one that leaves another does not. */
static void the_last_finalizer_ends_it(void)
{
	static const struct {
		const char *finalizers;
		bool gone;
	} rows[] = {
		{ "{metadata: {finalizers: null}}", true },
		{ "{metadata: {finalizers: [example.org/y]}}", false },
		{ "{metadata: {labels: {a: b}}}", false },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].finalizers); i++) {
		struct fixture f = fixture_begin();
		const struct object *o =
			put(&f, "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: "
				"a, finalizers: [example.org/y, example.org/x]}}");
		struct api_answer answer = delete_as(&f, o, -1, API_PROPAGATION_DEFAULT);
		struct api_request request = { .verb = API_PATCH,
					       .patch_type = API_PATCH_MERGE,
					       .kind = o->kind,
					       .key = answer.object->key,
					       .body = node_make(f.arena, rows[i].finalizers),
					       .arena = f.arena };
		answer = fixture_call(&f, &request);
		CHECK_INT(answer.code, 200);
		CHECK_INT(answer.outcome, rows[i].gone ? API_DELETED : API_CONFIGURED);
		CHECK_INT(answer.object == NULL, rows[i].gone);
		request.verb = API_GET;
		CHECK_INT(fixture_call(&f, &request).code, rows[i].gone ? 404 : 200);
		fixture_end(&f);
	}
}

static void namespaces_are_emptied_first(void)
{
	static const struct {
		const char *name;
		int code;
	} rows[] = {
		{ "a", 200 }, { "default", 403 }, { "kube-system", 403 }, { "kube-public", 403 }
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].name); i++) {
		struct fixture f = fixture_begin();
		struct api_request request = { .verb = API_DELETE,
					       .kind = schemas_kind_by_id(f.server.schemas,
									  KIND_NAMESPACE),
					       .key = { STR(""), str_from_cstr(rows[i].name) },
					       .arena = f.arena };
		fixture_send(&f, API_CREATE,
			     node_make(f.arena,
				       "{apiVersion: v1, kind: Namespace, metadata: {name: %c}}",
				       rows[i].name));
		struct api_answer answer = fixture_call(&f, &request);
		CHECK_INT(answer.code, rows[i].code);
		if (answer.code == 403)
			CHECK_STR(answer.message,
				  str_printf(f.arena,
					     "namespaces \"%s\" is forbidden: this namespace may "
					     "not be deleted",
					     rows[i].name));
		else if (CHECK(answer.object != NULL)) {
			CHECK_TEXT(node_str_at(answer.object->root, "status.phase"), "Terminating");
			CHECK(!node_at(answer.object->root, "metadata.deletionGracePeriodSeconds"));
		}
		fixture_end(&f);
	}
}

/* The names of namespaces are free in other kinds. */
static void other_kinds_of_that_name_may_go(void)
{
	struct fixture f = fixture_begin();
	const struct object *o = put(
		&f, "{apiVersion: v1, kind: ConfigMap, metadata: {name: default, namespace: a}}");

	CHECK_INT(delete_as(&f, o, -1, API_PROPAGATION_DEFAULT).code, 200);
	fixture_end(&f);
}

TESTS({ "pods get their grace period", pods_get_their_time },
      { "a second delete shortens the time", a_second_delete_shortens_the_time },
      { "finalizers keep objects", finalizers_keep_objects },
      { "deletion counts as a generation", deletion_counts_as_a_generation },
      { "the last finalizer ends it", the_last_finalizer_ends_it },
      { "namespaces are emptied first", namespaces_are_emptied_first },
      { "other kinds with the name of a protected namespace are deleted",
	other_kinds_of_that_name_may_go })
