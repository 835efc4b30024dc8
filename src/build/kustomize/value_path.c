/* value_path - paths that users write to one value: spec.containers.[name=main].env.0 */
#include "build/kustomize/value_path.h"

#include "base/arena.h"
#include "base/num.h"
#include "base/vec.h"

/* Up to the next dot that no backslash is before; the backslash goes. */
static struct str cut_plain(struct arena *arena, struct str *path)
{
	struct str part = str_cut(path, '.');

	while (path->ptr && str_ends(part, STR("\\"))) {
		struct str next = str_cut(path, '.');
		part = str_printf(arena, "%.*s.%.*s", (int)part.len - 1, part.ptr, STR_FMT(next));
	}
	return part;
}

/* A part that begins with a bracket goes on to the one that ends with one. */
static struct str cut_part(struct arena *arena, struct str *path)
{
	struct str part = cut_plain(arena, path);
	bool open = str_starts(part, STR("[")) && !str_ends(part, STR("]"));

	while (open && path->ptr) {
		struct str next = cut_plain(arena, path);
		part = str_printf(arena, "%.*s.%.*s", STR_FMT(part), STR_FMT(next));
		open = !str_ends(next, STR("]"));
	}
	if (str_starts(part, STR("[")) && str_find_char(part, '=') < 0) {
		part = str_strip_prefix(part, STR("["));
		part = str_strip_suffix(part, STR("]"));
	}
	return part;
}

static struct value_step step_of(struct str part)
{
	struct value_step step = { .kind = STEP_KEY, .key = part };
	uint64_t index;

	if (str_equal(part, STR("*"))) {
		step.kind = STEP_EACH;
	} else if (num_uint64(part, 10, &index) && index <= UINT32_MAX) {
		step.kind = STEP_INDEX;
		step.index = (uint32_t)index;
	} else if (str_starts(part, STR("[")) && str_ends(part, STR("]"))) {
		step.kind = STEP_SELECT;
		step.value = str_sub(part, 1, part.len - 1);
		step.key = str_cut(&step.value, '=');
	}
	return step;
}

/* "key[3]" → "key" and "3"; the second is absent for other texts. */
static struct str cut_index(struct str *part)
{
	ptrdiff_t open = str_find_last_char(*part, '[');
	uint64_t number;

	if (open < 0 || !str_ends(*part, STR("]")))
		return STR_NONE;
	struct str index = str_sub(*part, (size_t)open + 1, part->len - 1);
	if (!num_uint64(index, 10, &number))
		return STR_NONE;
	*part = str_sub(*part, 0, (size_t)open);
	return index;
}

static struct value_path parse(struct arena *arena, struct str text, bool indexed)
{
	VEC(struct value_step) steps = {};
	bool has_empty = !text.len, is_mixed = false;

	if (str_starts(text, STR(".")) && text.len > 1)
		text = str_from(text, 1);
	for (struct str rest = text; rest.ptr;) {
		struct str part = cut_part(arena, &rest);
		struct str index = indexed ? cut_index(&part) : STR_NONE;
		is_mixed = is_mixed || (has_empty && part.len);
		has_empty = has_empty || !part.len;
		if (part.len)
			VEC_PUSH(arena, &steps, step_of(part));
		if (index.ptr)
			VEC_PUSH(arena, &steps, step_of(index));
	}
	return (struct value_path){ steps.items, steps.count, has_empty,
				    has_empty && !is_mixed && steps.count };
}

struct value_path value_path_parse(struct arena *arena, struct str text)
{
	return parse(arena, text, /* indexed= */ false);
}

struct value_path value_path_parse_indexed(struct arena *arena, struct str text)
{
	return parse(arena, text, /* indexed= */ true);
}

static const struct node *selected(const struct node *list, const struct value_step *step)
{
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *item = node_item(list, i);
		const struct node *key = step->key.len ? node_get(item, step->key) : item;
		if (node_is_scalar(key) && str_equal(node_text(key), step->value))
			return item;
	}
	return NULL;
}

const struct node *value_path_get(const struct value_path *path, const struct node *root)
{
	const struct node *n = root;

	for (uint32_t i = 0; n && i < path->count; i++) {
		const struct value_step *step = &path->steps[i];
		switch (step->kind) {
		case STEP_KEY:
			n = str_equal(step->key, STR("-")) && node_item_count(n)
				    ? node_item(n, node_item_count(n) - 1)
				    : node_get(n, step->key);
			break;
		case STEP_INDEX:
			n = node_is_list(n) ? node_item(n, step->index) : NULL;
			break;
		case STEP_SELECT:
			n = node_is_list(n) ? selected(n, step) : NULL;
			break;
		case STEP_EACH:
			n = NULL;
			break;
		}
	}
	return n;
}
