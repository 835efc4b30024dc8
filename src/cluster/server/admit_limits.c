/* admit_limits - what LimitRanges give to containers that say nothing, and what they refuse */
#include <stdarg.h>

#include "base/arena.h"
#include "base/buf.h"
#include "cluster/server/admission_kinds.h"
#include "cluster/server/refusal.h"
#include "doc/key_index.h"
#include "doc/make.h"
#include "doc/map_edit.h"
#include "kube/pod_resources.h"
#include "kube/quantity.h"

#define ANNOTATION "metadata.annotations[kubernetes.io/limit-ranger]"

/* The lists of containers, and how they are called. */
static const struct {
	struct trusted_path path;
	const char *word;
} lists[] = { { TRUSTED_PATH_INIT("spec.containers"), "container" },
	      { TRUSTED_PATH_INIT("spec.initContainers"), "init container" } };

struct limits {
	struct write *w;
	struct arena *arena;
	struct buf set; /* what was filled in, for people */
	struct buf faults;
	uint32_t fault_count;
};

/* Defaults */

/* The names that were filled in: "cpu, memory request for container app". */
static void tell(struct limits *l, struct buf *names, const char *what, const char *word,
		 struct str container)
{
	struct str text = buf_str(names);

	if (text.len)
		buf_printf(&l->set, "%s%.*s %s for %s %.*s", l->set.len ? "; " : "", STR_FMT(text),
			   what, word, STR_FMT(container));
}

/* resources[part] with what it lacks. A limit of its own stands for the request, too. */
static const struct node *fill(struct limits *l, const struct node *container, const char *part,
			       const struct node *defaults, struct buf *names)
{
	const struct node *resources = node_get(container, STR("resources"));
	const struct node *own = node_get(resources, str_from_cstr(part));
	bool is_request = str_equal(str_from_cstr(part), STR("requests"));
	const struct node *limits = is_request ? node_get(resources, STR("limits")) : NULL;
	struct key_index stands_in = key_index_make(l->arena, limits);
	struct map_edit filled = map_edit_begin(l->arena, own);

	for (uint32_t i = 0; i < node_entry_count(defaults); i++) {
		struct str key = node_text(node_entry(defaults, i)->key);
		if (map_edit_get(&filled, key) || key_index_get(&stands_in, key))
			continue;
		map_edit_set(&filled, key, node_entry(defaults, i)->value);
		buf_printf(names, "%s%.*s", names->len ? ", " : "", STR_FMT(key));
	}
	return map_edit_end(&filled);
}

static const struct node *with_defaults(struct limits *l, const struct node *container,
					const struct node *limit, const char *word)
{
	const struct node *resources = node_get(container, STR("resources"));
	struct buf requested, limited;

	buf_init(&requested, l->arena);
	buf_init(&limited, l->arena);
	const struct node *requests =
		fill(l, container, "requests", node_get(limit, STR("defaultRequest")), &requested);
	const struct node *limits =
		fill(l, container, "limits", node_get(limit, STR("default")), &limited);
	tell(l, &requested, "request", word, node_str_at(container, "name"));
	tell(l, &limited, "limit", word, node_str_at(container, "name"));
	if (requests)
		resources = node_with(l->arena, resources, STR("requests"), requests);
	if (limits)
		resources = node_with(l->arena, resources, STR("limits"), limits);
	return resources ? node_with(l->arena, container, STR("resources"), resources) : container;
}

static void fill_pod(struct limits *l, const struct node *limit)
{
	for (size_t p = 0; p < ARRAY_COUNT(lists); p++) {
		const struct node *list = node_find(l->w->object, lists[p].path), *made = list;
		for (uint32_t i = 0; i < node_item_count(list); i++)
			made = node_list_with(
				l->arena, made, i,
				with_defaults(l, node_item(list, i), limit, lists[p].word));
		if (list)
			l->w->object = node_put(l->arena, l->w->object, lists[p].path, made);
	}
}

/* Bounds */

static void fault(struct limits *l, const char *format, ...) PRINTF_LIKE(2, 3);

static void fault(struct limits *l, const char *format, ...)
{
	va_list args;

	if (l->fault_count++)
		buf_add(&l->faults, STR(", "));
	va_start(args, format);
	buf_vprintf(&l->faults, format, args);
	va_end(args);
}

struct amount {
	bool given;
	int64_t milli;
	struct str text;
};

/* What is wanted of one resource, and the bound that it has. */
struct demand {
	const char *per; /* Container, Pod or PersistentVolumeClaim */
	struct str key;
	struct amount request, limit, bound;
};

static struct amount amount_of(const struct limits *l, const struct node *quantity)
{
	if (!quantity)
		return (struct amount){};
	return (struct amount){ true, quantity_milli(quantity, 0),
				quantity_canonical(l->arena, node_text(quantity)) };
}

static void beyond(struct limits *l, const struct demand *d, const char *end, const char *what,
		   const struct amount *a)
{
	if (a->given)
		fault(l, "%s %.*s usage per %s is %.*s, but %s is %.*s", end, STR_FMT(d->key),
		      d->per, STR_FMT(d->bound.text), what, STR_FMT(a->text));
	else
		fault(l, "%s %.*s usage per %s is %.*s.  No %s is specified", end, STR_FMT(d->key),
		      d->per, STR_FMT(d->bound.text), what);
}

static void check_least(struct limits *l, const struct demand *d)
{
	if (!d->request.given || d->request.milli < d->bound.milli)
		beyond(l, d, "minimum", "request", &d->request);
	else if (d->limit.given && d->limit.milli < d->bound.milli)
		beyond(l, d, "minimum", "limit", &d->limit);
}

static void check_most(struct limits *l, const struct demand *d)
{
	if (!d->limit.given || d->limit.milli > d->bound.milli)
		beyond(l, d, "maximum", "limit", &d->limit);
	else if (d->request.given && d->request.milli > d->bound.milli)
		beyond(l, d, "maximum", "request", &d->request);
}

/* Claims have no limits. */
static void check_most_requested(struct limits *l, const struct demand *d)
{
	if (!d->request.given || d->request.milli > d->bound.milli)
		beyond(l, d, "maximum", "request", &d->request);
}

static void check_ratio(struct limits *l, const struct demand *d)
{
	double request = (double)d->request.milli, limit = (double)d->limit.milli;
	const char *missing = request <= 0 ? "request" : "limit";

	if (request <= 0 || limit <= 0)
		fault(l,
		      "%.*s max limit to request ratio per %s is %.*s, but no %s is specified or "
		      "%s is 0",
		      STR_FMT(d->key), d->per, STR_FMT(d->bound.text), missing, missing);
	else if (limit / request * 1000 > (double)d->bound.milli)
		fault(l, "%.*s max limit to request ratio per %s is %.*s, but provided ratio is %f",
		      STR_FMT(d->key), d->per, STR_FMT(d->bound.text), limit / request);
}

typedef void (*check_fn)(struct limits *l, const struct demand *d);

/* All resources that a map of the limit bounds: limits and requests are maps, too. */
static void check_map(struct limits *l, const struct node *bounds, const struct node *resources,
		      const char *per, check_fn check)
{
	for (uint32_t i = 0; i < node_entry_count(bounds); i++) {
		struct str key = node_text(node_entry(bounds, i)->key);
		const struct node *request = node_get(node_get(resources, STR("requests")), key);
		const struct node *limit = node_get(node_get(resources, STR("limits")), key);
		struct demand d = { .per = per,
				    .key = key,
				    .request = amount_of(l, request ? request : limit),
				    .limit = amount_of(l, limit),
				    .bound = amount_of(l, node_entry(bounds, i)->value) };
		check(l, &d);
	}
}

static void check_resources(struct limits *l, const struct node *limit,
			    const struct node *resources, const char *per)
{
	check_map(l, node_get(limit, STR("min")), resources, per, check_least);
	check_map(l, node_get(limit, STR("max")), resources, per, check_most);
	check_map(l, node_get(limit, STR("maxLimitRequestRatio")), resources, per, check_ratio);
}

static void check_containers(struct limits *l, const struct node *limit)
{
	for (size_t p = 0; p < ARRAY_COUNT(lists); p++) {
		const struct node *list = node_find(l->w->object, lists[p].path);
		for (uint32_t i = 0; i < node_item_count(list); i++)
			check_resources(l, limit, node_get(node_item(list, i), STR("resources")),
					"Container");
	}
}

static void check_pod(struct limits *l, const struct node *limit)
{
	const struct node *spec = node_get(l->w->object, STR("spec"));
	const struct node *resources = node_make(l->arena, "{requests: %?n, limits: %?n}",
						 pod_resources(l->arena, spec, STR("requests")),
						 pod_resources(l->arena, spec, STR("limits")));

	check_resources(l, limit, resources, "Pod");
}

static void check_claim(struct limits *l, const struct node *limit)
{
	const struct node *resources = node_at(l->w->object, "spec.resources");
	static const char per[] = "PersistentVolumeClaim";

	check_map(l, node_get(limit, STR("min")), resources, per, check_least);
	check_map(l, node_get(limit, STR("max")), resources, per, check_most_requested);
}

/* Each limit of that type, of each LimitRange of the namespace. */
static void each_limit(struct limits *l, const struct objects *ranges, const char *type,
		       void (*visit)(struct limits *l, const struct node *limit))
{
	for (uint32_t r = 0; r < ranges->count; r++) {
		const struct node *list = node_at(ranges->items[r]->root, "spec.limits");
		for (uint32_t i = 0; i < node_item_count(list); i++)
			if (str_equal(node_str_at(node_item(list, i), "type"), str_from_cstr(type)))
				visit(l, node_item(list, i));
	}
}

static struct objects ranges_of(const struct admission *a, const struct write *w)
{
	return cache_list(store_cache(a->store), w->arena, KIND_LIMITRANGE, w->key.namespace);
}

static int refuse_faults(struct limits *l)
{
	struct str text = buf_str(&l->faults);

	if (!l->fault_count)
		return 0;
	return refuse_forbidden(l->arena, l->w->answer, l->w->kind, l->w->key.name,
				l->fault_count > 1 ? str_printf(l->arena, "[%.*s]", STR_FMT(text))
						   : text);
}

int admission_limit_pod(struct admission *a, struct write *w)
{
	struct objects ranges = ranges_of(a, w);
	struct limits l = { .w = w, .arena = w->arena };

	if (!ranges.count)
		return 0;
	buf_init(&l.set, w->arena);
	buf_init(&l.faults, w->arena);
	each_limit(&l, &ranges, "Container", fill_pod);
	each_limit(&l, &ranges, "Container", check_containers);
	each_limit(&l, &ranges, "Pod", check_pod);
	if (l.set.len)
		w->object = node_set(
			w->arena, w->object, ANNOTATION,
			node_str(w->arena, str_concat(w->arena, STR("LimitRanger plugin set: "),
						      buf_str(&l.set))));
	return refuse_faults(&l);
}

int admission_limit_claim(struct admission *a, struct write *w)
{
	struct objects ranges = ranges_of(a, w);
	struct limits l = { .w = w, .arena = w->arena };

	if (w->request->subresource.len)
		return 0;
	buf_init(&l.faults, w->arena);
	each_limit(&l, &ranges, "PersistentVolumeClaim", check_claim);
	return refuse_faults(&l);
}
