/* real_library_test - libraries that are there, and those that are not */
#include "world/real_library.h"

#include <math.h>
#include <string.h>

#include "base/test.h"

struct numbers {
	typeof(&cos) cos;
};

static const struct real_symbol symbols[] = { REAL_SYMBOL(struct numbers, cos) };

static void loads(void)
{
	struct real_library library = { "libm.so.6", "libc6", symbols, 1 };
	struct numbers numbers;
	struct error err;

	CHECK_INT(real_library_load(&library, &numbers, &err), 0);
	CHECK_INT(numbers.cos(0), 1);
}

static void names_the_package(void)
{
	struct real_library library = { "libnothing.so.9", "libnothing9", symbols, 1 };
	const struct real_symbol unknown = { "no_such_function", 0 };
	struct numbers numbers;
	struct error err;

	CHECK_INT(real_library_load(&library, &numbers, &err), -1);
	CHECK_INT(err.code, ERROR_OUTSIDE);
	CHECK(strstr(err.text, "libnothing.so.9"));
	CHECK_TEXT(str_from_cstr(err.hint), "install it: apt-get install libnothing9");
	library = (struct real_library){ "libm.so.6", "libc6", &unknown, 1 };
	CHECK_INT(real_library_load(&library, &numbers, &err), -1);
	CHECK(strstr(err.text, "no_such_function"));
}

TESTS({ "a library is loaded when it is needed", loads },
      { "a library that is missing is an error that names its package", names_the_package })
