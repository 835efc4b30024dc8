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
#include "doc/tree.h"

struct arena;
struct docset;
struct map;
struct segments;

#define SET_BYTES_MAX 0xfff00000u

struct place {
	struct str path;      /* as the file was added; absent for position 0 */
	uint32_t line;	      /* from 1; 0 for position 0 */
	uint32_t column;      /* from 1, in bytes */
	struct str line_text; /* the whole line, without its end; *** for what is hidden */
	uint32_t text_column; /* of the place in line_text, from 1 */
};

struct docset *docset_new(struct arena *arena);
struct arena *docset_arena(const struct docset *set);

/* Adds a text under a path (both borrowed). Errors: the position space is full. */
MUST_USE int docset_add(struct docset *set, struct str path, struct str text, uint32_t *ret_base,
			struct error *err);

/* The texts of these paths, added from now on, are files that lie elsewhere: path without its slash
 * → struct str. Places of them are there. Borrowed. */
void docset_moved(struct docset *set, const struct map *moved);

/*
 * Says where the bytes of a text that is added next come from (doc/segments.h; its table is
 * borrowed for the life of the set). Holds for each time that this very text is added, until the
 * next call.
 */
void docset_generated(struct docset *set, struct str text, const struct segments *segments);

/* Of a range of a generated text: the highest of what its bytes were made from. */
enum secrecy docset_secrecy(const struct docset *set, uint32_t from, uint32_t to);

/*
 * Secrets that were read from a text: where the lines of their places are shown, *** stands for the
 * bytes from..to of them. Ranges may overlap. O(log ranges), and the next place sorts them.
 */
void docset_hide(struct docset *set, uint32_t from, uint32_t to);

/* Whether the byte at a position of a file that nobody generated is hidden. */
bool docset_is_hidden(struct docset *set, uint32_t position);

/*
 * The document at this position was looked through for secrets. Of one that was not, because it
 * cannot be read or is no object, lines are shown only when no word of it says that it may hold one
 * (doc/redact.h).
 */
void docset_screen(struct docset *set, uint32_t position);

/* The text at this position does not parse. When its lines may hold a secret, the redactor
 * remembers the words of that line, so that no message quotes them. */
void docset_unreadable(struct docset *set, uint32_t position);

/* The texts of all secrets that were hidden: doc/redact.h. */
struct redactor *docset_redactor(const struct docset *set);

/*
 * Where a position is: in a generated text, the place that it comes from, through as many texts as
 * it was made from. O(log files + log segments) for each of them, and O(line length); line tables
 * are made on first use.
 */
struct place docset_place(struct docset *set, uint32_t position);

/* The same for programs and for many places at once: no line to show, and the column counts
 * characters, without a byte order mark. O(log files + log lines). */
struct set_spot {
	struct str path; /* absent for position 0 */
	uint32_t line, column;
};
struct set_spot docset_spot(struct docset *set, uint32_t position);

/* The path of that place alone, which needs no line: O(log files + log segments). */
struct str docset_path(const struct docset *set, uint32_t position);

/* The text of the file (generated or not) that holds the position, and the offset in it. STR_NONE
 * for position 0. */
struct str docset_text(const struct docset *set, uint32_t position, uint32_t *ret_offset);

#endif
