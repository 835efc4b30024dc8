/* git_name_test - which names a file of a repository may have */
#include "source/git_name.h"

#include <string.h>

#include "base/test.h"

static void names(void)
{
	static const struct {
		struct str name;
		const char *fault; /* a part of it; NULL: none */
	} rows[] = {
		{ STR_INIT("a.yaml"), NULL },
		{ STR_INIT(".github"), NULL },
		{ STR_INIT(".gitignore"), NULL },
		{ STR_INIT(".gitx"), NULL },
		{ STR_INIT("x.git"), NULL },
		{ STR_INIT("git"), NULL },
		{ STR_INIT("git~10"), NULL },
		{ STR_INIT("..."), NULL },
		{ STR_INIT("-x"), NULL },
		{ STR_INIT("ünï \xf0\x9f\x98\x80"), NULL },
		{ STR_INIT(""), "empty" },
		{ STR_INIT("."), "step" },
		{ STR_INIT(".."), "step" },
		{ STR_INIT("/abs"), "slash" },
		{ STR_INIT("a/b"), "slash" },
		{ STR_INIT(".git"), "'.git'" },
		{ STR_INIT(".GiT"), "'.git'" },
		{ STR_INIT(".git . ."), "'.git'" },
		{ STR_INIT(".git::$INDEX_ALLOCATION"), "'.git'" },
		{ STR_INIT(".git\\x"), "'.git'" },
		{ STR_INIT("GIT~1"), "'.git'" },
		{ STR_INIT(".g\xe2\x80\x8cit"), "'.git'" },
		{ STR_INIT("\xef\xbb\xbf.git"), "'.git'" },
		{ STR_INIT("a\tb"), "control" },
		{ STR_INIT("a\033[2J"), "control" },
		{ STR_INIT("a\x7f"), "control" },
		{ STR_INIT("a\xc2\x9b"), "control" },
		{ STR_INIT("a\xff"), "UTF-8" },
		{ STR_INIT("\xed\xa0\x80"), "UTF-8" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].name); i++) {
		const char *fault = git_name_fault(rows[i].name);
		CHECK_INT(fault != NULL, rows[i].fault != NULL);
		if (fault && rows[i].fault)
			CHECK(strstr(fault, rows[i].fault));
	}
}

static void paths(void)
{
	struct error err;

	CHECK_INT(git_check_path(STR("the index"), STR("a/b/c.yaml"), &err), 0);
	CHECK_INT(git_check_path(STR("the index"), STR("/a"), &err), -1);
	CHECK_INT(git_check_path(STR("the index"), STR("a/../b"), &err), -1);
	CHECK_INT(git_check_path(STR("the index"), STR("a/"), &err), -1);
	CHECK_INT(git_check_path(STR("the index"), STR("a/\033]0;x\a/b"), &err), -1);
	CHECK_TEXT(str_from_cstr(err.text), "the index has a file 'a/\\x1b]0;x\\x07/b': a name "
					    "that has a control character");
	CHECK_INT(err.code, ERROR_INPUT);
}

TESTS({ "names that git would not check out are refused", names },
      { "a path is looked at part by part, and shown without control characters", paths })
