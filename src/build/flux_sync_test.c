/* flux_sync_test - the Kustomization that the Flux operator makes of an instance */
#include "build/flux_sync.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/make.h"

static void an_instance_names_its_root(void)
{
	static const struct {
		const char *object, *want;
	} rows[] = {
		{ "{apiVersion: fluxcd.controlplane.io/v1, kind: FluxInstance, metadata: {name: "
		  "flux, namespace: flux-system}, spec: {sync: {kind: GitRepository, path: "
		  "clusters/x}}}",
		  "flux-system/flux-system clusters/x GitRepository/flux-system" },
		{ "{apiVersion: fluxcd.controlplane.io/v1, kind: FluxInstance, metadata: {name: "
		  "flux, namespace: flux-system}, spec: {sync: {kind: Bucket, path: x, name: "
		  "fleet}}}",
		  "flux-system/fleet x Bucket/fleet" },
		{ "{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: "
		  "flux, namespace: a}, spec: {targetNamespace: b, values: {instance: {sync: "
		  "{kind: OCIRepository, path: x}}}}}",
		  "b/b x OCIRepository/b" },
		{ "{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: a}, "
		  "spec: {values: {sync: {kind: OCIRepository, path: x}}}}",
		  NULL },
		{ "{apiVersion: fluxcd.controlplane.io/v1, kind: FluxInstance, metadata: {name: "
		  "flux}, spec: {sync: [a]}}",
		  NULL },
		{ "{apiVersion: fluxcd.controlplane.io/v1, kind: FluxInstance, metadata: {name: "
		  "flux}, spec: {sync: {kind: GitRepository}}}",
		  NULL },
		{ "{apiVersion: v1, kind: FluxInstance, spec: {sync: {kind: a, path: b}}}", NULL },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].object); i++) {
		SCRATCH(arena);
		const struct node *object = node_make(arena, rows[i].object);
		CHECK_INT(flux_sync(object) != NULL, rows[i].want != NULL);
		if (!rows[i].want)
			continue;
		const struct node *k = flux_sync_kustomization(arena, object);
		CHECK_STR(STR_CAT(arena, object_namespace(k), STR("/"), object_name(k), STR(" "),
				  node_str_at(k, "spec.path"), STR(" "),
				  node_str_at(k, "spec.sourceRef.kind"), STR("/"),
				  node_str_at(k, "spec.sourceRef.name")),
			  str_from_cstr(rows[i].want));
	}
}

TESTS({ "an instance names its root", an_instance_names_its_root })
