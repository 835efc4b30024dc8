/* sizing - the size of nodes, from the requests of the repository's pods */
#include "rehearse/sizing.h"

#include "base/arena.h"
#include "build/compose.h"
#include "doc/yaml.h"
#include "kube/quantity.h"
#include "kube/workload.h"
#include "rehearse/rehearsal_inside.h"
#include "world/files.h"

enum {
	CPU_LEAST_MILLI = 4000,
	CPU_MOST_MILLI = 192000,
	PODS_LEAST = 110,
	PODS_MOST = 500,
	REPLICAS_MOST = 100000,
};

#define GIB		  (1ll << 30)
#define MEMORY_LEAST	  (16 * GIB)
#define MEMORY_MOST	  (768 * GIB)
#define STORAGE_BYTES	  (100 * GIB)
#define POD_REQUESTS_MOST (1ll << 50) /* so that no sum overflows */

struct demand {
	int64_t cpu_milli, memory_bytes, pods;
};

static int64_t bounded(int64_t value, int64_t least, int64_t most)
{
	return MIN(MAX(value, least), most);
}

static struct demand pod_demand(const struct node *spec)
{
	const struct node *containers = node_get(spec, STR("containers"));
	struct demand d = { .pods = 1 };

	for (uint32_t i = 0; i < node_item_count(containers); i++) {
		const struct node *requests =
			node_at(node_item(containers, i), "resources.requests");
		d.cpu_milli += bounded(quantity_milli(node_get(requests, STR("cpu")), 0), 0,
				       POD_REQUESTS_MOST);
		d.memory_bytes += bounded(quantity_value(node_get(requests, STR("memory")), 0), 0,
					  POD_REQUESTS_MOST);
	}
	return d;
}

/* Adds the requests of a workload; *largest: the largest of one pod. */
static void add(struct demand *all, struct demand *largest, const struct node *object)
{
	const struct node *template = workload_pod_spec(object);
	int64_t replicas = bounded(workload_replicas(object), 0, (int64_t)REPLICAS_MOST);

	if (!template)
		return;
	struct demand pod = pod_demand(template);
	largest->cpu_milli = MAX(largest->cpu_milli, pod.cpu_milli);
	largest->memory_bytes = MAX(largest->memory_bytes, pod.memory_bytes);
	/* What no node can hold must not make the others large. */
	if (pod.cpu_milli > CPU_MOST_MILLI || pod.memory_bytes > MEMORY_MOST)
		return;
	all->cpu_milli += replicas * pod.cpu_milli;
	all->memory_bytes += replicas * pod.memory_bytes;
	all->pods += replicas;
}

/* What Kustomizations on artifacts that are made here apply is not composed: the workloads of all
 * files stand for it, rather too many than too few. */
static void add_all_files(struct rehearsal *r, const struct snapshot *files, struct demand *all,
			  struct demand *largest)
{

	for (uint32_t i = 0; i < files->files.count; i++) {
		const struct snapshot_file *f = files->files.items[i];
		struct documents documents;
		struct str text;
		struct error ignored;
		bool is_yaml = str_ends(f->path, STR(".yaml")) || str_ends(f->path, STR(".yml"));
		if (!is_yaml || f->is_link || snapshot_read(f, &text, &ignored) < 0 ||
		    yaml_read(r->set, f->path, text, DIALECT_GO_V3, &documents, &ignored) < 0)
			continue;
		for (uint32_t d = 0; d < documents.count; d++)
			add(all, largest, documents.items[d].root);
	}
}

static void add_revision(struct rehearsal *r, const struct revision *revision, struct demand *all,
			 struct demand *largest)
{
	struct files files = { .snapshot = &revision->files,
			       .root = r->repository.root,
			       .remotes = revision->remotes };
	struct compositions compositions = {};
	const struct compose_options options = { .keys = r->options->keys };
	struct error err;

	/* A build error is reported when the revision is shipped. */
	if (compose(&files, str_concat(r->arena, STR("/"), r->root), &options, r->set,
		    &compositions, &err) < 0)
		compositions.items.count = 0;
	bool makes_artifacts = false;
	for (uint32_t i = 0; i < compositions.items.count; i++) {
		const struct render *render = &compositions.items.items[i].render;
		for (uint32_t o = 0; o < render->count; o++) {
			add(all, largest, render->objects[o]);
			makes_artifacts |= str_equal(object_kind(render->objects[o]),
						     STR("ArtifactGenerator"));
		}
	}
	if (makes_artifacts)
		add_all_files(r, &revision->files, all, largest);
}

/* The first revision is what runs: a change does not enlarge its nodes. */
struct node_size sizing_nodes(struct rehearsal *r, int node_count)
{
	const struct scenario *s = r->options->scenario;
	struct demand all = {}, largest = {};

	for (uint32_t i = 0; i < r->revision_count && !all.pods; i++)
		add_revision(r, &r->revisions[i], &all, &largest);
	struct node_size size = {
		.cpu_milli = bounded(MAX(2 * all.cpu_milli / node_count, 2 * largest.cpu_milli),
				     CPU_LEAST_MILLI, CPU_MOST_MILLI),
		.memory_bytes =
			bounded(MAX(2 * all.memory_bytes / node_count, 2 * largest.memory_bytes),
				MEMORY_LEAST, MEMORY_MOST),
		.storage_bytes = STORAGE_BYTES,
		.pods = bounded(2 * all.pods / node_count, PODS_LEAST, PODS_MOST),
	};
	if (s->node_cpu_milli > 0)
		size.cpu_milli = s->node_cpu_milli;
	if (s->node_memory_bytes > 0)
		size.memory_bytes = s->node_memory_bytes;
	return size;
}
