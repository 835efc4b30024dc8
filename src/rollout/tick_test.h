/*
 * tick_test - a tick over a few objects, for the unit tests of its parts
 *
 * Layer: rollout, for its unit tests. The objects stand in the cache of a controller's fixture;
 * what a part of the tick wants is in the fixture's plan.
 *
 *	struct fixture f = fixture_begin();
 *	fixture_put(&f, …);
 *	struct tick_fixture x;
 *	tick_begin(&x, &f, "{targetRef: {kind: DaemonSet, name: web}}");
 */
#ifndef FORGE_ROLLOUT_TICK_TEST_H
#define FORGE_ROLLOUT_TICK_TEST_H

#include "api/controller_test.h"
#include "doc/set.h"
#include "doc/yaml.h"
#include "rollout/tick.h"

struct tick_fixture {
	struct view view;
	struct tick tick;
};

/* spec: of the Canary default/web, whose target is named web. Returns the fault of its target. */
static inline struct str tick_begin(struct tick_fixture *x, struct fixture *f, const char *spec)
{
	struct error err;
	const struct node *read = yaml_read_one(docset_new(f->arena), STR("spec"),
						str_from_cstr(spec), DIALECT_GO_V3, &err);
	if (!read)
		BUG("%s", err.text);
	const struct object *canary =
		fixture_put(f, node_make(f->arena,
					 "{apiVersion: flagger.app/v1beta1, kind: Canary, "
					 "metadata: {name: web}, spec: %n}",
					 read));

	plan_init(&f->plan, f->arena);
	x->view = (struct view){ .cache = f->cache,
				 .schemas = f->schemas,
				 .arena = f->arena,
				 .now_ms = f->now_ms,
				 .random = &f->random,
				 .answers = &f->answers };
	x->tick = (struct tick){ .view = &x->view,
				 .plan = &f->plan,
				 .arena = f->arena,
				 .object = canary,
				 .root = canary->root,
				 .analysis = node_at(canary->root, "spec.analysis"),
				 .service = node_at(canary->root, "spec.service"),
				 .key = { STR("default"), STR("web") },
				 .provider = STR("istio"),
				 .target_name = STR("web"),
				 .primary_name = STR("web-primary"),
				 .apex = STR("web"),
				 .apex_primary = STR("web-primary"),
				 .apex_canary = STR("web-canary"),
				 .was = status_read(canary) };
	return target_read(&x->tick);
}

/* Text of the last value that the plan writes there; absent: nothing does. */
#define tick_wrote(f, name, text) node_text(fixture_written(f, name, text))

#endif
