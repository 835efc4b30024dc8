/* kustomization_health - the health check of the applied objects: passed, failed or timed out */
#include "base/arena.h"
#include "base/buf.h"
#include "deliver/kustomization.h"
#include "doc/make.h"
#include "kube/health.h"

enum { POLL_MS = 5000 };

static bool is_self(const struct work *w, const struct inventory_entry *e)
{
	return str_equal(e->kind, STR("Kustomization")) &&
	       str_equal(e->group, STR("kustomize.toolkit.fluxcd.io")) &&
	       key_equal(e->key, w->object->key);
}

static bool waits_for_all(const struct work *w)
{
	return node_bool_at(w->root, "spec.wait", false);
}

static bool waits(const struct work *w)
{
	return waits_for_all(w) || node_item_count(node_at(w->root, "spec.healthChecks"));
}

struct waited {
	struct inventory_entry *items;
	uint32_t count;
};

/* Everything in the inventory, or what spec.healthChecks names. */
static struct waited waited_for(struct work *w)
{
	const struct node *list = waits_for_all(w) ? node_at(w->root, "status.inventory.entries")
						   : node_at(w->root, "spec.healthChecks");
	struct waited all = { arena_array(w->arena, struct inventory_entry, node_item_count(list)),
			      0 };

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *n = node_item(list, i);
		struct inventory_entry *e = &all.items[all.count];
		if (waits_for_all(w)) {
			if (inventory_parse(w->arena, node_str_at(n, "id"), e) && !is_self(w, e))
				all.count++;
			continue;
		}
		struct gvk gvk = gvk_parse(node_str_at(n, "apiVersion"), node_str_at(n, "kind"));
		struct str namespace = node_text(node_get(n, STR("namespace")));
		*e = (struct inventory_entry){
			{ namespace, node_str_at(n, "name") }, gvk.group, gvk.kind, gvk.version
		};
		all.count++;
	}
	return all;
}

static struct health health_now(struct work *w, const struct inventory_entry *e)
{
	const struct object *o = inventory_live(w->view, e);

	return health_of(w->arena, o ? o->root : NULL, w->view->now_ms / 1000);
}

static void add_status(struct buf *buf, struct arena *arena, const struct inventory_entry *e,
		       struct health health)
{
	if (buf->len)
		buf_add(buf, STR(", "));
	buf_printf(buf, "%.*s status: '%.*s'", STR_FMT(inventory_text(arena, e)),
		   STR_FMT(health_word(health.status)));
}

static void health_failed(struct work *w, const char *how, struct str list)
{
	w->memory->phase = WAIT_NONE;
	w->memory->healthy = false;
	kustomization_unhealthy(w, str_printf(w->arena, "%s: [%.*s]", how, STR_FMT(list)));
}

static bool all_current(struct work *w)
{
	struct waited all = waited_for(w);

	for (uint32_t i = 0; i < all.count; i++)
		if (health_now(w, &all.items[i]).status != HEALTH_CURRENT)
			return false;
	return true;
}

/* The requeue time of the health check: events of managed objects enqueue a Kustomization; other
 * checked objects are polled. */
static int64_t next_look_ms(const struct work *w)
{
	int64_t left_ms = w->memory->deadline_ms - w->view->now_ms;

	return waits_for_all(w) ? left_ms : MIN(left_ms, (int64_t)POLL_MS);
}

/* Waits until all is Current, one has failed, or the time is up. */
void kustomization_check_health(struct work *w)
{
	struct waited all = waited_for(w);
	struct buf pending, failed;
	bool news = !w->memory->healthy || w->memory->changed;

	buf_init(&pending, w->arena);
	buf_init(&failed, w->arena);
	for (uint32_t i = 0; i < all.count; i++) {
		struct health health = health_now(w, &all.items[i]);
		if (health.status == HEALTH_FAILED)
			add_status(&failed, w->arena, &all.items[i], health);
		else if (health.status != HEALTH_CURRENT)
			add_status(&pending, w->arena, &all.items[i], health);
	}
	if (failed.len) {
		health_failed(w, "failed early due to stalled resources", buf_str(&failed));
	} else if (pending.len && w->view->now_ms >= w->memory->deadline_ms) {
		health_failed(w, "timeout waiting for", buf_str(&pending));
	} else if (pending.len) {
		plan_requeue(w->plan, next_look_ms(w));
	} else {
		w->memory->phase = WAIT_NONE;
		w->memory->healthy = true;
		if (news)
			plan_event(w->plan, w->object, /* warning= */ false,
				   flux_reason_text(FLUX_PROGRESSING),
				   "Health check passed in %.*s",
				   STR_FMT(kustomization_elapsed(w)));
		kustomization_ready(w);
	}
}

/* Applied and pruned: wait for health, or done. */
void kustomization_await(struct work *w, const struct node *inventory)
{
	if (!waits(w)) {
		w->status = node_with(w->arena, w->status, STR("inventory"), inventory);
		kustomization_ready(w);
		return;
	}
	w->memory->phase = WAIT_HEALTH;
	w->memory->deadline_ms = w->view->now_ms + kustomization_timeout_ms(w);
	w->root = node_set(w->arena, w->root, "status.inventory", inventory);
	if (all_current(w)) {
		w->status = node_with(w->arena, w->status, STR("inventory"), inventory);
		kustomization_check_health(w);
		return;
	}
	kustomization_waiting(w, inventory);
	plan_requeue(w->plan, 0);
}
