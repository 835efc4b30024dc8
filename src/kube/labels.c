/* labels - label selectors over objects */
#include "kube/labels.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/sort.h"
#include "base/vec.h"
#include "kube/names.h"

enum { LABEL_VALUE_MAX = 63 };

bool labels_match_map(const struct node *map, const struct node *labels)
{
	if (!map)
		return false;
	for (uint32_t i = 0; i < node_count(map); i++) {
		const struct node *have = node_get(labels, node_text(map->entries[i].key));
		if (!have || !str_equal(node_text(have), node_text(map->entries[i].value)))
			return false;
	}
	return true;
}

static bool is_among(const struct node *values, struct str value)
{
	for (uint32_t i = 0; i < node_count(values); i++)
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
	if (node_count(map) && !labels_match_map(map, labels))
		return false;
	const struct node *expressions = node_get(selector, STR("matchExpressions"));
	for (uint32_t i = 0; i < node_count(expressions); i++)
		if (!expression_matches(node_item(expressions, i), labels))
			return false;
	return true;
}

/* Text selectors */

/* One requirement as it stands in the text; values are the comma-separated text in parentheses. */
struct requirement {
	struct str key;
	struct str values;
	enum { EXISTS, ABSENT, IN, NOT_IN } operator;
};

/* Takes the next requirement off *rest: commas inside parentheses do not end it. */
static struct str cut_requirement(struct str *rest)
{
	int depth = 0;

	for (size_t i = 0; i < rest->len; i++) {
		char c = rest->ptr[i];
		depth += (c == '(') - (c == ')');
		if (c != ',' || depth > 0)
			continue;
		struct str part = str_sub(*rest, 0, i);
		*rest = str_from(*rest, i + 1);
		return part;
	}
	struct str part = *rest;
	*rest = STR_NONE;
	return part;
}

/* `key in (a,b)`: false when the words are not there. */
static bool parse_set(struct str text, struct str word, struct requirement *ret)
{
	ptrdiff_t at = str_find(text, word);

	if (at < 0)
		return false;
	struct str values = str_trim(str_from(text, (size_t)at + word.len));
	if (!str_starts(values, STR("(")) || !str_ends(values, STR(")")))
		return false;
	ret->key = str_trim(str_sub(text, 0, (size_t)at));
	ret->values = str_sub(values, 1, values.len - 1);
	return true;
}

static void parse_equality(struct str text, struct requirement *ret)
{
	ptrdiff_t at = str_find_char(text, '=');

	ret->operator= EXISTS;
	ret->key = text;
	if (at < 0)
		return;
	bool negated = at > 0 && text.ptr[at - 1] == '!';
	ret->operator= negated ? NOT_IN : IN;
	ret->key = str_trim(str_sub(text, 0, (size_t)at - negated));
	ret->values = str_trim(str_strip_prefix(str_from(text, (size_t)at + 1), STR("=")));
}

static void parse_requirement(struct str text, struct requirement *ret)
{
	*ret = (struct requirement){};
	if (parse_set(text, STR(" notin "), ret)) {
		ret->operator= NOT_IN;
	} else if (parse_set(text, STR(" in "), ret)) {
		ret->operator= IN;
	} else if (str_starts(text, STR("!"))) {
		ret->operator= ABSENT;
		ret->key = str_trim(str_from(text, 1));
	} else {
		parse_equality(text, ret);
	}
}

static bool value_listed(struct str values, struct str value)
{
	for (struct str rest = values; rest.ptr;)
		if (str_equal(str_trim(str_cut(&rest, ',')), value))
			return true;
	return false;
}

static bool requirement_holds(const struct requirement *r, const struct node *labels)
{
	const struct node *have = node_get(labels, r->key);

	switch (r->operator) {
	case EXISTS:
		return have != NULL;
	case ABSENT:
		return have == NULL;
	case IN:
		return have && value_listed(r->values, node_text(have));
	case NOT_IN:
		return !have || !value_listed(r->values, node_text(have));
	}
	return false;
}

int labels_match_text(struct str selector, const struct node *labels, bool *ret, struct error *err)
{
	bool matches = true;

	for (struct str rest = str_trim(selector); rest.len;) {
		struct requirement r;
		struct str text = str_trim(cut_requirement(&rest));
		parse_requirement(text, &r);
		if (names_check_qualified(r.key).len) {
			error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				  "'%.*s' is not a label selector", STR_FMT(text));
			return error_hint(err,
					  "write app=web, env in (a,b), tier!=cache or !canary");
		}
		matches = matches && requirement_holds(&r, labels);
	}
	*ret = matches;
	return 0;
}

/* Printing */

static int compare_texts(const void *a, const void *b, void *context)
{
	(void)context;
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static struct str joined(struct arena *arena, struct str *parts, uint32_t count)
{
	struct buf buf;

	buf_init(&buf, arena);
	sort_stable(parts, count, sizeof(*parts), compare_texts, NULL);
	for (uint32_t i = 0; i < count; i++) {
		if (i)
			buf_add_char(&buf, ',');
		buf_add(&buf, parts[i]);
	}
	return buf_str(&buf);
}

static struct str pair_text(struct arena *arena, const struct entry *entry)
{
	return str_printf(arena, "%.*s=%.*s", STR_FMT(node_text(entry->key)),
			  STR_FMT(node_text(entry->value)));
}

struct str labels_map_text(struct arena *arena, const struct node *map)
{
	uint32_t count = node_count(map);
	struct str *parts = arena_array(arena, struct str, count);

	for (uint32_t i = 0; i < count; i++)
		parts[i] = pair_text(arena, &map->entries[i]);
	return joined(arena, parts, count);
}

static struct str expression_text(struct arena *arena, const struct node *expression)
{
	struct str key = node_str_at(expression, "key");
	struct str operator= node_str_at(expression, "operator");
	const struct node *values = node_get(expression, STR("values"));

	if (str_equal(operator, STR("Exists")))
		return key;
	if (str_equal(operator, STR("DoesNotExist")))
		return str_concat(arena, STR("!"), key);
	struct str *texts = arena_array(arena, struct str, node_count(values));
	for (uint32_t i = 0; i < node_count(values); i++)
		texts[i] = node_text(node_item(values, i));
	return str_printf(arena, "%.*s %s (%.*s)", STR_FMT(key),
			  str_equal(operator, STR("In")) ? "in" : "notin",
			  STR_FMT(joined(arena, texts, node_count(values))));
}

struct str labels_selector_text(struct arena *arena, const struct node *selector)
{
	const struct node *map = node_get(selector, STR("matchLabels"));
	const struct node *expressions = node_get(selector, STR("matchExpressions"));
	VEC(struct str) parts = {};

	if (!node_is_map(selector))
		return STR("<none>");
	for (uint32_t i = 0; i < node_count(map); i++)
		VEC_PUSH(arena, &parts, pair_text(arena, &map->entries[i]));
	for (uint32_t i = 0; i < node_count(expressions); i++)
		VEC_PUSH(arena, &parts, expression_text(arena, node_item(expressions, i)));
	return joined(arena, parts.items, parts.count);
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
