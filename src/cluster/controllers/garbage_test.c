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
};

static void collects(void)
{
	for (size_t i = 0; TEST_ROW(dependents, i, dependents[i].what); i++) {
		struct fixture f = fixture_begin();
		put_set(&f, "here", "{}");
		put_set(&f, "going", GOING("foregroundDeletion"));
		put_pod(&f, dependents[i].owners);
		fixture_run(&f, &garbage_reconciler, "", "uid-pod");
		bool goes =
			f.plan.writes.count && f.plan.writes.items[0].request.verb == API_DELETE;
		CHECK_INT(goes, dependents[i].goes);
		CHECK_INT(node_count(fixture_written(&f, "pod", "metadata.ownerReferences")),
			  dependents[i].owners_left);
		fixture_end(&f);
	}
}

static bool has_finalizers_left(const struct fixture *f, const char *name)
{
	for (uint32_t i = 0; i < f->plan.writes.count; i++)
		if (str_equal(f->plan.writes.items[i].request.key.name, str_from_cstr(name)))
			return node_count(node_at(f->plan.writes.items[i].request.body,
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

/* References to an owner that goes in the foreground; only those that block hold it back. */
static void only_blocking_references_hold_back(void)
{
	static const struct {
		const char *blocks; /* blockOwnerDeletion */
		bool waits;
	} rows[] = {
		{ "true", true },
		{ "false", false },
		{ NULL, false },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].blocks ? rows[i].blocks : "absent"); i++) {
		struct fixture f = fixture_begin();
		const struct node *reference =
			node_make(f.arena,
				  "{apiVersion: apps/v1, kind: ReplicaSet, name: going, uid: "
				  "uid-going, blockOwnerDeletion: %?n}",
				  rows[i].blocks ? node_make(f.arena, rows[i].blocks) : NULL);
		put_set(&f, "going", GOING("foregroundDeletion"));
		fixture_put(&f, node_make(f.arena,
					  "{apiVersion: v1, kind: Pod, metadata: {name: pod, "
					  "ownerReferences: [%n]}}",
					  reference));
		fixture_run(&f, &garbage_reconciler, "", "uid-going");
		CHECK_INT(f.plan.writes.count, rows[i].waits ? 0 : 1);
		CHECK_INT(has_finalizers_left(&f, "going"), rows[i].waits);
		fixture_end(&f);
	}
}

static void orphans(void)
{
	struct fixture f = fixture_begin();

	put_set(&f, "going", GOING("orphan"));
	put_pod(&f, "[" OWNER("going") ", " OWNER("here") "]");
	fixture_run(&f, &garbage_reconciler, "", "uid-going");
	CHECK_INT(node_count(fixture_written(&f, "pod", "metadata.ownerReferences")), 1);
	CHECK(!has_finalizers_left(&f, "going"));
	fixture_end(&f);
}

TESTS({ "a dependent goes with its last owner", collects },
      { "foreground deletion waits for blocking dependents", waits_for_dependents },
      { "only references that block hold an owner back", only_blocking_references_hold_back },
      { "orphaning takes the references away", orphans })
