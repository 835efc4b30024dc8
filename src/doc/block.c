/* block - trees copied into one block of memory */
#include "doc/block.h"

#include <string.h>

#include "doc/literal.h"

void block_measure_map(uint32_t count, struct block_size *size)
{
	size->nodes_bytes += sizeof(struct node) + count * sizeof(struct entry);
}

void block_measure(const struct node *n, struct block_size *size)
{
	if (node_is_kept(n))
		return;
	if (n->kind == NODE_SCALAR) {
		size->nodes_bytes += sizeof(*n);
		size->text_bytes += n->raw_count + (size_t)1;
	} else if (n->kind == NODE_MAP) {
		block_measure_map(n->raw_count, size);
		for (uint32_t i = 0; i < n->raw_count; i++) {
			block_measure(n->raw_entries[i].key, size);
			block_measure(n->raw_entries[i].value, size);
		}
	} else {
		size->nodes_bytes += sizeof(*n) + n->raw_count * sizeof(struct node *);
		for (uint32_t i = 0; i < n->raw_count; i++)
			block_measure(n->raw_items[i], size);
	}
}

static void *take(struct block *block, size_t size_bytes)
{
	void *at = block->nodes;
	block->nodes += size_bytes;
	return at;
}

static uint64_t copy_text(struct block *block, struct node *to, uint64_t hash)
{
	const char *text = to->raw_text;

	to->raw_text = block->text;
	if (to->raw_count)
		memcpy(block->text, text, to->raw_count);
	block->text[to->raw_count] = '\0';
	block->text += to->raw_count + (size_t)1;
	return hash64(hash, node_text(to));
}

/* Keys first, so that they stand side by side: looking for one reads little memory. */
static uint64_t copy_entries(struct block *block, struct node *to, uint64_t hash)
{
	const struct entry *from = to->raw_entries;
	struct entry *entries = take(block, to->raw_count * sizeof(*entries));

	to->raw_entries = entries;
	for (uint32_t i = 0; i < to->raw_count; i++)
		hash = hash64_word(hash, block_copy(block, &entries[i].key, from[i].key));
	for (uint32_t i = 0; i < to->raw_count; i++)
		hash = hash64_word(hash, block_copy(block, &entries[i].value, from[i].value));
	return hash;
}

static uint64_t copy_items(struct block *block, struct node *to, uint64_t hash)
{
	const struct node *const *from = to->raw_items;
	const struct node **items = take(block, to->raw_count * sizeof(*items));

	to->raw_items = items;
	for (uint32_t i = 0; i < to->raw_count; i++)
		hash = hash64_word(hash, block_copy(block, &items[i], from[i]));
	return hash;
}

static struct node *bare_copy(struct block *block, const struct node *n)
{
	struct node *to = take(block, sizeof(*to));

	*to = *n;
	to->position = to->step = 0;
	return to;
}

uint64_t block_copy(struct block *block, const struct node **ret, const struct node *n)
{
	if (node_is_kept(n)) {
		*ret = n;
		return node_kept_hash(n);
	}
	struct node *to = bare_copy(block, n);
	*ret = to;
	uint64_t hash = node_hash_start(n);
	if (n->kind == NODE_SCALAR)
		return copy_text(block, to, hash);
	return n->kind == NODE_MAP ? copy_entries(block, to, hash) : copy_items(block, to, hash);
}

const struct node *block_map(struct block *block, const struct node *like, uint32_t count,
			     struct entry **ret_entries)
{
	struct node *map = bare_copy(block, like);

	*ret_entries = take(block, count * sizeof(**ret_entries));
	map->raw_entries = *ret_entries; /* of the same depths */
	map->raw_count = count;
	return map;
}
