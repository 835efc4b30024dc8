/* changes_test - objects added, changed and removed between two revisions, and what comes of it */
#include "rehearse/rehearsal_test.h"

/* Both revisions were shipped; Kustomization default/apps stands as told. */
static void shipped(struct rehearsal_fixture *f, const char *ready, const char *message)
{
	for (size_t i = 0; i < ARRAY_COUNT(f->revisions); i++) {
		struct revision_state state = { .revision = &f->revisions[i] };
		struct kustomization_state apps = { .key = { STR("default"), STR("apps") },
						    .status = str_from_cstr(ready),
						    .message = str_from_cstr(message) };
		VEC_PUSH(f->arena, &state.kustomizations, apps);
		VEC_PUSH(f->arena, &f->r.states, state);
	}
}

static const struct node *config(struct rehearsal_fixture *f, const char *kind, const char *name,
				 const char *data)
{
	return node_make(f->arena,
			 "{apiVersion: v1, kind: %c, metadata: {name: %c, namespace: default}, "
			 "data: %n}",
			 kind, name, node_make(f->arena, data));
}

static void objects_are_added_changed_and_removed(void)
{
	struct rehearsal_fixture f;
	struct changes changes = {};

	rehearsal_begin(&f);
	const struct node *before[] = { config(&f, "ConfigMap", "same", "{a: b}"),
					config(&f, "ConfigMap", "gone", "{a: b}"),
					config(&f, "ConfigMap", "other", "{a: b}") };
	const struct node *after[] = { config(&f, "ConfigMap", "same", "{a: b}"),
				       config(&f, "ConfigMap", "other", "{a: c}"),
				       config(&f, "ConfigMap", "new", "{a: b}") };
	rehearsal_render(&f, 0, before, ARRAY_COUNT(before));
	rehearsal_render(&f, 1, after, ARRAY_COUNT(after));
	shipped(&f, "True", "");
	changes_find(&f.r.results, f.r.platform->api, f.arena, &changes);
	CHECK_INT(changes.items.count, 3);
	CHECK_TEXT(changes.items.items[0].key.name, "other");
	CHECK_TEXT(change_word(changes.items.items[0].what), "changed");
	CHECK_INT(changes.items.items[0].fields.count, 1);
	CHECK_TEXT(changes.items.items[0].fields.items[0].path, "data.a");
	CHECK_TEXT(node_text(changes.items.items[0].fields.items[0].after), "c");
	CHECK_TEXT(changes.items.items[1].key.name, "new");
	CHECK_TEXT(change_word(changes.items.items[1].what), "added");
	CHECK_TEXT(changes.items.items[2].key.name, "gone");
	CHECK_TEXT(change_word(changes.items.items[2].what), "removed");
	CHECK(changes.items.items[2].pruned);
	rehearsal_end(&f);
}

static void a_changed_template_rolls(void)
{
	static const struct {
		const char *image;
		int replicas;
		bool rolls;
	} cases[] = { { "web:2", 1, true }, { "web:1", 5, false } };

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].image); i++) {
		struct rehearsal_fixture f;
		struct changes changes = {};

		rehearsal_begin(&f);
		const struct node *before = rehearsal_deployment(&f, "web", "web:1", 1);
		const struct node *after =
			rehearsal_deployment(&f, "web", cases[i].image, cases[i].replicas);
		rehearsal_render(&f, 0, &before, 1);
		rehearsal_render(&f, 1, &after, 1);
		shipped(&f, "True", "");
		changes_find(&f.r.results, f.r.platform->api, f.arena, &changes);
		CHECK_INT(changes.items.count, 1);
		CHECK_INT(changes.items.items[0].rolls, cases[i].rolls);
		rehearsal_end(&f);
	}
}

static void values_of_secrets_are_masked(void)
{
	struct rehearsal_fixture f;
	struct changes changes = {};

	rehearsal_begin(&f);
	const struct node *before = config(&f, "Secret", "s", "{a: Zmlyc3Q=}");
	const struct node *after = config(&f, "Secret", "s", "{a: c2Vjb25k}");
	rehearsal_render(&f, 0, &before, 1);
	rehearsal_render(&f, 1, &after, 1);
	shipped(&f, "True", "");
	changes_find(&f.r.results, f.r.platform->api, f.arena, &changes);
	CHECK_INT(changes.items.count, 1);
	CHECK_TEXT(node_shown(changes.items.items[0].fields.items[0].before), "***");
	CHECK_TEXT(node_shown(changes.items.items[0].fields.items[0].after), "***");
	rehearsal_end(&f);
}

/* Of a Kustomization that failed: what the cluster refuses, and what it would have taken. */
static void refused_and_held_objects_are_told_apart(void)
{
	struct rehearsal_fixture f;
	struct changes changes = {};

	rehearsal_begin(&f);
	const struct node *after[] = { config(&f, "ConfigMap", "fine", "{a: b}"),
				       rehearsal_deployment(&f, "web", "web:1", -1) };
	rehearsal_render(&f, 1, after, ARRAY_COUNT(after));
	shipped(&f, "False", "Deployment/default/web dry-run failed");
	changes_find(&f.r.results, f.r.platform->api, f.arena, &changes);
	CHECK_INT(changes.items.count, 2);
	CHECK(changes.items.items[0].held);
	CHECK(!changes.items.items[0].refused.ptr);
	CHECK(!changes.items.items[1].held);
	CHECK_TEXT(changes.items.items[1].refused,
		   "Deployment.apps \"web\" is invalid: spec.replicas: Invalid value: -1: must be "
		   "greater than or equal to 0");
	CHECK(!changes.items.items[1].rolls);
	rehearsal_end(&f);
}

/* A Kustomization that did not get to build keeps what it had. */
static void a_failed_build_changes_nothing(void)
{
	struct rehearsal_fixture f;
	struct changes changes = {};

	rehearsal_begin(&f);
	const struct node *before = config(&f, "ConfigMap", "a", "{a: b}");
	const struct node *after = config(&f, "ConfigMap", "a", "{a: c}");
	rehearsal_render(&f, 0, &before, 1);
	rehearsal_render(&f, 1, &after, 1)->fault_code = 422;
	shipped(&f, "False", "kustomize build failed");
	changes_find(&f.r.results, f.r.platform->api, f.arena, &changes);
	CHECK_INT(changes.items.count, 0);
	rehearsal_end(&f);
}

TESTS({ "objects are added, changed and removed", objects_are_added_changed_and_removed },
      { "a changed template rolls", a_changed_template_rolls },
      { "values of Secrets are masked", values_of_secrets_are_masked },
      { "refused and held objects are told apart", refused_and_held_objects_are_told_apart },
      { "a failed build changes nothing", a_failed_build_changes_nothing })
