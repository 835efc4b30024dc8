/* origins - where each value of an object was written, as people and programs read it */
#include "build/origins.h"

#include "base/arena.h"
#include "base/file_path.h"
#include "base/utf8.h"
#include "base/visible.h"
#include "doc/json.h"
#include "doc/path.h"
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

/* A path as seen from the folder, made once for the places of many values. */
struct seen {
	struct str text;
	struct str json;  /* as a string of JSON */
	struct str shown; /* for people: base/visible.h */
};

static const struct seen *seen_path(struct origins *o, struct str path)
{
	void **slot = map_slot(&o->paths, path);

	if (!*slot) {
		struct seen *seen = arena_one(o->arena, struct seen);
		seen->text = file_path_seen_from(o->arena, o->folder, path);
		seen->json = json_text(o->arena, node_str(o->arena, seen->text), 0);
		seen->shown = visible(o->arena, seen->text);
		*slot = seen;
	}
	return *slot;
}

struct origins_place origins_place(struct origins *o, uint32_t position)
{
	struct set_spot spot = docset_spot(o->set, position);

	if (!spot.line)
		return (struct origins_place){};
	return (struct origins_place){ .path = seen_path(o, spot.path)->text,
				       .line = spot.line,
				       .column = spot.column };
}

/* --- each value ------------------------------------------------------------------------------ */

struct walk {
	struct buf pointer;
	origins_value_fn take;
	void *context;
};

/* Recursion is bounded by the depth of the tree, which readers limit to NODE_DEPTH_MAX. */
static void walk_values(struct walk *w, const struct node *n)
{
	size_t length = w->pointer.len;

	if (!n || n->kind == NODE_SCALAR) {
		w->take(w->context, buf_str(&w->pointer), n ? n->position : 0);
		return;
	}
	for (uint32_t i = 0; i < node_entry_count(n); i++) {
		path_add_token(&w->pointer, node_text(node_entry(n, i)->key));
		walk_values(w, node_entry(n, i)->value);
		w->pointer.len = length;
	}
	for (uint32_t i = 0; i < node_item_count(n); i++) {
		buf_printf(&w->pointer, "/%u", i);
		walk_values(w, node_item(n, i));
		w->pointer.len = length;
	}
}

void origins_each(const struct node *root, origins_value_fn take, void *context)
{
	SCRATCH(scratch);
	struct walk w = { .take = take, .context = context };

	buf_init(&w.pointer, scratch);
	walk_values(&w, root);
}

/* --- as JSON --------------------------------------------------------------------------------- */

struct json {
	struct origins *origins;
	struct buf *out;
	bool has_some;
};

static void write_value(void *context, struct str pointer, uint32_t position)
{
	struct json *j = context;
	struct set_spot spot = docset_spot(j->origins->set, position);

	if (j->has_some)
		buf_add_char(j->out, ',');
	j->has_some = true;
	json_write_string(j->out, pointer, 0);
	if (!spot.line) {
		buf_add(j->out, STR(":null"));
		return;
	}
	buf_add(j->out, STR(":{\"file\":"));
	buf_add(j->out, seen_path(j->origins, spot.path)->json);
	buf_printf(j->out, ",\"line\":%u,\"column\":%u}", spot.line, spot.column);
}

void origins_write_json(struct origins *o, const struct node *object, struct buf *out)
{
	struct json j = { .origins = o, .out = out };

	buf_add(out, STR("{\"object\":"));
	json_write(out, object, JSON_SORT_KEYS | JSON_SECRETS);
	buf_add(out, STR(",\"origins\":{"));
	origins_each(object, write_value, &j);
	buf_add(out, STR("}}"));
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
	struct set_spot spot = docset_spot(l->origins->set, position);
	size_t width = utf8_count(line);

	if (!spot.line)
		return;
	buf_add_repeat(l->out, ' ', width < COMMENT_COLUMN ? COMMENT_COLUMN - width : 1);
	buf_add(l->out, STR("# "));
	buf_add(l->out, seen_path(l->origins, spot.path)->shown);
	buf_printf(l->out, ":%u:%u", spot.line, spot.column);
}

/* Whether this begins a text whose lines stand as they are, as a value or as a key. */
static bool is_block_at(struct str text, size_t offset)
{
	struct str begin = str_from(text, offset);

	return str_starts(begin, STR("|")) || str_starts(begin, STR("? |"));
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
			is_block = is_block_at(l->text, l->segments->items[l->next - 1].offset);
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
