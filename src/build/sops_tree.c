/* sops_tree - a document that SOPS has encrypted: its key, rule, values, and their digest */
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/arena.h"
#include "base/budget.h"
#include "build/sops_inside.h"
#include "doc/scalar.h"
#include "lang/regex.h"

enum { DIGEST_BYTES = 64, STEP_BYTES = 64 };

/* --- the key of the data --------------------------------------------------------------------- */

/* In one group of keys each of them is enough; several are needed together. */
static const struct node *key_group(const struct node *metadata)
{
	const struct node *groups = node_get_lit(metadata, "key_groups");

	return node_item_count(groups) == 1 ? node_item(groups, 0) : metadata;
}

static void need(struct sops *sops, struct str what)
{
	map_put(&sops->needed, what, sops);
}

/* Notes what a document is encrypted for that was not decrypted. */
static void note_closed(struct sops *sops, const struct node *metadata)
{
	static const struct {
		struct str key, service;
	} services[] = {
		{ STR_INIT("pgp"), STR_INIT("PGP (not supported)") },
		{ STR_INIT("kms"), STR_INIT("AWS KMS (not supported)") },
		{ STR_INIT("gcp_kms"), STR_INIT("GCP KMS (not supported)") },
		{ STR_INIT("azure_kv"), STR_INIT("Azure Key Vault (not supported)") },
		{ STR_INIT("hc_vault"), STR_INIT("HashiCorp Vault (not supported)") },
		{ STR_INIT("hckms"), STR_INIT("HuaweiCloud KMS (not supported)") },
	};
	const struct node *group = key_group(metadata), *age = node_get_lit(group, "age");

	sops->closed++;
	for (uint32_t i = 0; i < MIN(node_item_count(age), SOPS_RECIPIENTS_MAX); i++) {
		struct str recipient = node_str_at(node_item(age, i), "recipient");
		if (recipient.len)
			need(sops, recipient);
	}
	for (size_t i = 0; i < ARRAY_COUNT(services); i++)
		if (!node_item_count(age) && node_item_count(node_get(group, services[i].key)))
			need(sops, services[i].service);
	if (node_item_count(node_get_lit(metadata, "key_groups")) > 1)
		need(sops, STR("several groups of keys (not supported)"));
}

static void wipe_key(void *key)
{
	OPENSSL_cleanse(key, sizeof(struct sops_key));
}

/* NULL when none of the keys opens it. */
static struct sops_key *unwrapped(struct sops *sops, struct str encrypted, struct error *err)
{
	SCRATCH(scratch);
	struct str plain;

	if (age_decrypt(scratch, sops->keys, encrypted, &plain, err) < 0)
		return NULL;
	struct sops_key *key = NULL;
	if (plain.len == sizeof(key->bytes)) {
		key = arena_one(sops->arena, struct sops_key);
		memcpy(key->bytes, plain.ptr, plain.len);
		arena_cleanup(sops->arena, wipe_key, key);
	} else {
		error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "it has not the length of a key");
	}
	OPENSSL_cleanse((char *)plain.ptr, plain.len);
	return key;
}

static const struct sops_key *data_key(struct sops *sops, const struct node *age, struct error *err)
{
	if (node_item_count(age) > SOPS_RECIPIENTS_MAX) {
		error_set(err, ERROR_INPUT, age->position, "more than %d recipients",
			  SOPS_RECIPIENTS_MAX);
		return NULL;
	}
	for (uint32_t i = 0; i < node_item_count(age); i++) {
		struct str encrypted = node_str_at(node_item(age, i), "enc");
		void **slot = map_slot(&sops->data_keys, encrypted);
		if (!*slot)
			*slot = unwrapped(sops, encrypted, err);
		if (*slot)
			return *slot;
	}
	err->position = age->position;
	error_hint(err, "it is encrypted for %.*s",
		   STR_FMT(node_str_at(node_item(age, 0), "recipient")));
	return NULL;
}

/* --- the rule -------------------------------------------------------------------------------- */

static int read_rule(struct sops_reading *r)
{
	static const struct {
		struct str key;
		bool names_encrypted, is_regex, is_by_comment;
	} kinds[] = { { STR_INIT("unencrypted_suffix"), false, false, false },
		      { STR_INIT("encrypted_suffix"), true, false, false },
		      { STR_INIT("unencrypted_regex"), false, true, false },
		      { STR_INIT("encrypted_regex"), true, true, false },
		      { STR_INIT("unencrypted_comment_regex"), false, false, true },
		      { STR_INIT("encrypted_comment_regex"), true, false, true } };
	int found = 0;

	r->rule = (struct sops_rule){ .suffix = STR("_unencrypted") };
	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		const struct node *n = node_get(r->metadata, kinds[i].key);
		struct str text = node_text(n);
		if (!text.len)
			continue;
		if (found++)
			return error_set(r->err, ERROR_INPUT, n->position,
					 "cannot use more than one rule for what is encrypted");
		r->rule = (struct sops_rule){ .names_encrypted = kinds[i].names_encrypted,
					      .is_by_comment = kinds[i].is_by_comment };
		if (!kinds[i].is_regex)
			r->rule.suffix = text;
		else if (!(r->rule.regex = regex_compile(r->sops->arena, text, 0, r->err)))
			r->err->position = n->position;
		if (kinds[i].is_regex && !r->rule.regex)
			return -1;
	}
	return 0;
}

static bool is_named(const struct sops_rule *rule, struct str key)
{
	return rule->regex ? regex_match(rule->regex, key) : str_ends(key, rule->suffix);
}

enum sops_access sops_open(struct sops *sops, const struct node *metadata, struct sops_reading *ret,
			   struct error *err)
{
	const struct node *age = node_get_lit(key_group(metadata), "age");

	*ret = (struct sops_reading){ .sops = sops, .metadata = metadata, .err = err };
	if (!sops->keys->count || !node_item_count(age) ||
	    node_item_count(node_get_lit(metadata, "key_groups")) > 1) {
		note_closed(sops, metadata);
		return SOPS_CLOSED;
	}
	ret->key = data_key(sops, age, err);
	if (!ret->key) {
		error_wrap(err, "cannot get sops data key");
		return SOPS_FAILED;
	}
	ret->digests_encrypted =
		str_equal_nocase(node_str_at(metadata, "mac_only_encrypted"), STR("true"));
	buf_init(&ret->path, sops->arena);
	return read_rule(ret) < 0 ? SOPS_FAILED : SOPS_OPEN;
}

/* --- the values ------------------------------------------------------------------------------ */

static int walk(struct sops_reading *r, const struct node *n, bool is_named_above,
		const struct node **ret);

static int walk_scalar(struct sops_reading *r, const struct node *n, bool is_named_above,
		       const struct node **ret)
{
	bool is_encrypted = r->rule.is_by_comment ? str_starts(node_text(n), SOPS_ENCRYPTED)
						  : is_named_above == r->rule.names_encrypted;

	*ret = n;
	if (node_is_null(n))
		return 0;
	if (is_encrypted && node_text(n).len && sops_open_value(r, n, ret) < 0)
		return -1;
	if (!r->digest || !*ret || (r->digests_encrypted && !is_encrypted))
		return 0;
	struct str bytes = sops_digested(r->sops->arena, *ret);
	EVP_DigestUpdate(r->digest, bytes.ptr, bytes.len);
	return 0;
}

static int walk_entry(struct sops_reading *r, const struct entry *e, bool is_named_above,
		      const struct node **ret)
{
	struct str key = node_text(e->key);
	size_t before = r->path.len;

	if (before + key.len >= SOPS_PATH_BYTES_MAX)
		return error_set(r->err, ERROR_INPUT, e->key->position,
				 "the keys that lead here have more than %d bytes",
				 SOPS_PATH_BYTES_MAX);
	buf_add(&r->path, key);
	buf_add_char(&r->path, ':');
	int result = walk(r, e->value, is_named_above || is_named(&r->rule, key), ret);
	r->path.len = before;
	return result;
}

static int walk_map(struct sops_reading *r, const struct node *map, bool is_named_above,
		    const struct node **ret)
{
	const struct node *made = map, *value;

	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		const struct entry *e = node_entry(map, i);
		if (walk_entry(r, e, is_named_above, &value) < 0)
			return -1;
		if (!value)
			return error_set(r->err, ERROR_INPUT, e->value->position,
					 "a comment stands where a value is expected");
		if (value != e->value)
			made = node_map_put(r->sops->arena, map, made, i, value);
	}
	*ret = made;
	return 0;
}

/* In lists, encrypted comments are items. */
static int walk_list(struct sops_reading *r, const struct node *list, bool is_named_above,
		     const struct node **ret)
{
	uint32_t count = node_item_count(list), kept = 0;
	const struct node **items = arena_array(r->sops->arena, const struct node *, count);
	bool is_changed = false;

	for (uint32_t i = 0; i < count; i++) {
		const struct node *item;
		if (walk(r, node_item(list, i), is_named_above, &item) < 0)
			return -1;
		is_changed |= item != node_item(list, i);
		if (item)
			items[kept++] = item;
	}
	*ret = is_changed ? node_with_items(r->sops->arena, list, items, kept) : list;
	return 0;
}

/* The depth is that of the tree, which readers bound. */
static int walk(struct sops_reading *r, const struct node *n, bool is_named_above,
		const struct node **ret)
{
	budget_spend(1);
	if (node_is_map(n))
		return walk_map(r, n, is_named_above, ret);
	if (node_is_list(n))
		return walk_list(r, n, is_named_above, ret);
	return walk_scalar(r, n, is_named_above, ret);
}

int sops_open_tree(struct sops_reading *r, const struct node *tree, const struct node **ret)
{
	if (node_is_map(node_get_lit(tree, "sops")))
		tree = node_without(r->sops->arena, tree, STR("sops"));
	return walk(r, tree, false, ret);
}

/* --- the digest ------------------------------------------------------------------------------ */

static int digest_documents(struct sops_reading *r, const struct node *const *documents,
			    uint32_t count)
{
	/* SHA-256 of "sops": such a digest is no one of all values. */
	static const uint8_t start[] = { 0x8a, 0x3f, 0xd2, 0xad, 0x54, 0xce, 0x66, 0x52,
					 0x7b, 0x10, 0x34, 0xf3, 0xd1, 0x47, 0xbe, 0x0b,
					 0x0b, 0x97, 0x5b, 0x3b, 0xf4, 0x4f, 0x72, 0xc6,
					 0xfd, 0xad, 0xec, 0x81, 0x76, 0xf2, 0x7d, 0x69 };
	const struct node *ignored;

	EVP_DigestInit_ex(r->digest, EVP_sha512(), NULL);
	if (r->digests_encrypted)
		EVP_DigestUpdate(r->digest, start, sizeof(start));
	for (uint32_t i = 0; i < count; i++)
		if (sops_open_tree(r, documents[i], &ignored) < 0)
			return -1;
	return 0;
}

/* 128 letters of hexadecimal, in upper case. */
static bool is_digest(EVP_MD_CTX *digest, struct str mac)
{
	uint8_t bytes[DIGEST_BYTES];
	char hex[2 * DIGEST_BYTES + 1];

	EVP_DigestFinal_ex(digest, bytes, NULL);
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(hex + 2 * i, 3, "%02X", bytes[i]);
	return mac.len == 2 * DIGEST_BYTES && CRYPTO_memcmp(mac.ptr, hex, mac.len) == 0;
}

int sops_check(struct sops_reading *r, const struct node *const *documents, uint32_t count)
{
	const struct node *mac = node_get_lit(r->metadata, "mac");
	struct str modified = node_str_at(r->metadata, "lastmodified"), text, type;

	r->digest = EVP_MD_CTX_new();
	assert(r->digest);
	int result = digest_documents(r, documents, count);
	if (result == 0)
		result = sops_open_bytes(r, mac, modified, &text, &type);
	if (result == 0 && !is_digest(r->digest, text))
		result = error_set(r->err, ERROR_INPUT, mac->position,
				   "failed to verify sops data integrity: the values are not those "
				   "that were encrypted");
	EVP_MD_CTX_free(r->digest);
	r->digest = NULL;
	return result;
}
