/* place - the path of the node that begins at a position */
#include "base/arena.h"
#include "base/buf.h"
#include "doc/path.h"
#include "doc/set_internal.h"
#include "doc/yaml/internal.h"

/* The document that was read from around a position; NULL: none was. */
static const struct node *document_at(const struct docset *set, uint32_t position)
{
	for (uint32_t i = 0; i < set->readings.count; i++) {
		const struct documents *read = set->readings.entries[i].value;
		for (uint32_t d = 0; read && d < read->count; d++)
			if (read->items[d].start <= position && position < read->items[d].end)
				return read->items[d].root;
	}
	return NULL;
}

static void add_step(struct buf *out, const struct node *parent, uint32_t index)
{
	if (node_is_map(parent))
		path_add_key(out, node_text(node_entry(parent, index)->key));
	else
		buf_printf(out, "[%u]", index);
}

/* The last member that begins at the position or before it: it holds what begins there. */
static int64_t member_at(const struct node *n, uint32_t position)
{
	int64_t found = -1;

	for (uint32_t i = 0; i < node_member_count(n); i++) {
		const struct node *member = node_member(n, i);
		if (member && member->position && member->position <= position)
			found = i;
	}
	return found;
}

struct str yaml_path_at(struct docset *set, struct arena *arena, uint32_t position)
{
	const struct node *n = position ? document_at(set, position) : NULL;
	struct buf out;

	buf_init(&out, arena);
	while (n && (n->position != position || !out.len)) {
		int64_t index = member_at(n, position);
		if (index < 0)
			break;
		add_step(&out, n, (uint32_t)index);
		n = node_member(n, (uint32_t)index);
	}
	return n && n->position == position && out.len ? buf_str(&out) : STR_NONE;
}
