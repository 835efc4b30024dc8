/* sort - a stable merge sort with a context */
#include "base/sort.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"

struct run {
	char *from;
	char *to;
	size_t size_bytes;
	sort_compare_fn compare;
	void *context;
};

/* Merges from[left, middle) and from[middle, right) into to. */
static void merge(const struct run *run, size_t left, size_t middle, size_t right)
{
	size_t a = left, b = middle, size_bytes = run->size_bytes;

	for (size_t out = left; out < right; out++) {
		const char *first = run->from + a * size_bytes,
			   *second = run->from + b * size_bytes;
		bool take_first = a < middle &&
				  (b >= right || run->compare(first, second, run->context) <= 0);
		memcpy(run->to + out * size_bytes, take_first ? first : second, size_bytes);
		a += take_first;
		b += !take_first;
	}
}

void sort_stable(void *items, size_t count, size_t item_size_bytes, sort_compare_fn compare,
		 void *context)
{
	if (count < 2)
		return;
	char *scratch = heap_alloc(count * item_size_bytes);
	struct run run = { items, scratch, item_size_bytes, compare, context };
	for (size_t width = 1; width < count; width *= 2) {
		for (size_t left = 0; left < count; left += 2 * width)
			merge(&run, left, MIN(left + width, count), MIN(left + 2 * width, count));
		char *swap = run.from;
		run.from = run.to;
		run.to = swap;
	}
	if (run.from != items)
		memcpy(items, run.from, count * item_size_bytes);
	heap_free(scratch);
}
