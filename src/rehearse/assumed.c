/* assumed - what a rehearsal takes as healthy, or as given, without running it */
#include "rehearse/assumed.h"

#include "base/arena.h"

void assumed_add(struct assumed *a, struct str what)
{
	for (uint32_t i = 0; i < a->items.count; i++)
		if (str_equal(a->items.items[i], what))
			return;
	VEC_PUSH(a->arena, &a->items, str_copy(a->arena, what));
}
