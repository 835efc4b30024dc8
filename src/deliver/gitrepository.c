/* gitrepository - a git repository as an artifact at a revision */
#include "base/arena.h"
#include "deliver/deliver.h"
#include "doc/make.h"
#include "kube/flux_reason.h"
#include "kube/health.h"

enum { INTERVAL_MS = 60000 };

static const struct node *conditions(const struct view *view, const struct object *o, bool ready,
				     enum flux_reason reason, struct str message)
{
	struct condition c = { .type = STR("Ready"),
			       .status = ready ? STR("True") : STR("False"),
			       .reason = flux_reason_text(reason),
			       .message = message,
			       .observed_generation = o->facts.generation };
	const struct node *list = condition_set(view->arena, node_at(o->root, "status.conditions"),
						&c, view_now(view));

	if (!ready)
		return list;
	c.type = STR("ArtifactInStorage");
	return condition_set(view->arena, list, &c, view_now(view));
}

static void fail(const struct view *view, const struct object *o, const struct answer *answer,
		 struct plan *plan)
{
	const struct node *status = node_get(o->root, STR("status"));

	plan_event(plan, o, /* warning= */ true, flux_reason_text(FLUX_GIT_OPERATION_FAILED),
		   "%.*s", STR_FMT(answer->text));
	status = node_with(plan->arena, status, STR("conditions"),
			   conditions(view, o, false, FLUX_GIT_OPERATION_FAILED, answer->text));
	plan_status(plan, o,
		    node_with(plan->arena, status, STR("observedGeneration"),
			      node_int(plan->arena, o->facts.generation)));
}

static void store(const struct view *view, const struct object *o, const struct answer *answer,
		  struct plan *plan)
{
	struct str old = node_str_at(o->root, "status.artifact.revision");
	struct str message = str_printf(plan->arena, "stored artifact for revision '%.*s'",
					STR_FMT(answer->text));
	const struct node *artifact = node_at(o->root, "status.artifact");

	if (!str_equal(old, answer->text)) {
		artifact =
			node_make(plan->arena,
				  "{revision: %s, digest: %?s, lastUpdateTime: %s, path: %s, "
				  "size: %l, url: %s}",
				  answer->text, node_str_at(answer->node, "digest"), view_now(view),
				  answer->text, node_int_at(answer->node, "size", 0), answer->text);
		plan_event(plan, o, /* warning= */ false, flux_reason_text(FLUX_NEW_ARTIFACT),
			   "%.*s", STR_FMT(message));
	}
	plan_status(plan, o,
		    node_make(plan->arena, "{artifact: %n, conditions: %n, observedGeneration: %l}",
			      artifact, conditions(view, o, true, FLUX_SUCCEEDED, message),
			      o->facts.generation));
}

static int reconcile(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	const struct object *o = view_get(view, KIND_GITREPOSITORY, key);
	const struct answer *answer = view_answer(view, STR("fetch"), 0);

	(void)err;
	if (!o || node_bool_at(o->root, "spec.suspend", false))
		return 0;
	if (!answer) {
		plan_request(plan, STR("fetch"), STR("fetch"), 0, o->root);
		return 0;
	}
	if (answer->code < 300)
		store(view, o, answer, plan);
	else
		fail(view, o, answer, plan);
	plan_requeue(plan, flux_duration_ms(node_at(o->root, "spec.interval"), INTERVAL_MS));
	return 0;
}

static const struct reconciler_watch watches[] = {
	{ KIND_GITREPOSITORY, map_self },
	{},
};

const struct reconciler gitrepository_reconciler = {
	.name = "source-controller",
	.reconcile = reconcile,
	.watches = watches,
};
