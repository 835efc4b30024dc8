/* route - from VirtualServices to the route of each traffic */
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

/* Whether one of its gateways serves the host; why the first of them does not is noted. */
static bool is_served(struct search *s, const struct object *vs)
{
	const struct node *gateways = node_at(vs->root, "spec.gateways");
	struct refusal refusal;

	for (uint32_t i = 0; s->gateway && i < node_item_count(gateways); i++) {
		struct str name = node_text(node_item(gateways, i));
		if (!names_gateway(s, name, vs->key.namespace))
			continue;
		if (mesh_gateway_serves(s, name, vs->key.namespace, &refusal))
			return true;
		if (!refuses(&s->refusal))
			s->refusal = refusal;
	}
	return !s->gateway;
}

static int rank_of(struct search *s, const struct object *vs)
{
	const struct node *hosts = node_at(vs->root, "spec.hosts");
	int best = 0;

	if (!binds(s, node_at(vs->root, "spec.gateways"), vs->key.namespace))
		return 0;
	for (uint32_t i = 0; i < node_item_count(hosts); i++)
		best = MAX(best, host_rank(s, node_text(node_item(hosts, i)), vs->key.namespace));
	return best && is_served(s, vs) ? best : 0;
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
static struct ranked_list virtual_services(struct search *s, struct arena *arena)
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
	struct key key; /* of the VirtualService that has it */
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
			*ret = (struct found){ .route = http,
					       .namespace = vs->key.namespace,
					       .key = vs->key };
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
	*ret = (struct found){
		.route = tcp, .namespace = vs->key.namespace, .key = vs->key, .tcp = true
	};
	return true;
}

/* Routes */

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
		struct upstream u = mesh_destination(s, one, f->namespace, route->owner);
		u.chance = percent_chance(node_get(f->route, STR("mirrorPercentage")), 100);
		route->mirrors[route->mirror_count++] = u;
	}
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *m = node_item(list, i);
		struct upstream u = mesh_destination(s, node_get(m, STR("destination")),
						     f->namespace, route->owner);
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
		struct upstream u = mesh_destination(s, node_get(d, STR("destination")),
						     f->namespace, route->owner);
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

static void add_policies(const struct search *s, struct key owner, const struct node *http,
			 struct route *route)
{
	const struct node *abort = node_at(http, "fault.abort");
	int64_t timeout_ns = 0;

	duration_parse(node_str_at(http, "timeout"), &timeout_ns);
	route->timeout_us = (uint64_t)MAX(timeout_ns, 0) / 1000;
	route->attempts = (uint32_t)MAX(
		0, MIN(node_int_at(http, "retries.attempts", RETRIES_DEFAULT), RETRIES_MAX));
	route->retries_errors = retries_on_500(node_str_at(http, "retries.retryOn"));
	if (abort)
		route->abort = mesh_refuse(
			s->mesh, (struct reply){ (int)node_int_at(abort, "httpStatus", 503), "FI" },
			STR("VirtualService"), owner, "%.*s aborts requests (fault.abort)",
			STR_FMT(route->owner));
	route->abort_chance = abort ? percent_chance(node_get(abort, STR("percentage")), 0) : 0;
}

static struct route forwarding(const struct search *s, const struct found *f)
{
	struct route route = { .resolved = true,
			       .counted = !f->tcp,
			       .owner = str_printf(s->mesh->resolved, "VirtualService/%.*s/%.*s",
						   STR_FMT(f->key.namespace),
						   STR_FMT(f->key.name)) };
	const struct node *direct = node_get(f->route, STR("directResponse"));
	const struct node *redirect = node_get(f->route, STR("redirect"));

	if (direct || redirect) {
		int code = direct ? (int)node_int_at(direct, "status", 200)
				  : (int)node_int_at(redirect, "redirectCode", 301);
		route.refusal =
			mesh_refuse(s->mesh, (struct reply){ code, "-" }, STR("VirtualService"),
				    f->key, "%.*s answers %d itself", STR_FMT(route.owner), code);
		return route;
	}
	add_upstreams(s, f, &route);
	add_mirrors(s, f, &route);
	add_policies(s, f->key, f->route, &route);
	if (!route.weight)
		route.refusal =
			mesh_refuse(s->mesh, (struct reply){ 503, "NC" }, STR("VirtualService"),
				    f->key, "%.*s sends to no destination", STR_FMT(route.owner));
	return route;
}

static struct route straight_to(const struct search *s)
{
	struct route route = { .resolved = true, .counted = true, .upstream_count = 1 };

	route.upstreams = arena_one(s->mesh->resolved, struct upstream);
	route.upstreams[0] = mesh_service(s, s->service, NULL, STR_NONE);
	route.weight = 1;
	return route;
}

static struct route unrouted(struct refusal refusal)
{
	return (struct route){ .resolved = true, .counted = true, .refusal = refusal };
}

/* None of the routes of a VirtualService takes the requests. */
static struct refusal no_match(const struct search *s, const struct object *vs)
{
	return mesh_refuse(s->mesh, (struct reply){ 404, "NR" }, vs->kind->name, vs->key,
			   "no route of VirtualService/%.*s/%.*s matches the requests",
			   STR_FMT(vs->key.namespace), STR_FMT(vs->key.name));
}

static struct route resolve(struct search *s)
{
	SCRATCH(scratch);
	struct ranked_list list = virtual_services(s, scratch);
	struct found found;
	struct route route;

	for (uint32_t i = 0; i < list.count; i++)
		if (find_in(s, list.items[i].object, /* delegates= */ true, &found))
			return forwarding(s, &found);
	if (list.count)
		return unrouted(no_match(s, list.items[0].object));
	if (s->gateway && mesh_ingress_route(s, &route))
		return route;
	if (refuses(&s->refusal))
		return unrouted(s->refusal);
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

/* What served a host once is gone. */
static struct route gone(struct mesh *mesh, const struct source *source)
{
	struct key service = service_host_key(source->traffic.host, STR_NONE);

	if (!source->points->was_resolved)
		return (struct route){};
	return unrouted(mesh_refuse(mesh, (struct reply){ 404, "NR" }, STR_NONE, service,
				    "nothing serves the host %.*s any more",
				    STR_FMT(source->traffic.host)));
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
		if (!source->route.resolved)
			source->route = gone(mesh, source);
		source->points->was_resolved |= source->route.resolved;
	}
}
