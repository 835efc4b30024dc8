/* kustomization_going_test - what a Kustomization that is deleted takes along, and waits for */
#include "deliver/kustomization_test.h"

#define INVENTORY "{inventory: {entries: [{id: default_a__ConfigMap, v: v1}]}}"
#define GONE	  "{deletionTimestamp: \"2027-01-15T08:00:00Z\"}"
#define OWNED                                                                                      \
	"{labels: {kustomize.toolkit.fluxcd.io/name: apps, "                                       \
	"kustomize.toolkit.fluxcd.io/namespace: default}}"

static const struct {
	const char *spec, *object;
	bool deletes;
} going[] = {
	{ "{}", OWNED, true },
	{ "{prune: false}", OWNED, false },
	{ "{prune: false, deletionPolicy: Delete}", OWNED, true },
	{ "{deletionPolicy: Orphan}", OWNED, false },
	{ "{suspend: true}", OWNED, false },
	{ "{}", "{labels: {kustomize.toolkit.fluxcd.io/name: other}}", false },
	{ "{}",
	  "{annotations: {kustomize.toolkit.fluxcd.io/prune: Disabled}, labels: "
	  "{kustomize.toolkit.fluxcd.io/name: apps, kustomize.toolkit.fluxcd.io/namespace: "
	  "default}}",
	  false },
};

static bool deletes(const struct fixture *f)
{
	return f->plan.requests.count && f->plan.requests.items[0].write &&
	       f->plan.requests.items[0].write->request.verb == API_DELETE;
}

static void takes_its_objects_along(void)
{
	for (size_t i = 0; TEST_ROW(going, i, going[i].spec); i++) {
		struct fixture f = fixture_begin();
		kustomization_put(&f, going[i].spec, INVENTORY, GONE);
		kustomization_put_config(&f, "a", going[i].object);
		kustomization_run(&f);
		CHECK_INT(deletes(&f), going[i].deletes);
		fixture_end(&f);
	}
}

/* With WaitForTermination it stays until they are gone, or the time is up. */
static void waits_for_their_end(void)
{
	struct fixture f = fixture_begin();

	kustomization_put(&f, "{deletionPolicy: WaitForTermination, timeout: 1m}", INVENTORY, GONE);
	kustomization_put_config(&f, "a",
				 "{deletionTimestamp: \"2027-01-15T08:00:00Z\", finalizers: [x], "
				 "labels: {kustomize.toolkit.fluxcd.io/name: apps, "
				 "kustomize.toolkit.fluxcd.io/namespace: default}}");
	kustomization_run(&f);
	CHECK_INT(f.plan.writes.count, 0);
	CHECK_INT(f.plan.requeue_after_ms, 2000);
	f.now_ms += 59999;
	kustomization_run(&f);
	CHECK_INT(f.plan.writes.count, 0);
	CHECK_INT(f.plan.requeue_after_ms, 2000);
	f.now_ms += 1;
	kustomization_run(&f);
	CHECK_TEXT(fixture_event(&f, 0), "ConfigMap/default/a deleted");
	CHECK_TEXT(fixture_event(&f, 1), "failed to wait for resources termination");
	CHECK(f.plan.events.items[1].warning);
	CHECK_TEXT(fixture_event(&f, 2), "Reconciliation finished in 1m0s, next run in 10m0s");
	CHECK_INT(f.plan.writes.count, 1); /* its finalizer goes */
	CHECK_INT(node_item_count(fixture_written(&f, "apps", "metadata.finalizers")), 0);
	fixture_end(&f);
}

/* What is not deleted, or gone in time, is not waited for, and not told of. */
static void goes_when_all_is_gone(void)
{
	static const struct {
		const char *spec;
		const char *object; /* metadata of ConfigMap a; NULL: it is gone */
		bool goes;
	} rows[] = {
		{ "{deletionPolicy: WaitForTermination}", NULL, true },
		{ "{deletionPolicy: WaitForTermination}", "{}",
		  true }, /* of another one: it stays */
		{ "{deletionPolicy: WaitForTermination}",
		  "{deletionTimestamp: \"2027-01-15T08:00:00Z\", finalizers: [x]}", false },
		{ "{deletionPolicy: Delete}",
		  "{deletionTimestamp: \"2027-01-15T08:00:00Z\", finalizers: [x]}", true },
		{ "{deletionPolicy: Orphan}",
		  "{deletionTimestamp: \"2027-01-15T08:00:00Z\", finalizers: [x]}", true },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].spec); i++) {
		struct fixture f = fixture_begin();
		kustomization_put(
			&f, rows[i].spec,
			"{inventory: {entries: [{id: no id}, {id: default_c__ConfigMap}, {id: "
			"default_a__ConfigMap}]}}",
			GONE);
		if (rows[i].object)
			kustomization_put_config(&f, "a", rows[i].object);
		kustomization_run(&f);
		CHECK_INT(f.plan.writes.count, rows[i].goes);
		for (uint32_t e = 0; e < f.plan.events.count; e++)
			CHECK(!f.plan.events.items[e].warning);
		fixture_end(&f);
	}
}

static void a_suspended_one_goes_without_a_word(void)
{
	struct fixture f = fixture_begin();

	kustomization_put(&f, "{suspend: true}", INVENTORY, GONE);
	kustomization_put_config(&f, "a", OWNED);
	kustomization_run(&f);
	CHECK_INT(f.plan.events.count + f.plan.requests.count, 0);
	CHECK_INT(f.plan.writes.count, 1); /* its finalizer goes */
	CHECK_INT(node_item_count(fixture_written(&f, "apps", "metadata.finalizers")), 0);
	fixture_end(&f);
}

/* The events of a Kustomization that goes have the reason of its last Ready. */
static void tells_that_it_goes(void)
{
	struct fixture f = fixture_begin();

	kustomization_put(&f, "{}",
			  "{inventory: {entries: [{id: default_a__ConfigMap, v: v1}]}, conditions: "
			  "[{type: Ready, status: \"True\", reason: ReconciliationSucceeded}]}",
			  GONE);
	kustomization_run(&f);
	CHECK_TEXT(fixture_event(&f, 0), "ConfigMap/default/a deleted");
	CHECK_TEXT(fixture_event(&f, 1), "Reconciliation finished in 1ms, next run in 10m0s");
	CHECK_TEXT(f.plan.events.items[1].reason, "ReconciliationSucceeded");
	CHECK_INT(f.plan.events.count, 2);
	fixture_end(&f);
}

TESTS({ "a suspended one goes without a word", a_suspended_one_goes_without_a_word },
      { "deletionPolicy and marks decide what goes with it", takes_its_objects_along },
      { "WaitForTermination waits", waits_for_their_end },
      { "the finalizer is removed when all objects are gone", goes_when_all_is_gone },
      { "deletion emits an event", tells_that_it_goes })
