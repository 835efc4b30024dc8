/* configs_test - which ConfigMaps and Secrets a primary gets copies of, and what names them */
#include "doc/json.h"
#include "rollout/tick_test.h"

/* A tick of the Canary default/web whose Deployment has that pod spec. */
static void begin(struct tick_fixture *x, struct fixture *f, const char *pod_spec)
{
	*f = fixture_begin();
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, "
				 "spec: {selector: {matchLabels: {app: web}}, template: {spec: "
				 "%n}}}",
				 node_make(f->arena, pod_spec)));
	CHECK(!tick_begin(x, f, "{targetRef: {kind: Deployment, name: web}}").ptr);
}

static void put_configmap(struct fixture *f, const char *name, const char *data)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: v1, kind: ConfigMap, metadata: {name: %c}, data: "
				 "%n}",
				 name, node_make(f->arena, data)));
}

static void put_secret(struct fixture *f, const char *name, const char *type)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: v1, kind: Secret, metadata: {name: %c}, type: %c, "
				 "data: {a: Yg==}}",
				 name, type));
}

/* What Flagger would track, as JSON; or the fault. */
static struct str tracked(struct tick_fixture *x)
{
	struct configs configs;
	struct str fault = configs_read(&x->tick, &configs);

	return fault.ptr ? fault : json_text(x->tick.arena, configs_map(&x->tick, &configs), 0);
}

/* As `printf '{"a":"b"}' | sha256sum` begins, and the same of {"a":"Yg=="}. */
#define SUM_MAP	   "db4a7ecb114bc66c"
#define SUM_SECRET "3d791b164a808638"

/* Each place of a pod that can name one: what is tracked, and the spec after the rewrite. */
static void every_place_of_a_pod_is_looked_at(void)
{
	static const struct {
		const char *spec;
		struct str tracked, rewritten;
	} cases[] = {
#define MAP    STR_INIT("{\"configmap/one\":\"" SUM_MAP "\"}")
#define SECRET STR_INIT("{\"secret/two\":\"" SUM_SECRET "\"}")
		{ "{volumes: [{configMap: {name: one}}]}", MAP,
		  STR_INIT("{\"volumes\":[{\"configMap\":{\"name\":\"one-primary\"}}]}") },
		{ "{volumes: [{secret: {secretName: two}}]}", SECRET,
		  STR_INIT("{\"volumes\":[{\"secret\":{\"secretName\":\"two-primary\"}}]}") },
		{ "{volumes: [{projected: {sources: [{configMap: {name: one}}]}}]}", MAP,
		  STR_INIT("{\"volumes\":[{\"projected\":{\"sources\":[{\"configMap\":{\"name\":"
			   "\"one-primary\"}}]}}]}") },
		{ "{volumes: [{projected: {sources: [{secret: {name: two}}]}}]}", SECRET,
		  STR_INIT("{\"volumes\":[{\"projected\":{\"sources\":[{\"secret\":{\"name\":"
			   "\"two-primary\"}}]}}]}") },
		{ "{containers: [{env: [{valueFrom: {configMapKeyRef: {name: one, key: a}}}]}]}",
		  MAP,
		  STR_INIT("{\"containers\":[{\"env\":[{\"valueFrom\":{\"configMapKeyRef\":{"
			   "\"name\":\"one-primary\",\"key\":\"a\"}}}]}]}") },
		{ "{containers: [{env: [{valueFrom: {secretKeyRef: {name: two, key: a}}}]}]}",
		  SECRET,
		  STR_INIT("{\"containers\":[{\"env\":[{\"valueFrom\":{\"secretKeyRef\":{"
			   "\"name\":\"two-primary\",\"key\":\"a\"}}}]}]}") },
		{ "{initContainers: [{envFrom: [{configMapRef: {name: one}}]}]}", MAP,
		  STR_INIT("{\"initContainers\":[{\"envFrom\":[{\"configMapRef\":{\"name\":"
			   "\"one-primary\"}}]}]}") },
		{ "{initContainers: [{envFrom: [{secretRef: {name: two}}]}]}", SECRET,
		  STR_INIT("{\"initContainers\":[{\"envFrom\":[{\"secretRef\":{\"name\":"
			   "\"two-primary\"}}]}]}") },
		/* These are no places that Flagger follows. */
		{ "{imagePullSecrets: [{name: two}]}", STR_INIT("{}"),
		  STR_INIT("{\"imagePullSecrets\":[{\"name\":\"two\"}]}") },
		{ "{volumes: [{emptyDir: {name: one}}]}", STR_INIT("{}"),
		  STR_INIT("{\"volumes\":[{\"emptyDir\":{\"name\":\"one\"}}]}") },
#undef MAP
#undef SECRET
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].spec); i++) {
		struct fixture f;
		struct tick_fixture x;
		struct configs configs;

		begin(&x, &f, cases[i].spec);
		put_configmap(&f, "one", "{a: b}");
		put_secret(&f, "two", "Opaque");
		CHECK_STR(tracked(&x), cases[i].tracked);
		CHECK(!configs_read(&x.tick, &configs).ptr);
		const struct node *spec = node_make(f.arena, cases[i].spec);
		CHECK_STR(json_text(f.arena, configs_rewrite(&x.tick, spec, &configs), 0),
			  cases[i].rewritten);
		fixture_end(&f);
	}
}

/* A sum is one of the data alone, with its keys in order: other metadata is no new revision. */
static void a_sum_is_one_of_the_data(void)
{
	static const struct {
		const char *data;
		struct str tracked;
	} cases[] = {
		{ "{a: b, c: d}", STR_INIT("{\"configmap/one\":\"b85c7da93e879051\"}") },
		{ "{c: d, a: b}", STR_INIT("{\"configmap/one\":\"b85c7da93e879051\"}") },
		{ "{k: <1}", STR_INIT("{\"configmap/one\":\"fc07c717d65610c7\"}") },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].data); i++) {
		struct fixture f;
		struct tick_fixture x;

		begin(&x, &f, "{volumes: [{configMap: {name: one}}]}");
		put_configmap(&f, "one", cases[i].data);
		CHECK_STR(tracked(&x), cases[i].tracked);
		fixture_end(&f);
	}
}

static void what_is_named_twice_is_tracked_once(void)
{
	struct fixture f;
	struct tick_fixture x;
	struct configs configs;

	begin(&x, &f,
	      "{volumes: [{configMap: {name: one}}], containers: [{envFrom: [{configMapRef: "
	      "{name: one}}]}]}");
	put_configmap(&f, "one", "{a: b}");
	CHECK(!configs_read(&x.tick, &configs).ptr);
	CHECK_INT(configs.count, 1);
	CHECK_TEXT(configs.items[0].id, "configmap/one");
	fixture_end(&f);
}

static void a_missing_one_is_a_fault_unless_it_is_optional(void)
{
	static const struct {
		const char *spec;
		struct str tracked;
	} cases[] = {
		{ "{volumes: [{configMap: {name: gone}}]}",
		  STR_INIT("GetTargetConfigs failed: configmap gone.default get query error: "
			   "configmap gone.default get query error: configmaps \"gone\" not "
			   "found") },
		{ "{volumes: [{secret: {secretName: gone}}]}",
		  STR_INIT("GetTargetConfigs failed: secret gone.default get query error: secret "
			   "gone.default get query error: secrets \"gone\" not found") },
		/* ConfigMaps come first. */
		{ "{volumes: [{secret: {secretName: gone}}], containers: [{envFrom: "
		  "[{configMapRef: {name: none}}]}]}",
		  STR_INIT("GetTargetConfigs failed: configmap none.default get query error: "
			   "configmap none.default get query error: configmaps \"none\" not "
			   "found") },
		/* Of several places the last one says whether it must be there. */
		{ "{volumes: [{configMap: {name: gone}}], initContainers: [{envFrom: "
		  "[{configMapRef: {name: gone, optional: true}}]}]}",
		  STR_INIT("{}") },
		{ "{volumes: [{projected: {sources: [{secret: {name: gone, optional: true}}]}}, "
		  "{secret: {secretName: gone}}]}",
		  STR_INIT("GetTargetConfigs failed: secret gone.default get query error: secret "
			   "gone.default get query error: secrets \"gone\" not found") },
		{ "{volumes: [{configMap: {name: gone, optional: true}}, {secret: {secretName: "
		  "gone, optional: true}}]}",
		  STR_INIT("{}") },
		{ "{containers: [{env: [{valueFrom: {secretKeyRef: {name: gone, key: a, optional: "
		  "true}}}]}]}",
		  STR_INIT("{}") },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].spec); i++) {
		struct fixture f;
		struct tick_fixture x;

		begin(&x, &f, cases[i].spec);
		CHECK_STR(tracked(&x), cases[i].tracked);
		fixture_end(&f);
	}
}

static void secrets_of_other_types_keep_their_name(void)
{
	static const struct {
		const char *type;
		bool tracked;
	} cases[] = {
		{ "Opaque", true },
		{ "kubernetes.io/basic-auth", true },
		{ "kubernetes.io/ssh-auth", true },
		{ "kubernetes.io/tls", true },
		{ "kubernetes.io/dockerconfigjson", false },
		{ "kubernetes.io/service-account-token", false },
		{ "example.com/own", false },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].type); i++) {
		struct fixture f;
		struct tick_fixture x;
		struct configs configs;

		begin(&x, &f, "{volumes: [{secret: {secretName: two}}]}");
		put_secret(&f, "two", cases[i].type);
		CHECK(!configs_read(&x.tick, &configs).ptr);
		CHECK_INT(configs.count, cases[i].tracked);
		const struct node *spec = configs_rewrite(
			&x.tick, node_at(x.tick.target->root, "spec.template.spec"), &configs);
		CHECK_STR(node_str_at(spec, "volumes[0].secret.secretName"),
			  cases[i].tracked ? STR("two-primary") : STR("two"));
		fixture_end(&f);
	}
}

static void tracking_can_be_disabled(void)
{
	struct fixture f;
	struct tick_fixture x;

	begin(&x, &f, "{volumes: [{configMap: {name: one}}]}");
	fixture_put(&f,
		    node_make(f.arena, "{apiVersion: v1, kind: ConfigMap, metadata: {name: one, "
				       "annotations: {flagger.app/config-tracking: disabled}}}"));
	CHECK_TEXT(tracked(&x), "{}");
	fixture_end(&f);
}

static void another_sum_is_a_change(void)
{
	static const struct {
		const char *tracked; /* NULL: none was recorded yet */
		bool changed;
	} cases[] = {
		{ "{configmap/one: " SUM_MAP "}", false },
		{ "{configmap/one: 0000000000000000}", true },
		{ "{configmap/one: " SUM_MAP ", secret/two: 0000000000000000}", true },
		{ "{}", true },
		{ NULL, true },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].tracked); i++) {
		struct fixture f;
		struct tick_fixture x;
		bool changed = !cases[i].changed;

		begin(&x, &f, "{volumes: [{configMap: {name: one}}]}");
		put_configmap(&f, "one", "{a: b}");
		if (cases[i].tracked)
			x.tick.was.tracked = node_make(f.arena, cases[i].tracked);
		CHECK(!configs_changed(&x.tick, &changed).ptr);
		CHECK_INT(changed, cases[i].changed);
		fixture_end(&f);
	}
}

static void nothing_tracked_is_no_change_where_nothing_is_named(void)
{
	struct fixture f;
	struct tick_fixture x;
	bool changed = true;

	begin(&x, &f, "{containers: [{name: a}]}");
	CHECK(!configs_changed(&x.tick, &changed).ptr);
	CHECK(!changed);
	fixture_end(&f);
}

/* Runs configs_copy() into an empty plan. */
static void copy(struct tick_fixture *x, struct fixture *f)
{
	struct configs configs;

	CHECK(!configs_read(&x->tick, &configs).ptr);
	plan_init(&f->plan, f->arena);
	configs_copy(&x->tick, &configs);
}

static void copies_have_data_type_and_an_owner(void)
{
	struct fixture f;
	struct tick_fixture x;

	begin(&x, &f, "{volumes: [{configMap: {name: one}}, {secret: {secretName: two}}]}");
	fixture_put(&f,
		    node_make(f.arena, "{apiVersion: v1, kind: ConfigMap, metadata: {name: one, "
				       "labels: {team: a}}, data: {a: b}}"));
	put_secret(&f, "two", "kubernetes.io/tls");
	copy(&x, &f);
	CHECK_INT(f.plan.writes.count, 2);
	CHECK_INT(f.plan.writes.items[0].request.verb, API_CREATE);
	CHECK_TEXT(tick_wrote(&f, "one-primary", "kind"), "ConfigMap");
	CHECK_TEXT(tick_wrote(&f, "one-primary", "metadata.namespace"), "default");
	CHECK_TEXT(tick_wrote(&f, "one-primary", "data.a"), "b");
	CHECK(!fixture_written(&f, "one-primary", "type"));
	CHECK(!fixture_written(&f, "one-primary", "metadata.labels"));
	CHECK_TEXT(tick_wrote(&f, "two-primary", "kind"), "Secret");
	CHECK_TEXT(tick_wrote(&f, "two-primary", "type"), "kubernetes.io/tls");
	CHECK_TEXT(tick_wrote(&f, "two-primary", "data.a"), "Yg==");
	CHECK_TEXT(tick_wrote(&f, "two-primary", "metadata.ownerReferences[0].kind"), "Canary");
	CHECK_TEXT(tick_wrote(&f, "two-primary", "metadata.ownerReferences[0].uid"), "uid-web");
	CHECK_TEXT(tick_wrote(&f, "two-primary", "metadata.ownerReferences[0].controller"), "true");
	fixture_end(&f);
}

/* The copy follows its original; who else owns it stays, but no longer controls it. */
static void an_existing_copy_is_updated(void)
{
	struct fixture f;
	struct tick_fixture x;

	begin(&x, &f, "{volumes: [{configMap: {name: one}}]}");
	put_configmap(&f, "one", "{a: new}");
	fixture_put(&f, node_make(f.arena,
				  "{apiVersion: v1, kind: ConfigMap, metadata: {name: one-primary, "
				  "ownerReferences: [{kind: Canary, name: web, uid: old, "
				  "controller: true}, {kind: Canary, name: other, uid: o, "
				  "controller: true}]}, data: {a: old, gone: x}}"));
	copy(&x, &f);
	CHECK_INT(f.plan.writes.count, 1);
	CHECK_INT(f.plan.writes.items[0].request.verb, API_UPDATE);
	CHECK_TEXT(json_text(f.arena, fixture_written(&f, "one-primary", "data"), 0),
		   "{\"a\":\"new\"}");
	CHECK_INT(node_item_count(fixture_written(&f, "one-primary", "metadata.ownerReferences")),
		  2);
	CHECK_TEXT(tick_wrote(&f, "one-primary", "metadata.ownerReferences[0].uid"), "uid-web");
	CHECK_TEXT(tick_wrote(&f, "one-primary", "metadata.ownerReferences[1].name"), "other");
	CHECK_TEXT(tick_wrote(&f, "one-primary", "metadata.ownerReferences[1].controller"),
		   "false");
	fixture_end(&f);
}

TESTS({ "every place of a pod is looked at", every_place_of_a_pod_is_looked_at },
      { "a sum is one of the data", a_sum_is_one_of_the_data },
      { "what is named twice is tracked once", what_is_named_twice_is_tracked_once },
      { "a missing one is a fault unless it is optional",
	a_missing_one_is_a_fault_unless_it_is_optional },
      { "Secrets of other types keep their name", secrets_of_other_types_keep_their_name },
      { "tracking can be disabled", tracking_can_be_disabled },
      { "another sum is a change", another_sum_is_a_change },
      { "nothing tracked is no change where nothing is named",
	nothing_tracked_is_no_change_where_nothing_is_named },
      { "copies have data, type and an owner", copies_have_data_type_and_an_owner },
      { "an existing copy is updated", an_existing_copy_is_updated })
