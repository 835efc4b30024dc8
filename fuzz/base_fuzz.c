/* base_fuzz - durations, timestamps, versions, globs and base64 of any bytes */
#include "base/arena.h"
#include "base/base64.h"
#include "base/duration.h"
#include "base/glob.h"
#include "base/ignore.h"
#include "base/semver.h"
#include "base/timestamp.h"
#include "base/utf8.h"
#include "fuzz/fuzz.h"

static void check_round_trips(struct arena *arena, struct str s)
{
	int64_t ns, again_ns;
	struct timestamp t, again;
	struct str bytes;

	if (duration_parse(s, &ns)) {
		bool holds = duration_parse(duration_format(arena, ns), &again_ns);
		assert(holds && again_ns == ns);
	}
	if (timestamp_parse(s, &t) && t.s >= -62167219200 && t.s <= 253402300799) {
		bool holds = timestamp_parse(timestamp_format_nano(arena, t), &again);
		assert(holds && again.s == t.s && again.ns == t.ns);
	}
	if (base64_decode(arena, s, 0, &bytes, NULL)) {
		struct str text = base64_encode(arena, bytes, 0);
		bool holds = base64_decode(arena, text, 0, &text, NULL);
		assert(holds && str_equal(text, bytes));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
	SCRATCH(arena);
	struct str rest = { (const char *)bytes, size_bytes };
	struct str first = str_cut(&rest, '\n');
	struct semver version;
	struct semver_range range;
	struct ignore ignore = {};

	check_round_trips(arena, first);
	if (semver_range_parse(arena, first, &range) && semver_parse(rest, &version))
		semver_range_has(&range, &version);
	glob_match(first, rest, GLOB_DOUBLE_STAR | GLOB_BRACES);
	ignore_add(&ignore, arena, STR(""), first);
	ignore_match(&ignore, rest, false);
	utf8_width(first);
	return 0;
}
