/*
 * build - compiles schema documents (OpenAPI v3, CRDs) into records
 *
 * Layer: kube/schema. Private: its folder, tools/schemas.c. Equal types become one record, so that
 * the pod template that twenty kinds embed stands there once. A $ref is looked up in
 * `definitions`.
 *
 * Limits: SCHEMA_DEPTH_MAX nesting, SCHEMA_TEXT_MAX bytes of one keyword's value.
 */
#ifndef FORGE_KUBE_SCHEMA_BUILD_H
#define FORGE_KUBE_SCHEMA_BUILD_H

#include "base/error.h"
#include "base/map.h"
#include "base/vec.h"
#include "doc/tree.h"
#include "kube/schema/table.h"

enum {
	SCHEMA_DEPTH_MAX = 100,
	SCHEMA_DEFINITIONS_MAX = 500, /* that lead from one to the next */
	SCHEMA_TEXT_MAX = 65535,
};

struct schema_builder {
	struct arena *arena;
	uint32_t overlay; /* SCHEMA_OVERLAY, or 0 for the frozen tables */
	VEC(struct schema_record) records;
	VEC(struct schema_property) properties;
	VEC(struct schema_keyword) keywords;
	VEC(char) text;
	struct map offsets; /* of texts */
	struct map
		known; /* content of records, runs of properties and keywords → where they stand */
	struct map done;		/* definitions → index */
	struct map open;		/* those that are under way */
	const struct node *definitions; /* components.schemas, or NULL */
	/* "PodSpec.restartPolicy" → list node: enumerations that the files lack; NULL: none. */
	const struct map *enums;
	bool without_defaults; /* those of the built-in kinds' files are noise */
	/* Names without a definition → index + 1 of a schema elsewhere. With it, one that is in
	 * neither is no error but no schema. */
	const struct map *elsewhere;
	int definition_depth;
};

void schema_builder_init(struct schema_builder *builder, struct arena *arena, uint32_t overlay);

/* The index of the compiled schema. Errors have the place of what cannot be compiled. */
MUST_USE int schema_build(struct schema_builder *builder, const struct node *schema,
			  uint32_t *ret_index, struct error *err);

/* The same for a definition by name. */
MUST_USE int schema_build_definition(struct schema_builder *builder, struct str name,
				     uint32_t *ret_index, struct error *err);

/* Valid until the builder grows. */
struct schema_table schema_builder_table(const struct schema_builder *builder);

uint32_t schema_builder_text(struct schema_builder *builder, struct str text);

#endif
