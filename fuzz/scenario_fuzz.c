/* scenario_fuzz - scenarios of any bytes: read or refused, in bounds, and twice the same */
#include "base/arena.h"
#include "fuzz/fuzz.h"
#include "rehearse/scenario.h"

static void check_bounds(const struct scenario *s)
{
	assert(s->zone_count >= 0 && s->node_count >= 0);
	for (uint32_t i = 0; i < s->workloads.count; i++) {
		const struct scenario_workload *w = &s->workloads.items[i];
		assert(w->kind.len && w->key.name.len);
		assert(w->to.error_ppm <= 1000000 && w->from.error_ppm <= 1000000);
		assert(w->to.p99_ms >= 0 && w->to.cpu_us_per_request >= -1);
	}
	for (uint32_t i = 0; i < s->traffic.count; i++)
		assert(s->traffic.items[i].requests_per_s >= 0);
	for (uint32_t i = 0; i < s->ships.count; i++)
		assert(s->ships.items[i].step >= 1);
	for (uint32_t i = 0; i < s->faults.count; i++)
		assert(s->faults.items[i].after_ms >= 0 && s->faults.items[i].lasts_ms >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
	SCRATCH(arena);
	struct str text = { (const char *)bytes, MIN(size_bytes, (size_t)(1 << 14)) };
	struct scenario once, twice;
	struct error err = {}, again = {};

	scenario_init(&once);
	scenario_init(&twice);
	int result = scenario_read(&once, docset_new(arena), STR("input"), text, &err);
	int repeated = scenario_read(&twice, docset_new(arena), STR("input"), text, &again);
	assert(result == repeated);
	assert(str_equal(str_from_cstr(err.text), str_from_cstr(again.text)));
	if (result == 0) {
		check_bounds(&once);
		scenario_behavior(&once, STR("Deployment"), (struct key){ STR("a"), STR("b") },
				  true);
	}
	return 0;
}
