/* platform - puts together one world, an api, reconcilers, nodes and a mesh */
#include "platform/platform.h"

#include "base/arena.h"
#include "cluster/controllers.h"
#include "doc/make.h"
#include "kube/schema/schemas.h"
#include "metrics/series.h"

enum { START_MS = 1000 };

/* Events are no changes: a reconciler that retries for ever emits them for ever. Statuses that
 * Kustomizations write at every interval and those of autoscalers are none, either: a rescale is a
 * change of the target. */
static bool is_repetition(const struct object *before, const struct object *after)
{
	static const struct trusted_path applied = TRUSTED_PATH_INIT("status.lastAppliedRevision");
	kind_id kind = (after ? after : before)->kind->id;

	if (kind == KIND_EVENT)
		return true;
	if (!before || !after || before->facts.generation != after->facts.generation)
		return false;
	if (kind == KIND_HORIZONTALPODAUTOSCALER)
		return true;
	return kind == KIND_KUSTOMIZATION &&
	       str_equal(node_find_str(before->root, applied), node_find_str(after->root, applied));
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

/* The embedded cluster */

static void create(struct platform *p, const struct node *object)
{
	SCRATCH(scratch);
	struct api_request request = {
		.verb = API_CREATE, .body = object, .arena = scratch, .manager = STR("forge")
	};

	api_call(p->api, &request, ignore_answer, NULL);
}

static void make_nodes(struct platform *p, const struct platform_parts *parts)
{
	int zone_count = parts->zone_count ? parts->zone_count : 3;

	for (int i = 1; i <= parts->node_count; i++) {
		SCRATCH(scratch);
		const struct node *node =
			cluster_node(scratch, i, i % zone_count + 1, &parts->node_size);
		if (parts->played)
			node = node_set(scratch, node, "metadata.annotations[forge.dev/kubelet]",
					node_cstr(scratch, "played"));
		create(p, node);
	}
}

static void make_first_objects(struct platform *p, const struct platform_parts *parts)
{
	struct nodes first = cluster_bootstrap(p->arena);

	for (uint32_t i = 0; i < first.count; i++)
		create(p, first.items[i]);
	make_nodes(p, parts);
}

/* Answers */

/* As a cluster without metrics-server. */
static void refuse_pod_metrics(void *context, struct str reconciler, struct key key,
			       const struct plan_request *request, struct request_ticket *ticket)
{
	struct answer absent = { .code = 404,
				 .text = STR("the server could not find the requested resource "
					     "(get pods.metrics.k8s.io)") };

	(void)context;
	(void)reconciler;
	(void)key;
	(void)request;
	runner_answer(ticket, &absent);
}

/* The first handler of a kind answers. */
static void add_handlers(struct platform *p, const struct platform_parts *parts)
{
	for (const struct platform_handler *h = parts->handlers; h && h->kind; h++)
		runner_handle(p->runner, str_from_cstr(h->kind), h->handle, h->context);
	runner_handle(p->runner, STR("podMetrics"), refuse_pod_metrics, NULL);
	if (parts->mesh)
		runner_handle(p->runner, STR("query"), queries_handle, &p->queries);
}

/* Composition */

static struct world *world_of(struct platform *p, const struct platform_parts *parts)
{
	if (parts->world)
		return parts->world;
	if (parts->api)
		return parts->api->world;
	p->owns_world = true;
	return simulated_new(
		&(struct simulated_options){ .seed = parts->seed, .files = parts->files });
}

static struct api *api_of(struct platform *p, const struct platform_parts *parts)
{
	if (parts->api)
		return parts->api;
	p->embedded = embedded_new(p->world, schemas_new(p->arena), p->arena);
	return embedded_api(p->embedded);
}

static void add_reconcilers(struct platform *p, const struct reconciler *const *list)
{
	for (; *list; list++)
		runner_add(p->runner, *list);
}

static void add_controllers(struct platform *p, const struct platform_parts *parts)
{
	if (p->embedded)
		add_reconcilers(p, cluster_reconcilers);
	for (const struct reconciler *const *const *l = parts->controllers; l && *l; l++)
		add_reconcilers(p, *l);
}

/* The cluster runs for a while before its first user. */
static void let_start(struct platform *p)
{
	struct error err;

	if (world_run_for(p->world, START_MS, &err) < 0)
		BUG("a fresh cluster does not start: %s", err.text);
}

static void start_mesh(struct platform *p, const struct platform_parts *parts)
{
	p->metrics = metrics_new(p->arena, parts->metrics_retention_ms);
	query_embedded_init(&p->query, p->metrics, p->world);
	p->queries = (struct queries){ .api = &p->query.api };
	p->mesh = mesh_start(&(struct mesh_options){ .world = p->world,
						     .api = p->api,
						     .cache = runner_cache(p->runner),
						     .metrics = p->metrics,
						     .seed = parts->seed,
						     .behaviour = parts->behaviour,
						     .context = parts->behaviour_context },
			     p->arena);
}

struct platform *platform_new(const struct platform_parts *parts)
{
	heap_in_huge_pages();
	struct arena *arena = arena_new("platform");
	struct platform *p = arena_one(arena, struct platform);

	p->arena = arena;
	p->world = world_of(p, parts);
	p->api = api_of(p, parts);
	assert(p->api->world == p->world);
	p->schemas = p->api->schemas;
	p->runner = runner_new(p->world, p->api, parts->seed, arena);
	add_controllers(p, parts);
	add_handlers(p, parts);
	runner_start(p->runner);
	if (p->embedded)
		make_first_objects(p, parts);
	api_watch(p->api, &(struct api_watch_request){}, note_change, p);
	if (p->owns_world)
		let_start(p);
	if (parts->mesh)
		start_mesh(p, parts);
	return p;
}

void platform_free(struct platform *p)
{
	struct world *made = p->owns_world ? p->world : NULL;

	arena_free(p->arena);
	world_free(made);
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

int64_t platform_changed_ms(const struct platform *p)
{
	return p->changed_ms;
}

int platform_settle(struct platform *p, int64_t quiet_ms, struct error *err)
{
	int64_t start_ms = world_now_ms(p->world);

	for (;;) {
		int64_t now_ms = world_now_ms(p->world);
		int64_t left_ms = MAX(p->changed_ms, start_ms) + quiet_ms - now_ms;
		if (left_ms <= 0)
			return 0;
		if (now_ms - start_ms > PLATFORM_SETTLE_LIMIT_MS)
			return error_set(err, ERROR_DEADLINE, ERROR_NO_POSITION,
					 "the cluster does not settle: something still changes "
					 "after two hours");
		if (world_run_for(p->world, left_ms, err) < 0)
			return -1;
		if (too_many_pods(p))
			return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
					 "more than %d pods; the cluster plays no more",
					 PLATFORM_PODS_MAX);
	}
}
