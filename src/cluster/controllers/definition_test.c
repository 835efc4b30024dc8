/* definition_test - a definition that goes takes its objects with it */
#include "api/controller_test.h"
#include "cluster/controllers/controllers.h"

#define WIDGETS                                                                                    \
	"{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: "  \
	"widgets.example.com, deletionTimestamp: %?c, finalizers: "                                \
	"[customresourcecleanup.apiextensions.k8s.io]}, spec: {group: example.com, scope: "        \
	"Namespaced, names: {kind: Widget, plural: widgets}, versions: [{name: v1, served: true, " \
	"storage: true, schema: {openAPIV3Schema: {type: object}}}]}}"

static const struct {
	const char *deletion;
	bool has_widget;
	uint32_t writes;
	enum api_verb verb; /* of the first */
} cases[] = {
	{ NULL, true, 0, API_GET },
	{ "2027-01-15T07:59:00Z", true, 1, API_DELETE },
	{ "2027-01-15T07:59:00Z", false, 1, API_UPDATE },
};

static void objects_go_first(void)
{
	for (size_t i = 0; TEST_ROW(cases, i); i++) {
		struct fixture f = fixture_begin();
		struct error err;
		const struct node *definition = node_make(f.arena, WIDGETS, cases[i].deletion);
		CHECK_INT(schemas_add_crd(f.schemas, definition, &err), 0);
		fixture_put(&f, definition);
		if (cases[i].has_widget)
			fixture_put(&f, node_make(f.arena, "{apiVersion: example.com/v1, kind: "
							   "Widget, metadata: {name: blue}}"));
		fixture_run(&f, &definition_reconciler, "", "widgets.example.com");
		CHECK_INT(f.plan.writes.count, cases[i].writes);
		if (cases[i].writes)
			CHECK_INT(f.plan.writes.items[0].request.verb, cases[i].verb);
		if (cases[i].verb == API_UPDATE)
			CHECK(!node_item_count(node_at(f.plan.writes.items[0].request.body,
						       "metadata.finalizers")));
		fixture_end(&f);
	}
}

TESTS({ "objects go first, then the definition", objects_go_first })
