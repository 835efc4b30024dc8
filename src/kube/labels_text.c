/*
 * labels_text - label selectors written as text
 *
 * The grammar and its messages are those of apimachinery's labels.Parse; a selector is matched
 * while it is read, so nothing is allocated.
 */
#include "kube/labels.h"

#include "base/num.h"
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

/* What a requirement compares with, and what came of it so far. */
struct comparison {
	struct str key;
	struct str have; /* absent: the label is not there */
	enum token_kind operator;
	bool found;	  /* a value equals the label, or lies on its right side */
	struct str wrong; /* the first value that is none; absent */
};

static bool is_order(const struct comparison *c)
{
	return c->operator== TOKEN_GREATER || c->operator== TOKEN_LESS;
}

static void take_value(struct comparison *c, struct str value)
{
	int64_t limit = 0, number;
	bool fits = !labels_check_value(value).len && (!is_order(c) || num_int64(value, &limit));

	if (!fits && !c->wrong.ptr)
		c->wrong = value;
	if (!fits || !c->have.ptr)
		return;
	if (!is_order(c))
		c->found |= str_equal(c->have, value);
	else if (num_int64(c->have, &number))
		c->found |= c->operator== TOKEN_GREATER ? number > limit : number<limit;
}

/* Wrong values count only once the requirement has been read. */
static int check_values(struct reader *r, const struct comparison *c)
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
static int take_values(struct reader *r, struct comparison *c)
{
	bool any = false;

	for (;; any = true) {
		struct token token = take(r, true), next = look(r, true);
		bool at_end = next.kind == TOKEN_CLOSE;
		if (token.kind == TOKEN_IDENTIFIER) {
			take_value(c, token.text);
			if (!at_end && next.kind != TOKEN_COMMA)
				return unexpected(r, next, "',' or ')'");
		} else if (token.kind == TOKEN_COMMA) {
			if (!any || at_end || next.kind == TOKEN_COMMA)
				take_value(c, STR(""));
		} else {
			return unexpected(r, token, "',', or identifier");
		}
		if (at_end)
			return 0;
	}
}

static int take_set(struct reader *r, struct comparison *c)
{
	struct token token = take(r, true);

	if (token.kind != TOKEN_OPEN)
		return error_set(r->err, ERROR_INPUT, ERROR_NO_POSITION,
				 "found '%.*s' expected: '('", STR_FMT(token.text));
	token = look(r, true);
	if (token.kind == TOKEN_CLOSE) {
		take(r, true);
		take_value(c, STR(""));
		return 0;
	}
	if (token.kind != TOKEN_IDENTIFIER && token.kind != TOKEN_COMMA)
		return unexpected(r, token, "',', ')' or identifier");
	if (take_values(r, c) < 0)
		return -1;
	token = take(r, true);
	return token.kind == TOKEN_CLOSE ? 0 : unexpected(r, token, "')'");
}

static int take_exact(struct reader *r, struct comparison *c)
{
	struct token token = look(r, true);

	if (token.kind != TOKEN_END && token.kind != TOKEN_COMMA)
		take(r, true);
	if (token.kind != TOKEN_END && token.kind != TOKEN_COMMA && token.kind != TOKEN_IDENTIFIER)
		return unexpected(r, token, "identifier");
	take_value(c, token.kind == TOKEN_IDENTIFIER ? token.text : STR(""));
	return 0;
}

/* Requirements */

static int take_comparison(struct reader *r, struct comparison *c, bool *ret)
{
	struct token token = take(r, false);

	c->operator = token.kind;
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
	bool negated = token.kind == TOKEN_NOT_IN || token.kind == TOKEN_NOT_EQUAL;
	*ret = c->found != negated;
	return check_values(r, c);
}

static int take_requirement(struct reader *r, const struct node *labels, bool *ret)
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
	const struct node *have = node_get(labels, token.text);
	struct token next = look(r, true);
	if (absent || next.kind == TOKEN_END || next.kind == TOKEN_COMMA) {
		*ret = absent ? !have : have != NULL;
		return 0;
	}
	struct comparison c = { .key = token.text, .have = have ? node_text(have) : STR_NONE };
	return take_comparison(r, &c, ret);
}

int labels_match_text(struct str selector, const struct node *labels, bool *ret, struct error *err)
{
	struct reader r = { selector, err };
	bool matches = true, holds = false;

	for (struct token token = look(&r, true); token.kind != TOKEN_END;) {
		if (token.kind != TOKEN_IDENTIFIER && token.kind != TOKEN_ABSENT)
			return unexpected(&r, token, "!, identifier, or 'end of string'");
		if (take_requirement(&r, labels, &holds) < 0)
			return error_wrap(err, "unable to parse requirement");
		matches = matches && holds;
		token = take(&r, true);
		if (token.kind == TOKEN_END)
			break;
		if (token.kind != TOKEN_COMMA)
			return unexpected(&r, token, "',' or 'end of string'");
		token = look(&r, true);
		if (token.kind != TOKEN_IDENTIFIER && token.kind != TOKEN_ABSENT)
			return unexpected(&r, token, "identifier after ','");
	}
	*ret = matches;
	return 0;
}
