/* sops - objects that SOPS has encrypted */
#include "build/sops.h"

#include "base/arena.h"
#include "base/base64.h"
#include "base/vec.h"
#include "doc/make.h"
#include "doc/secret.h"
#include "kube/object.h"

enum { DEPTH_MAX = 100 };

#define ENCRYPTED STR("ENC[AES256_GCM,")
#define ASSUMED	  STR("assumed")

bool sops_hides(const struct node *object)
{
	return str_equal(object_kind(object), STR("Secret")) &&
	       str_equal(object_api_version(object), STR("v1")) && node_get(object, STR("sops"));
}

static const struct node *assumed(struct arena *arena, bool encoded)
{
	struct str text = encoded ? base64_encode(arena, ASSUMED, 0) : ASSUMED;

	return node_marked_secret(arena, node_str(arena, text));
}

/* Encrypted scalars anywhere below. encoded: what stands for them must be base64. */
static const struct node *replaced(struct arena *arena, const struct node *n, bool encoded,
				   int depth)
{
	const struct node *made = n;

	if (node_is_scalar(n))
		return str_starts(node_text(n), ENCRYPTED) ? assumed(arena, encoded) : n;
	for (uint32_t i = 0; depth < DEPTH_MAX && i < node_member_count(n); i++) {
		const struct node *value = node_member(n, i);
		const struct node *changed = replaced(arena, value, encoded, depth + 1);
		if (changed == value)
			continue;
		made = node_is_map(n) ? node_map_put(arena, n, made, i, changed)
				      : node_list_put(arena, n, made, i, changed);
	}
	return made;
}

/* Values of a generated Secret: encrypted files, and lines of one with those of SOPS among them. */
static const struct node *replaced_files(struct arena *arena, const struct node *data)
{
	VEC(struct entry) kept = {};
	bool is_changed = false;

	for (uint32_t i = 0; i < node_entry_count(data); i++) {
		struct entry e = *node_entry(data, i);
		struct str plain;
		bool is_bytes = base64_decode(arena, node_text(e.value), 0, &plain, NULL);
		bool is_meta = is_bytes && str_starts(node_text(e.key), STR("sops_"));
		bool is_encrypted = is_bytes && str_contains(plain, ENCRYPTED);
		if (is_encrypted)
			e.value = assumed(arena, /* encoded= */ true);
		if (!is_meta)
			VEC_PUSH(arena, &kept, e);
		is_changed |= is_meta || is_encrypted;
	}
	if (!is_changed)
		return data;
	return node_with_entries(arena, data, kept.items, kept.count);
}

const struct node *sops_assume(struct arena *arena, const struct node *object)
{
	const struct node *data = node_get(object, STR("data"));
	bool secret = str_equal(object_kind(object), STR("Secret"));
	const struct node *made = object;

	if (node_get(object, STR("sops"))) {
		made = node_without(arena, made, STR("sops"));
		if (secret && data)
			made = node_with(arena, made, STR("data"),
					 replaced(arena, data, /* encoded= */ true, 0));
		return replaced(arena, made, /* encoded= */ false, 0);
	}
	const struct node *files = secret ? replaced_files(arena, data) : data;
	return files == data ? object : node_with(arena, object, STR("data"), files);
}
