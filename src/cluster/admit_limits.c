/* admit_limits - what LimitRanges give to containers that say nothing, and what they refuse */
#include <stdarg.h>

#include "base/arena.h"
#include "base/buf.h"
#include "cluster/admission_kinds.h"
#include "cluster/refusal.h"
#include "doc/make.h"
#include "kube/quantity.h"

#define ANNOTATION "metadata.annotations[kubernetes.io/limit-ranger]"

/* The lists of containers, and how they are called. */
static const struct {
	const char *path, *word;
} lists[] = { { "spec.containers", "container" }, { "spec.initContainers", "init container" } };

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
	const struct node *own = node_get(resources, str_from_cstr(part)), *filled = own;
	bool is_request = str_equal(str_from_cstr(part), STR("requests"));
	const struct node *stands_in = is_request ? node_get(resources, STR("limits")) : NULL;

	for (uint32_t i = 0; i < node_count(defaults); i++) {
		struct str key = node_text(defaults->entries[i].key);
		if (node_get(own, key) || node_get(stands_in, key))
			continue;
		filled = node_with(l->arena, filled, key, defaults->entries[i].value);
		buf_printf(names, "%s%.*s", names->len ? ", " : "", STR_FMT(key));
	}
	return filled;
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
		const struct node *list = node_at(l->w->object, lists[p].path), *made = list;
		for (uint32_t i = 0; i < node_count(list); i++)
			made = node_list_with(
				l->arena, made, i,
				with_defaults(l, node_item(list, i), limit, lists[p].word));
		if (list)
			l->w->object = node_set(l->arena, l->w->object, lists[p].path, made);
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

static struct str shown(const struct limits *l, const struct node *quantity)
{
	return quantity_canonical(l->arena, node_text(quantity));
}

/* What a container says of a resource; a limit of its own stands for the request, too. */
struct said {
	const struct node *request, *limit;
};

static void check_least(struct limits *l, struct str key, const struct node *bound, struct said s)
{
	struct str least = shown(l, bound);
	int64_t milli = quantity_milli(bound, 0);

	if (!s.request)
		fault(l, "minimum %.*s usage per Container is %.*s.  No request is specified",
		      STR_FMT(key), STR_FMT(least));
	else if (quantity_milli(s.request, 0) < milli)
		fault(l, "minimum %.*s usage per Container is %.*s, but request is %.*s",
		      STR_FMT(key), STR_FMT(least), STR_FMT(shown(l, s.request)));
	else if (s.limit && quantity_milli(s.limit, 0) < milli)
		fault(l, "minimum %.*s usage per Container is %.*s, but limit is %.*s",
		      STR_FMT(key), STR_FMT(least), STR_FMT(shown(l, s.limit)));
}

static void check_most(struct limits *l, struct str key, const struct node *bound, struct said s)
{
	struct str most = shown(l, bound);
	int64_t milli = quantity_milli(bound, 0);

	if (!s.limit)
		fault(l, "maximum %.*s usage per Container is %.*s.  No limit is specified",
		      STR_FMT(key), STR_FMT(most));
	else if (quantity_milli(s.limit, 0) > milli)
		fault(l, "maximum %.*s usage per Container is %.*s, but limit is %.*s",
		      STR_FMT(key), STR_FMT(most), STR_FMT(shown(l, s.limit)));
	else if (s.request && quantity_milli(s.request, 0) > milli)
		fault(l, "maximum %.*s usage per Container is %.*s, but request is %.*s",
		      STR_FMT(key), STR_FMT(most), STR_FMT(shown(l, s.request)));
}

static void check_ratio(struct limits *l, struct str key, const struct node *bound, struct said s)
{
	double request = (double)quantity_milli(s.request, 0);
	double limit = (double)quantity_milli(s.limit, 0);
	struct str most = shown(l, bound);

	if (request <= 0 || limit <= 0)
		fault(l,
		      "%.*s max limit to request ratio per Container is %.*s, but no %s is "
		      "specified or %s is 0",
		      STR_FMT(key), STR_FMT(most), request <= 0 ? "request" : "limit",
		      request <= 0 ? "request" : "limit");
	else if (limit / request * 1000 > (double)quantity_milli(bound, 0))
		fault(l,
		      "%.*s max limit to request ratio per Container is %.*s, but provided "
		      "ratio is %f",
		      STR_FMT(key), STR_FMT(most), limit / request);
}

static void check_container(struct limits *l, const struct node *container,
			    const struct node *limit)
{
	static const struct {
		const char *field;
		void (*check)(struct limits *l, struct str key, const struct node *bound,
			      struct said s);
	} bounds[] = { { "min", check_least },
		       { "max", check_most },
		       { "maxLimitRequestRatio", check_ratio } };
	const struct node *resources = node_get(container, STR("resources"));

	for (size_t b = 0; b < ARRAY_COUNT(bounds); b++) {
		const struct node *map = node_get(limit, str_from_cstr(bounds[b].field));
		for (uint32_t i = 0; i < node_count(map); i++) {
			struct str key = node_text(map->entries[i].key);
			struct said s = { node_get(node_get(resources, STR("requests")), key),
					  node_get(node_get(resources, STR("limits")), key) };
			s.request = s.request ? s.request : s.limit;
			bounds[b].check(l, key, map->entries[i].value, s);
		}
	}
}

static void check_pod(struct limits *l, const struct node *limit)
{
	for (size_t p = 0; p < ARRAY_COUNT(lists); p++) {
		const struct node *list = node_at(l->w->object, lists[p].path);
		for (uint32_t i = 0; i < node_count(list); i++)
			check_container(l, node_item(list, i), limit);
	}
}

/* Each limit on containers of each LimitRange of the namespace. */
static void each_limit(struct limits *l, const struct objects *ranges,
		       void (*visit)(struct limits *l, const struct node *limit))
{
	for (uint32_t r = 0; r < ranges->count; r++) {
		const struct node *list = node_at(ranges->items[r]->root, "spec.limits");
		for (uint32_t i = 0; i < node_count(list); i++)
			if (str_equal(node_str_at(node_item(list, i), "type"), STR("Container")))
				visit(l, node_item(list, i));
	}
}

int admission_limit_pod(struct admission *a, struct write *w)
{
	struct objects ranges =
		cache_list(store_cache(a->store), w->arena, KIND_LIMITRANGE, w->key.namespace);
	struct limits l = { .w = w, .arena = w->arena };

	if (!ranges.count)
		return 0;
	buf_init(&l.set, w->arena);
	buf_init(&l.faults, w->arena);
	each_limit(&l, &ranges, fill_pod);
	each_limit(&l, &ranges, check_pod);
	if (l.set.len)
		w->object = node_set(
			w->arena, w->object, ANNOTATION,
			node_str(w->arena, str_concat(w->arena, STR("LimitRanger plugin set: "),
						      buf_str(&l.set))));
	if (!l.fault_count)
		return 0;
	struct str text = buf_str(&l.faults);
	return refuse_forbidden(w->arena, w->answer, w->kind, w->key.name,
				l.fault_count > 1 ? str_printf(w->arena, "[%.*s]", STR_FMT(text))
						  : text);
}
