/*
 * set - a document set: its texts share one 32-bit position space
 *
 * Layer: doc. A position is the base of a file plus a byte offset; nodes and errors hold one
 * number, and line and column are computed when something is printed. Generated text (a template's
 * output, a substitution) is a file of the set, too.
 *
 * Limit: SET_BYTES_MAX bytes of text in all. Ownership: texts are borrowed; tables live in the
 * set's arena, which outlives every node that was read into it.
 */
#ifndef FORGE_DOC_SET_H
#define FORGE_DOC_SET_H

#include "base/error.h"
#include "base/str.h"

struct arena;
struct docset;

#define SET_BYTES_MAX 0xfff00000u

struct place {
	struct str path;      /* as the file was added; absent for position 0 */
	uint32_t line;	      /* from 1; 0 for position 0 */
	uint32_t column;      /* from 1, in bytes */
	struct str line_text; /* the whole line, without its end */
};

struct docset *docset_new(struct arena *arena);
struct arena *docset_arena(const struct docset *set);

/* Adds a text under a path (both borrowed). Errors: the position space is full. */
MUST_USE int docset_add(struct docset *set, struct str path, struct str text, uint32_t *ret_base,
			struct error *err);

/*
 * Says that a text to be added is that of the scalar at a position (a patch inside a
 * kustomization): places in it are given as places of the file that holds the scalar.
 */
void docset_hold(struct docset *set, struct str text, uint32_t position);

/* Where a position is. O(log files + line length), line tables are made on first use. */
struct place docset_place(struct docset *set, uint32_t position);

/* The text of the file that holds the position, and the offset in it. STR_NONE for position 0. */
struct str docset_text(const struct docset *set, uint32_t position, uint32_t *ret_offset);

#endif
