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

TESTS({ "wrapping prepends text, error_append appends it", texts_grow_at_both_ends },
      { "the text of errno follows the message", the_reason_of_the_system_is_behind_the_text },
      { "long texts are cut", long_texts_are_cut })
