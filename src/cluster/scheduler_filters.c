/* scheduler_filters - what stands against a node */
#include "base/arena.h"
#include "base/num.h"
#include "cluster/scheduler.h"
#include "doc/make.h"
#include "kube/labels.h"
#include "kube/quantity.h"

/* Node affinity */

static bool among(const struct node *values, struct str value)
{
	for (uint32_t i = 0; i < node_count(values); i++)
		if (str_equal(node_text(node_item(values, i)), value))
			return true;
	return false;
}

static bool compares(struct str operator, struct str have, const struct node *values)
{
	int64_t x, y;

	if (!num_int64(have, &x) || !num_int64(node_text(node_item(values, 0)), &y))
		return false;
	return str_equal(operator, STR("Gt")) ? x > y : x < y;
}

static bool requirement_matches(const struct node *requirement, const struct node *have)
{
	struct str operator= node_str_at(requirement, "operator");
	const struct node *values = node_get(requirement, STR("values"));

	if (str_equal(operator, STR("Exists")))
		return have != NULL;
	if (str_equal(operator, STR("DoesNotExist")))
		return have == NULL;
	if (str_equal(operator, STR("NotIn")))
		return !have || !among(values, node_text(have));
	if (!have)
		return false;
	if (str_equal(operator, STR("In")))
		return among(values, node_text(have));
	return compares(operator, node_text(have), values);
}

/* The label or field that a requirement is about. */
static const struct node *subject(const struct node *requirement, const struct object *node,
				  bool is_field)
{
	struct str key = node_str_at(requirement, "key");

	if (!is_field)
		return node_get(node->facts.labels, key);
	return str_equal(key, STR("metadata.name")) ? node_at(node->root, "metadata.name") : NULL;
}

bool scheduler_node_term_matches(const struct node *term, const struct object *node)
{
	static const char *const lists[] = { "matchExpressions", "matchFields" };
	uint32_t count = 0;

	for (int l = 0; l < 2; l++) {
		const struct node *list = node_at(term, lists[l]);
		for (uint32_t i = 0; i < node_count(list); i++, count++) {
			const struct node *requirement = node_item(list, i);
			if (!requirement_matches(requirement, subject(requirement, node, l == 1)))
				return false;
		}
	}
	return count > 0; /* an empty term matches nothing */
}

bool scheduler_selects_node(const struct wishes *w, const struct object *node)
{
	if (w->selector && !labels_match_map(w->selector, node->facts.labels))
		return false;
	if (!w->required)
		return true;
	for (uint32_t i = 0; i < node_count(w->required); i++)
		if (scheduler_node_term_matches(node_item(w->required, i), node))
			return true;
	return false;
}

/* Taints */

static bool tolerates(const struct node *toleration, const struct node *taint)
{
	struct str effect = node_str_at(toleration, "effect");
	struct str key = node_str_at(toleration, "key");
	struct str operator= node_str_at(toleration, "operator");

	if (effect.len && !str_equal(effect, node_str_at(taint, "effect")))
		return false;
	if (key.len && !str_equal(key, node_str_at(taint, "key")))
		return false;
	if (str_equal(operator, STR("Exists")))
		return true;
	return key.len && str_equal(node_str_at(toleration, "value"), node_str_at(taint, "value"));
}

static bool is_tolerated(const struct wishes *w, const struct node *taint)
{
	for (uint32_t i = 0; i < node_count(w->tolerations); i++)
		if (tolerates(node_item(w->tolerations, i), taint))
			return true;
	return false;
}

uint32_t scheduler_untolerated(const struct wishes *w, const struct node *taints, struct str effect)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < node_count(taints); i++) {
		const struct node *taint = node_item(taints, i);
		if (str_equal(node_str_at(taint, "effect"), effect) && !is_tolerated(w, taint))
			count++;
	}
	return count;
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
		for (uint32_t c = 0; c < node_count(list); c++)
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
	for (uint32_t c = 0; c < node_count(w->containers); c++) {
		const struct node *requests =
			node_at(node_item(w->containers, c), "resources.requests");
		for (uint32_t i = 0; i < node_count(requests); i++) {
			struct str name = node_text(requests->entries[i].key);
			int64_t wanted = quantity_value(requests->entries[i].value, 0);
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

	for (uint32_t c = 0; c < node_count(list); c++) {
		const struct node *ports = node_get(node_item(list, c), STR("ports"));
		for (uint32_t i = 0; i < node_count(ports); i++) {
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
	for (uint32_t c = 0; c < node_count(w->containers); c++) {
		const struct node *ports = node_get(node_item(w->containers, c), STR("ports"));
		for (uint32_t i = 0; i < node_count(ports); i++) {
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

	for (uint32_t i = 0; i < node_count(ports); i++)
		if (node_int_at(node_item(ports, i), "hostPort", 0))
			return true;
	return false;
}

static bool has_extended(const struct node *container)
{
	const struct node *requests = node_at(container, "resources.requests");

	for (uint32_t i = 0; i < node_count(requests); i++)
		if (is_extended(node_text(requests->entries[i].key)))
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
		.anti_affinity = node_at(
			affinity, "podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution"),
		.spread = node_get(spec, STR("topologySpreadConstraints")),
	};

	for (uint32_t i = 0; i < node_count(w.containers); i++) {
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
	if (scheduler_untolerated(w, n->taints, STR("NoSchedule")) ||
	    scheduler_untolerated(w, n->taints, STR("NoExecute")))
		return one(misfits, "node(s) had untolerated taint(s)", false);
	if (!scheduler_selects_node(w, n->node))
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
	if (scheduler_violates_anti_affinity(p, w, n))
		return one(misfits, "node(s) didn't match pod anti-affinity rules", true);
	return 0;
}
