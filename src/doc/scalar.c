/* scalar - what a scalar means: null, bool, number or text, by dialect */
#include "doc/scalar.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/base64.h"
#include "base/num.h"
#include "doc/yaml/time.h"

enum { NUMBER_BYTES_MAX = 500 };

static struct scalar text_scalar(enum scalar_type type, struct str text)
{
	return (struct scalar){ .type = type, .text = text };
}

static struct scalar bool_scalar(struct str text, bool value)
{
	return (struct scalar){ .type = SCALAR_BOOL, .boolean = value, .text = text };
}

static struct scalar float_scalar(struct str text, double value)
{
	return (struct scalar){ .type = SCALAR_FLOAT, .number = value, .text = text };
}

/* Words with a meaning; yes and no only in YAML 1.1. */
static const struct word {
	struct str text;
	enum scalar_type type;
	bool boolean;
	bool is_sigs_only;
	double number;
} words[] = {
	{ STR_INIT("~"), SCALAR_NULL, false, false, 0 },
	{ STR_INIT("null"), SCALAR_NULL, false, false, 0 },
	{ STR_INIT("Null"), SCALAR_NULL, false, false, 0 },
	{ STR_INIT("NULL"), SCALAR_NULL, false, false, 0 },
	{ STR_INIT("true"), SCALAR_BOOL, true, false, 0 },
	{ STR_INIT("True"), SCALAR_BOOL, true, false, 0 },
	{ STR_INIT("TRUE"), SCALAR_BOOL, true, false, 0 },
	{ STR_INIT("false"), SCALAR_BOOL, false, false, 0 },
	{ STR_INIT("False"), SCALAR_BOOL, false, false, 0 },
	{ STR_INIT("FALSE"), SCALAR_BOOL, false, false, 0 },
	{ STR_INIT("y"), SCALAR_BOOL, true, true, 0 },
	{ STR_INIT("Y"), SCALAR_BOOL, true, true, 0 },
	{ STR_INIT("yes"), SCALAR_BOOL, true, true, 0 },
	{ STR_INIT("Yes"), SCALAR_BOOL, true, true, 0 },
	{ STR_INIT("YES"), SCALAR_BOOL, true, true, 0 },
	{ STR_INIT("on"), SCALAR_BOOL, true, true, 0 },
	{ STR_INIT("On"), SCALAR_BOOL, true, true, 0 },
	{ STR_INIT("ON"), SCALAR_BOOL, true, true, 0 },
	{ STR_INIT("n"), SCALAR_BOOL, false, true, 0 },
	{ STR_INIT("N"), SCALAR_BOOL, false, true, 0 },
	{ STR_INIT("no"), SCALAR_BOOL, false, true, 0 },
	{ STR_INIT("No"), SCALAR_BOOL, false, true, 0 },
	{ STR_INIT("NO"), SCALAR_BOOL, false, true, 0 },
	{ STR_INIT("off"), SCALAR_BOOL, false, true, 0 },
	{ STR_INIT("Off"), SCALAR_BOOL, false, true, 0 },
	{ STR_INIT("OFF"), SCALAR_BOOL, false, true, 0 },
	{ STR_INIT(".nan"), SCALAR_FLOAT, false, false, NAN },
	{ STR_INIT(".NaN"), SCALAR_FLOAT, false, false, NAN },
	{ STR_INIT(".NAN"), SCALAR_FLOAT, false, false, NAN },
	{ STR_INIT(".inf"), SCALAR_FLOAT, false, false, INFINITY },
	{ STR_INIT(".Inf"), SCALAR_FLOAT, false, false, INFINITY },
	{ STR_INIT(".INF"), SCALAR_FLOAT, false, false, INFINITY },
	{ STR_INIT("+.inf"), SCALAR_FLOAT, false, false, INFINITY },
	{ STR_INIT("+.Inf"), SCALAR_FLOAT, false, false, INFINITY },
	{ STR_INIT("+.INF"), SCALAR_FLOAT, false, false, INFINITY },
	{ STR_INIT("-.inf"), SCALAR_FLOAT, false, false, -INFINITY },
	{ STR_INIT("-.Inf"), SCALAR_FLOAT, false, false, -INFINITY },
	{ STR_INIT("-.INF"), SCALAR_FLOAT, false, false, -INFINITY },
};

enum { WORD_BYTES_MAX = 5 };

static bool find_word(struct str text, enum dialect dialect, struct scalar *ret)
{
	if (text.len > WORD_BYTES_MAX)
		return false;
	for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
		const struct word *word = &words[i];
		if (!str_equal(word->text, text) || (word->is_sigs_only && dialect != DIALECT_SIGS))
			continue;
		*ret = word->type == SCALAR_BOOL    ? bool_scalar(text, word->boolean)
		       : word->type == SCALAR_FLOAT ? float_scalar(text, word->number)
						    : text_scalar(SCALAR_NULL, text);
		return true;
	}
	return false;
}

/* Base and digits behind the sign, as strconv.ParseInt(s, 0, 64) finds them. */
static unsigned base_of(struct str *digits)
{
	char second = digits->len > 2 ? (char)(digits->ptr[1] | 0x20) : '\0';

	if (digits->len < 2 || digits->ptr[0] != '0')
		return 10;
	if (second == 'x' || second == 'b' || second == 'o') {
		*digits = str_from(*digits, 2);
		return second == 'x' ? 16 : second == 'b' ? 2 : 8;
	}
	*digits = str_from(*digits, 1);
	return 8;
}

static bool find_integer(struct str number, struct str text, struct scalar *ret)
{
	bool is_signed = number.len && (number.ptr[0] == '-' || number.ptr[0] == '+');
	bool is_negative = is_signed && number.ptr[0] == '-';
	struct str digits = str_from(number, is_signed ? 1 : 0);
	unsigned base = base_of(&digits);
	uint64_t value;

	if (!num_uint64(digits, base, &value))
		return false;
	if (value > (uint64_t)INT64_MAX + is_negative) {
		if (is_signed)
			return false;
		*ret = text_scalar(SCALAR_UINT, text);
		ret->unsigned_integer = value;
		return true;
	}
	*ret = text_scalar(SCALAR_INT, text);
	ret->integer = is_negative ? (int64_t)(0 - value) : (int64_t)value;
	return true;
}

static bool find_float(struct str number, struct str text, struct scalar *ret)
{
	double value;

	if (!num_double(number, &value))
		return false;
	*ret = float_scalar(text, value);
	return true;
}

static bool is_digit_at(struct str s, size_t i)
{
	return i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9';
}

/*
 * The text without '_', which go-yaml drops from numbers; behind a leading '.' Go's own rule holds,
 * that each stands between digits. False when it is no number or too long for one.
 */
static bool without_underscores(struct str text, char number[NUMBER_BYTES_MAX], struct str *ret)
{
	size_t len = 0;

	if (text.len > NUMBER_BYTES_MAX)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] != '_')
			number[len++] = text.ptr[i];
		else if (text.ptr[0] == '.' &&
			 !(is_digit_at(text, i - 1) && is_digit_at(text, i + 1)))
			return false;
	}
	*ret = (struct str){ number, len };
	return true;
}

/* A text that begins like a number. */
static struct scalar numeric(struct str text, bool may_be_timestamp)
{
	struct scalar found;
	struct yaml_time timestamp;
	struct str number = text;
	char copy[NUMBER_BYTES_MAX];

	if (may_be_timestamp && yaml_time_parse(text, &timestamp))
		return text_scalar(SCALAR_TIMESTAMP, text);
	if (memchr(text.ptr, '_', text.len) && !without_underscores(text, copy, &number))
		return text_scalar(SCALAR_STR, text);
	if (text.ptr[0] != '.' && find_integer(number, text, &found))
		return found;
	if (find_float(number, text, &found))
		return found;
	return text_scalar(SCALAR_STR, text);
}

static struct scalar json_plain(struct str text)
{
	struct scalar found;

	if (text.len && (text.ptr[0] == '-' || (text.ptr[0] >= '0' && text.ptr[0] <= '9')))
		return numeric(text, /* may_be_timestamp= */ false);
	if (text.len && !memchr("yYnNtTfFoO~.", text.ptr[0], 12))
		return text_scalar(SCALAR_STR, text); /* no word begins so */
	if (find_word(text, DIALECT_JSON, &found) && found.type != SCALAR_FLOAT)
		return found;
	return text_scalar(SCALAR_STR, text);
}

/* go-yaml looks at the first letter before it tries anything. */
static struct scalar resolve(struct str text, enum dialect dialect, bool may_be_timestamp)
{
	struct scalar found;

	if (text.len == 0)
		return text_scalar(SCALAR_NULL, text);
	char c = text.ptr[0];
	if (c == '<' && str_equal(text, STR("<<")))
		return text_scalar(SCALAR_MERGE, text);
	bool is_number = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
	if (!is_number && !memchr("yYnNtTfFoO~", c, 11))
		return text_scalar(SCALAR_STR, text);
	if (find_word(text, dialect, &found))
		return found;
	return is_number ? numeric(text, may_be_timestamp) : text_scalar(SCALAR_STR, text);
}

struct scalar scalar_of_plain(struct str text, enum dialect dialect)
{
	if (dialect == DIALECT_JSON)
		return json_plain(text);
	return resolve(text, dialect, /* may_be_timestamp= */ true);
}

/* A tag that asks for a type gives it, whatever the style; !!float makes floats of integers. */
static struct scalar tagged(struct str text, enum dialect dialect, enum node_tag tag)
{
	struct scalar s = resolve(text, dialect, tag == TAG_TIMESTAMP);

	if (tag == TAG_FLOAT && s.type == SCALAR_INT)
		return float_scalar(text, (double)s.integer);
	return s;
}

struct scalar scalar_of(const struct node *n)
{
	struct str text = node_text(n);

	if (!text.ptr)
		return text_scalar(SCALAR_NONE, text);
	switch ((enum node_tag)n->tag) {
	case TAG_NONE:
		break;
	case TAG_INT:
	case TAG_FLOAT:
	case TAG_BOOL:
	case TAG_NULL:
	case TAG_TIMESTAMP:
		return tagged(text, (enum dialect)n->dialect, (enum node_tag)n->tag);
	case TAG_BINARY:
		return text_scalar(SCALAR_BINARY, text);
	case TAG_MERGE:
		return text_scalar(str_equal(text, STR("<<")) ? SCALAR_MERGE : SCALAR_STR, text);
	case TAG_STR:
	case TAG_SEQ:
	case TAG_MAP:
	case TAG_OTHER:
		return text_scalar(SCALAR_STR, text);
	}
	if (n->style != STYLE_PLAIN)
		return text_scalar(SCALAR_STR, text);
	return scalar_of_plain(text, (enum dialect)n->dialect);
}

static bool is_base64(struct str text)
{
	SCRATCH(scratch);
	struct str ignored;

	return base64_decode(scratch, text, 0, &ignored, NULL);
}

bool scalar_fits_tag(const struct node *n)
{
	struct scalar s = scalar_of(n);

	if (s.type == SCALAR_NONE)
		return true;
	switch ((enum node_tag)n->tag) {
	case TAG_INT:
		return s.type == SCALAR_INT || s.type == SCALAR_UINT;
	case TAG_FLOAT:
		return s.type == SCALAR_FLOAT;
	case TAG_BOOL:
		return s.type == SCALAR_BOOL;
	case TAG_NULL:
		return s.type == SCALAR_NULL;
	case TAG_TIMESTAMP:
		return s.type == SCALAR_TIMESTAMP;
	case TAG_BINARY:
		return is_base64(s.text);
	case TAG_NONE:
	case TAG_STR:
	case TAG_MERGE:
	case TAG_SEQ:
	case TAG_MAP:
	case TAG_OTHER:
		return true;
	}
	return true;
}

/* As encoding/json writes a float64: positional from 1e-6 to 1e21, else 1e-7, 1e+21. */
static struct str json_float(struct arena *arena, double value)
{
	double size = fabs(value);

	if (!isfinite(value))
		return STR("null");
	if (size == 0 || (size >= 1e-6 && size < 1e21))
		return num_format_double(arena, value, 'f');
	struct str text = num_format_double(arena, value, 'e');
	ptrdiff_t e = str_find(text, STR("e-0"));
	if (e < 0)
		return text;
	return str_concat(arena, str_sub(text, 0, (size_t)e + 2), str_from(text, (size_t)e + 3));
}

struct str scalar_json_text(struct arena *arena, const struct node *n, bool *ret_is_string)
{
	struct scalar s = scalar_of(n);
	struct yaml_time timestamp;
	struct str decoded;

	*ret_is_string = false;
	switch (s.type) {
	case SCALAR_NONE:
		return STR_NONE;
	case SCALAR_NULL:
		return STR("null");
	case SCALAR_BOOL:
		return s.boolean ? STR("true") : STR("false");
	case SCALAR_INT:
		return str_printf(arena, "%lld", (long long)s.integer);
	case SCALAR_UINT:
		return str_printf(arena, "%llu", (unsigned long long)s.unsigned_integer);
	case SCALAR_FLOAT:
		return json_float(arena, s.number);
	case SCALAR_STR:
	case SCALAR_MERGE:
		break;
	case SCALAR_TIMESTAMP:
		*ret_is_string = true;
		/* YAML 1.1 of sigs.k8s.io/yaml keeps the text as it is. */
		if (n->dialect != DIALECT_SIGS && yaml_time_parse(s.text, &timestamp))
			return yaml_time_format(arena, &timestamp);
		return s.text;
	case SCALAR_BINARY:
		*ret_is_string = true;
		return base64_decode(arena, s.text, 0, &decoded, NULL) ? decoded : s.text;
	}
	*ret_is_string = true;
	return s.text;
}
