/* usage_test - what pods use: requests and memory of a scenario, as metrics-server tells them */
#include "rehearse/usage.h"

#include "base/num.h"
#include "doc/json.h"
#include "rehearse/rehearsal_test.h"

/* The ConfigMap default/metrics keeps what its reconciler was told. */
static int keep_metrics(const struct view *view, struct key key, struct plan *plan,
			struct error *err)
{
	const struct object *kept = view_get(view, KIND_CONFIGMAP, key);
	const struct answer *answer = view_answer(view, STR("metrics"), 0);

	(void)err;
	if (!answer) {
		plan_request(plan, STR("podMetrics"), STR("metrics"), 0, NULL);
		return 0;
	}
	struct str text =
		answer->node
			? json_text(plan->arena, node_get(answer->node, STR("items")),
				    JSON_SORT_KEYS)
			: str_printf(plan->arena, "%d %.*s", answer->code, STR_FMT(answer->text));
	plan_patch(plan, kept, node_make(plan->arena, "{data: {items: %s}}", text));
	return 0;
}

static const struct reconciler_watch nothing[] = { {} }; /* it runs when it is told to */
static const struct reconciler keeper = { .name = "keeper",
					  .reconcile = keep_metrics,
					  .watches = nothing };

struct use {
	int requests_per_s;
	int64_t cpu_us_per_request; /* -1: unknown */
	int64_t memory_bytes;	    /* -1: unknown */
	int replicas;
	const char *container; /* what the first one has more */
};

/* Deployment and Service default/web under traffic; it uses that from its first revision on. */
static void begin(struct rehearsal_fixture *f, const struct use *use)
{
	struct behavior behavior = { .crash_after_ms = -1,
				     .start_ms = 1000,
				     .p50_ms = 1,
				     .p99_ms = 2,
				     .cpu_us_per_request = use->cpu_us_per_request,
				     .memory_bytes = use->memory_bytes };
	struct scenario_workload w = { .kind = STR("Deployment"),
				       .key = { STR("default"), STR("web") },
				       .from = behavior,
				       .to = behavior };
	struct scenario_traffic t = { .host = STR("web.default"),
				      .requests_per_s = use->requests_per_s };

	rehearsal_prepare(f);
	VEC_PUSH(f->arena, &f->scenario.workloads, w);
	if (use->requests_per_s)
		VEC_PUSH(f->arena, &f->scenario.traffic, t);
	rehearsal_start(f);
	runner_add(f->r.platform->runner, &keeper);
	rehearsal_apply(f, node_make(f->arena, "{apiVersion: v1, kind: ConfigMap, metadata: {name: "
					       "metrics, namespace: default}}"));
	rehearsal_apply(f, node_make(f->arena, "{apiVersion: v1, kind: Service, metadata: {name: "
					       "web, namespace: default}, spec: {selector: {app: "
					       "web}, ports: [{port: 80}]}}"));
	rehearsal_apply(f,
			node_make(f->arena,
				  "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, "
				  "namespace: default}, spec: {replicas: %d, selector: "
				  "{matchLabels: {app: web}}, template: {metadata: {labels: {app: "
				  "web}}, spec: {containers: [%n, {name: side, image: b}]}}}}",
				  use->replicas, node_make(f->arena, use->container)));
}

static const struct node *read_metrics(struct rehearsal_fixture *f)
{
	struct key key = { STR("default"), STR("metrics") };
	struct str text;

	runner_enqueue(f->r.platform->runner, "keeper", key);
	CHECK_INT(world_run_for(f->r.platform->world, 100, &f->err), 0);
	text = node_str_at(
		cache_get(runner_cache(f->r.platform->runner), KIND_CONFIGMAP, key)->root,
		"data.items");
	if (!str_starts(text, STR("[")))
		return node_str(f->arena, text);
	return json_read(f->r.set, STR("metrics"), text, &f->err);
}

/* Millionths of a core that a container of the first pod uses; -1: it is not told. */
static int64_t micro_cpu(const struct node *metrics, struct trusted_path path)
{
	struct str text = node_find_str(metrics, path);
	int64_t nano;

	if (!str_ends(text, STR("n")) || !num_int64(str_sub(text, 0, text.len - 1), &nano))
		return -1;
	return nano / 1000;
}

#define FIRST  "[0].containers[0].usage."
#define SECOND "[0].containers[1].usage."
#define PLAIN  "{name: a, image: a}"

static void cpu_is_what_the_requests_cost_spread_over_the_pods(void)
{
	static const struct {
		struct use use;
		int64_t least, most; /* millionths of a core */
	} cases[] = {
		{ { 20, 5000, -1, 1, PLAIN }, 80000, 120000 },
		{ { 20, 5000, -1, 2, PLAIN }, 40000, 60000 },
		{ { 40, 5000, -1, 2, PLAIN }, 80000, 120000 },
		{ { 40, 1000, -1, 1, PLAIN }, 32000, 48000 },
		{ { 0, 5000, -1, 1, PLAIN }, 0, 0 },
		/* No more than its limit. */
		{ { 40, 5000, -1, 1, "{name: a, image: a, resources: {limits: {cpu: 50m}}}" },
		  50000,
		  50000 },
	};

	for (size_t i = 0; TEST_ROW(cases, i); i++) {
		struct rehearsal_fixture f;

		begin(&f, &cases[i].use);
		rehearsal_run_s(&f, 120);
		const struct node *metrics = read_metrics(&f);
		CHECK_INT(node_item_count(metrics), cases[i].use.replicas);
		int64_t cpu = micro_cpu(metrics, TRUSTED_PATH(FIRST "cpu"));
		if (!CHECK(cpu >= cases[i].least && cpu <= cases[i].most))
			printf("# it is %lld\n", (long long)cpu);
		CHECK_INT(micro_cpu(metrics, TRUSTED_PATH(SECOND "cpu")),
			  0); /* the first one uses all */
		CHECK(!node_str_at(metrics, FIRST "memory").ptr);
		rehearsal_end(&f);
	}
}

static void memory_is_what_the_scenario_says(void)
{
	struct rehearsal_fixture f;

	begin(&f, &(struct use){ 0, -1, 64 << 20, 1, PLAIN });
	rehearsal_run_s(&f, 120);
	const struct node *metrics = read_metrics(&f);
	CHECK_TEXT(node_str_at(metrics, FIRST "memory"), "65536Ki");
	CHECK_TEXT(node_str_at(metrics, SECOND "memory"), "0Ki");
	CHECK(!node_str_at(metrics, FIRST "cpu").ptr);
	CHECK_TEXT(node_str_at(metrics, "[0].window"), "15s");
	CHECK_TEXT(node_str_at(metrics, "[0].metadata.namespace"), "default");
	CHECK_TEXT(node_str_at(metrics, "[0].containers[0].name"), "a");
	rehearsal_end(&f);
}

/* metrics-server needs two samples of a container. */
static void a_pod_has_metrics_once_it_has_run_between_two_samples(void)
{
	struct rehearsal_fixture f;
	int64_t first_s = 0;

	begin(&f, &(struct use){ 0, -1, 1 << 20, 1, PLAIN });
	for (int64_t s = 1; s <= 60 && !first_s; s++) {
		rehearsal_run_s(&f, 1);
		if (node_member_count(read_metrics(&f)))
			first_s = s;
	}
	CHECK(first_s > USAGE_SAMPLE_MS / 1000);
	CHECK(first_s <= 2 * USAGE_SAMPLE_MS / 1000 + 5);
	rehearsal_end(&f);
}

static void pods_that_nobody_speaks_of_have_no_metrics(void)
{
	struct rehearsal_fixture f;

	begin(&f, &(struct use){ 0, -1, 1 << 20, 1, PLAIN });
	rehearsal_apply(&f, rehearsal_deployment(&f, "other", "a", 1));
	rehearsal_run_s(&f, 120);
	CHECK_INT(node_item_count(read_metrics(&f)), 1);
	rehearsal_end(&f);
}

static void without_such_a_scenario_nobody_serves_metrics(void)
{
	struct rehearsal_fixture f;

	begin(&f, &(struct use){ 10, -1, -1, 1, PLAIN });
	rehearsal_run_s(&f, 60);
	CHECK_TEXT(node_text(read_metrics(&f)), "404 the server could not find the requested "
						"resource (get pods.metrics.k8s.io)");
	rehearsal_end(&f);
}

TESTS({ "CPU is what the requests cost, spread over the pods",
	cpu_is_what_the_requests_cost_spread_over_the_pods },
      { "memory is what the scenario says", memory_is_what_the_scenario_says },
      { "a pod has metrics once it has run between two samples",
	a_pod_has_metrics_once_it_has_run_between_two_samples },
      { "pods that the scenario does not name have no metrics",
	pods_that_nobody_speaks_of_have_no_metrics },
      { "without usage in the scenario there is no metrics API",
	without_such_a_scenario_nobody_serves_metrics })
