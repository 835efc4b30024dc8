/* selector - reading selectors, ranges and the modifiers offset and @ */
#include "metrics/selector.h"

#include <math.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/vec.h"
#include "lang/regex.h"
#include "metrics/labelset.h"
#include "metrics/lexer.h"
#include "metrics/promql.h"

typedef VEC(struct promql_matcher) matcher_list;

static int unexpected(struct lexer *lexer, const char *wanted)
{
	struct str name = promql_token_name(&lexer->token);
	return promql_lexer_error(lexer, lexer->token.offset, "'%.*s' stands where %s should",
				  STR_FMT(name), wanted);
}

static int expect(struct lexer *lexer, const char *operator_text, const char *wanted)
{
	return promql_token_is(&lexer->token, operator_text) ? promql_lexer_next(lexer)
							     : unexpected(lexer, wanted);
}

/* --- matchers -------------------------------------------------------------------------------- */

static int compile_matcher(struct lexer *lexer, struct promql_matcher *matcher, uint32_t offset)
{
	if (matcher->match != PROMQL_REGEX && matcher->match != PROMQL_NOT_REGEX)
		return 0;
	struct error why = {};
	matcher->regex =
		regex_compile(lexer->arena, matcher->value, REGEX_WHOLE | REGEX_DOT_NEWLINE, &why);
	return matcher->regex ? 0 : promql_lexer_error(lexer, offset, "%s", why.text);
}

static int read_match(struct lexer *lexer, enum promql_match *ret_match)
{
	static const char *const texts[] = {
		[PROMQL_EQUAL] = "=",
		[PROMQL_NOT_EQUAL] = "!=",
		[PROMQL_REGEX] = "=~",
		[PROMQL_NOT_REGEX] = "!~",
	};
	for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
		if (promql_token_is(&lexer->token, texts[i])) {
			*ret_match = (enum promql_match)i;
			return promql_lexer_next(lexer);
		}
	}
	return unexpected(lexer, "one of = != =~ !~");
}

/* name="value", or a quoted metric name alone. */
static int read_matcher(struct lexer *lexer, struct promql_matcher *ret)
{
	struct token name = lexer->token;
	struct promql_matcher matcher = { .name = name.text };
	bool named = name.kind == TOKEN_IDENT && str_find_char(name.text, ':') < 0;
	if (!named && name.kind != TOKEN_STRING)
		return unexpected(lexer, "a label name or '}'");
	if (name.kind == TOKEN_STRING && !label_name_valid(name.text))
		return promql_lexer_error(lexer, name.offset, "'%.*s' is not a name",
					  STR_FMT(name.text));
	if (promql_lexer_next(lexer) < 0)
		return -1;
	if (name.kind == TOKEN_STRING &&
	    (promql_token_is(&lexer->token, ",") || promql_token_is(&lexer->token, "}"))) {
		*ret = (struct promql_matcher){ .name = LABEL_NAME, .value = name.text };
		return 0;
	}
	if (read_match(lexer, &matcher.match) < 0)
		return -1;
	struct token value = lexer->token;
	if (value.kind != TOKEN_STRING)
		return unexpected(lexer, "a value in quotes");
	matcher.value = value.text;
	if (promql_lexer_next(lexer) < 0 || compile_matcher(lexer, &matcher, value.offset) < 0)
		return -1;
	*ret = matcher;
	return 0;
}

static int read_matchers(struct lexer *lexer, matcher_list *matchers)
{
	if (promql_lexer_next(lexer) < 0)
		return -1;
	while (!promql_token_is(&lexer->token, "}")) {
		struct promql_matcher matcher;
		if (read_matcher(lexer, &matcher) < 0)
			return -1;
		if (matchers->count >= LABELSET_MAX)
			return promql_lexer_error(lexer, lexer->token.offset,
						  "more than %d matchers", LABELSET_MAX);
		VEC_PUSH(lexer->arena, matchers, matcher);
		if (promql_token_is(&lexer->token, "}"))
			break;
		if (expect(lexer, ",", "',' or '}'") < 0)
			return -1;
	}
	return promql_lexer_next(lexer);
}

static bool matches_empty(const struct promql_matcher *matcher)
{
	switch (matcher->match) {
	case PROMQL_EQUAL:
		return matcher->value.len == 0;
	case PROMQL_NOT_EQUAL:
		return matcher->value.len > 0;
	case PROMQL_REGEX:
		return regex_match(matcher->regex, STR(""));
	case PROMQL_NOT_REGEX:
		return !regex_match(matcher->regex, STR(""));
	}
	return false;
}

/*
 * Some matcher must refuse the empty value; a name outside the braces forbids an equality on the
 * name inside.
 */
static int check_matchers(struct lexer *lexer, struct str name, struct promql *node)
{
	const struct promql_matcher *matchers = node->selector.matchers;
	bool selective = false;
	uint32_t names = 0;
	for (uint32_t i = 0; i < node->selector.matcher_count; i++) {
		selective |= !matches_empty(&matchers[i]);
		if (!str_equal(matchers[i].name, LABEL_NAME) || matchers[i].match != PROMQL_EQUAL)
			continue;
		names++;
		node->selector.name = matchers[i].value;
	}
	if (name.ptr && names > 1)
		return promql_lexer_error(lexer, node->offset,
					  "the metric's name is given twice: '%.*s' and '%.*s'",
					  STR_FMT(name), STR_FMT(node->selector.name));
	if (!selective)
		return promql_lexer_error(
			lexer, node->offset,
			"a selector needs a matcher that refuses the empty value");
	return 0;
}

int promql_selector_parse(struct lexer *lexer, struct str name, struct promql *node)
{
	matcher_list matchers = {};
	if (name.ptr)
		VEC_PUSH(lexer->arena, &matchers,
			 (struct promql_matcher){ .name = LABEL_NAME, .value = name });
	if (promql_token_is(&lexer->token, "{") && read_matchers(lexer, &matchers) < 0)
		return -1;
	node->selector.matchers = matchers.items;
	node->selector.matcher_count = matchers.count;
	return check_matchers(lexer, name, node);
}

int promql_parse_series(struct arena *arena, struct str text, struct labelset *ret_labels,
			struct error *err)
{
	struct lexer lexer;
	matcher_list matchers = {};
	VEC(struct label) labels = {};
	if (promql_lexer_init(&lexer, arena, text, ERROR_NO_POSITION, err) < 0)
		return -1;
	if (lexer.token.kind == TOKEN_IDENT) {
		VEC_PUSH(arena, &labels, (struct label){ LABEL_NAME, lexer.token.text });
		if (promql_lexer_next(&lexer) < 0)
			return -1;
	}
	bool braces = promql_token_is(&lexer.token, "{");
	if (!braces && labels.count == 0)
		return unexpected(&lexer, "a series");
	if (braces && read_matchers(&lexer, &matchers) < 0)
		return -1;
	for (uint32_t i = 0; i < matchers.count; i++) {
		if (matchers.items[i].match != PROMQL_EQUAL)
			return promql_lexer_error(&lexer, 0, "a series has labels with '=' only");
		VEC_PUSH(arena, &labels,
			 (struct label){ matchers.items[i].name, matchers.items[i].value });
	}
	if (lexer.token.kind != TOKEN_END)
		return unexpected(&lexer, "the end of the series");
	return labelset_make(arena, labels.items, labels.count, ret_labels, err);
}

/* --- durations and modifiers ----------------------------------------------------------------- */

#define SECONDS_MAX 9e12 /* what a time in ms can hold with room for sums */

/* A number of seconds, or a duration, as it stands. */
static int read_seconds(struct lexer *lexer, bool negative, int64_t *ret_ms)
{
	struct token token = lexer->token;
	if (token.kind != TOKEN_NUMBER)
		return unexpected(lexer, "a duration like 5m, or a number of seconds,");
	if (!(fabs(token.number) <= SECONDS_MAX))
		return promql_lexer_error(lexer, token.offset, "'%.*s' is out of range",
					  STR_FMT(token.text));
	double ms = round(token.number * 1000);
	*ret_ms = (int64_t)(negative ? -ms : ms);
	return promql_lexer_next(lexer);
}

int promql_selector_duration(struct lexer *lexer, int64_t *ret_ms)
{
	uint32_t offset = lexer->token.offset;
	if (read_seconds(lexer, false, ret_ms) < 0)
		return -1;
	return *ret_ms > 0 ? 0
			   : promql_lexer_error(lexer, offset, "a duration must be greater than 0");
}

static int read_signed(struct lexer *lexer, int64_t *ret_ms)
{
	bool negative = promql_token_is(&lexer->token, "-");
	if ((negative || promql_token_is(&lexer->token, "+")) && promql_lexer_next(lexer) < 0)
		return -1;
	return read_seconds(lexer, negative, ret_ms);
}

/* start() or end() behind @. */
static int read_bound(struct lexer *lexer, struct promql_when *when)
{
	when->at = promql_token_is_word(&lexer->token, "start") ? PROMQL_AT_START : PROMQL_AT_END;
	if (promql_lexer_next(lexer) < 0 || expect(lexer, "(", "'('") < 0)
		return -1;
	return expect(lexer, ")", "')'");
}

static int read_at(struct lexer *lexer, struct promql_when *when)
{
	if (when->at != PROMQL_AT_STEP)
		return promql_lexer_error(lexer, lexer->token.offset, "@ is given twice");
	if (promql_lexer_next(lexer) < 0)
		return -1;
	if (promql_token_is_word(&lexer->token, "start") ||
	    promql_token_is_word(&lexer->token, "end"))
		return read_bound(lexer, when);
	when->at = PROMQL_AT_TIME;
	return read_signed(lexer, &when->at_ms);
}

int promql_selector_when(struct lexer *lexer, struct promql_when *when)
{
	if (promql_token_is(&lexer->token, "@"))
		return read_at(lexer, when);
	if (when->has_offset)
		return promql_lexer_error(lexer, lexer->token.offset, "offset is given twice");
	when->has_offset = true;
	if (promql_lexer_next(lexer) < 0)
		return -1;
	return read_signed(lexer, &when->offset_ms);
}
