/* network - Services, Ingresses and NetworkPolicies */
#include "base/arena.h"
#include "base/map.h"
#include "base/num.h"
#include "kube/names.h"
#include "kube/object.h"
#include "kube/validate/inside.h"

enum { PORT_MAX = 65535 };

static const struct field_path spec_path = { NULL, STR_INIT("spec"), FIELD_PATH_NAME };

#define SPEC(name) FIELD(&spec_path, name)

static const char ip_text[] = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
static const char cidr_text[] = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";

bool validate_is_cidr(struct str text)
{
	struct str rest = text, address = str_cut(&rest, '/');
	uint64_t bits, most = str_find_char(address, ':') < 0 ? 32 : 128;

	return rest.ptr && validate_is_ip(address) && num_uint64(rest, 10, &bits) && bits <= most;
}

/* Services */

static bool is_type(const struct kind_check *c, const char *type)
{
	return str_equal(node_str_at(c->object, "spec.type"), str_from_cstr(type));
}

static void check_port_names(const struct kind_check *c, const struct node *ports)
{
	struct map names;

	map_init(&names, c->errors->arena);
	for (uint32_t i = 0; i < node_item_count(ports); i++) {
		const struct node *name = node_get(node_item(ports, i), STR("name"));
		const struct field_path *at = FIELD(ITEM(SPEC("ports"), i), "name");
		if (!node_text(name).len) {
			if (node_item_count(ports) > 1)
				field_fault(c->errors, at, FIELD_REQUIRED, node_item(ports, i),
					    NULL);
			continue;
		}
		field_check_text(c->errors, at, name, names_check_dns1123_label);
		if (map_put(&names, node_text(name), &names))
			field_fault(c->errors, at, FIELD_DUPLICATE, name, NULL);
	}
}

static void check_service_port(const struct kind_check *c, const struct field_path *path,
			       const struct node *port, struct map *seen)
{
	struct str protocol = node_str_at(port, "protocol");
	const struct node *app = node_get(port, STR("appProtocol"));
	struct str key = str_printf(
		c->errors->arena,
		"{\"Name\":\"\",\"Protocol\":\"%.*s\",\"AppProtocol\":null,\"Port\":%lld,"
		"\"TargetPort\":0,\"NodePort\":0}",
		STR_FMT(protocol.len ? protocol : STR("TCP")),
		(long long)node_int_at(port, "port", 0));

	field_check_range(c->errors, FIELD(path, "port"), node_get(port, STR("port")), 1, PORT_MAX);
	if (!str_equal(node_str_at(port, "targetPort"), STR("0")) ||
	    !node_int_at(port, "port", 0)) /* 0 is the port's own number */
		validate_port(c->errors, FIELD(path, "targetPort"),
			      node_get(port, STR("targetPort")));
	if (node_text(app).len)
		field_check_text(c->errors, FIELD(path, "appProtocol"), app, names_check_qualified);
	if (node_int_at(port, "nodePort", 0) && is_type(c, "ClusterIP"))
		field_fault(c->errors, FIELD(path, "nodePort"), FIELD_FORBIDDEN,
			    node_get(port, STR("nodePort")),
			    "may not be used when `type` is 'ClusterIP'");
	if (map_put(seen, key, seen))
		field_fault_text(c->errors, path, FIELD_DUPLICATE, port, key, "");
}

static void check_ports(const struct kind_check *c)
{
	const struct node *ports = node_at(c->object, "spec.ports");
	bool is_headless = str_equal(node_str_at(c->object, "spec.clusterIP"), STR("None"));
	struct map seen;

	map_init(&seen, c->errors->arena);
	if (!node_item_count(ports) && !is_headless && !is_type(c, "ExternalName"))
		field_fault(c->errors, SPEC("ports"), FIELD_REQUIRED,
			    ports ? ports : node_get(c->object, STR("spec")), NULL);
	check_port_names(c, ports);
	for (uint32_t i = 0; i < node_item_count(ports); i++)
		check_service_port(c, ITEM(SPEC("ports"), i), node_item(ports, i), &seen);
}

static void check_external_name(const struct kind_check *c)
{
	const struct node *name = node_at(c->object, "spec.externalName");
	const struct node *ip = node_at(c->object, "spec.clusterIP");

	if (!is_type(c, "ExternalName"))
		return;
	if (node_text(ip).len)
		field_fault(c->errors, SPEC("clusterIPs"), FIELD_FORBIDDEN, ip,
			    "may not be set for ExternalName services");
	if (!node_text(name).len)
		field_fault(c->errors, SPEC("externalName"), FIELD_REQUIRED,
			    node_get(c->object, STR("spec")), NULL);
	else
		field_check_text(c->errors, SPEC("externalName"), name,
				 names_check_dns1123_subdomain);
}

static void check_cluster_ip(const struct kind_check *c)
{
	const struct node *ip = node_at(c->object, "spec.clusterIP");
	struct str text = node_text(ip), old = node_str_at(c->old, "spec.clusterIP");
	bool is_none = str_equal(text, STR("None"));

	if (is_none && (is_type(c, "NodePort") || is_type(c, "LoadBalancer")))
		field_fault(c->errors, ITEM(SPEC("clusterIPs"), 0), FIELD_INVALID, ip,
			    "may not be set to 'None' for %.*s services",
			    STR_FMT(node_str_at(c->object, "spec.type")));
	else if (text.len && !is_none && !validate_is_ip(text))
		field_fault(c->errors, ITEM(SPEC("clusterIPs"), 0), FIELD_INVALID, ip, "%s",
			    ip_text);
	if (old.len && !is_type(c, "ExternalName") && !str_equal(old, text))
		field_fault(c->errors, ITEM(SPEC("clusterIPs"), 0), FIELD_INVALID,
			    node_at(c->object, "spec.clusterIPs"), "may not change once set");
}

static void check_balancer(const struct kind_check *c)
{
	const struct node *ranges = node_at(c->object, "spec.loadBalancerSourceRanges");
	const struct node *class = node_at(c->object, "spec.loadBalancerClass");
	const struct field_path *path = SPEC("LoadBalancerSourceRanges");

	if (node_item_count(ranges) && !is_type(c, "LoadBalancer"))
		field_fault(c->errors, path, FIELD_FORBIDDEN, ranges,
			    "may only be used when `type` is 'LoadBalancer'");
	for (uint32_t i = 0; i < node_item_count(ranges); i++)
		if (!validate_is_cidr(str_trim(node_text(node_item(ranges, i)))))
			field_fault(c->errors, ITEM(path, i), FIELD_INVALID, node_item(ranges, i),
				    "%s", cidr_text);
	if (node_text(class).len)
		field_check_text(c->errors, SPEC("loadBalancerClass"), class,
				 names_check_qualified);
}

/* What a balancer keeps as long as it is one. */
static void check_fixed(const struct kind_check *c)
{
	const struct node *class = node_at(c->object, "spec.loadBalancerClass");
	const struct node *health = node_at(c->object, "spec.healthCheckNodePort");
	const struct node *old_health = node_at(c->old, "spec.healthCheckNodePort");
	bool stays = c->old && is_type(c, "LoadBalancer") &&
		     str_equal(node_str_at(c->old, "spec.type"), STR("LoadBalancer"));

	if (stays && !node_equal(class, node_at(c->old, "spec.loadBalancerClass")))
		field_fault(c->errors, SPEC("loadBalancerClass"), FIELD_INVALID,
			    class ? class : node_null(), "may not change once set");
	if (stays && health && old_health && !node_equal(health, old_health))
		field_fault(c->errors, SPEC("healthCheckNodePort"), FIELD_FORBIDDEN, health,
			    "field is immutable");
}

static void check_traffic(const struct kind_check *c)
{
	enum { AFFINITY_MAX_S = 86400 };
	const struct node *policy = node_at(c->object, "spec.externalTrafficPolicy");
	const struct node *health = node_at(c->object, "spec.healthCheckNodePort");
	const struct node *timeout =
		node_at(c->object, "spec.sessionAffinityConfig.clientIP.timeoutSeconds");
	bool is_reached = is_type(c, "NodePort") || is_type(c, "LoadBalancer") ||
			  node_item_count(node_at(c->object, "spec.externalIPs"));
	bool is_local = str_equal(node_text(policy), STR("Local"));
	int64_t seconds;

	if (node_int64(timeout, &seconds) && (seconds <= 0 || seconds > AFFINITY_MAX_S))
		field_fault(c->errors, SPEC("sessionAffinityConfig.clientIP.timeoutSeconds"),
			    FIELD_INVALID, timeout, "must be greater than 0 and less than %d",
			    AFFINITY_MAX_S);
	if (node_text(policy).len && !is_reached)
		field_fault(c->errors, SPEC("externalTrafficPolicy"), FIELD_INVALID, policy,
			    "may only be set for externally-accessible services");
	if (node_int_at(c->object, "spec.healthCheckNodePort", 0) &&
	    !(is_type(c, "LoadBalancer") && is_local))
		field_fault(c->errors, SPEC("healthCheckNodePort"), FIELD_INVALID, health,
			    "may only be set when `type` is 'LoadBalancer' and "
			    "`externalTrafficPolicy` is 'Local'");
	field_check_words(c->errors, SPEC("trafficDistribution"),
			  node_at(c->object, "spec.trafficDistribution"),
			  "PreferClose PreferSameZone PreferSameNode");
}

void validate_service(const struct kind_check *c)
{
	const struct node *ips = node_at(c->object, "spec.externalIPs");
	const struct node *families = node_at(c->object, "spec.ipFamilies");

	check_ports(c);
	check_external_name(c);
	validate_labels(c->errors, SPEC("selector"), node_at(c->object, "spec.selector"));
	for (uint32_t i = 0; i < node_item_count(ips); i++)
		if (!validate_is_ip(node_text(node_item(ips, i))))
			field_fault(c->errors, ITEM(SPEC("externalIPs"), i), FIELD_INVALID,
				    node_item(ips, i), "%s", ip_text);
	for (uint32_t i = 0; i < node_item_count(families); i++)
		field_check_words(c->errors, ITEM(SPEC("ipFamilies"), i), node_item(families, i),
				  "IPv4 IPv6");
	check_balancer(c);
	check_fixed(c);
	check_traffic(c);
	check_cluster_ip(c);
}

/* Ingresses */

static const char wildcard_text[] =
	"a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, "
	"which must consist of lower case alphanumeric characters, '-' or '.' and end with an "
	"alphanumeric character (e.g. '*.example.com', regex used for validation is "
	"'\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

static void check_host(struct field_errors *errors, const struct field_path *path,
		       const struct node *host)
{
	struct str text = node_text(host);

	if (!text.len)
		return;
	if (validate_is_ip(text))
		field_fault(errors, path, FIELD_INVALID, host,
			    "must be a DNS name, not an IP address");
	else if (str_find_char(text, '*') >= 0) {
		struct str rest = str_strip_prefix(text, STR("*."));
		if (rest.len == text.len || names_check_dns1123_subdomain(rest).len)
			field_fault(errors, path, FIELD_INVALID, host, "%s", wildcard_text);
	} else {
		field_check_text(errors, path, host, names_check_dns1123_subdomain);
	}
}

static void check_service_backend(struct field_errors *errors, const struct field_path *path,
				  const struct node *service)
{
	const struct node *name = node_get(service, STR("name"));
	const struct node *port = node_get(service, STR("port"));
	const struct node *number = node_get(port, STR("number"));
	bool has_name = node_str_at(port, "name").len > 0;
	bool has_number = node_int_at(port, "number", 0) != 0;

	if (!node_text(name).len)
		field_fault(errors, FIELD(path, "service.name"), FIELD_REQUIRED, service, NULL);
	else
		field_check_text(errors, FIELD(path, "service.name"), name,
				 names_check_dns1035_label);
	if (has_name && has_number)
		field_fault_text(errors, path, FIELD_INVALID, port, STR("\"\""),
				 "cannot set both port name & port number");
	else if (has_name)
		validate_port_name(errors, FIELD(path, "service.port.name"),
				   node_get(port, STR("name")));
	else if (has_number)
		field_check_range(errors, FIELD(path, "service.port.number"), number, 1, PORT_MAX);
	else
		field_fault(errors, path, FIELD_REQUIRED, service,
			    "port name or number is required");
}

static void check_backend(struct field_errors *errors, const struct field_path *path,
			  const struct node *backend)
{
	const struct node *service = node_get(backend, STR("service"));
	const struct node *resource = node_get(backend, STR("resource"));

	if (!node_is_null(service) && !node_is_null(resource))
		field_fault_text(errors, path, FIELD_INVALID, backend, STR("\"\""),
				 "cannot set both resource and service backends");
	else if (!node_is_null(service))
		check_service_backend(errors, path, service);
	else if (node_is_null(resource))
		field_fault_text(errors, path, FIELD_INVALID, backend, STR("\"\""),
				 "resource or service backend is required");
}

static void check_route(struct field_errors *errors, const struct field_path *path,
			const struct node *route)
{
	static const char *const parts[] = { "//", "/./", "/../", "%2f", "%2F" };
	const struct node *n = node_get(route, STR("path"));
	struct str type = node_str_at(route, "pathType"), text = node_text(n);
	bool is_free = str_equal(type, STR("ImplementationSpecific"));

	if (!type.len)
		field_fault(errors, FIELD(path, "pathType"), FIELD_REQUIRED, route,
			    "pathType must be specified");
	if (text.len ? !str_starts(text, STR("/")) : type.len && !is_free)
		field_fault_text(errors, FIELD(path, "path"), FIELD_INVALID, n ? n : route,
				 field_quoted(errors->arena, text), "must be an absolute path");
	for (size_t i = 0; type.len && !is_free && i < ARRAY_COUNT(parts); i++)
		if (str_contains(text, str_from_cstr(parts[i])))
			field_fault(errors, FIELD(path, "path"), FIELD_INVALID, n,
				    "must not contain '%s'", parts[i]);
	check_backend(errors, FIELD(path, "backend"), node_get(route, STR("backend")));
}

static void check_ingress_rules(const struct kind_check *c)
{
	const struct node *rules = node_at(c->object, "spec.rules");

	for (uint32_t i = 0; i < node_item_count(rules); i++) {
		const struct node *http = node_get(node_item(rules, i), STR("http"));
		const struct node *paths = node_get(http, STR("paths"));
		const struct field_path *rule = ITEM(SPEC("rules"), i);
		const struct field_path *at = FIELD(rule, "http.paths");
		check_host(c->errors, FIELD(rule, "host"),
			   node_get(node_item(rules, i), STR("host")));
		if (http && !node_item_count(paths))
			field_fault(c->errors, at, FIELD_REQUIRED, http, NULL);
		for (uint32_t p = 0; p < node_item_count(paths); p++)
			check_route(c->errors, ITEM(at, p), node_item(paths, p));
	}
}

void validate_ingress(const struct kind_check *c)
{
	const struct node *spec = node_get(c->object, STR("spec"));
	const struct node *backend = node_get(spec, STR("defaultBackend"));
	const struct node *class = node_get(spec, STR("ingressClassName"));
	const struct node *tls = node_get(spec, STR("tls"));
	struct str annotation = object_annotation(c->object, STR("kubernetes.io/ingress.class"));

	if (!backend && !node_item_count(node_get(spec, STR("rules"))))
		field_fault_text(c->errors, &spec_path, FIELD_INVALID, spec, STR("null"),
				 "either `defaultBackend` or `rules` must be specified");
	check_ingress_rules(c);
	if (backend)
		check_backend(c->errors, SPEC("defaultBackend"), backend);
	if (node_text(class).len)
		field_check_text(c->errors, SPEC("ingressClassName"), class,
				 names_check_dns1123_subdomain);
	for (uint32_t i = 0; i < node_item_count(tls); i++) {
		const struct node *hosts = node_get(node_item(tls, i), STR("hosts"));
		for (uint32_t h = 0; h < node_item_count(hosts); h++)
			check_host(c->errors, ITEM(FIELD(ITEM(SPEC("tls"), i), "hosts"), h),
				   node_item(hosts, h));
	}
	if (!c->old && annotation.len && class && !str_equal(annotation, node_text(class)))
		field_fault_text(c->errors, FIELD(NULL, "annotations.kubernetes.io/ingress.class"),
				 FIELD_INVALID, class, field_quoted(c->errors->arena, annotation),
				 "must match `ingressClassName` when both are specified");
}

/* NetworkPolicies */

/* The bits of an IPv4 address; false for others. */
static bool read_ipv4(struct str text, uint32_t *ret)
{
	uint32_t bits = 0;

	if (!validate_is_ip(text) || str_find_char(text, ':') >= 0)
		return false;
	for (struct str rest = text; rest.ptr;) {
		uint64_t part = 0;
		if (!num_uint64(str_cut(&rest, '.'), 10, &part))
			return false;
		bits = bits << 8 | (uint32_t)part;
	}
	*ret = bits;
	return true;
}

/* Whether a block is a part of another, and not all of it. Of IPv6 only lengths are compared. */
static bool is_inside(struct str inner, struct str outer)
{
	struct str inner_address = str_cut(&inner, '/'), outer_address = str_cut(&outer, '/');
	uint64_t inner_bits, outer_bits;
	uint32_t a, b;

	if (!num_uint64(inner, 10, &inner_bits) || !num_uint64(outer, 10, &outer_bits) ||
	    inner_bits <= outer_bits)
		return false;
	if (!read_ipv4(inner_address, &a) || !read_ipv4(outer_address, &b))
		return true;
	uint32_t mask = outer_bits ? UINT32_MAX << (32 - outer_bits) : 0;
	return (a & mask) == (b & mask);
}

static void check_block(struct field_errors *errors, const struct field_path *path,
			const struct node *block)
{
	const struct node *cidr = node_get(block, STR("cidr"));
	const struct node *except = node_get(block, STR("except"));

	if (!validate_is_cidr(node_text(cidr))) {
		field_fault(errors, FIELD(path, "cidr"), FIELD_INVALID, cidr, "%s", cidr_text);
		return;
	}
	for (uint32_t i = 0; i < node_item_count(except); i++) {
		const struct node *n = node_item(except, i);
		const struct field_path *at = ITEM(FIELD(path, "except"), i);
		if (!validate_is_cidr(node_text(n)))
			field_fault(errors, at, FIELD_INVALID, n, "%s", cidr_text);
		else if (!is_inside(node_text(n), node_text(cidr)))
			field_fault(errors, at, FIELD_INVALID, n,
				    "must be a strict subset of `cidr`");
	}
}

static void check_peer(struct field_errors *errors, const struct field_path *path,
		       const struct node *peer)
{
	const struct node *block = node_get(peer, STR("ipBlock"));
	const struct node *pods = node_get(peer, STR("podSelector"));
	const struct node *namespaces = node_get(peer, STR("namespaceSelector"));

	validate_label_selector(errors, FIELD(path, "podSelector"), pods);
	validate_label_selector(errors, FIELD(path, "namespaceSelector"), namespaces);
	if (block)
		check_block(errors, FIELD(path, "ipBlock"), block);
	if (!block && !pods && !namespaces)
		field_fault(errors, path, FIELD_REQUIRED, peer, "must specify a peer");
	else if (block && (pods || namespaces))
		field_fault(errors, path, FIELD_FORBIDDEN, peer,
			    "may not specify both ipBlock and another peer");
}

static void check_policy_port(struct field_errors *errors, const struct field_path *path,
			      const struct node *item)
{
	const struct node *port = node_get(item, STR("port"));
	const struct node *end = node_get(item, STR("endPort"));
	int64_t first, last;

	validate_port(errors, FIELD(path, "port"), port);
	if (!node_int64(end, &last))
		return;
	if (node_is_null(port))
		field_fault(errors, FIELD(path, "endPort"), FIELD_INVALID, end,
			    "may not be specified when `port` is not specified");
	else if (!node_int64(port, &first))
		field_fault(errors, FIELD(path, "endPort"), FIELD_INVALID, end,
			    "may not be specified when `port` is non-numeric");
	else if (last < first)
		field_fault(errors, FIELD(path, "endPort"), FIELD_INVALID, port,
			    "must be greater than or equal to `port`");
	else
		field_check_range(errors, FIELD(path, "endPort"), end, 1, PORT_MAX);
}

static void check_direction(const struct kind_check *c, struct str name, struct str peers_name)
{
	const struct node *rules = node_get(node_get(c->object, STR("spec")), name);

	for (uint32_t i = 0; i < node_item_count(rules); i++) {
		const struct node *ports = node_get(node_item(rules, i), STR("ports"));
		const struct node *peers = node_get(node_item(rules, i), peers_name);
		const struct field_path *rule = ITEM(FIELD_OF(&spec_path, name), i);
		for (uint32_t p = 0; p < node_item_count(ports); p++)
			check_policy_port(c->errors, ITEM(FIELD(rule, "ports"), p),
					  node_item(ports, p));
		for (uint32_t p = 0; p < node_item_count(peers); p++)
			check_peer(c->errors, ITEM(FIELD_OF(rule, peers_name), p),
				   node_item(peers, p));
	}
}

void validate_network_policy(const struct kind_check *c)
{
	enum { TYPES_MAX = 2 };
	const struct node *types = node_at(c->object, "spec.policyTypes");

	validate_label_selector(c->errors, SPEC("podSelector"),
				node_at(c->object, "spec.podSelector"));
	check_direction(c, STR("ingress"), STR("from"));
	check_direction(c, STR("egress"), STR("to"));
	if (node_item_count(types) > TYPES_MAX) {
		field_fault(c->errors, SPEC("policyTypes"), FIELD_INVALID, types,
			    "may not specify more than two policyTypes");
		return;
	}
	for (uint32_t i = 0; i < node_item_count(types); i++)
		field_check_words(c->errors, ITEM(SPEC("policyTypes"), i), node_item(types, i),
				  "Ingress Egress");
}
