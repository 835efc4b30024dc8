/*
 * associative - merging lists by their keys as kyaml's walk does
 *
 * Items of the patch come first. Two ways to one result: a linear one for lists whose items all
 * have their keys, and the peer's own steps, one by one, for all others, because what becomes of
 * items without a key follows from those steps alone (docs/parity.md). Source: kustomize 5.7.1,
 * kyaml/yaml/walk/associative_sequence.go and ElementSetter in kyaml/yaml/fns.go.
 */
#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "kube/smp/inside.h"

enum {
	KEYS_MAX = 8,
	STEPWISE_ITEMS_MAX = 2000, /* the steps are quadratic */
};

/* The keys of a list; a list of scalars has the one key "". */
struct keys {
	struct str names[KEYS_MAX];
	uint32_t count;
};

static struct keys keys_of(struct schema list)
{
	struct keys keys = { .count = MIN(schema_list_key_count(list), KEYS_MAX) };

	for (uint32_t i = 0; i < keys.count; i++)
		keys.names[i] = schema_list_key(list, i);
	if (!keys.count)
		keys = (struct keys){ { schema_merge_key(list) }, 1 };
	return keys;
}

static bool is_of_scalars(const struct keys *keys)
{
	return keys->names[0].len == 0;
}

/* The text of a key of an item, "" when it is absent, null or a container. */
static struct str key_value(const struct node *item, struct str key)
{
	const struct node *value = key.len ? node_get(item, key) : item;

	return node_is_null(value) || !node_is_scalar(value) ? STR("") : node_text(value);
}

static bool is_nothing(const struct node *item)
{
	return node_is_null(item) || (node_is_map(item) && node_entry_count(item) == 0);
}

/* The linear way */

/* All keys of an item in one text; absent when it lacks one. */
static struct str key_text(struct arena *arena, const struct keys *keys, const struct node *item)
{
	struct str text = key_value(item, keys->names[0]);

	if (!text.len || (is_of_scalars(keys) != node_is_scalar(item)))
		return STR_NONE;
	for (uint32_t i = 1; i < keys->count; i++) {
		struct str next = key_value(item, keys->names[i]);
		if (!next.len)
			return STR_NONE;
		text = str_printf(arena, "%.*s%c%.*s", STR_FMT(text), '\0', STR_FMT(next));
	}
	return text;
}

/* One value of the keys, met in the patch or the object. */
struct spot {
	struct str key;
	const struct node *src;	 /* the patch's first item with it, or NULL */
	const struct node *dest; /* the object's first item with it, or NULL */
	uint32_t dest_last;	 /* index of the object's last one */
	const struct node *made;
};

struct places {
	VEC(struct spot) list; /* the patch's in its order, then the object's others */
	struct map by_key;     /* index + 1 */
};

static struct spot *place_of(struct places *p, struct arena *arena, struct str key)
{
	void **slot = map_slot(&p->by_key, key);

	if (!*slot) {
		VEC_PUSH(arena, &p->list, (struct spot){ .key = key });
		*slot = (void *)(uintptr_t)p->list.count;
	}
	return &p->list.items[(uintptr_t)*slot - 1];
}

/* False when an item lacks a key. */
static bool find_places(const struct smp *s, const struct keys *keys, const struct node *dest,
			const struct node *src, struct places *p)
{
	map_init(&p->by_key, s->arena);
	for (uint32_t i = 0; i < node_item_count(src); i++) {
		struct str key = key_text(s->arena, keys, node_item(src, i));
		if (!key.ptr)
			return false;
		struct spot *place = place_of(p, s->arena, key);
		if (!place->src)
			place->src = node_item(src, i);
	}
	for (uint32_t i = 0; i < node_item_count(dest); i++) {
		struct str key = key_text(s->arena, keys, node_item(dest, i));
		if (!key.ptr)
			return false;
		struct spot *place = place_of(p, s->arena, key);
		if (!place->dest)
			place->dest = node_item(dest, i);
		place->dest_last = i;
	}
	return true;
}

/*
 * What stands for a place in the end. The peer puts the object's own items over what it made, and
 * changes those in place: so an item that the patch was to replace stays, and of repeated ones
 * the last stays as it was. NULL: deleted.
 */
static const struct node *final_item(const struct spot *p, const struct node *dest, bool is_patch)
{
	if (is_nothing(p->made) || !p->dest)
		return is_nothing(p->made) ? NULL : p->made;
	const struct node *last = node_item(dest, p->dest_last);
	return last == p->dest && !is_patch ? p->made : last;
}

static int make_items(const struct smp *s, struct schema schema, const struct node *dest,
		      struct places *p)
{
	struct smp_walked walked;

	for (uint32_t i = 0; i < p->list.count; i++) {
		struct spot *place = &p->list.items[i];
		if (smp_walk(s, schema_items(schema), place->dest, place->src, &walked) < 0)
			return -1;
		place->made = walked.node;
		place->made = final_item(place, dest, walked.is_patch);
	}
	return 0;
}

/* With one key an item keeps the place of its value; with several the object's items go behind. */
static const struct node *put_in_order(const struct smp *s, const struct keys *keys,
				       const struct node *dest, const struct places *p)
{
	bool behind = keys->count > 1;
	uint32_t count = 0;
	const struct node **items = arena_array(s->arena, const struct node *, p->list.count);

	for (uint32_t i = 0; i < p->list.count; i++)
		if (p->list.items[i].made && !(behind && p->list.items[i].dest))
			items[count++] = p->list.items[i].made;
	for (uint32_t i = 0; behind && i < node_item_count(dest); i++) {
		struct str key = key_text(s->arena, keys, node_item(dest, i));
		const struct spot *place = &p->list.items[(uintptr_t)map_get(&p->by_key, key) - 1];
		if (place->dest_last == i && place->made)
			items[count++] = place->made;
	}
	if (count == node_item_count(dest)) {
		uint32_t same = 0;
		while (same < count && items[same] == node_item(dest, same))
			same++;
		if (same == count)
			return dest;
	}
	return node_list_of(s->arena, items, count);
}

/* The peer's steps */

struct values {
	struct str texts[KEYS_MAX];
	uint32_t count; /* may be smaller than that of the keys */
};

struct items {
	const struct node **items;
	uint32_t count;
	uint32_t capacity;
};

enum stepwise_list { DEST, SRC, MADE };

struct stepwise {
	const struct smp *s;
	struct schema schema;
	struct keys keys;
	VEC(struct values) values; /* of all items, in order, without repetitions */
	struct items lists[3];	   /* by enum stepwise_list */
	bool is_one;		   /* object and patch are one list: DEST is SRC, too */
};

static bool values_equal(const struct values *a, const struct values *b)
{
	for (uint32_t i = 0; i < a->count; i++)
		if (!str_equal(a->texts[i], b->texts[i]))
			return false;
	return true;
}

static void gather_values(struct stepwise *w, const struct node *list)
{
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		struct values v = { .count = w->keys.count };
		bool is_known = false;
		for (uint32_t k = 0; k < v.count; k++)
			v.texts[k] = key_value(node_item(list, i), w->keys.names[k]);
		for (uint32_t j = 0; j < w->values.count; j++)
			is_known |= values_equal(&w->values.items[j], &v);
		if (!is_known)
			VEC_PUSH(w->s->arena, &w->values, v);
	}
}

/* Values that agree where both have a text, and somewhere do, are the same. */
static bool unify(const struct values *a, const struct values *b, struct values *ret)
{
	bool common = false;

	*ret = *a;
	for (uint32_t i = 0; i < a->count; i++) {
		bool equal = str_equal(a->texts[i], b->texts[i]);
		if (!equal && a->texts[i].len && b->texts[i].len)
			return false;
		common |= equal;
		if (!a->texts[i].len)
			ret->texts[i] = b->texts[i];
	}
	return common;
}

/* Each against all, as it was before its own turn. */
static void unify_all(struct stepwise *w)
{
	struct values *all = w->values.items, both;

	for (uint32_t i = 0; w->keys.count > 1 && i < w->values.count; i++) {
		struct values own = all[i];
		for (uint32_t j = 0; j < w->values.count; j++)
			if (unify(&own, &all[j], &both))
				all[i] = all[j] = both;
	}
}

/* Keys that no item has are left out, unless no item has any. */
static void drop_unused_keys(struct stepwise *w)
{
	bool used[KEYS_MAX] = { false }, any = false;
	uint32_t kept = 0;

	for (uint32_t i = 0; i < w->values.count; i++)
		for (uint32_t k = 0; k < w->keys.count; k++)
			any |= used[k] |= w->values.items[i].texts[k].len > 0;
	for (uint32_t k = 0; any && k < w->keys.count; k++) {
		if (!used[k])
			continue;
		w->keys.names[kept] = w->keys.names[k];
		for (uint32_t i = 0; i < w->values.count; i++)
			w->values.items[i].texts[kept] = w->values.items[i].texts[k];
		kept++;
	}
	if (!any)
		return;
	w->keys.count = kept;
	for (uint32_t i = 0; i < w->values.count; i++)
		w->values.items[i].count = kept;
}

/* The first item that has the texts of the keys that have one; of all keys when none has. */
static const struct node *find_item(const struct stepwise *w, enum stepwise_list which,
				    const struct values *v)
{
	const struct items *list = &w->lists[which];
	bool any = false;

	for (uint32_t k = 0; k < v->count; k++)
		any |= v->texts[k].len > 0;
	for (uint32_t i = 0; i < list->count; i++) {
		bool matches = is_of_scalars(&w->keys) || node_is_map(list->items[i]);
		for (uint32_t k = 0; matches && k < v->count; k++) {
			const struct node *value =
				is_of_scalars(&w->keys)
					? list->items[i]
					: node_get(list->items[i], w->keys.names[k]);
			struct str text = node_is_scalar(value) ? node_text(value) : STR("");
			if (v->texts[k].len || !any)
				matches = value && str_equal(text, v->texts[k]);
		}
		if (matches)
			return list->items[i];
	}
	return NULL;
}

/* One key of one item against a value: an empty value is met by any. */
static int meets(const struct stepwise *w, const struct node *item, uint32_t k,
		 const struct values *v, bool *ret)
{
	if (is_of_scalars(&w->keys)) {
		if (!node_is_scalar(item))
			return smp_wrong_kind(w->s, NODE_SCALAR, item);
		*ret = str_equal(node_text(item), v->texts[k]);
		return 0;
	}
	if (!node_is_map(item))
		return smp_wrong_kind(w->s, NODE_MAP, item);
	const struct node *value = node_get(item, w->keys.names[k]);
	struct str text = node_is_scalar(value) ? node_text(value) : STR("");
	*ret = value && (!v->texts[k].len || str_equal(text, v->texts[k]));
	return 0;
}

/* A key without a value follows the key before it. */
static int meets_all(const struct stepwise *w, const struct node *item, const struct values *v,
		     bool *ret)
{
	*ret = false;
	for (uint32_t k = 0; k < w->keys.count; k++) {
		if (k < v->count && meets(w, item, k, v, ret) < 0)
			return -1;
		if (!*ret)
			return 0;
	}
	return 0;
}

/*
 * Replaces all items that meet the values, or appends the new one when none does; NULL removes
 * them. Without any value, all other items go.
 */
static int set_item(struct stepwise *w, enum stepwise_list which, const struct values *v,
		    const struct node *new)
{
	struct items *list = &w->lists[which];
	bool for_maps = !is_of_scalars(&w->keys) && v->count && v->texts[0].len;
	uint32_t kept = 0;
	bool found = false;

	for (uint32_t i = 0; i < list->count; i++) {
		const struct node *item = list->items[i];
		bool met = false;
		if (is_nothing(item))
			continue;
		if (node_is_map(item) || !for_maps) {
			if (meets_all(w, item, v, &met) < 0)
				return -1;
			if (!met && !v->count)
				continue;
		}
		found |= met;
		if (!met || new)
			list->items[kept++] = met ? new : item;
	}
	list->count = kept;
	if (new && !found)
		VEC_PUSH(w->s->arena, list, new);
	return 0;
}

static const struct node *with_keys(struct stepwise *w, const struct node *item,
				    const struct values *v)
{
	for (uint32_t k = 0; node_is_map(item) && k < v->count; k++)
		if (!node_get(item, w->keys.names[k]) && v->texts[k].len)
			item = node_with(w->s->arena, item, w->keys.names[k],
					 node_str(w->s->arena, v->texts[k]));
	return item;
}

/* In the peer the items themselves change. */
static void replace_item(struct stepwise *w, enum stepwise_list which, const struct node *old,
			 const struct node *new)
{
	struct items *list = &w->lists[which];

	for (uint32_t i = 0; old != new &&i < list->count; i++)
		if (list->items[i] == old)
			list->items[i] = new;
}

static int make_item(struct stepwise *w, const struct values *v)
{
	enum stepwise_list src = w->is_one ? DEST : SRC;
	const struct node *old = find_item(w, DEST, v), *over = find_item(w, src, v);
	struct smp_walked walked;

	if (smp_walk(w->s, schema_items(w->schema), old, over, &walked) < 0)
		return -1;
	const struct node *plain = smp_without_directive(w->s, over);
	replace_item(w, src, over, plain);
	if (is_nothing(walked.node))
		return set_item(w, DEST, v, NULL);
	const struct node *item = with_keys(w, walked.node, v);
	if (old && !walked.is_patch)
		replace_item(w, DEST, w->is_one ? plain : old, item);
	return set_item(w, MADE, v, item);
}

static int append_dest_item(struct stepwise *w, const struct node *item)
{
	struct values v = {};

	for (uint32_t k = 0; k < w->keys.count; k++) {
		const struct node *value =
			is_of_scalars(&w->keys) ? item : node_get(item, w->keys.names[k]);
		if (value)
			v.texts[v.count++] = node_is_scalar(value) ? node_text(value) : STR("");
		else
			VEC_PUSH(w->s->arena, &w->lists[MADE], item);
	}
	if (w->keys.count > 1 && set_item(w, MADE, &v, NULL) < 0)
		return -1;
	return set_item(w, MADE, &v, item);
}

static void copy_items(struct stepwise *w, enum stepwise_list which, const struct node *list)
{
	for (uint32_t i = 0; i < node_item_count(list); i++)
		VEC_PUSH(w->s->arena, &w->lists[which], node_item(list, i));
}

static int merge_stepwise(const struct smp *s, struct schema schema, const struct node *dest,
			  const struct node *src, struct smp_walked *ret)
{
	struct stepwise w = {
		.s = s, .schema = schema, .keys = keys_of(schema), .is_one = dest == src
	};

	if (node_item_count(dest) + (uint64_t)node_item_count(src) > STEPWISE_ITEMS_MAX)
		return error_set(
			s->err, ERROR_INPUT, dest->position,
			"a list with items that lack a merge key may have at most %d items",
			STEPWISE_ITEMS_MAX);
	gather_values(&w, src);
	gather_values(&w, dest);
	copy_items(&w, DEST, dest);
	copy_items(&w, SRC, src);
	unify_all(&w);
	drop_unused_keys(&w);
	for (uint32_t i = 0; i < w.values.count; i++)
		if (make_item(&w, &w.values.items[i]) < 0)
			return -1;
	for (uint32_t i = 0; i < w.lists[DEST].count; i++)
		if (append_dest_item(&w, w.lists[DEST].items[i]) < 0)
			return -1;
	ret->node = node_list_of(s->arena, w.lists[MADE].items, w.lists[MADE].count);
	return 0;
}

int smp_walk_list(const struct smp *s, struct schema schema, const struct node *dest,
		  const struct node *src, struct smp_walked *ret)
{
	struct keys keys = keys_of(schema);
	struct places places = {};

	if (!node_item_count(dest) && !node_item_count(src)) {
		ret->node = dest;
		return 0;
	}
	if (!find_places(s, &keys, dest, src, &places))
		return merge_stepwise(s, schema, dest, src, ret);
	if (make_items(s, schema, dest, &places) < 0)
		return -1;
	ret->node = put_in_order(s, &keys, dest, &places);
	return 0;
}
