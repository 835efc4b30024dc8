/* kustomization - from a source's revision to applied, pruned and healthy objects */
#include "deliver/kustomization.h"

#include "base/arena.h"
#include "base/duration.h"
#include "base/hash.h"
#include "build/flux_values.h"
#include "deliver/dependencies.h"
#include "doc/make.h"
#include "doc/map_edit.h"
#include "kube/health.h"

enum { DEPENDENCY_MS = 30000, TERMINATION_POLL_MS = 2000 };

/* Sources */

static struct key source_key(const struct object *k)
{
	struct str namespace = node_str_at(k->root, "spec.sourceRef.namespace");

	return (struct key){ namespace.len ? namespace : k->key.namespace,
			     node_str_at(k->root, "spec.sourceRef.name") };
}

static const struct object *source_of(const struct view *view, const struct object *k)
{
	kind_id kind = flux_source_kind(node_str_at(k->root, "spec.sourceRef.kind"));
	return kind ? view_get(view, kind, source_key(k)) : NULL;
}

/* False: Ready says why. */
static bool find_source(struct work *w)
{
	const struct object *source = source_of(w->view, w->object);
	struct str kind = node_str_at(w->root, "spec.sourceRef.kind");

	if (!source) {
		kustomization_not_ready(
			w, FLUX_ARTIFACT_FAILED,
			str_printf(w->arena, "%.*s.source.toolkit.fluxcd.io \"%.*s\" not found",
				   STR_FMT(kind), STR_FMT(source_key(w->object).name)),
			/* tell= */ false, kustomization_retry_ms(w));
		return false;
	}
	w->revision = node_str_at(source->root, "status.artifact.revision");
	if (w->revision.len)
		return true;
	kustomization_not_ready(w, FLUX_ARTIFACT_FAILED,
				STR("Source artifact not found, retrying in 30s"),
				/* tell= */ false, DEPENDENCY_MS);
	return false;
}

/* Dependencies */

static struct str dependency_fault(const struct work *w, const struct node *dependency)
{
	struct str namespace = node_str_at(dependency, "namespace");
	struct key key = { namespace.len ? namespace : w->object->key.namespace,
			   node_str_at(dependency, "name") };
	const struct object *d = view_get(w->view, KIND_KUSTOMIZATION, key);
	struct str head = str_printf(w->arena, "dependency '%.*s/%.*s'", STR_FMT(key.namespace),
				     STR_FMT(key.name));

	if (!d)
		return str_printf(w->arena,
				  "%.*s not found: kustomizations.kustomize.toolkit.fluxcd.io "
				  "\"%.*s\" not found",
				  STR_FMT(head), STR_FMT(key.name));
	if (d->facts.observed_generation != d->facts.generation ||
	    !condition_is_true(d->root, "Ready"))
		return str_concat(w->arena, head, STR(" is not ready"));
	bool same_source = source_of(w->view, d) == source_of(w->view, w->object);
	if (same_source &&
	    !str_equal(node_str_at(d->root, "status.lastAppliedRevision"), w->revision))
		return str_concat(w->arena, head, STR(" revision is not up to date"));
	return STR_NONE;
}

static bool check_dependencies(struct work *w)
{
	const struct node *list = node_at(w->root, "spec.dependsOn");
	struct str fault = STR_NONE;

	for (uint32_t i = 0; i < node_item_count(list) && !fault.ptr; i++)
		fault = dependency_fault(w, node_item(list, i));
	if (!fault.ptr) {
		w->memory->told_dependency = false;
		return true;
	}
	kustomization_not_ready(w, FLUX_DEPENDENCY_NOT_READY, fault, /* tell= */ false,
				DEPENDENCY_MS);
	if (!w->memory->told_dependency)
		plan_event(w->plan, w->object, /* warning= */ false,
			   flux_reason_text(FLUX_DEPENDENCY_NOT_READY),
			   "Dependencies do not meet ready condition, retrying in 30s");
	w->memory->told_dependency = true;
	return false;
}

/* Building */

/* Variables of postBuild.substituteFrom and substitute, later ones over earlier ones. *ret_missing
 * says which source is not there. */
static const struct node *variables_of(struct work *w, struct str *ret_missing)
{
	const struct node *from = node_at(w->root, "spec.postBuild.substituteFrom");
	const struct node *own = node_at(w->root, "spec.postBuild.substitute");
	const struct node *all = node_empty_map();

	for (uint32_t i = 0; i < node_item_count(from); i++) {
		const struct node *ref = node_item(from, i);
		bool secret = str_equal(node_str_at(ref, "kind"), STR("Secret"));
		struct key key = { w->object->key.namespace, node_str_at(ref, "name") };
		const struct object *source =
			view_get(w->view, secret ? KIND_SECRET : KIND_CONFIGMAP, key);
		if (source)
			all = flux_add_values(w->arena, all, source->root);
		else if ((*ret_missing = flux_missing_values(w->arena, ref)).ptr)
			return all;
	}
	return map_edit_merged(w->arena, all, own);
}

static enum progress build(struct work *w)
{
	const struct answer *answer = view_answer(w->view, STR("build"), 0);
	struct str missing = STR_NONE;

	if (!answer) {
		const struct node *variables = variables_of(w, &missing);
		plan_request(w->plan, STR("build"), STR("build"), 0,
			     node_make(w->arena,
				       "{kustomization: %n, revision: %s, variables: %n, "
				       "missing: %?s}",
				       w->root, w->revision, variables, missing));
		return STEP_PENDING;
	}
	if (answer->code < 300) {
		w->render = answer->data;
		return STEP_DONE;
	}
	kustomization_not_ready(w, answer->code == 404 ? FLUX_ARTIFACT_FAILED : FLUX_BUILD_FAILED,
				answer->text,
				/* tell= */ true, kustomization_retry_ms(w));
	return STEP_FAILED;
}

static void tell_changes(struct work *w, struct str changes)
{
	if (!changes.len)
		return;
	w->memory->changed = true;
	plan_event(w->plan, w->object, /* warning= */ false, flux_reason_text(FLUX_PROGRESSING),
		   "%.*s", STR_FMT(changes));
}

static void deliver(struct work *w)
{
	const struct node *old = node_at(w->root, "status.inventory");
	struct str applied = STR_NONE, pruned = STR_NONE, fault = STR_NONE;

	if (!find_source(w) || !check_dependencies(w) || build(w) != STEP_DONE)
		return;
	kustomization_order(w);
	enum progress progress = kustomization_apply(w, &applied, &fault);
	if (progress == STEP_FAILED)
		kustomization_not_ready(w, FLUX_RECONCILIATION_FAILED, fault, /* tell= */ true,
					kustomization_retry_ms(w));
	if (progress != STEP_DONE)
		return;
	const struct node *inventory = inventory_of(w->arena, &w->objects);
	if (kustomization_prune(w, old, inventory, &pruned) != STEP_DONE)
		return;
	tell_changes(w, applied);
	tell_changes(w, pruned);
	kustomization_await(w, inventory);
}

/* Deletion */

static bool deletes_objects(const struct work *w)
{
	struct str policy = node_str_at(w->root, "spec.deletionPolicy");

	if (str_equal(policy, STR("Orphan")))
		return false;
	if (str_equal(policy, STR("Delete")) || str_equal(policy, STR("WaitForTermination")))
		return true;
	return node_bool_at(w->root, "spec.prune", false);
}

static void remove_finalizer(struct work *w)
{
	plan_update(w->plan, w->object,
		    object_without_finalizer(w->arena, w->root, STR(FLUX_FINALIZER)));
}

/* Whether a deleted object is still there and the timeout has not passed. */
static bool awaits_termination(struct work *w)
{
	const struct node *entries = node_at(w->root, "status.inventory.entries");
	struct inventory_entry e;

	if (!str_equal(node_str_at(w->root, "spec.deletionPolicy"), STR("WaitForTermination")))
		return false;
	if (w->memory->phase != WAIT_TERMINATION)
		w->memory->deadline_ms = w->view->now_ms + kustomization_timeout_ms(w);
	w->memory->phase = WAIT_TERMINATION;
	for (uint32_t i = 0; i < node_item_count(entries); i++) {
		if (!inventory_parse(w->arena, node_str_at(node_item(entries, i), "id"), &e))
			continue;
		const struct object *o = inventory_live(w->view, &e);
		if (!o || !o->facts.deletion_s)
			continue;
		if (w->view->now_ms < w->memory->deadline_ms) {
			plan_requeue(w->plan, TERMINATION_POLL_MS);
			return true;
		}
		w->memory->timed_out = true;
	}
	return false;
}

static void go(struct work *w)
{
	struct str interval = duration_format(w->arena, kustomization_interval_ms(w) * 1000000);
	struct str reason = node_str_at(condition_get(w->root, "Ready"), "reason");
	struct str pruned = STR_NONE;

	if (node_bool_at(w->root, "spec.suspend", false)) {
		remove_finalizer(w); /* without a word */
		return;
	}
	if (!w->view->answers->count && w->memory->phase != WAIT_TERMINATION)
		w->memory->started_ms = w->view->now_ms;
	if (deletes_objects(w) && kustomization_prune(w, node_at(w->root, "status.inventory"), NULL,
						      &pruned) != STEP_DONE)
		return;
	if (deletes_objects(w) && awaits_termination(w))
		return;
	if (pruned.len)
		plan_event(w->plan, w->object, /* warning= */ false, reason, "%.*s",
			   STR_FMT(pruned));
	if (w->memory->timed_out)
		plan_event(w->plan, w->object, /* warning= */ true, reason,
			   "failed to wait for resources termination");
	plan_event(w->plan, w->object, /* warning= */ false, reason,
		   "Reconciliation finished in %.*s, next run in %.*s",
		   STR_FMT(kustomization_elapsed(w)), STR_FMT(interval));
	remove_finalizer(w);
}

/* When to work */

/* Objects that a Kustomization manages change all the time; only the changes below begin a
 * reconcile. */
static bool is_due(struct work *w)
{
	const struct object *source = source_of(w->view, w->object);
	struct str revision =
		source ? node_str_at(source->root, "status.artifact.revision") : STR_NONE;
	struct str token = object_annotation(w->root, STR("reconcile.fluxcd.io/requestedAt"));
	uint64_t hash = hash64(HASH64_START, revision), request = hash64(HASH64_START, token);
	struct memory *m = w->memory;
	bool due = m->generation != w->object->facts.generation || m->revision != hash ||
		   m->requested != request || w->view->now_ms >= m->next_ms;

	if (!due)
		return false;
	m->generation = w->object->facts.generation;
	m->revision = hash;
	m->requested = request;
	m->started_ms = w->view->now_ms;
	m->changed = false;
	m->next_ms = INT64_MAX; /* until this reconcile has ended */
	return true;
}

static void add_finalizer(struct work *w)
{
	plan_update(w->plan, w->object,
		    object_with_finalizer(w->arena, w->root, STR(FLUX_FINALIZER)));
}

/* A reconcile works with the spec it began with, even when the spec changes meanwhile. */
static void keep_spec(struct work *w)
{
	const struct answer *answer = view_answer(w->view, STR("build"), 0);
	const struct node *spec = answer ? node_at(answer->node, "kustomization.spec") : NULL;

	if (spec)
		w->root = node_with(w->arena, w->root, STR("spec"), spec);
}

static int reconcile(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	struct work w = { .view = view, .plan = plan, .arena = plan->arena };

	(void)err;
	w.object = view_get(view, KIND_KUSTOMIZATION, key);
	if (!w.object)
		return 0;
	w.memory = plan_memory(plan, view, w.object);
	w.root = w.object->root;
	w.status = node_get(w.root, STR("status"));
	bool continues = view->answers->count > 0;
	if (continues)
		keep_spec(&w);
	if (w.object->facts.deletion_s)
		go(&w);
	else if (!object_has_finalizer(w.root, STR(FLUX_FINALIZER)))
		add_finalizer(&w);
	else if (node_bool_at(w.root, "spec.suspend", false))
		return 0;
	else if (continues)
		deliver(&w);
	else if (is_due(&w)) {
		w.memory->phase = WAIT_NONE;
		deliver(&w);
	} else if (w.memory->phase == WAIT_HEALTH)
		kustomization_check_health(&w);
	else if (w.memory->next_ms != INT64_MAX)
		plan_requeue(plan, w.memory->next_ms - view->now_ms);
	return 0;
}

/* Those that are built from a source. */
static struct objects built_from(const struct view *view, const struct object *source)
{
	struct objects all = view_list(view, KIND_KUSTOMIZATION, STR_NONE);
	uint32_t count = 0;

	for (uint32_t i = 0; i < all.count; i++)
		if (key_equal(source_key(all.items[i]), source->key) &&
		    str_equal(node_str_at(all.items[i]->root, "spec.sourceRef.kind"),
			      source->kind->name))
			all.items[count++] = all.items[i];
	all.count = count;
	return all;
}

/*
 * A source → the Kustomizations on it. Flux sorts them by their dependencies first: where these run
 * in a circle, none of them learns of the revision ("failed to sort dependencies for revision
 * change"), and each takes it after its interval.
 */
static void map_source(const struct view *view, const struct object *before,
		       const struct object *after, struct keys *keys)
{
	if (before && after &&
	    str_equal(node_str_at(before->root, "status.artifact.revision"),
		      node_str_at(after->root, "status.artifact.revision")))
		return;
	struct objects all = built_from(view, after ? after : before);
	if (dependencies_run_in_circle(&all))
		return;
	for (uint32_t i = 0; i < all.count; i++)
		keys_add(keys, all.items[i]->key);
}

/* An object → the Kustomization that manages it. */
static void map_managed(const struct view *view, const struct object *before,
			const struct object *after, struct keys *keys)
{
	const struct object *o = after ? after : before;
	struct key key = { object_label(o->root, STR(FLUX_OWNER_NAMESPACE)),
			   object_label(o->root, STR(FLUX_OWNER_NAME)) };

	(void)view;
	if (key.name.len)
		keys_add(keys, key);
}

static const struct reconciler_watch watches[] = {
	{ KIND_KUSTOMIZATION, map_self },
	{ KIND_GITREPOSITORY, map_source },
	{ KIND_OCIREPOSITORY, map_source },
	{ KIND_BUCKET, map_source },
	{ KIND_EXTERNALARTIFACT, map_source },
	{ KIND_TABLE_COUNT, map_managed },
	{},
};

const struct reconciler kustomization_reconciler = {
	.name = "kustomize-controller",
	.reconcile = reconcile,
	.watches = watches,
};
