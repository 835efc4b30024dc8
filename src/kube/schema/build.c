/* build - compiles schema documents (OpenAPI v3, CRDs) into records */
#include "kube/schema/build.h"

#include "base/sort.h"
#include "doc/json.h"
#include "kube/schema/schemas.h"

/* How a value stands in the tables: SCHEMA_KEYWORDS' third column. */
enum value_form { TEXT, JSON, SCHEMA };

static const struct {
	struct str word;
	enum value_form form;
} keywords[KEYWORD_COUNT] = {
#define X(name, word, form) [name] = { STR_INIT(word), form },
	SCHEMA_KEYWORDS(X)
#undef X
};

static const struct {
	struct str word;
	uint16_t flag;
} flags[] = {
	{ STR_INIT("nullable"), SCHEMA_NULLABLE },
	{ STR_INIT("x-kubernetes-preserve-unknown-fields"), SCHEMA_PRESERVE_UNKNOWN },
	{ STR_INIT("x-kubernetes-embedded-resource"), SCHEMA_EMBEDDED_RESOURCE },
	{ STR_INIT("exclusiveMinimum"), SCHEMA_EXCLUSIVE_MINIMUM },
	{ STR_INIT("exclusiveMaximum"), SCHEMA_EXCLUSIVE_MAXIMUM },
};

/* What one type needs while it is compiled. */
struct draft {
	struct schema_record record;
	VEC(struct schema_property) properties;
	VEC(struct schema_keyword) keywords;
	struct str definition; /* the type's own name; absent for anonymous ones */
	int depth;
};

static int build(struct schema_builder *b, const struct node *schema, struct str definition,
		 int depth, uint32_t *ret, struct error *err);

void schema_builder_init(struct schema_builder *builder, struct arena *arena, uint32_t overlay)
{
	*builder = (struct schema_builder){ .arena = arena, .overlay = overlay };
	map_init(&builder->offsets, arena);
	map_init(&builder->known, arena);
	map_init(&builder->done, arena);
	map_init(&builder->open, arena);
	VEC_PUSH(arena, &builder->records, (struct schema_record){}); /* 0: no schema */
	VEC_PUSH(arena, &builder->properties, (struct schema_property){});
	VEC_PUSH(arena, &builder->keywords, (struct schema_keyword){});
	schema_builder_text(builder, STR(""));
}

struct schema_table schema_builder_table(const struct schema_builder *builder)
{
	return (struct schema_table){ builder->records.items, builder->properties.items,
				      builder->keywords.items, builder->text.items };
}

/* A number as a map value: map values are pointers and NULL means absent, so it is kept + 1. */
static void *boxed(uint32_t number)
{
	return (void *)((uintptr_t)number + 1);
}

static uint32_t unboxed(const void *value)
{
	return (uint32_t)((uintptr_t)value - 1);
}

uint32_t schema_builder_text(struct schema_builder *b, struct str text)
{
	void *known = map_get(&b->offsets, text);

	if (known)
		return unboxed(known);
	assert(text.len <= SCHEMA_TEXT_MAX);
	uint32_t offset = b->text.count;
	VEC_PUSH(b->arena, &b->text, (char)(text.len & 0xff));
	VEC_PUSH(b->arena, &b->text, (char)(text.len >> 8));
	for (size_t i = 0; i < text.len; i++)
		VEC_PUSH(b->arena, &b->text, text.ptr[i]);
	map_put(&b->offsets, str_copy(b->arena, text), boxed(offset));
	return offset;
}

/* Where an equal run of bytes (properties, keywords, a record) already stands, or -1. The tag
 * keeps the kinds apart. */
static int64_t known_place(struct schema_builder *b, char tag, const void *bytes, size_t size,
			   struct str *ret_key)
{
	struct str raw = { bytes, size };

	*ret_key = str_concat(b->arena, (struct str){ &tag, 1 }, raw);
	void *known = map_get(&b->known, *ret_key);
	return known ? (int64_t)unboxed(known) : -1;
}

static uint32_t place_properties(struct schema_builder *b, const struct draft *d)
{
	struct str key;
	int64_t known = known_place(b, 'p', d->properties.items,
				    d->properties.count * sizeof(struct schema_property), &key);

	if (!d->properties.count)
		return 0;
	if (known >= 0)
		return (uint32_t)known;
	uint32_t first = b->properties.count;
	for (uint32_t i = 0; i < d->properties.count; i++)
		VEC_PUSH(b->arena, &b->properties, d->properties.items[i]);
	map_put(&b->known, key, boxed(first));
	return first;
}

static uint32_t place_keywords(struct schema_builder *b, const struct draft *d)
{
	struct str key;
	int64_t known = known_place(b, 'k', d->keywords.items,
				    d->keywords.count * sizeof(struct schema_keyword), &key);

	if (!d->keywords.count)
		return 0;
	if (known >= 0)
		return (uint32_t)known;
	uint32_t first = b->keywords.count;
	for (uint32_t i = 0; i < d->keywords.count; i++)
		VEC_PUSH(b->arena, &b->keywords, d->keywords.items[i]);
	map_put(&b->known, key, boxed(first));
	return first;
}

static int add_keyword(struct schema_builder *b, struct draft *d, enum schema_keyword_kind kind,
		       const struct node *value, struct error *err)
{
	struct schema_keyword keyword = { .kind = kind };

	if (keywords[kind].form == SCHEMA) {
		if (build(b, value, STR_NONE, d->depth + 1, &keyword.value, err) < 0)
			return -1;
	} else {
		struct str text = keywords[kind].form == TEXT
					  ? node_text(value)
					  : json_text(b->arena, value, JSON_SECRETS);
		if (text.len > SCHEMA_TEXT_MAX)
			return error_set(err, ERROR_INPUT, value->position,
					 "'%.*s' is larger than %d bytes",
					 STR_FMT(keywords[kind].word), SCHEMA_TEXT_MAX);
		keyword.value = schema_builder_text(b, text);
	}
	VEC_PUSH(b->arena, &d->keywords, keyword);
	return 0;
}

/* Keywords whose value is a list give one entry each, but for an enum, which is one value. */
static int add_keywords(struct schema_builder *b, struct draft *d, const struct node *schema,
			struct error *err)
{
	for (int kind = 0; kind < KEYWORD_COUNT; kind++) {
		const struct node *value = node_get(schema, keywords[kind].word);
		if (!value || (kind == KEYWORD_DEFAULT && b->without_defaults))
			continue;
		bool each = node_is_list(value) && kind != KEYWORD_ENUM && kind != KEYWORD_DEFAULT;
		uint32_t count = each ? node_item_count(value) : 1;
		for (uint32_t i = 0; i < count; i++)
			if (add_keyword(b, d, (enum schema_keyword_kind)kind,
					each ? node_item(value, i) : value, err) < 0)
				return -1;
	}
	return 0;
}

static int compare_entries(const void *a, const void *b, void *context)
{
	(void)context;
	return str_compare(node_text(((const struct entry *)a)->key),
			   node_text(((const struct entry *)b)->key));
}

/* The enumeration that the files lack for a property of a built-in type, as a keyword list, or
 * NULL. */
static const struct node *missing_enum(const struct schema_builder *b, const struct draft *d,
				       struct str property)
{
	if (!b->enums || !d->definition.ptr)
		return NULL;
	ptrdiff_t dot = str_find_last_char(d->definition, '.');
	struct str type = str_from(d->definition, (size_t)(dot + 1));
	return map_get(b->enums,
		       str_printf(b->arena, "%.*s.%.*s", STR_FMT(type), STR_FMT(property)));
}

static int add_properties(struct schema_builder *b, struct draft *d, const struct node *map,
			  struct error *err)
{
	struct entry *entries = node_entries_copy(b->arena, map);

	sort_stable(entries, node_entry_count(map), sizeof(*entries), compare_entries, NULL);
	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		struct str name = node_text(entries[i].key);
		const struct node *schema = entries[i].value;
		const struct node *values = missing_enum(b, d, name);
		struct schema_property property = { .name = schema_builder_text(b, name) };
		if (values)
			schema = node_with(b->arena, schema, STR("enum"), values);
		if (build(b, schema, STR_NONE, d->depth + 1, &property.schema, err) < 0)
			return -1;
		VEC_PUSH(b->arena, &d->properties, property);
	}
	return 0;
}

static int add_children(struct schema_builder *b, struct draft *d, const struct node *schema,
			struct error *err)
{
	const struct node *properties = node_get(schema, STR("properties"));
	const struct node *additional = node_get(schema, STR("additionalProperties"));
	const struct node *items = node_get(schema, STR("items"));

	if (node_is_map(properties)) {
		d->record.flags |= SCHEMA_HAS_PROPERTIES;
		if (add_properties(b, d, properties, err) < 0)
			return -1;
	}
	if (node_is_map(items) &&
	    build(b, items, STR_NONE, d->depth + 1, &d->record.items, err) < 0)
		return -1;
	if (node_is_map(additional))
		return build(b, additional, STR_NONE, d->depth + 1, &d->record.additional, err);
	if (node_bool_at(schema, "additionalProperties", false))
		d->record.flags |= SCHEMA_PRESERVE_UNKNOWN;
	return 0;
}

static enum schema_type type_of(const struct node *schema, struct str definition)
{
	static const struct {
		struct str word;
		enum schema_type type;
	} types[] = {
		{ STR_INIT("object"), SCHEMA_OBJECT }, { STR_INIT("array"), SCHEMA_ARRAY },
		{ STR_INIT("string"), SCHEMA_STRING }, { STR_INIT("integer"), SCHEMA_INTEGER },
		{ STR_INIT("number"), SCHEMA_NUMBER }, { STR_INIT("boolean"), SCHEMA_BOOLEAN },
	};
	struct str word = node_str_at(schema, "type");

	if (str_ends(definition, STR(".resource.Quantity")))
		return SCHEMA_QUANTITY;
	if (node_bool_at(schema, "x-kubernetes-int-or-string", false) ||
	    str_equal(node_str_at(schema, "format"), STR("int-or-string")))
		return SCHEMA_INT_OR_STRING;
	for (size_t i = 0; i < ARRAY_COUNT(types); i++)
		if (str_equal(types[i].word, word))
			return types[i].type;
	return SCHEMA_ANY;
}

static void add_flags(struct draft *d, const struct node *schema)
{
	struct str list = node_str_at(schema, "x-kubernetes-list-type");
	struct str map = node_str_at(schema, "x-kubernetes-map-type");
	struct str strategy = node_str_at(schema, "x-kubernetes-patch-strategy");

	for (size_t i = 0; i < ARRAY_COUNT(flags); i++) {
		bool on = false;
		if (node_bool(node_get(schema, flags[i].word), &on) && on)
			d->record.flags |= flags[i].flag;
	}
	if (str_equal(list, STR("map")))
		d->record.list_type = SCHEMA_LIST_MAP;
	if (str_equal(list, STR("set")))
		d->record.list_type = SCHEMA_LIST_SET;
	if (str_equal(map, STR("atomic")))
		d->record.flags |= SCHEMA_ATOMIC_MAP;
	if (str_contains(strategy, STR("merge")))
		d->record.flags |= SCHEMA_MERGE;
	if (str_contains(strategy, STR("retainKeys")))
		d->record.flags |= SCHEMA_RETAIN_KEYS;
	if (str_equal(strategy, STR("replace")))
		d->record.flags |= SCHEMA_REPLACE;
	if (str_ends(d->definition, STR(".meta.v1.ObjectMeta")))
		d->record.flags |= SCHEMA_METADATA;
}

static bool is_free_form(const struct draft *d)
{
	return (d->record.type == SCHEMA_OBJECT || d->record.type == SCHEMA_ANY) &&
	       !(d->record.flags & SCHEMA_HAS_PROPERTIES) && !d->record.additional;
}

/* A finished record goes to `at`, or where an equal one stands. at == 0: append. */
static uint32_t place_record(struct schema_builder *b, struct draft *d, uint32_t at)
{
	struct str key;

	d->record.property_count = (uint16_t)d->properties.count;
	d->record.keyword_count = (uint16_t)d->keywords.count;
	d->record.properties = place_properties(b, d);
	d->record.keywords = place_keywords(b, d);
	int64_t known = known_place(b, 'r', &d->record, sizeof(d->record), &key);
	if (at) {
		b->records.items[at & ~SCHEMA_OVERLAY] = d->record;
		return at;
	}
	if (known >= 0)
		return (uint32_t)known;
	uint32_t index = b->records.count | b->overlay;
	VEC_PUSH(b->arena, &b->records, d->record);
	map_put(&b->known, key, boxed(index));
	return index;
}

/* The one $ref of a schema: itself, or its only allOf. */
static struct str reference_of(const struct node *schema)
{
	const struct node *all = node_get(schema, STR("allOf"));
	struct str reference = node_str_at(schema, "$ref");

	if (!reference.ptr && node_item_count(all) == 1)
		reference = node_str_at(node_item(all, 0), "$ref");
	return reference.ptr ? str_from(reference, (size_t)str_find_last_char(reference, '/') + 1)
			     : STR_NONE;
}

/* Strategy and map type stand beside a $ref on the property: then the type is copied with them. */
static uint32_t with_property_flags(struct schema_builder *b, uint32_t index,
				    const struct node *schema)
{
	struct draft d = {};

	add_flags(&d, schema);
	/* Files of built-in kinds give a struct that is no pointer the default {}. */
	const struct node *value = node_get(schema, STR("default"));
	if (b->without_defaults && node_is_map(value) && !node_entry_count(value))
		d.record.flags |= SCHEMA_VALUE;
	bool own = index && (index & SCHEMA_OVERLAY) == b->overlay;
	if (!d.record.flags || !own)
		return index;
	struct schema_record record = b->records.items[index & ~SCHEMA_OVERLAY];
	record.flags |= d.record.flags;
	struct str key;
	int64_t known = known_place(b, 'r', &record, sizeof(record), &key);
	if (known >= 0)
		return (uint32_t)known;
	uint32_t copy = b->records.count | b->overlay;
	VEC_PUSH(b->arena, &b->records, record);
	map_put(&b->known, key, boxed(copy));
	return copy;
}

static int refuse_definition(struct schema_builder *b, struct str name, uint32_t *ret,
			     struct error *err)
{
	void *given = b->elsewhere ? map_get(b->elsewhere, name) : NULL;

	if (!b->elsewhere)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "'%.*s' is not among the definitions", STR_FMT(name));
	*ret = given ? unboxed(given) : 0;
	return 0;
}

static int build_definition(struct schema_builder *b, struct str name, const struct node *schema,
			    uint32_t index, struct error *err)
{
	struct draft d = { .definition = name };

	d.record.type = (uint8_t)type_of(schema, name);
	add_flags(&d, schema);
	map_put(&b->open, name, b);
	if (add_children(b, &d, schema, err) < 0)
		return -1;
	bool scalar_union =
		d.record.type == SCHEMA_QUANTITY || d.record.type == SCHEMA_INT_OR_STRING;
	if (!scalar_union && add_keywords(b, &d, schema, err) < 0)
		return -1;
	if (is_free_form(&d))
		d.record.flags |= SCHEMA_PRESERVE_UNKNOWN;
	place_record(b, &d, index);
	map_remove(&b->open, name);
	return 0;
}

int schema_build_definition(struct schema_builder *b, struct str name, uint32_t *ret,
			    struct error *err)
{
	void *done = map_get(&b->done, name);
	const struct node *schema = node_get(b->definitions, name);

	if (done) {
		*ret = unboxed(done);
		return 0;
	}
	if (!node_is_map(schema))
		return refuse_definition(b, name, ret, err);
	if (b->definition_depth == SCHEMA_DEFINITIONS_MAX)
		return error_set(err, ERROR_INPUT, schema->position,
				 "more than %d definitions lead from one to the next",
				 SCHEMA_DEFINITIONS_MAX);
	/* Types that hold themselves (JSONSchemaProps) find their index here. */
	*ret = b->records.count | b->overlay;
	VEC_PUSH(b->arena, &b->records, (struct schema_record){});
	map_put(&b->done, str_copy(b->arena, name), boxed(*ret));
	b->definition_depth++;
	int result = build_definition(b, name, schema, *ret, err);
	b->definition_depth--;
	return result;
}

static int build(struct schema_builder *b, const struct node *schema, struct str definition,
		 int depth, uint32_t *ret, struct error *err)
{
	struct draft d = { .definition = definition, .depth = depth };
	struct str reference = reference_of(schema);

	if (depth > SCHEMA_DEPTH_MAX)
		return error_set(err, ERROR_INPUT, schema->position,
				 "the schema is nested deeper than %d levels", SCHEMA_DEPTH_MAX);
	if (reference.ptr) {
		if (schema_build_definition(b, reference, ret, err) < 0)
			return -1;
		/* A type that holds itself has no record yet to make a variant of. */
		if (!map_get(&b->open, reference))
			*ret = with_property_flags(b, *ret, schema);
		return 0;
	}
	d.record.type = (uint8_t)type_of(schema, definition);
	add_flags(&d, schema);
	if (add_children(b, &d, schema, err) < 0 || add_keywords(b, &d, schema, err) < 0)
		return -1;
	*ret = place_record(b, &d, 0);
	return 0;
}

int schema_build(struct schema_builder *b, const struct node *schema, uint32_t *ret,
		 struct error *err)
{
	if (!node_is_map(schema))
		return error_set(err, ERROR_INPUT, schema ? schema->position : 0,
				 "a schema must be a map");
	return build(b, schema, STR_NONE, 0, ret, err);
}
