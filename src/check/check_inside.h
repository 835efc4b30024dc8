/*
 * check_inside - the objects of a composition, indexed once for all rules
 *
 * Layer: check. Private: its folder.
 */
#ifndef FORGE_CHECK_CHECK_INSIDE_H
#define FORGE_CHECK_CHECK_INSIDE_H

#include "base/map.h"
#include "base/vec.h"
#include "check/check.h"
#include "kube/object.h"
#include "kube/schema/schemas.h"

struct check_object {
	const struct node *root;
	struct gvk gvk;
	const struct kind *kind; /* NULL: no schema */
	struct key key;		 /* without a namespace: that of `default`, if it has one */
	struct str label;	 /* Deployment/prod/api */
	struct str part;	 /* of the Flux Kustomization that brings it */
};

/* Pods, as a workload makes them. */
struct check_pods {
	const struct check_object *owner;
	const struct node *labels;
	const struct node *spec;
	bool is_primary; /* a Canary's copy of them: the same but for a label */
};

/* A Service, or one that a Canary makes. */
struct check_service {
	const struct check_object *owner; /* the Service or the Canary */
	struct key key;
	const struct node *ports;    /* NULL of a Canary */
	int64_t port;		     /* of a Canary, 0 otherwise */
	const struct node *selector; /* a plain map; NULL of a Canary */
};

/* A ConfigMap or Secret, or what makes one. */
struct check_data {
	const struct check_object *owner; /* NULL: the cluster's own */
	struct map keys;
	bool any_key; /* its keys are known only later */
};

struct check {
	const struct composition *composition;
	struct arena *arena;
	struct arena *scratch; /* of the object that is checked */
	struct schemas *schemas;
	struct findings *findings;
	VEC(struct check_object) objects;
	VEC(struct check_pods) pods;
	VEC(struct check_service) services;
	struct map by_id;	   /* "group/Kind/namespace/name" → struct check_object */
	struct map by_service;	   /* "namespace/name" → struct check_service */
	struct map by_data;	   /* "Secret/namespace/name" → struct check_data */
	struct map by_host;	   /* of ServiceEntries → struct check_object */
	VEC(struct str) wildcards; /* ".example.com" of their hosts */
	struct map rules_of;	   /* host → struct check_object_list of its DestinationRules */
	struct map pods_of;	   /* namespace → struct check_pods_list */
	struct map pods_with;	   /* "namespace/key=value" → struct check_pods_list */
	struct map namespaces;	   /* of Namespace objects: held as a whole */
	struct map filled;	   /* namespaces that a HelmRelease fills with more */
	struct map made;	   /* sources that other objects make: "Kind/namespace/name" */
	struct map unseen;	   /* kinds without schema that were told */
};

struct check_object_list {
	VEC(const struct check_object *) items;
};

struct check_pods_list {
	VEC(const struct check_pods *) items;
};

void check_index(struct check *c, const struct composition *composition, struct findings *findings);

/* NULL: not there. */
const struct check_object *check_find(const struct check *c, const char *group, const char *kind,
				      struct key key);
/* Whether another object makes this source: the artifact of an ArtifactGenerator, or what the Flux
 * operator makes of an instance. */
bool check_is_made(const struct check *c, const char *kind, struct key key);
const struct check_service *check_find_service(const struct check *c, struct key key);

/* Whether a Service has that port: a scalar with its number or name. One without a list has any. */
bool check_has_port(const struct check_service *service, const struct node *port);

/* The first pods of a namespace whose labels match a plain map, or a LabelSelector; NULL: none. */
const struct check_pods *check_match_map(const struct check *c, struct str namespace,
					 const struct node *map);
const struct check_pods *check_match_selector(const struct check *c, struct str namespace,
					      const struct node *selector);
const struct check_pods_list *check_pods_of(const struct check *c, struct str namespace);
/* Those that may have all labels of a plain map: they have the first. */
const struct check_pods_list *check_pods_near(const struct check *c, struct str namespace,
					      const struct node *map);

/* Whether all that is in the namespace is in the composition. */
bool check_holds_namespace(const struct check *c, struct str namespace);

/* A finding about a missing object: a warning where it may come from outside of the composition. */
void check_missing(struct check *c, enum check_rule rule, const struct node *at,
		   struct str namespace, const char *format, ...) PRINTF_LIKE(5, 6);
/* The hint "did you mean …?" from the names of that kind in the namespace. */
void check_suggest(struct check *c, const char *group, const char *kind, struct key key);

/* The keys of a ConfigMap or Secret; NULL: no object or generator makes it. */
void check_index_data(struct check *c);
const struct check_data *check_find_data(const struct check *c, const char *kind, struct key key);
void check_suggest_data(struct check *c, const char *kind, struct key key);

void check_index_mesh(struct check *c);

/* Groups of rules. check_version returns whether the API version was removed: then the object has
 * no schema to check. */
bool check_version(struct check *c, const struct check_object *o);
void check_schema(struct check *c, const struct check_object *o);
void check_workload_references(struct check *c, const struct check_object *o);
void check_pod_references(struct check *c, const struct check_pods *pods);
void check_mesh(struct check *c, const struct check_object *o);
void check_flux(struct check *c, const struct check_object *o);
void check_flux_whole(struct check *c); /* cycles, what did not build */

#endif
