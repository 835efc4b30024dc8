/* render - objects with origins, as a build makes them from a path */
#include "build/render.h"

#include "base/arena.h"
#include "build/resource.h"
#include "doc/yaml.h"

static struct str id_of(struct arena *arena, const struct node *object)
{
	struct gvk gvk = object_gvk(object);
	struct key key = object_key(object);

	return STR_CAT(arena, gvk.group, STR("/"), gvk.kind, STR("/"), key.namespace, STR("/"),
		       key.name);
}

void render_index_init(struct render_index *index, struct arena *arena)
{
	map_init(&index->ids, arena);
}

void render_index_add(struct render_index *index, const struct render *render)
{
	for (uint32_t i = 0; i < render->count; i++)
		map_put(&index->ids, id_of(index->ids.arena, render->objects[i]),
			(void *)(uintptr_t)render->objects[i]);
}

const struct node *render_index_find(const struct render_index *index, const struct node *object)
{
	SCRATCH(scratch);

	return map_get(&index->ids, id_of(scratch, object));
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

struct str render_namespace(const struct node *object)
{
	struct str namespace = object_namespace(object);

	if (resource_is_cluster_kind(NULL, object_gvk(object)))
		return STR_NONE;
	return namespace.len ? namespace : STR("default");
}
