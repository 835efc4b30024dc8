/* changes - what a release changes, as a reviewer wants to know it */
#include "rehearse/changes.h"

#include "base/arena.h"
#include "deliver/deliver.h"
#include "deliver/repository.h"
#include "doc/make.h"
#include "kube/ssa/ssa.h"
#include "rehearse/results.h"
#include "rehearse/revision_state.h"
#include "rehearse/rollback.h"

struct str change_word(enum change_kind what)
{
	static const struct str words[] = { [CHANGE_ADDED] = STR_INIT("added"),
					    [CHANGE_CHANGED] = STR_INIT("changed"),
					    [CHANGE_REMOVED] = STR_INIT("removed") };
	return words[what];
}

/* What changes are found in. */
struct input {
	const struct rehearsal_results *results;
	struct api *api;
	struct arena *arena;
};

/* Renders */

/* Revisions of artifacts that are made here are not those of the repository. */
static bool is_of(const struct kept_render *k, const struct revision *revision, struct str text)
{
	bool is_made =
		str_equal(node_str_at(k->object, "spec.sourceRef.kind"), STR("ExternalArtifact"));

	return is_made ? k->shipped == revision : str_equal(k->revision, text);
}

/* The last good one that a Kustomization made of a revision. */
static const struct kept_render *render_at(const struct input *in, uint32_t state,
					   struct key kustomization)
{
	struct str revision = repository_revision_text(in->results->repository,
						       in->results->states->items[state].revision);

	for (uint32_t i = in->results->repository->renders.count; i-- > 0;) {
		const struct kept_render *k = in->results->repository->renders.items[i];
		if (!k->fault_code && key_equal(k->kustomization, kustomization) &&
		    is_of(k, in->results->states->items[state].revision, revision))
			return k;
	}
	return NULL;
}

static const struct kustomization_state *state_of(const struct revision_state *s, struct key key)
{
	for (uint32_t i = 0; i < s->kustomizations.count; i++)
		if (key_equal(s->kustomizations.items[i].key, key))
			return &s->kustomizations.items[i];
	return NULL;
}

struct pair {
	struct key kustomization;
	const struct kept_render *before, *after;
	struct str fault; /* message of Ready when it is not */
};

/* What a Kustomization rendered before and after. One that did not get to build keeps what it
 * had; one that is gone has nothing. */
static struct pair pair_of(const struct input *in, struct key key)
{
	uint32_t last = in->results->states->count - 1;
	const struct kustomization_state *now = state_of(&in->results->states->items[last], key);
	struct pair pair = { .kustomization = key,
			     .before = last ? render_at(in, 0, key) : NULL,
			     .after = render_at(in, last, key) };

	if (now && !pair.after)
		pair.after = pair.before;
	if (now && str_equal(now->status, STR("False")))
		pair.fault = now->message;
	return pair;
}

static uint32_t pairs_of(const struct input *in, struct pair **ret)
{
	VEC(struct pair) pairs = {};

	for (uint32_t i = 0; i < in->results->repository->renders.count; i++) {
		struct key key = in->results->repository->renders.items[i]->kustomization;
		bool known = false;
		for (uint32_t p = 0; p < pairs.count && !known; p++)
			known = key_equal(pairs.items[p].kustomization, key);
		if (!known)
			VEC_PUSH(in->arena, &pairs, pair_of(in, key));
	}
	*ret = pairs.items;
	return pairs.count;
}

/* Comparing */

static bool has_template(struct str kind)
{
	return str_equal(kind, STR("Deployment")) || str_equal(kind, STR("StatefulSet")) ||
	       str_equal(kind, STR("DaemonSet"));
}

static bool touches_template(const struct differences *fields)
{
	for (uint32_t i = 0; i < fields->count; i++)
		if (str_starts(fields->items[i].path, STR("spec.template")))
			return true;
	return false;
}

static struct change change_of(const struct input *in, const struct pair *pair,
			       enum change_kind what, const struct node *object)
{
	struct str kind = object_kind(object);
	struct key key = object_key(object);
	struct str text =
		str_printf(in->arena, "%.*s/%.*s%s%.*s ", STR_FMT(kind), STR_FMT(key.namespace),
			   key.namespace.len ? "/" : "", STR_FMT(key.name));
	struct change c = { .what = what, .gvk = object_gvk(object), .key = key, .object = object };

	if (what == CHANGE_REMOVED && pair->before)
		c.pruned = node_bool_at(pair->before->object, "spec.prune", false);
	if (pair->fault.len && str_contains(pair->fault, text))
		c.refused = pair->fault;
	return c;
}

/* A stage of an apply stops at its first error, and Flux reports only that one. So each object of a
 * Kustomization that failed gets the cluster's answer to a dry run: refused, or never applied. */
static void ask_cluster(const struct input *in, struct change *c)
{
	struct api_request request = { .verb = API_APPLY,
				       .body = deliver_typed(in->api->schemas, in->arena,
							     c->object),
				       .arena = in->arena,
				       .manager = STR("kustomize-controller"),
				       .field_validation = API_VALIDATION_IGNORE,
				       .force = true,
				       .dry_run = true };
	struct api_answer answer;
	struct error err;

	if (api_wait(in->api, &request, &answer, &err) < 0)
		return;
	object_unref(answer.object);
	bool refused = answer.code == 422 || answer.code == 409 || answer.code == 400 ||
		       answer.code == 500; /* of another type */
	/* What is said of a Secret may cite it; what Flux refuses by itself has been said. */
	if (refused && !str_equal(c->gvk.kind, STR("Secret")))
		c->refused = str_copy(in->arena, answer.message);
	else if (refused && !c->refused.ptr)
		c->refused = STR("it is invalid");
	c->held = !c->refused.ptr && answer.outcome != API_UNCHANGED;
}

/* kustomize-controller reads built-in kinds into their Go types: what these do not know never
 * arrives, and nobody is told (flux.md, "unknown fields of built-in kinds"). */
static struct str undeclared_of(const struct input *in, const struct node *object)
{
	const struct kind *kind = schemas_kind(in->api->schemas, object_gvk(object), NULL);

	if (!kind || (kind->flags & KIND_FLAG_CUSTOM))
		return STR_NONE;
	struct str faults =
		ssa_faults(in->arena, schema_root(in->api->schemas, kind, NULL), object);
	return str_contains(faults, STR("not declared in schema")) ? faults : STR_NONE;
}

static void add_present(const struct input *in, const struct pair *pair, struct changes *ret)
{
	SCRATCH(scratch);
	struct render_index old;

	render_index_init(&old, scratch);
	if (pair->before)
		render_index_add(&old, &pair->before->render);
	for (uint32_t i = 0; pair->after && i < pair->after->render.count; i++) {
		const struct node *after = pair->after->render.objects[i];
		const struct node *before = render_index_find(&old, after);
		if (before && node_equal(before, after))
			continue;
		struct change c =
			change_of(in, pair, before ? CHANGE_CHANGED : CHANGE_ADDED, after);
		if (before)
			c.fields = diff_nodes(in->arena, before, after, diff_key_name, NULL);
		if (before && !c.fields.count)
			continue;
		struct str undeclared = undeclared_of(in, after);
		if (undeclared.len && !(before && str_equal(undeclared, undeclared_of(in, before))))
			c.undeclared = undeclared;
		if (pair->fault.len)
			ask_cluster(in, &c);
		c.rolls = !c.refused.ptr && !c.held && has_template(c.gvk.kind) &&
			  touches_template(&c.fields);
		VEC_PUSH(in->arena, &ret->items, c);
	}
}

/* What another Kustomization renders now (it is in new) has only moved. */
static void add_removed(const struct input *in, const struct render_index *new,
			const struct pair *pair, struct changes *ret)
{
	for (uint32_t i = 0; pair->before && i < pair->before->render.count; i++) {
		const struct node *before = pair->before->render.objects[i];
		if (!render_index_find(new, before))
			VEC_PUSH(in->arena, &ret->items,
				 change_of(in, pair, CHANGE_REMOVED, before));
	}
}

/* What goes though its Kustomization still has it, or never had it removed. */

static bool is_listed(const struct changes *changes, const struct object *o)
{
	for (uint32_t i = 0; i < changes->items.count; i++) {
		const struct change *c = &changes->items.items[i];
		if (c->what == CHANGE_REMOVED && key_equal(c->key, o->key) &&
		    str_equal(c->gvk.kind, o->kind->name))
			return true;
	}
	return false;
}

/* It may be there again, as another object of that name. */
static bool is_there(const struct input *in, const struct object *o)
{
	return cache_get_uid(in->results->cluster, o->uid) ||
	       cache_get(in->results->cluster, o->kind->id, o->key);
}

static void add_taken(const struct input *in, struct changes *ret)
{
	const struct rollback *kept = in->results->rollback;

	for (uint32_t i = 0; i < kept->objects.count; i++) {
		const struct object *o = kept->objects.items[i].object;
		const struct node *applied = kept->objects.items[i].applied;
		struct change c = { .what = CHANGE_REMOVED,
				    .gvk = object_gvk(applied),
				    .key = o->key,
				    .object = applied,
				    .taken = true };
		if (!is_there(in, o) && !is_listed(ret, o))
			VEC_PUSH(in->arena, &ret->items, c);
	}
}

void changes_find(const struct rehearsal_results *results, struct api *api, struct arena *arena,
		  struct changes *ret)
{
	SCRATCH(scratch);
	const struct input in = { results, api, arena };
	struct pair *pairs;
	uint32_t count = pairs_of(&in, &pairs);
	struct render_index new;

	*ret = (struct changes){};
	render_index_init(&new, scratch);
	for (uint32_t i = 0; i < count; i++)
		if (pairs[i].after)
			render_index_add(&new, &pairs[i].after->render);
	for (uint32_t i = 0; i < count; i++) {
		add_present(&in, &pairs[i], ret);
		add_removed(&in, &new, &pairs[i], ret);
	}
	add_taken(&in, ret);
}
