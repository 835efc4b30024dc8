/* deployment_sets - the ReplicaSets of a Deployment: finding, making, sizing, cleaning up */
#include "base/arena.h"
#include "base/num.h"
#include "base/sort.h"
#include "base/vec.h"
#include "cluster/controllers/deployment.h"
#include "doc/make.h"
#include "kube/labels.h"
#include "kube/quantity.h"
#include "kube/template_hash.h"

enum { SET_NAME_MAX = 253 }; /* bytes: a DNS subdomain */

#define HASH_LABEL "pod-template-hash"
#define PREFIX	   "deployment.kubernetes.io/"
#define REVISION   PREFIX "revision"
#define HISTORY	   PREFIX "revision-history"
#define DESIRED	   PREFIX "desired-replicas"
#define MAXIMUM	   PREFIX "max-replicas"

static int64_t annotation_int(const struct node *object, struct str name, int64_t fallback)
{
	num_int64(object_annotation(object, name), &fallback);
	return fallback;
}

static const struct node *annotate_int(struct arena *arena, const struct node *object,
				       struct str name, int64_t value)
{
	return object_with_annotation(arena, object, name, num_format_int64(arena, value));
}

/* Reading */

static struct set set_of(const struct object *object)
{
	return (struct set){
		.object = object,
		.root = object->root,
		.name = object->key.name,
		.replicas = MAX(object->facts.replicas_wanted, 0),
		.had = MAX(object->facts.replicas_wanted, 0),
		.available = MAX(object->facts.replicas_available, 0),
		.pods = MAX(object->facts.replicas, 0),
		.ready = MAX(object->facts.replicas_ready, 0),
		.terminating = node_int_at(object->root, "status.terminatingReplicas", 0),
		.revision = annotation_int(object->root, STR(REVISION), 0),
	};
}

static int compare_age(const void *a, const void *b, void *context)
{
	const struct object *x = ((const struct set *)a)->object;
	const struct object *y = ((const struct set *)b)->object;

	(void)context;
	if (x->facts.created_s != y->facts.created_s)
		return x->facts.created_s < y->facts.created_s ? -1 : 1;
	return str_compare(x->key.name, y->key.name);
}

/* The Deployment adopts a matching ReplicaSet without a controller. */
static void adopt(struct rollout *r, const struct object *set)
{
	const struct node *ours = object_owner_reference(r->arena, r->root, /* controller= */ true);

	plan_update(r->plan, set, object_with_owner(r->arena, set->root, ours));
}

static void read_sets(struct rollout *r)
{
	struct objects all = view_list(r->view, KIND_REPLICASET, r->object->key.namespace);
	const struct node *selector = node_at(r->root, "spec.selector");
	VEC(struct set) sets = {};

	for (uint32_t i = 0; i < all.count; i++) {
		const struct object *o = all.items[i];
		if (str_equal(o->facts.owner_uid, r->object->uid))
			VEC_PUSH(r->arena, &sets, set_of(o));
		else if (!o->facts.owner_uid.len && !o->facts.deletion_s &&
			 !r->object->facts.deletion_s && labels_match(selector, o->facts.labels))
			adopt(r, o);
	}
	/* Room for the one that may be created: pointers into the array stay. */
	VEC_PUSH(r->arena, &sets, (struct set){});
	sort_stable(sets.items, sets.count - 1, sizeof(struct set), compare_age, NULL);
	r->sets = sets.items;
	r->set_count = sets.count - 1;
}

static void read_strategy(struct rollout *r)
{
	const struct node *spec = node_get(r->root, STR("spec"));
	const struct node *strategy = node_get(spec, STR("strategy"));
	const struct node *rolling = node_get(strategy, STR("rollingUpdate"));

	r->replicas = node_int_at(spec, "replicas", 1);
	r->paused = node_bool_at(spec, "paused", false);
	r->deadline_s = node_int_at(spec, "progressDeadlineSeconds", NO_DEADLINE);
	r->recreate = str_equal(node_str_at(strategy, "type"), STR("Recreate"));
	if (r->recreate)
		return;
	r->surge = quantity_percent(node_get(rolling, STR("maxSurge")), r->replicas,
				    /* round_up= */ true, 0);
	r->unavailable = quantity_percent(node_get(rolling, STR("maxUnavailable")), r->replicas,
					  /* round_up= */ false, 0);
	if (r->surge == 0 && r->unavailable == 0)
		r->unavailable = 1;
	r->unavailable = MIN(r->unavailable, r->replicas);
}

void deployment_read(struct rollout *r)
{
	r->root = r->object->root;
	read_strategy(r);
	read_sets(r);
}

/* Sizes */

int64_t deployment_total(const struct rollout *r)
{
	int64_t total = 0;

	for (uint32_t i = 0; i < r->set_count; i++)
		total += r->sets[i].replicas;
	return total;
}

int64_t deployment_available(const struct rollout *r)
{
	int64_t total = 0;

	for (uint32_t i = 0; i < r->set_count; i++)
		total += r->sets[i].available;
	return total;
}

int64_t deployment_newest_size(const struct rollout *r)
{
	int64_t has = r->newest ? r->newest->replicas : 0;
	int64_t room = r->replicas + r->surge - deployment_total(r);

	if (r->recreate)
		return r->replicas;
	if (room <= 0)
		return has;
	return has + MIN(room, r->replicas - has);
}

void deployment_resize(struct rollout *r, struct set *set, int64_t replicas)
{
	set->touched = true;
	if (replicas == set->replicas)
		return;
	plan_event(r->plan, r->object, /* warning= */ false, STR("ScalingReplicaSet"),
		   "Scaled %s replica set %.*s from %lld to %lld",
		   replicas > set->replicas ? "up" : "down", STR_FMT(set->name),
		   (long long)set->replicas, (long long)replicas);
	set->replicas = replicas;
}

bool deployment_must_scale(const struct rollout *r)
{
	for (uint32_t i = 0; i < r->set_count; i++) {
		const struct set *set = &r->sets[i];
		int64_t desired = annotation_int(set->root, STR(DESIRED), -1);
		if (set->replicas > 0 && desired >= 0 && desired != r->replicas)
			return true;
	}
	return false;
}

/* Sets with pods; the index of the only one, or -1. */
static uint32_t count_active(const struct rollout *r, struct set **ret_only)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < r->set_count; i++)
		if (r->sets[i].replicas > 0) {
			*ret_only = &r->sets[i];
			count++;
		}
	return count;
}

static struct set *active_or_latest(const struct rollout *r)
{
	struct set *only = NULL;

	switch (count_active(r, &only)) {
	case 0:
		return r->newest ? r->newest : r->set_count ? &r->sets[r->set_count - 1] : NULL;
	case 1:
		return only;
	default:
		return NULL;
	}
}

static bool is_saturated(const struct rollout *r)
{
	const struct set *set = r->newest;

	return set && set->object && set->replicas == r->replicas &&
	       set->available == r->replicas &&
	       annotation_int(set->root, STR(DESIRED), -1) == r->replicas;
}

/* Largest first; of equals the newer one when growing, the older one when shrinking. */
static int compare_size(const void *a, const void *b, void *context)
{
	const struct set *x = *(struct set *const *)a, *y = *(struct set *const *)b;
	bool growing = *(const bool *)context;

	if (x->replicas != y->replicas)
		return x->replicas > y->replicas ? -1 : 1;
	int older = x < y ? -1 : 1; /* sets stand oldest first */
	return growing ? -older : older;
}

static int64_t rounded(int64_t value, int64_t divisor)
{
	return (2 * value + divisor) / (2 * divisor);
}

/* The ReplicaSet's share of the `to_add` replicas when others have got `added` of them. */
static int64_t proportion(const struct rollout *r, const struct set *set, int64_t to_add,
			  int64_t added)
{
	int64_t allowed = to_add - added, fraction;
	int64_t before = annotation_int(set->root, STR(MAXIMUM), 0);

	if (set->replicas == 0 || allowed == 0)
		return 0;
	if (before <= 0)
		before = node_int_at(r->root, "status.replicas", 0);
	if (r->replicas == 0)
		fraction = -set->replicas;
	else if (before == 0)
		fraction = 0;
	else
		fraction =
			rounded(set->replicas * (r->replicas + r->surge), before) - set->replicas;
	return to_add > 0 ? MIN(fraction, allowed) : MAX(fraction, allowed);
}

static void scale_in_proportion(struct rollout *r)
{
	struct set **active = arena_array(r->arena, struct set *, r->set_count);
	int64_t *sizes = arena_array(r->arena, int64_t, r->set_count);
	int64_t allowed = r->replicas > 0 ? r->replicas + r->surge : 0;
	int64_t to_add = allowed - deployment_total(r), added = 0;
	bool growing = to_add > 0;
	uint32_t count = 0;

	for (uint32_t i = 0; i < r->set_count; i++)
		if (r->sets[i].replicas > 0)
			active[count++] = &r->sets[i];
	sort_stable(active, count, sizeof(*active), compare_size, &growing);
	for (uint32_t i = 0; i < count; i++) {
		int64_t part = to_add ? proportion(r, active[i], to_add, added) : 0;
		sizes[i] = active[i]->replicas + part;
		added += part;
	}
	for (uint32_t i = 0; i < count; i++) {
		if (i == 0 && to_add)
			sizes[i] = MAX(sizes[i] + to_add - added, 0);
		deployment_resize(r, active[i], sizes[i]);
	}
}

void deployment_scale(struct rollout *r)
{
	struct set *one = active_or_latest(r);

	if (one) {
		if (one->replicas != r->replicas)
			deployment_resize(r, one, r->replicas);
		return;
	}
	if (is_saturated(r)) {
		for (uint32_t i = 0; i < r->set_count; i++)
			if (&r->sets[i] != r->newest && r->sets[i].replicas)
				deployment_resize(r, &r->sets[i], 0);
		return;
	}
	if (!r->recreate)
		scale_in_proportion(r);
}

/* The set of the template */

static const struct node *without_hash(struct arena *arena, const struct node *template)
{
	return node_set(arena, node_get(template, STR("metadata")), "labels[" HASH_LABEL "]", NULL);
}

/* As util.EqualIgnoreHash; the specs first, for these differ. */
static bool same_template(struct arena *arena, const struct node *a, const struct node *b)
{
	return node_equal(node_get(a, STR("spec")), node_get(b, STR("spec"))) &&
	       node_equal(without_hash(arena, a), without_hash(arena, b));
}

static struct set *find_newest(const struct rollout *r)
{
	const struct node *wanted = node_at(r->root, "spec.template");

	for (uint32_t i = 0; i < r->set_count; i++)
		if (same_template(r->arena, node_at(r->sets[i].root, "spec.template"), wanted))
			return &r->sets[i];
	return NULL;
}

static int64_t next_revision(const struct rollout *r)
{
	int64_t highest = 0;

	for (uint32_t i = 0; i < r->set_count; i++)
		if (&r->sets[i] != r->newest)
			highest = MAX(highest, r->sets[i].revision);
	return highest + 1;
}

static bool is_own_annotation(struct str key)
{
	static const struct str own[] = {
		STR_INIT("kubectl.kubernetes.io/last-applied-configuration"),
		STR_INIT(REVISION),
		STR_INIT(HISTORY),
		STR_INIT(DESIRED),
		STR_INIT(MAXIMUM),
		STR_INIT("deprecated.deployment.rollback.to"),
	};

	for (size_t i = 0; i < ARRAY_COUNT(own); i++)
		if (str_equal(own[i], key))
			return true;
	return false;
}

static const struct node *copy_annotations(const struct rollout *r, const struct node *set)
{
	const struct node *from = object_annotations(r->root);

	for (uint32_t i = 0; i < node_entry_count(from); i++) {
		struct str key = node_text(node_entry(from, i)->key);
		if (!is_own_annotation(key))
			set = object_with_annotation(r->arena, set, key,
						     node_text(node_entry(from, i)->value));
	}
	return set;
}

/* A set that gets a higher revision again remembers the one it had. */
static const struct node *set_revision(const struct rollout *r, const struct node *set,
				       int64_t revision)
{
	int64_t old = annotation_int(set, STR(REVISION), 0);
	struct str history = object_annotation(set, STR(HISTORY));

	if (old >= revision)
		return set;
	if (old > 0) {
		history = history.len ? str_printf(r->arena, "%.*s,%lld", STR_FMT(history),
						   (long long)old)
				      : str_printf(r->arena, "%lld", (long long)old);
		set = object_with_annotation(r->arena, set, STR(HISTORY), history);
	}
	return annotate_int(r->arena, set, STR(REVISION), revision);
}

static const struct node *labelled(struct arena *arena, const struct node *map, struct str hash)
{
	return node_with(arena, map, STR(HASH_LABEL), node_str(arena, hash));
}

static const struct node *new_set_root(const struct rollout *r, struct str name, struct str hash)
{
	const struct node *template = node_at(r->root, "spec.template");
	const struct node *labels = labelled(r->arena, object_labels(template), hash);
	const struct node *selector =
		node_set(r->arena, node_at(r->root, "spec.selector"), "matchLabels[" HASH_LABEL "]",
			 node_str(r->arena, hash));

	return node_make(
		r->arena,
		"{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: %s, namespace: %s, "
		"labels: %n, ownerReferences: [%n]}, "
		"spec: {minReadySeconds: %?n, selector: %n, template: %n}}",
		name, r->object->key.namespace, labels,
		object_owner_reference(r->arena, r->root, /* controller= */ true),
		node_at(r->root, "spec.minReadySeconds"), selector,
		node_set(r->arena, template, "metadata.labels", labels));
}

/* The Deployment's name and the hash; of a name that is too long, its beginning. */
static struct str set_name(struct arena *arena, struct str deployment, struct str hash)
{
	size_t room = SET_NAME_MAX - 1 - hash.len;

	if (deployment.len > room)
		deployment.len = room;
	return str_printf(arena, "%.*s-%.*s", STR_FMT(deployment), STR_FMT(hash));
}

static void create_newest(struct rollout *r)
{
	const struct node *template = node_at(r->root, "spec.template");
	const struct node *count = node_at(r->root, "status.collisionCount");
	uint32_t collisions = (uint32_t)node_int_at(r->root, "status.collisionCount", 0);
	struct str text = template_hash(r->arena, template, count ? &collisions : NULL);
	struct str name = set_name(r->arena, r->object->key.name, text);
	struct set *set = &r->sets[r->set_count++];

	*set = (struct set){ .name = name, .root = new_set_root(r, name, text) };
	set->root = set_revision(r, copy_annotations(r, set->root), next_revision(r));
	set->revision = next_revision(r);
	r->newest = set;
	int64_t size = deployment_newest_size(r);
	if (size > 0)
		deployment_resize(r, set, size);
}

/* Annotations and minReadySeconds of the set that exists. */
static void refresh_newest(struct rollout *r)
{
	struct set *set = r->newest;
	const struct node *ready_s = node_at(r->root, "spec.minReadySeconds");

	set->root = set_revision(r, copy_annotations(r, set->root), next_revision(r));
	set->revision = annotation_int(set->root, STR(REVISION), 0);
	if (node_int_at(r->root, "spec.minReadySeconds", 0) !=
	    node_int_at(set->root, "spec.minReadySeconds", 0))
		set->root = node_set(r->arena, set->root, "spec.minReadySeconds",
				     ready_s ? ready_s : node_int(r->arena, 0));
}

void deployment_sync_newest(struct rollout *r, bool create)
{
	if (!r->newest)
		r->newest = find_newest(r);
	if (r->newest && r->newest->object)
		refresh_newest(r);
	else if (!r->newest && create)
		create_newest(r);
	struct str revision = object_annotation(r->root, STR(REVISION));
	if (!r->newest)
		return;
	struct str wanted = num_format_int64(r->arena, r->newest->revision);
	if (str_equal(revision, wanted))
		return;
	plan_patch(
		r->plan, r->object,
		node_make(r->arena, "{metadata: {annotations: {\"" REVISION "\": %s}}}", wanted));
}

/* Writing */

static int compare_revision(const void *a, const void *b, void *context)
{
	const struct set *x = *(struct set *const *)a, *y = *(struct set *const *)b;

	(void)context;
	return (x->revision > y->revision) - (x->revision < y->revision);
}

static bool may_be_deleted(const struct set *set)
{
	const struct facts *facts = &set->object->facts;

	return set->pods == 0 && set->replicas == 0 && !facts->deletion_s &&
	       facts->generation <= facts->observed_generation;
}

void deployment_clean_up(struct rollout *r)
{
	struct set **old = arena_array(r->arena, struct set *, r->set_count);
	int64_t limit = MAX(node_int_at(r->root, "spec.revisionHistoryLimit", 10), (int64_t)0);
	uint32_t count = 0;

	for (uint32_t i = 0; i < r->set_count; i++)
		if (&r->sets[i] != r->newest && !r->sets[i].object->facts.deletion_s)
			old[count++] = &r->sets[i];
	sort_stable(old, count, sizeof(*old), compare_revision, NULL);
	for (uint32_t i = 0; (int64_t)i < (int64_t)count - limit; i++)
		if (may_be_deleted(old[i]))
			plan_delete(r->plan, old[i]->object);
}

static void write_set(struct rollout *r, struct set *set)
{
	const struct node *root = set->root;

	if (set->touched || !set->object) {
		root = annotate_int(r->arena, root, STR(DESIRED), r->replicas);
		root = annotate_int(r->arena, root, STR(MAXIMUM), r->replicas + r->surge);
	}
	if (set->touched || !set->object)
		root = node_set(r->arena, root, "spec.replicas", node_int(r->arena, set->replicas));
	if (set->object)
		plan_update(r->plan, set->object, root);
	else
		plan_create(r->plan, root);
}

void deployment_flush(struct rollout *r)
{
	for (uint32_t i = 0; i < r->set_count; i++)
		write_set(r, &r->sets[i]);
}
