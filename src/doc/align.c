/* align - which items of two sequences are the same: their longest common subsequence */
#include "doc/align.h"

#include "base/arena.h"
#include "base/budget.h"
#include "base/hash.h"
#include "base/vec.h"

/* What is left of both sides between their same ends, from `first` on. */
struct middle {
	const uint64_t *before, *after;
	int32_t before_count, after_count;
	uint32_t first;
};

/* How far each diagonal k (x - y) was reached with d edits, for -d <= k <= d. */
struct reach {
	int32_t *x; /* of k = 0 */
};

static int32_t follow(const struct middle *m, int32_t x, int32_t k)
{
	int32_t from = x;

	while (x < m->before_count && x - k < m->after_count && m->before[x] == m->after[x - k])
		x++;
	budget_spend((uint64_t)(x - from) / BUDGET_STEP_MEMBERS);
	return x;
}

/* Whether the furthest path on diagonal k with d edits comes from above: an item was added. */
static bool comes_from_above(const struct reach *previous, int32_t d, int32_t k)
{
	return k == -d || (k != d && previous->x[k - 1] < previous->x[k + 1]);
}

static bool extend(const struct middle *m, const struct reach *previous, int32_t d,
		   struct reach *reach)
{
	budget_spend(1 + (uint64_t)d / BUDGET_STEP_MEMBERS);
	for (int32_t k = -d; k <= d; k += 2) {
		int32_t x = 0;
		if (d)
			x = comes_from_above(previous, d, k) ? previous->x[k + 1]
							     : previous->x[k - 1] + 1;
		/* Outside of the rectangle: such a diagonal never comes back into it. */
		bool is_inside = x <= m->before_count && x - k <= m->after_count;
		reach->x[k] = is_inside ? follow(m, x, k) : x;
		if (reach->x[k] == m->before_count && x - k <= m->after_count &&
		    reach->x[k] - k == m->after_count)
			return true;
	}
	return false;
}

/* From the end back to the start: items on diagonal steps are the same. */
static void trace_back(const struct middle *m, const struct reach *reaches, int32_t d,
		       uint32_t *partner)
{
	int32_t x = m->before_count, k = m->before_count - m->after_count;

	for (;; d--) {
		bool above = d && comes_from_above(&reaches[d - 1], d, k);
		int32_t from = !d      ? 0
			       : above ? reaches[d - 1].x[k + 1]
				       : reaches[d - 1].x[k - 1] + 1;
		for (; x > from; x--)
			partner[m->first + (uint32_t)x - 1] = m->first + (uint32_t)(x - 1 - k);
		if (!d)
			return;
		x = above ? from : from - 1;
		k = above ? k + 1 : k - 1;
	}
}

static bool align_middle(const struct middle *m, uint32_t *partner)
{
	SCRATCH(scratch);
	int32_t edits_max = MIN(m->before_count + m->after_count, (int32_t)ALIGN_EDITS_MAX);
	VEC(struct reach) reaches = {};

	for (int32_t d = 0; d <= edits_max; d++) {
		int32_t *room = arena_alloc_raw(scratch, ((size_t)d * 2 + 1) * sizeof(*room), 4);
		VEC_PUSH(scratch, &reaches, (struct reach){ room + d });
		if (!extend(m, d ? &reaches.items[d - 1] : NULL, d, &reaches.items[d]))
			continue;
		trace_back(m, reaches.items, d, partner);
		return true;
	}
	return false;
}

bool align(const struct align_items *before, const struct align_items *after, uint32_t *partner)
{
	uint32_t shorter = MIN(before->count, after->count), head = 0, tail = 0;

	assert(before->count <= INT32_MAX / 2 && after->count <= INT32_MAX / 2);
	while (head < shorter && before->items[head] == after->items[head])
		head++;
	while (tail < shorter - head &&
	       before->items[before->count - 1 - tail] == after->items[after->count - 1 - tail])
		tail++;
	for (uint32_t i = 0; i < before->count; i++)
		partner[i] = i < head			 ? i
			     : i >= before->count - tail ? i + after->count - before->count
							 : ALIGN_ALONE;
	struct middle m = { .before = before->items + head,
			    .after = after->items + head,
			    .before_count = (int32_t)(before->count - head - tail),
			    .after_count = (int32_t)(after->count - head - tail),
			    .first = head };
	return !m.before_count || !m.after_count || align_middle(&m, partner);
}

struct align_lines align_lines(struct arena *arena, struct str text)
{
	VEC(struct str) lines = {};
	VEC(uint64_t) hashes = {};

	for (struct str rest = text.len ? text : STR_NONE; rest.ptr;) {
		struct str line = str_cut(&rest, '\n');
		if (!rest.ptr && !line.len)
			break;
		VEC_PUSH(arena, &lines, line);
		VEC_PUSH(arena, &hashes, hash64(HASH64_START, line));
	}
	return (struct align_lines){ lines.items, { hashes.items, hashes.count } };
}
