/* claim - which PersistentVolume fits a claim, which is bound to it, and which pods use it */
#include "kube/claim.h"

#include "base/arena.h"
#include "doc/make.h"
#include "kube/labels.h"
#include "kube/node_selector.h"
#include "kube/object.h"
#include "kube/quantity.h"

#define BETA_CLASS "volume.beta.kubernetes.io/storage-class"

struct str claim_class_name(const struct node *claim)
{
	const struct node *beta = node_get(object_annotations(claim), STR(BETA_CLASS));

	return beta ? node_text(beta) : node_str_at(claim, "spec.storageClassName");
}

bool claim_class_waits(const struct node *class)
{
	return str_equal(node_str_at(class, "volumeBindingMode"), STR("WaitForFirstConsumer"));
}

static bool is_default(const struct node *class)
{
	static const struct str names[] = {
		STR_INIT("storageclass.kubernetes.io/is-default-class"),
		STR_INIT("storageclass.beta.kubernetes.io/is-default-class"),
	};

	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		if (str_equal(object_annotation(class, names[i]), STR("true")))
			return true;
	return false;
}

/* RFC 3339 in UTC, as the server writes it, orders as text. */
static bool is_newer(const struct node *a, const struct node *b)
{
	static const struct trusted_path path = TRUSTED_PATH_INIT("metadata.creationTimestamp");

	return str_compare(node_find_str(a, path), node_find_str(b, path)) > 0;
}

const struct node *claim_default_class(const struct nodes *classes)
{
	const struct node *best = NULL;

	for (uint32_t i = 0; i < classes->count; i++) {
		const struct node *class = classes->items[i];
		if (is_default(class) && (!best || is_newer(class, best)))
			best = class;
	}
	return best;
}

bool claim_is_bound(const struct node *claim)
{
	return node_str_at(claim, "spec.volumeName").len > 0 &&
	       node_get(object_annotations(claim), STR(VOLUME_BIND_COMPLETED));
}

struct str claim_name_of(struct arena *arena, const struct node *pod, const struct node *volume)
{
	const struct node *claim = node_get(volume, STR("persistentVolumeClaim"));

	if (claim)
		return node_str_at(claim, "claimName");
	if (!node_get(volume, STR("ephemeral")))
		return STR_NONE;
	return STR_CAT(arena, object_name(pod), STR("-"), node_str_at(volume, "name"));
}

bool claim_is_used_by(struct arena *arena, const struct node *claim, const struct node *pod)
{
	const struct node *list = node_at(pod, "spec.volumes");

	if (!str_equal(object_namespace(pod), object_namespace(claim)))
		return false;
	for (uint32_t i = 0; i < node_item_count(list); i++)
		if (str_equal(claim_name_of(arena, pod, node_item(list, i)), object_name(claim)))
			return true;
	return false;
}

bool volume_is_bound_to(const struct node *volume, const struct node *claim)
{
	const struct node *reference = node_at(volume, "spec.claimRef");
	struct str uid = node_str_at(reference, "uid");

	return str_equal(node_str_at(reference, "name"), object_name(claim)) &&
	       str_equal(node_str_at(reference, "namespace"), object_namespace(claim)) &&
	       (!uid.len || str_equal(uid, object_uid(claim)));
}

const struct node *volume_claimed(struct arena *arena, const struct node *volume,
				  const struct node *claim)
{
	const struct node *root = volume;
	bool bound = volume_is_bound_to(volume, claim);

	if (bound && node_str_at(root, "spec.claimRef.uid").len)
		return root;
	root = node_set(arena, root, "spec.claimRef",
			node_make(arena,
				  "{kind: PersistentVolumeClaim, namespace: %s, name: %s, uid: %s, "
				  "apiVersion: v1, resourceVersion: %s}",
				  object_namespace(claim), object_name(claim), object_uid(claim),
				  node_str_at(claim, "metadata.resourceVersion")));
	if (bound)
		return root;
	return object_with_annotation(arena, root, STR(VOLUME_BOUND_BY_CONTROLLER), STR("yes"));
}

bool volume_reaches(const struct node *volume, const struct node *node)
{
	const struct node *required = node_at(volume, "spec.nodeAffinity.required");

	return !required ||
	       node_selector_matches(node_get(required, STR("nodeSelectorTerms")), node);
}

/* Fitting */

static struct str mode_of(const struct node *o)
{
	struct str mode = node_str_at(o, "spec.volumeMode");

	return mode.len ? mode : STR("Filesystem");
}

bool volume_has_other_mode(const struct node *volume, const struct node *claim)
{
	return !str_equal(mode_of(volume), mode_of(claim));
}

static int64_t size_of(const struct node *volume)
{
	return quantity_milli(node_at(volume, "spec.capacity.storage"), 0);
}

static bool is_too_small(const struct node *volume, const struct node *claim)
{
	return size_of(volume) <
	       quantity_milli(node_at(claim, "spec.resources.requests.storage"), 0);
}

static bool has_mode(const struct node *modes, struct str mode)
{
	for (uint32_t i = 0; i < node_item_count(modes); i++)
		if (str_equal(node_text(node_item(modes, i)), mode))
			return true;
	return false;
}

static bool has_access_modes(const struct node *volume, const struct node *claim)
{
	const struct node *wanted = node_at(claim, "spec.accessModes");
	const struct node *modes = node_at(volume, "spec.accessModes");

	for (uint32_t i = 0; i < node_item_count(wanted); i++)
		if (!has_mode(modes, node_text(node_item(wanted, i))))
			return false;
	return true;
}

static bool has_other_class(const struct node *volume, const struct node *claim)
{
	return !str_equal(claim_class_name(volume), claim_class_name(claim));
}

const char *volume_misfit(const struct node *volume, const struct node *claim)
{
	if (object_is_deleting(volume))
		return "the volume is marked for deletion";
	if (is_too_small(volume, claim))
		return "requested PV is too small";
	if (has_other_class(volume, claim))
		return "storageClassName does not match";
	if (volume_has_other_mode(volume, claim))
		return "incompatible volumeMode";
	return has_access_modes(volume, claim) ? NULL : "incompatible accessMode";
}

/* Whether an unbound volume may be bound to the claim. */
static bool may_take(const struct volume_search *s, const struct node *volume)
{
	const struct node *selector = node_at(s->claim, "spec.selector");

	if (s->waits && !s->node)
		return false;
	if (!str_equal(node_str_at(volume, "status.phase"), STR("Available")))
		return false;
	if (selector && !labels_match(selector, object_labels(volume)))
		return false;
	return !has_other_class(volume, s->claim) && (!s->node || volume_reaches(volume, s->node));
}

static bool is_candidate(const struct volume_search *s, const struct node *volume)
{
	for (uint32_t i = 0; s->taken && i < s->taken->count; i++)
		if (s->taken->items[i] == volume)
			return false;
	if (node_at(volume, "spec.claimRef") && !volume_is_bound_to(volume, s->claim))
		return false;
	return !is_too_small(volume, s->claim) && !volume_has_other_mode(volume, s->claim) &&
	       !object_is_deleting(volume) && has_access_modes(volume, s->claim);
}

/* Whether a is the better one of two that fit; of equals the first stays. */
static bool is_better(const struct volume_search *s, const struct node *a, const struct node *b)
{
	uint32_t a_modes = node_item_count(node_at(a, "spec.accessModes"));
	uint32_t b_modes = node_item_count(node_at(b, "spec.accessModes"));

	if (!s->node && a_modes != b_modes)
		return a_modes < b_modes;
	return size_of(a) < size_of(b);
}

const struct node *volume_match(const struct nodes *volumes, const struct volume_search *search)
{
	const struct node *best = NULL;

	for (uint32_t i = 0; i < volumes->count; i++) {
		const struct node *volume = volumes->items[i];
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
