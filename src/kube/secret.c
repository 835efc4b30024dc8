/* secret - what in an object is secret */
#include "kube/secret.h"

#include "base/arena.h"
#include "doc/credential.h"
#include "doc/make.h"
#include "doc/redact.h"
#include "doc/scalar.h"
#include "kube/names.h"
#include "kube/object.h"

#define LAST_APPLIED "kubectl.kubernetes.io/last-applied-configuration"

/* Texts that are named so. The depth is that of the tree, which readers bound. */

static bool is_text(const struct node *n)
{
	return node_is_scalar(n) && node_text(n).len && !node_is_secret(n) &&
	       scalar_of(n).type == SCALAR_STR && !credential_is_placeholder(node_text(n));
}

static const struct node *mark_named(struct arena *arena, const struct node *n);

/* [--db-password, x]: the text behind an option, or behind a key. */
static bool is_behind_name(const struct node *list, uint32_t i)
{
	const struct node *before = i ? node_item(list, i - 1) : NULL;

	return is_text(before) && is_text(node_item(list, i)) &&
	       credential_is_named(node_text(before)) &&
	       !str_starts(node_text(node_item(list, i)), STR("-"));
}

static const struct node *mark_items(struct arena *arena, const struct node *list, bool is_named)
{
	const struct node *made = list;

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *item = node_item(list, i);
		const struct node *marked = (is_named && is_text(item)) || is_behind_name(list, i)
						    ? node_marked_secret(arena, item)
						    : mark_named(arena, item);
		if (marked != item)
			made = node_list_put(arena, list, made, i, marked);
	}
	return made;
}

/* What is named so: a text, or texts in a list. Maps have names of their own. */
static const struct node *mark_value(struct arena *arena, const struct node *value)
{
	if (node_is_list(value))
		return mark_items(arena, value, /* is_named= */ true);
	return is_text(value) ? node_marked_secret(arena, value) : mark_named(arena, value);
}

/* {name: API_TOKEN, value: x}: a variable, an argument of Helm, a header. */
static bool is_named_pair(const struct node *map)
{
	return node_entry_count(map) <= 3 &&
	       credential_is_named(node_text(node_get(map, STR("name"))));
}

static bool is_value_of_pair(const struct node *map, struct str key)
{
	return str_equal(key, STR("value")) && is_named_pair(map);
}

static const struct node *mark_members(struct arena *arena, const struct node *map)
{
	const struct node *made = map;

	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		const struct entry *e = node_entry(map, i);
		struct str key = node_text(e->key);
		const struct node *marked;
		if (is_value_of_pair(map, key) && !credential_is_placeholder(node_text(e->value)))
			marked = node_marked_secret(arena, e->value);
		else if (credential_is_named(key))
			marked = mark_value(arena, e->value);
		else
			marked = mark_named(arena, e->value);
		if (marked != e->value)
			made = node_with(arena, made, key, marked);
	}
	return made;
}

static const struct node *mark_named(struct arena *arena, const struct node *n)
{
	if (node_is_list(n))
		return mark_items(arena, n, /* is_named= */ false);
	return node_is_map(n) ? mark_members(arena, n) : n;
}

/* Secrets of Kubernetes */

/* What stands in a Secret, but for what says which it is. */
static bool is_of_identity(struct str key)
{
	static const struct str keys[] = { STR_INIT("apiVersion"), STR_INIT("kind"),
					   STR_INIT("type"), STR_INIT("immutable") };

	for (size_t i = 0; i < ARRAY_COUNT(keys); i++)
		if (str_equal(key, keys[i]))
			return true;
	return false;
}

/* Somebody may have written a value where a key is meant. */
static const struct node *mark_keys(struct arena *arena, const struct node *data)
{
	struct entry *entries = NULL;

	for (uint32_t i = 0; i < node_entry_count(data); i++) {
		const struct node *key = node_entry(data, i)->key;
		if (node_is_secret(key) || !names_check_config_key(node_text(key)).len)
			continue;
		if (!entries)
			entries = node_entries_copy(arena, data);
		entries[i].key = node_marked_secret(arena, key);
	}
	return entries ? node_with_entries(arena, data, entries, node_entry_count(data)) : data;
}

/* Labels and annotations are no secrets; but somebody may have put one there. */
static const struct node *mark_telling(struct arena *arena, const struct node *map)
{
	const struct node *made = map;

	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		const struct entry *e = node_entry(map, i);
		bool is_wanted = str_equal(node_text(e->key), STR(LAST_APPLIED)) ||
				 redact_is_telling(node_text(e->value));
		if (is_wanted && !node_is_secret(e->value))
			made = node_with(arena, made, node_text(e->key),
					 node_marked_secret(arena, e->value));
	}
	return made;
}

static const struct node *mark_metadata(struct arena *arena, const struct node *metadata)
{
	static const struct str fields[] = { STR_INIT("labels"), STR_INIT("annotations") };

	for (size_t i = 0; i < ARRAY_COUNT(fields); i++) {
		const struct node *map = node_get(metadata, fields[i]);
		const struct node *marked = mark_telling(arena, map);
		if (marked != map)
			metadata = node_with(arena, metadata, fields[i], marked);
	}
	return metadata;
}

/* The metadata of SOPS: all but the public keys that it was encrypted for. */
static const struct node *mark_sops(struct arena *arena, const struct node *sops)
{
	const struct node *age = node_get(sops, STR("age")), *made = node_marked_secret(arena, age);

	for (uint32_t i = 0; i < node_item_count(age); i++) {
		const struct node *recipient = node_get(node_item(age, i), STR("recipient"));
		if (str_starts(node_text(recipient), STR("age1")))
			made = node_list_put(
				arena, age, made, i,
				node_with(arena, node_item(made, i), STR("recipient"), recipient));
	}
	sops = node_marked_secret(arena, sops);
	return age ? node_with(arena, sops, STR("age"), made) : sops;
}

static const struct node *mark_member(struct arena *arena, struct str key, const struct node *value)
{
	if (str_equal(key, STR("metadata")))
		return mark_metadata(arena, value);
	if (is_of_identity(key) && node_is_scalar(value))
		return value;
	if (str_equal(key, STR("sops")))
		return mark_sops(arena, value);
	value = node_marked_secret(arena, value);
	bool has_names = str_equal(key, STR("data")) || str_equal(key, STR("stringData"));
	return has_names ? mark_keys(arena, value) : value;
}

static const struct node *mark_secret(struct arena *arena, const struct node *object)
{
	const struct node *made = object;

	for (uint32_t i = 0; i < node_entry_count(object); i++) {
		const struct entry *e = node_entry(object, i);
		const struct node *marked = mark_member(arena, node_text(e->key), e->value);
		if (marked != e->value)
			made = node_with(arena, made, node_text(e->key), marked);
	}
	return made;
}

const struct node *secret_marked(struct arena *arena, const struct node *object)
{
	if (!node_is_map(object))
		return object;
	/* A kind in other letters is none that a cluster takes, but its author means a Secret. */
	if (str_equal_nocase(object_kind(object), STR("Secret")) && !object_gvk(object).group.len)
		return mark_secret(arena, object);
	return mark_named(arena, object);
}
