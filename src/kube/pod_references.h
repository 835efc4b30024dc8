/*
 * pod_references - the ConfigMaps and Secrets that a pod names, and what it wants of them
 *
 * Layer: kube. In the order in which a kubelet needs them: volumes, then the environment of init
 * containers and containers. Source: Kubernetes, pkg/kubelet/kubelet_pods.go
 * (makeEnvironmentVariables) and pkg/volume/{configmap,secret,projected}.
 */
#ifndef FORGE_KUBE_POD_REFERENCES_H
#define FORGE_KUBE_POD_REFERENCES_H

#include "base/vec.h"
#include "doc/tree.h"

enum pod_reference_place {
	POD_REFERENCE_VOLUME,
	POD_REFERENCE_INIT_CONTAINER,
	POD_REFERENCE_CONTAINER
};

struct pod_reference {
	enum pod_reference_place place;
	struct str holder; /* name of the volume or container */
	bool is_secret;	   /* else a ConfigMap */
	struct str name;
	struct str key; /* that it must have; absent: the object is enough */
	bool is_optional;
};

struct pod_references {
	VEC(struct pod_reference) items;
};

/* Of a PodSpec, of any type. Texts are borrowed; the list is in the arena. */
struct pod_references pod_references(struct arena *arena, const struct node *pod_spec);

/* Whether a ConfigMap or Secret has the key; one that others make, annotated forge.dev/keys: any,
 * may have any. */
bool pod_reference_has_key(const struct node *object, struct str key);

#endif
