/* condition - entries of status.conditions: finding them, setting them */
#include "base/arena.h"
#include "doc/make.h"
#include "kube/health.h"

uint32_t condition_index(const struct node *conditions, struct str type)
{
	uint32_t index = 0;

	while (index < node_item_count(conditions) &&
	       !str_equal(condition_text(node_item(conditions, index), STR("type")), type))
		index++;
	return index;
}

const struct node *condition_in(const struct node *conditions, struct str type)
{
	return node_item(conditions, condition_index(conditions, type));
}

struct str condition_text(const struct node *condition, struct str field)
{
	return node_text(node_get(condition, field));
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
	uint32_t index = condition_index(conditions, condition->type);
	const struct node *old = node_item(conditions, index);
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
	return old ? node_list_with(arena, conditions, index, made)
		   : node_list_append(arena, conditions, made);
}
