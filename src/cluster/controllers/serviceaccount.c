/* serviceaccount - the default account and the root certificate of each namespace */
#include "cluster/controllers/controllers.h"
#include "doc/make.h"

static const struct {
	kind_id kind;
	const char *name;
	const char *literal;
} wanted[] = {
	{ KIND_SERVICEACCOUNT, "default",
	  "{apiVersion: v1, kind: ServiceAccount, metadata: {name: default, namespace: %s}}" },
	{ KIND_CONFIGMAP, "kube-root-ca.crt",
	  "{apiVersion: v1, kind: ConfigMap, metadata: {name: kube-root-ca.crt, namespace: %s}, "
	  "data: {ca.crt: forge}}" },
};

static int reconcile(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	const struct object *namespace = view_get(view, KIND_NAMESPACE, key);

	(void)err;
	if (!namespace || namespace->facts.deletion_s)
		return 0;
	for (size_t i = 0; i < ARRAY_COUNT(wanted); i++) {
		struct key own = { key.name, str_from_cstr(wanted[i].name) };
		if (!view_get(view, wanted[i].kind, own))
			plan_create(plan, node_make(plan->arena, wanted[i].literal, key.name));
	}
	return 0;
}

/* A deleted default account or root certificate is created again. */
static void map_namespace(const struct view *view, const struct object *before,
			  const struct object *after, struct keys *keys)
{
	(void)view;
	if (!after)
		keys_add(keys, (struct key){ STR(""), before->key.namespace });
}

static const struct reconciler_watch watches[] = {
	{ KIND_NAMESPACE, map_self },
	{ KIND_SERVICEACCOUNT, map_namespace },
	{ KIND_CONFIGMAP, map_namespace },
	{},
};

const struct reconciler serviceaccount_reconciler = {
	.name = "service-account-controller",
	.manager = "kube-controller-manager",
	.reconcile = reconcile,
	.watches = watches,
};
