/* mesh - hosts, gateways and subsets of Istio's routes */
#include "check/check_inside.h"
#include "kube/labels.h"
#include "kube/service_host.h"

/* Where a host leads. */
struct target {
	const struct check_service *service; /* NULL: none */
	bool is_entry;			     /* of a ServiceEntry */
	struct key key;			     /* of a Service that may be there */
	struct str id;			     /* the same for all spellings of the same service */
};

static bool is_entry_host(const struct check *c, struct str host)
{
	if (map_get(&c->by_host, host))
		return true;
	for (uint32_t i = 0; i < c->wildcards.count; i++)
		if (str_ends(host, c->wildcards.items[i]))
			return true;
	return false;
}

static struct target find_target(const struct check *c, struct str host, struct str namespace)
{
	struct target t = { .key = service_host_key(host, namespace) };

	t.is_entry = is_entry_host(c, host);
	t.service = t.key.name.len && !t.is_entry ? check_find_service(c, t.key) : NULL;
	t.id = t.service ? str_printf(c->arena, "%.*s/%.*s", STR_FMT(t.key.namespace),
				      STR_FMT(t.key.name))
			 : host;
	return t;
}

void check_index_mesh(struct check *c)
{
	for (uint32_t i = 0; i < c->objects.count; i++) {
		struct check_object *o = &c->objects.items[i];
		const struct node *hosts = node_at(o->root, "spec.hosts");
		if (!str_equal(o->gvk.kind, STR("ServiceEntry")))
			continue;
		for (uint32_t h = 0; h < node_item_count(hosts); h++) {
			struct str host = node_text(node_item(hosts, h));
			if (str_starts(host, STR("*")))
				VEC_PUSH(c->arena, &c->wildcards, str_from(host, 1));
			else
				map_put(&c->by_host, host, o);
		}
	}
	for (uint32_t i = 0; i < c->objects.count; i++) {
		const struct check_object *o = &c->objects.items[i];
		if (!str_equal(o->gvk.kind, STR("DestinationRule")))
			continue;
		struct target t =
			find_target(c, node_str_at(o->root, "spec.host"), o->key.namespace);
		struct check_object_list **list =
			(struct check_object_list **)map_slot(&c->rules_of, t.id);
		if (!*list)
			*list = arena_one(c->arena, struct check_object_list);
		VEC_PUSH(c->arena, &(*list)->items, o);
	}
}

/* Tells when a host leads nowhere. Returns whether it leads somewhere. */
static bool check_host(struct check *c, const struct check_object *o, const struct node *host,
		       struct target *ret)
{
	struct str text = node_text(host);

	*ret = find_target(c, text, o->key.namespace);
	if (!text.len || ret->service || ret->is_entry || str_starts(text, STR("*")))
		return text.len > 0;
	bool is_inside = ret->key.name.len > 0;
	check_missing(c, RULE_HOST, host, is_inside ? ret->key.namespace : o->key.namespace,
		      "host '%.*s' is no Service%s and no ServiceEntry", STR_FMT(text),
		      is_inside ? " of the namespace" : "");
	if (is_inside)
		check_suggest(c, "", "Service", ret->key);
	else
		finding_hint(c->findings, "add a ServiceEntry for it, or correct the name");
	return false;
}

/* DestinationRules */

static bool has_subset(const struct check *c, const struct target *t, struct str name)
{
	const struct check_object_list *list = map_get(&c->rules_of, t->id);

	for (uint32_t i = 0; list && i < list->items.count; i++) {
		const struct node *subsets = node_at(list->items.items[i]->root, "spec.subsets");
		for (uint32_t s = 0; s < node_item_count(subsets); s++)
			if (str_equal(node_str_at(node_item(subsets, s), "name"), name))
				return true;
	}
	return false;
}

/* Whether pods of the Service have the subset's labels. */
static bool selects_pods(const struct check *c, const struct target *t, const struct node *labels)
{
	const struct check_pods_list *list =
		check_pods_near(c, t->key.namespace, t->service->selector);

	for (uint32_t i = 0; i < list->items.count; i++)
		if (labels_match_map(t->service->selector, list->items.items[i]->labels) &&
		    labels_match_map(labels, list->items.items[i]->labels))
			return true;
	return false;
}

static void check_destination_rule(struct check *c, const struct check_object *o)
{
	const struct node *subsets = node_at(o->root, "spec.subsets");
	struct target t;

	if (!check_host(c, o, node_at(o->root, "spec.host"), &t) || !t.service ||
	    !node_entry_count(t.service->selector))
		return;
	for (uint32_t i = 0; i < node_item_count(subsets); i++) {
		const struct node *labels = node_get(node_item(subsets, i), STR("labels"));
		if (!node_entry_count(labels) || selects_pods(c, &t, labels))
			continue;
		check_missing(c, RULE_SUBSET, labels, t.key.namespace,
			      "subset '%.*s' selects no pod of Service '%.*s': %.*s",
			      STR_FMT(node_str_at(node_item(subsets, i), "name")),
			      STR_FMT(t.key.name), STR_FMT(labels_map_text(c->arena, labels)));
		finding_hint(c->findings, "compare with the labels of the pods that %.*s selects",
			     STR_FMT(t.service->owner->label));
	}
}

/* VirtualServices */

static void check_destination(struct check *c, const struct check_object *o,
			      const struct node *destination)
{
	const struct node *subset = node_get(destination, STR("subset"));
	const struct node *port = node_at(destination, "port.number");
	struct target t;

	if (!check_host(c, o, node_get(destination, STR("host")), &t))
		return;
	if (subset && !has_subset(c, &t, node_text(subset))) {
		check_missing(c, RULE_SUBSET, subset, o->key.namespace,
			      "no DestinationRule of host '%.*s' has a subset '%.*s'",
			      STR_FMT(node_str_at(destination, "host")),
			      STR_FMT(node_text(subset)));
		finding_hint(c->findings, "define it in spec.subsets of a DestinationRule");
	}
	if (t.service && !check_has_port(t.service, port)) {
		finding_add(c->findings, &check_rules[RULE_HOST], port,
			    "Service '%.*s' has no port %.*s", STR_FMT(t.key.name),
			    STR_FMT(node_text(port)));
		finding_hint(c->findings, "see spec.ports of %.*s",
			     STR_FMT(t.service->owner->label));
	}
}

static void check_destinations(struct check *c, const struct check_object *o,
			       const struct node *list)
{
	for (uint32_t i = 0; i < node_item_count(list); i++)
		check_destination(c, o, node_get(node_item(list, i), STR("destination")));
}

/* "name", "namespace/name", "mesh" */
static void check_gateways(struct check *c, const struct check_object *o, const struct node *list)
{
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *n = node_item(list, i);
		struct str text = node_text(n), rest = text;
		struct str first = str_cut(&rest, '/');
		struct key key = { rest.ptr ? first : o->key.namespace, rest.ptr ? rest : first };
		if (str_equal(text, STR("mesh")) ||
		    check_find(c, "networking.istio.io", "Gateway", key))
			continue;
		check_missing(c, RULE_GATEWAY, n, key.namespace,
			      "Gateway '%.*s' does not exist in namespace '%.*s'",
			      STR_FMT(key.name), STR_FMT(key.namespace));
		check_suggest(c, "networking.istio.io", "Gateway", key);
	}
}

static void check_delegate(struct check *c, const struct check_object *o,
			   const struct node *delegate)
{
	struct str namespace = node_str_at(delegate, "namespace");
	struct key key = { namespace.len ? namespace : o->key.namespace,
			   node_str_at(delegate, "name") };
	const struct check_service *made = check_find_service(c, key);

	if (!key.name.len || check_find(c, "networking.istio.io", "VirtualService", key) ||
	    (made && made->port)) /* a Canary makes a VirtualService of that name */
		return;
	check_missing(c, RULE_HOST, node_get(delegate, STR("name")), key.namespace,
		      "VirtualService '%.*s' does not exist in namespace '%.*s'", STR_FMT(key.name),
		      STR_FMT(key.namespace));
	check_suggest(c, "networking.istio.io", "VirtualService", key);
}

static void check_http(struct check *c, const struct check_object *o, const struct node *route)
{
	const struct node *match = node_get(route, STR("match"));

	check_destinations(c, o, node_get(route, STR("route")));
	check_destinations(c, o, node_get(route, STR("mirrors")));
	if (node_get(route, STR("mirror")))
		check_destination(c, o, node_get(route, STR("mirror")));
	if (node_get(route, STR("delegate")))
		check_delegate(c, o, node_get(route, STR("delegate")));
	for (uint32_t i = 0; i < node_item_count(match); i++)
		check_gateways(c, o, node_get(node_item(match, i), STR("gateways")));
}

static void check_virtual_service(struct check *c, const struct check_object *o)
{
	static const struct trusted_path lists[] = { TRUSTED_PATH_INIT("spec.http"),
						     TRUSTED_PATH_INIT("spec.tcp"),
						     TRUSTED_PATH_INIT("spec.tls") };

	check_gateways(c, o, node_at(o->root, "spec.gateways"));
	for (size_t l = 0; l < ARRAY_COUNT(lists); l++) {
		const struct node *routes = node_find(o->root, lists[l]);
		for (uint32_t i = 0; i < node_item_count(routes); i++)
			check_http(c, o, node_item(routes, i));
	}
}

/* {matchLabels} of a policy. In the root namespace it is about all of them. */
static void check_policy(struct check *c, const struct check_object *o)
{
	const struct node *labels = node_at(o->root, "spec.selector.matchLabels");

	if (!node_entry_count(labels) || str_equal(o->key.namespace, STR("istio-system")) ||
	    check_match_map(c, o->key.namespace, labels))
		return;
	check_missing(c, RULE_SELECTOR, labels, o->key.namespace,
		      "%.*s selects no pod in namespace '%.*s'",
		      STR_FMT(labels_map_text(c->arena, labels)), STR_FMT(o->key.namespace));
}

static void check_canary(struct check *c, const struct check_object *o)
{
	check_gateways(c, o, node_at(o->root, "spec.service.gateways"));
}

static const struct {
	const char *group, *kind;
	void (*check)(struct check *c, const struct check_object *o);
} checks[] = {
	{ "networking.istio.io", "VirtualService", check_virtual_service },
	{ "networking.istio.io", "DestinationRule", check_destination_rule },
	{ "security.istio.io", "AuthorizationPolicy", check_policy },
	{ "security.istio.io", "PeerAuthentication", check_policy },
	{ "security.istio.io", "RequestAuthentication", check_policy },
	{ "flagger.app", "Canary", check_canary },
};

void check_mesh(struct check *c, const struct check_object *o)
{
	for (size_t i = 0; i < ARRAY_COUNT(checks); i++)
		if (str_equal(o->gvk.kind, str_from_cstr(checks[i].kind)) &&
		    str_equal(o->gvk.group, str_from_cstr(checks[i].group)))
			checks[i].check(c, o);
}
