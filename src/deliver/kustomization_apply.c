/* kustomization_apply - applies a render in stages, and prunes objects that are no longer in it */
#include "base/arena.h"
#include "base/buf.h"
#include "base/sort.h"
#include "build/sops.h"
#include "deliver/kustomization.h"
#include "doc/make.h"
#include "kube/schema/prune.h"
#include "kube/schema/schemas.h"
#include "kube/ssa/ssa.h"

enum { STAGE_COUNT = 3 };

/* One object of a stage on its way. */
struct item {
	uint32_t number; /* among all objects, of its requests */
	const struct node *object;
	struct inventory_entry entry;
	const struct kind *kind;
	const struct object *live;
	bool skipped;
};

struct stage {
	struct work *w;
	struct item *items;
	uint32_t count;
};

/* Order */

static struct inventory_entry entry_of(const struct node *object)
{
	struct gvk gvk = object_gvk(object);
	return (struct inventory_entry){ object_key(object), gvk.group, gvk.kind, gvk.version };
}

/* An object with what it is sorted by. */
struct ranked {
	const struct node *object;
	struct inventory_entry entry;
	int rank;
};

static int compare_ranked(const void *a, const void *b, void *context)
{
	const struct ranked *x = a, *y = b;

	(void)context;
	return x->rank != y->rank ? x->rank - y->rank : inventory_compare(&x->entry, &y->entry);
}

void kustomization_order(struct work *w)
{
	SCRATCH(scratch);
	uint32_t count = w->render->count;
	struct ranked *ranked = arena_array(scratch, struct ranked, count);

	for (uint32_t i = 0; i < count; i++) {
		const struct node *object = w->render->objects[i];
		struct inventory_entry entry = entry_of(object);
		ranked[i] = (struct ranked){ object, entry, inventory_rank(entry.kind) };
	}
	sort_stable(ranked, count, sizeof(*ranked), compare_ranked, NULL);
	w->objects = (struct nodes){ arena_array(w->arena, const struct node *, count), count };
	for (uint32_t i = 0; i < count; i++)
		w->objects.items[i] = flux_owned(w->arena, NULL, ranked[i].object, w->object->root);
}

/* Definitions first, then kinds ending in Class, then the rest. */
static int stage_of(const struct node *object)
{
	static const struct str definitions[] = { STR_INIT("CustomResourceDefinition"),
						  STR_INIT("Namespace"), STR_INIT("ClusterRole") };
	struct str kind = object_kind(object);

	for (size_t i = 0; i < ARRAY_COUNT(definitions); i++)
		if (str_equal(definitions[i], kind))
			return 0;
	return str_ends(kind, STR("Class")) ? 1 : 2;
}

/* IfNotPresent counts only until this reconcile has tried the object itself. */
static bool is_skipped(const struct node *object, const struct object *live, bool tried)
{
	const struct node *there = live ? live->root : NULL;

	return flux_says(object, "ssa", "Ignore") || flux_says(there, "ssa", "Ignore") ||
	       flux_says(object, "reconcile", "disabled") ||
	       flux_says(there, "reconcile", "disabled") ||
	       (live && !tried &&
		(flux_says(object, "ssa", "IfNotPresent") ||
		 flux_says(there, "ssa", "IfNotPresent")));
}

static struct item item_of(struct work *w, const struct node *object, uint32_t number)
{
	struct item item = { .number = number, .object = object, .entry = entry_of(object) };
	bool tried = view_answer(w->view, STR("dry"), number) != NULL;

	item.kind = schemas_kind(w->view->schemas, object_gvk(object), NULL);
	if (item.kind)
		item.live = view_get(w->view, item.kind->id, item.entry.key);
	item.skipped = is_skipped(object, item.live, tried);
	return item;
}

/* Requests of one object: dry, apply, delete */

static const struct answer *answer_of(const struct stage *s, const char *what, uint32_t index)
{
	return view_answer(s->w->view, str_from_cstr(what), s->items[index].number);
}

static struct stage stage_at(struct work *w, int number)
{
	struct stage s = { .w = w };

	s.items = arena_array(w->arena, struct item, w->objects.count);
	for (uint32_t i = 0; i < w->objects.count; i++) {
		if (stage_of(w->objects.items[i]) != number)
			continue;
		s.items[s.count++] = item_of(w, w->objects.items[i], i);
	}
	return s;
}

const struct node *deliver_typed(const struct schemas *schemas, struct arena *arena,
				 const struct node *object)
{
	const struct kind *kind = schemas_kind(schemas, object_gvk(object), NULL);

	if (!kind || (kind->flags & KIND_FLAG_CUSTOM))
		return object;
	const struct node *known = prune_object(schemas, arena, object);
	if (!ssa_fits(arena, schema_root(schemas, kind, NULL), known))
		return object;
	return prune_empty(schemas, arena, known);
}

static const struct node *body_of(const struct work *w, const struct item *item, enum api_verb verb)
{
	return verb == API_APPLY ? deliver_typed(w->view->schemas, w->arena, item->object)
				 : item->object;
}

static void request(const struct stage *s, const char *what, uint32_t index, enum api_verb verb,
		    bool dry_run)
{
	struct work *w = s->w;
	const struct item *item = &s->items[index];
	struct api_request write = { .verb = verb,
				     .body = body_of(w, item, verb),
				     .kind = verb == API_DELETE ? item->kind : NULL,
				     .key = item->entry.key,
				     .manager = STR("kustomize-controller"),
				     .grace_s = -1,
				     .propagation = API_PROPAGATION_BACKGROUND,
				     .field_validation = API_VALIDATION_IGNORE,
				     .force = true,
				     .dry_run = dry_run };

	plan_request_write(w->plan, str_from_cstr(what), item->number, &write);
}

/* A dry run of everything */

static bool lacks_namespace(const struct item *item)
{
	return item->kind && (item->kind->flags & KIND_FLAG_NAMESPACED) &&
	       !item->entry.key.namespace.len;
}

static struct str fault_of(const struct stage *s, const struct item *item,
			   const struct answer *answer)
{
	struct arena *arena = s->w->arena;
	struct str name = inventory_text(arena, &item->entry);

	if (lacks_namespace(item))
		return str_printf(arena,
				  "%.*s namespace not specified: the server could not find the "
				  "requested resource",
				  STR_FMT(name));
	if (!item->kind)
		return str_printf(arena,
				  "%.*s dry-run failed: no matches for kind \"%.*s\" in version "
				  "\"%.*s\"",
				  STR_FMT(name), STR_FMT(item->entry.kind),
				  STR_FMT(object_api_version(item->object)));
	if (answer->code == 404)
		return str_printf(arena, "%.*s not found: %.*s", STR_FMT(name),
				  STR_FMT(answer->text));
	const char *reason = answer->code == 422   ? "Invalid"
			     : answer->code == 403 ? "Forbidden"
			     : answer->code == 409 ? "Conflict"
						   : "BadRequest";
	if (answer->code == 500)
		return str_printf(arena, "%.*s dry-run failed: %.*s", STR_FMT(name),
				  STR_FMT(answer->text));
	return str_printf(arena, "%.*s dry-run failed (%s): %.*s", STR_FMT(name), reason,
			  STR_FMT(answer->text));
}

static bool is_forced(const struct stage *s, const struct item *item)
{
	return node_bool_at(s->w->root, "spec.force", false) ||
	       flux_says(item->object, "force", "enabled") ||
	       (item->live && flux_says(item->live->root, "force", "enabled"));
}

static bool is_immutable_fault(const struct answer *answer)
{
	return answer && (answer->code == 422 || answer->code == 409);
}

static bool must_recreate(const struct stage *s, uint32_t index, const struct answer *dry)
{
	const struct item *item = &s->items[index];
	bool was_there = item->live || answer_of(s, "delete", index);

	return was_there && is_immutable_fault(dry) && is_forced(s, item);
}

static enum progress dry_run(const struct stage *s, struct str *ret_fault)
{
	bool pending = false;

	for (uint32_t i = 0; i < s->count; i++) {
		const struct item *item = &s->items[i];
		const struct answer *answer = answer_of(s, "dry", i);
		if (item->skipped)
			continue;
		bool impossible = !item->kind || lacks_namespace(item);
		if (!answer && !impossible) {
			request(s, "dry", i, API_APPLY, /* dry_run= */ true);
			pending = true;
		} else if ((impossible || answer->code >= 300) && !must_recreate(s, i, answer)) {
			if (pending) /* a run that asks does nothing else */
				return STEP_PENDING;
			*ret_fault = fault_of(s, item, answer);
			return STEP_FAILED;
		}
	}
	return pending ? STEP_PENDING : STEP_DONE;
}

/* Applying objects that drifted */

static bool same_part(const struct node *a, const struct node *b, struct trusted_path path)
{
	const struct node *x = node_find(a, path), *y = node_find(b, path);

	if (!node_member_count(x) || !node_member_count(y))
		return node_member_count(x) == node_member_count(y);
	return node_equal(x, y);
}

/* Labels, annotations, and everything but metadata and status. */
static bool has_drifted(const struct node *wanted, const struct node *live)
{
	if (!same_part(wanted, live, TRUSTED_PATH("metadata.labels")) ||
	    !same_part(wanted, live, TRUSTED_PATH("metadata.annotations")) ||
	    node_entry_count(wanted) != node_entry_count(live))
		return true;
	for (uint32_t i = 0; i < node_entry_count(wanted); i++) {
		struct str key = node_text(node_entry(wanted, i)->key);
		const struct node *other = node_get(live, key);
		if (str_equal(key, STR("metadata")) || str_equal(key, STR("status")))
			continue;
		if (!other || !node_equal(node_entry(wanted, i)->value, other))
			return true;
	}
	return false;
}

static void add_change(struct buf *changes, struct arena *arena, const struct item *item,
		       const char *action)
{
	if (changes->len)
		buf_add_char(changes, '\n');
	buf_printf(changes, "%.*s %s", STR_FMT(inventory_text(arena, &item->entry)), action);
}

/* A forced recreation: delete, then apply. */
static bool recreate(const struct stage *s, uint32_t index)
{
	if (!answer_of(s, "delete", index)) {
		request(s, "delete", index, API_DELETE, /* dry_run= */ false);
		return false;
	}
	if (!answer_of(s, "apply", index)) {
		request(s, "apply", index, API_APPLY, /* dry_run= */ false);
		return false;
	}
	return true;
}

/* True when the object is as it shall be; false: a request was made. */
static bool write_item(const struct stage *s, uint32_t index, struct buf *changes)
{
	const struct item *item = &s->items[index];
	const struct answer *dry = answer_of(s, "dry", index);
	const struct answer *applied = answer_of(s, "apply", index);
	struct arena *arena = s->w->arena;

	if (item->skipped)
		return true;
	if (dry->code >= 300 || (applied && answer_of(s, "delete", index))) {
		if (!recreate(s, index))
			return false;
		add_change(changes, arena, item, "created");
		return true;
	}
	if (applied) {
		add_change(changes, arena, item,
			   dry->outcome == API_CREATED ? "created" : "configured");
		return true;
	}
	if (item->live && dry->outcome != API_CREATED && !has_drifted(dry->node, item->live->root))
		return true;
	request(s, "apply", index, API_APPLY, /* dry_run= */ false);
	return false;
}

static const struct answer *failed_apply(const struct stage *s, uint32_t *ret_index)
{
	for (uint32_t i = 0; i < s->count; i++) {
		const struct answer *answer = answer_of(s, "apply", i);
		if (answer && answer->code >= 300) {
			*ret_index = i;
			return answer;
		}
	}
	return NULL;
}

static enum progress write_stage(const struct stage *s, struct buf *changes, struct str *ret_fault)
{
	bool pending = false;
	uint32_t index;
	const struct answer *failed = failed_apply(s, &index);

	if (failed) {
		*ret_fault = fault_of(s, &s->items[index], failed);
		return STEP_FAILED;
	}
	for (uint32_t i = 0; i < s->count; i++)
		pending = !write_item(s, i, changes) || pending;
	return pending ? STEP_PENDING : STEP_DONE;
}

/* Refuses Secrets that are still encrypted by SOPS. */
static bool refuse_encrypted(struct work *w, struct str *ret_text)
{
	for (uint32_t i = 0; i < w->render->count; i++) {
		struct inventory_entry e = entry_of(w->render->objects[i]);
		if (!sops_hides(w->render->objects[i]))
			continue;
		*ret_text = str_concat(w->arena, inventory_text(w->arena, &e),
				       STR(" is SOPS encrypted, configuring decryption is required "
					   "for this secret to be reconciled"));
		return true;
	}
	return false;
}

enum progress kustomization_apply(struct work *w, struct str *ret_changes, struct str *ret_text)
{
	struct buf changes;
	uint32_t staged = 0;

	if (refuse_encrypted(w, ret_text))
		return STEP_FAILED;
	buf_init(&changes, w->arena);
	for (int number = 0; number < STAGE_COUNT; number++) {
		struct stage s = stage_at(w, number);
		struct str fault = STR_NONE;
		staged += s.count;
		enum progress progress = dry_run(&s, &fault);
		if (progress == STEP_DONE)
			progress = write_stage(&s, &changes, &fault);
		if (progress == STEP_FAILED)
			*ret_text = changes.len ? str_printf(w->arena, "%.*s\n%.*s", STR_FMT(fault),
							     STR_FMT(buf_str(&changes)))
						: fault;
		if (progress != STEP_DONE)
			return progress;
	}
	assert(staged == w->objects.count); /* each object is of one stage */
	*ret_changes = buf_str(&changes);
	return STEP_DONE;
}

/* Pruning */

static int compare_backwards(const void *a, const void *b, void *context)
{
	(void)context;
	return -inventory_compare(a, b);
}

struct leaving {
	struct inventory_entry *items;
	uint32_t count;
};

static struct leaving leaving_of(struct work *w, const struct node *old,
				 const struct node *inventory)
{
	struct map stays = inventory_ids(w->arena, inventory);
	const struct node *entries = node_get(old, STR("entries"));
	struct leaving all = {
		arena_array(w->arena, struct inventory_entry, node_item_count(entries)), 0
	};

	for (uint32_t i = 0; i < node_item_count(entries); i++) {
		struct str id = node_str_at(node_item(entries, i), "id");
		if (!map_get(&stays, id) && inventory_parse(w->arena, id, &all.items[all.count]))
			all.count++;
	}
	sort_stable(all.items, all.count, sizeof(*all.items), compare_backwards, NULL);
	return all;
}

/* Whether pruning keeps the object: its prune mark is disabled, or another Kustomization manages it
 * now. */
static bool is_kept(const struct work *w, const struct object *o)
{
	struct str name = object_label(o->root, STR(FLUX_OWNER_NAME));
	struct str namespace = object_label(o->root, STR(FLUX_OWNER_NAMESPACE));

	return flux_says(o->root, "prune", "disabled") ||
	       flux_says(o->root, "reconcile", "disabled") || flux_says(o->root, "ssa", "Ignore") ||
	       !str_equal(name, w->object->key.name) ||
	       !str_equal(namespace, w->object->key.namespace);
}

static void request_delete(struct work *w, const struct object *o, uint32_t index)
{
	struct api_request write = { .verb = API_DELETE,
				     .kind = o->kind,
				     .key = o->key,
				     .if_uid = o->uid,
				     .manager = STR("kustomize-controller"),
				     .grace_s = -1,
				     .propagation = API_PROPAGATION_BACKGROUND };

	plan_request_write(w->plan, STR("prune"), index, &write);
}

enum progress kustomization_prune(struct work *w, const struct node *old,
				  const struct node *inventory, struct str *ret_changes)
{
	struct leaving all = leaving_of(w, old, inventory);
	bool pending = false;
	struct buf changes;

	buf_init(&changes, w->arena);
	if (inventory && !node_bool_at(w->root, "spec.prune", false))
		return STEP_DONE;
	for (uint32_t i = 0; i < all.count; i++) {
		const struct inventory_entry *e = &all.items[i];
		const struct object *o = inventory_live(w->view, e);
		bool answered = view_answer(w->view, STR("prune"), i) != NULL;
		bool kept = o && !answered && is_kept(w, o);
		if (o && !o->facts.deletion_s && !answered && !kept) {
			request_delete(w, o, i);
			pending = true;
		}
		buf_printf(&changes, "%s%.*s %s", changes.len ? "\n" : "",
			   STR_FMT(inventory_text(w->arena, e)), kept ? "skipped" : "deleted");
	}
	*ret_changes = buf_str(&changes);
	return pending ? STEP_PENDING : STEP_DONE;
}
