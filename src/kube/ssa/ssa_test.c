/* ssa_test - server-side apply: ownership, conflicts, removal, managedFields */
#include "kube/ssa/ssa_test.h"

#include "doc/make.h"
#include "kube/secret.h"

static void owned_are_leaves_and_keys(void)
{
	SCRATCH(arena);
	struct trial c = trial_start(arena);

	CHECK_TEXT(trial_apply(&c, "flux",
			       "apiVersion: apps/v1\nkind: Deployment\n"
			       "metadata: {name: web, labels: {app: web}}\n"
			       "spec:\n  replicas: 2\n  selector: {matchLabels: {app: web}}\n"
			       "  template:\n    metadata: {labels: {app: web}}\n    spec:\n"
			       "      containers:\n      - name: web\n        image: nginx\n"
			       "        args: [a, b]\n        ports: [{containerPort: 80}]\n"),
		   "");
	CHECK_TEXT(trial_entry_text(&c, 0),
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
	struct trial c = trial_start(arena);

	trial_apply(&c, "a", DEPLOYMENT "spec: {replicas: 2}\n");
	CHECK_TEXT(trial_apply(&c, "b", DEPLOYMENT "spec: {replicas: 3}\n"),
		   "Apply failed with 1 conflict: conflict with \"a\": .spec.replicas");
	CHECK_INT(c.result.conflicts.count, 1);
	CHECK(c.result.object == NULL);
	CHECK_TEXT(c.result.conflicts.items[0].manager, "\"a\"");
	CHECK_TEXT(c.result.conflicts.items[0].path, ".spec.replicas");
}

static void conflicts_are_grouped_by_manager(void)
{
	SCRATCH(arena);
	struct trial c = trial_start(arena);

	trial_apply(&c, "b",
		    DEPLOYMENT "spec: {replicas: 2, paused: true, template: {spec: {containers: "
			       "[{name: app, image: x}]}}}\n");
	trial_update(&c, "a",
		     DEPLOYMENT "spec: {replicas: 2, paused: true, minReadySeconds: 5, template: "
				"{spec: {containers: [{name: app, image: x}]}}}\n");
	CHECK_TEXT(trial_apply(&c, "z",
			       DEPLOYMENT
			       "spec: {replicas: 3, paused: false, minReadySeconds: 6, "
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
	struct trial c = trial_start(arena);

	trial_apply(&c, "a", DEPLOYMENT "spec: {replicas: 2}\n");
	CHECK_TEXT(trial_apply(&c, "b", DEPLOYMENT "spec: {replicas: 2}\n"), "");
	CHECK(c.result.changed);
	CHECK(ssa_owns(c.managed, STR("a"), STR(".spec.replicas")));
	CHECK(ssa_owns(c.managed, STR("b"), STR(".spec.replicas")));
	CHECK(!ssa_owns(c.managed, STR("c"), STR(".spec.replicas")));
	/* One of them lets go: the value stays, the other owns it. */
	trial_apply(&c, "a", DEPLOYMENT);
	CHECK_INT(node_int_at(c.object, "spec.replicas", 0), 2);
	CHECK(!ssa_owns(c.managed, STR("a"), STR(".spec.replicas")));
}

static void force_takes(void)
{
	SCRATCH(arena);
	struct trial c = trial_start(arena);

	trial_apply(&c, "a", DEPLOYMENT "spec: {replicas: 2, paused: true}\n");
	CHECK_TEXT(trial_force(&c, "b", DEPLOYMENT "spec: {replicas: 3}\n"), "");
	CHECK_INT(node_int_at(c.object, "spec.replicas", 0), 3);
	CHECK_INT(node_item_count(c.managed), 2);
	CHECK_TEXT(trial_fields(&c, 0), "{\"f:spec\":{\"f:paused\":{}}}");
	CHECK_TEXT(trial_fields(&c, 1), "{\"f:spec\":{\"f:replicas\":{}}}");
}

static void what_is_no_longer_stated_is_removed(void)
{
	SCRATCH(arena);
	struct trial c = trial_start(arena);

	trial_apply(&c, "a", CONFIGMAP "data: {x: one, y: two}\n");
	trial_apply(&c, "b", CONFIGMAP "data: {z: three}\n");
	trial_apply(&c, "a", CONFIGMAP "data: {x: one}\n");
	CHECK_TEXT(trial_object_text(&c), "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\","
					  "\"metadata\":{\"name\":\"c\"},"
					  "\"data\":{\"x\":\"one\",\"z\":\"three\"}}");
	trial_apply(&c, "b", CONFIGMAP);
	trial_apply(&c, "a", CONFIGMAP);
	CHECK_TEXT(trial_object_text(&c), "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\","
					  "\"metadata\":{\"name\":\"c\"}}");
	CHECK(c.managed == NULL);
}

static void removed_items_go_unless_another_owns_in_them(void)
{
	SCRATCH(arena);
	struct trial c = trial_start(arena);

	trial_apply(&c, "a",
		    DEPLOYMENT "spec: {template: {spec: {containers: [{name: x, image: i}, "
			       "{name: y, image: j}]}}}\n");
	trial_apply(&c, "b",
		    DEPLOYMENT "spec: {template: {spec: {containers: [{name: y, tty: true}]}}}\n");
	trial_apply(&c, "a", DEPLOYMENT);
	CHECK_TEXT(json_text(arena, node_at(c.object, "spec"), 0),
		   "{\"template\":{\"spec\":{\"containers\":[{\"name\":\"y\",\"tty\":true}]}}}");
}

static void applying_again_changes_nothing(void)
{
	SCRATCH(arena);
	struct trial c = trial_start(arena);

	trial_apply(&c, "a", DEPLOYMENT "spec: {replicas: 2}\n");
	const struct node *object = c.object, *managed = c.managed;
	trial_apply(&c, "a", DEPLOYMENT "spec: {replicas: 2}\n");
	CHECK(!c.result.changed);
	CHECK(c.object == object);
	CHECK(c.managed == managed);
}

static void updates_take_what_they_change(void)
{
	SCRATCH(arena);
	struct trial c = trial_start(arena);

	trial_apply(&c, "a", DEPLOYMENT "spec: {replicas: 2, paused: true}\n");
	trial_update(&c, "kubectl-edit", DEPLOYMENT "spec: {replicas: 5, paused: true}\n");
	CHECK_INT(node_item_count(c.managed), 2);
	CHECK_TEXT(trial_fields(&c, 0), "{\"f:spec\":{\"f:paused\":{}}}");
	CHECK_TEXT(trial_entry_text(&c, 1),
		   "{\"manager\":\"kubectl-edit\",\"operation\":\"Update\",\"apiVersion\":"
		   "\"apps/v1\",\"time\":\"2026-01-01T00:01:00Z\",\"fieldsType\":\"FieldsV1\","
		   "\"fieldsV1\":{\"f:spec\":{\"f:replicas\":{}}}}");
}

static void an_update_that_changes_nothing_leaves_the_entries_alone(void)
{
	SCRATCH(arena);
	struct trial c = trial_start(arena);

	trial_apply(&c, "a", DEPLOYMENT "spec: {replicas: 2}\n");
	const struct node *managed = c.managed;
	trial_update(&c, "b", DEPLOYMENT "spec: {replicas: 2}\n");
	CHECK(c.managed == managed);
}

static void untracked_objects_stay_untracked(void)
{
	SCRATCH(arena);
	struct trial c = trial_start(arena);
	struct ssa_writer w = trial_writer(&c, "a", false);
	const struct node *before = trial_parse(&c, CONFIGMAP);
	const struct node *after = trial_parse(&c, CONFIGMAP "data: {a: b}\n");

	struct ssa_stored now = { trial_schema(&c, after), before, NULL };
	CHECK(ssa_update(arena, &now, after, &w) == NULL);
}

static void what_was_there_before_the_first_apply_has_an_owner(void)
{
	SCRATCH(arena);
	struct trial c = trial_start(arena);

	c.object = trial_parse(&c, CONFIGMAP "data: {a: b, c: d}\n");
	CHECK_TEXT(trial_apply(&c, "m", CONFIGMAP "data: {a: x}\n"),
		   "Apply failed with 1 conflict: conflict with \"before-first-apply\" using v1: "
		   ".data.a");
	CHECK_TEXT(trial_apply(&c, "m", CONFIGMAP "data: {a: b}\n"), "");
	CHECK_INT(node_item_count(c.managed), 2);
	CHECK_TEXT(trial_fields(&c, 1), "{\"f:data\":{\".\":{},\"f:a\":{},\"f:c\":{}}}");
}

static void status_is_never_owned_through_the_main_resource(void)
{
	SCRATCH(arena);
	struct trial c = trial_start(arena);

	trial_apply(&c, "a", DEPLOYMENT "spec: {replicas: 1}\nstatus: {replicas: 7}\n");
	CHECK_TEXT(trial_fields(&c, 0), "{\"f:spec\":{\"f:replicas\":{}}}");
	struct ssa_writer w = trial_writer(&c, "controller", false);
	w.subresource = STR("status");
	const struct node *after =
		trial_parse(&c, DEPLOYMENT "spec: {replicas: 1}\nstatus: {replicas: 8}\n");
	struct ssa_stored now = trial_stored(&c, after);
	c.managed = ssa_update(arena, &now, after, &w);
	CHECK_TEXT(json_text(arena, node_get(node_item(c.managed, 1), STR("subresource")), 0),
		   "\"status\"");
	CHECK_TEXT(trial_fields(&c, 1), "{\"f:status\":{\"f:replicas\":{}}}");
}

static void old_update_entries_are_merged_beyond_ten(void)
{
	SCRATCH(arena);
	struct trial c = trial_start(arena);
	const struct node *data = NULL;

	for (int i = 0; i < 13; i++) {
		const struct node *after = trial_parse(&c, CONFIGMAP);
		struct ssa_writer w =
			trial_writer(&c, str_cstr(arena, str_printf(arena, "m%d", i)), false);
		data = node_with(arena, data, str_printf(arena, "k%d", i), node_int(arena, i));
		after = node_with(arena, after, STR("data"), data);
		struct ssa_stored now = trial_stored(&c, after);
		w.tracks_new = true;
		c.managed = ssa_update(arena, &now, after, &w);
		c.object = after;
	}
	CHECK_INT(node_item_count(c.managed), 10);
	CHECK_TEXT(node_str_at(node_item(c.managed, 0), "manager"), "ancient-changes");
	CHECK_TEXT(trial_fields(&c, 0),
		   "{\"f:data\":{\".\":{},\"f:k0\":{},\"f:k1\":{},\"f:k2\":{},\"f:k3\":{}}}");
	CHECK_TEXT(node_str_at(node_item(c.managed, 0), "time"), "2026-01-01T00:03:00Z");
}

static void kubectl_may_take_what_its_client_side_apply_wrote(void)
{
	SCRATCH(arena);
	struct trial c = trial_start(arena);

	trial_update(
		&c, "kubectl-client-side-apply",
		"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\n  annotations:\n"
		"    kubectl.kubernetes.io/last-applied-configuration: |\n"
		"      {\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"c\"},"
		"\"data\":{\"a\":\"b\"}}\n"
		"data: {a: b}\n");
	CHECK_TEXT(
		trial_apply(&c, "other", CONFIGMAP "data: {a: x}\n"),
		"Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\" using "
		"v1: .data.a");
	CHECK_TEXT(trial_apply(&c, "kubectl", CONFIGMAP "data: {a: x}\n"), "");
	CHECK_TEXT(object_annotation(c.object,
				     STR("kubectl.kubernetes.io/last-applied-configuration")),
		   "{\"apiVersion\":\"v1\",\"data\":{\"a\":\"x\"},\"kind\":\"ConfigMap\","
		   "\"metadata\":{\"name\":\"c\"}}\n");
}

static void scaling_owns_replicas_unless_they_are_none(void)
{
	SCRATCH(arena);
	struct trial c = trial_start(arena);
	const char *scaled = DEPLOYMENT "spec: {replicas: %d}\n";

	trial_apply(&c, "a", DEPLOYMENT "spec: {replicas: 1}\n");
	for (int replicas = 2; replicas >= 0; replicas -= 2) {
		struct ssa_writer w = trial_writer(&c, "s", false);
		const struct node *after =
			trial_parse(&c, str_cstr(arena, str_printf(arena, scaled, replicas)));
		w.subresource = STR("scale");
		struct ssa_stored now = trial_stored(&c, after);
		c.managed = ssa_update(arena, &now, after, &w);
		c.object = after;
		CHECK(ssa_owns(c.managed, STR("s"), STR(".spec.replicas")) == (replicas > 0));
		CHECK(!ssa_owns(c.managed, STR("a"), STR(".spec.replicas")));
	}
}

static void entries_in_another_order_are_read_all_the_same(void)
{
	SCRATCH(arena);
	struct trial c = trial_start(arena);

	trial_apply(&c, "a", CONFIGMAP "data: {a: x, b: y}\n");
	c.managed = trial_parse(
		&c, "[{manager: a, operation: Apply, apiVersion: v1, fieldsType: FieldsV1, "
		    "fieldsV1: {\"f:data\": {\"f:b\": {}, \"f:a\": {}}}}]");
	CHECK_TEXT(trial_apply(&c, "b", CONFIGMAP "data: {a: q}\n"),
		   "Apply failed with 1 conflict: conflict with \"a\": .data.a");
	trial_apply(&c, "a", CONFIGMAP "data: {b: y}\n");
	CHECK_TEXT(json_text(arena, node_get(c.object, STR("data")), 0), "{\"b\":\"y\"}");
}

static void wide_maps_in_another_order_stay_linear(void)
{
	SCRATCH(arena);
	struct trial c = trial_start(arena);
	enum { KEYS = 20000 };
	struct entry *up = arena_array(arena, struct entry, KEYS);
	struct entry *down = arena_array(arena, struct entry, KEYS);

	for (uint32_t i = 0; i < KEYS; i++) {
		up[i] = (struct entry){ node_str(arena, str_printf(arena, "k%05u", i)),
					node_str(arena, STR("v")) };
		down[KEYS - 1 - i] = up[i];
	}
	struct ssa_writer w = trial_writer(&c, "m", false);
	const struct node *map = trial_parse(&c, CONFIGMAP);
	const struct node *one = node_with(arena, map, STR("data"), node_map_of(arena, up, KEYS));
	const struct node *two = node_with(arena, map, STR("data"), node_map_of(arena, down, KEYS));
	struct ssa_stored now = { .schema = trial_schema(&c, map) };
	CHECK(ssa_apply(arena, &now, one, &w, &c.result, &c.err) == 0);
	now.object = c.result.object;
	now.managed = c.result.managed;
	CHECK(ssa_apply(arena, &now, two, &w, &c.result, &c.err) == 0);
	CHECK(!c.result.changed);
}

static void fields_of_a_document(void)
{
	SCRATCH(arena);
	struct trial c = trial_start(arena);
	const struct node *o = trial_parse(&c, DEPLOYMENT "spec: {replicas: 1}\n");

	CHECK_TEXT(json_text(arena, ssa_fields_of(arena, trial_schema(&c, o), o), 0),
		   "{\"f:spec\":{\"f:replicas\":{}}}");
}

#define SECRET	   "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: default}\n"
#define CONFIG_MAP "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: s, namespace: default}\n"
#define LAST	   "kubectl.kubernetes.io/last-applied-configuration"

static void applies_keep_marks(void)
{
	SCRATCH(arena);
	struct trial c = trial_start(arena);
	struct ssa_writer writer = trial_writer(&c, "kubectl", false);
	const struct node *first =
		secret_marked(arena, trial_parse(&c, SECRET "data: {a: aHVudGVyMg==}\n"));
	const struct node *second = secret_marked(
		arena, trial_parse(&c, SECRET "type: Opaque\nstringData: {b: hunter3}\n"));
	struct ssa_stored stored = { .schema = trial_schema(&c, first) };

	CHECK_INT(ssa_apply(arena, &stored, first, &writer, &c.result, &c.err), 0);
	stored.object = c.result.object;
	stored.managed = c.result.managed;
	writer.manager = STR("other");
	CHECK_INT(ssa_apply(arena, &stored, second, &writer, &c.result, &c.err), 0);
	CHECK(node_is_secret(node_at(c.result.object, "data.a")));
	CHECK(node_is_secret(node_at(c.result.object, "stringData.b")));
	CHECK(!node_is_secret(node_get_lit(c.result.object, "type")));
}

/* The annotation holds what was applied: as it is, and marked when a secret is in it. */
static void the_last_applied_configuration_is_marked_like_the_object(void)
{
	static const struct {
		const char *object;
		bool is_secret;
	} rows[] = { { SECRET "data: {a: aHVudGVyMg==}\n", true },
		     { CONFIG_MAP "data: {a: aHVudGVyMg==}\n", false } };

	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		SCRATCH(arena);
		struct trial c = trial_start(arena);
		struct ssa_writer writer = trial_writer(&c, "kubectl", false);
		const struct trusted_path path = TRUSTED_PATH("metadata.annotations[" LAST "]");
		const struct node *object = secret_marked(arena, trial_parse(&c, rows[i].object));
		const struct node *live = node_put(arena, object, path, node_cstr(arena, "{}"));
		struct ssa_stored stored = { .schema = trial_schema(&c, object), .object = live };
		CHECK_INT(ssa_apply(arena, &stored, object, &writer, &c.result, &c.err), 0);
		const struct node *kept = node_find(c.result.object, path);
		CHECK(str_contains(node_text(kept), STR("aHVudGVyMg==")));
		CHECK_INT(node_is_secret(kept), rows[i].is_secret);
	}
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
      { "status is never owned through the main resource",
	status_is_never_owned_through_the_main_resource },
      { "old update entries are merged beyond ten", old_update_entries_are_merged_beyond_ten },
      { "kubectl may take what its client-side apply wrote",
	kubectl_may_take_what_its_client_side_apply_wrote },
      { "scaling owns replicas unless they are none", scaling_owns_replicas_unless_they_are_none },
      { "entries in another order are read all the same",
	entries_in_another_order_are_read_all_the_same },
      { "wide maps in another order stay linear", wide_maps_in_another_order_stay_linear },
      { "the fields of a document", fields_of_a_document },
      { "applies keep the marks of secrets", applies_keep_marks },
      { "the last applied configuration is marked like the object",
	the_last_applied_configuration_is_marked_like_the_object })
