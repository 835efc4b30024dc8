/* assume_test - assumptions that the first revision proves wrong */
#include "rehearse/assume.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/make.h"
#include "kube/schema/schemas.h"
#include "rehearse/assumed.h"

static const struct {
	struct gvk gvk;
	bool taken_back;
} kinds[] = {
	{ { STR_INIT("notification.toolkit.fluxcd.io"), STR_INIT("v1beta3"), STR_INIT("Alert") },
	  true },
	{ { STR_INIT("apps"), STR_INIT("v1"), STR_INIT("Deployment") }, false },
	{ { STR_INIT("flagger.app"), STR_INIT("v1beta1"), STR_INIT("Canary") }, false },
	{ { STR_INIT("example.com"), STR_INIT("v1"), STR_INIT("Widget") }, false },
};

static void schemas_without_a_definition(void)
{
	for (size_t i = 0; TEST_ROW(kinds, i, kinds[i].gvk.kind); i++) {
		struct arena *arena = arena_new("assume_test");
		struct schemas *schemas = schemas_new(arena);
		struct assumed assumed = { .arena = arena };
		CHECK_INT(assume_without_schema(schemas, kinds[i].gvk, &assumed),
			  kinds[i].taken_back);
		CHECK_INT(assumed.items.count, kinds[i].taken_back);
		/* Once: then it takes everything. */
		CHECK(!assume_without_schema(schemas, kinds[i].gvk, &assumed));
		if (kinds[i].taken_back) {
			const struct kind_version *version;
			const struct kind *kind = schemas_kind(schemas, kinds[i].gvk, &version);
			CHECK(schema_preserves_unknown(schema_root(schemas, kind, version)));
		}
		arena_free(arena);
	}
}

static void gates(void)
{
	struct arena *arena = arena_new("assume_test");
	struct schemas *schemas = schemas_new(arena);
	struct assumed assumed = { .arena = arena };
	const struct node *scaler =
		node_make(arena, "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler}");
	struct str refusal = STR("spec.minReplicas: Invalid value: 0: must be greater than or "
				 "equal to 1");

	CHECK(!assume_gate(schemas, scaler, STR("spec.maxReplicas: Required value"), &assumed));
	CHECK(!schemas_has_gate(schemas, SCHEMAS_HPA_SCALE_TO_ZERO));
	CHECK(assume_gate(schemas, scaler, refusal, &assumed));
	CHECK(schemas_has_gate(schemas, SCHEMAS_HPA_SCALE_TO_ZERO));
	CHECK(!assume_gate(schemas, scaler, refusal, &assumed));
	CHECK_INT(assumed.items.count, 1);
	arena_free(arena);
}

TESTS({ "the schema of a kind that nobody defines is taken back", schemas_without_a_definition },
      { "feature gates that are needed are open", gates })
