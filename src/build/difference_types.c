/* difference_types - what schemas say of a change: keys of lists, and fields that never change */
#include "base/arena.h"
#include "build/difference_inside.h"
#include "kube/object.h"
#include "kube/schema/defaults.h"
#include "kube/validate/validate.h"

struct difference_types difference_types_new(struct arena *arena,
					     const struct placed_objects *objects)
{
	return (struct difference_types){ .schemas = schemas_new(arena), .objects = objects };
}

static void read_definitions(struct difference_types *types)
{
	struct error ignored; /* a definition that is no good is a finding of a check */

	types->has_definitions = true;
	for (uint32_t i = 0; i < types->objects->items.count; i++) {
		const struct node *object = types->objects->items.items[i].object;
		if (str_equal(object_kind(object), STR("CustomResourceDefinition")) &&
		    schemas_add_crd(types->schemas, object, &ignored) < 0)
			continue;
	}
}

void difference_types_begin(struct difference_types *types, const struct node *object)
{
	const struct kind_version *version;
	const struct kind *kind = schemas_kind(types->schemas, object_gvk(object), &version);

	if (!kind && !types->has_definitions) {
		read_definitions(types);
		kind = schemas_kind(types->schemas, object_gvk(object), &version);
	}
	types->root = kind ? schema_root(types->schemas, kind, version) : (struct schema){};
}

/* --- keys of lists --------------------------------------------------------------------------- */

/* Recursion is bounded by the depth of the documents. */
static struct schema schema_at(const struct difference_types *types, const struct diff_step *at)
{
	if (!at)
		return types->root;
	struct schema above = schema_at(types, at->above);
	if (!schema_exists(above))
		return above;
	return at->key ? schema_field(above, node_text(at->key)) : schema_items(above);
}

struct str difference_list_key(const struct diff_step *at, const struct node *list, void *context)
{
	static const struct str usual[] = { STR_INIT("name"), STR_INIT("mountPath"),
					    STR_INIT("containerPort"), STR_INIT("port") };

	if (!node_is_map(node_item(list, 0)))
		return STR_NONE;
	for (size_t i = 0; i < ARRAY_COUNT(usual); i++)
		if (diff_is_key(list, usual[i]))
			return usual[i];
	struct schema schema = schema_at(context, at);
	if (!schema_exists(schema))
		return STR_NONE;
	for (uint32_t i = 0; i < schema_list_key_count(schema); i++)
		if (diff_is_key(list, schema_list_key(schema, i)))
			return schema_list_key(schema, i);
	struct str merge_key = schema_merge_key(schema);
	return merge_key.len && diff_is_key(list, merge_key) ? merge_key : STR_NONE;
}

/* --- fields that never change ---------------------------------------------------------------- */

static bool has_error(const struct field_errors *errors, const struct field_error *error)
{
	for (uint32_t i = 0; i < errors->count; i++) {
		const struct field_error *e = &errors->items[i];
		if (str_equal(e->path, error->path) && str_equal(e->detail, error->detail))
			return true;
	}
	return false;
}

static void add_immutable(struct arena *arena, struct object_difference *d, struct str path)
{
	for (uint32_t i = 0; i < d->immutable_count; i++)
		if (str_equal(d->immutable[i], path))
			return;
	d->immutable[d->immutable_count++] = str_copy(arena, path);
}

/* As the API server has the object after a write: in the version that it prefers, with defaults. */
static const struct node *stored(const struct schemas *schemas, struct arena *arena,
				 const struct node *object)
{
	return defaults_apply(schemas, arena, schemas_convert(schemas, arena, object));
}

/* What it refuses in an update, and would take were the object a new one. */
void difference_find_immutable(struct arena *arena, const struct schemas *schemas,
			       struct object_difference *difference)
{
	SCRATCH(scratch);
	const struct node *after = difference->after->object;
	const struct kind *kind = schemas_kind(schemas, object_gvk(after), NULL);
	struct field_errors in_new, in_update;

	if (!kind || kind->flags & KIND_FLAG_CUSTOM)
		return;
	const struct node *now = stored(schemas, scratch, after);
	const struct node *old = stored(schemas, scratch, difference->before->object);
	field_errors_init(&in_new, scratch);
	field_errors_init(&in_update, scratch);
	validate_object(schemas, now, old, &in_update);
	if (!in_update.count)
		return;
	validate_object(schemas, now, NULL, &in_new);
	difference->immutable = arena_array(arena, struct str, in_update.count);
	for (uint32_t i = 0; i < in_update.count; i++)
		if (!has_error(&in_new, &in_update.items[i]))
			add_immutable(arena, difference, in_update.items[i].path);
}
