/* mesh - service mesh traffic: from clients through Istio routing to ready pods */
#include "mesh/mesh.h"

#include "base/arena.h"
#include "mesh/inside.h"
#include "world/world.h"

static bool has_traffic(const struct mesh *mesh)
{
	for (uint32_t i = 0; i < mesh->sources.count; i++)
		if (mesh->sources.items[i]->traffic.milli_rps)
			return true;
	return false;
}

static bool has_live_stream(const struct mesh *mesh)
{
	for (uint32_t i = 0; i < mesh->streams.count; i++) {
		const struct stream *stream = mesh->streams.entries[i].value;
		if (stream->live)
			return true;
	}
	return false;
}

static void tick(void *data);

/* Every second while there is traffic; then every scrape until the last series has ended. */
static void schedule(struct mesh *mesh)
{
	int64_t now_ms = world_now_ms(mesh->options.world);

	if (mesh->ticking)
		return;
	if (has_traffic(mesh))
		world_timer(mesh->options.world, MESH_TICK_MS, tick, mesh);
	else if (has_live_stream(mesh))
		world_timer(mesh->options.world, MAX(mesh->next_scrape_ms - now_ms, 1), tick, mesh);
	else
		return;
	mesh->ticking = true;
}

static void scrape_when_due(struct mesh *mesh, int64_t now_ms)
{
	if (now_ms < mesh->next_scrape_ms)
		return;
	mesh_scrape(mesh, now_ms);
	mesh->next_scrape_ms += MESH_SCRAPE_MS;
	if (mesh->next_scrape_ms <= now_ms)
		mesh->next_scrape_ms = now_ms + MESH_SCRAPE_MS;
}

static void tick(void *data)
{
	struct mesh *mesh = data;

	mesh->ticking = false;
	if (mesh->dirty) {
		mesh->dirty = false;
		mesh_check_workloads(mesh);
		mesh_resolve(mesh);
	}
	for (uint32_t i = 0; i < mesh->sources.count; i++)
		mesh_send(mesh, mesh->sources.items[i]);
	scrape_when_due(mesh, world_now_ms(mesh->options.world));
	schedule(mesh);
}

/* What routes are made of. Pods come with their EndpointSlices; only when they go they count. */
static bool changes_routes(const struct api_watch_event *event, kind_id kind)
{
	static const kind_id kinds[] = {
		KIND_VIRTUALSERVICE, KIND_DESTINATIONRULE,     KIND_SERVICE,
		KIND_ENDPOINTSLICE,  KIND_ISTIO_GATEWAY,       KIND_SERVICEENTRY,
		KIND_INGRESS,	     KIND_NETWORKPOLICY,       KIND_SECRET,
		KIND_NAMESPACE,	     KIND_AUTHORIZATIONPOLICY, KIND_PEERAUTHENTICATION,
	};

	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++)
		if (kinds[i] == kind)
			return true;
	return kind == KIND_POD && !event->after;
}

static bool may_be_assumed(kind_id kind)
{
	return kind == KIND_ISTIO_GATEWAY || kind == KIND_SECRET || kind == KIND_SERVICE;
}

static void on_event(void *context, const struct api_watch_event *event)
{
	struct mesh *mesh = context;
	const struct object *object = event->after ? event->after : event->before;

	mesh->dirty |= changes_routes(event, object->kind->id);
	if (event->type == API_ADDED && may_be_assumed(object->kind->id))
		mesh_note_seen(mesh, object);
}

static void free_mesh(void *data)
{
	struct mesh *mesh = data;

	arena_free(mesh->resolved);
}

struct mesh *mesh_start(const struct mesh_options *options, struct arena *arena)
{
	struct mesh *mesh = arena_one(arena, struct mesh);
	struct random r = random_stream(options->seed, STR("mesh"), STR("scrape offset"));

	mesh->options = *options;
	mesh->arena = arena;
	mesh->resolved = arena_new("mesh routing");
	arena_cleanup(arena, free_mesh, mesh);
	map_init(&mesh->workloads, arena);
	map_init(&mesh->streams, arena);
	map_init(&mesh->seen, arena);
	map_init(&mesh->assumed, arena);
	map_init(&mesh->injected, arena);
	mesh->dirty = true;
	mesh->next_scrape_ms = world_now_ms(options->world) +
			       random_range(&r, 1, MESH_SCRAPE_MS / MESH_TICK_MS) * MESH_TICK_MS;
	api_watch(options->api, &(struct api_watch_request){}, on_event, mesh);
	return mesh;
}

static struct host_points *points_of(struct mesh *mesh, struct str host)
{
	for (uint32_t i = 0; i < mesh->hosts.count; i++)
		if (str_equal(mesh->hosts.items[i]->host, host))
			return mesh->hosts.items[i];
	struct host_points *points = arena_one(mesh->arena, struct host_points);
	points->host = str_copy(mesh->arena, host);
	VEC_PUSH(mesh->arena, &mesh->hosts, points);
	return points;
}

static struct mesh_traffic copy_traffic(struct arena *arena, const struct mesh_traffic *from)
{
	struct mesh_traffic copy = *from;
	struct mesh_header *headers = arena_array(arena, struct mesh_header, from->header_count);

	for (uint32_t i = 0; i < from->header_count; i++)
		headers[i] = (struct mesh_header){ str_copy(arena, from->headers[i].name),
						   str_copy(arena, from->headers[i].value) };
	copy.headers = headers;
	copy.host = str_copy(arena, from->host);
	copy.gateway = str_copy(arena, from->gateway);
	copy.method = from->method.len ? str_copy(arena, from->method) : STR("GET");
	copy.path = from->path.len ? str_copy(arena, from->path) : STR("/");
	copy.source_workload = str_copy(arena, from->source_workload);
	copy.source_namespace = str_copy(arena, from->source_namespace);
	return copy;
}

int32_t mesh_add_traffic(struct mesh *mesh, const struct mesh_traffic *traffic)
{
	struct source *source = arena_one(mesh->arena, struct source);
	uint32_t number = mesh->sources.count;

	if (number >= MESH_TRAFFICS_MAX)
		return -1;
	source->traffic = copy_traffic(mesh->arena, traffic);
	source->id = str_printf(mesh->arena, "%u", number);
	source->random = random_stream(mesh->options.seed, source->traffic.host, source->id);
	source->points = points_of(mesh, traffic->host);
	VEC_PUSH(mesh->arena, &mesh->sources, source);
	mesh_set_rate(mesh, (int32_t)number, traffic->milli_rps);
	mesh->dirty = true;
	return (int32_t)number;
}

void mesh_set_rate(struct mesh *mesh, int32_t traffic, uint32_t milli_rps)
{
	assert(traffic >= 0 && (uint32_t)traffic < mesh->sources.count);
	mesh->sources.items[traffic]->traffic.milli_rps =
		MIN(milli_rps, (uint32_t)MESH_MILLI_RPS_MAX);
	schedule(mesh);
}

void mesh_refresh(struct mesh *mesh)
{
	mesh->dirty = true;
}

static const struct workload *workload_named(const struct mesh *mesh, struct str namespace,
					     struct str name)
{
	SCRATCH(scratch);
	struct str id = str_printf(scratch, "%.*s/%.*s", STR_FMT(namespace), STR_FMT(name));

	return map_get(&mesh->workloads, id);
}

uint64_t mesh_cpu_us(const struct mesh *mesh, struct str namespace, struct str name)
{
	const struct workload *workload = workload_named(mesh, namespace, name);

	return workload ? workload->cpu_us : 0;
}

int64_t mesh_last_request_ms(const struct mesh *mesh, struct str namespace, struct str name)
{
	const struct workload *workload = workload_named(mesh, namespace, name);

	return workload && workload->requested_ms ? workload->requested_ms : -1;
}

const struct mesh_host *mesh_statistics(const struct mesh *mesh, struct arena *arena,
					uint32_t *ret_count)
{
	struct mesh_host *hosts = arena_array(arena, struct mesh_host, mesh->hosts.count);

	for (uint32_t i = 0; i < mesh->hosts.count; i++) {
		const struct host_points *p = mesh->hosts.items[i];
		hosts[i] = (struct mesh_host){
			.host = p->host,
			.points = arena_copy(arena, p->points.items,
					     p->points.count * sizeof(*p->points.items)),
			.point_count = p->points.count,
			.requests = p->requests,
			.failures = p->failures,
			.unresolved = p->unresolved,
			.causes = arena_copy(arena, p->causes.items,
					     p->causes.count * sizeof(*p->causes.items)),
			.cause_count = p->causes.count,
		};
	}
	*ret_count = mesh->hosts.count;
	return hosts;
}
