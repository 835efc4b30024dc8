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
	struct str name = scan_token_name(&lexer->scan.token);
	return scan_error(&lexer->scan, lexer->scan.token.offset, "'%.*s' stands where %s should",
			  STR_FMT(name), wanted);
}

static int expect(struct lexer *lexer, const char *operator_text, const char *wanted)
{
	return scan_token_is(&lexer->scan.token, operator_text) ? promql_lexer_next(lexer)
								: unexpected(lexer, wanted);
}

/* --- matchers -------------------------------------------------------------------------------- */

static int compile_matcher(struct lexer *lexer, struct promql_matcher *matcher, uint32_t offset)
{
	if (matcher->match != PROMQL_REGEX && matcher->match != PROMQL_NOT_REGEX)
		return 0;
	struct error why = {};
	matcher->regex = regex_compile(lexer->scan.arena, matcher->value,
				       REGEX_WHOLE | REGEX_DOT_NEWLINE, &why);
	return matcher->regex ? 0 : scan_error(&lexer->scan, offset, "%s", why.text);
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
		if (scan_token_is(&lexer->scan.token, texts[i])) {
			*ret_match = (enum promql_match)i;
			return promql_lexer_next(lexer);
		}
	}
	return unexpected(lexer, "one of = != =~ !~");
}

/* name="value", or a quoted metric name alone. */
static int read_matcher(struct lexer *lexer, struct promql_matcher *ret)
{
	struct scan_token name = lexer->scan.token;
	struct promql_matcher matcher = { .name = name.text };
	bool named = name.kind == SCAN_NAME && str_find_char(name.text, ':') < 0;
	if (!named && name.kind != SCAN_STRING)
		return unexpected(lexer, "a label name or '}'");
	if (name.kind == SCAN_STRING && !label_name_valid(name.text))
		return scan_error(&lexer->scan, name.offset, "'%.*s' is not a name",
				  STR_FMT(name.text));
	if (promql_lexer_next(lexer) < 0)
		return -1;
	if (name.kind == SCAN_STRING &&
	    (scan_token_is(&lexer->scan.token, ",") || scan_token_is(&lexer->scan.token, "}"))) {
		*ret = (struct promql_matcher){ .name = LABEL_NAME, .value = name.text };
		return 0;
	}
	if (read_match(lexer, &matcher.match) < 0)
		return -1;
	struct scan_token value = lexer->scan.token;
	if (value.kind != SCAN_STRING)
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
	while (!scan_token_is(&lexer->scan.token, "}")) {
		struct promql_matcher matcher;
		if (read_matcher(lexer, &matcher) < 0)
			return -1;
		if (matchers->count >= LABELSET_MAX)
			return scan_error(&lexer->scan, lexer->scan.token.offset,
					  "more than %d matchers", LABELSET_MAX);
		VEC_PUSH(lexer->scan.arena, matchers, matcher);
		if (scan_token_is(&lexer->scan.token, "}"))
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
		return scan_error(&lexer->scan, node->offset,
				  "the metric's name is given twice: '%.*s' and '%.*s'",
				  STR_FMT(name), STR_FMT(node->selector.name));
	if (!selective)
		return scan_error(&lexer->scan, node->offset,
				  "a selector needs a matcher that refuses the empty value");
	return 0;
}

int promql_selector_parse(struct lexer *lexer, struct str name, struct promql *node)
{
	matcher_list matchers = {};
	if (name.ptr)
		VEC_PUSH(lexer->scan.arena, &matchers,
			 (struct promql_matcher){ .name = LABEL_NAME, .value = name });
	if (scan_token_is(&lexer->scan.token, "{") && read_matchers(lexer, &matchers) < 0)
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
	if (lexer.scan.token.kind == SCAN_NAME) {
		VEC_PUSH(arena, &labels, (struct label){ LABEL_NAME, lexer.scan.token.text });
		if (promql_lexer_next(&lexer) < 0)
			return -1;
	}
	bool braces = scan_token_is(&lexer.scan.token, "{");
	if (!braces && labels.count == 0)
		return unexpected(&lexer, "a series");
	if (braces && read_matchers(&lexer, &matchers) < 0)
		return -1;
	for (uint32_t i = 0; i < matchers.count; i++) {
		if (matchers.items[i].match != PROMQL_EQUAL)
			return scan_error(&lexer.scan, 0, "a series has labels with '=' only");
		VEC_PUSH(arena, &labels,
			 (struct label){ matchers.items[i].name, matchers.items[i].value });
	}
	if (lexer.scan.token.kind != SCAN_END)
		return unexpected(&lexer, "the end of the series");
	return labelset_make(arena, labels.items, labels.count, ret_labels, err);
}

/* --- durations and modifiers ----------------------------------------------------------------- */

#define SECONDS_MAX 9e12 /* what a time in ms can hold with room for sums */

/* A number of seconds, or a duration, as it stands. */
static int read_seconds(struct lexer *lexer, bool negative, int64_t *ret_ms)
{
	struct scan_token token = lexer->scan.token;
	if (token.kind != SCAN_NUMBER)
		return unexpected(lexer, "a duration like 5m, or a number of seconds,");
	if (!(fabs(lexer->number) <= SECONDS_MAX))
		return scan_error(&lexer->scan, token.offset, "'%.*s' is out of range",
				  STR_FMT(token.text));
	double ms = round(lexer->number * 1000);
	*ret_ms = (int64_t)(negative ? -ms : ms);
	return promql_lexer_next(lexer);
}

int promql_selector_duration(struct lexer *lexer, int64_t *ret_ms)
{
	uint32_t offset = lexer->scan.token.offset;
	if (read_seconds(lexer, false, ret_ms) < 0)
		return -1;
	return *ret_ms > 0 ? 0
			   : scan_error(&lexer->scan, offset, "a duration must be greater than 0");
}

static int read_signed(struct lexer *lexer, int64_t *ret_ms)
{
	bool negative = scan_token_is(&lexer->scan.token, "-");
	if ((negative || scan_token_is(&lexer->scan.token, "+")) && promql_lexer_next(lexer) < 0)
		return -1;
	return read_seconds(lexer, negative, ret_ms);
}

/* start() or end() behind @. */
static int read_bound(struct lexer *lexer, struct promql_when *when)
{
	when->at =
		scan_token_is_word(&lexer->scan.token, "start") ? PROMQL_AT_START : PROMQL_AT_END;
	if (promql_lexer_next(lexer) < 0 || expect(lexer, "(", "'('") < 0)
		return -1;
	return expect(lexer, ")", "')'");
}

static int read_at(struct lexer *lexer, struct promql_when *when)
{
	if (when->at != PROMQL_AT_STEP)
		return scan_error(&lexer->scan, lexer->scan.token.offset, "@ is given twice");
	if (promql_lexer_next(lexer) < 0)
		return -1;
	if (scan_token_is_word(&lexer->scan.token, "start") ||
	    scan_token_is_word(&lexer->scan.token, "end"))
		return read_bound(lexer, when);
	when->at = PROMQL_AT_TIME;
	return read_signed(lexer, &when->at_ms);
}

int promql_selector_when(struct lexer *lexer, struct promql_when *when)
{
	if (scan_token_is(&lexer->scan.token, "@"))
		return read_at(lexer, when);
	if (when->has_offset)
		return scan_error(&lexer->scan, lexer->scan.token.offset, "offset is given twice");
	when->has_offset = true;
	if (promql_lexer_next(lexer) < 0)
		return -1;
	return read_signed(lexer, &when->offset_ms);
}
