/* diff_hunks - what changed in a long text, line by line, with the rest folded */
#include "verbs/diff_hunks.h"

#include "base/arena.h"
#include "doc/align.h"

/* All lines of both texts in order. */
static void all_lines(struct arena *arena, const struct align_lines *before,
		      const struct align_lines *after, struct hunk_lines *ret)
{
	uint32_t *after_of = arena_array(arena, uint32_t, before->hashes.count), next = 0;

	align(&before->hashes, &after->hashes, after_of); /* too many edits: same ends */
	for (uint32_t i = 0; i <= before->hashes.count; i++) {
		bool is_end = i == before->hashes.count;
		if (!is_end && after_of[i] == ALIGN_ALONE) {
			VEC_PUSH(arena, &ret->items,
				 (struct hunk_line){ HUNK_REMOVED, before->lines[i], 0 });
			continue;
		}
		for (uint32_t end = is_end ? after->hashes.count : after_of[i]; next < end; next++)
			VEC_PUSH(arena, &ret->items,
				 (struct hunk_line){ HUNK_ADDED, after->lines[next], 0 });
		if (is_end)
			return;
		VEC_PUSH(arena, &ret->items, (struct hunk_line){ HUNK_SAME, before->lines[i], 0 });
		next++;
	}
}

/* How many of a run of same lines are shown at its two ends. */
static void add_run(struct arena *arena, const struct hunk_line *run, uint32_t count, uint32_t head,
		    uint32_t tail, struct hunk_lines *ret)
{
	if (head + tail + 1 >= count)
		head = count, tail = 0;
	for (uint32_t i = 0; i < head; i++)
		VEC_PUSH(arena, &ret->items, run[i]);
	if (count > head + tail)
		VEC_PUSH(arena, &ret->items,
			 (struct hunk_line){ .kind = HUNK_FOLDED,
					     .folded_count = count - head - tail });
	for (uint32_t i = count - tail; i < count; i++)
		VEC_PUSH(arena, &ret->items, run[i]);
}

void diff_hunks(struct arena *arena, struct str before, struct str after, uint32_t context,
		struct hunk_lines *ret)
{
	SCRATCH(scratch);
	struct align_lines a = align_lines(scratch, before), b = align_lines(scratch, after);
	struct hunk_lines all = {};

	all_lines(scratch, &a, &b, &all);
	for (uint32_t i = 0, end; i < all.items.count; i = end) {
		const struct hunk_line *run = &all.items.items[i];
		end = i + 1;
		if (run->kind != HUNK_SAME) {
			VEC_PUSH(arena, &ret->items, *run);
			continue;
		}
		while (end < all.items.count && all.items.items[end].kind == HUNK_SAME)
			end++;
		add_run(arena, run, end - i, i ? context : 0, end < all.items.count ? context : 0,
			ret);
	}
}
