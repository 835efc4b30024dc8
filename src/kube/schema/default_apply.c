/* default_apply - a table of defaults over one object */
#include <string.h>

#include "base/arena.h"
#include "doc/make.h"
#include "kube/schema/default_rules.h"

/* How a rule's path is followed: a step "x[]" means every item of the list x; a missing parent
 * ends it. */

static struct str next_step(const char **path, bool *ret_each)
{
	struct str step = { *path, 0 };

	while (step.ptr[step.len] && step.ptr[step.len] != '.' && step.ptr[step.len] != '[')
		step.len++;
	const char *end = step.ptr + step.len;
	*ret_each = *end == '[';
	end += *ret_each ? strlen("[]") : 0;
	*path = *end ? end + 1 : NULL;
	return step;
}

/* The node with the default set below it, or the node itself. */
static const struct node *fill(struct arena *arena, const struct node *n, const char *path,
			       const char *literal);

static const struct node *fill_items(struct arena *arena, const struct node *list, const char *path,
				     const char *literal)
{
	const struct node *result = list;

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *item = fill(arena, node_item(list, i), path, literal);
		if (item != node_item(list, i))
			result = node_list_put(arena, list, result, i, item);
	}
	return result;
}

static const struct node *fill(struct arena *arena, const struct node *n, const char *path,
			       const char *literal)
{
	bool each;
	struct str step = next_step(&path, &each);
	const struct node *child = node_get(n, step);
	const struct node *changed;

	if (!node_is_map(n))
		return n;
	if (!path) {
		if (!node_is_null(child))
			return n;
		return node_with(arena, n, step, node_make(arena, literal));
	}
	if (!child)
		return n;
	changed =
		each ? fill_items(arena, child, path, literal) : fill(arena, child, path, literal);
	return changed == child ? n : node_with(arena, n, step, changed);
}

const struct node *default_apply(struct arena *arena, const struct node *n,
				 const struct default_rule *rules)
{
	for (const struct default_rule *rule = rules; rule->path; rule++)
		n = rule->when && !rule->when(n) ? n : fill(arena, n, rule->path, rule->literal);
	return n;
}
