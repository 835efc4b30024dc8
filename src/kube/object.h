/*
 * object - identity and metadata of a document that is a Kubernetes resource
 *
 * Layer: kube. All getters borrow from the document and accept NULL. An empty namespace of a
 * namespaced object means "default" only where a caller says so.
 */
#ifndef FORGE_KUBE_OBJECT_H
#define FORGE_KUBE_OBJECT_H

#include "doc/tree.h"

struct gvk {
	struct str group; /* empty for the core group */
	struct str version;
	struct str kind;
};

/* Namespace and name: what a reconciler is called with. Cluster-scoped objects have no namespace.
 */
struct key {
	struct str namespace;
	struct str name;
};

struct gvk object_gvk(const struct node *object); /* from apiVersion and kind */
struct str object_kind(const struct node *object);
struct str object_api_version(const struct node *object);
struct str object_name(const struct node *object);
struct str object_namespace(const struct node *object);
struct str object_uid(const struct node *object);
struct key object_key(const struct node *object);
const struct node *object_labels(const struct node *object);	  /* map or NULL */
const struct node *object_annotations(const struct node *object); /* map or NULL */
struct str object_label(const struct node *object, struct str name);
struct str object_annotation(const struct node *object, struct str name);

/* The object with the annotation set. */
const struct node *object_with_annotation(struct arena *arena, const struct node *object,
					  struct str name, struct str value);
bool object_is_deleting(const struct node *object); /* has a deletionTimestamp */

/* Splits "apps/v1" into group and version. */
struct gvk gvk_parse(struct str api_version, struct str kind);
struct str gvk_api_version(struct arena *arena, struct gvk gvk);

bool key_equal(struct key a, struct key b);
int key_compare(struct key a, struct key b); /* namespace, then name */

/* "Deployment/prod/api", "Namespace/prod": how reports name an object. */
struct str object_label_text(struct arena *arena, const struct node *object);

/* An ownerReference to the owner: {apiVersion, kind, name, uid, controller, blockOwnerDeletion}. */
const struct node *object_owner_reference(struct arena *arena, const struct node *owner,
					  bool controller);
/* The reference with controller: true, or NULL. */
const struct node *object_controller(const struct node *object);

/* The object with one reference more, or without those to the owner of that uid. */
const struct node *object_with_owner(struct arena *arena, const struct node *object,
				     const struct node *reference);
const struct node *object_without_owner(struct arena *arena, const struct node *object,
					struct str uid);

bool object_has_finalizer(const struct node *object, struct str name);
/* The object itself when nothing changes. The last one takes the list with it. */
/* What keeps a CustomResourceDefinition until its objects are gone. */
#define OBJECT_CRD_FINALIZER "customresourcecleanup.apiextensions.k8s.io"

const struct node *object_with_finalizer(struct arena *arena, const struct node *object,
					 struct str name);
const struct node *object_without_finalizer(struct arena *arena, const struct node *object,
					    struct str name);
/* metadata.finalizers as a list for a merge patch; empty when there are none. */
const struct node *object_finalizers(const struct node *object);

#endif
