/* garbage_test - what goes with its owners, and what stays */
#include "api/controller_test.h"
#include "cluster/controllers/controllers.h"

static void put_set(struct fixture *f, const char *name, const char *metadata)
{
	const struct node *set =
		node_make(f->arena, "{apiVersion: apps/v1, kind: ReplicaSet, metadata: %n}",
			  node_make(f->arena, metadata));

	fixture_put(f, node_set(f->arena, set, "metadata.name", node_cstr(f->arena, name)));
}

/* owners: a list of references. */
static void put_pod(struct fixture *f, const char *owners)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: v1, kind: Pod, metadata: {name: pod, "
				 "ownerReferences: %n}}",
				 node_make(f->arena, owners)));
}

#define OWNER(name)                                                                                \
	"{apiVersion: apps/v1, kind: ReplicaSet, name: " name ", uid: uid-" name                   \
	", blockOwnerDeletion: true}"
#define GOING(finalizer) "{deletionTimestamp: 2027-01-15T07:59:00Z, finalizers: [" finalizer "]}"

/* Owner "here" exists, owner "gone" does not; "going" waits for its dependents. */
static const struct {
	const char *what;
	const char *owners;
	bool goes;
	int owners_left; /* after an update; 0: none is made */
} dependents[] = {
	{ "an owner that exists keeps it", "[" OWNER("here") "]", false, 0 },
	{ "without owners left it goes", "[" OWNER("gone") "]", true, 0 },
	{ "one of two owners is enough", "[" OWNER("gone") ", " OWNER("here") "]", false, 1 },
	{ "it goes before an owner that waits", "[" OWNER("going") "]", true, 0 },
	{ "of two that waits one is not enough", "[" OWNER("here") ", " OWNER("going") "]", false,
	  1 },
	{ "of two owners that are gone none is left", "[" OWNER("gone") ", " OWNER("far") "]", true,
	  0 },
	{ "without any it stays", "[]", false, 0 },
};

static void collects(void)
{
	for (size_t i = 0; TEST_ROW(dependents, i, dependents[i].what); i++) {
		struct fixture f = fixture_begin();
		put_set(&f, "here", "{}");
		put_set(&f, "going", GOING("foregroundDeletion"));
		put_pod(&f, dependents[i].owners);
		fixture_run(&f, &garbage_reconciler, "", "uid-pod");
		CHECK_INT(f.plan.writes.count, dependents[i].goes || dependents[i].owners_left);
		bool goes =
			f.plan.writes.count && f.plan.writes.items[0].request.verb == API_DELETE;
		CHECK_INT(goes, dependents[i].goes);
		CHECK_INT(node_item_count(fixture_written(&f, "pod", "metadata.ownerReferences")),
			  dependents[i].owners_left);
		fixture_end(&f);
	}
}

/* In the foreground before an owner that waits for it, else in the background. */
static void the_last_owner_says_how_it_goes(void)
{
	static const struct {
		const char *owners;
		enum api_propagation how;
	} rows[] = {
		{ "[" OWNER("gone") "]", API_PROPAGATION_BACKGROUND },
		{ "[" OWNER("going") "]", API_PROPAGATION_FOREGROUND },
		{ "[" OWNER("gone") ", " OWNER("going") "]", API_PROPAGATION_FOREGROUND },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].owners); i++) {
		struct fixture f = fixture_begin();
		put_set(&f, "going", GOING("foregroundDeletion"));
		put_pod(&f, rows[i].owners);
		fixture_run(&f, &garbage_reconciler, "", "uid-pod");
		if (CHECK_INT(f.plan.writes.count, 1))
			CHECK_INT(f.plan.writes.items[0].request.propagation, rows[i].how);
		fixture_end(&f);
	}
}

/* What is deleted already is not deleted by its owners again. */
static void what_goes_is_left_alone(void)
{
	struct fixture f = fixture_begin();

	fixture_put(&f, node_make(f.arena,
				  "{apiVersion: v1, kind: Pod, metadata: {name: pod, "
				  "deletionTimestamp: \"2027-01-15T08:00:00Z\", "
				  "ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: "
				  "gone, uid: uid-gone}]}}"));
	fixture_run(&f, &garbage_reconciler, "", "uid-pod");
	CHECK_INT(f.plan.writes.count, 0);
	fixture_run(&f, &garbage_reconciler, "", "uid-nobody");
	CHECK_INT(f.plan.writes.count, 0);
	fixture_end(&f);
}

static bool has_finalizers_left(const struct fixture *f, const char *name)
{
	for (uint32_t i = 0; i < f->plan.writes.count; i++)
		if (str_equal(f->plan.writes.items[i].request.key.name, str_from_cstr(name)))
			return node_item_count(node_at(f->plan.writes.items[i].request.body,
						       "metadata.finalizers")) > 0;
	return true; /* untouched */
}

static void waits_for_dependents(void)
{
	struct fixture f = fixture_begin();

	put_set(&f, "going", GOING("foregroundDeletion"));
	put_pod(&f, "[" OWNER("going") "]");
	fixture_run(&f, &garbage_reconciler, "", "uid-going");
	CHECK_INT(f.plan.writes.count, 0);
	put_pod(&f, "[" OWNER("other") "]");
	fixture_run(&f, &garbage_reconciler, "", "uid-going");
	CHECK(!has_finalizers_left(&f, "going"));
	fixture_end(&f);
}

/* A dependent counts by the reference to the owner, and only while that blocks. */
static void only_blocking_dependents_count(void)
{
	static const struct {
		const char *owners;
		bool waits;
	} rows[] = {
		{ "[{apiVersion: apps/v1, kind: ReplicaSet, name: going, uid: uid-going, "
		  "blockOwnerDeletion: true}]",
		  true },
		{ "[{apiVersion: apps/v1, kind: ReplicaSet, name: going, uid: uid-going, "
		  "blockOwnerDeletion: false}]",
		  false },
		{ "[{apiVersion: apps/v1, kind: ReplicaSet, name: going, uid: uid-going}]", false },
		{ "[{apiVersion: apps/v1, kind: ReplicaSet, name: here, uid: uid-here, "
		  "blockOwnerDeletion: true}, {apiVersion: apps/v1, kind: ReplicaSet, name: going, "
		  "uid: uid-going}]",
		  false },
		{ "[{apiVersion: apps/v1, kind: ReplicaSet, name: here, uid: uid-here}, "
		  "{apiVersion: apps/v1, kind: ReplicaSet, name: going, uid: uid-going, "
		  "blockOwnerDeletion: true}]",
		  true },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].owners); i++) {
		struct fixture f = fixture_begin();
		put_set(&f, "going", GOING("foregroundDeletion"));
		put_pod(&f, rows[i].owners);
		fixture_run(&f, &garbage_reconciler, "", "uid-going");
		CHECK_INT(has_finalizers_left(&f, "going"), rows[i].waits);
		fixture_end(&f);
	}
}

/* "uid-a uid-b": the keys of a change. */
static struct str keys_of(struct fixture *f, const struct object *before,
			  const struct object *after)
{
	const struct view view = { .cache = f->cache, .arena = f->arena };
	struct keys keys = { .arena = f->arena };
	struct str text = STR("");

	garbage_reconciler.watches[0].map(&view, before, after, &keys);
	for (uint32_t i = 0; i < keys.items.count; i++)
		text = str_printf(f->arena, "%.*s%s%.*s", STR_FMT(text), i ? " " : "",
				  STR_FMT(keys.items.items[i].name));
	return text;
}

/* Pod "pod" belongs to "here". */
static void only_what_matters_wakes_the_collector(void)
{
	struct fixture f = fixture_begin();
	const struct node *pod =
		node_make(f.arena, "{apiVersion: v1, kind: Pod, metadata: {name: pod, "
				   "namespace: default, uid: uid-pod, ownerReferences: "
				   "[" OWNER("here") "]}}");
	const struct node *free_pod =
		node_make(f.arena, "{apiVersion: v1, kind: Pod, metadata: {name: free, namespace: "
				   "default, uid: uid-free}}");
	const struct node *going =
		node_make(f.arena, "{apiVersion: apps/v1, kind: ReplicaSet, "
				   "metadata: {name: here, namespace: default, "
				   "uid: uid-here, deletionTimestamp: "
				   "\"2027-01-15T08:00:00Z\", finalizers: [x]}}");
	const struct node *here = node_make(f.arena, "{apiVersion: apps/v1, kind: ReplicaSet, "
						     "metadata: {name: here, namespace: default, "
						     "uid: uid-here, finalizers: [x]}}");
	const struct object *owned = fixture_put(&f, pod), *unowned = fixture_put(&f, free_pod);
	const struct object *owner = fixture_put(&f, here);
	object_ref(owner);

	CHECK_STR(keys_of(&f, NULL, owned), STR("uid-pod"));
	CHECK_STR(keys_of(&f, owned, owned), STR(""));
	CHECK_STR(keys_of(&f, NULL, unowned), STR(""));
	CHECK_STR(keys_of(&f, owned, NULL), STR("uid-here"));
	CHECK_STR(keys_of(&f, owner, NULL), STR("uid-pod"));
	const struct object *leaving = fixture_put(&f, going);
	CHECK_STR(keys_of(&f, owner, leaving), STR("uid-here uid-pod"));
	CHECK_STR(keys_of(&f, leaving, leaving), STR("uid-here"));
	CHECK_STR(keys_of(&f, NULL, leaving), STR("uid-here uid-pod"));
	object_unref((struct object *)(uintptr_t)owner);
	fixture_end(&f);
}

static void orphans(void)
{
	struct fixture f = fixture_begin();

	put_set(&f, "going", GOING("orphan"));
	put_pod(&f, "[" OWNER("going") ", " OWNER("here") "]");
	fixture_run(&f, &garbage_reconciler, "", "uid-going");
	CHECK_INT(node_item_count(fixture_written(&f, "pod", "metadata.ownerReferences")), 1);
	CHECK(!has_finalizers_left(&f, "going"));
	fixture_end(&f);
}

TESTS({ "the last owner decides the propagation policy", the_last_owner_says_how_it_goes },
      { "an object that is being deleted is left alone", what_goes_is_left_alone },
      { "only blocking dependents count", only_blocking_dependents_count },
      { "only owners and deletions enqueue a key", only_what_matters_wakes_the_collector },
      { "a dependent goes with its last owner", collects },
      { "foreground deletion waits for blocking dependents", waits_for_dependents },
      { "orphaning takes the references away", orphans })
