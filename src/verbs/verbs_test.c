/* verbs_test - each row of the table of verbs is complete, and each verb gives its outcome */
#include "verbs/verbs.h"

#include <string.h>

#include "base/arena.h"
#include "base/test.h"
#include "doc/json.h"
#include "doc/make.h"
#include "doc/secret.h"
#include "doc/set.h"
#include "verbs/schema.h"
#include "world/simulated.h"
#include "world/snapshot.h"

/* --- rows ------------------------------------------------------------------------------------- */

static bool is_sentence_part(const char *text)
{
	size_t len = text ? strlen(text) : 0;
	return len > 0 && text[len - 1] != '.' && !strchr(text, '\n');
}

static bool has_word(const char *words, struct str word)
{
	for (struct str rest = str_from_cstr(words); rest.ptr;)
		if (str_equal(str_cut(&rest, ' '), word))
			return true;
	return false;
}

/* Help says the default in its own words: "(default 3)", "warning (default)". */
static bool help_has_default(const struct argument *a)
{
	SCRATCH(arena);
	struct str help = str_from_cstr(a->help);

	return a->is_positional ||
	       str_contains(help, str_printf(arena, "(default %s)", a->fallback)) ||
	       str_contains(help, str_printf(arena, "%s (default)", a->fallback));
}

static void check_argument(const struct verb *verb, const struct argument *a)
{
	size_t field_bytes = a->type == ARGUMENT_LIST ? sizeof(struct argument_list) : 1;

	CHECK(is_sentence_part(a->help));
	CHECK((a->type == ARGUMENT_ENUM || a->type == ARGUMENT_FORMAT) <= (a->values != NULL));
	CHECK(a->type == ARGUMENT_FORMAT || argument_takes_value(a) == (a->value != NULL));
	CHECK(a->type == ARGUMENT_FORMAT || a->offset + field_bytes <= verb->size);
	CHECK(!a->is_required || a->is_positional);
	CHECK(!a->is_positional || (a->value && !a->letter));
	CHECK(!a->fallback || help_has_default(a));
	CHECK(!(a->fallback && a->values) || has_word(a->values, str_from_cstr(a->fallback)));
	for (const struct argument *b = verb->arguments; b != a; b++) {
		CHECK(strcmp(a->name, b->name) != 0);
		CHECK(!a->letter || a->letter != b->letter);
	}
}

/* As JSON Schema has it: known keywords of the right type; defaults that hold. */
static void check_property(const struct node *property)
{
	struct str type = node_str_at(property, "type");
	const struct node *fallback = node_get_lit(property, "default");
	int64_t number;
	bool flag;

	CHECK(node_str_at(property, "description").len > 0);
	if (str_equal(type, STR("array")))
		CHECK_TEXT(node_str_at(property, "items.type"), "string");
	else if (str_equal(type, STR("integer")))
		CHECK(!fallback || node_int64(fallback, &number));
	else if (str_equal(type, STR("boolean")))
		CHECK(!fallback || (node_bool(fallback, &flag) && !flag));
	else
		CHECK_TEXT(type, "string");
}

static void check_schema(const struct verb *verb)
{
	SCRATCH(arena);
	const struct node *schema = verb_schema(verb, arena);
	const struct node *properties = node_get_lit(schema, "properties");
	const struct node *required = node_get_lit(schema, "required");
	uint32_t count = 0;

	CHECK_TEXT(node_str_at(schema, "type"), "object");
	CHECK(node_is_map(properties));
	CHECK(!node_bool_at(schema, "additionalProperties", true));
	for (const struct argument *a = verb->arguments; argument_is_row(a); a++)
		count += a->type != ARGUMENT_FORMAT;
	CHECK_INT(node_entry_count(properties), count);
	for (uint32_t i = 0; i < node_entry_count(properties); i++)
		check_property(node_entry(properties, i)->value);
	for (uint32_t i = 0; i < node_item_count(required); i++)
		CHECK(node_get(properties, node_text(node_item(required, i))) != NULL);
}

static void check_row(const struct verb *verb)
{
	CHECK(is_sentence_part(verb->summary));
	CHECK(verb->examples && strstr(verb->examples, verb->name));
	CHECK(verb->run != NULL);
	CHECK(verb->size > 0);
	size_t count = 0;
	while (argument_is_row(&verb->arguments[count]))
		count++;
	for (size_t i = 0; TEST_ROW_OF(verb->arguments, count, i, verb->arguments[i].name); i++)
		check_argument(verb, &verb->arguments[i]);
	check_schema(verb);
}

static void rows_are_complete(void)
{
	for (const struct verb *const *v = verbs; *v; v++) {
		CHECK(v == verbs || strcmp(v[-1]->name, (*v)->name) < 0);
		if (!(*v)->verbs)
			check_row(*v);
		for (const struct verb *const *s = (*v)->verbs; s && *s; s++)
			check_row(*s);
	}
}

static void groups_have_titles(void)
{
	for (size_t i = 0; TEST_ROW(verb_groups, i); i++)
		CHECK(is_sentence_part(verb_groups[i]));
}

/* --- calls ------------------------------------------------------------------------------------ */

struct call {
	struct arena *arena;
	struct world *world;
	struct verb_context context;
	struct outcome outcome;
	struct error err;
};

static const struct {
	const char *path, *text;
} disk[] = {
	{ "app/kustomization.yaml", "resources: [config.yaml]\nbases: [base]\n" },
	{ "app/base/kustomization.yaml", "resources: [secret.yaml]\n" },
	{ "app/config.yaml",
	  "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {a: \"1\"}\n" },
	{ "app/base/secret.yaml",
	  "apiVersion: v1\nkind: Secret\nmetadata: {name: key}\nstringData: {k: hidden}\n" },
	{ "bad.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndatas: {a: b}\n" },
	{ "series", "load 1m\n  up{job=\"api\"} 1 1 1\n" },
};

/* The verb with arguments as JSON, in a simulated world with the files above. */
static struct call call(const struct verb *verb, const char *json)
{
	struct call c = { .arena = arena_new("verbs_test") };
	struct snapshot *files = arena_one(c.arena, struct snapshot);

	snapshot_init(files, c.arena);
	for (size_t i = 0; i < ARRAY_COUNT(disk); i++)
		snapshot_put(files, (struct snapshot_file){ .path = str_from_cstr(disk[i].path),
							    .bytes = str_from_cstr(disk[i].text) });
	c.world = simulated_new(&(struct simulated_options){ .seed = 1, .files = files });
	c.context = (struct verb_context){ .world = c.world,
					   .arena = c.arena,
					   .set = docset_new(c.arena) };
	void *args = arena_alloc(c.arena, verb->size);
	const struct node *node =
		json_read(c.context.set, STR("arguments"), str_from_cstr(json), &c.err);
	CHECK(node != NULL);
	if (verb_arguments_read(verb, node, c.arena, args, &c.err) < 0 ||
	    verb_run(verb, &c.context, args, &c.outcome, &c.err) < 0)
		c.outcome.status = (int)c.err.code;
	return c;
}

static void end(struct call *c)
{
	arena_free(c->arena);
	world_free(c->world);
}

static const struct node *document_of(struct call *c)
{
	return outcome_documents(&c->outcome, c->arena).items[0];
}

static struct str json_of(struct call *c)
{
	struct buf out;

	buf_init(&out, c->arena);
	outcome_write_json(&c->outcome, &out);
	return buf_str(&out);
}

static struct str text_of(struct call *c, bool color)
{
	struct buf out;

	buf_init(&out, c->arena);
	CHECK_INT(outcome_write_text(&c->outcome, &out, color, &c->err), 0);
	return buf_str(&out);
}

static void texts_are_no_commands_of_ci(void)
{
	SCRATCH(arena);
	struct outcome outcome = {};
	struct buf out;

	nodes_add(arena, &outcome.documents,
		  node_make(arena, "{a: %s}", STR("##[error]x ##vso[y")));
	buf_init(&out, arena);
	outcome_write_json(&outcome, &out);
	CHECK_TEXT(buf_str(&out), "{\"a\":\"#\\u0023[error]x #\\u0023vso[y\"}\n");
	outcome.secrets = OUTCOME_SECRETS_SHOWN; /* as build does: the bytes count */
	buf_clear(&out);
	outcome_write_json(&outcome, &out);
	CHECK_TEXT(buf_str(&out), "{\"a\":\"##[error]x ##vso[y\"}\n");
}

static void secrets_of_a_cluster_are_plain_texts(void)
{
	SCRATCH(arena);
	struct outcome outcome = { .secrets = OUTCOME_SECRETS_PLAIN_IN_JSON };
	const struct node *n = node_make(arena, "{a: hunter2hunter2, b: dg==}");
	struct error err;
	struct buf out;

	nodes_add(arena, &outcome.documents, node_marked_secret(arena, n));
	buf_init(&out, arena);
	outcome_write_json(&outcome, &out);
	CHECK_TEXT(buf_str(&out), "{\"a\":\"***\",\"b\":\"dg==\"}\n");
	buf_clear(&out);
	CHECK_INT(outcome_write_yaml(&outcome, &out, &err), 0);
	CHECK_TEXT(buf_str(&out), "a: '***'\nb: '***'\n");
}

static void version(void)
{
	struct call c = call(&verb_version, "{\"all\": true}");
	struct str text = text_of(&c, false);

	CHECK_INT(c.outcome.status, 0);
	CHECK_TEXT(node_str_at(document_of(&c), "kind"), "Version");
	CHECK(str_starts(text, STR("forge ")));
	CHECK(str_contains(text, STR("\nzlib ")));
	end(&c);
	c = call(&verb_version, "{}");
	CHECK(!str_contains(text_of(&c, false), STR("zlib")));
	end(&c);
}

static void build(void)
{
	struct call c = call(&verb_build, "{\"dir\": \"app\"}");

	CHECK_INT(c.outcome.status, 0);
	CHECK_INT(outcome_documents(&c.outcome, c.arena).count, 2);
	CHECK(str_contains(text_of(&c, false), STR("  k: hidden\n")));
	CHECK(str_contains(text_of(&c, false), STR("---\n")));
	CHECK(str_contains(json_of(&c), STR("\"kind\":\"ConfigMap\"")));
	CHECK(str_contains(json_of(&c), STR("\"k\":\"hidden\"")));
	CHECK_INT(c.outcome.findings.count, 1);
	end(&c);
	c = call(&verb_build, "{\"dir\": \"nowhere\"}");
	CHECK_INT(c.outcome.status, ERROR_INPUT);
	end(&c);
}

static void check(void)
{
	struct call c = call(&verb_check, "{\"paths\": [\"bad.yaml\"]}");
	struct str text = text_of(&c, false);

	CHECK_INT(c.outcome.status, ERROR_NO);
	CHECK_INT(c.outcome.findings.count, 1);
	CHECK_TEXT(node_str_at(document_of(&c), "findings[0].origin.file"), "bad.yaml");
	CHECK(str_contains(text, STR("    | datas: {a: b}\n")));
	CHECK(!str_contains(text, STR("\033")));
	CHECK(str_contains(text_of(&c, true), STR("\033[1;31m")));
	end(&c);
	c = call(&verb_check, "{\"paths\": [\"app/config.yaml\"], \"severity\": \"info\"}");
	CHECK_INT(c.outcome.status, 0);
	end(&c);
	c = call(&verb_check, "{\"rules\": true}");
	CHECK(node_item_count(node_at(document_of(&c), "rules")) > 10);
	CHECK(str_contains(text_of(&c, false), STR("schema/unknown-field")));
	end(&c);
}

static void query(void)
{
	struct call c = call(&verb_query, "{\"expression\": \"up\", \"load\": [\"series\"], "
					  "\"at\": \"1.5\"}");

	CHECK_TEXT(text_of(&c, false), "up{job=\"api\"} 1\n");
	CHECK_TEXT(json_of(&c), "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\","
				"\"result\":[{\"metric\":{\"__name__\":\"up\",\"job\":\"api\"},"
				"\"value\":[1.500,\"1\"]}]}}\n");
	end(&c);
	c = call(&verb_query, "{}");
	CHECK_INT(c.outcome.status, ERROR_INPUT);
	end(&c);
}

static bool always(void *context)
{
	(void)context;
	return true;
}

static void sandbox(void)
{
	const struct verb *run = verb_sandbox.verbs[0];
	struct call c = call(run, "{\"files\": [\"app/base/secret.yaml\"], \"nodes\": 0}");

	CHECK_INT(c.outcome.status, 0);
	CHECK(node_at(document_of(&c), "after.secret.items") != NULL);
	CHECK(str_contains(json_of(&c), STR("aGlkZGVu")));
	struct verb_watcher watcher = { .is_due = always, .is_cancelled = always };
	struct argument_list files = { (struct str[]){ STR("bad.yaml") }, 1, 1 };
	c.context.watcher = &watcher;
	void *args = arena_alloc(c.arena, run->size);
	memcpy(args, &files, sizeof(files));
	CHECK_INT(verb_run(run, &c.context, args, &c.outcome, &c.err), -1);
	CHECK_INT(c.err.code, ERROR_INTERRUPTED);
	end(&c);
	c = call(run, "{\"files\": []}");
	CHECK_STR(str_from_cstr(c.err.text), STR("'run' needs 'files'"));
	end(&c);
}

TESTS({ "secrets of a cluster: plain texts, in JSON", secrets_of_a_cluster_are_plain_texts },
      { "no text is a command of a CI system", texts_are_no_commands_of_ci },
      { "each row is complete, and its schema is one", rows_are_complete },
      { "each group has a title", groups_have_titles },
      { "version: the document, and lines", version },
      { "build: objects, warnings, secrets as they are", build },
      { "check: findings and the line they point at", check },
      { "query: one answer for people and machines", query },
      { "sandbox run: the objects; it ends when the watcher cancels", sandbox })
