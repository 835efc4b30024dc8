/* object - one version of an object in a cluster: immutable, reference-counted, its facts decoded
 * */
#include "api/object.h"

#include <string.h>

#include "api/facts.h"
#include "base/arena.h"
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

static const char *take_text(struct filler *f, const struct node *n)
{
	char *at = f->text;

	if (n->count)
		memcpy(at, n->text, n->count);
	at[n->count] = '\0';
	f->text += n->count + (size_t)1;
	return at;
}

static const struct node *fill(struct filler *f, const struct node *n)
{
	struct node *copy = take(f, sizeof(*copy));

	*copy = *n;
	copy->position = copy->step = 0;
	if (n->kind == NODE_SCALAR) {
		copy->text = take_text(f, n);
	} else if (n->kind == NODE_MAP) {
		struct entry *entries = take(f, n->count * sizeof(*entries));
		for (uint32_t i = 0; i < n->count; i++)
			entries[i] = (struct entry){ fill(f, n->entries[i].key),
						     fill(f, n->entries[i].value) };
		copy->entries = entries;
	} else {
		const struct node **items = take(f, n->count * sizeof(*items));
		for (uint32_t i = 0; i < n->count; i++)
			items[i] = fill(f, n->items[i]);
		copy->items = items;
	}
	return copy;
}

struct object *object_new(const struct kind *kind, const struct node *root,
			  const struct node *managed)
{
	struct extent extent = {};

	measure(root, &extent);
	if (managed)
		measure(managed, &extent);
	size_t size_bytes = sizeof(struct object) + extent.nodes_bytes + extent.text_bytes;
	struct object *object = heap_grow(NULL, size_bytes); /* not zeroed: all of it is written */
	struct filler f = { (char *)(object + 1), (char *)(object + 1) + extent.nodes_bytes };

	object->kind = kind;
	object->references = 1;
	object->root = fill(&f, root);
	object->managed = managed ? fill(&f, managed) : NULL;
	object->key = object_key(object->root);
	object->uid = object_uid(object->root);
	object->version = 0;
	num_uint64(node_str_at(object->root, "metadata.resourceVersion"), 10, &object->version);
	facts_decode(object);
	return object;
}

const struct object *object_ref(const struct object *object)
{
	((struct object *)(uintptr_t)object)->references++;
	return object;
}

void object_unref(const struct object *object)
{
	struct object *own = (struct object *)(uintptr_t)object;

	if (own && --own->references == 0)
		heap_free(own);
}

const struct node *object_shown(struct arena *arena, const struct object *object)
{
	if (!object->managed)
		return object->root;
	return node_set(arena, object->root, "metadata.managedFields", object->managed);
}
