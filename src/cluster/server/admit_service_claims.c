/* admit_service_claims - addresses and node ports that Services have: free ones, and those taken */
#include "base/arena.h"
#include "base/map.h"
#include "cluster/server/admission_kinds.h"
#include "cluster/server/refusal.h"
#include "doc/json.h"
#include "kube/field_path.h"

enum {
	SERVICE_NETWORK = 10 << 24 | 96 << 16, /* 10.96.0.0/12 */
	SERVICE_FIRST = 2,		       /* .1 is default/kubernetes */
};

/* The index of a node port; false: it is none. */
static bool index_of(int64_t number, uint32_t *ret)
{
	if (number < NODE_PORT_FIRST || number > NODE_PORT_LAST)
		return false;
	*ret = (uint32_t)(number - NODE_PORT_FIRST);
	return true;
}

static void note_port(struct node_ports *set, int64_t number)
{
	uint32_t index;

	if (index_of(number, &index))
		set->has[index] = true;
}

void node_ports_add(struct node_ports *set, const struct node *service)
{
	const struct node *ports = node_at(service, "spec.ports");

	for (uint32_t i = 0; i < node_item_count(ports); i++)
		note_port(set, node_int_at(node_item(ports, i), "nodePort", 0));
}

bool node_ports_has(const struct node_ports *set, int64_t number)
{
	uint32_t index;

	return index_of(number, &index) && set->has[index];
}

void node_ports_taken(const struct admission *a, const struct key *own, struct node_ports *ret)
{
	SCRATCH(scratch);
	struct objects all = cache_list(store_cache(a->store), scratch, KIND_SERVICE, STR_NONE);

	*ret = (struct node_ports){};
	for (uint32_t i = 0; i < all.count; i++) {
		if (own && key_equal(all.items[i]->key, *own))
			continue;
		node_ports_add(ret, all.items[i]->root);
		note_port(ret, node_int_at(all.items[i]->root, "spec.healthCheckNodePort", 0));
	}
}

/* By another one than `own`, which may be NULL. */
static bool is_address_taken(const struct admission *a, const struct key *own, struct str address)
{
	SCRATCH(scratch);
	struct objects all = cache_list(store_cache(a->store), scratch, KIND_SERVICE, STR_NONE);

	for (uint32_t i = 0; i < all.count; i++)
		if (!(own && key_equal(all.items[i]->key, *own)) &&
		    str_equal(node_str_at(all.items[i]->root, "spec.clusterIP"), address))
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
	} while (a->addresses_are_chosen && is_address_taken(a, NULL, text));
	return text;
}

const struct node *admission_next_node_port(struct admission *a, struct arena *arena,
					    struct node_ports *taken)
{
	for (uint32_t i = 0; i < NODE_PORT_COUNT; i++) {
		uint32_t index = a->next_node_port++ % NODE_PORT_COUNT;
		if (taken->has[index])
			continue;
		taken->has[index] = true;
		return node_int(arena, NODE_PORT_FIRST + (int64_t)index);
	}
	return NULL;
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

/* The ports that a write claims, one after the other. */
struct claims {
	struct write *w;
	struct node_ports others; /* what other Services have */
	struct node_ports before; /* what this one had */
	/* Of the earlier ones with a node port: their number, MIXED when they have several. */
	int64_t numbers[NODE_PORT_COUNT];
	struct map seen; /* "TCP 30000" */
};

enum { MIXED = -1 };

/* An earlier port of the same Service has it; TCP and UDP of one number may share it. */
static bool is_repeated(struct claims *c, uint32_t index, int64_t number)
{
	int64_t *earlier = &c->numbers[index];
	bool is_new = !*earlier;

	if (is_new)
		*earlier = number;
	if (*earlier == number)
		return false;
	*earlier = MIXED;
	return true;
}

static int claim_node_port(struct claims *c, const struct node *port, uint32_t index)
{
	const struct node *value = node_get(port, STR("nodePort"));
	const struct field_path *spec = FIELD(NULL, "spec");
	const struct field_path *path = FIELD(ITEM(FIELD(spec, "ports"), index), "nodePort");
	int64_t number = 0;
	uint32_t at;

	node_int64(value, &number);
	if (!number)
		return 0;
	if (!index_of(number, &at))
		return refuse_field(c->w, path, value,
				    "provided port is not in the valid range. The range of valid "
				    "ports is 30000-32767");
	bool repeats = is_repeated(c, at, node_int_at(port, "port", 0));
	if (c->before.has[at])
		return 0;
	if (repeats || c->others.has[at])
		return refuse_field(c->w, path, value, "provided port is already allocated");
	return 0;
}

/* An update says this of what is left from before, too. */
static int refuse_duplicate(struct claims *c, const struct node *port)
{
	struct str protocol = node_str_at(port, "protocol");
	int64_t number = node_int_at(port, "nodePort", 0);

	if (!number)
		return 0;
	struct str key =
		str_printf(c->w->arena, "%.*s %lld", STR_FMT(protocol.len ? protocol : STR("TCP")),
			   (long long)number);
	if (!map_put(&c->seen, key, c))
		return 0;
	return refuse(c->w->answer, 500, "",
		      STR_CAT(c->w->arena, STR("duplicate nodePort: {"), key, STR("}")));
}

static int claim_health_port(const struct node_ports *others, struct write *w)
{
	int64_t number = node_int_at(w->object, "spec.healthCheckNodePort", 0);

	if (!number || (w->old && node_int_at(w->old->root, "spec.healthCheckNodePort", 0)) ||
	    !node_ports_has(others, number))
		return 0;
	return refuse(w->answer, 500, "InternalError",
		      str_printf(w->arena,
				 "Internal error occurred: failed to allocate requested "
				 "HealthCheck NodePort %lld: provided port is already allocated",
				 (long long)number));
}

static int claim_address(struct admission *a, struct write *w)
{
	const struct node *value = node_at(w->object, "spec.clusterIP");
	struct str ip = node_text(value);
	bool had = w->old && node_str_at(w->old->root, "spec.clusterIP").len;

	if (!ip.len || had || str_equal(ip, STR("None")))
		return 0;
	a->addresses_are_chosen |= !str_equal(ip, STR("10.96.0.1")); /* of default/kubernetes */
	if (!is_address_taken(a, &w->key, ip))
		return 0;
	struct str why =
		str_printf(w->arena, "failed to allocate IP %.*s: provided IP is already allocated",
			   STR_FMT(ip));
	return refuse_field(w, FIELD(FIELD(NULL, "spec"), "clusterIPs"),
			    node_list_append(w->arena, NULL, value), str_cstr(w->arena, why));
}

static bool names_node_port(const struct node *service)
{
	const struct node *ports = node_at(service, "spec.ports");
	bool names = node_int_at(service, "spec.healthCheckNodePort", 0) != 0;

	for (uint32_t i = 0; !names && i < node_item_count(ports); i++)
		names = node_int_at(node_item(ports, i), "nodePort", 0) != 0;
	return names;
}

int admission_claim_service(struct admission *a, struct write *w)
{
	const struct node *ports = node_at(w->object, "spec.ports");
	struct str old_type = w->old ? node_str_at(w->old->root, "spec.type") : STR_NONE;
	bool had_ports =
		str_equal(old_type, STR("NodePort")) || str_equal(old_type, STR("LoadBalancer"));

	if (claim_address(a, w) < 0)
		return -1;
	struct claims *c = arena_one(w->arena, struct claims);
	c->w = w;
	map_init(&c->seen, w->arena);
	if (names_node_port(w->object))
		node_ports_taken(a, &w->key, &c->others);
	if (w->old)
		node_ports_add(&c->before, w->old->root);
	for (uint32_t i = 0; i < node_item_count(ports); i++)
		if ((had_ports && refuse_duplicate(c, node_item(ports, i)) < 0) ||
		    claim_node_port(c, node_item(ports, i), i) < 0)
			return -1;
	return claim_health_port(&c->others, w);
}
