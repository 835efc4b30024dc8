/* regex_sample - a short text that a pattern matches */
#include "lang/regex_sample.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "lang/regex.h"

enum {
	DEPTH_MAX = 100,
	SAMPLE_MAX = 4096, /* bytes, about: repetitions of repetitions multiply */
};

struct sampler {
	struct str pattern;
	size_t at;
	int depth;
};

static bool at_end(const struct sampler *s)
{
	return s->at >= s->pattern.len;
}

static char peek(const struct sampler *s)
{
	return at_end(s) ? '\0' : s->pattern.ptr[s->at];
}

static bool take(struct sampler *s, char c)
{
	if (at_end(s) || peek(s) != c)
		return false;
	s->at++;
	return true;
}

/* One character of a class of Perl, or the escaped one; '\0': no character (\b, \A, \z). */
static char escaped(char c)
{
	static const struct {
		char name, sample;
	} classes[] = { { 'd', '0' },  { 'D', 'x' },  { 'w', 'x' },  { 'W', '-' },
			{ 's', ' ' },  { 'S', 'x' },  { 'b', '\0' }, { 'A', '\0' },
			{ 'z', '\0' }, { 't', '\t' }, { 'n', '\n' } };

	for (size_t i = 0; i < ARRAY_COUNT(classes); i++)
		if (classes[i].name == c)
			return classes[i].sample;
	return c;
}

/* "[a-z]" gives its first character; "[^…]" one that is rarely in a class. */
static void sample_class(struct sampler *s, struct buf *out)
{
	bool negated = take(s, '^');
	bool first = true;

	while (!at_end(s) && (first || peek(s) != ']')) {
		char c = s->pattern.ptr[s->at++];
		if (c == '\\' && !at_end(s))
			c = escaped(s->pattern.ptr[s->at++]);
		if (first && !negated)
			buf_add_char(out, c);
		first = false;
	}
	if (negated)
		buf_add_char(out, 'x');
	take(s, ']');
}

static void sample_choice(struct sampler *s, struct buf *out);

/* "(?:", "(?i)", "(?P<name>" */
static void skip_flags(struct sampler *s)
{
	if (!take(s, '?'))
		return;
	while (!at_end(s) && peek(s) != ':' && peek(s) != '>' && peek(s) != ')')
		s->at++;
	if (peek(s) != ')')
		s->at++;
}

static void sample_atom(struct sampler *s, struct buf *out)
{
	char c = s->pattern.ptr[s->at++];

	switch (c) {
	case '(':
		skip_flags(s);
		sample_choice(s, out);
		take(s, ')');
		break;
	case '[':
		sample_class(s, out);
		break;
	case '.':
		buf_add_char(out, 'x');
		break;
	case '^':
	case '$':
		break;
	case '\\':
		c = at_end(s) ? '\0' : escaped(s->pattern.ptr[s->at++]);
		if (c)
			buf_add_char(out, c);
		break;
	default:
		buf_add_char(out, c);
	}
}

/* After an atom: whether it may be left out. "{2,3}" repeats what the atom gave. */
static void repeat(struct sampler *s, struct buf *out, size_t from)
{
	if (take(s, '*') || take(s, '?')) {
		out->len = from;
	} else if (take(s, '{')) {
		int64_t times = 0;
		struct str once = str_copy(out->arena, str_from(buf_str(out), from));
		while (peek(s) >= '0' && peek(s) <= '9' && times < DEPTH_MAX)
			times = times * 10 + (s->pattern.ptr[s->at++] - '0');
		while (!at_end(s) && !take(s, '}'))
			s->at++;
		out->len = from;
		for (; times > 0 && out->len < SAMPLE_MAX; times--)
			buf_add(out, once);
	} else {
		take(s, '+');
	}
	take(s, '?'); /* as few as possible */
}

static void sample_sequence(struct sampler *s, struct buf *out)
{
	while (!at_end(s) && peek(s) != '|' && peek(s) != ')') {
		size_t from = out->len;
		sample_atom(s, out);
		repeat(s, out, from);
	}
}

/* The first of "a|b|c"; the others are only passed over. */
static void sample_choice(struct sampler *s, struct buf *out)
{
	if (++s->depth > DEPTH_MAX)
		s->at = s->pattern.len;
	sample_sequence(s, out);
	while (take(s, '|')) {
		size_t from = out->len;
		sample_sequence(s, out);
		out->len = from;
	}
	s->depth--;
}

bool regex_sample(struct arena *arena, struct str pattern, struct str *ret)
{
	struct sampler s = { .pattern = pattern };
	struct error err;
	struct buf out;

	const struct regex *regex = regex_compile(arena, pattern, REGEX_WHOLE, &err);
	if (!regex)
		return false;
	buf_init(&out, arena);
	sample_choice(&s, &out);
	*ret = str_copy(arena, buf_str(&out));
	return regex_match(regex, *ret);
}
