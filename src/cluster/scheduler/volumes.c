/* volumes - a pod's claims: where their volumes are reached, what they wait for */
#include "base/arena.h"
#include "base/sort.h"
#include "base/vec.h"
#include "cluster/scheduler/placing.h"
#include "doc/make.h"
#include "kube/claim.h"
#include "kube/quantity.h"

/* Source: Kubernetes pkg/scheduler/framework/plugins volumebinding, volumerestrictions,
 * volumezone. */

/* The objects that a list of volumes is about, while it is read. */
struct reading {
	const struct view *view;
	struct arena *arena;
	struct wishes *wishes;
	VEC(const struct object *) volumes;
	VEC(const struct object *) claims;
	VEC(const struct object *) exclusive;
	bool unbound; /* a claim that should be bound already */
	bool waits;   /* for what was asked for when its node was chosen */
};

static struct str quoted(struct arena *arena, const char *before, struct str name,
			 const char *after)
{
	return STR_CAT(arena, str_from_cstr(before), STR("\""), name, STR("\""),
		       str_from_cstr(after));
}

/* Why a claim keeps the pod from every node; absent: it does not. */
static struct str obstacle(const struct reading *r, const struct object *claim, struct str name,
			   bool is_made)
{
	if (!claim && is_made)
		return quoted(r->arena,
			      "waiting for ephemeral volume controller to create the "
			      "persistentvolumeclaim ",
			      name, "");
	if (!claim)
		return quoted(r->arena, "persistentvolumeclaim ", name, " not found");
	if (str_equal(node_str_at(claim->root, "status.phase"), STR("Lost")))
		return STR_CAT(r->arena,
			       quoted(r->arena, "persistentvolumeclaim ", name,
				      " bound to non-existent persistentvolume "),
			       STR("\""), node_str_at(claim->root, "spec.volumeName"), STR("\""));
	if (claim->facts.deletion_s)
		return quoted(r->arena, "persistentvolumeclaim ", name, " is being deleted");
	if (is_made && !str_equal(claim->facts.owner_uid, r->wishes->pod->uid))
		return STR_CAT(r->arena, STR("PVC "), claim->key.namespace, STR("/"), name,
			       STR(" was not created for pod "), r->wishes->pod->key.namespace,
			       STR("/"), r->wishes->pod->key.name, STR(" (pod is not owner)"));
	return STR_NONE;
}

/* Only one pod may have it at a time. */
static bool is_exclusive(const struct object *claim)
{
	const struct node *modes = node_at(claim->root, "spec.accessModes");

	for (uint32_t i = 0; i < node_item_count(modes); i++)
		if (str_equal(node_text(node_item(modes, i)), STR("ReadWriteOncePod")))
			return true;
	return false;
}

static const struct object *class_of(const struct view *view, const struct object *claim)
{
	return view_get(view, KIND_STORAGECLASS,
			(struct key){ STR(""), claim_class_name(claim->root) });
}

static bool waits_for_consumer(const struct view *view, const struct object *claim)
{
	const struct object *class = class_of(view, claim);

	return class && claim_class_waits(class->root);
}

static void read_claim(struct reading *r, const struct object *claim)
{
	struct str name = node_str_at(claim->root, "spec.volumeName");

	if (is_exclusive(claim))
		VEC_PUSH(r->arena, &r->exclusive, claim);
	if (claim_is_bound(claim->root))
		VEC_PUSH(r->arena, &r->volumes,
			 view_get(r->view, KIND_PERSISTENTVOLUME, (struct key){ STR(""), name }));
	else if (name.len || !waits_for_consumer(r->view, claim))
		r->unbound = true;
	else if (node_get(object_annotations(claim->root), STR(VOLUME_SELECTED_NODE)))
		r->waits = true;
	else
		VEC_PUSH(r->arena, &r->claims, claim);
}

/* The smallest first, as the scheduler looks for their volumes. */
static int compare_claims(const void *a, const void *b, void *context)
{
	static const struct trusted_path path =
		TRUSTED_PATH_INIT("spec.resources.requests.storage");
	const struct object *x = *(const struct object *const *)a;
	const struct object *y = *(const struct object *const *)b;
	int64_t size_x = quantity_milli(node_find(x->root, path), 0);
	int64_t size_y = quantity_milli(node_find(y->root, path), 0);

	(void)context;
	return (size_x > size_y) - (size_x < size_y);
}

bool scheduler_read_volumes(const struct placing *p, struct wishes *w, struct str *ret_why)
{
	const struct node *list = node_at(w->pod->root, "spec.volumes");
	struct reading r = { .view = p->view, .arena = p->arena, .wishes = w };

	*ret_why = STR_NONE;
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *volume = node_item(list, i);
		struct str name = claim_name_of(p->arena, w->pod->root, volume);
		if (!name.ptr)
			continue;
		const struct object *claim = view_get(p->view, KIND_PERSISTENTVOLUMECLAIM,
						      (struct key){ w->pod->key.namespace, name });
		*ret_why = obstacle(&r, claim, name, node_get(volume, STR("ephemeral")) != NULL);
		if (ret_why->ptr)
			return false;
		read_claim(&r, claim);
	}
	if (r.unbound)
		*ret_why = STR("pod has unbound immediate PersistentVolumeClaims");
	sort_stable(r.claims.items, r.claims.count, sizeof(*r.claims.items), compare_claims, NULL);
	w->volumes = (struct objects){ r.volumes.items, r.volumes.count };
	w->claims = (struct objects){ r.claims.items, r.claims.count };
	w->exclusive = (struct objects){ r.exclusive.items, r.exclusive.count };
	return !r.unbound && !r.waits;
}

/* Nodes */

static bool has_value(const struct node *expression, struct str label)
{
	const struct node *values = node_get(expression, STR("values"));

	for (uint32_t i = 0; i < node_item_count(values); i++)
		if (str_equal(node_text(node_item(values, i)), label))
			return true;
	return false;
}

static bool is_in_topology(const struct node *terms, const struct object *node)
{
	for (uint32_t t = 0; t < node_item_count(terms); t++) {
		const struct node *list =
			node_get(node_item(terms, t), STR("matchLabelExpressions"));
		bool matches = true;
		for (uint32_t i = 0; i < node_item_count(list); i++) {
			struct str key = node_str_at(node_item(list, i), "key");
			struct str label = node_text(node_get(node->facts.labels, key));
			matches = matches && has_value(node_item(list, i), label);
		}
		if (matches)
			return true;
	}
	return !node_item_count(terms);
}

/* Whether the claim's class can provision a volume that the node reaches. */
static bool may_provision(const struct placing *p, const struct object *claim,
			  const struct object *node)
{
	const struct object *class = class_of(p->view, claim);

	return class &&
	       !str_equal(node_str_at(class->root, "provisioner"),
			  STR("kubernetes.io/no-provisioner")) &&
	       is_in_topology(node_get(class->root, STR("allowedTopologies")), node);
}

/* Gives each claim its volume (NULL: one is to be made); false when one gets none. */
static bool match_claims(const struct placing *p, const struct wishes *w, const struct object *node,
			 const struct node **ret)
{
	struct objects all = view_list(p->view, KIND_PERSISTENTVOLUME, STR_NONE);
	struct nodes volumes = objects_roots(p->arena, &all);
	struct nodes taken = { .count = p->taken.count };

	taken.items = arena_array(p->arena, const struct node *, taken.count + w->claims.count);
	if (p->taken.count)
		memcpy(taken.items, p->taken.items, p->taken.count * sizeof(*taken.items));
	for (uint32_t i = 0; i < w->claims.count; i++) {
		struct volume_search search = { .claim = w->claims.items[i]->root,
						.node = node->root,
						.waits = true,
						.taken = &taken };
		ret[i] = volume_match(&volumes, &search);
		if (ret[i])
			taken.items[taken.count++] = ret[i];
		else if (!may_provision(p, w->claims.items[i], node))
			return false;
	}
	return true;
}

/* Labels of a volume about zones, each with values like "a__b". */
static bool is_in_zone(const struct object *volume, const struct object *node)
{
	static const struct str names[] = {
		STR_INIT("topology.kubernetes.io/zone"),
		STR_INIT("topology.kubernetes.io/region"),
		STR_INIT("failure-domain.beta.kubernetes.io/zone"),
		STR_INIT("failure-domain.beta.kubernetes.io/region"),
	};

	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		struct str rest = node_text(node_get(volume->facts.labels, names[i]));
		struct str label = node_text(node_get(node->facts.labels, names[i]));
		bool matches = !rest.ptr;
		while (rest.ptr && !matches) {
			ptrdiff_t at = str_find(rest, STR("__"));
			struct str one = at < 0 ? rest : str_sub(rest, 0, (size_t)at);
			matches = str_equal(one, label);
			rest = at < 0 ? STR_NONE : str_from(rest, (size_t)at + 2);
		}
		if (!matches)
			return false;
	}
	return true;
}

static bool is_reached(const struct object *volume, const struct object *node)
{
	return volume_reaches(volume->root, node->root);
}

static bool reaches_all(const struct wishes *w, const struct object *node,
			bool (*reaches)(const struct object *volume, const struct object *node))
{
	for (uint32_t i = 0; i < w->volumes.count; i++)
		if (!reaches(w->volumes.items[i], node))
			return false;
	return true;
}

/* Whether a pod on some node has a claim that only one pod may have. */
static bool is_taken(const struct placing *p, const struct wishes *w)
{
	SCRATCH(scratch);

	for (uint32_t c = 0; c < w->exclusive.count; c++)
		for (uint32_t i = 0; i < p->node_count; i++)
			for (uint32_t x = 0; x < p->nodes[i].pods_on_count; x++)
				if (claim_is_used_by(scratch, w->exclusive.items[c]->root,
						     p->nodes[i].pods_on[x]->root))
					return true;
	return false;
}

uint32_t scheduler_check_volumes(const struct placing *p, const struct wishes *w,
				 const struct object *node, struct misfit misfits[MISFITS_MAX])
{
	uint32_t count = 0;

	if (is_taken(p, w)) {
		misfits[0] = (struct misfit){
			"node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod "
			"access mode already in-use by another pod",
			STR_NONE, true
		};
		return 1;
	}
	for (uint32_t i = 0; i < w->volumes.count; i++) {
		if (w->volumes.items[i])
			continue;
		misfits[0] = (struct misfit){ "node(s) unavailable due to one or more pvc(s) bound "
					      "to non-existent pv(s)",
					      STR_NONE, false };
		return 1;
	}
	if (!reaches_all(w, node, is_reached))
		misfits[count++] =
			(struct misfit){ "node(s) didn't match PersistentVolume's node affinity",
					 STR_NONE, false };
	const struct node **matched = arena_array(p->arena, const struct node *, w->claims.count);
	if (!match_claims(p, w, node, matched))
		misfits[count++] =
			(struct misfit){ "node(s) didn't find available persistent volumes to bind",
					 STR_NONE, false };
	if (!count && !reaches_all(w, node, is_in_zone))
		misfits[count++] =
			(struct misfit){ "node(s) had no available volume zone", STR_NONE, false };
	return count;
}

/* Writes status.nominatedNodeName while the pod still waits for its volumes. */
static void nominate(struct plan *plan, const struct placing *p, const struct object *pod,
		     struct str node)
{
	plan_status(plan, pod,
		    node_with(p->arena, node_get(pod->root, STR("status")),
			      STR("nominatedNodeName"), node_str(p->arena, node)));
}

void scheduler_claim_volumes(struct plan *plan, struct placing *p, const struct wishes *w,
			     const struct object *node)
{
	const struct node **matched = arena_array(p->arena, const struct node *, w->claims.count);

	if (!match_claims(p, w, node, matched))
		BUG("a node was chosen that has no volumes for '%.*s'", STR_FMT(w->pod->key.name));
	nominate(plan, p, w->pod, node->key.name);
	for (uint32_t i = 0; i < w->claims.count; i++) {
		const struct object *claim = w->claims.items[i];
		if (!matched[i]) {
			plan_update(plan, claim,
				    object_with_annotation(p->arena, claim->root,
							   STR(VOLUME_SELECTED_NODE),
							   node->key.name));
			continue;
		}
		const struct object *volume =
			view_get(p->view, KIND_PERSISTENTVOLUME,
				 (struct key){ STR(""), object_name(matched[i]) });
		plan_update(plan, volume, volume_claimed(p->arena, matched[i], claim->root));
		VEC_PUSH(p->arena, &p->taken, matched[i]);
	}
}
