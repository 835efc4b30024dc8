/* finish_order - the order of the output: legacy or as loaded */
#include "base/arena.h"
#include "base/sort.h"
#include "build/kustomize/kind_rank.h"
#include "build/kustomize/finish.h"

/* Both lists, the kustomization's own or the built-in ones. */
struct order {
	struct arena *arena;
	const struct node *first, *last;
	bool own;
};

/* A resource with what it is sorted by. */
struct sorted {
	struct resource *resource;
	int rank;
	struct str gvk;
	struct str id;
};

static int index_of(const struct node *list, struct str kind)
{
	for (uint32_t i = 0; i < node_item_count(list); i++)
		if (str_equal(node_text(node_item(list, i)), kind))
			return (int)i;
	return -1;
}

static int rank_of(const struct order *o, struct str kind)
{
	int first = index_of(o->first, kind), last = index_of(o->last, kind);

	if (!o->own)
		return kind_rank(kind);
	if (first >= 0)
		return first - (int)node_item_count(o->first);
	return last >= 0 ? last + 1 : 0;
}

static struct sorted sorted_of(const struct order *o, struct resource *r)
{
	struct sorted s = { .resource = r, .rank = rank_of(o, r->gvk.kind) };
	struct str group = kind_rank_part(r->gvk.group, "~G");
	struct str version = kind_rank_part(r->gvk.version, "~V");
	struct str kind = kind_rank_part(r->gvk.kind, "~K");

	s.gvk = str_printf(o->arena, "%.*s_%.*s_%.*s", STR_FMT(group), STR_FMT(version),
			   STR_FMT(kind));
	s.id = str_printf(o->arena, "%.*s.%.*s.%.*s|%.*s|%.*s", STR_FMT(kind), STR_FMT(version),
			  STR_FMT(group), STR_FMT(kind_rank_part(r->namespace, "~X")),
			  STR_FMT(kind_rank_part(r->name, "~N")));
	return s;
}

static int compare(const void *a, const void *b, void *context)
{
	const struct sorted *x = a, *y = b;

	(void)context;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	int order = str_compare(x->gvk, y->gvk);
	/* Two Namespace kinds of different groups come in reverse, as in 5.7.1. */
	if (order && str_equal(x->resource->gvk.kind, STR("Namespace")) &&
	    str_equal(y->resource->gvk.kind, STR("Namespace")))
		return -order;
	return order ? order : str_compare(x->id, y->id);
}

/* The sorted objects go into a set of their own, where each id stands once. */
static int refuse_same_ids(struct layer *l)
{
	struct map seen;

	map_init(&seen, l->arena);
	for (uint32_t i = 0; i < l->map.items.count; i++) {
		struct resource *r = l->map.items.items[i];
		if (map_put(&seen, resource_effective_text(l->arena, r), r))
			return builder_fail(l->b, r->node,
					    "SortOrderTransformer: Failed to append to resources: "
					    "may not add resource with an already registered id: "
					    "%.*s",
					    STR_FMT(resource_text(l->arena, r)));
	}
	return 0;
}

static int sort_legacy(struct layer *l, const struct order *o)
{
	uint32_t count = l->map.items.count;
	struct sorted *all = arena_array(l->arena, struct sorted, count);

	if (refuse_same_ids(l) < 0)
		return -1;
	for (uint32_t i = 0; i < count; i++)
		all[i] = sorted_of(o, l->map.items.items[i]);
	sort_stable(all, count, sizeof(*all), compare, NULL);
	for (uint32_t i = 0; i < count; i++)
		l->map.items.items[i] = all[i].resource;
	return 0;
}

int finish_order(struct layer *l)
{
	const struct node *options = node_get(l->file, STR("sortOptions"));
	const struct node *legacy = node_get(options, STR("legacySortOptions"));
	struct str word = node_str_at(options, "order");
	struct order o = { .arena = l->arena, .own = legacy != NULL };

	if (options && !str_equal(word, STR("fifo")) && !str_equal(word, STR("legacy")))
		return builder_fail(l->b, options,
				    "the field 'sortOptions.order' must be one of [fifo, legacy]");
	if (legacy && !str_equal(word, STR("legacy")))
		return builder_fail(l->b, legacy,
				    "the field 'sortOptions.legacySortOptions' is set but the "
				    "selected sort order is '%.*s', not 'legacy'",
				    STR_FMT(word));
	if (str_equal(word, STR("fifo")) || (!options && l->b->options->fifo_order))
		return 0;
	o.first = node_get(legacy, STR("orderFirst"));
	o.last = node_get(legacy, STR("orderLast"));
	return sort_legacy(l, &o);
}
