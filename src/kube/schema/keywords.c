/* keywords - the other keywords of a type: texts, values, patterns, and what they mean */
#include "base/arena.h"
#include "doc/json.h"
#include "kube/schema/schemas_inside.h"
#include "lang/regex.h"

struct schema_pattern {
	const struct regex *regex; /* NULL: does not compile */
};

struct schema_keyword_iterator schema_keywords(struct schema s, int kind)
{
	const struct schema_record *r = schema_record_of(s);
	uint32_t first = 0, last = r->keyword_count;
	const struct schema_keyword *all =
		schema_exists(s) ? &schema_table_of(s)->keywords[r->keywords] : NULL;

	while (first < last && (int)all[first].kind < kind)
		first++;
	uint32_t end = first;
	while (end < last && (int)all[end].kind == kind)
		end++;
	return (struct schema_keyword_iterator){ s, all ? all + first : NULL, end - first };
}

struct str schema_keyword_text(const struct schema_keyword_iterator *it, uint32_t index)
{
	assert(index < it->count);
	return schema_table_text(schema_table_of(it->schema), it->items[index].value);
}

struct schema schema_keyword_schema(const struct schema_keyword_iterator *it, uint32_t index)
{
	assert(index < it->count);
	return schema_at(it->schema, it->items[index].value);
}

static struct str only_text(struct schema s, enum schema_keyword_kind kind)
{
	struct schema_keyword_iterator it = schema_keywords(s, kind);
	return it.count ? schema_keyword_text(&it, 0) : STR_NONE;
}

uint32_t schema_list_key_count(struct schema s)
{
	return schema_keywords(s, KEYWORD_LIST_KEY).count;
}

struct str schema_list_key(struct schema s, uint32_t index)
{
	struct schema_keyword_iterator it = schema_keywords(s, KEYWORD_LIST_KEY);
	return schema_keyword_text(&it, index);
}

struct str schema_merge_key(struct schema s)
{
	if (!schema_has_flag(s, SCHEMA_MERGE))
		return STR_NONE;
	struct str key = only_text(s, KEYWORD_MERGE_KEY);
	return key.ptr ? key : STR("");
}

struct str schema_format(struct schema s)
{
	return only_text(s, KEYWORD_FORMAT);
}

bool schema_is_required(struct schema s, struct str property)
{
	struct schema_keyword_iterator it = schema_keywords(s, KEYWORD_REQUIRED);

	for (uint32_t i = 0; i < it.count; i++)
		if (str_equal(schema_keyword_text(&it, i), property))
			return true;
	return false;
}

/* A JSON value of the tables as a tree; they were written by us, so a fault is a BUG. */
static const struct node *read_value(const struct schemas *s, struct str text)
{
	SCRATCH(scratch);
	struct error err;
	const struct node *n = json_read(docset_new(scratch), STR("schema"), text, &err);

	if (!n)
		BUG("a schema table holds no JSON: %s", err.text);
	return node_copy(s->arena, n, /* bare= */ true);
}

const struct node *schema_keyword_node(const struct schema_keyword_iterator *it, uint32_t index)
{
	const struct schemas *s = it->schema.schemas;
	struct str text = schema_keyword_text(it, index);
	void **slot = map_slot(&s->meanings->values, text);

	if (!*slot)
		*slot = (void *)read_value(s, text);
	return *slot;
}

const struct node *schema_default(struct schema s)
{
	struct schema_keyword_iterator it = schema_keywords(s, KEYWORD_DEFAULT);
	return it.count ? schema_keyword_node(&it, 0) : NULL;
}

uint32_t schema_keyword_mask(struct schema s)
{
	const struct schema_record *r = schema_record_of(s);
	uint32_t mask = 0;

	for (uint32_t i = 0; i < r->keyword_count; i++)
		mask |= 1u << schema_table_of(s)->keywords[r->keywords + i].kind;
	return mask;
}

const struct regex *schema_pattern(struct schema s)
{
	struct str text = only_text(s, KEYWORD_PATTERN);
	struct error ignored;

	if (!text.ptr)
		return NULL;
	struct schema_pattern **slot =
		(struct schema_pattern **)map_slot(&s.schemas->meanings->patterns, text);
	if (!*slot) {
		*slot = arena_one(s.schemas->arena, struct schema_pattern);
		(*slot)->regex = regex_compile(s.schemas->arena, text, 0, &ignored);
	}
	return (*slot)->regex;
}
