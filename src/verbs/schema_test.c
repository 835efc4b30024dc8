/* schema_test - the JSON Schema of every type of argument, and the document of a verb */
#include "verbs/schema.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/json.h"

struct args {
	struct str text;
	int64_t number;
	bool flag;
	struct argument_list list;
};

#define TEXT   offsetof(struct args, text)
#define NUMBER offsetof(struct args, number)
#define LIST   offsetof(struct args, list)

/* An argument, and the property that it gives. */
static const struct {
	struct argument argument;
	const char *property;
} properties[] = {
	{ { 0, "a", "A", ARGUMENT_STR, TEXT, "help" },
	  "{\"type\":\"string\",\"description\":\"help\"}" },
	{ { 0, "a", "A", ARGUMENT_STR, TEXT, "help", .fallback = "3" },
	  "{\"type\":\"string\",\"description\":\"help\",\"default\":\"3\"}" },
	{ { 0, "a", "A", ARGUMENT_ENUM, TEXT, "help", "low high", "high" },
	  "{\"type\":\"string\",\"description\":\"help\",\"enum\":[\"low\",\"high\"],"
	  "\"default\":\"high\"}" },
	{ { 0, "a", "A", ARGUMENT_INT, NUMBER, "help", .fallback = "3" },
	  "{\"type\":\"integer\",\"description\":\"help\",\"default\":3}" },
	{ { 0, "a", "A", ARGUMENT_INT, NUMBER, "help", .maximum = 9 },
	  "{\"type\":\"integer\",\"description\":\"help\",\"minimum\":0,\"maximum\":9}" },
	{ { 0, "a", "A", ARGUMENT_INT, NUMBER, "help", .minimum = -1 },
	  "{\"type\":\"integer\",\"description\":\"help\",\"minimum\":-1,\"maximum\":0}" },
	{ { 0, "a", "A", ARGUMENT_INT, NUMBER, "help", .minimum = 2, .maximum = INT64_MAX },
	  "{\"type\":\"integer\",\"description\":\"help\",\"minimum\":2}" },
	{ { 0, "a", "A", ARGUMENT_DURATION, NUMBER, "help", .fallback = "1m" },
	  "{\"type\":\"string\",\"description\":\"help\",\"default\":\"1m\","
	  "\"examples\":[\"30s\",\"1h15m\"]}" },
	{ { 0, "a", NULL, ARGUMENT_BOOL, offsetof(struct args, flag), "help" },
	  "{\"type\":\"boolean\",\"description\":\"help\",\"default\":false}" },
	{ { 0, "a", NULL, ARGUMENT_COUNT, NUMBER, "help" },
	  "{\"type\":\"integer\",\"description\":\"help\",\"minimum\":0,\"default\":0}" },
	{ { 0, "a", "A", ARGUMENT_LIST, LIST, "help" },
	  "{\"type\":\"array\",\"description\":\"help\",\"items\":{\"type\":\"string\"}}" },
	{ { 0, "a", "A", ARGUMENT_LIST, LIST, "help", "Pod Job", .is_positional = true,
	    .is_required = true },
	  "{\"type\":\"array\",\"description\":\"help\",\"items\":{\"type\":\"string\","
	  "\"enum\":[\"Pod\",\"Job\"]},\"minItems\":1}" },
};

static void each_type_has_a_property(void)
{
	for (size_t i = 0; TEST_ROW(properties, i, properties[i].property); i++) {
		SCRATCH(arena);
		const struct argument table[] = { properties[i].argument, {} };
		struct verb verb = { .name = "verb", .arguments = table };
		const struct node *schema = verb_schema(&verb, arena);

		CHECK_STR(json_text(arena, node_at(schema, "properties.a"), 0),
			  str_from_cstr(properties[i].property));
		CHECK_INT(node_item_count(node_at(schema, "required")), table[0].is_required);
	}
}

static void formats_are_none(void)
{
	static const struct argument table[] = {
		{ 'o', "output", "FORMAT", ARGUMENT_FORMAT, .values = "text json" },
		{},
	};
	static const struct verb formats = { .arguments = table }, none = {};

	SCRATCH(arena);
	struct str empty = STR("{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\","
			       "\"type\":\"object\",\"properties\":{},\"required\":[],"
			       "\"additionalProperties\":false}");

	CHECK_STR(json_text(arena, verb_schema(&formats, arena), 0), empty);
	CHECK_STR(json_text(arena, verb_schema(&none, arena), 0), empty);
}

static const struct exit_status exits[] = { { 1, "findings" }, {} };
static const struct verb inner = { .name = "run",
				   .group = VERB_CLUSTER,
				   .summary = "do it",
				   .examples = "forge run\nforge run -v\tsay more",
				   .exits = exits,
				   .network = true,
				   .long_running = true };
static const struct verb secret = { .name = "secret", .examples = "", .hidden = true };
static const struct verb *const inner_table[] = { &inner, &secret, NULL };
static const struct verb outer = { .name = "box", .verbs = inner_table };
static const struct verb *const table[] = { &outer, &inner, &secret, NULL };

static void a_document_has_the_row(void)
{
	SCRATCH(arena);
	const struct node *d = verb_document(&inner, STR("box run"), arena);

	CHECK_TEXT(node_str_at(d, "name"), "box run");
	CHECK_TEXT(node_str_at(d, "group"), "A cluster");
	CHECK_TEXT(json_text(arena, node_at(d, "examples"), 0),
		   "[{\"command\":\"forge run\"},"
		   "{\"command\":\"forge run -v\",\"explanation\":\"say more\"}]");
	CHECK_TEXT(node_str_at(d, "exits[0].text"), "done");
	CHECK_TEXT(node_str_at(d, "exits[1].text"), "findings");
	CHECK(!node_bool_at(d, "readOnly", true));
	CHECK(node_bool_at(d, "network", false));
	CHECK(node_bool_at(d, "longRunning", false));
	CHECK(!node_at(d, "about"));
}

static void verbs_of_groups_are_listed_by_both_names(void)
{
	SCRATCH(arena);
	const struct node *all = verbs_document(table, STR(""), arena);
	const struct node *group = verbs_document(inner_table, STR("box"), arena);

	CHECK_INT(node_item_count(node_at(all, "verbs")), 2);
	CHECK_TEXT(node_str_at(all, "verbs[0].name"), "box run");
	CHECK_TEXT(node_str_at(all, "verbs[1].name"), "run");
	CHECK_INT(node_item_count(node_at(group, "verbs")), 1);
	CHECK_TEXT(node_str_at(group, "verbs[0].name"), "box run");
}

TESTS({ "each type of argument has its property", each_type_has_a_property },
      { "formats of the command line are no arguments", formats_are_none },
      { "a document has all of the row", a_document_has_the_row },
      { "verbs of groups are listed by both names", verbs_of_groups_are_listed_by_both_names })
