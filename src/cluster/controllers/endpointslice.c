/* endpointslice - the EndpointSlices of each Service with a selector */
#include "base/arena.h"
#include "base/vec.h"
#include "cluster/controllers/controllers.h"
#include "cluster/controllers/endpoints.h"
#include "doc/make.h"

enum { SLICE_MAX = 100 }; /* endpoints of one slice */

#define MANAGER "endpointslice-controller.k8s.io"

/* Endpoints that have the same ports share slices. */
struct group {
	const struct node *ports; /* NULL: none */
	VEC(const struct node *) endpoints;
};

struct slices {
	const struct view *view;
	struct plan *plan;
	struct arena *arena;
	const struct object *service;
	VEC(struct group) groups;
	struct objects existing; /* each is used once, then NULL */
};

static const struct node *endpoint_node(const struct slices *s, const struct endpoint *e)
{
	const struct object *pod = e->pod;
	const struct object *node =
		view_get(s->view, KIND_NODE, (struct key){ STR(""), pod->facts.node_name });
	struct str zone =
		node ? object_label(node->root, STR("topology.kubernetes.io/zone")) : STR_NONE;

	return node_make(
		s->arena,
		"{addresses: [%s], conditions: {ready: %b, serving: %b, terminating: %b}, "
		"hostname: %?s, nodeName: %?s, targetRef: {kind: Pod, name: %s, namespace: %s, "
		"uid: %s}, zone: %?s}",
		pod->facts.ip, e->ready, e->serving, e->terminating,
		endpoints_hostname(s->service, pod),
		pod->facts.node_name.len ? pod->facts.node_name : STR_NONE, pod->key.name,
		pod->key.namespace, pod->uid, zone.len ? zone : STR_NONE);
}

static struct group *group_for(struct slices *s, const struct node *ports)
{
	for (uint32_t i = 0; i < s->groups.count; i++) {
		const struct node *have = s->groups.items[i].ports;
		if ((!have && !ports) || (have && ports && node_equal(have, ports)))
			return &s->groups.items[i];
	}
	VEC_PUSH(s->arena, &s->groups, (struct group){ .ports = ports });
	return &s->groups.items[s->groups.count - 1];
}

static void group_endpoints(struct slices *s)
{
	struct endpoint_set set = endpoints_of(s->view, s->service);

	for (uint32_t i = 0; i < set.count; i++) {
		const struct node *ports = endpoints_ports(s->arena, s->service, set.items[i].pod);
		struct group *group = group_for(s, ports);
		VEC_PUSH(s->arena, &group->endpoints, endpoint_node(s, &set.items[i]));
	}
	/* A Service without endpoints has one empty slice. */
	if (!s->groups.count)
		VEC_PUSH(s->arena, &s->groups, (struct group){});
}

static const struct node *slice_labels(const struct slices *s)
{
	const struct node *labels = s->service->facts.labels;

	labels = node_with(s->arena, labels, STR("endpointslice.kubernetes.io/managed-by"),
			   node_cstr(s->arena, MANAGER));
	labels = node_with(s->arena, labels, STR("kubernetes.io/service-name"),
			   node_str(s->arena, s->service->key.name));
	if (endpoints_is_headless(s->service))
		labels = node_with(s->arena, labels, STR("service.kubernetes.io/headless"),
				   node_str(s->arena, STR("")));
	return labels;
}

static const struct node *slice_body(const struct slices *s, const struct group *g, uint32_t from)
{
	uint32_t count = MIN(g->endpoints.count - from, (uint32_t)SLICE_MAX);

	return node_list_of(s->arena, count ? g->endpoints.items + from : NULL, count);
}

static const struct node *new_slice(const struct slices *s, const struct node *endpoints,
				    const struct node *ports)
{
	struct str base = str_printf(s->arena, "%.*s-", STR_FMT(s->service->key.name));

	return node_make(s->arena,
			 "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {"
			 "generateName: %s, namespace: %s, labels: %n, annotations: %n, "
			 "ownerReferences: [%n]}, addressType: IPv4, endpoints: %n, ports: %n}",
			 base, s->service->key.namespace, slice_labels(s),
			 node_make(s->arena,
				   "{endpoints.kubernetes.io/last-change-trigger-time: %s}",
				   view_now(s->view)),
			 object_owner_reference(s->arena, s->service->root, /* controller= */ true),
			 endpoints, ports ? ports : node_null());
}

static bool same_list(const struct node *a, const struct node *b)
{
	if (!node_member_count(a) || !node_member_count(b))
		return node_member_count(a) == node_member_count(b);
	return node_equal(a, b);
}

/* An existing slice with these ports, taken out of the list; NULL: none is left. */
static const struct object *take_slice(struct slices *s, const struct node *ports)
{
	for (uint32_t i = 0; i < s->existing.count; i++) {
		const struct object *slice = s->existing.items[i];
		if (!slice || !same_list(node_get(slice->root, STR("ports")), ports))
			continue;
		s->existing.items[i] = NULL;
		return slice;
	}
	return NULL;
}

static void write_slice(struct slices *s, const struct node *endpoints, const struct node *ports)
{
	const struct object *slice = take_slice(s, ports);

	if (!slice) {
		plan_create(s->plan, new_slice(s, endpoints, ports));
		return;
	}
	bool same = same_list(node_get(slice->root, STR("endpoints")), endpoints) &&
		    node_equal(slice->facts.labels, slice_labels(s));
	if (same)
		return;
	const struct node *root = slice->root;
	root = node_with(s->arena, root, STR("endpoints"), endpoints);
	root = node_set(s->arena, root, "metadata.labels", slice_labels(s));
	root = node_set(s->arena, root,
			"metadata.annotations[endpoints.kubernetes.io/last-change-trigger-time]",
			node_str(s->arena, view_now(s->view)));
	plan_update(s->plan, slice, root);
}

static bool is_own(const struct object *slice)
{
	return str_equal(object_label(slice->root, STR("endpointslice.kubernetes.io/managed-by")),
			 STR(MANAGER));
}

static void find_existing(struct slices *s)
{
	struct objects all = view_owned(s->view, KIND_ENDPOINTSLICE, s->service);
	uint32_t count = 0;

	for (uint32_t i = 0; i < all.count; i++)
		if (is_own(all.items[i]) && !all.items[i]->facts.deletion_s)
			all.items[count++] = all.items[i];
	all.count = count;
	s->existing = all;
}

static int reconcile(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	struct slices s = { .view = view, .plan = plan, .arena = plan->arena };

	(void)err;
	s.service = view_get(view, KIND_SERVICE, key);
	if (!s.service || s.service->facts.deletion_s || !endpoints_has_selector(s.service))
		return 0;
	find_existing(&s);
	group_endpoints(&s);
	for (uint32_t g = 0; g < s.groups.count; g++) {
		struct group *group = &s.groups.items[g];
		uint32_t from = 0;
		do {
			write_slice(&s, slice_body(&s, group, from), group->ports);
			from += SLICE_MAX;
		} while (from < group->endpoints.count);
	}
	for (uint32_t i = 0; i < s.existing.count; i++)
		if (s.existing.items[i])
			plan_delete(plan, s.existing.items[i]);
	return 0;
}

static const struct reconciler_watch watches[] = {
	{ KIND_SERVICE, map_self },
	{ KIND_POD, endpoints_map_pod },
	{ KIND_ENDPOINTSLICE, map_controller },
	{},
};

const struct reconciler endpointslice_reconciler = {
	.name = "endpoint-slice-controller",
	.manager = "kube-controller-manager",
	.reconcile = reconcile,
	.watches = watches,
	.delay_ms = 50,
};
