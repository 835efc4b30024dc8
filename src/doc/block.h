/*
 * block - trees copied into one block of memory
 *
 * Layer: doc. A block that is counted by references (api/object.h) holds trees without positions
 * and steps: nodes and arrays first, texts behind them. It is measured, allocated by its owner, and
 * filled. Kept nodes (doc/literal.h) are shared, not copied.
 *
 *	struct block_size size = {};
 *	block_measure(root, &size);
 *	char *room = heap_grow(NULL, size.nodes_bytes + size.text_bytes);
 *	struct block block = { .nodes = room, .text = room + size.nodes_bytes };
 *	uint64_t hash = block_copy(&block, &copy, root);
 */
#ifndef FORGE_DOC_BLOCK_H
#define FORGE_DOC_BLOCK_H

#include "doc/tree.h"

struct block_size {
	size_t nodes_bytes;
	size_t text_bytes;
};

/* Adds what a tree takes. */
void block_measure(const struct node *n, struct block_size *size);

/* Adds what a map with so many entries takes, without its keys and values. */
void block_measure_map(uint32_t count, struct block_size *size);

struct block {
	char *nodes; /* the next free bytes */
	char *text;
};

/* The copy of a tree that was measured, and its node_hash(). */
uint64_t block_copy(struct block *block, const struct node **ret, const struct node *n);

/* A map like that one (of its style), whose entries the caller fills in. */
const struct node *block_map(struct block *block, const struct node *like, uint32_t count,
			     struct entry **ret_entries);

#endif
