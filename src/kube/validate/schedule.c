/* schedule - schedules of CronJobs: five fields, or a descriptor like @hourly */
#include <ctype.h>

#include "base/arena.h"
#include "base/num.h"
#include "kube/validate/inside.h"

enum { FIELDS = 5 };

struct bounds {
	int64_t least, most;
	const char *names; /* separated by blanks, the first one means `least` */
};

static const struct bounds bounds[FIELDS] = {
	{ 0, 59, NULL },
	{ 0, 23, NULL },
	{ 1, 31, NULL },
	{ 1, 12, "jan feb mar apr may jun jul aug sep oct nov dec" },
	{ 0, 6, "sun mon tue wed thu fri sat" },
};

static bool by_name(const struct bounds *b, struct str text, int64_t *ret)
{
	int64_t value = b->least;

	for (struct str rest = str_from_cstr(b->names); rest.ptr; value++)
		if (str_equal_nocase(str_cut(&rest, ' '), text)) {
			*ret = value;
			return true;
		}
	return false;
}

static struct str read_number(struct arena *arena, struct str text, int64_t *ret)
{
	if (!num_int64(text, ret))
		return str_printf(arena,
				  "failed to parse int from %.*s: strconv.Atoi: parsing \"%.*s\": "
				  "invalid syntax",
				  STR_FMT(text), STR_FMT(text));
	if (*ret < 0)
		return str_printf(arena, "negative number (%lld) not allowed: %.*s",
				  (long long)*ret, STR_FMT(text));
	return STR_NONE;
}

static struct str read_end(struct arena *arena, const struct bounds *b, struct str text,
			   int64_t *ret)
{
	return b->names && by_name(b, text, ret) ? STR_NONE : read_number(arena, text, ret);
}

static struct str check_limits(struct arena *arena, const struct bounds *b, struct str text,
			       int64_t first, int64_t last)
{
	if (first < b->least)
		return str_printf(arena, "beginning of range (%lld) below minimum (%lld): %.*s",
				  (long long)first, (long long)b->least, STR_FMT(text));
	if (last > b->most)
		return str_printf(arena, "end of range (%lld) above maximum (%lld): %.*s",
				  (long long)last, (long long)b->most, STR_FMT(text));
	if (first > last)
		return str_printf(arena,
				  "beginning of range (%lld) beyond end of range (%lld): %.*s",
				  (long long)first, (long long)last, STR_FMT(text));
	return STR_NONE;
}

/* "*", "3", "1-5", each with "/2" behind it. */
static struct str check_range(struct arena *arena, const struct bounds *b, struct str text)
{
	struct str step = text, range = str_cut(&step, '/'), end = range;
	struct str start = str_cut(&end, '-'), fault;
	int64_t first = b->least, last = b->most, width = 1;

	if (!str_equal(start, STR("*")) && !str_equal(start, STR("?"))) {
		fault = read_end(arena, b, start, &first);
		if (!fault.ptr && end.ptr && str_find_char(end, '-') >= 0)
			return str_printf(arena, "too many hyphens: %.*s", STR_FMT(text));
		if (!fault.ptr && end.ptr)
			fault = read_end(arena, b, end, &last);
		else if (!fault.ptr && !step.ptr)
			last = first;
		if (fault.ptr)
			return fault;
	}
	if (step.ptr && str_find_char(step, '/') >= 0)
		return str_printf(arena, "too many slashes: %.*s", STR_FMT(text));
	if (step.ptr) {
		fault = read_number(arena, step, &width);
		if (fault.ptr)
			return fault;
	}
	fault = check_limits(arena, b, text, first, last);
	if (!fault.ptr && width == 0)
		return str_printf(arena, "step of range should be a positive number: %.*s",
				  STR_FMT(text));
	return fault;
}

static bool is_descriptor(struct str text)
{
	static const char *const words[] = { "@yearly", "@annually", "@monthly", "@weekly",
					     "@daily",	"@midnight", "@hourly" };

	for (size_t i = 0; i < ARRAY_COUNT(words); i++)
		if (str_equal(text, str_from_cstr(words[i])))
			return true;
	return str_starts(text, STR("@every "));
}

/* The fields of a schedule; returns how many there are, though only FIELDS are kept. */
static uint32_t split(struct str schedule, struct str fields[FIELDS])
{
	uint32_t count = 0;

	for (size_t i = 0; i < schedule.len;) {
		while (i < schedule.len && isspace((unsigned char)schedule.ptr[i]))
			i++;
		size_t start = i;
		while (i < schedule.len && !isspace((unsigned char)schedule.ptr[i]))
			i++;
		if (i > start && count++ < FIELDS)
			fields[count - 1] = str_sub(schedule, start, i);
	}
	return count;
}

struct str validate_schedule(struct arena *arena, struct str schedule)
{
	struct str fields[FIELDS], fault = STR_NONE;

	if (str_contains(schedule, STR("TZ")))
		return STR("cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
	if (str_starts(schedule, STR("@")))
		return is_descriptor(schedule) ? STR_NONE
					       : str_printf(arena, "unrecognized descriptor: %.*s",
							    STR_FMT(schedule));
	uint32_t count = split(schedule, fields);
	if (count != FIELDS)
		return str_printf(arena, "expected exactly %d fields, found %u: [%.*s]", FIELDS,
				  count, STR_FMT(str_trim(schedule)));
	for (uint32_t i = 0; i < FIELDS && !fault.ptr; i++)
		for (struct str rest = fields[i]; rest.ptr && !fault.ptr;) {
			struct str range = str_cut(&rest, ',');
			if (range.len)
				fault = check_range(arena, &bounds[i], range);
		}
	return fault;
}
