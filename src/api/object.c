/* object - one version of an object in a cluster: immutable, reference-counted, its facts decoded
 * */
#include "api/object.h"

#include <string.h>

#include "api/facts.h"
#include "base/arena.h"
#include "base/hash.h"
#include "base/num.h"
#include "doc/literal.h"
#include "doc/make.h"

/* What one tree takes in a block: nodes and arrays first, texts behind them. */
struct extent {
	size_t nodes_bytes;
	size_t text_bytes;
};

/* Kept nodes (doc/literal.h) need no copy. */
static void measure(const struct node *n, struct extent *extent)
{
	if (node_is_kept(n))
		return;
	extent->nodes_bytes += sizeof(*n);
	if (n->kind == NODE_SCALAR) {
		extent->text_bytes += n->count + (size_t)1;
	} else if (n->kind == NODE_MAP) {
		extent->nodes_bytes += n->count * sizeof(struct entry);
		for (uint32_t i = 0; i < n->count; i++) {
			measure(n->entries[i].key, extent);
			measure(n->entries[i].value, extent);
		}
	} else {
		extent->nodes_bytes += n->count * sizeof(struct node *);
		for (uint32_t i = 0; i < n->count; i++)
			measure(n->items[i], extent);
	}
}

struct filler {
	char *nodes;
	char *text;
};

static void *take(struct filler *f, size_t size_bytes)
{
	void *at = f->nodes;
	f->nodes += size_bytes;
	return at;
}

/* Copies return their hash, which is node_hash's. */
static uint64_t copy(struct filler *f, const struct node **ret, const struct node *n);

static uint64_t copy_text(struct filler *f, struct node *to, uint64_t hash)
{
	const char *text = to->text;

	to->text = f->text;
	if (to->count)
		memcpy(f->text, text, to->count);
	f->text[to->count] = '\0';
	f->text += to->count + (size_t)1;
	return hash64(hash, node_text(to));
}

/* Keys first, so that they stand side by side: looking for one reads little memory. */
static uint64_t copy_entries(struct filler *f, struct node *to, uint64_t hash)
{
	const struct entry *from = to->entries;
	struct entry *entries = take(f, to->count * sizeof(*entries));

	to->entries = entries;
	for (uint32_t i = 0; i < to->count; i++)
		hash = hash64_word(hash, copy(f, &entries[i].key, from[i].key));
	for (uint32_t i = 0; i < to->count; i++)
		hash = hash64_word(hash, copy(f, &entries[i].value, from[i].value));
	return hash;
}

static uint64_t copy_items(struct filler *f, struct node *to, uint64_t hash)
{
	const struct node *const *from = to->items;
	const struct node **items = take(f, to->count * sizeof(*items));

	to->items = items;
	for (uint32_t i = 0; i < to->count; i++)
		hash = hash64_word(hash, copy(f, &items[i], from[i]));
	return hash;
}

static uint64_t copy(struct filler *f, const struct node **ret, const struct node *n)
{
	if (node_is_kept(n)) {
		*ret = n;
		return node_kept_hash(n);
	}
	struct node *to = take(f, sizeof(*to));
	*ret = to;
	*to = *n;
	to->position = to->step = 0;
	uint64_t hash = node_hash_start(n);
	if (n->kind == NODE_SCALAR)
		return copy_text(f, to, hash);
	return n->kind == NODE_MAP ? copy_entries(f, to, hash) : copy_items(f, to, hash);
}

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
	uint32_t count = MIN(node_count(g->old_map), (uint32_t)SHARED_PARTS_MAX);
	struct entry entry = g->map->entries[index];

	if (index < count && is_same(g->old_map->entries[index], entry))
		return &g->old_parts[index];
	for (uint32_t i = 0; i < count; i++)
		if (is_same(g->old_map->entries[i], entry))
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
static void read_group(const struct group *g, bool is_metadata, struct extent *extent)
{
	extent->nodes_bytes += sizeof(struct node) + g->map->count * sizeof(struct entry);
	for (uint32_t i = 0; i < g->map->count; i++) {
		const struct node *key = g->map->entries[i].key, *value = g->map->entries[i].value;
		if (value != g->apart && share(&g->parts[i], old_part(g, i)))
			continue;
		g->parts[i] = (struct part){ .name = facts_part(node_text(key), is_metadata) };
		measure(key, extent);
		if (value != g->apart)
			measure(value, extent);
	}
}

/* What is read of the parts while they are copied. */
struct parts_read {
	const struct node *values[PART_NAMES];
	uint64_t hashes[PART_NAMES];
	uint32_t shared; /* a bit for each name */
};

/* The map of the parts; apart is the copy of the member that is a group. */
static const struct node *copy_group(struct filler *f, struct object *object, const struct group *g,
				     const struct node *apart, struct parts_read *read)
{
	struct node *map = take(f, sizeof(*map));
	struct entry *entries = take(f, g->map->count * sizeof(*entries));

	*map = *g->map;
	map->position = map->step = 0;
	map->entries = entries;
	for (uint32_t i = 0; i < map->count; i++) {
		struct part *part = &g->parts[i];
		const struct entry *from = &g->map->entries[i];
		if (part->owner) {
			entries[i] = *from;
			read->shared |= 1u << part->name;
		} else {
			part->owner = object;
			part->hash = copy(f, &entries[i].key, from->key);
			if (from->value == g->apart)
				entries[i].value = apart;
			else
				part->hash = hash64_word(part->hash,
							 copy(f, &entries[i].value, from->value));
		}
		read->values[part->name] = entries[i].value;
		read->hashes[part->name] = part->hash;
		object->hash = hash64_word(object->hash, part->hash);
	}
	return map;
}

static void copy_managed(struct filler *f, struct object *object, const struct node *managed)
{
	struct part *part = &object->parts[object->part_count - 1];

	if (!managed)
		return;
	object->managed = managed;
	if (!part->owner) {
		part->owner = object;
		part->hash = copy(f, &object->managed, managed);
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
	struct extent extent;
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
		d->metadata.old_parts = before->parts + before->root->count;
	}
	read_group(&d->root, /* is_metadata= */ false, &d->extent);
	read_group(&d->metadata, /* is_metadata= */ true, &d->extent);
	if (!d->managed)
		return;
	if (!before || before->managed != d->managed ||
	    !share(managed, &before->parts[before->part_count - 1]))
		measure(d->managed, &d->extent);
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
	d->part_count = root->count + metadata->count + (managed != NULL);
	d->parts = arena_array(arena, struct part, d->part_count);
	d->root = (struct group){ .map = root,
				  .parts = d->parts,
				  .apart = has_metadata ? given : NULL };
	d->metadata = (struct group){ .map = metadata, .parts = d->parts + root->count };
}

/* The block: object, parts, nodes, texts. */
static struct object *new_block(struct draft *d, struct filler *f)
{
	size_t parts_bytes = d->part_count * sizeof(*d->parts);
	struct object *object = heap_grow(
		NULL, sizeof(*object) + parts_bytes + d->extent.nodes_bytes + d->extent.text_bytes);

	*object = (struct object){ .hash = HASH64_START,
				   .references = 1,
				   .block_references = 1,
				   .part_count = d->part_count,
				   .parts = (struct part *)(object + 1) };
	memcpy(object->parts, d->parts, parts_bytes);
	d->root.parts = object->parts;
	d->metadata.parts = object->parts + d->root.map->count;
	f->nodes = (char *)object->parts + parts_bytes;
	f->text = f->nodes + d->extent.nodes_bytes;
	return object;
}

struct object *object_new(const struct kind *kind, const struct node *root,
			  const struct node *managed, const struct object *before, uint64_t version)
{
	SCRATCH(scratch);
	struct parts_read read = {};
	struct draft d = {};
	struct filler f;

	assert(root->kind == NODE_MAP);
	draft_version(&d, scratch, root, managed, version);
	draft_parts(&d, before);
	struct object *object = new_block(&d, &f);
	object->kind = kind;
	object->metadata = copy_group(&f, object, &d.metadata, NULL, &read);
	object->root = copy_group(&f, object, &d.root, object->metadata, &read);
	copy_managed(&f, object, managed);
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
