/* promql_fuzz - expressions of any bytes over a small store: an error or a value, in bounds */
#include "base/arena.h"
#include "base/ink.h"
#include "base/buf.h"
#include "base/error.h"
#include "doc/json.h"
#include "fuzz/fuzz.h"
#include "metrics/answer.h"
#include "metrics/promql.h"
#include "metrics/promtool.h"

static const char series[] = "load 1m\n"
			     "  hits{job=\"api\",pod=\"a\"} 0+10x20 stale _ 7\n"
			     "  hits{job=\"api\",pod=\"b\"} 5 3 1 NaN -Inf 0+1x9\n"
			     "  lat_bucket{le=\"0.1\"} 0+1x30\n"
			     "  lat_bucket{le=\"1\"} 0+3x30\n"
			     "  lat_bucket{le=\"+Inf\"} 0+4x30\n"
			     "  up 1x30\n";

enum { WRITTEN_MAX = 100000 }; /* samples: millions of them are only slow to write here */

static bool is_short(const struct promql_value *value)
{
	uint64_t samples = 0;

	for (uint32_t i = 0; i < value->series_count; i++)
		samples += value->series[i].count;
	return samples <= WRITTEN_MAX;
}

/* The first line is the expression; the rest are series. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
	SCRATCH(arena);
	struct str rest = { (const char *)bytes, MIN(size_bytes, (size_t)4096) };
	struct str text = str_cut(&rest, '\n');
	struct metrics *store = metrics_new(arena, /* retention_ms= */ 0);
	struct promql_value value;
	struct error err;
	struct buf out;

	buf_init(&out, arena);
	const struct promql *expr = promql_parse(arena, text, ERROR_NO_POSITION, &err);
	if (!expr || promtool_load(store, str_from_cstr(series), &err) < 0)
		return 0;
	(void)!promtool_load(store, rest, &err);
	if (promql_instant(store, expr, 10 * 60000, arena, &value, &err) == 0 && is_short(&value))
		json_write(&out, answer_document(&value, arena), JSON_SPELLED_NUMBERS);
	struct promql_range range = { 0, 30 * 60000, 7 * 60000 };
	if (promql_over_range(store, expr, range, arena, &value, &err) == 0 && is_short(&value))
		answer_write_text(answer_document(&value, arena), &(struct ink){ .out = &out });
	return 0;
}
