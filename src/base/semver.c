/* semver - semantic versions and ranges of them, as Masterminds/semver (Helm, Flux) reads them */
#include "base/semver.h"

#include "base/arena.h"
#include "base/num.h"
#include "base/vec.h"

/* --- versions -------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_identifier_char(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

static bool is_numeric(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_digit(s.ptr[i]))
			return false;
	return s.len > 0;
}

/* "rc.1.x-2": identifiers joined by dots; numbers of a prerelease have no leading zero. */
static bool identifiers_valid(struct str s, bool zeros_allowed)
{
	for (struct str rest = s; rest.ptr;) {
		struct str part = str_cut(&rest, '.');
		if (!part.len)
			return false;
		for (size_t i = 0; i < part.len; i++)
			if (!is_identifier_char(part.ptr[i]))
				return false;
		if (!zeros_allowed && part.len > 1 && part.ptr[0] == '0' && is_numeric(part))
			return false;
	}
	return true;
}

/* Cuts "-pre" and "+meta" off the numbers. */
static bool take_suffixes(struct str *s, struct semver *v)
{
	struct str rest = *s;
	struct str version = str_cut(&rest, '+');

	v->metadata = rest;
	rest = version;
	*s = str_cut(&rest, '-');
	v->prerelease = rest;
	if (v->metadata.ptr && !identifiers_valid(v->metadata, /* zeros_allowed= */ true))
		return false;
	return !v->prerelease.ptr || identifiers_valid(v->prerelease, /* zeros_allowed= */ false);
}

static bool parse(struct str s, bool strict, struct semver *ret)
{
	struct semver v = { .text = s };
	uint64_t *numbers[] = { &v.major, &v.minor, &v.patch };
	size_t count = 0;

	if (!s.len || s.len > SEMVER_BYTES_MAX)
		return false;
	if (!strict)
		s = str_strip_prefix(s, STR("v"));
	if (!take_suffixes(&s, &v))
		return false;
	for (struct str rest = s; rest.ptr; count++) {
		struct str part = str_cut(&rest, '.');
		if (count == ARRAY_COUNT(numbers) || !num_uint64(part, 10, numbers[count]))
			return false;
		if (strict && part.len > 1 && part.ptr[0] == '0')
			return false;
	}
	if (strict && count < ARRAY_COUNT(numbers))
		return false;
	*ret = v;
	return true;
}

bool semver_parse(struct str s, struct semver *ret)
{
	return parse(s, /* strict= */ false, ret);
}

bool semver_parse_strict(struct str s, struct semver *ret)
{
	return parse(s, /* strict= */ true, ret);
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/*
 * Numbers are lower than texts, and compared by value: longer is more, as there are no leading
 * zeros.
 */
static int compare_identifiers(struct str a, struct str b)
{
	bool a_numeric = is_numeric(a), b_numeric = is_numeric(b);

	if (a_numeric != b_numeric)
		return a_numeric ? -1 : 1;
	if (a_numeric && a.len != b.len)
		return a.len > b.len ? 1 : -1;
	int order = str_compare(a, b);
	return (order > 0) - (order < 0);
}

static int compare_prereleases(struct str a, struct str b)
{
	if (!a.len || !b.len)
		return (a.len == 0) - (b.len == 0);
	while (a.ptr && b.ptr) {
		struct str x = str_cut(&a, '.'), y = str_cut(&b, '.');
		int order = compare_identifiers(x, y);
		if (order)
			return order;
	}
	return (a.ptr != NULL) - (b.ptr != NULL);
}

int semver_compare(const struct semver *a, const struct semver *b)
{
	int order = compare_numbers(a->major, b->major);

	if (!order)
		order = compare_numbers(a->minor, b->minor);
	if (!order)
		order = compare_numbers(a->patch, b->patch);
	return order ? order : compare_prereleases(a->prerelease, b->prerelease);
}

struct str semver_format(struct arena *arena, const struct semver *v)
{
	return str_printf(arena, "%llu.%llu.%llu%s%.*s%s%.*s", (unsigned long long)v->major,
			  (unsigned long long)v->minor, (unsigned long long)v->patch,
			  v->prerelease.len ? "-" : "", STR_FMT(v->prerelease),
			  v->metadata.len ? "+" : "", STR_FMT(v->metadata));
}

/* --- ranges ---------------------------------------------------------------------------------- */

enum op {
	OP_EQUAL,
	OP_NOT_EQUAL,
	OP_GREATER,
	OP_LESS,
	OP_GREATER_EQUAL,
	OP_LESS_EQUAL,
	OP_TILDE,
	OP_CARET
};

struct semver_term {
	struct semver version;
	enum op op;
	/*
	 * As there: "*" is only dirty; in "1.x" it is the minor, in "1.2.x" the patch; both are
	 * dirty, too.
	 */
	bool dirty, minor_dirty, patch_dirty;
	bool begins_group;
};

/* Longer ones first. */
static const struct {
	struct str text;
	enum op op;
} operators[] = {
	{ STR_INIT("!="), OP_NOT_EQUAL },     { STR_INIT(">="), OP_GREATER_EQUAL },
	{ STR_INIT("=>"), OP_GREATER_EQUAL }, { STR_INIT("<="), OP_LESS_EQUAL },
	{ STR_INIT("=<"), OP_LESS_EQUAL },    { STR_INIT("~>"), OP_TILDE },
	{ STR_INIT("="), OP_EQUAL },	      { STR_INIT(">"), OP_GREATER },
	{ STR_INIT("<"), OP_LESS },	      { STR_INIT("~"), OP_TILDE },
	{ STR_INIT("^"), OP_CARET },
};

static void skip_blanks(struct str *s)
{
	while (s->len && (s->ptr[0] == ' ' || s->ptr[0] == '\t'))
		*s = str_from(*s, 1);
}

static enum op take_operator(struct str *s)
{
	for (size_t i = 0; i < ARRAY_COUNT(operators); i++)
		if (str_starts(*s, operators[i].text)) {
			*s = str_from(*s, operators[i].text.len);
			skip_blanks(s);
			return operators[i].op;
		}
	return OP_EQUAL;
}

/* The word of a version: up to a blank, a comma, or an operator that follows at once. */
static struct str take_version(struct str *s)
{
	size_t len = 0;

	while (len < s->len && str_find_char(STR(" \t,<>=!~^|"), s->ptr[len]) < 0)
		len++;
	struct str word = str_sub(*s, 0, len);
	*s = str_from(*s, len);
	return word;
}

static bool is_wildcard(struct str part)
{
	return part.len == 1 && str_find_char(STR("xX*"), part.ptr[0]) >= 0;
}

/*
 * "1.x", "1.2", "*": what is a wildcard or missing becomes 0 and is marked; what stands behind a
 * wildcard is not looked at.
 */
static bool parse_term_version(struct str word, struct semver_term *term)
{
	struct semver *v = &term->version;
	uint64_t *numbers[] = { &v->major, &v->minor, &v->patch };
	bool any[3] = { true, true, true };
	struct str rest = str_strip_prefix(word, STR("v"));
	size_t count = 0;

	v->text = word;
	if (!word.len || word.len > SEMVER_BYTES_MAX || !take_suffixes(&rest, v))
		return false;
	for (; rest.ptr; count++) {
		struct str part = str_cut(&rest, '.');
		uint64_t number;
		if (count == ARRAY_COUNT(numbers))
			return false;
		if (is_wildcard(part))
			continue;
		if (!num_uint64(part, 10, &number))
			return false;
		if (count > 0 && any[count - 1])
			continue;
		*numbers[count] = number;
		any[count] = false;
	}
	term->dirty = any[0] || any[1] || any[2];
	term->minor_dirty = !any[0] && any[1];
	term->patch_dirty = !any[0] && !any[1] && any[2];
	return true;
}

/*
 * " - 1.4" behind a version makes it ">=1.2, <=1.4 " there, by replacement in the text: see
 * take_separator().
 */
static bool take_hyphen(struct str *s)
{
	struct str rest = *s;

	skip_blanks(&rest);
	if (rest.ptr == s->ptr || rest.len < 2 || rest.ptr[0] != '-' ||
	    (rest.ptr[1] != ' ' && rest.ptr[1] != '\t'))
		return false;
	*s = str_from(rest, 1);
	skip_blanks(s);
	return true;
}

struct terms {
	struct semver_term *items;
	uint32_t count;
	uint32_t capacity;
};

static bool parse_term(struct arena *arena, struct str *s, struct terms *terms)
{
	struct semver_term term = { .op = take_operator(s) };
	struct semver_term upper = { .op = OP_LESS_EQUAL };

	if (terms->count >= SEMVER_TERMS_MAX || !parse_term_version(take_version(s), &term))
		return false;
	bool is_span = term.op == OP_EQUAL && take_hyphen(s);
	if (is_span)
		term.op = OP_GREATER_EQUAL;
	VEC_PUSH(arena, terms, term);
	if (!is_span)
		return true;
	if (!parse_term_version(take_version(s), &upper))
		return false;
	VEC_PUSH(arena, terms, upper);
	return true;
}

/*
 * Between terms stand blanks, a comma, or both; what stands behind a comma must be there. A span
 * brings its own blank behind it, and swallows the one before it, so that only a comma may stand
 * there.
 */
static bool take_separator(struct str *s, bool after_span, bool *ret_span_allowed)
{
	const char *before = s->ptr;

	skip_blanks(s);
	bool has_comma = str_starts(*s, STR(","));
	if (has_comma) {
		*s = str_from(*s, 1);
		skip_blanks(s);
	}
	*ret_span_allowed = has_comma || after_span;
	return has_comma ? s->len > 0 : !s->len || s->ptr > before || after_span;
}

/* An empty group holds always. */
static bool parse_group(struct arena *arena, struct str s, struct terms *terms)
{
	uint32_t first = terms->count;
	bool span_allowed = true;

	s = str_trim(s);
	if (!s.len)
		s = STR("*");
	while (s.len) {
		uint32_t before = terms->count;
		if (!parse_term(arena, &s, terms))
			return false;
		bool is_span = terms->count == before + 2;
		if (is_span && !span_allowed)
			return false;
		if (!take_separator(&s, is_span, &span_allowed))
			return false;
	}
	terms->items[first].begins_group = true;
	return true;
}

bool semver_range_parse(struct arena *arena, struct str s, struct semver_range *ret)
{
	struct terms terms = {};
	ptrdiff_t bars;

	do {
		bars = str_find(s, STR("||"));
		if (!parse_group(arena, bars < 0 ? s : str_sub(s, 0, (size_t)bars), &terms))
			return false;
		if (bars >= 0)
			s = str_from(s, (size_t)bars + 2);
	} while (bars >= 0);
	*ret = (struct semver_range){ terms.items, terms.count };
	return true;
}

/*
 * The functions below follow constraints.go of Masterminds/semver, whose wildcards have rules of
 * their own.
 */

static bool not_equal(const struct semver *v, const struct semver_term *t)
{
	const struct semver *c = &t->version;

	if (!t->minor_dirty && !t->patch_dirty)
		return semver_compare(v, c) != 0;
	if (v->major != c->major)
		return true;
	if (t->minor_dirty)
		return false;
	return v->minor != c->minor || compare_prereleases(v->prerelease, c->prerelease) != 0;
}

static bool greater(const struct semver *v, const struct semver_term *t)
{
	const struct semver *c = &t->version;

	if (v->major == c->major && t->minor_dirty)
		return false; /* 11.1 is not above 11 */
	if (v->major == c->major && t->patch_dirty)
		return v->minor > c->minor;
	return semver_compare(v, c) > 0;
}

static bool less_or_equal(const struct semver *v, const struct semver_term *t)
{
	const struct semver *c = &t->version;

	if (!t->dirty)
		return semver_compare(v, c) <= 0;
	return v->major < c->major ||
	       (v->major == c->major && (v->minor <= c->minor || t->minor_dirty));
}

static bool tilde(const struct semver *v, const struct semver_term *t)
{
	const struct semver *c = &t->version;
	bool is_zero = !c->major && !c->minor && !c->patch;

	if (semver_compare(v, c) < 0)
		return false;
	if (is_zero && !t->minor_dirty && !t->patch_dirty)
		return true; /* "*", and "~0.0.0" as well */
	return v->major == c->major && (v->minor == c->minor || t->minor_dirty);
}

static bool caret(const struct semver *v, const struct semver_term *t)
{
	const struct semver *c = &t->version;

	if (semver_compare(v, c) < 0 || v->major != c->major)
		return false;
	if (c->major || t->minor_dirty)
		return true;
	if (v->minor != c->minor)
		return false;
	return c->minor || t->patch_dirty || v->patch == c->patch;
}

static bool term_holds(const struct semver *v, const struct semver_term *t)
{
	switch (t->op) {
	case OP_EQUAL:
		return t->dirty ? tilde(v, t) : semver_compare(v, &t->version) == 0;
	case OP_NOT_EQUAL:
		return not_equal(v, t);
	case OP_GREATER:
		return greater(v, t);
	case OP_LESS:
		return semver_compare(v, &t->version) < 0;
	case OP_GREATER_EQUAL:
		return semver_compare(v, &t->version) >= 0;
	case OP_LESS_EQUAL:
		return less_or_equal(v, t);
	case OP_TILDE:
		return tilde(v, t);
	case OP_CARET:
		return caret(v, t);
	}
	BUG("operator %d", (int)t->op);
}

bool semver_range_has(const struct semver_range *range, const struct semver *v)
{
	for (uint32_t first = 0, end; first < range->count; first = end) {
		bool holds = true, has_prerelease = false;

		for (end = first;
		     end < range->count && (end == first || !range->terms[end].begins_group);
		     end++) {
			holds = holds && term_holds(v, &range->terms[end]);
			has_prerelease = has_prerelease || range->terms[end].version.prerelease.len;
		}
		if (holds && (!v->prerelease.len || has_prerelease))
			return true;
	}
	return false;
}
