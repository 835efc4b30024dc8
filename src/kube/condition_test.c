/* condition_test - conditions are found by type, and an absent one has no texts */
#include "base/arena.h"
#include "base/test.h"
#include "kube/health.h"
#include "doc/make.h"

static void finding(void)
{
	SCRATCH(arena);
	const struct node *list =
		node_make(arena, "[{type: Ready, reason: Up}, {type: Available}, {type: Ready}]");

	CHECK_INT(condition_index(list, STR("Ready")), 0);
	CHECK_INT(condition_index(list, STR("Available")), 1);
	CHECK_INT(condition_index(list, STR("Gone")), 3);
	CHECK_INT(condition_index(NULL, STR("Ready")), 0);
}

static void texts(void)
{
	SCRATCH(arena);
	const struct node *list = node_make(arena, "[{type: Ready, reason: Up}]");

	CHECK_TEXT(condition_text(node_item(list, 0), STR("reason")), "Up");
	CHECK_TEXT(condition_text(node_item(list, 0), STR("message")), "");
	CHECK_TEXT(condition_text(node_item(list, 1), STR("reason")), "");
}

TESTS({ "the first one of a type is found", finding }, { "an absent one has no texts", texts })
