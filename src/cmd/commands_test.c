/* commands_test - what a row of the table gives: help, manual page, completion, printed outcome */
#include "cmd/commands.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/test.h"
#include "cmd/dispatch.h"
#include "cmd/options.h"
#include "doc/json.h"
#include "doc/set.h"
#include "verbs/verbs.h"
#include "world/simulated.h"
#include "world/snapshot.h"
#include "world/world.h"

struct called {
	struct str out, err;
	int status;
};

/* Of the simulated world. */
static const struct {
	const char *path, *text;
} disk[] = {
	{ "app/kustomization.yaml", "resources: [config.yaml]\nbases: [base]\n" },
	{ "app/base/kustomization.yaml", "configMapGenerator: [{name: made}]\n" },
	{ "app/config.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n" },
	{ "bad.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndatas: {a: b}\n" },
};

static struct world *new_world(struct arena *arena)
{
	struct snapshot *files = arena_one(arena, struct snapshot);

	snapshot_init(files, arena);
	for (size_t i = 0; i < ARRAY_COUNT(disk); i++)
		snapshot_put(files, (struct snapshot_file){ .path = str_from_cstr(disk[i].path),
							    .bytes = str_from_cstr(disk[i].text) });
	return simulated_new(&(struct simulated_options){ .seed = 1, .files = files });
}

/* A command line behind "forge"; its words are separated by blanks, and may be empty. */
static struct called call(struct arena *arena, const char *line, bool color)
{
	SCRATCH(scratch);
	struct called c = {};
	char *bytes[2] = {};
	size_t sizes[2] = {};
	struct str words[16];
	uint32_t count = 0;
	struct world *world = new_world(scratch);
	struct app app = {
		.world = world,
		.arena = scratch,
		.out = open_memstream(&bytes[0], &sizes[0]),
		.err = open_memstream(&bytes[1], &sizes[1]),
		.color_out = color,
		.verbs = commands_all(scratch),
	};

	for (struct str rest = str_from_cstr(line); rest.ptr;)
		words[count++] = str_cut(&rest, ' ');
	c.status = dispatch(&app, words, count);
	fclose(app.out);
	fclose(app.err);
	c.out = str_copy(arena, (struct str){ bytes[0], sizes[0] });
	c.err = str_copy(arena, (struct str){ bytes[1], sizes[1] });
	free(bytes[0]);
	free(bytes[1]);
	world_free(world);
	return c;
}

static bool has_line(struct str text, const char *start)
{
	for (struct str rest = text; rest.ptr;)
		if (str_starts(str_cut(&rest, '\n'), str_from_cstr(start)))
			return true;
	return false;
}

/* --- each row --------------------------------------------------------------------------------- */

static void check_options(const struct verb *verb, struct str help, struct str man,
			  struct str words)
{
	SCRATCH(arena);

	for (const struct argument *a = verb->arguments; argument_is_row(a); a++) {
		struct str option = str_printf(arena, "--%s", a->name);
		struct str roff = str_printf(arena, "\\fB\\-\\-%s\\fR", a->name);
		bool listed = str_contains(words, str_printf(arena, "--%s\t", a->name));

		CHECK_INT(listed, !a->is_positional);
		CHECK(a->is_positional || str_contains(help, option));
		CHECK(a->is_positional || str_contains(man, roff));
	}
}

/* name is "sandbox run" */
static void check_row(const struct verb *verb, struct str name)
{
	SCRATCH(arena);
	struct str n = str_from_cstr(str_cstr(arena, name));
	struct called help = call(arena, str_cstr(arena, STR_CAT(arena, STR("help "), n)), false);
	struct called flag = call(arena, str_cstr(arena, STR_CAT(arena, n, STR(" -h"))), false);
	struct called man = call(arena, str_cstr(arena, STR_CAT(arena, STR("man "), n)), false);
	struct called json =
		call(arena, str_cstr(arena, STR_CAT(arena, STR("help -o json "), n)), false);
	struct called words = call(
		arena, str_cstr(arena, STR_CAT(arena, STR("__complete -- "), n, STR(" -"))), false);
	struct error err;

	CHECK_INT(help.status + flag.status + man.status + json.status + words.status, 0);
	CHECK_STR(flag.out, help.out);
	CHECK(str_contains(help.out, str_from_cstr(verb->summary)));
	CHECK(has_line(man.out, ".SH OPTIONS"));
	check_options(verb, help.out, man.out, words.out);
	const struct node *row = json_read(docset_new(arena), STR("row"), json.out, &err);
	CHECK_TEXT(node_str_at(row, "kind"), "Verb");
	CHECK_STR(node_str_at(row, "name"), n);
	CHECK_TEXT(node_str_at(row, "arguments.type"), "object");
}

static void every_row(void)
{
	SCRATCH(arena);
	const struct verb *const *all = commands_all(arena);
	struct called words = call(arena, "__complete -- ", false);
	struct called help = call(arena, "help", false);

	for (const struct verb *const *v = all; *v; v++) {
		struct str name = str_from_cstr((*v)->name);
		struct str row = str_printf(arena, "  %s ", (*v)->name);

		CHECK(v == all || strcmp(v[-1]->name, (*v)->name) < 0);
		CHECK_INT(has_line(help.out, str_cstr(arena, row)), !(*v)->hidden);
		CHECK_INT(has_line(words.out, str_cstr(arena, STR_CAT(arena, name, STR("\t")))),
			  !(*v)->hidden);
		if (!(*v)->verbs)
			check_row(*v, name);
		for (const struct verb *const *s = (*v)->verbs; s && *s; s++)
			check_row(*s, STR_CAT(arena, name, STR(" "), str_from_cstr((*s)->name)));
	}
}

/* What is typed behind "forge", the last word unfinished; one candidate, and one that is none. */
static const struct {
	const char *line, *candidate, *other;
} completions[] = {
	{ "", "check\t", "__complete" },
	{ "che", "check\t", "build" },
	{ "sandbox ", "run\t", "check" },
	{ "help ", "check\t", ":files" },
	{ "check ", ":files", "--severity" },
	{ "build ", ":files", "json" },
	{ "query ", "", ":files" },
	{ "check --", "--severity\t", "--paths" },
	{ "check --no", "--no-color\t", "--severity" },
	{ "--", "--help\t", "--severity" },
	{ "build -o ", "json\t", ":files" },
	{ "build -x ", ":files", "json" },
	{ "build --output ", "yaml\t", ":files" },
	{ "build --output j", "json\t", "yaml" },
	{ "build --output =", "json\t", ":files" },
	{ "build --output = j", "json\t", "yaml" },
	{ "build --output = json ", ":files", "yaml" },
	{ "build =", "", "yaml" },
	{ "rehearse --cluster ", ":files", "--" },
	{ "rehearse --seed ", "", ":files" },
	{ "check --rules ", ":files", "--" },
	{ "check --severity=error ", ":files", "warning" },
	{ "nothing ", "check\t", ":files" },
};

static void completion(void)
{
	for (size_t i = 0; TEST_ROW(completions, i, completions[i].line); i++) {
		SCRATCH(arena);
		struct str words =
			STR_CAT(arena, STR("__complete -- "), str_from_cstr(completions[i].line));
		struct called c = call(arena, str_cstr(arena, words), false);

		CHECK_INT(c.status, 0);
		CHECK(has_line(c.out, completions[i].candidate));
		CHECK(!has_line(c.out, completions[i].other));
	}
}

static void groups(void)
{
	SCRATCH(arena);
	struct str help = call(arena, "help", true).out;
	ptrdiff_t release = str_find(help, STR("\033[1mA release\033[0m\n  rehearse "));

	CHECK(release > str_find(help, STR("A repository\033[0m\n  build ")));
	CHECK(release < str_find(help, STR("A cluster\033[0m\n  sandbox ")));
	CHECK(!str_contains(help, STR("Agents")));
}

/* --- outcomes --------------------------------------------------------------------------------- */

static const struct {
	const char *line, *out, *err; /* what they begin with */
	int status;
} outcomes[] = {
	{ "version", "forge ", "" },
	{ "--version", "forge ", "" },
	{ "version --json", "{\"apiVersion\":\"forge.dev/v1\",\"kind\":\"Version\",", "" },
	{ "build app", "apiVersion: v1\nkind: ConfigMap\n",
	  "warning: /app/kustomization.yaml:2:8: " },
	{ "build -o json app", "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",", "warning: " },
	{ "build nowhere", "", "error: ", ERROR_INPUT },
	{ "check bad.yaml", "bad.yaml\n", "", ERROR_NO },
	{ "check -o json bad.yaml", "{\n  \"apiVersion\": \"forge.dev/v1\",", "", ERROR_NO },
	{ "check --rules", "schema/unknown-kind ", "" },
	{ "check --rules -o json", "{\n  \"apiVersion\": \"forge.dev/v1\",", "" },
	{ "why app ConfigMap/web metadata.name", "ConfigMap/web metadata.name\n  web  ",
	  "warning: " },
	{ "why -o json app ConfigMap/web kind", "{\n  \"apiVersion\": \"forge.dev/v1\",",
	  "warning: " },
	{ "why app", "", "error: an object and a field are needed", ERROR_INPUT },
	{ "diff app app", "no differences\n", "warning: /app/kustomization.yaml:2:8: " },
	{ "diff app/config.yaml bad.yaml", "~ ConfigMap/web\n  + datas:\n", "", ERROR_NO },
	{ "diff -o json app/config.yaml bad.yaml", "{\n  \"apiVersion\": \"forge.dev/v1\",", "",
	  ERROR_NO },
	{ "diff -o markdown app/config.yaml bad.yaml", "**forge diff**: 1 changed\n", "",
	  ERROR_NO },
	{ "diff app nowhere", "", "error: 'nowhere' does not exist\n", ERROR_INPUT },
	{ "localize app copied", "localized to 'copied': 3 files\n", "" },
	{ "localize -o json app copied", "{\n  \"apiVersion\": \"forge.dev/v1\",", "" },
	{ "localize nowhere", "", "error: ", ERROR_INPUT },
	{ "localize app bad.yaml", "", "error: localize destination 'bad.yaml' already exists",
	  ERROR_INPUT },
	{ "query 1+1", "2\n", "" },
	{ "query -o json 1+1", "{\"status\":\"success\",", "" },
	{ "sandbox run app/config.yaml --nodes 0", "after:\n  config:\n    items:\n", "" },
	{ "sandbox run app/config.yaml --nodes 0 -o json", "{\n  \"after\": {\n", "" },
	{ "sandbox run", "", "error: 'forge sandbox run' needs FILE\n", ERROR_INPUT },
	{ "rehearse", "", "error: ", ERROR_INPUT },
	{ "sandbox", "", "error: 'forge sandbox' needs a verb\n", ERROR_INPUT },
	{ "help nothing", "", "error: 'nothing' is not a verb of 'forge'\n", ERROR_INPUT },
	{ "help sandbox rum", "",
	  "error: 'rum' is not a verb of 'forge sandbox'\nhint: did you "
	  "mean 'run'?\n",
	  ERROR_INPUT },
};

static void outcomes_are_printed(void)
{
	for (size_t i = 0; TEST_ROW(outcomes, i, outcomes[i].line); i++) {
		SCRATCH(arena);
		struct called c = call(arena, outcomes[i].line, false);

		CHECK_INT(c.status, outcomes[i].status);
		if (!CHECK(str_starts(c.out, str_from_cstr(outcomes[i].out))))
			CHECK_STR(c.out, str_from_cstr(outcomes[i].out));
		if (!CHECK(str_starts(c.err, str_from_cstr(outcomes[i].err))))
			CHECK_STR(c.err, str_from_cstr(outcomes[i].err));
		CHECK_INT(c.out.len > 0, outcomes[i].out[0] != '\0');
		CHECK_INT(c.err.len > 0, outcomes[i].err[0] != '\0');
	}
}

static void every_verb_has_an_outcome_here(void)
{
	for (const struct verb *const *v = verbs; *v; v++) {
		bool found = false;
		for (size_t i = 0; i < ARRAY_COUNT(outcomes); i++)
			found = found || str_starts(str_from_cstr(outcomes[i].line),
						    str_from_cstr((*v)->name));
		CHECK(found);
	}
}

static void colours(void)
{
	SCRATCH(arena);

	CHECK(str_contains(call(arena, "check bad.yaml", true).out, STR("\033[1m")));
	CHECK(!str_contains(call(arena, "check bad.yaml --no-color", true).out, STR("\033")));
	CHECK(!str_contains(call(arena, "--no-color check bad.yaml", true).out, STR("\033")));
}

static void all_as_json(void)
{
	SCRATCH(arena);
	struct error err;
	struct called c = call(arena, "help -o json", false);
	const struct node *list = json_read(docset_new(arena), STR("list"), c.out, &err);
	struct called group = call(arena, "help sandbox -o json", false);

	CHECK_TEXT(node_str_at(list, "kind"), "VerbList");
	CHECK_TEXT(node_str_at(list, "verbs[0].name"), "build");
	CHECK(str_contains(c.out, STR("\"name\": \"sandbox run\"")));
	CHECK(!str_contains(c.out, STR("__complete")));
	CHECK(str_contains(group.out, STR("\"name\": \"sandbox run\"")));
	CHECK(!str_contains(group.out, STR("\"name\": \"build\"")));
}

TESTS({ "each row gives help, a manual page, completion and a document", every_row },
      { "completion offers the words that may come next", completion },
      { "help shows groups in their order, none without verbs", groups },
      { "outcomes are printed, with their status", outcomes_are_printed },
      { "each verb has an outcome here", every_verb_has_an_outcome_here },
      { "colour only where it is wanted", colours }, { "all verbs as one document", all_as_json })
