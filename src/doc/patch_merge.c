/* patch_merge - JSON merge patch (RFC 7386): applied, and made from two documents */
#include "base/arena.h"
#include "doc/patch.h"

/* Recursion is bounded by the depth of the patch. A patch on nothing drops its nulls. */
const struct node *patch_merge(struct arena *arena, const struct node *root,
			       const struct node *patch)
{
	if (!node_is_map(patch))
		return patch;
	const struct node *result = node_is_map(root) ? root : node_empty_map();
	for (uint32_t i = 0; i < patch->count; i++) {
		const struct entry *e = &patch->entries[i];
		struct str key = node_text(e->key);
		if (node_is_null(e->value)) {
			result = node_without(arena, result, key);
			continue;
		}
		const struct node *before = node_get(result, key);
		const struct node *after = patch_merge(arena, before, e->value);
		if (after != before)
			result = node_with(arena, result, key, after);
	}
	return result;
}

const struct node *patch_merge_between(struct arena *arena, const struct node *before,
				       const struct node *after)
{
	const struct node *patch = node_empty_map();

	if (!node_is_map(before) || !node_is_map(after))
		return after;
	for (uint32_t i = 0; i < before->count; i++) {
		struct str key = node_text(before->entries[i].key);
		if (!node_get(after, key))
			patch = node_with(arena, patch, key, node_null());
	}
	for (uint32_t i = 0; i < after->count; i++) {
		struct str key = node_text(after->entries[i].key);
		const struct node *old = node_get(before, key), *new = after->entries[i].value;
		if (old == new || (old && node_equal(old, new)))
			continue;
		bool is_inner = node_is_map(old) && node_is_map(new);
		patch = node_with(arena, patch, key,
				  is_inner ? patch_merge_between(arena, old, new) : new);
	}
	return patch;
}
