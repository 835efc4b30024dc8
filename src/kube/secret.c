/* secret - what in an object is secret */
#include "kube/secret.h"

#include "base/arena.h"
#include "doc/make.h"
#include "doc/redact.h"
#include "doc/scalar.h"
#include "kube/names.h"
#include "kube/object.h"

#define LAST_APPLIED "kubectl.kubernetes.io/last-applied-configuration"

/* Names of credentials */

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || is_upper(c);
}

/* The last word of a name in camel, snake or kebab case; *ret_before is what stands before it. */
static struct str last_word(struct str name, struct str *ret_before)
{
	size_t end = name.len, start;

	while (end && !is_letter(name.ptr[end - 1])) /* "password1" */
		end--;
	start = end;
	while (start && is_letter(name.ptr[start - 1])) {
		start--;
		if (is_upper(name.ptr[start]) && start && !is_upper(name.ptr[start - 1]))
			break;
	}
	*ret_before = str_sub(name, 0, start);
	return str_sub(name, start, end);
}

static bool is_one_of(struct str word, const struct str *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (str_equal_nocase(word, words[i]))
			return true;
	return false;
}

/* Most keys are told by their last two letters to be none of the words below. */
static bool may_be_named(struct str key)
{
	static const char ends[][3] = { "rd", "wd", "se", "en", "et", "al", "ls", "ey" };

	while (key.len && !is_letter(key.ptr[key.len - 1]))
		key.len--;
	if (key.len < 2)
		return false;
	char before = key.ptr[key.len - 2] | 0x20, last = key.ptr[key.len - 1] | 0x20;
	for (size_t i = 0; i < ARRAY_COUNT(ends); i++)
		if (ends[i][1] == last && ends[i][0] == before)
			return true;
	return false;
}

bool secret_is_named(struct str key)
{
	static const struct str alone[] = {
		STR_INIT("password"),	STR_INIT("passwd"),	 STR_INIT("passphrase"),
		STR_INIT("pwd"),	STR_INIT("token"),	 STR_INIT("secret"),
		STR_INIT("credential"), STR_INIT("credentials"), STR_INIT("apikey"),
		STR_INIT("pgpassword"),
	};
	static const struct str before_key[] = {
		STR_INIT("api"),     STR_INIT("access"),     STR_INIT("secret"),
		STR_INIT("private"), STR_INIT("encryption"), STR_INIT("signing"),
		STR_INIT("auth"),
	};
	/* These name an object that holds a secret. */
	static const struct str before_secret[] = {
		STR_INIT("existing"),
		STR_INIT("pull"),
		STR_INIT("tls"),
		STR_INIT("cert"),
	};
	struct str before, rest;

	if (!may_be_named(key))
		return false;
	struct str word = last_word(key, &before), other = last_word(before, &rest);
	if (str_equal_nocase(word, STR("secret")))
		return !is_one_of(other, before_secret, ARRAY_COUNT(before_secret));
	if (str_equal_nocase(word, STR("key")))
		return is_one_of(other, before_key, ARRAY_COUNT(before_key));
	return is_one_of(word, alone, ARRAY_COUNT(alone));
}

/* Texts that are named so. The depth is that of the tree, which readers bound. */

static bool is_text(const struct node *n)
{
	return node_is_scalar(n) && node_text(n).len && !n->is_secret &&
	       scalar_of(n).type == SCALAR_STR;
}

static const struct node *mark_named(struct arena *arena, const struct node *n);

static const struct node *mark_items(struct arena *arena, const struct node *list)
{
	const struct node *made = list;

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *item = node_item(list, i), *marked = mark_named(arena, item);
		if (marked != item)
			made = node_list_put(arena, list, made, i, marked);
	}
	return made;
}

/* {name: API_TOKEN, value: x}: a variable, an argument of Helm, a header. */
static bool is_named_pair(const struct node *map)
{
	return node_entry_count(map) <= 3 && secret_is_named(node_text(node_get(map, STR("name"))));
}

static bool is_named(const struct node *map, struct str key)
{
	return str_equal(key, STR("value")) ? is_named_pair(map) : secret_is_named(key);
}

static const struct node *mark_members(struct arena *arena, const struct node *map)
{
	const struct node *made = map;

	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		const struct entry *e = node_entry(map, i);
		struct str key = node_text(e->key);
		const struct node *marked = e->value;
		if (!node_is_scalar(e->value))
			marked = mark_named(arena, e->value);
		else if (is_named(map, key) && is_text(e->value))
			marked = node_marked_secret(arena, e->value);
		if (marked != e->value)
			made = node_with(arena, made, key, marked);
	}
	return made;
}

static const struct node *mark_named(struct arena *arena, const struct node *n)
{
	if (node_is_list(n))
		return mark_items(arena, n);
	return node_is_map(n) ? mark_members(arena, n) : n;
}

/* Secrets of Kubernetes */

/* What stands in a Secret, but for what says which it is. */
static bool is_of_identity(struct str key)
{
	static const struct str keys[] = { STR_INIT("apiVersion"), STR_INIT("kind"),
					   STR_INIT("type"), STR_INIT("immutable") };

	return is_one_of(key, keys, ARRAY_COUNT(keys));
}

/* Somebody may have written a value where a key is meant. */
static const struct node *mark_keys(struct arena *arena, const struct node *data)
{
	struct entry *entries = NULL;

	for (uint32_t i = 0; i < node_entry_count(data); i++) {
		const struct node *key = node_entry(data, i)->key;
		if (key->is_secret || !names_check_config_key(node_text(key)).len)
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

static const struct node *mark_member(struct arena *arena, struct str key, const struct node *value)
{
	if (str_equal(key, STR("metadata")))
		return mark_metadata(arena, value);
	if (is_of_identity(key))
		return value;
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
	if (str_equal(object_kind(object), STR("Secret")) && !object_gvk(object).group.len)
		return mark_secret(arena, object);
	return mark_named(arena, object);
}
