/* workloads - the pods and workloads that Services, autoscalers, budgets and routes select */
#include "check/check_inside.h"
#include "kube/labels.h"

/* Services */

static bool is_protocol(const struct node *port, struct str protocol)
{
	struct str own = node_str_at(port, "protocol");
	return str_equal(own.len ? own : STR("TCP"), protocol);
}

enum port_found { PORT_FOUND, PORT_MISSING, PORT_UNDECLARED };

/* A container's port by number or name. A number needs no declaration. */
static enum port_found find_port(const struct node *spec, const struct node *target,
				 struct str protocol)
{
	static const char *const lists[] = { "containers", "initContainers" };
	bool declares = false, is_number;
	int64_t number = 0;

	is_number = node_int64(target, &number);
	for (size_t l = 0; l < ARRAY_COUNT(lists); l++) {
		const struct node *containers = node_get(spec, str_from_cstr(lists[l]));
		for (uint32_t i = 0; i < node_item_count(containers); i++) {
			const struct node *ports = node_get(node_item(containers, i), STR("ports"));
			for (uint32_t p = 0; p < node_item_count(ports); p++) {
				const struct node *port = node_item(ports, p);
				declares = true;
				if (is_protocol(port, protocol) &&
				    (is_number ? node_int_at(port, "containerPort", 0) == number
					       : str_equal(node_str_at(port, "name"),
							   node_text(target))))
					return PORT_FOUND;
			}
		}
	}
	return is_number && !declares ? PORT_UNDECLARED : PORT_MISSING;
}

/* "http (8080/TCP), metrics (9090/TCP)" */
static struct str ports_text(struct arena *arena, const struct node *spec)
{
	const struct node *containers = node_get(spec, STR("containers"));
	struct buf buf;

	buf_init(&buf, arena);
	for (uint32_t i = 0; i < node_item_count(containers); i++) {
		const struct node *ports = node_get(node_item(containers, i), STR("ports"));
		for (uint32_t p = 0; p < node_item_count(ports); p++) {
			const struct node *port = node_item(ports, p);
			struct str name = node_str_at(port, "name");
			struct str protocol = node_str_at(port, "protocol");
			buf_printf(&buf, "%s%.*s%s%lld/%.*s%s", buf.len ? ", " : "", STR_FMT(name),
				   name.len ? " (" : "",
				   (long long)node_int_at(port, "containerPort", 0),
				   STR_FMT(protocol.len ? protocol : STR("TCP")),
				   name.len ? ")" : "");
		}
	}
	return buf.len ? buf_str(&buf) : STR("no ports");
}

static void check_target_port(struct check *c, const struct check_pods *pods,
			      const struct node *port)
{
	const struct node *target = node_get(port, STR("targetPort"));
	struct str protocol = node_str_at(port, "protocol");
	int64_t number;

	if (node_is_null(target))
		target = node_get(port, STR("port"));
	if (!target ||
	    find_port(pods->spec, target, protocol.len ? protocol : STR("TCP")) != PORT_MISSING)
		return;
	finding_add(c->findings, &check_rules[RULE_SERVICE_PORT], target,
		    "port '%.*s' is no port of %.*s", STR_FMT(node_text(target)),
		    STR_FMT(pods->owner->label));
	finding_hint(c->findings, "its containers have %.*s",
		     STR_FMT(ports_text(c->arena, pods->spec)));
	if (node_int64(target, &number))
		finding_soften(c->findings, SEVERITY_WARNING); /* a port works undeclared, too */
}

static void tell_no_pods(struct check *c, const struct check_object *o, enum check_rule rule,
			 const struct node *selector, struct str text)
{
	const struct check_pods_list *list = check_pods_of(c, o->key.namespace);

	check_missing(c, rule, selector, o->key.namespace,
		      "%.*s selects no pod in namespace '%.*s'", STR_FMT(text),
		      STR_FMT(o->key.namespace));
	if (list->items.count == 1)
		finding_hint(c->findings, "the pods of %.*s have %.*s",
			     STR_FMT(list->items.items[0]->owner->label),
			     STR_FMT(labels_map_text(c->arena, list->items.items[0]->labels)));
	else if (list->items.count)
		finding_hint(c->findings, "compare with the template labels of %.*s",
			     STR_FMT(list->items.items[0]->owner->label));
	else
		finding_hint(c->findings, "there is no workload in that namespace");
}

static void check_service(struct check *c, const struct check_object *o)
{
	const struct node *selector = node_at(o->root, "spec.selector");
	const struct node *ports = node_at(o->root, "spec.ports");
	const struct check_pods_list *list = check_pods_near(c, o->key.namespace, selector);
	const struct check_service *service = check_find_service(c, o->key);

	if (service && service->owner != o && str_equal(service->owner->gvk.kind, STR("Canary"))) {
		finding_add(c->findings, &check_rules[RULE_SERVICE_OWNER],
			    node_at(o->root, "metadata.name"),
			    "Service '%.*s' is made by %.*s, too", STR_FMT(o->key.name),
			    STR_FMT(service->owner->label));
		finding_hint(c->findings, "remove it here: the Canary moves its selector");
	}
	if (!node_entry_count(selector))
		return;
	if (!check_match_map(c, o->key.namespace, selector)) {
		struct str text = labels_map_text(c->arena, selector);
		tell_no_pods(c, o, RULE_SERVICE_SELECTOR, selector,
			     str_printf(c->arena, "selector %.*s", STR_FMT(text)));
		return;
	}
	for (uint32_t i = 0; i < list->items.count; i++)
		for (uint32_t p = 0; p < node_item_count(ports); p++)
			if (!list->items.items[i]->is_primary &&
			    labels_match_map(selector, list->items.items[i]->labels))
				check_target_port(c, list->items.items[i], node_item(ports, p));
}

/* Targets */

static const struct check_object *find_target(struct check *c, const struct check_object *o,
					      const struct node *reference)
{
	struct str api = node_str_at(reference, "apiVersion");
	struct str kind = node_str_at(reference, "kind");
	struct gvk gvk =
		gvk_parse(api.len ? api : STR("apps/v1"), kind.len ? kind : STR("Deployment"));
	struct key key = { o->key.namespace, node_str_at(reference, "name") };

	if (!key.name.len)
		return NULL;
	SCRATCH(scratch);
	const char *group_text = str_cstr(scratch, gvk.group);
	const char *kind_text = str_cstr(c->arena, gvk.kind);
	const struct check_object *found = check_find(c, group_text, kind_text, key);
	if (!found) {
		check_missing(c, RULE_SCALE_TARGET, node_get(reference, STR("name")), key.namespace,
			      "%s '%.*s' does not exist in namespace '%.*s'", kind_text,
			      STR_FMT(key.name), STR_FMT(key.namespace));
		check_suggest(c, group_text, kind_text, key);
	}
	return found;
}

static void check_scaler(struct check *c, const struct check_object *o, struct trusted_path path)
{
	const struct check_object *target = find_target(c, o, node_find(o->root, path));
	const struct node *replicas = target ? node_at(target->root, "spec.replicas") : NULL;

	if (!replicas)
		return;
	finding_add(c->findings, &check_rules[RULE_REPLICAS], replicas,
		    "%.*s decides the replicas of %.*s; each sync would set them back to %.*s",
		    STR_FMT(o->label), STR_FMT(target->label), STR_FMT(node_text(replicas)));
	finding_hint(c->findings, "remove the field: the autoscaler has minReplicas");
}

static void check_hpa(struct check *c, const struct check_object *o)
{
	check_scaler(c, o, TRUSTED_PATH("spec.scaleTargetRef"));
}

static void check_canary(struct check *c, const struct check_object *o)
{
	find_target(c, o, node_at(o->root, "spec.targetRef"));
	if (node_at(o->root, "spec.autoscalerRef"))
		find_target(c, o, node_at(o->root, "spec.autoscalerRef"));
}

static void check_stateful_set(struct check *c, const struct check_object *o)
{
	const struct node *name = node_at(o->root, "spec.serviceName");
	struct key key = { o->key.namespace, node_text(name) };

	if (!key.name.len || check_find_service(c, key))
		return;
	check_missing(c, RULE_HEADLESS, name, key.namespace,
		      "Service '%.*s' does not exist in namespace '%.*s'", STR_FMT(key.name),
		      STR_FMT(key.namespace));
	check_suggest(c, "", "Service", key);
}

/* Selectors of budgets and policies. An empty one means all pods of the namespace. */

static void check_selector(struct check *c, const struct check_object *o, struct trusted_path path)
{
	const struct node *selector = node_find(o->root, path);

	if (!node_entry_count(selector) || check_match_selector(c, o->key.namespace, selector))
		return;
	tell_no_pods(c, o, RULE_SELECTOR, selector, labels_selector_text(c->arena, selector));
}

static void check_budget(struct check *c, const struct check_object *o)
{
	check_selector(c, o, TRUSTED_PATH("spec.selector"));
}

static void check_network_policy(struct check *c, const struct check_object *o)
{
	check_selector(c, o, TRUSTED_PATH("spec.podSelector"));
}

/* Routes */

static void check_backend(struct check *c, struct str namespace, const struct node *name,
			  const struct node *port)
{
	struct key key = { namespace, node_text(name) };
	const struct check_service *service = check_find_service(c, key);

	if (!key.name.len)
		return;
	if (!service) {
		check_missing(c, RULE_BACKEND, name, namespace,
			      "Service '%.*s' does not exist in namespace '%.*s'",
			      STR_FMT(key.name), STR_FMT(key.namespace));
		check_suggest(c, "", "Service", key);
	} else if (!check_has_port(service, port)) {
		finding_add(c->findings, &check_rules[RULE_BACKEND], port,
			    "Service '%.*s' has no port '%.*s'", STR_FMT(key.name),
			    STR_FMT(node_text(port)));
		finding_hint(c->findings, "see spec.ports of %.*s", STR_FMT(service->owner->label));
	}
}

static void check_ingress_backend(struct check *c, const struct check_object *o,
				  const struct node *backend)
{
	const struct node *service = node_get(backend, STR("service"));
	const struct node *port = node_at(service, "port.number");

	if (!port)
		port = node_at(service, "port.name");
	check_backend(c, o->key.namespace, node_get(service, STR("name")), port);
}

static void check_ingress(struct check *c, const struct check_object *o)
{
	const struct node *rules = node_at(o->root, "spec.rules");

	check_ingress_backend(c, o, node_at(o->root, "spec.defaultBackend"));
	for (uint32_t i = 0; i < node_item_count(rules); i++) {
		const struct node *paths = node_at(node_item(rules, i), "http.paths");
		for (uint32_t p = 0; p < node_item_count(paths); p++)
			check_ingress_backend(c, o, node_get(node_item(paths, p), STR("backend")));
	}
}

static void check_route(struct check *c, const struct check_object *o)
{
	const struct node *rules = node_at(o->root, "spec.rules");

	for (uint32_t i = 0; i < node_item_count(rules); i++) {
		const struct node *refs = node_get(node_item(rules, i), STR("backendRefs"));
		for (uint32_t r = 0; r < node_item_count(refs); r++) {
			const struct node *ref = node_item(refs, r);
			struct str kind = node_str_at(ref, "kind");
			struct str namespace = node_str_at(ref, "namespace");
			if (kind.len && !str_equal(kind, STR("Service")))
				continue;
			check_backend(c, namespace.len ? namespace : o->key.namespace,
				      node_get(ref, STR("name")), node_get(ref, STR("port")));
		}
	}
}

/* Bindings */

/* Roles that every cluster has. */
static bool is_cluster_own(struct str role)
{
	static const char *const names[] = { "cluster-admin", "admin", "edit", "view" };

	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		if (str_equal(role, str_from_cstr(names[i])))
			return true;
	return str_starts(role, STR("system:"));
}

static void check_role_ref(struct check *c, const struct check_object *o)
{
	const struct node *ref = node_get(o->root, STR("roleRef"));
	bool is_cluster = str_equal(node_str_at(ref, "kind"), STR("ClusterRole"));
	struct key key = { is_cluster ? STR("") : o->key.namespace, node_str_at(ref, "name") };
	const char *kind = is_cluster ? "ClusterRole" : "Role";

	if (!key.name.len || is_cluster_own(key.name) ||
	    check_find(c, "rbac.authorization.k8s.io", kind, key))
		return;
	check_missing(c, RULE_ROLE, node_get(ref, STR("name")), key.namespace,
		      "%s '%.*s' does not exist", kind, STR_FMT(key.name));
	check_suggest(c, "rbac.authorization.k8s.io", kind, key);
}

static void check_binding(struct check *c, const struct check_object *o)
{
	const struct node *subjects = node_get(o->root, STR("subjects"));

	check_role_ref(c, o);
	for (uint32_t i = 0; i < node_item_count(subjects); i++) {
		const struct node *subject = node_item(subjects, i);
		struct str namespace = node_str_at(subject, "namespace");
		struct key key = { namespace.len ? namespace : o->key.namespace,
				   node_str_at(subject, "name") };
		if (!str_equal(node_str_at(subject, "kind"), STR("ServiceAccount")) ||
		    str_equal(key.name, STR("default")) || check_find(c, "", "ServiceAccount", key))
			continue;
		check_missing(c, RULE_SERVICE_ACCOUNT, node_get(subject, STR("name")),
			      key.namespace,
			      "ServiceAccount '%.*s' does not exist in namespace '%.*s'",
			      STR_FMT(key.name), STR_FMT(key.namespace));
		check_suggest(c, "", "ServiceAccount", key);
	}
}

static const struct {
	const char *group, *kind;
	void (*check)(struct check *c, const struct check_object *o);
} checks[] = {
	{ "", "Service", check_service },
	{ "autoscaling", "HorizontalPodAutoscaler", check_hpa },
	{ "keda.sh", "ScaledObject", check_hpa },
	{ "flagger.app", "Canary", check_canary },
	{ "apps", "StatefulSet", check_stateful_set },
	{ "policy", "PodDisruptionBudget", check_budget },
	{ "networking.k8s.io", "NetworkPolicy", check_network_policy },
	{ "networking.k8s.io", "Ingress", check_ingress },
	{ "gateway.networking.k8s.io", "HTTPRoute", check_route },
	{ "gateway.networking.k8s.io", "GRPCRoute", check_route },
	{ "gateway.networking.k8s.io", "TCPRoute", check_route },
	{ "gateway.networking.k8s.io", "TLSRoute", check_route },
	{ "rbac.authorization.k8s.io", "RoleBinding", check_binding },
	{ "rbac.authorization.k8s.io", "ClusterRoleBinding", check_binding },
};

void check_workload_references(struct check *c, const struct check_object *o)
{
	for (size_t i = 0; i < ARRAY_COUNT(checks); i++)
		if (str_equal(o->gvk.kind, str_from_cstr(checks[i].kind)) &&
		    str_equal(o->gvk.group, str_from_cstr(checks[i].group)))
			checks[i].check(c, o);
}
