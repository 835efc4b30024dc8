/* types_test - server-side apply by types: lists, sets, quantities, custom resources */
#include "kube/ssa/ssa_test.h"

static void duplicates_are_refused_in_what_is_applied(void)
{
	SCRATCH(arena);
	struct trial c = trial_start(arena);

	CHECK_TEXT(
		trial_apply(&c, "m",
			    DEPLOYMENT
			    "spec: {template: {spec: {containers: [{name: a}, {name: a}, "
			    "{name: b, ports: [{containerPort: 1}, {containerPort: 1, "
			    "protocol: TCP}]}]}}}\n"),
		"failed to create typed patch object (x/web; apps/v1, Kind=Deployment): errors:\n"
		"  .spec.template.spec.containers: duplicate entries for key [name=\"a\"]\n"
		"  .spec.template.spec.containers[name=\"b\"].ports: duplicate entries for key "
		"[containerPort=1,protocol=\"TCP\"]");
	CHECK_TEXT(trial_apply(&c, "m", DEPLOYMENT "spec: {replicas: many}\n"),
		   "failed to create typed patch object (x/web; apps/v1, Kind=Deployment): "
		   ".spec.replicas: expected numeric (int or float), got string");
}

static void new_items_stand_where_the_applied_list_has_them(void)
{
	SCRATCH(arena);
	struct trial c = trial_start(arena);

	trial_apply(&c, "a",
		    DEPLOYMENT "spec: {template: {spec: {containers: [{name: b}, {name: d}]}}}\n");
	trial_apply(&c, "z",
		    DEPLOYMENT
		    "spec: {template: {spec: {containers: [{name: a}, {name: b}, {name: c}, "
		    "{name: e}]}}}\n");
	CHECK_TEXT(json_text(arena, node_at(c.object, "spec.template.spec.containers"), 0),
		   "[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"d\"},{\"name\":\"c\"},"
		   "{\"name\":\"e\"}]");
}

static void the_applied_order_of_shared_items_wins(void)
{
	SCRATCH(arena);
	struct trial c = trial_start(arena);

	trial_apply(&c, "a",
		    DEPLOYMENT "spec: {template: {spec: {containers: [{name: a}, {name: b}, "
			       "{name: c}]}}}\n");
	trial_apply(&c, "a",
		    DEPLOYMENT "spec: {template: {spec: {containers: [{name: c}, {name: a}, "
			       "{name: b}]}}}\n");
	CHECK_TEXT(json_text(arena, node_at(c.object, "spec.template.spec.containers"), 0),
		   "[{\"name\":\"c\"},{\"name\":\"a\"},{\"name\":\"b\"}]");
	CHECK(c.result.changed);
}

static void sets_are_united(void)
{
	SCRATCH(arena);
	struct trial c = trial_start(arena);
	const char *with =
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, finalizers: [%s]}\n";

	trial_apply(&c, "a", str_cstr(arena, str_printf(arena, with, "x/one")));
	trial_apply(&c, "b", str_cstr(arena, str_printf(arena, with, "x/two")));
	CHECK_TEXT(json_text(arena, node_at(c.object, "metadata.finalizers"), 0),
		   "[\"x/one\",\"x/two\"]");
	CHECK_TEXT(trial_fields(&c, 1),
		   "{\"f:metadata\":{\"f:finalizers\":{\"v:\\\"x/two\\\"\":{}}}}");
	trial_apply(&c, "a", CONFIGMAP);
	CHECK_TEXT(json_text(arena, node_at(c.object, "metadata.finalizers"), 0), "[\"x/two\"]");
}

static void atomic_values_have_one_owner(void)
{
	SCRATCH(arena);
	struct trial c = trial_start(arena);

	trial_apply(&c, "a",
		    DEPLOYMENT
		    "spec: {template: {spec: {nodeSelector: {a: b}, tolerations: [{key: k}]}}}");
	CHECK_TEXT(trial_apply(&c, "b",
			       DEPLOYMENT
			       "spec: {template: {spec: {nodeSelector: {c: d}, tolerations: "
			       "[{key: l}]}}}"),
		   "Apply failed with 2 conflicts: conflicts with \"a\":\n"
		   "- .spec.template.spec.nodeSelector\n- .spec.template.spec.tolerations");
	trial_force(&c, "b", DEPLOYMENT "spec: {template: {spec: {nodeSelector: {c: d}}}}");
	CHECK_TEXT(json_text(arena, node_at(c.object, "spec.template.spec.nodeSelector"), 0),
		   "{\"c\":\"d\"}");
}

static void unknown_kinds_have_granular_maps_and_atomic_lists(void)
{
	SCRATCH(arena);
	struct trial c = trial_start(arena);

	CHECK_TEXT(
		trial_apply(
			&c, "a",
			"{apiVersion: x.io/v1, kind: X, metadata: {name: x}, spec: {a: {b: 1, c: "
			"{}}, l: [{name: x}]}}"),
		"");
	CHECK_TEXT(trial_fields(&c, 0),
		   "{\"f:spec\":{\".\":{},\"f:a\":{\".\":{},\"f:b\":{},\"f:c\":{}},\"f:l\":{}}}");
}

static void keys_are_ordered_by_value(void)
{
	SCRATCH(arena);
	struct trial c = trial_start(arena);

	trial_apply(
		&c, "a",
		"{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {ports: [{port: 80}, "
		"{port: 9}, {port: 443}]}}");
	CHECK_TEXT(trial_fields(&c, 0),
		   "{\"f:spec\":{\"f:ports\":{"
		   "\"k:{\\\"port\\\":9,\\\"protocol\\\":\\\"TCP\\\"}\":{\".\":{},\"f:port\":{}},"
		   "\"k:{\\\"port\\\":80,\\\"protocol\\\":\\\"TCP\\\"}\":{\".\":{},\"f:port\":{}},"
		   "\"k:{\\\"port\\\":443,\\\"protocol\\\":\\\"TCP\\\"}\":{\".\":{},\"f:port\":{}}"
		   "}}}");
}

static void repeated_live_items_are_one_leaf(void)
{
	SCRATCH(arena);
	struct trial c = trial_start(arena);

	trial_update(&c, "u",
		     DEPLOYMENT
		     "spec: {template: {spec: {containers: [{name: a, env: [{name: X, value: "
		     "a}, {name: X, value: b}]}]}}}\n");
	CHECK(ssa_owns(c.managed, STR("u"),
		       STR(".spec.template.spec.containers[name=\"a\"].env[name=\"X\"]")));
	CHECK_TEXT(trial_apply(&c, "m",
			       DEPLOYMENT
			       "spec: {template: {spec: {containers: [{name: a, env: [{name: "
			       "X, value: c}]}]}}}\n"),
		   "Apply failed with 1 conflict: conflict with \"u\" using apps/v1: "
		   ".spec.template.spec.containers[name=\"a\"].env[name=\"X\"]");
}

#define ENV(items)                                                                                 \
	DEPLOYMENT                                                                                 \
	"spec: {template: {spec: {containers: [{name: a, env: [" items "]}]}}}\n"

/* Who kept items that repeat loses what another writer makes of them. */
static void repeated_items_are_lost_as_one(void)
{
	static const struct {
		const char *then;
		bool kept, other; /* X is still of the first one; of the second */
	} rows[] = {
		{ ENV("{name: X, value: a}, {name: X, value: b}"), true, false },
		{ ENV("{name: X, value: a}, {name: X, value: c}"), false, true },
		{ ENV("{name: X, value: a}"), false, true },
		{ ENV(""), false, false },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].then); i++) {
		SCRATCH(arena);
		struct trial c = trial_start(arena);
		struct str x = STR(".spec.template.spec.containers[name=\"a\"].env[name=\"X\"]");
		trial_update(&c, "one", ENV("{name: X, value: a}, {name: X, value: b}"));
		trial_update(&c, "two", rows[i].then);
		CHECK_INT(ssa_owns(c.managed, STR("one"), x), rows[i].kept);
		CHECK_INT(ssa_owns(c.managed, STR("two"), x), rows[i].other);
	}
}

static void quantities_conflict_as_they_are_written(void)
{
	SCRATCH(arena);
	struct trial c = trial_start(arena);
#define CPU(value)                                                                                 \
	DEPLOYMENT                                                                                 \
	"spec: {template: {spec: {containers: [{name: a, resources: {limits: {cpu: " value         \
	"}}}]}}}\n"

	trial_apply(&c, "a", CPU("\"1\""));
	/* A stored quantity is canonical, and an applied one is not converted before comparing. */
	CHECK_TEXT(trial_apply(&c, "b", CPU("1000m")),
		   "Apply failed with 1 conflict: conflict with \"a\": "
		   ".spec.template.spec.containers[name=\"a\"].resources.limits.cpu");
	CHECK_TEXT(trial_apply(&c, "b", CPU("\"1\"")), "");
	/* Its owner may write it anew: nothing changes. */
	const struct node *object = c.object;
	CHECK_TEXT(trial_force(&c, "b", CPU("1000m")), "");
	CHECK(c.object == object);
#undef CPU
}

static void fields_that_go_always_has_are_not_owned_themselves(void)
{
	SCRATCH(arena);
	struct trial c = trial_start(arena);

	trial_update(&c, "u",
		     DEPLOYMENT
		     "spec: {template: {spec: {securityContext: {fsGroup: 1}, containers: "
		     "[{name: a, resources: {limits: {cpu: 1}}}]}}}\n");
	CHECK_TEXT(
		trial_fields(&c, 0),
		"{\"f:spec\":{\"f:template\":{\"f:spec\":{\"f:containers\":{"
		"\"k:{\\\"name\\\":\\\"a\\\"}\":{\".\":{},\"f:name\":{},\"f:resources\":{\".\":{},"
		"\"f:limits\":{\".\":{},\"f:cpu\":{}}}}},\"f:securityContext\":{\".\":{},"
		"\"f:fsGroup\":{}}}}}}");
}

static void custom_resources_have_object_metadata(void)
{
	SCRATCH(arena);
	struct trial c = trial_start(arena);
	const char *gateway = "apiVersion: networking.istio.io/v1\nkind: Gateway\n"
			      "metadata: {name: g, labels: {a: b}, finalizers: [x/y]}\n"
			      "spec: {selector: {istio: ingress}}\n";

	CHECK_TEXT(trial_apply(&c, "m", gateway), "");
	CHECK_TEXT(trial_fields(&c, 0), "{\"f:metadata\":{\"f:finalizers\":{\"v:\\\"x/"
					"y\\\"\":{}},\"f:labels\":{\"f:a\":{}}},"
					"\"f:spec\":{\"f:selector\":{\"f:istio\":{}}}}");
}

static void emptied_containers_are_null_in_custom_resources(void)
{
	SCRATCH(arena);
	struct trial c = trial_start(arena);
	const char *with = "apiVersion: networking.istio.io/v1\nkind: Gateway\n"
			   "metadata: {name: g}\nspec: {selector: {istio: x}}\n";

	trial_apply(&c, "m", with);
	trial_apply(&c, "m",
		    "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: g}\n"
		    "spec: {selector: {}}\n");
	CHECK_TEXT(json_text(arena, node_get(c.object, STR("spec")), 0), "{\"selector\":null}");
}

static void undeclared_fields_are_refused(void)
{
	SCRATCH(arena);
	struct trial c = trial_start(arena);

	CHECK_TEXT(trial_apply(&c, "m", DEPLOYMENT "spec: {replica: 1}\n"),
		   "failed to create typed patch object (x/web; apps/v1, Kind=Deployment): "
		   ".spec.replica: field not declared in schema");
}

TESTS({ "duplicates are refused in what is applied", duplicates_are_refused_in_what_is_applied },
      { "new items stand where the applied list has them",
	new_items_stand_where_the_applied_list_has_them },
      { "the applied order of shared items wins", the_applied_order_of_shared_items_wins },
      { "sets are united", sets_are_united },
      { "atomic values have one owner", atomic_values_have_one_owner },
      { "unknown kinds have granular maps and atomic lists",
	unknown_kinds_have_granular_maps_and_atomic_lists },
      { "keys are ordered by value", keys_are_ordered_by_value },
      { "repeated items are lost as one", repeated_items_are_lost_as_one },
      { "repeated live items are one leaf", repeated_live_items_are_one_leaf },
      { "quantities conflict as they are written", quantities_conflict_as_they_are_written },
      { "fields that Go always has are not owned themselves",
	fields_that_go_always_has_are_not_owned_themselves },
      { "custom resources have ObjectMeta", custom_resources_have_object_metadata },
      { "emptied containers are null in custom resources",
	emptied_containers_are_null_in_custom_resources },
      { "undeclared fields are refused", undeclared_fields_are_refused })
