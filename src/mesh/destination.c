/* destination - where a route sends to: a Service, one of its ports, a subset of its pods */
#include "base/arena.h"
#include "base/num.h"
#include "kube/service_host.h"
#include "mesh/inside.h"

static const struct str service_kind = STR_INIT("Service");
static const struct reply no_cluster = { 503, "NC" };
static const struct reply no_healthy_host = { 503, "UH" };
static const struct reply no_connection = { 503, "UF" };

/* Ports */

/* The item of spec.ports that a number or a name means; without one the first for HTTP. */
static const struct node *port_of(const struct node *ports, const struct node *wanted)
{
	int64_t number = 0;

	for (uint32_t i = 0; i < node_item_count(ports); i++) {
		const struct node *port = node_item(ports, i);
		if (node_int64(wanted, &number)
			    ? node_int_at(port, "port", 0) == number
			    : str_equal(node_str_at(port, "name"), node_text(wanted)))
			return port;
	}
	for (uint32_t i = 0; !wanted && i < node_item_count(ports); i++)
		if (str_starts(node_str_at(node_item(ports, i), "name"), STR("http")))
			return node_item(ports, i);
	return wanted ? NULL : node_item(ports, 0);
}

/* What the containers of a pod say of their ports. */
struct listening {
	const struct node *target; /* a number or a name */
	int64_t number;		   /* of the target, once it is known; 0: no such name */
	bool is_open;		   /* some container listens there */
};

static void look_at(struct listening *l, const struct node *containers)
{
	for (uint32_t i = 0; i < node_item_count(containers); i++) {
		const struct node *ports = node_get(node_item(containers, i), STR("ports"));
		l->is_open |= !node_item_count(ports) && l->number;
		for (uint32_t p = 0; p < node_item_count(ports); p++) {
			const struct node *port = node_item(ports, p);
			int64_t number = node_int_at(port, "containerPort", 0);
			bool named = !l->number &&
				     str_equal(node_str_at(port, "name"), node_text(l->target));
			if (named)
				l->number = number;
			l->is_open |= number == l->number;
		}
	}
}

/* A container that declares ports listens on these and no others; one that declares none answers
 * on every port. */
static struct listening listening_of(const struct object *pod, const struct node *service_port)
{
	const struct node *target = node_get(service_port, STR("targetPort"));
	struct listening l = { .target = target ? target : node_get(service_port, STR("port")) };

	node_int64(l.target, &l.number);
	look_at(&l, node_at(pod->root, "spec.containers"));
	look_at(&l, node_at(pod->root, "spec.initContainers"));
	return l;
}

/* Lanes */

/* A port that the first revision sends to is one on which the pods listen, for it runs. */
static bool is_assumed_open(const struct search *s, struct key service, const struct listening *l)
{
	struct str text = node_text(l->target);
	struct key port = { service.namespace, str_printf(s->mesh->resolved, "%.*s port %.*s",
							  STR_FMT(service.name), STR_FMT(text)) };

	return l->number && mesh_assumes(s->mesh, STR("targetPort of Service"), port);
}

static struct refusal refusal_of(const struct search *s, const struct cluster *cluster,
				 const struct target *target, const struct node *service_port)
{
	struct listening l = listening_of(target->pod, service_port);
	struct key service = cluster->service;

	if (l.is_open || is_assumed_open(s, service, &l))
		return mesh_policies_refuse(s, service, target, l.number);
	return mesh_refuse(
		s->mesh, l.number ? no_connection : no_healthy_host, service_kind, service,
		"Service/%.*s/%.*s sends to port %.*s, on which no container of its "
		"pods listens",
		STR_FMT(service.namespace), STR_FMT(service.name), STR_FMT(node_text(l.target)));
}

static void add_lanes(const struct search *s, struct upstream *u, const struct node *service_port)
{
	const struct cluster *cluster = u->cluster;

	u->lanes = arena_array(s->mesh->resolved, struct lane, cluster->targets.count);
	for (uint32_t i = 0; i < cluster->targets.count; i++) {
		const struct target *target = &cluster->targets.items[i];
		u->lanes[i] = (struct lane){ .cluster = cluster, .target = target };
		if (service_port)
			u->lanes[i].refusal = refusal_of(s, cluster, target, service_port);
	}
}

/* Services */

static struct refusal missing_service(const struct search *s, struct key service, struct str owner)
{
	return mesh_refuse(s->mesh, no_cluster, service_kind, service,
			   "%.*s%ssends to %.*s.%.*s; Service/%.*s/%.*s is missing", STR_FMT(owner),
			   owner.len ? " " : "the host ", STR_FMT(service.name),
			   STR_FMT(service.namespace), STR_FMT(service.namespace),
			   STR_FMT(service.name));
}

static struct refusal missing_port(const struct search *s, struct key service,
				   const struct node *port, struct str owner)
{
	return mesh_refuse(s->mesh, no_cluster, service_kind, service,
			   "%.*s sends to port %.*s, which Service/%.*s/%.*s does not have",
			   STR_FMT(owner), STR_FMT(node_text(port)), STR_FMT(service.namespace),
			   STR_FMT(service.name));
}

static struct refusal no_pod(const struct search *s, struct key service, struct str subset)
{
	bool whole = !subset.len;

	return mesh_refuse(s->mesh, no_healthy_host, service_kind, service,
			   "%s%.*s%sService/%.*s/%.*s selects no pod that is ready",
			   whole ? "" : "subset ", STR_FMT(subset), whole ? "" : " of ",
			   STR_FMT(service.namespace), STR_FMT(service.name));
}

static struct upstream upstream_to(const struct search *s, const struct cluster *cluster,
				   const struct node *port, struct str subset, struct str owner)
{
	const struct object *o = cache_get(s->mesh->options.cache, KIND_SERVICE, cluster->service);
	const struct node *service_port = o ? port_of(node_at(o->root, "spec.ports"), port) : NULL;
	struct upstream u = { .cluster = cluster, .weight = 1 };

	if (!o && mesh_assumes(s->mesh, service_kind, cluster->service))
		u.refusal = mesh_refuse(s->mesh, (struct reply){ 200, "-" }, service_kind,
					cluster->service, "assumed");
	else if (!o)
		u.refusal = missing_service(s, cluster->service, owner);
	else if (port && !service_port)
		u.refusal = missing_port(s, cluster->service, port, owner);
	else if (!cluster->exists)
		u.refusal =
			mesh_refuse(s->mesh, no_cluster, service_kind, cluster->service,
				    "%.*s sends to subset %.*s of %.*s.%.*s, which no "
				    "DestinationRule has",
				    STR_FMT(owner), STR_FMT(subset), STR_FMT(cluster->service.name),
				    STR_FMT(cluster->service.namespace));
	else if (!cluster->endpoints)
		u.refusal = no_pod(s, cluster->service, subset);
	else
		add_lanes(s, &u, service_port);
	return u;
}

struct upstream mesh_service(const struct search *s, struct key service, const struct node *port,
			     struct str owner)
{
	const struct cluster *cluster = mesh_cluster(s->mesh, service, STR_NONE, NULL);

	return upstream_to(s, cluster, port, STR_NONE, owner);
}

/* Destinations of VirtualServices */

static const struct node *subset_labels(const struct search *s, struct key service,
					struct str subset)
{
	SCRATCH(scratch);
	struct objects rules =
		cache_list(s->mesh->options.cache, scratch, KIND_DESTINATIONRULE, STR_NONE);

	for (uint32_t i = 0; i < rules.count; i++) {
		const struct object *rule = rules.items[i];
		struct str host = node_str_at(rule->root, "spec.host");
		const struct node *subsets = node_at(rule->root, "spec.subsets");
		if (!key_equal(service_host_key(host, rule->key.namespace), service))
			continue;
		for (uint32_t k = 0; k < node_item_count(subsets); k++)
			if (str_equal(node_str_at(node_item(subsets, k), "name"), subset))
				return node_get(node_item(subsets, k), STR("labels"));
	}
	return NULL;
}

/* A host outside of the cluster that a ServiceEntry makes known. */
static bool is_entry(const struct search *s, struct str host)
{
	SCRATCH(scratch);
	struct objects all =
		cache_list(s->mesh->options.cache, scratch, KIND_SERVICEENTRY, STR_NONE);

	for (uint32_t i = 0; i < all.count; i++) {
		const struct node *hosts = node_at(all.items[i]->root, "spec.hosts");
		for (uint32_t k = 0; k < node_item_count(hosts); k++)
			if (str_equal(node_text(node_item(hosts, k)), host))
				return true;
	}
	return false;
}

struct upstream mesh_destination(const struct search *s, const struct node *destination,
				 struct str namespace, struct str owner)
{
	struct str host = node_str_at(destination, "host");
	struct key service = service_host_key(host, namespace);
	struct str subset = node_str_at(destination, "subset");
	const struct node *port = node_at(destination, "port.number");
	const struct node *labels = subset.len ? subset_labels(s, service, subset) : NULL;
	const struct cluster *cluster = mesh_cluster(s->mesh, service, subset, labels);

	if (is_entry(s, host))
		return (struct upstream){ .cluster = cluster,
					  .weight = 1,
					  .refusal =
						  mesh_refuse(s->mesh, (struct reply){ 200, "-" },
							      STR_NONE, service, "outside") };
	if (service.name.len)
		return upstream_to(s, cluster, port, subset, owner);
	return (struct upstream){ .cluster = cluster,
				  .weight = 1,
				  .refusal = mesh_refuse(s->mesh, no_cluster, STR_NONE, service,
							 "%.*s sends to %.*s, which is no Service "
							 "and no ServiceEntry",
							 STR_FMT(owner), STR_FMT(host)) };
}
