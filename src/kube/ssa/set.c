/* set - sets of fields as FieldsV1 trees, without any other form */
#include "kube/ssa/set.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/sort.h"
#include "kube/ssa/element.h"

/* What an operation keeps. */
enum { ONLY_A = 1, ONLY_B = 2, BOTH = 4 };

static const struct node leaf = NODE_EMPTY_MAP_INIT;
static const struct node self_key = NODE_STR_INIT(".");
static const struct entry self = { &self_key, &leaf };

const struct node *ssa_set_leaf(void)
{
	return &leaf;
}

bool ssa_set_is_empty(const struct node *set)
{
	return node_entry_count(set) == 0;
}

static struct str element_at(const struct entry *entry)
{
	return node_text(entry->key);
}

static bool is_self(const struct entry *entry)
{
	return str_equal(element_at(entry), ELEMENT_SELF);
}

/* Entries may come from a file: what is no map counts as a leaf. */
bool ssa_set_is_member(const struct node *below)
{
	return below && (!node_entry_count(below) || is_self(node_entry(below, 0)));
}

bool ssa_set_has_more(const struct node *below)
{
	uint32_t count = node_entry_count(below);

	return count > (uint32_t)(count && is_self(node_entry(below, 0)));
}

/* Order */

static int compare_entries(const void *a, const void *b, void *context)
{
	(void)context;
	return ssa_element_compare(element_at(a), element_at(b));
}

static bool is_ordered(const struct entry *entries, uint32_t count)
{
	for (uint32_t i = 1; i < count; i++)
		if (ssa_element_compare(element_at(&entries[i - 1]), element_at(&entries[i])) > 0)
			return false;
	return true;
}

const struct node *ssa_set_of(struct arena *arena, struct entry *entries, uint32_t count)
{
	if (!count || (count == 1 && is_self(&entries[0])))
		return count ? &leaf : NULL;
	if (!is_ordered(entries, count))
		sort_stable(entries, count, sizeof(*entries), compare_entries, NULL);
	return node_map_of(arena, entries, count);
}

/* The entries of what is below an element, in order; a leaf has its "." alone. */
struct level {
	const struct entry *entries;
	uint32_t count;
};

static struct level level_of(struct arena *arena, const struct node *below)
{
	if (!below)
		return (struct level){};
	if (!node_entry_count(below))
		return (struct level){ &self, 1 };
	uint32_t count = node_entry_count(below);
	if (is_ordered(node_entry(below, 0), count))
		return (struct level){ node_entry(below, 0), count };
	struct entry *copy = node_entries_copy(arena, below);
	sort_stable(copy, count, sizeof(*copy), compare_entries, NULL);
	return (struct level){ copy, count };
}

/* Operations */

struct merge {
	struct entry *entries;
	uint32_t count;
	bool is_a; /* nothing but a's entries so far, and all of them */
};

static const struct node *combine(struct arena *arena, const struct node *a, const struct node *b,
				  unsigned kept);

static void take(struct merge *m, const struct entry *entry)
{
	m->entries[m->count++] = *entry;
}

static void take_both(struct arena *arena, struct merge *m, const struct entry *a,
		      const struct entry *b, unsigned kept)
{
	const struct node *value = a->value;

	if (is_self(a))
		value = kept & BOTH ? value : NULL;
	else
		value = combine(arena, a->value, b->value, kept);
	m->is_a &= value == a->value;
	if (value)
		take(m, &(struct entry){ a->key, value });
}

static const struct node *combine(struct arena *arena, const struct node *a, const struct node *b,
				  unsigned kept)
{
	struct level x = level_of(arena, a), y = level_of(arena, b);
	struct merge m = { .is_a = true };
	uint32_t i = 0, j = 0;

	struct arena_mark mark = arena_mark(arena);
	m.entries = arena_alloc_raw(arena, (x.count + (size_t)y.count) * sizeof(*m.entries), 8);
	while (i < x.count || j < y.count) {
		int order = i == x.count   ? 1
			    : j == y.count ? -1
					   : ssa_element_compare(element_at(&x.entries[i]),
								 element_at(&y.entries[j]));
		if (order == 0) {
			take_both(arena, &m, &x.entries[i++], &y.entries[j++], kept);
		} else if (order < 0) {
			if (kept & ONLY_A)
				take(&m, &x.entries[i]);
			m.is_a &= (kept & ONLY_A) != 0;
			i++;
		} else {
			if (kept & ONLY_B)
				take(&m, &y.entries[j]);
			m.is_a &= (kept & ONLY_B) == 0;
			j++;
		}
	}
	if (m.is_a) {
		arena_reset(arena, mark);
		return a;
	}
	return ssa_set_of(arena, m.entries, m.count);
}

const struct node *ssa_set_union(struct arena *arena, const struct node *a, const struct node *b)
{
	if (ssa_set_is_empty(b) || a == b)
		return a;
	return ssa_set_is_empty(a) ? b : combine(arena, a, b, ONLY_A | ONLY_B | BOTH);
}

const struct node *ssa_set_minus(struct arena *arena, const struct node *a, const struct node *b)
{
	if (ssa_set_is_empty(a) || a == b)
		return NULL;
	return ssa_set_is_empty(b) ? a : combine(arena, a, b, ONLY_A);
}

const struct node *ssa_set_common(struct arena *arena, const struct node *a, const struct node *b)
{
	if (ssa_set_is_empty(a) || ssa_set_is_empty(b))
		return NULL;
	return combine(arena, a, b, BOTH);
}

static bool levels_equal(const struct node *a, const struct node *b)
{
	uint32_t count = node_entry_count(a);

	if (a == b)
		return true;
	if (count != node_entry_count(b))
		return false;
	for (uint32_t i = 0; i < count; i++)
		if (!str_equal(element_at(node_entry(a, i)), element_at(node_entry(b, i))) ||
		    !levels_equal(node_entry(a, i)->value, node_entry(b, i)->value))
			return false;
	return true;
}

bool ssa_set_equal(const struct node *a, const struct node *b)
{
	if (ssa_set_is_empty(a) || ssa_set_is_empty(b))
		return ssa_set_is_empty(a) == ssa_set_is_empty(b);
	return levels_equal(a, b);
}

const struct node *ssa_set_below(const struct node *set, struct str element)
{
	uint32_t low = 0, high = node_entry_count(set);

	while (low < high) {
		uint32_t middle = (low + high) / 2;
		int order = ssa_element_compare(element_at(node_entry(set, middle)), element);
		if (order == 0)
			return node_entry(set, middle)->value;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const struct node *ssa_set_with_self(struct arena *arena, const struct node *below)
{
	if (ssa_set_is_member(below))
		return below;
	uint32_t count = node_entry_count(below);
	struct entry *entries = arena_alloc_raw(arena, (count + (size_t)1) * sizeof(*entries), 8);
	entries[0] = self;
	if (count)
		memcpy(&entries[1], node_entry(below, 0), count * sizeof(*entries));
	return node_map_of(arena, entries, count + 1);
}

/* Visiting */

struct visit {
	struct arena *arena;
	set_visit_fn call;
	void *context;
};

static struct str path_at(const struct visit *v, struct str path, const struct entry *entry)
{
	struct buf buf;

	buf_init(&buf, v->arena);
	buf_add(&buf, path);
	ssa_element_print(&buf, element_at(entry));
	return buf_str(&buf);
}

static void visit_level(const struct visit *v, const struct node *set, struct str path)
{
	for (uint32_t i = 0; i < node_entry_count(set); i++) {
		const struct entry *entry = node_entry(set, i);
		if (!is_self(entry) && ssa_set_is_member(entry->value))
			v->call(path_at(v, path, entry), v->context);
	}
	for (uint32_t i = 0; i < node_entry_count(set); i++) {
		const struct entry *entry = node_entry(set, i);
		if (!is_self(entry) && ssa_set_has_more(entry->value))
			visit_level(v, entry->value, path_at(v, path, entry));
	}
}

void ssa_set_visit(struct arena *arena, const struct node *set, set_visit_fn call, void *context)
{
	struct visit v = { arena, call, context };

	if (!ssa_set_is_empty(set))
		visit_level(&v, set, STR(""));
}

/* Elements that print alike at the start of a path are tried one after the other. */
static bool level_has_path(struct arena *arena, const struct node *set, struct str path)
{
	for (uint32_t i = 0; i < node_entry_count(set); i++) {
		const struct entry *entry = node_entry(set, i);
		struct buf buf;
		if (is_self(entry))
			continue;
		buf_init(&buf, arena);
		ssa_element_print(&buf, element_at(entry));
		struct str text = buf_str(&buf);
		if (!str_starts(path, text))
			continue;
		if (path.len == text.len
			    ? ssa_set_is_member(entry->value)
			    : level_has_path(arena, entry->value, str_from(path, text.len)))
			return true;
	}
	return false;
}

bool ssa_set_has_path(const struct node *set, struct str path)
{
	SCRATCH(scratch);

	return !ssa_set_is_empty(set) && level_has_path(scratch, set, path);
}
