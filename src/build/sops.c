/* sops - objects and files that SOPS has encrypted */
#include "build/sops.h"

#include "base/arena.h"
#include "base/base64.h"
#include "base/vec.h"
#include "build/sops_inside.h"
#include "doc/make.h"
#include "doc/secret.h"
#include "doc/yaml.h"
#include "kube/object.h"

enum { DEPTH_MAX = 100 };

#define ASSUMED STR("assumed")

bool sops_hides(const struct node *object)
{
	return str_equal(object_kind(object), STR("Secret")) &&
	       str_equal(object_api_version(object), STR("v1")) && node_get(object, STR("sops"));
}

/* --- assumed --------------------------------------------------------------------------------- */

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
		return str_starts(node_text(n), SOPS_ENCRYPTED) ? assumed(arena, encoded) : n;
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
		bool is_encrypted = is_bytes && str_contains(plain, SOPS_ENCRYPTED);
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

static bool stays_encrypted(const struct node *object)
{
	return str_equal_nocase(
		object_annotation(object, STR("kustomize.toolkit.fluxcd.io/decrypt")),
		STR("disabled"));
}

const struct node *sops_assume(struct arena *arena, const struct node *object)
{
	const struct node *data = node_get(object, STR("data"));
	bool secret = str_equal(object_kind(object), STR("Secret"));
	const struct node *made = object;

	if (stays_encrypted(object))
		return object;
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

/* --- decrypted ------------------------------------------------------------------------------- */

void sops_init(struct sops *sops, struct docset *set, const struct age_keys *keys)
{
	*sops = (struct sops){ .set = set, .arena = docset_arena(set), .keys = keys };
	map_init(&sops->data_keys, sops->arena);
	map_init(&sops->checked, sops->arena);
	sops_begin(sops, 0);
}

void sops_begin(struct sops *sops, uint32_t instruction)
{
	sops->instruction = instruction;
	sops->closed = 0;
	map_init(&sops->needed, sops->arena);
}

struct str sops_closed(struct sops *sops)
{
	struct buf out;

	if (!sops->closed)
		return STR_NONE;
	buf_init(&out, sops->arena);
	buf_printf(&out, "%u encrypted object%s not decrypted: ", sops->closed,
		   sops->closed == 1 ? " is" : "s are");
	buf_printf(&out, sops->keys->count ? "no key is supported" : "no key is given");
	for (uint32_t i = 0; i < sops->needed.count; i++)
		buf_printf(&out, "%s%.*s", i ? ", " : "; encrypted for ",
			   STR_FMT(sops->needed.entries[i].key));
	return buf_str(&out);
}

/* The file that holds the metadata, once: kustomize may have changed the object since. */
static int check_file(struct sops_reading *r)
{
	const struct node *mac = node_get_lit(r->metadata, "mac");
	uint32_t offset, position = mac ? mac->position : r->metadata->position, count = 0;
	struct sops *sops = r->sops;
	struct str text = docset_text(sops->set, position, &offset);
	struct documents documents;

	if (!text.ptr || map_get(&sops->checked, text))
		return 0;
	if (yaml_read(sops->set, docset_path(sops->set, position), text, DIALECT_GO_V3, &documents,
		      r->err) < 0)
		return -1;
	const struct node **roots = arena_array(sops->arena, const struct node *, documents.count);
	for (uint32_t i = 0; i < documents.count; i++)
		if (node_is_map(documents.items[i].root))
			roots[count++] = documents.items[i].root;
	if (sops_check(r, roots, count) < 0)
		return -1;
	map_put(&sops->checked, text, sops);
	return 0;
}

static int decrypt_object(struct sops *sops, const struct node *object, const struct node **ret,
			  struct error *err)
{
	struct sops_reading r;

	*ret = object;
	enum sops_access access = sops_open(sops, node_get_lit(object, "sops"), &r, err);
	if (access == SOPS_CLOSED)
		return 0;
	if (access == SOPS_OPEN && check_file(&r) == 0 && sops_open_tree(&r, object, ret) == 0)
		return 0;
	return error_wrap(err, "failed to decrypt and format '%.*s/%.*s' %.*s data",
			  STR_FMT(object_namespace(object)), STR_FMT(object_name(object)),
			  STR_FMT(object_kind(object)));
}

/* A file that a generator took as it is: as kustomize has it, no name says its format. */
static int decrypt_field(struct sops *sops, const struct entry *e, const struct node **ret,
			 struct error *err)
{
	struct sops_text in = { .path = docset_path(sops->set, e->value->position),
				.position = e->value->position,
				.to = sops_format_of(node_text(e->key)) };
	struct segments segments;
	struct str plain;

	*ret = e->value;
	if (!base64_decode(sops->arena, node_text(e->value), 0, &in.text, NULL) ||
	    !sops_find_format(in.text, &in.from))
		return 0;
	segments_init(&segments, sops->arena);
	segments_begin(&segments, (struct segment){ .position = in.position });
	docset_generated(sops->set, in.text, &segments);
	if (sops_decrypt_text(sops, &in, &plain, err) < 0)
		return error_wrap(err, "Secret field '%.*s'", STR_FMT(node_text(e->key)));
	if (plain.ptr != in.text.ptr)
		*ret = node_sealed(sops->arena,
				   node_with_text(sops->arena, e->value,
						  base64_encode(sops->arena, plain, 0)));
	return 0;
}

static int decrypt_fields(struct sops *sops, const struct node *secret, const struct node **ret,
			  struct error *err)
{
	const struct node *data = node_get_lit(secret, "data"), *made = data, *value;

	for (uint32_t i = 0; i < node_entry_count(data); i++) {
		if (decrypt_field(sops, node_entry(data, i), &value, err) < 0)
			return error_wrap(err, "failed to decrypt and format '%.*s/%.*s'",
					  STR_FMT(object_namespace(secret)),
					  STR_FMT(object_name(secret)));
		if (value != node_entry(data, i)->value)
			made = node_map_put(sops->arena, data, made, i, value);
	}
	*ret = made == data ? secret : node_with(sops->arena, secret, STR("data"), made);
	return 0;
}

int sops_decrypt(struct sops *sops, const struct node *object, const struct node **ret,
		 struct error *err)
{
	int result = 0;

	*ret = object;
	if (stays_encrypted(object))
		return 0;
	if (node_str_at(object, "sops.mac").len)
		result = decrypt_object(sops, object, ret, err);
	else if (str_equal(object_kind(object), STR("Secret")))
		result = decrypt_fields(sops, object, ret, err);
	if (result < 0)
		return error_wrap(err, "decryption failed for '%.*s'",
				  STR_FMT(object_name(object)));
	if (*ret != object)
		secret_hide(sops->set, *ret);
	return 0;
}
