/*
 * facts - the fields that controllers read in every run, decoded once per version of an object
 *
 * Layer: api. Private: facts.c, object.c. Facts come from parts: members of the object and of its
 * metadata. A part that a version shares with the one before it leaves its facts as they were.
 */
#ifndef FORGE_API_FACTS_H
#define FORGE_API_FACTS_H

#include "api/object.h"

enum part_name {
	PART_OTHER,
	/* of the root */
	PART_SPEC,
	PART_STATUS,
	/* of metadata */
	PART_NAME,
	PART_NAMESPACE,
	PART_UID,
	PART_VERSION,
	PART_LABELS,
	PART_OWNERS,
	PART_CREATED,
	PART_DELETED,
	PART_GENERATION,
	PART_FINALIZERS,
	PART_NAMES,
};

extern const struct facts facts_none; /* of an object without parts */

enum part_name facts_part(struct str key, bool in_metadata);

/* Sets all facts that come from the part; value NULL: it is absent. hash is that of the value. */
void facts_take(struct facts *facts, const struct kind *kind, enum part_name part,
		const struct node *value, uint64_t hash);

#endif
