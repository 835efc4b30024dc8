/* argument - fields of an args struct from words and from JSON values */
#include "verbs/argument.h"

#include <inttypes.h>

#include "base/duration.h"
#include "base/num.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "doc/scalar.h"
#include "doc/tree.h"
#include "kube/quantity.h"

bool argument_takes_value(const struct argument *a)
{
	switch (a->type) {
	case ARGUMENT_STR:
	case ARGUMENT_ENUM:
	case ARGUMENT_INT:
	case ARGUMENT_DURATION:
	case ARGUMENT_BYTES:
	case ARGUMENT_LIST:
		return true;
	case ARGUMENT_FORMAT:
		return a->value != NULL;
	case ARGUMENT_BOOL:
	case ARGUMENT_YES_NO:
	case ARGUMENT_COUNT:
		return false;
	}
	BUG("argument type %d", (int)a->type);
}

int argument_check_values(const struct argument *a, struct str word, const char *dashes,
			  struct error *err)
{
	struct suggest s = suggest_start(word);

	if (!a->values)
		return 0;
	for (struct str rest = str_from_cstr(a->values); rest.ptr;) {
		struct str allowed = str_cut(&rest, ' ');
		if (str_equal(allowed, word))
			return 0;
		suggest_offer(&s, allowed);
	}
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
		  "'%.*s' is not a value of '%s%s'; allowed are: %s", STR_FMT(word), dashes,
		  a->name, a->values);
	if (s.best.ptr)
		error_hint(err, "did you mean '%.*s'?", STR_FMT(s.best));
	else if (a->takes_path)
		error_hint(err, "'./%.*s' writes to a file", STR_FMT(word));
	else if (a->type == ARGUMENT_FORMAT &&
		 str_find_char(word, '.') + str_find_char(word, '/') > -2)
		error_hint(err, "it names a format; `> FILE` writes to a file");
	return -1;
}

static int bad_value(const struct argument *a, struct str word, const char *dashes,
		     const char *expected, struct error *err)
{
	return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
			 "'%.*s' is not a value of '%s%s'; write %s", STR_FMT(word), dashes,
			 a->name, expected);
}

static int check_range(const struct argument *a, int64_t value, const char *dashes,
		       struct error *err)
{
	bool any = a->minimum == 0 && a->maximum == 0;

	if (any || (value >= a->minimum && value <= a->maximum))
		return 0;
	if (a->maximum != INT64_MAX)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "%s%s must be %" PRId64 " to %" PRId64, dashes, a->name,
				 a->minimum, a->maximum);
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%s%s' cannot be %" PRId64, dashes, a->name,
		  value);
	return error_hint(err, "write %s%s as a whole number from %" PRId64 " on", dashes, a->name,
			  a->minimum);
}

static int set_int(const struct argument *a, int64_t *ret, struct str word, const char *dashes,
		   struct error *err)
{
	int64_t value;

	if (!num_int64(word, &value))
		return bad_value(a, word, dashes, "a whole number", err);
	if (check_range(a, value, dashes, err) < 0)
		return -1;
	*ret = value;
	return 0;
}

static int set_duration(const struct argument *a, int64_t *ret_ms, struct str word,
			const char *dashes, struct error *err)
{
	int64_t ns;

	if (!duration_parse(word, &ns))
		return bad_value(a, word, dashes, "a duration like 30s or 1h15m", err);
	*ret_ms = ns / NS_PER_MS;
	return 0;
}

static int set_bytes(const struct argument *a, int64_t *ret, struct str word, const char *dashes,
		     struct error *err)
{
	int64_t milli;

	if (!quantity_parse(word, &milli) || milli < 1000)
		return bad_value(a, word, dashes, "a size like 512Mi or 2Gi", err);
	*ret = milli / 1000;
	return 0;
}

static int set_bool(const struct argument *a, bool *ret, struct str word, const char *dashes,
		    struct error *err)
{
	if (!str_equal(word, STR("true")) && !str_equal(word, STR("false")))
		return bad_value(a, word, dashes, "true or false", err);
	*ret = str_equal(word, STR("true"));
	return 0;
}

static int set_yes_no(const struct argument *a, enum yes_no *ret, struct str word,
		      const char *dashes, struct error *err)
{
	bool flag;

	if (set_bool(a, &flag, word, dashes, err) < 0)
		return -1;
	*ret = flag ? SAID_YES : SAID_NO;
	return 0;
}

int argument_set(const struct argument *a, void *args, struct str word, struct arena *arena,
		 const char *dashes, struct error *err)
{
	void *field = (char *)args + a->offset;

	switch (a->type) {
	case ARGUMENT_STR:
	case ARGUMENT_ENUM:
		*(struct str *)field = word;
		return argument_check_values(a, word, dashes, err);
	case ARGUMENT_LIST:
		VEC_PUSH(arena, (struct argument_list *)field, word);
		return argument_check_values(a, word, dashes, err);
	case ARGUMENT_INT:
		return set_int(a, field, word, dashes, err);
	case ARGUMENT_DURATION:
		return set_duration(a, field, word, dashes, err);
	case ARGUMENT_BYTES:
		return set_bytes(a, field, word, dashes, err);
	case ARGUMENT_BOOL:
		return set_bool(a, field, word, dashes, err);
	case ARGUMENT_YES_NO:
		return set_yes_no(a, field, word, dashes, err);
	case ARGUMENT_COUNT:
	case ARGUMENT_FORMAT:
		break;
	}
	BUG("argument '%s' has no field for a word", a->name);
}

void arguments_init(const struct argument *table, struct arena *arena, void *args)
{
	struct error err;

	for (const struct argument *a = table; argument_is_row(a); a++)
		if (a->fallback &&
		    argument_set(a, args, str_from_cstr(a->fallback), arena, "", &err) < 0)
			BUG("the default of '%s': %s", a->name, err.text);
}

/* --- from JSON ------------------------------------------------------------------------------- */

static const char *wanted(enum argument_type type)
{
	switch (type) {
	case ARGUMENT_STR:
	case ARGUMENT_ENUM:
	case ARGUMENT_FORMAT:
		return "a string";
	case ARGUMENT_INT:
		return "a whole number";
	case ARGUMENT_COUNT:
		return "a whole number from 0 on";
	case ARGUMENT_DURATION:
		return "a string with a duration like 30s or 1h15m";
	case ARGUMENT_BYTES:
		return "a string with a size like 512Mi or 2Gi";
	case ARGUMENT_LIST:
		return "a list of strings";
	case ARGUMENT_BOOL:
	case ARGUMENT_YES_NO:
		return "true or false";
	}
	BUG("argument type %d", (int)type);
}

static bool is_string(const struct node *value)
{
	return node_is_scalar(value) && scalar_of(value).type == SCALAR_STR;
}

static int wrong_type(const struct argument *a, const struct node *value, struct error *err)
{
	return error_set(err, ERROR_INPUT, value->position, "'%s' must be %s", a->name,
			 wanted(a->type));
}

static int set_list(const struct argument *a, void *args, const struct node *value,
		    struct arena *arena, struct error *err)
{
	if (!node_is_list(value))
		return wrong_type(a, value, err);
	for (uint32_t i = 0; i < node_item_count(value); i++)
		if (!is_string(node_item(value, i)))
			return wrong_type(a, node_item(value, i), err);
	for (uint32_t i = 0; i < node_item_count(value); i++)
		if (argument_set(a, args, node_text(node_item(value, i)), arena, "", err) < 0)
			return -1;
	return 0;
}

static int set_string(const struct argument *a, void *args, const struct node *value,
		      struct arena *arena, struct error *err)
{
	if (!is_string(value))
		return wrong_type(a, value, err);
	return argument_set(a, args, node_text(value), arena, "", err);
}

static int set_number(const struct argument *a, void *args, const struct node *value,
		      struct error *err)
{
	int64_t number = 0;

	/* 3.0, too: a JSON Schema takes it for an integer. */
	if (!node_int64(value, &number) || (a->type == ARGUMENT_COUNT && number < 0))
		return wrong_type(a, value, err);
	if (check_range(a, number, "", err) < 0)
		return -1;
	*(int64_t *)((char *)args + a->offset) = number;
	return 0;
}

static int set_node_yes_no(const struct argument *a, void *args, const struct node *value,
			   struct error *err)
{
	bool flag;

	if (!node_bool(value, &flag))
		return wrong_type(a, value, err);
	*(enum yes_no *)((char *)args + a->offset) = flag ? SAID_YES : SAID_NO;
	return 0;
}

static int set_node(const struct argument *a, void *args, const struct node *value,
		    struct arena *arena, struct error *err)
{
	bool *flag = (bool *)((char *)args + a->offset);

	switch (a->type) {
	case ARGUMENT_STR:
	case ARGUMENT_ENUM:
	case ARGUMENT_DURATION:
	case ARGUMENT_BYTES:
		return set_string(a, args, value, arena, err);
	case ARGUMENT_LIST:
		return set_list(a, args, value, arena, err);
	case ARGUMENT_INT:
	case ARGUMENT_COUNT:
		return set_number(a, args, value, err);
	case ARGUMENT_BOOL:
		return node_bool(value, flag) ? 0 : wrong_type(a, value, err);
	case ARGUMENT_YES_NO:
		return set_node_yes_no(a, args, value, err);
	case ARGUMENT_FORMAT:
		break;
	}
	BUG("argument '%s' has no field for a value", a->name);
}

int argument_set_node(const struct argument *a, void *args, const struct node *value,
		      struct arena *arena, struct error *err)
{
	if (set_node(a, args, value, arena, err) == 0)
		return 0;
	if (err->position == ERROR_NO_POSITION)
		err->position = value->position;
	return -1;
}
