/* daemonset_test - DaemonSets on a whole cluster: which nodes, how updates roll */
#include "base/arena.h"
#include "base/test.h"
#include "doc/make.h"
#include "platform/platform_fixture.h"

enum { NODES = 4, QUIET_MS = 30000 };

struct fixture {
	struct arena *arena;
	struct platform *platform;
	uint32_t least_ready; /* pods of `agent` that were ready together, at any time */
	uint32_t most_pods;
	struct error err;
};

static void count_pods(void *context, const struct api_watch_event *event)
{
	SCRATCH(scratch);
	struct fixture *f = context;
	uint32_t ready = 0;

	(void)event;
	struct objects pods =
		cache_list(runner_cache(f->platform->runner), scratch, KIND_POD, STR("default"));
	for (uint32_t i = 0; i < pods.count; i++)
		ready += pods.items[i]->facts.ready && !pods.items[i]->facts.deletion_s;
	f->least_ready = MIN(f->least_ready, ready);
	f->most_pods = MAX(f->most_pods, pods.count);
}

static void apply_agent(struct fixture *f, const char *image, const char *strategy)
{
	platform_fixture_apply(
		f->platform,
		node_make(
			f->arena,
			"{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: agent, namespace: "
			"default}, spec: {updateStrategy: %n, selector: {matchLabels: {app: "
			"agent}}, "
			"template: {metadata: {labels: {app: agent}}, spec: {containers: [{name: "
			"app, image: %c}]}}}}",
			node_make(f->arena, strategy), image));
	CHECK(platform_settle(f->platform, QUIET_MS, &f->err) == 0);
}

static void begin(struct fixture *f)
{
	*f = (struct fixture){ .arena = arena_new("daemonset_test"), .least_ready = UINT32_MAX };
	f->platform = platform_new(&(struct platform_parts){ .seed = 1, .node_count = NODES });
}

static void end(struct fixture *f)
{
	platform_free(f->platform);
	arena_free(f->arena);
}

static int64_t status(const struct fixture *f, struct trusted_path field)
{
	const struct object *o = cache_get(runner_cache(f->platform->runner), KIND_DAEMONSET,
					   (struct key){ STR("default"), STR("agent") });

	return node_find_int(node_get(o->root, STR("status")), field, 0);
}

static uint32_t pods_with(const struct fixture *f, const char *image)
{
	struct objects pods =
		cache_list(runner_cache(f->platform->runner), f->arena, KIND_POD, STR("default"));
	uint32_t count = 0;

	for (uint32_t i = 0; i < pods.count; i++)
		count += str_equal(node_str_at(pods.items[i]->root, "spec.containers[0].image"),
				   str_from_cstr(image));
	return count;
}

static void watch(struct fixture *f)
{
	api_watch(f->platform->api, &(struct api_watch_request){ .kind = KIND_POD }, count_pods, f);
	f->least_ready = NODES;
	f->most_pods = 0;
}

static void rolls_one_by_one(void)
{
	struct fixture f;

	begin(&f);
	apply_agent(&f, "agent:1", "{type: RollingUpdate}");
	CHECK_INT(pods_with(&f, "agent:1"), NODES);
	CHECK_INT(status(&f, TRUSTED_PATH("numberReady")), NODES);
	watch(&f);
	apply_agent(&f, "agent:2", "{type: RollingUpdate}");
	CHECK_INT(pods_with(&f, "agent:2"), NODES);
	CHECK_INT(status(&f, TRUSTED_PATH("updatedNumberScheduled")), NODES);
	CHECK_INT(f.least_ready, NODES - 1);
	end(&f);
}

static void surge_keeps_all_ready(void)
{
	struct fixture f;
	const char *strategy = "{type: RollingUpdate, rollingUpdate: {maxSurge: 1, maxUnavailable: "
			       "0}}";

	begin(&f);
	apply_agent(&f, "agent:1", strategy);
	watch(&f);
	apply_agent(&f, "agent:2", strategy);
	CHECK_INT(pods_with(&f, "agent:2"), NODES);
	CHECK_INT(pods_with(&f, "agent:1"), 0);
	CHECK_INT(f.least_ready, NODES);
	CHECK(f.most_pods > NODES);
	end(&f);
}

static void on_delete_waits(void)
{
	struct fixture f;

	begin(&f);
	apply_agent(&f, "agent:1", "{type: OnDelete}");
	apply_agent(&f, "agent:2", "{type: OnDelete}");
	CHECK_INT(pods_with(&f, "agent:1"), NODES);
	end(&f);
}

static void taints_keep_it_away(void)
{
	struct fixture f;

	begin(&f);
	apply_agent(&f, "agent:1", "{type: RollingUpdate}");
	platform_fixture_apply(
		f.platform,
		node_make(f.arena, "{apiVersion: v1, kind: Node, metadata: {name: node-2}, spec: "
				   "{taints: [{key: a, effect: NoExecute}]}}"));
	platform_fixture_apply(
		f.platform,
		node_make(f.arena, "{apiVersion: v1, kind: Node, metadata: {name: node-3}, spec: "
				   "{taints: [{key: a, effect: NoSchedule}]}}"));
	CHECK(platform_settle(f.platform, QUIET_MS, &f.err) == 0);
	CHECK_INT(status(&f, TRUSTED_PATH("desiredNumberScheduled")), NODES - 2);
	CHECK_INT(status(&f, TRUSTED_PATH("numberMisscheduled")), 1); /* may stay, would not come */
	CHECK_INT(pods_with(&f, "agent:1"), NODES - 1);
	end(&f);
}

TESTS({ "an update rolls node by node", rolls_one_by_one },
      { "with a surge all nodes stay ready", surge_keeps_all_ready },
      { "OnDelete leaves old pods alone", on_delete_waits },
      { "taints keep pods away", taints_keep_it_away })
