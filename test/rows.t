#!/bin/sh
# rows - a check that fails in a table says which row it was
. "$FORGE_TOP/test/lib.sh"

cat >rows_test.c <<'EOF'
#include "base/test.h"

static void rows_fail(void)
{
	static const struct {
		const char *name;
		int value;
	} rows[] = { { "one", 1 }, { "\ntwo\nlines", 2 }, { NULL, 3 } };
	static const int inner[] = { 1, 2 };

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].name); i++) {
		CHECK_INT(rows[i].value, 2);
		for (size_t k = 0; TEST_ROW(inner, k); k++)
			CHECK(i != 1 || k != 1);
	}
	for (size_t i = 0; TEST_ROW_OF(rows, 1, i, STR("text")); i++)
		CHECK_TEXT(STR("a"), "b");
	CHECK(1 > 2);
}

static void none(void)
{
	CHECK(2 > 3);
}

TESTS({ "rows", rows_fail }, { "none", none })
EOF
cat >want.txt <<'EOF'
1..2
# rows[i].value is 1, not 2
#   in rows[0]: one
# does not hold: i != 1 || k != 1
#   in rows[1]: two
#   in inner[1]
# rows[i].value is 3, not 2
#   in rows[2]
# STR("a") differs
#   in rows[0]: text
# got:  a
# want: b
# does not hold: 1 > 2
not ok 1 - rows
# does not hold: 2 > 3
not ok 2 - none
EOF
sanitizers=
grep -q __asan_init "$FORGE" && sanitizers=-fsanitize=address,undefined
gcc -std=gnu17 -D_GNU_SOURCE $sanitizers -I"$FORGE_TOP/src" rows_test.c "${FORGE%/*}/libforge.a" -o rows_test
./rows_test | sed 's/rows_test.c:[0-9]*: //' >got.txt
ok "failing rows are named, and only they" diff want.txt got.txt
done_testing
