/* labels - label selectors over objects */
#include "kube/labels.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/sort.h"
#include "base/vec.h"
#include "doc/key_index.h"
#include "kube/names.h"

enum { LABEL_VALUE_MAX = 63 };

bool labels_match_map(const struct node *map, const struct node *labels)
{
	SCRATCH(scratch);
	struct key_index index = key_index_make(scratch, labels);

	if (!map)
		return false;
	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		const struct entry *want = node_entry(map, i);
		const struct node *have = key_index_get(&index, node_text(want->key));
		if (!have || !str_equal(node_text(have), node_text(want->value)))
			return false;
	}
	return true;
}

static bool is_among(const struct node *values, struct str value)
{
	for (uint32_t i = 0; i < node_item_count(values); i++)
		if (str_equal(node_text(node_item(values, i)), value))
			return true;
	return false;
}

static bool expression_matches(const struct node *expression, const struct node *labels)
{
	struct str operator= node_str_at(expression, "operator");
	const struct node *values = node_get(expression, STR("values"));
	const struct node *have = node_get(labels, node_str_at(expression, "key"));

	if (str_equal(operator, STR("Exists")))
		return have != NULL;
	if (str_equal(operator, STR("DoesNotExist")))
		return have == NULL;
	if (str_equal(operator, STR("In")))
		return have && is_among(values, node_text(have));
	if (str_equal(operator, STR("NotIn")))
		return !have || !is_among(values, node_text(have));
	return false;
}

bool labels_match(const struct node *selector, const struct node *labels)
{
	if (!node_is_map(selector))
		return false;
	const struct node *map = node_get(selector, STR("matchLabels"));
	if (node_entry_count(map) && !labels_match_map(map, labels))
		return false;
	const struct node *expressions = node_get(selector, STR("matchExpressions"));
	for (uint32_t i = 0; i < node_item_count(expressions); i++)
		if (!expression_matches(node_item(expressions, i), labels))
			return false;
	return true;
}

/* Printing */

/* One requirement and the key that it is sorted by. */
struct part {
	struct str key;
	struct str text;
};

static int compare_texts(const void *a, const void *b, void *context)
{
	(void)context;
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static int compare_parts(const void *a, const void *b, void *context)
{
	(void)context;
	return str_compare(((const struct part *)a)->key, ((const struct part *)b)->key);
}

static struct str joined(struct arena *arena, struct part *parts, uint32_t count)
{
	struct buf buf;

	buf_init(&buf, arena);
	sort_stable(parts, count, sizeof(*parts), compare_parts, NULL);
	for (uint32_t i = 0; i < count; i++) {
		if (i)
			buf_add_char(&buf, ',');
		buf_add(&buf, parts[i].text);
	}
	return buf_str(&buf);
}

static struct part pair(struct arena *arena, const struct entry *entry)
{
	struct str key = node_text(entry->key);

	return (struct part){ key, str_printf(arena, "%.*s=%.*s", STR_FMT(key),
					      STR_FMT(node_text(entry->value))) };
}

struct str labels_map_text(struct arena *arena, const struct node *map)
{
	uint32_t count = node_entry_count(map);
	struct part *parts = arena_array(arena, struct part, count);

	for (uint32_t i = 0; i < count; i++)
		parts[i] = pair(arena, node_entry(map, i));
	return joined(arena, parts, count);
}

static struct str values_text(struct arena *arena, const struct node *values)
{
	uint32_t count = node_item_count(values);
	struct str *texts = arena_array(arena, struct str, count);
	struct buf buf;

	buf_init(&buf, arena);
	for (uint32_t i = 0; i < count; i++)
		texts[i] = node_text(node_item(values, i));
	sort_stable(texts, count, sizeof(*texts), compare_texts, NULL);
	for (uint32_t i = 0; i < count; i++) {
		if (i)
			buf_add_char(&buf, ',');
		buf_add(&buf, texts[i]);
	}
	return buf_str(&buf);
}

static struct part expression_part(struct arena *arena, const struct node *expression)
{
	struct str key = node_str_at(expression, "key");
	struct str operator= node_str_at(expression, "operator");

	if (str_equal(operator, STR("Exists")))
		return (struct part){ key, key };
	if (str_equal(operator, STR("DoesNotExist")))
		return (struct part){ key, str_concat(arena, STR("!"), key) };
	struct str values = values_text(arena, node_get(expression, STR("values")));
	return (struct part){ key, str_printf(arena, "%.*s %s (%.*s)", STR_FMT(key),
					      str_equal(operator, STR("In")) ? "in" : "notin",
					      STR_FMT(values)) };
}

struct str labels_selector_text(struct arena *arena, const struct node *selector)
{
	const struct node *map = node_get(selector, STR("matchLabels"));
	const struct node *expressions = node_get(selector, STR("matchExpressions"));
	VEC(struct part) parts = {};

	for (uint32_t i = 0; i < node_entry_count(map); i++)
		VEC_PUSH(arena, &parts, pair(arena, node_entry(map, i)));
	for (uint32_t i = 0; i < node_item_count(expressions); i++)
		VEC_PUSH(arena, &parts, expression_part(arena, node_item(expressions, i)));
	return parts.count ? joined(arena, parts.items, parts.count) : STR("<none>");
}

/* Syntax */

struct str labels_check_key(struct str key)
{
	return names_check_qualified(key);
}

struct str labels_check_value(struct str value)
{
	if (value.len > LABEL_VALUE_MAX)
		return STR("must be no more than 63 bytes");
	/* The same syntax as a name without a prefix, but it may be empty. */
	if (value.len == 0 || (str_find_char(value, '/') < 0 && !names_check_qualified(value).len))
		return STR_NONE;
	return STR("a valid label must be an empty string or consist of alphanumeric characters, "
		   "'-', '_' or '.', and must start and end with an alphanumeric character (e.g. "
		   "'MyValue',  or 'my_value',  or '12345', regex used for validation is "
		   "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')");
}
