/* quantity - resource quantities: 500m, 2Gi, 1e3 */
#include "kube/quantity.h"

#include "base/arena.h"
#include "base/cursor.h"
#include "base/num.h"

/*
 * A quantity is an integer of nano-units in 128 bits: apimachinery rounds what is smaller up to one
 * nano-unit and cuts what is larger than 2^63-1 units to that.
 */
typedef __int128 wide;

enum quantity_form { DECIMAL_SI, BINARY_SI, DECIMAL_EXPONENT };

struct quantity {
	wide nano;
	enum quantity_form form; /* as written; canonical texts keep it where they can */
	struct str spelling;	 /* stays as it is, when it is canonical enough; else absent */
};

enum {
	NANO_DIGITS = 9,
	WIDE_DIGITS = 28, /* of 2^63-1 units in nano-units */
	FRACTION_DIGITS = 18,
	POWER_MAX = 6, /* E and Ei */
	EXPONENT_MAX = 1000,
	/* Digits up to which apimachinery reads into an int64, without big numbers. */
	FAST_DECIMAL_DIGITS = 18,
	FAST_BINARY_DIGITS = 14,
};

static const struct suffix {
	struct str text;
	int power; /* of 1000, or of 1024 */
	bool binary;
} suffixes[] = {
	{ STR_INIT("n"), -3, false }, { STR_INIT("u"), -2, false }, { STR_INIT("m"), -1, false },
	{ STR_INIT(""), 0, false },   { STR_INIT("k"), 1, false },  { STR_INIT("M"), 2, false },
	{ STR_INIT("G"), 3, false },  { STR_INIT("T"), 4, false },  { STR_INIT("P"), 5, false },
	{ STR_INIT("E"), 6, false },  { STR_INIT("Ki"), 1, true },  { STR_INIT("Mi"), 2, true },
	{ STR_INIT("Gi"), 3, true },  { STR_INIT("Ti"), 4, true },  { STR_INIT("Pi"), 5, true },
	{ STR_INIT("Ei"), 6, true },
};

static const struct suffix *find_suffix(struct str text)
{
	for (size_t i = 0; i < ARRAY_COUNT(suffixes); i++)
		if (str_equal(suffixes[i].text, text))
			return &suffixes[i];
	return NULL;
}

static wide power_of(wide base, int exponent)
{
	wide value = 1;

	while (exponent-- > 0)
		value *= base;
	return value;
}

static wide nano_limit(void)
{
	return (wide)INT64_MAX * power_of(10, NANO_DIGITS);
}

/* Whether any digit from an index on is no zero. */
static bool has_more(struct str digits, size_t from)
{
	for (size_t i = from; i < digits.len; i++)
		if (digits.ptr[i] != '0')
			return true;
	return false;
}

/* The first count digits as a number, zeros added behind them. */
static wide value_of(struct str digits, size_t count)
{
	wide value = 0;

	for (size_t i = 0; i < count; i++)
		value = value * 10 + (i < digits.len ? digits.ptr[i] - '0' : 0);
	return value;
}

/* number * 10^ten in nano-units, rounded up. */
static wide decimal_nano(const struct cursor_decimal *n, int64_t ten)
{
	int64_t point = (int64_t)n->whole.len + ten + NANO_DIGITS; /* digits before it */
	const wide limit = nano_limit();
	wide nano = 0;

	if (!n->whole.len && !has_more(n->fraction, 0))
		return 0;
	if (n->whole.len && point > WIDE_DIGITS)
		return limit;
	for (int64_t i = 0; i < point; i++) {
		int64_t j = i - (int64_t)n->whole.len;
		char digit = '0';
		if (j < 0)
			digit = n->whole.ptr[i];
		else if (j < (int64_t)n->fraction.len)
			digit = n->fraction.ptr[j];
		if (nano > limit)
			return limit;
		nano = nano * 10 + (digit - '0');
	}
	int64_t used = MAX(point, 0) - (int64_t)n->whole.len;
	bool is_rest = point < 0  ? n->whole.len || has_more(n->fraction, 0)
		       : used < 0 ? has_more(n->whole, (size_t)point) || has_more(n->fraction, 0)
				  : has_more(n->fraction, (size_t)used);
	return MIN(nano + is_rest, limit);
}

/* number * 1024^power in nano-units, rounded up. */
static wide binary_nano(const struct cursor_decimal *n, int power)
{
	wide unit = power_of(1024, power), scale = power_of(10, FRACTION_DIGITS);
	wide billion = power_of(10, NANO_DIGITS);

	if (n->whole.len > 19)
		return nano_limit();
	wide whole = value_of(n->whole, n->whole.len) * unit;
	wide part = value_of(n->fraction, FRACTION_DIGITS) * unit;
	whole += part / scale;
	if (whole > INT64_MAX)
		return nano_limit();
	wide rest = part % scale * billion;
	bool up = rest % scale || has_more(n->fraction, FRACTION_DIGITS);
	return MIN(whole * billion + rest / scale + up, nano_limit());
}

/* "e3", "E-3"; a number that no int64 holds is none. */
static bool parse_exponent(struct str rest, int64_t *ret)
{
	return rest.len >= 2 && (rest.ptr[0] == 'e' || rest.ptr[0] == 'E') &&
	       num_int64(str_from(rest, 1), ret);
}

/*
 * Whether apimachinery reads the number its fast way. That decides two things besides: a text
 * without any digit is 0 then, and a text that is nearly canonical (1.234, +9k) is kept.
 */
static bool is_fast(const struct cursor_decimal *n, enum quantity_form form, int64_t power)
{
	size_t digits = MAX(n->whole.len, (size_t)1);

	if (form == BINARY_SI)
		return !n->fraction.len && digits + (size_t)(power * 3) <= FAST_BINARY_DIGITS;
	return digits + n->fraction.len <= FAST_DECIMAL_DIGITS &&
	       power - (int64_t)n->fraction.len >= -NANO_DIGITS;
}

static bool ends_in_zeros(const struct cursor_decimal *n)
{
	size_t zeros = 0;

	for (size_t i = n->fraction.len; i > 0 && n->fraction.ptr[i - 1] == '0'; i--)
		zeros++;
	if (zeros == n->fraction.len)
		for (size_t i = n->whole.len; i > 0 && n->whole.ptr[i - 1] == '0'; i--)
			zeros++;
	return zeros >= 3;
}

static bool is_kept(const struct cursor_decimal *n, enum quantity_form form, int64_t power)
{
	if (!n->whole.len || !is_fast(n, form, power))
		return false;
	if (form == BINARY_SI)
		return (value_of(n->whole, n->whole.len) & 7) != 0;
	return (power - (int64_t)n->fraction.len) % 3 == 0 && !ends_in_zeros(n);
}

/* The form and the power of 10, or of 1024, that stand behind a number. */
static bool read_suffix(struct str rest, enum quantity_form *ret_form, int64_t *ret_power)
{
	const struct suffix *suffix = find_suffix(rest);

	if (suffix) {
		*ret_form = suffix->binary ? BINARY_SI : DECIMAL_SI;
		*ret_power = suffix->binary ? suffix->power : suffix->power * 3;
		return true;
	}
	if (!parse_exponent(rest, ret_power))
		return false;
	*ret_form = DECIMAL_EXPONENT;
	*ret_power = MIN(MAX(*ret_power, -EXPONENT_MAX), EXPONENT_MAX);
	return true;
}

static bool parse(struct str text, struct quantity *ret)
{
	struct str spelling = str_trim(text);
	struct cursor in = { spelling };
	int64_t power;

	if (!spelling.len)
		return false;
	bool negative = cursor_take_char(&in, '-');
	if (!negative)
		cursor_take_char(&in, '+');
	struct cursor_decimal number = cursor_take_decimal(&in);
	bool has_digits = number.whole.len || number.fraction.len;
	while (number.whole.len && number.whole.ptr[0] == '0')
		number.whole = str_from(number.whole, 1);
	*ret = (struct quantity){};
	if (!read_suffix(cursor_rest(&in), &ret->form, &power) ||
	    (!has_digits && !is_fast(&number, ret->form, power)))
		return false;
	ret->nano = ret->form == BINARY_SI ? binary_nano(&number, (int)power)
					   : decimal_nano(&number, power);
	if (negative)
		ret->nano = -ret->nano;
	if (is_kept(&number, ret->form, power))
		ret->spelling = spelling;
	return true;
}

/* Away from zero, as the getters of apimachinery round; cut to an int64. */
static int64_t in_units(wide nano, wide unit)
{
	wide value = nano / unit, rest = nano % unit;

	value += (rest > 0) - (rest < 0);
	return (int64_t)MAX(MIN(value, (wide)INT64_MAX), -(wide)INT64_MAX);
}

bool quantity_parse(struct str text, int64_t *ret_milli)
{
	struct quantity q;

	if (!parse(text, &q))
		return false;
	*ret_milli = in_units(q.nano, power_of(10, NANO_DIGITS - 3));
	return true;
}

int64_t quantity_milli(const struct node *n, int64_t fallback)
{
	int64_t milli;

	return node_is_scalar(n) && quantity_parse(node_text(n), &milli) ? milli : fallback;
}

int64_t quantity_micro(const struct node *n, int64_t fallback)
{
	struct quantity q;

	if (!node_is_scalar(n) || !parse(node_text(n), &q))
		return fallback;
	return in_units(q.nano, power_of(10, NANO_DIGITS - 6));
}

int64_t quantity_value(const struct node *n, int64_t fallback)
{
	struct quantity q;

	if (!node_is_scalar(n) || !parse(node_text(n), &q))
		return fallback;
	return in_units(q.nano, power_of(10, NANO_DIGITS));
}

/* Printing. Source: apimachinery pkg/api/resource, CanonicalizeBytes. */

static struct str print_binary(struct arena *arena, int64_t value)
{
	static const char *const words[] = { "", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei" };
	int power = 0;

	for (; value % 1024 == 0 && power < POWER_MAX; power++)
		value /= 1024;
	return str_printf(arena, "%lld%s", (long long)value, words[power]);
}

/* The largest power of 1000 that leaves no fraction. */
static struct str print_decimal(struct arena *arena, wide nano, bool as_exponent)
{
	static const char *const words[] = { "n", "u", "m", "", "k", "M", "G", "T", "P", "E" };
	size_t power = 0;

	for (; nano % 1000 == 0 && power + 1 < ARRAY_COUNT(words); power++)
		nano /= 1000;
	int exponent = ((int)power - 3) * 3;
	struct str suffix = str_from_cstr(words[power]);
	if (as_exponent)
		suffix = exponent ? str_printf(arena, "e%d", exponent) : STR("");
	long long value = (long long)nano;
	if ((wide)value == nano)
		return str_printf(arena, "%lld%.*s", value, STR_FMT(suffix));
	/* Two halves: printf knows no 128 bits. */
	long long high = (long long)(nano / 1000000000), low = (long long)(nano % 1000000000);
	return str_printf(arena, "%lld%09lld%.*s", high, low < 0 ? -low : low, STR_FMT(suffix));
}

static struct str print(struct arena *arena, const struct quantity *q)
{
	wide billion = power_of(10, NANO_DIGITS);
	wide size = q->nano < 0 ? -q->nano : q->nano;

	if (q->spelling.ptr || !q->nano)
		return q->spelling.ptr ? q->spelling : STR("0");
	/* Binary suffixes are for whole units only, and not for small numbers. */
	if (q->form == BINARY_SI && size >= 1024 * billion && size % billion == 0)
		return print_binary(arena, (int64_t)(q->nano / billion));
	return print_decimal(arena, q->nano, q->form == DECIMAL_EXPONENT);
}

struct str quantity_format(struct arena *arena, int64_t milli, bool binary)
{
	struct quantity q = { (wide)milli * power_of(10, NANO_DIGITS - 3),
			      binary ? BINARY_SI : DECIMAL_SI };
	return print(arena, &q);
}

struct str quantity_canonical(struct arena *arena, struct str text)
{
	struct quantity q;

	return parse(text, &q) ? print(arena, &q) : text;
}

static int64_t as_int32(__int128 number)
{
	return (int64_t)MIN(MAX(number, (__int128)INT32_MIN), (__int128)INT32_MAX);
}

int64_t quantity_percent(const struct node *n, int64_t total, bool round_up, int64_t fallback)
{
	struct str text = node_text(n);
	int64_t number;

	if (str_ends(text, STR("%")) && num_int64(str_sub(text, 0, text.len - 1), &number))
		return as_int32(((__int128)number * total + (round_up ? 99 : 0)) / 100);
	return node_int64(n, &number) || num_int64(text, &number) ? as_int32(number) : fallback;
}
