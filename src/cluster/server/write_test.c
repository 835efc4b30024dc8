/* write_test - creates, updates and patches: what is stamped, kept and refused */
#include "cluster/server/server_test.h"
#include "doc/json.h"

#define CONFIG(rest) "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: a}" rest "}"
#define WEB(metadata, spec)                                                                        \
	"{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: a" metadata      \
	"}, spec: {selector: {matchLabels: {app: w}}, template: {metadata: {labels: {app: w}}, "   \
	"spec: {containers: [{name: a, image: x}]}}" spec "}}"

static struct api_answer create(struct fixture *f, const char *object)
{
	return fixture_send(f, API_CREATE, node_make(f->arena, object));
}

static struct api_answer patch(struct fixture *f, const struct object *o, enum api_patch_type type,
			       const char *subresource, const char *body)
{
	return fixture_call(f, &(struct api_request){ .verb = API_PATCH,
						      .patch_type = type,
						      .kind = o->kind,
						      .key = o->key,
						      .subresource = str_from_cstr(subresource),
						      .body = node_make(f->arena, body),
						      .arena = f->arena,
						      .manager = STR("test") });
}

/* Creating */

static void what_only_the_server_knows_is_stamped(void)
{
	struct fixture f = fixture_begin();
	struct api_answer answer = create(
		&f,
		WEB(", uid: mine, generation: 9, creationTimestamp: \"2000-01-01T00:00:00Z\", "
		    "deletionTimestamp: \"2000-01-01T00:00:00Z\", deletionGracePeriodSeconds: 5, "
		    "selfLink: x, labels: {l: m}",
		    "}, status: {replicas: 5"));
	const struct node *o = answer.object->root;

	CHECK_INT(answer.code, 201);
	CHECK_INT(answer.outcome, API_CREATED);
	CHECK_INT(node_str_at(o, "metadata.uid").len, 36);
	CHECK_INT(node_int_at(o, "metadata.generation", -1), 1);
	CHECK_TEXT(node_str_at(o, "metadata.creationTimestamp"), "2026-01-01T00:00:00Z");
	CHECK(!node_at(o, "metadata.deletionTimestamp"));
	CHECK(!node_at(o, "metadata.deletionGracePeriodSeconds"));
	CHECK(!node_at(o, "metadata.selfLink"));
	CHECK_TEXT(object_label(o, STR("l")), "m");
	CHECK(!node_at(o, "status.replicas"));
	fixture_end(&f);
}

/* A kubelet registers its node with a status; of a kind without one it is a field like others. */
static void a_status_is_kept_of_nodes_only(void)
{
	static const struct {
		const char *object;
		bool kept;
	} rows[] = {
		{ "{apiVersion: v1, kind: Node, metadata: {name: n}, status: {phase: Running}}",
		  true },
		{ "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: n, namespace: "
		  "a}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: "
		  "1Gi}}}, status: {phase: Bound}}",
		  false },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].object); i++) {
		struct fixture f = fixture_begin();
		struct api_answer answer = create(&f, rows[i].object);
		if (CHECK_INT(answer.code, 201))
			CHECK_INT(str_equal(node_str_at(answer.object->root, "status.phase"),
					    STR("Running")),
				  rows[i].kept);
		fixture_end(&f);
	}
}

static void creates_that_are_refused(void)
{
	static const struct {
		const char *object;
		int code;
		const char *message;
	} rows[] = {
		{ CONFIG(""), 409, "configmaps \"c\" already exists" },
		{ "{apiVersion: v1, kind: ConfigMap, metadata: {namespace: a}}", 422,
		  "ConfigMap \"\" is invalid: metadata.name: Required value: name or generateName "
		  "is required" },
		{ "{apiVersion: v1, kind: ConfigMap, metadata: {name: d, namespace: a, "
		  "resourceVersion: \"1\"}}",
		  500, "resourceVersion should not be set on objects to be created" },
		{ "{apiVersion: v1, kind: ConfigMap, metadata: {name: d, namespace: nope}}", 404,
		  "namespaces \"nope\" not found" },
		{ "{apiVersion: v9, kind: ConfigMap, metadata: {name: d, namespace: a}}", 404,
		  "the server could not find the requested resource" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].object); i++) {
		struct fixture f = fixture_begin();
		create(&f, CONFIG(""));
		struct api_answer answer = create(&f, rows[i].object);
		CHECK_INT(answer.code, rows[i].code);
		CHECK_STR(answer.message, str_from_cstr(rows[i].message));
		fixture_end(&f);
	}
}

/* 58 bytes of the base, and five of chance. */
static void names_are_generated(void)
{
	struct fixture f = fixture_begin();
	struct api_answer answer = create(&f, "{apiVersion: v1, kind: ConfigMap, metadata: "
					      "{generateName: web-, namespace: a}}");

	CHECK_INT(answer.object->key.name.len, 9);
	CHECK(str_starts(answer.object->key.name, STR("web-")));
	struct str first = str_copy(f.arena, answer.object->key.name);
	answer = create(&f, "{apiVersion: v1, kind: ConfigMap, metadata: {generateName: web-, "
			    "namespace: a}}");
	CHECK_INT(answer.code, 201);
	CHECK(!str_equal(answer.object->key.name, first));
	answer = create(&f, "{apiVersion: v1, kind: ConfigMap, metadata: {generateName: "
			    "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff, "
			    "namespace: a}}");
	CHECK_INT(answer.object->key.name.len, 63);
	answer = create(&f, "{apiVersion: v1, kind: ConfigMap, metadata: {name: own, generateName: "
			    "web-, namespace: a}}");
	CHECK_TEXT(answer.object->key.name, "own");
	fixture_end(&f);
}

static void a_dry_run_stores_nothing(void)
{
	struct fixture f = fixture_begin();
	const struct node *object = node_make(f.arena, CONFIG(", data: {x: y}"));
	struct api_request request = {
		.verb = API_CREATE, .body = object, .arena = f.arena, .dry_run = true
	};

	CHECK_INT(fixture_call(&f, &request).code, 201);
	request.dry_run = false;
	struct api_answer answer = fixture_call(&f, &request);
	CHECK_INT(answer.code, 201);
	const struct object *stored = answer.object;
	request = (struct api_request){ .verb = API_DELETE,
					.kind = stored->kind,
					.key = stored->key,
					.arena = f.arena,
					.grace_s = -1,
					.dry_run = true };
	CHECK_INT(fixture_call(&f, &request).outcome, API_DELETED);
	request.verb = API_GET;
	CHECK_INT(fixture_call(&f, &request).code, 200);
	fixture_end(&f);
}

/* Unknown fields */

static void unknown_fields_are_dropped_told_or_refused(void)
{
	static const struct {
		enum api_field_validation validation;
		int code;
		const char *message;
		uint32_t warnings;
	} rows[] = {
		{ API_VALIDATION_IGNORE, 201, "", 0 },
		{ API_VALIDATION_WARN, 201, "", 2 },
		{ API_VALIDATION_STRICT, 400,
		  "strict decoding error: unknown field \"dat\", unknown field \"immutabl\"", 0 },
	};

	for (size_t i = 0; TEST_ROW(rows, i); i++) {
		struct fixture f = fixture_begin();
		struct api_answer answer = fixture_call(
			&f,
			&(struct api_request){
				.verb = API_CREATE,
				.arena = f.arena,
				.field_validation = rows[i].validation,
				.body = node_make(f.arena, CONFIG(", dat: {}, immutabl: true")) });
		CHECK_INT(answer.code, rows[i].code);
		CHECK_STR(answer.message, str_from_cstr(rows[i].message));
		if (CHECK_INT(answer.warning_count, rows[i].warnings) && answer.warning_count)
			CHECK_TEXT(answer.warnings[1], "unknown field \"immutabl\"");
		if (answer.object)
			CHECK(!node_get_lit(answer.object->root, "dat"));
		fixture_end(&f);
	}
}

/* Changing */

/* What a client must not change stays; what it leaves out does, too, where it is the server's. */
static void the_servers_fields_are_kept(void)
{
	struct fixture f = fixture_begin();
	const struct object *o = create(&f, WEB("", "")).object;
	struct str uid = str_copy(f.arena, o->uid);
	struct api_answer answer =
		patch(&f, o, API_PATCH_MERGE, "",
		      "{metadata: {uid: mine, generation: 7, creationTimestamp: null, labels: {l: "
		      "m}}, status: {replicas: 3}}");

	CHECK_INT(answer.code, 200);
	CHECK_STR(answer.object->uid, uid);
	CHECK_INT(answer.object->facts.generation, 1);
	CHECK_TEXT(node_str_at(answer.object->root, "metadata.creationTimestamp"),
		   "2026-01-01T00:00:00Z");
	CHECK(!node_at(answer.object->root, "status.replicas"));
	answer = patch(&f, answer.object, API_PATCH_MERGE, "status",
		       "{metadata: {labels: {l: other}}, spec: {replicas: 9}, status: {replicas: "
		       "3}}");
	CHECK_INT(node_int_at(answer.object->root, "status.replicas", -1), 3);
	CHECK_INT(node_int_at(answer.object->root, "spec.replicas", -1), 1);
	CHECK_TEXT(object_label(answer.object->root, STR("l")), "m");
	fixture_end(&f);
}

static void generations_count_changes_of_what_is_wanted(void)
{
	static const struct {
		const char *object, *subresource, *body;
		int64_t generation; /* -1: the kind has none */
	} rows[] = {
		{ WEB("", ""), "", "{spec: {replicas: 2}}", 2 },
		{ WEB("", ""), "", "{spec: {paused: true}}", 2 },
		{ WEB("", ""), "", "{metadata: {labels: {a: b}}}", 1 },
		{ WEB("", ""), "status", "{status: {replicas: 2}}", 1 },
		/* a Deployment's annotations count, but for its controller's own */
		{ WEB("", ""), "", "{metadata: {annotations: {a: b}}}", 2 },
		{ WEB(", annotations: {a: b}", ""), "", "{metadata: {annotations: null}}", 2 },
		{ WEB("", ""), "",
		  "{metadata: {annotations: {deployment.kubernetes.io/revision: \"2\"}}}", 1 },
		{ "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: b, "
		  "namespace: a}, spec: {minAvailable: 1}}",
		  "", "{metadata: {annotations: {a: b}}}", 1 },
		{ "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: b, "
		  "namespace: a}, spec: {minAvailable: 1}}",
		  "", "{spec: {minAvailable: 2}}", 2 },
		{ "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: b, "
		  "namespace: a}, spec: {minAvailable: 1}}",
		  "", "{spec: {minAvailable: null, maxUnavailable: 1}}", 2 },
		{ CONFIG(", data: {x: y}"), "", "{data: {x: z}}", -1 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].body); i++) {
		struct fixture f = fixture_begin();
		struct api_answer answer = create(&f, rows[i].object);
		answer = patch(&f, answer.object, API_PATCH_MERGE, rows[i].subresource,
			       rows[i].body);
		CHECK_INT(answer.outcome, API_CONFIGURED);
		if (CHECK_INT(answer.code, 200))
			CHECK_INT(node_int_at(answer.object->root, "metadata.generation", -1),
				  rows[i].generation);
		fixture_end(&f);
	}
}

static void what_changes_nothing_is_not_stored(void)
{
	struct fixture f = fixture_begin();
	const struct object *o = create(&f, CONFIG(", data: {x: y}")).object;
	struct api_answer answer = patch(&f, o, API_PATCH_MERGE, "", "{data: {x: y}}");

	CHECK_INT(answer.code, 200);
	CHECK_INT(answer.outcome, API_UNCHANGED);
	CHECK(answer.object == o);
	CHECK_INT((int64_t)answer.version, (int64_t)o->version);
	fixture_end(&f);
}

static void preconditions_must_hold(void)
{
	static const struct {
		const char *uid; /* NULL: not asked for */
		int64_t version; /* as compared with the object's; 0: it is that */
		bool any_version;
		const char *message; /* NULL: it is done */
	} rows[] = {
		{ NULL, 0, true, NULL },
		{ NULL, 0, false, NULL },
		{ NULL, -1, false,
		  "Operation cannot be fulfilled on configmaps \"c\": the object has been "
		  "modified; please apply your changes to the latest version and try again" },
		{ NULL, 1, false,
		  "Operation cannot be fulfilled on configmaps \"c\": the object has been "
		  "modified; please apply your changes to the latest version and try again" },
		{ "u", 0, true, NULL },
	};
	static const enum api_verb verbs[] = { API_UPDATE, API_PATCH, API_APPLY, API_DELETE };

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].message); i++) {
		for (size_t v = 0; TEST_ROW(verbs, v); v++) {
			struct fixture f = fixture_begin();
			const struct object *o = create(&f, CONFIG("")).object;
			struct api_request request = {
				.verb = verbs[v],
				.patch_type = API_PATCH_MERGE,
				.kind = o->kind,
				.key = o->key,
				.body = node_make(f.arena, CONFIG(", data: {x: z}")),
				.arena = f.arena,
				.grace_s = -1,
				.manager = STR("test"),
				.if_uid = rows[i].uid ? o->uid : STR_NONE,
				.if_version = rows[i].any_version
						      ? 0
						      : o->version + (uint64_t)rows[i].version,
			};
			struct api_answer answer = fixture_call(&f, &request);
			CHECK_INT(answer.code, rows[i].message ? 409 : 200);
			if (rows[i].message)
				CHECK_STR(answer.message, str_from_cstr(rows[i].message));
			request.if_uid = STR("another");
			answer = fixture_call(&f, &request);
			if (verbs[v] != API_DELETE || rows[i].message)
				CHECK_INT(answer.code, 409);
			fixture_end(&f);
		}
	}
}

static void what_is_not_there_cannot_be_changed(void)
{
	static const enum api_verb verbs[] = { API_GET, API_UPDATE, API_PATCH, API_DELETE };

	for (size_t v = 0; TEST_ROW(verbs, v); v++) {
		struct fixture f = fixture_begin();
		struct api_answer answer = fixture_call(
			&f, &(struct api_request){
				    .verb = verbs[v],
				    .kind = schemas_kind_by_id(f.server.schemas, KIND_DEPLOYMENT),
				    .key = { STR("a"), STR("web") },
				    .body = node_make(f.arena, WEB("", "")),
				    .arena = f.arena });
		CHECK_INT(answer.code, 404);
		CHECK_TEXT(answer.reason, "NotFound");
		CHECK_TEXT(answer.message, "deployments.apps \"web\" not found");
		fixture_end(&f);
	}
}

/* Patches */

static void patches_come_in_three_types(void)
{
	static const struct {
		enum api_patch_type type;
		const char *body;
		int code;
		const char *containers; /* names */
	} rows[] = {
		{ API_PATCH_MERGE,
		  "{spec: {template: {spec: {containers: [{name: b, image: y}]}}}}", 200, "b" },
		{ API_PATCH_STRATEGIC,
		  "{spec: {template: {spec: {containers: [{name: b, image: y}]}}}}", 200, "b a" },
		{ API_PATCH_JSON,
		  "[{op: add, path: /spec/template/spec/containers/-, value: {name: b, image: y}}]",
		  200, "a b" },
		{ API_PATCH_JSON, "[{op: test, path: /spec/replicas, value: 7}]", 422, NULL },
		{ API_PATCH_JSON, "[{op: wrong, path: /spec}]", 422, NULL },
		/* as kubectl's library has it */
		{ API_PATCH_JSON, "[{op: replace, path: /spec/paused, value: true}]", 200, "a" },
		{ API_PATCH_STRATEGIC, "{spec: {template: {spec: {containers: [{image: y}]}}}}",
		  400, NULL },
		{ API_PATCH_MERGE, "{metadata: {resourceVersion: \"1\"}}", 409, NULL },
		{ API_PATCH_MERGE, "{spec: {replicas: -1}}", 422, NULL },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].body); i++) {
		struct fixture f = fixture_begin();
		const struct object *o = create(&f, WEB("", "")).object;
		struct api_answer answer = patch(&f, o, rows[i].type, "", rows[i].body);
		struct str names = STR("");
		CHECK_INT(answer.code, rows[i].code);
		const struct node *list = answer.object ? node_at(answer.object->root,
								  "spec.template.spec.containers")
							: NULL;
		for (uint32_t c = 0; c < node_item_count(list); c++)
			names = STR_CAT(f.arena, names, names.len ? STR(" ") : STR(""),
					node_str_at(node_item(list, c), "name"));
		if (rows[i].containers)
			CHECK_STR(names, str_from_cstr(rows[i].containers));
		fixture_end(&f);
	}
}

/* Managers */

/* What an Update changes of an object that was applied is the updater's; an apply that takes it
 * back is in conflict, and names all whose fields it takes. */
static void conflicts_name_all_managers(void)
{
	struct fixture f = fixture_begin();
	struct api_answer answer = fixture_call(
		&f, &(struct api_request){
			    .verb = API_APPLY,
			    .body = node_make(f.arena, CONFIG(", data: {x: \"1\", y: \"1\"}")),
			    .arena = f.arena,
			    .manager = STR("first") });

	answer = fixture_call(&f,
			      &(struct api_request){ .verb = API_PATCH,
						     .patch_type = API_PATCH_MERGE,
						     .kind = answer.object->kind,
						     .key = answer.object->key,
						     .body = node_make(f.arena, "{data: {x: b}}"),
						     .arena = f.arena,
						     .manager = STR("second") });
	CHECK_INT(node_item_count(answer.object->managed), 2);
	answer = fixture_call(
		&f,
		&(struct api_request){ .verb = API_APPLY,
				       .body = node_make(f.arena, CONFIG(", data: {x: c, y: c}")),
				       .arena = f.arena,
				       .manager = STR("third") });
	CHECK_INT(answer.code, 409);
	CHECK_TEXT(answer.reason, "Conflict");
	if (CHECK_INT(answer.cause_count, 2)) {
		CHECK_TEXT(answer.causes[0].field, ".data.y");
		CHECK_TEXT(answer.causes[0].message, "conflict with \"first\"");
		CHECK_TEXT(answer.causes[1].field, ".data.x");
		CHECK_TEXT(answer.causes[1].message, "conflict with \"second\" using v1");
		CHECK_TEXT(answer.causes[1].reason, "FieldManagerConflict");
	}
	fixture_end(&f);
}

static void an_apply_needs_a_manager_and_no_managed_fields(void)
{
	static const struct {
		const char *body;
		const char *manager;
		int code;
		const char *message;
	} rows[] = {
		{ CONFIG(""), "m", 201, "" },
		{ CONFIG(""), "", 422,
		  "ConfigMap \"c\" is invalid: fieldManager: Required value: is required for apply "
		  "patch" },
		{ "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: a, "
		  "managedFields: []}}",
		  "m", 400, "metadata.managedFields must be nil" },
		{ "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: a, "
		  "managedFields: null}}",
		  "m", 201, "" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].body); i++) {
		struct fixture f = fixture_begin();
		struct api_answer answer = fixture_call(
			&f, &(struct api_request){ .verb = API_APPLY,
						   .body = node_make(f.arena, rows[i].body),
						   .arena = f.arena,
						   .manager = str_from_cstr(rows[i].manager) });
		CHECK_INT(answer.code, rows[i].code);
		CHECK_STR(answer.message, str_from_cstr(rows[i].message));
		fixture_end(&f);
	}
}

TESTS({ "a create sets the server's metadata", what_only_the_server_knows_is_stamped },
      { "a status is kept of nodes only", a_status_is_kept_of_nodes_only },
      { "creates that are refused", creates_that_are_refused },
      { "names are generated", names_are_generated },
      { "a dry run stores nothing", a_dry_run_stores_nothing },
      { "unknown fields are dropped, warned of or refused",
	unknown_fields_are_dropped_told_or_refused },
      { "the server's fields are kept", the_servers_fields_are_kept },
      { "generations count changes of the spec", generations_count_changes_of_what_is_wanted },
      { "a write that changes nothing is not stored", what_changes_nothing_is_not_stored },
      { "preconditions must hold", preconditions_must_hold },
      { "what is not there cannot be changed", what_is_not_there_cannot_be_changed },
      { "patches come in three types", patches_come_in_three_types },
      { "conflicts name all managers", conflicts_name_all_managers },
      { "an apply needs a manager and no managed fields",
	an_apply_needs_a_manager_and_no_managed_fields })
