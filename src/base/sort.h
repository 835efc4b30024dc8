/*
 * sort - a stable merge sort with a context
 *
 * Layer: base. compare(a, b, context) returns < 0, 0 or > 0. Equal items keep their order, so every
 * sort is total.
 */
#ifndef FORGE_BASE_SORT_H
#define FORGE_BASE_SORT_H

#include <stddef.h>

typedef int (*sort_compare_fn)(const void *a, const void *b, void *context);

/* O(n log n) comparisons; scratch of the same size is taken from the heap and given back. */
void sort_stable(void *items, size_t count, size_t item_size_bytes, sort_compare_fn compare,
		 void *context);

#endif
