/* check - which types PromQL's expressions may have */
#include "metrics/check.h"

#include "metrics/functions.h"
#include "metrics/lexer.h"
#include "metrics/operators.h"

const char *promql_type_name(enum promql_type type)
{
	static const char *const names[] = {
		[PROMQL_NONE] = "nothing",
		[PROMQL_SCALAR] = "a scalar",
		[PROMQL_VECTOR] = "an instant vector",
		[PROMQL_MATRIX] = "a range vector",
		[PROMQL_STRING] = "a string",
	};
	return names[type];
}

static bool is_operand(enum promql_type type)
{
	return type == PROMQL_SCALAR || type == PROMQL_VECTOR;
}

int promql_check_minus(struct lexer *lexer, struct promql *node)
{
	node->type = node->minus.inner->type;
	if (is_operand(node->type))
		return 0;
	return scan_error(&lexer->scan, node->offset,
			  "a sign before %s; allowed are scalars and instant vectors",
			  promql_type_name(node->type));
}

static bool names_contain(struct promql_names names, struct str name)
{
	for (uint32_t i = 0; i < names.count; i++)
		if (str_equal(names.items[i], name))
			return true;
	return false;
}

static int check_matching(struct lexer *lexer, const struct promql *node)
{
	const struct promql_matching *matching = &node->binary.matching;
	const char *op = node->binary.op->text;
	bool vectors = node->binary.left->type == PROMQL_VECTOR &&
		       node->binary.right->type == PROMQL_VECTOR;
	if (matching->given && !vectors)
		return scan_error(&lexer->scan, node->offset,
				  "'%s' with %s between other things than two vectors", op,
				  matching->on ? "on" : "ignoring");
	if (node->binary.op->family == OPERATOR_SET && matching->card != PROMQL_ONE_TO_ONE)
		return scan_error(&lexer->scan, node->offset,
				  "no grouping allowed for the set operator '%s'", op);
	for (uint32_t i = 0; matching->on && i < matching->include.count; i++)
		if (names_contain(matching->names, matching->include.items[i]))
			return scan_error(&lexer->scan, node->offset,
					  "the label '%.*s' is both in on and in group",
					  STR_FMT(matching->include.items[i]));
	return 0;
}

int promql_check_binary(struct lexer *lexer, struct promql *node)
{
	const struct binary_operator *op = node->binary.op;
	enum promql_type left = node->binary.left->type;
	enum promql_type right = node->binary.right->type;
	if (!is_operand(left) || !is_operand(right))
		return scan_error(&lexer->scan, node->offset,
				  "'%s' between %s and %s; allowed are scalars and instant vectors",
				  op->text, promql_type_name(left), promql_type_name(right));
	bool scalars = left == PROMQL_SCALAR && right == PROMQL_SCALAR;
	if (node->binary.as_bool && op->family != OPERATOR_COMPARISON)
		return scan_error(&lexer->scan, node->offset,
				  "bool behind '%s'; it belongs to comparisons", op->text);
	if (scalars && op->family == OPERATOR_COMPARISON && !node->binary.as_bool)
		return scan_error(&lexer->scan, node->offset,
				  "comparisons between scalars must use bool: '%s bool'", op->text);
	if (op->family == OPERATOR_SET && (left == PROMQL_SCALAR || right == PROMQL_SCALAR))
		return scan_error(&lexer->scan, node->offset, "the set operator '%s' with a scalar",
				  op->text);
	node->type = scalars ? PROMQL_SCALAR : PROMQL_VECTOR;
	return check_matching(lexer, node);
}

int promql_check_call(struct lexer *lexer, struct promql *node)
{
	const struct function *function = node->call.function;
	uint32_t count = node->call.arg_count;
	node->type = function->returns;
	if (count < function->args_min || count > function->args_max)
		return scan_error(&lexer->scan, node->offset,
				  "'%s' with %u arguments; it takes %s%u", function->name, count,
				  function->args_min == function->args_max ? ""
				  : count < function->args_min		   ? "at least "
									   : "at most ",
				  count < function->args_min ? function->args_min
							     : function->args_max);
	for (uint32_t i = 0; i < count; i++) {
		enum promql_type want = promql_function_arg_type(function, i);
		enum promql_type type = node->call.args[i]->type;
		if (type != want)
			return scan_error(&lexer->scan, node->call.args[i]->offset,
					  "'%s' wants %s, this is %s", function->name,
					  promql_type_name(want), promql_type_name(type));
	}
	return 0;
}

int promql_check_aggregate(struct lexer *lexer, struct promql *node)
{
	const struct aggregation *op = node->aggregate.op;
	const struct promql *param = node->aggregate.param;
	node->type = PROMQL_VECTOR;
	if (node->aggregate.inner->type != PROMQL_VECTOR)
		return scan_error(&lexer->scan, node->aggregate.inner->offset,
				  "'%s' wants an instant vector, this is %s", op->name,
				  promql_type_name(node->aggregate.inner->type));
	if (param && param->type != op->param)
		return scan_error(&lexer->scan, param->offset,
				  "the first argument of '%s' is %s, this is %s", op->name,
				  promql_type_name(op->param), promql_type_name(param->type));
	return 0;
}
