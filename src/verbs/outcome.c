/* outcome - the documents of an outcome as JSON, YAML and text */
#include "verbs/outcome.h"

#include "base/arena.h"
#include "doc/json.h"
#include "doc/redact.h"
#include "doc/secret.h"
#include "doc/set.h"
#include "doc/yaml.h"

struct nodes outcome_documents(const struct outcome *outcome, struct arena *arena)
{
	struct nodes made = {};

	if (outcome->documents.count || !outcome->make_document)
		return outcome->documents;
	nodes_add(arena, &made, outcome->make_document(outcome, arena));
	return made;
}

/* No text of a repository is a command of a CI system (base/visible.h); the JSON says the same. */
static struct str without_commands(struct arena *arena, struct str json)
{
	static const char *const commands[] = { "[", "vso[", "teamcity[" };

	for (size_t i = 0; i < ARRAY_COUNT(commands); i++)
		json = str_replace(arena, json, str_printf(arena, "##%s", commands[i]),
				   str_printf(arena, "#\\u0023%s", commands[i]));
	return json;
}

/* A document as it may be shown. */
static const struct node *redacted(const struct outcome *outcome, struct arena *arena,
				   const struct node *document)
{
	return outcome->set ? redact_tree(docset_redactor(outcome->set), arena, document)
			    : document;
}

static void write_json(const struct outcome *outcome, struct arena *arena,
		       const struct node *document, struct buf *out)
{
	bool is_shown = outcome->secrets == OUTCOME_SECRETS_SHOWN;

	if (outcome->as_json) {
		outcome->as_json(outcome, document, out);
		return;
	}
	if (outcome->secrets == OUTCOME_SECRETS_PLAIN_IN_JSON)
		document = secret_marked_telling(arena, document);
	if (!is_shown)
		document = redacted(outcome, arena, document);
	json_write(out, document, outcome->json_flags | (is_shown ? JSON_SECRETS : 0));
}

void outcome_write_json(const struct outcome *outcome, struct buf *out)
{
	SCRATCH(scratch);
	struct nodes documents = outcome_documents(outcome, scratch);
	bool is_shown = outcome->secrets == OUTCOME_SECRETS_SHOWN;
	struct buf hidden, *to = is_shown ? out : &hidden; /* build's megabytes are held once */

	buf_init(&hidden, scratch);
	for (uint32_t i = 0; i < documents.count; i++) {
		write_json(outcome, scratch, documents.items[i], to);
		buf_add_char(to, '\n');
	}
	if (!is_shown)
		buf_add(out, without_commands(scratch, buf_str(&hidden)));
}

static int write_yaml(const struct outcome *outcome, struct arena *arena,
		      const struct node *document, struct buf *out, struct error *err)
{
	bool is_shown = outcome->secrets == OUTCOME_SECRETS_SHOWN;

	if (outcome->as_yaml)
		return outcome->as_yaml(outcome, document, out, err);
	if (!is_shown)
		document = redacted(outcome, arena, document);
	return yaml_write(out, document, is_shown ? YAML_SECRETS : 0, err);
}

int outcome_write_yaml(const struct outcome *outcome, struct buf *out, struct error *err)
{
	SCRATCH(scratch);
	struct nodes documents = outcome_documents(outcome, scratch);

	for (uint32_t i = 0; i < documents.count; i++) {
		if (i)
			buf_add(out, STR("---\n"));
		if (write_yaml(outcome, scratch, documents.items[i], out, err) < 0)
			return -1;
	}
	return 0;
}

static void add_redacted(const struct outcome *outcome, struct arena *arena, struct str text,
			 struct buf *out)
{
	buf_add(out, outcome->set ? redact(docset_redactor(outcome->set), arena, text) : text);
}

int outcome_write_text(const struct outcome *outcome, struct buf *out, bool color,
		       struct error *err)
{
	if (!outcome->text)
		return outcome_write_yaml(outcome, out, err);
	SCRATCH(scratch);
	struct buf text;

	buf_init(&text, scratch);
	outcome->text(outcome, &(struct ink){ .out = &text, .color = color });
	add_redacted(outcome, scratch, buf_str(&text), out);
	return 0;
}

void outcome_write_format(const struct outcome *outcome, struct str name, struct buf *out,
			  bool color)
{
	SCRATCH(scratch);
	const struct outcome_format *format = outcome->formats;
	struct buf text;

	while (format && format->name && !str_equal(str_from_cstr(format->name), name))
		format++;
	assert(format && format->name);
	buf_init(&text, scratch);
	format->text(format->data, &(struct ink){ .out = &text, .color = color });
	add_redacted(outcome, scratch, buf_str(&text), out);
}
