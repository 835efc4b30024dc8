/* origin - the chain of instructions that made or moved a value */
#include "doc/origin.h"

#include "doc/set_internal.h"

static bool same_step(struct origin_step a, struct origin_step b)
{
	return a.kind == b.kind && a.instruction == b.instruction && a.via == b.via &&
	       a.before == b.before && a.source == b.source;
}

uint32_t origin_add(struct docset *set, struct origin_step step)
{
	uint32_t count = set->steps.count;

	assert(step.via <= count);
	if (count && same_step(set->steps.items[count - 1], step))
		return count;
	VEC_PUSH(set->arena, &set->steps, step);
	return set->steps.count;
}

uint32_t origin_add_before(struct docset *set, uint32_t step, const struct node *before)
{
	struct origin_step made = origin_get(set, step);

	made.before = before;
	return origin_add(set, made);
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

const struct node *origin_before(const struct docset *set, const struct node *n)
{
	return n->step ? origin_get(set, n->step).before : NULL;
}

uint32_t origin_chain(struct docset *set, const struct node *n, struct origin_place *places,
		      uint32_t limit)
{
	uint32_t count = 0, written = n->position;

	for (; n && n->step && count < limit; n = origin_before(set, n)) {
		struct origin_step s = origin_get(set, n->step);
		places[count++] = (struct origin_place){ s.kind, docset_spot(set, s.instruction) };
		if (!written && s.before)
			written = s.before->position;
	}
	if (written && count < limit)
		places[count++] = (struct origin_place){ ORIGIN_NONE, docset_spot(set, written) };
	return count;
}
