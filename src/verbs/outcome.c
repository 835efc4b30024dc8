/* outcome - the documents of an outcome as JSON, YAML and text */
#include "verbs/outcome.h"

#include "base/arena.h"
#include "doc/json.h"
#include "doc/yaml.h"

struct nodes outcome_documents(const struct outcome *outcome, struct arena *arena)
{
	struct nodes made = {};

	if (outcome->documents.count || !outcome->make_document)
		return outcome->documents;
	nodes_add(arena, &made, outcome->make_document(outcome, arena));
	return made;
}

void outcome_write_json(const struct outcome *outcome, struct buf *out)
{
	SCRATCH(scratch);
	struct nodes documents = outcome_documents(outcome, scratch);
	unsigned secrets = outcome->shows_secrets ? JSON_SECRETS : 0;

	for (uint32_t i = 0; i < documents.count; i++) {
		json_write(out, documents.items[i], outcome->json_flags | secrets);
		buf_add_char(out, '\n');
	}
}

int outcome_write_yaml(const struct outcome *outcome, struct buf *out, struct error *err)
{
	SCRATCH(scratch);
	struct nodes documents = outcome_documents(outcome, scratch);
	unsigned secrets = outcome->shows_secrets ? YAML_SECRETS : 0;

	for (uint32_t i = 0; i < documents.count; i++) {
		if (i)
			buf_add(out, STR("---\n"));
		if (yaml_write(out, documents.items[i], secrets, err) < 0)
			return -1;
	}
	return 0;
}

int outcome_write_text(const struct outcome *outcome, struct buf *out, bool color,
		       struct error *err)
{
	if (!outcome->text)
		return outcome_write_yaml(outcome, out, err);
	outcome->text(outcome, out, color);
	return 0;
}
