/* condition - entries of status.conditions: finding them, setting them */
#include "base/arena.h"
#include "doc/make.h"
#include "kube/health.h"

static ptrdiff_t index_of(const struct node *conditions, struct str type)
{
	for (uint32_t i = 0; i < node_count(conditions); i++)
		if (str_equal(node_text(node_get(node_item(conditions, i), STR("type"))), type))
			return i;
	return -1;
}

const struct node *condition_in(const struct node *conditions, struct str type)
{
	ptrdiff_t index = index_of(conditions, type);

	return index < 0 ? NULL : node_item(conditions, (uint32_t)index);
}

const struct node *condition_get(const struct node *object, const char *type)
{
	return condition_in(node_at(object, "status.conditions"), str_from_cstr(type));
}

bool condition_is_true(const struct node *object, const char *type)
{
	return str_equal(node_str_at(condition_get(object, type), "status"), STR("True"));
}

const struct node *condition_set(struct arena *arena, const struct node *conditions,
				 const struct condition *condition, struct str now)
{
	ptrdiff_t index = index_of(conditions, condition->type);
	const struct node *old = index < 0 ? NULL : node_item(conditions, (uint32_t)index);
	struct str since = node_str_at(old, "lastTransitionTime");

	if (!str_equal(node_str_at(old, "status"), condition->status) || !since.ptr)
		since = now;
	const struct node *generation = condition->observed_generation < 0
						? NULL
						: node_int(arena, condition->observed_generation);
	const struct node *made = node_make(
		arena,
		"{lastTransitionTime: %s, message: %s, observedGeneration: %?n, reason: %s, "
		"status: %s, type: %s}",
		since, condition->message, generation, condition->reason, condition->status,
		condition->type);
	if (index < 0)
		return node_list_append(arena, conditions, made);
	return node_list_with(arena, conditions, (uint32_t)index, made);
}
