/* object - one version of an object in a cluster: immutable, reference-counted, its facts decoded
 * */
#include "api/object.h"

#include <string.h>

#include "api/facts.h"
#include "base/arena.h"
#include "base/hash.h"
#include "base/num.h"
#include "doc/block.h"
#include "doc/make.h"

/* Parts */

/* A member of the root or of metadata, or managed: in whose block its nodes are. */
struct part {
	struct object *owner; /* NULL while it is not copied */
	uint64_t hash;
	enum part_name name;
};

/* The members of a map as parts, and those of the version before it. */
struct group {
	const struct node *map;
	struct part *parts;
	const struct node *old_map; /* NULL: none */
	const struct part *old_parts;
	const struct node *apart; /* the member that is a group of its own, or NULL */
};

/* Parts of a version that later ones look at: objects have few, but input may have many. */
enum { SHARED_PARTS_MAX = 64 };

static bool is_same(struct entry a, struct entry b)
{
	return a.key == b.key && a.value == b.value;
}

/* The part of the version before that this entry is, or NULL. Mostly it stands at the same
 * place. */
static const struct part *old_part(const struct group *g, uint32_t index)
{
	uint32_t count = MIN(node_entry_count(g->old_map), (uint32_t)SHARED_PARTS_MAX);
	struct entry entry = *node_entry(g->map, index);

	if (index < count && is_same(*node_entry(g->old_map, index), entry))
		return &g->old_parts[index];
	for (uint32_t i = 0; i < count; i++)
		if (is_same(*node_entry(g->old_map, i), entry))
			return &g->old_parts[i];
	return NULL;
}

static bool share(struct part *part, const struct part *old)
{
	if (old) {
		*part = *old;
		part->owner->block_references++;
	}
	return old;
}

/* Finds what is shared; what is not is measured. */
static void read_group(const struct group *g, bool is_metadata, struct block_size *size)
{
	block_measure_map(node_entry_count(g->map), size);
	for (uint32_t i = 0; i < node_entry_count(g->map); i++) {
		const struct node *key = node_entry(g->map, i)->key,
				  *value = node_entry(g->map, i)->value;
		if (value != g->apart && share(&g->parts[i], old_part(g, i)))
			continue;
		g->parts[i] = (struct part){ .name = facts_part(node_text(key), is_metadata) };
		block_measure(key, size);
		if (value != g->apart)
			block_measure(value, size);
	}
}

/* What is read of the parts while they are copied. */
struct parts_read {
	const struct node *values[PART_NAMES];
	uint64_t hashes[PART_NAMES];
	uint32_t shared; /* a bit for each name */
};

/* The map of the parts; apart is the copy of the member that is a group. */
static const struct node *copy_group(struct block *block, struct object *object,
				     const struct group *g, const struct node *apart,
				     struct parts_read *read)
{
	struct entry *entries;
	const struct node *map = block_map(block, g->map, node_entry_count(g->map), &entries);

	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		struct part *part = &g->parts[i];
		const struct entry *from = node_entry(g->map, i);
		if (part->owner) {
			entries[i] = *from;
			read->shared |= 1u << part->name;
		} else {
			part->owner = object;
			part->hash = block_copy(block, &entries[i].key, from->key);
			if (from->value == g->apart)
				entries[i].value = apart;
			else
				part->hash =
					hash64_word(part->hash, block_copy(block, &entries[i].value,
									   from->value));
		}
		read->values[part->name] = entries[i].value;
		read->hashes[part->name] = part->hash;
		object->hash = hash64_word(object->hash, part->hash);
	}
	return map;
}

static void copy_managed(struct block *block, struct object *object, const struct node *managed)
{
	struct part *part = &object->parts[object->part_count - 1];

	if (!managed)
		return;
	object->managed = managed;
	if (!part->owner) {
		part->owner = object;
		part->hash = block_copy(block, &object->managed, managed);
	}
	object->hash = hash64_word(object->hash, part->hash);
}

static void take_facts(struct object *object, const struct parts_read *read,
		       const struct object *before)
{
	const struct node *const *values = read->values;

	object->facts = before ? before->facts : facts_none;
	for (int i = PART_OTHER + 1; i < PART_NAMES; i++)
		if (before ? !(read->shared & 1u << i) : values[i] != NULL)
			facts_take(&object->facts, object->kind, (enum part_name)i, values[i],
				   read->hashes[i]);
	object->key =
		(struct key){ node_text(values[PART_NAMESPACE]), node_text(values[PART_NAME]) };
	object->uid = node_text(values[PART_UID]);
	num_uint64(node_text(values[PART_VERSION]), 10, &object->version);
}

/* A version before it stands in its block. */
struct draft {
	struct group root;
	struct group metadata;
	const struct node *managed;
	struct part *parts; /* of root, of metadata, of managed */
	uint32_t part_count;
	struct block_size size;
};

static const struct node *numbered(struct arena *arena, const struct node *metadata,
				   uint64_t version)
{
	if (!version)
		return metadata;
	struct str text = num_format_uint64(arena, version, 10, 1);
	return node_with(arena, metadata, STR("resourceVersion"), node_str(arena, text));
}

static void draft_parts(struct draft *d, const struct object *before)
{
	struct part *managed = &d->parts[d->part_count - 1];

	if (before) {
		d->root.old_map = before->root;
		d->root.old_parts = before->parts;
		d->metadata.old_map = before->metadata;
		d->metadata.old_parts = before->parts + node_entry_count(before->root);
	}
	read_group(&d->root, /* is_metadata= */ false, &d->size);
	read_group(&d->metadata, /* is_metadata= */ true, &d->size);
	if (!d->managed)
		return;
	if (!before || before->managed != d->managed ||
	    !share(managed, &before->parts[before->part_count - 1]))
		block_measure(d->managed, &d->size);
}

static void draft_version(struct draft *d, struct arena *arena, const struct node *root,
			  const struct node *managed, uint64_t version)
{
	const struct node *given = node_get(root, STR("metadata"));
	bool has_metadata = node_is_map(given);
	const struct node *metadata =
		has_metadata ? numbered(arena, given, version) : node_empty_map();

	assert(has_metadata || !version);
	d->managed = managed;
	d->part_count = node_entry_count(root) + node_entry_count(metadata) + (managed != NULL);
	d->parts = arena_array(arena, struct part, d->part_count);
	d->root = (struct group){ .map = root,
				  .parts = d->parts,
				  .apart = has_metadata ? given : NULL };
	d->metadata = (struct group){ .map = metadata, .parts = d->parts + node_entry_count(root) };
}

/* The block: object, parts, nodes, texts. */
static struct object *new_block(struct draft *d, struct block *block)
{
	size_t parts_bytes = d->part_count * sizeof(*d->parts);
	struct object *object = heap_grow(NULL, sizeof(*object) + parts_bytes +
							d->size.nodes_bytes + d->size.text_bytes);

	*object = (struct object){ .hash = HASH64_START,
				   .references = 1,
				   .block_references = 1,
				   .part_count = d->part_count,
				   .parts = (struct part *)(object + 1) };
	memcpy(object->parts, d->parts, parts_bytes);
	d->root.parts = object->parts;
	d->metadata.parts = object->parts + node_entry_count(d->root.map);
	block->nodes = (char *)object->parts + parts_bytes;
	block->text = block->nodes + d->size.nodes_bytes;
	return object;
}

struct object *object_new(const struct kind *kind, const struct node *root,
			  const struct node *managed, const struct object *before, uint64_t version)
{
	SCRATCH(scratch);
	struct parts_read read = {};
	struct draft d = {};
	struct block block;

	assert(root->kind == NODE_MAP);
	draft_version(&d, scratch, root, managed, version);
	draft_parts(&d, before);
	struct object *object = new_block(&d, &block);
	object->kind = kind;
	object->metadata = copy_group(&block, object, &d.metadata, NULL, &read);
	object->root = copy_group(&block, object, &d.root, object->metadata, &read);
	copy_managed(&block, object, managed);
	take_facts(object, &read, before);
	return object;
}

const struct object *object_ref(const struct object *object)
{
	((struct object *)(uintptr_t)object)->references++;
	return object;
}

static void unref_block(struct object *object)
{
	if (--object->block_references == 0)
		heap_free(object);
}

void object_unref(const struct object *object)
{
	struct object *own = (struct object *)(uintptr_t)object;

	if (!own || --own->references)
		return;
	for (uint32_t i = 0; i < own->part_count; i++)
		if (own->parts[i].owner != own)
			unref_block(own->parts[i].owner);
	unref_block(own);
}

const struct node *object_shown(struct arena *arena, const struct object *object)
{
	if (!object->managed)
		return object->root;
	return node_set(arena, object->root, "metadata.managedFields", object->managed);
}

struct nodes objects_roots(struct arena *arena, const struct objects *objects)
{
	struct nodes roots = { arena_array(arena, const struct node *, objects->count),
			       objects->count };

	for (uint32_t i = 0; i < objects->count; i++)
		roots.items[i] = objects->items[i]->root;
	return roots;
}
