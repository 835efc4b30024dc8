/* settle_test - what a rehearsal waits for before it ships the next revision */
#include "rehearse/settle.h"

#include <string.h>

#include "rehearse/rehearsal_test.h"

static void begin(struct rehearsal_fixture *f)
{
	rehearsal_begin(f);
}

/* Whole seconds until it has come to rest. */
static int64_t rest_s(struct rehearsal_fixture *f, bool *ret_unsettled)
{
	int64_t start_ms = world_now_ms(f->r.platform->world);

	CHECK_INT(settle(&f->r, ret_unsettled, &f->err), 0);
	return (world_now_ms(f->r.platform->world) - start_ms) / 1000;
}

static void a_quiet_cluster_rests_after_a_minute(void)
{
	struct rehearsal_fixture f;
	bool unsettled;

	begin(&f);
	CHECK_INT(rest_s(&f, &unsettled), 65);
	CHECK(!unsettled);
	rehearsal_end(&f);
}

static void changes_are_waited_for(void)
{
	struct rehearsal_fixture f;
	bool unsettled;

	begin(&f);
	rehearsal_apply(&f, rehearsal_deployment(&f, "web", "web:1", 2));
	CHECK(rest_s(&f, &unsettled) > 65);
	CHECK(!unsettled);
	rehearsal_end(&f);
}

/* A Canary that has ended sees another change at its next tick only. */
static void canaries_are_waited_for_until_they_are_stuck(void)
{
	static const struct {
		const char *status;
		int64_t least_s, most_s;
	} cases[] = {
		{ "{phase: Succeeded}", 2 * 60 + 65, 2 * 60 + 70 },
		{ "{phase: Progressing}", 20 * 60, 20 * 60 + 10 }, /* ten intervals, a deadline */
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].status); i++) {
		struct rehearsal_fixture f;
		bool unsettled;

		begin(&f);
		rehearsal_apply(&f, rehearsal_canary(&f, "web"));
		rehearsal_status(&f, KIND_CANARY, "web", cases[i].status);
		int64_t s = rest_s(&f, &unsettled);
		CHECK(s >= cases[i].least_s);
		CHECK(s <= cases[i].most_s);
		CHECK(!unsettled);
		rehearsal_end(&f);
	}
}

static void apply_kustomization(struct rehearsal_fixture *f, bool suspended)
{
	rehearsal_apply(f, node_make(f->arena,
				     "{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: "
				     "Kustomization, metadata: {name: apps, namespace: default}, "
				     "spec: {interval: 10m, prune: true, suspend: %b, sourceRef: "
				     "{kind: GitRepository, name: x}}}",
				     suspended));
}

static void kustomizations_are_waited_for_unless_suspended(void)
{
	struct rehearsal_fixture f;
	bool unsettled;

	begin(&f);
	apply_kustomization(&f, true);
	CHECK_INT(rest_s(&f, &unsettled), 65);
	apply_kustomization(&f, false); /* nobody reconciles it */
	CHECK_INT(rest_s(&f, &unsettled), 24 * 3600);
	CHECK(unsettled);
	rehearsal_end(&f);
}

static void too_many_pods_are_an_error(void)
{
	struct rehearsal_fixture f;
	bool unsettled;

	begin(&f);
	rehearsal_apply(&f, rehearsal_deployment(&f, "small", "web:1", 1));
	rehearsal_apply(&f, rehearsal_deployment(&f, "large", "web:1", REHEARSAL_PODS_MAX));
	CHECK_INT(settle(&f.r, &unsettled, &f.err), -1);
	CHECK_INT(f.err.code, ERROR_INPUT);
	CHECK(strstr(f.err.text, "want 5001 pods, default/large the most of them"));
	rehearsal_end(&f);
}

TESTS({ "a quiet cluster rests after a minute", a_quiet_cluster_rests_after_a_minute },
      { "changes are waited for", changes_are_waited_for },
      { "Canaries are waited for until they are stuck",
	canaries_are_waited_for_until_they_are_stuck },
      { "Kustomizations are waited for, unless suspended",
	kustomizations_are_waited_for_unless_suspended },
      { "too many pods are an error", too_many_pods_are_an_error })
