/* namespace_test - a namespace that is going is emptied first */
#include "api/controller_test.h"
#include "cluster/controllers/controllers.h"

static void put_namespace(struct fixture *f, const char *deletion)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: v1, kind: Namespace, metadata: {name: default, "
				 "deletionTimestamp: %?c}, spec: {finalizers: [kubernetes]}, "
				 "status: {phase: Terminating}}",
				 deletion));
}

static void put_content(struct fixture *f)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}"));
}

static uint32_t deletes(const struct fixture *f)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < f->plan.writes.count; i++)
		count += f->plan.writes.items[i].request.verb == API_DELETE;
	return count;
}

/* Whether the plan takes the namespace's own finalizer away. */
static bool lets_go(const struct fixture *f)
{
	for (uint32_t i = 0; i < f->plan.writes.count; i++) {
		const struct api_request *w = &f->plan.writes.items[i].request;
		if (w->verb == API_UPDATE && !w->subresource.len &&
		    !node_count(node_at(w->body, "spec.finalizers")))
			return true;
	}
	return false;
}

static const struct {
	const char *deletion;
	bool has_content;
	uint32_t deletes;
	bool lets_go;
} cases[] = {
	{ NULL, true, 0, false },
	{ "2027-01-15T07:59:00Z", true, 1, false },
	{ "2027-01-15T07:59:00Z", false, 0, true },
};

static void empties(void)
{
	for (size_t i = 0; TEST_ROW(cases, i, cases[i].deletion); i++) {
		struct fixture f = fixture_begin();
		put_namespace(&f, cases[i].deletion);
		if (cases[i].has_content)
			put_content(&f);
		fixture_run(&f, &namespace_reconciler, "", "default");
		CHECK_INT(deletes(&f), cases[i].deletes);
		CHECK_INT(lets_go(&f), cases[i].lets_go);
		fixture_end(&f);
	}
}

TESTS({ "content goes first, then the namespace", empties })
