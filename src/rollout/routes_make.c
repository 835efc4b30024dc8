/* routes_make - http routes of a Canary: weighted, A/B, sticky sessions */
#include "base/arena.h"
#include "base/duration.h"
#include "doc/make.h"
#include "rollout/routes.h"

enum { COOKIE_LETTERS = 10, MAX_AGE_DEFAULT_S = 86400 };

bool routes_are_tcp(const struct tick *t)
{
	return str_equal_nocase(node_str_at(t->service, "appProtocol"), STR("tcp"));
}

/* With port discovery a gateway does not know which port is meant. */
static bool needs_port(const struct tick *t)
{
	const struct node *gateways = node_get(t->service, STR("gateways"));
	bool gateway = node_item_count(gateways) &&
		       !str_equal(node_text(node_item(gateways, 0)), STR("mesh"));

	return node_bool_at(t->service, "portDiscovery", false) &&
	       (gateway || node_bool_at(t->service, "delegation", false));
}

const struct node *routes_destination(struct tick *t, struct str host, int64_t weight)
{
	const struct node *port = NULL;

	if (needs_port(t))
		port = node_make(t->arena, "{number: %l}", node_int_at(t->service, "port", 0));
	return node_make(t->arena, "{destination: {host: %s, port: %?n}, weight: %l}", host, port,
			 weight);
}

const struct node *routes_destinations(struct tick *t, int64_t primary, int64_t canary)
{
	return node_make(t->arena, "[%n, %n]", routes_destination(t, t->apex_primary, primary),
			 routes_destination(t, t->apex_canary, canary));
}

static const struct node *rewrite_of(struct tick *t)
{
	const struct node *rewrite = node_get(t->service, STR("rewrite"));

	return rewrite ? node_make(t->arena, "{authority: %?n, uri: %?n}",
				   node_get(rewrite, STR("authority")),
				   node_get(rewrite, STR("uri")))
		       : NULL;
}

const struct node *routes_http(struct tick *t, const struct node *match,
			       const struct node *destinations)
{
	return node_make(t->arena,
			 "{match: %?n, rewrite: %?n, timeout: %?n, retries: %?n, corsPolicy: %?n, "
			 "headers: %?n, route: %n}",
			 match, rewrite_of(t), node_get(t->service, STR("timeout")),
			 node_get(t->service, STR("retries")),
			 node_get(t->service, STR("corsPolicy")),
			 node_get(t->service, STR("headers")), destinations);
}

const struct node *routes_merge_match(struct tick *t, const struct node *conditions)
{
	static const struct str taken[] = { STR_INIT("headers"), STR_INIT("sourceLabels") };
	const struct node *defaults = node_get(t->service, STR("match")), *merged = NULL;

	if (!node_item_count(defaults))
		return conditions;
	for (uint32_t i = 0; i < node_item_count(conditions); i++)
		for (uint32_t k = 0; k < node_item_count(defaults); k++) {
			const struct node *one = node_item(defaults, k);
			for (size_t f = 0; f < ARRAY_COUNT(taken); f++) {
				const struct node *value =
					node_get(node_item(conditions, i), taken[f]);
				if (value)
					one = node_with(t->arena, one, taken[f], value);
			}
			merged = node_list_append(t->arena, merged, one);
		}
	return merged;
}

const struct node *routes_ab(struct tick *t, int64_t primary, int64_t canary)
{
	const struct node *conditions = node_get(t->analysis, STR("match"));
	const struct node *rest =
		node_list_append(t->arena, NULL, routes_destination(t, t->apex_primary, primary));

	return node_make(t->arena, "[%n, %n]",
			 routes_http(t, routes_merge_match(t, conditions),
				     routes_destinations(t, primary, canary)),
			 routes_http(t, node_get(t->service, STR("match")), rest));
}

/* Sticky sessions */

static struct str new_cookie(struct tick *t, struct trusted_path setting)
{
	struct str name = node_find_str(node_get(t->analysis, STR("sessionAffinity")), setting);

	return str_printf(t->arena, "%.*s=%.*s", STR_FMT(name),
			  STR_FMT(tick_letters(t, setting.path, COOKIE_LETTERS)));
}

static struct str set_cookie(struct tick *t, struct str cookie, int64_t max_age_s)
{
	static const struct {
		struct trusted_path setting;
		const char *attribute;
		bool flag;
	} attributes[] = {
		{ TRUSTED_PATH_INIT("domain"), "Domain", false },
		{ TRUSTED_PATH_INIT("httpOnly"), "HttpOnly", true },
		{ TRUSTED_PATH_INIT("partitioned"), "Partitioned", true },
		{ TRUSTED_PATH_INIT("path"), "Path", false },
		{ TRUSTED_PATH_INIT("sameSite"), "SameSite", false },
		{ TRUSTED_PATH_INIT("secure"), "Secure", true },
	};
	const struct node *affinity = node_get(t->analysis, STR("sessionAffinity"));
	struct str text =
		str_printf(t->arena, "%.*s; Max-Age=%lld", STR_FMT(cookie), (long long)max_age_s);

	for (size_t i = 0; i < ARRAY_COUNT(attributes); i++) {
		struct str value = node_find_str(affinity, attributes[i].setting);
		if (attributes[i].flag && node_find_bool(affinity, attributes[i].setting, false))
			text = str_printf(t->arena, "%.*s; %s", STR_FMT(text),
					  attributes[i].attribute);
		else if (!attributes[i].flag && value.len)
			text = str_printf(t->arena, "%.*s; %s=%.*s", STR_FMT(text),
					  attributes[i].attribute, STR_FMT(value));
	}
	return text;
}

/* Requests that bring the cookie along. */
static const struct node *cookie_match(struct tick *t, struct str cookie)
{
	struct str rest = cookie, name = str_cut(&rest, '='), value = str_cut(&rest, '=');
	struct str regex = str_printf(t->arena, ".*%.*s.*%.*s.*", STR_FMT(name), STR_FMT(value));

	return routes_merge_match(t,
				  node_make(t->arena, "[{headers: {Cookie: {regex: %s}}}]", regex));
}

static const struct node *answered_with(struct tick *t, const struct node *destination,
					struct str cookie)
{
	return node_set(t->arena, destination, "headers.response.add.Set-Cookie",
			node_str(t->arena, cookie));
}

/* The canary's answers hand out its cookie, and the primary's theirs when it has one. */
static const struct node *sticky_destinations(struct tick *t, int64_t primary, int64_t canary)
{
	const struct node *affinity = node_get(t->analysis, STR("sessionAffinity"));
	int64_t age_s = node_int_at(affinity, "maxAge", 0), interval_ns = 0;
	const struct node *p = routes_destination(t, t->apex_primary, primary);
	const struct node *c = routes_destination(t, t->apex_canary, canary);

	c = answered_with(t, c, set_cookie(t, t->will.cookie, age_s ? age_s : MAX_AGE_DEFAULT_S));
	duration_parse(node_str_at(t->analysis, "interval"), &interval_ns);
	if (node_str_at(affinity, "primaryCookieName").len)
		p = answered_with(t, p,
				  set_cookie(t, t->will.primary_cookie, interval_ns / NS_PER_S));
	return node_make(t->arena, "[%n, %n]", p, c);
}

static const struct node *sticky_during(struct tick *t, int64_t primary, int64_t canary)
{
	struct str primary_name = node_str_at(t->analysis, "sessionAffinity.primaryCookieName");
	const struct node *list = NULL;

	if (!t->will.cookie.len)
		t->will.cookie = new_cookie(t, TRUSTED_PATH("cookieName"));
	if (!t->will.primary_cookie.len)
		t->will.primary_cookie = new_cookie(t, TRUSTED_PATH("primaryCookieName"));
	list = node_list_append(t->arena, list,
				routes_http(t, cookie_match(t, t->will.cookie),
					    routes_destinations(t, 0, TOTAL_WEIGHT)));
	if (primary_name.len)
		list = node_list_append(t->arena, list,
					routes_http(t, cookie_match(t, t->will.primary_cookie),
						    routes_destinations(t, TOTAL_WEIGHT, 0)));
	return node_list_append(t->arena, list,
				routes_http(t, node_get(t->service, STR("match")),
					    sticky_destinations(t, primary, canary)));
}

/* Afterwards the cookie of the last run is taken back. */
static const struct node *sticky_after(struct tick *t, int64_t primary, int64_t canary)
{
	const struct node *destinations = routes_destinations(t, primary, canary);
	const struct node *plain = routes_http(t, node_get(t->service, STR("match")), destinations);
	const struct node *sticky = plain;

	if (t->will.cookie.len)
		t->will.previous_cookie = t->will.cookie;
	t->will.cookie = STR_NONE;
	if (t->will.previous_cookie.len) {
		struct str gone =
			str_printf(t->arena, "%.*s; Max-Age=-1", STR_FMT(t->will.previous_cookie));
		sticky = routes_http(t, cookie_match(t, t->will.previous_cookie), destinations);
		sticky = answered_with(t, sticky, gone);
		/* Flagger shares the headers of spec.service, when there are any. */
		if (node_get(t->service, STR("headers")))
			plain = answered_with(t, plain, gone);
	}
	return node_make(t->arena, "[%n, %n]", sticky, plain);
}

const struct node *routes_sticky(struct tick *t, int64_t primary, int64_t canary)
{
	return canary ? sticky_during(t, primary, canary) : sticky_after(t, primary, canary);
}

/* Comparing */

/* A route that matches a cookie of that name; Flagger takes an empty name for any match. */
static bool matches_cookie(const struct node *route, struct str name)
{
	const struct node *match = node_get(route, STR("match"));

	for (uint32_t i = 0; i < node_item_count(match); i++) {
		struct str regex = node_str_at(node_item(match, i), "headers.Cookie.regex");
		if (!name.len || str_contains(regex, name))
			return true;
	}
	return false;
}

static const struct node *without_weights(struct tick *t, const struct node *list, bool headers)
{
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *d = node_without(t->arena, node_item(list, i), STR("weight"));
		if (headers)
			d = node_without(t->arena, d, STR("headers"));
		list = node_list_with(t->arena, list, i, d);
	}
	return list;
}

static const struct node *comparable_routes(struct tick *t, const struct node *list)
{
	const struct node *affinity = node_get(t->analysis, STR("sessionAffinity"));
	const struct node *kept = node_empty_list();

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *route = node_item(list, i);
		if (affinity && (matches_cookie(route, node_str_at(affinity, "cookieName")) ||
				 matches_cookie(route, node_str_at(affinity, "primaryCookieName"))))
			continue;
		route = node_without(t->arena, route, STR("mirror"));
		route = node_without(t->arena, route, STR("mirrorPercentage"));
		route = node_with(
			t->arena, route, STR("route"),
			without_weights(t, node_get(route, STR("route")), affinity != NULL));
		kept = node_list_append(t->arena, kept, route);
	}
	return kept;
}

const struct node *routes_comparable(struct tick *t, const struct node *spec)
{
	static const struct str lists[] = { STR_INIT("http"), STR_INIT("tcp") };

	for (size_t i = 0; i < ARRAY_COUNT(lists); i++) {
		const struct node *list = node_get(spec, lists[i]);
		if (list)
			spec = node_with(t->arena, spec, lists[i], comparable_routes(t, list));
	}
	return spec;
}
