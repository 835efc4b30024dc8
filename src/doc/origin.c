/* origin - the chain of instructions that made or moved a value */
#include "doc/origin.h"

#include "doc/set_internal.h"

static bool same_step(struct origin_step a, struct origin_step b)
{
	return a.kind == b.kind && a.instruction == b.instruction && a.before == b.before &&
	       a.before_step == b.before_step;
}

uint32_t origin_step(struct docset *set, enum origin_kind kind, uint32_t instruction,
		     const struct node *before)
{
	struct origin_step step = { .kind = kind,
				    .instruction = instruction,
				    .before = before ? before->position : 0,
				    .before_step = before ? before->step : 0 };
	uint32_t count = set->steps.count;

	if (count && same_step(set->steps.items[count - 1], step))
		return count;
	VEC_PUSH(set->arena, &set->steps, step);
	return set->steps.count;
}

struct origin_step origin_get(const struct docset *set, uint32_t step)
{
	assert(step > 0 && step <= set->steps.count);
	return set->steps.items[step - 1];
}

struct str origin_word(enum origin_kind kind)
{
	static const struct str words[] = {
#define X(name, word) [name] = STR_INIT(word),
		ORIGIN_KINDS(X)
#undef X
	};
	return words[kind];
}

uint32_t origin_chain(struct docset *set, const struct node *n, struct origin_place *places,
		      uint32_t limit)
{
	uint32_t count = 0, written = n->position;

	for (uint32_t step = n->step; step && count < limit;) {
		struct origin_step s = origin_get(set, step);
		places[count++] = (struct origin_place){ s.kind, docset_place(set, s.instruction) };
		if (!written)
			written = s.before;
		assert(s.before_step < step);
		step = s.before_step;
	}
	if (written && count < limit)
		places[count++] = (struct origin_place){ ORIGIN_NONE, docset_place(set, written) };
	return count;
}
