/* faults_test - when faults are on, whom they concern, and what names nothing real */
#include "rehearse/faults.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/make.h"
#include "platform/platform.h"

enum { MINUTE_MS = 60000 };

struct fixture {
	struct arena *arena;
	struct platform *platform;
	struct scenario scenario;
	struct faults faults;
	uint32_t changes;
	struct error err;
};

static void count_change(void *context)
{
	((struct fixture *)context)->changes++;
}

static void apply(struct fixture *f, const struct node *object)
{
	struct api_answer answer;

	platform_apply(f->platform, object, STR("flux"), f->arena, &answer);
	CHECK(api_ok(&answer));
}

/* Pod default/web behind the Service web and the host shop.example. */
static void open_cluster(struct fixture *f)
{
	*f = (struct fixture){ .arena = arena_new("faults_test") };
	f->platform = platform_new(&(struct platform_parts){ .seed = 1, .node_count = 1 });
	scenario_init(&f->scenario);
	apply(f, node_make(f->arena,
			   "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: default, "
			   "labels: {app: web}}, spec: {containers: [{name: a, image: a}]}}"));
	apply(f, node_make(f->arena,
			   "{apiVersion: v1, kind: Service, metadata: {name: web, namespace: "
			   "default}, spec: {selector: {app: web}, ports: [{port: 80}]}}"));
	apply(f, node_make(f->arena,
			   "{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: "
			   "{name: shop, namespace: default}, spec: {hosts: [shop.example], http: "
			   "[{route: [{destination: {host: web}}]}]}}"));
	apply(f, node_make(f->arena,
			   "{apiVersion: flagger.app/v1beta1, kind: Canary, metadata: {name: web, "
			   "namespace: default}, spec: {targetRef: {apiVersion: apps/v1, kind: "
			   "Deployment, name: web}, service: {port: 80}, analysis: {interval: 60s, "
			   "threshold: 2, maxWeight: 40, stepWeight: 20}}}"));
	CHECK(world_run_for(f->platform->world, 1000, &f->err) == 0);
}

static void add(struct fixture *f, struct scenario_fault fault)
{
	fault.node = node_null();
	fault.lasts_ms = fault.lasts_ms ? fault.lasts_ms : INT64_MAX;
	VEC_PUSH(f->arena, &f->scenario.faults, fault);
}

static void begin(struct fixture *f)
{
	faults_init(&f->faults,
		    &(struct faults_options){ .scenario = &f->scenario,
					      .world = f->platform->world,
					      .cache = runner_cache(f->platform->runner),
					      .changed = count_change,
					      .context = f },
		    f->arena);
	faults_begin(&f->faults);
}

static void run_ms(struct fixture *f, int64_t ms)
{
	CHECK(world_run_for(f->platform->world, ms, &f->err) == 0);
}

static const struct object *get(struct fixture *f, kind_id kind)
{
	struct key key = { STR("default"), STR("web") };
	return cache_get(runner_cache(f->platform->runner), kind, key);
}

static struct fault_effect effect(struct fixture *f)
{
	const struct object *pod = get(f, KIND_POD);
	return faults_effect(&f->faults, pod, STR("Pod"), pod->key);
}

static void close_cluster(struct fixture *f)
{
	platform_free(f->platform);
	arena_free(f->arena);
}

static void lasts_as_written(void)
{
	struct fixture f;

	open_cluster(&f);
	add(&f, (struct scenario_fault){ .kind = FAULT_ERRORS,
					 .target = STR("Pod/default/web"),
					 .error_ppm = 300000,
					 .after_ms = 5 * MINUTE_MS,
					 .lasts_ms = 2 * MINUTE_MS });
	begin(&f);
	run_ms(&f, 5 * MINUTE_MS - 1);
	CHECK_INT(effect(&f).error_ppm, 0);
	CHECK(faults_are_due(&f.faults));
	run_ms(&f, 1);
	CHECK_INT(effect(&f).error_ppm, 300000);
	run_ms(&f, 2 * MINUTE_MS);
	CHECK_INT(effect(&f).error_ppm, 0);
	CHECK(!faults_are_due(&f.faults));
	CHECK_INT(f.changes, 2);
	CHECK_INT(f.faults.spans[0].to_ms - f.faults.spans[0].from_ms, 2 * MINUTE_MS);
	close_cluster(&f);
}

static void ends_with_the_release(void)
{
	struct fixture f;

	open_cluster(&f);
	add(&f,
	    (struct scenario_fault){ .kind = FAULT_CRASH_LOOP, .target = STR("Pod/default/web") });
	add(&f, (struct scenario_fault){ .kind = FAULT_NEVER_READY,
					 .target = STR("Pod/default/web"),
					 .after_ms = 60 * MINUTE_MS });
	begin(&f);
	run_ms(&f, MINUTE_MS);
	CHECK(effect(&f).crashes && !effect(&f).never_ready);
	faults_end(&f.faults);
	CHECK(!effect(&f).crashes);
	CHECK(!faults_are_due(&f.faults));
	run_ms(&f, 90 * MINUTE_MS);
	CHECK(!effect(&f).never_ready);
	CHECK_INT(f.faults.spans[1].from_ms, -1);
	close_cluster(&f);
}

static void effects_add_up(void)
{
	struct fixture f;

	open_cluster(&f);
	for (int i = 0; i < 2; i++) {
		add(&f, (struct scenario_fault){ .kind = FAULT_ERRORS,
						 .target = STR("Pod/default/web"),
						 .error_ppm = 500000 });
		add(&f, (struct scenario_fault){ .kind = FAULT_LATENCY,
						 .target = STR("Pod/default/web"),
						 .latency_ms = 250 });
	}
	begin(&f);
	run_ms(&f, 1);
	CHECK_INT(effect(&f).error_ppm, 750000);
	CHECK_INT(effect(&f).latency_ms, 500);
	close_cluster(&f);
}

static void a_host_stands_for_its_pods(void)
{
	static const struct {
		const char *target;
		bool hit;
	} rows[] = { { "Pod/default/web", true },    { "Pod/default/we", false },
		     { "Pod/default/web/x", false }, { "Deployment/default/web", false },
		     { "web.default", true },	     { "web.default.svc.cluster.local", true },
		     { "web.other", false },	     { "shop.example", true },
		     { "shop.test", false } };

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].target); i++) {
		struct fixture f;
		open_cluster(&f);
		add(&f, (struct scenario_fault){ .kind = FAULT_NEVER_READY,
						 .target = str_from_cstr(rows[i].target) });
		begin(&f);
		run_ms(&f, 1);
		CHECK_INT(effect(&f).never_ready, rows[i].hit);
		CHECK_INT(faults_check(&f.faults, NULL, &f.err), rows[i].hit ? 0 : -1);
		close_cluster(&f);
	}
}

static void a_gap_is_of_canaries(void)
{
	static const struct {
		const char *target;
		bool hit;
	} rows[] = { { "", true },
		     { "Deployment/default/web", true },
		     { "Canary/default/web", true },
		     { "web.default", true },
		     { "Deployment/other/web", false },
		     { "shop.example", false } };

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].target); i++) {
		struct fixture f;
		open_cluster(&f);
		add(&f, (struct scenario_fault){ .kind = FAULT_METRICS_GAP,
						 .target = str_from_cstr(rows[i].target) });
		begin(&f);
		CHECK(!faults_hide_metrics(&f.faults, get(&f, KIND_CANARY)));
		run_ms(&f, 1);
		CHECK_INT(faults_hide_metrics(&f.faults, get(&f, KIND_CANARY)), rows[i].hit);
		CHECK_INT(faults_check(&f.faults, NULL, &f.err), rows[i].hit ? 0 : -1);
		CHECK(!effect(&f).never_ready && !effect(&f).error_ppm);
		close_cluster(&f);
	}
}

TESTS({ "a fault begins and ends when the scenario says", lasts_as_written },
      { "no fault outlives the release", ends_with_the_release },
      { "faults at the same time add up", effects_add_up },
      { "a target is one workload, or all behind a host", a_host_stands_for_its_pods },
      { "a metricsGap concerns the queries of Canaries", a_gap_is_of_canaries })
