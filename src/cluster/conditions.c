/* conditions - looking into lists of conditions as controllers write them */
#include "cluster/conditions.h"

struct str conditions_text(const struct node *condition, struct str field)
{
	return node_text(node_get(condition, field));
}

uint32_t conditions_index(const struct node *list, struct str type)
{
	uint32_t index = 0;

	while (index < node_count(list) &&
	       !str_equal(conditions_text(node_item(list, index), STR("type")), type))
		index++;
	return index;
}
