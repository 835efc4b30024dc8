/* progress_test - the line of a rehearsal under way */
#include "rehearse/rehearsal_test.h"
#include "rehearse/report.h"

static struct str line(struct rehearsal_fixture *f)
{
	struct buf out;

	buf_init(&out, f->arena);
	report_progress(&f->r.results, &out);
	return buf_str(&out);
}

static void it_tells_the_time_and_what_is_shipped(void)
{
	struct rehearsal_fixture f;
	struct revision long_one = { .label = STR("v2"), .hash = STR("0123456789abcdef") };

	rehearsal_begin(&f);
	f.r.results.virtual_ms = 1000;
	CHECK_TEXT(line(&f), "00:00:01");
	f.r.results.current = &f.revisions[0];
	CHECK_TEXT(line(&f), "00:00:01  one (1111)");
	f.r.results.current = &long_one;
	f.r.results.virtual_ms = 1000 * (2 * 3600 + 3 * 60 + 4);
	CHECK_TEXT(line(&f), "02:03:04  v2 (01234567)");
	f.r.record.ended = true; /* `from` is shipped a second time */
	CHECK_TEXT(line(&f), "02:03:04  v2 (01234567), again");
	rehearsal_end(&f);
}

static void apply_kustomization(struct rehearsal_fixture *f, const char *name, const char *ready)
{
	rehearsal_apply(f, node_make(f->arena,
				     "{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: "
				     "Kustomization, metadata: {name: %c, namespace: default}, "
				     "spec: {interval: 1m, prune: true, path: a, sourceRef: {kind: "
				     "GitRepository, name: a}}}",
				     name));
	rehearsal_status_node(f, KIND_KUSTOMIZATION, name,
			      node_make(f->arena,
					"{conditions: [{type: Ready, status: %c, reason: a, "
					"message: a, lastTransitionTime: "
					"\"2026-01-01T00:00:00Z\"}]}",
					ready));
}

static void it_waits_for_kustomizations_that_are_not_ready(void)
{
	struct rehearsal_fixture f;

	rehearsal_begin(&f);
	apply_kustomization(&f, "apps", "True");
	CHECK(!str_contains(line(&f), STR("Kustomizations")));
	apply_kustomization(&f, "infra", "Unknown");
	apply_kustomization(&f, "tenants", "False");
	CHECK(str_ends(line(&f), STR("  2 of 3 Kustomizations, infra among them")));
	rehearsal_end(&f);
}

static void it_tells_how_far_canaries_are(void)
{
	struct rehearsal_fixture f;

	rehearsal_begin(&f);
	rehearsal_apply(&f, rehearsal_canary(&f, "web"));
	rehearsal_status(&f, KIND_CANARY, "web", "{phase: Initialized, canaryWeight: 0}");
	CHECK(str_ends(line(&f), STR("  web Initialized")));
	rehearsal_apply(&f, rehearsal_canary(&f, "zoo"));
	rehearsal_status(&f, KIND_CANARY, "zoo", "{phase: Progressing, canaryWeight: 20}");
	CHECK(str_ends(line(&f), STR("  web Initialized  zoo Progressing 20 %")));
	rehearsal_end(&f);
}

static void it_is_one_line(void)
{
	struct rehearsal_fixture f;

	rehearsal_begin(&f);
	rehearsal_apply(&f, rehearsal_canary(&f, "web"));
	CHECK(!str_contains(line(&f), STR("\n")));
	rehearsal_end(&f);
}

TESTS({ "it tells the time and what is shipped", it_tells_the_time_and_what_is_shipped },
      { "it waits for Kustomizations that are not ready",
	it_waits_for_kustomizations_that_are_not_ready },
      { "it tells how far canaries are", it_tells_how_far_canaries_are },
      { "it is one line", it_is_one_line })
