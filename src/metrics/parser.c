/* parser - from a PromQL expression to its tree, checked */
#include <math.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "metrics/check.h"
#include "metrics/functions.h"
#include "metrics/lexer.h"
#include "metrics/operators.h"
#include "metrics/promql.h"
#include "metrics/selector.h"

struct parser {
	struct arena *arena;
	struct lexer lexer;
	uint32_t depth;
};

static const struct promql *parse_expression(struct parser *parser, int precedence);

static struct promql *node_new(struct parser *parser, enum promql_kind kind, uint32_t offset)
{
	struct promql *node = arena_one(parser->arena, struct promql);
	node->kind = kind;
	node->offset = offset;
	node->depth = 1;
	return node;
}

/*
 * Notes that node stands above part. A chain like 1+1+1+… makes deep trees without deep recursion
 * here.
 */
static int node_above(struct parser *parser, struct promql *node, const struct promql *part)
{
	node->depth = MAX(node->depth, (uint16_t)(part->depth + 1));
	if (node->depth > PROMQL_DEPTH_MAX)
		return scan_error(&parser->lexer.scan, node->offset,
				  "more than %d nested expressions", PROMQL_DEPTH_MAX);
	return 0;
}

static int expect(struct parser *parser, const char *operator_text)
{
	char wanted[16];
	if (scan_token_is(&parser->lexer.scan.token, operator_text))
		return promql_lexer_next(&parser->lexer);
	wanted[0] = '\'';
	size_t len = str_from_cstr(operator_text).len;
	assert(len < sizeof(wanted) - 2);
	memcpy(wanted + 1, operator_text, len);
	memcpy(wanted + 1 + len, "'", 2);
	return scan_unexpected(&parser->lexer.scan, wanted);
}

/* --- names in parentheses, matching ---------------------------------------------------------- */

/* A list of label names in parentheses, quoted or not; a comma may stand behind the last. */
static int parse_names(struct parser *parser, struct promql_names *ret)
{
	VEC(struct str) names = {};
	struct lexer *lexer = &parser->lexer;
	if (expect(parser, "(") < 0)
		return -1;
	while (!scan_token_is(&lexer->scan.token, ")")) {
		bool quoted = lexer->scan.token.kind == SCAN_STRING;
		if (lexer->scan.token.kind != SCAN_NAME && !quoted)
			return scan_unexpected(&parser->lexer.scan, "a label name");
		bool valid = quoted ? label_name_valid(lexer->scan.token.text)
				    : str_find_char(lexer->scan.token.text, ':') < 0;
		if (!valid)
			return scan_unexpected(&parser->lexer.scan, "a label name");
		VEC_PUSH(parser->arena, &names, lexer->scan.token.text);
		if (promql_lexer_next(lexer) < 0)
			return -1;
		if (!scan_token_is(&lexer->scan.token, ",")) {
			if (scan_token_is(&lexer->scan.token, ")"))
				break;
			return scan_unexpected(&parser->lexer.scan, "',' or ')'");
		}
		if (promql_lexer_next(lexer) < 0)
			return -1;
	}
	*ret = (struct promql_names){ names.items, names.count };
	return expect(parser, ")");
}

static int parse_group(struct parser *parser, struct promql_matching *matching)
{
	struct lexer *lexer = &parser->lexer;
	bool left = scan_token_is_word(&lexer->scan.token, "group_left");
	if (!left && !scan_token_is_word(&lexer->scan.token, "group_right"))
		return 0;
	matching->card = left ? PROMQL_MANY_TO_ONE : PROMQL_ONE_TO_MANY;
	if (promql_lexer_next(lexer) < 0)
		return -1;
	return scan_token_is(&lexer->scan.token, "(") ? parse_names(parser, &matching->include) : 0;
}

/* What may stand behind a binary operator: bool, on or ignoring, group_left or group_right. */
static int parse_modifiers(struct parser *parser, struct promql *node)
{
	struct lexer *lexer = &parser->lexer;
	struct promql_matching *matching = &node->binary.matching;
	if (scan_token_is_word(&lexer->scan.token, "bool")) {
		node->binary.as_bool = true;
		if (promql_lexer_next(lexer) < 0)
			return -1;
	}
	matching->on = scan_token_is_word(&lexer->scan.token, "on");
	matching->given = matching->on || scan_token_is_word(&lexer->scan.token, "ignoring");
	if (!matching->given)
		return 0;
	if (promql_lexer_next(lexer) < 0 || parse_names(parser, &matching->names) < 0)
		return -1;
	return parse_group(parser, matching);
}

/* --- calls and aggregations ------------------------------------------------------------------ */

static int parse_args(struct parser *parser, struct promql *node)
{
	VEC(const struct promql *) args = {};
	struct lexer *lexer = &parser->lexer;
	if (expect(parser, "(") < 0)
		return -1;
	while (!scan_token_is(&lexer->scan.token, ")")) {
		const struct promql *arg = parse_expression(parser, PRECEDENCE_LOWEST);
		if (!arg || node_above(parser, node, arg) < 0)
			return -1;
		if (args.count >= FUNCTION_ARGS_MAX)
			return scan_error(&lexer->scan, arg->offset, "more than %d arguments",
					  FUNCTION_ARGS_MAX);
		VEC_PUSH(parser->arena, &args, arg);
		if (!scan_token_is(&lexer->scan.token, ","))
			break;
		if (promql_lexer_next(lexer) < 0)
			return -1;
		if (scan_token_is(&lexer->scan.token, ")"))
			return scan_unexpected(&parser->lexer.scan, "an argument");
	}
	node->call.args = args.items;
	node->call.arg_count = args.count;
	return expect(parser, ")");
}

static int unknown_function(struct parser *parser, const struct scan_token *name)
{
	struct suggest suggest = suggest_start(name->text);
	const char *other = NULL;
	for (uint32_t i = 0; promql_function_at(i); i++)
		suggest_offer(&suggest, str_from_cstr(promql_function_at(i)->name));
	for (uint32_t i = 0; (other = promql_aggregation_name_at(i)); i++)
		suggest_offer(&suggest, str_from_cstr(other));
	scan_error(&parser->lexer.scan, name->offset, "'%.*s' is not a function",
		   STR_FMT(name->text));
	if (suggest.best.ptr)
		error_hint(parser->lexer.scan.err, "did you mean '%.*s'?", STR_FMT(suggest.best));
	return -1;
}

static const struct promql *parse_call(struct parser *parser, struct scan_token name)
{
	struct promql *node = node_new(parser, PROMQL_CALL, name.offset);
	node->call.function = promql_function_find(name.text);
	if (!node->call.function) {
		unknown_function(parser, &name);
		return NULL;
	}
	if (parse_args(parser, node) < 0 || promql_check_call(&parser->lexer, node) < 0)
		return NULL;
	return node;
}

/* by (…) or without (…), which may stand before or behind the arguments. */
static int parse_grouping(struct parser *parser, struct promql *node, bool *ret_given)
{
	struct lexer *lexer = &parser->lexer;
	node->aggregate.without = scan_token_is_word(&lexer->scan.token, "without");
	*ret_given = node->aggregate.without || scan_token_is_word(&lexer->scan.token, "by");
	if (!*ret_given)
		return 0;
	if (promql_lexer_next(lexer) < 0)
		return -1;
	return parse_names(parser, &node->aggregate.names);
}

/* The arguments: the vector, before it the parameter when the operator takes one. */
static int parse_aggregate_args(struct parser *parser, const struct aggregation *op,
				struct promql *node)
{
	struct promql args = { .offset = node->offset, .depth = node->depth };
	if (parse_args(parser, &args) < 0)
		return -1;
	uint32_t want = op->param == PROMQL_NONE ? 1 : 2;
	if (args.call.arg_count != want)
		return scan_error(&parser->lexer.scan, node->offset,
				  "'%s' with %u arguments; it takes %u", op->name,
				  args.call.arg_count, want);
	node->depth = args.depth;
	node->aggregate.op = op;
	node->aggregate.param = want == 2 ? args.call.args[0] : NULL;
	node->aggregate.inner = args.call.args[want - 1];
	return 0;
}

static const struct promql *parse_aggregate(struct parser *parser, struct scan_token name,
					    const struct aggregation *op)
{
	struct promql *node = node_new(parser, PROMQL_AGGREGATE, name.offset);
	bool given = false;
	if (parse_grouping(parser, node, &given) < 0 || parse_aggregate_args(parser, op, node) < 0)
		return NULL;
	if (!given && parse_grouping(parser, node, &given) < 0)
		return NULL;
	return promql_check_aggregate(&parser->lexer, node) < 0 ? NULL : node;
}

/* --- primary expressions --------------------------------------------------------------------- */

static const struct promql *parse_number(struct parser *parser, double number, uint32_t offset)
{
	struct promql *node = node_new(parser, PROMQL_NUMBER, offset);
	node->type = PROMQL_SCALAR;
	node->number = number;
	return promql_lexer_next(&parser->lexer) < 0 ? NULL : node;
}

static const struct promql *parse_selector(struct parser *parser, struct str name, uint32_t offset)
{
	struct promql *node = node_new(parser, PROMQL_SELECTOR, offset);
	node->type = PROMQL_VECTOR;
	return promql_selector_parse(&parser->lexer, name, node) < 0 ? NULL : node;
}

/* A word: a number like Inf, an aggregation, a function, or the name of a metric. */
static const struct promql *parse_word(struct parser *parser)
{
	struct lexer *lexer = &parser->lexer;
	struct scan_token word = lexer->scan.token;
	if (scan_token_is_word(&word, "inf"))
		return parse_number(parser, INFINITY, word.offset);
	if (scan_token_is_word(&word, "nan"))
		return parse_number(parser, NAN, word.offset);
	if (promql_lexer_next(lexer) < 0)
		return NULL;
	bool called = scan_token_is(&lexer->scan.token, "(");
	bool grouped = scan_token_is_word(&lexer->scan.token, "by") ||
		       scan_token_is_word(&lexer->scan.token, "without");
	const struct aggregation *aggregation = promql_aggregation_find(word.text);
	if (aggregation && (called || grouped))
		return parse_aggregate(parser, word, aggregation);
	if (called)
		return parse_call(parser, word);
	return parse_selector(parser, word.text, word.offset);
}

static const struct promql *parse_parens(struct parser *parser)
{
	if (promql_lexer_next(&parser->lexer) < 0)
		return NULL;
	const struct promql *inner = parse_expression(parser, PRECEDENCE_LOWEST);
	if (!inner || expect(parser, ")") < 0)
		return NULL;
	struct promql *node = arena_copy(parser->arena, inner, sizeof(*inner));
	node->in_parens = true;
	return node;
}

static const struct promql *parse_atom(struct parser *parser)
{
	struct lexer *lexer = &parser->lexer;
	struct scan_token token = lexer->scan.token;
	if (token.kind == SCAN_NUMBER)
		return parse_number(parser, lexer->number, token.offset);
	if (token.kind == SCAN_NAME)
		return parse_word(parser);
	if (token.kind == SCAN_STRING) {
		struct promql *node = node_new(parser, PROMQL_TEXT, token.offset);
		node->type = PROMQL_STRING;
		node->text = token.text;
		return promql_lexer_next(lexer) < 0 ? NULL : node;
	}
	if (scan_token_is(&token, "("))
		return parse_parens(parser);
	if (scan_token_is(&token, "{"))
		return parse_selector(parser, STR_NONE, token.offset);
	scan_unexpected(&parser->lexer.scan, "an expression");
	return NULL;
}

/* [range:step] over an expression. */
static const struct promql *parse_subquery(struct parser *parser, const struct promql *inner,
					   int64_t range_ms)
{
	struct promql *node = node_new(parser, PROMQL_SUBQUERY, inner->offset);
	struct lexer *lexer = &parser->lexer;
	if (node_above(parser, node, inner) < 0 || promql_lexer_next(lexer) < 0)
		return NULL;
	node->subquery.inner = inner;
	node->subquery.range_ms = range_ms;
	node->subquery.step_ms = PROMQL_SUBQUERY_STEP_MS;
	if (!scan_token_is(&lexer->scan.token, "]") &&
	    promql_selector_duration(lexer, &node->subquery.step_ms) < 0)
		return NULL;
	if (inner->type != PROMQL_VECTOR && inner->type != PROMQL_SCALAR) {
		scan_error(&lexer->scan, inner->offset,
			   "a subquery over %s; it must be an instant vector",
			   promql_type_name(inner->type));
		return NULL;
	}
	node->type = PROMQL_MATRIX;
	return expect(parser, "]") < 0 ? NULL : node;
}

/* What stands in [ ] behind an expression. */
static const struct promql *parse_brackets(struct parser *parser, const struct promql *inner)
{
	struct lexer *lexer = &parser->lexer;
	int64_t range_ms = 0;
	if (promql_lexer_next(lexer) < 0 || promql_selector_duration(lexer, &range_ms) < 0)
		return NULL;
	if (scan_token_is(&lexer->scan.token, ":"))
		return parse_subquery(parser, inner, range_ms);
	if (expect(parser, "]") < 0)
		return NULL;
	if (inner->kind != PROMQL_SELECTOR || inner->type != PROMQL_VECTOR || inner->in_parens) {
		scan_error(&lexer->scan, inner->offset,
			   "a range over something else than a selector");
		error_hint(lexer->scan.err, "a subquery like [5m:1m] takes any instant vector");
		return NULL;
	}
	if (inner->selector.when.has_offset || inner->selector.when.at != PROMQL_AT_STEP) {
		scan_error(&lexer->scan, inner->offset,
			   "a range behind offset or @; it must stand before them");
		return NULL;
	}
	struct promql *node = arena_copy(parser->arena, inner, sizeof(*inner));
	node->selector.range_ms = range_ms;
	node->type = PROMQL_MATRIX;
	return node;
}

/* offset and @ behind a selector or a subquery. */
static const struct promql *parse_when(struct parser *parser, const struct promql *inner)
{
	struct promql *node = arena_copy(parser->arena, inner, sizeof(*inner));
	struct promql_when *when = node->kind == PROMQL_SELECTOR   ? &node->selector.when
				   : node->kind == PROMQL_SUBQUERY ? &node->subquery.when
								   : NULL;
	if (!when || inner->in_parens) {
		scan_error(&parser->lexer.scan, parser->lexer.scan.token.offset,
			   "'%.*s' behind something else than a selector or a subquery",
			   STR_FMT(scan_token_name(&parser->lexer.scan.token)));
		return NULL;
	}
	return promql_selector_when(&parser->lexer, when) < 0 ? NULL : node;
}

static const struct promql *parse_postfix(struct parser *parser)
{
	const struct promql *node = parse_atom(parser);
	while (node) {
		const struct scan_token *token = &parser->lexer.scan.token;
		if (scan_token_is(token, "["))
			node = parse_brackets(parser, node);
		else if (scan_token_is(token, "@") || scan_token_is_word(token, "offset"))
			node = parse_when(parser, node);
		else
			break;
	}
	return node;
}

/* Signs bind less than ^ and more than all else. */
static const struct promql *parse_unary(struct parser *parser)
{
	struct lexer *lexer = &parser->lexer;
	bool minus = scan_token_is(&lexer->scan.token, "-");
	if (!minus && !scan_token_is(&lexer->scan.token, "+"))
		return parse_postfix(parser);
	struct promql *node = node_new(parser, PROMQL_MINUS, lexer->scan.token.offset);
	if (promql_lexer_next(lexer) < 0)
		return NULL;
	const struct promql *inner = parse_expression(parser, PRECEDENCE_UNARY);
	if (!inner || node_above(parser, node, inner) < 0)
		return NULL;
	node->minus.inner = inner;
	if (promql_check_minus(lexer, node) < 0)
		return NULL;
	return minus ? node : inner;
}

static const struct promql *parse_binary(struct parser *parser, const struct promql *left,
					 const struct binary_operator *op)
{
	struct lexer *lexer = &parser->lexer;
	struct promql *node = node_new(parser, PROMQL_BINARY, lexer->scan.token.offset);
	node->binary.op = op;
	node->binary.left = left;
	if (promql_lexer_next(lexer) < 0 || parse_modifiers(parser, node) < 0)
		return NULL;
	const struct promql *right =
		parse_expression(parser, op->precedence + !op->right_associative);
	if (!right || node_above(parser, node, left) < 0 || node_above(parser, node, right) < 0)
		return NULL;
	node->binary.right = right;
	return promql_check_binary(lexer, node) < 0 ? NULL : node;
}

/* Operators that bind at least as tight as precedence. */
static const struct promql *parse_expression(struct parser *parser, int precedence)
{
	if (parser->depth >= PROMQL_DEPTH_MAX) {
		scan_error(&parser->lexer.scan, parser->lexer.scan.token.offset,
			   "more than %d nested expressions", PROMQL_DEPTH_MAX);
		return NULL;
	}
	parser->depth++;
	const struct promql *node = parse_unary(parser);
	while (node) {
		const struct scan_token *token = &parser->lexer.scan.token;
		bool may_be = token->kind == SCAN_OPERATOR || token->kind == SCAN_NAME;
		const struct binary_operator *op =
			may_be ? promql_operator_find(token->text) : NULL;
		if (!op || op->precedence < precedence)
			break;
		node = parse_binary(parser, node, op);
	}
	parser->depth--;
	return node;
}

const struct promql *promql_parse(struct arena *arena, struct str text, uint32_t position,
				  struct error *err)
{
	if (text.len > PROMQL_TEXT_MAX) {
		error_set(err, ERROR_INPUT, position, "an expression of %zu bytes; allowed are %d",
			  text.len, PROMQL_TEXT_MAX);
		return NULL;
	}
	struct parser parser = { .arena = arena };
	if (promql_lexer_init(&parser.lexer, arena, text, position, err) < 0)
		return NULL;
	const struct promql *node = parse_expression(&parser, PRECEDENCE_LOWEST);
	if (node && parser.lexer.scan.token.kind != SCAN_END) {
		scan_unexpected(&parser.lexer.scan, "an operator or the end");
		return NULL;
	}
	return node;
}
