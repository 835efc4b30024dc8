/* suggest_test - what counts as close */
#include "base/suggest.h"

#include "base/test.h"

static void distances(void)
{
	CHECK_INT(suggest_distance(STR(""), STR("")), 0);
	CHECK_INT(suggest_distance(STR("check"), STR("check")), 0);
	CHECK_INT(suggest_distance(STR("Check"), STR("check")), 0);
	CHECK_INT(suggest_distance(STR("chekc"), STR("check")), 1);
	CHECK_INT(suggest_distance(STR("chck"), STR("check")), 1);
	CHECK_INT(suggest_distance(STR("kitten"), STR("sitting")), 3);
	CHECK_INT(suggest_distance(STR(""), STR("abc")), 3);
	CHECK_INT(suggest_distance(STR("abc"), STR("")), 3);
	CHECK_INT(suggest_distance(STR("ba"), STR("ab")), 1);
	CHECK_INT(suggest_distance(STR("bA"), STR("aB")), 1);
	CHECK_INT(suggest_distance(STR("xab"), STR("xba")), 1);
	CHECK_INT(suggest_distance(STR("ca"), STR("abc")), 3); /* none is touched twice */
	CHECK_INT(suggest_distance(STR("ab"), STR("cd")), 2);
	CHECK_INT(suggest_distance(STR("aZ"), STR("Az")), 0);
	CHECK_INT(suggest_distance(STR("@["), STR("`{")), 2);
}

static struct str closest(struct str typed)
{
	struct suggest s = suggest_start(typed);

	suggest_offer(&s, STR("build"));
	suggest_offer(&s, STR("check"));
	suggest_offer(&s, STR("rehearse"));
	return s.best;
}

static void offers(void)
{
	CHECK_TEXT(closest(STR("biuld")), "build");
	CHECK_TEXT(closest(STR("chekc")), "check");
	CHECK_TEXT(closest(STR("reherse")), "rehearse");
	CHECK(!closest(STR("zzz")).ptr);
	CHECK(!closest(STR("")).ptr);
	CHECK_TEXT(closest(STR("check")), "check");
	CHECK_TEXT(closest(STR("bxild")), "build");
	CHECK(!closest(STR("bxxld")).ptr); /* two of five are too many */
	CHECK_TEXT(closest(STR("rxhxarse")), "rehearse");
	CHECK(!closest(STR("rxhxxrse")).ptr);
}

static void of_equals_the_first(void)
{
	struct suggest s = suggest_start(STR("cat"));

	suggest_offer(&s, STR("a")); /* as far as it is long: two of one */
	CHECK(!s.best.ptr);
	suggest_offer(&s, STR("bat"));
	suggest_offer(&s, STR("hat"));
	CHECK_TEXT(s.best, "bat");
	suggest_offer(&s, STR("cat"));
	CHECK_TEXT(s.best, "cat");
	s = suggest_start(STR("x"));
	suggest_offer(&s, STR("y"));
	CHECK(!s.best.ptr);
	s = suggest_start(STR("abcdefghijklmnopqrst")); /* four of any length */
	suggest_offer(&s, STR("abcdefghijklmno"));
	CHECK(!s.best.ptr);
	suggest_offer(&s, STR("abcdefghijklmnop"));
	CHECK(s.best.ptr);
}

static void long_names(void)
{
	struct str name =
		STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");

	CHECK_INT(suggest_distance(name, name), SUGGEST_NAME_BYTES_MAX);
	CHECK_INT(suggest_distance(name, STR("")), SUGGEST_NAME_BYTES_MAX);
	CHECK_INT(suggest_distance(STR(""), name), SUGGEST_NAME_BYTES_MAX);
	name.len = SUGGEST_NAME_BYTES_MAX;
	CHECK_INT(suggest_distance(name, name), 0);
}

TESTS({ "of names that are as close the first is offered", of_equals_the_first },
      { "distances count edits, case does not", distances },
      { "the closest known name is offered, nothing when all are far", offers },
      { "names beyond the limit are never close", long_names })
