/* platform - a whole cluster in one world: store, api, reconcilers, nodes */
#include "platform/platform.h"

#include "base/arena.h"
#include "cluster/controllers.h"
#include "doc/make.h"
#include "kube/schema/schemas.h"

enum { START_MS = 1000 };

/* Events tell of changes and are none: who tries for ever sends them for ever. Neither is what
 * Kustomizations write at every interval, nor what autoscalers see: a new size is one of their
 * targets. */
static bool is_repetition(const struct object *before, const struct object *after)
{
	static const char *const applied = "status.lastAppliedRevision";
	kind_id kind = (after ? after : before)->kind->id;

	if (kind == KIND_EVENT)
		return true;
	if (!before || !after || before->facts.generation != after->facts.generation)
		return false;
	if (kind == KIND_HORIZONTALPODAUTOSCALER)
		return true;
	return kind == KIND_KUSTOMIZATION &&
	       str_equal(node_str_at(before->root, applied), node_str_at(after->root, applied));
}

static bool too_many_pods(const struct platform *p)
{
	return cache_count(runner_cache(p->runner), KIND_POD) > PLATFORM_PODS_MAX;
}

static void note_change(void *context, const struct api_watch_event *event)
{
	struct platform *p = context;

	if (too_many_pods(p))
		world_stop(p->world);
	if (!is_repetition(event->before, event->after))
		p->changed_ms = world_now_ms(p->world);
}

static void ignore_answer(void *context, const struct api_answer *answer)
{
	(void)context;
	if (!api_ok(answer))
		BUG("the cluster refuses an object of its own: %.*s", STR_FMT(answer->message));
}

static void create(struct platform *p, const struct node *object)
{
	SCRATCH(scratch);
	struct api_request request = {
		.verb = API_CREATE, .body = object, .arena = scratch, .manager = STR("forge")
	};

	api_call(p->api, &request, ignore_answer, NULL);
}

static void make_nodes(struct platform *p, const struct platform_options *options)
{
	int zone_count = options->zone_count ? options->zone_count : 3;

	for (int i = 1; i <= options->node_count; i++) {
		SCRATCH(scratch);
		const struct node *node =
			cluster_node(scratch, i, i % zone_count + 1, &options->node_size);
		if (options->played)
			node = node_set(scratch, node, "metadata.annotations[forge.dev/kubelet]",
					node_cstr(scratch, "played"));
		create(p, node);
	}
}

static void handle_pod_metrics(void *context, struct str reconciler, struct key key,
			       const struct plan_request *request, struct request_ticket *ticket)
{
	struct platform *p = context;
	struct answer absent = { .code = 404,
				 .text = STR("the server could not find the requested resource "
					     "(get pods.metrics.k8s.io)") };

	if (p->pod_metrics)
		p->pod_metrics(p->pod_metrics_context, reconciler, key, request, ticket);
	else
		runner_answer(ticket, &absent);
}

struct platform *platform_new(const struct platform_options *options)
{
	heap_in_huge_pages();
	struct arena *arena = arena_new("platform");
	struct platform *p = arena_one(arena, struct platform);

	p->arena = arena;
	p->world = simulated_new(
		&(struct simulated_options){ .seed = options->seed, .files = options->files });
	p->schemas = schemas_new(arena);
	p->embedded = embedded_new(p->world, p->schemas, arena);
	p->api = embedded_api(p->embedded);
	p->runner = runner_new(p->world, p->api, options->seed, arena);
	for (const struct reconciler *const *r = cluster_reconcilers; *r; r++)
		runner_add(p->runner, *r);
	runner_handle(p->runner, STR("podMetrics"), handle_pod_metrics, p);
	runner_start(p->runner);
	struct nodes first = cluster_bootstrap(arena);
	for (uint32_t i = 0; i < first.count; i++)
		create(p, first.items[i]);
	make_nodes(p, options);
	api_watch(p->api, &(struct api_watch_request){}, note_change, p);
	/* A cluster that somebody uses has been up for a while. */
	struct error err;
	if (world_run_for(p->world, START_MS, &err) < 0)
		BUG("a fresh cluster does not start: %s", err.text);
	return p;
}

void platform_free(struct platform *p)
{
	struct world *world = p->world;

	arena_free(p->arena);
	world_free(world);
}

static void keep_answer(void *context, const struct api_answer *answer)
{
	*(struct api_answer *)context = *answer;
}

void platform_apply(struct platform *p, const struct node *object, struct str manager,
		    struct arena *arena, struct api_answer *ret)
{
	struct api_request request = {
		.verb = API_APPLY, .body = object, .arena = arena, .manager = manager, .force = true
	};

	api_call(p->api, &request, keep_answer, ret);
}

int platform_settle(struct platform *p, int64_t quiet_ms, struct error *err)
{
	int64_t start_ms = world_now_ms(p->world);

	p->changed_ms = start_ms;
	for (;;) {
		int64_t left_ms = p->changed_ms + quiet_ms - world_now_ms(p->world);
		if (left_ms <= 0)
			return 0;
		if (world_now_ms(p->world) - start_ms > PLATFORM_SETTLE_LIMIT_MS)
			return error_set(err, ERROR_DEADLINE, ERROR_NO_POSITION,
					 "the cluster does not settle: something still changes "
					 "after two hours of virtual time");
		if (world_run_for(p->world, left_ms, err) < 0)
			return -1;
		if (too_many_pods(p))
			return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
					 "more than %d pods; the cluster plays no more",
					 PLATFORM_PODS_MAX);
	}
}
