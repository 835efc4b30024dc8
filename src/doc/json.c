/* json - writing documents as JSON */
#include "doc/json.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/sort.h"
#include "base/utf8.h"
#include "doc/scalar.h"
#include "doc/secret.h"

struct writer {
	struct buf *out;
	struct arena *scratch;
	unsigned flags;
	unsigned level;
};

struct keyed {
	struct str key;
	const struct node *value;
};

/* Bytes that a JSON string may hold as they are: all but controls, quotes, backslashes and, for
 * Go's default encoder, three letters of HTML. Bytes above 0x7f need a closer look. */
static bool is_simple(unsigned char c, unsigned flags)
{
	if (c < 0x20 || c == '"' || c == '\\' || c >= 0x80)
		return false;
	return !(flags & JSON_ESCAPE_HTML) || (c != '<' && c != '>' && c != '&');
}

static void add_escape(struct buf *out, unsigned char c)
{
	static const char letters[256] = { ['"'] = '"',	 ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f',
					   ['\n'] = 'n', ['\r'] = 'r',	['\t'] = 't' };

	if (letters[c]) {
		buf_add_char(out, '\\');
		buf_add_char(out, letters[c]);
	} else {
		buf_printf(out, "\\u%04x", c);
	}
}

/* The character at *i, which is not ASCII; the cursor moves behind it. */
static void add_character(struct buf *out, struct str s, size_t *i, unsigned flags)
{
	size_t from = *i;
	uint32_t c = utf8_next(s, i);

	if (c == UTF8_REPLACEMENT && *i == from + 1)
		buf_add(out, STR("\\ufffd"));
	else if ((c == 0x2028 || c == 0x2029) && (flags & JSON_ESCAPE_HTML))
		buf_printf(out, "\\u%04x", c);
	else
		buf_add(out, str_sub(s, from, *i));
}

void json_write_string(struct buf *out, struct str s, unsigned flags)
{
	buf_add_char(out, '"');
	for (size_t i = 0; i < s.len;) {
		size_t from = i;
		while (i < s.len && is_simple((unsigned char)s.ptr[i], flags))
			i++;
		buf_add(out, str_sub(s, from, i));
		if (i == s.len)
			break;
		unsigned char c = (unsigned char)s.ptr[i];
		if (c >= 0x80) {
			add_character(out, s, &i, flags);
			continue;
		}
		add_escape(out, c);
		i++;
	}
	buf_add_char(out, '"');
}

static void write_node(struct writer *w, const struct node *n);

static void new_line(struct writer *w)
{
	if (!(w->flags & JSON_INDENT))
		return;
	buf_add_char(w->out, '\n');
	buf_add_repeat(w->out, ' ', (size_t)w->level * 2);
}

static bool is_masked(const struct writer *w, const struct node *n)
{
	return node_is_secret(n) && !(w->flags & JSON_SECRETS);
}

static void write_scalar(struct writer *w, const struct node *n)
{
	bool is_string = true;
	struct arena_mark mark = arena_mark(w->scratch);
	struct str text =
		is_masked(w, n) ? SECRET_MASK : scalar_json_text(w->scratch, n, &is_string);

	if (is_string)
		json_write_string(w->out, text, w->flags);
	else if ((w->flags & JSON_SPELLED_NUMBERS) && n->dialect == DIALECT_JSON)
		buf_add(w->out, node_text(n));
	else
		buf_add(w->out, text);
	arena_reset(w->scratch, mark);
}

static struct str key_text(struct writer *w, const struct node *key)
{
	bool is_string;

	if (is_masked(w, key))
		return SECRET_MASK;
	if (key->kind == NODE_SCALAR)
		return scalar_json_text(w->scratch, key, &is_string);
	return json_text(w->scratch, key, w->flags & JSON_SECRETS);
}

static int compare_keys(const void *a, const void *b, void *context)
{
	const struct keyed *x = a, *y = b;

	(void)context;
	return str_compare(x->key, y->key);
}

/* The entries to write: sorted, the last of equal keys only, when keys are sorted. */
static uint32_t collect(struct writer *w, const struct node *map, struct keyed *ret)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < map->raw_count; i++)
		ret[i] = (struct keyed){ key_text(w, map->raw_entries[i].key),
					 map->raw_entries[i].value };
	if (!(w->flags & JSON_SORT_KEYS))
		return map->raw_count;
	sort_stable(ret, map->raw_count, sizeof(*ret), compare_keys, NULL);
	for (uint32_t i = 0; i < map->raw_count; i++)
		if (i + 1 == map->raw_count || !str_equal(ret[i].key, ret[i + 1].key))
			ret[count++] = ret[i];
	return count;
}

static void write_map(struct writer *w, const struct node *map)
{
	struct arena_mark mark = arena_mark(w->scratch);
	struct keyed *entries = arena_array(w->scratch, struct keyed, map->raw_count);
	uint32_t count = collect(w, map, entries);

	buf_add_char(w->out, '{');
	w->level++;
	for (uint32_t i = 0; i < count; i++) {
		if (i)
			buf_add_char(w->out, ',');
		new_line(w);
		json_write_string(w->out, entries[i].key, w->flags);
		buf_add(w->out, w->flags & JSON_INDENT ? STR(": ") : STR(":"));
		write_node(w, entries[i].value);
	}
	w->level--;
	if (count)
		new_line(w);
	buf_add_char(w->out, '}');
	arena_reset(w->scratch, mark);
}

static void write_list(struct writer *w, const struct node *list)
{
	buf_add_char(w->out, '[');
	w->level++;
	for (uint32_t i = 0; i < list->raw_count; i++) {
		if (i)
			buf_add_char(w->out, ',');
		new_line(w);
		write_node(w, list->raw_items[i]);
	}
	w->level--;
	if (list->raw_count)
		new_line(w);
	buf_add_char(w->out, ']');
}

/* Recursion is bounded by the depth of the tree, which readers limit to NODE_DEPTH_MAX. */
static void write_node(struct writer *w, const struct node *n)
{
	if (!n) {
		buf_add(w->out, STR("null"));
		return;
	}
	switch ((enum node_kind)n->kind) {
	case NODE_SCALAR:
		write_scalar(w, n);
		break;
	case NODE_LIST:
		write_list(w, n);
		break;
	case NODE_MAP:
		write_map(w, n);
		break;
	}
}

void json_write(struct buf *out, const struct node *n, unsigned flags)
{
	SCRATCH(scratch);
	struct writer w = { .out = out, .scratch = scratch, .flags = flags };

	write_node(&w, n);
}

struct str json_text(struct arena *arena, const struct node *n, unsigned flags)
{
	struct buf out;

	buf_init(&out, arena);
	json_write(&out, n, flags);
	return buf_str(&out);
}
