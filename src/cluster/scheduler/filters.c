/* filters - the reasons why a node does not fit a pod */
#include "base/arena.h"
#include "cluster/scheduler/placing.h"
#include "doc/make.h"
#include "kube/node_selector.h"
#include "kube/quantity.h"

static uint32_t untolerated(const struct wishes *w, const struct place_node *node,
			    struct str effect)
{
	return taints_untolerated(node->taints, w->tolerations, effect);
}

/* Resources */

static bool is_extended(struct str name)
{
	return !str_equal(name, STR("cpu")) && !str_equal(name, STR("memory"));
}

static int64_t requested_on(const struct place_node *n, struct str name)
{
	int64_t sum = 0;

	for (uint32_t i = 0; i < n->pods_on_count; i++) {
		const struct node *list = node_at(n->pods_on[i]->root, "spec.containers");
		for (uint32_t c = 0; c < node_item_count(list); c++)
			sum += quantity_value(
				node_get(node_at(node_item(list, c), "resources.requests"), name),
				0);
	}
	return sum;
}

static void lack(struct misfit *misfits, uint32_t *count, struct str resource, bool resolvable)
{
	if (*count < MISFITS_MAX)
		misfits[(*count)++] = (struct misfit){ "", resource, resolvable };
}

static void check_extended(const struct wishes *w, const struct place_node *n,
			   struct misfit *misfits, uint32_t *count)
{
	for (uint32_t c = 0; c < node_item_count(w->containers); c++) {
		const struct node *requests =
			node_at(node_item(w->containers, c), "resources.requests");
		for (uint32_t i = 0; i < node_entry_count(requests); i++) {
			struct str name = node_text(node_entry(requests, i)->key);
			int64_t wanted = quantity_value(node_entry(requests, i)->value, 0);
			int64_t has = quantity_value(
				node_get(node_at(n->node->root, "status.allocatable"), name), 0);
			if (is_extended(name) && wanted + requested_on(n, name) > has)
				lack(misfits, count, name, wanted <= has);
		}
	}
}

static uint32_t check_resources(const struct wishes *w, const struct place_node *n,
				struct misfit *misfits)
{
	int64_t cpu = w->pod->facts.cpu_milli, memory = w->pod->facts.memory_bytes;
	uint32_t count = 0;

	if (n->pods_used + 1 > n->pods)
		misfits[count++] = (struct misfit){ "Too many pods", STR_NONE, true };
	if (cpu && n->cpu_used + cpu > n->cpu_milli)
		lack(misfits, &count, STR("cpu"), cpu <= n->cpu_milli);
	if (memory && n->memory_used + memory > n->memory_bytes)
		lack(misfits, &count, STR("memory"), memory <= n->memory_bytes);
	if (w->has_extended)
		check_extended(w, n, misfits, &count);
	return count;
}

/* Ports of the host */

static bool uses_port(const struct object *pod, int64_t port, struct str protocol)
{
	const struct node *list = node_at(pod->root, "spec.containers");

	for (uint32_t c = 0; c < node_item_count(list); c++) {
		const struct node *ports = node_get(node_item(list, c), STR("ports"));
		for (uint32_t i = 0; i < node_item_count(ports); i++) {
			const struct node *p = node_item(ports, i);
			if (node_int_at(p, "hostPort", 0) == port &&
			    str_equal(node_str_at(p, "protocol"), protocol))
				return true;
		}
	}
	return false;
}

static bool has_port_conflict(const struct wishes *w, const struct place_node *n)
{
	for (uint32_t c = 0; c < node_item_count(w->containers); c++) {
		const struct node *ports = node_get(node_item(w->containers, c), STR("ports"));
		for (uint32_t i = 0; i < node_item_count(ports); i++) {
			int64_t port = node_int_at(node_item(ports, i), "hostPort", 0);
			struct str protocol = node_str_at(node_item(ports, i), "protocol");
			for (uint32_t x = 0; port && x < n->pods_on_count; x++)
				if (uses_port(n->pods_on[x], port, protocol))
					return true;
		}
	}
	return false;
}

/* What is asked */

static bool has_host_ports(const struct node *container)
{
	const struct node *ports = node_get(container, STR("ports"));

	for (uint32_t i = 0; i < node_item_count(ports); i++)
		if (node_int_at(node_item(ports, i), "hostPort", 0))
			return true;
	return false;
}

static bool has_extended(const struct node *container)
{
	const struct node *requests = node_at(container, "resources.requests");

	for (uint32_t i = 0; i < node_entry_count(requests); i++)
		if (is_extended(node_text(node_entry(requests, i)->key)))
			return true;
	return false;
}

struct wishes scheduler_wishes(const struct object *pod)
{
	const struct node *spec = node_get(pod->root, STR("spec"));
	const struct node *affinity = node_get(spec, STR("affinity"));
	const struct node *to_nodes = node_get(affinity, STR("nodeAffinity"));
	struct wishes w = {
		.pod = pod,
		.node_name = node_str_at(spec, "nodeName"),
		.containers = node_get(spec, STR("containers")),
		.tolerations = node_get(spec, STR("tolerations")),
		.selector = node_get(spec, STR("nodeSelector")),
		.required =
			node_at(to_nodes,
				"requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms"),
		.preferred =
			node_get(to_nodes, STR("preferredDuringSchedulingIgnoredDuringExecution")),
		.affinity = node_at(affinity,
				    "podAffinity.requiredDuringSchedulingIgnoredDuringExecution"),
		.anti_affinity = node_at(
			affinity, "podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution"),
		.spread = node_get(spec, STR("topologySpreadConstraints")),
	};

	for (uint32_t i = 0; i < node_item_count(w.containers); i++) {
		w.has_host_ports |= has_host_ports(node_item(w.containers, i));
		w.has_extended |= has_extended(node_item(w.containers, i));
	}
	return w;
}

static uint32_t one(struct misfit *misfits, const char *message, bool resolvable)
{
	misfits[0] = (struct misfit){ message, STR_NONE, resolvable };
	return 1;
}

uint32_t scheduler_misfits(const struct placing *p, const struct wishes *w,
			   const struct place_node *n, struct misfit misfits[MISFITS_MAX])
{
	if (n->cordoned)
		return one(misfits, "node(s) were unschedulable", false);
	if (w->node_name.len && !str_equal(w->node_name, n->node->key.name))
		return one(misfits, "node(s) didn't match the requested node name", false);
	if (untolerated(w, n, STR("NoSchedule")) || untolerated(w, n, STR("NoExecute")))
		return one(misfits, "node(s) had untolerated taint(s)", false);
	if (!node_selector_allows(w->selector, w->required, n->node->root))
		return one(misfits, "node(s) didn't match Pod's node affinity/selector", false);
	if (w->has_host_ports && has_port_conflict(w, n))
		return one(misfits, "node(s) didn't have free ports for the requested pod ports",
			   true);
	uint32_t count = check_resources(w, n, misfits);
	if (!count && (w->volumes.count || w->claims.count))
		count = scheduler_check_volumes(p, w, n->node, misfits);
	if (count)
		return count;
	const char *spread = scheduler_check_spread(p, w, n);
	if (spread)
		return one(misfits, spread, true);
	if (scheduler_violates_affinity(p, w, n))
		return one(misfits, "node(s) didn't match pod affinity rules", false);
	if (scheduler_violates_anti_affinity(p, w, n))
		return one(misfits, "node(s) didn't match pod anti-affinity rules", true);
	return 0;
}
