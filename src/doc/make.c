/* make - objects written as text: trees made from node_make's literals */
#include "doc/make.h"

#include <stdarg.h>

#include "base/arena.h"
#include "doc/literal.h"
#include "doc/raw.h"

struct maker {
	struct arena *arena;
	char *room; /* for nodes and arrays */
	va_list args;
};

static void *take(struct maker *m, size_t size_bytes)
{
	void *at = m->room;
	m->room += size_bytes;
	return at;
}

static const struct node *make_text(struct maker *m, struct str text, bool is_optional)
{
	if (is_optional && !text.ptr)
		return NULL;
	struct node *n = take(m, sizeof(*n));
	*n = (struct node){ .style = STYLE_DOUBLE,
			    .dialect = DIALECT_JSON,
			    .raw_count = (uint32_t)text.len,
			    .raw_text = text.ptr };
	return n;
}

/* NULL: an optional placeholder has nothing. */
static const struct node *make_placeholder(struct maker *m, const struct literal *l)
{
	const struct node *node;

	switch (l->type) {
	case 's':
		return make_text(m, va_arg(m->args, struct str), l->is_optional);
	case 'c':
		return make_text(m, str_from_cstr(va_arg(m->args, const char *)), l->is_optional);
	case 'd':
		return node_int(m->arena, va_arg(m->args, int));
	case 'l':
		return node_int(m->arena, va_arg(m->args, int64_t));
	case 'b':
		return node_bool_of(va_arg(m->args, int));
	default:
		node = va_arg(m->args, const struct node *);
		return node || l->is_optional ? node : node_null();
	}
}

static const struct node *make_other(struct maker *m, const struct literal *l);

static inline const struct node *make_value(struct maker *m, const struct literal *l)
{
	return l->kind == LITERAL_KEPT ? l->node : make_other(m, l);
}

static const struct node *make_map(struct maker *m, const struct literal *l)
{
	struct node *map = take(m, sizeof(*map));
	struct entry *entries = take(m, l->count * sizeof(*entries));

	uint32_t count = 0;

	*map = (struct node){ .kind = NODE_MAP, .style = STYLE_BLOCK };
	for (uint32_t i = 0; i < l->count; i++) {
		const struct node *key = make_value(m, &l->members[2 * i]);
		const struct node *value = make_value(m, &l->members[2 * i + 1]);
		if (key && value)
			entries[count++] = (struct entry){ key, value };
	}
	raw_set_entries(map, entries, count);
	return map;
}

static const struct node *make_list(struct maker *m, const struct literal *l)
{
	struct node *list = take(m, sizeof(*list));
	const struct node **items = take(m, l->count * sizeof(*items));

	uint32_t count = 0;

	*list = (struct node){ .kind = NODE_LIST, .style = STYLE_BLOCK };
	for (uint32_t i = 0; i < l->count; i++) {
		const struct node *item = make_value(m, &l->members[i]);
		if (item)
			items[count++] = item;
	}
	raw_set_items(list, items, count);
	return list;
}

static const struct node *make_other(struct maker *m, const struct literal *l)
{
	switch (l->kind) {
	case LITERAL_MAP:
		return make_map(m, l);
	case LITERAL_LIST:
		return make_list(m, l);
	default:
		return make_placeholder(m, l);
	}
}

const struct node *node_make(struct arena *arena, const char *literal, ...)
{
	const struct literal *l = literal_get(literal);
	struct maker m = { .arena = arena };

	if (l->size_bytes)
		m.room = arena_alloc_raw(arena, l->size_bytes, 8);
	va_start(m.args, literal);
	const struct node *made = make_value(&m, l);
	va_end(m.args);
	if (!made)
		BUG("node_make: nothing at all: %s", literal);
	return made;
}
