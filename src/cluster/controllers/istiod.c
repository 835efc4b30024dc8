/* istiod - the ConfigMap with the mesh's root certificate, in every namespace that is not the
 * cluster's own (Istio: pilot/pkg/bootstrap namespacecontroller) */
#include "cluster/controllers/controllers.h"
#include "doc/make.h"

#define NAME "istio-ca-root-cert"

static bool is_left_out(struct str namespace)
{
	static const struct str names[] = { STR_INIT("kube-system"), STR_INIT("kube-public"),
					    STR_INIT("kube-node-lease"),
					    STR_INIT("local-path-storage") };

	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		if (str_equal(names[i], namespace))
			return true;
	return false;
}

static int reconcile(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	const struct object *namespace = view_get(view, KIND_NAMESPACE, key);

	(void)err;
	if (!namespace || namespace->facts.deletion_s || is_left_out(key.name) ||
	    view_get(view, KIND_CONFIGMAP, (struct key){ key.name, STR(NAME) }))
		return 0;
	plan_create(
		plan,
		node_make(plan->arena,
			  "{apiVersion: v1, kind: ConfigMap, metadata: {name: %c, namespace: "
			  "%s, labels: {istio.io/config: \"true\"}}, data: {root-cert.pem: %c}}",
			  NAME, key.name, "the root certificate of the embedded mesh\n"));
	return 0;
}

/* A deleted ConfigMap is created again. */
static void map_config(const struct view *view, const struct object *before,
		       const struct object *after, struct keys *keys)
{
	(void)view;
	if (!after && str_equal(before->key.name, STR(NAME)))
		keys_add(keys, (struct key){ STR(""), before->key.namespace });
}

static const struct reconciler_watch watches[] = {
	{ KIND_NAMESPACE, map_self },
	{ KIND_CONFIGMAP, map_config },
	{},
};

const struct reconciler istiod_reconciler = {
	.name = "istiod",
	.manager = "pilot-discovery",
	.reconcile = reconcile,
	.watches = watches,
};
