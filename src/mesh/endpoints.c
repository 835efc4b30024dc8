/* endpoints - from Services to their ready pods, grouped by behaviour and telemetry labels */
#include "base/arena.h"
#include "kube/labels.h"
#include "mesh/inside.h"

enum { DEFAULT_P50_US = 20000, DEFAULT_P99_US = 80000 };

/* Workloads */

static struct str owner_name(const struct cache *cache, const struct object *pod)
{
	const struct node *reference = object_controller(pod->root);
	const struct object *owner;

	if (!reference)
		return pod->key.name;
	owner = cache_get_uid(cache, node_str_at(reference, "uid"));
	const struct node *above = owner ? object_controller(owner->root) : NULL;
	return above ? node_str_at(above, "name") : node_str_at(reference, "name");
}

static struct str workload_id(const struct mesh *mesh, struct arena *arena,
			      const struct object *pod)
{
	return str_printf(arena, "%.*s/%.*s", STR_FMT(pod->key.namespace),
			  STR_FMT(owner_name(mesh->options.cache, pod)));
}

static struct workload *workload_of(struct mesh *mesh, const struct object *pod)
{
	SCRATCH(scratch);
	struct str id = workload_id(mesh, scratch, pod);
	struct workload *workload = map_get(&mesh->workloads, id);

	if (workload)
		return workload;
	workload = arena_one(mesh->arena, struct workload);
	workload->id = str_copy(mesh->arena, id);
	workload->namespace = str_sub(workload->id, 0, pod->key.namespace.len);
	workload->alive = true;
	map_put(&mesh->workloads, workload->id, workload);
	return workload;
}

static bool is_running(const struct object *pod)
{
	return pod->facts.ip.len && pod->facts.phase == PHASE_RUNNING;
}

/* Pods of one ReplicaSet have one workload, and stand together in a list. */
static bool same_owner(const struct object *a, const struct object *b)
{
	return a && a->facts.owner_uid.len && str_equal(a->facts.owner_uid, b->facts.owner_uid);
}

static void mark_alive(struct mesh *mesh, struct str namespace)
{
	SCRATCH(scratch);
	struct objects pods = cache_list(mesh->options.cache, scratch, KIND_POD, namespace);
	const struct object *marked = NULL;

	for (uint32_t i = 0; i < pods.count; i++) {
		const struct object *pod = pods.items[i];
		if (!is_running(pod) || same_owner(marked, pod))
			continue;
		struct workload *w = map_get(&mesh->workloads, workload_id(mesh, scratch, pod));
		if (w)
			w->alive = true;
		marked = pod;
	}
}

void mesh_check_workloads(struct mesh *mesh)
{
	SCRATCH(scratch);
	struct map namespaces;

	map_init(&namespaces, scratch);
	for (uint32_t i = 0; i < mesh->workloads.count; i++) {
		struct workload *w = mesh->workloads.entries[i].value;
		w->alive = false;
		map_put(&namespaces, w->namespace, w);
	}
	for (uint32_t i = 0; i < namespaces.count; i++)
		mark_alive(mesh, namespaces.entries[i].key);
}

/* Targets */

static struct str label_or(const struct object *pod, struct str first, struct str second,
			   struct str fallback)
{
	struct str value = object_label(pod->root, first);

	if (!value.len)
		value = object_label(pod->root, second);
	return value.len ? value : fallback;
}

static struct mesh_behaviour behaviour_of(const struct mesh *mesh, const struct object *pod)
{
	struct mesh_behaviour b = {};

	if (mesh->options.behaviour)
		b = mesh->options.behaviour(mesh->options.context, pod);
	b.latency_p50_us = b.latency_p50_us ? b.latency_p50_us : DEFAULT_P50_US;
	b.latency_p99_us = b.latency_p99_us ? b.latency_p99_us : DEFAULT_P99_US;
	return b;
}

static struct target target_of(struct mesh *mesh, const struct object *pod)
{
	struct workload *workload = workload_of(mesh, pod);
	struct str name = str_from(workload->id, workload->namespace.len + 1);
	struct str account = node_str_at(pod->root, "spec.serviceAccountName");
	struct str app = object_label(pod->root, STR("app"));

	return (struct target){
		.workload = workload,
		.name = name,
		.app = app,
		.version = object_label(pod->root, STR("version")),
		.canonical_service = label_or(pod, STR("service.istio.io/canonical-name"),
					      STR("app.kubernetes.io/name"), app.len ? app : name),
		.canonical_revision = label_or(pod, STR("app.kubernetes.io/version"),
					       STR("version"), STR("latest")),
		.account = account.len ? account : STR("default"),
		.behaviour = behaviour_of(mesh, pod),
		.pods = 1,
	};
}

/* Besides the one that tells revisions apart. */
static bool has_labels_of(const struct object *a, const struct object *b)
{
	const struct node *labels = b->facts.labels;

	for (uint32_t i = 0; i < node_entry_count(labels); i++) {
		const struct entry *e = node_entry(labels, i);
		bool is_hash = str_ends(node_text(e->key), STR("-hash"));
		if (!is_hash && !node_equal(node_get(a->facts.labels, node_text(e->key)), e->value))
			return false;
	}
	return true;
}

/* Whether policies and ports are the same for both: labels, and what the containers declare. */
static bool same_face(const struct object *a, const struct object *b)
{
	const struct node *x = node_at(a->root, "spec.containers");
	const struct node *y = node_at(b->root, "spec.containers");
	bool same = node_item_count(x) == node_item_count(y);

	for (uint32_t i = 0; same && i < node_item_count(x); i++)
		same = node_equal(node_get(node_item(x, i), STR("ports")),
				  node_get(node_item(y, i), STR("ports")));
	return same && has_labels_of(a, b) && has_labels_of(b, a);
}

static bool same_target(const struct target *a, const struct target *b)
{
	return a->workload == b->workload && str_equal(a->app, b->app) &&
	       str_equal(a->version, b->version) &&
	       str_equal(a->canonical_service, b->canonical_service) &&
	       str_equal(a->canonical_revision, b->canonical_revision) &&
	       str_equal(a->account, b->account) &&
	       a->behaviour.error_ppm == b->behaviour.error_ppm &&
	       a->behaviour.latency_p50_us == b->behaviour.latency_p50_us &&
	       a->behaviour.latency_p99_us == b->behaviour.latency_p99_us &&
	       a->behaviour.cpu_us == b->behaviour.cpu_us;
}

/* Texts of the pod may go before the next resolve does. */
static void keep_texts(struct arena *arena, struct target *t)
{
	struct str *texts[] = { &t->app, &t->version, &t->canonical_service, &t->canonical_revision,
				&t->account };

	for (size_t i = 0; i < ARRAY_COUNT(texts); i++)
		*texts[i] = str_copy(arena, *texts[i]);
}

/* Pods of one ReplicaSet behave alike: only the first one is looked at. */
static struct target *target_of_owner(struct cluster *cluster, const struct object *pod)
{
	for (uint32_t i = 0; i < cluster->targets.count; i++)
		if (same_owner(cluster->targets.items[i].pod, pod))
			return &cluster->targets.items[i];
	return NULL;
}

static struct target *target_like(struct cluster *cluster, const struct target *target)
{
	for (uint32_t i = 0; i < cluster->targets.count; i++)
		if (same_target(&cluster->targets.items[i], target) &&
		    same_face(cluster->targets.items[i].pod, target->pod))
			return &cluster->targets.items[i];
	return NULL;
}

static void add_pod(struct mesh *mesh, struct cluster *cluster, const struct object *pod)
{
	struct target *known = target_of_owner(cluster, pod);
	struct target target;

	cluster->endpoints++;
	if (!known) {
		target = target_of(mesh, pod);
		target.pod = pod;
		known = target_like(cluster, &target);
	}
	if (known) {
		known->pods++;
		return;
	}
	keep_texts(mesh->resolved, &target);
	target.latency =
		mesh_latency_of(target.behaviour.latency_p50_us, target.behaviour.latency_p99_us);
	target.error_chance = mesh_chance_of_ppm(target.behaviour.error_ppm);
	VEC_PUSH(mesh->resolved, &cluster->targets, target);
}

static void add_slice(struct mesh *mesh, struct cluster *cluster, const struct object *slice,
		      const struct node *labels)
{
	const struct node *endpoints = node_get(slice->root, STR("endpoints"));

	for (uint32_t i = 0; i < node_item_count(endpoints); i++) {
		const struct node *e = node_item(endpoints, i);
		struct key key = { slice->key.namespace, node_str_at(e, "targetRef.name") };
		const struct object *pod = cache_get(mesh->options.cache, KIND_POD, key);
		if (!pod || !node_bool_at(e, "conditions.ready", true))
			continue;
		if (!labels || labels_match_map(labels, pod->facts.labels))
			add_pod(mesh, cluster, pod);
	}
}

static void fill(struct mesh *mesh, struct cluster *cluster, const struct node *labels)
{
	SCRATCH(scratch);
	struct objects slices = cache_list(mesh->options.cache, scratch, KIND_ENDPOINTSLICE,
					   cluster->service.namespace);

	for (uint32_t i = 0; i < slices.count; i++)
		if (str_equal(
			    object_label(slices.items[i]->root, STR("kubernetes.io/service-name")),
			    cluster->service.name))
			add_slice(mesh, cluster, slices.items[i], labels);
}

const struct cluster *mesh_cluster(struct mesh *mesh, struct key service, struct str subset,
				   const struct node *labels)
{
	struct arena *arena = mesh->resolved;
	struct str id = str_printf(arena, "%.*s/%.*s/%.*s", STR_FMT(service.namespace),
				   STR_FMT(service.name), STR_FMT(subset));
	struct cluster *cluster = map_get(&mesh->clusters, id);

	if (cluster)
		return cluster;
	cluster = arena_one(arena, struct cluster);
	cluster->service =
		(struct key){ str_copy(arena, service.namespace), str_copy(arena, service.name) };
	cluster->exists = service.name.len &&
			  cache_get(mesh->options.cache, KIND_SERVICE, service) &&
			  (!subset.len || labels);
	if (cluster->exists)
		fill(mesh, cluster, labels);
	map_put(&mesh->clusters, id, cluster);
	return cluster;
}
