/*
 * set_internal - the insides of a document set, for set.c, origin.c, yaml.c and yaml/place.c
 *
 * Layer: doc. Private: origin.c, set.c, yaml.c, src/doc/yaml/place.c. Files ascend by base; steps
 * are append-only, step 0 is none.
 */
#ifndef FORGE_DOC_SET_INTERNAL_H
#define FORGE_DOC_SET_INTERNAL_H

#include "base/map.h"
#include "base/vec.h"
#include "doc/origin.h"
#include "doc/segments.h"

struct file {
	struct str path;
	struct str text;
	uint32_t base;
	uint32_t line_count;
	uint32_t mark_count;
	uint32_t *line_starts;	  /* made on first use */
	uint32_t *marks;	  /* each 1024th character; made when a long line needs it */
	struct segments segments; /* of a generated text; none otherwise */
};

/* What was read, as the bytes of a key: the same bytes in memory under the same path. */
struct reading {
	const char *text;
	size_t len;
	uint64_t path_hash;
	uint64_t dialect;
};

struct hidden {
	uint32_t from, to; /* positions */
};

struct docset {
	struct arena *arena;
	uint32_t end; /* the next free position */
	VEC(struct file) files;
	struct str generated; /* of docset_generated(), with its segments */
	struct segments segments;
	const struct map *moved;   /* of docset_moved(); or NULL */
	VEC(struct hidden) hidden; /* the first sorted_count ascend and are apart */
	uint32_t sorted_count;
	uint32_t hide_count; /* of ranges that ever came */
	/* The line that was shown last: all findings may stand on one long line. */
	struct {
		uint32_t position;
		uint32_t hide_count; /* when it was made */
		struct str text;
	} shown;
	VEC(uint32_t) screened; /* positions of documents, see docset_screen() */
	struct screening {	/* of the place that was shown last */
		uint32_t from, to;
		bool is_shown;
	} screening;
	struct redactor *redactor;
	VEC(struct origin_step) steps;
	struct map readings; /* struct reading → struct documents, of yaml_read() */
};

#endif
