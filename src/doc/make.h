/*
 * make - objects written as text, and changes at a path
 *
 * Layer: doc. So a reconciler that makes a VirtualService looks like a VirtualService:
 *
 *	node_make(arena, "{metadata: {name: %s, labels: %?n}, spec: {replicas: %d}}",
 *		  name, labels, 3);
 *
 * The literal is flow-style YAML with plain keys and plain or "quoted" scalars; it is ours, so a
 * fault in it is a BUG. Placeholders:
 *
 *	%s  struct str, as a string scalar    %?s  left out with its key when the str is absent
 *	%c  const char *, the same (%?c)      %n   const struct node *, null when NULL
 *					      %?n  left out when NULL
 *	%d  int    %l  int64_t    %b  int as bool
 *
 * A placeholder may stand for a key, too: {%s: 1}. Inside a scalar it does not work: format the
 * text first. Texts are borrowed. Plain scalars of the literal are typed as in JSON: true, 3, null,
 * else strings. A literal is read once and kept (doc/literal.h): it must be one, not a text that
 * was put together.
 */
#ifndef FORGE_DOC_MAKE_H
#define FORGE_DOC_MAKE_H

#include "doc/tree.h"

const struct node *node_make(struct arena *arena, const char *literal, ...);

/*
 * The root with the node at a path (as node_find and node_at have it) replaced or added: copies the
 * path, makes missing maps on the way. value NULL removes. A [k=v] that is absent is appended as
 * {k: v} with the value set in it.
 */
const struct node *node_put(struct arena *arena, const struct node *root, struct trusted_path path,
			    const struct node *value);
#define node_set(arena, root, text, value) node_put(arena, root, TRUSTED_PATH(text), value)

#endif
