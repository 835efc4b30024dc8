/* map_edit - many changes of one map: one copy, and each change found by hash */
#include "doc/map_edit.h"

#include "base/map.h"

enum { SCAN_ENTRIES_MAX = 16 };

struct map_edit map_edit_begin(struct arena *arena, const struct node *map)
{
	return (struct map_edit){ .arena = arena, .before = node_is_map(map) ? map : NULL };
}

static const struct entry *members(const struct map_edit *edit, uint32_t *ret_count)
{
	*ret_count = edit->is_changed ? edit->entries.count : node_entry_count(edit->before);
	if (edit->is_changed || !edit->before)
		return edit->entries.items;
	return edit->before->raw_entries;
}

static void *index_value(uint32_t index)
{
	return (void *)((uintptr_t)index + 1);
}

/* Of equal keys the last one counts, as for node_with(). */
static void index_members(struct map_edit *edit, const struct entry *entries, uint32_t count)
{
	edit->by_key = arena_one(edit->arena, struct map);
	map_init(edit->by_key, edit->arena);
	for (uint32_t i = 0; i < count; i++)
		map_put(edit->by_key, node_text(entries[i].key), index_value(i));
}

/* The index of the last member of that key, or -1. */
static ptrdiff_t find(struct map_edit *edit, struct str key)
{
	uint32_t count;
	const struct entry *entries = members(edit, &count);

	if (!edit->by_key && count > SCAN_ENTRIES_MAX)
		index_members(edit, entries, count);
	if (edit->by_key)
		return (ptrdiff_t)(uintptr_t)map_get(edit->by_key, key) - 1;
	for (uint32_t i = count; i-- > 0;)
		if (node_is_scalar(entries[i].key) && str_equal(node_text(entries[i].key), key))
			return i;
	return -1;
}

const struct node *map_edit_get(struct map_edit *edit, struct str key)
{
	ptrdiff_t index = find(edit, key);
	uint32_t count;

	return index < 0 ? NULL : members(edit, &count)[index].value;
}

static void take_members(struct map_edit *edit)
{
	for (uint32_t i = 0; i < node_entry_count(edit->before); i++)
		VEC_PUSH(edit->arena, &edit->entries, edit->before->raw_entries[i]);
	edit->is_changed = true;
}

void map_edit_set(struct map_edit *edit, struct str key, const struct node *value)
{
	ptrdiff_t index = find(edit, key);

	assert(value);
	if (!edit->is_changed)
		take_members(edit);
	if (index >= 0) {
		edit->entries.items[index].value = value;
		return;
	}
	struct entry entry = { node_str(edit->arena, key), value };
	VEC_PUSH(edit->arena, &edit->entries, entry);
	if (edit->by_key)
		map_put(edit->by_key, key, index_value(edit->entries.count - 1));
}

void map_edit_set_all(struct map_edit *edit, const struct node *more)
{
	for (uint32_t i = 0; i < node_entry_count(more); i++)
		map_edit_set(edit, node_text(more->raw_entries[i].key), more->raw_entries[i].value);
}

const struct node *map_edit_end(struct map_edit *edit)
{
	if (!edit->is_changed)
		return edit->before;
	return node_with_entries(edit->arena, edit->before, edit->entries.items,
				 edit->entries.count);
}

const struct node *map_edit_merged(struct arena *arena, const struct node *map,
				   const struct node *more)
{
	struct map_edit edit = map_edit_begin(arena, map);

	map_edit_set_all(&edit, more);
	return edit.is_changed ? map_edit_end(&edit) : map;
}

const struct node *map_edit_completed(struct arena *arena, const struct node *map,
				      const struct node *more)
{
	struct map_edit edit = map_edit_begin(arena, map);

	for (uint32_t i = 0; i < node_entry_count(more); i++) {
		struct str key = node_text(more->raw_entries[i].key);
		if (!map_edit_get(&edit, key))
			map_edit_set(&edit, key, more->raw_entries[i].value);
	}
	return edit.is_changed ? map_edit_end(&edit) : map;
}
