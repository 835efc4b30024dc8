/* literal - the texts of node_make, read once and kept for the whole run */
#include "doc/literal.h"

#include <string.h>

#include "base/arena.h"
#include "base/kept.h"
#include "doc/raw.h"

enum { MEMBERS_MAX = 32 }; /* of a map or list */

static struct literal keep_node(struct node node)
{
	struct kept_node *kept = kept_alloc(sizeof(*kept));

	*kept = (struct kept_node){ node, node_hash(&node) };
	return (struct literal){ .kind = LITERAL_KEPT, .node = &kept->node };
}

struct reader {
	const char *literal;
	const char *at;
};

static struct literal read_value(struct reader *r, bool is_key);

NORETURN static void fault(const struct reader *r, const char *what)
{
	BUG("node_make: %s at byte %d of: %s", what, (int)(r->at - r->literal), r->literal);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t';
}

static void skip_blanks(struct reader *r)
{
	while (is_blank(*r->at))
		r->at++;
}

static void expect(struct reader *r, char c)
{
	skip_blanks(r);
	if (*r->at != c)
		fault(r, "unexpected character");
	r->at++;
}

static struct literal read_placeholder(struct reader *r)
{
	struct literal l = { .kind = LITERAL_PLACEHOLDER, .size_bytes = sizeof(struct node) };

	r->at++;
	l.is_optional = *r->at == '?';
	r->at += l.is_optional;
	l.type = *r->at;
	if (!l.type || !strchr(l.is_optional ? "scn" : "scndlb", l.type))
		fault(r, "unknown placeholder");
	r->at++;
	return l;
}

static struct literal read_quoted(struct reader *r)
{
	const char *start = ++r->at;

	while (*r->at && *r->at != '"')
		r->at++;
	uint32_t count = (uint32_t)(r->at - start);
	expect(r, '"');
	return keep_node((struct node){ .style = STYLE_DOUBLE,
					.dialect = DIALECT_JSON,
					.raw_count = count,
					.raw_text = start });
}

/* How far a plain scalar goes from r->at. */
static size_t plain_len(const struct reader *r, bool is_key)
{
	size_t len = strcspn(r->at, ":,]}");

	while (!is_key && r->at[len] == ':' && r->at[len + 1] != ' ')
		len += 1 + strcspn(r->at + len + 1, ":,]}");
	while (len && is_blank(r->at[len - 1]))
		len--;
	return len;
}

static struct literal read_plain(struct reader *r, bool is_key)
{
	const char *start = r->at;
	size_t len = plain_len(r, is_key);

	if (!len)
		fault(r, "an empty scalar");
	r->at += len;
	return keep_node((struct node){ .style = is_key ? STYLE_DOUBLE : STYLE_PLAIN,
					.dialect = DIALECT_JSON,
					.raw_count = (uint32_t)len,
					.raw_text = start });
}

/* Behind a member: true when another one follows, false behind the closing bracket. */
static bool more_members(struct reader *r, char close)
{
	skip_blanks(r);
	if (*r->at == ',') {
		r->at++;
		return true;
	}
	expect(r, close);
	return false;
}

static bool is_closed(struct reader *r, char close)
{
	skip_blanks(r);
	if (*r->at != close)
		return false;
	r->at++;
	return true;
}

static bool all_kept(const struct literal *members, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (members[i].kind != LITERAL_KEPT)
			return false;
	return true;
}

static struct literal keep_map(const struct literal *members, uint32_t count)
{
	struct entry *entries = kept_alloc(count * sizeof(*entries));

	for (uint32_t i = 0; i < count; i++)
		entries[i] = (struct entry){ members[2 * i].node, members[2 * i + 1].node };
	struct node map = { .kind = NODE_MAP, .style = STYLE_BLOCK };
	raw_set_entries(&map, entries, count);
	return keep_node(map);
}

static struct literal keep_list(const struct literal *members, uint32_t count)
{
	const struct node **items = kept_alloc(count * sizeof(*items));

	for (uint32_t i = 0; i < count; i++)
		items[i] = members[i].node;
	struct node list = { .kind = NODE_LIST, .style = STYLE_BLOCK };
	raw_set_items(&list, items, count);
	return keep_node(list);
}

static struct literal keep_members(enum literal_kind kind, uint32_t count,
				   const struct literal *members, uint32_t member_count)
{
	struct literal *kept = kept_alloc(member_count * sizeof(*kept));
	size_t each_bytes = kind == LITERAL_MAP ? sizeof(struct entry) : sizeof(struct node *);
	struct literal l = { .kind = kind,
			     .count = count,
			     .members = kept,
			     .size_bytes = sizeof(struct node) + count * each_bytes };

	memcpy(kept, members, member_count * sizeof(*kept));
	for (uint32_t i = 0; i < member_count; i++)
		l.size_bytes += members[i].size_bytes;
	return l;
}

static struct literal read_map(struct reader *r)
{
	struct literal members[2 * MEMBERS_MAX];
	uint32_t count = 0;

	r->at++;
	for (bool more = !is_closed(r, '}'); more; more = more_members(r, '}')) {
		if (count == MEMBERS_MAX)
			fault(r, "too many members");
		members[2 * count] = read_value(r, /* is_key= */ true);
		expect(r, ':');
		members[2 * count + 1] = read_value(r, /* is_key= */ false);
		count++;
	}
	if (all_kept(members, 2 * count))
		return keep_map(members, count);
	return keep_members(LITERAL_MAP, count, members, 2 * count);
}

static struct literal read_list(struct reader *r)
{
	struct literal members[MEMBERS_MAX];
	uint32_t count = 0;

	r->at++;
	for (bool more = !is_closed(r, ']'); more; more = more_members(r, ']')) {
		if (count == MEMBERS_MAX)
			fault(r, "too many members");
		members[count++] = read_value(r, /* is_key= */ false);
	}
	if (all_kept(members, count))
		return keep_list(members, count);
	return keep_members(LITERAL_LIST, count, members, count);
}

static struct literal read_value(struct reader *r, bool is_key)
{
	skip_blanks(r);
	switch (*r->at) {
	case '%':
		return read_placeholder(r);
	case '{':
		return read_map(r);
	case '[':
		return read_list(r);
	case '"':
		return read_quoted(r);
	default:
		return read_plain(r, is_key);
	}
}

static const void *read_all(const char *text)
{
	struct reader r = { text, text };
	struct literal *l = kept_alloc(sizeof(*l));

	*l = read_value(&r, /* is_key= */ false);
	skip_blanks(&r);
	if (*r.at)
		fault(&r, "something behind the value");
	return l;
}

const struct literal *literal_get(const char *text)
{
	return kept_get(text, read_all);
}
