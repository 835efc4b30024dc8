/*
 * policy - NetworkPolicies and modes of TLS between a source and the pods of a target
 *
 * Clients of a Service are somewhere in the cluster, so a rule that names a peer may mean them:
 * only what no client could pass is refused. Gateways are known: pods of istio-system with the
 * label istio: ingressgateway. Source: Kubernetes, NetworkPolicySpec; Istio, PeerAuthentication
 * and ClientTLSSettings.
 */
#include "mesh/policy.h"

#include "base/arena.h"
#include "doc/make.h"
#include "kube/labels.h"
#include "kube/service_host.h"

static const struct reply no_connection = { 503, "UF" };

/* Sidecars */

/* What the labels of a namespace say of its pods. */
static bool injects(const struct object *namespace)
{
	return namespace &&
	       (str_equal(object_label(namespace->root, STR("istio-injection")), STR("enabled")) ||
		object_label(namespace->root, STR("istio.io/rev")).len);
}

/* Where no label has ever asked for sidecars, they may come by other ways: the configuration of the
 * injector, ambient mode. */
enum sidecar mesh_sidecar(struct mesh *mesh, const struct object *pod)
{
	const struct object *namespace = cache_get(mesh->options.cache, KIND_NAMESPACE,
						   (struct key){ STR_NONE, pod->key.namespace });
	struct str inject = object_label(pod->root, STR("sidecar.istio.io/inject"));

	if (inject.len)
		return str_equal(inject, STR("true")) ? SIDECAR_YES : SIDECAR_NO;
	if (injects(namespace)) {
		if (!map_get(&mesh->injected, pod->key.namespace))
			map_put(&mesh->injected, str_copy(mesh->arena, pod->key.namespace), mesh);
		return SIDECAR_YES;
	}
	return map_get(&mesh->injected, pod->key.namespace) ? SIDECAR_NO : SIDECAR_MAYBE;
}

/* NetworkPolicies */

static bool selects_gateway(const struct search *s, const struct node *peer, struct str own)
{
	const struct node *pods = node_get(peer, STR("podSelector"));
	const struct node *namespaces = node_get(peer, STR("namespaceSelector"));
	const struct object *object = cache_get(s->mesh->options.cache, KIND_NAMESPACE,
						(struct key){ STR_NONE, GATEWAY_NAMESPACE });
	const struct node *labels =
		object ? object_labels(object->root)
		       : node_make(s->mesh->resolved,
				   "{kubernetes.io/metadata.name: istio-system}");
	const struct node *pod_labels =
		node_make(s->mesh->resolved, "{app: istio-ingressgateway, istio: ingressgateway}");

	if (node_get(peer, STR("ipBlock")))
		return true; /* addresses are not known */
	if (!namespaces && !str_equal(own, GATEWAY_NAMESPACE))
		return false;
	return (!namespaces || labels_match(namespaces, labels)) &&
	       (!pods || labels_match(pods, pod_labels));
}

static bool has_peer(const struct search *s, const struct node *from, struct str own)
{
	if (!node_item_count(from) || !s->gateway)
		return true;
	for (uint32_t i = 0; i < node_item_count(from); i++)
		if (selects_gateway(s, node_item(from, i), own))
			return true;
	return false;
}

/* A name is one of a port of the pod. */
static int64_t number_of(const struct object *pod, const struct node *port)
{
	const struct node *containers = node_at(pod->root, "spec.containers");
	int64_t number = 0;

	if (node_int64(port, &number))
		return number;
	for (uint32_t i = 0; i < node_item_count(containers); i++) {
		const struct node *ports = node_get(node_item(containers, i), STR("ports"));
		for (uint32_t p = 0; p < node_item_count(ports); p++)
			if (str_equal(node_str_at(node_item(ports, p), "name"), node_text(port)))
				return node_int_at(node_item(ports, p), "containerPort", 0);
	}
	return 0;
}

static bool has_port(const struct object *pod, const struct node *ports, int64_t wanted)
{
	for (uint32_t i = 0; i < node_item_count(ports); i++) {
		const struct node *p = node_item(ports, i);
		struct str protocol = node_str_at(p, "protocol");
		const struct node *port = node_get(p, STR("port"));
		int64_t first = number_of(pod, port);
		int64_t last = node_int_at(p, "endPort", first);
		if (protocol.len && !str_equal(protocol, STR("TCP")))
			continue;
		if (!port || (first <= wanted && wanted <= last))
			return true;
	}
	return !node_item_count(ports);
}

static bool allows(const struct search *s, const struct object *policy, const struct object *pod,
		   int64_t port)
{
	const struct node *rules = node_at(policy->root, "spec.ingress");

	for (uint32_t i = 0; i < node_item_count(rules); i++) {
		const struct node *rule = node_item(rules, i);
		if (has_peer(s, node_get(rule, STR("from")), pod->key.namespace) &&
		    has_port(pod, node_get(rule, STR("ports")), port))
			return true;
	}
	return false;
}

static bool is_about_ingress(const struct node *types)
{
	for (uint32_t i = 0; i < node_item_count(types); i++)
		if (str_equal(node_text(node_item(types, i)), STR("Ingress")))
			return true;
	return !node_item_count(types);
}

/* Policies add up: what one of them allows is allowed. */
static struct refusal network_refuses(const struct search *s, struct key service,
				      const struct object *pod, int64_t port)
{
	SCRATCH(scratch);
	struct objects all =
		cache_list(s->mesh->options.cache, scratch, KIND_NETWORKPOLICY, pod->key.namespace);
	const struct object *first = NULL;

	for (uint32_t i = 0; i < all.count; i++) {
		const struct object *policy = all.items[i];
		if (!is_about_ingress(node_at(policy->root, "spec.policyTypes")) ||
		    !labels_match(node_at(policy->root, "spec.podSelector"), pod->facts.labels))
			continue;
		if (allows(s, policy, pod, port))
			return (struct refusal){};
		first = first ? first : policy;
	}
	if (!first)
		return (struct refusal){};
	return mesh_refuse(s->mesh, no_connection, STR("NetworkPolicy"), first->key,
			   "NetworkPolicy/%.*s/%.*s lets no requests through to port %lld of the "
			   "pods of %.*s.%.*s",
			   STR_FMT(first->key.namespace), STR_FMT(first->key.name), (long long)port,
			   STR_FMT(service.name), STR_FMT(service.namespace));
}

/* TLS between sidecars */

static struct str rule_mode(const struct search *s, struct key service,
			    const struct object **ret_rule)
{
	SCRATCH(scratch);
	struct objects rules =
		cache_list(s->mesh->options.cache, scratch, KIND_DESTINATIONRULE, STR_NONE);

	for (uint32_t i = 0; i < rules.count; i++) {
		const struct object *rule = rules.items[i];
		struct str host = node_str_at(rule->root, "spec.host");
		struct str mode = node_str_at(rule->root, "spec.trafficPolicy.tls.mode");
		if (mode.len && key_equal(service_host_key(host, rule->key.namespace), service)) {
			*ret_rule = rule;
			return mode;
		}
	}
	return STR_NONE;
}

/* 3: for the pod's labels; 2: for its namespace; 1: for all; 0: not for it. */
static int rank_of_peer(const struct object *peer, const struct object *pod)
{
	const struct node *selector = node_at(peer->root, "spec.selector.matchLabels");
	bool is_own = str_equal(peer->key.namespace, pod->key.namespace);

	if (node_entry_count(selector))
		return is_own && labels_match_map(selector, pod->facts.labels) ? 3 : 0;
	return is_own ? 2 : str_equal(peer->key.namespace, GATEWAY_NAMESPACE) ? 1 : 0;
}

static bool is_strict(const struct search *s, const struct object *pod)
{
	SCRATCH(scratch);
	struct objects peers =
		cache_list(s->mesh->options.cache, scratch, KIND_PEERAUTHENTICATION, STR_NONE);
	const struct object *best = NULL;

	for (uint32_t i = 0; i < peers.count; i++)
		if (rank_of_peer(peers.items[i], pod) > (best ? rank_of_peer(best, pod) : 0))
			best = peers.items[i];
	return best && str_equal(node_str_at(best->root, "spec.mtls.mode"), STR("STRICT"));
}

static struct refusal tls_refuses(const struct search *s, struct key service,
				  const struct object *pod)
{
	const struct object *rule = NULL;
	struct str mode = rule_mode(s, service, &rule);
	enum sidecar sidecar = mesh_sidecar(s->mesh, pod);
	bool plain = str_equal(mode, STR("DISABLE"));
	bool mutual = str_equal(mode, STR("ISTIO_MUTUAL"));

	bool refused = sidecar == SIDECAR_YES ? plain && is_strict(s, pod)
					      : sidecar == SIDECAR_NO && mutual;

	if (!rule || !refused)
		return (struct refusal){};
	return mesh_refuse(s->mesh, no_connection, STR("DestinationRule"), rule->key,
			   "DestinationRule/%.*s/%.*s asks for TLS mode %.*s, and the pods of "
			   "%.*s.%.*s %s",
			   STR_FMT(rule->key.namespace), STR_FMT(rule->key.name), STR_FMT(mode),
			   STR_FMT(service.name), STR_FMT(service.namespace),
			   sidecar == SIDECAR_YES
				   ? "take mutual TLS only (PeerAuthentication STRICT)"
				   : "have no sidecar");
}

struct refusal mesh_policies_refuse(const struct search *s, struct key service,
				    const struct target *target, int64_t port)
{
	struct refusal refusal = network_refuses(s, service, target->pod, port);

	if (!refuses(&refusal))
		refusal = tls_refuses(s, service, target->pod);
	if (!refuses(&refusal) && mesh_sidecar(s->mesh, target->pod) == SIDECAR_YES)
		refusal = mesh_authorization_refuses(s, target->pod, port);
	return refusal;
}
