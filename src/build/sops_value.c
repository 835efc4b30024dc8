/* sops_value - one value that SOPS has encrypted, and what it is when it is decrypted */
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/arena.h"
#include "base/base64.h"
#include "base/budget.h"
#include "base/num.h"
#include "build/sops_inside.h"
#include "doc/origin.h"
#include "doc/scalar.h"
#include "doc/secret.h"

enum { TAG_BYTES = 16, NONCE_BYTES_MAX = 64, STEP_BYTES = 64 };

/* ENC[AES256_GCM,data:…,iv:…,tag:…,type:…] */
struct sealed {
	struct str data, nonce, tag, type;
};

/* Takes what stands before a mark off the text. */
static bool take(struct str *text, struct str mark, struct str *ret)
{
	ptrdiff_t at = str_find(*text, mark);

	if (at < 0)
		return false;
	*ret = str_sub(*text, 0, (size_t)at);
	*text = str_from(*text, (size_t)at + mark.len);
	return true;
}

static bool parse(struct arena *arena, struct str text, struct sealed *ret)
{
	struct str rest = text, start, data, nonce, tag;

	if (!take(&rest, STR("ENC[AES256_GCM,data:"), &start) || start.len ||
	    !take(&rest, STR(",iv:"), &data) || !take(&rest, STR(",tag:"), &nonce) ||
	    !take(&rest, STR(",type:"), &tag) || !take(&rest, STR("]"), &ret->type) || rest.len)
		return false;
	return base64_decode(arena, data, 0, &ret->data, NULL) &&
	       base64_decode(arena, nonce, 0, &ret->nonce, NULL) &&
	       base64_decode(arena, tag, 0, &ret->tag, NULL) && ret->data.len &&
	       ret->tag.len == TAG_BYTES && ret->nonce.len && ret->nonce.len <= NONCE_BYTES_MAX;
}

/* AES-256-GCM. out has room for the data. */
static bool decrypt(const struct sops_key *key, const struct sealed *sealed, struct str further,
		    uint8_t *out)
{
	int made = 0, rest = 0, skipped;
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	bool opened = c && EVP_DecryptInit_ex(c, EVP_aes_256_gcm(), NULL, NULL, NULL) == 1 &&
		      EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_IVLEN, (int)sealed->nonce.len,
					  NULL) == 1 &&
		      EVP_DecryptInit_ex(c, NULL, NULL, key->bytes,
					 (const uint8_t *)sealed->nonce.ptr) == 1 &&
		      EVP_DecryptUpdate(c, NULL, &skipped, (const uint8_t *)further.ptr,
					(int)further.len) == 1 &&
		      EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, TAG_BYTES,
					  (void *)sealed->tag.ptr) == 1 &&
		      EVP_DecryptUpdate(c, out, &made, (const uint8_t *)sealed->data.ptr,
					(int)sealed->data.len) == 1 &&
		      EVP_DecryptFinal_ex(c, out + made, &rest) == 1;

	EVP_CIPHER_CTX_free(c);
	return opened;
}

/* scalar may be NULL: the metadata lacks it. */
static int refuse(struct sops_reading *r, const struct node *scalar, const char *why)
{
	uint32_t position = scalar ? scalar->position : ERROR_NO_POSITION;

	return error_set(r->err, ERROR_INPUT, position,
			 "error decrypting sops tree: Could not decrypt value: %s", why);
}

int sops_open_bytes(struct sops_reading *r, const struct node *scalar, struct str further,
		    struct str *ret, struct str *ret_type)
{
	struct sealed sealed;

	budget_spend(1 + (further.len + node_text(scalar).len) / STEP_BYTES);
	if (!node_is_scalar(scalar) || !parse(r->sops->arena, node_text(scalar), &sealed))
		return refuse(r, scalar,
			      "Input string <redacted> does not match sops' data format");
	uint8_t *out = arena_alloc_raw(r->sops->arena, sealed.data.len + TAG_BYTES, 1);
	if (!decrypt(r->key, &sealed, further, out))
		return refuse(r, scalar, "cipher: message authentication failed");
	*ret = (struct str){ (const char *)out, sealed.data.len };
	*ret_type = sealed.type;
	return 0;
}

static bool read_bool(struct str text, bool *ret)
{
	static const struct str words[] = { STR_INIT("false"), STR_INIT("true") };

	for (size_t i = 0; i < ARRAY_COUNT(words); i++)
		if (str_equal_nocase(text, words[i])) {
			*ret = i;
			return true;
		}
	return false;
}

/* A node of the type that SOPS had found. NULL: the text is none of that type. */
static const struct node *typed(struct arena *arena, struct str text, struct str type)
{
	int64_t integer;
	double number;
	bool truth;

	if (str_equal(type, STR("int")))
		return num_int64(text, &integer) ? node_int(arena, integer) : NULL;
	if (str_equal(type, STR("float")))
		return num_double(text, &number) ? node_double(arena, number) : NULL;
	if (str_equal(type, STR("bool")))
		return read_bool(text, &truth) ? node_bool_of(truth) : NULL;
	if (str_equal(type, STR("str")) || str_equal(type, STR("bytes")) ||
	    str_equal(type, STR("time")))
		return node_str(arena, text);
	return NULL;
}

int sops_open_value(struct sops_reading *r, const struct node *scalar, const struct node **ret)
{
	struct sops *sops = r->sops;
	struct str text, type;

	if (sops_open_bytes(r, scalar, buf_str(&r->path), &text, &type) < 0)
		return -1;
	*ret = NULL;
	if (str_equal(type, STR("comment")))
		return 0;
	const struct node *value = typed(sops->arena, text, type);
	if (!value)
		return refuse(r, scalar, "it is not of the type that it says");
	struct node *made = arena_copy(sops->arena, value, sizeof(*made));
	made->secrecy = SECRECY_SEALED;
	made->position = scalar->position;
	made->step = origin_add(sops->set, (struct origin_step){ .kind = ORIGIN_DECRYPTION,
								 .instruction = sops->instruction,
								 .before = scalar });
	*ret = made;
	return 0;
}

struct str sops_digested(struct arena *arena, const struct node *scalar)
{
	struct scalar s = scalar_of(scalar);
	bool is_string;

	if (s.type == SCALAR_BOOL)
		return s.boolean ? STR("True") : STR("False");
	if (s.type == SCALAR_FLOAT)
		return num_format_double(arena, s.number, 'f');
	if (s.type == SCALAR_STR)
		return s.text;
	return scalar_json_text(arena, scalar, &is_string);
}
