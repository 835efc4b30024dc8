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
struct key flux_sync_key(const struct node *object)
{
	struct str target = node_str_at(object, "spec.targetNamespace");
	struct str namespace = target.len ? target : object_namespace(object);
	struct str name = node_str_at(flux_sync(object), "name");

	return (struct key){ namespace, name.len ? name : namespace };
}

const struct node *flux_sync_kustomization(struct arena *arena, const struct node *object)
{
	const struct node *sync = flux_sync(object);
	struct key key = flux_sync_key(object);

	return node_make(arena,
			 "{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, "
			 "metadata: {name: %s, namespace: %s}, spec: {interval: 10m, path: %n, "
			 "prune: true, sourceRef: {kind: %n, name: %s}}}",
			 key.name, key.namespace, node_get_lit(sync, "path"),
			 node_get_lit(sync, "kind"), key.name);
}
