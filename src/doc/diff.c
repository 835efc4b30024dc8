/* diff - what differs between two documents, by path */
#include "doc/diff.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"
#include "doc/diff_lists.h"
#include "doc/key_index.h"
#include "doc/path.h"
#include "doc/secret.h"

struct differ {
	struct arena *arena;
	diff_list_key_fn list_key;
	void *context;
	VEC(struct difference) found;
};

static void compare(struct differ *d, const struct diff_step *at, const struct node *before,
		    const struct node *after);

/* --- paths ----------------------------------------------------------------------------------- */

/* Recursion here and below is bounded by the depth of the documents. */
static void add_path(struct buf *out, const struct diff_step *at)
{
	if (!at)
		return;
	add_path(out, at->above);
	if (at->key)
		path_add_key(out, node_shown(at->key));
	else if (at->list_key.ptr)
		path_add_select(out, at->list_key, node_shown(at->list_value));
	else
		buf_printf(out, "[%u]",
			   at->after_index != ALIGN_ALONE ? at->after_index : at->before_index);
}

static void add_pointer(struct buf *out, const struct diff_step *at, bool is_after)
{
	if (!at)
		return;
	add_pointer(out, at->above, is_after);
	if (at->key)
		path_add_token(out, node_shown(at->key));
	else
		buf_printf(out, "/%u", is_after ? at->after_index : at->before_index);
}

static struct str path_of(struct differ *d, const struct diff_step *at)
{
	struct buf out;

	buf_init(&out, d->arena);
	add_path(&out, at);
	return buf_str(&out);
}

static struct str pointer_of(struct differ *d, const struct diff_step *at, const struct node *n,
			     bool is_after)
{
	struct buf out;

	if (!n)
		return STR_NONE;
	buf_init(&out, d->arena);
	add_pointer(&out, at, is_after);
	return buf_str(&out);
}

static void found(struct differ *d, const struct diff_step *at, const struct node *before,
		  const struct node *after)
{
	struct difference found = {
		.path = path_of(d, at),
		.before_pointer = pointer_of(d, at, before, /* is_after= */ false),
		.after_pointer = pointer_of(d, at, after, /* is_after= */ true),
		.before = before,
		.after = after,
	};
	VEC_PUSH(d->arena, &d->found, found);
}

/* --- maps ------------------------------------------------------------------------------------ */

static void compare_member(struct differ *d, const struct diff_step *above, const struct node *key,
			   const struct node *before, const struct node *after)
{
	struct diff_step step = { .above = above, .key = key };

	compare(d, &step, before, after);
}

/* Maps mostly have the same keys in the same order: then no key is looked up. Returns how many of
 * the first ones do. */
static uint32_t compare_in_step(struct differ *d, const struct diff_step *at,
				const struct node *before, const struct node *after)
{
	uint32_t i = 0;

	for (; i < MIN(node_entry_count(before), node_entry_count(after)); i++) {
		const struct entry *a = node_entry(before, i), *b = node_entry(after, i);
		if (!str_equal(node_text(a->key), node_text(b->key)))
			break;
		compare_member(d, at, b->key, a->value, b->value);
	}
	return i;
}

static void compare_maps(struct differ *d, const struct diff_step *at, const struct node *before,
			 const struct node *after)
{
	uint32_t done = compare_in_step(d, at, before, after);

	if (done == node_entry_count(before) && done == node_entry_count(after))
		return;
	SCRATCH(scratch);
	struct key_index in_before = key_index_make(scratch, before);
	struct key_index in_after = key_index_make(scratch, after);
	for (uint32_t i = done; i < node_entry_count(before); i++) {
		const struct entry *e = node_entry(before, i);
		compare_member(d, at, e->key, e->value,
			       key_index_get(&in_after, node_text(e->key)));
	}
	for (uint32_t i = done; i < node_entry_count(after); i++) {
		const struct entry *e = node_entry(after, i);
		if (!key_index_get(&in_before, node_text(e->key)))
			compare_member(d, at, e->key, NULL, e->value);
	}
}

/* --- lists ----------------------------------------------------------------------------------- */

static struct str key_of_both(const struct differ *d, const struct diff_step *at,
			      const struct node *before, const struct node *after)
{
	if (!d->list_key)
		return STR_NONE;
	struct str key = d->list_key(at, before, d->context);
	bool is_same = key.ptr && str_equal(key, d->list_key(at, after, d->context));
	return is_same ? key : STR_NONE;
}

static struct diff_step item_step(const struct diff_step *above, struct str key,
				  const struct node *item)
{
	return (struct diff_step){ .above = above,
				   .before_index = ALIGN_ALONE,
				   .after_index = ALIGN_ALONE,
				   .list_key = key,
				   .list_value = key.ptr ? node_get(item, key) : NULL };
}

static void compare_items(struct differ *d, const struct diff_step *at, const struct node *before,
			  const struct node *after)
{
	SCRATCH(scratch);
	struct str key = key_of_both(d, at, before, after);
	struct diff_pairs pairs = diff_pair_items(scratch, before, after, key);

	if (diff_is_reordered(&pairs, node_item_count(before))) {
		found(d, at, before, after);
		d->found.items[d->found.count - 1].is_order = true;
	}
	for (uint32_t i = 0; i < node_item_count(before); i++) {
		const struct node *item = node_item(before, i);
		struct diff_step step = item_step(at, key, item);
		step.before_index = i;
		step.after_index = pairs.after_of[i];
		compare(d, &step, item, node_item(after, pairs.after_of[i]));
	}
	for (uint32_t i = 0; i < node_item_count(after); i++) {
		const struct node *item = node_item(after, i);
		struct diff_step step = item_step(at, key, item);
		step.after_index = i;
		if (pairs.before_of[i] == ALIGN_ALONE)
			compare(d, &step, NULL, item);
	}
}

static bool has_same_items(const struct node *before, const struct node *after)
{
	if (node_item_count(before) != node_item_count(after))
		return false;
	for (uint32_t i = 0; i < node_item_count(before); i++)
		if (!node_is_scalar(node_item(before, i)) ||
		    !node_equal(node_item(before, i), node_item(after, i)))
			return false;
	return true;
}

static void compare_lists(struct differ *d, const struct diff_step *at, const struct node *before,
			  const struct node *after)
{
	uint32_t before_count = node_item_count(before), after_count = node_item_count(after);

	if (!before_count != !after_count)
		found(d, at, before, after);
	else if (!has_same_items(before, after))
		compare_items(d, at, before, after);
}

static void compare(struct differ *d, const struct diff_step *at, const struct node *before,
		    const struct node *after)
{
	if (before == after)
		return;
	bool is_same_kind = before && after && before->kind == after->kind;
	if (!is_same_kind) {
		found(d, at, before, after);
		return;
	}
	switch ((enum node_kind)before->kind) {
	case NODE_SCALAR:
		if (!node_equal(before, after))
			found(d, at, before, after);
		break;
	case NODE_LIST:
		compare_lists(d, at, before, after);
		break;
	case NODE_MAP:
		compare_maps(d, at, before, after);
		break;
	}
}

bool diff_is_key(const struct node *list, struct str key)
{
	SCRATCH(scratch);
	struct map values;

	map_init(&values, scratch);
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *value = node_get(node_item(list, i), key);
		bool is_text =
			node_is_scalar(value) && node_text(value).len && !node_is_null(value);
		if (!is_text || map_put(&values, node_text(value), (void *)value))
			return false;
	}
	return true;
}

struct str diff_key_name(const struct diff_step *at, const struct node *list, void *context)
{
	(void)at;
	(void)context;
	return diff_is_key(list, STR("name")) ? STR("name") : STR_NONE;
}

struct differences diff_nodes(struct arena *arena, const struct node *before,
			      const struct node *after, diff_list_key_fn list_key, void *context)
{
	struct differ d = { .arena = arena, .list_key = list_key, .context = context };

	compare(&d, NULL, before, after);
	return (struct differences){ d.found.items, d.found.count };
}
