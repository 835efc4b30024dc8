/* origins - where each value of an object was written, as people and programs read it */
#include "build/origins.h"

#include "base/arena.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "base/visible.h"
#include "doc/make.h"
#include "doc/segments.h"
#include "doc/set.h"
#include "doc/yaml.h"
#include "world/files.h"

enum { COMMENT_COLUMN = 48 /* where comments stand, if the line is shorter */ };

void origins_init(struct origins *origins, struct arena *arena, struct docset *set,
		  struct str folder)
{
	*origins = (struct origins){ .arena = arena, .set = set, .folder = folder };
	map_init(&origins->paths, arena);
}

/* One node for each file, which the places of many values share. */
static const struct node *path_node(struct origins *o, struct str path)
{
	void **slot = map_slot(&o->paths, path);

	if (!*slot)
		*slot = (void *)node_str(o->arena, files_seen_from(o->arena, o->folder, path));
	return *slot;
}

struct origins_place origins_place(struct origins *o, uint32_t position)
{
	struct place place = docset_place(o->set, position);

	if (!place.line)
		return (struct origins_place){};
	return (struct origins_place){ .path = node_text(path_node(o, place.path)),
				       .line = place.line,
				       .column = docset_column_characters(o->set, position) };
}

/* --- as JSON --------------------------------------------------------------------------------- */

struct walk {
	struct origins *origins;
	struct buf pointer;
	VEC(struct entry) entries;
};

static void add_step(struct buf *pointer, struct str key)
{
	buf_add_char(pointer, '/');
	for (size_t i = 0; i < key.len; i++) {
		if (key.ptr[i] == '~')
			buf_add(pointer, STR("~0"));
		else if (key.ptr[i] == '/')
			buf_add(pointer, STR("~1"));
		else
			buf_add_char(pointer, key.ptr[i]);
	}
}

static const struct node *place_node(struct origins *o, uint32_t position)
{
	struct place place = docset_place(o->set, position);

	if (!place.line)
		return node_null();
	return node_make(o->arena, "{file: %n, line: %d, column: %d}", path_node(o, place.path),
			 (int)place.line, (int)docset_column_characters(o->set, position));
}

static void add_scalar(struct walk *w, const struct node *n)
{
	struct arena *arena = w->origins->arena;
	struct str pointer = str_copy(arena, buf_str(&w->pointer));
	struct entry entry = { node_str(arena, pointer),
			       place_node(w->origins, n ? n->position : 0) };

	VEC_PUSH(arena, &w->entries, entry);
}

/* Recursion is bounded by the depth of the tree, which readers limit to NODE_DEPTH_MAX. */
static void add_values(struct walk *w, const struct node *n)
{
	size_t length = w->pointer.len;

	if (!n || n->kind == NODE_SCALAR) {
		add_scalar(w, n);
		return;
	}
	for (uint32_t i = 0; i < node_entry_count(n); i++) {
		add_step(&w->pointer, node_text(node_entry(n, i)->key));
		add_values(w, node_entry(n, i)->value);
		w->pointer.len = length;
	}
	for (uint32_t i = 0; i < node_item_count(n); i++) {
		buf_printf(&w->pointer, "/%u", i);
		add_values(w, node_item(n, i));
		w->pointer.len = length;
	}
}

const struct node *origins_document(struct origins *o, const struct node *object)
{
	struct walk w = { .origins = o };

	buf_init(&w.pointer, o->arena);
	add_values(&w, object);
	return node_make(o->arena, "{object: %n, origins: %n}", object,
			 node_map_of(o->arena, w.entries.items, w.entries.count));
}

/* --- as YAML --------------------------------------------------------------------------------- */

/* A text that yaml_write_segments() wrote, line by line. */
struct lines {
	struct origins *origins;
	struct buf *out;
	struct str text;
	const struct segments *segments;
	uint32_t next; /* the first segment that begins behind the line */
};

/* Whether a key or value begins before this offset: a line without one goes on with the last. */
static bool begins_before(const struct lines *l, size_t offset)
{
	return l->next < l->segments->count && l->segments->items[l->next].offset < offset;
}

static size_t line_end(struct str text, size_t from)
{
	ptrdiff_t length = str_find_char(str_from(text, from), '\n');
	return length < 0 ? text.len : from + (size_t)length;
}

static void add_comment(struct lines *l, struct str line)
{
	uint32_t position = l->segments->items[l->next - 1].position;
	struct origins_place place = origins_place(l->origins, position);
	size_t width = utf8_width(line);

	if (!place.path.len)
		return;
	buf_add_repeat(l->out, ' ', width < COMMENT_COLUMN ? COMMENT_COLUMN - width : 1);
	buf_printf(l->out, "# %.*s:%u:%u", STR_FMT(visible(l->origins->arena, place.path)),
		   place.line, place.column);
}

/*
 * The place of what begins last in the line, for a key alone that of the key. A text that goes on
 * in the next lines has it behind its last one, or behind the | of a block, whose lines take none.
 */
static void write_lines(struct lines *l)
{
	bool is_block = false;

	for (size_t from = 0; from < l->text.len;) {
		size_t end = line_end(l->text, from);
		struct str line = str_sub(l->text, from, end);
		bool begins = begins_before(l, end);
		while (begins_before(l, end))
			l->next++;
		if (begins)
			is_block = l->text.ptr[l->segments->items[l->next - 1].offset] == '|';
		buf_add(l->out, line);
		bool is_last =
			end + 1 >= l->text.len || begins_before(l, line_end(l->text, end + 1));
		if (l->next && (is_block ? begins : is_last))
			add_comment(l, line);
		buf_add_char(l->out, '\n');
		from = end + 1;
	}
}

int origins_write_yaml(struct origins *o, const struct node *object, struct buf *out,
		       struct error *err)
{
	SCRATCH(scratch);
	struct segments segments;
	struct buf text;

	segments_init(&segments, scratch);
	buf_init(&text, scratch);
	if (yaml_write_segments(&text, object, &segments, err) < 0)
		return -1;
	write_lines(&(struct lines){
		.origins = o, .out = out, .text = buf_str(&text), .segments = &segments });
	return 0;
}
