/* suite_test - the YAML test suite: every case as the suite says, or as go-yaml does */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/test.h"
#include "doc/yaml/events.h"

/* Where go-yaml v3 differs from the suite, Forge follows it; docs/parity.md has the reasons. */
enum deviation { REFUSES = 1, ACCEPTS, OTHER_EVENTS };

static const struct {
	const char *id;
	enum deviation deviation;
} deviations[] = {
	/* %YAML other than 1.1 */
	{ "27NA", REFUSES },
	{ "6ZKB", REFUSES },
	{ "9DXL", REFUSES },
	{ "BEC7", REFUSES },
	{ "DK95/07", REFUSES },
	{ "RTP8", REFUSES },
	{ "W4TN", REFUSES },
	/* unknown directives; directives as the end of a document, or with a comment at once */
	{ "2LFX", REFUSES },
	{ "6LVF", REFUSES },
	{ "MUS6/05", REFUSES },
	{ "MUS6/06", REFUSES },
	{ "UT92", REFUSES },
	{ "9HCY", ACCEPTS },
	{ "MUS6/00", ACCEPTS },
	/* an empty key without '?' */
	{ "2JQS", REFUSES },
	{ "6M2F", REFUSES },
	{ "CFD4", REFUSES },
	{ "FRK4", REFUSES },
	{ "M2N8/00", REFUSES },
	{ "NHX8", REFUSES },
	{ "NKF9", REFUSES },
	{ "S3PD", REFUSES },
	{ "SM9W/01", REFUSES },
	{ "UKK6/00", REFUSES },
	/* a flow key whose ':' stands on another line */
	{ "4MUZ/00", REFUSES },
	{ "4MUZ/01", REFUSES },
	{ "4MUZ/02", REFUSES },
	{ "5MUD", REFUSES },
	{ "9SA2", REFUSES },
	{ "K3WX", REFUSES },
	{ "NJ66", REFUSES },
	{ "VJP3/01", REFUSES },
	/* ':' and '?' in flow scalars */
	{ "4ABK", OTHER_EVENTS },
	{ "58MP", REFUSES },
	{ "5T43", REFUSES },
	{ "652Z", OTHER_EVENTS },
	{ "DBG4", REFUSES },
	{ "HM87/00", REFUSES },
	{ "HM87/01", OTHER_EVENTS },
	{ "JR7V", REFUSES },
	/* tabs */
	{ "6BCT", REFUSES },
	{ "6CA3", REFUSES },
	{ "96NN/00", REFUSES },
	{ "96NN/01", REFUSES },
	{ "A2M4", REFUSES },
	{ "DK95/00", REFUSES },
	{ "DK95/03", REFUSES },
	{ "DK95/04", REFUSES },
	{ "Q5MG", REFUSES },
	{ "R4YG", REFUSES },
	{ "Y79Y/001", REFUSES },
	{ "Y79Y/010", REFUSES },
	{ "DK95/01", ACCEPTS },
	{ "Y79Y/003", ACCEPTS },
	/* names of anchors */
	{ "2SXE", REFUSES },
	{ "8XYN", REFUSES },
	{ "W5VH", REFUSES },
	{ "Y2GN", OTHER_EVENTS },
	/* "..." before and between documents */
	{ "7Z25", REFUSES },
	{ "HWV9", REFUSES },
	{ "M7A3", REFUSES },
	{ "QT73", REFUSES },
	/* block scalars at the indentation of the document, blanks at the end of the text */
	{ "DK3J", REFUSES },
	{ "FP8R", REFUSES },
	{ "JEF9/02", OTHER_EVENTS },
	{ "L24T/01", OTHER_EVENTS },
	{ "S98Z", ACCEPTS },
	/* flow text continued at the indentation of its parent */
	{ "9C9N", ACCEPTS },
	{ "QB6E", ACCEPTS },
	/* a comment without a blank before it */
	{ "9JBA", ACCEPTS },
	{ "CVW2", ACCEPTS },
	{ "SU5Z", ACCEPTS },
	{ "X4QW", ACCEPTS },
	/* escapes \/ and \' */
	{ "3UYS", REFUSES },
	{ "HRE5", ACCEPTS },
	/* '-' in flow, ',' in tags */
	{ "G5U8", ACCEPTS },
	{ "YJV2", ACCEPTS },
	{ "U99R", ACCEPTS },
	{ "WZ62", REFUSES },
};

struct score {
	unsigned cases;
	unsigned as_suite;
	unsigned as_table;
};

static enum deviation expected_deviation(struct str id)
{
	for (size_t i = 0; i < ARRAY_COUNT(deviations); i++)
		if (str_equal(id, str_from_cstr(deviations[i].id)))
			return deviations[i].deviation;
	return 0;
}

/* The suite's events without what Forge does not keep: explicit document markers. */
static struct str comparable(struct arena *arena, struct str events)
{
	struct buf out;

	buf_init(&out, arena);
	for (struct str rest = events; rest.len;) {
		struct str line = str_cut(&rest, '\n');
		if (str_starts(line, STR("+DOC")) || str_starts(line, STR("-DOC")))
			line = str_sub(line, 0, 4);
		buf_add(&out, line);
		buf_add_char(&out, '\n');
	}
	return buf_str(&out);
}

static struct str case_file(struct arena *arena, struct str id, const char *name)
{
	struct str path = str_printf(arena, "cases/yaml-test-suite/%.*s/%s", STR_FMT(id), name);

	return test_shared_text(arena, path.ptr);
}

static enum deviation deviation_of(struct arena *arena, struct str id, struct str text)
{
	struct error err;
	struct buf events;
	bool is_invalid = case_file(arena, id, "error").ptr != NULL;

	buf_init(&events, arena);
	bool is_read = yaml_events(&events, docset_new(arena), id, text, &err) == 0;
	if (is_invalid)
		return is_read ? ACCEPTS : 0;
	if (!is_read)
		return REFUSES;
	struct str want = comparable(arena, case_file(arena, id, "test.event"));
	return str_equal(buf_str(&events), want) ? 0 : OTHER_EVENTS;
}

/* A case, or a folder of cases. */
static void score_case(struct str id, struct score *score)
{
	SCRATCH(arena);
	struct str *names;
	struct str text = case_file(arena, id, "in.yaml");

	if (text.ptr) {
		enum deviation found = deviation_of(arena, id, text);
		score->cases++;
		score->as_suite += found == 0;
		if (!CHECK_INT(found, expected_deviation(id)))
			printf("# case %.*s\n", STR_FMT(id));
		else
			score->as_table += found != 0;
		return;
	}
	struct str path = str_printf(arena, "cases/yaml-test-suite/%.*s", STR_FMT(id));
	size_t count = test_shared_names(arena, path.ptr, &names);
	for (size_t i = 0; i < count; i++)
		score_case(str_printf(arena, "%.*s/%.*s", STR_FMT(id), STR_FMT(names[i])), score);
}

static void the_suite(void)
{
	SCRATCH(arena);
	struct str *names;
	struct score score = {};
	size_t count = test_shared_names(arena, "cases/yaml-test-suite", &names);

	if (!count) {
		test_skip("the YAML test suite is not beside the project");
		return;
	}
	for (size_t i = 0; i < count; i++)
		score_case(names[i], &score);
	printf("# %u cases: %u as the suite says, %u as go-yaml does\n", score.cases,
	       score.as_suite, score.as_table);
	CHECK_INT(score.as_suite + score.as_table, score.cases);
	CHECK_INT(score.as_table, ARRAY_COUNT(deviations));
}

TESTS({ "the suite's verdicts, and go-yaml's where it differs", the_suite })
