/* volume_class - the class that claims get when they name none */
#include "cluster/volume_class.h"

static bool is_default(const struct object *class)
{
	static const struct str names[] = {
		STR_INIT("storageclass.kubernetes.io/is-default-class"),
		STR_INIT("storageclass.beta.kubernetes.io/is-default-class"),
	};

	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		if (str_equal(object_annotation(class->root, names[i]), STR("true")))
			return true;
	return false;
}

const struct object *volume_default_class(const struct objects *classes)
{
	const struct object *best = NULL;

	for (uint32_t i = 0; i < classes->count; i++) {
		const struct object *class = classes->items[i];
		if (is_default(class) && (!best || class->facts.created_s > best->facts.created_s))
			best = class;
	}
	return best;
}
