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

/* The part of a path before its last step. */
static struct str parent_of(struct str path)
{
	ptrdiff_t dot = str_find_last_char(path, '.'), bracket = str_find_last_char(path, '[');
	ptrdiff_t cut = MAX(dot, bracket);

	return cut < 0 ? STR("") : str_sub(path, 0, (size_t)cut);
}

const struct node *render_find(const struct node *object, const char *path)
{
	SCRATCH(scratch);
	struct str rest = str_from_cstr(path);

	for (; rest.len; rest = parent_of(rest)) {
		const struct node *n = node_at(object, str_cstr(scratch, rest));
		if (n)
			return n;
	}
	return object;
}

int render_write(const struct render *render, struct buf *out, struct error *err)
{
	for (uint32_t i = 0; i < render->count; i++) {
		if (i)
			buf_add(out, STR("---\n"));
		if (yaml_write(out, render->objects[i], err) < 0)
			return -1;
	}
	return 0;
}
