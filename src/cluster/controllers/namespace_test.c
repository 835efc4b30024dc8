/* namespace_test - a namespace that is going is emptied first */
#include "api/controller_test.h"
#include "cluster/controllers/controllers.h"
#include "kube/health.h"

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

static void put_held(struct fixture *f, const char *kind, const char *name, const char *finalizers)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: v1, kind: %c, metadata: {name: %c, finalizers: %n, "
				 "deletionTimestamp: 2027-01-15T07:59:00Z}}",
				 kind, name, node_make(f->arena, finalizers)));
}

/* The condition of that type as the plan writes it. */
static const struct node *condition(const struct fixture *f, const char *type)
{
	for (uint32_t i = 0; i < f->plan.writes.count; i++) {
		const struct api_request *w = &f->plan.writes.items[i].request;
		if (str_equal(w->subresource, STR("status")))
			return condition_get(w->body, type);
	}
	return NULL;
}

static void check_condition(const struct fixture *f, const char *type, const char *status,
			    const char *reason, const char *message)
{
	const struct node *c = condition(f, type);

	CHECK_STR(node_str_at(c, "status"), str_from_cstr(status));
	CHECK_STR(node_str_at(c, "reason"), str_from_cstr(reason));
	CHECK_STR(node_str_at(c, "message"), str_from_cstr(message));
}

/* Texts: Kubernetes pkg/controller/namespace/deletion, status_condition_utils.go. */
static void check_nothing_failed(const struct fixture *f)
{
	check_condition(f, "NamespaceDeletionDiscoveryFailure", "False", "ResourcesDiscovered",
			"All resources successfully discovered");
	check_condition(f, "NamespaceDeletionGroupVersionParsingFailure", "False",
			"ParsedGroupVersions", "All legacy kube types successfully parsed");
	check_condition(f, "NamespaceDeletionContentFailure", "False", "ContentDeleted",
			"All content successfully deleted, may be waiting on finalization");
}

/* Each part is one kind or one finalizer, by name. */
static void tells_what_remains(void)
{
	struct fixture f = fixture_begin();

	put_namespace(&f, "2027-01-15T07:59:00Z");
	put_held(&f, "Secret", "s", "[x.io/b]");
	put_held(&f, "ConfigMap", "c1", "[x.io/b, x.io/a]");
	put_held(&f, "ConfigMap", "c2", "[x.io/b]");
	put_held(&f, "Event", "e", "[]"); /* does not count */
	fixture_run(&f, &namespace_reconciler, "", "default");
	check_nothing_failed(&f);
	check_condition(&f, "NamespaceContentRemaining", "True", "SomeResourcesRemain",
			"Some resources are remaining: configmaps. has 2 resource instances, "
			"secrets. has 1 resource instances");
	check_condition(&f, "NamespaceFinalizersRemaining", "True", "SomeFinalizersRemain",
			"Some content in the namespace has finalizers remaining: x.io/a in 1 "
			"resource instances, x.io/b in 3 resource instances");
	CHECK(!lets_go(&f));
	fixture_end(&f);
}

static void tells_that_nothing_remains(void)
{
	struct fixture f = fixture_begin();

	put_namespace(&f, "2027-01-15T07:59:00Z");
	fixture_run(&f, &namespace_reconciler, "", "default");
	check_nothing_failed(&f);
	check_condition(&f, "NamespaceContentRemaining", "False", "ContentRemoved",
			"All content successfully removed");
	check_condition(&f, "NamespaceFinalizersRemaining", "False", "ContentHasNoFinalizers",
			"All content-preserving finalizers finished");
	CHECK(lets_go(&f));
	fixture_end(&f);
}

/* Content without finalizers remains until it is gone, too. */
static void tells_of_content_alone(void)
{
	struct fixture f = fixture_begin();

	put_namespace(&f, "2027-01-15T07:59:00Z");
	put_content(&f);
	fixture_run(&f, &namespace_reconciler, "", "default");
	check_condition(&f, "NamespaceContentRemaining", "True", "SomeResourcesRemain",
			"Some resources are remaining: configmaps. has 1 resource instances");
	check_condition(&f, "NamespaceFinalizersRemaining", "False", "ContentHasNoFinalizers",
			"All content-preserving finalizers finished");
	fixture_end(&f);
}

TESTS({ "content goes first, then the namespace", empties },
      { "conditions tell what remains, by kind and by finalizer", tells_what_remains },
      { "conditions tell that nothing remains", tells_that_nothing_remains },
      { "content without finalizers remains, too", tells_of_content_alone })
