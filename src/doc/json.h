/*
 * json - reading and writing JSON through the same trees
 *
 * Layer: doc. The reader is strict RFC 8259 (duplicate keys kept, numbers keep their spelling). The
 * writer gives scalars their meaning (doc/scalar.h): a GO_V3 scalar 0777 becomes 511.
 */
#ifndef FORGE_DOC_JSON_H
#define FORGE_DOC_JSON_H

#include "base/buf.h"
#include "base/error.h"
#include "doc/set.h"
#include "doc/tree.h"

/* Adds the text to the set and reads one value with nothing but blanks behind it. */
MUST_USE const struct node *json_read(struct docset *set, struct str path, struct str text,
				      struct error *err);

enum json_write_flags {
	JSON_INDENT = 1 << 0,	   /* two blanks a level, "key": value */
	JSON_SORT_KEYS = 1 << 1,   /* by bytes, as Go's encoding/json does for maps */
	JSON_SECRETS = 1 << 3,	   /* as they are; without it *** stands for them (doc/secret.h) */
	JSON_ESCAPE_HTML = 1 << 2, /* <, >, & and U+2028/9 as \u00xx, as Go's default encoder */
	JSON_SPELLED_NUMBERS = 1 << 4, /* those of dialect JSON as they are spelled: 1.500 */
};

/* No newline at the end. .inf and .nan become null. */
void json_write(struct buf *out, const struct node *n, unsigned flags);

/* A text as a JSON string, with quotes. Invalid UTF-8 becomes U+FFFD. */
void json_write_string(struct buf *out, struct str s, unsigned flags);

/* The value as text in the arena: for messages, and with JSON_SECRETS for hashes. */
struct str json_text(struct arena *arena, const struct node *n, unsigned flags);

#endif
