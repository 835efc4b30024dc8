/* record - what a type says: its members, items and flags */
#include "kube/schema/schemas_inside.h"

struct schema schema_root(const struct schemas *schemas, const struct kind *kind,
			  const struct kind_version *version)
{
	if (!version && kind && kind->version_count)
		version = &kind->versions[0];
	return (struct schema){ schemas, version ? version->schema : 0 };
}

enum schema_type schema_type(struct schema s)
{
	return schema_record_of(s)->type;
}

static int64_t property_index(struct schema s, struct str name)
{
	const struct schema_record *r = schema_record_of(s);
	uint32_t low = 0, high = r->property_count;

	while (low < high) {
		uint32_t middle = (low + high) / 2;
		const struct schema_property *p =
			&schema_table_of(s)->properties[r->properties + middle];
		int order = str_compare(schema_table_text(schema_table_of(s), p->name), name);
		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return -1;
}

struct schema schema_field(struct schema s, struct str name)
{
	int64_t index = property_index(s, name);

	if (index < 0)
		return schema_at(s, schema_record_of(s)->additional);
	return schema_at(
		s, schema_table_of(s)->properties[schema_record_of(s)->properties + index].schema);
}

bool schema_has_properties(struct schema s)
{
	return schema_has_flag(s, SCHEMA_HAS_PROPERTIES);
}

struct schema schema_additional(struct schema s)
{
	return schema_at(s, schema_record_of(s)->additional);
}

struct schema schema_items(struct schema s)
{
	return schema_at(s, schema_record_of(s)->items);
}

bool schema_preserves_unknown(struct schema s)
{
	return !schema_exists(s) || schema_has_flag(s, SCHEMA_PRESERVE_UNKNOWN);
}

bool schema_is_nullable(struct schema s)
{
	return schema_has_flag(s, SCHEMA_NULLABLE);
}

bool schema_is_embedded_resource(struct schema s)
{
	return schema_has_flag(s, SCHEMA_EMBEDDED_RESOURCE);
}

bool schema_is_metadata(struct schema s)
{
	return schema_has_flag(s, SCHEMA_METADATA);
}

bool schema_is_go_value(struct schema s)
{
	return schema_has_flag(s, SCHEMA_VALUE);
}

uint32_t schema_property_count(struct schema s)
{
	return schema_record_of(s)->property_count;
}

struct str schema_property(struct schema s, uint32_t index, struct schema *ret)
{
	const struct schema_record *r = schema_record_of(s);

	assert(index < r->property_count);
	const struct schema_property *p = &schema_table_of(s)->properties[r->properties + index];
	if (ret)
		*ret = schema_at(s, p->schema);
	return schema_table_text(schema_table_of(s), p->name);
}

enum schema_list_type schema_list_type(struct schema s)
{
	return schema_record_of(s)->list_type;
}

bool schema_is_atomic_map(struct schema s)
{
	return schema_has_flag(s, SCHEMA_ATOMIC_MAP);
}

bool schema_merge_replaces(struct schema s)
{
	return schema_has_flag(s, SCHEMA_REPLACE);
}

bool schema_excludes_minimum(struct schema s)
{
	return schema_has_flag(s, SCHEMA_EXCLUSIVE_MINIMUM);
}

bool schema_excludes_maximum(struct schema s)
{
	return schema_has_flag(s, SCHEMA_EXCLUSIVE_MAXIMUM);
}
