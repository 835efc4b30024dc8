/* values - keywords about one value: enum, pattern, bounds, lengths, formats */
#include "kube/validate/values.h"

#include <math.h>

#include "base/arena.h"
#include "base/num.h"
#include "doc/json.h"
#include "doc/scalar.h"
#include "kube/quantity.h"
#include "kube/schema/table.h"
#include "lang/regex.h"

struct value {
	struct schema schema;
	const struct node *node;
	struct str path;
	struct field_errors *errors;
};

/* The values as the schema orders them. */
static struct str supported(struct arena *arena, const struct node *values)
{
	struct buf buf;

	buf_init(&buf, arena);
	for (uint32_t i = 0; i < node_item_count(values); i++) {
		if (i)
			buf_add(&buf, STR(", "));
		json_write(&buf, node_item(values, i), 0);
	}
	return buf_str(&buf);
}

static void check_enum(const struct value *v)
{
	struct schema_keyword_iterator it = schema_keywords(v->schema, KEYWORD_ENUM);

	if (!it.count)
		return;
	const struct node *values = schema_keyword_node(&it, 0);
	for (uint32_t i = 0; i < node_item_count(values); i++)
		if (node_equal(node_item(values, i), v->node))
			return;
	field_error_add(v->errors, FIELD_NOT_SUPPORTED, v->path, v->node, "supported values: %.*s",
			STR_FMT(supported(v->errors->arena, values)));
}

static void check_pattern(const struct value *v)
{
	const struct regex *regex = schema_pattern(v->schema);
	struct schema_keyword_iterator it = schema_keywords(v->schema, KEYWORD_PATTERN);

	if (regex && node_is_scalar(v->node) && !regex_match(regex, node_text(v->node)))
		field_error_add(v->errors, FIELD_INVALID, v->path, v->node,
				"%.*s in body should match '%.*s'", STR_FMT(v->path),
				STR_FMT(schema_keyword_text(&it, 0)));
}

static bool number_keyword(const struct value *v, int keyword, double *ret)
{
	struct schema_keyword_iterator it = schema_keywords(v->schema, keyword);
	return it.count && num_double(schema_keyword_text(&it, 0), ret);
}

static bool number_of(const struct node *n, double *ret)
{
	struct scalar s = scalar_of(n);

	if (s.type == SCALAR_INT)
		*ret = (double)s.integer;
	else if (s.type == SCALAR_UINT)
		*ret = (double)s.unsigned_integer;
	else if (s.type == SCALAR_FLOAT)
		*ret = s.number;
	else
		return false;
	return true;
}

static struct str plain(struct arena *arena, double number)
{
	return num_format_double(arena, number, 'g');
}

static void tell_bound(const struct value *v, const char *words, double bound)
{
	field_error_add(v->errors, FIELD_INVALID, v->path, v->node,
			"%.*s in body should be %s %.*s", STR_FMT(v->path), words,
			STR_FMT(plain(v->errors->arena, bound)));
}

/* go-openapi's swag.IsFloat64AJSONInteger of the quotient: 1.1 is a multiple of 0.1. */
static bool is_multiple(double number, double of)
{
	const double integer_max = 9007199254740991, epsilon = 1e-9;
	double quotient = fabs(number / of);

	if (!(of > 0) || !(quotient <= integer_max))
		return false;
	double whole = trunc(quotient);
	return quotient - whole <= epsilon * (quotient + whole);
}

static void check_bounds(const struct value *v)
{
	double bound, number;
	bool above = schema_excludes_minimum(v->schema), below = schema_excludes_maximum(v->schema);

	if (!node_is_scalar(v->node) || !number_of(v->node, &number))
		return;
	if (number_keyword(v, KEYWORD_MINIMUM, &bound) &&
	    (number < bound || (above && number == bound)))
		tell_bound(v, above ? "greater than" : "greater than or equal to", bound);
	if (number_keyword(v, KEYWORD_MAXIMUM, &bound) &&
	    (number > bound || (below && number == bound)))
		tell_bound(v, below ? "less than" : "less than or equal to", bound);
	if (number_keyword(v, KEYWORD_MULTIPLE_OF, &bound) && !is_multiple(number, bound))
		tell_bound(v, "a multiple of", bound);
}

/* Counts: characters, items, properties. */
static const struct {
	int keyword;
	enum node_kind kind;
	bool is_maximum;
	enum field_error_type type;
} counts[] = {
	{ KEYWORD_MIN_LENGTH, NODE_SCALAR, false, FIELD_INVALID },
	{ KEYWORD_MAX_LENGTH, NODE_SCALAR, true, FIELD_TOO_LONG },
	{ KEYWORD_MIN_ITEMS, NODE_LIST, false, FIELD_INVALID },
	{ KEYWORD_MAX_ITEMS, NODE_LIST, true, FIELD_TOO_MANY },
	{ KEYWORD_MIN_PROPERTIES, NODE_MAP, false, FIELD_INVALID },
	{ KEYWORD_MAX_PROPERTIES, NODE_MAP, true, FIELD_TOO_MANY },
};

static int64_t count_of(const struct node *n)
{
	if (n->kind != NODE_SCALAR)
		return node_member_count(n);
	int64_t characters = 0;
	struct str text = node_text(n);
	for (size_t i = 0; i < text.len; i++)
		characters += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
	return characters;
}

static struct str count_text(struct arena *arena, int keyword, struct str path, int64_t limit)
{
	switch (keyword) {
	case KEYWORD_MAX_LENGTH:
		return str_printf(arena, "may not be more than %lld bytes", (long long)limit);
	case KEYWORD_MAX_ITEMS:
	case KEYWORD_MAX_PROPERTIES:
		return str_printf(arena, "must have at most %lld items", (long long)limit);
	case KEYWORD_MIN_LENGTH:
		return str_printf(arena, "%.*s in body should be at least %lld chars long",
				  STR_FMT(path), (long long)limit);
	case KEYWORD_MIN_ITEMS:
		return str_printf(arena, "%.*s in body should have at least %lld items",
				  STR_FMT(path), (long long)limit);
	default:
		return str_printf(arena, "%.*s in body should have at least %lld properties",
				  STR_FMT(path), (long long)limit);
	}
}

static void check_counts(const struct value *v)
{
	for (size_t i = 0; i < ARRAY_COUNT(counts); i++) {
		double bound;
		if (v->node->kind != counts[i].kind ||
		    !number_keyword(v, counts[i].keyword, &bound))
			continue;
		int64_t limit = (int64_t)bound, count = count_of(v->node);
		if (counts[i].is_maximum ? count <= limit : count >= limit)
			continue;
		struct str detail = count_text(v->errors->arena, counts[i].keyword, v->path, limit);
		struct str shown = counts[i].kind == NODE_SCALAR
					   ? json_text(v->errors->arena, v->node, 0)
					   : str_printf(v->errors->arena, "%lld", (long long)count);
		bool prints = counts[i].type != FIELD_TOO_LONG;
		field_error_add_text(v->errors, counts[i].type, v->path, prints ? shown : STR_NONE,
				     "%.*s", STR_FMT(detail));
		v->errors->items[v->errors->count - 1].node = v->node;
	}
}

static void check_format(const struct value *v)
{
	struct str format = schema_format(v->schema);

	if (!format.ptr || !node_is_scalar(v->node) || validate_format(format, node_text(v->node)))
		return;
	field_error_add(v->errors, FIELD_INVALID, v->path, v->node,
			"%.*s in body must be of type %.*s: %.*s", STR_FMT(v->path),
			STR_FMT(format), STR_FMT(json_text(v->errors->arena, v->node, 0)));
}

static void check_quantity(const struct value *v)
{
	int64_t ignored;

	if (schema_type(v->schema) != SCHEMA_QUANTITY || !node_is_scalar(v->node) ||
	    quantity_parse(node_text(v->node), &ignored))
		return;
	field_error_add(v->errors, FIELD_INVALID, v->path, v->node,
			"quantities must match the regular expression "
			"'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
}

void validate_values(struct schema s, const struct node *n, bool fits, struct str path,
		     struct field_errors *errors)
{
	struct value v = { s, n, path, errors };
	uint32_t mask = schema_keyword_mask(s);

	if (fits)
		check_quantity(&v);
	if (mask & 1u << KEYWORD_ENUM)
		check_enum(&v);
	if (!mask || !fits)
		return;
	if (mask & 1u << KEYWORD_FORMAT)
		check_format(&v);
	if (mask & 1u << KEYWORD_PATTERN)
		check_pattern(&v);
	check_bounds(&v);
	check_counts(&v);
}
