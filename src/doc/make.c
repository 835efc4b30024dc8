/* make - objects written as text: node_make's literals */
#include "doc/make.h"

#include <stdarg.h>
#include <string.h>

#include "base/arena.h"

enum { MEMBERS_MAX = 32 }; /* of a map or list of a literal */

/* The literal is parsed at each call: a microsecond for a hundred bytes, so nothing is kept. */
struct maker {
	struct arena *arena;
	const char *literal;
	const char *at;
	va_list args;
};

/* A value of the literal; absent says that an optional placeholder had nothing. */
struct made {
	const struct node *node;
	bool absent;
};

static struct made make_value(struct maker *m, bool is_key);

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t';
}

static void skip_blanks(struct maker *m)
{
	while (is_blank(*m->at))
		m->at++;
}

NORETURN static void fault(const struct maker *m, const char *what)
{
	BUG("node_make: %s at byte %d of: %s", what, (int)(m->at - m->literal), m->literal);
}

static void expect(struct maker *m, char c)
{
	skip_blanks(m);
	if (*m->at != c)
		fault(m, "unexpected character");
	m->at++;
}

static struct made make_placeholder(struct maker *m)
{
	bool optional = *m->at == '?';
	char type = *(m->at += optional);
	const struct node *node = NULL;
	struct str text = STR_NONE;

	m->at++;
	switch (type) {
	case 's':
		text = va_arg(m->args, struct str);
		break;
	case 'c':
		text = str_from_cstr(va_arg(m->args, const char *));
		break;
	case 'n':
		node = va_arg(m->args, const struct node *);
		break;
	case 'd':
		return (struct made){ node_int(m->arena, va_arg(m->args, int)), false };
	case 'l':
		return (struct made){ node_int(m->arena, va_arg(m->args, int64_t)), false };
	case 'b':
		return (struct made){ node_bool_of(va_arg(m->args, int)), false };
	default:
		fault(m, "unknown placeholder");
	}
	if (optional && !node && !text.ptr)
		return (struct made){ NULL, true };
	if (type == 'n' && !node)
		fault(m, "%n without a node");
	return (struct made){ node ? node : node_str(m->arena, text), false };
}

static struct made make_quoted(struct maker *m)
{
	const char *start = ++m->at;

	while (*m->at && *m->at != '"')
		m->at++;
	struct str text = { start, (size_t)(m->at - start) };
	expect(m, '"');
	return (struct made){ node_str(m->arena, text), false };
}

/* How far a plain scalar goes from m->at. */
static size_t plain_len(const struct maker *m, bool is_key)
{
	size_t len = strcspn(m->at, ":,]}");

	while (!is_key && m->at[len] == ':' && m->at[len + 1] != ' ')
		len += 1 + strcspn(m->at + len + 1, ":,]}");
	while (len && is_blank(m->at[len - 1]))
		len--;
	return len;
}

static struct made make_plain(struct maker *m, bool is_key)
{
	struct str text = { m->at, plain_len(m, is_key) };

	if (!text.len)
		fault(m, "an empty scalar");
	m->at += text.len;
	struct node *n = arena_alloc_raw(m->arena, sizeof(*n), 8);
	*n = (struct node){ .style = is_key ? STYLE_DOUBLE : STYLE_PLAIN,
			    .dialect = DIALECT_JSON,
			    .count = (uint32_t)text.len,
			    .text = text.ptr };
	return (struct made){ n, false };
}

/* Behind a member: true when another one follows, false behind the closing bracket. */
static bool more_members(struct maker *m, char close)
{
	skip_blanks(m);
	if (*m->at == ',') {
		m->at++;
		return true;
	}
	expect(m, close);
	return false;
}

static bool is_closed(struct maker *m, char close)
{
	skip_blanks(m);
	if (*m->at != close)
		return false;
	m->at++;
	return true;
}

static struct made make_map(struct maker *m)
{
	struct entry entries[MEMBERS_MAX];
	uint32_t count = 0;

	m->at++;
	for (bool more = !is_closed(m, '}'); more; more = more_members(m, '}')) {
		if (count == MEMBERS_MAX)
			fault(m, "too many members");
		struct made key = make_value(m, /* is_key= */ true);
		expect(m, ':');
		struct made value = make_value(m, /* is_key= */ false);
		if (!key.absent && !value.absent)
			entries[count++] = (struct entry){ key.node, value.node };
	}
	const struct entry *kept = arena_copy(m->arena, entries, count * sizeof(*entries));
	return (struct made){ node_map_of(m->arena, kept, count), false };
}

static struct made make_list(struct maker *m)
{
	const struct node *items[MEMBERS_MAX];
	uint32_t count = 0;

	m->at++;
	for (bool more = !is_closed(m, ']'); more; more = more_members(m, ']')) {
		if (count == MEMBERS_MAX)
			fault(m, "too many members");
		struct made item = make_value(m, /* is_key= */ false);
		if (!item.absent)
			items[count++] = item.node;
	}
	const struct node *const *kept = arena_copy(m->arena, items, count * sizeof(*items));
	return (struct made){ node_list_of(m->arena, kept, count), false };
}

static struct made make_value(struct maker *m, bool is_key)
{
	skip_blanks(m);
	switch (*m->at) {
	case '%':
		m->at++;
		return make_placeholder(m);
	case '{':
		return make_map(m);
	case '[':
		return make_list(m);
	case '"':
		return make_quoted(m);
	default:
		return make_plain(m, is_key);
	}
}

const struct node *node_make(struct arena *arena, const char *literal, ...)
{
	struct maker m = { .arena = arena, .literal = literal, .at = literal };

	va_start(m.args, literal);
	struct made made = make_value(&m, /* is_key= */ false);
	va_end(m.args);
	skip_blanks(&m);
	if (*m.at || made.absent)
		fault(&m, "something behind the value, or nothing");
	return made.node;
}
