/* rollback_test - what was applied first must be there again, but for what others own */
#include "rehearse/rehearsal_test.h"

static const struct node *settings(struct rehearsal_fixture *f, const char *data)
{
	return node_make(f->arena,
			 "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: "
			 "default, uid: ignored}, data: %n}",
			 node_make(f->arena, data));
}

/* The objects are applied, rendered and kept. */
static void keep(struct rehearsal_fixture *f, const struct node *a, const struct node *b)
{
	const struct node *const objects[] = { a, b };
	struct revision_state first = { .revision = &f->revisions[0] };

	VEC_PUSH(f->arena, &f->r.states, first);
	rehearsal_apply(f, a);
	if (b)
		rehearsal_apply(f, b);
	rehearsal_render(f, 0, objects, b ? 2 : 1);
	rollback_keep(&f->r);
}

static struct str violation(const struct rehearsal_fixture *f)
{
	const struct invariants *v = &f->r.invariants;

	return v->violations.count ? v->violations.items[0].message : STR_NONE;
}

static void fields_that_a_render_applies_are_compared(void)
{
	static const struct {
		const char *data, *violation; /* NULL: none */
		uint32_t differences;
	} cases[] = {
		{ "{a: b, c: d}", NULL, 0 },
		{ "{a: b, c: d, e: f}", NULL, 0 }, /* nobody applied e */
		{ "{a: x, c: d}", "data.a is not what it was before the release", 1 },
		{ "{a: x, c: y}", "data.a is not what it was before the release", 2 },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].data); i++) {
		struct rehearsal_fixture f;

		rehearsal_begin(&f);
		keep(&f, settings(&f, "{a: b, c: d}"), NULL);
		rehearsal_apply(&f, settings(&f, cases[i].data));
		rollback_compare(&f.r);
		CHECK_INT(f.r.rollback.differences, cases[i].differences);
		CHECK_STR(violation(&f),
			  cases[i].violation ? str_from_cstr(cases[i].violation) : STR(""));
		CHECK(f.r.rollback.shipped);
		CHECK(f.r.rollback.compared >= 2);
		rehearsal_end(&f);
	}
}

static void an_object_that_is_gone_differs(void)
{
	struct rehearsal_fixture f;

	rehearsal_begin(&f);
	keep(&f, settings(&f, "{a: b}"), NULL);
	rehearsal_delete(&f, KIND_CONFIGMAP, "settings");
	rollback_compare(&f.r);
	CHECK_INT(f.r.rollback.differences, 1);
	CHECK_TEXT(violation(&f), "the object is not what it was before the release");
	rehearsal_end(&f);
}

static void replicas_that_somebody_else_owns_are_left_out(void)
{
	for (int owned = 0; owned < 2; owned++) {
		struct rehearsal_fixture f;

		rehearsal_begin(&f);
		keep(&f, rehearsal_deployment(&f, "web", "web:1", 1),
		     rehearsal_canary(&f, owned ? "web" : "other"));
		rehearsal_apply(&f, rehearsal_deployment(&f, "web", "web:1", 0));
		rollback_compare(&f.r);
		CHECK_INT(f.r.rollback.differences, owned ? 0 : 1);
		CHECK_STR(violation(&f),
			  owned ? STR("")
				: STR("spec.replicas is not what it was before the release"));
		rehearsal_end(&f);
	}
}

static void inventories_are_compared(void)
{
	struct rehearsal_fixture f;
	struct kustomization_state apps = { .key = { STR("default"), STR("apps") } };

	rehearsal_begin(&f);
	apps.inventory = node_make(f.arena, "[{id: a, v: v1}]");
	keep(&f,
	     node_make(f.arena,
		       "{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, "
		       "metadata: {name: apps, namespace: default}, spec: {interval: 10m, prune: "
		       "true, sourceRef: {kind: GitRepository, name: x}}}"),
	     NULL);
	VEC_PUSH(f.arena, &f.r.states.items[0].kustomizations, apps);
	rehearsal_status(&f, KIND_KUSTOMIZATION, "apps",
			 "{inventory: {entries: [{id: a, v: v1}]}}");
	rollback_compare(&f.r);
	CHECK_INT(f.r.rollback.differences, 0);
	rehearsal_status(&f, KIND_KUSTOMIZATION, "apps",
			 "{inventory: {entries: [{id: b, v: v1}]}}");
	rollback_compare(&f.r);
	CHECK_INT(f.r.rollback.differences, 1);
	CHECK_TEXT(violation(&f), "status.inventory.entries is not what it was before the release");
	rehearsal_end(&f);
}

TESTS({ "fields that a render applies are compared", fields_that_a_render_applies_are_compared },
      { "an object that is gone differs", an_object_that_is_gone_differs },
      { "replicas that somebody else owns are left out",
	replicas_that_somebody_else_owns_are_left_out },
      { "inventories are compared", inventories_are_compared })
