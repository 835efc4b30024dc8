/* edit - changes of a file that keep everything else: comments, order, spelling */
#include "doc/edit.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "doc/scalar.h"
#include "doc/yaml.h"

struct edit {
	struct arena *arena;
	struct str text; /* of the whole file */
	size_t start;	 /* of the scalar in it */
	size_t end;	 /* behind it */
	size_t indent;	 /* of a block scalar's lines */
	const struct node *node;
};

static char byte_at(const struct edit *e, size_t i)
{
	return i < e->text.len ? e->text.ptr[i] : '\0';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Behind the closing quote. */
static size_t quoted_end(const struct edit *e)
{
	char quote = byte_at(e, e->start);
	size_t i = e->start + 1;

	for (; i < e->text.len; i++) {
		if (quote == '"' && e->text.ptr[i] == '\\')
			i++;
		else if (e->text.ptr[i] == quote && quote == '\'' && byte_at(e, i + 1) == quote)
			i++;
		else if (e->text.ptr[i] == quote)
			break;
	}
	return MIN(i + 1, e->text.len);
}

/* Behind the last character of a plain scalar: blanks of the value stand for any in the text. */
static size_t plain_end(const struct edit *e)
{
	struct str value = node_text(e->node);
	size_t i = e->start;

	for (size_t k = 0; k < value.len;) {
		if (!is_blank(value.ptr[k])) {
			i++;
			k++;
			continue;
		}
		while (k < value.len && is_blank(value.ptr[k]))
			k++;
		while (is_blank(byte_at(e, i)))
			i++;
	}
	return MIN(i, e->text.len);
}

static size_t line_end(const struct edit *e, size_t i)
{
	while (i < e->text.len && e->text.ptr[i] != '\n')
		i++;
	return i;
}

static size_t leading_spaces(struct str s)
{
	size_t count = 0;

	while (count < s.len && s.ptr[count] == ' ')
		count++;
	return count;
}

/*
 * A block scalar: its lines are those that are indented as its first line with text, which has as
 * many spaces more as the value's first line begins with. Empty lines at the end belong to the text
 * around, unless they are kept ('+').
 */
static size_t block_end(struct edit *e)
{
	struct str value = node_text(e->node);
	size_t end = line_end(e, e->start);
	bool is_kept = memchr(e->text.ptr + e->start, '+', end - e->start) != NULL;

	while (value.len && value.ptr[0] == '\n')
		value = str_from(value, 1);
	for (size_t i = end; value.len && i < e->text.len;) {
		struct str line = str_sub(e->text, i + 1, line_end(e, i + 1));
		size_t spaces = leading_spaces(line);
		bool is_empty = str_trim(line).len == 0;
		if (!is_empty && !e->indent)
			e->indent = spaces - MIN(spaces, leading_spaces(value));
		if (!is_empty && spaces < e->indent)
			break;
		i = line_end(e, i + 1);
		if (!is_empty || is_kept)
			end = i;
	}
	return end;
}

static bool is_block(const struct node *n)
{
	return n->style == STYLE_LITERAL || n->style == STYLE_FOLDED;
}

static size_t find_end(struct edit *e)
{
	if (e->node->style == STYLE_PLAIN)
		return plain_end(e);
	return is_block(e->node) ? block_end(e) : quoted_end(e);
}

/* A plain text keeps the kind of its value: what was a string stays one. */
static bool may_be_plain(const struct edit *e, struct str value)
{
	bool was_string = scalar_of(e->node).type == SCALAR_STR;
	enum scalar_type type = scalar_of_plain(value, (enum dialect)e->node->dialect).type;

	if (value.len == 0 || is_blank(value.ptr[0]) || is_blank(value.ptr[value.len - 1]))
		return false;
	return str_find_char(value, '\n') < 0 && (!was_string || type == SCALAR_STR);
}

static void add_single(struct buf *out, struct str value)
{
	buf_add_char(out, '\'');
	for (size_t i = 0; i < value.len; i++) {
		if (value.ptr[i] == '\'')
			buf_add_char(out, '\'');
		buf_add_char(out, value.ptr[i]);
	}
	buf_add_char(out, '\'');
}

static void add_double(struct buf *out, struct str value)
{
	buf_add_char(out, '"');
	for (size_t at = 0; at < value.len;) {
		size_t from = at;
		uint32_t c = utf8_next(value, &at);
		bool is_plain = (c >= 0x20 && c < 0x7f) || (c >= 0xa0 && c < 0xfffe && c != 0xfeff);
		if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", (int)c);
		else if (c == '\n')
			buf_add(out, STR("\\n"));
		else if (c == '\t')
			buf_add(out, STR("\\t"));
		else if (is_plain || c > 0xffff)
			buf_add(out, str_sub(value, from, at));
		else
			buf_printf(out, "\\u%04x", c);
	}
	buf_add_char(out, '"');
}

/* A literal block with the indentation that the scalar had. */
static void add_literal(struct buf *out, const struct edit *e, struct str value)
{
	bool ends_with_break = str_ends(value, STR("\n"));
	bool is_kept = str_ends(value, STR("\n\n"));

	buf_add(out, !ends_with_break ? STR("|-") : is_kept ? STR("|+") : STR("|"));
	struct str rest = ends_with_break ? str_sub(value, 0, value.len - 1) : value;
	while (rest.ptr) {
		struct str line = str_cut(&rest, '\n');
		buf_add_char(out, '\n');
		if (line.len)
			buf_add_repeat(out, ' ', e->indent);
		buf_add(out, line);
	}
}

/* The whole text with the scalar in one style. */
static struct str spliced(const struct edit *e, enum node_style style, struct str value)
{
	struct buf out;

	buf_init(&out, e->arena);
	buf_add(&out, str_sub(e->text, 0, e->start));
	switch (style) {
	case STYLE_PLAIN:
	case STYLE_BLOCK:
	case STYLE_FLOW:
		buf_add(&out, value);
		break;
	case STYLE_SINGLE:
		add_single(&out, value);
		break;
	case STYLE_DOUBLE:
		add_double(&out, value);
		break;
	case STYLE_LITERAL:
	case STYLE_FOLDED:
		add_literal(&out, e, value);
		break;
	}
	buf_add(&out, str_from(e->text, e->end));
	return buf_str(&out);
}

/* The scalar that begins at a position of a text that was read. Recursion as deep as the tree. */
static const struct node *find_scalar(const struct node *n, uint32_t position)
{
	const struct node *found = NULL;

	if (node_is_scalar(n))
		return n->position == position ? n : NULL;
	for (uint32_t i = 0; i < node_member_count(n) && !found; i++) {
		if (n->kind == NODE_MAP)
			found = find_scalar(n->raw_entries[i].key, position);
		if (!found)
			found = find_scalar(node_member(n, i), position);
	}
	return found;
}

/* Reads a text anew; the scalar at offset of it, or NULL. */
static const struct node *scalar_at(struct arena *arena, struct str text, size_t offset,
				    uint32_t *ret_nodes)
{
	struct docset *set = docset_new(arena);
	struct documents documents;
	struct error ignored;
	const struct node *found = NULL;

	*ret_nodes = 0;
	if (yaml_read(set, STR_NONE, text, DIALECT_GO_V3, &documents, &ignored) < 0)
		return NULL;
	for (uint32_t i = 0; i < documents.count; i++) {
		const struct document *document = &documents.items[i];
		uint32_t start_offset;
		if (!document->root)
			continue;
		docset_text(set, document->start, &start_offset);
		uint32_t position = document->start - start_offset + (uint32_t)offset;
		if (!found)
			found = find_scalar(document->root, position);
		*ret_nodes += node_count_all(document->root);
	}
	return found;
}

/* Tries the scalar's own style, then those that can hold more, until the text reads back. */
static int edit_text(const struct edit *e, struct str value, uint32_t nodes, struct str *ret_text,
		     struct error *err)
{
	enum node_style own = (enum node_style)e->node->style;
	const enum node_style styles[] = { own, STYLE_SINGLE, STYLE_DOUBLE };

	for (size_t i = 0; i < ARRAY_COUNT(styles); i++) {
		uint32_t nodes_after;
		if (styles[i] == STYLE_PLAIN && !may_be_plain(e, value))
			continue;
		if (styles[i] == STYLE_SINGLE && str_find_char(value, '\n') >= 0)
			continue;
		struct str text = spliced(e, styles[i], value);
		SCRATCH(scratch);
		const struct node *n = scalar_at(scratch, text, e->start, &nodes_after);
		if (!n || nodes_after != nodes || !str_equal(node_text(n), value))
			continue;
		*ret_text = text;
		return 0;
	}
	return error_set(err, ERROR_INPUT, e->node->position, "'%.*s' cannot be written here",
			 STR_FMT(value));
}

int edit_scalar(struct docset *set, const struct node *n, struct str value, struct str *ret_text,
		struct arena *arena, struct error *err)
{
	SCRATCH(scratch);
	uint32_t offset = 0, nodes = 0;
	struct edit e = { .arena = arena, .node = n };

	e.text = docset_text(set, n->position, &offset);
	e.start = offset;
	if (!e.text.ptr || n->kind != NODE_SCALAR)
		return error_set(err, ERROR_INPUT, n->position, "not a scalar of a file");
	const struct node *here = scalar_at(scratch, e.text, offset, &nodes);
	if (!here || here->style != n->style || !str_equal(node_text(here), node_text(n)))
		return error_set(err, ERROR_INPUT, n->position,
				 "the file does not have this value here any more");
	e.end = find_end(&e);
	return edit_text(&e, value, nodes, ret_text, err);
}
