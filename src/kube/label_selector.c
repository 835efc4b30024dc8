/* label_selector - label selectors written as text, compiled once */
#include "kube/label_selector.h"

#include "base/arena.h"
#include "base/num.h"
#include "base/vec.h"
#include "kube/labels.h"
#include "kube/names.h"

/* X(enum, text) */
#define TOKENS(X)                                                                                  \
	X(TOKEN_END, "")                                                                           \
	X(TOKEN_IDENTIFIER, "")                                                                    \
	X(TOKEN_OPEN, "(")                                                                         \
	X(TOKEN_CLOSE, ")")                                                                        \
	X(TOKEN_COMMA, ",")                                                                        \
	X(TOKEN_ABSENT, "!")                                                                       \
	X(TOKEN_DOUBLE_EQUAL, "==")                                                                \
	X(TOKEN_EQUAL, "=")                                                                        \
	X(TOKEN_NOT_EQUAL, "!=")                                                                   \
	X(TOKEN_GREATER, ">")                                                                      \
	X(TOKEN_LESS, "<")                                                                         \
	X(TOKEN_IN, "in")                                                                          \
	X(TOKEN_NOT_IN, "notin")

enum token_kind {
#define X(name, text) name,
	TOKENS(X)
#undef X
};

struct token {
	enum token_kind kind;
	struct str text;
};

struct reader {
	struct arena *arena;
	struct str rest;
	struct error *err;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_special(char c)
{
	return c == '=' || c == '!' || c == '(' || c == ')' || c == ',' || c == '>' || c == '<';
}

static enum token_kind kind_of(struct str text)
{
	static const struct str texts[] = {
#define X(name, text) STR_INIT(text),
		TOKENS(X)
#undef X
	};

	for (size_t i = TOKEN_OPEN; i < ARRAY_COUNT(texts); i++)
		if (str_equal(texts[i], text))
			return (enum token_kind)i;
	return TOKEN_IDENTIFIER;
}

/* The next token; where a value may stand, `in` and `notin` are names. */
static struct token look(struct reader *r, bool wants_value)
{
	size_t len = 0;

	while (r->rest.len && is_blank(r->rest.ptr[0]))
		r->rest = str_from(r->rest, 1);
	if (!r->rest.len)
		return (struct token){ TOKEN_END, STR("") };
	if (is_special(r->rest.ptr[0])) {
		struct str two = str_sub(r->rest, 0, 2);
		bool is_pair = two.len == 2 && kind_of(two) != TOKEN_IDENTIFIER;
		struct str text = is_pair ? two : str_sub(r->rest, 0, 1);
		return (struct token){ kind_of(text), text };
	}
	while (len < r->rest.len && !is_blank(r->rest.ptr[len]) && !is_special(r->rest.ptr[len]))
		len++;
	struct token token = { TOKEN_IDENTIFIER, str_sub(r->rest, 0, len) };
	if (!wants_value)
		token.kind = kind_of(token.text);
	return token;
}

static struct token take(struct reader *r, bool wants_value)
{
	struct token token = look(r, wants_value);

	r->rest = str_from(r->rest, token.text.len);
	return token;
}

static int unexpected(struct reader *r, struct token found, const char *expected)
{
	error_set(r->err, ERROR_INPUT, ERROR_NO_POSITION, "found '%.*s', expected: %s",
		  STR_FMT(found.text), expected);
	return error_hint(r->err, "write app=web, env in (a,b), tier!=cache or !canary");
}

/* Values */

/* A requirement while it is read. */
struct reading {
	struct str key;
	enum token_kind operator;
	VEC(struct str) values;
	struct str wrong; /* the first value that is none; absent */
};

static bool is_order(const struct reading *r)
{
	return r->operator== TOKEN_GREATER || r->operator== TOKEN_LESS;
}

static void take_value(struct reader *r, struct reading *c, struct str value)
{
	int64_t limit;
	bool fits = !labels_check_value(value).len && (!is_order(c) || num_int64(value, &limit));

	if (!fits && !c->wrong.ptr)
		c->wrong = value;
	VEC_PUSH(r->arena, &c->values, value);
}

/* Wrong values count only once the requirement has been read. */
static int check_values(struct reader *r, const struct reading *c)
{
	int64_t ignored;

	if (!c->wrong.ptr)
		return 0;
	if (is_order(c) && !num_int64(c->wrong, &ignored))
		return error_set(
			r->err, ERROR_INPUT, ERROR_NO_POSITION,
			"values[0]: Invalid value: \"%.*s\": for 'Gt', 'Lt' operators, the "
			"value must be an integer",
			STR_FMT(c->wrong));
	return error_set(r->err, ERROR_INPUT, ERROR_NO_POSITION,
			 "values[0][%.*s]: Invalid value: \"%.*s\": %.*s", STR_FMT(c->key),
			 STR_FMT(c->wrong), STR_FMT(labels_check_value(c->wrong)));
}

/* After "(": names and commas; two commas, or one at an end, stand for an empty value. */
static int take_values(struct reader *r, struct reading *c)
{
	bool any = false;

	for (;; any = true) {
		struct token token = take(r, true), next = look(r, true);
		bool at_end = next.kind == TOKEN_CLOSE;
		if (token.kind == TOKEN_IDENTIFIER) {
			take_value(r, c, token.text);
			if (!at_end && next.kind != TOKEN_COMMA)
				return unexpected(r, next, "',' or ')'");
		} else if (token.kind == TOKEN_COMMA) {
			if (!any || at_end || next.kind == TOKEN_COMMA)
				take_value(r, c, STR(""));
		} else {
			return unexpected(r, token, "',', or identifier");
		}
		if (at_end)
			return 0;
	}
}

static int take_set(struct reader *r, struct reading *c)
{
	struct token token = take(r, true);

	if (token.kind != TOKEN_OPEN)
		return error_set(r->err, ERROR_INPUT, ERROR_NO_POSITION,
				 "found '%.*s' expected: '('", STR_FMT(token.text));
	token = look(r, true);
	if (token.kind == TOKEN_CLOSE) {
		take(r, true);
		take_value(r, c, STR(""));
		return 0;
	}
	if (token.kind != TOKEN_IDENTIFIER && token.kind != TOKEN_COMMA)
		return unexpected(r, token, "',', ')' or identifier");
	if (take_values(r, c) < 0)
		return -1;
	token = take(r, true);
	return token.kind == TOKEN_CLOSE ? 0 : unexpected(r, token, "')'");
}

static int take_exact(struct reader *r, struct reading *c)
{
	struct token token = look(r, true);

	if (token.kind != TOKEN_END && token.kind != TOKEN_COMMA)
		take(r, true);
	if (token.kind != TOKEN_END && token.kind != TOKEN_COMMA && token.kind != TOKEN_IDENTIFIER)
		return unexpected(r, token, "identifier");
	take_value(r, c, token.kind == TOKEN_IDENTIFIER ? token.text : STR(""));
	return 0;
}

/* Requirements */

static int take_comparison(struct reader *r, struct reading *c)
{
	struct token token = take(r, false);

	c->operator= token.kind;
	switch (token.kind) {
	case TOKEN_IN:
	case TOKEN_NOT_IN:
		if (take_set(r, c) < 0)
			return -1;
		break;
	case TOKEN_EQUAL:
	case TOKEN_DOUBLE_EQUAL:
	case TOKEN_NOT_EQUAL:
	case TOKEN_GREATER:
	case TOKEN_LESS:
		if (take_exact(r, c) < 0)
			return -1;
		break;
	case TOKEN_END:
	case TOKEN_IDENTIFIER:
	case TOKEN_OPEN:
	case TOKEN_CLOSE:
	case TOKEN_COMMA:
	case TOKEN_ABSENT:
		return unexpected(r, token, "in, notin, =, ==, !=, gt, lt");
	}
	return check_values(r, c);
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

static int take_requirement(struct reader *r, struct label_requirement *ret)
{
	struct token token = take(r, true);
	bool absent = token.kind == TOKEN_ABSENT;

	if (absent)
		token = take(r, true);
	if (token.kind != TOKEN_IDENTIFIER)
		return unexpected(r, token, "identifier");
	struct str fault = labels_check_key(token.text);
	if (fault.len)
		return error_set(r->err, ERROR_INPUT, ERROR_NO_POSITION,
				 "<nil>: Invalid value: \"%.*s\": %.*s", STR_FMT(token.text),
				 STR_FMT(fault));
	struct token next = look(r, true);
	if (absent || next.kind == TOKEN_END || next.kind == TOKEN_COMMA) {
		*ret = (struct label_requirement){ .key = token.text,
						   .operator= absent ? LABEL_DOES_NOT_EXIST
								     : LABEL_EXISTS };
		return 0;
	}
	struct reading c = { .key = token.text };
	if (take_comparison(r, &c) < 0)
		return -1;
	*ret = requirement_of(&c);
	return 0;
}

static int parse(struct reader *r, struct label_selector *ret)
{
	VEC(struct label_requirement) list = {};

	for (struct token token = look(r, true); token.kind != TOKEN_END;) {
		struct label_requirement requirement;
		if (token.kind != TOKEN_IDENTIFIER && token.kind != TOKEN_ABSENT)
			return unexpected(r, token, "!, identifier, or 'end of string'");
		if (take_requirement(r, &requirement) < 0)
			return error_wrap(r->err, "unable to parse requirement");
		VEC_PUSH(r->arena, &list, requirement);
		token = take(r, true);
		if (token.kind == TOKEN_END)
			break;
		if (token.kind != TOKEN_COMMA)
			return unexpected(r, token, "',' or 'end of string'");
		token = look(r, true);
		if (token.kind != TOKEN_IDENTIFIER && token.kind != TOKEN_ABSENT)
			return unexpected(r, token, "identifier after ','");
	}
	*ret = (struct label_selector){ list.items, list.count };
	return 0;
}

int label_selector_parse(struct arena *arena, struct str text, struct label_selector *ret,
			 struct error *err)
{
	struct reader r = { arena, str_copy(arena, text), err };

	return parse(&r, ret);
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

bool label_selector_matches(const struct label_selector *selector, const struct node *labels)
{
	for (uint32_t i = 0; i < selector->count; i++)
		if (!holds(&selector->items[i], node_get(labels, selector->items[i].key)))
			return false;
	return true;
}
