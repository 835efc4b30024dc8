/* flux_sync - the root of a cluster as the Flux operator makes it */
#include "build/flux_sync.h"

#include "doc/make.h"

static bool is_of(const struct node *object, struct str kind, struct str group)
{
	return str_equal(object_kind(object), kind) && str_equal(object_gvk(object).group, group);
}

const struct node *flux_sync(const struct node *object)
{
	const struct node *sync = NULL;

	if (is_of(object, STR("FluxInstance"), STR("fluxcd.controlplane.io")))
		sync = node_at(object, "spec.sync");
	else if (is_of(object, STR("HelmRelease"), STR("helm.toolkit.fluxcd.io")))
		sync = node_at(object, "spec.values.instance.sync");
	return node_str_at(sync, "path").len && node_str_at(sync, "kind").len ? sync : NULL;
}

/* The release of the chart may go to another namespace. */
static const struct node *namespace_node(const struct node *object)
{
	bool is_moved = node_str_at(object, "spec.targetNamespace").len;

	return is_moved ? node_at(object, "spec.targetNamespace")
			: node_at(object, "metadata.namespace");
}

static const struct node *name_node(const struct node *object)
{
	const struct node *name = node_get_lit(flux_sync(object), "name");

	return node_text(name).len ? name : namespace_node(object);
}

struct key flux_sync_key(const struct node *object)
{
	return (struct key){ node_text(namespace_node(object)), node_text(name_node(object)) };
}

const struct node *flux_sync_kustomization(struct arena *arena, const struct node *object)
{
	const struct node *sync = flux_sync(object);

	return node_make(arena,
			 "{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, "
			 "metadata: {name: %?n, namespace: %?n}, spec: {interval: 10m, path: %n, "
			 "prune: true, sourceRef: {kind: %n, name: %?n}}}",
			 name_node(object), namespace_node(object), node_get_lit(sync, "path"),
			 node_get_lit(sync, "kind"), name_node(object));
}
