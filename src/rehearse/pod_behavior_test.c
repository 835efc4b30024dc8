/* pod_behavior_test - pods behave as the scenario says of their workload and revision */
#include "rehearse/pod_behavior.h"

#include "rehearse/faults.h"
#include "rehearse/playing.h"
#include "rehearse/rehearsal_test.h"

static void begin(struct rehearsal_fixture *f, struct pod_behaviors *b)
{
	struct scenario_workload w = { .kind = STR("Deployment"),
				       .key = { STR("default"), STR("web") } };

	rehearsal_prepare(f);
	w.from = (struct behavior){ .p50_ms = 5, .crash_after_ms = -1, .start_ms = -1 };
	w.to = (struct behavior){ .p50_ms = 50, .crash_after_ms = -1, .start_ms = -1 };
	VEC_PUSH(f->arena, &f->scenario.workloads, w);
	rehearsal_start(f);
	pod_behaviors_init(b, f->r.results.cluster, &f->scenario, f->r.results.faults, f->arena);
}

static const struct object *newest_pod(const struct rehearsal_fixture *f, const char *app)
{
	struct objects all =
		cache_list(runner_cache(f->r.platform->runner), f->arena, KIND_POD, STR("default"));
	const struct object *newest = NULL;

	for (uint32_t i = 0; i < all.count; i++)
		if (str_equal(object_label(all.items[i]->root, STR("app")), str_from_cstr(app)) &&
		    !all.items[i]->facts.deletion_s)
			newest = all.items[i];
	CHECK(newest != NULL);
	return newest;
}

static void ship(struct rehearsal_fixture *f, const char *name, const char *image)
{
	rehearsal_apply(f, rehearsal_deployment(f, name, image, 1));
	rehearsal_run_s(f, 30);
}

static void a_new_template_is_a_new_revision(void)
{
	struct rehearsal_fixture f;
	struct pod_behaviors b;

	begin(&f, &b);
	ship(&f, "web", "web:1");
	CHECK_INT(pod_behavior(&b, newest_pod(&f, "web")).p50_ms, 5);
	ship(&f, "web", "web:2");
	CHECK_INT(pod_behavior(&b, newest_pod(&f, "web")).p50_ms, 50);
	ship(&f, "web", "web:1"); /* back again */
	CHECK_INT(pod_behavior(&b, newest_pod(&f, "web")).p50_ms, 5);
	rehearsal_end(&f);
}

static void workloads_are_told_apart(void)
{
	struct rehearsal_fixture f;
	struct pod_behaviors b;
	struct key key;

	begin(&f, &b);
	ship(&f, "other", "web:1");
	CHECK_INT(pod_behavior(&b, newest_pod(&f, "other")).p50_ms, 20); /* not spoken of */
	CHECK_TEXT(pod_workload(&b, newest_pod(&f, "other"), &key), "Deployment");
	CHECK_TEXT(key.name, "other");
	rehearsal_end(&f);
}

TESTS({ "a new template is a new revision", a_new_template_is_a_new_revision },
      { "behaviour is chosen by workload", workloads_are_told_apart })
