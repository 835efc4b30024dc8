/* defaults - the values the API server fills in */
#include "kube/schema/defaults.h"

#include <string.h>

#include "base/arena.h"
#include "doc/make.h"
#include "doc/map_edit.h"
#include "kube/schema/default_rules.h"

/* A pod spec, wherever it stands. */
static const struct node *default_pod_spec(struct arena *arena, const struct node *object,
					   struct trusted_path path)
{
	const struct node *spec = node_find(object, path);

	if (!node_is_map(spec))
		return object;
	const struct node *filled = default_apply(arena, spec, default_pod_rules);
	filled = default_pod_hand_written(arena, filled);
	return filled == spec ? object : node_put(arena, object, path, filled);
}

/* Defaults that a CRD's schema states, at any depth. */
static const struct node *default_by_schema(struct arena *arena, struct schema s,
					    const struct node *n);

static const struct node *default_properties(struct arena *arena, struct schema s,
					     const struct node *map)
{
	struct map_edit edit = map_edit_begin(arena, map);
	struct schema child;

	for (uint32_t i = 0; i < schema_property_count(s); i++) {
		struct str name = schema_property(s, i, &child);
		const struct node *old = map_edit_get(&edit, name), *value = old;
		if (!value || (node_is_null(value) && !schema_is_nullable(child)))
			value = schema_default(child);
		if (!value)
			continue;
		const struct node *filled = default_by_schema(arena, child, value);
		if (filled != old)
			map_edit_set(&edit, name, filled);
	}
	return map_edit_end(&edit);
}

static const struct node *default_members(struct arena *arena, struct schema s,
					  const struct node *map)
{
	struct schema additional = schema_additional(s);
	const struct node *result = map;

	for (uint32_t i = 0; schema_exists(additional) && i < node_entry_count(map); i++) {
		const struct node *value = node_entry(map, i)->value;
		const struct node *filled = default_by_schema(arena, additional, value);
		if (filled != value)
			result = node_map_put(arena, map, result, i, filled);
	}
	return result;
}

static const struct node *default_items(struct arena *arena, struct schema s,
					const struct node *list)
{
	const struct node *result = list;

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *filled =
			default_by_schema(arena, schema_items(s), node_item(list, i));
		if (filled != node_item(list, i))
			result = node_list_put(arena, list, result, i, filled);
	}
	return result;
}

static const struct node *default_by_schema(struct arena *arena, struct schema s,
					    const struct node *n)
{
	if (!schema_exists(s))
		return n;
	if (node_is_map(n))
		return default_members(arena, s, default_properties(arena, s, n));
	if (node_is_list(n))
		return default_items(arena, s, n);
	return n;
}

static const struct default_kind *of_kind(const struct kind *kind)
{
	const struct default_kind *d = default_kinds;

	while (d->kind && d->kind != kind->id)
		d++;
	return d->kind ? d : NULL;
}

static const struct node *default_but_pod_spec(const struct default_kind *d, struct arena *arena,
					       const struct node *object)
{
	object = default_apply(arena, object, d->rules);
	return d->hand_written ? d->hand_written(arena, object) : object;
}

const struct node *defaults_of_kind(const struct kind *kind, struct arena *arena,
				    const struct node *object)
{
	const struct default_kind *d = of_kind(kind);

	if (!d)
		return object;
	object = default_but_pod_spec(d, arena, object);
	return d->pod_spec.path ? default_pod_spec(arena, object, d->pod_spec) : object;
}

const struct node *defaults_of_typed(const struct kind *kind, struct arena *arena,
				     const struct node *object)
{
	const struct default_kind *d = of_kind(kind);
	return d ? default_but_pod_spec(d, arena, object) : object;
}

const struct node *defaults_apply(const struct schemas *schemas, struct arena *arena,
				  const struct node *object)
{
	const struct kind_version *version;
	const struct kind *kind = schemas_kind(schemas, object_gvk(object), &version);

	if (!kind)
		return object;
	if (kind->flags & KIND_FLAG_CUSTOM)
		return default_by_schema(arena, schema_root(schemas, kind, version), object);
	return defaults_of_kind(kind, arena, object);
}
