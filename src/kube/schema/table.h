/*
 * table - pointer-free records of API types, as they stand in the binary
 *
 * Layer: kube/schema. Private: its folder, kube/validate/. Everything is a 32-bit index or an
 * offset into one text; index 0 is "no schema". A record of the overlay has SCHEMA_OVERLAY set in
 * its index.
 */
#ifndef FORGE_KUBE_SCHEMA_TABLE_H
#define FORGE_KUBE_SCHEMA_TABLE_H

#include "base/str.h"

#define SCHEMA_OVERLAY 0x80000000u

enum schema_flags {
	SCHEMA_NULLABLE = 1 << 0,
	SCHEMA_PRESERVE_UNKNOWN = 1 << 1,
	SCHEMA_EMBEDDED_RESOURCE = 1 << 2,
	SCHEMA_ATOMIC_MAP = 1 << 3,
	SCHEMA_MERGE = 1 << 4, /* patchStrategy merge on a list */
	SCHEMA_RETAIN_KEYS = 1 << 5,
	SCHEMA_REPLACE = 1 << 6,
	SCHEMA_EXCLUSIVE_MINIMUM = 1 << 7,
	SCHEMA_EXCLUSIVE_MAXIMUM = 1 << 8,
	SCHEMA_HAS_PROPERTIES = 1 << 9,
	SCHEMA_METADATA = 1 << 10, /* ObjectMeta */
	SCHEMA_VALUE = 1 << 11,	   /* a struct in a Go type, not a pointer to one */
};

/* X(enum, word in a schema file, what its value is: an offset of text, JSON text, or a schema) */
#define SCHEMA_KEYWORDS(X)                                                                         \
	X(KEYWORD_REQUIRED, "required", TEXT)                                                      \
	X(KEYWORD_LIST_KEY, "x-kubernetes-list-map-keys", TEXT)                                    \
	X(KEYWORD_MERGE_KEY, "x-kubernetes-patch-merge-key", TEXT)                                 \
	X(KEYWORD_FORMAT, "format", TEXT)                                                          \
	X(KEYWORD_PATTERN, "pattern", TEXT)                                                        \
	X(KEYWORD_ENUM, "enum", JSON)                                                              \
	X(KEYWORD_DEFAULT, "default", JSON)                                                        \
	X(KEYWORD_MINIMUM, "minimum", JSON)                                                        \
	X(KEYWORD_MAXIMUM, "maximum", JSON)                                                        \
	X(KEYWORD_MULTIPLE_OF, "multipleOf", JSON)                                                 \
	X(KEYWORD_MIN_LENGTH, "minLength", JSON)                                                   \
	X(KEYWORD_MAX_LENGTH, "maxLength", JSON)                                                   \
	X(KEYWORD_MIN_ITEMS, "minItems", JSON)                                                     \
	X(KEYWORD_MAX_ITEMS, "maxItems", JSON)                                                     \
	X(KEYWORD_MIN_PROPERTIES, "minProperties", JSON)                                           \
	X(KEYWORD_MAX_PROPERTIES, "maxProperties", JSON)                                           \
	X(KEYWORD_ALL_OF, "allOf", SCHEMA)                                                         \
	X(KEYWORD_ANY_OF, "anyOf", SCHEMA)                                                         \
	X(KEYWORD_ONE_OF, "oneOf", SCHEMA)                                                         \
	X(KEYWORD_NOT, "not", SCHEMA)                                                              \
	X(KEYWORD_RULE, "x-kubernetes-validations", JSON)

enum schema_keyword_kind {
#define X(name, word, value) name,
	SCHEMA_KEYWORDS(X)
#undef X
		KEYWORD_COUNT
};
static_assert(KEYWORD_COUNT <= 32, "kinds of keywords fit a mask");

struct schema_keyword {
	uint32_t kind; /* enum schema_keyword_kind */
	uint32_t value;
};

struct schema_property {
	uint32_t name;
	uint32_t schema;
};

struct schema_record {
	uint8_t type;	   /* enum schema_type */
	uint8_t list_type; /* enum schema_list_type */
	uint16_t flags;
	uint32_t items;
	uint32_t additional;
	uint32_t properties; /* the first one; sorted by name */
	uint32_t keywords;   /* the first one; sorted by kind */
	uint16_t property_count;
	uint16_t keyword_count;
};
static_assert(sizeof(struct schema_record) == 24, "records are packed");

struct schema_table {
	const struct schema_record *records;
	const struct schema_property *properties;
	const struct schema_keyword *keywords;
	const char *text; /* at an offset: two bytes of length, low first, then the bytes */
};

/* The tables of Kubernetes 1.35 and of the CRDs that the work needs. */
extern const struct schema_table schema_frozen;

static inline struct str schema_table_text(const struct schema_table *table, uint32_t offset)
{
	const unsigned char *at = (const unsigned char *)table->text + offset;
	return (struct str){ (const char *)at + 2, (size_t)(at[0] | at[1] << 8) };
}

#endif
