/* assumed_traffic - clients of the cluster when the scenario has no traffic */
#include "rehearse/assumed_traffic.h"

#include "base/arena.h"
#include "lang/regex_sample.h"
#include "mesh/mesh.h"

void assumed_traffic_init(struct assumed_traffic *a, struct mesh *mesh, struct arena *arena)
{
	*a = (struct assumed_traffic){ .mesh = mesh, .arena = arena };
	map_init(&a->hosts, arena);
}

/* False when the host has traffic already. */
static bool take_host(struct assumed_traffic *a, struct str host)
{
	if (map_get(&a->hosts, host))
		return false;
	map_put(&a->hosts, host, a);
	return true;
}

/* "*" and "*.example.com" stand for some host. */
static struct str some_host(struct assumed_traffic *a, struct str pattern)
{
	if (str_equal(pattern, STR("*")))
		return STR("any.example");
	if (str_starts(pattern, STR("*.")))
		return str_concat(a->arena, STR("any"), str_from(pattern, 1));
	return str_copy(a->arena, pattern);
}

/* The first one when the mesh itself is not among them: "namespace/name". */
static struct str only_gateway(struct assumed_traffic *a, const struct node *gateways,
			       struct str namespace)
{
	for (uint32_t i = 0; i < node_item_count(gateways); i++)
		if (str_equal(node_text(node_item(gateways, i)), STR("mesh")))
			return STR_NONE;
	if (!node_item_count(gateways))
		return STR_NONE;
	struct str name = node_text(node_item(gateways, 0));
	if (str_find_char(name, '/') >= 0)
		return str_copy(a->arena, name);
	return str_printf(a->arena, "%.*s/%.*s", STR_FMT(namespace), STR_FMT(name));
}

/* A header's value that satisfies a StringMatch; absent: none is known. */
static struct str satisfying(struct assumed_traffic *a, const struct node *match)
{
	struct str sample, pattern = node_str_at(match, "regex");

	if (node_get(match, STR("exact")))
		return node_str_at(match, "exact");
	if (node_get(match, STR("prefix")))
		return node_str_at(match, "prefix");
	return pattern.len && regex_sample(a->arena, pattern, &sample) ? sample : STR_NONE;
}

static bool headers_of(struct assumed_traffic *a, const struct node *match,
		       struct mesh_traffic *traffic)
{
	const struct node *map = node_get(match, STR("headers"));
	struct mesh_header *headers =
		arena_array(a->arena, struct mesh_header, node_entry_count(map));

	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		headers[i].name = node_text(node_entry(map, i)->key);
		headers[i].value = satisfying(a, node_entry(map, i)->value);
		if (!headers[i].value.ptr)
			return false;
	}
	traffic->headers = headers;
	traffic->header_count = node_entry_count(map);
	return traffic->header_count > 0;
}

static void add_canary(struct assumed_traffic *a, const struct object *canary)
{
	const struct node *service = node_at(canary->root, "spec.service");
	struct str name = node_str_at(service, "name");
	struct str target = node_str_at(canary->root, "spec.targetRef.name");
	struct mesh_traffic traffic = {
		.host = str_printf(a->arena, "%.*s.%.*s", STR_FMT(name.len ? name : target),
				   STR_FMT(canary->key.namespace)),
		.gateway =
			only_gateway(a, node_get(service, STR("gateways")), canary->key.namespace),
		.milli_rps = ASSUMED_MILLI_RPS,
	};
	const struct node *hosts = node_get(service, STR("hosts"));

	if (!take_host(a, traffic.host))
		return;
	if (traffic.gateway.ptr && node_item_count(hosts)) {
		traffic.host = some_host(a, node_text(node_item(hosts, 0)));
		take_host(a, traffic.host);
	}
	const struct node *match = node_at(canary->root, "spec.analysis.match");
	struct mesh_traffic chosen = traffic;
	if (node_item_count(match) && headers_of(a, node_item(match, 0), &chosen)) {
		traffic.milli_rps /= 2;
		chosen.milli_rps = traffic.milli_rps;
		mesh_add_traffic(a->mesh, &chosen);
	}
	mesh_add_traffic(a->mesh, &traffic);
}

static void add_service(struct assumed_traffic *a, const struct object *service)
{
	const struct node *hosts = node_at(service->root, "spec.hosts");
	struct str gateway =
		only_gateway(a, node_at(service->root, "spec.gateways"), service->key.namespace);

	if (!gateway.ptr ||
	    str_equal(node_str_at(object_controller(service->root), "kind"), STR("Canary")))
		return;
	for (uint32_t i = 0; i < node_item_count(hosts); i++) {
		struct mesh_traffic traffic = { .host = some_host(a,
								  node_text(node_item(hosts, i))),
						.gateway = gateway,
						.milli_rps = ASSUMED_MILLI_RPS };
		if (take_host(a, traffic.host))
			mesh_add_traffic(a->mesh, &traffic);
	}
}

static void add_ingress(struct assumed_traffic *a, const struct object *ingress)
{
	const struct node *rules = node_at(ingress->root, "spec.rules");

	for (uint32_t i = 0; i < node_item_count(rules); i++) {
		const struct node *rule = node_item(rules, i);
		struct str host = node_str_at(rule, "host");
		struct mesh_traffic traffic = {
			.host = some_host(a, host.len ? host : STR("*")),
			.gateway = STR("ingress"),
			.path = str_copy(a->arena, node_str_at(rule, "http.paths[0].path")),
			.milli_rps = ASSUMED_MILLI_RPS,
		};
		if (take_host(a, traffic.host))
			mesh_add_traffic(a->mesh, &traffic);
	}
}

void assumed_traffic_add(struct assumed_traffic *a, const struct object *object)
{
	if (object->kind->id == KIND_CANARY)
		add_canary(a, object);
	else if (object->kind->id == KIND_VIRTUALSERVICE)
		add_service(a, object);
	else if (object->kind->id == KIND_INGRESS)
		add_ingress(a, object);
}
