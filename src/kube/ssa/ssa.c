/* ssa - server-side apply: which manager owns which field, and what an apply changes */
#include "kube/ssa/ssa.h"

#include "base/arena.h"
#include "base/sort.h"
#include "doc/json.h"
#include "doc/make.h"
#include "doc/secret.h"
#include "kube/ssa/element.h"
#include "kube/ssa/managers.h"
#include "kube/ssa/set.h"
#include "kube/ssa/typed.h"

#define LAST_APPLIED STR("kubectl.kubernetes.io/last-applied-configuration")

enum { ANNOTATIONS_BYTES_MAX = 256 << 10 };

/* What nobody owns: identity, and what only the server writes. */
static const struct node *stripped(struct arena *arena, const struct node *set)
{
	const struct node *never = node_make(
		arena, "{\"f:apiVersion\": {}, \"f:kind\": {}, \"f:metadata\": {\".\": {}, "
		       "\"f:clusterName\": {}, \"f:creationTimestamp\": {}, \"f:generation\": {}, "
		       "\"f:managedFields\": {}, \"f:name\": {}, \"f:namespace\": {}, "
		       "\"f:resourceVersion\": {}, \"f:selfLink\": {}, \"f:uid\": {}}}");
	return ssa_set_minus(arena, set, never);
}

static bool has_status_subresource(const struct ssa_typed *t, const struct node *object)
{
	const struct kind *kind =
		t->root.schemas ? schemas_kind(t->root.schemas, object_gvk(object), NULL) : NULL;
	return !kind || (kind->flags & KIND_FLAG_STATUS);
}

/*
 * Writes through the main resource never own status, where the kind has /status; those through
 * /status never own spec, and of custom resources nothing else than status.
 */
static const struct node *without_reset_fields(const struct ssa_typed *t, const struct node *set,
					       const struct node *object, struct str subresource)
{
	struct str status = STR("f:status");
	const struct node *below = node_get(set, status);

	if (!str_equal(subresource, STR("status")))
		return below && has_status_subresource(t, object)
			       ? node_without(t->arena, set, status)
			       : set;
	if (t->is_go)
		return set ? node_without(t->arena, set, STR("f:spec")) : NULL;
	return below ? node_with(t->arena, NULL, status, below) : NULL;
}

/* What a write changes, as far as it counts. before may be NULL. */
static struct ssa_typed_delta delta_of(const struct ssa_typed *t, const struct node *before,
				       const struct node *after, struct str subresource)
{
	struct ssa_typed_delta delta = ssa_typed_compare(t, t->root, before, after);

	delta.changed = without_reset_fields(t, delta.changed, after, subresource);
	delta.removed = without_reset_fields(t, delta.removed, after, subresource);
	return delta;
}

/* Takes what changed and what is gone from every manager but one. */
static void take_from_others(struct arena *arena, struct ssa_managers *managers,
			     const struct ssa_manager *writer, struct ssa_typed_delta delta)
{
	for (uint32_t i = 0; i < managers->list.count; i++) {
		struct ssa_manager *m = &managers->list.items[i];
		if (m != writer)
			ssa_manager_set(
				m, ssa_set_minus(arena, ssa_set_minus(arena, m->set, delta.changed),
						 delta.removed));
	}
}

/* Updates */

static void record_update(struct arena *arena, struct ssa_managers *managers,
			  const struct ssa_manager *writer, struct ssa_typed_delta delta,
			  bool owns_nothing)
{
	take_from_others(arena, managers, NULL, delta);
	const struct node *taken = stripped(arena, delta.changed);
	if (ssa_set_is_empty(taken) || owns_nothing)
		return;
	struct ssa_manager *self = ssa_managers_have(managers, arena, writer);
	ssa_manager_set(self, ssa_set_union(arena, self->set, taken));
	self->time = writer->time;
	self->entry = NULL;
}

static struct ssa_manager identity_of(const struct ssa_writer *writer, const struct node *object,
				      bool is_apply)
{
	return (struct ssa_manager){ .name = writer->manager,
				     .api_version = object_api_version(object),
				     .time = writer->time,
				     .subresource = writer->subresource,
				     .is_apply = is_apply };
}

const struct node *ssa_update(struct arena *arena, const struct ssa_stored *stored,
			      const struct node *after, const struct ssa_writer *writer)
{
	struct ssa_typed t = ssa_typed_begin(arena, stored->schema);
	const struct node *managed = stored->managed;
	struct ssa_managers managers;

	if (!node_item_count(managed) && !writer->tracks_new)
		return managed;
	struct ssa_typed_delta delta = delta_of(&t, stored->object, after, writer->subresource);
	if (ssa_set_is_empty(delta.changed) && ssa_set_is_empty(delta.removed))
		return managed;
	ssa_managers_read(&managers, arena, managed);
	struct ssa_manager identity = identity_of(writer, after, /* is_apply= */ false);
	/* A Scale leaves replicas: 0 out, and nobody owns what is not there. */
	bool owns_nothing = str_equal(writer->subresource, STR("scale")) &&
			    node_int_at(after, "spec.replicas", 0) == 0;
	record_update(arena, &managers, &identity, delta, owns_nothing);
	ssa_managers_cap(&managers, arena);
	return ssa_managers_write(&managers, arena, managed);
}

/* Applying */

struct apply {
	struct arena *arena;
	struct ssa_typed t;
	const struct node *live;
	const struct node *applied;
	const struct ssa_writer *writer;
	struct ssa_managers managers;
	struct ssa_manager *self;
	const struct node *last; /* what self owned before */
	const struct node *set;	 /* what it states now, identity included */
	const struct node *merged;
};

/* What stands in a live object that nobody owns yet belongs to "before-first-apply". */
static void adopt_live(struct apply *a)
{
	struct ssa_writer first = { .manager = STR("before-first-apply"), .time = a->writer->time };
	struct ssa_manager identity = identity_of(&first, a->applied, /* is_apply= */ false);

	if (!a->live || a->managers.list.count)
		return;
	struct ssa_typed_delta delta = delta_of(&a->t, NULL, a->live, a->writer->subresource);
	record_update(a->arena, &a->managers, &identity, delta, /* owns_nothing= */ false);
}

/*
 * Removes from the merged object what self applied last time, does not apply now, and nobody else
 * owns. Source: merge/update.go, prune.
 */
static const struct node *pruned(struct apply *a)
{
	struct arena *arena = a->arena;
	const struct node *owned = a->set;

	for (uint32_t i = 0; i < a->managers.list.count; i++)
		if (&a->managers.list.items[i] != a->self)
			owned = ssa_set_union(arena, owned, a->managers.list.items[i].set);
	const struct node *last = ssa_typed_with_named(&a->t, a->t.root, a->last);
	owned = ssa_typed_with_named(&a->t, a->t.root, owned);
	if (ssa_set_is_empty(ssa_set_minus(arena, last, owned)))
		return a->merged;
	const struct node *all =
		ssa_typed_with_named(&a->t, a->t.root, ssa_typed_set(&a->t, a->t.root, a->merged));
	const struct node *less = ssa_typed_remove(&a->t, a->t.root, a->merged, last);
	const struct node *kept =
		ssa_typed_with_named(&a->t, a->t.root, ssa_typed_set(&a->t, a->t.root, less));
	less = ssa_typed_remove(&a->t, a->t.root, a->merged,
				ssa_set_minus(arena, all, ssa_set_union(arena, kept, owned)));
	kept = ssa_typed_with_named(&a->t, a->t.root, ssa_typed_set(&a->t, a->t.root, less));
	return ssa_typed_remove(&a->t, a->t.root, a->merged,
				ssa_set_common(arena, ssa_set_minus(arena, all, kept), last));
}

/* Containers that the removal emptied are null: those of Go types vanish, a CRD's are refused. */
static const struct node *decoded(const struct apply *a, const struct node *object)
{
	const struct node *metadata = node_get(object, STR("metadata"));

	if (a->t.is_go)
		return ssa_typed_without_nulls(&a->t, object);
	if (!metadata)
		return object;
	return node_with(a->arena, object, STR("metadata"),
			 ssa_typed_without_nulls(&a->t, metadata));
}

static void merge(struct apply *a)
{
	struct ssa_manager identity = identity_of(a->writer, a->applied, /* is_apply= */ true);

	a->set = without_reset_fields(&a->t, ssa_typed_set(&a->t, a->t.root, a->applied),
				      a->applied, a->writer->subresource);
	a->self = ssa_managers_have(&a->managers, a->arena, &identity);
	a->last = a->self->set;
	a->merged = ssa_typed_merge(&a->t, a->t.root, a->live, a->applied);
	const struct node *kept = ssa_set_is_empty(a->last) ? a->merged : pruned(a);
	a->merged = kept == a->merged ? kept : decoded(a, kept);
	ssa_manager_set(a->self, stripped(a->arena, a->set));
	if (!str_equal(a->self->api_version, identity.api_version)) {
		a->self->api_version = identity.api_version;
		a->self->entry = NULL;
	}
}

/* Conflicts */

struct conflict_list {
	struct arena *arena;
	VEC(struct ssa_conflict) list;
	const struct ssa_manager *manager;
	struct str manager_text;
	const struct node *allowed;
};

static void add_conflict(struct str path, void *context)
{
	struct conflict_list *c = context;

	if (!ssa_set_has_path(c->allowed, path))
		VEC_PUSH(c->arena, &c->list, (struct ssa_conflict){ c->manager_text, path });
}

/* What kubectl's client-side apply wrote and is unchanged since then may be taken by its
 * server-side apply. Source: managedfields/internal/lastappliedmanager.go. */
static const struct node *allowed_conflicts(const struct apply *a)
{
	struct str text = object_annotation(a->live, LAST_APPLIED);
	struct error err;

	if (!str_equal(a->writer->manager, STR("kubectl")) || !text.len)
		return NULL;
	const struct node *last =
		json_read(docset_new(a->arena), STR("last-applied-configuration"), text, &err);
	if (!last || !str_equal(object_api_version(last), object_api_version(a->applied)) ||
	    ssa_typed_faults(&a->t, a->t.root, last).len)
		return NULL;
	struct ssa_typed_delta delta = ssa_typed_compare(&a->t, a->t.root, last, a->live);
	const struct node *set = ssa_typed_set(&a->t, a->t.root, last);
	return ssa_set_minus(a->arena, ssa_set_minus(a->arena, set, delta.changed), delta.removed);
}

static int compare_identities(const void *a, const void *b, void *context)
{
	const struct ssa_manager *x = *(const struct ssa_manager *const *)a;
	const struct ssa_manager *y = *(const struct ssa_manager *const *)b;
	int order = str_compare(x->name, y->name);

	(void)context;
	if (order || x->is_apply != y->is_apply)
		return order ? order : (x->is_apply ? -1 : 1);
	order = str_compare(x->api_version, y->api_version);
	return order ? order : str_compare(x->subresource, y->subresource);
}

/* Fields of others whose values the merged object changes, by sorted manager. */
static struct ssa_conflicts conflicts_of(const struct apply *a, const struct node *changed)
{
	struct conflict_list c = { .arena = a->arena };
	uint32_t count = a->managers.list.count;
	const struct ssa_manager **sorted =
		arena_array(a->arena, const struct ssa_manager *, count);
	bool any = false;

	for (uint32_t i = 0; i < count; i++) {
		sorted[i] = &a->managers.list.items[i];
		any |= sorted[i] != a->self &&
		       !ssa_set_is_empty(ssa_set_common(a->arena, sorted[i]->set, changed));
	}
	if (!any)
		return (struct ssa_conflicts){};
	c.allowed = allowed_conflicts(a);
	sort_stable(sorted, count, sizeof(const struct ssa_manager *), compare_identities, NULL);
	for (uint32_t i = 0; i < count; i++) {
		if (sorted[i] == a->self)
			continue;
		c.manager_text = ssa_manager_print(a->arena, sorted[i]);
		ssa_set_visit(a->arena, ssa_set_common(a->arena, sorted[i]->set, changed),
			      add_conflict, &c);
	}
	return (struct ssa_conflicts){ c.list.items, c.list.count };
}

struct str ssa_conflicts_text(struct arena *arena, const struct ssa_conflicts *conflicts)
{
	struct buf buf;

	buf_init(&buf, arena);
	if (conflicts->count == 1) {
		buf_printf(&buf, "Apply failed with 1 conflict: conflict with %.*s: %.*s",
			   STR_FMT(conflicts->items[0].manager), STR_FMT(conflicts->items[0].path));
		return buf_str(&buf);
	}
	buf_printf(&buf, "Apply failed with %u conflicts: ", conflicts->count);
	for (uint32_t i = 0; i < conflicts->count; i++) {
		const struct ssa_conflict *c = &conflicts->items[i];
		if (i == 0 || !str_equal(c->manager, conflicts->items[i - 1].manager))
			buf_printf(&buf, "%sconflicts with %.*s:", i ? "\n" : "",
				   STR_FMT(c->manager));
		buf_printf(&buf, "\n- %.*s", STR_FMT(c->path));
	}
	return buf_str(&buf);
}

/* The annotation of client-side apply follows what kubectl applies, as long as it is there. */
static const struct node *with_last_applied(const struct apply *a, const struct node *object)
{
	const struct node *annotations = object_annotations(object);
	size_t size = 0;
	struct buf buf;

	if (!str_equal(a->writer->manager, STR("kubectl")) ||
	    !object_annotation(object, LAST_APPLIED).len)
		return object;
	const struct node *applied = a->applied;
	if (object_annotation(applied, LAST_APPLIED).ptr)
		applied =
			node_set(a->arena, applied, "metadata.annotations",
				 node_without(a->arena, object_annotations(applied), LAST_APPLIED));
	buf_init(&buf, a->arena);
	json_write(&buf, applied, JSON_SORT_KEYS | JSON_ESCAPE_HTML | JSON_SECRETS);
	buf_add_char(&buf, '\n');
	const struct node *text = node_str(a->arena, buf_str(&buf));
	annotations = node_with(a->arena, annotations, LAST_APPLIED,
				node_marked_like(a->arena, text, applied));
	for (uint32_t i = 0; i < node_entry_count(annotations); i++)
		size += node_text(node_entry(annotations, i)->key).len +
			node_text(node_entry(annotations, i)->value).len;
	if (size > ANNOTATIONS_BYTES_MAX)
		annotations = node_without(a->arena, annotations, LAST_APPLIED);
	return node_set(a->arena, object, "metadata.annotations", annotations);
}

static int check_applied(const struct apply *a, struct error *err)
{
	struct str faults = ssa_typed_faults(&a->t, a->t.root, a->applied);
	struct gvk gvk = object_gvk(a->applied);

	if (!faults.len)
		return 0;
	return error_set(err, ERROR_INPUT, a->applied->position,
			 "failed to create typed patch object (%.*s/%.*s; %.*s/%.*s, Kind=%.*s): "
			 "%.*s",
			 STR_FMT(object_namespace(a->applied)), STR_FMT(object_name(a->applied)),
			 STR_FMT(gvk.group), STR_FMT(gvk.version), STR_FMT(gvk.kind),
			 STR_FMT(faults));
}

int ssa_apply(struct arena *arena, const struct ssa_stored *stored, const struct node *applied,
	      const struct ssa_writer *writer, struct ssa_result *ret, struct error *err)
{
	const struct node *live = stored->object;
	struct apply a = { .arena = arena,
			   .t = ssa_typed_begin(arena, stored->schema),
			   .live = live,
			   .applied = applied,
			   .writer = writer };

	if (check_applied(&a, err) < 0)
		return -1;
	ssa_managers_read(&a.managers, arena, stored->managed);
	adopt_live(&a);
	merge(&a);
	struct ssa_typed_delta delta = delta_of(&a.t, live, a.merged, writer->subresource);
	*ret = (struct ssa_result){};
	if (!writer->force)
		ret->conflicts = conflicts_of(&a, delta.changed);
	if (ret->conflicts.count)
		return 0;
	take_from_others(arena, &a.managers, a.self, delta);
	bool changed = !live || !ssa_typed_same(&a.t, stored->schema, live, a.merged);
	if (changed) {
		a.self->time = writer->time;
		a.self->entry = NULL;
	}
	ret->object = with_last_applied(&a, changed ? a.merged : live);
	ret->managed = ssa_managers_write(&a.managers, arena, stored->managed);
	ret->changed = changed || ret->object != live || ret->managed != stored->managed;
	return 0;
}

struct str ssa_faults(struct arena *arena, struct schema schema, const struct node *object)
{
	struct ssa_typed t = ssa_typed_begin(arena, schema);

	return ssa_typed_faults(&t, t.root, object);
}

bool ssa_fits(struct arena *arena, struct schema schema, const struct node *object)
{
	struct ssa_typed t = ssa_typed_begin(arena, schema);
	return !ssa_typed_faults(&t, t.root, object).len;
}

static bool is_same_entry(const struct node *a, const struct node *b)
{
	for (uint32_t i = 0; i < node_entry_count(a); i++) {
		struct str key = node_text(node_entry(a, i)->key);
		if (!str_equal(key, STR("time")) &&
		    !node_equal(node_entry(a, i)->value, node_get(b, key)))
			return false;
	}
	return node_entry_count(a) == node_entry_count(b);
}

bool ssa_same_but_times(const struct node *a, const struct node *b)
{
	if (a == b)
		return true;
	for (uint32_t i = 0; i < node_item_count(a); i++)
		if (!is_same_entry(node_item(a, i), node_item(b, i)))
			return false;
	return node_item_count(a) == node_item_count(b);
}

const struct node *ssa_fields_of(struct arena *arena, struct schema schema,
				 const struct node *object)
{
	struct ssa_typed t = ssa_typed_begin(arena, schema);
	const struct node *set = stripped(arena, ssa_typed_set(&t, schema, object));
	return set ? set : node_empty_map();
}

bool ssa_owns(const struct node *managed, struct str manager, struct str path)
{
	for (uint32_t i = 0; i < node_item_count(managed); i++) {
		const struct node *entry = node_item(managed, i);
		if (str_equal(node_str_at(entry, "manager"), manager) &&
		    ssa_set_has_path(node_get(entry, STR("fieldsV1")), path))
			return true;
	}
	return false;
}
