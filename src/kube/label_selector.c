/* label_selector - label selectors written as text, compiled once */
#include "kube/label_selector.h"

#include "base/arena.h"
#include "base/num.h"
#include "base/vec.h"
#include "doc/key_index.h"
#include "base/vec.h"
#include "kube/labels.h"
#include "kube/names.h"
#include "lang/scan.h"

enum token_kind {
	TOKEN_END,
	TOKEN_IDENTIFIER,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_COMMA,
	TOKEN_ABSENT,
	TOKEN_DOUBLE_EQUAL,
	TOKEN_EQUAL,
	TOKEN_NOT_EQUAL,
	TOKEN_GREATER,
	TOKEN_LESS,
	TOKEN_IN,
	TOKEN_NOT_IN,
};

struct token {
	enum token_kind kind;
	struct str text;
};

static const struct scan_word operators[] = {
	{ STR_INIT("("), TOKEN_OPEN },		{ STR_INIT(")"), TOKEN_CLOSE },
	{ STR_INIT(","), TOKEN_COMMA },		{ STR_INIT("!"), TOKEN_ABSENT },
	{ STR_INIT("=="), TOKEN_DOUBLE_EQUAL }, { STR_INIT("="), TOKEN_EQUAL },
	{ STR_INIT("!="), TOKEN_NOT_EQUAL },	{ STR_INIT(">"), TOKEN_GREATER },
	{ STR_INIT("<"), TOKEN_LESS },		{},
};

static const struct scan_word keywords[] = {
	{ STR_INIT("in"), TOKEN_IN },
	{ STR_INIT("notin"), TOKEN_NOT_IN },
	{},
};

/* Any bytes but blanks and operators: what is a name and what a value is checked later. */
static const struct char_set name_part = { .has = { ['\0' ... '\t' - 1] = true,
						    ['\n' + 1 ... '\r' - 1] = true,
						    ['\r' + 1 ... ' ' - 1] = true,
						    ['!' + 1 ... '(' - 1] = true,
						    [')' + 1 ... ',' - 1] = true,
						    [',' + 1 ... '<' - 1] = true,
						    ['>' + 1 ... 255] = true } };

static const struct scan_language language = {
	.name = "selector",
	.blanks = &scan_blanks,
	.name_start = &name_part,
	.name_part = &name_part,
	.keywords = keywords,
	.operators = operators,
};

/* The present token; where a value may stand, `in` and `notin` are names. */
static struct token look(const struct scan *scan, bool wants_value)
{
	const struct scan_token *token = &scan->token;
	bool is_name = token->kind == SCAN_NAME && (wants_value || !token->id);

	if (token->kind == SCAN_END)
		return (struct token){ TOKEN_END, STR("") };
	return (struct token){ is_name ? TOKEN_IDENTIFIER : (enum token_kind)token->id,
			       token->text };
}

static void next(struct scan *scan)
{
	if (scan_next(scan) < 0)
		BUG("every byte is a blank, an operator or of a name");
}

static struct token take(struct scan *scan, bool wants_value)
{
	struct token token = look(scan, wants_value);

	next(scan);
	return token;
}

static int unexpected(struct scan *scan, struct token found, const char *expected)
{
	error_set(scan->err, ERROR_INPUT, ERROR_NO_POSITION, "found '%.*s', expected: %s",
		  STR_FMT(found.text), expected);
	return error_hint(scan->err, "write app=web, env in (a,b), tier!=cache or !canary");
}

/* Values */

/* A requirement while it is read. */
struct reading {
	struct str key;
	enum token_kind operator;
	VEC(struct str) values;
	struct str wrong; /* the first value that is none; absent */
};

static bool is_order(const struct reading *c)
{
	return c->operator== TOKEN_GREATER || c->operator== TOKEN_LESS;
}

static void take_value(struct scan *scan, struct reading *c, struct str value)
{
	int64_t limit;
	bool fits = !labels_check_value(value).len && (!is_order(c) || num_int64(value, &limit));

	if (!fits && !c->wrong.ptr)
		c->wrong = value;
	VEC_PUSH(scan->arena, &c->values, value);
}

/* Wrong values count only once the requirement has been read. */
static int check_values(struct scan *scan, const struct reading *c)
{
	int64_t ignored;

	if (!c->wrong.ptr)
		return 0;
	if (is_order(c) && !num_int64(c->wrong, &ignored))
		return error_set(
			scan->err, ERROR_INPUT, ERROR_NO_POSITION,
			"values[0]: Invalid value: \"%.*s\": for 'Gt', 'Lt' operators, the "
			"value must be an integer",
			STR_FMT(c->wrong));
	return error_set(scan->err, ERROR_INPUT, ERROR_NO_POSITION,
			 "values[0][%.*s]: Invalid value: \"%.*s\": %.*s", STR_FMT(c->key),
			 STR_FMT(c->wrong), STR_FMT(labels_check_value(c->wrong)));
}

/* After "(": names and commas; two commas, or one at an end, stand for an empty value. */
static int take_values(struct scan *scan, struct reading *c)
{
	bool any = false;

	for (;; any = true) {
		struct token token = take(scan, true), next = look(scan, true);
		bool at_end = next.kind == TOKEN_CLOSE;
		if (token.kind == TOKEN_IDENTIFIER) {
			take_value(scan, c, token.text);
			if (!at_end && next.kind != TOKEN_COMMA)
				return unexpected(scan, next, "',' or ')'");
		} else if (token.kind == TOKEN_COMMA) {
			if (!any || at_end || next.kind == TOKEN_COMMA)
				take_value(scan, c, STR(""));
		} else {
			return unexpected(scan, token, "',', or identifier");
		}
		if (at_end)
			return 0;
	}
}

static int take_set(struct scan *scan, struct reading *c)
{
	struct token token = take(scan, true);

	if (token.kind != TOKEN_OPEN)
		return error_set(scan->err, ERROR_INPUT, ERROR_NO_POSITION,
				 "found '%.*s' expected: '('", STR_FMT(token.text));
	token = look(scan, true);
	if (token.kind == TOKEN_CLOSE) {
		take(scan, true);
		take_value(scan, c, STR(""));
		return 0;
	}
	if (token.kind != TOKEN_IDENTIFIER && token.kind != TOKEN_COMMA)
		return unexpected(scan, token, "',', ')' or identifier");
	if (take_values(scan, c) < 0)
		return -1;
	token = take(scan, true);
	return token.kind == TOKEN_CLOSE ? 0 : unexpected(scan, token, "')'");
}

static int take_exact(struct scan *scan, struct reading *c)
{
	struct token token = look(scan, true);

	if (token.kind != TOKEN_END && token.kind != TOKEN_COMMA)
		take(scan, true);
	if (token.kind != TOKEN_END && token.kind != TOKEN_COMMA && token.kind != TOKEN_IDENTIFIER)
		return unexpected(scan, token, "identifier");
	take_value(scan, c, token.kind == TOKEN_IDENTIFIER ? token.text : STR(""));
	return 0;
}

/* Requirements */

static int take_comparison(struct scan *scan, struct reading *c)
{
	struct token token = take(scan, false);

	c->operator= token.kind;
	switch (token.kind) {
	case TOKEN_IN:
	case TOKEN_NOT_IN:
		if (take_set(scan, c) < 0)
			return -1;
		break;
	case TOKEN_EQUAL:
	case TOKEN_DOUBLE_EQUAL:
	case TOKEN_NOT_EQUAL:
	case TOKEN_GREATER:
	case TOKEN_LESS:
		if (take_exact(scan, c) < 0)
			return -1;
		break;
	case TOKEN_END:
	case TOKEN_IDENTIFIER:
	case TOKEN_OPEN:
	case TOKEN_CLOSE:
	case TOKEN_COMMA:
	case TOKEN_ABSENT:
		return unexpected(scan, token, "in, notin, =, ==, !=, gt, lt");
	}
	return check_values(scan, c);
}

static enum label_operator operator_of(enum token_kind token)
{
	switch (token) {
	case TOKEN_NOT_IN:
	case TOKEN_NOT_EQUAL:
		return LABEL_NOT_IN;
	case TOKEN_GREATER:
		return LABEL_GREATER;
	case TOKEN_LESS:
		return LABEL_LESS;
	default:
		return LABEL_IN;
	}
}

static struct label_requirement requirement_of(const struct reading *c)
{
	struct label_requirement requirement = { .key = c->key,
						 .operator= operator_of(c->operator),
						 .values = c->values.items,
						 .value_count = c->values.count };

	if (is_order(c))
		num_int64(c->values.items[0], &requirement.limit);
	return requirement;
}

static int take_requirement(struct scan *scan, struct label_requirement *ret)
{
	struct token token = take(scan, true);
	bool absent = token.kind == TOKEN_ABSENT;

	if (absent)
		token = take(scan, true);
	if (token.kind != TOKEN_IDENTIFIER)
		return unexpected(scan, token, "identifier");
	struct str fault = labels_check_key(token.text);
	if (fault.len)
		return error_set(scan->err, ERROR_INPUT, ERROR_NO_POSITION,
				 "<nil>: Invalid value: \"%.*s\": %.*s", STR_FMT(token.text),
				 STR_FMT(fault));
	struct token next = look(scan, true);
	if (absent || next.kind == TOKEN_END || next.kind == TOKEN_COMMA) {
		*ret = (struct label_requirement){ .key = token.text,
						   .operator= absent ? LABEL_DOES_NOT_EXIST
								     : LABEL_EXISTS };
		return 0;
	}
	struct reading c = { .key = token.text };
	if (take_comparison(scan, &c) < 0)
		return -1;
	*ret = requirement_of(&c);
	return 0;
}

static int parse(struct scan *scan, struct label_selector *ret)
{
	VEC(struct label_requirement) list = {};

	for (struct token token = look(scan, true); token.kind != TOKEN_END;) {
		struct label_requirement requirement;
		if (token.kind != TOKEN_IDENTIFIER && token.kind != TOKEN_ABSENT)
			return unexpected(scan, token, "!, identifier, or 'end of string'");
		if (take_requirement(scan, &requirement) < 0)
			return error_wrap(scan->err, "unable to parse requirement");
		VEC_PUSH(scan->arena, &list, requirement);
		token = take(scan, true);
		if (token.kind == TOKEN_END)
			break;
		if (token.kind != TOKEN_COMMA)
			return unexpected(scan, token, "',' or 'end of string'");
		token = look(scan, true);
		if (token.kind != TOKEN_IDENTIFIER && token.kind != TOKEN_ABSENT)
			return unexpected(scan, token, "identifier after ','");
	}
	*ret = (struct label_selector){ list.items, list.count };
	return 0;
}

int label_selector_parse(struct arena *arena, struct str text, struct label_selector *ret,
			 struct error *err)
{
	struct scan scan = { &language, { str_copy(arena, text) }, arena, ERROR_NO_POSITION, err };

	next(&scan);
	return parse(&scan, ret);
}

/* Matching */

static bool is_among(const struct label_requirement *r, struct str value)
{
	for (uint32_t i = 0; i < r->value_count; i++)
		if (str_equal(r->values[i], value))
			return true;
	return false;
}

static bool holds(const struct label_requirement *r, const struct node *have)
{
	int64_t number;

	switch (r->operator) {
	case LABEL_IN:
		return have && is_among(r, node_text(have));
	case LABEL_NOT_IN:
		return !have || !is_among(r, node_text(have));
	case LABEL_EXISTS:
		return have != NULL;
	case LABEL_DOES_NOT_EXIST:
		return have == NULL;
	case LABEL_GREATER:
		return num_int64(node_text(have), &number) && number > r->limit;
	case LABEL_LESS:
		return num_int64(node_text(have), &number) && number < r->limit;
	}
	BUG("no such operator: %d", r->operator);
}

/* Of many labels, those that a long selector names are found by hash. */
static bool matches_many(const struct label_selector *selector, const struct node *labels)
{
	SCRATCH(scratch);
	struct key_index index = key_index_make(scratch, labels);

	for (uint32_t i = 0; i < selector->count; i++)
		if (!holds(&selector->items[i], key_index_get(&index, selector->items[i].key)))
			return false;
	return true;
}

bool label_selector_matches(const struct label_selector *selector, const struct node *labels)
{
	enum { SHORT_MAX = 8 }; /* such a selector is not worth an index */

	if (selector->count > SHORT_MAX)
		return matches_many(selector, labels);
	for (uint32_t i = 0; i < selector->count; i++)
		if (!holds(&selector->items[i], node_get(labels, selector->items[i].key)))
			return false;
	return true;
}
