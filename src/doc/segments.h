/*
 * segments - where the bytes of a generated text come from
 *
 * Layer: doc. A text that was made from other texts of the set (an inline patch, a substitution, a
 * template's output) is a file of the set, too. Its segments lead each of its bytes back, so that
 * docset_place gives the place that a person edits. A segment begins at an offset and ends where
 * the next one begins; bytes before the first one, and those of a segment without a position, have
 * their place in the generated text itself.
 *
 * Invariants: offsets ascend; positions are of texts that were in the set before this one, so
 * following them ends. Costs: appending O(1), finding O(log count).
 *
 *	segments_init(&segments, arena);
 *	segments_copy(&segments, &out, position, text);		// byte for byte from position on
 *	segments_computed(&segments, &out, position, value);	// all of it from one place
 *	docset_generated(set, buf_str(&out), &segments);
 */
#ifndef FORGE_DOC_SEGMENTS_H
#define FORGE_DOC_SEGMENTS_H

#include "base/buf.h"
#include "base/str.h"
#include "doc/tree.h"

struct arena;
struct docset;

struct segment {
	uint32_t offset;      /* in the generated text */
	uint32_t position;    /* of the source; 0: none */
	bool is_copied;	      /* byte for byte: the position moves along */
	enum secrecy secrecy; /* what is read from it is marked so: secret_marked_generated() */
};

struct segments {
	/* private: use the functions */
	struct arena *arena;
	struct segment *items;
	uint32_t count;
	uint32_t capacity;
};

void segments_init(struct segments *segments, struct arena *arena);

/* Appends text (not empty, or nothing happens) to out, and a segment for it. */
void segments_copy(struct segments *segments, struct buf *out, uint32_t position, struct str text);
void segments_computed(struct segments *segments, struct buf *out, uint32_t position,
		       struct str text);

/* Computed from a secret. */
void segments_secret(struct segments *segments, struct buf *out, uint32_t position, struct str text,
		     enum secrecy secrecy);

/* A segment alone, for writers with a sink of their own. At an offset that has one, it replaces
 * that; one that goes on as the last one does adds nothing. */
void segments_begin(struct segments *segments, struct segment segment);

/* The table of the text without its first bytes. */
void segments_skip(struct segments *segments, uint32_t bytes);

/* The segment that holds an offset, as an index; -1 before the first one. */
int64_t segments_find(const struct segments *segments, uint32_t offset);

/* The source of the byte at an offset; 0 when it has none. */
uint32_t segments_source(const struct segments *segments, uint32_t offset);

/*
 * Segments of a text that is what the scalar at a position means: moved by its indentation, folded
 * and unescaped. From the first byte on that is not what the source says (the scalar was changed
 * since), all is computed from there.
 */
void segments_of_scalar(struct segments *segments, const struct docset *set, uint32_t position,
			struct str text);

/* The position behind what is written for that scalar: of its last byte's line end where the source
 * says something else. */
uint32_t segments_scalar_end(const struct docset *set, uint32_t position, struct str text);

#endif
