/* canary_test - the Canary's reconciler: what it asks, writes and tells, one run at a time */
#include "base/arena.h"
#include "base/error.h"
#include "base/test.h"
#include "doc/make.h"
#include "rollout/rollout.h"

enum { NOW_MS = 1800000000 };

/* A cluster of a few objects, and the last plan. */
struct fixture {
	struct arena *arena;
	struct schemas *schemas;
	struct cache *cache;
	struct plan plan;
	VEC(struct answer) answers;
	uint64_t version;
	int64_t now_ms;
	uint64_t memory[VIEW_MEMORY_BYTES / sizeof(uint64_t)];
};

static struct fixture begin(void)
{
	struct arena *arena = arena_new("canary_test");

	return (struct fixture){ .arena = arena,
				 .schemas = schemas_new(arena),
				 .cache = cache_new(),
				 .now_ms = NOW_MS };
}

static void end(struct fixture *f)
{
	cache_free(f->cache);
	arena_free(f->arena);
}

static const struct object *find(const struct fixture *f, kind_id kind, const char *name)
{
	return cache_get(f->cache, kind, (struct key){ STR("shop"), str_from_cstr(name) });
}

/* Puts an object into namespace shop, over an earlier one of its name. */
static void put(struct fixture *f, const struct node *root)
{
	const struct kind *kind = schemas_kind(f->schemas, object_gvk(root), NULL);
	struct str uid = str_printf(f->arena, "uid-%.*s-%.*s", STR_FMT(object_kind(root)),
				    STR_FMT(object_name(root)));

	f->version++;
	root = node_set(f->arena, root, "metadata.namespace", node_cstr(f->arena, "shop"));
	root = node_set(f->arena, root, "metadata.uid", node_str(f->arena, uid));
	root = node_set(f->arena, root, "metadata.resourceVersion",
			node_str(f->arena, str_printf(f->arena, "%d", (int)f->version)));
	struct object *object = object_new(kind, root, NULL, NULL, 0);
	cache_update(f->cache, cache_get(f->cache, kind->id, object->key), object, f->version);
	object_unref(object);
}

static void set(struct fixture *f, kind_id kind, const char *name, const char *path,
		const struct node *value)
{
	put(f, node_set(f->arena, find(f, kind, name)->root, path, value));
}

static void put_canary(struct fixture *f, const char *analysis, const char *status)
{
	put(f,
	    node_make(f->arena,
		      "{apiVersion: flagger.app/v1beta1, kind: Canary, metadata: {name: web}, "
		      "spec: {targetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, "
		      "service: {port: 80, targetPort: 8080}, analysis: %n}, status: %?n}",
		      node_make(f->arena, analysis), status ? node_make(f->arena, status) : NULL));
}

static void put_deployment(struct fixture *f, const char *name, const char *image, int replicas)
{
	put(f, node_make(f->arena,
			 "{apiVersion: apps/v1, kind: Deployment, metadata: {name: %c, generation: "
			 "1}, spec: {replicas: %d, selector: {matchLabels: {app: %c}}, template: "
			 "{metadata: {labels: {app: %c, tier: front}}, spec: {containers: [{name: "
			 "app, image: %c, envFrom: [{configMapRef: {name: settings, optional: "
			 "true}}]}]}}}, status: {observedGeneration: 1, replicas: %d, "
			 "updatedReplicas: %d, availableReplicas: %d}}",
			 name, replicas, name, name, image, replicas, replicas, replicas));
}

static void put_routes(struct fixture *f, int primary, int canary)
{
	put(f,
	    node_make(f->arena,
		      "{apiVersion: networking.istio.io/v1beta1, kind: VirtualService, metadata: "
		      "{name: web, annotations: {kustomize.toolkit.fluxcd.io/reconcile: "
		      "disabled, helm.toolkit.fluxcd.io/driftDetection: disabled}}, spec: "
		      "{hosts: [web], gateways: [mesh], http: [{route: [{destination: {host: "
		      "web-primary}, weight: %d}, {destination: {host: web-canary}, weight: "
		      "%d}]}]}}",
		      primary, canary));
}

static void answer(struct fixture *f, const char *name, int code, const char *text)
{
	VEC_PUSH(f->arena, &f->answers,
		 (struct answer){
			 .name = str_from_cstr(name), .code = code, .text = str_from_cstr(text) });
}

static void answer_value(struct fixture *f, const char *name, int64_t value_micro)
{
	answer(f, name, 200, "");
	f->answers.items[f->answers.count - 1].has_value = true;
	f->answers.items[f->answers.count - 1].value_micro = value_micro;
}

static void run(struct fixture *f)
{
	struct view view = { .cache = f->cache,
			     .schemas = f->schemas,
			     .arena = f->arena,
			     .now_ms = f->now_ms,
			     .answers = f->answers.items,
			     .answer_count = f->answers.count,
			     .memory = f->memory };
	struct error err;

	plan_init(&f->plan, f->arena);
	CHECK_INT(canary_reconciler.reconcile(&view, (struct key){ STR("shop"), STR("web") },
					      &f->plan, &err),
		  0);
}

/* At the next tick: the first run only finds out when that is. */
static void tick(struct fixture *f)
{
	if (!f->answers.count) {
		run(f);
		f->now_ms += MAX(f->plan.requeue_after_ms, 0);
	}
	run(f);
}

static const struct api_request *write_of(const struct fixture *f, kind_id kind, const char *name)
{
	for (uint32_t i = f->plan.writes.count; i-- > 0;) {
		const struct api_request *w = &f->plan.writes.items[i];
		struct str own = w->key.name.len ? w->key.name : object_name(w->body);
		const struct kind *k =
			w->kind ? w->kind : schemas_kind(f->schemas, object_gvk(w->body), NULL);
		if (k->id == kind && str_equal(own, str_from_cstr(name)))
			return w;
	}
	return NULL;
}

static const struct node *status_written(const struct fixture *f)
{
	const struct api_request *w = write_of(f, KIND_CANARY, "web");

	return w ? node_get(w->body, STR("status")) : NULL;
}

static struct str event_at(const struct fixture *f, uint32_t index)
{
	return index < f->plan.events.count ? f->plan.events.items[index].message : STR_NONE;
}

static struct str asked(const struct fixture *f)
{
	return f->plan.requests.count == 1 ? f->plan.requests.items[0].name : STR_NONE;
}

static void check_weights(const struct fixture *f, int primary, int canary)
{
	const struct api_request *w = write_of(f, KIND_VIRTUALSERVICE, "web");
	const struct node *root = w ? w->body : NULL;

	CHECK_INT(node_int_at(root, "spec.http[0].route[0].weight", -1), primary);
	CHECK_INT(node_int_at(root, "spec.http[0].route[1].weight", -1), canary);
}

/* Beginning */

static void first_sight(void)
{
	struct fixture f = begin();

	put_canary(&f, "{interval: 60s}", NULL);
	run(&f);
	CHECK_INT(f.plan.writes.count, 1);
	CHECK_TEXT(node_str_at(status_written(&f), "phase"), "Initializing");
	CHECK_TEXT(node_str_at(status_written(&f), "conditions[0].message"),
		   "New Deployment detected, starting initialization.");
	CHECK_INT(f.plan.events.count, 0);
	end(&f);
}

static const char initializing[] =
	"{phase: Initializing, conditions: [{type: Promoted, status: Unknown, reason: "
	"Initializing}]}";

static void waits_for_its_window(void)
{
	struct fixture f = begin();

	f.now_ms = NOW_MS + 4000;
	put_canary(&f, "{interval: 60s}", initializing);
	put_deployment(&f, "web", "web:1", 2);
	run(&f);
	CHECK_INT(f.plan.writes.count, 0);
	CHECK_INT(f.plan.requeue_after_ms, 6000);
	f.now_ms += 6000;
	run(&f);
	CHECK(f.plan.writes.count > 0);
	CHECK_INT(f.plan.requeue_after_ms, 60000);
	end(&f);
}

static void no_target(void)
{
	struct fixture f = begin();

	put_canary(&f, "{interval: 60s}", initializing);
	tick(&f);
	CHECK_INT(f.plan.writes.count, 0);
	CHECK_TEXT(event_at(&f, 0),
		   "deployment web.shop get query error: deployments.apps \"web\" not found");
	end(&f);
}

static void providers_come_first(void)
{
	struct fixture f = begin();

	put_canary(&f, "{interval: 60s, metrics: [{name: request-success-rate}]}", initializing);
	put_deployment(&f, "web", "web:1", 2);
	tick(&f);
	CHECK_TEXT(asked(&f), "online/0");
	CHECK_TEXT(node_str_at(f.plan.requests.items[0].arguments, "query"), "vector(1)");
	answer(&f, "online/0", 0, "no route to host");
	run(&f);
	CHECK_TEXT(event_at(&f, 0), "Error checking metric providers: prometheus not avaiable: "
				    "running query failed: no route to host");
	end(&f);
}

static void makes_the_primary(void)
{
	struct fixture f = begin();

	put(&f, node_make(f.arena, "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, "
				   "data: {greeting: hello}}"));
	put_canary(&f, "{interval: 60s}", initializing);
	put_deployment(&f, "web", "web:1", 2);
	tick(&f);
	CHECK_TEXT(event_at(&f, 0), "all the metrics providers are available!");
	CHECK_TEXT(event_at(&f, 1),
		   "web-primary.shop not ready: waiting for rollout to finish: observed "
		   "deployment generation less than desired generation");
	CHECK(f.plan.events.items[1].warning);
	const struct node *d = write_of(&f, KIND_DEPLOYMENT, "web-primary")->body;
	CHECK_INT(node_int_at(d, "spec.replicas", 0), 2);
	CHECK_TEXT(node_str_at(d, "spec.selector.matchLabels.app"), "web-primary");
	CHECK_TEXT(node_str_at(d, "spec.template.metadata.labels.app"), "web-primary");
	CHECK_TEXT(node_str_at(d, "spec.template.metadata.labels.tier"), "front");
	CHECK_INT(node_str_at(d, "spec.template.metadata.annotations.flagger-id").len, 36);
	CHECK_TEXT(node_str_at(d, "spec.template.spec.containers[0].envFrom[0].configMapRef.name"),
		   "settings-primary");
	CHECK_TEXT(node_str_at(d, "metadata.ownerReferences[0].kind"), "Canary");
	CHECK_TEXT(node_str_at(write_of(&f, KIND_CONFIGMAP, "settings-primary")->body,
			       "data.greeting"),
		   "hello");
	const struct node *s = write_of(&f, KIND_SERVICE, "web-canary")->body;
	CHECK_TEXT(node_str_at(s, "spec.selector.app"), "web");
	CHECK_TEXT(node_str_at(s, "metadata.labels.app"), "web-canary");
	CHECK(!write_of(&f, KIND_SERVICE, "web"));
	end(&f);
}

static void initializes(void)
{
	struct fixture f = begin();

	put_canary(&f, "{interval: 60s}", initializing);
	put_deployment(&f, "web", "web:1", 2);
	put_deployment(&f, "web-primary", "web:1", 2);
	tick(&f);
	CHECK_TEXT(event_at(&f, 1), "Initialization done! web.shop");
	CHECK_TEXT(node_str_at(status_written(&f), "phase"), "Initialized");
	CHECK(node_str_at(status_written(&f), "lastAppliedSpec").len > 0);
	CHECK_STR(node_str_at(status_written(&f), "lastPromotedSpec"),
		  node_str_at(status_written(&f), "lastAppliedSpec"));
	CHECK_TEXT(node_str_at(write_of(&f, KIND_SERVICE, "web")->body, "spec.selector.app"),
		   "web-primary");
	CHECK_INT(node_int_at(write_of(&f, KIND_DEPLOYMENT, "web")->body, "spec.replicas", -1), 0);
	CHECK_TEXT(node_str_at(write_of(&f, KIND_DESTINATIONRULE, "web-canary")->body, "spec.host"),
		   "web-canary");
	check_weights(&f, 100, 0);
	end(&f);
}

/* Analysis: the template of `web` is recorded as applied and is another one than the promoted. */
static struct fixture under_way(const char *analysis, const char *status, int primary, int canary)
{
	struct fixture f = begin();

	put_canary(&f, analysis, initializing);
	put_deployment(&f, "web", "web:2", 2);
	put_deployment(&f, "web-primary", "web:1", 2);
	answer_value(&f, "online/0", 1000000);
	tick(&f);
	f.answers.count = 0;
	const struct node *applied = node_get(status_written(&f), STR("lastAppliedSpec"));
	put_canary(&f, analysis, status);
	set(&f, KIND_CANARY, "web", "status.lastAppliedSpec", applied);
	set(&f, KIND_CANARY, "web", "status.trackedConfigs", node_empty_map());
	set(&f, KIND_CANARY, "web", "status.conditions",
	    node_make(f.arena, "[{type: Promoted, status: Unknown, reason: Progressing}]"));
	put_routes(&f, primary, canary);
	return f;
}

static const char weighted[] =
	"{interval: 60s, threshold: 2, maxWeight: 40, stepWeight: 20, metrics: [{name: "
	"request-success-rate, thresholdRange: {min: 99}}]}";

static void new_revision(void)
{
	struct fixture f = under_way(weighted, "{phase: Initialized}", 100, 0);

	set(&f, KIND_CANARY, "web", "status.lastAppliedSpec", node_cstr(f.arena, "other"));
	set(&f, KIND_DEPLOYMENT, "web", "spec.replicas", node_int(f.arena, 0));
	tick(&f);
	CHECK_TEXT(event_at(&f, 0), "New revision detected! Scaling up web.shop");
	CHECK_TEXT(node_str_at(status_written(&f), "phase"), "Progressing");
	CHECK_INT(node_int_at(write_of(&f, KIND_DEPLOYMENT, "web")->body, "spec.replicas", 0), 2);
	end(&f);
}

static void promoted_template_is_not_new(void)
{
	struct fixture f = under_way(weighted, "{phase: Failed}", 100, 0);
	const struct node *applied = node_copy(
		f.arena, node_at(find(&f, KIND_CANARY, "web")->root, "status.lastAppliedSpec"),
		/* bare= */ true);

	set(&f, KIND_CANARY, "web", "status.lastPromotedSpec", applied);
	set(&f, KIND_CANARY, "web", "status.lastAppliedSpec", node_cstr(f.arena, "other"));
	tick(&f);
	CHECK_INT(f.plan.events.count, 0);
	CHECK_TEXT(node_str_at(status_written(&f), "phase"), "Failed");
	CHECK_STR(node_str_at(status_written(&f), "lastAppliedSpec"), node_text(applied));
	end(&f);
}

static void first_step_measures_nothing(void)
{
	struct fixture f = under_way(weighted, "{phase: Progressing}", 100, 0);

	tick(&f);
	CHECK_INT(f.plan.requests.count, 0);
	CHECK_TEXT(event_at(&f, 0), "Starting canary analysis for web.shop");
	CHECK_TEXT(event_at(&f, 1), "Advance web.shop canary weight 20");
	CHECK_INT(node_int_at(status_written(&f), "canaryWeight", 0), 20);
	check_weights(&f, 80, 20);
	end(&f);
}

static void good_check_advances(void)
{
	struct fixture f = under_way(weighted, "{phase: Progressing, canaryWeight: 20}", 80, 20);

	tick(&f);
	CHECK_TEXT(asked(&f), "query/0");
	CHECK_INT(f.plan.events.count, 0);
	answer_value(&f, "query/0", 99000000);
	run(&f);
	CHECK_TEXT(event_at(&f, 0), "Advance web.shop canary weight 40");
	check_weights(&f, 60, 40);
	end(&f);
}

static void bad_check_is_counted(void)
{
	struct fixture f = under_way(
		weighted, "{phase: Progressing, canaryWeight: 20, failedChecks: 1}", 80, 20);

	tick(&f);
	answer_value(&f, "query/0", 98994999);
	run(&f);
	CHECK_TEXT(event_at(&f, 0), "Halt web.shop advancement success rate 98.99% < 99%");
	CHECK_INT(node_int_at(status_written(&f), "failedChecks", 0), 2);
	CHECK_INT(node_int_at(status_written(&f), "canaryWeight", 0), 20);
	CHECK(!write_of(&f, KIND_VIRTUALSERVICE, "web"));
	end(&f);
}

static void no_values(void)
{
	struct fixture f = under_way(weighted, "{phase: Progressing, canaryWeight: 20}", 80, 20);

	tick(&f);
	answer(&f, "query/0", 200, "");
	run(&f);
	CHECK_TEXT(event_at(&f, 0),
		   "Halt advancement no values found for istio metric request-success-rate "
		   "probably web.shop is not receiving traffic: running query failed: no values "
		   "found");
	CHECK_INT(node_int_at(status_written(&f), "failedChecks", 0), 1);
	end(&f);
}

static void threshold_rolls_back(void)
{
	struct fixture f = under_way(
		weighted, "{phase: Progressing, canaryWeight: 20, failedChecks: 2}", 80, 20);

	tick(&f);
	CHECK_TEXT(event_at(&f, 0), "Rolling back web.shop failed checks threshold reached 2");
	CHECK_TEXT(event_at(&f, 1), "Canary failed! Scaling down web.shop");
	CHECK_TEXT(node_str_at(status_written(&f), "phase"), "Failed");
	CHECK_INT(node_int_at(status_written(&f), "failedChecks", -1), 0);
	CHECK_INT(node_int_at(write_of(&f, KIND_DEPLOYMENT, "web")->body, "spec.replicas", -1), 0);
	check_weights(&f, 100, 0);
	end(&f);
}

static void full_weight_copies(void)
{
	struct fixture f = under_way(weighted, "{phase: Progressing, canaryWeight: 40}", 60, 40);

	tick(&f);
	answer_value(&f, "query/0", 100000000);
	run(&f);
	CHECK_TEXT(event_at(&f, 0), "Copying web.shop template spec to web-primary.shop");
	CHECK_TEXT(node_str_at(status_written(&f), "phase"), "Promoting");
	CHECK_INT(node_int_at(status_written(&f), "canaryWeight", 0), 40);
	const struct node *d = write_of(&f, KIND_DEPLOYMENT, "web-primary")->body;
	CHECK_TEXT(node_str_at(d, "spec.template.spec.containers[0].image"), "web:2");
	CHECK_TEXT(node_str_at(d, "spec.selector.matchLabels.app"), "web-primary");
	CHECK(!write_of(&f, KIND_VIRTUALSERVICE, "web"));
	end(&f);
}

static void promotion_shifts_back(void)
{
	struct fixture f = under_way(weighted, "{phase: Promoting, canaryWeight: 40}", 60, 40);

	tick(&f);
	CHECK_TEXT(event_at(&f, 0), "Routing all traffic to primary");
	CHECK_TEXT(node_str_at(status_written(&f), "phase"), "Finalising");
	check_weights(&f, 100, 0);
	end(&f);
}

static void promotion_in_steps(void)
{
	struct fixture f = under_way("{interval: 60s, stepWeight: 30, maxWeight: 60, "
				     "stepWeightPromotion: 25}",
				     "{phase: Promoting, canaryWeight: 60}", 40, 60);

	tick(&f);
	CHECK_TEXT(event_at(&f, 0), "Advance web.shop primary weight 65");
	CHECK_INT(node_int_at(status_written(&f), "canaryWeight", 0), 35);
	check_weights(&f, 65, 35);
	end(&f);
}

static void finalising_ends(void)
{
	struct fixture f = under_way(weighted, "{phase: Finalising, failedChecks: 1}", 100, 0);

	tick(&f);
	CHECK_TEXT(event_at(&f, 0), "Promotion completed! Scaling down web.shop");
	CHECK_TEXT(node_str_at(status_written(&f), "phase"), "Succeeded");
	CHECK_INT(node_int_at(status_written(&f), "failedChecks", 0), 1);
	CHECK_STR(node_str_at(status_written(&f), "lastPromotedSpec"),
		  node_str_at(status_written(&f), "lastAppliedSpec"));
	end(&f);
}

static void stuck_primary_keeps_the_canary(void)
{
	struct fixture f = under_way(weighted, "{phase: Promoting, canaryWeight: 40}", 60, 40);

	set(&f, KIND_DEPLOYMENT, "web-primary", "status.conditions",
	    node_make(f.arena, "[{type: Progressing, status: \"False\", reason: "
			       "ProgressDeadlineExceeded}]"));
	tick(&f);
	CHECK_TEXT(event_at(&f, 1), "Promotion of web.shop failed, primary not ready: "
				    "web-primary.shop not ready: deployment \"web-primary\" "
				    "exceeded its progress deadline");
	CHECK_INT(node_int_at(status_written(&f), "canaryWeight", 0), 100);
	CHECK(!write_of(&f, KIND_DEPLOYMENT, "web"));
	check_weights(&f, 0, 100);
	end(&f);
}

static void another_revision_restarts(void)
{
	struct fixture f = under_way(
		weighted, "{phase: Progressing, canaryWeight: 20, failedChecks: 1}", 80, 20);

	set(&f, KIND_CANARY, "web", "status.lastAppliedSpec", node_cstr(f.arena, "other"));
	tick(&f);
	CHECK_TEXT(event_at(&f, 0), "New revision detected! Restarting analysis for web.shop");
	CHECK_INT(node_int_at(status_written(&f), "canaryWeight", -1), 0);
	CHECK_INT(node_int_at(status_written(&f), "failedChecks", -1), 0);
	check_weights(&f, 100, 0);
	end(&f);
}

static void suspended(void)
{
	struct fixture f = under_way(weighted, "{phase: Progressing}", 80, 20);

	set(&f, KIND_CANARY, "web", "spec.suspend", node_bool_of(true));
	tick(&f);
	CHECK_INT(f.plan.writes.count, 0);
	CHECK_TEXT(event_at(&f, 0), "skipping canary run as object is suspended");
	end(&f);
}

/* Strategies */

static void step_weights(void)
{
	struct fixture f = under_way("{interval: 60s, stepWeights: [5, 25, 80]}",
				     "{phase: Progressing, canaryWeight: 5}", 95, 5);

	tick(&f);
	check_weights(&f, 75, 25);
	end(&f);
}

static void mirror_comes_before_weights(void)
{
	struct fixture f = under_way("{interval: 60s, stepWeight: 25, maxWeight: 50, mirror: true, "
				     "mirrorWeight: 10}",
				     "{phase: Progressing}", 100, 0);

	tick(&f);
	CHECK_TEXT(event_at(&f, 1), "Advance web.shop canary weight 0");
	const struct node *vs = write_of(&f, KIND_VIRTUALSERVICE, "web")->body;
	CHECK_TEXT(node_str_at(vs, "spec.http[0].mirror.host"), "web-canary");
	CHECK_INT(node_int_at(vs, "spec.http[0].mirrorPercentage.value", 0), 10);
	end(&f);
}

static void iterations_of_an_ab_test(void)
{
	struct fixture f = under_way("{interval: 60s, iterations: 2, match: [{headers: {x: {exact: "
				     "y}}}]}",
				     "{phase: Progressing}", 100, 0);

	tick(&f);
	CHECK_TEXT(event_at(&f, 1), "Advance web.shop canary iteration 1/2");
	const struct node *vs = write_of(&f, KIND_VIRTUALSERVICE, "web")->body;
	CHECK_TEXT(node_str_at(vs, "spec.http[0].match[0].headers.x.exact"), "y");
	CHECK_INT(node_int_at(vs, "spec.http[0].route[1].weight", 0), 100);
	CHECK_INT(node_count(node_at(vs, "spec.http[1].route")), 1);
	end(&f);
}

static void blue_green_routes_at_the_end(void)
{
	struct fixture f = under_way("{interval: 60s, iterations: 2}",
				     "{phase: Progressing, iterations: 2}", 100, 0);

	tick(&f);
	CHECK_TEXT(event_at(&f, 0), "Routing all traffic to canary");
	CHECK_INT(node_int_at(status_written(&f), "iterations", 0), 3);
	check_weights(&f, 0, 100);
	end(&f);
}

static void sticky_sessions(void)
{
	struct fixture f = under_way("{interval: 60s, stepWeight: 20, sessionAffinity: "
				     "{cookieName: lane, maxAge: 60, httpOnly: true}}",
				     "{phase: Progressing}", 100, 0);

	tick(&f);
	const struct node *vs = write_of(&f, KIND_VIRTUALSERVICE, "web")->body;
	CHECK_INT(node_count(node_at(vs, "spec.http")), 2);
	CHECK_INT(node_int_at(vs, "spec.http[0].route[1].weight", 0), 100);
	CHECK_INT(node_int_at(vs, "spec.http[1].route[1].weight", 0), 20);
	struct str cookie = node_str_at(status_written(&f), "sessionAffinityCookie");
	CHECK(str_starts(cookie, STR("lane=")) && cookie.len == 15);
	CHECK_STR(node_str_at(vs, "spec.http[1].route[1].headers.response.add.Set-Cookie"),
		  str_concat(f.arena, cookie, STR("; Max-Age=60; HttpOnly")));
	CHECK_STR(node_str_at(vs, "spec.http[0].match[0].headers.Cookie.regex"),
		  str_printf(f.arena, ".*lane.*%.*s.*", STR_FMT(str_from(cookie, 5))));
	end(&f);
}

/* Webhooks */

static const char gated[] =
	"{interval: 60s, stepWeight: 20, maxWeight: 20, threshold: 3, webhooks: [{name: gate, "
	"type: "
	"confirm-promotion, url: \"http://gate/\"}, {name: probe, url: \"http://probe/\", "
	"retries: 1}]}";

static void hooks_are_called_in_turn(void)
{
	struct fixture f = under_way(gated, "{phase: Progressing, canaryWeight: 20}", 80, 20);

	tick(&f);
	CHECK_TEXT(asked(&f), "webhook/1/0");
	CHECK_TEXT(node_str_at(f.plan.requests.items[0].arguments, "payload.phase"), "Progressing");
	answer(&f, "webhook/1/0", 200, "");
	run(&f);
	CHECK_TEXT(asked(&f), "webhook/0/0");
	answer(&f, "webhook/0/0", 403, "not yet");
	run(&f);
	CHECK_TEXT(event_at(&f, 0),
		   "Halt web.shop advancement waiting for promotion approval gate");
	CHECK_TEXT(node_str_at(status_written(&f), "phase"), "WaitingPromotion");
	CHECK_INT(node_int_at(status_written(&f), "iterations", 0), -1);
	end(&f);
}

static void failing_hook_is_retried(void)
{
	struct fixture f = under_way(gated, "{phase: Progressing, canaryWeight: 20}", 80, 20);

	tick(&f);
	answer(&f, "webhook/1/0", 503, "");
	run(&f);
	CHECK_TEXT(asked(&f), "webhook/1/1");
	answer(&f, "webhook/1/1", 503, "");
	run(&f);
	CHECK_TEXT(event_at(&f, 0),
		   "Halt web.shop advancement external check probe failed POST http://probe/ "
		   "giving up after 2 attempt(s)");
	CHECK_INT(node_int_at(status_written(&f), "failedChecks", 0), 1);
	end(&f);
}

static void events_are_sent_to_hooks(void)
{
	struct fixture f = under_way("{interval: 60s, stepWeight: 20, webhooks: [{name: log, type: "
				     "event, url: \"http://log/\"}]}",
				     "{phase: Progressing}", 100, 0);

	tick(&f);
	CHECK_INT(f.plan.requests.count, 2);
	CHECK_TEXT(node_str_at(f.plan.requests.items[1].arguments, "payload.metadata.eventMessage"),
		   "Advance web.shop canary weight 20");
	answer(&f, "event/0/0", 500, "");
	answer(&f, "event/1/0", 200, "");
	run(&f);
	CHECK_INT(f.plan.requests.count, 0);
	check_weights(&f, 80, 20);
	end(&f);
}

/* Templates of queries */

static void templates_are_rendered(void)
{
	struct fixture f = under_way("{interval: 60s, stepWeight: 20, metrics: [{name: errors, "
				     "interval: 2m, templateRef: "
				     "{name: errors}, templateVariables: {codes: \"5..\"}, "
				     "thresholdRange: {max: 1.5}}]}",
				     "{phase: Progressing, canaryWeight: 20}", 80, 20);

	put(&f,
	    node_make(f.arena,
		      "{apiVersion: flagger.app/v1beta1, kind: MetricTemplate, metadata: {name: "
		      "errors}, spec: {provider: {type: prometheus, address: \"http://p\"}, "
		      "query: %c}}",
		      "{{namespace}} {{ target }} {{- interval -}}  {{ variables.codes }} "
		      "{{ index variables \"codes\" }}"));
	tick(&f);
	const struct node *q = f.plan.requests.items[0].arguments;
	CHECK_TEXT(node_str_at(q, "query"), "shop web2m5.. 5..");
	CHECK_TEXT(node_str_at(q, "address"), "http://p");
	answer_value(&f, "query/0", 2125000);
	run(&f);
	CHECK_TEXT(event_at(&f, 0), "Halt web.shop advancement errors 2.12 > 1.5");
	end(&f);
}

/* Flagger checks both. */
static void builtin_with_a_template(void)
{
	struct fixture f = under_way("{interval: 60s, stepWeight: 20, metrics: [{name: "
				     "request-success-rate, templateRef: "
				     "{name: errors}, thresholdRange: {max: 50}}]}",
				     "{phase: Progressing, canaryWeight: 20}", 80, 20);

	put(&f,
	    node_make(f.arena,
		      "{apiVersion: flagger.app/v1beta1, kind: MetricTemplate, metadata: {name: "
		      "errors}, spec: {provider: {type: prometheus, address: \"http://p\"}, "
		      "query: up}}"));
	tick(&f);
	answer_value(&f, "query/0", 10000000);
	run(&f);
	CHECK_TEXT(asked(&f), "template/0");
	answer_value(&f, "template/0", 60000000);
	run(&f);
	CHECK_TEXT(event_at(&f, 0), "Halt web.shop advancement request-success-rate 60.00 > 50");
	end(&f);
}

/* Going */

static void deletion_reverts(void)
{
	struct fixture f = under_way(weighted, "{phase: Initialized}", 100, 0);

	set(&f, KIND_CANARY, "web", "spec.revertOnDeletion", node_bool_of(true));
	run(&f);
	CHECK_TEXT(node_str_at(write_of(&f, KIND_CANARY, "web")->body, "metadata.finalizers[0]"),
		   "finalizer.flagger.app");
	set(&f, KIND_CANARY, "web", "metadata.finalizers",
	    node_make(f.arena, "[finalizer.flagger.app]"));
	set(&f, KIND_CANARY, "web", "metadata.deletionTimestamp",
	    node_cstr(f.arena, "2026-01-01T00:00:00Z"));
	set(&f, KIND_DEPLOYMENT, "web", "spec.replicas", node_int(f.arena, 0));
	run(&f);
	CHECK_TEXT(event_at(&f, 0), "Terminating canary web.shop");
	CHECK_INT(node_int_at(write_of(&f, KIND_DEPLOYMENT, "web")->body, "spec.replicas", 0), 2);
	set(&f, KIND_CANARY, "web", "status.phase", node_cstr(f.arena, "Terminating"));
	set(&f, KIND_DEPLOYMENT, "web", "spec.replicas", node_int(f.arena, 2));
	put(&f, node_make(f.arena, "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: "
				   "{ports: [{port: 80}], selector: {app: web-primary}}}"));
	run(&f);
	CHECK_TEXT(event_at(&f, 0), "Terminated canary web.shop");
	CHECK_INT(
		node_count(node_at(write_of(&f, KIND_CANARY, "web")->body, "metadata.finalizers")),
		0);
	CHECK_TEXT(node_str_at(write_of(&f, KIND_SERVICE, "web")->body, "spec.selector.app"),
		   "web");
	end(&f);
}

TESTS({ "a new Canary is Initializing", first_sight },
      { "ticks begin at the next window and go by the interval", waits_for_its_window },
      { "a missing target is told of", no_target },
      { "metric providers are asked first", providers_come_first },
      { "the primary is a copy with its own configs", makes_the_primary },
      { "a ready primary takes over", initializes },
      { "a new revision is scaled up", new_revision },
      { "the promoted template is no new revision", promoted_template_is_not_new },
      { "the first step measures nothing", first_step_measures_nothing },
      { "a good check advances", good_check_advances },
      { "a bad check is counted", bad_check_is_counted },
      { "no values is a failed check", no_values },
      { "the threshold rolls back", threshold_rolls_back },
      { "full weight copies the template", full_weight_copies },
      { "promotion shifts traffic back", promotion_shifts_back },
      { "promotion may go in steps", promotion_in_steps },
      { "finalising ends in Succeeded", finalising_ends },
      { "a stuck primary keeps the canary", stuck_primary_keeps_the_canary },
      { "another revision restarts the analysis", another_revision_restarts },
      { "a suspended Canary does nothing", suspended },
      { "step weights are followed", step_weights },
      { "a mirror comes before weights", mirror_comes_before_weights },
      { "an A/B test routes by its conditions", iterations_of_an_ab_test },
      { "blue-green routes at the end", blue_green_routes_at_the_end },
      { "sessions stick by a cookie", sticky_sessions },
      { "webhooks are called in turn", hooks_are_called_in_turn },
      { "a failing webhook is retried", failing_hook_is_retried },
      { "events are sent to webhooks", events_are_sent_to_hooks },
      { "query templates are rendered", templates_are_rendered },
      { "a built-in metric with a template is checked twice", builtin_with_a_template },
      { "deletion gives everything back", deletion_reverts })
