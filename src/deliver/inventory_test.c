/* inventory_test - ids of objects and back, and the order in which objects are applied */
#include "deliver/inventory.h"

#include "base/arena.h"
#include "base/sort.h"
#include "base/test.h"
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
      { "the order of applying", orders_objects })
