/* at - paths that our own code writes: looking and setting along spec.containers[name=api].image */
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "doc/make.h"
#include "doc/tree.h"

/* One step of a path: a key, an index, or the item of a list whose key is value. */
struct step {
	struct str key;
	struct str value; /* present: [key=value] */
};

static size_t key_len(const char *path)
{
	static const bool ends[UINT8_MAX + 1] = { ['\0'] = true, ['.'] = true, ['['] = true };
	size_t len = 0;

	while (!ends[(uint8_t)path[len]])
		len++;
	return len;
}

static const char *behind_dot(const char *path)
{
	return *path == '.' ? path + 1 : path;
}

/* Takes the next step off *path; false at its end. */
static bool next_step(const char **path, struct step *ret)
{
	const char *start = *path;

	if (*start == '\0')
		return false;
	if (*start != '[') {
		*ret = (struct step){ .key = { start, key_len(start) } };
		*path = behind_dot(start + ret->key.len);
		return true;
	}
	const char *close = strchr(start, ']');
	if (!close)
		BUG("a path without ']': %s", start);
	*ret = (struct step){ .value = { start + 1, (size_t)(close - start) - 1 } };
	ret->key = str_cut(&ret->value, '=');
	*path = behind_dot(close + 1);
	return true;
}

static ptrdiff_t selected_index(const struct node *list, const struct step *step)
{
	for (uint32_t i = 0; i < node_item_count(list); i++)
		if (str_equal(node_text(node_get(list->raw_items[i], step->key)), step->value))
			return i;
	return -1;
}

/* Index of the item that the step means on a list, or -1. */
static ptrdiff_t item_index(const struct node *list, const struct step *step)
{
	uint64_t index;

	if (step->value.ptr)
		return selected_index(list, step);
	if (!num_uint64(step->key, 10, &index) || index >= list->raw_count)
		return -1;
	return (ptrdiff_t)index;
}

static const struct node *take_step(const struct node *n, const struct step *step)
{
	if (node_is_map(n))
		return step->value.ptr ? NULL : node_get(n, step->key);
	if (!node_is_list(n))
		return NULL;
	ptrdiff_t index = item_index(n, step);
	return index < 0 ? NULL : n->raw_items[index];
}

const struct node *node_find(const struct node *root, struct trusted_path trusted)
{
	const char *path = trusted.path;
	struct step step;

	while (root && *path) {
		if (root->kind == NODE_MAP && *path != '[') { /* nearly always */
			struct str key = { path, key_len(path) };
			root = node_get(root, key);
			path = behind_dot(path + key.len);
		} else {
			next_step(&path, &step);
			root = take_step(root, &step);
		}
	}
	return root;
}

struct str node_find_str(const struct node *root, struct trusted_path path)
{
	const struct node *n = node_find(root, path);
	return node_is_null(n) ? STR_NONE : node_text(n);
}

int64_t node_find_int(const struct node *root, struct trusted_path path, int64_t fallback)
{
	node_int64(node_find(root, path), &fallback);
	return fallback;
}

bool node_find_bool(const struct node *root, struct trusted_path path, bool fallback)
{
	node_bool(node_find(root, path), &fallback);
	return fallback;
}

static const struct node *set_at(struct arena *arena, const struct node *n, const char *rest,
				 const struct node *value);

static const struct node *set_in_list(struct arena *arena, const struct node *list,
				      const struct step *step, const char *rest,
				      const struct node *value)
{
	ptrdiff_t index = node_is_list(list) ? item_index(list, step) : -1;

	if (index >= 0) {
		const struct node *item = set_at(arena, list->raw_items[index], rest, value);
		return item ? node_list_with(arena, list, (uint32_t)index, item)
			    : node_list_without(arena, list, (uint32_t)index);
	}
	if (!value)
		return list;
	const struct node *fresh =
		step->value.ptr ? node_with(arena, NULL, step->key, node_str(arena, step->value))
				: NULL;
	return node_list_append(arena, list, set_at(arena, fresh, rest, value));
}

/* NULL: the node itself goes away. */
static const struct node *set_at(struct arena *arena, const struct node *n, const char *rest,
				 const struct node *value)
{
	struct step step;

	if (!next_step(&rest, &step))
		return value;
	if (step.value.ptr || node_is_list(n))
		return set_in_list(arena, n, &step, rest, value);

	const struct node *child = node_is_map(n) ? node_get(n, step.key) : NULL;
	if (!child && !value)
		return n;
	const struct node *changed = set_at(arena, child, rest, value);
	if (!changed)
		return node_without(arena, n, step.key);
	return node_with(arena, n, step.key, changed);
}

const struct node *node_put(struct arena *arena, const struct node *root, struct trusted_path path,
			    const struct node *value)
{
	return set_at(arena, root, path.path, value);
}
