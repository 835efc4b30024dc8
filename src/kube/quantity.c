/* quantity - resource quantities: 500m, 2Gi, 1e3 */
#include "kube/quantity.h"

#include <ctype.h>

#include "base/arena.h"
#include "base/num.h"
#include "doc/scalar.h"

/* A suffix multiplies by base^power; milli-units make the value an integer. */
static const struct suffix {
	struct str text;
	int power;
	bool binary;
} suffixes[] = {
	{ STR_INIT("n"), -3, false }, { STR_INIT("u"), -2, false }, { STR_INIT("m"), -1, false },
	{ STR_INIT(""), 0, false },   { STR_INIT("k"), 1, false },  { STR_INIT("M"), 2, false },
	{ STR_INIT("G"), 3, false },  { STR_INIT("T"), 4, false },  { STR_INIT("P"), 5, false },
	{ STR_INIT("E"), 6, false },  { STR_INIT("Ki"), 1, true },  { STR_INIT("Mi"), 2, true },
	{ STR_INIT("Gi"), 3, true },  { STR_INIT("Ti"), 4, true },  { STR_INIT("Pi"), 5, true },
	{ STR_INIT("Ei"), 6, true },
};

typedef __int128 wide;

enum { DIGITS_MAX = 30, EXPONENT_MAX = 20 };

/* A decimal: digits * 10^-scale. */
struct decimal {
	wide digits;
	int scale;
};

/* Takes [0-9]*[.[0-9]*] off *rest; false when there is no digit or too many. */
static bool read_decimal(struct str *rest, struct decimal *ret)
{
	size_t i = 0, digits = 0;
	bool point = false;

	*ret = (struct decimal){};
	for (; i < rest->len; i++) {
		char c = rest->ptr[i];
		if (c == '.' && !point) {
			point = true;
			continue;
		}
		if (!isdigit((unsigned char)c))
			break;
		if (++digits > DIGITS_MAX)
			return false;
		ret->digits = ret->digits * 10 + (c - '0');
		ret->scale += point;
	}
	*rest = str_from(*rest, i);
	return digits > 0;
}

static wide power_of(wide base, int exponent)
{
	wide value = 1;

	while (exponent-- > 0)
		value *= base;
	return value;
}

static wide divide_up(wide value, wide divisor)
{
	return (value + divisor - 1) / divisor;
}

static int64_t saturated(wide value, bool negative)
{
	wide limited = value > INT64_MAX ? INT64_MAX : value;
	return (int64_t)(negative ? -limited : limited);
}

/* milli = digits * 10^(ten) * 1024^(binary power), rounded up. */
static int64_t to_milli(struct decimal d, int ten, int binary_power, bool negative)
{
	wide value = d.digits * power_of(1024, binary_power);
	int exponent = ten - d.scale + 3;

	if (exponent > EXPONENT_MAX || value < 0 || (exponent > 0 && value > (wide)INT64_MAX))
		return negative ? -INT64_MAX : INT64_MAX;
	value = exponent >= 0 ? value * power_of(10, exponent)
			      : divide_up(value, power_of(10, MIN(-exponent, 36)));
	return saturated(value, negative);
}

static bool parse_exponent(struct str rest, int *ret)
{
	int64_t exponent;

	if (rest.len < 2 || (rest.ptr[0] != 'e' && rest.ptr[0] != 'E') ||
	    !num_int64(str_from(rest, 1), &exponent) || exponent > EXPONENT_MAX ||
	    exponent < -EXPONENT_MAX)
		return false;
	*ret = (int)exponent;
	return true;
}

static const struct suffix *find_suffix(struct str text)
{
	for (size_t i = 0; i < ARRAY_COUNT(suffixes); i++)
		if (str_equal(suffixes[i].text, text))
			return &suffixes[i];
	return NULL;
}

bool quantity_parse(struct str text, int64_t *ret_milli)
{
	bool negative = str_starts(text, STR("-"));
	struct str rest = text;
	struct decimal decimal;
	int exponent;

	if (negative || str_starts(text, STR("+")))
		rest = str_from(rest, 1);
	if (!read_decimal(&rest, &decimal))
		return false;
	const struct suffix *suffix = find_suffix(rest);
	if (suffix)
		*ret_milli = to_milli(decimal, suffix->binary ? 0 : suffix->power * 3,
				      suffix->binary ? suffix->power : 0, negative);
	else if (parse_exponent(rest, &exponent))
		*ret_milli = to_milli(decimal, exponent, 0, negative);
	else
		return false;
	return true;
}

int64_t quantity_milli(const struct node *n, int64_t fallback)
{
	int64_t milli;

	return node_is_scalar(n) && quantity_parse(node_text(n), &milli) ? milli : fallback;
}

int64_t quantity_value(const struct node *n, int64_t fallback)
{
	int64_t milli;

	if (!node_is_scalar(n) || !quantity_parse(node_text(n), &milli))
		return fallback;
	return milli >= 0 ? milli / 1000 + (milli % 1000 > 0) : milli / 1000;
}

struct str quantity_format(struct arena *arena, int64_t milli, bool binary)
{
	static const char *const ten[] = { "", "k", "M", "G", "T", "P", "E" };
	static const char *const two[] = { "", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei" };
	int64_t step = binary ? 1024 : 1000;
	int power = 0;

	if (milli % 1000)
		return str_printf(arena, "%lldm", (long long)milli);
	int64_t value = milli / 1000;
	for (; value && value % step == 0 && power < 6; power++)
		value /= step;
	return str_printf(arena, "%lld%s", (long long)value, (binary ? two : ten)[power]);
}

struct str quantity_canonical(struct arena *arena, struct str text)
{
	int64_t milli;

	if (!quantity_parse(text, &milli) || milli == INT64_MAX || milli == -INT64_MAX)
		return text;
	bool binary = str_ends(text, STR("i"));
	/* Binary form is kept only for whole units of 1024 and more. */
	return quantity_format(arena, milli, binary);
}

int64_t quantity_percent(const struct node *n, int64_t total, bool round_up, int64_t fallback)
{
	struct str text = node_text(n);
	int64_t number;

	if (str_ends(text, STR("%")) && num_int64(str_sub(text, 0, text.len - 1), &number))
		return (number * total + (round_up ? 99 : 0)) / 100;
	return node_int64(n, &number) || num_int64(text, &number) ? number : fallback;
}
