/* handles - ids of entries that may be removed already, such as timers and requests */
#include "world/handles.h"

#include "base/arena.h"

struct handle_slot {
	void *what;	     /* NULL: free */
	uint32_t generation; /* counts the uses */
	uint32_t next_free;  /* index + 1 */
};

void handles_release(struct handles *h)
{
	heap_free(h->slots);
	*h = (struct handles){};
}

static uint32_t slot_take(struct handles *h)
{
	if (h->first_free) {
		uint32_t slot = h->first_free - 1;
		h->first_free = h->slots[slot].next_free;
		return slot;
	}
	if (h->slot_count == h->capacity) {
		if (h->capacity >= HANDLES_MAX)
			BUG("more than %d handles", HANDLES_MAX);
		h->capacity = h->capacity ? h->capacity * 2 : 64;
		h->slots = heap_grow(h->slots, h->capacity * sizeof(*h->slots));
	}
	h->slots[h->slot_count] = (struct handle_slot){};
	return h->slot_count++;
}

uint64_t handles_add(struct handles *h, void *what)
{
	assert(what);
	uint32_t slot = slot_take(h);

	h->slots[slot].what = what;
	h->slots[slot].generation++;
	return (uint64_t)h->slots[slot].generation << 32 | slot;
}

static struct handle_slot *slot_find(const struct handles *h, uint64_t id)
{
	uint32_t slot = (uint32_t)id;

	if (slot >= h->slot_count || h->slots[slot].generation != (uint32_t)(id >> 32))
		return NULL;
	return h->slots[slot].what ? &h->slots[slot] : NULL;
}

void *handles_get(const struct handles *h, uint64_t id)
{
	const struct handle_slot *slot = slot_find(h, id);

	return slot ? slot->what : NULL;
}

void handles_remove(struct handles *h, uint64_t id)
{
	struct handle_slot *slot = slot_find(h, id);

	if (!slot)
		return;
	slot->what = NULL;
	slot->next_free = h->first_free;
	h->first_free = (uint32_t)id + 1;
}
