/* reasons_test - reasons are counted, each once, and sorted as texts */
#include "cluster/scheduler/reasons.h"

#include "base/arena.h"
#include "base/test.h"

static void each_is_counted_once(void)
{
	SCRATCH(arena);
	struct reasons reasons = { .arena = arena };
	struct buf text;

	buf_init(&text, arena);
	reasons_count(&reasons, STR("too far"), 2);
	reasons_count(&reasons, STR("too old"), 1);
	reasons_count(&reasons, STR("too old"), 9);
	reasons_count(&reasons, STR("too far"), 1);
	reasons_count(&reasons, STR("too new"), 0);
	reasons_format(&reasons, 13, &text);
	CHECK_TEXT(buf_str(&text), "0/13 nodes are available: 0 too new, 10 too old, 3 too far.");
}

static void misfits_name_their_resource(void)
{
	static const struct misfit misfits[] = {
		{ "", STR_INIT("cpu"), true },
		{ "Too many pods", {}, true },
		{ "", STR_INIT("cpu"), false },
	};
	SCRATCH(arena);
	struct reasons reasons = { .arena = arena };
	struct buf text;

	buf_init(&text, arena);
	reasons_count_misfits(&reasons, misfits, ARRAY_COUNT(misfits));
	reasons_format(&reasons, 2, &text);
	CHECK_TEXT(buf_str(&text), "0/2 nodes are available: 1 Too many pods, 2 Insufficient cpu.");
}

TESTS({ "counts of equal reasons are added up", each_is_counted_once },
      { "misfits name their resource", misfits_name_their_resource })
