/* cache - the objects of a cluster as the last watch events left them, with indices */
#include "api/cache.h"

#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/sort.h"

struct slot;
struct group;

/* A slot's place in one group: the dependents of an owner, or the pods of a node. */
struct member {
	struct slot *slot;
	struct group *group;
	struct member *before, *after;
	bool is_controlled; /* of an owner's group: the owner is its controller */
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
	const struct object *object; /* NULL: gone, and freed when the shelf is tidied */
	struct member *members;
	uint32_t member_count;
	/* The keys of the indices, for versions come and go. */
	struct str key; /* as write_key() writes it */
	struct str uid;
	char texts[];
};

/* The objects of one kind. They are put in order when somebody asks for a list. */
struct shelf {
	struct map by_key;
	struct slot **slots; /* the first sorted_count by namespace and name, then as they came */
	uint32_t count;
	uint32_t capacity;
	uint32_t sorted_count;
	uint32_t gone_count;
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
	if (key.len)
		memcpy(group->key, key.ptr, key.len);
	map_put(index, (struct str){ group->key, key.len }, group);
	return group;
}

static void join(struct member *member, struct slot *slot, struct group *group)
{
	struct str key = { group->key, group->key_len };

	*member = (struct member){ .slot = slot, .group = group, .before = group->last };
	member->is_controlled = str_equal(slot->object->facts.owner_uid, key);
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

static struct str owner_uid(const struct node *owners, uint32_t index)
{
	return node_text(node_get(node_item(owners, index), STR("uid")));
}

/* A pod without a controller may be adopted: it is listed under no uid. */
static bool is_orphan(const struct object *object)
{
	return object->kind->id == KIND_POD && !object->facts.owner_uid.len;
}

static void join_all(struct cache *cache, struct slot *slot)
{
	const struct node *owners = slot->object->facts.owners;
	bool pod = slot->object->kind->id == KIND_POD, orphan = is_orphan(slot->object);
	uint32_t count = node_item_count(owners) + pod + orphan;

	if (!count)
		return;
	slot->members = heap_alloc(count * sizeof(struct member));
	for (uint32_t i = 0; i < node_item_count(owners); i++) {
		struct str uid = owner_uid(owners, i);
		if (uid.len)
			join(&slot->members[slot->member_count++], slot,
			     group_of(&cache->by_owner, uid));
	}
	if (orphan)
		join(&slot->members[slot->member_count++], slot,
		     group_of(&cache->by_owner, STR("")));
	if (pod)
		join(&slot->members[slot->member_count++], slot,
		     group_of(&cache->by_node, slot->object->facts.node_name));
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

/* NULL: of that kind there has been none. */
static struct shelf *find_shelf(const struct cache *cache, kind_id kind)
{
	return kind < cache->shelf_count ? &cache->shelves[kind] : NULL;
}

static size_t key_len(struct key key)
{
	return key.namespace.len + 1 + key.name.len;
}

/* "namespace/name", key_len() bytes. */
static struct str write_key(char *at, struct key key)
{
	struct str text = { at, key_len(key) };

	if (key.namespace.len)
		at = mempcpy(at, key.namespace.ptr, key.namespace.len);
	*at++ = '/';
	if (key.name.len)
		memcpy(at, key.name.ptr, key.name.len);
	return text;
}

static struct slot *find_slot(const struct cache *cache, kind_id kind, struct key key)
{
	char buffer
		[320]; /* a namespace has at most 63 bytes, a name 253: but roles have no limit */
	const struct shelf *shelf = find_shelf(cache, kind);
	size_t len = key_len(key);
	char *at = len <= sizeof(buffer) ? buffer : heap_grow(NULL, len);
	struct slot *slot = shelf ? map_get(&shelf->by_key, write_key(at, key)) : NULL;

	if (at != buffer)
		heap_free(at);
	return slot;
}

static int compare_slots(const void *a, const void *b, void *context)
{
	const struct slot *x = *(const struct slot *const *)a;
	const struct slot *y = *(const struct slot *const *)b;

	(void)context;
	return key_compare(x->object->key, y->object->key);
}

static void drop_gone(struct shelf *shelf)
{
	uint32_t kept = 0, sorted = 0;

	for (uint32_t i = 0; shelf->gone_count && i < shelf->count; i++) {
		struct slot *slot = shelf->slots[i];
		if (!slot->object) {
			heap_free(slot);
			continue;
		}
		sorted += i < shelf->sorted_count;
		shelf->slots[kept++] = slot;
	}
	if (!shelf->gone_count)
		return;
	shelf->count = kept;
	shelf->sorted_count = sorted;
	shelf->gone_count = 0;
}

/* Inserts the objects that were added since the last sort, searching from the end: they are mostly
 * few, or have high names. */
static void sort_late(struct shelf *shelf)
{
	SCRATCH(scratch);
	uint32_t sorted = shelf->sorted_count, fresh = shelf->count - sorted;
	struct slot **late = arena_copy(scratch, &shelf->slots[sorted], fresh * sizeof(*late));
	sort_stable(late, fresh, sizeof(*late), compare_slots, NULL);
	for (uint32_t at = shelf->count; fresh; at--) {
		bool is_old = sorted &&
			      compare_slots(&shelf->slots[sorted - 1], &late[fresh - 1], NULL) > 0;
		shelf->slots[at - 1] = is_old ? shelf->slots[--sorted] : late[--fresh];
	}
	shelf->sorted_count = shelf->count;
}

static void tidy(struct shelf *shelf)
{
	drop_gone(shelf);
	if (shelf->sorted_count < shelf->count)
		sort_late(shelf);
}

/* Index of the first slot of a tidy shelf that is not below key. */
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

static void insert(struct shelf *shelf, struct slot *slot)
{
	if (shelf->count == shelf->capacity)
		drop_gone(shelf);
	if (shelf->count == shelf->capacity) {
		shelf->capacity = shelf->capacity ? shelf->capacity * 2 : 8;
		shelf->slots = heap_grow(shelf->slots, shelf->capacity * sizeof(struct slot *));
	}
	shelf->slots[shelf->count++] = slot;
	map_put(&shelf->by_key, slot->key, slot);
}

/* Events are not indexed by uid: no owner reference names one, and there are many of them. */
static bool is_found_by_uid(const struct object *object)
{
	return object->kind->id != KIND_EVENT;
}

static void drop(struct cache *cache, struct slot *slot)
{
	struct shelf *shelf = find_shelf(cache, slot->object->kind->id);

	leave_all(slot);
	map_remove(&shelf->by_key, slot->key);
	if (is_found_by_uid(slot->object))
		map_remove(&cache->by_uid, slot->uid);
	object_unref(slot->object);
	slot->object = NULL;
	shelf->gone_count++;
}

static void add(struct cache *cache, const struct object *object)
{
	size_t len = key_len(object->key);
	struct slot *slot = heap_alloc(sizeof(*slot) + len + object->uid.len);

	slot->object = object_ref(object);
	slot->key = write_key(slot->texts, object->key);
	if (object->uid.len)
		memcpy(slot->texts + len, object->uid.ptr, object->uid.len);
	slot->uid = (struct str){ slot->texts + len, object->uid.len };
	insert(shelf_of(cache, object->kind->id), slot);
	join_all(cache, slot);
	if (is_found_by_uid(object))
		map_put(&cache->by_uid, slot->uid, slot);
}

static bool same_groups(const struct object *a, const struct object *b)
{
	const struct node *x = a->facts.owners, *y = b->facts.owners;

	if (node_item_count(x) != node_item_count(y) || is_orphan(a) != is_orphan(b) ||
	    !str_equal(a->facts.node_name, b->facts.node_name) ||
	    !str_equal(a->facts.owner_uid, b->facts.owner_uid))
		return false;
	for (uint32_t i = 0; i < node_item_count(x); i++)
		if (!str_equal(owner_uid(x, i), owner_uid(y, i)))
			return false;
	return true;
}

static void replace(struct cache *cache, struct slot *slot, const struct object *object)
{
	const struct object *old = slot->object;
	/* Another object of that name: the watch did not tell that the first one went. */
	if (!str_equal(slot->uid, object->uid)) {
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
		for (uint32_t i = 0; i < shelf->count; i++)
			if (shelf->slots[i]->object)
				drop(cache, shelf->slots[i]);
		drop_gone(shelf);
		map_release(&shelf->by_key);
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
	const struct shelf *shelf = find_shelf(cache, kind);
	return shelf ? shelf->count - shelf->gone_count : 0;
}

struct objects cache_list(const struct cache *cache, struct arena *arena, kind_id kind,
			  struct str namespace)
{
	struct shelf *shelf = find_shelf(cache, kind);
	if (!shelf)
		return (struct objects){};
	tidy(shelf);
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
			     bool only_controlled)
{
	uint32_t limit = group ? group->count : 0;
	struct objects objects = { arena_array(arena, const struct object *, limit), 0 };

	for (const struct member *m = group ? group->first : NULL; m; m = m->after) {
		const struct object *object = m->slot->object;
		if (kind && object->kind->id != kind)
			continue;
		if (only_controlled && !m->is_controlled)
			continue;
		objects.items[objects.count++] = object;
	}
	return objects;
}

struct objects cache_owned(const struct cache *cache, struct arena *arena, kind_id kind,
			   struct str owner_uid)
{
	return listed(map_get(&cache->by_owner, owner_uid), arena, kind,
		      /* only_controlled= */ true);
}

struct objects cache_orphans(const struct cache *cache, struct arena *arena)
{
	return listed(map_get(&cache->by_owner, STR("")), arena, KIND_POD, false);
}

struct objects cache_dependents(const struct cache *cache, struct arena *arena, struct str uid)
{
	return listed(map_get(&cache->by_owner, uid), arena, KIND_NONE, false);
}

struct objects cache_on_node(const struct cache *cache, struct arena *arena, struct str node_name)
{
	return listed(map_get(&cache->by_node, node_name), arena, KIND_POD, false);
}
