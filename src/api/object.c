/* object - one version of an object in a cluster: immutable, reference-counted, its facts decoded
 * */
#include "api/object.h"

#include <string.h>

#include "api/facts.h"
#include "base/arena.h"
#include "base/hash.h"
#include "base/num.h"
#include "doc/make.h"

/* What one tree takes in a block: nodes and arrays first, texts behind them. */
struct extent {
	size_t nodes_bytes;
	size_t text_bytes;
};

static void measure(const struct node *n, struct extent *extent)
{
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

/* A member of the root, or managed, and the object in whose block its nodes are. */
struct part {
	struct object *owner;
	const struct node *key; /* NULL: managed */
	const struct node *value;
	uint64_t hash;
};

struct filler {
	char *nodes;
	char *text;
	uint64_t shape; /* of the part that is being filled: kinds and sizes of its nodes */
};

static void *take(struct filler *f, size_t size_bytes)
{
	void *at = f->nodes;
	f->nodes += size_bytes;
	return at;
}

static const char *take_text(struct filler *f, const struct node *n)
{
	char *at = f->text;

	if (n->count)
		memcpy(at, n->text, n->count);
	at[n->count] = '\0';
	f->text += n->count + (size_t)1;
	return at;
}

static void fill_into(struct filler *f, struct node *copy, const struct node *n);

static const struct node *fill(struct filler *f, const struct node *n)
{
	struct node *copy = take(f, sizeof(*copy));

	fill_into(f, copy, n);
	return copy;
}

/* The keys of a map stand side by side: looking for one reads little memory. */
static const struct entry *fill_entries(struct filler *f, const struct node *map)
{
	struct entry *entries = take(f, map->count * sizeof(*entries));
	struct node *keys = take(f, map->count * sizeof(*keys));

	for (uint32_t i = 0; i < map->count; i++) {
		fill_into(f, &keys[i], map->entries[i].key);
		entries[i] = (struct entry){ &keys[i], fill(f, map->entries[i].value) };
	}
	return entries;
}

static const struct node *const *fill_items(struct filler *f, const struct node *list)
{
	const struct node **items = take(f, list->count * sizeof(*items));

	for (uint32_t i = 0; i < list->count; i++)
		items[i] = fill(f, list->items[i]);
	return items;
}

static void fill_into(struct filler *f, struct node *copy, const struct node *n)
{
	*copy = *n;
	copy->position = copy->step = 0;
	f->shape = f->shape * 31 + (uint64_t)n->count * 4 + n->kind;
	if (n->kind == NODE_SCALAR)
		copy->text = take_text(f, n);
	else if (n->kind == NODE_MAP)
		copy->entries = fill_entries(f, n);
	else
		copy->items = fill_items(f, n);
}

/* Parts of a version that later ones look at: objects have few, but input may have many. */
enum { SHARED_PARTS_MAX = 64 };

/* Whether the part is one of the version before: then it is taken from there. */
static bool share(struct part *part, const struct object *before)
{
	uint32_t count = before ? MIN(before->part_count, (uint32_t)SHARED_PARTS_MAX) : 0;

	for (uint32_t i = 0; i < count; i++) {
		const struct part *old = &before->parts[i];
		if (old->value != part->value ||
		    !str_equal(node_text(old->key), node_text(part->key)))
			continue;
		*part = *old;
		part->owner->block_references++;
		return true;
	}
	return false;
}

/* The parts of a new object; what it does not share is measured. */
static void read_parts(struct part *parts, uint32_t count, const struct node *root,
		       const struct node *managed, const struct object *before,
		       struct extent *extent)
{
	for (uint32_t i = 0; i < count; i++) {
		bool is_member = i < root->count;
		parts[i] = (struct part){ .key = is_member ? root->entries[i].key : NULL,
					  .value = is_member ? root->entries[i].value : managed };
		if (share(&parts[i], before))
			continue;
		if (is_member)
			measure(parts[i].key, extent);
		measure(parts[i].value, extent);
	}
}

static void fill_part(struct filler *f, struct object *object, struct part *part)
{
	const char *texts = f->text;

	if (part->owner)
		return;
	f->shape = HASH64_START;
	part->owner = object;
	if (part->key)
		part->key = fill(f, part->key);
	part->value = fill(f, part->value);
	part->hash = hash64(f->shape, (struct str){ texts, (size_t)(f->text - texts) });
}

/* The root is the object's own: a map of its parts. */
static void fill_all(struct filler *f, struct object *object, const struct node *root)
{
	struct node *copy = take(f, sizeof(*copy));
	struct entry *entries = take(f, root->count * sizeof(*entries));

	*copy = *root;
	copy->position = copy->step = 0;
	copy->entries = entries;
	for (uint32_t i = 0; i < object->part_count; i++) {
		struct part *part = &object->parts[i];
		fill_part(f, object, part);
		object->hash = hash64_word(object->hash, part->hash);
		if (part->key)
			entries[i] = (struct entry){ part->key, part->value };
		else
			object->managed = part->value;
	}
	object->root = copy;
}

struct object *object_new(const struct kind *kind, const struct node *root,
			  const struct node *managed, const struct object *before)
{
	SCRATCH(scratch);
	uint32_t part_count = root->count + (managed != NULL);
	struct part *parts = arena_array(scratch, struct part, part_count);
	struct extent extent = { .nodes_bytes =
					 sizeof(*root) + root->count * sizeof(struct entry) };
	size_t parts_bytes = part_count * sizeof(*parts);

	assert(root->kind == NODE_MAP);
	read_parts(parts, part_count, root, managed, before, &extent);
	struct object *object = heap_grow(NULL, sizeof(*object) + parts_bytes + extent.nodes_bytes +
							extent.text_bytes);
	*object = (struct object){ .kind = kind,
				   .hash = HASH64_START,
				   .references = 1,
				   .block_references = 1,
				   .part_count = part_count,
				   .parts = (struct part *)(object + 1) };
	memcpy(object->parts, parts, parts_bytes);
	char *nodes = (char *)object->parts + parts_bytes;
	struct filler f = { .nodes = nodes, .text = nodes + extent.nodes_bytes };
	fill_all(&f, object, root);
	const struct node *metadata = node_get(object->root, STR("metadata"));
	object->key = (struct key){ node_text(node_get(metadata, STR("namespace"))),
				    node_text(node_get(metadata, STR("name"))) };
	object->uid = node_text(node_get(metadata, STR("uid")));
	num_uint64(node_text(node_get(metadata, STR("resourceVersion"))), 10, &object->version);
	facts_decode(object);
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
