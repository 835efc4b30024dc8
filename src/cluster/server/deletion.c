/* deletion - deleting objects: grace period, finalizers, propagation policy */
#include "cluster/server/deletion.h"

#include "base/arena.h"
#include "base/timestamp.h"
#include "cluster/server/refusal.h"
#include "doc/make.h"

enum {
	GRACE_DEFAULT_S = 30,
	GRACE_MAX_S = INT32_MAX, /* a lifetime; times must not overflow */
};

bool deletion_is_due(const struct object *object)
{
	const struct node *root = object->root;

	if (!object->facts.deletion_s || object->facts.has_finalizer)
		return false;
	if (object->kind->id == KIND_NAMESPACE && node_item_count(node_at(root, "spec.finalizers")))
		return false;
	return node_int_at(root, "metadata.deletionGracePeriodSeconds", 0) == 0;
}

void deletion_finish(struct store *store, struct admission *admission, const struct object *object,
		     struct str actor)
{
	object_ref(object);
	store_remove(store, object, actor);
	admission_stored(admission, object, NULL);
	object_unref(object);
}

/* Seconds that a pod gets to stop; other kinds have none. */
static int64_t grace_s(const struct write *w)
{
	const struct object *o = w->old;
	enum pod_phase phase = o->facts.phase;

	if (o->kind->id != KIND_POD)
		return 0;
	if (!o->facts.node_name.len || phase == PHASE_SUCCEEDED || phase == PHASE_FAILED)
		return 0;
	if (w->request->grace_s >= 0)
		return MIN(w->request->grace_s, (int64_t)GRACE_MAX_S);
	int64_t own = node_int_at(o->root, "spec.terminationGracePeriodSeconds", GRACE_DEFAULT_S);
	return own < 0 ? 1 : MIN(own, (int64_t)GRACE_MAX_S);
}

/* The finalizer that a propagation policy adds; absent for background. */
static struct str policy_finalizer(const struct write *w)
{
	enum api_propagation policy = w->request->propagation;

	if (policy == API_PROPAGATION_DEFAULT && w->kind->id == KIND_REPLICATIONCONTROLLER)
		policy = API_PROPAGATION_ORPHAN;
	switch (policy) {
	case API_PROPAGATION_FOREGROUND:
		return STR("foregroundDeletion");
	case API_PROPAGATION_ORPHAN:
		return STR("orphan");
	case API_PROPAGATION_DEFAULT:
	case API_PROPAGATION_BACKGROUND:
		break;
	}
	return STR_NONE;
}

/* The object with deletionTimestamp and grace period. */
static const struct node *marked(struct write *w, int64_t now_s, int64_t grace)
{
	struct arena *arena = w->arena;
	struct str finalizer = policy_finalizer(w);
	const struct node *o = w->old->root;
	struct str when = timestamp_format(arena, now_s + grace);

	if (finalizer.ptr)
		o = object_with_finalizer(arena, o, finalizer);
	if (w->kind->id == KIND_CUSTOMRESOURCEDEFINITION && !w->old->facts.deletion_s)
		o = object_with_finalizer(arena, o, STR(OBJECT_CRD_FINALIZER));
	const struct node *metadata = node_get(o, STR("metadata"));
	if (!w->old->facts.deletion_s && (w->kind->flags & KIND_FLAG_GENERATION))
		metadata = node_with(arena, metadata, STR("generation"),
				     node_int(arena, w->old->facts.generation + 1));
	metadata = node_with(arena, metadata, STR("deletionTimestamp"), node_str(arena, when));
	if (w->kind->id == KIND_NAMESPACE)
		o = node_set(arena, o, "status.phase", node_cstr(arena, "Terminating"));
	else
		metadata = node_with(arena, metadata, STR("deletionGracePeriodSeconds"),
				     node_int(arena, grace));
	return node_with(arena, o, STR("metadata"), metadata);
}

static bool is_going_already(const struct write *w, int64_t grace)
{
	if (!w->old->facts.deletion_s || policy_finalizer(w).ptr)
		return false;
	return grace >= node_int_at(w->old->root, "metadata.deletionGracePeriodSeconds", 0);
}

static bool has_keepers(const struct write *w)
{
	const struct node *root = w->old->root;

	if (w->kind->id == KIND_CUSTOMRESOURCEDEFINITION && !w->old->facts.deletion_s)
		return true; /* its objects go first */
	return w->old->facts.has_finalizer || policy_finalizer(w).ptr ||
	       (w->kind->id == KIND_NAMESPACE && node_item_count(node_at(root, "spec.finalizers")));
}

/* Admission plugin NamespaceLifecycle: namespaces that cannot be deleted. */
static bool is_immortal(const struct write *w)
{
	static const struct str names[] = { STR_INIT("default"), STR_INIT("kube-system"),
					    STR_INIT("kube-public") };

	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		if (w->kind->id == KIND_NAMESPACE && str_equal(w->key.name, names[i]))
			return true;
	return false;
}

int deletion_begin(struct store *store, struct admission *admission, struct write *w)
{
	int64_t grace = grace_s(w), now_s = world_now_ms(admission->world) / 1000;
	struct api_answer *answer = w->answer;

	if (is_immortal(w))
		return refuse_forbidden(w->arena, answer, w->kind, w->key.name,
					STR("this namespace may not be deleted"));
	answer->code = 200;
	answer->outcome = API_DELETED;
	if (is_going_already(w, grace) && !(grace == 0 && deletion_is_due(w->old))) {
		answer->object = w->old;
		answer->version = w->old->version;
		if (grace > 0 || has_keepers(w))
			return 0;
	}
	if (grace == 0 && !has_keepers(w)) {
		answer->object = NULL;
		deletion_finish(store, admission, w->old, w->request->manager);
		answer->version = store_version(store);
		return 0;
	}
	const struct object *old = object_ref(w->old);
	answer->object = store_put(store, w->kind, old, marked(w, now_s, grace), old->managed,
				   w->request->manager);
	answer->version = answer->object->version;
	object_unref(old);
	return 0;
}
