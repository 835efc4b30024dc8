/* secret - what in an object is secret */
#include "kube/secret.h"

#include "base/base.h"
#include "doc/make.h"
#include "kube/object.h"

const struct node *secret_marked(struct arena *arena, const struct node *object)
{
	static const struct trusted_path paths[] = {
		TRUSTED_PATH_INIT("data"),
		TRUSTED_PATH_INIT("stringData"),
		TRUSTED_PATH_INIT(
			"metadata.annotations[kubectl.kubernetes.io/last-applied-configuration]"),
	};

	if (!str_equal(object_kind(object), STR("Secret")) || object_gvk(object).group.len)
		return object;
	for (size_t i = 0; i < ARRAY_COUNT(paths); i++) {
		const struct node *value = node_find(object, paths[i]);
		const struct node *marked = value ? node_marked_secret(arena, value) : NULL;
		if (marked != value)
			object = node_put(arena, object, paths[i], marked);
	}
	return object;
}
