/* patch_merge - JSON merge patch (RFC 7386): applied, and made from two documents */
#include "base/arena.h"
#include "base/vec.h"
#include "doc/key_index.h"
#include "doc/patch.h"

typedef VEC(struct entry) entries_vec;

static const struct node *merge_maps(struct arena *arena, const struct node *root,
				     const struct node *patch)
{
	SCRATCH(scratch);
	struct key_index in_root = key_index_make(scratch, root),
			 in_patch = key_index_make(scratch, patch);
	entries_vec out = {};
	bool is_changed = false;

	for (uint32_t i = 0; i < root->raw_count; i++) {
		struct entry e = root->raw_entries[i];
		const struct node *with = key_index_get(&in_patch, node_text(e.key));
		is_changed |= with != NULL;
		if (with && node_is_null(with))
			continue;
		if (with)
			e.value = patch_merge(arena, e.value, with);
		VEC_PUSH(arena, &out, e);
	}
	for (uint32_t i = 0; i < patch->raw_count; i++) {
		struct entry e = patch->raw_entries[i];
		struct str key = node_text(e.key);
		bool is_new = !node_is_null(e.value) && !key_index_get(&in_root, key) &&
			      key_index_get(&in_patch, key) == e.value;
		if (!is_new)
			continue;
		is_changed = true;
		e.value = patch_merge(arena, NULL, e.value);
		VEC_PUSH(arena, &out, e);
	}
	return is_changed ? node_with_entries(arena, root, out.items, out.count) : root;
}

/* Recursion is bounded by the depth of the patch. A patch on nothing drops its nulls. */
const struct node *patch_merge(struct arena *arena, const struct node *root,
			       const struct node *patch)
{
	if (!node_is_map(patch))
		return patch;
	return merge_maps(arena, node_is_map(root) ? root : node_empty_map(), patch);
}

const struct node *patch_merge_between(struct arena *arena, const struct node *before,
				       const struct node *after)
{
	SCRATCH(scratch);
	entries_vec out = {};

	if (!node_is_map(before) || !node_is_map(after))
		return after;
	struct key_index in_before = key_index_make(scratch, before);
	struct key_index in_after = key_index_make(scratch, after);
	for (uint32_t i = 0; i < before->raw_count; i++) {
		const struct node *key = before->raw_entries[i].key;
		if (!key_index_get(&in_after, node_text(key)))
			VEC_PUSH(arena, &out, (struct entry){ key, node_null() });
	}
	for (uint32_t i = 0; i < after->raw_count; i++) {
		struct entry e = after->raw_entries[i];
		const struct node *old = key_index_get(&in_before, node_text(e.key));
		if (old == e.value || (old && node_equal(old, e.value)))
			continue;
		if (node_is_map(old) && node_is_map(e.value))
			e.value = patch_merge_between(arena, old, e.value);
		VEC_PUSH(arena, &out, e);
	}
	return node_map_of(arena, out.items, out.count);
}
