/* endpoints_common - what EndpointSlices and Endpoints of a Service have in common */
#include "base/arena.h"
#include "base/vec.h"
#include "cluster/controllers/endpoints.h"
#include "doc/make.h"
#include "kube/labels.h"

bool endpoints_is_headless(const struct object *service)
{
	return str_equal(node_str_at(service->root, "spec.clusterIP"), STR("None"));
}

struct str endpoints_hostname(const struct object *service, const struct object *pod)
{
	bool named = str_equal(node_str_at(pod->root, "spec.subdomain"), service->key.name);
	struct str hostname = node_str_at(pod->root, "spec.hostname");

	return named && hostname.len ? hostname : STR_NONE;
}

/* Labels that the Service selects by; NULL: it selects nothing. */
static const struct node *selector_of(const struct object *service)
{
	const struct node *spec = node_get(service->root, STR("spec"));
	const struct node *selector = node_get(spec, STR("selector"));

	if (!node_entry_count(selector) ||
	    str_equal(node_text(node_get(spec, STR("type"))), STR("ExternalName")))
		return NULL;
	return selector;
}

bool endpoints_has_selector(const struct object *service)
{
	return selector_of(service) != NULL;
}

struct endpoint_set endpoints_of(const struct view *view, const struct object *service)
{
	struct objects pods = view_list(view, KIND_POD, service->key.namespace);
	const struct node *selector = selector_of(service);
	bool publish = node_bool_at(service->root, "spec.publishNotReadyAddresses", false);
	struct endpoint_set set = { arena_array(view->arena, struct endpoint, pods.count), 0 };

	for (uint32_t i = 0; i < pods.count; i++) {
		const struct object *pod = pods.items[i];
		const struct facts *f = &pod->facts;
		if (!f->ip.len || f->phase == PHASE_SUCCEEDED || f->phase == PHASE_FAILED ||
		    !labels_match_map(selector, f->labels))
			continue;
		bool terminating = f->deletion_s != 0;
		set.items[set.count++] = (struct endpoint){
			.pod = pod,
			.serving = f->ready,
			.terminating = terminating,
			.ready = publish || (f->ready && !terminating),
		};
	}
	return set;
}

/* The number of a named port of the pod's containers, or -1. */
static int64_t named_port(const struct object *pod, struct str name, struct str protocol)
{
	const struct node *containers = node_at(pod->root, "spec.containers");

	for (uint32_t c = 0; c < node_item_count(containers); c++) {
		const struct node *ports = node_get(node_item(containers, c), STR("ports"));
		for (uint32_t i = 0; i < node_item_count(ports); i++) {
			const struct node *p = node_item(ports, i);
			struct str own = node_str_at(p, "protocol");
			if (str_equal(node_str_at(p, "name"), name) &&
			    str_equal(own.len ? own : STR("TCP"), protocol))
				return node_int_at(p, "containerPort", -1);
		}
	}
	return -1;
}

const struct node *endpoints_ports(struct arena *arena, const struct object *service,
				   const struct object *pod)
{
	const struct node *ports = node_at(service->root, "spec.ports");
	VEC(const struct node *) list = {};

	for (uint32_t i = 0; i < node_item_count(ports); i++) {
		const struct node *p = node_item(ports, i);
		const struct node *target = node_get(p, STR("targetPort"));
		struct str protocol = node_str_at(p, "protocol");
		int64_t number = 0;
		if (!node_int64(target ? target : node_get(p, STR("port")), &number))
			number = named_port(pod, node_text(target), protocol);
		if (number < 0)
			continue;
		VEC_PUSH(arena, &list,
			 node_make(arena, "{name: %s, port: %l, protocol: %s, appProtocol: %?n}",
				   node_str_at(p, "name"), number, protocol,
				   node_get(p, STR("appProtocol"))));
	}
	return list.count ? node_list_of(arena, list.items, list.count) : NULL;
}

static void add_selecting(const struct view *view, const struct object *pod, struct keys *keys)
{
	struct objects services = view_list(view, KIND_SERVICE, pod->key.namespace);

	for (uint32_t i = 0; i < services.count; i++)
		if (labels_match_map(selector_of(services.items[i]), pod->facts.labels))
			keys_add(keys, services.items[i]->key);
}

static bool same_labels(const struct object *a, const struct object *b)
{
	return a->facts.labels_hash == b->facts.labels_hash;
}

/* A pod without an address is no endpoint of any Service. */
static bool has_address(const struct object *pod)
{
	return pod && pod->facts.ip.len;
}

static bool is_news(const struct object *before, const struct object *after)
{
	const struct facts *x = &before->facts, *y = &after->facts;

	return x->ready != y->ready || x->phase != y->phase || x->deletion_s != y->deletion_s ||
	       !str_equal(x->ip, y->ip) || !str_equal(x->node_name, y->node_name) ||
	       !same_labels(before, after);
}

void endpoints_map_pod(const struct view *view, const struct object *before,
		       const struct object *after, struct keys *keys)
{
	if (!has_address(before) && !has_address(after))
		return;
	if (before && after && !is_news(before, after))
		return;
	if (after)
		add_selecting(view, after, keys);
	if (before && (!after || !same_labels(before, after)))
		add_selecting(view, before, keys);
}
