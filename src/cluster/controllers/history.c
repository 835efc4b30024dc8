/* history - the ControllerRevisions of a DaemonSet or StatefulSet */
#include "cluster/controllers/history.h"

#include "base/arena.h"
#include "doc/make.h"
#include "kube/names.h"

enum { LIMIT_DEFAULT = 10 };

/* What a revision keeps: the whole template, to be put in its place. */
static const struct node *data_of(const struct history *h)
{
	struct arena *arena = h->plan->arena;

	return node_make(arena, "{spec: {template: %n}}",
			 node_with(arena, node_at(h->set->root, "spec.template"), STR("$patch"),
				   node_cstr(arena, "replace")));
}

static struct revision_name create(const struct history *h, const struct node *data, int64_t number)
{
	struct arena *arena = h->plan->arena;
	const struct node *template = node_at(h->set->root, "spec.template");
	uint64_t sum = node_hash(template);
	struct str hash = names_hash_text(arena, (uint32_t)(sum ^ sum >> 32));
	struct str name = str_printf(arena, "%.*s-%.*s", STR_FMT(h->set->key.name), STR_FMT(hash));
	const struct node *labels = node_with(arena, node_at(template, "metadata.labels"), h->label,
					      node_str(arena, hash));

	plan_create(
		h->plan,
		node_make(arena,
			  "{apiVersion: apps/v1, kind: ControllerRevision, metadata: {name: %s, "
			  "namespace: %s, labels: %n, annotations: %?n, ownerReferences: "
			  "[%n]}, data: %n, revision: %l}",
			  name, h->set->key.namespace, labels, object_annotations(h->set->root),
			  object_owner_reference(arena, h->set->root, /* controller= */ true), data,
			  number));
	return (struct revision_name){ name, hash };
}

static bool has_pods(const struct history *h, const struct object *revision)
{
	struct str mark =
		h->pods_have_name ? revision->key.name : object_label(revision->root, h->label);
	struct objects pods = view_owned(h->view, KIND_POD, h->set);

	for (uint32_t i = 0; i < pods.count; i++)
		if (str_equal(object_label(pods.items[i]->root, STR("controller-revision-hash")),
			      mark))
			return true;
	return false;
}

/* Deletes the oldest revisions without pods first. */
static void clean_up(const struct history *h, struct objects all, const struct object *present)
{
	int64_t limit = node_int_at(h->set->root, "spec.revisionHistoryLimit", LIMIT_DEFAULT);
	int64_t excess = (int64_t)all.count - (present ? 1 : 0) - MAX(limit, (int64_t)0);

	for (; excess > 0; excess--) {
		const struct object *oldest = NULL;
		uint32_t at = 0;
		for (uint32_t i = 0; i < all.count; i++) {
			const struct object *o = all.items[i];
			if (!o || o == present || has_pods(h, o))
				continue;
			if (!oldest || node_int_at(o->root, "revision", 0) <
					       node_int_at(oldest->root, "revision", 0)) {
				oldest = o;
				at = i;
			}
		}
		if (!oldest)
			return;
		plan_delete(h->plan, oldest);
		all.items[at] = NULL;
	}
}

struct revision_name history_keep(const struct history *h)
{
	struct objects all = view_owned(h->view, KIND_CONTROLLERREVISION, h->set);
	const struct node *data = data_of(h);
	const struct object *present = NULL;
	struct revision_name found = {};
	int64_t highest = 0;

	for (uint32_t i = 0; i < all.count; i++) {
		const struct object *o = all.items[i];
		if (node_equal(node_get(o->root, STR("data")), data))
			present = o;
		highest = MAX(highest, node_int_at(o->root, "revision", 0));
	}
	if (!present) {
		found = create(h, data, highest + 1);
	} else {
		found = (struct revision_name){ present->key.name,
						object_label(present->root, h->label) };
		if (node_int_at(present->root, "revision", 0) < highest)
			plan_update(h->plan, present,
				    node_with(h->plan->arena, present->root, STR("revision"),
					      node_int(h->plan->arena, highest + 1)));
	}
	clean_up(h, all, present);
	return found;
}

const struct object *history_find(const struct history *h, struct str name)
{
	struct objects all = view_owned(h->view, KIND_CONTROLLERREVISION, h->set);

	for (uint32_t i = 0; i < all.count; i++)
		if (str_equal(all.items[i]->key.name, name))
			return all.items[i];
	return NULL;
}
