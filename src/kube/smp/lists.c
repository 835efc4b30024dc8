/* lists - merging two lists by a key, and the order of what comes out */
#include "kube/smp/lists.h"

#include "base/arena.h"
#include "base/sort.h"
#include "doc/json.h"
#include "doc/scalar.h"
#include "kube/go_text.h"

/* Values are equal when their JSON is: "80" is not 80. */
static struct str key_text(const struct smp *s, struct str key, const struct node *item)
{
	const struct node *value = key.len ? node_get(item, key) : item;

	return value ? json_text(s->arena, value, JSON_SECRETS) : STR_NONE;
}

static void index_item(struct smp_list_merge *m, const struct node *item, uint32_t index)
{
	struct str text = key_text(m->s, m->key, item);

	if (text.ptr && !map_get(&m->in_out, text))
		map_put(&m->in_out, text, (void *)(uintptr_t)(index + 1));
}

void smp_list_merge_init(struct smp_list_merge *m, const struct smp *s, struct str key,
			 const struct node *original, const struct node *patch)
{
	*m = (struct smp_list_merge){ .s = s, .key = key, .patch = patch };
	map_init(&m->in_out, s->arena);
	for (uint32_t i = 0; i < node_item_count(original); i++) {
		VEC_PUSH(s->arena, &m->out, node_item(original, i));
		index_item(m, node_item(original, i), i);
	}
}

int64_t smp_list_merge_find(const struct smp_list_merge *m, uint32_t patch_index)
{
	struct str text = key_text(m->s, m->key, node_item(m->patch, patch_index));
	return text.ptr ? (int64_t)(uintptr_t)map_get(&m->in_out, text) - 1 : -1;
}

void smp_list_merge_put(struct smp_list_merge *m, uint32_t patch_index, int64_t at,
			const struct node *item)
{
	if (at >= 0) {
		m->out.items[at] = item;
		return;
	}
	VEC_PUSH(m->s->arena, &m->out, item);
	index_item(m, node_item(m->patch, patch_index), m->out.count - 1);
}

void smp_list_merge_add_scalars(struct smp_list_merge *m)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < node_item_count(m->patch); i++)
		VEC_PUSH(m->s->arena, &m->out, smp_brought(m->s, node_item(m->patch, i), NULL));
	map_init(&m->in_out, m->s->arena);
	for (uint32_t i = 0; i < m->out.count; i++) {
		const struct node *item = m->out.items[i];
		void **slot = map_slot(&m->in_out, key_text(m->s, m->key, item));
		if (*slot)
			continue;
		m->out.items[kept++] = item;
		*slot = (void *)(uintptr_t)kept;
	}
	m->out.count = kept;
}

const struct node *smp_list_merge_subtract(struct smp_list_merge *m)
{
	struct map gone;
	uint32_t kept = 0;

	map_init(&gone, m->s->arena);
	for (uint32_t i = 0; i < node_item_count(m->patch); i++) {
		struct str text = key_text(m->s, m->key, node_item(m->patch, i));
		if (text.ptr)
			map_put(&gone, text, m);
	}
	for (uint32_t i = 0; i < m->out.count; i++) {
		struct str text = key_text(m->s, m->key, m->out.items[i]);
		if (!text.ptr || !map_get(&gone, text))
			m->out.items[kept++] = m->out.items[i];
	}
	return node_list_of(m->s->arena, m->out.items, kept);
}

/* Order */

struct placed {
	const struct node *item;
	int64_t first;	  /* index in the list that is named first; -1 */
	int64_t original; /* index in the original; -1 */
};

static int compare_first(const void *a, const void *b, void *context)
{
	int64_t x = ((const struct placed *)a)->first, y = ((const struct placed *)b)->first;

	(void)context;
	return x < y ? -1 : x > y;
}

/* Key texts of a list, each with the index + 1 of its first item. */
static void index_list(const struct smp_list_merge *m, const struct node *list, struct map *ret)
{
	map_init(ret, m->s->arena);
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		struct str text = key_text(m->s, m->key, node_item(list, i));
		if (text.ptr && !map_get(ret, text))
			map_put(ret, text, (void *)(uintptr_t)(i + 1));
	}
}

const struct node *smp_list_merge_ordered(struct smp_list_merge *m, const struct node *first,
					  const struct node *original)
{
	struct arena *arena = m->s->arena;
	struct placed *named = arena_array(arena, struct placed, m->out.count);
	struct placed *rest = arena_array(arena, struct placed, m->out.count);
	uint32_t named_count = 0, rest_count = 0;
	struct map in_first, in_original;

	index_list(m, first, &in_first);
	index_list(m, original, &in_original);
	for (uint32_t i = 0; i < m->out.count; i++) {
		struct str text = key_text(m->s, m->key, m->out.items[i]);
		struct placed p = { m->out.items[i],
				    (int64_t)(uintptr_t)map_get(&in_first, text) - 1,
				    (int64_t)(uintptr_t)map_get(&in_original, text) - 1 };
		if (p.first >= 0)
			named[named_count++] = p;
		else
			rest[rest_count++] = p;
	}
	sort_stable(named, named_count, sizeof(*named), compare_first, NULL);
	const struct node **items = arena_array(arena, const struct node *, m->out.count);
	for (uint32_t i = 0, j = 0; i + j < m->out.count;) {
		bool rest_next = j == named_count;
		if (i < rest_count && j < named_count)
			rest_next = rest[i].original >= 0 && named[j].original >= 0 &&
				    rest[i].original < named[j].original;
		items[i + j] = rest_next ? rest[i].item : named[j].item;
		if (rest_next)
			i++;
		else
			j++;
	}
	return node_list_of(arena, items, m->out.count);
}

/* Checks */

int smp_list_merge_no_key(const struct smp *s, const struct node *item, struct str key)
{
	return error_set(s->err, ERROR_INPUT, item->position,
			 "map: %.*s does not contain declared merge key: %.*s",
			 STR_FMT(go_text(s->arena, item)), STR_FMT(key));
}

/* reflect.TypeOf of decoded JSON. */
static const char *kind_text(const struct node *item)
{
	struct scalar scalar;

	if (node_is_map(item))
		return "map[string]interface {}";
	if (node_is_list(item))
		return "[]interface {}";
	scalar = scalar_of(item);
	if (scalar.type == SCALAR_INT || scalar.type == SCALAR_UINT)
		return "int64";
	if (scalar.type == SCALAR_FLOAT)
		return "float64";
	return scalar.type == SCALAR_BOOL ? "bool" : "string";
}

int smp_list_merge_check_keys(const struct smp *s, struct str key, const struct node *list)
{
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *item = node_item(list, i);
		if (!node_is_map(item))
			return error_set(s->err, ERROR_INPUT, item->position,
					 "expected a map[string]interface {}, but received a %s",
					 kind_text(item));
		if (!node_get(item, key))
			return smp_list_merge_no_key(s, item, key);
	}
	return 0;
}

int smp_list_merge_check_kinds(const struct smp *s, const struct node *a, const struct node *b)
{
	const struct node *lists[] = { a, b };
	const char *kind = NULL;

	for (size_t l = 0; l < ARRAY_COUNT(lists); l++)
		for (uint32_t i = 0; i < node_item_count(lists[l]); i++) {
			const struct node *item = node_item(lists[l], i);
			if (node_is_list(item))
				return error_set(s->err, ERROR_INPUT, item->position,
						 "lists of lists are not supported");
			if (kind && !str_equal(str_from_cstr(kind), str_from_cstr(kind_text(item))))
				return error_set(
					s->err, ERROR_INPUT, item->position,
					"list element types are not identical: [%.*s %.*s]",
					STR_FMT(go_text(s->arena, a)),
					STR_FMT(go_text(s->arena, b)));
			kind = kind_text(item);
		}
	return 0;
}

int smp_list_merge_check_order(const struct smp *s, struct str key, const struct node *patch,
			       const struct node *order)
{
	uint32_t at = 0;

	if (!node_item_count(patch) || !node_item_count(order))
		return 0;
	for (uint32_t i = 0; i < node_item_count(patch); i++) {
		const struct node *item = node_item(patch, i);
		if (node_get(item, STR("$patch")))
			continue;
		struct str text = key_text(s, key, item);
		while (at < node_item_count(order) &&
		       !str_equal(key_text(s, key, node_item(order, at)), text))
			at++;
		if (at == node_item_count(order))
			return error_set(s->err, ERROR_INPUT, item->position,
					 "The order in patch list:\n%.*s\n doesn't match "
					 "$setElementOrder list:\n%.*s\n",
					 STR_FMT(go_text(s->arena, patch)),
					 STR_FMT(go_text(s->arena, order)));
		at++;
	}
	return 0;
}
