/* admit_service_claims - addresses and node ports that Services have: free ones, and those taken */
#include "base/arena.h"
#include "cluster/server/admission_kinds.h"
#include "cluster/server/refusal.h"
#include "doc/json.h"
#include "kube/field_path.h"

enum {
	SERVICE_NETWORK = 10 << 24 | 96 << 16, /* 10.96.0.0/12 */
	SERVICE_FIRST = 2,		       /* .1 is default/kubernetes */
	NODE_PORT_FIRST = 30000,
	NODE_PORT_LAST = 32767,
	NODE_PORT_COUNT = NODE_PORT_LAST - NODE_PORT_FIRST + 1,
};

bool service_has_node_port(const struct node *service, int64_t number)
{
	const struct node *ports = node_at(service, "spec.ports");

	for (uint32_t i = 0; i < node_item_count(ports); i++)
		if (node_int_at(node_item(ports, i), "nodePort", 0) == number)
			return true;
	return false;
}

/* What a Service may claim: whether it has this. */
struct claim {
	int64_t node_port; /* or of health checks; 0: none */
	struct str address;
};

static bool has(const struct node *service, const struct claim *claim)
{
	if (claim->address.len)
		return str_equal(node_str_at(service, "spec.clusterIP"), claim->address);
	return service_has_node_port(service, claim->node_port) ||
	       node_int_at(service, "spec.healthCheckNodePort", 0) == claim->node_port;
}

/* by another one than `own`, which may be NULL */
static bool is_taken(const struct admission *a, const struct key *own, struct claim claim)
{
	SCRATCH(scratch);
	struct objects all = cache_list(store_cache(a->store), scratch, KIND_SERVICE, STR_NONE);

	for (uint32_t i = 0; i < all.count; i++)
		if (!(own && key_equal(all.items[i]->key, *own)) && has(all.items[i]->root, &claim))
			return true;
	return false;
}

struct str admission_next_address(struct admission *a, struct arena *arena)
{
	struct str text;

	do {
		uint32_t ip = SERVICE_NETWORK + SERVICE_FIRST + a->next_service_ip++;
		text = str_printf(arena, "%u.%u.%u.%u", ip >> 24, ip >> 16 & 255, ip >> 8 & 255,
				  ip & 255);
	} while (is_taken(a, NULL, (struct claim){ .address = text }));
	return text;
}

/* When all are taken, one is given twice. */
const struct node *admission_next_node_port(struct admission *a, struct arena *arena)
{
	int64_t number = 0;

	for (uint32_t i = 0; i < NODE_PORT_COUNT; i++) {
		number = NODE_PORT_FIRST + a->next_node_port++ % NODE_PORT_COUNT;
		if (!is_taken(a, NULL, (struct claim){ .node_port = number }))
			break;
	}
	return node_int(arena, number);
}

/* Refusals */

static int refuse_field(struct write *w, const struct field_path *path, const struct node *value,
			const char *why)
{
	struct field_errors errors;

	field_errors_init(&errors, w->arena);
	field_fault(&errors, path, FIELD_INVALID, value, "%s", why);
	return refuse_invalid(w->arena, w->answer, w->kind, w->key.name, &errors);
}

/* An earlier port of the same Service has it; TCP and UDP of one number may share it. */
static bool is_repeated(const struct node *ports, uint32_t index)
{
	const struct node *port = node_item(ports, index);

	for (uint32_t i = 0; i < index; i++) {
		const struct node *other = node_item(ports, i);
		if (node_int_at(other, "nodePort", 0) == node_int_at(port, "nodePort", 0) &&
		    node_int_at(other, "port", 0) != node_int_at(port, "port", 0))
			return true;
	}
	return false;
}

static int claim_node_port(const struct admission *a, struct write *w, const struct node *ports,
			   uint32_t index)
{
	const struct node *value = node_get(node_item(ports, index), STR("nodePort"));
	const struct field_path *spec = FIELD(NULL, "spec");
	const struct field_path *path = FIELD(ITEM(FIELD(spec, "ports"), index), "nodePort");
	int64_t number = 0;

	node_int64(value, &number);
	if (!number || (w->old && service_has_node_port(w->old->root, number)))
		return 0;
	if (number < NODE_PORT_FIRST || number > NODE_PORT_LAST)
		return refuse_field(w, path, value,
				    "provided port is not in the valid range. The range of valid "
				    "ports is 30000-32767");
	if (is_repeated(ports, index) ||
	    is_taken(a, &w->key, (struct claim){ .node_port = number }))
		return refuse_field(w, path, value, "provided port is already allocated");
	return 0;
}

/* An update says this of what is left from before, too. */
static int refuse_duplicate(struct write *w, const struct node *ports, uint32_t index)
{
	const struct node *port = node_item(ports, index);
	struct str protocol = node_str_at(port, "protocol");
	int64_t number = node_int_at(port, "nodePort", 0);

	if (!protocol.len)
		protocol = STR("TCP");
	for (uint32_t i = 0; number && i < index; i++) {
		struct str other = node_str_at(node_item(ports, i), "protocol");
		if (node_int_at(node_item(ports, i), "nodePort", 0) == number &&
		    str_equal(other.len ? other : STR("TCP"), protocol))
			return refuse(w->answer, 500, "",
				      str_printf(w->arena, "duplicate nodePort: {%.*s %lld}",
						 STR_FMT(protocol), (long long)number));
	}
	return 0;
}

static int claim_health_port(const struct admission *a, struct write *w)
{
	int64_t number = node_int_at(w->object, "spec.healthCheckNodePort", 0);

	if (!number || (w->old && node_int_at(w->old->root, "spec.healthCheckNodePort", 0)) ||
	    !is_taken(a, &w->key, (struct claim){ .node_port = number }))
		return 0;
	return refuse(w->answer, 500, "InternalError",
		      str_printf(w->arena,
				 "Internal error occurred: failed to allocate requested "
				 "HealthCheck NodePort %lld: provided port is already allocated",
				 (long long)number));
}

static int claim_address(const struct admission *a, struct write *w)
{
	const struct node *value = node_at(w->object, "spec.clusterIP");
	struct str ip = node_text(value);
	bool had = w->old && node_str_at(w->old->root, "spec.clusterIP").len;

	if (!ip.len || had || str_equal(ip, STR("None")) ||
	    !is_taken(a, &w->key, (struct claim){ .address = ip }))
		return 0;
	struct str why =
		str_printf(w->arena, "failed to allocate IP %.*s: provided IP is already allocated",
			   STR_FMT(ip));
	return refuse_field(w, FIELD(FIELD(NULL, "spec"), "clusterIPs"),
			    node_list_append(w->arena, NULL, value), str_cstr(w->arena, why));
}

int admission_claim_service(const struct admission *a, struct write *w)
{
	const struct node *ports = node_at(w->object, "spec.ports");
	struct str old_type = w->old ? node_str_at(w->old->root, "spec.type") : STR_NONE;
	bool had_ports =
		str_equal(old_type, STR("NodePort")) || str_equal(old_type, STR("LoadBalancer"));

	if (claim_address(a, w) < 0)
		return -1;
	for (uint32_t i = 0; i < node_item_count(ports); i++)
		if ((had_ports && refuse_duplicate(w, ports, i) < 0) ||
		    claim_node_port(a, w, ports, i) < 0)
			return -1;
	return claim_health_port(a, w);
}
