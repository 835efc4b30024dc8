/* platform_test - a cluster in one world: what a fresh one holds, who runs, what a seed decides */
#include "platform/platform.h"

#include "base/arena.h"
#include "base/hash.h"
#include "base/test.h"
#include "cluster/controllers.h"
#include "doc/at_test.h"
#include "doc/json.h"
#include "doc/make.h"
#include "kube/health.h"
#include "platform/platform_fixture.h"
#include "world/real.h"

enum { QUIET_MS = 60000 };

struct fixture {
	struct arena *arena;
	struct platform *platform;
	struct error err;
};

static struct fixture begin(const struct platform_parts *parts)
{
	return (struct fixture){ .arena = arena_new("platform_test"),
				 .platform = platform_new(parts) };
}

static void end(struct fixture *f)
{
	platform_free(f->platform);
	arena_free(f->arena);
}

static void apply(struct fixture *f, const char *literal)
{
	platform_fixture_apply(f->platform, node_make(f->arena, literal));
}

static void settle(struct fixture *f)
{
	CHECK_INT(platform_settle(f->platform, QUIET_MS, &f->err), 0);
}

static struct objects list(const struct fixture *f, kind_id kind)
{
	return cache_list(runner_cache(f->platform->runner), f->arena, kind, STR_NONE);
}

static const struct node *get(const struct fixture *f, kind_id kind, const char *namespace,
			      const char *name)
{
	struct key key = { str_from_cstr(namespace), str_from_cstr(name) };
	const struct object *o = cache_get(runner_cache(f->platform->runner), kind, key);

	return o ? o->root : NULL;
}

#define POD "{metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: \"a:1\"}]}}"
#define DEPLOYMENT(replicas)                                                                       \
	"{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: default}, "      \
	"spec: {replicas: " replicas ", selector: {matchLabels: {app: web}}, template: " POD "}}"

static void note_available(void *context, const struct api_watch_event *event)
{
	const struct object *o = event->after;

	if (o && o->kind->id == KIND_DEPLOYMENT && o->facts.replicas_available == 2)
		*(bool *)context = true;
}

static void a_fresh_one_has_been_up_for_a_while(void)
{
	static const struct {
		kind_id kind;
		const char *namespace, *name;
	} there[] = {
		{ KIND_NAMESPACE, "", "default" },
		{ KIND_NAMESPACE, "", "kube-system" },
		{ KIND_NAMESPACE, "", "kube-public" },
		{ KIND_NAMESPACE, "", "kube-node-lease" },
		{ KIND_SERVICE, "default", "kubernetes" },
		{ KIND_PRIORITYCLASS, "", "system-node-critical" },
		/* Of controllers, for each Namespace. */
		{ KIND_SERVICEACCOUNT, "default", "default" },
		{ KIND_SERVICEACCOUNT, "kube-system", "default" },
		{ KIND_CONFIGMAP, "kube-public", "kube-root-ca.crt" },
	};
	struct fixture f = begin(&(struct platform_parts){ .seed = 1 });

	for (size_t i = 0; TEST_ROW(there, i, there[i].namespace); i++)
		CHECK(get(&f, there[i].kind, there[i].namespace, there[i].name) != NULL);
	CHECK_INT(list(&f, KIND_NODE).count, 0);
	CHECK_INT(list(&f, KIND_POD).count, 0);
	CHECK_INT(world_now_ms(f.platform->world) - SIMULATED_EPOCH_MS, 1000);
	end(&f);
}

static void nodes_are_as_asked_for_and_spread_over_zones(void)
{
	static const struct {
		struct platform_parts parts;
		struct str cpu, pods, zones[4]; /* of node-1 … node-4 */
	} cases[] = {
		{ { .node_count = 4 },
		  STR_INIT("32"),
		  STR_INIT("110"),
		  { STR_INIT("zone-2"), STR_INIT("zone-3"), STR_INIT("zone-1"),
		    STR_INIT("zone-2") } },
		{ { .node_count = 4,
		    .zone_count = 1,
		    .node_size = { .cpu_milli = 1500, .pods = 5 } },
		  STR_INIT("1500m"),
		  STR_INIT("5"),
		  { STR_INIT("zone-1"), STR_INIT("zone-1"), STR_INIT("zone-1"),
		    STR_INIT("zone-1") } },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].cpu); i++) {
		struct fixture f = begin(&cases[i].parts);
		struct objects nodes = list(&f, KIND_NODE);

		if (!CHECK_INT(nodes.count, 4))
			return;
		for (uint32_t n = 0; n < 4; n++) {
			const struct node *node = nodes.items[n]->root;
			CHECK_STR(object_label(node, STR("topology.kubernetes.io/zone")),
				  cases[i].zones[n]);
			CHECK_STR(node_str_at(node, "status.allocatable.cpu"), cases[i].cpu);
			CHECK_STR(node_str_at(node, "status.allocatable.pods"), cases[i].pods);
		}
		end(&f);
	}
}

/* What one object leads to when the cluster has come to rest: as many of that kind, at that path of
 * the object that text. */
static void each_controller_runs(void)
{
	static const struct {
		const char *object;
		kind_id made;
		uint32_t count; /* in namespace default */
		kind_id kind;
		const char *path;
		struct str text;
	} cases[] = {
		{ DEPLOYMENT("2"), KIND_REPLICASET, 1, KIND_DEPLOYMENT, "status.availableReplicas",
		  STR_INIT("2") },
		{ DEPLOYMENT("2"), KIND_POD, 2, KIND_DEPLOYMENT, "status.conditions[0].type",
		  STR_INIT("Available") },
		{ "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: web, namespace: "
		  "default}, spec: {replicas: 3, serviceName: web, selector: {matchLabels: {app: "
		  "web}}, template: " POD "}}",
		  KIND_POD, 3, KIND_STATEFULSET, "status.readyReplicas", STR_INIT("3") },
		{ "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: web, namespace: "
		  "default}, spec: {selector: {matchLabels: {app: web}}, template: " POD "}}",
		  KIND_POD, 2, KIND_DAEMONSET, "status.numberAvailable", STR_INIT("2") },
		{ "{apiVersion: batch/v1, kind: Job, metadata: {name: web, namespace: default}, "
		  "spec: {parallelism: 2, completions: 2, template: {spec: {restartPolicy: Never, "
		  "containers: [{name: a, image: \"a:1\"}]}}}}",
		  KIND_POD, 2, KIND_JOB, "spec.completions", STR_INIT("2") },
		{ "{apiVersion: v1, kind: Service, metadata: {name: web, namespace: default}, "
		  "spec: {selector: {app: web}, ports: [{port: 80}]}}",
		  KIND_ENDPOINTSLICE, 1, KIND_ENDPOINTS, "metadata.name", STR_INIT("web") },
		{ "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: web, "
		  "namespace: default}, spec: {minAvailable: 1, selector: {matchLabels: {app: "
		  "web}}}}",
		  KIND_POD, 0, KIND_PODDISRUPTIONBUDGET, "status.currentHealthy", STR_INIT("0") },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].object); i++) {
		struct fixture f = begin(&(struct platform_parts){ .seed = 1, .node_count = 2 });

		apply(&f, cases[i].object);
		settle(&f);
		CHECK_INT(cache_list(runner_cache(f.platform->runner), f.arena, cases[i].made,
				     STR("default"))
				  .count,
			  cases[i].count);
		const struct node *o = get(&f, cases[i].kind, "default", "web");
		CHECK_STR(node_text(test_at(f.arena, o, cases[i].path)), cases[i].text);
		end(&f);
	}
}

static void a_deployment_is_scheduled_started_and_collected(void)
{
	struct fixture f = begin(&(struct platform_parts){ .seed = 1, .node_count = 3 });
	struct api_request gone = { .verb = API_DELETE,
				    .kind = schemas_kind_by_id(f.platform->schemas,
							       KIND_DEPLOYMENT),
				    .key = { STR("default"), STR("web") },
				    .manager = STR("flux"),
				    .arena = f.arena,
				    .grace_s = -1 };
	struct api_answer answer;

	apply(&f, DEPLOYMENT("3"));
	settle(&f);
	struct objects pods = list(&f, KIND_POD);
	CHECK_INT(pods.count, 3);
	for (uint32_t i = 0; i < pods.count; i++) {
		const struct node *pod = pods.items[i]->root;
		CHECK(condition_is_true(pod, "Ready"));
		CHECK_TEXT(node_str_at(pod, "status.phase"), "Running");
		for (uint32_t k = 0; k < i; k++) /* one a node */
			CHECK(!str_equal(node_str_at(pod, "spec.nodeName"),
					 node_str_at(pods.items[k]->root, "spec.nodeName")));
	}
	CHECK_INT(api_wait(f.platform->api, &gone, &answer, &f.err), 0);
	object_unref(answer.object);
	settle(&f);
	CHECK_INT(list(&f, KIND_DEPLOYMENT).count, 0);
	CHECK_INT(list(&f, KIND_REPLICASET).count, 0);
	CHECK_INT(list(&f, KIND_POD).count, 0);
	end(&f);
}

static void an_apply_is_one_of_its_manager_and_takes_fields(void)
{
	struct fixture f = begin(&(struct platform_parts){ .seed = 1 });
	const struct node *object =
		node_make(f.arena, "{apiVersion: v1, kind: ConfigMap, metadata: "
				   "{name: a, namespace: default}, data: {a: b}}");
	struct api_answer answer;

	platform_apply(f.platform, object, STR("one"), f.arena, &answer);
	CHECK_INT(answer.code, 201);
	platform_apply(f.platform, node_set(f.arena, object, "data.a", node_cstr(f.arena, "c")),
		       STR("two"), f.arena, &answer);
	if (CHECK_INT(answer.code, 200)) /* forced: no conflict */
		CHECK_TEXT(node_str_at(answer.object->root, "data.a"), "c");
	object = node_make(f.arena, "{apiVersion: v1, kind: ConfigMap, metadata: {name: A_b, "
				    "namespace: default}}");
	platform_apply(f.platform, object, STR("one"), f.arena, &answer);
	CHECK_INT(answer.code, 422);
	CHECK(str_contains(answer.message, STR("A_b")));
	end(&f);
}

/* Settling */

/* Writes for a while, another number each time. */
struct writer {
	struct fixture *fixture;
	const char *object;
	struct trusted_path path; /* where the number goes, as a text or not */
	bool is_text;
	kind_id status_of; /* KIND_NONE: it applies the object; else the status of one a */
	int64_t every_ms;
	int count, left;
};

static void write_status(const struct writer *w, const struct node *body)
{
	struct platform *p = w->fixture->platform;
	struct api_request request = { .verb = API_PATCH,
				       .kind = schemas_kind_by_id(p->schemas, w->status_of),
				       .key = { STR("default"), STR("a") },
				       .subresource = STR("status"),
				       .patch_type = API_PATCH_MERGE,
				       .body = body,
				       .manager = STR("test"),
				       .arena = w->fixture->arena,
				       .grace_s = -1 };
	struct api_answer answer;

	CHECK_INT(api_wait(p->api, &request, &answer, &w->fixture->err), 0);
	CHECK(api_ok(&answer));
	object_unref(answer.object);
}

static void write_again(void *context)
{
	struct writer *w = context;
	struct fixture *f = w->fixture;
	const struct node *number = node_int(f->arena, ++w->count);
	const struct node *text = node_str(f->arena, node_text(number));
	const struct node *object = node_put(f->arena, node_make(f->arena, w->object), w->path,
					     w->is_text ? text : number);

	if (w->status_of == KIND_NONE) {
		platform_fixture_apply(f->platform, object);
	} else {
		write_status(w, object);
	}
	if (--w->left > 0)
		world_timer(f->platform->world, w->every_ms, write_again, w);
}

static int64_t settled_after_ms(struct fixture *f)
{
	int64_t start_ms = world_now_ms(f->platform->world);

	settle(f);
	return world_now_ms(f->platform->world) - start_ms;
}

static const char changing[] = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: "
			       "default}}";

static void it_settles_when_nothing_has_changed_for_that_long(void)
{
	struct fixture f = begin(&(struct platform_parts){ .seed = 1 });
	struct writer w = { &f, changing, TRUSTED_PATH("data.a"), true, KIND_NONE, 40000, 0, 3 };

	CHECK_INT(settled_after_ms(&f), QUIET_MS);
	world_timer(f.platform->world, 10000, write_again, &w); /* at 10, 50 and 90 s */
	int64_t ms = settled_after_ms(&f);
	CHECK_INT(w.count, 3);
	CHECK_INT(ms / 1000, 90 + QUIET_MS / 1000);
	end(&f);
}

/* Events, what a Kustomization writes at every interval, what an autoscaler sees. */
static void repetitions_do_not_keep_it_awake(void)
{
	static const struct {
		struct writer writer;
		bool keeps_awake;
	} cases[] = {
		{ { NULL,
		    "{apiVersion: v1, kind: Event, metadata: {name: a, namespace: default}, "
		    "involvedObject: {namespace: default}}",
		    TRUSTED_PATH_INIT("message"), true, KIND_NONE, 10000, 0, 10 },
		  false },
		{ { NULL, "{status: {}}", TRUSTED_PATH_INIT("status.lastHandledReconcileAt"), true,
		    KIND_KUSTOMIZATION, 10000, 0, 10 },
		  false },
		{ { NULL, "{status: {}}", TRUSTED_PATH_INIT("status.lastAppliedRevision"), true,
		    KIND_KUSTOMIZATION, 10000, 0, 10 },
		  true },
		{ { NULL, "{status: {}}", TRUSTED_PATH_INIT("status.desiredReplicas"), false,
		    KIND_HORIZONTALPODAUTOSCALER, 10000, 0, 10 },
		  false },
	};

	for (size_t i = 0; TEST_ROW(cases, i); i++) {
		struct fixture f = begin(&(struct platform_parts){ .seed = 1 });
		struct writer w = cases[i].writer;

		apply(&f, "{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, "
			  "metadata: {name: a, namespace: default}, spec: {interval: 1m, prune: "
			  "true, sourceRef: {kind: GitRepository, name: a}}}");
		apply(&f, "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: "
			  "{name: a, namespace: default}, spec: {scaleTargetRef: {apiVersion: "
			  "apps/v1, kind: Deployment, name: a}, maxReplicas: 4}}");
		settle(&f);
		w.fixture = &f;
		world_timer(f.platform->world, 10000, write_again, &w);
		int64_t ms = settled_after_ms(&f);
		CHECK_INT(ms / 1000, cases[i].keeps_awake ? 160 : 60);
		CHECK(w.count > 4);
		end(&f);
	}
}

/* It fails for ever, because nobody serves metrics; and it says so as in such a cluster. */
static void an_autoscaler_without_metrics_does_not_keep_it_awake(void)
{
	struct fixture f = begin(&(struct platform_parts){ .seed = 1, .node_count = 1 });

	apply(&f, DEPLOYMENT("2"));
	apply(&f, "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: "
		  "web, namespace: default}, spec: {scaleTargetRef: {apiVersion: apps/v1, kind: "
		  "Deployment, name: web}, minReplicas: 2, maxReplicas: 4, metrics: [{type: "
		  "Resource, resource: {name: cpu, target: {type: Utilization, "
		  "averageUtilization: 50}}}]}}");
	CHECK(settled_after_ms(&f) < 2 * QUIET_MS);
	const struct node *active = condition_get(
		get(&f, KIND_HORIZONTALPODAUTOSCALER, "default", "web"), "ScalingActive");
	CHECK_TEXT(node_str_at(active, "reason"), "FailedGetResourceMetric");
	CHECK(str_ends(node_str_at(active, "message"),
		       STR("the server could not find the requested resource (get "
			   "pods.metrics.k8s.io)")));
	end(&f);
}

static void what_changes_for_ever_does_not_settle(void)
{
	struct fixture f = begin(&(struct platform_parts){ .seed = 1 });
	struct writer w = { &f, changing, TRUSTED_PATH("data.a"), true, KIND_NONE, 50000, 0, 1000 };
	int64_t start_ms = world_now_ms(f.platform->world);

	world_timer(f.platform->world, 10000, write_again, &w);
	CHECK_INT(platform_settle(f.platform, QUIET_MS, &f.err), -1);
	CHECK_INT(f.err.code, ERROR_DEADLINE);
	CHECK(str_contains(str_from_cstr(f.err.text), STR("after two hours")));
	int64_t ms = world_now_ms(f.platform->world) - start_ms;
	CHECK(ms > PLATFORM_SETTLE_LIMIT_MS);
	CHECK(ms <= PLATFORM_SETTLE_LIMIT_MS + QUIET_MS);
	end(&f);
}

static void more_pods_than_the_limit_are_refused(void)
{
	struct fixture f = begin(&(struct platform_parts){ .seed = 1 });

	apply(&f, DEPLOYMENT("10001"));
	CHECK_INT(platform_settle(f.platform, QUIET_MS, &f.err), -1);
	CHECK_INT(f.err.code, ERROR_INPUT);
	CHECK_TEXT(str_from_cstr(f.err.text), "more than 10000 pods; the cluster plays no more");
	end(&f);
}

/* Seeds */

/* All objects as they stand, one a line. */
static struct str state(const struct fixture *f)
{
	struct buf out;

	buf_init(&out, f->arena);
	for (kind_id kind = 1; kind < cache_kind_limit(runner_cache(f->platform->runner)); kind++) {
		struct objects all = list(f, kind);
		for (uint32_t i = 0; i < all.count; i++) {
			json_write(&out, all.items[i]->root, 0);
			buf_add_char(&out, '\n');
		}
	}
	return buf_str(&out);
}

/* What a person would compare of two clusters: names are those that somebody gave. */
static struct str outline(const struct fixture *f)
{
	static const kind_id kinds[] = { KIND_DEPLOYMENT, KIND_REPLICASET, KIND_POD,
					 KIND_SERVICE,	  KIND_ENDPOINTS,  KIND_SERVICEACCOUNT };
	struct buf out;

	buf_init(&out, f->arena);
	for (size_t k = 0; k < ARRAY_COUNT(kinds); k++) {
		struct objects all = list(f, kinds[k]);
		buf_printf(&out, "%u:", all.count);
		for (uint32_t i = 0; i < all.count; i++) {
			const struct node *o = all.items[i]->root;
			buf_printf(
				&out, " %.*s",
				STR_FMT(node_str_at(o, "spec.template.spec.containers[0].image")));
			buf_printf(&out, "%lld",
				   (long long)node_int_at(o, "status.readyReplicas", 0));
			buf_printf(&out, "%.*s", STR_FMT(node_str_at(o, "status.phase")));
		}
		buf_add_char(&out, '\n');
	}
	return buf_str(&out);
}

static void play(struct fixture *f, uint64_t seed)
{
	*f = begin(&(struct platform_parts){ .seed = seed, .node_count = 3 });
	apply(f, DEPLOYMENT("5"));
	apply(f, "{apiVersion: v1, kind: Service, metadata: {name: web, namespace: default}, spec: "
		 "{selector: {app: web}, ports: [{port: 80}]}}");
	settle(f);
}

static void one_seed_gives_one_cluster(void)
{
	struct fixture a, b;

	play(&a, 7);
	play(&b, 7);
	CHECK(state(&a).len > 10000);
	CHECK(str_equal(state(&a), state(&b)));
	CHECK_INT(world_now_ms(a.platform->world), world_now_ms(b.platform->world));
	end(&a);
	end(&b);
}

/* Another seed: other names of pods and times, but the same cluster to a person. */
static void another_seed_changes_names_and_times_only(void)
{
	struct fixture a, b;

	play(&a, 7);
	play(&b, 8);
	CHECK(!str_equal(state(&a), state(&b)));
	CHECK_STR(outline(&a), outline(&b));
	CHECK(!str_equal(list(&a, KIND_POD).items[0]->key.name,
			 list(&b, KIND_POD).items[0]->key.name));
	CHECK_STR(list(&a, KIND_REPLICASET).items[0]->key.name,
		  list(&b, KIND_REPLICASET).items[0]->key.name); /* of the template */
	end(&a);
	end(&b);
}

/* It settles as time passes; making it takes none. */
static void it_runs_in_the_real_world_too(void)
{
	struct world *world = real_new(1);
	bool available = false;
	struct fixture f = begin(&(struct platform_parts){
		.world = world, .seed = 1, .node_count = 1, .played = true });

	CHECK(f.platform->world == world);
	CHECK_INT(list(&f, KIND_NODE).count, 0); /* nobody has run it yet */
	api_watch(f.platform->api, &(struct api_watch_request){}, note_available, &available);
	apply(&f, DEPLOYMENT("2"));
	CHECK_INT(world_wait(world, &available, 10000, &f.err), 0);
	CHECK_INT(list(&f, KIND_NODE).count, 1);
	CHECK_INT(list(&f, KIND_POD).count, 2);
	end(&f);
	world_free(world);
}

/* Whoever is added to a cluster's own controllers is there before its first object. */
static void controllers_that_are_added_see_the_first_objects(void)
{
	static const struct reconciler *const mesh[] = { &istiod_reconciler, NULL };
	static const struct reconciler *const *const controllers[] = { mesh, NULL };
	struct fixture f = begin(&(struct platform_parts){ .seed = 1, .controllers = controllers });

	CHECK(get(&f, KIND_CONFIGMAP, "default", "istio-ca-root-cert") != NULL);
	CHECK(!get(&f, KIND_CONFIGMAP, "kube-public",
		   "istio-ca-root-cert")); /* the cluster's own */
	end(&f);
}

/* Somebody else's cluster: it has its own controllers and nodes. */
static void an_api_that_is_given_brings_its_cluster(void)
{
	static const struct reconciler *const mesh[] = { &istiod_reconciler, NULL };
	static const struct reconciler *const *const controllers[] = { mesh, NULL };
	struct fixture cluster = begin(&(struct platform_parts){ .seed = 1, .node_count = 1 });
	struct fixture f = begin(&(struct platform_parts){
		.api = cluster.platform->api, .node_count = 5, .controllers = controllers });

	CHECK(!f.platform->embedded);
	CHECK(f.platform->world == cluster.platform->world);
	CHECK(!get(&cluster, KIND_CONFIGMAP, "default", "istio-ca-root-cert"));
	settle(&f);
	/* What was there before it came is seen, too. */
	CHECK(get(&cluster, KIND_CONFIGMAP, "default", "istio-ca-root-cert") != NULL);
	CHECK_INT(list(&f, KIND_NODE).count, 1);
	arena_free(f.arena);
	arena_free(cluster.arena);
	platform_free(f.platform);
	platform_free(cluster.platform);
}

TESTS({ "a new platform has run for a while", a_fresh_one_has_been_up_for_a_while },
      { "nodes are as asked for and spread over zones",
	nodes_are_as_asked_for_and_spread_over_zones },
      { "each controller runs", each_controller_runs },
      { "a Deployment is scheduled, started and collected",
	a_deployment_is_scheduled_started_and_collected },
      { "an apply is one of its manager and takes fields",
	an_apply_is_one_of_its_manager_and_takes_fields },
      { "it settles when nothing has changed for that long",
	it_settles_when_nothing_has_changed_for_that_long },
      { "repetitions do not keep it awake", repetitions_do_not_keep_it_awake },
      { "an autoscaler without metrics does not keep it awake",
	an_autoscaler_without_metrics_does_not_keep_it_awake },
      { "a platform that changes for ever does not settle", what_changes_for_ever_does_not_settle },
      { "more pods than the limit are refused", more_pods_than_the_limit_are_refused },
      { "one seed gives one cluster", one_seed_gives_one_cluster },
      { "another seed changes names and times only", another_seed_changes_names_and_times_only },
      { "it runs in the real world, too", it_runs_in_the_real_world_too },
      { "controllers that are added see the first objects",
	controllers_that_are_added_see_the_first_objects },
      { "an api that is given brings its cluster", an_api_that_is_given_brings_its_cluster })
