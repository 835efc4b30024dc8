/*
 * path - paths into documents that people write
 *
 * Layer: doc. `spec.template.spec.containers[name=api].image`, keys with dots in brackets
 * `metadata.annotations[a.b/c]`, indices `containers[0]` or `containers.0`, escapes `a\.b`; or a
 * JSON pointer (RFC 6901) when it begins with a slash.
 */
#ifndef FORGE_DOC_PATH_H
#define FORGE_DOC_PATH_H

#include "base/error.h"
#include "doc/tree.h"

enum { PATH_STEPS_MAX = 256 };

enum path_step_kind { PATH_KEY, PATH_INDEX, PATH_SELECT, PATH_END };

struct path_step {
	enum path_step_kind kind;
	struct str key;	  /* of a KEY, or the k of [k=v] */
	struct str value; /* the v of [k=v] */
	uint32_t index;	  /* of an INDEX; a KEY of digits may be one, too, on a list */
};

struct path {
	struct path_step *steps;
	uint32_t count;
};

/* Errors name the column of the fault in the text. Steps live in the arena and borrow from text
 * where nothing was escaped. */
MUST_USE int path_parse(struct arena *arena, struct str text, struct path *ret, struct error *err);

/* The node, or NULL. */
const struct node *path_find(const struct node *root, const struct path *path);

/* As text in the dotted form, or as a JSON pointer. */
struct str path_format(struct arena *arena, const struct path *path);
struct str path_pointer(struct arena *arena, const struct path *path);

/* Appends one step in the dotted form: .key or [key.with.dots], and [k=v]. */
struct buf;
void path_add_key(struct buf *out, struct str key);
void path_add_select(struct buf *out, struct str key, struct str value);

/* Appends one step of a JSON pointer: /key. */
void path_add_token(struct buf *out, struct str key);

#endif
