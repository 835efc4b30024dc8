/* injection_test - the n-th allocation, file operation, process or timer of a rehearsal fails */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/num.h"
#include "base/test.h"
#include "doc/json.h"
#include "doc/make.h"
#include "platform/platform.h"
#include "rehearse/rehearsal.h"
#include "rehearse/report.h"
#include "rehearse/scenario.h"
#include "source/git_fixture.h"
#include "world/real.h"

enum { FAULTS_MAX = 400, SETTLE_MS = 60000, TIMERS_MAX = 1000 };

/* A cluster of Flux with one Deployment, and a change of it in the working tree. */
static const char setup[] = GIT_FIXTURE_INIT
	"mkdir -p clusters/test app; cat >clusters/test/app.yaml <<E\n"
	"apiVersion: kustomize.toolkit.fluxcd.io/v1\n"
	"kind: Kustomization\n"
	"metadata: {name: app, namespace: flux-system}\n"
	"spec: {interval: 10m, path: ./app, prune: true, "
	"sourceRef: {kind: GitRepository, name: flux-system}}\n"
	"E\n"
	"cat >app/web.yaml <<E\n"
	"apiVersion: apps/v1\n"
	"kind: Deployment\n"
	"metadata: {name: web, namespace: default}\n"
	"spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, "
	"spec: {containers: [{name: web, image: \"web:1\"}]}}}\n"
	"E\n"
	"git add -A; git commit -qm one; sed -i s/web:1/web:2/ app/web.yaml";

struct fixture {
	struct arena *arena;
	struct world *world;
	struct str path;
};

static struct fixture begin(void)
{
	struct fixture f = { .world = real_new(1), .arena = arena_new("injection_test") };

	f.path = git_fixture_new(f.world, f.arena, setup);
	return f;
}

static void end(struct fixture *f)
{
	git_fixture_remove(f->world, f->path);
	world_free(f->world);
	arena_free(f->arena);
}

/* The report of the rehearsal, or absent and err. */
static struct str rehearse(struct fixture *f, struct arena *arena, struct error *err)
{
	struct scenario scenario;
	const struct rehearsal_results *results;
	struct rehearsal_options options = { .world = f->world,
					     .arena = arena,
					     .set = docset_new(arena),
					     .path = f->path,
					     .scenario = &scenario,
					     .seed = 1 };
	struct buf out;

	scenario_init(&scenario);
	buf_init(&out, arena);
	struct rehearsal *r = rehearsal_new(&options);
	int result = rehearsal_run(r, &results, err);
	if (result == 0)
		json_write(&out, report_document(results, arena), JSON_INDENT);
	rehearsal_free(r);
	return result == 0 ? buf_str(&out) : STR_NONE;
}

static bool same_or_said(struct fixture *f, struct str want, const char *why, bool *ret_failed)
{
	SCRATCH(arena);
	struct error err = {};
	struct str got = rehearse(f, arena, &err);

	*ret_failed = !got.ptr;
	if (got.ptr)
		return CHECK_STR(got, want);
	return CHECK(strstr(err.text, why) != NULL) && CHECK_INT(err.code, ERROR_OUTSIDE);
}

static void check_world(enum world_fault fault, const char *why, uint32_t failures_min)
{
	struct fixture f = begin();
	struct error err = {};
	struct str want = rehearse(&f, f.arena, &err);
	uint32_t failures = 0, quiet = 0;

	CHECK(want.len > 100);
	for (uint64_t n = 1; n <= FAULTS_MAX && quiet < 20; n++) {
		bool failed;
		world_fail_after(f.world, fault, n);
		bool holds = same_or_said(&f, want, why, &failed);
		world_fail_after(f.world, fault, 0);
		if (!holds) {
			printf("# at fault %d\n", (int)n);
			break;
		}
		failures += failed;
		quiet = failed ? 0 : quiet + 1;
	}
	printf("# %u failures\n", failures);
	CHECK(failures >= failures_min);
	end(&f);
}

static void files(void)
{
	check_world(WORLD_FAULT_FILE, "fault injected", 3);
}

static void processes(void)
{
	check_world(WORLD_FAULT_PROCESS, "fault injected", 3);
}

/* The other end of strikes(). */
static void run_refused(struct fixture *f, struct str n)
{
	SCRATCH(arena);
	struct error err;
	uint64_t count = 0;

	num_uint64(n, 10, &count);
	arena_fail_after(count, NULL);
	bool done = rehearse(f, arena, &err).ptr != NULL;
	arena_fail_after(0, NULL);
	exit(done ? 0 : 1);
}

/* In a process of its own, which is this program once more. True while the fault struck. */
static bool strikes(struct fixture *f, uint64_t n)
{
	const struct str argv[] = { STR("/proc/self/exe"), STR("memory") };
	const struct str env[] = { str_printf(f->arena, "INJECTION=%llu", (unsigned long long)n) };
	struct process_request request = {
		.argv = argv, .argc = 2, .directory = f->path, .env = env, .env_count = 1
	};
	struct process_result result = {};
	struct error err;

	CHECK_INT(process_run(f->world, f->arena, &request, &result, &err), 0);
	if (result.status == 0 && !result.err.len)
		return false;
	CHECK_INT(result.status, ERROR_OUTSIDE);
	CHECK(str_starts(result.err, STR("forge: out of memory: ")));
	return true;
}

/* One message and status 3, wherever memory runs out. */
static void allocations(void)
{
	struct fixture here = { .world = real_new(1),
				.arena = arena_new("injection_test"),
				.path = STR(".") };
	struct str n = world_env(here.world, "INJECTION");

	if (n.ptr)
		run_refused(&here, n);
	world_free(here.world);
	arena_free(here.arena);
	struct fixture f = begin();
	uint32_t struck = 0;
	for (uint64_t k = 1; struck < FAULTS_MAX && strikes(&f, k); k += 1 + k / 2)
		struck++;
	printf("# %u places\n", struck);
	CHECK(struck > 15);
	end(&f);
}

/* What a person would look at: all Deployments and Pods without times. */
static struct str state(struct platform *p, struct arena *arena)
{
	const struct cache *cache = embedded_cache(p->embedded);
	struct key key = { STR("default"), STR("web") };
	const struct object *web = cache_get(cache, KIND_DEPLOYMENT, key);
	struct objects pods = cache_list(cache, arena, KIND_POD, STR("default"));
	uint32_t ready = 0;

	for (uint32_t i = 0; i < pods.count; i++)
		ready += pods.items[i]->facts.ready;
	return str_printf(arena, "%d of 3 ready, %d said to be, %d updated, %d pods", (int)ready,
			  (int)node_int_at(web->root, "status.readyReplicas", 0),
			  (int)node_int_at(web->root, "status.updatedReplicas", 0),
			  (int)pods.count);
}

static struct str play(struct arena *arena, uint64_t n)
{
	static const char *const images[] = { "web:1", "web:2" };
	struct platform *p = platform_new(&(struct platform_parts){ .seed = 1, .node_count = 3 });
	struct str result = STR_NONE;
	struct error err;

	world_fail_after(p->world, WORLD_FAULT_TIMER, n);
	for (size_t i = 0; TEST_ROW(images, i, images[i]); i++) {
		struct api_answer answer;
		const struct node *web = node_make(
			arena,
			"{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: "
			"default}, spec: {replicas: 3, selector: {matchLabels: {app: web}}, "
			"template: {metadata: {labels: {app: web}}, spec: {containers: [{name: "
			"app, image: %c}]}}}}",
			images[i]);
		platform_apply(p, web, STR("flux"), arena, &answer);
		CHECK(api_ok(&answer));
		result = platform_settle(p, SETTLE_MS, &err) < 0
				 ? str_copy(arena, str_from_cstr(err.text))
				 : state(p, arena);
	}
	platform_free(p);
	return result;
}

/* A timer that never runs is a turn of some controller that never comes; the next event makes up
 * for many. What is left is at rest, and the same each time. */
static void timers(void)
{
	SCRATCH(arena);
	struct str want = play(arena, 0);
	uint32_t healed = 0, tried = 0;

	CHECK_TEXT(want, "3 of 3 ready, 3 said to be, 3 updated, 3 pods");
	for (uint64_t n = 1; n < TIMERS_MAX; n += 1 + n / 8, tried++) {
		struct str got = play(arena, n);
		CHECK_STR(got, play(arena, n));
		healed += str_equal(got, want);
	}
	printf("# %u of %u made up for\n", healed, tried);
	CHECK(healed > tried / 2);
}

TESTS({ "files: an error that says why, or the same report", files },
      { "processes: the same", processes }, { "memory: one message and status 3", allocations },
      { "timers: a run with a lost timer is repeatable, and most recover", timers })
