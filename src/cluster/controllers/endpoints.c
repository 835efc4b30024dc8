/* endpoints - the Endpoints object of each Service with a selector */
#include "cluster/controllers/endpoints.h"

#include "base/arena.h"
#include "base/vec.h"
#include "cluster/controllers/controllers.h"
#include "doc/make.h"
#include "doc/nodes.h"

/* Addresses with the same ports stand in one subset. */
struct subset {
	const struct node *ports;
	struct nodes ready;
	struct nodes not_ready;
};

static const struct node *address_of(struct arena *arena, const struct object *service,
				     const struct endpoint *e)
{
	const struct object *pod = e->pod;

	return node_make(arena,
			 "{ip: %s, hostname: %?s, nodeName: %?s, targetRef: {kind: Pod, name: %s, "
			 "namespace: %s, "
			 "uid: %s}}",
			 pod->facts.ip, endpoints_hostname(service, pod),
			 pod->facts.node_name.len ? pod->facts.node_name : STR_NONE, pod->key.name,
			 pod->key.namespace, pod->uid);
}

/* Unlike a slice's, a port without a name has none. */
static const struct node *unnamed(struct arena *arena, const struct node *ports)
{
	const struct node *result = ports;

	for (uint32_t i = 0; i < node_item_count(ports); i++) {
		const struct node *port = node_item(ports, i);
		if (!node_str_at(port, "name").len)
			result = node_list_put(arena, ports, result, i,
					       node_without(arena, port, STR("name")));
	}
	return result;
}

static bool same_ports(const struct node *a, const struct node *b)
{
	return (!a && !b) || (a && b && node_equal(a, b));
}

static const struct node *subsets_of(const struct view *view, const struct object *service,
				     struct arena *arena)
{
	struct endpoint_set set = endpoints_of(view, service);
	VEC(struct subset) subsets = {};
	struct nodes list = {};

	for (uint32_t i = 0; i < set.count; i++) {
		const struct endpoint *e = &set.items[i];
		const struct node *ports = endpoints_ports(arena, service, e->pod);
		uint32_t s = 0;
		if (e->terminating)
			continue;
		while (s < subsets.count && !same_ports(subsets.items[s].ports, ports))
			s++;
		if (s == subsets.count)
			VEC_PUSH(arena, &subsets, (struct subset){ .ports = ports });
		struct nodes *addresses =
			e->ready ? &subsets.items[s].ready : &subsets.items[s].not_ready;
		nodes_add(arena, addresses, address_of(arena, service, e));
	}
	for (uint32_t s = 0; s < subsets.count; s++)
		nodes_add(arena, &list,
			  node_make(arena, "{addresses: %?n, notReadyAddresses: %?n, ports: %?n}",
				    nodes_list(arena, &subsets.items[s].ready),
				    nodes_list(arena, &subsets.items[s].not_ready),
				    unnamed(arena, subsets.items[s].ports)));
	return nodes_list(arena, &list);
}

static const struct node *labels_of(struct arena *arena, const struct object *service)
{
	const struct node *labels = service->facts.labels;

	labels = node_with(arena, labels, STR("endpoints.kubernetes.io/managed-by"),
			   node_cstr(arena, "endpoint-controller"));
	if (endpoints_is_headless(service))
		labels = node_with(arena, labels, STR("service.kubernetes.io/headless"),
				   node_str(arena, STR("")));
	return labels;
}

static int reconcile(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	const struct object *service = view_get(view, KIND_SERVICE, key);
	const struct object *old = view_get(view, KIND_ENDPOINTS, key);
	struct arena *arena = plan->arena;

	(void)err;
	if (!service) {
		bool own = old &&
			   object_label(old->root, STR("endpoints.kubernetes.io/managed-by")).len;
		if (own)
			plan_delete(plan, old);
		return 0;
	}
	if (!endpoints_has_selector(service))
		return 0;
	const struct node *subsets = subsets_of(view, service, arena);
	const struct node *labels = labels_of(arena, service);
	if (!old) {
		plan_create(plan,
			    node_make(arena,
				      "{apiVersion: v1, kind: Endpoints, metadata: {name: %s, "
				      "namespace: %s, labels: %n}, subsets: %?n}",
				      key.name, key.namespace, labels, subsets));
		return 0;
	}
	const struct node *root = node_set(arena, old->root, "subsets", subsets);
	root = node_set(arena, root, "metadata.labels", labels);
	plan_update(plan, old, root);
	return 0;
}

static const struct reconciler_watch watches[] = {
	{ KIND_SERVICE, map_self },
	{ KIND_ENDPOINTS, map_self },
	{ KIND_POD, endpoints_map_pod },
	{},
};

const struct reconciler endpoints_reconciler = {
	.name = "endpoint-controller",
	.manager = "kube-controller-manager",
	.reconcile = reconcile,
	.watches = watches,
	.delay_ms = 50,
};
