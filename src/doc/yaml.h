/*
 * yaml - reading YAML as go-yaml does, writing the bytes of `kubectl kustomize`
 *
 * Layer: doc. The reader accepts what go-yaml accepts and besides what the YAML test suite says;
 * deviations stand in docs/parity.md. It works on the text in place: scalars that need no
 * unescaping borrow their bytes.
 *
 * Limits (named, with messages): NODE_DEPTH_MAX nesting, YAML_ALIAS_NODES_MAX nodes after expansion
 * of aliases, YAML_ALIAS_BYTES_MAX of text that aliases bring, YAML_TEXT_BYTES_MAX of one text,
 * YAML_KEY_BYTES_MAX characters of an implicit key.
 */
#ifndef FORGE_DOC_YAML_H
#define FORGE_DOC_YAML_H

#include "base/buf.h"
#include "base/error.h"
#include "doc/segments.h"
#include "doc/set.h"
#include "doc/tree.h"

enum {
	YAML_TEXT_BYTES_MAX = 256 << 20,
	YAML_ALIAS_NODES_MAX = 4000000,
	YAML_ALIAS_BYTES_MAX = 64 << 20,
	YAML_KEY_BYTES_MAX = 1024,
};

struct document {
	const struct node *root; /* NULL: an empty document (only comments, or nothing) */
	uint32_t start;		 /* position behind its ---, or of the text's first byte */
	uint32_t end;		 /* of the next --- or ..., or of the text's end */
};

struct documents {
	struct document *items;
	uint32_t count;
};

/*
 * Adds text to the set under path and reads all its documents. The same bytes in memory are read
 * once per path: later calls give the same documents. path and text are borrowed for the life of
 * the set. Errors have the position of the first fault. UTF-8 with or without BOM; UTF-16
 * is refused with a hint.
 */
MUST_USE int yaml_read(struct docset *set, struct str path, struct str text, enum dialect dialect,
		       struct documents *ret, struct error *err);

/* Exactly one document: an error when there is none, or more. */
MUST_USE const struct node *yaml_read_one(struct docset *set, struct str path, struct str text,
					  enum dialect dialect, struct error *err);

/* Merge keys (<<) resolved as go-yaml v3 does when decoding: explicit keys win, earlier merges
 * before later ones. A key that is a map or a list is an error: objects have none. */
MUST_USE int yaml_merge_keys(struct arena *arena, const struct node *root, const struct node **ret,
			     struct error *err);

/* The first key that occurs twice in one map, as the second entry; NULL when all are unique. */
const struct entry *yaml_duplicate_key(const struct node *root);

/* What a decoder of objects makes of a document: merge keys resolved; a key that stands in a map
 * twice is an error with its place. */
MUST_USE int yaml_decode(struct arena *arena, const struct node *root, const struct node **ret,
			 struct error *err);

/* For programs: secrets as they are. Without it the output is for people: *** stands for secrets
 * (doc/secret.h), and what a CI system takes for a command is escaped (base/visible.h). */
enum yaml_write_flags { YAML_SECRETS = 1 << 0 };

/*
 * Writes as sigs.k8s.io/yaml does (go-yaml v2's emitter over JSON): keys sorted in natural order,
 * scalars through JSON, two blanks of indentation, long lines folded. Ends with a newline. Errors:
 * .inf, .nan and keys that JSON has no form for.
 */
MUST_USE int yaml_write(struct buf *out, const struct node *root, unsigned flags,
			struct error *err);

/* The same with secrets as they are, and where each key and value in out comes from. */
MUST_USE int yaml_write_segments(struct buf *out, const struct node *root,
				 struct segments *segments, struct error *err);

/* The order of keys in yaml_write: letters by code point and after all else, runs of digits as
 * numbers. */
int yaml_compare_keys(struct str a, struct str b);

/* The path of the node that begins at a position, in the document that holds it:
 * "patches[1].target"; STR_NONE when none does. O(texts that were read + nodes of one of them). */
struct str yaml_path_at(struct docset *set, struct arena *arena, uint32_t position);

/* Comments. The lines of comment directly above a node's line (LF between them), and the one behind
 * it on its line: text without '#' and the blank behind it. STR_NONE when there is none. Lives in
 * the set's arena. */
struct str yaml_comment_above(struct docset *set, uint32_t position);
struct str yaml_comment_behind(struct docset *set, uint32_t position);

#endif
