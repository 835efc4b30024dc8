/* admit_service - cluster addresses and node ports of a Service, data of a Secret */
#include "base/arena.h"
#include "base/base64.h"
#include "cluster/admission_kinds.h"
#include "cluster/refusal.h"
#include "doc/make.h"

enum {
	SERVICE_NETWORK = 10 << 24 | 96 << 16, /* 10.96.0.0/12 */
	SERVICE_FIRST = 2,		       /* .1 is default/kubernetes */
	NODE_PORT_FIRST = 30000,
	NODE_PORT_LAST = 32767,
};

static struct str next_address(struct admission *a, struct arena *arena)
{
	uint32_t ip = SERVICE_NETWORK + SERVICE_FIRST + a->next_service_ip++;

	return str_printf(arena, "%u.%u.%u.%u", ip >> 24, ip >> 16 & 255, ip >> 8 & 255, ip & 255);
}

static bool is_type(const struct node *service, const char *type)
{
	return str_equal(node_str_at(service, "spec.type"), str_from_cstr(type));
}

static void give_address(struct admission *a, struct write *w)
{
	struct arena *arena = w->arena;
	struct str ip = node_str_at(w->object, "spec.clusterIP");

	if (w->old && !ip.len)
		ip = node_str_at(w->old->root, "spec.clusterIP");
	if (!ip.len)
		ip = next_address(a, arena);
	const struct node *o = node_set(arena, w->object, "spec.clusterIP", node_str(arena, ip));
	o = node_set(arena, o, "spec.clusterIPs", node_make(arena, "[%s]", ip));
	if (!node_at(o, "spec.ipFamilies"))
		o = node_set(arena, o, "spec.ipFamilies", node_make(arena, "[IPv4]"));
	if (!node_at(o, "spec.ipFamilyPolicy"))
		o = node_set(arena, o, "spec.ipFamilyPolicy", node_cstr(arena, "SingleStack"));
	w->object = o;
}

static const struct node *old_node_port(const struct write *w, const struct node *port)
{
	const struct node *ports = w->old ? node_at(w->old->root, "spec.ports") : NULL;

	for (uint32_t i = 0; i < node_count(ports); i++) {
		const struct node *old = node_item(ports, i);
		if (node_int_at(old, "port", 0) == node_int_at(port, "port", -1))
			return node_get(old, STR("nodePort"));
	}
	return NULL;
}

static void give_node_ports(struct admission *a, struct write *w)
{
	const struct node *ports = node_at(w->object, "spec.ports"), *given = ports;

	for (uint32_t i = 0; i < node_count(ports); i++) {
		const struct node *port = node_item(ports, i);
		if (node_int_at(port, "nodePort", 0))
			continue;
		const struct node *number = old_node_port(w, port);
		if (!number)
			number = node_int(w->arena,
					  NODE_PORT_FIRST +
						  a->next_node_port++ %
							  (NODE_PORT_LAST - NODE_PORT_FIRST + 1));
		given = node_list_put(w->arena, ports, given, i,
				      node_with(w->arena, port, STR("nodePort"), number));
	}
	if (ports)
		w->object = node_set(w->arena, w->object, "spec.ports", given);
}

int admission_mutate_service(struct admission *a, struct write *w)
{
	if (!is_type(w->object, "ExternalName"))
		give_address(a, w);
	if (is_type(w->object, "NodePort") || is_type(w->object, "LoadBalancer"))
		give_node_ports(a, w);
	if (!w->old)
		w->object = node_set(w->arena, w->object, "status",
				     node_make(w->arena, "{loadBalancer: {}}"));
	return 0;
}

int admission_mutate_secret(struct admission *a, struct write *w)
{
	const struct node *texts = node_get(w->object, STR("stringData"));
	const struct node *data = node_get(w->object, STR("data"));

	(void)a;
	if (!texts)
		return 0;
	for (uint32_t i = 0; i < node_count(texts); i++) {
		struct str encoded = base64_encode(w->arena, node_text(texts->entries[i].value), 0);
		data = node_with(w->arena, data, node_text(texts->entries[i].key),
				 node_str(w->arena, encoded));
	}
	w->object = node_without(w->arena, w->object, STR("stringData"));
	if (data)
		w->object = node_with(w->arena, w->object, STR("data"), data);
	return 0;
}
