/* compose_order - in which order Flux can build what a cluster is made of */
#include "build/compose_inside.h"

#include "base/arena.h"

/* Kustomizations that wait for an object. */
struct waiter {
	struct followed *followed;
	bool is_dependency; /* for a Kustomization to be done, not only to be there */
};
struct waiters {
	VEC(struct waiter) items;
};

bool compose_is_kustomization(const struct node *object)
{
	return str_equal(object_kind(object), STR("Kustomization")) &&
	       str_equal(object_gvk(object).group, STR("kustomize.toolkit.fluxcd.io"));
}

/* "Secret/flux-system/keys" */
static struct str label_of(struct follow *f, struct str kind, struct str namespace, struct str name)
{
	return str_printf(f->c->arena, "%.*s/%.*s%s%.*s", STR_FMT(kind), STR_FMT(namespace),
			  namespace.len ? "/" : "", STR_FMT(name));
}

static struct str dependency_label(struct follow *f, const struct followed *x, uint32_t index)
{
	const struct node *d = node_item(node_at(x->kustomization, "spec.dependsOn"), index);
	struct str namespace = node_str_at(d, "namespace");

	return label_of(f, STR("Kustomization"),
			namespace.len ? namespace : object_namespace(x->kustomization),
			node_str_at(d, "name"));
}

static void wait_for(struct follow *f, struct str label, struct waiter waiter)
{
	struct waiters *waiters = map_get(&f->waiting, label);

	if (!waiters) {
		waiters = arena_one(f->c->arena, struct waiters);
		map_put(&f->waiting, label, waiters);
	}
	VEC_PUSH(f->c->arena, &waiters->items, waiter);
}

static void enqueue(struct follow *f, struct followed *x)
{
	x->is_queued = true;
	VEC_PUSH(f->c->arena, &f->queue, x);
}

static void wake(struct follow *f, struct str label, bool is_dependency)
{
	const struct waiters *waiters = map_get(&f->waiting, label);

	for (uint32_t i = 0; waiters && i < waiters->items.count; i++) {
		struct followed *x = waiters->items.items[i].followed;
		if (waiters->items.items[i].is_dependency != is_dependency)
			continue;
		if (is_dependency)
			x->missing_dependencies--;
		else
			x->missing_data--;
		if (!x->is_queued)
			f->circle_count = 0;
		if (!x->missing_dependencies && !x->missing_data && !x->is_queued)
			enqueue(f, x);
	}
}

static void count_dependencies(struct follow *f, struct followed *x)
{
	uint32_t count = node_item_count(node_at(x->kustomization, "spec.dependsOn"));

	for (uint32_t i = 0; i < count; i++) {
		struct str label = dependency_label(f, x, i);
		const struct followed *before = map_get(&f->followed, label);
		if (before && before->is_done)
			continue;
		x->missing_dependencies++;
		wait_for(f, label, (struct waiter){ x, /* is_dependency= */ true });
	}
}

static void count_data(struct follow *f, struct followed *x)
{
	const struct node *list = node_at(x->kustomization, "spec.postBuild.substituteFrom");

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		struct str label = label_of(f, node_str_at(node_item(list, i), "kind"),
					    object_namespace(x->kustomization),
					    node_str_at(node_item(list, i), "name"));
		if (map_get(&f->by_label, label))
			continue;
		x->missing_data++;
		wait_for(f, label, (struct waiter){ x, /* is_dependency= */ false });
	}
}

/* A source that an ArtifactGenerator may still make. */
static void count_artifact(struct follow *f, struct followed *x)
{
	const struct node *ref = node_at(x->kustomization, "spec.sourceRef");
	struct str namespace = node_str_at(ref, "namespace");

	if (!str_equal(node_str_at(ref, "kind"), STR("ExternalArtifact")))
		return;
	struct str label = label_of(f, STR("ExternalArtifact"),
				    namespace.len ? namespace : object_namespace(x->kustomization),
				    node_str_at(ref, "name"));
	if (map_get(&f->by_label, label))
		return;
	x->missing_data++;
	wait_for(f, label, (struct waiter){ x, /* is_dependency= */ false });
}

/* Its artifacts are found by the object that makes them. */
static void meet_artifacts(struct follow *f, const struct node *object)
{
	struct str label;

	for (uint32_t i = 0; (label = compose_artifact_label(f, object, i)).ptr; i++) {
		void **slot = map_slot(&f->by_label, label);
		if (*slot)
			continue;
		*slot = (void *)(uintptr_t)object;
		wake(f, label, /* is_dependency= */ false);
	}
}

static void follow_kustomization(struct follow *f, const struct node *object, struct str label)
{
	if (map_get(&f->followed, label))
		return;
	struct followed *x = arena_one(f->c->arena, struct followed);
	*x = (struct followed){ .kustomization = object, .label = label };
	map_put(&f->followed, label, x);
	VEC_PUSH(f->c->arena, &f->all, x);
	count_dependencies(f, x);
	count_data(f, x);
	count_artifact(f, x);
	if (!x->missing_dependencies && !x->missing_data)
		enqueue(f, x);
}

void compose_order_meet(struct follow *f, const struct node *object)
{
	struct str label = object_label_text(f->c->arena, object);
	void **slot = map_slot(&f->by_label, label);

	if (!*slot)
		*slot = (void *)(uintptr_t)object;
	wake(f, label, /* is_dependency= */ false);
	/* Its controller makes a Secret of the same name. */
	if (str_equal(object_kind(object), STR("SealedSecret")))
		wake(f, label_of(f, STR("Secret"), object_namespace(object), object_name(object)),
		     /* is_dependency= */ false);
	meet_artifacts(f, object);
	if (str_equal(object_kind(object), STR("CustomResourceDefinition")))
		nodes_add(f->c->arena, &f->crds, object);
	if (compose_is_kustomization(object))
		follow_kustomization(f, object, label);
}

void compose_order_done(struct follow *f, struct followed *x)
{
	assert(!x->is_done);
	x->is_done = true;
	wake(f, x->label, /* is_dependency= */ true);
}

/* What it still waits for: a Kustomization that is here, but not done. */
static bool waits_for_known(struct follow *f, const struct followed *x)
{
	uint32_t count = node_item_count(node_at(x->kustomization, "spec.dependsOn"));

	for (uint32_t i = 0; i < count; i++) {
		const struct followed *d = map_get(&f->followed, dependency_label(f, x, i));
		if (d && !d->is_done)
			return true;
	}
	return false;
}

/* Nothing goes on by itself: values that nobody makes are least in the way, then Kustomizations
 * that nobody knows, and circles last. */
static struct followed *first_stuck(struct follow *f)
{
	struct followed *unknown = NULL, *first = NULL;

	while (f->stuck_next < f->all.count && f->all.items[f->stuck_next]->is_queued)
		f->stuck_next++;
	/* Looked through already, and nothing has changed for them since. */
	if (f->circle_count == f->all.count && f->stuck_next < f->all.count)
		return f->all.items[f->stuck_next];
	for (uint32_t i = f->stuck_next; i < f->all.count; i++) {
		struct followed *x = f->all.items[i];
		if (x->is_queued)
			continue;
		if (!x->missing_dependencies)
			return x;
		if (!unknown && !waits_for_known(f, x))
			unknown = x;
		if (!first)
			first = x;
	}
	f->circle_count = unknown ? 0 : f->all.count;
	return unknown ? unknown : first;
}

struct followed *compose_order_next(struct follow *f)
{
	if (f->queue_next == f->queue.count) {
		struct followed *stuck = first_stuck(f);
		if (!stuck)
			return NULL;
		enqueue(f, stuck);
	}
	return f->queue.items[f->queue_next++];
}

/* A source that is not here, and one that rests, count as ready: nothing here says otherwise. */
static bool is_ready(const struct followed *x)
{
	return x->state != COMPOSE_FAILED && x->state != COMPOSE_WAITING;
}

struct str compose_order_waits(struct follow *f, const struct followed *x)
{
	uint32_t count = node_item_count(node_at(x->kustomization, "spec.dependsOn"));

	for (uint32_t i = 0; i < count; i++) {
		struct str label = dependency_label(f, x, i);
		const struct followed *d = map_get(&f->followed, label);
		struct str name = str_strip_prefix(label, STR("Kustomization/"));
		const char *why = !d		 ? "not found"
				  : !d->is_done	 ? "waits for it in a circle"
				  : !is_ready(d) ? "is not ready"
						 : NULL;
		if (why)
			return str_printf(f->c->arena, "dependency '%.*s' %s", STR_FMT(name), why);
	}
	return STR_NONE;
}
