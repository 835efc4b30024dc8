/* routes - VirtualService and DestinationRules of a Canary, as Flagger's Istio router keeps them */
#include "rollout/routes.h"

#include "base/arena.h"
#include "doc/json.h"
#include "doc/make.h"

#define KUBECTL	 "kubectl.kubernetes.io/last-applied-configuration"
#define ORIGINAL "flagger.kubernetes.io/original-configuration"
#define ISTIO	 "networking.istio.io/v1beta1"

static bool is_istio(const struct tick *t)
{
	return str_equal(t->provider, STR("istio"));
}

/* DestinationRules */

static void reconcile_rule(struct tick *t, struct str name)
{
	const struct object *rule = tick_get(t, KIND_DESTINATIONRULE, name);
	const struct node *spec = node_make(t->arena, "{host: %s, trafficPolicy: %?n}", name,
					    node_get(t->service, STR("trafficPolicy")));

	if (rule) {
		tick_update(t, rule, node_with(t->arena, rule->root, STR("spec"), spec));
		return;
	}
	plan_create(t->plan,
		    node_make(t->arena,
			      "{apiVersion: %c, kind: DestinationRule, metadata: {name: %s, "
			      "namespace: %s, ownerReferences: [%n]}, spec: %n}",
			      ISTIO, name, t->key.namespace, target_owner(t), spec));
}

/* The VirtualService as it shall be */

static bool contains(const struct node *list, struct str text)
{
	for (uint32_t i = 0; i < node_item_count(list); i++)
		if (str_equal(node_text(node_item(list, i)), text))
			return true;
	return false;
}

static bool is_delegated(const struct tick *t)
{
	return node_bool_at(t->service, "delegation", false);
}

static const struct node *hosts_of(struct tick *t)
{
	const struct node *hosts = node_get(t->service, STR("hosts"));

	if (is_delegated(t))
		return NULL;
	if (contains(hosts, t->apex) || contains(hosts, STR("*")))
		return hosts;
	return node_list_append(t->arena, hosts, node_str(t->arena, t->apex));
}

static const struct node *gateways_of(struct tick *t)
{
	const struct node *gateways = node_get(t->service, STR("gateways"));

	if (is_delegated(t))
		return NULL;
	return node_item_count(gateways) ? gateways : node_make(t->arena, "[mesh]");
}

static const struct node *tcp_routes(struct tick *t, int64_t primary, int64_t canary)
{
	const struct node *match = node_get(t->service, STR("match")), *ports = NULL;

	for (uint32_t i = 0; i < node_item_count(match); i++) {
		int64_t port = node_int_at(node_item(match, i), "port", 0);
		ports = node_list_append(t->arena, ports,
					 port ? node_make(t->arena, "{port: %l}", port)
					      : node_empty_map());
	}
	return node_make(t->arena, "[{match: %?n, route: %n}]", ports,
			 routes_destinations(t, primary, canary));
}

static const struct node *initial_spec(struct tick *t)
{
	const struct node *http = NULL, *tcp = NULL;

	if (routes_are_tcp(t))
		tcp = tcp_routes(t, TOTAL_WEIGHT, 0);
	else if (node_item_count(node_get(t->analysis, STR("match"))))
		http = routes_ab(t, TOTAL_WEIGHT, 0);
	else
		http = node_list_append(t->arena, NULL,
					routes_http(t, node_get(t->service, STR("match")),
						    routes_destinations(t, TOTAL_WEIGHT, 0)));
	return node_make(t->arena, "{hosts: %?n, gateways: %?n, http: %?n, tcp: %?n}", hosts_of(t),
			 gateways_of(t), http, tcp);
}

/* The apex Service's label is in the given labels by now, when there are any: Flagger shares the
 * map. */
static const struct node *labels_of(struct tick *t)
{
	const struct node *apex = node_get(t->service, STR("apex"));
	const struct node *labels = node_get(apex, STR("labels"));

	if (!apex || !t->kind->has_services)
		return labels;
	return node_with(t->arena, labels, t->label, node_str(t->arena, t->apex));
}

static const struct node *annotations_of(struct tick *t, const struct object *vs)
{
	static const char *const kept[] = { KUBECTL, ORIGINAL };
	const struct node *annotations =
		services_annotations(t, node_at(t->service, "apex.annotations"));

	for (size_t i = 0; vs && i < ARRAY_COUNT(kept); i++) {
		const struct node *value =
			node_get(object_annotations(vs->root), str_from_cstr(kept[i]));
		if (value)
			annotations =
				node_with(t->arena, annotations, str_from_cstr(kept[i]), value);
	}
	return annotations;
}

/* Reconciling */

static bool same(const struct node *a, const struct node *b)
{
	if (!node_member_count(a) || !node_member_count(b))
		return node_member_count(a) == node_member_count(b);
	return node_equal(a, b);
}

static void create(struct tick *t)
{
	t->routes = node_make(t->arena,
			      "{apiVersion: %c, kind: VirtualService, metadata: {name: %s, "
			      "namespace: %s, labels: %?n, annotations: %n, ownerReferences: "
			      "[%n]}, spec: %n}",
			      ISTIO, t->apex, t->key.namespace, labels_of(t),
			      annotations_of(t, NULL), target_owner(t), initial_spec(t));
	plan_create(t->plan, t->routes);
}

/* What was there before is kept in an annotation, unless kubectl has left it in its own. */
static const struct node *with_original(struct tick *t, const struct node *annotations,
					const struct node *spec)
{
	if (node_get(annotations, STR(KUBECTL)))
		return annotations;
	return node_with(
		t->arena, annotations, STR(ORIGINAL),
		node_str(t->arena, json_text(t->arena, spec, JSON_ESCAPE_HTML | JSON_SECRETS)));
}

static void correct(struct tick *t, const struct object *vs)
{
	const struct node *spec = initial_spec(t), *root = vs->root;
	const struct node *old = node_get(root, STR("spec"));
	const struct node *annotations = annotations_of(t, vs), *labels = labels_of(t);
	bool same_spec = node_equal(routes_comparable(t, spec), routes_comparable(t, old));

	t->routes = root;
	if (same_spec && same(labels, object_labels(root)) &&
	    same(annotations, object_annotations(root)))
		return;
	if (!same_spec)
		annotations = with_original(t, annotations, old);
	root = node_set(t->arena, root, "metadata.labels", labels);
	root = node_set(t->arena, root, "metadata.annotations", annotations);
	t->routes = node_with(t->arena, root, STR("spec"), spec);
	tick_update(t, vs, t->routes);
}

struct str routes_reconcile(struct tick *t)
{
	const struct object *vs = tick_get(t, KIND_VIRTUALSERVICE, t->apex);
	bool bound = node_item_count(node_get(t->service, STR("hosts"))) ||
		     node_item_count(node_get(t->service, STR("gateways")));

	if (!is_istio(t))
		return STR_NONE;
	reconcile_rule(t, t->apex_canary);
	reconcile_rule(t, t->apex_primary);
	if (is_delegated(t) && bound)
		return tick_fault(t,
				  "reconcileVirtualService failed: VirtualService %.*s.%.*s "
				  "cannot have hosts and gateways when delegation enabled",
				  STR_FMT(t->apex), STR_FMT(t->key.namespace));
	if (vs)
		correct(t, vs);
	else
		create(t);
	return STR_NONE;
}

/* Reading weights */

static const struct node *canary_route(const struct tick *t)
{
	const struct node *list = routes_are_tcp(t) ? node_at(t->routes, "spec.tcp")
						    : node_at(t->routes, "spec.http"),
			  *found = NULL;

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *route = node_get(node_item(list, i), STR("route"));
		for (uint32_t k = 0; k < node_item_count(route); k++)
			if (str_equal(node_str_at(node_item(route, k), "destination.host"),
				      t->apex_canary))
				found = node_item(list, i);
	}
	return found;
}

static void read_weights(struct tick *t, const struct node *route, bool with_headers_only)
{
	const struct node *list = node_get(route, STR("route"));

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *d = node_item(list, i);
		struct str host = node_str_at(d, "destination.host");
		if (with_headers_only && !node_get(d, STR("headers")))
			continue;
		if (str_equal(host, t->apex_primary))
			t->primary_weight = node_int_at(d, "weight", 0);
		if (str_equal(host, t->apex_canary))
			t->canary_weight = node_int_at(d, "weight", 0);
	}
}

/* Other providers: nothing is routed, so the iterations tell. */
static struct str assume_weights(struct tick *t)
{
	t->canary_weight = t->was.iterations > 0 ? TOTAL_WEIGHT : 0;
	t->primary_weight = TOTAL_WEIGHT - t->canary_weight;
	return STR_NONE;
}

struct str routes_read(struct tick *t)
{
	const struct node *list = node_at(t->routes, "spec.http"), *route = canary_route(t);

	if (!is_istio(t))
		return assume_weights(t);
	read_weights(t, route, /* with_headers_only= */ false);
	t->mirrored = node_str_at(route, "mirror.host").len && !routes_are_tcp(t);
	for (uint32_t i = 0;
	     node_get(t->analysis, STR("sessionAffinity")) && i < node_item_count(list); i++)
		read_weights(t, node_item(list, i), /* with_headers_only= */ true);
	if (t->primary_weight || t->canary_weight)
		return STR_NONE;
	return tick_fault(t,
			  "VirtualService %.*s.%.*s does not contain routes for %.*s-primary and "
			  "%.*s-canary",
			  STR_FMT(t->apex), STR_FMT(t->key.namespace), STR_FMT(t->apex),
			  STR_FMT(t->apex));
}

/* Setting weights */

static const struct node *with_mirror(struct tick *t, const struct node *http)
{
	int64_t weight = node_int_at(t->analysis, "mirrorWeight", 0);

	http = node_set(t->arena, http, "[0].mirror.host", node_str(t->arena, t->apex_canary));
	if (weight > 0)
		http = node_set(t->arena, http, "[0].mirrorPercentage.value",
				node_int(t->arena, weight));
	return http;
}

static const struct node *weighted(struct tick *t, int64_t primary, int64_t canary, bool mirrored)
{
	const struct node *http;

	if (node_item_count(node_get(t->analysis, STR("match"))))
		return routes_ab(t, primary, canary);
	if (node_get(t->analysis, STR("sessionAffinity")))
		http = routes_sticky(t, primary, canary);
	else
		http = node_list_append(t->arena, NULL,
					routes_http(t, node_get(t->service, STR("match")),
						    routes_destinations(t, primary, canary)));
	return mirrored ? with_mirror(t, http) : http;
}

struct str routes_set(struct tick *t, int64_t primary, int64_t canary, bool mirrored)
{
	const struct object *vs = tick_get(t, KIND_VIRTUALSERVICE, t->apex);

	if (!is_istio(t))
		return STR_NONE;
	if (!vs || !t->routes)
		return tick_fault(t,
				  "VirtualService %.*s.%.*s get query error "
				  "virtualservices.networking.istio.io \"%.*s\" not found",
				  STR_FMT(t->apex), STR_FMT(t->key.namespace), STR_FMT(t->apex));
	if (routes_are_tcp(t))
		t->routes =
			node_set(t->arena, t->routes, "spec.tcp", tcp_routes(t, primary, canary));
	else
		t->routes = node_set(t->arena, t->routes, "spec.http",
				     weighted(t, primary, canary, mirrored));
	tick_update(t, vs, t->routes);
	return STR_NONE;
}

/* Giving back */

static const struct node *stored_spec(struct tick *t, const struct object *vs,
				      struct str *ret_fault)
{
	struct docset *set = docset_new(t->arena);
	struct str kubectl = object_annotation(vs->root, STR(KUBECTL));
	struct str original = object_annotation(vs->root, STR(ORIGINAL));
	struct error err;

	if (!kubectl.len && !original.len)
		return NULL;
	const struct node *n =
		json_read(set, STR("annotation"), kubectl.len ? kubectl : original, &err);
	if (!n)
		*ret_fault =
			tick_fault(t, "VirtualService %.*s.%.*s failed to unMarshal annotation %s",
				   STR_FMT(t->apex), STR_FMT(t->key.namespace),
				   kubectl.len ? KUBECTL : ORIGINAL);
	return kubectl.len ? node_get(n, STR("spec")) : n;
}

struct str routes_finalize(struct tick *t)
{
	const struct object *vs = tick_get(t, KIND_VIRTUALSERVICE, t->apex);
	struct str fault = STR_NONE;

	if (!is_istio(t))
		return STR_NONE;
	if (!vs)
		return tick_fault(t,
				  "VirtualService %.*s.%.*s get query error: "
				  "virtualservices.networking.istio.io \"%.*s\" not found",
				  STR_FMT(t->apex), STR_FMT(t->key.namespace), STR_FMT(t->apex));
	const struct node *spec = stored_spec(t, vs, &fault);
	if (spec)
		tick_update(t, vs, node_with(t->arena, vs->root, STR("spec"), spec));
	return fault;
}
