/* diff_lists - which items of two lists belong together */
#include "doc/diff_lists.h"

#include "base/arena.h"
#include "base/map.h"
#include "doc/key_index.h"
#include "doc/scalar.h"

/* --- what an item means ---------------------------------------------------------------------- */

static uint64_t hash_of_number(double number)
{
	uint64_t bits;

	memcpy(&bits, &number, sizeof(bits));
	return hash64_word(SCALAR_FLOAT, bits);
}

static uint64_t hash_of_scalar(const struct node *n)
{
	struct scalar s = scalar_of(n);

	switch (s.type) {
	case SCALAR_INT:
		return hash_of_number((double)s.integer);
	case SCALAR_UINT:
		return hash_of_number((double)s.unsigned_integer);
	case SCALAR_FLOAT:
		return hash_of_number(s.number);
	case SCALAR_BOOL:
		return hash64_word(SCALAR_BOOL, s.boolean);
	case SCALAR_NULL:
	case SCALAR_NONE:
		return hash64_word(SCALAR_NULL, 0);
	case SCALAR_STR:
	case SCALAR_TIMESTAMP:
	case SCALAR_BINARY:
	case SCALAR_MERGE:
		break;
	}
	return hash64(SCALAR_STR, s.text);
}

/* Equal for what node_equal() calls equal. Recursion is bounded by the depth of documents. */
static uint64_t hash_of(const struct node *n)
{
	if (!n || n->kind == NODE_SCALAR)
		return hash_of_scalar(n);
	uint64_t hash = node_hash_start(n), members = 0;

	for (uint32_t i = 0; i < node_item_count(n); i++)
		hash = hash64_word(hash, hash_of(node_item(n, i)));
	for (uint32_t i = 0; i < node_entry_count(n); i++) {
		const struct entry *e = node_entry(n, i);
		members += hash64_word(hash64(HASH64_START, node_text(e->key)), hash_of(e->value));
	}
	return hash64_word(hash, members);
}

/* --- pairs ----------------------------------------------------------------------------------- */

static void pair(struct diff_pairs *pairs, uint32_t before, uint32_t after)
{
	pairs->after_of[before] = after;
	pairs->before_of[after] = before;
}

/* Whether half of their members, or more, are the same: then one is the other one, changed. */
static bool is_alike(const struct node *a, const struct node *b)
{
	SCRATCH(scratch);
	struct key_index in_b = key_index_make(scratch, b);
	uint32_t same = 0, larger = MAX(node_entry_count(a), node_entry_count(b));

	for (uint32_t i = 0; i < node_entry_count(a); i++) {
		const struct entry *e = node_entry(a, i);
		const struct node *other = key_index_get(&in_b, node_text(e->key));
		same += other && node_equal(e->value, other);
	}
	return larger && same * 2 >= larger;
}

/* Items of both sides between two that are paired. */
struct gap {
	uint32_t before, before_count;
	uint32_t after, after_count;
};

static bool belong_together(const struct gap *gap, const struct node *a, const struct node *b)
{
	if (node_is_scalar(a) || node_is_scalar(b))
		return node_is_scalar(a) && node_is_scalar(b);
	return gap->before_count == gap->after_count && is_alike(a, b);
}

static void pair_by_position(const struct node *before, const struct node *after,
			     const struct gap *gap, struct diff_pairs *pairs)
{
	bool is_all = gap->before_count == node_item_count(before) &&
		      gap->after_count == node_item_count(after) &&
		      gap->before_count == gap->after_count;

	for (uint32_t i = 0; i < MIN(gap->before_count, gap->after_count); i++) {
		const struct node *a = node_item(before, gap->before + i);
		const struct node *b = node_item(after, gap->after + i);
		if (is_all || belong_together(gap, a, b))
			pair(pairs, gap->before + i, gap->after + i);
	}
}

static struct align_items hashes_of(struct arena *scratch, const struct node *list)
{
	struct align_items all = { .count = node_item_count(list) };

	all.items = arena_array(scratch, uint64_t, all.count);
	for (uint32_t i = 0; i < all.count; i++)
		all.items[i] = hash_of(node_item(list, i));
	return all;
}

/* Ends of gaps are items that were aligned, and the ends of the lists. */
static void pair_gaps(const struct node *before, const struct node *after, const uint32_t *after_of,
		      struct diff_pairs *pairs)
{
	struct gap gap = {};

	for (uint32_t i = 0; i <= node_item_count(before); i++) {
		bool is_end = i == node_item_count(before);
		if (!is_end && after_of[i] == ALIGN_ALONE)
			continue;
		uint32_t end = is_end ? node_item_count(after) : after_of[i];
		gap.before_count = i - gap.before;
		gap.after_count = end - gap.after;
		pair_by_position(before, after, &gap, pairs);
		if (!is_end)
			pair(pairs, i, end);
		gap = (struct gap){ .before = i + 1, .after = end + 1 };
	}
}

static void pair_by_alignment(const struct node *before, const struct node *after,
			      struct diff_pairs *pairs)
{
	SCRATCH(scratch);
	struct align_items a = hashes_of(scratch, before), b = hashes_of(scratch, after);
	uint32_t *after_of = arena_array(scratch, uint32_t, a.count);

	if (align(&a, &b, after_of)) {
		pair_gaps(before, after, after_of, pairs);
		return;
	}
	for (uint32_t i = 0; i < MIN(a.count, b.count); i++)
		pair(pairs, i, i);
}

/* A key that is no name may change like any other field: what is left is paired in order where as
 * many are left on both sides. */
static void pair_rest(const struct node *before, const struct node *after, struct diff_pairs *pairs)
{
	uint32_t before_left = 0, after_left = 0, next = 0;

	for (uint32_t i = 0; i < node_item_count(before); i++)
		before_left += pairs->after_of[i] == ALIGN_ALONE;
	for (uint32_t i = 0; i < node_item_count(after); i++)
		after_left += pairs->before_of[i] == ALIGN_ALONE;
	if (before_left != after_left)
		return;
	for (uint32_t i = 0; i < node_item_count(before); i++) {
		if (pairs->after_of[i] != ALIGN_ALONE)
			continue;
		while (pairs->before_of[next] != ALIGN_ALONE)
			next++;
		if (is_alike(node_item(before, i), node_item(after, next)))
			pair(pairs, i, next);
		next++;
	}
}

static void pair_by_key(const struct node *before, const struct node *after, struct str key,
			struct diff_pairs *pairs)
{
	SCRATCH(scratch);
	struct map index;

	map_init(&index, scratch);
	for (uint32_t i = 0; i < node_item_count(before); i++)
		map_put(&index, node_text(node_get(node_item(before, i), key)),
			&pairs->after_of[i]);
	for (uint32_t i = 0; i < node_item_count(after); i++) {
		uint32_t *found = map_get(&index, node_text(node_get(node_item(after, i), key)));
		if (found)
			pair(pairs, (uint32_t)(found - pairs->after_of), i);
	}
	if (!str_equal(key, STR("name")))
		pair_rest(before, after, pairs);
}

struct diff_pairs diff_pair_items(struct arena *arena, const struct node *before,
				  const struct node *after, struct str key)
{
	struct diff_pairs pairs = {
		.after_of = arena_array(arena, uint32_t, node_item_count(before)),
		.before_of = arena_array(arena, uint32_t, node_item_count(after)),
	};

	for (uint32_t i = 0; i < node_item_count(before); i++)
		pairs.after_of[i] = ALIGN_ALONE;
	for (uint32_t i = 0; i < node_item_count(after); i++)
		pairs.before_of[i] = ALIGN_ALONE;
	if (key.ptr)
		pair_by_key(before, after, key, &pairs);
	else
		pair_by_alignment(before, after, &pairs);
	return pairs;
}

bool diff_is_reordered(const struct diff_pairs *pairs, uint32_t before_count)
{
	uint32_t next = 0;

	for (uint32_t i = 0; i < before_count; i++) {
		if (pairs->after_of[i] == ALIGN_ALONE)
			continue;
		if (pairs->after_of[i] < next)
			return true;
		next = pairs->after_of[i];
	}
	return false;
}
