/* go_text - decoded JSON as Go's fmt prints it: map[a:1 b:[2 3]] */
#include "kube/go_text.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/sort.h"

static int compare_keys(const void *a, const void *b, void *context)
{
	(void)context;
	return str_compare(node_text(((const struct entry *)a)->key),
			   node_text(((const struct entry *)b)->key));
}

static void print(struct buf *out, const struct node *value);

static void print_map(struct buf *out, const struct node *map)
{
	struct entry *sorted = arena_copy(out->arena, map->entries, map->count * sizeof(*sorted));

	sort_stable(sorted, map->count, sizeof(*sorted), compare_keys, NULL);
	buf_add(out, STR("map["));
	for (uint32_t i = 0; i < map->count; i++) {
		if (i)
			buf_add_char(out, ' ');
		buf_add(out, node_text(sorted[i].key));
		buf_add_char(out, ':');
		print(out, sorted[i].value);
	}
	buf_add_char(out, ']');
}

static void print(struct buf *out, const struct node *value)
{
	if (node_is_null(value)) {
		buf_add(out, STR("<nil>"));
	} else if (node_is_map(value)) {
		print_map(out, value);
	} else if (node_is_list(value)) {
		buf_add_char(out, '[');
		for (uint32_t i = 0; i < value->count; i++) {
			if (i)
				buf_add_char(out, ' ');
			print(out, value->items[i]);
		}
		buf_add_char(out, ']');
	} else {
		buf_add(out, node_text(value));
	}
}

struct str go_text(struct arena *arena, const struct node *value)
{
	struct buf buf;

	buf_init(&buf, arena);
	print(&buf, value);
	return buf_str(&buf);
}
