/* services - the Services apex, primary and canary, as Flagger's Kubernetes router keeps them */
#include "base/arena.h"
#include "base/sort.h"
#include "base/vec.h"
#include "doc/json.h"
#include "doc/make.h"
#include "rollout/tick.h"

#define KUBECTL "kubectl.kubernetes.io/last-applied-configuration"

const struct node *services_annotations(struct tick *t, const struct node *annotations)
{
	annotations = node_with(t->arena, annotations, STR("kustomize.toolkit.fluxcd.io/reconcile"),
				node_cstr(t->arena, "disabled"));
	return node_with(t->arena, annotations, STR("helm.toolkit.fluxcd.io/driftDetection"),
			 node_cstr(t->arena, "disabled"));
}

/* Ports */

static const struct node *main_port(struct tick *t)
{
	const struct node *target_port = node_get(t->service, STR("targetPort"));
	struct str name = node_str_at(t->service, "portName");
	struct str protocol = node_str_at(t->service, "appProtocol");
	int64_t port = node_int_at(t->service, "port", 0);

	if (!target_port || str_equal(node_text(target_port), STR("0")))
		target_port = node_int(t->arena, port);
	return node_make(t->arena,
			 "{name: %s, protocol: TCP, port: %l, targetPort: %n, appProtocol: %?s}",
			 name.len ? name : STR("http"), port, target_port,
			 protocol.len ? protocol : STR_NONE);
}

/* The main port is no discovered one. */
static bool is_main_port(struct tick *t, const struct node *port)
{
	const struct node *target_port = node_get(t->service, STR("targetPort"));
	int64_t number = node_int_at(port, "containerPort", 0), wanted;

	if (!target_port || str_equal(node_text(target_port), STR("0")))
		return number == node_int_at(t->service, "port", 0);
	if (node_int64(target_port, &wanted))
		return number == wanted;
	return str_equal(node_str_at(port, "name"), node_text(target_port));
}

static const struct node *discovered(struct tick *t, const struct node *container,
				     const struct node *list)
{
	const struct node *ports = node_get(container, STR("ports"));
	struct str container_name = node_str_at(container, "name");

	if (str_equal(container_name, STR("istio-proxy")) ||
	    str_equal(container_name, STR("envoy")))
		return list;
	for (uint32_t i = 0; i < node_item_count(ports); i++) {
		const struct node *port = node_item(ports, i);
		struct str name = node_str_at(port, "name");
		int64_t number = node_int_at(port, "containerPort", 0);
		if (is_main_port(t, port))
			continue;
		if (!name.len)
			name = str_printf(t->arena, "tcp-%.*s-%u", STR_FMT(container_name), i);
		list = node_list_append(
			t->arena, list,
			node_make(t->arena, "{name: %s, protocol: TCP, port: %l, targetPort: %l}",
				  name, number, number));
	}
	return list;
}

static const struct node *all_ports(struct tick *t)
{
	const struct node *containers = node_at(t->target->root, "spec.template.spec.containers");
	const struct node *list = node_list_append(t->arena, NULL, main_port(t));

	if (!node_bool_at(t->service, "portDiscovery", false))
		return list;
	for (uint32_t i = 0; i < node_item_count(containers); i++)
		list = discovered(t, node_item(containers, i), list);
	return list;
}

/* Node ports that the cluster gave stay. */
static const struct node *with_node_ports(struct tick *t, const struct node *ports,
					  const struct node *old)
{
	for (uint32_t i = 0; i < node_item_count(ports); i++) {
		const struct node *port = node_item(ports, i);
		for (uint32_t k = 0; k < node_item_count(old); k++) {
			const struct node *had = node_item(old, k);
			const struct node *number = node_get(had, STR("nodePort"));
			if (number &&
			    str_equal(node_str_at(had, "name"), node_str_at(port, "name")))
				port = node_with(t->arena, port, STR("nodePort"), number);
		}
		ports = node_list_with(t->arena, ports, i, port);
	}
	return ports;
}

static int compare_ports(const void *a, const void *b, void *context)
{
	const struct node *const *x = a, *const *y = b;
	int64_t p = node_int_at(*x, "port", 0), q = node_int_at(*y, "port", 0);

	(void)context;
	return (p > q) - (p < q);
}

static const struct node *sorted(struct tick *t, const struct node *ports)
{
	uint32_t count = node_item_count(ports);
	const struct node **items = arena_array(t->arena, const struct node *, count);

	for (uint32_t i = 0; i < count; i++)
		items[i] = node_item(ports, i);
	sort_stable(items, count, sizeof(*items), compare_ports, NULL);
	return node_list_of(t->arena, items, count);
}

/* One Service */

struct wanted {
	struct str name;
	struct str pods;	   /* value of the selector label */
	const struct node *labels; /* given for it in the Canary */
	const struct node *annotations;
};

static const struct node *labels_of(struct tick *t, const struct wanted *w)
{
	return node_with(t->arena, w->labels, t->label, node_str(t->arena, w->name));
}

static const struct node *selector_of(struct tick *t, const struct wanted *w)
{
	return node_make(t->arena, "{%s: %s}", t->label, w->pods);
}

static void create(struct tick *t, const struct wanted *w)
{
	struct str distribution = node_str_at(t->service, "trafficDistribution");
	bool headless = node_bool_at(t->service, "headless", false);

	plan_create(t->plan,
		    node_make(t->arena,
			      "{apiVersion: v1, kind: Service, metadata: {name: %s, namespace: %s, "
			      "labels: %n, annotations: %n, ownerReferences: [%n]}, spec: {type: "
			      "ClusterIP, clusterIP: %?s, selector: %n, ports: %n, "
			      "trafficDistribution: %?s}}",
			      w->name, t->key.namespace, labels_of(t, w),
			      services_annotations(t, w->annotations), target_owner(t),
			      headless ? STR("None") : STR_NONE, selector_of(t, w), all_ports(t),
			      distribution.len ? distribution : STR_NONE));
}

static bool is_own(const struct tick *t, const struct object *service)
{
	const struct node *owner = object_controller(service->root);

	return str_equal(node_str_at(owner, "kind"), STR("Canary")) &&
	       str_equal(node_str_at(owner, "name"), t->key.name);
}

/* Keys that spec.service.unmanagedMetadata leaves alone, as the Service has them. */
static const struct node *with_unmanaged(struct tick *t, const struct node *map,
					 const struct node *keys, const struct node *old)
{
	for (uint32_t i = 0; i < node_item_count(keys); i++) {
		const struct node *value = node_get(old, node_text(node_item(keys, i)));
		if (value)
			map = node_with(t->arena, map, node_text(node_item(keys, i)), value);
	}
	return map;
}

static bool differs(const struct node *a, const struct node *b)
{
	return a && b ? !node_equal(a, b) : node_member_count(a) != node_member_count(b);
}

static const struct node *with_metadata(struct tick *t, const struct wanted *w,
					const struct object *service)
{
	const struct node *root = service->root;
	const struct node *unmanaged = node_get(t->service, STR("unmanagedMetadata"));
	const struct node *annotations =
		with_unmanaged(t, services_annotations(t, w->annotations),
			       node_get(unmanaged, STR("annotations")), object_annotations(root));
	const struct node *labels = with_unmanaged(
		t, labels_of(t, w), node_get(unmanaged, STR("labels")), object_labels(root));

	if (differs(annotations, object_annotations(root)))
		root = node_set(t->arena, root, "metadata.annotations", annotations);
	if (differs(labels, object_labels(root)))
		root = node_set(t->arena, root, "metadata.labels", labels);
	return root;
}

static void update(struct tick *t, const struct wanted *w, const struct object *service)
{
	const struct node *root = service->root, *spec = node_get(root, STR("spec"));
	const struct node *old = node_get(spec, STR("ports"));
	const struct node *ports = with_node_ports(t, all_ports(t), old);
	const struct node *selector = selector_of(t, w);

	if (is_own(t, service))
		root = with_metadata(t, w, service);
	if (differs(sorted(t, ports), sorted(t, old)) ||
	    differs(selector, node_get(spec, STR("selector")))) {
		root = node_set(t->arena, root, "spec.ports", ports);
		root = node_set(t->arena, root, "spec.selector", selector);
	}
	if (root != service->root)
		root = node_set(t->arena, root, "metadata.annotations",
				services_annotations(t, object_annotations(root)));
	tick_update(t, service, root);
}

static void reconcile(struct tick *t, struct str name, struct str pods, const char *metadata)
{
	const struct node *m = metadata ? node_get(t->service, str_from_cstr(metadata)) : NULL;
	struct wanted w = { name, pods, node_get(m, STR("labels")),
			    node_get(m, STR("annotations")) };
	const struct object *service = tick_get(t, KIND_SERVICE, name);

	if (service)
		update(t, &w, service);
	else
		create(t, &w);
}

void services_initialize(struct tick *t)
{
	if (!t->kind->has_services)
		return;
	reconcile(t, t->apex_canary, t->label_value, "canary");
	reconcile(t, t->apex_primary, t->primary_value, "primary");
}

void services_reconcile(struct tick *t)
{
	if (t->kind->has_services)
		reconcile(t, t->apex, t->primary_value, "apex");
}

/* A Service that was there before the Canary selects what it selected. */
struct str services_finalize(struct tick *t)
{
	const struct object *service = tick_get(t, KIND_SERVICE, t->apex);
	struct docset *set = docset_new(t->arena);
	struct error err;

	if (!t->kind->has_services)
		return STR_NONE;
	if (!service)
		return target_not_found(t, &target_service, t->apex);
	const struct node *owner = object_controller(service->root);
	if (str_equal(node_str_at(owner, "kind"), STR("Canary")))
		return STR_NONE;
	struct str stored = object_annotation(service->root, STR(KUBECTL));
	if (!stored.len) {
		reconcile(t, t->apex, t->label_value, NULL);
		return STR_NONE;
	}
	const struct node *old = json_read(set, STR("annotation"), stored, &err);
	if (!old)
		return tick_fault(t, "router %.*s.%.*s failed to unMarshal annotation " KUBECTL,
				  STR_FMT(t->apex), STR_FMT(t->key.namespace));
	tick_update(
		t, service,
		node_set(t->arena, service->root, "spec.selector", node_at(old, "spec.selector")));
	return STR_NONE;
}
