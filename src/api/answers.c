/* answers - the answers to the requests of a key, found by name and number */
#include "api/answers.h"

#include "base/arena.h"
#include "base/hash.h"
#include "base/vec.h"

enum { SLOTS_FIRST = 16 };

/* The slot of that name and number, or the free one where it would be. */
static uint32_t *slot_of(const struct answers *answers, struct str name, uint32_t number)
{
	uint64_t hash = hash64_word(hash64(HASH64_START, name), number);

	for (uint32_t at = (uint32_t)hash;; at++) {
		uint32_t *slot = &answers->slots[at & (answers->slot_count - 1)];
		const struct answer *a = *slot ? &answers->items[*slot - 1] : NULL;
		if (!a || (a->number == number && str_equal(a->name, name)))
			return slot;
	}
}

/* At most half of the slots are taken. */
static void grow(struct arena *arena, struct answers *answers)
{
	answers->slot_count = answers->slot_count ? answers->slot_count * 2 : SLOTS_FIRST;
	answers->slots = arena_array(arena, uint32_t, answers->slot_count);
	for (uint32_t i = 0; i < answers->count; i++)
		*slot_of(answers, answers->items[i].name, answers->items[i].number) = i + 1;
}

void answers_add(struct arena *arena, struct answers *answers, const struct answer *answer)
{
	if (answers->slot_count <= 2 * answers->count)
		grow(arena, answers);
	VEC_PUSH(arena, answers, *answer);
	*slot_of(answers, answer->name, answer->number) = answers->count;
}

const struct answer *answers_find(const struct answers *answers, struct str name, uint32_t number)
{
	if (!answers->count)
		return NULL;
	uint32_t slot = *slot_of(answers, name, number);
	return slot ? &answers->items[slot - 1] : NULL;
}
