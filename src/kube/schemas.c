/* schemas - compiled facts about API types: the frozen tables, and an overlay of CRDs over them */
#include "kube/schemas.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"
#include "doc/json.h"
#include "kube/schema_build.h"
#include "kube/schema_names.h"
#include "kube/schema_table.h"
#include "lang/regex.h"

/* What keywords mean, made on first use: texts are the keys. */
struct meanings {
	struct map values;   /* JSON → node */
	struct map patterns; /* → struct pattern */
};

struct pattern {
	const struct regex *regex; /* NULL: does not compile */
};

struct schemas {
	struct arena *arena;
	struct meanings *meanings;
	struct schema_builder builder; /* of the overlay */
	struct schema_table tables[2]; /* frozen, overlay */
	VEC(struct kind *) kinds;      /* by id */
	struct map by_name;	       /* "group/Kind" → struct kind */
	struct map by_plural;
	struct map openapi; /* "group/version/Kind" → index + 1 of a definition */
};

/* The frozen kinds and their versions. */
static const struct kind_version versions[] = {
#define V(kind, version, schema, served) { STR_INIT(version), schema, served },
#include "kube/tables/versions.inc"
#undef V
};

static const kind_id version_kinds[] = {
#define V(kind, version, schema, served) KIND_##kind,
#include "kube/tables/versions.inc"
#undef V
};

static const struct kind frozen_kinds[] = {
	[KIND_NONE] = {},
#define X(id_, group_, kind_, plural_, singular_, flags_)                                          \
	[KIND_##id_] = { .id = KIND_##id_,                                                         \
			 .flags = (flags_),                                                        \
			 .group = STR_INIT(group_),                                                \
			 .name = STR_INIT(kind_),                                                  \
			 .plural = STR_INIT(plural_),                                              \
			 .singular = STR_INIT(singular_) },
#include "kube/tables/kinds.inc"
#undef X
};

/* Older versions that are read as a newer one of the same kind. */
static const struct {
	struct str group, version;
} aliases[] = {
	{ STR_INIT("apps"), STR_INIT("v1beta1") },
	{ STR_INIT("apps"), STR_INIT("v1beta2") },
	{ STR_INIT("autoscaling"), STR_INIT("v2beta1") },
	{ STR_INIT("autoscaling"), STR_INIT("v2beta2") },
	{ STR_INIT("autoscaling"), STR_INIT("v1") },
	{ STR_INIT("batch"), STR_INIT("v1beta1") },
	{ STR_INIT("policy"), STR_INIT("v1beta1") },
	{ STR_INIT("networking.k8s.io"), STR_INIT("v1beta1") },
	{ STR_INIT("discovery.k8s.io"), STR_INIT("v1beta1") },
	{ STR_INIT("rbac.authorization.k8s.io"), STR_INIT("v1beta1") },
	{ STR_INIT("storage.k8s.io"), STR_INIT("v1beta1") },
	{ STR_INIT("scheduling.k8s.io"), STR_INIT("v1beta1") },
	{ STR_INIT("apiextensions.k8s.io"), STR_INIT("v1beta1") },
	{ STR_INIT("source.toolkit.fluxcd.io"), STR_INIT("v1beta1") },
	{ STR_INIT("source.toolkit.fluxcd.io"), STR_INIT("v1beta2") },
	{ STR_INIT("kustomize.toolkit.fluxcd.io"), STR_INIT("v1beta1") },
	{ STR_INIT("kustomize.toolkit.fluxcd.io"), STR_INIT("v1beta2") },
	{ STR_INIT("helm.toolkit.fluxcd.io"), STR_INIT("v2beta1") },
	{ STR_INIT("helm.toolkit.fluxcd.io"), STR_INIT("v2beta2") },
	{ STR_INIT("image.toolkit.fluxcd.io"), STR_INIT("v1beta1") },
	{ STR_INIT("image.toolkit.fluxcd.io"), STR_INIT("v1beta2") },
	{ STR_INIT("image.toolkit.fluxcd.io"), STR_INIT("v1alpha1") },
	{ STR_INIT("notification.toolkit.fluxcd.io"), STR_INIT("v1beta1") },
	{ STR_INIT("notification.toolkit.fluxcd.io"), STR_INIT("v1beta2") },
	{ STR_INIT("flagger.app"), STR_INIT("v1alpha3") },
	{ STR_INIT("gateway.networking.k8s.io"), STR_INIT("v1beta1") },
	{ STR_INIT("gateway.networking.k8s.io"), STR_INIT("v1alpha2") },
	{ STR_INIT("networking.istio.io"), STR_INIT("v1alpha3") },
	{ STR_INIT("networking.istio.io"), STR_INIT("v1beta1") },
	{ STR_INIT("security.istio.io"), STR_INIT("v1beta1") },
	{ STR_INIT("external-secrets.io"), STR_INIT("v1beta1") },
	{ STR_INIT("cert-manager.io"), STR_INIT("v1alpha2") },
};

static struct str slashed(struct arena *arena, struct str group, struct str name)
{
	struct buf buf;

	buf_init(&buf, arena);
	buf_add(&buf, group);
	buf_add_char(&buf, '/');
	buf_add(&buf, name);
	return buf_str(&buf);
}

static void list_kind(struct schemas *s, struct kind *kind)
{
	map_put(&s->by_name, slashed(s->arena, kind->group, kind->name), kind);
	map_put(&s->by_plural, slashed(s->arena, kind->group, kind->plural), kind);
}

struct schemas *schemas_new(struct arena *arena)
{
	struct schemas *s = arena_one(arena, struct schemas);
	struct kind *kinds = arena_copy(arena, frozen_kinds, sizeof(frozen_kinds));

	s->arena = arena;
	s->tables[0] = schema_frozen;
	schema_builder_init(&s->builder, arena, SCHEMA_OVERLAY);
	map_init(&s->by_name, arena);
	map_init(&s->by_plural, arena);
	map_init(&s->openapi, arena);
	s->meanings = arena_one(arena, struct meanings);
	map_init(&s->meanings->values, arena);
	map_init(&s->meanings->patterns, arena);
	for (uint32_t i = 0; i < ARRAY_COUNT(versions); i++) {
		struct kind *kind = &kinds[version_kinds[i]];
		if (!kind->version_count++)
			kind->versions = &versions[i];
	}
	for (uint32_t id = 0; id < ARRAY_COUNT(frozen_kinds); id++) {
		VEC_PUSH(arena, &s->kinds, &kinds[id]);
		if (id && kinds[id].version_count)
			list_kind(s, &kinds[id]);
	}
	return s;
}

/* Looking up kinds */

const struct kind *schemas_kind_any_version(const struct schemas *s, struct str group,
					    struct str kind)
{
	SCRATCH(scratch);
	return map_get(&s->by_name, slashed(scratch, group, kind));
}

static bool is_alias(struct gvk gvk)
{
	for (size_t i = 0; i < ARRAY_COUNT(aliases); i++)
		if (str_equal(aliases[i].group, gvk.group) &&
		    str_equal(aliases[i].version, gvk.version))
			return true;
	return false;
}

static const struct kind_version *version_of(const struct kind *kind, struct gvk gvk)
{
	for (uint32_t i = 0; i < kind->version_count; i++)
		if (str_equal(kind->versions[i].name, gvk.version) && kind->versions[i].served)
			return &kind->versions[i];
	bool from_tables = kind->id < KIND_TABLE_COUNT;
	return from_tables && is_alias(gvk) ? &kind->versions[0] : NULL;
}

/* Groups that moved: (old group, kind) is read as the new one. */
static struct gvk moved(struct gvk gvk)
{
	if (str_equal(gvk.group, STR("extensions")) && str_equal(gvk.version, STR("v1beta1"))) {
		bool networking = str_equal(gvk.kind, STR("Ingress")) ||
				  str_equal(gvk.kind, STR("NetworkPolicy"));
		gvk.group = networking ? STR("networking.k8s.io") : STR("apps");
	}
	return gvk;
}

const struct kind *schemas_kind(const struct schemas *s, struct gvk gvk,
				const struct kind_version **ret_version)
{
	gvk = moved(gvk);
	const struct kind *kind = schemas_kind_any_version(s, gvk.group, gvk.kind);
	const struct kind_version *version = kind ? version_of(kind, gvk) : NULL;

	if (ret_version)
		*ret_version = version;
	return version ? kind : NULL;
}

const struct kind *schemas_kind_by_id(const struct schemas *s, kind_id id)
{
	return id < s->kinds.count ? s->kinds.items[id] : NULL;
}

uint32_t schemas_kind_count(const struct schemas *s)
{
	return s->kinds.count;
}

/* The overlay */

enum { VERSIONS_MAX = 1000 }; /* of one kind */

static int build_version(struct schemas *s, const struct node *node, struct kind_version *ret,
			 struct error *err)
{
	const struct node *schema = node_at(node, "schema.openAPIV3Schema");

	*ret = (struct kind_version){ .name = str_copy(s->arena, node_str_at(node, "name")),
				      .served = node_bool_at(node, "served", true) };
	if (!ret->name.len)
		return error_set(err, ERROR_INPUT, node->position,
				 "a version must be a map with a name");
	return schema ? schema_build(&s->builder, schema, &ret->schema, err) : 0;
}

/* Versions in the API's order of preference: the stored one first, then as they stand. */
static int build_versions(struct schemas *s, const struct node *list, struct kind *kind,
			  struct error *err)
{
	uint32_t count = node_count(list), next = 1;

	if (!node_is_list(list) || !count || count > VERSIONS_MAX)
		return error_set(err, ERROR_INPUT, list ? list->position : ERROR_NO_POSITION,
				 "spec.versions must be a list of 1 to %d versions", VERSIONS_MAX);
	struct kind_version *made = arena_array(s->arena, struct kind_version, count + 1);
	bool has_first = false;

	for (uint32_t i = 0; i < count; i++) {
		const struct node *item = node_item(list, i);
		bool first = !has_first && node_bool_at(item, "storage", false);
		if (build_version(s, item, &made[first ? 0 : next++], err) < 0)
			return -1;
		has_first = has_first || first;
		if (node_at(item, "subresources.status"))
			kind->flags |= KIND_STATUS;
		if (node_at(item, "subresources.scale"))
			kind->flags |= KIND_SCALE;
	}
	kind->versions = has_first ? made : made + 1;
	kind->version_count = (uint16_t)(has_first ? next : next - 1);
	return 0;
}

int schemas_add_crd(struct schemas *s, const struct node *crd, struct error *err)
{
	const struct node *spec = node_get(crd, STR("spec"));
	struct kind kind = { .flags = KIND_CUSTOM | KIND_GENERATION };

	kind.group = str_copy(s->arena, node_str_at(spec, "group"));
	kind.name = str_copy(s->arena, node_str_at(spec, "names.kind"));
	kind.plural = str_copy(s->arena, node_str_at(spec, "names.plural"));
	kind.singular = str_copy(s->arena, node_str_at(spec, "names.singular"));
	if (!kind.singular.ptr)
		kind.singular = str_lower(s->arena, kind.name);
	if (!kind.group.len || !kind.name.len || !kind.plural.len)
		return error_set(err, ERROR_INPUT, crd ? crd->position : 0,
				 "a CustomResourceDefinition needs spec.group, spec.names.kind and "
				 "spec.names.plural");
	if (!str_equal(node_str_at(spec, "scope"), STR("Cluster")))
		kind.flags |= KIND_NAMESPACED;
	if (build_versions(s, node_get(spec, STR("versions")), &kind, err) < 0)
		return -1;
	s->tables[1] = schema_builder_table(&s->builder);

	const struct kind *old = schemas_kind_any_version(s, kind.group, kind.name);
	kind.id = old ? old->id : (kind_id)s->kinds.count;
	struct kind *made = arena_copy(s->arena, &kind, sizeof(kind));
	if (old)
		*s->kinds.items[kind.id] = kind; /* whoever holds the kind sees the new one */
	else
		VEC_PUSH(s->arena, &s->kinds, made);
	if (!old)
		list_kind(s, made);
	return 0;
}

void schemas_remove_crd(struct schemas *s, struct str group, struct str kind)
{
	SCRATCH(scratch);
	const struct kind *old = schemas_kind_any_version(s, group, kind);

	if (!old)
		return;
	map_remove(&s->by_name, slashed(scratch, group, kind));
	map_remove(&s->by_plural, slashed(scratch, group, old->plural));
}

/* OpenAPI documents of users */

static struct str gvk_key(struct arena *arena, struct gvk gvk)
{
	return slashed(arena, slashed(arena, gvk.group, gvk.version), gvk.kind);
}

static int add_definition(struct schemas *s, const struct entry *definition, struct error *err)
{
	const struct node *kinds =
		node_get(definition->value, STR("x-kubernetes-group-version-kind"));
	uint32_t index;

	if (!node_is_map(definition->value))
		return error_set(err, ERROR_INPUT, definition->key->position,
				 "a definition must be a map");
	if (!node_is_list(kinds))
		return 0;
	if (schema_build_definition(&s->builder, node_text(definition->key), &index, err) < 0)
		return -1;
	for (uint32_t i = 0; i < kinds->count; i++) {
		const struct node *kind = kinds->items[i];
		struct gvk gvk = { node_str_at(kind, "group"), node_str_at(kind, "version"),
				   node_str_at(kind, "kind") };
		map_put(&s->openapi, gvk_key(s->arena, gvk), (void *)((uintptr_t)index + 1));
	}
	return 0;
}

int schemas_add_openapi(struct schemas *s, const struct node *definitions, struct error *err)
{
	struct map elsewhere;
	int result = 0;

	map_init(&elsewhere, s->arena);
	schema_names_list(s, s->arena, &elsewhere);
	s->builder.elsewhere = &elsewhere;
	s->builder.definitions = definitions;
	map_init(&s->builder.done, s->arena);
	for (uint32_t i = 0; result == 0 && i < node_count(definitions); i++)
		result = add_definition(s, &definitions->entries[i], err);
	s->builder.elsewhere = NULL;
	s->builder.definitions = NULL;
	s->tables[1] = schema_builder_table(&s->builder);
	return result;
}

struct schema schemas_openapi(const struct schemas *s, struct gvk gvk)
{
	SCRATCH(scratch);
	void *known = map_get(&s->openapi, gvk_key(scratch, gvk));

	return (struct schema){ s, known ? (uint32_t)((uintptr_t)known - 1) : 0 };
}

/* Records */

static const struct schema_table *table_of(struct schema s)
{
	return &s.schemas->tables[s.index >> 31];
}

static const struct schema_record *record_of(struct schema s)
{
	static const struct schema_record nothing;

	if (!schema_exists(s))
		return &nothing;
	return &table_of(s)->records[s.index & ~SCHEMA_OVERLAY];
}

static bool has_flag(struct schema s, unsigned flag)
{
	return record_of(s)->flags & flag;
}

static struct schema at(struct schema s, uint32_t index)
{
	return (struct schema){ s.schemas, index };
}

struct schema schema_root(const struct schemas *schemas, const struct kind *kind,
			  const struct kind_version *version)
{
	if (!version && kind && kind->version_count)
		version = &kind->versions[0];
	return (struct schema){ schemas, version ? version->schema : 0 };
}

enum schema_type schema_type(struct schema s)
{
	return record_of(s)->type;
}

static int64_t property_index(struct schema s, struct str name)
{
	const struct schema_record *r = record_of(s);
	uint32_t low = 0, high = r->property_count;

	while (low < high) {
		uint32_t middle = (low + high) / 2;
		const struct schema_property *p = &table_of(s)->properties[r->properties + middle];
		int order = str_compare(schema_table_text(table_of(s), p->name), name);
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
		return at(s, record_of(s)->additional);
	return at(s, table_of(s)->properties[record_of(s)->properties + index].schema);
}

bool schema_has_properties(struct schema s)
{
	return has_flag(s, SCHEMA_HAS_PROPERTIES);
}

struct schema schema_additional(struct schema s)
{
	return at(s, record_of(s)->additional);
}

struct schema schema_items(struct schema s)
{
	return at(s, record_of(s)->items);
}

bool schema_preserves_unknown(struct schema s)
{
	return !schema_exists(s) || has_flag(s, SCHEMA_PRESERVE_UNKNOWN);
}

bool schema_is_nullable(struct schema s)
{
	return has_flag(s, SCHEMA_NULLABLE);
}

bool schema_is_embedded_resource(struct schema s)
{
	return has_flag(s, SCHEMA_EMBEDDED_RESOURCE);
}

bool schema_is_metadata(struct schema s)
{
	return has_flag(s, SCHEMA_METADATA);
}

bool schema_is_go_value(struct schema s)
{
	return has_flag(s, SCHEMA_VALUE);
}

uint32_t schema_property_count(struct schema s)
{
	return record_of(s)->property_count;
}

struct str schema_property(struct schema s, uint32_t index, struct schema *ret)
{
	const struct schema_record *r = record_of(s);

	assert(index < r->property_count);
	const struct schema_property *p = &table_of(s)->properties[r->properties + index];
	if (ret)
		*ret = at(s, p->schema);
	return schema_table_text(table_of(s), p->name);
}

enum schema_list_type schema_list_type(struct schema s)
{
	return record_of(s)->list_type;
}

bool schema_is_atomic_map(struct schema s)
{
	return has_flag(s, SCHEMA_ATOMIC_MAP);
}

bool schema_merge_replaces(struct schema s)
{
	return has_flag(s, SCHEMA_REPLACE);
}

/* Keywords */

struct schema_keyword_iterator schema_keywords(struct schema s, int kind)
{
	const struct schema_record *r = record_of(s);
	uint32_t first = 0, last = r->keyword_count;
	const struct schema_keyword *all =
		schema_exists(s) ? &table_of(s)->keywords[r->keywords] : NULL;

	while (first < last && (int)all[first].kind < kind)
		first++;
	uint32_t end = first;
	while (end < last && (int)all[end].kind == kind)
		end++;
	return (struct schema_keyword_iterator){ s, all ? all + first : NULL, end - first };
}

struct str schema_keyword_text(const struct schema_keyword_iterator *it, uint32_t index)
{
	assert(index < it->count);
	return schema_table_text(table_of(it->schema), it->items[index].value);
}

struct schema schema_keyword_schema(const struct schema_keyword_iterator *it, uint32_t index)
{
	assert(index < it->count);
	return at(it->schema, it->items[index].value);
}

static struct str only_text(struct schema s, enum schema_keyword_kind kind)
{
	struct schema_keyword_iterator it = schema_keywords(s, kind);
	return it.count ? schema_keyword_text(&it, 0) : STR_NONE;
}

uint32_t schema_list_key_count(struct schema s)
{
	return schema_keywords(s, KEYWORD_LIST_KEY).count;
}

struct str schema_list_key(struct schema s, uint32_t index)
{
	struct schema_keyword_iterator it = schema_keywords(s, KEYWORD_LIST_KEY);
	return schema_keyword_text(&it, index);
}

struct str schema_merge_key(struct schema s)
{
	if (!has_flag(s, SCHEMA_MERGE))
		return STR_NONE;
	struct str key = only_text(s, KEYWORD_MERGE_KEY);
	return key.ptr ? key : STR("");
}

struct str schema_format(struct schema s)
{
	return only_text(s, KEYWORD_FORMAT);
}

bool schema_is_required(struct schema s, struct str property)
{
	struct schema_keyword_iterator it = schema_keywords(s, KEYWORD_REQUIRED);

	for (uint32_t i = 0; i < it.count; i++)
		if (str_equal(schema_keyword_text(&it, i), property))
			return true;
	return false;
}

/* A JSON value of the tables as a tree; they were written by us, so a fault is a BUG. */
static const struct node *read_value(const struct schemas *s, struct str text)
{
	SCRATCH(scratch);
	struct error err;
	const struct node *n = json_read(docset_new(scratch), STR("schema"), text, &err);

	if (!n)
		BUG("a schema table holds no JSON: %s", err.text);
	return node_copy(s->arena, n, /* bare= */ true);
}

const struct node *schema_keyword_node(const struct schema_keyword_iterator *it, uint32_t index)
{
	const struct schemas *s = it->schema.schemas;
	struct str text = schema_keyword_text(it, index);
	void **slot = map_slot(&s->meanings->values, text);

	if (!*slot)
		*slot = (void *)read_value(s, text);
	return *slot;
}

const struct node *schema_default(struct schema s)
{
	struct schema_keyword_iterator it = schema_keywords(s, KEYWORD_DEFAULT);
	return it.count ? schema_keyword_node(&it, 0) : NULL;
}

uint32_t schema_keyword_mask(struct schema s)
{
	const struct schema_record *r = record_of(s);
	uint32_t mask = 0;

	for (uint32_t i = 0; i < r->keyword_count; i++)
		mask |= 1u << table_of(s)->keywords[r->keywords + i].kind;
	return mask;
}

const struct regex *schema_pattern(struct schema s)
{
	struct str text = only_text(s, KEYWORD_PATTERN);
	struct error ignored;

	if (!text.ptr)
		return NULL;
	struct pattern **slot = (struct pattern **)map_slot(&s.schemas->meanings->patterns, text);
	if (!*slot) {
		*slot = arena_one(s.schemas->arena, struct pattern);
		(*slot)->regex = regex_compile(s.schemas->arena, text, 0, &ignored);
	}
	return (*slot)->regex;
}

bool schema_excludes_minimum(struct schema s)
{
	return has_flag(s, SCHEMA_EXCLUSIVE_MINIMUM);
}

bool schema_excludes_maximum(struct schema s)
{
	return has_flag(s, SCHEMA_EXCLUSIVE_MAXIMUM);
}

/* Conversion */

const struct node *schemas_convert(const struct schemas *s, struct arena *arena,
				   const struct node *object)
{
	const struct kind *kind = schemas_kind(s, object_gvk(object), NULL);

	if (!kind)
		return object;
	struct str preferred = kind_api_version(arena, kind);
	if (str_equal(preferred, object_api_version(object)))
		return object;
	return node_with(arena, object, STR("apiVersion"), node_str(arena, preferred));
}
