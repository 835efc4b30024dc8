/*
 * schemas_inside - what the files of schemas share: kinds and tables, and how to reach a record
 *
 * Layer: kube/schema. Private: keywords.c, record.c, schemas.c, schemas_overlay.c.
 */
#ifndef FORGE_KUBE_SCHEMA_SCHEMAS_INSIDE_H
#define FORGE_KUBE_SCHEMA_SCHEMAS_INSIDE_H

#include "base/map.h"
#include "base/vec.h"
#include "kube/schema/build.h"
#include "kube/schema/schemas.h"
#include "kube/schema/table.h"

/* What keywords mean, made on first use: texts are the keys. */
struct meanings {
	struct map values;   /* JSON → node */
	struct map patterns; /* → struct schema_pattern */
};

struct schemas {
	struct arena *arena;
	struct meanings *meanings;
	struct schema_builder builder; /* of the overlay */
	struct schema_table tables[2]; /* frozen, overlay */
	VEC(struct kind *) kinds;      /* by id */
	struct map by_name;	       /* "group/Kind" → struct kind */
	struct map by_plural;
	unsigned gates;	    /* enum schemas_gate */
	struct map openapi; /* "group/version/Kind" → index + 1 of a definition */
};

/* "group/Name", the key of kinds. */
struct str schemas_slashed(struct arena *arena, struct str group, struct str name);
/* A kind that is looked up from now on. */
void schemas_list_kind(struct schemas *s, struct kind *kind);

static inline const struct schema_table *schema_table_of(struct schema s)
{
	return &s.schemas->tables[s.index >> 31];
}

static inline const struct schema_record *schema_record_of(struct schema s)
{
	static const struct schema_record nothing;

	if (!schema_exists(s))
		return &nothing;
	return &schema_table_of(s)->records[s.index & ~SCHEMA_OVERLAY];
}

static inline bool schema_has_flag(struct schema s, unsigned flag)
{
	return schema_record_of(s)->flags & flag;
}

static inline struct schema schema_at(struct schema s, uint32_t index)
{
	return (struct schema){ s.schemas, index };
}

#endif
