/* render - objects with origins, as a build makes them from a path */
#include "build/render.h"

#include "base/arena.h"
#include "doc/yaml.h"

const struct node *render_find_object(const struct render *render, struct str group,
				      struct str kind, struct key key)
{
	for (uint32_t i = 0; i < render->count; i++) {
		const struct node *o = render->objects[i];
		struct gvk gvk = object_gvk(o);
		if (str_equal(gvk.kind, kind) && str_equal(gvk.group, group) &&
		    key_equal(object_key(o), key))
			return o;
	}
	return NULL;
}

int render_write(const struct render *render, struct buf *out, struct error *err)
{
	for (uint32_t i = 0; i < render->count; i++) {
		if (i)
			buf_add(out, STR("---\n"));
		if (yaml_write(out, render->objects[i], YAML_SECRETS, err) < 0)
			return -1;
	}
	return 0;
}
