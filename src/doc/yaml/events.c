/* events - a YAML text as the events that the YAML test suite prints */
#include "doc/yaml/events.h"

#include "doc/yaml/internal.h"

/* Notes come in the order in which nodes end, so they are looked up by node. */
static const struct yaml_note *find_note(const struct yaml_notes *notes, const struct node *n)
{
	for (uint32_t i = 0; i < notes->count; i++)
		if (notes->items[i].node == n)
			return &notes->items[i];
	return NULL;
}

static void add_text(struct buf *out, struct str text)
{
	static const struct {
		char c;
		struct str text;
	} escapes[] = {
		{ '\\', STR_INIT("\\\\") }, { '\n', STR_INIT("\\n") }, { '\t', STR_INIT("\\t") },
		{ '\r', STR_INIT("\\r") },  { '\b', STR_INIT("\\b") }, { '\0', STR_INIT("\\0") },
	};

	for (size_t i = 0; i < text.len; i++) {
		struct str piece = { text.ptr + i, 1 };
		for (size_t k = 0; k < ARRAY_COUNT(escapes); k++)
			if (escapes[k].c == text.ptr[i])
				piece = escapes[k].text;
		buf_add(out, piece);
	}
}

static void add_props(struct buf *out, const struct yaml_note *note)
{
	if (note && note->props.anchor.ptr)
		buf_printf(out, " &%.*s", STR_FMT(note->props.anchor));
	if (note && note->props.tag.ptr)
		buf_printf(out, " <%.*s>", STR_FMT(note->props.tag));
}

static void add_scalar(struct buf *out, const struct node *n, const struct yaml_note *note)
{
	static const char marks[] = { [STYLE_PLAIN] = ':',
				      [STYLE_SINGLE] = '\'',
				      [STYLE_DOUBLE] = '"',
				      [STYLE_LITERAL] = '|',
				      [STYLE_FOLDED] = '>' };

	if (note && note->is_alias) {
		buf_printf(out, "=ALI *%.*s\n", STR_FMT(note->props.anchor));
		return;
	}
	buf_add(out, STR("=VAL"));
	add_props(out, note);
	buf_add_char(out, ' ');
	buf_add_char(out, marks[n->style]);
	add_text(out, node_text(n));
	buf_add_char(out, '\n');
}

/* Recursion is bounded by NODE_DEPTH_MAX of the reader. */
static void add_node(struct buf *out, const struct node *n, const struct yaml_notes *notes)
{
	const struct yaml_note *note = find_note(notes, n);
	bool is_map = n->kind == NODE_MAP;

	if (n->kind == NODE_SCALAR) {
		add_scalar(out, n, note);
		return;
	}
	buf_add(out, is_map ? STR("+MAP") : STR("+SEQ"));
	if (n->style == STYLE_FLOW)
		buf_add(out, is_map ? STR(" {}") : STR(" []"));
	add_props(out, note);
	buf_add_char(out, '\n');
	for (uint32_t i = 0; i < n->raw_count; i++) {
		add_node(out, is_map ? n->raw_entries[i].key : n->raw_items[i], notes);
		if (is_map)
			add_node(out, n->raw_entries[i].value, notes);
	}
	buf_add(out, is_map ? STR("-MAP\n") : STR("-SEQ\n"));
}

int yaml_events(struct buf *out, struct docset *set, struct str path, struct str text,
		struct error *err)
{
	struct yaml_notes notes = {};
	struct documents documents;

	struct yaml_input input = { path, text, DIALECT_GO_V3, &notes };
	if (yaml_read_noted(set, &input, &documents, err) < 0)
		return -1;
	buf_add(out, STR("+STR\n"));
	for (uint32_t i = 0; i < documents.count; i++) {
		buf_add(out, STR("+DOC\n"));
		if (documents.items[i].root)
			add_node(out, documents.items[i].root, &notes);
		else
			buf_add(out, STR("=VAL :\n"));
		buf_add(out, STR("-DOC\n"));
	}
	buf_add(out, STR("-STR\n"));
	return 0;
}
