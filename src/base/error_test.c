/* error_test - texts are set, wrapped and continued, and cut at their end */
#include "base/error.h"

#include <string.h>

#include "base/test.h"

static void texts_grow_at_both_ends(void)
{
	struct error err;

	CHECK_INT(error_set(&err, ERROR_INPUT, 7, "'%s' is no number", "x"), -1);
	CHECK_INT(error_hint(&err, "write one"), -1);
	CHECK_INT(error_wrap(&err, "while reading '%s'", "f"), -1);
	CHECK_INT(error_append(&err, " (%d)", 3), -1);
	CHECK_TEXT(str_from_cstr(err.text), "while reading 'f': 'x' is no number (3)");
	CHECK_TEXT(str_from_cstr(err.hint), "write one");
	CHECK_INT(err.position, 7);
	CHECK_INT(err.code, ERROR_INPUT);
	error_set(&err, ERROR_OUTSIDE, ERROR_NO_POSITION, "another");
	CHECK_TEXT(str_from_cstr(err.hint), "");
}

static void the_reason_of_the_system_is_behind_the_text(void)
{
	struct error err;

	CHECK_INT(error_errno(&err, ERROR_OUTSIDE, 2 /* ENOENT */, "cannot open '%s'", "f"), -1);
	CHECK_TEXT(str_from_cstr(err.text), "cannot open 'f': No such file or directory");
	CHECK_INT(err.position, ERROR_NO_POSITION);
}

static void long_texts_are_cut(void)
{
	char text[2 * ERROR_TEXT_BYTES];
	struct error err;

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	error_set(&err, ERROR_INPUT, 0, "%s", text);
	CHECK_INT(strlen(err.text), ERROR_TEXT_BYTES - 1);
	error_append(&err, "more");
	CHECK_INT(strlen(err.text), ERROR_TEXT_BYTES - 1);
	error_wrap(&err, "while %s", "reading");
	CHECK_INT(strlen(err.text), ERROR_TEXT_BYTES - 1);
	CHECK(strncmp(err.text, "while reading: xx", 17) == 0);
}

static void the_way_leads_from_the_inside_out(void)
{
	struct error err;

	error_set(&err, ERROR_INPUT, 7, "no");
	CHECK_INT(error_via(&err, 7), -1); /* the place itself is no step of the way */
	CHECK_INT(error_via(&err, ERROR_NO_POSITION), -1);
	CHECK_INT(err.via_count, 0);
	error_via(&err, 3);
	error_via(&err, 5);
	CHECK_INT(err.via_count, 2);
	CHECK_INT(err.via[0], 3);
	CHECK_INT(err.via[1], 5);
	for (uint32_t i = 0; i < 2 * ERROR_VIA_MAX; i++)
		error_via(&err, 100 + i);
	CHECK_INT(err.via_count, ERROR_VIA_MAX);
	CHECK_INT(err.via[0], 3);
	CHECK_INT(err.via[ERROR_VIA_MAX - 1], 99 + 2 * ERROR_VIA_MAX);
	error_set(&err, ERROR_INPUT, 7, "no");
	CHECK_INT(err.via_count, 0);
}

TESTS({ "wrapping prepends text, error_append appends it", texts_grow_at_both_ends },
      { "the text of errno follows the message", the_reason_of_the_system_is_behind_the_text },
      { "long texts are cut", long_texts_are_cut },
      { "the way to an error leads from the inside out", the_way_leads_from_the_inside_out })
