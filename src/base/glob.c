/* glob - file name patterns: * ? [a-z] and, when asked for, ** and {a,b} */
#include "base/glob.h"

#include "base/utf8.h"

struct matcher {
	unsigned flags;
	uint32_t steps_left;
};

/*
 * "[a-z]" at the beginning of *pattern against one character. False also when the class is
 * malformed.
 */
static bool match_class(struct str *pattern, uint32_t rune)
{
	struct str p = str_from(*pattern, 1);
	size_t at = 0;
	bool found = false;
	bool negated = p.len && (p.ptr[0] == '^' || p.ptr[0] == '!');

	if (negated)
		at++;
	for (bool is_first = true;; is_first = false) {
		uint32_t bounds[2];
		if (at >= p.len)
			return false;
		if (p.ptr[at] == ']' && !is_first)
			break;
		for (int i = 0; i < 2; i++) {
			if (p.ptr[at] == '\\')
				at++;
			if (at >= p.len)
				return false;
			bounds[i] = utf8_next(p, &at);
			if (i == 1 || at + 1 >= p.len || p.ptr[at] != '-' || p.ptr[at + 1] == ']') {
				bounds[1] = bounds[i];
				break;
			}
			at++;
		}
		found = found || (rune >= bounds[0] && rune <= bounds[1]);
	}
	*pattern = str_from(p, at + 1);
	return found != negated;
}

/* One item of the pattern that is no star, against the first character of *name; moves both on. */
static bool match_one(struct str *pattern, struct str *name, unsigned flags)
{
	size_t name_at = 0, pattern_at = 0;

	if (!name->len)
		return false;
	uint32_t rune = utf8_next(*name, &name_at);
	bool is_slash = rune == '/' && !(flags & GLOB_CROSS_SLASH);
	switch (pattern->ptr[0]) {
	case '?':
		*pattern = str_from(*pattern, 1);
		if (is_slash)
			return false;
		break;
	case '[':
		if (is_slash || !match_class(pattern, rune))
			return false;
		break;
	case '\\':
		*pattern = str_from(*pattern, 1);
		if (!pattern->len)
			return false;
		FALLTHROUGH;
	default:
		if (utf8_next(*pattern, &pattern_at) != rune || name->ptr[0] != pattern->ptr[0])
			return false;
		*pattern = str_from(*pattern, pattern_at);
	}
	*name = str_from(*name, name_at);
	return true;
}

/* Where to go on after a mismatch: the star takes more of the name. */
struct star {
	struct str pattern, name;
	bool is_set;
	bool by_part; /* a "**" with a slash: takes whole parts only */
};

/*
 * The star takes one character more, or one part. False when there is nothing left that it may
 * take.
 */
static bool star_grow(struct star *star, bool crosses)
{
	if (!star->is_set || !star->name.len || (!crosses && star->name.ptr[0] == '/'))
		return false;
	ptrdiff_t slash = str_find_char(star->name, '/');
	if (star->by_part && slash < 0)
		return false;
	star->name = str_from(star->name, star->by_part ? (size_t)slash + 1 : 1);
	return true;
}

/* The stars at the beginning of *pattern; whether they cross slashes. */
static bool take_stars(struct str *pattern, struct str name, unsigned flags, struct star *ret)
{
	size_t count = 0;

	while (count < pattern->len && pattern->ptr[count] == '*')
		count++;
	*pattern = str_from(*pattern, count);
	bool is_double = count > 1 && flags & GLOB_DOUBLE_STAR;
	bool by_part = is_double && str_starts(*pattern, STR("/"));
	if (by_part)
		*pattern = str_from(*pattern, 1);
	*ret = (struct star){ *pattern, name, true, by_part };
	return is_double || flags & GLOB_CROSS_SLASH;
}

/*
 * Without braces. On a mismatch the last star takes more; a crossing star is remembered besides,
 * since a later simple one cannot help across a slash.
 */
static bool match_flat(struct matcher *m, struct str pattern, struct str name)
{
	struct star simple = {}, crossing = {}, star;

	for (; m->steps_left; m->steps_left--) {
		if (pattern.len && pattern.ptr[0] == '*') {
			bool crosses = take_stars(&pattern, name, m->flags, &star);
			simple = crosses ? (struct star){} : star;
			crossing = crosses ? star : crossing;
			continue;
		}
		if (!pattern.len && !name.len)
			return true;
		if (pattern.len && match_one(&pattern, &name, m->flags))
			continue;
		if (star_grow(&simple, /* crosses= */ false)) {
			star = simple;
		} else if (star_grow(&crossing, /* crosses= */ true)) {
			star = crossing;
			simple.is_set = false;
		} else {
			return false;
		}
		pattern = star.pattern;
		name = star.name;
	}
	return false;
}

/* The position of the brace that closes the one at open; -1 when there is none. */
static ptrdiff_t closing_brace(struct str pattern, size_t open)
{
	int depth = 0;

	for (size_t i = open; i < pattern.len; i++) {
		if (pattern.ptr[i] == '\\')
			i++;
		else if (pattern.ptr[i] == '{')
			depth++;
		else if (pattern.ptr[i] == '}' && --depth == 0)
			return (ptrdiff_t)i;
	}
	return -1;
}

enum { EXPANDED_BYTES_MAX = 4096 };

static bool match_braces(struct matcher *m, struct str pattern, struct str name, int depth);

/* The pattern with one of the choices in place of the braces. */
static bool match_choice(struct matcher *m, struct str parts[3], struct str name, int depth)
{
	char text[EXPANDED_BYTES_MAX];
	size_t len = 0;

	for (int i = 0; i < 3; i++) {
		if (len + parts[i].len > sizeof(text))
			return false;
		for (size_t k = 0; k < parts[i].len; k++)
			text[len++] = parts[i].ptr[k];
	}
	/* Braces behind braces multiply: each byte that is put together is a step, too. */
	if (m->steps_left <= len) {
		m->steps_left = 0;
		return false;
	}
	m->steps_left -= (uint32_t)len;
	return match_braces(m, (struct str){ text, len }, name, depth + 1);
}

static bool match_braces(struct matcher *m, struct str pattern, struct str name, int depth)
{
	size_t open = 0;

	while (open < pattern.len && pattern.ptr[open] != '{')
		open += pattern.ptr[open] == '\\' ? 2 : 1;
	if (open >= pattern.len)
		return match_flat(m, pattern, name);
	ptrdiff_t close = closing_brace(pattern, open);
	if (close < 0 || depth >= GLOB_BRACES_DEPTH_MAX)
		return false;
	size_t from = open + 1;
	int inner = 0;
	for (size_t i = from; i <= (size_t)close; i++) {
		char c = pattern.ptr[i];
		if (c == '\\')
			i++;
		else if (c == '{')
			inner++;
		else if (c == '}' && i < (size_t)close)
			inner--;
		if (inner || (c != ',' && i != (size_t)close))
			continue;
		struct str parts[3] = { str_sub(pattern, 0, open), str_sub(pattern, from, i),
					str_from(pattern, (size_t)close + 1) };
		if (match_choice(m, parts, name, depth))
			return true;
		from = i + 1;
	}
	return false;
}

bool glob_match(struct str pattern, struct str name, unsigned flags)
{
	struct matcher m = { flags, GLOB_STEPS_MAX };

	if (!glob_valid(pattern, flags))
		return false;
	return flags & GLOB_BRACES ? match_braces(&m, pattern, name, 0)
				   : match_flat(&m, pattern, name);
}

bool glob_valid(struct str pattern, unsigned flags)
{
	int depth = 0;

	for (size_t i = 0; i < pattern.len; i++) {
		char c = pattern.ptr[i];
		if (c == '\\' && ++i >= pattern.len)
			return false;
		if (c == '[') {
			struct str rest = str_from(pattern, i);
			match_class(&rest, 0);
			if (rest.len == pattern.len - i)
				return false;
			i = pattern.len - rest.len - 1;
		}
		if (flags & GLOB_BRACES && c == '{')
			depth++;
		if (flags & GLOB_BRACES && c == '}' && --depth < 0)
			return false;
	}
	return depth == 0;
}

bool glob_is_pattern(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (str_find_char(STR("*?[\\{"), text.ptr[i]) >= 0)
			return true;
	return false;
}
