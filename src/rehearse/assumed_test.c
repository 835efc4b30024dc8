/* assumed_test - each assumption is listed once, in order of appearance */
#include "rehearse/assumed.h"

#include "base/arena.h"
#include "base/test.h"

static void what_is_assumed_is_listed_once(void)
{
	SCRATCH(arena);
	struct assumed a = { .arena = arena };

	assumed_add(&a, STR("HelmRepository/flux-system/podinfo"));
	assumed_add(&a, STR("Bucket/flux-system/charts"));
	assumed_add(&a, STR("HelmRepository/flux-system/podinfo"));
	CHECK_INT(a.items.count, 2);
	CHECK_TEXT(a.items.items[0], "HelmRepository/flux-system/podinfo");
	CHECK_TEXT(a.items.items[1], "Bucket/flux-system/charts");
}

TESTS({ "each assumed object is listed once", what_is_assumed_is_listed_once })
