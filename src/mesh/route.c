/* route - from VirtualServices and DestinationRules to the route of each traffic */
#include "base/arena.h"
#include "base/duration.h"
#include "base/error.h"
#include "base/num.h"
#include "base/sort.h"
#include "kube/service_host.h"
#include "lang/regex.h"
#include "mesh/inside.h"

enum {
	RETRIES_DEFAULT = 2,
	RETRIES_MAX = 32,
	PPM_PER_PERCENT = 10000,
	RANK_EXACT = 1 << 20, /* above the length of any wildcard */
};

struct search {
	struct mesh *mesh;
	const struct source *source;
	struct key service; /* what the host is in the mesh; no name: a host behind a gateway */
	bool gateway;
};

/* String matches */

static bool matches_regex(const struct search *s, struct str pattern, struct str text)
{
	struct error err;
	const struct regex *re = regex_compile(s->mesh->resolved, pattern, REGEX_WHOLE, &err);

	return re && regex_match(re, text);
}

/* {exact|prefix|regex: …}; an empty one is true of every text. */
static bool matches_text(const struct search *s, const struct node *match, struct str text,
			 bool ignore_case)
{
	struct arena *arena = s->mesh->resolved;
	const struct node *exact = node_get(match, STR("exact"));
	const struct node *prefix = node_get(match, STR("prefix"));
	const struct node *regex = node_get(match, STR("regex"));

	if (regex)
		return matches_regex(s, node_text(regex), text);
	struct str want = node_text(exact ? exact : prefix);
	if (ignore_case) {
		want = str_lower(arena, want);
		text = str_lower(arena, text);
	}
	if (exact)
		return str_equal(want, text);
	return !prefix || str_starts(text, want);
}

/* Request matches */

static struct str header_of(const struct source *source, struct str name)
{
	for (uint32_t i = 0; i < source->traffic.header_count; i++)
		if (str_equal_nocase(source->traffic.headers[i].name, name))
			return source->traffic.headers[i].value;
	return STR_NONE;
}

static bool matches_headers(const struct search *s, const struct node *headers, bool wanted)
{
	for (uint32_t i = 0; i < node_entry_count(headers); i++) {
		struct str value = header_of(s->source, node_text(node_entry(headers, i)->key));
		bool matches = value.ptr && matches_text(s, node_entry(headers, i)->value, value,
							 /* ignore_case= */ false);
		if (matches != wanted)
			return false;
	}
	return true;
}

static struct str query_value(struct str path, struct str name)
{
	ptrdiff_t mark = str_find_char(path, '?');
	struct str rest = mark < 0 ? STR_NONE : str_from(path, (size_t)mark + 1);

	while (rest.ptr) {
		struct str pair = str_cut(&rest, '&');
		struct str key = str_cut(&pair, '=');
		if (str_equal(key, name))
			return pair.ptr ? pair : STR("");
	}
	return STR_NONE;
}

static bool matches_query(const struct search *s, const struct node *params)
{
	for (uint32_t i = 0; i < node_entry_count(params); i++) {
		struct str value =
			query_value(s->source->traffic.path, node_text(node_entry(params, i)->key));
		if (!value.ptr || !matches_text(s, node_entry(params, i)->value, value, false))
			return false;
	}
	return true;
}

static bool names_gateway(const struct search *s, struct str gateway, struct str namespace)
{
	struct str wanted = s->source->traffic.gateway;

	if (!s->gateway)
		return str_equal(gateway, STR("mesh"));
	if (str_equal(gateway, STR("mesh")))
		return false;
	if (!wanted.len || str_equal(gateway, wanted))
		return true;
	struct str full =
		str_printf(s->mesh->resolved, "%.*s/%.*s", STR_FMT(namespace), STR_FMT(gateway));
	return str_equal(full, wanted);
}

/* An absent list means the mesh. */
static bool binds(const struct search *s, const struct node *gateways, struct str namespace)
{
	if (!node_item_count(gateways))
		return !s->gateway;
	for (uint32_t i = 0; i < node_item_count(gateways); i++)
		if (names_gateway(s, node_text(node_item(gateways, i)), namespace))
			return true;
	return false;
}

static bool matches_one(const struct search *s, const struct node *match, struct str namespace)
{
	const struct mesh_traffic *t = &s->source->traffic;
	const struct node *gateways = node_get(match, STR("gateways"));
	struct str source_namespace = node_str_at(match, "sourceNamespace");
	struct str path = t->path;
	bool ignore_case = node_bool_at(match, "ignoreUriCase", false);

	path = str_cut(&path, '?');
	if (gateways && !binds(s, gateways, namespace))
		return false;
	if (source_namespace.len && !str_equal(source_namespace, t->source_namespace))
		return false;
	return !node_entry_count(node_get(match, STR("sourceLabels"))) &&
	       matches_text(s, node_get(match, STR("uri")), path, ignore_case) &&
	       matches_text(s, node_get(match, STR("method")), t->method, false) &&
	       matches_text(s, node_get(match, STR("scheme")), STR("http"), false) &&
	       matches_text(s, node_get(match, STR("authority")), t->host, false) &&
	       matches_headers(s, node_get(match, STR("headers")), true) &&
	       matches_headers(s, node_get(match, STR("withoutHeaders")), false) &&
	       matches_query(s, node_get(match, STR("queryParams")));
}

static bool matches_route(const struct search *s, const struct node *http, struct str namespace)
{
	const struct node *matches = node_get(http, STR("match"));

	for (uint32_t i = 0; i < node_item_count(matches); i++)
		if (matches_one(s, node_item(matches, i), namespace))
			return true;
	return !node_item_count(matches);
}

/* VirtualServices of a host */

/* How well a host of a VirtualService fits: 0 not at all. */
static int host_rank(const struct search *s, struct str host, struct str namespace)
{
	struct str wanted = s->source->traffic.host;

	if (str_starts(host, STR("*"))) {
		if (s->service.name.len)
			wanted = service_host_text(s->mesh->resolved, s->service);
		return str_ends(wanted, str_from(host, 1)) ? (int)host.len : 0;
	}
	if (s->service.name.len)
		return key_equal(service_host_key(host, namespace), s->service) ? RANK_EXACT : 0;
	return str_equal(host, wanted) ? RANK_EXACT : 0;
}

static int rank_of(const struct search *s, const struct object *vs)
{
	const struct node *hosts = node_at(vs->root, "spec.hosts");
	int best = 0;

	if (!binds(s, node_at(vs->root, "spec.gateways"), vs->key.namespace))
		return 0;
	for (uint32_t i = 0; i < node_item_count(hosts); i++)
		best = MAX(best, host_rank(s, node_text(node_item(hosts, i)), vs->key.namespace));
	return best;
}

struct ranked {
	const struct object *object;
	int rank;
};

struct ranked_list {
	struct ranked *items;
	uint32_t count;
};

static int compare_ranked(const void *a, const void *b, void *context)
{
	const struct ranked *x = a, *y = b;
	int64_t xs = x->object->facts.created_s, ys = y->object->facts.created_s;

	(void)context;
	if (x->rank != y->rank)
		return x->rank > y->rank ? -1 : 1;
	if (xs != ys)
		return xs < ys ? -1 : 1;
	return key_compare(x->object->key, y->object->key);
}

/* The best first; for the mesh it is the only one that counts. */
static struct ranked_list virtual_services(const struct search *s, struct arena *arena)
{
	struct objects all =
		cache_list(s->mesh->options.cache, arena, KIND_VIRTUALSERVICE, STR_NONE);
	struct ranked_list list = { arena_array(arena, struct ranked, all.count), 0 };

	for (uint32_t i = 0; i < all.count; i++) {
		int rank = rank_of(s, all.items[i]);
		if (rank)
			list.items[list.count++] = (struct ranked){ all.items[i], rank };
	}
	sort_stable(list.items, list.count, sizeof(*list.items), compare_ranked, NULL);
	if (!s->gateway)
		list.count = MIN(list.count, 1u);
	return list;
}

/* The first http route that matches, and the namespace its hosts are relative to. */
struct found {
	const struct node *route;
	struct str namespace;
	bool tcp;
};

static bool find_in(const struct search *s, const struct object *vs, bool delegates,
		    struct found *ret)
{
	const struct node *list = node_at(vs->root, "spec.http");

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *http = node_item(list, i);
		const struct node *delegate = node_get(http, STR("delegate"));
		if (!matches_route(s, http, vs->key.namespace))
			continue;
		if (!delegate) {
			*ret = (struct found){ .route = http, .namespace = vs->key.namespace };
			return true;
		}
		struct str namespace = node_str_at(delegate, "namespace");
		struct key key = { namespace.len ? namespace : vs->key.namespace,
				   node_str_at(delegate, "name") };
		const struct object *next =
			cache_get(s->mesh->options.cache, KIND_VIRTUALSERVICE, key);
		if (next && delegates && find_in(s, next, /* delegates= */ false, ret))
			return true;
	}
	const struct node *tcp = node_at(vs->root, "spec.tcp[0]");
	if (!tcp || node_item_count(list))
		return false;
	*ret = (struct found){ .route = tcp, .namespace = vs->key.namespace, .tcp = true };
	return true;
}

/* Routes */

static const struct node *subset_labels(const struct search *s, struct key service,
					struct str subset)
{
	SCRATCH(scratch);
	struct objects rules =
		cache_list(s->mesh->options.cache, scratch, KIND_DESTINATIONRULE, STR_NONE);

	for (uint32_t i = 0; i < rules.count; i++) {
		const struct object *rule = rules.items[i];
		struct str host = node_str_at(rule->root, "spec.host");
		const struct node *subsets = node_at(rule->root, "spec.subsets");
		if (!key_equal(service_host_key(host, rule->key.namespace), service))
			continue;
		for (uint32_t k = 0; k < node_item_count(subsets); k++)
			if (str_equal(node_str_at(node_item(subsets, k), "name"), subset))
				return node_get(node_item(subsets, k), STR("labels"));
	}
	return NULL;
}

static bool has_port(const struct search *s, struct key service, int64_t port)
{
	const struct object *o = cache_get(s->mesh->options.cache, KIND_SERVICE, service);
	const struct node *ports = o ? node_at(o->root, "spec.ports") : NULL;

	for (uint32_t i = 0; i < node_item_count(ports); i++)
		if (node_int_at(node_item(ports, i), "port", 0) == port)
			return true;
	return false;
}

static struct upstream upstream_of(const struct search *s, const struct cluster *cluster)
{
	struct upstream u = { .cluster = cluster, .weight = 1 };

	u.lanes = arena_array(s->mesh->resolved, struct lane, cluster->targets.count);
	for (uint32_t i = 0; i < cluster->targets.count; i++)
		u.lanes[i] =
			(struct lane){ .cluster = cluster, .target = &cluster->targets.items[i] };
	return u;
}

static struct upstream destination_of(const struct search *s, const struct node *destination,
				      struct str namespace)
{
	struct key service = service_host_key(node_str_at(destination, "host"), namespace);
	struct str subset = node_str_at(destination, "subset");
	int64_t port = node_int_at(destination, "port.number", 0);
	const struct node *labels = subset.len ? subset_labels(s, service, subset) : NULL;

	if (port && !has_port(s, service, port))
		subset = STR("no such port");
	return upstream_of(s, mesh_cluster(s->mesh, service, subset, labels));
}

/* {value: 12.5} or nothing. */
static uint64_t percent_chance(const struct node *percentage, uint64_t fallback_percent)
{
	double percent = (double)fallback_percent;

	num_double(node_text(node_get(percentage, STR("value"))), &percent);
	percent = MAX(0, MIN(percent, 100));
	return mesh_chance_of_ppm((uint64_t)(percent * PPM_PER_PERCENT + 0.5));
}

static void add_mirrors(const struct search *s, const struct found *f, struct route *route)
{
	const struct node *one = node_get(f->route, STR("mirror"));
	const struct node *list = node_get(f->route, STR("mirrors"));

	route->mirrors = arena_array(s->mesh->resolved, struct upstream, node_item_count(list) + 1);
	if (one) {
		struct upstream u = destination_of(s, one, f->namespace);
		u.chance = percent_chance(node_get(f->route, STR("mirrorPercentage")), 100);
		route->mirrors[route->mirror_count++] = u;
	}
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *m = node_item(list, i);
		struct upstream u =
			destination_of(s, node_get(m, STR("destination")), f->namespace);
		u.chance = percent_chance(node_get(m, STR("percentage")), 100);
		route->mirrors[route->mirror_count++] = u;
	}
}

static void add_upstreams(const struct search *s, const struct found *f, struct route *route)
{
	const struct node *list = node_get(f->route, STR("route"));
	uint32_t count = node_item_count(list);

	route->upstreams = arena_array(s->mesh->resolved, struct upstream, count);
	route->upstream_count = count;
	for (uint32_t i = 0; i < count; i++) {
		const struct node *d = node_item(list, i);
		struct upstream u =
			destination_of(s, node_get(d, STR("destination")), f->namespace);
		/* The only one gets all, whatever its weight: Flagger leaves it at 0. */
		u.weight = count == 1 ? 1 : (uint64_t)MAX(node_int_at(d, "weight", 0), 0);
		route->weight += u.weight;
		route->upstreams[i] = u;
	}
}

static bool retries_on_500(struct str retry_on)
{
	while (retry_on.ptr) {
		struct str part = str_trim(str_cut(&retry_on, ','));
		if (str_equal(part, STR("5xx")) || str_equal(part, STR("500")))
			return true;
	}
	return false;
}

static void add_policies(const struct node *http, struct route *route)
{
	const struct node *abort = node_at(http, "fault.abort");
	int64_t timeout_ns = 0;

	duration_parse(node_str_at(http, "timeout"), &timeout_ns);
	route->timeout_us = (uint64_t)MAX(timeout_ns, 0) / 1000;
	route->attempts = (uint32_t)MAX(
		0, MIN(node_int_at(http, "retries.attempts", RETRIES_DEFAULT), RETRIES_MAX));
	route->retries_errors = retries_on_500(node_str_at(http, "retries.retryOn"));
	route->abort_code = (int)node_int_at(abort, "httpStatus", 503);
	route->abort_chance = abort ? percent_chance(node_get(abort, STR("percentage")), 0) : 0;
}

static struct route forwarding(const struct search *s, const struct found *f)
{
	struct route route = { .resolved = true, .counted = !f->tcp };
	const struct node *direct = node_get(f->route, STR("directResponse"));
	const struct node *redirect = node_get(f->route, STR("redirect"));

	if (direct)
		route.reply = (struct reply){ (int)node_int_at(direct, "status", 200), "-" };
	else if (redirect)
		route.reply =
			(struct reply){ (int)node_int_at(redirect, "redirectCode", 301), "-" };
	if (direct || redirect)
		return route;
	add_upstreams(s, f, &route);
	add_mirrors(s, f, &route);
	add_policies(f->route, &route);
	if (!route.weight)
		route.reply = (struct reply){ 503, "NC" };
	return route;
}

static struct route straight_to(const struct search *s)
{
	struct route route = { .resolved = true, .counted = true, .upstream_count = 1 };

	route.upstreams = arena_one(s->mesh->resolved, struct upstream);
	route.upstreams[0] = upstream_of(s, mesh_cluster(s->mesh, s->service, STR_NONE, NULL));
	route.weight = 1;
	return route;
}

static struct route resolve(struct search *s)
{
	SCRATCH(scratch);
	struct ranked_list list = virtual_services(s, scratch);
	struct found found;

	for (uint32_t i = 0; i < list.count; i++)
		if (find_in(s, list.items[i].object, /* delegates= */ true, &found))
			return forwarding(s, &found);
	if (list.count)
		return (struct route){ .resolved = true, .counted = true, .reply = { 404, "NR" } };
	if (!s->gateway && cache_get(s->mesh->options.cache, KIND_SERVICE, s->service))
		return straight_to(s);
	return (struct route){};
}

static struct route resolve_as(struct mesh *mesh, struct source *source, bool gateway)
{
	struct search s = { .mesh = mesh, .source = source, .gateway = gateway };

	if (!gateway)
		s.service = service_host_key(source->traffic.host, STR_NONE);
	source->gateway = gateway;
	return resolve(&s);
}

void mesh_resolve(struct mesh *mesh)
{
	arena_clear(mesh->resolved);
	map_init(&mesh->clusters, mesh->resolved);
	for (uint32_t i = 0; i < mesh->sources.count; i++) {
		struct source *source = mesh->sources.items[i];
		struct key service = service_host_key(source->traffic.host, STR_NONE);
		bool gateway = source->traffic.gateway.len || !service.namespace.len;

		source->route = resolve_as(mesh, source, gateway);
		/* "example.com" has the form of a Service, but may stand behind a gateway. */
		if (!gateway && !source->route.resolved)
			source->route = resolve_as(mesh, source, /* gateway= */ true);
	}
}
