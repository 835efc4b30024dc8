/* quota_usage - what one object uses of the resources that ResourceQuotas limit */
#include "kube/quota_usage.h"

#include "base/timestamp.h"
#include "doc/make.h"
#include "kube/labels.h"
#include "kube/pod_resources.h"
#include "kube/quantity.h"

enum { ONE_MILLI = 1000 };

#define OF_CLASS ".storageclass.storage.k8s.io/"

/* Amounts */

void quota_add(struct quota_amounts *amounts, const struct quota_amount *amount)
{
	for (uint32_t i = 0; i < amounts->items.count; i++) {
		struct quota_amount *have = &amounts->items.items[i];
		if (!str_equal(have->name, amount->name))
			continue;
		if (!have->milli)
			have->binary = amount->binary;
		if (__builtin_add_overflow(have->milli, amount->milli, &have->milli))
			have->milli = INT64_MAX;
		return;
	}
	VEC_PUSH(amounts->arena, &amounts->items, *amount);
}

const struct quota_amount *quota_get(const struct quota_amounts *amounts, struct str name)
{
	for (uint32_t i = 0; i < amounts->items.count; i++)
		if (str_equal(amounts->items.items[i].name, name))
			return &amounts->items.items[i];
	return NULL;
}

struct quota_amount quota_amount_of(struct str name, const struct node *quantity)
{
	return (struct quota_amount){ name, quantity_milli(quantity, 0),
				      str_ends(node_text(quantity), STR("i")) };
}

struct str quota_text(struct arena *arena, const struct quota_amount *amount)
{
	return quantity_format(arena, amount->milli, amount->binary);
}

static void count(struct quota_amounts *amounts, struct str name, int64_t n)
{
	quota_add(amounts, &(struct quota_amount){ name, n * ONE_MILLI, false });
}

/* Which resources a kind tracks */

static const struct str pod_names[] = {
	STR_INIT("pods"),	   STR_INIT("cpu"),
	STR_INIT("memory"),	   STR_INIT("ephemeral-storage"),
	STR_INIT("requests.cpu"),  STR_INIT("requests.memory"),
	STR_INIT("limits.cpu"),	   STR_INIT("requests.ephemeral-storage"),
	STR_INIT("limits.memory"), STR_INIT("limits.ephemeral-storage"),
};

static const struct str service_names[] = {
	STR_INIT("services"),
	STR_INIT("services.nodeports"),
	STR_INIT("services.loadbalancers"),
};

static const struct str claim_names[] = {
	STR_INIT("persistentvolumeclaims"),
	STR_INIT("requests.storage"),
};

static bool is_among(const struct str *names, size_t name_count, struct str name)
{
	for (size_t i = 0; i < name_count; i++)
		if (str_equal(names[i], name))
			return true;
	return false;
}

/* "example.com/gpu": of no part of Kubernetes. */
static bool is_foreign(struct str resource)
{
	return str_contains(resource, STR("/")) && !str_contains(resource, STR("kubernetes.io/"));
}

static bool pod_tracks(struct str resource)
{
	return is_among(pod_names, ARRAY_COUNT(pod_names), resource) ||
	       str_starts(resource, STR("hugepages-")) ||
	       str_starts(resource, STR("requests.hugepages-")) ||
	       (str_starts(resource, STR("requests.")) && is_foreign(resource));
}

static bool claim_tracks(struct str resource)
{
	return is_among(claim_names, ARRAY_COUNT(claim_names), resource) ||
	       str_ends(resource, STR(OF_CLASS "persistentvolumeclaims")) ||
	       str_ends(resource, STR(OF_CLASS "requests.storage"));
}

/* "count/deployments.apps" */
static bool is_count_of(const struct kind *kind, struct str resource)
{
	struct str rest = str_strip_prefix(resource, STR("count/"));

	if (rest.len == resource.len || !str_starts(rest, kind->plural))
		return false;
	rest = str_from(rest, kind->plural.len);
	if (!kind->group.len)
		return !rest.len;
	return str_starts(rest, STR(".")) && str_equal(str_from(rest, 1), kind->group);
}

/* Kinds whose objects are counted by their bare plural, too. */
static bool has_bare_name(kind_id kind)
{
	return kind == KIND_CONFIGMAP || kind == KIND_SECRET || kind == KIND_RESOURCEQUOTA ||
	       kind == KIND_REPLICATIONCONTROLLER;
}

bool quota_tracks(const struct kind *kind, struct str resource)
{
	if (!(kind->flags & KIND_FLAG_NAMESPACED) || (kind->flags & KIND_FLAG_VIRTUAL) ||
	    kind->id == KIND_EVENT)
		return false;
	if (is_count_of(kind, resource))
		return true;
	switch (kind->id) {
	case KIND_POD:
		return pod_tracks(resource);
	case KIND_SERVICE:
		return is_among(service_names, ARRAY_COUNT(service_names), resource);
	case KIND_PERSISTENTVOLUMECLAIM:
		return claim_tracks(resource);
	}
	return has_bare_name(kind->id) && str_equal(resource, kind->plural);
}

/* Usage */

bool quota_pod_is_over(const struct node *pod, int64_t now_s)
{
	struct str phase = node_str_at(pod, "status.phase");
	int64_t deletion_s = 0;

	if (str_equal(phase, STR("Succeeded")) || str_equal(phase, STR("Failed")))
		return true;
	if (!timestamp_seconds(node_str_at(pod, "metadata.deletionTimestamp"), &deletion_s))
		return false;
	return now_s > deletion_s + node_int_at(pod, "metadata.deletionGracePeriodSeconds", 0);
}

static bool is_compute(struct str resource)
{
	return str_equal(resource, STR("cpu")) || str_equal(resource, STR("memory")) ||
	       str_equal(resource, STR("ephemeral-storage"));
}

static void use_request(struct quota_amounts *amounts, struct str name, const struct node *quantity)
{
	struct str prefixed = STR_CAT(amounts->arena, STR("requests."), name);
	struct quota_amount amount = quota_amount_of(name, quantity);

	bool bare = is_compute(name) || str_starts(name, STR("hugepages-"));
	if (bare)
		quota_add(amounts, &amount);
	amount.name = prefixed;
	if (bare || is_foreign(name))
		quota_add(amounts, &amount);
}

static void use_pod(struct quota_amounts *amounts, const struct node *pod, int64_t now_s)
{
	const struct node *spec = node_get(pod, STR("spec"));

	if (quota_pod_is_over(pod, now_s))
		return;
	count(amounts, STR("pods"), 1);
	const struct node *requests = pod_resources(amounts->arena, spec, STR("requests"));
	for (uint32_t i = 0; i < node_entry_count(requests); i++)
		use_request(amounts, node_text(node_entry(requests, i)->key),
			    node_entry(requests, i)->value);
	const struct node *limits = pod_resources(amounts->arena, spec, STR("limits"));
	for (uint32_t i = 0; i < node_entry_count(limits); i++) {
		struct str name = node_text(node_entry(limits, i)->key);
		struct quota_amount amount =
			quota_amount_of(STR_CAT(amounts->arena, STR("limits."), name),
					node_entry(limits, i)->value);
		if (is_compute(name))
			quota_add(amounts, &amount);
	}
}

/* Ports that have a node port, or will get one. */
static uint32_t node_ports(const struct node *service, bool allocated)
{
	const struct node *ports = node_at(service, "spec.ports");
	uint32_t n = 0;

	for (uint32_t i = 0; i < node_item_count(ports); i++)
		n += allocated || node_int_at(node_item(ports, i), "nodePort", 0) != 0;
	return n;
}

static void use_service(struct quota_amounts *amounts, const struct node *service)
{
	struct str type = node_str_at(service, "spec.type");
	bool balanced = str_equal(type, STR("LoadBalancer"));
	bool allocated =
		!balanced || node_bool_at(service, "spec.allocateLoadBalancerNodePorts", true);

	count(amounts, STR("services"), 1);
	if (balanced)
		count(amounts, STR("services.loadbalancers"), 1);
	if (balanced || str_equal(type, STR("NodePort")))
		count(amounts, STR("services.nodeports"), node_ports(service, allocated));
}

static void use_claim(struct quota_amounts *amounts, const struct node *claim)
{
	const struct node *request = node_at(claim, "spec.resources.requests.storage");
	struct str class = node_str_at(claim, "spec.storageClassName");
	struct quota_amount storage = quota_amount_of(STR("requests.storage"), request);
	struct str prefix = STR_CAT(amounts->arena, class, STR(OF_CLASS));

	count(amounts, STR("persistentvolumeclaims"), 1);
	if (class.len)
		count(amounts, STR_CAT(amounts->arena, prefix, STR("persistentvolumeclaims")), 1);
	if (!request)
		return;
	/* Whole bytes, rounded up. */
	storage.milli = MIN(quantity_value(request, 0), INT64_MAX / ONE_MILLI) * ONE_MILLI;
	quota_add(amounts, &storage);
	storage.name = STR_CAT(amounts->arena, prefix, STR("requests.storage"));
	if (class.len)
		quota_add(amounts, &storage);
}

void quota_use(struct quota_amounts *amounts, const struct kind *kind, const struct node *object,
	       int64_t now_s)
{
	count(amounts, STR_CAT(amounts->arena, STR("count/"), kind_resource(amounts->arena, kind)),
	      1);
	if (kind->id == KIND_POD)
		use_pod(amounts, object, now_s);
	else if (kind->id == KIND_SERVICE)
		use_service(amounts, object);
	else if (kind->id == KIND_PERSISTENTVOLUMECLAIM)
		use_claim(amounts, object);
	else if (has_bare_name(kind->id))
		count(amounts, kind->plural, 1);
}

/* Scopes */

static bool is_terminating(const struct node *pod)
{
	return node_int_at(pod, "spec.activeDeadlineSeconds", -1) >= 0;
}

static bool is_best_effort(const struct node *pod)
{
	return str_equal(node_str_at(pod, "status.qosClass"), STR("BestEffort"));
}

static bool crosses_namespaces(const struct node *pod)
{
	static const struct trusted_path lists[] = {
		TRUSTED_PATH_INIT("podAffinity.requiredDuringSchedulingIgnoredDuringExecution"),
		TRUSTED_PATH_INIT("podAffinity.preferredDuringSchedulingIgnoredDuringExecution"),
		TRUSTED_PATH_INIT("podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution"),
		TRUSTED_PATH_INIT(
			"podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution"),
	};
	const struct node *affinity = node_at(pod, "spec.affinity");

	for (size_t l = 0; l < ARRAY_COUNT(lists); l++) {
		const struct node *list = node_find(affinity, lists[l]);
		for (uint32_t i = 0; i < node_item_count(list); i++) {
			const struct node *term = node_item(list, i);
			const struct node *weighted = node_get(term, STR("podAffinityTerm"));
			term = weighted ? weighted : term;
			if (node_item_count(node_get(term, STR("namespaces"))) ||
			    node_get(term, STR("namespaceSelector")))
				return true;
		}
	}
	return false;
}

static const struct {
	struct str name;
	bool (*holds)(const struct node *pod);
	bool wanted;
} scopes[] = {
	{ STR_INIT("Terminating"), is_terminating, true },
	{ STR_INIT("NotTerminating"), is_terminating, false },
	{ STR_INIT("BestEffort"), is_best_effort, true },
	{ STR_INIT("NotBestEffort"), is_best_effort, false },
	{ STR_INIT("CrossNamespacePodAffinity"), crosses_namespaces, true },
};

/* operator absent: Exists. */
static bool is_of_class(struct arena *arena, const struct node *pod, const struct node *requirement)
{
	struct str class = node_str_at(pod, "spec.priorityClassName");
	struct str operator= node_str_at(requirement, "operator");

	if (!operator.len || str_equal(operator, STR("Exists")))
		return class.len > 0;
	return labels_match(
		node_make(arena,
			  "{matchExpressions: [{key: class, operator: %s, values: %?n}]}", operator,
			  node_get(requirement, STR("values"))),
		class.len ? node_make(arena, "{class: %s}", class) : NULL);
}

static bool is_in_scope(struct arena *arena, const struct node *pod, struct str scope,
			const struct node *requirement)
{
	if (str_equal(scope, STR("PriorityClass")))
		return is_of_class(arena, pod, requirement);
	for (size_t i = 0; i < ARRAY_COUNT(scopes); i++)
		if (str_equal(scopes[i].name, scope))
			return scopes[i].holds(pod) == scopes[i].wanted;
	return false;
}

bool quota_covers(struct arena *arena, const struct node *quota, const struct kind *kind,
		  const struct node *object)
{
	const struct node *names = node_at(quota, "spec.scopes");
	const struct node *selectors = node_at(quota, "spec.scopeSelector.matchExpressions");
	bool is_pod = kind->id == KIND_POD;

	for (uint32_t i = 0; i < node_item_count(names); i++)
		if (!is_pod || !is_in_scope(arena, object, node_text(node_item(names, i)), NULL))
			return false;
	for (uint32_t i = 0; i < node_item_count(selectors); i++) {
		const struct node *s = node_item(selectors, i);
		if (!is_pod || !is_in_scope(arena, object, node_str_at(s, "scopeName"), s))
			return false;
	}
	return true;
}
