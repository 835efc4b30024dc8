/* admit_quota - what ResourceQuotas let in, and how much of them is used then */
#include "base/arena.h"
#include "base/buf.h"
#include "base/sort.h"
#include "cluster/server/admission_kinds.h"
#include "cluster/server/refusal.h"
#include "doc/make.h"
#include "kube/quota_usage.h"

/* Source: apiserver, pkg/admission/plugin/resourcequota, CheckRequest. */
struct charge {
	const struct admission *a;
	struct write *w;
	struct arena *arena;
	struct quota_amounts delta;
	const struct object *quota; /* the one that is looked at */
	const struct node *hard, *used;
};

/* Texts that come in order: "cpu=1,pods=2" */

static int compare_texts(const void *a, const void *b, void *context)
{
	(void)context;
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

struct texts {
	VEC(struct str) items;
};

static struct str joined(struct arena *arena, struct texts *texts, struct str separator)
{
	struct buf buf;

	buf_init(&buf, arena);
	sort_stable(texts->items.items, texts->items.count, sizeof(struct str), compare_texts,
		    NULL);
	for (uint32_t i = 0; i < texts->items.count; i++) {
		if (i)
			buf_add(&buf, separator);
		buf_add(&buf, texts->items.items[i]);
	}
	return buf_str(&buf);
}

/* Constraints: what each container must say */

static const struct {
	struct str resource, part, name;
} spoken[] = {
	{ STR_INIT("cpu"), STR_INIT("requests"), STR_INIT("cpu") },
	{ STR_INIT("memory"), STR_INIT("requests"), STR_INIT("memory") },
	{ STR_INIT("requests.cpu"), STR_INIT("requests"), STR_INIT("cpu") },
	{ STR_INIT("requests.memory"), STR_INIT("requests"), STR_INIT("memory") },
	{ STR_INIT("limits.cpu"), STR_INIT("limits"), STR_INIT("cpu") },
	{ STR_INIT("limits.memory"), STR_INIT("limits"), STR_INIT("memory") },
};

static void find_silent(struct arena *arena, const struct node *list, size_t row,
			struct texts *names)
{
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *c = node_item(list, i);
		const struct node *part = node_get(node_get(c, STR("resources")), spoken[row].part);
		if (!node_get(part, spoken[row].name))
			VEC_PUSH(arena, &names->items, node_str_at(c, "name"));
	}
}

static int check_spoken(struct charge *c)
{
	const struct node *spec = node_get(c->w->object, STR("spec"));
	struct texts missing = {};

	for (size_t i = 0; i < ARRAY_COUNT(spoken); i++) {
		const struct node *own = node_get(node_get(spec, STR("resources")), spoken[i].part);
		struct texts names = {};
		if (!node_get(c->hard, spoken[i].resource) || node_get(own, spoken[i].name))
			continue;
		find_silent(c->arena, node_get(spec, STR("containers")), i, &names);
		find_silent(c->arena, node_get(spec, STR("initContainers")), i, &names);
		if (names.items.count)
			VEC_PUSH(c->arena, &missing.items,
				 STR_CAT(c->arena, spoken[i].resource, STR(" for: "),
					 joined(c->arena, &names, STR(","))));
	}
	if (!missing.items.count)
		return 0;
	return refuse_forbidden(c->arena, c->w->answer, c->w->kind, c->w->key.name,
				STR_CAT(c->arena, STR("failed quota: "), c->quota->key.name,
					STR(": must specify "),
					joined(c->arena, &missing, STR("; "))));
}

/* Refuses a write while the quota controller has not computed status.used of its resources yet. */
static int check_counted(struct charge *c)
{
	struct texts tracked = {};
	bool unknown = false;

	for (uint32_t i = 0; i < node_entry_count(c->hard); i++) {
		struct str name = node_text(node_entry(c->hard, i)->key);
		if (!quota_tracks(c->w->kind, name))
			continue;
		VEC_PUSH(c->arena, &tracked.items, name);
		unknown = unknown || !node_get(c->used, name);
	}
	if (!unknown)
		return 0;
	return refuse_forbidden(c->arena, c->w->answer, c->w->kind, c->w->key.name,
				STR_CAT(c->arena, STR("status unknown for quota: "),
					c->quota->key.name, STR(", resources: "),
					joined(c->arena, &tracked, STR(","))));
}

static bool is_pertinent(const struct charge *c)
{
	bool tracks = false;

	for (uint32_t i = 0; i < node_entry_count(c->hard) && !tracks; i++)
		tracks = quota_tracks(c->w->kind, node_text(node_entry(c->hard, i)->key));
	return tracks && quota_covers(c->arena, c->quota->root, c->w->kind, c->w->object);
}

/* The sums */

struct exceeded {
	struct texts requested, used, limited;
};

static void note_excess(struct charge *c, struct exceeded *e, const struct quota_amount *delta)
{
	struct quota_amount used = quota_amount_of(delta->name, node_get(c->used, delta->name));
	struct str name = STR_CAT(c->arena, delta->name, STR("="));

	VEC_PUSH(c->arena, &e->requested.items,
		 STR_CAT(c->arena, name, quota_text(c->arena, delta)));
	VEC_PUSH(c->arena, &e->used.items, STR_CAT(c->arena, name, quota_text(c->arena, &used)));
	VEC_PUSH(c->arena, &e->limited.items,
		 STR_CAT(c->arena, name, node_text(node_get(c->hard, delta->name))));
}

/* Returns what is used with the delta; NULL: too much, and the answer says so. */
static const struct node *charged(struct charge *c)
{
	const struct node *used = c->used;
	struct exceeded e = {};

	for (uint32_t i = 0; i < c->delta.items.count; i++) {
		const struct quota_amount *delta = &c->delta.items.items[i];
		const struct node *hard = node_get(c->hard, delta->name);
		struct quota_amounts sum = { .arena = c->arena };
		struct quota_amount have =
			quota_amount_of(delta->name, node_get(c->used, delta->name));
		if (!hard || !delta->milli)
			continue;
		quota_add(&sum, &have);
		quota_add(&sum, delta);
		if (sum.items.items[0].milli > quota_amount_of(delta->name, hard).milli)
			note_excess(c, &e, delta);
		used = node_with(c->arena, used, delta->name,
				 node_str(c->arena, quota_text(c->arena, sum.items.items)));
	}
	if (!e.requested.items.count)
		return used;
	refuse_forbidden(c->arena, c->w->answer, c->w->kind, c->w->key.name,
			 STR_CAT(c->arena, STR("exceeded quota: "), c->quota->key.name,
				 STR(", requested: "), joined(c->arena, &e.requested, STR(",")),
				 STR(", used: "), joined(c->arena, &e.used, STR(",")),
				 STR(", limited: "), joined(c->arena, &e.limited, STR(","))));
	return NULL;
}

static void look_at(struct charge *c, const struct object *quota)
{
	c->quota = quota;
	c->hard = node_at(quota->root, "status.hard");
	c->used = node_at(quota->root, "status.used");
}

/* Quotas charge creates, and updates of Services and claims. */
static bool is_counted(const struct write *w)
{
	bool grows = w->kind->id == KIND_SERVICE || w->kind->id == KIND_PERSISTENTVOLUMECLAIM;

	return !w->request->subresource.len && (!w->old || grows) && w->kind->id != KIND_EVENT;
}

/* The usage that the write adds. */
static bool find_delta(struct charge *c)
{
	struct quota_amounts before = { .arena = c->arena };
	int64_t now_s = world_now_ms(c->a->world) / 1000;
	bool any = false;

	quota_use(&c->delta, c->w->kind, c->w->object, now_s);
	if (c->w->old)
		quota_use(&before, c->w->kind, c->w->old->root, now_s);
	for (uint32_t i = 0; i < before.items.count; i++) {
		before.items.items[i].milli *= -1;
		quota_add(&c->delta, &before.items.items[i]);
	}
	for (uint32_t i = 0; i < c->delta.items.count; i++)
		any = any || c->delta.items.items[i].milli;
	return any;
}

int admission_quota(const struct admission *a, struct write *w)
{
	const struct cache *cache = store_cache(a->store);
	struct charge c = { .a = a, .w = w, .arena = w->arena, .delta = { .arena = w->arena } };

	if (!cache_count(cache, KIND_RESOURCEQUOTA) || !is_counted(w))
		return 0;
	struct objects all = cache_list(cache, w->arena, KIND_RESOURCEQUOTA, w->key.namespace);
	const struct node **used = arena_array(w->arena, const struct node *, all.count);
	uint32_t pertinent = 0;
	for (uint32_t i = 0; i < all.count; i++) {
		look_at(&c, all.items[i]);
		if (!is_pertinent(&c))
			continue;
		if (w->kind->id == KIND_POD && check_spoken(&c) < 0)
			return -1;
		if (check_counted(&c) < 0)
			return -1;
		all.items[pertinent++] = all.items[i];
	}
	if (!pertinent || !find_delta(&c))
		return 0;
	for (uint32_t i = 0; i < pertinent; i++) {
		look_at(&c, all.items[i]);
		used[i] = charged(&c);
		if (!used[i])
			return -1;
	}
	for (uint32_t i = 0; i < pertinent && !w->request->dry_run; i++)
		store_put(a->store, all.items[i]->kind, all.items[i],
			  node_set(w->arena, all.items[i]->root, "status.used", used[i]),
			  all.items[i]->managed, STR("kube-apiserver"));
	return 0;
}
