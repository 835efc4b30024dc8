/* admit_pod - service account, priority, tolerations and first status of a pod */
#include "base/arena.h"
#include "base/timestamp.h"
#include "cluster/server/admission_kinds.h"
#include "cluster/server/refusal.h"
#include "doc/make.h"

struct str admission_now(const struct admission *a, struct arena *arena)
{
	return timestamp_format(arena, world_now_ms(a->world) / 1000);
}

#define TOKEN_PATH "/var/run/secrets/kubernetes.io/serviceaccount"

static bool mounts_token_already(const struct node *container)
{
	const struct node *mounts = node_get(container, STR("volumeMounts"));

	for (uint32_t i = 0; i < node_item_count(mounts); i++)
		if (str_equal(node_str_at(node_item(mounts, i), "mountPath"), STR(TOKEN_PATH)))
			return true;
	return false;
}

/* Mounts the token in all containers of one list that have nothing at its path. */
static const struct node *mount_token(struct arena *arena, const struct node *spec, struct str name,
				      struct str volume)
{
	const struct node *list = node_get(spec, name), *mounted = list;

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *container = node_item(list, i);
		if (mounts_token_already(container))
			continue;
		const struct node *mount = node_make(
			arena, "{name: %s, readOnly: true, mountPath: %c}", volume, TOKEN_PATH);
		const struct node *mounts =
			node_list_append(arena, node_get(container, STR("volumeMounts")), mount);
		container = node_with(arena, container, STR("volumeMounts"), mounts);
		mounted = node_list_put(arena, list, mounted, i, container);
	}
	return list ? node_with(arena, spec, name, mounted) : spec;
}

static const struct node *add_token(struct admission *a, struct arena *arena,
				    const struct node *spec)
{
	struct str volume =
		str_concat(arena, STR("kube-api-access-"), store_suffix(a->store, arena));
	const struct node *token = node_make(
		arena,
		"{name: %s, projected: {defaultMode: 420, sources: ["
		"{serviceAccountToken: {expirationSeconds: 3607, path: token}}, "
		"{configMap: {name: kube-root-ca.crt, items: [{key: ca.crt, path: ca.crt}]}}, "
		"{downwardAPI: {items: [{path: namespace, "
		"fieldRef: {apiVersion: v1, fieldPath: metadata.namespace}}]}}]}}",
		volume);

	spec = node_with(arena, spec, STR("volumes"),
			 node_list_append(arena, node_get(spec, STR("volumes")), token));
	spec = mount_token(arena, spec, STR("initContainers"), volume);
	return mount_token(arena, spec, STR("containers"), volume);
}

/* The account must exist; its token is mounted unless the pod or the account says no. */
static int admit_account(struct admission *a, struct write *w, const struct node **spec)
{
	struct str name = node_str_at(*spec, "serviceAccountName");

	if (!name.len)
		name = node_str_at(*spec, "serviceAccount");
	if (!name.len)
		name = STR("default");
	const struct node *text = node_str(w->arena, name);
	*spec = node_with(w->arena, *spec, STR("serviceAccountName"), text);
	*spec = node_with(w->arena, *spec, STR("serviceAccount"), text);
	const struct object *account = cache_get(store_cache(a->store), KIND_SERVICEACCOUNT,
						 (struct key){ w->key.namespace, name });
	if (!account)
		return refuse_forbidden(
			w->arena, w->answer, w->kind, w->key.name,
			str_printf(w->arena,
				   "error looking up service account %.*s/%.*s: serviceaccount "
				   "\"%.*s\" not found",
				   STR_FMT(w->key.namespace), STR_FMT(name), STR_FMT(name)));
	bool wanted = node_bool_at(account->root, "automountServiceAccountToken", true);
	if (node_bool_at(*spec, "automountServiceAccountToken", wanted))
		*spec = add_token(a, w->arena, *spec);
	return 0;
}

static int admit_priority(struct admission *a, struct write *w, const struct node **spec)
{
	struct str name = node_str_at(*spec, "priorityClassName");
	const struct object *class = NULL;

	if (name.len)
		class = cache_get(store_cache(a->store), KIND_PRIORITYCLASS,
				  (struct key){ STR(""), name });
	if (name.len && !class)
		return refuse_forbidden(w->arena, w->answer, w->kind, w->key.name,
					str_printf(w->arena,
						   "no PriorityClass with name %.*s was found",
						   STR_FMT(name)));
	struct objects all =
		cache_list(store_cache(a->store), w->arena, KIND_PRIORITYCLASS, STR_NONE);
	for (uint32_t i = 0; !class && i < all.count; i++)
		if (node_bool_at(all.items[i]->root, "globalDefault", false))
			class = all.items[i];
	int64_t value = class ? node_int_at(class->root, "value", 0) : 0;
	struct str policy = class ? node_str_at(class->root, "preemptionPolicy") : STR_NONE;
	*spec = node_with(w->arena, *spec, STR("priority"), node_int(w->arena, value));
	if (class && !name.len)
		*spec = node_with(w->arena, *spec, STR("priorityClassName"),
				  node_str(w->arena, class->key.name));
	if (!node_get(*spec, STR("preemptionPolicy")))
		*spec = node_with(
			w->arena, *spec, STR("preemptionPolicy"),
			node_str(w->arena, policy.len ? policy : STR("PreemptLowerPriority")));
	return 0;
}

static bool tolerates(const struct node *tolerations, struct str key)
{
	for (uint32_t i = 0; i < node_item_count(tolerations); i++) {
		const struct node *t = node_item(tolerations, i);
		struct str effect = node_str_at(t, "effect"), have = node_str_at(t, "key");
		bool matches = !have.len || str_equal(have, key);
		if (matches && (!effect.len || str_equal(effect, STR("NoExecute"))))
			return true;
	}
	return false;
}

static void admit_tolerations(struct arena *arena, const struct node **spec)
{
	static const char *const keys[] = { "node.kubernetes.io/not-ready",
					    "node.kubernetes.io/unreachable" };
	const struct node *list = node_get(*spec, STR("tolerations"));

	for (size_t i = 0; i < ARRAY_COUNT(keys); i++)
		if (!tolerates(list, str_from_cstr(keys[i])))
			list = node_list_append(
				arena, list,
				node_make(arena,
					  "{key: %c, operator: Exists, effect: NoExecute, "
					  "tolerationSeconds: 300}",
					  keys[i]));
	if (list)
		*spec = node_with(arena, *spec, STR("tolerations"), list);
}

/* Quality of service: what the containers' cpu and memory say together. */

struct qos {
	bool any;	 /* some request or limit */
	bool guaranteed; /* every container limits both, with equal requests */
};

static void count_container(const struct node *container, struct qos *qos)
{
	static const char *const names[] = { "cpu", "memory" };
	const struct node *resources = node_get(container, STR("resources"));
	const struct node *requests = node_get(resources, STR("requests"));
	const struct node *limits = node_get(resources, STR("limits"));

	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		struct str name = str_from_cstr(names[i]);
		const struct node *request = node_get(requests, name);
		const struct node *limit = node_get(limits, name);
		qos->any = qos->any || request || limit;
		if (!limit || (request && !node_equal(request, limit)))
			qos->guaranteed = false;
	}
}

static const char *qos_of(const struct node *spec)
{
	static const struct str lists[] = { STR_INIT("initContainers"), STR_INIT("containers") };
	struct qos qos = { .guaranteed = true };

	for (size_t l = 0; l < ARRAY_COUNT(lists); l++) {
		const struct node *list = node_get(spec, lists[l]);
		for (uint32_t i = 0; i < node_item_count(list); i++)
			count_container(node_item(list, i), &qos);
	}
	return !qos.any ? "BestEffort" : qos.guaranteed ? "Guaranteed" : "Burstable";
}

int admission_mutate_pod(struct admission *a, struct write *w)
{
	if (w->old)
		return 0;
	if (admission_limit_pod(a, w) < 0)
		return -1;
	const struct node *spec = node_get(w->object, STR("spec"));
	if (admit_account(a, w, &spec) < 0 || admit_priority(a, w, &spec) < 0)
		return -1;
	admit_tolerations(w->arena, &spec);
	w->object = node_with(w->arena, w->object, STR("spec"), spec);
	w->object = node_with(w->arena, w->object, STR("status"),
			      node_make(w->arena, "{phase: Pending, qosClass: %c}", qos_of(spec)));
	return 0;
}
