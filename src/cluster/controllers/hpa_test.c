/* hpa_test - an autoscaler keeps its target within its bounds */
#include "api/controller_test.h"
#include "cluster/controllers/controllers.h"

enum { UNTOUCHED = -1 };

static const struct {
	int least, most, now, want;
} sizes[] = {
	{ 2, 5, 1, 2 }, { 2, 5, 2, UNTOUCHED }, { 2, 5, 5, UNTOUCHED },
	{ 2, 5, 9, 5 }, { 2, 5, 0, UNTOUCHED }, /* zero replicas switch it off */
};

static void put(struct fixture *f, int least, int most, int now)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, "
				 "spec: {replicas: %d}}",
				 now));
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, "
				 "metadata: {name: scaler}, spec: {minReplicas: %d, "
				 "maxReplicas: %d, scaleTargetRef: {apiVersion: apps/v1, "
				 "kind: Deployment, name: web}}}",
				 least, most));
}

static void keeps_bounds(void)
{
	for (size_t i = 0; TEST_ROW(sizes, i); i++) {
		struct fixture f = fixture_begin();
		int64_t size = UNTOUCHED;
		put(&f, sizes[i].least, sizes[i].most, sizes[i].now);
		fixture_run(&f, &hpa_reconciler, "default", "scaler");
		node_int64(fixture_written(&f, "web", "spec.replicas"), &size);
		CHECK_INT(size, sizes[i].want);
		fixture_end(&f);
	}
}

static void looks_every_15_s(void)
{
	struct fixture f = fixture_begin();

	put(&f, 2, 5, 1);
	fixture_run(&f, &hpa_reconciler, "default", "scaler");
	CHECK_INT(f.plan.requeue_after_ms, 15000);
	f.now_ms += 5000; /* its own status write wakes it */
	fixture_run(&f, &hpa_reconciler, "default", "scaler");
	CHECK_INT(f.plan.writes.count, 0);
	CHECK_INT(f.plan.requeue_after_ms, 10000);
	fixture_end(&f);
}

/* Metrics */

static void put_scaled(struct fixture *f, const char *metrics)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, "
				 "spec: {replicas: 1, selector: {matchLabels: {app: web}}}}"));
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: v1, kind: Pod, metadata: {name: a, labels: {app: "
				 "web}}, spec: {containers: [{name: c, resources: {requests: {cpu: "
				 "100m}}}]}, status: {phase: Running, startTime: %c, conditions: "
				 "[{type: Ready, status: %c, lastTransitionTime: %c}]}}",
				 "2027-01-15T07:00:00Z", "True", "2027-01-15T07:00:00Z"));
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, "
				 "metadata: {name: scaler}, spec: {minReplicas: 1, maxReplicas: 9, "
				 "scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: "
				 "web}, metrics: %n}}",
				 node_make(f->arena, metrics)));
}

static const char cpu_half[] = "[{type: Resource, resource: {name: cpu, target: {type: "
			       "Utilization, averageUtilization: 50}}}]";

static void follows_what_pods_use(void)
{
	struct fixture f = fixture_begin();
	int64_t size = UNTOUCHED;

	put_scaled(&f, cpu_half);
	fixture_run(&f, &hpa_reconciler, "default", "scaler");
	CHECK_INT(f.plan.requests.count, 1);
	CHECK_TEXT(f.plan.requests.items[0].kind, "podMetrics");
	CHECK_INT(f.plan.writes.count, 0);

	const struct node *metrics =
		node_make(f.arena,
			  "{items: [{metadata: {name: a}, timestamp: %c, window: 15s, containers: "
			  "[{name: c, usage: {cpu: 140m}}]}]}",
			  "2027-01-15T08:00:00Z");
	fixture_answer(&f, (struct answer){ .name = f.plan.requests.items[0].name,
					    .code = 200,
					    .node = metrics });
	fixture_run(&f, &hpa_reconciler, "default", "scaler");
	node_int64(fixture_written(&f, "web", "spec.replicas"), &size);
	CHECK_INT(size, 3); /* 140 % of what is requested, 50 % wanted */
	CHECK_TEXT(fixture_event(&f, 0), "New size: 3; reason: cpu resource utilization "
					 "(percentage of request) above target");
	const struct node *status = fixture_written(&f, "scaler", "status");
	CHECK_INT(node_int_at(status, "desiredReplicas", -1), 3);
	CHECK_INT(node_int_at(node_item(node_get(status, STR("currentMetrics")), 0),
			      "resource.current.averageUtilization", -1),
		  140);
	fixture_end(&f);
}

/* What each kind of metric says where nobody serves it, in the words of the controller. */
static const struct {
	const char *metrics, *event, *summary;
} unserved[] = {
	{ cpu_half,
	  "failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch "
	  "metrics from resource metrics API: nobody is there",
	  "invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric "
	  "value: " },
	{ "[{type: ContainerResource, containerResource: {name: cpu, container: c, target: {type: "
	  "AverageValue, averageValue: 1}}}]",
	  "failed to get cpu usage: unable to get metrics for resource cpu: unable to fetch "
	  "metrics from resource metrics API: nobody is there",
	  "invalid metrics (1 invalid out of 1), first error is: failed to get c container metric "
	  "value: " },
	{ "[{type: Pods, pods: {metric: {name: rate}, target: {type: AverageValue}}}]",
	  "unable to get metric rate: unable to fetch metrics from custom metrics API: no custom "
	  "metrics API (custom.metrics.k8s.io) registered",
	  "invalid metrics (1 invalid out of 1), first error is: failed to get pods metric "
	  "value: " },
	{ "[{type: Object, object: {describedObject: {kind: Service, name: s}, metric: {name: "
	  "hits}}}]",
	  "unable to get metric hits: Service on default s/unable to fetch metrics from custom "
	  "metrics API: no custom metrics API (custom.metrics.k8s.io) registered",
	  "invalid metrics (1 invalid out of 1), first error is: failed to get object metric "
	  "value: " },
	{ "[{type: External, external: {metric: {name: q, selector: {matchLabels: {a: b}}}, "
	  "target: "
	  "{value: 5}}}]",
	  "unable to get external metric default/q/&LabelSelector{MatchLabels:map[string]string{a: "
	  "b,},MatchExpressions:[]LabelSelectorRequirement{},}: unable to fetch metrics from "
	  "external metrics API: the server could not find the requested resource (get "
	  "q.external.metrics.k8s.io)",
	  "invalid metrics (1 invalid out of 1), first error is: failed to get q external metric "
	  "value: failed to get external metric q: " },
	{ "[{type: External, external: {metric: {name: q}, target: {averageValue: 5}}}]",
	  "unable to get external metric default/q/nil: unable to fetch metrics from external "
	  "metrics API: the server could not find the requested resource (get "
	  "q.external.metrics.k8s.io)",
	  "invalid metrics (1 invalid out of 1), first error is: failed to get q external metric "
	  "value: failed to get q external metric: " },
};

static void says_what_is_missing(void)
{
	for (size_t i = 0; TEST_ROW(unserved, i, unserved[i].metrics); i++) {
		struct fixture f = fixture_begin();
		struct str event = str_from_cstr(unserved[i].event);
		put_scaled(&f, unserved[i].metrics);
		fixture_answer(&f, (struct answer){ .name = STR("pods"),
						    .code = 404,
						    .text = STR("nobody is there") });
		fixture_run(&f, &hpa_reconciler, "default", "scaler");
		CHECK_STR(fixture_event(&f, 0), event);
		CHECK_STR(fixture_event(&f, 1),
			  str_concat(f.arena, str_from_cstr(unserved[i].summary), event));
		CHECK(!fixture_written(&f, "web", "spec.replicas"));
		fixture_end(&f);
	}
}

static void does_nothing_beside_another(void)
{
	struct fixture f = fixture_begin();

	put_scaled(&f, cpu_half);
	fixture_put(&f,
		    node_make(f.arena,
			      "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, "
			      "metadata: {name: a-third}, spec: {maxReplicas: 3, scaleTargetRef: "
			      "{apiVersion: apps/v1, kind: Deployment, name: api}}}"));
	fixture_put(&f, node_make(f.arena,
				  "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, "
				  "metadata: {name: other}, spec: {maxReplicas: 3, scaleTargetRef: "
				  "{apiVersion: apps/v1, kind: Deployment, name: web}}}"));
	fixture_answer(&f, (struct answer){ .name = STR("pods"), .code = 404 });
	fixture_run(&f, &hpa_reconciler, "default", "scaler");
	CHECK_TEXT(fixture_event(&f, 0), "pods by selector app=web are controlled by multiple "
					 "HPAs: [default/other default/scaler]");
	CHECK(!fixture_written(&f, "web", "spec.replicas"));
	fixture_end(&f);
}

/* One pod, of which half is wanted. */
static void changes_within_the_tolerance_are_none(void)
{
	static const struct {
		const char *behavior, *use;
		int size; /* UNTOUCHED: it stays */
	} rows[] = {
		{ "{}", "55m", UNTOUCHED }, /* a tenth by default */
		{ "{}", "56m", 2 },
		{ "{scaleUp: {tolerance: \"0.5\"}}", "75m", UNTOUCHED },
		{ "{scaleUp: {tolerance: \"0.5\"}}", "76m", 2 },
		{ "{scaleUp: {tolerance: 500m}}", "75m", UNTOUCHED },
		{ "{scaleUp: {tolerance: 500m}}", "76m", 2 },
		{ "{scaleUp: {tolerance: 0}}", "51m", 2 },
		{ "{scaleDown: {tolerance: \"0.5\"}}", "56m", 2 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].behavior); i++) {
		struct fixture f = fixture_begin();
		int64_t size = UNTOUCHED;
		put_scaled(&f, cpu_half);
		const struct object *hpa = cache_get(f.cache, KIND_HORIZONTALPODAUTOSCALER,
						     (struct key){ STR("default"), STR("scaler") });
		const struct node *behavior = node_make(
			f.arena,
			"{scaleUp: {policies: [{type: Pods, value: 9, periodSeconds: 60}]}, "
			"scaleDown: {policies: [{type: Pods, value: 9, periodSeconds: 60}]}}");
		const struct node *more = node_make(f.arena, rows[i].behavior);
		if (node_at(more, "scaleUp.tolerance"))
			behavior = node_set(f.arena, behavior, "scaleUp.tolerance",
					    node_at(more, "scaleUp.tolerance"));
		if (node_at(more, "scaleDown.tolerance"))
			behavior = node_set(f.arena, behavior, "scaleDown.tolerance",
					    node_at(more, "scaleDown.tolerance"));
		fixture_put(&f, node_set(f.arena, hpa->root, "spec.behavior", behavior));
		const struct node *metrics =
			node_make(f.arena,
				  "{items: [{metadata: {name: a}, timestamp: %c, window: 15s, "
				  "containers: [{name: c, usage: {cpu: %c}}]}]}",
				  "2027-01-15T08:00:00Z", rows[i].use);
		fixture_answer(
			&f, (struct answer){ .name = STR("pods"), .code = 200, .node = metrics });
		fixture_run(&f, &hpa_reconciler, "default", "scaler");
		node_int64(fixture_written(&f, "web", "spec.replicas"), &size);
		CHECK_INT(size, rows[i].size);
		fixture_end(&f);
	}
}

static void says_that_its_target_is_not_there(void)
{
	struct fixture f = fixture_begin();

	fixture_put(&f,
		    node_make(f.arena,
			      "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, "
			      "metadata: {name: scaler}, spec: {maxReplicas: 3, scaleTargetRef: "
			      "{apiVersion: apps/v1, kind: Deployment, name: web}}}"));
	fixture_run(&f, &hpa_reconciler, "default", "scaler");
	CHECK_TEXT(fixture_event(&f, 0), "deployments.apps \"web\" not found");
	const struct node *status = fixture_written(&f, "scaler", "status");
	CHECK_TEXT(node_str_at(status, "conditions[type=AbleToScale].status"), "False");
	CHECK_TEXT(node_str_at(status, "conditions[type=AbleToScale].reason"), "FailedGetScale");
	CHECK_TEXT(node_str_at(status, "conditions[type=AbleToScale].message"),
		   "the HPA controller was unable to get the target's current scale: "
		   "deployments.apps \"web\" not found");
	fixture_end(&f);
}

/* One metric of two fails: the other one may let the size grow or stay, not shrink. */
static void one_metric_alone_does_not_shrink(void)
{
	static const struct {
		int replicas;
		const char *use;
		int size; /* UNTOUCHED: it stays */
		const char *active;
	} rows[] = {
		{ 1, "50m", UNTOUCHED, "True" },
		{ 1, "140m", 3, "True" },
		{ 2, "10m", UNTOUCHED, "False" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].use); i++) {
		struct fixture f = fixture_begin();
		int64_t size = UNTOUCHED;
		put_scaled(&f,
			   "[{type: Resource, resource: {name: cpu, target: {type: Utilization, "
			   "averageUtilization: 50}}}, {type: Pods, pods: {metric: {name: "
			   "rate}, target: {type: AverageValue}}}]");
		const struct object *web = cache_get(f.cache, KIND_DEPLOYMENT,
						     (struct key){ STR("default"), STR("web") });
		fixture_put(&f, node_set(f.arena, web->root, "spec.replicas",
					 node_int(f.arena, rows[i].replicas)));
		const struct node *metrics =
			node_make(f.arena,
				  "{items: [{metadata: {name: a}, timestamp: %c, window: 15s, "
				  "containers: [{name: c, usage: {cpu: %c}}]}]}",
				  "2027-01-15T08:00:00Z", rows[i].use);
		fixture_answer(
			&f, (struct answer){ .name = STR("pods"), .code = 200, .node = metrics });
		fixture_run(&f, &hpa_reconciler, "default", "scaler");
		node_int64(fixture_written(&f, "web", "spec.replicas"), &size);
		CHECK_INT(size, rows[i].size);
		const struct node *status = fixture_written(&f, "scaler", "status");
		CHECK_STR(node_str_at(status, "conditions[type=ScalingActive].status"),
			  str_from_cstr(rows[i].active));
		fixture_end(&f);
	}
}

TESTS({ "a missing target is reported", says_that_its_target_is_not_there },
      { "a ratio within the tolerance keeps the size", changes_within_the_tolerance_are_none },
      { "one metric alone does not shrink", one_metric_alone_does_not_shrink },
      { "the size is kept within the bounds", keeps_bounds },
      { "it looks once in 15 s", looks_every_15_s },
      { "the size follows what pods use", follows_what_pods_use },
      { "metrics without an adapter are reported", says_what_is_missing },
      { "two autoscalers of the same pods do nothing", does_nothing_beside_another })
