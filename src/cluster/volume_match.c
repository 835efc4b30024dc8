/* volume_match - which PersistentVolume fits a claim, and who is bound to whom */
#include "cluster/volume_match.h"

#include "base/arena.h"
#include "cluster/scheduler.h"
#include "doc/make.h"
#include "kube/labels.h"
#include "kube/quantity.h"

#define BETA_CLASS "volume.beta.kubernetes.io/storage-class"

struct str claim_class_name(const struct node *claim)
{
	const struct node *beta = node_get(object_annotations(claim), STR(BETA_CLASS));

	return beta ? node_text(beta) : node_str_at(claim, "spec.storageClassName");
}

const struct object *claim_class(const struct view *view, const struct object *claim)
{
	struct str name = claim_class_name(claim->root);

	return name.len ? view_get(view, KIND_STORAGECLASS, (struct key){ STR(""), name }) : NULL;
}

bool claim_waits_for_consumer(const struct view *view, const struct object *claim)
{
	const struct object *class = claim_class(view, claim);

	return class && str_equal(node_str_at(class->root, "volumeBindingMode"),
				  STR("WaitForFirstConsumer"));
}

bool claim_is_bound(const struct object *claim)
{
	return node_str_at(claim->root, "spec.volumeName").len > 0 &&
	       node_get(object_annotations(claim->root), STR(VOLUME_BIND_COMPLETED));
}

struct str volume_claim_name(struct arena *arena, const struct object *pod,
			     const struct node *volume)
{
	const struct node *claim = node_get(volume, STR("persistentVolumeClaim"));

	if (claim)
		return node_str_at(claim, "claimName");
	if (!node_get(volume, STR("ephemeral")))
		return STR_NONE;
	return STR_CAT(arena, pod->key.name, STR("-"), node_str_at(volume, "name"));
}

bool claim_is_used_by(struct arena *arena, const struct object *claim, const struct object *pod)
{
	const struct node *list = node_at(pod->root, "spec.volumes");

	if (!str_equal(pod->key.namespace, claim->key.namespace))
		return false;
	for (uint32_t i = 0; i < node_count(list); i++)
		if (str_equal(volume_claim_name(arena, pod, node_item(list, i)), claim->key.name))
			return true;
	return false;
}

bool volume_is_bound_to(const struct object *volume, const struct object *claim)
{
	const struct node *reference = node_at(volume->root, "spec.claimRef");
	struct str uid = node_str_at(reference, "uid");

	return str_equal(node_str_at(reference, "name"), claim->key.name) &&
	       str_equal(node_str_at(reference, "namespace"), claim->key.namespace) &&
	       (!uid.len || str_equal(uid, claim->uid));
}

const struct node *volume_claimed(struct arena *arena, const struct object *volume,
				  const struct object *claim)
{
	const struct node *root = volume->root;
	bool bound = volume_is_bound_to(volume, claim);

	if (bound && node_str_at(root, "spec.claimRef.uid").len)
		return root;
	root = node_set(arena, root, "spec.claimRef",
			node_make(arena,
				  "{kind: PersistentVolumeClaim, namespace: %s, name: %s, uid: %s, "
				  "apiVersion: v1, resourceVersion: %s}",
				  claim->key.namespace, claim->key.name, claim->uid,
				  node_str_at(claim->root, "metadata.resourceVersion")));
	if (bound)
		return root;
	return object_with_annotation(arena, root, STR(VOLUME_BOUND_BY_CONTROLLER), STR("yes"));
}

bool volume_reaches(const struct object *volume, const struct object *node)
{
	const struct node *required = node_at(volume->root, "spec.nodeAffinity.required");
	const struct node *terms = node_get(required, STR("nodeSelectorTerms"));

	for (uint32_t i = 0; i < node_count(terms); i++)
		if (scheduler_node_term_matches(node_item(terms, i), node))
			return true;
	return !required;
}

/* Fitting */

static struct str mode_of(const struct object *o)
{
	struct str mode = node_str_at(o->root, "spec.volumeMode");

	return mode.len ? mode : STR("Filesystem");
}

bool volume_has_other_mode(const struct object *volume, const struct object *claim)
{
	return !str_equal(mode_of(volume), mode_of(claim));
}

static int64_t size_of(const struct object *volume)
{
	return quantity_milli(node_at(volume->root, "spec.capacity.storage"), 0);
}

static bool is_too_small(const struct object *volume, const struct object *claim)
{
	return size_of(volume) <
	       quantity_milli(node_at(claim->root, "spec.resources.requests.storage"), 0);
}

static bool has_mode(const struct node *modes, struct str mode)
{
	for (uint32_t i = 0; i < node_count(modes); i++)
		if (str_equal(node_text(node_item(modes, i)), mode))
			return true;
	return false;
}

static bool has_access_modes(const struct object *volume, const struct object *claim)
{
	const struct node *wanted = node_at(claim->root, "spec.accessModes");
	const struct node *modes = node_at(volume->root, "spec.accessModes");

	for (uint32_t i = 0; i < node_count(wanted); i++)
		if (!has_mode(modes, node_text(node_item(wanted, i))))
			return false;
	return true;
}

static bool has_other_class(const struct object *volume, const struct object *claim)
{
	return !str_equal(claim_class_name(volume->root), claim_class_name(claim->root));
}

const char *volume_misfit(const struct object *volume, const struct object *claim)
{
	if (volume->facts.deletion_s)
		return "the volume is marked for deletion";
	if (is_too_small(volume, claim))
		return "requested PV is too small";
	if (has_other_class(volume, claim))
		return "storageClassName does not match";
	if (volume_has_other_mode(volume, claim))
		return "incompatible volumeMode";
	return has_access_modes(volume, claim) ? NULL : "incompatible accessMode";
}

/* Whether a volume that nobody has may be given to the claim. */
static bool may_take(const struct volume_search *s, const struct object *volume)
{
	const struct node *selector = node_at(s->claim->root, "spec.selector");

	if (s->waits && !s->node)
		return false;
	if (!str_equal(node_str_at(volume->root, "status.phase"), STR("Available")))
		return false;
	if (selector && !labels_match(selector, volume->facts.labels))
		return false;
	return !has_other_class(volume, s->claim) && (!s->node || volume_reaches(volume, s->node));
}

static bool is_candidate(const struct volume_search *s, const struct object *volume)
{
	for (uint32_t i = 0; s->taken && i < s->taken->count; i++)
		if (s->taken->items[i] == volume)
			return false;
	if (node_at(volume->root, "spec.claimRef") && !volume_is_bound_to(volume, s->claim))
		return false;
	return !is_too_small(volume, s->claim) && !volume_has_other_mode(volume, s->claim) &&
	       !volume->facts.deletion_s && has_access_modes(volume, s->claim);
}

/* Whether a is the better one of two that fit; of equals the first stays. */
static bool is_better(const struct volume_search *s, const struct object *a, const struct object *b)
{
	uint32_t a_modes = node_count(node_at(a->root, "spec.accessModes"));
	uint32_t b_modes = node_count(node_at(b->root, "spec.accessModes"));

	if (!s->node && a_modes != b_modes)
		return a_modes < b_modes;
	return size_of(a) < size_of(b);
}

const struct object *volume_match(const struct view *view, const struct volume_search *search)
{
	struct objects all = view_list(view, KIND_PERSISTENTVOLUME, STR_NONE);
	const struct object *best = NULL;

	for (uint32_t i = 0; i < all.count; i++) {
		const struct object *volume = all.items[i];
		if (!is_candidate(search, volume))
			continue;
		if (volume_is_bound_to(volume, search->claim))
			return !search->node || volume_reaches(volume, search->node) ? volume
										     : NULL;
		if (may_take(search, volume) && (!best || is_better(search, volume, best)))
			best = volume;
	}
	return best;
}
