/*
 * escape - escape sequences in texts, by a table for each language
 *
 * Layer: base. A sequence begins with a sign (a backslash, in JSON pointers a tilde); the table
 * says which letters may stand behind it, and which numbers.
 *
 *	static const struct escapes pointer = { '~', "01", "~/" };
 *	if (!escape_decode(arena, STR("a~1b"), &pointer, &text, &fault))	// "a/b"
 *		…
 */
#ifndef FORGE_BASE_ESCAPE_H
#define FORGE_BASE_ESCAPE_H

#include "base/cursor.h"

struct buf;

/* A character by its number: \x41, \u00e9, \101. */
struct escape_number {
	char mark; /* 'x'; '\0': the digits stand behind the sign at once */
	uint8_t digits;
	uint8_t base;
	bool is_byte; /* one byte up to 255; else a code point, written in UTF-8 */
};

struct escapes {
	char sign;
	const char *letters;  /* each may stand behind the sign … */
	const char *meanings; /* … and means the byte at its place here */
	bool others;	      /* any other byte means itself, and a sign at the end, too */
	struct escape_number numbers[4]; /* up to the first without digits */
};

struct escape_fault {
	size_t at;	 /* offset of what stands behind the sign (or the mark) */
	struct str text; /* as a message names it: "\q", or the digits */
};

/*
 * Takes the sequence that begins with the sign at c, and appends what it means. quote: means
 * itself, too ('\0': none). False when there is no such sequence: then c is anywhere in it.
 */
bool escape_take(struct cursor *c, const struct escapes *escapes, char quote, struct buf *out,
		 struct escape_fault *ret_fault);

/* All of a text; borrowed where it has no sign. */
bool escape_decode(struct arena *arena, struct str text, const struct escapes *escapes,
		   struct str *ret, struct escape_fault *ret_fault);

#endif
