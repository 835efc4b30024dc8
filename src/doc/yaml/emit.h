/*
 * emit - scalars and indicators of YAML output, as go-yaml v2's emitter places them
 *
 * Layer: doc/yaml. Private: emit.c, write.c. Scalars choose their style by what they hold: plain
 * when that reads back as the same string, else single or double quotes, literal blocks for
 * several lines. Plain and quoted text is folded at blanks behind column YAML_WIDTH.
 */
#ifndef FORGE_DOC_YAML_EMIT_H
#define FORGE_DOC_YAML_EMIT_H

#include "base/buf.h"

enum {
	YAML_WIDTH = 80,
	YAML_INDENT = 2,
	YAML_SIMPLE_KEY_BYTES_MAX = 128, /* longer keys are written behind '?' */
};

struct yaml_emitter {
	/* private */
	struct buf *out;
	bool hides_commands; /* what CI systems take for commands is escaped (base/visible.h) */
	int column;	     /* in characters */
	bool is_whitespace;  /* the last character was a blank, or none is needed */
	bool is_indention;   /* only indentation and indicators stand on the line */
};

void yaml_emit_start(struct yaml_emitter *e, struct buf *out);
void yaml_emit_end(struct yaml_emitter *e); /* ends the line */

/* The key and its ':' on a line of its own at indent. */
void yaml_emit_key(struct yaml_emitter *e, struct str key, int indent);
void yaml_emit_dash(struct yaml_emitter *e, int indent);
/* Whether a list at this point starts at the indentation of its map's key. */
bool yaml_emit_is_indentless(const struct yaml_emitter *e, bool in_map);

/* A string value; indent is that of the collection around it, -1 at the root. */
void yaml_emit_string(struct yaml_emitter *e, struct str text, int indent, bool is_key);
/* Text without blanks and special characters: numbers, true, null, {}, []. */
void yaml_emit_word(struct yaml_emitter *e, struct str word);

#endif
