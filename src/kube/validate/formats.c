/* formats - formats of texts that the API server checks; unknown ones hold always */
#include <ctype.h>

#include "base/arena.h"
#include "base/base64.h"
#include "base/duration.h"
#include "base/num.h"
#include "base/timestamp.h"
#include "kube/names.h"
#include "kube/validate/pod.h"
#include "kube/validate/values.h"

static bool all(struct str s, int (*is)(int c))
{
	for (size_t i = 0; i < s.len; i++)
		if (!is((unsigned char)s.ptr[i]))
			return false;
	return s.len > 0;
}

static bool is_date_time(struct str s)
{
	struct timestamp t;
	return timestamp_parse(s, &t);
}

static bool is_date(struct str s)
{
	SCRATCH(scratch);
	return is_date_time(str_printf(scratch, "%.*sT00:00:00Z", STR_FMT(s)));
}

/* Go's, or words as in "1 day". */
static bool is_duration(struct str s)
{
	static const char *const units[] = { "d",      "day",	  "days",   "w",
					     "week",   "weeks",	  "hour",   "hours",
					     "minute", "minutes", "second", "seconds" };
	struct str rest = str_trim(s), number = str_cut(&rest, ' ');
	int64_t ignored;
	uint64_t count;

	if (duration_parse(s, &ignored))
		return true;
	if (!rest.ptr) { /* "3d" */
		size_t digits = 0;
		while (digits < number.len && isdigit((unsigned char)number.ptr[digits]))
			digits++;
		rest = str_from(number, digits);
		number = str_sub(number, 0, digits);
	}
	for (size_t i = 0; i < ARRAY_COUNT(units); i++)
		if (str_equal(str_trim(rest), str_from_cstr(units[i])))
			return num_uint64(number, 10, &count);
	return false;
}

/* Absolute, or a path from the root. */
static bool is_uri(struct str s)
{
	ptrdiff_t colon = str_find_char(s, ':');

	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] <= ' ' || s.ptr[i] == 0x7f)
			return false;
	if (str_starts(s, STR("/")))
		return true;
	return colon > 0 && isalpha((unsigned char)s.ptr[0]) && (size_t)colon + 1 < s.len;
}

static bool is_email(struct str s)
{
	ptrdiff_t at = str_find_last_char(s, '@');
	return at > 0 && (size_t)at + 1 < s.len && str_find_char(s, ' ') < 0;
}

static bool is_hostname(struct str s)
{
	enum { HOST_MAX = 255, LABEL_MAX = 63 };

	if (!s.len || s.len > HOST_MAX)
		return false;
	for (struct str rest = str_strip_suffix(s, STR(".")); rest.ptr;) {
		struct str label = str_cut(&rest, '.');
		if (!label.len || label.len > LABEL_MAX || label.ptr[0] == '-' ||
		    label.ptr[label.len - 1] == '-')
			return false;
		for (size_t i = 0; i < label.len; i++)
			if (!isalnum((unsigned char)label.ptr[i]) && label.ptr[i] != '-' &&
			    (unsigned char)label.ptr[i] < 0x80)
				return false;
	}
	return true;
}

static bool is_ipv4(struct str s)
{
	return validate_is_ip(s) && str_find_char(s, ':') < 0;
}

static bool is_ipv6(struct str s)
{
	return validate_is_ip(s) && str_find_char(s, ':') >= 0;
}

static bool is_cidr(struct str s)
{
	struct str rest = s, address = str_cut(&rest, '/');
	uint64_t bits, most = str_find_char(address, ':') < 0 ? 32 : 128;

	return rest.ptr && validate_is_ip(address) && num_uint64(rest, 10, &bits) && bits <= most;
}

static bool is_mac(struct str s)
{
	enum { MAC_BYTES = 17 };

	for (size_t i = 0; i < s.len; i++)
		if (i % 3 == 2 ? s.ptr[i] != ':' && s.ptr[i] != '-'
			       : !isxdigit((unsigned char)s.ptr[i]))
			return false;
	return s.len == MAC_BYTES;
}

/* 8-4-4-4-12 digits; the dashes may be left out. */
static bool is_uuid(struct str s)
{
	enum { DIGITS = 32 };
	int digits = 0;

	for (size_t i = 0; i < s.len; i++) {
		bool may_dash = digits == 8 || digits == 12 || digits == 16 || digits == 20;
		if (s.ptr[i] == '-' && may_dash && i && s.ptr[i - 1] != '-')
			continue;
		if (!isxdigit((unsigned char)s.ptr[i]))
			return false;
		digits++;
	}
	return digits == DIGITS;
}

static bool is_byte(struct str s)
{
	SCRATCH(scratch);
	struct str bytes;
	return base64_decode(scratch, s, 0, &bytes, NULL);
}

static bool is_hex_color(struct str s)
{
	struct str digits = str_strip_prefix(s, STR("#"));
	return (digits.len == 3 || digits.len == 6) && all(digits, isxdigit);
}

static bool is_object_id(struct str s)
{
	enum { DIGITS = 24 };
	return s.len == DIGITS && all(s, isxdigit);
}

static bool is_short_name(struct str s)
{
	return !names_check_dns1123_label(s).len;
}

static bool is_long_name(struct str s)
{
	return !names_check_dns1123_subdomain(s).len;
}

/* Names without their dashes. */
static const struct {
	const char *name;
	bool (*check)(struct str s);
} formats[] = {
	{ "datetime", is_date_time },
	{ "date", is_date },
	{ "duration", is_duration },
	{ "uri", is_uri },
	{ "email", is_email },
	{ "hostname", is_hostname },
	{ "ipv4", is_ipv4 },
	{ "ipv6", is_ipv6 },
	{ "cidr", is_cidr },
	{ "mac", is_mac },
	{ "uuid", is_uuid },
	{ "uuid3", is_uuid },
	{ "uuid4", is_uuid },
	{ "uuid5", is_uuid },
	{ "byte", is_byte },
	{ "hexcolor", is_hex_color },
	{ "bsonobjectid", is_object_id },
	{ "k8sshortname", is_short_name },
	{ "k8slongname", is_long_name },
};

/* Whether the name is that, but for its dashes. */
static bool is_named(struct str format, const char *name)
{
	for (size_t i = 0; i < format.len; i++) {
		if (format.ptr[i] == '-')
			continue;
		if (*name++ != format.ptr[i])
			return false;
	}
	return !*name;
}

bool validate_format(struct str format, struct str text)
{
	for (size_t i = 0; i < ARRAY_COUNT(formats); i++)
		if (is_named(format, formats[i].name))
			return formats[i].check(text);
	return true;
}
