/* gateway - which hosts a Gateway of Istio serves */
#include "base/arena.h"
#include "mesh/inside.h"

static const struct str gateway_kind = STR_INIT("Gateway");

/* "ns/host", "./host", "*" and "*.example.com". Source: Istio, Gateway, Server.hosts. */
static bool serves_host(struct str pattern, struct str host, struct str namespace,
			struct str route_namespace)
{
	ptrdiff_t slash = str_find_char(pattern, '/');

	if (slash >= 0) {
		struct str of = str_sub(pattern, 0, (size_t)slash);
		struct str wanted = str_equal(of, STR(".")) ? namespace : of;
		if (!str_equal(of, STR("*")) && !str_equal(wanted, route_namespace))
			return false;
		pattern = str_from(pattern, (size_t)slash + 1);
	}
	if (str_equal(pattern, STR("*")))
		return true;
	if (str_starts(pattern, STR("*.")))
		return str_ends(host, str_from(pattern, 1));
	return str_equal(pattern, host);
}

static bool server_has_host(const struct node *server, struct str host, struct str namespace,
			    struct str route_namespace)
{
	const struct node *hosts = node_get(server, STR("hosts"));

	for (uint32_t i = 0; i < node_item_count(hosts); i++)
		if (serves_host(node_text(node_item(hosts, i)), host, namespace, route_namespace))
			return true;
	return false;
}

/* Where the pods of a gateway are, and with them the Secrets that they read. */
static struct str namespace_of_pods(void)
{
	return STR("istio-system");
}

static bool has_certificate(const struct search *s, const struct object *gateway,
			    const struct node *server, struct refusal *ret)
{
	struct str name = node_str_at(server, "tls.credentialName");
	struct key key = { namespace_of_pods(), name };
	struct key beside = { gateway->key.namespace, name };

	if (!name.len || cache_get(s->mesh->options.cache, KIND_SECRET, key) ||
	    cache_get(s->mesh->options.cache, KIND_SECRET, beside) ||
	    mesh_assumes(s->mesh, STR("Secret"), key))
		return true;
	*ret = mesh_refuse(s->mesh, (struct reply){ 0, "UF" }, gateway_kind, gateway->key,
			   "Gateway/%.*s/%.*s serves HTTPS with Secret/%.*s/%.*s, which is missing",
			   STR_FMT(gateway->key.namespace), STR_FMT(gateway->key.name),
			   STR_FMT(key.namespace), STR_FMT(key.name));
	return false;
}

bool mesh_gateway_serves(const struct search *s, struct str gateway, struct str namespace,
			 struct refusal *ret)
{
	ptrdiff_t slash = str_find_char(gateway, '/');
	struct key key = { slash < 0 ? namespace : str_sub(gateway, 0, (size_t)slash),
			   slash < 0 ? gateway : str_from(gateway, (size_t)slash + 1) };
	const struct object *object = cache_get(s->mesh->options.cache, KIND_ISTIO_GATEWAY, key);
	const struct node *servers = object ? node_at(object->root, "spec.servers") : NULL;
	struct str host = s->source->traffic.host;

	if (!object && mesh_assumes(s->mesh, gateway_kind, key))
		return true;
	if (!object) {
		*ret = mesh_refuse(s->mesh, (struct reply){ 0, "UF" }, gateway_kind, key,
				   "Gateway/%.*s/%.*s is missing", STR_FMT(key.namespace),
				   STR_FMT(key.name));
		return false;
	}
	*ret = mesh_refuse(s->mesh, (struct reply){ 404, "NR" }, gateway_kind, key,
			   "Gateway/%.*s/%.*s does not serve the host %.*s", STR_FMT(key.namespace),
			   STR_FMT(key.name), STR_FMT(host));
	for (uint32_t i = 0; i < node_item_count(servers); i++) {
		const struct node *server = node_item(servers, i);
		if (server_has_host(server, host, key.namespace, namespace) &&
		    has_certificate(s, object, server, ret))
			return true;
	}
	return false;
}
