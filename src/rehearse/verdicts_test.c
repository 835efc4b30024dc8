/* verdicts_test - limits of metric checks, whether they hold */
#include "rehearse/verdicts.h"

#include "metrics/series.h"
#include "rehearse/rehearsal_test.h"

/* What is noted of a check of web's only metric. */
static struct verdict note(struct rehearsal_fixture *f, const char *metric, const double *value)
{
	struct metrics *store = metrics_new(f->arena, 0);
	struct query_api query = query_embedded(store);
	const struct node *canary =
		node_set(f->arena, rehearsal_canary(f, "web"), "spec.analysis.metrics",
			 node_list_append(f->arena, NULL, node_make(f->arena, metric)));
	const struct kind *kind = schemas_kind_by_id(f->r.platform->schemas, KIND_CANARY);
	struct object *object = object_new(kind, canary, NULL, NULL, 0);
	struct recorded_canary *c = arena_one(f->arena, struct recorded_canary);

	c->key = (struct key){ STR("default"), STR("web") };
	VEC_PUSH(f->arena, &f->r.record.canaries, c);
	verdicts_note(&f->r.record, &query, object, 0, value);
	verdicts_note(&f->r.record, &query, object, 1, value); /* there is no second metric */
	object_unref(object);
	CHECK_INT(c->verdicts.count, 1);
	return c->verdicts.items[0];
}

static void limits_are_those_of_flagger(void)
{
	static const struct {
		const char *metric;
		double value;
		struct str limit;
		bool holds;
	} cases[] = {
		{ "{name: request-success-rate, threshold: 99}", 99, STR_INIT("≥ 99"), true },
		{ "{name: request-success-rate, threshold: 99}", 98.9, STR_INIT("≥ 99"), false },
		{ "{name: request-duration, threshold: 500}", 500, STR_INIT("≤ 500"), true },
		{ "{name: request-duration, threshold: 500}", 501, STR_INIT("≤ 500"), false },
		{ "{name: own, thresholdRange: {min: 1, max: 2}}", 1.5, STR_INIT("1 … 2"), true },
		{ "{name: own, thresholdRange: {min: 1, max: 2}}", 2.5, STR_INIT("1 … 2"), false },
		{ "{name: own, thresholdRange: {min: 1}, threshold: 9}", 2, STR_INIT("≥ 1"), true },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].metric); i++) {
		struct rehearsal_fixture f;

		rehearsal_begin(&f);
		struct verdict v = note(&f, cases[i].metric, &cases[i].value);
		CHECK_STR(v.limit, cases[i].limit);
		CHECK_INT(v.holds, cases[i].holds);
		CHECK(v.has_value && v.value == cases[i].value);
		rehearsal_end(&f);
	}
}

static void no_value_holds_nowhere(void)
{
	struct rehearsal_fixture f;

	rehearsal_begin(&f);
	struct verdict v = note(&f, "{name: request-duration, threshold: 500}", NULL);
	CHECK(!v.holds && !v.has_value);
	rehearsal_end(&f);
}

TESTS({ "limits are those of Flagger", limits_are_those_of_flagger },
      { "no value holds nowhere", no_value_holds_nowhere })
