/* cache - the objects of a cluster as the last watch events left them, with indices */
#include "api/cache.h"

#include <string.h>

#include "base/arena.h"
#include "base/map.h"

struct slot;
struct group;

/* A slot's place in one group: the dependents of an owner, or the pods of a node. */
struct member {
	struct slot *slot;
	struct group *group;
	struct member *before, *after;
};

/* Members in the order in which they came. */
struct group {
	struct map *index; /* where it is listed */
	struct member *first, *last;
	uint32_t count;
	size_t key_len;
	char key[];
};

struct slot {
	const struct object *object;
	struct member *members;
	uint32_t member_count;
	size_t uid_len;
	char uid[]; /* the key of the uid index: versions come and go */
};

/* The objects of one kind by namespace and name. */
struct shelf {
	struct slot **slots;
	uint32_t count;
	uint32_t capacity;
};

struct cache {
	struct shelf *shelves; /* by kind id */
	uint32_t shelf_count;
	struct map by_uid;
	struct map by_owner; /* uid → struct group */
	struct map by_node;
	uint64_t version;
};

struct cache *cache_new(void)
{
	struct cache *cache = heap_alloc(sizeof(*cache));

	map_init(&cache->by_uid, NULL);
	map_init(&cache->by_owner, NULL);
	map_init(&cache->by_node, NULL);
	return cache;
}

uint64_t cache_version(const struct cache *cache)
{
	return cache->version;
}

/* Groups */

static struct group *group_of(struct map *index, struct str key)
{
	struct group *group = map_get(index, key);

	if (group)
		return group;
	group = heap_alloc(sizeof(*group) + key.len);
	group->index = index;
	group->key_len = key.len;
	memcpy(group->key, key.ptr, key.len);
	map_put(index, (struct str){ group->key, key.len }, group);
	return group;
}

static void join(struct member *member, struct slot *slot, struct group *group)
{
	*member = (struct member){ .slot = slot, .group = group, .before = group->last };
	if (group->last)
		group->last->after = member;
	else
		group->first = member;
	group->last = member;
	group->count++;
}

static void leave(struct member *member)
{
	struct group *group = member->group;

	*(member->before ? &member->before->after : &group->first) = member->after;
	*(member->after ? &member->after->before : &group->last) = member->before;
	if (--group->count == 0) {
		map_remove(group->index, (struct str){ group->key, group->key_len });
		heap_free(group);
	}
}

static void leave_all(struct slot *slot)
{
	for (uint32_t i = 0; i < slot->member_count; i++)
		leave(&slot->members[i]);
	heap_free(slot->members);
	slot->members = NULL;
	slot->member_count = 0;
}

static const struct node *owners_of(const struct object *object)
{
	return node_at(object->root, "metadata.ownerReferences");
}

static void join_all(struct cache *cache, struct slot *slot)
{
	const struct node *owners = owners_of(slot->object);
	struct str node_name = slot->object->facts.node_name;
	uint32_t count = node_count(owners) + (node_name.len > 0);

	if (!count)
		return;
	slot->members = heap_alloc(count * sizeof(struct member));
	for (uint32_t i = 0; i < node_count(owners); i++) {
		struct str uid = node_str_at(node_item(owners, i), "uid");
		if (uid.len)
			join(&slot->members[slot->member_count++], slot,
			     group_of(&cache->by_owner, uid));
	}
	if (node_name.len)
		join(&slot->members[slot->member_count++], slot,
		     group_of(&cache->by_node, node_name));
}

/* Shelves */

static struct shelf *shelf_of(struct cache *cache, kind_id kind)
{
	if (kind >= cache->shelf_count) {
		uint32_t count = kind + 16u;
		cache->shelves = heap_grow(cache->shelves, count * sizeof(struct shelf));
		memset(&cache->shelves[cache->shelf_count], 0,
		       (count - cache->shelf_count) * sizeof(struct shelf));
		cache->shelf_count = count;
	}
	return &cache->shelves[kind];
}

/* Index of the first slot that is not below key. */
static uint32_t lower_bound(const struct shelf *shelf, struct key key)
{
	uint32_t low = 0, high = shelf->count;

	while (low < high) {
		uint32_t middle = (low + high) / 2;
		if (key_compare(shelf->slots[middle]->object->key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct shelf *find_shelf(const struct cache *cache, kind_id kind)
{
	static const struct shelf empty;

	return kind < cache->shelf_count ? &cache->shelves[kind] : &empty;
}

static struct slot *find_slot(const struct cache *cache, kind_id kind, struct key key)
{
	const struct shelf *shelf = find_shelf(cache, kind);
	uint32_t index = lower_bound(shelf, key);

	if (index < shelf->count && key_equal(shelf->slots[index]->object->key, key))
		return shelf->slots[index];
	return NULL;
}

static void insert(struct cache *cache, struct slot *slot)
{
	struct shelf *shelf = shelf_of(cache, slot->object->kind->id);
	uint32_t index = lower_bound(shelf, slot->object->key);

	if (shelf->count == shelf->capacity) {
		shelf->capacity = shelf->capacity ? shelf->capacity * 2 : 8;
		shelf->slots = heap_grow(shelf->slots, shelf->capacity * sizeof(struct slot *));
	}
	memmove(&shelf->slots[index + 1], &shelf->slots[index],
		(shelf->count - index) * sizeof(struct slot *));
	shelf->slots[index] = slot;
	shelf->count++;
}

static struct str uid_of(const struct slot *slot)
{
	return (struct str){ slot->uid, slot->uid_len };
}

static void drop(struct cache *cache, struct slot *slot)
{
	struct shelf *shelf = shelf_of(cache, slot->object->kind->id);
	uint32_t index = lower_bound(shelf, slot->object->key);

	assert(index < shelf->count && shelf->slots[index] == slot);
	memmove(&shelf->slots[index], &shelf->slots[index + 1],
		(shelf->count - index - 1) * sizeof(struct slot *));
	shelf->count--;
	leave_all(slot);
	map_remove(&cache->by_uid, uid_of(slot));
	object_unref(slot->object);
	heap_free(slot);
}

static void add(struct cache *cache, const struct object *object)
{
	struct slot *slot = heap_alloc(sizeof(*slot) + object->uid.len);

	slot->object = object_ref(object);
	slot->uid_len = object->uid.len;
	if (slot->uid_len)
		memcpy(slot->uid, object->uid.ptr, slot->uid_len);
	insert(cache, slot);
	join_all(cache, slot);
	map_put(&cache->by_uid, uid_of(slot), slot);
}

static bool same_groups(const struct object *a, const struct object *b)
{
	const struct node *x = owners_of(a), *y = owners_of(b);
	bool same_owners = (!x && !y) || (x && y && node_equal(x, y));

	return same_owners && str_equal(a->facts.node_name, b->facts.node_name);
}

static void replace(struct cache *cache, struct slot *slot, const struct object *object)
{
	const struct object *old = slot->object;
	/* Another object of that name: the watch did not tell that the first one went. */
	if (!str_equal(uid_of(slot), object->uid)) {
		drop(cache, slot);
		add(cache, object);
		return;
	}
	bool regroup = !same_groups(old, object);
	if (regroup)
		leave_all(slot);
	slot->object = object_ref(object);
	if (regroup)
		join_all(cache, slot);
	object_unref(old);
}

void cache_update(struct cache *cache, const struct object *before, const struct object *after,
		  uint64_t version)
{
	const struct object *subject = after ? after : before;
	struct slot *slot = find_slot(cache, subject->kind->id, subject->key);

	if (!after && slot)
		drop(cache, slot);
	else if (after && slot)
		replace(cache, slot, after);
	else if (after)
		add(cache, after);
	cache->version = MAX(cache->version, version);
}

void cache_free(struct cache *cache)
{
	if (!cache)
		return;
	for (uint32_t kind = 0; kind < cache->shelf_count; kind++) {
		struct shelf *shelf = &cache->shelves[kind];
		while (shelf->count)
			drop(cache, shelf->slots[shelf->count - 1]);
		heap_free(shelf->slots);
	}
	heap_free(cache->shelves);
	map_release(&cache->by_uid);
	map_release(&cache->by_owner);
	map_release(&cache->by_node);
	heap_free(cache);
}

/* Looking */

const struct object *cache_get(const struct cache *cache, kind_id kind, struct key key)
{
	const struct slot *slot = find_slot(cache, kind, key);
	return slot ? slot->object : NULL;
}

const struct object *cache_get_uid(const struct cache *cache, struct str uid)
{
	const struct slot *slot = map_get(&cache->by_uid, uid);
	return slot ? slot->object : NULL;
}

uint32_t cache_kind_limit(const struct cache *cache)
{
	return cache->shelf_count;
}

uint32_t cache_count(const struct cache *cache, kind_id kind)
{
	return find_shelf(cache, kind)->count;
}

struct objects cache_list(const struct cache *cache, struct arena *arena, kind_id kind,
			  struct str namespace)
{
	const struct shelf *shelf = find_shelf(cache, kind);
	uint32_t first = namespace.ptr ? lower_bound(shelf, (struct key){ namespace, STR("") }) : 0;
	/* No name has a byte above 0x7f. */
	uint32_t last = namespace.ptr ? lower_bound(shelf, (struct key){ namespace, STR("\xff") })
				      : shelf->count;

	struct objects objects = { arena_array(arena, const struct object *, last - first),
				   last - first };
	for (uint32_t i = first; i < last; i++)
		objects.items[i - first] = shelf->slots[i]->object;
	return objects;
}

static struct objects listed(const struct group *group, struct arena *arena, kind_id kind,
			     struct str controller_uid)
{
	uint32_t limit = group ? group->count : 0;
	struct objects objects = { arena_array(arena, const struct object *, limit), 0 };

	for (const struct member *m = group ? group->first : NULL; m; m = m->after) {
		const struct object *object = m->slot->object;
		if (kind && object->kind->id != kind)
			continue;
		if (controller_uid.ptr && !str_equal(object->facts.owner_uid, controller_uid))
			continue;
		objects.items[objects.count++] = object;
	}
	return objects;
}

struct objects cache_owned(const struct cache *cache, struct arena *arena, kind_id kind,
			   struct str owner_uid)
{
	return listed(map_get(&cache->by_owner, owner_uid), arena, kind, owner_uid);
}

struct objects cache_dependents(const struct cache *cache, struct arena *arena, struct str uid)
{
	return listed(map_get(&cache->by_owner, uid), arena, KIND_NONE, STR_NONE);
}

struct objects cache_on_node(const struct cache *cache, struct arena *arena, struct str node_name)
{
	return listed(map_get(&cache->by_node, node_name), arena, KIND_POD, STR_NONE);
}
