/* ssa_test - server-side apply: ownership, conflicts, removal, order, managedFields */
#include "kube/ssa.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/json.h"
#include "doc/yaml.h"

/* One object that is applied to and updated, as a store would keep it. */
struct cluster {
	struct arena *arena;
	struct schemas *schemas;
	const struct node *object;
	const struct node *managed;
	int64_t minute;
	struct ssa_result result;
	struct error err;
};

static const struct node *parse(struct cluster *c, const char *yaml)
{
	const struct node *n = yaml_read_one(docset_new(c->arena), STR("test"), str_from_cstr(yaml),
					     DIALECT_GO_V3, &c->err);
	if (!n)
		BUG("%s", c->err.text);
	return n;
}

static struct cluster start(struct arena *arena)
{
	return (struct cluster){ .arena = arena, .schemas = schemas_new(arena) };
}

static struct schema schema_for(struct cluster *c, const struct node *object)
{
	const struct kind_version *version = NULL;
	const struct kind *kind = schemas_kind(c->schemas, object_gvk(object), &version);
	return schema_root(c->schemas, kind, version);
}

static struct ssa_writer writer(struct cluster *c, const char *manager, bool force)
{
	return (struct ssa_writer){ .manager = str_from_cstr(manager),
				    .time = str_printf(c->arena, "2026-01-01T00:%02d:00Z",
						       (int)c->minute++),
				    .force = force };
}

/* Returns what went wrong: the error, the conflict, or nothing. */
static struct ssa_stored stored(struct cluster *c, const struct node *written)
{
	return (struct ssa_stored){ schema_for(c, written), c->object, c->managed };
}

static struct str apply_with(struct cluster *c, const struct ssa_writer *w, const char *yaml)
{
	const struct node *applied = parse(c, yaml);

	struct ssa_stored now = stored(c, applied);
	if (ssa_apply(c->arena, &now, applied, w, &c->result, &c->err) < 0)
		return str_from_cstr(c->err.text);
	if (c->result.conflicts.count)
		return ssa_conflicts_text(c->arena, &c->result.conflicts);
	c->object = c->result.object;
	c->managed = c->result.managed;
	return STR("");
}

static struct str apply(struct cluster *c, const char *manager, const char *yaml)
{
	struct ssa_writer w = writer(c, manager, false);
	return apply_with(c, &w, yaml);
}

static struct str force(struct cluster *c, const char *manager, const char *yaml)
{
	struct ssa_writer w = writer(c, manager, true);
	return apply_with(c, &w, yaml);
}

static void update(struct cluster *c, const char *manager, const char *yaml)
{
	struct ssa_writer w = writer(c, manager, false);
	const struct node *after = parse(c, yaml);

	struct ssa_stored now = stored(c, after);
	w.tracks_new = true;
	c->managed = ssa_update(c->arena, &now, after, &w);
	c->object = after;
}

static struct str object_text(struct cluster *c)
{
	return json_text(c->arena, c->object, 0);
}

/* The fields of the n-th entry. */
static struct str fields(struct cluster *c, uint32_t index)
{
	return json_text(c->arena, node_get(node_item(c->managed, index), STR("fieldsV1")), 0);
}

static struct str entry_text(struct cluster *c, uint32_t index)
{
	return json_text(c->arena, node_item(c->managed, index), 0);
}

#define DEPLOYMENT "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: x}\n"
#define CONFIGMAP  "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"

static void owned_are_leaves_and_keys(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);

	CHECK_TEXT(apply(&c, "flux",
			 "apiVersion: apps/v1\nkind: Deployment\n"
			 "metadata: {name: web, labels: {app: web}}\n"
			 "spec:\n  replicas: 2\n  selector: {matchLabels: {app: web}}\n"
			 "  template:\n    metadata: {labels: {app: web}}\n    spec:\n"
			 "      containers:\n      - name: web\n        image: nginx\n"
			 "        args: [a, b]\n        ports: [{containerPort: 80}]\n"),
		   "");
	CHECK_TEXT(entry_text(&c, 0),
		   "{\"manager\":\"flux\",\"operation\":\"Apply\",\"apiVersion\":\"apps/v1\","
		   "\"time\":\"2026-01-01T00:00:00Z\",\"fieldsType\":\"FieldsV1\",\"fieldsV1\":{"
		   "\"f:metadata\":{\"f:labels\":{\"f:app\":{}}},"
		   "\"f:spec\":{\"f:replicas\":{},\"f:selector\":{},\"f:template\":{"
		   "\"f:metadata\":{\"f:labels\":{\"f:app\":{}}},\"f:spec\":{\"f:containers\":{"
		   "\"k:{\\\"name\\\":\\\"web\\\"}\":{\".\":{},\"f:args\":{},\"f:image\":{},"
		   "\"f:name\":{},\"f:ports\":{"
		   "\"k:{\\\"containerPort\\\":80,\\\"protocol\\\":\\\"TCP\\\"}\":{\".\":{},"
		   "\"f:containerPort\":{}}}}}}}}}}");
}

static void another_value_conflicts(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);

	apply(&c, "a", DEPLOYMENT "spec: {replicas: 2}\n");
	CHECK_TEXT(apply(&c, "b", DEPLOYMENT "spec: {replicas: 3}\n"),
		   "Apply failed with 1 conflict: conflict with \"a\": .spec.replicas");
	CHECK_INT(c.result.conflicts.count, 1);
	CHECK(c.result.object == NULL);
	CHECK_TEXT(c.result.conflicts.items[0].manager, "\"a\"");
	CHECK_TEXT(c.result.conflicts.items[0].path, ".spec.replicas");
}

static void conflicts_are_grouped_by_manager(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);

	apply(&c, "b",
	      DEPLOYMENT "spec: {replicas: 2, paused: true, template: {spec: {containers: "
			 "[{name: app, image: x}]}}}\n");
	update(&c, "a",
	       DEPLOYMENT "spec: {replicas: 2, paused: true, minReadySeconds: 5, template: "
			  "{spec: {containers: [{name: app, image: x}]}}}\n");
	CHECK_TEXT(apply(&c, "z",
			 DEPLOYMENT "spec: {replicas: 3, paused: false, minReadySeconds: 6, "
				    "template: {spec: {containers: [{name: app, image: y}]}}}\n"),
		   "Apply failed with 4 conflicts: conflicts with \"a\" using apps/v1:\n"
		   "- .spec.minReadySeconds\n"
		   "conflicts with \"b\":\n"
		   "- .spec.paused\n"
		   "- .spec.replicas\n"
		   "- .spec.template.spec.containers[name=\"app\"].image");
}

static void the_same_value_is_owned_by_both(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);

	apply(&c, "a", DEPLOYMENT "spec: {replicas: 2}\n");
	CHECK_TEXT(apply(&c, "b", DEPLOYMENT "spec: {replicas: 2}\n"), "");
	CHECK(c.result.changed);
	CHECK(ssa_owns(c.managed, STR("a"), STR(".spec.replicas")));
	CHECK(ssa_owns(c.managed, STR("b"), STR(".spec.replicas")));
	CHECK(!ssa_owns(c.managed, STR("c"), STR(".spec.replicas")));
	/* One of them lets go: the value stays, the other owns it. */
	apply(&c, "a", DEPLOYMENT);
	CHECK_INT(node_int_at(c.object, "spec.replicas", 0), 2);
	CHECK(!ssa_owns(c.managed, STR("a"), STR(".spec.replicas")));
}

static void force_takes(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);

	apply(&c, "a", DEPLOYMENT "spec: {replicas: 2, paused: true}\n");
	CHECK_TEXT(force(&c, "b", DEPLOYMENT "spec: {replicas: 3}\n"), "");
	CHECK_INT(node_int_at(c.object, "spec.replicas", 0), 3);
	CHECK_INT(node_count(c.managed), 2);
	CHECK_TEXT(fields(&c, 0), "{\"f:spec\":{\"f:paused\":{}}}");
	CHECK_TEXT(fields(&c, 1), "{\"f:spec\":{\"f:replicas\":{}}}");
}

static void what_is_no_longer_stated_is_removed(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);

	apply(&c, "a", CONFIGMAP "data: {x: one, y: two}\n");
	apply(&c, "b", CONFIGMAP "data: {z: three}\n");
	apply(&c, "a", CONFIGMAP "data: {x: one}\n");
	CHECK_TEXT(object_text(&c), "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\","
				    "\"metadata\":{\"name\":\"c\"},"
				    "\"data\":{\"x\":\"one\",\"z\":\"three\"}}");
	apply(&c, "b", CONFIGMAP);
	apply(&c, "a", CONFIGMAP);
	CHECK_TEXT(object_text(&c), "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\","
				    "\"metadata\":{\"name\":\"c\"}}");
	CHECK(c.managed == NULL);
}

static void removed_items_go_unless_another_owns_in_them(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);

	apply(&c, "a",
	      DEPLOYMENT "spec: {template: {spec: {containers: [{name: x, image: i}, "
			 "{name: y, image: j}]}}}\n");
	apply(&c, "b",
	      DEPLOYMENT "spec: {template: {spec: {containers: [{name: y, tty: true}]}}}\n");
	apply(&c, "a", DEPLOYMENT);
	CHECK_TEXT(json_text(arena, node_at(c.object, "spec"), 0),
		   "{\"template\":{\"spec\":{\"containers\":[{\"name\":\"y\",\"tty\":true}]}}}");
}

static void applying_again_changes_nothing(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);

	apply(&c, "a", DEPLOYMENT "spec: {replicas: 2}\n");
	const struct node *object = c.object, *managed = c.managed;
	apply(&c, "a", DEPLOYMENT "spec: {replicas: 2}\n");
	CHECK(!c.result.changed);
	CHECK(c.object == object);
	CHECK(c.managed == managed);
}

static void updates_take_what_they_change(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);

	apply(&c, "a", DEPLOYMENT "spec: {replicas: 2, paused: true}\n");
	update(&c, "kubectl-edit", DEPLOYMENT "spec: {replicas: 5, paused: true}\n");
	CHECK_INT(node_count(c.managed), 2);
	CHECK_TEXT(fields(&c, 0), "{\"f:spec\":{\"f:paused\":{}}}");
	CHECK_TEXT(entry_text(&c, 1),
		   "{\"manager\":\"kubectl-edit\",\"operation\":\"Update\",\"apiVersion\":"
		   "\"apps/v1\",\"time\":\"2026-01-01T00:01:00Z\",\"fieldsType\":\"FieldsV1\","
		   "\"fieldsV1\":{\"f:spec\":{\"f:replicas\":{}}}}");
}

static void an_update_that_changes_nothing_leaves_the_entries_alone(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);

	apply(&c, "a", DEPLOYMENT "spec: {replicas: 2}\n");
	const struct node *managed = c.managed;
	update(&c, "b", DEPLOYMENT "spec: {replicas: 2}\n");
	CHECK(c.managed == managed);
}

static void untracked_objects_stay_untracked(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);
	struct ssa_writer w = writer(&c, "a", false);
	const struct node *before = parse(&c, CONFIGMAP);
	const struct node *after = parse(&c, CONFIGMAP "data: {a: b}\n");

	struct ssa_stored now = { schema_for(&c, after), before, NULL };
	CHECK(ssa_update(arena, &now, after, &w) == NULL);
}

static void what_was_there_before_the_first_apply_has_an_owner(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);

	c.object = parse(&c, CONFIGMAP "data: {a: b, c: d}\n");
	CHECK_TEXT(apply(&c, "m", CONFIGMAP "data: {a: x}\n"),
		   "Apply failed with 1 conflict: conflict with \"before-first-apply\" using v1: "
		   ".data.a");
	CHECK_TEXT(apply(&c, "m", CONFIGMAP "data: {a: b}\n"), "");
	CHECK_INT(node_count(c.managed), 2);
	CHECK_TEXT(fields(&c, 1), "{\"f:data\":{\".\":{},\"f:a\":{},\"f:c\":{}}}");
}

static void duplicates_are_refused_in_what_is_applied(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);

	CHECK_TEXT(
		apply(&c, "m",
		      DEPLOYMENT "spec: {template: {spec: {containers: [{name: a}, {name: a}, "
				 "{name: b, ports: [{containerPort: 1}, {containerPort: 1, "
				 "protocol: TCP}]}]}}}\n"),
		"failed to create typed patch object (x/web; apps/v1, Kind=Deployment): errors:\n"
		"  .spec.template.spec.containers: duplicate entries for key [name=\"a\"]\n"
		"  .spec.template.spec.containers[name=\"b\"].ports: duplicate entries for key "
		"[containerPort=1,protocol=\"TCP\"]");
	CHECK_TEXT(apply(&c, "m", DEPLOYMENT "spec: {replicas: many}\n"),
		   "failed to create typed patch object (x/web; apps/v1, Kind=Deployment): "
		   ".spec.replicas: expected numeric (int or float), got string");
}

static void new_items_stand_where_the_applied_list_has_them(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);

	apply(&c, "a",
	      DEPLOYMENT "spec: {template: {spec: {containers: [{name: b}, {name: d}]}}}\n");
	apply(&c, "z",
	      DEPLOYMENT "spec: {template: {spec: {containers: [{name: a}, {name: b}, {name: c}, "
			 "{name: e}]}}}\n");
	CHECK_TEXT(json_text(arena, node_at(c.object, "spec.template.spec.containers"), 0),
		   "[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"d\"},{\"name\":\"c\"},"
		   "{\"name\":\"e\"}]");
}

static void the_applied_order_of_shared_items_wins(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);

	apply(&c, "a",
	      DEPLOYMENT "spec: {template: {spec: {containers: [{name: a}, {name: b}, "
			 "{name: c}]}}}\n");
	apply(&c, "a",
	      DEPLOYMENT "spec: {template: {spec: {containers: [{name: c}, {name: a}, "
			 "{name: b}]}}}\n");
	CHECK_TEXT(json_text(arena, node_at(c.object, "spec.template.spec.containers"), 0),
		   "[{\"name\":\"c\"},{\"name\":\"a\"},{\"name\":\"b\"}]");
	CHECK(c.result.changed);
}

static void sets_are_united(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);
	const char *with =
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, finalizers: [%s]}\n";

	apply(&c, "a", str_cstr(arena, str_printf(arena, with, "x/one")));
	apply(&c, "b", str_cstr(arena, str_printf(arena, with, "x/two")));
	CHECK_TEXT(json_text(arena, node_at(c.object, "metadata.finalizers"), 0),
		   "[\"x/one\",\"x/two\"]");
	CHECK_TEXT(fields(&c, 1), "{\"f:metadata\":{\"f:finalizers\":{\"v:\\\"x/two\\\"\":{}}}}");
	apply(&c, "a", CONFIGMAP);
	CHECK_TEXT(json_text(arena, node_at(c.object, "metadata.finalizers"), 0), "[\"x/two\"]");
}

static void atomic_values_have_one_owner(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);

	apply(&c, "a",
	      DEPLOYMENT
	      "spec: {template: {spec: {nodeSelector: {a: b}, tolerations: [{key: k}]}}}");
	CHECK_TEXT(apply(&c, "b",
			 DEPLOYMENT "spec: {template: {spec: {nodeSelector: {c: d}, tolerations: "
				    "[{key: l}]}}}"),
		   "Apply failed with 2 conflicts: conflicts with \"a\":\n"
		   "- .spec.template.spec.nodeSelector\n- .spec.template.spec.tolerations");
	force(&c, "b", DEPLOYMENT "spec: {template: {spec: {nodeSelector: {c: d}}}}");
	CHECK_TEXT(json_text(arena, node_at(c.object, "spec.template.spec.nodeSelector"), 0),
		   "{\"c\":\"d\"}");
}

static void unknown_kinds_have_granular_maps_and_atomic_lists(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);

	CHECK_TEXT(apply(&c, "a",
			 "{apiVersion: x.io/v1, kind: X, metadata: {name: x}, spec: {a: {b: 1, c: "
			 "{}}, l: [{name: x}]}}"),
		   "");
	CHECK_TEXT(fields(&c, 0),
		   "{\"f:spec\":{\".\":{},\"f:a\":{\".\":{},\"f:b\":{},\"f:c\":{}},\"f:l\":{}}}");
}

static void status_is_never_owned_through_the_main_resource(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);

	apply(&c, "a", DEPLOYMENT "spec: {replicas: 1}\nstatus: {replicas: 7}\n");
	CHECK_TEXT(fields(&c, 0), "{\"f:spec\":{\"f:replicas\":{}}}");
	struct ssa_writer w = writer(&c, "controller", false);
	w.subresource = STR("status");
	const struct node *after =
		parse(&c, DEPLOYMENT "spec: {replicas: 1}\nstatus: {replicas: 8}\n");
	struct ssa_stored now = stored(&c, after);
	c.managed = ssa_update(arena, &now, after, &w);
	CHECK_TEXT(json_text(arena, node_get(node_item(c.managed, 1), STR("subresource")), 0),
		   "\"status\"");
	CHECK_TEXT(fields(&c, 1), "{\"f:status\":{\"f:replicas\":{}}}");
}

static void keys_are_ordered_by_value(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);

	apply(&c, "a",
	      "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {ports: [{port: 80}, "
	      "{port: 9}, {port: 443}]}}");
	CHECK_TEXT(fields(&c, 0),
		   "{\"f:spec\":{\"f:ports\":{"
		   "\"k:{\\\"port\\\":9,\\\"protocol\\\":\\\"TCP\\\"}\":{\".\":{},\"f:port\":{}},"
		   "\"k:{\\\"port\\\":80,\\\"protocol\\\":\\\"TCP\\\"}\":{\".\":{},\"f:port\":{}},"
		   "\"k:{\\\"port\\\":443,\\\"protocol\\\":\\\"TCP\\\"}\":{\".\":{},\"f:port\":{}}"
		   "}}}");
}

static void old_update_entries_are_merged_beyond_ten(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);
	const struct node *data = NULL;

	for (int i = 0; i < 13; i++) {
		const struct node *after = parse(&c, CONFIGMAP);
		struct ssa_writer w =
			writer(&c, str_cstr(arena, str_printf(arena, "m%d", i)), false);
		data = node_with(arena, data, str_printf(arena, "k%d", i), node_int(arena, i));
		after = node_with(arena, after, STR("data"), data);
		struct ssa_stored now = stored(&c, after);
		w.tracks_new = true;
		c.managed = ssa_update(arena, &now, after, &w);
		c.object = after;
	}
	CHECK_INT(node_count(c.managed), 10);
	CHECK_TEXT(node_str_at(node_item(c.managed, 0), "manager"), "ancient-changes");
	CHECK_TEXT(fields(&c, 0),
		   "{\"f:data\":{\".\":{},\"f:k0\":{},\"f:k1\":{},\"f:k2\":{},\"f:k3\":{}}}");
	CHECK_TEXT(node_str_at(node_item(c.managed, 0), "time"), "2026-01-01T00:03:00Z");
}

static void kubectl_may_take_what_its_client_side_apply_wrote(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);

	update(&c, "kubectl-client-side-apply",
	       "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\n  annotations:\n"
	       "    kubectl.kubernetes.io/last-applied-configuration: |\n"
	       "      {\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"c\"},"
	       "\"data\":{\"a\":\"b\"}}\n"
	       "data: {a: b}\n");
	CHECK_TEXT(
		apply(&c, "other", CONFIGMAP "data: {a: x}\n"),
		"Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\" using "
		"v1: .data.a");
	CHECK_TEXT(apply(&c, "kubectl", CONFIGMAP "data: {a: x}\n"), "");
	CHECK_TEXT(object_annotation(c.object,
				     STR("kubectl.kubernetes.io/last-applied-configuration")),
		   "{\"apiVersion\":\"v1\",\"data\":{\"a\":\"x\"},\"kind\":\"ConfigMap\","
		   "\"metadata\":{\"name\":\"c\"}}\n");
}

static void repeated_live_items_are_one_leaf(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);

	update(&c, "u",
	       DEPLOYMENT "spec: {template: {spec: {containers: [{name: a, env: [{name: X, value: "
			  "a}, {name: X, value: b}]}]}}}\n");
	CHECK(ssa_owns(c.managed, STR("u"),
		       STR(".spec.template.spec.containers[name=\"a\"].env[name=\"X\"]")));
	CHECK_TEXT(apply(&c, "m",
			 DEPLOYMENT "spec: {template: {spec: {containers: [{name: a, env: [{name: "
				    "X, value: c}]}]}}}\n"),
		   "Apply failed with 1 conflict: conflict with \"u\" using apps/v1: "
		   ".spec.template.spec.containers[name=\"a\"].env[name=\"X\"]");
}

static void quantities_conflict_as_they_are_written(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);
#define CPU(value)                                                                                 \
	DEPLOYMENT                                                                                 \
	"spec: {template: {spec: {containers: [{name: a, resources: {limits: {cpu: " value         \
	"}}}]}}}\n"

	apply(&c, "a", CPU("\"1\""));
	/* A stored quantity is canonical, and an applied one is not converted before comparing. */
	CHECK_TEXT(apply(&c, "b", CPU("1000m")),
		   "Apply failed with 1 conflict: conflict with \"a\": "
		   ".spec.template.spec.containers[name=\"a\"].resources.limits.cpu");
	CHECK_TEXT(apply(&c, "b", CPU("\"1\"")), "");
	/* Its owner may write it anew: nothing changes. */
	const struct node *object = c.object;
	CHECK_TEXT(force(&c, "b", CPU("1000m")), "");
	CHECK(c.object == object);
#undef CPU
}

static void fields_that_go_always_has_are_not_owned_themselves(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);

	update(&c, "u",
	       DEPLOYMENT "spec: {template: {spec: {securityContext: {fsGroup: 1}, containers: "
			  "[{name: a, resources: {limits: {cpu: 1}}}]}}}\n");
	CHECK_TEXT(
		fields(&c, 0),
		"{\"f:spec\":{\"f:template\":{\"f:spec\":{\"f:containers\":{"
		"\"k:{\\\"name\\\":\\\"a\\\"}\":{\".\":{},\"f:name\":{},\"f:resources\":{\".\":{},"
		"\"f:limits\":{\".\":{},\"f:cpu\":{}}}}},\"f:securityContext\":{\".\":{},"
		"\"f:fsGroup\":{}}}}}}");
}

static void scaling_owns_replicas_unless_they_are_none(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);
	const char *scaled = DEPLOYMENT "spec: {replicas: %d}\n";

	apply(&c, "a", DEPLOYMENT "spec: {replicas: 1}\n");
	for (int replicas = 2; replicas >= 0; replicas -= 2) {
		struct ssa_writer w = writer(&c, "s", false);
		const struct node *after =
			parse(&c, str_cstr(arena, str_printf(arena, scaled, replicas)));
		w.subresource = STR("scale");
		struct ssa_stored now = stored(&c, after);
		c.managed = ssa_update(arena, &now, after, &w);
		c.object = after;
		CHECK(ssa_owns(c.managed, STR("s"), STR(".spec.replicas")) == (replicas > 0));
		CHECK(!ssa_owns(c.managed, STR("a"), STR(".spec.replicas")));
	}
}

static void custom_resources_have_object_metadata(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);
	const char *gateway = "apiVersion: networking.istio.io/v1\nkind: Gateway\n"
			      "metadata: {name: g, labels: {a: b}, finalizers: [x/y]}\n"
			      "spec: {selector: {istio: ingress}}\n";

	CHECK_TEXT(apply(&c, "m", gateway), "");
	CHECK_TEXT(fields(&c, 0), "{\"f:metadata\":{\"f:finalizers\":{\"v:\\\"x/"
				  "y\\\"\":{}},\"f:labels\":{\"f:a\":{}}},"
				  "\"f:spec\":{\"f:selector\":{\"f:istio\":{}}}}");
}

static void emptied_containers_are_null_in_custom_resources(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);
	const char *with = "apiVersion: networking.istio.io/v1\nkind: Gateway\n"
			   "metadata: {name: g}\nspec: {selector: {istio: x}}\n";

	apply(&c, "m", with);
	apply(&c, "m",
	      "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: g}\n"
	      "spec: {selector: {}}\n");
	CHECK_TEXT(json_text(arena, node_get(c.object, STR("spec")), 0), "{\"selector\":null}");
}

static void undeclared_fields_are_refused(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);

	CHECK_TEXT(apply(&c, "m", DEPLOYMENT "spec: {replica: 1}\n"),
		   "failed to create typed patch object (x/web; apps/v1, Kind=Deployment): "
		   ".spec.replica: field not declared in schema");
}

static void entries_in_another_order_are_read_all_the_same(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);

	apply(&c, "a", CONFIGMAP "data: {a: x, b: y}\n");
	c.managed =
		parse(&c, "[{manager: a, operation: Apply, apiVersion: v1, fieldsType: FieldsV1, "
			  "fieldsV1: {\"f:data\": {\"f:b\": {}, \"f:a\": {}}}}]");
	CHECK_TEXT(apply(&c, "b", CONFIGMAP "data: {a: q}\n"),
		   "Apply failed with 1 conflict: conflict with \"a\": .data.a");
	apply(&c, "a", CONFIGMAP "data: {b: y}\n");
	CHECK_TEXT(json_text(arena, node_get(c.object, STR("data")), 0), "{\"b\":\"y\"}");
}

static void wide_maps_in_another_order_stay_linear(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);
	enum { KEYS = 20000 };
	struct entry *up = arena_array(arena, struct entry, KEYS);
	struct entry *down = arena_array(arena, struct entry, KEYS);

	for (uint32_t i = 0; i < KEYS; i++) {
		up[i] = (struct entry){ node_str(arena, str_printf(arena, "k%05u", i)),
					node_str(arena, STR("v")) };
		down[KEYS - 1 - i] = up[i];
	}
	struct ssa_writer w = writer(&c, "m", false);
	const struct node *map = parse(&c, CONFIGMAP);
	const struct node *one = node_with(arena, map, STR("data"), node_map_of(arena, up, KEYS));
	const struct node *two = node_with(arena, map, STR("data"), node_map_of(arena, down, KEYS));
	struct ssa_stored now = { .schema = schema_for(&c, map) };
	CHECK(ssa_apply(arena, &now, one, &w, &c.result, &c.err) == 0);
	now.object = c.result.object;
	now.managed = c.result.managed;
	CHECK(ssa_apply(arena, &now, two, &w, &c.result, &c.err) == 0);
	CHECK(!c.result.changed);
}

static void fields_of_a_document(void)
{
	SCRATCH(arena);
	struct cluster c = start(arena);
	const struct node *o = parse(&c, DEPLOYMENT "spec: {replicas: 1}\n");

	CHECK_TEXT(json_text(arena, ssa_fields_of(arena, schema_for(&c, o), o), 0),
		   "{\"f:spec\":{\"f:replicas\":{}}}");
}

TESTS({ "owned are the leaves and list keys", owned_are_leaves_and_keys },
      { "another value conflicts", another_value_conflicts },
      { "conflicts are grouped by manager", conflicts_are_grouped_by_manager },
      { "the same value is owned by both", the_same_value_is_owned_by_both },
      { "force takes", force_takes },
      { "what is no longer stated is removed", what_is_no_longer_stated_is_removed },
      { "removed items go unless another owns in them",
	removed_items_go_unless_another_owns_in_them },
      { "applying again changes nothing", applying_again_changes_nothing },
      { "updates take what they change", updates_take_what_they_change },
      { "an update that changes nothing leaves the entries alone",
	an_update_that_changes_nothing_leaves_the_entries_alone },
      { "untracked objects stay untracked", untracked_objects_stay_untracked },
      { "what was there before the first apply has an owner",
	what_was_there_before_the_first_apply_has_an_owner },
      { "duplicates are refused in what is applied", duplicates_are_refused_in_what_is_applied },
      { "new items stand where the applied list has them",
	new_items_stand_where_the_applied_list_has_them },
      { "the applied order of shared items wins", the_applied_order_of_shared_items_wins },
      { "sets are united", sets_are_united },
      { "atomic values have one owner", atomic_values_have_one_owner },
      { "unknown kinds have granular maps and atomic lists",
	unknown_kinds_have_granular_maps_and_atomic_lists },
      { "status is never owned through the main resource",
	status_is_never_owned_through_the_main_resource },
      { "keys are ordered by value", keys_are_ordered_by_value },
      { "old update entries are merged beyond ten", old_update_entries_are_merged_beyond_ten },
      { "kubectl may take what its client-side apply wrote",
	kubectl_may_take_what_its_client_side_apply_wrote },
      { "repeated live items are one leaf", repeated_live_items_are_one_leaf },
      { "quantities conflict as they are written", quantities_conflict_as_they_are_written },
      { "fields that Go always has are not owned themselves",
	fields_that_go_always_has_are_not_owned_themselves },
      { "scaling owns replicas unless they are none", scaling_owns_replicas_unless_they_are_none },
      { "custom resources have ObjectMeta", custom_resources_have_object_metadata },
      { "emptied containers are null in custom resources",
	emptied_containers_are_null_in_custom_resources },
      { "undeclared fields are refused", undeclared_fields_are_refused },
      { "entries in another order are read all the same",
	entries_in_another_order_are_read_all_the_same },
      { "wide maps in another order stay linear", wide_maps_in_another_order_stay_linear },
      { "the fields of a document", fields_of_a_document })
