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
		    !node_item_count(node_at(w->body, "spec.finalizers")))
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

/* Of a namespace that goes: what is left, by kind and by finalizer, in the order of names. */
static const struct {
	const char *objects; /* a list */
	const char *content, *finalizers;
	bool lets_go;
} contents[] = {
	{ "[]", "All content successfully removed", "All content-preserving finalizers finished",
	  true },
	{ "[{apiVersion: v1, kind: Event, metadata: {name: e}}]",
	  "All content successfully removed", "All content-preserving finalizers finished", true },
	{ "[{apiVersion: v1, kind: Secret, metadata: {name: a}}, {apiVersion: v1, kind: "
	  "ConfigMap, metadata: {name: b}}, {apiVersion: v1, kind: Secret, metadata: "
	  "{name: c}}, {apiVersion: apps/v1, kind: Deployment, metadata: {name: d}}]",
	  "Some resources are remaining: configmaps. has 1 resource instances, "
	  "deployments.apps has 1 resource instances, secrets. has 2 resource instances",
	  "All content-preserving finalizers finished", false },
	/* of what is not deleted yet nobody knows whether its finalizers stay */
	{ "[{apiVersion: v1, kind: Secret, metadata: {name: a, finalizers: [x.io/z]}}]",
	  "Some resources are remaining: secrets. has 1 resource instances",
	  "All content-preserving finalizers finished", false },
	{ "[{apiVersion: v1, kind: Secret, metadata: {name: a, deletionTimestamp: "
	  "\"2027-01-15T08:00:00Z\", finalizers: [x.io/z, x.io/y]}}, {apiVersion: v1, "
	  "kind: ConfigMap, metadata: {name: b, deletionTimestamp: "
	  "\"2027-01-15T08:00:00Z\", finalizers: [x.io/z]}}]",
	  "Some resources are remaining: configmaps. has 1 resource instances, secrets. "
	  "has "
	  "1 resource instances",
	  "Some content in the namespace has finalizers remaining: x.io/y in 1 resource "
	  "instances, x.io/z in 2 resource instances",
	  false },
};

static void conditions_say_what_is_left(void)
{
	for (size_t i = 0; TEST_ROW(contents, i, contents[i].objects); i++) {
		struct fixture f = fixture_begin();
		const struct node *objects = node_make(f.arena, contents[i].objects);
		put_namespace(&f, "2027-01-15T07:59:00Z");
		for (uint32_t o = 0; o < node_item_count(objects); o++)
			fixture_put(&f, node_item(objects, o));
		fixture_run(&f, &namespace_reconciler, "", "default");
		const struct node *list = fixture_written(&f, "default", "status.conditions");
		const struct {
			const char *type, *reason, *message;
			bool remains;
		} want[] = {
			{ "NamespaceDeletionDiscoveryFailure", "ResourcesDiscovered",
			  "All resources successfully discovered", false },
			{ "NamespaceDeletionGroupVersionParsingFailure", "ParsedGroupVersions",
			  "All legacy kube types successfully parsed", false },
			{ "NamespaceDeletionContentFailure", "ContentDeleted",
			  "All content successfully deleted, may be waiting on finalization",
			  false },
			{ "NamespaceContentRemaining",
			  contents[i].lets_go ? "ContentRemoved" : "SomeResourcesRemain",
			  contents[i].content, !contents[i].lets_go },
			{ "NamespaceFinalizersRemaining",
			  *contents[i].finalizers == 'S' ? "SomeFinalizersRemain"
							 : "ContentHasNoFinalizers",
			  contents[i].finalizers, *contents[i].finalizers == 'S' },
		};
		CHECK_INT(node_item_count(list), ARRAY_COUNT(want));
		for (uint32_t c = 0; TEST_ROW(want, c, want[c].type); c++) {
			const struct node *condition = node_item(list, c);
			CHECK_STR(node_str_at(condition, "type"), str_from_cstr(want[c].type));
			CHECK_STR(node_str_at(condition, "reason"), str_from_cstr(want[c].reason));
			CHECK_STR(node_str_at(condition, "message"),
				  str_from_cstr(want[c].message));
			CHECK_STR(node_str_at(condition, "status"),
				  want[c].remains ? STR("True") : STR("False"));
		}
		CHECK_INT(lets_go(&f), contents[i].lets_go);
		fixture_end(&f);
	}
}

/* Only of a namespace that goes, and of its own content. */
static void content_wakes_its_namespace(void)
{
	static const struct {
		const char *deletion, *object;
		bool wakes;
	} rows[] = {
		{ "2027-01-15T07:59:00Z",
		  "{apiVersion: v1, kind: Secret, metadata: {name: a, namespace: default}}", true },
		{ NULL, "{apiVersion: v1, kind: Secret, metadata: {name: a, namespace: default}}",
		  false },
		{ "2027-01-15T07:59:00Z",
		  "{apiVersion: v1, kind: Secret, metadata: {name: a, namespace: other}}", false },
		{ "2027-01-15T07:59:00Z", "{apiVersion: v1, kind: Node, metadata: {name: a}}",
		  false },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].object); i++) {
		struct fixture f = fixture_begin();
		put_namespace(&f, rows[i].deletion);
		const struct view view = { .cache = f.cache, .arena = f.arena };
		const struct node *root = node_make(f.arena, rows[i].object);
		struct object *object = object_new(schemas_kind(f.schemas, object_gvk(root), NULL),
						   root, NULL, NULL, 0);
		struct keys gone = { .arena = f.arena }, there = { .arena = f.arena };
		map_fn map = namespace_reconciler.watches[1].map;
		map(&view, object, NULL, &gone);
		map(&view, NULL, object, &there);
		CHECK_INT(gone.items.count, rows[i].wakes);
		CHECK_INT(there.items.count, rows[i].wakes);
		if (rows[i].wakes)
			CHECK_TEXT(gone.items.items[0].name, "default");
		object_unref(object);
		fixture_end(&f);
	}
}

TESTS({ "conditions say what is left", conditions_say_what_is_left },
      { "content wakes its namespace", content_wakes_its_namespace },
      { "content goes first, then the namespace", empties })
