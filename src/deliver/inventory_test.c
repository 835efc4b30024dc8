/* inventory_test - ids of objects and back, and the order in which objects are applied */
#include "deliver/inventory.h"

#include "base/arena.h"
#include "base/sort.h"
#include "base/test.h"
#include "doc/json.h"
#include "doc/make.h"

static const struct {
	const char *object, *id, *text;
} rows[] = {
	{ "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}}",
	  "shop_web_apps_Deployment", "Deployment/shop/web" },
	{ "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}", "_shop__Namespace",
	  "Namespace/shop" },
	{ "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: "
	  "\"a:b\"}}",
	  "_a__b_rbac.authorization.k8s.io_ClusterRole", "ClusterRole/a:b" },
};

static void names_objects(void)
{
	for (size_t i = 0; TEST_ROW(rows, i, rows[i].object); i++) {
		struct arena *arena = arena_new("inventory_test");
		struct inventory_entry e;
		struct str id = inventory_id(arena, node_make(arena, rows[i].object));
		CHECK_STR(id, str_from_cstr(rows[i].id));
		CHECK(inventory_parse(arena, id, &e));
		CHECK_STR(inventory_text(arena, &e), str_from_cstr(rows[i].text));
		arena_free(arena);
	}
}

static void refuses_what_is_no_id(void)
{
	static const char *const wrong[] = { "", "shop", "shop_web", "shop_web_apps_", "_" };

	for (size_t i = 0; TEST_ROW(wrong, i, wrong[i]); i++) {
		struct arena *arena = arena_new("inventory_test");
		struct inventory_entry e;
		CHECK(!inventory_parse(arena, str_from_cstr(wrong[i]), &e));
		arena_free(arena);
	}
}

/* The whole order of fluxcd/pkg/ssa: kinds first, all others between, webhooks last. */
static void ranks_kinds(void)
{
	static const char *const kinds[] = {
		"CustomResourceDefinition",
		"Namespace",
		"ClusterRole",
		"ClusterClass",
		"RuntimeClass",
		"PriorityClass",
		"StorageClass",
		"VolumeSnapshotClass",
		"IngressClass",
		"GatewayClass",
		"ClusterRoleBinding",
		"ResourceQuota",
		"ServiceAccount",
		"Role",
		"RoleBinding",
		"ConfigMap",
		"Secret",
		"Service",
		"LimitRange",
		"Deployment",
		"StatefulSet",
		"CronJob",
		"PodDisruptionBudget",
		"Pod",
		"MutatingWebhookConfiguration",
		"ValidatingWebhookConfiguration",
	};

	for (size_t i = 1; TEST_ROW(kinds, i, kinds[i]); i++)
		CHECK(inventory_rank(str_from_cstr(kinds[i - 1])) <
		      inventory_rank(str_from_cstr(kinds[i])));
	CHECK_INT(inventory_rank(STR("Pod")), 0);
	CHECK_INT(inventory_rank(STR("DaemonSet")), 0);
}

static void an_inventory_has_ids_and_versions(void)
{
	SCRATCH(arena);
	const struct node *items[] = {
		node_make(arena, "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, "
				 "namespace: shop}}"),
		node_make(arena, "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"),
	};
	const struct nodes objects = { items, ARRAY_COUNT(items) };
	const struct node *inventory = inventory_of(arena, &objects);
	struct map ids = inventory_ids(arena, inventory);

	CHECK_TEXT(json_text(arena, inventory, 0),
		   "{\"entries\":[{\"id\":\"shop_web_apps_Deployment\",\"v\":\"v1\"},"
		   "{\"id\":\"_shop__Namespace\",\"v\":\"v1\"}]}");
	CHECK(map_get(&ids, STR("shop_web_apps_Deployment")));
	CHECK(map_get(&ids, STR("_shop__Namespace")));
	CHECK(!map_get(&ids, STR("shop_api_apps_Deployment")));
	ids = inventory_ids(arena, NULL);
	CHECK(!map_get(&ids, STR("_shop__Namespace")));
}

static int compare(const void *a, const void *b, void *context)
{
	(void)context;
	return inventory_compare(a, b);
}

/* Definitions and namespaces first, webhooks last; then by group, kind, namespace and name. */
static void orders_objects(void)
{
	static const char *const sorted[] = {
		"_x_apiextensions.k8s.io_CustomResourceDefinition",
		"_shop__Namespace",
		"shop_a__ConfigMap",
		"shop_b__ConfigMap",
		"shop_a__Service",
		"shop_a_apps_Deployment",
		"shop_a__Pod",
		"shop_a_batch_Job",
		"_x_admissionregistration.k8s.io_ValidatingWebhookConfiguration",
	};
	struct arena *arena = arena_new("inventory_test");
	struct inventory_entry all[ARRAY_COUNT(sorted)];

	for (size_t i = 0; TEST_ROW(sorted, i, sorted[i]); i++)
		CHECK(inventory_parse(arena, str_from_cstr(sorted[ARRAY_COUNT(sorted) - 1 - i]),
				      &all[i]));
	sort_stable(all, ARRAY_COUNT(all), sizeof(*all), compare, NULL);
	for (size_t i = 0; TEST_ROW(sorted, i, sorted[i]); i++) {
		struct inventory_entry want;
		CHECK(inventory_parse(arena, str_from_cstr(sorted[i]), &want));
		CHECK_STR(inventory_text(arena, &all[i]), inventory_text(arena, &want));
	}
	arena_free(arena);
}

TESTS({ "ids name objects, and back", names_objects },
      { "texts that are no ids", refuses_what_is_no_id },
      { "an inventory has ids and versions", an_inventory_has_ids_and_versions },
      { "the rank of kinds", ranks_kinds }, { "the order of applying", orders_objects })
