/*
 * admit_service - addresses and ports that a Service is given, and those that leave with its type
 *
 * Source: Kubernetes, pkg/registry/core/service: dropTypeDependentFields, patchAllocatedValues,
 * initIPFamilyFields; initNodePorts for TCP and UDP of one port.
 */
#include "base/arena.h"
#include "base/map.h"
#include "base/num.h"
#include "cluster/server/admission_kinds.h"
#include "cluster/server/refusal.h"
#include "doc/make.h"

static bool is_type(const struct node *service, const char *type)
{
	return str_equal(node_str_at(service, "spec.type"), str_from_cstr(type));
}

/* What a Service needs by its type. */

static bool needs_address(const struct node *service)
{
	return !is_type(service, "ExternalName");
}

static bool is_balancer(const struct node *service)
{
	return is_type(service, "LoadBalancer");
}

static bool needs_node_ports(const struct node *service)
{
	return is_type(service, "NodePort") || is_balancer(service);
}

static bool is_reached_from_outside(const struct node *service)
{
	return needs_node_ports(service) ||
	       (needs_address(service) && node_item_count(node_at(service, "spec.externalIPs")));
}

static bool needs_health_port(const struct node *service)
{
	return is_balancer(service) &&
	       str_equal(node_str_at(service, "spec.externalTrafficPolicy"), STR("Local"));
}

/* Drops the fields that the new type does not use, unless the write changes them. */

static const struct {
	bool (*needs)(const struct node *service);
	struct trusted_path path;
} dependent[] = {
	{ needs_address, TRUSTED_PATH_INIT("spec.clusterIP") },
	{ needs_address, TRUSTED_PATH_INIT("spec.clusterIPs") },
	{ needs_address, TRUSTED_PATH_INIT("spec.ipFamilies") },
	{ needs_address, TRUSTED_PATH_INIT("spec.ipFamilyPolicy") },
	{ needs_health_port, TRUSTED_PATH_INIT("spec.healthCheckNodePort") },
	{ is_balancer, TRUSTED_PATH_INIT("spec.allocateLoadBalancerNodePorts") },
	{ is_balancer, TRUSTED_PATH_INIT("spec.loadBalancerClass") },
	{ is_balancer, TRUSTED_PATH_INIT("status.loadBalancer.ingress") },
	{ is_reached_from_outside, TRUSTED_PATH_INIT("spec.externalTrafficPolicy") },
};

static void drop_node_ports(struct write *w)
{
	const struct node *ports = node_at(w->object, "spec.ports"), *kept = ports;
	struct node_ports before = {};

	node_ports_add(&before, w->old->root);
	for (uint32_t i = 0; i < node_item_count(ports); i++) {
		const struct node *port = node_item(ports, i);
		if (node_get(port, STR("nodePort")) &&
		    !node_ports_has(&before, node_int_at(port, "nodePort", 0)))
			return; /* a new one: the write means it */
	}
	for (uint32_t i = 0; i < node_item_count(ports); i++)
		kept = node_list_put(w->arena, ports, kept, i,
				     node_without(w->arena, node_item(ports, i), STR("nodePort")));
	if (ports)
		w->object = node_set(w->arena, w->object, "spec.ports", kept);
}

static void drop_dependent(struct write *w)
{
	const struct node *old = w->old->root;

	for (size_t i = 0; i < ARRAY_COUNT(dependent); i++) {
		struct trusted_path path = dependent[i].path;
		const struct node *value = node_find(w->object, path);
		if (value && dependent[i].needs(old) && !dependent[i].needs(w->object) &&
		    node_equal(node_find(old, path), value))
			w->object = node_put(w->arena, w->object, path, NULL);
	}
	if (needs_node_ports(old) && !needs_node_ports(w->object))
		drop_node_ports(w);
}

/* Addresses */

static const struct node *old_at(const struct write *w, struct trusted_path path)
{
	return w->old ? node_find(w->old->root, path) : NULL;
}

/* A Service without an address and without pods of its own is for both families. */
static bool is_for_both_families(const struct node *service)
{
	return str_equal(node_str_at(service, "spec.clusterIP"), STR("None")) &&
	       !node_entry_count(node_at(service, "spec.selector"));
}

static const struct node *family_policy(const struct write *w)
{
	const struct node *old = old_at(w, TRUSTED_PATH("spec.ipFamilyPolicy"));

	if (old)
		return old;
	return node_cstr(w->arena,
			 is_for_both_families(w->object) ? "RequireDualStack" : "SingleStack");
}

static void give_address(struct admission *a, struct write *w)
{
	struct arena *arena = w->arena;
	struct str ip = node_str_at(w->object, "spec.clusterIP");

	if (!ip.len && w->old && needs_address(w->old->root))
		ip = node_str_at(w->old->root, "spec.clusterIP");
	if (!ip.len)
		ip = admission_next_address(a, arena);
	const struct node *o = node_set(arena, w->object, "spec.clusterIP", node_str(arena, ip));
	o = node_set(arena, o, "spec.clusterIPs", node_make(arena, "[%s]", ip));
	if (!node_at(o, "spec.ipFamilyPolicy"))
		o = node_set(arena, o, "spec.ipFamilyPolicy", family_policy(w));
	bool both = is_for_both_families(o) &&
		    !str_equal(node_str_at(o, "spec.ipFamilyPolicy"), STR("SingleStack"));
	if (!node_at(o, "spec.ipFamilies"))
		o = node_set(arena, o, "spec.ipFamilies",
			     node_make(arena, both ? "[IPv4, IPv6]" : "[IPv4]"));
	w->object = o;
}

/* Node ports */

/* What is looked up for each port of a write. */
struct given_ports {
	struct admission *a;
	struct write *w;
	struct node_ports taken; /* by any Service, and by this write so far */
	struct node_ports own;	 /* that this write names */
	struct map before;	 /* by the name of a port: the node port that it had */
	struct map by_number;	 /* by a port's number: its node port */
};

static struct str number_key(struct arena *arena, const struct node *port)
{
	return num_format_int64(arena, node_int_at(port, "port", 0));
}

static void note_number(struct given_ports *g, const struct node *port, const struct node *number)
{
	void **slot = map_slot(&g->by_number, number_key(g->w->arena, port));

	if (!*slot)
		*slot = (void *)(uintptr_t)number;
}

static void read_before(struct given_ports *g)
{
	const struct node *ports = old_at(g->w, TRUSTED_PATH("spec.ports"));

	map_init(&g->before, g->w->arena);
	if (!g->w->old || !needs_node_ports(g->w->old->root))
		return;
	for (uint32_t i = 0; i < node_item_count(ports); i++) {
		const struct node *number = node_get(node_item(ports, i), STR("nodePort"));
		if (number)
			map_put(&g->before, node_str_at(node_item(ports, i), "name"),
				(void *)(uintptr_t)number);
	}
}

/* What the port of that name had, unless another one has it now. */
static const struct node *old_node_port(const struct given_ports *g, const struct node *port)
{
	const struct node *had = map_get(&g->before, node_str_at(port, "name"));
	int64_t number = 0;

	node_int64(had, &number);
	return number && !node_ports_has(&g->own, number) ? had : NULL;
}

static int refuse_full(struct write *w)
{
	return refuse(w->answer, 500, "InternalError",
		      STR("Internal error occurred: failed to allocate a nodePort: range is full"));
}

/* TCP and UDP of one port share theirs. NULL: none is left. */
static const struct node *new_node_port(struct given_ports *g, const struct node *port)
{
	const struct node *shared = map_get(&g->by_number, number_key(g->w->arena, port));

	return shared ? shared : admission_next_node_port(g->a, g->w->arena, &g->taken);
}

static int give_node_ports(struct admission *a, struct write *w)
{
	const struct node *ports = node_at(w->object, "spec.ports"), *given = ports;
	bool allocates = !is_balancer(w->object) ||
			 node_bool_at(w->object, "spec.allocateLoadBalancerNodePorts", true);
	struct given_ports g = { .a = a, .w = w };

	read_before(&g);
	map_init(&g.by_number, w->arena);
	node_ports_taken(a, NULL, &g.taken);
	node_ports_add(&g.taken, w->object);
	node_ports_add(&g.own, w->object);
	for (uint32_t i = 0; i < node_item_count(ports); i++)
		if (node_int_at(node_item(ports, i), "nodePort", 0))
			note_number(&g, node_item(ports, i),
				    node_get(node_item(ports, i), STR("nodePort")));
	for (uint32_t i = 0; i < node_item_count(ports); i++) {
		const struct node *port = node_item(ports, i);
		if (node_int_at(port, "nodePort", 0))
			continue;
		const struct node *number = old_node_port(&g, port);
		if (!number && !allocates)
			continue;
		if (!number)
			number = new_node_port(&g, port);
		if (!number)
			return refuse_full(w);
		note_number(&g, port, number);
		given = node_list_put(w->arena, ports, given, i,
				      node_with(w->arena, port, STR("nodePort"), number));
	}
	if (ports)
		w->object = node_set(w->arena, w->object, "spec.ports", given);
	return 0;
}

static int give_health_port(struct admission *a, struct write *w)
{
	static const struct trusted_path path = TRUSTED_PATH_INIT("spec.healthCheckNodePort");
	const struct node *number = old_at(w, path);
	struct node_ports taken;

	if (node_find_int(w->object, path, 0))
		return 0;
	if (!number) {
		node_ports_taken(a, NULL, &taken);
		node_ports_add(&taken, w->object);
		number = admission_next_node_port(a, w->arena, &taken);
	}
	if (!number)
		return refuse_full(w);
	w->object = node_put(w->arena, w->object, path, number);
	return 0;
}

int admission_mutate_service(struct admission *a, struct write *w)
{
	if (w->old)
		drop_dependent(w);
	if (!str_equal(node_str_at(w->object, "spec.sessionAffinity"), STR("ClientIP")))
		w->object = node_set(w->arena, w->object, "spec.sessionAffinityConfig", NULL);
	if (admission_claim_service(a, w) < 0)
		return -1;
	if (needs_address(w->object))
		give_address(a, w);
	else
		w->object = node_set(w->arena, w->object, "spec.internalTrafficPolicy", NULL);
	if (needs_node_ports(w->object) && give_node_ports(a, w) < 0)
		return -1;
	if (needs_health_port(w->object) && give_health_port(a, w) < 0)
		return -1;
	if (!w->old)
		w->object = node_set(w->arena, w->object, "status",
				     node_make(w->arena, "{loadBalancer: {}}"));
	return 0;
}
