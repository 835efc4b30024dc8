/*
 * handles - ids of entries that may be removed already, such as timers and requests
 *
 * Layer: world. An id contains a generation and is not reused for a long time, so a late cancel
 * finds nothing instead of another entry. All operations are O(1). The memory is on the heap and
 * follows the largest number of living handles.
 */
#ifndef FORGE_WORLD_HANDLES_H
#define FORGE_WORLD_HANDLES_H

#include <stdint.h>

enum { HANDLES_MAX = 1 << 24 };

struct handles {
	/* private */
	struct handle_slot *slots;
	uint32_t slot_count;
	uint32_t capacity;
	uint32_t first_free; /* index + 1 */
};

void handles_release(struct handles *h); /* zeroed memory is a valid, empty one */

/* Returns a number, never 0. what is not NULL. */
uint64_t handles_add(struct handles *h, void *what);

/* NULL when it is gone, or never was. */
void *handles_get(const struct handles *h, uint64_t id);

void handles_remove(struct handles *h, uint64_t id);

#endif
