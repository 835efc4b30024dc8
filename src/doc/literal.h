/*
 * literal - the texts of node_make, read once and kept for the whole run
 *
 * Layer: doc. A literal says what a tree looks like and where its placeholders are. Whatever has no
 * placeholder in it (keys above all) is made into nodes at the first use; every tree made from that
 * literal then shares them, and objects in a store do, too (node_is_kept), instead of copies.
 */
#ifndef FORGE_DOC_LITERAL_H
#define FORGE_DOC_LITERAL_H

#include "base/kept.h"
#include "doc/tree.h"

enum literal_kind {
	LITERAL_KEPT,	     /* node */
	LITERAL_PLACEHOLDER, /* type, is_optional */
	LITERAL_MAP,	     /* members: key, value, key, value … */
	LITERAL_LIST,	     /* members: items */
};

struct literal {
	enum literal_kind kind;
	char type; /* letter behind % */
	bool is_optional;
	uint32_t count; /* entries or items */
	const struct literal *members;
	const struct node *node;
	size_t size_bytes; /* of the nodes and arrays that a tree made from it needs, at most */
};

/* The text is a string literal: another one, or a fault in it, is a BUG. From any thread. */
const struct literal *literal_get(const char *text);

/* A kept node and its node_hash. */
struct kept_node {
	struct node node;
	uint64_t hash;
};

/* Whether the node, with all below it, lives as long as the program. */
static inline bool node_is_kept(const struct node *n)
{
	return kept_has(n);
}

static inline uint64_t node_kept_hash(const struct node *n)
{
	return ((const struct kept_node *)n)->hash;
}

#endif
