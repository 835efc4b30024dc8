/* managers - the entries of metadata.managedFields, and the conflicts between managers */
#include "kube/ssa/managers.h"

#include "base/arena.h"
#include "base/sort.h"
#include "base/timestamp.h"
#include "doc/json.h"
#include "doc/make.h"
#include "kube/ssa/set.h"

enum { UPDATE_MANAGERS_MAX = 10 };

void ssa_managers_read(struct ssa_managers *m, struct arena *arena, const struct node *managed)
{
	*m = (struct ssa_managers){};
	for (uint32_t i = 0; i < node_item_count(managed); i++) {
		const struct node *entry = node_item(managed, i);
		const struct node *set = node_get(entry, STR("fieldsV1"));
		VEC_PUSH(arena, &m->list,
			 (struct ssa_manager){
				 .name = node_str_at(entry, "manager"),
				 .api_version = node_str_at(entry, "apiVersion"),
				 .time = node_str_at(entry, "time"),
				 .subresource = node_str_at(entry, "subresource"),
				 .is_apply =
					 str_equal(node_str_at(entry, "operation"), STR("Apply")),
				 .set = ssa_set_is_empty(set) ? NULL : set,
				 .entry = entry,
			 });
	}
}

static bool same_identity(const struct ssa_manager *a, const struct ssa_manager *b)
{
	return a->is_apply == b->is_apply && str_equal(a->name, b->name) &&
	       str_equal(a->subresource, b->subresource) &&
	       (a->is_apply || str_equal(a->api_version, b->api_version));
}

struct ssa_manager *ssa_managers_find(struct ssa_managers *m, const struct ssa_manager *identity)
{
	for (uint32_t i = 0; i < m->list.count; i++)
		if (same_identity(&m->list.items[i], identity))
			return &m->list.items[i];
	return NULL;
}

struct ssa_manager *ssa_managers_have(struct ssa_managers *m, struct arena *arena,
				      const struct ssa_manager *identity)
{
	struct ssa_manager *found = ssa_managers_find(m, identity);

	if (found)
		return found;
	struct ssa_manager new = *identity;
	new.time = STR_NONE;
	new.set = new.entry = NULL;
	VEC_PUSH(arena, &m->list, new);
	return &m->list.items[m->list.count - 1];
}

void ssa_manager_set(struct ssa_manager *manager, const struct node *set)
{
	if (set == manager->set)
		return;
	if (!ssa_set_equal(set, manager->set))
		manager->entry = NULL;
	manager->set = ssa_set_is_empty(set) ? NULL : set;
}

/* Order: Apply before Update, then by time, name, version, subresource. */
static int64_t seconds_of(const struct ssa_manager *m)
{
	int64_t s;

	return m->time.len && timestamp_seconds(m->time, &s) ? s : 0;
}

static int compare_managers(const void *a, const void *b, void *context)
{
	const struct ssa_manager *x = a, *y = b;
	int order;

	(void)context;
	if (x->is_apply != y->is_apply)
		return x->is_apply ? -1 : 1;
	if (seconds_of(x) != seconds_of(y))
		return seconds_of(x) < seconds_of(y) ? -1 : 1;
	order = str_compare(x->name, y->name);
	if (!order)
		order = str_compare(x->api_version, y->api_version);
	return order ? order : str_compare(x->subresource, y->subresource);
}

static const struct node *entry_of(struct arena *arena, const struct ssa_manager *m)
{
	if (m->entry)
		return m->entry;
	return node_make(arena,
			 "{manager: %s, operation: %s, apiVersion: %s, time: %?s, "
			 "fieldsType: FieldsV1, fieldsV1: %n, subresource: %?s}",
			 m->name, m->is_apply ? STR("Apply") : STR("Update"), m->api_version,
			 m->time.len ? m->time : STR_NONE, m->set,
			 m->subresource.len ? m->subresource : STR_NONE);
}

const struct node *ssa_managers_write(struct ssa_managers *m, struct arena *arena,
				      const struct node *before)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < m->list.count; i++)
		if (m->list.items[i].set)
			m->list.items[count++] = m->list.items[i];
	m->list.count = count;
	sort_stable(m->list.items, count, sizeof(*m->list.items), compare_managers, NULL);
	const struct node **items = arena_array(arena, const struct node *, count);
	bool same = node_item_count(before) == count;
	for (uint32_t i = 0; i < count; i++) {
		items[i] = entry_of(arena, &m->list.items[i]);
		same = same && items[i] == node_item(before, i);
	}
	if (same)
		return before;
	return count ? node_list_of(arena, items, count) : NULL;
}

static int compare_ages(const void *a, const void *b, void *context)
{
	const struct ssa_manager *x = a, *y = b;

	if (x->is_apply == y->is_apply && seconds_of(x) == seconds_of(y))
		return str_compare(x->name, y->name);
	return compare_managers(a, b, context);
}

/* Per version, the oldest entry becomes the bucket as soon as a second one joins it. */
void ssa_managers_cap(struct ssa_managers *m, struct arena *arena)
{
	uint32_t updates = 0;

	for (uint32_t i = 0; i < m->list.count; i++)
		updates += !m->list.items[i].is_apply && m->list.items[i].set;
	if (updates <= UPDATE_MANAGERS_MAX)
		return;
	sort_stable(m->list.items, m->list.count, sizeof(*m->list.items), compare_ages, NULL);
	struct ssa_manager *first = NULL;
	for (uint32_t i = 0; i < m->list.count && updates > UPDATE_MANAGERS_MAX; i++) {
		struct ssa_manager *old = &m->list.items[i];
		if (old->is_apply || !old->set)
			continue;
		if (!first || !str_equal(first->api_version, old->api_version)) {
			first = old;
			continue;
		}
		old->set = ssa_set_union(arena, old->set, first->set);
		old->name = STR("ancient-changes");
		old->subresource = STR_NONE;
		old->entry = NULL;
		first->set = NULL;
		first = old;
		updates--;
	}
}

struct str ssa_manager_print(struct arena *arena, const struct ssa_manager *m)
{
	struct buf buf;

	buf_init(&buf, arena);
	json_write_string(&buf, m->name, 0);
	if (m->subresource.len) {
		buf_add(&buf, STR(" with subresource "));
		json_write_string(&buf, m->subresource, 0);
	}
	if (!m->is_apply) {
		buf_add(&buf, STR(" using "));
		buf_add(&buf, m->api_version);
	}
	return buf_str(&buf);
}
