/* endpointslice_mirroring - the EndpointSlice of an Endpoints that users keep themselves */
#include "base/arena.h"
#include "cluster/controllers/controllers.h"
#include "cluster/controllers/endpoints.h"
#include "doc/make.h"

#define MANAGER "endpointslicemirroring-controller.k8s.io"

/* Written by the endpoints controller or by elections: not mirrored. */
static bool is_mirrored(const struct view *view, const struct object *endpoints)
{
	const struct object *service = view_get(view, KIND_SERVICE, endpoints->key);
	struct str skip =
		object_label(endpoints->root, STR("endpointslice.kubernetes.io/skip-mirror"));
	struct str leader = STR("control-plane.alpha.kubernetes.io/leader");

	return service && !endpoints_has_selector(service) && !endpoints->facts.deletion_s &&
	       !str_equal(skip, STR("true")) && !object_annotation(endpoints->root, leader).ptr;
}

static const struct node *mirrored(struct arena *arena, const struct node *list,
				   const struct node *addresses, bool ready)
{
	for (uint32_t i = 0; i < node_item_count(addresses); i++) {
		const struct node *a = node_item(addresses, i);
		list = node_list_append(
			arena, list,
			node_make(arena,
				  "{addresses: [%s], conditions: {ready: %b}, hostname: %?s, "
				  "nodeName: %?s, targetRef: %?n}",
				  node_str_at(a, "ip"), ready, node_str_at(a, "hostname"),
				  node_str_at(a, "nodeName"), node_get(a, STR("targetRef"))));
	}
	return list;
}

static const struct node *slice_ports(struct arena *arena, const struct node *ports)
{
	const struct node *list = NULL;

	for (uint32_t i = 0; i < node_item_count(ports); i++) {
		const struct node *p = node_item(ports, i);
		struct str name = node_str_at(p, "name");
		list = node_list_append(
			arena, list,
			node_make(arena, "{name: %s, protocol: %?n, port: %?n, appProtocol: %?n}",
				  name.ptr ? name : STR(""), node_get(p, STR("protocol")),
				  node_get(p, STR("port")), node_get(p, STR("appProtocol"))));
	}
	return list ? list : node_empty_list();
}

static const struct node *new_slice(struct plan *plan, const struct object *endpoints,
				    const struct node *subset)
{
	struct arena *arena = plan->arena;
	const struct node *labels = endpoints->facts.labels, *list = NULL;

	labels = node_with(arena, labels, STR("endpointslice.kubernetes.io/managed-by"),
			   node_cstr(arena, MANAGER));
	labels = node_with(arena, labels, STR("kubernetes.io/service-name"),
			   node_str(arena, endpoints->key.name));
	list = mirrored(arena, list, node_get(subset, STR("addresses")), /* ready= */ true);
	list = mirrored(arena, list, node_get(subset, STR("notReadyAddresses")),
			/* ready= */ false);
	return node_make(arena,
			 "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {"
			 "generateName: %s, namespace: %s, labels: %n, ownerReferences: [%n]}, "
			 "addressType: IPv4, endpoints: %n, ports: %n}",
			 str_concat(arena, endpoints->key.name, STR("-")), endpoints->key.namespace,
			 labels,
			 object_owner_reference(arena, endpoints->root, /* controller= */ true),
			 list ? list : node_empty_list(),
			 slice_ports(arena, node_get(subset, STR("ports"))));
}

/* Slice i stands for subset i. */
static void write_slice(struct plan *plan, const struct object *slice, const struct node *want)
{
	static const char *const fields[] = { "endpoints", "ports" };
	const struct node *root = slice ? slice->root : NULL;

	if (!slice) {
		plan_create(plan, want);
		return;
	}
	for (size_t i = 0; i < ARRAY_COUNT(fields); i++)
		root = node_with(plan->arena, root, str_from_cstr(fields[i]),
				 node_get(want, str_from_cstr(fields[i])));
	plan_update(plan, slice, root);
}

static int reconcile(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	const struct object *endpoints = view_get(view, KIND_ENDPOINTS, key);

	(void)err;
	if (!endpoints)
		return 0;
	struct objects slices = view_owned(view, KIND_ENDPOINTSLICE, endpoints);
	const struct node *subsets =
		is_mirrored(view, endpoints) ? node_get(endpoints->root, STR("subsets")) : NULL;
	for (uint32_t i = 0; i < node_item_count(subsets); i++)
		write_slice(plan, i < slices.count ? slices.items[i] : NULL,
			    new_slice(plan, endpoints, node_item(subsets, i)));
	for (uint32_t i = node_item_count(subsets); i < slices.count; i++)
		plan_delete(plan, slices.items[i]);
	return 0;
}

static const struct reconciler_watch watches[] = {
	{ KIND_ENDPOINTS, map_self },
	{ KIND_SERVICE, map_self },
	{ KIND_ENDPOINTSLICE, map_controller },
	{},
};

const struct reconciler endpointslice_mirroring_reconciler = {
	.name = "endpointslicemirroring-controller",
	.manager = "kube-controller-manager",
	.reconcile = reconcile,
	.watches = watches,
};
