/* members - finding the members of a map by name, in the order of another map first */
#include "kube/members.h"

#include "base/arena.h"

enum { MEMBERS_SCANNED_MAX = 24 };

void members_init(struct members *m, struct arena *arena, const struct node *map)
{
	*m = (struct members){ .map = node_is_map(map) ? map : NULL, .arena = arena };
}

static bool is_at(const struct members *m, uint32_t index, struct str key)
{
	return str_equal(node_text(node_entry(m->map, index)->key), key);
}

static const struct entry *scan(struct members *m, struct str key)
{
	for (uint32_t i = node_entry_count(m->map); i-- > 0;)
		if (is_at(m, i, key)) {
			m->next = i + 1;
			return node_entry(m->map, i);
		}
	return NULL;
}

static void make_table(struct members *m)
{
	map_init(&m->table, m->arena);
	for (uint32_t i = 0; i < node_entry_count(m->map); i++)
		map_put(&m->table, node_text(node_entry(m->map, i)->key),
			(void *)(uintptr_t)node_entry(m->map, i));
	m->has_table = true;
}

const struct entry *members_find(struct members *m, struct str key)
{
	if (!m->map)
		return NULL;
	if (m->next < node_entry_count(m->map) && is_at(m, m->next, key))
		return node_entry(m->map, m->next++);
	if (node_entry_count(m->map) <= MEMBERS_SCANNED_MAX)
		return scan(m, key);
	if (!m->has_table)
		make_table(m);
	const struct entry *found = map_get(&m->table, key);
	if (found)
		m->next = (uint32_t)(found - node_entry(m->map, 0)) + 1;
	return found;
}

const struct node *members_get(struct members *m, struct str key)
{
	const struct entry *entry = members_find(m, key);
	return entry ? entry->value : NULL;
}
