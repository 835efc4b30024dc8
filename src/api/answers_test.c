/* answers_test - answers are found by name and number, many or few */
#include "api/answers.h"

#include "base/arena.h"
#include "base/test.h"

static void found_by_name_and_number(void)
{
	SCRATCH(arena);
	struct answers answers = {};

	CHECK(!answers_find(&answers, STR("dry"), 0));
	for (uint32_t i = 0; i < 1000; i++) {
		answers_add(arena, &answers,
			    &(struct answer){ .name = STR("dry"), .number = i, .code = (int)i });
		answers_add(arena, &answers,
			    &(struct answer){ .name = STR("apply"), .number = i, .code = -1 });
	}
	CHECK_INT(answers.count, 2000);
	for (uint32_t i = 0; i < 1000; i++)
		CHECK_INT(answers_find(&answers, STR("dry"), i)->code, (int)i);
	CHECK_INT(answers_find(&answers, STR("apply"), 999)->code, -1);
	CHECK(!answers_find(&answers, STR("apply"), 1000));
	CHECK(!answers_find(&answers, STR("delete"), 0));
}

static void the_later_one_counts(void)
{
	SCRATCH(arena);
	struct answers answers = {};

	answers_add(arena, &answers, &(struct answer){ .name = STR("x"), .code = 409 });
	answers_add(arena, &answers, &(struct answer){ .name = STR("x"), .code = 200 });
	CHECK_INT(answers_find(&answers, STR("x"), 0)->code, 200);
	CHECK_INT(answers.items[0].code, 409);
}

TESTS({ "found by name and number", found_by_name_and_number },
      { "of one name the later one counts", the_later_one_counts })
