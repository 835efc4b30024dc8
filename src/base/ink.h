/*
 * ink - coloured text for people, in which text from outside is escaped
 *
 * Layer: base. Every formatted text is escaped by visible(): control characters are shown as
 * escapes, and nothing looks like a command of a CI system. A line feed is written only where the
 * format begins or ends with one, so that no name can make a line of its own; colours only by
 * ink_paint().
 *
 *	struct ink ink = { .out = &buf, .color = true };
 *	ink_paint(&ink, INK_RED, "✕");
 *	ink_printf(&ink, " %.*s\n", STR_FMT(name));
 */
#ifndef FORGE_BASE_INK_H
#define FORGE_BASE_INK_H

#include "base/buf.h"

enum ink_color {
	INK_BOLD,
	INK_DIM,
	INK_RED,
	INK_BOLD_RED,
	INK_GREEN,
	INK_YELLOW,
	INK_BOLD_YELLOW,
	INK_CYAN,
};

struct ink {
	struct buf *out;
	bool color;   /* false: ink_paint is ink_printf */
	bool in_line; /* private: more than blanks stands in the line */
};

void ink_printf(struct ink *ink, const char *format, ...) PRINTF_LIKE(2, 3);
void ink_paint(struct ink *ink, enum ink_color color, const char *format, ...) PRINTF_LIKE(3, 4);

/* A text of several lines; those behind the first one begin with the indent. No line feed after
 * the last one. */
void ink_lines(struct ink *ink, struct str text, const char *indent);

#endif
