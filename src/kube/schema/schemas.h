/*
 * schemas - compiled facts about API types: the frozen tables, and an overlay of CRDs over them
 *
 * Layer: kube/schema. Records are pointer-free with 32-bit indices: every structural keyword, list
 * and merge keys, defaults, CEL rules, printer columns. One struct schemas per render or world;
 * the frozen tables behind it are shared and read-only. An index with the high bit set is one of
 * the overlay.
 *
 *	struct schemas *schemas = schemas_new(arena);
 *	const struct kind *kind = schemas_kind(schemas, object_gvk(object), &version);
 *	struct schema spec = schema_field(schema_root(schemas, kind, version), STR("spec"));
 *
 * Ownership: everything lives in the arena of the schemas.
 */
#ifndef FORGE_KUBE_SCHEMA_SCHEMAS_H
#define FORGE_KUBE_SCHEMA_SCHEMAS_H

#include "base/error.h"
#include "doc/finding.h"
#include "kube/kind.h"
#include "kube/object.h"

struct regex;
struct schema_keyword;
struct schemas;

struct schemas *schemas_new(struct arena *arena);

/*
 * Compiles a CustomResourceDefinition (v1) into the overlay; it wins over the tables, and its kind
 * is no longer assumed. Errors: what makes the CRD unusable, at its place. Replacing the same CRD
 * is fine.
 */
MUST_USE int schemas_add_crd(struct schemas *schemas, const struct node *crd, struct error *err);
void schemas_remove_crd(struct schemas *schemas, struct str group, struct str kind);

/*
 * The kind of a group, version and kind, older API versions included (autoscaling/v2beta2, Flux
 * v1beta2: read as aliases with their differences). NULL when unknown. *ret_version may be NULL.
 */
const struct kind *schemas_kind(const struct schemas *schemas, struct gvk gvk,
				const struct kind_version **ret_version);
const struct kind *schemas_kind_by_id(const struct schemas *schemas, kind_id id);
/* By group and kind alone, any version. */
const struct kind *schemas_kind_any_version(const struct schemas *schemas, struct str group,
					    struct str kind);
/* Ids run from 1 to this number, exclusive. */
uint32_t schemas_kind_count(const struct schemas *schemas);

/* The document in the preferred version of its kind: apiVersion and renamed fields. The same node
 * when it is preferred already. */
const struct node *schemas_convert(const struct schemas *schemas, struct arena *arena,
				   const struct node *object);

/* Feature gates of the API server that change what is allowed; all are off at first. */
enum schemas_gate { SCHEMAS_HPA_SCALE_TO_ZERO = 1 << 0 };
void schemas_open_gate(struct schemas *schemas, enum schemas_gate gate);
bool schemas_has_gate(const struct schemas *schemas, enum schemas_gate gate);

/* A type. A value: pass it by copy. schema_exists() is false where the tables know nothing. */
struct schema {
	const struct schemas *schemas;
	uint32_t index;
};

/*
 * Compiles definitions of an OpenAPI v2 document, {name: schema}: those that name their kinds
 * (x-kubernetes-group-version-kind) are found by schemas_openapi(). References to definitions that
 * are not there mean the built-in types of that name, or else nothing.
 */
MUST_USE int schemas_add_openapi(struct schemas *schemas, const struct node *definitions,
				 struct error *err);
struct schema schemas_openapi(const struct schemas *schemas, struct gvk gvk);

enum schema_type {
	SCHEMA_ANY, /* no type: everything goes */
	SCHEMA_OBJECT,
	SCHEMA_ARRAY,
	SCHEMA_STRING,
	SCHEMA_INTEGER,
	SCHEMA_NUMBER,
	SCHEMA_BOOLEAN,
	SCHEMA_INT_OR_STRING,
	SCHEMA_QUANTITY, /* string or number, compared by value */
};

enum schema_list_type { SCHEMA_LIST_ATOMIC, SCHEMA_LIST_SET, SCHEMA_LIST_MAP };

static inline bool schema_exists(struct schema s)
{
	return s.index != 0;
}

struct schema schema_root(const struct schemas *schemas, const struct kind *kind,
			  const struct kind_version *version);
enum schema_type schema_type(struct schema s);

/* The type of a map's member: a property, else additionalProperties; none when unknown. */
struct schema schema_field(struct schema s, struct str name);
bool schema_has_properties(struct schema s);
struct schema schema_additional(struct schema s); /* additionalProperties, or none */
struct schema schema_items(struct schema s);
bool schema_preserves_unknown(struct schema s); /* also true for types without facts */
bool schema_is_nullable(struct schema s);
bool schema_is_embedded_resource(struct schema s);
bool schema_is_metadata(struct schema s); /* ObjectMeta of a built-in kind */
/* A field of a built-in kind that the API server's types always hold, as {} when it is absent. */
bool schema_is_go_value(struct schema s);

/* Properties in order of their names. */
uint32_t schema_property_count(struct schema s);
struct str schema_property(struct schema s, uint32_t index, struct schema *ret);

/* Server-side apply's view: lists and maps. */
enum schema_list_type schema_list_type(struct schema s);
uint32_t schema_list_key_count(struct schema s);
struct str schema_list_key(struct schema s, uint32_t index);
bool schema_is_atomic_map(struct schema s);

/* Strategic merge's view: absent unless the list is merged; "" for a merged list of scalars. */
struct str schema_merge_key(struct schema s);
bool schema_merge_replaces(struct schema s); /* patchStrategy replace on a map */

/* The default value, or NULL. */
const struct node *schema_default(struct schema s);

/*
 * Every other keyword (kube/schema_table.h has their list): the values of one kind, in order. TEXT
 * and JSON values as text, JSON ones as a node, SCHEMA ones as a type. Nodes and patterns are made
 * once and live as long as the schemas.
 */
struct schema_keyword_iterator {
	struct schema schema;
	const struct schema_keyword *items;
	uint32_t count;
};
struct schema_keyword_iterator schema_keywords(struct schema s, int kind);
struct str schema_keyword_text(const struct schema_keyword_iterator *it, uint32_t index);
const struct node *schema_keyword_node(const struct schema_keyword_iterator *it, uint32_t index);
/* Which kinds there are: bit 1 << kind of each. */
uint32_t schema_keyword_mask(struct schema s);
/* The compiled `pattern`; NULL when there is none, or it does not compile. */
const struct regex *schema_pattern(struct schema s);
bool schema_excludes_minimum(struct schema s);
bool schema_excludes_maximum(struct schema s);
struct schema schema_keyword_schema(const struct schema_keyword_iterator *it, uint32_t index);

/* "format" or absent; description for `forge explain` or absent. */
struct str schema_format(struct schema s);
bool schema_is_required(struct schema s, struct str property);

#endif
