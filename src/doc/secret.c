/* secret - marks on scalars that only programs may read, or that nobody may */
#include "doc/secret.h"

#include "base/arena.h"
#include "base/sort.h"
#include "base/vec.h"
#include "doc/redact.h"
#include "doc/segments.h"
#include "doc/set.h"

static enum secrecy node_secrecy(const struct node *n)
{
	enum secrecy highest = SECRECY_NONE;

	if (!n || n->kind == NODE_SCALAR)
		return n ? n->secrecy : SECRECY_NONE;
	for (uint32_t i = 0; highest < SECRECY_SEALED && i < n->raw_count; i++) {
		if (n->kind == NODE_MAP)
			highest = MAX(highest, node_secrecy(n->raw_entries[i].key));
		highest = MAX(highest, node_secrecy(node_member(n, i)));
	}
	return highest;
}

bool node_has_secret(const struct node *n)
{
	if (!n || n->kind == NODE_SCALAR)
		return node_is_secret(n);
	for (uint32_t i = 0; i < n->raw_count; i++) {
		if (n->kind == NODE_MAP && node_has_secret(n->raw_entries[i].key))
			return true;
		if (node_has_secret(node_member(n, i)))
			return true;
	}
	return false;
}

/* A walk that copies what it changes. Depth is bounded by NODE_DEPTH_MAX, which readers keep. */
struct marking {
	struct arena *arena;
	bool with_keys;
	/* What a scalar that is not null is to be: itself, when nothing changes. */
	const struct node *(*change)(const struct marking *m, const struct node *scalar);
	enum secrecy secrecy;
	const struct docset *set;
	const uint32_t *positions; /* of all nodes, ascending */
	uint32_t position_count;
};

static const struct node *mark(const struct marking *m, const struct node *n);

static const struct node *with_secrecy(const struct marking *m, const struct node *scalar,
				       enum secrecy secrecy)
{
	if (scalar->secrecy == secrecy)
		return scalar;
	struct node *copy = arena_copy(m->arena, scalar, sizeof(*copy));
	copy->secrecy = secrecy;
	return copy;
}

static const struct node *mark_scalar(const struct marking *m, const struct node *n)
{
	return node_is_null(n) ? n : m->change(m, n);
}

static const struct node *mark_map(const struct marking *m, const struct node *map)
{
	struct entry *entries = NULL;

	for (uint32_t i = 0; i < map->raw_count; i++) {
		struct entry e = map->raw_entries[i];
		struct entry made = { m->with_keys ? mark(m, e.key) : e.key, mark(m, e.value) };
		if (made.key == e.key && made.value == e.value)
			continue;
		if (!entries)
			entries = arena_copy(m->arena, map->raw_entries,
					     map->raw_count * sizeof(*entries));
		entries[i] = made;
	}
	if (!entries)
		return map;
	return node_with_entries(m->arena, map, entries, map->raw_count);
}

static const struct node *mark_list(const struct marking *m, const struct node *list)
{
	const struct node *made = list;

	for (uint32_t i = 0; i < list->raw_count; i++) {
		const struct node *item = mark(m, list->raw_items[i]);
		if (item != list->raw_items[i])
			made = node_list_put(m->arena, list, made, i, item);
	}
	return made;
}

static const struct node *mark(const struct marking *m, const struct node *n)
{
	if (!n || n->kind == NODE_SCALAR)
		return n ? mark_scalar(m, n) : NULL;
	return n->kind == NODE_MAP ? mark_map(m, n) : mark_list(m, n);
}

static const struct node *raised(const struct marking *m, const struct node *scalar)
{
	return with_secrecy(m, scalar, MAX(scalar->secrecy, m->secrecy));
}

static const struct node *raised_below(struct arena *arena, const struct node *n,
				       enum secrecy secrecy)
{
	struct marking m = { .arena = arena, .change = raised, .secrecy = secrecy };

	return mark(&m, n);
}

const struct node *node_marked_secret(struct arena *arena, const struct node *n)
{
	return raised_below(arena, n, SECRECY_MARKED);
}

const struct node *node_sealed(struct arena *arena, const struct node *n)
{
	return raised_below(arena, n, SECRECY_SEALED);
}

const struct node *node_marked_like(struct arena *arena, const struct node *n,
				    const struct node *source)
{
	enum secrecy secrecy = node_secrecy(source);

	return secrecy ? raised_below(arena, n, secrecy) : n;
}

static const struct node *unless_plain(const struct marking *m, const struct node *scalar)
{
	bool is_plain = scalar->secrecy == SECRECY_MARKED && !redact_is_telling(node_text(scalar));

	return is_plain ? with_secrecy(m, scalar, SECRECY_NONE) : scalar;
}

const struct node *secret_marked_telling(struct arena *arena, const struct node *n)
{
	struct marking m = { .arena = arena, .with_keys = true, .change = unless_plain };

	return mark(&m, n);
}

static const struct node *unless_sealed(const struct marking *m, const struct node *scalar)
{
	if (scalar->secrecy != SECRECY_SEALED)
		return scalar;
	struct node *masked =
		arena_copy(m->arena, node_str(m->arena, SECRET_MASK), sizeof(*masked));
	masked->position = scalar->position;
	masked->step = scalar->step;
	return masked;
}

const struct node *secret_sealed_masked(struct arena *arena, const struct node *n)
{
	struct marking m = { .arena = arena, .with_keys = true, .change = unless_sealed };

	return mark(&m, n);
}

/* Generated texts */

struct positions {
	uint32_t *items;
	uint32_t count;
	uint32_t capacity;
};

static void collect(struct arena *arena, const struct node *n, struct positions *all)
{
	VEC_PUSH(arena, all, n->position);
	for (uint32_t i = 0; n->kind == NODE_MAP && i < n->raw_count; i++) {
		collect(arena, n->raw_entries[i].key, all);
		collect(arena, n->raw_entries[i].value, all);
	}
	for (uint32_t i = 0; n->kind == NODE_LIST && i < n->raw_count; i++)
		collect(arena, n->raw_items[i], all);
}

static int compare_positions(const void *a, const void *b, void *context)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	(void)context;
	return x < y ? -1 : x > y;
}

/* A scalar reaches to the next node. */
static const struct node *marked_as_read(const struct marking *m, const struct node *scalar)
{
	uint32_t low = 0, high = m->position_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (m->positions[middle] > scalar->position)
			high = middle;
		else
			low = middle + 1;
	}
	uint32_t end = low < m->position_count ? m->positions[low] : UINT32_MAX;
	enum secrecy secrecy = docset_secrecy(m->set, scalar->position, end);
	return with_secrecy(m, scalar, MAX(scalar->secrecy, secrecy));
}

const struct node *secret_marked_generated(struct docset *set, const struct node *root)
{
	SCRATCH(scratch);
	struct positions all = {};

	if (!docset_secrecy(set, root->position, UINT32_MAX))
		return root;
	collect(scratch, root, &all);
	sort_stable(all.items, all.count, sizeof(*all.items), compare_positions, NULL);
	struct marking m = { .arena = docset_arena(set),
			     .with_keys = true,
			     .change = marked_as_read,
			     .set = set,
			     .positions = all.items,
			     .position_count = all.count };
	return mark(&m, root);
}

/* What people see */

static struct str masked_below(struct arena *arena, struct str text, const struct node *n)
{
	for (uint32_t i = 0; i < node_member_count(n); i++)
		text = masked_below(arena, text, node_member(n, i));
	if (node_is_secret(n) && n->raw_count >= SECRET_BYTES_MIN)
		text = str_replace(arena, text, node_text(n), SECRET_MASK);
	return text;
}

struct str secret_masked(struct arena *arena, struct str text, const struct node *n)
{
	if (node_is_secret(n) && n->raw_count)
		return str_replace(arena, text, node_text(n), SECRET_MASK);
	return node_has_secret(n) ? masked_below(arena, text, n) : text;
}

static void hide_scalar(struct docset *set, const struct node *n)
{
	/* Aliases bring the same scalar many times. */
	if (n->position && !docset_is_hidden(set, n->position))
		docset_hide(set, n->position, segments_scalar_end(set, n->position, node_text(n)));
}

static void hide_below(struct docset *set, const struct node *n)
{
	for (uint32_t i = 0; i < node_member_count(n); i++) {
		hide_below(set, node_entry(n, i)->key);
		hide_below(set, node_member(n, i));
	}
	if (node_is_secret(n))
		hide_scalar(set, n);
}

static void learn_below(struct redactor *r, const struct node *n)
{
	for (uint32_t i = 0; i < node_member_count(n); i++) {
		learn_below(r, node_entry(n, i)->key);
		learn_below(r, node_member(n, i));
	}
	if (node_is_secret(n))
		redactor_learn(r, node_text(n));
}

/* Labels of a Secret are hidden with it, but others may have the same: they are not learnt. */
static void learn(struct docset *set, const struct node *root)
{
	const struct node *metadata = node_get(root, STR("metadata"));

	for (uint32_t i = 0; i < node_entry_count(root); i++)
		if (node_entry(root, i)->value != metadata)
			learn_below(docset_redactor(set), node_entry(root, i)->value);
	if (!node_is_map(root))
		learn_below(docset_redactor(set), root);
}

void secret_hide(struct docset *set, const struct node *root)
{
	if (node_has_secret(root)) {
		hide_below(set, root);
		learn(set, root);
	}
	docset_screen(set, root->position);
}
