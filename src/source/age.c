/* age - files that the age program has encrypted for a key pair of X25519 */
#include "source/age.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/arena.h"
#include "base/base64.h"
#include "base/budget.h"
#include "base/buf.h"

enum {
	FILE_KEY_BYTES = 16,
	TAG_BYTES = 16,
	NONCE_BYTES = 12,
	PAYLOAD_NONCE_BYTES = 16,
	CHUNK_BYTES = 64 << 10,
	COLUMNS = 64, /* of base64 in a file */
	CHECKSUM_CHARS = 6,
};

#define BINARY_START  STR("age-encryption.org/v1\n")
#define ARMOR_START   STR("-----BEGIN AGE ENCRYPTED FILE-----")
#define ARMOR_END     STR("-----END AGE ENCRYPTED FILE-----")
#define SECRET_PREFIX STR("AGE-SECRET-KEY-")

struct secret {
	uint8_t bytes[AGE_KEY_BYTES];
};

static void wipe(struct secret *secret)
{
	OPENSSL_cleanse(secret, sizeof(*secret));
}

/* A key that is overwritten where its block ends. */
#define SECRET(name) __attribute__((cleanup(wipe))) struct secret name = {}

static int refuse(struct error *err, const char *text)
{
	return error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "%s", text);
}

/* --- bech32: BIP 173 ------------------------------------------------------------------------- */

static const char bech32_letters[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

static uint32_t checksum_step(uint32_t sum, uint8_t value)
{
	static const uint32_t generator[] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
					      0x2a1462b3 };
	uint32_t top = sum >> 25;

	sum = (sum & 0x1ffffff) << 5 ^ value;
	for (unsigned i = 0; i < ARRAY_COUNT(generator); i++)
		if (top >> i & 1)
			sum ^= generator[i];
	return sum;
}

/* Of the part before the 1, in lower case. */
static uint32_t checksum_start(struct str prefix)
{
	uint32_t sum = 1;

	for (size_t i = 0; i < prefix.len; i++)
		sum = checksum_step(sum, (uint8_t)(prefix.ptr[i] >> 5));
	sum = checksum_step(sum, 0);
	for (size_t i = 0; i < prefix.len; i++)
		sum = checksum_step(sum, prefix.ptr[i] & 31);
	return sum;
}

static int letter_value(char letter)
{
	const char *at = letter ? strchr(bech32_letters, letter) : NULL;

	return at ? (int)(at - bech32_letters) : -1;
}

static struct str bech32_encode(struct arena *arena, struct str prefix,
				const uint8_t bytes[AGE_KEY_BYTES])
{
	uint32_t sum = checksum_start(prefix);
	struct buf out;

	buf_init(&out, arena);
	buf_add(&out, prefix);
	buf_add_char(&out, '1');
	for (unsigned bit = 0; bit < 8 * AGE_KEY_BYTES; bit += 5) {
		unsigned at = bit / 8, next = at + 1 < AGE_KEY_BYTES ? bytes[at + 1] : 0;
		uint8_t value = (unsigned)(bytes[at] << 8 | next) >> (11 - bit % 8) & 31;
		buf_add_char(&out, bech32_letters[value]);
		sum = checksum_step(sum, value);
	}
	for (int i = 0; i < CHECKSUM_CHARS; i++)
		sum = checksum_step(sum, 0);
	sum ^= 1;
	for (int i = CHECKSUM_CHARS - 1; i >= 0; i--)
		buf_add_char(&out, bech32_letters[sum >> 5 * i & 31]);
	return buf_str(&out);
}

/* The letters behind the 1 of a key in lower case. */
static bool bech32_decode(struct str prefix, struct str letters, struct secret *ret)
{
	uint32_t sum = checksum_start(prefix), bits = 0;
	size_t data = letters.len - CHECKSUM_CHARS, made = 0;
	unsigned count = 0;

	if (letters.len != (AGE_KEY_BYTES * 8 + 4) / 5 + CHECKSUM_CHARS)
		return false;
	for (size_t i = 0; i < letters.len; i++) {
		int value = letter_value(letters.ptr[i]);
		if (value < 0)
			return false;
		sum = checksum_step(sum, (uint8_t)value);
		bits = bits << 5 | (uint32_t)value;
		count += 5;
		if (i < data && count >= 8) {
			count -= 8;
			ret->bytes[made++] = (uint8_t)(bits >> count);
		}
	}
	return sum == 1 && made == AGE_KEY_BYTES;
}

/* --- keys ------------------------------------------------------------------------------------ */

static void wipe_keys(void *items)
{
	OPENSSL_cleanse(items, AGE_IDENTITIES_MAX * sizeof(struct age_identity));
}

static bool derive_recipient(const struct secret *secret, uint8_t ret[AGE_KEY_BYTES])
{
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, secret->bytes,
						     sizeof(secret->bytes));
	size_t len = AGE_KEY_BYTES;
	bool made = key && EVP_PKEY_get_raw_public_key(key, ret, &len) == 1;

	EVP_PKEY_free(key);
	return made;
}

static bool read_key(struct str line, struct secret *ret)
{
	char lower[AGE_LINE_BYTES_MAX];
	struct str key = { lower, line.len };
	bool upper = str_starts(line, SECRET_PREFIX);

	for (size_t i = 0; i < line.len; i++) {
		char c = line.ptr[i];
		upper &= !(c >= 'a' && c <= 'z');
		lower[i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
	}
	struct str prefix = STR("age-secret-key-");
	bool made = upper && key.len > prefix.len + CHECKSUM_CHARS + 1 &&
		    key.ptr[prefix.len] == '1' &&
		    bech32_decode(prefix, str_from(key, prefix.len + 1), ret);
	OPENSSL_cleanse(lower, line.len);
	return made;
}

static int refuse_key(struct str line, int number, struct error *err)
{
	bool is_other = str_starts(line, STR("AGE-PLUGIN-")) ||
			str_starts(line, STR("AGE-SECRET-KEY-PQ-")) ||
			str_starts(line, STR("-----BEGIN"));

	if (is_other)
		error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
			  "line %d of the keys is a key of a kind that is not supported", number);
	else
		error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "line %d of the keys is no age key",
			  number);
	return error_hint(err, "a key as age-keygen prints it begins with AGE-SECRET-KEY-1");
}

static int add_key(struct arena *arena, struct str line, int number, struct age_keys *keys,
		   struct error *err)
{
	struct age_identity made = {};
	SECRET(secret);

	if (keys->count >= AGE_IDENTITIES_MAX)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "more than %d age keys",
				 AGE_IDENTITIES_MAX);
	if (line.len > AGE_LINE_BYTES_MAX || !read_key(line, &secret) ||
	    !derive_recipient(&secret, made.recipient))
		return refuse_key(line, number, err);
	if (!keys->items) {
		keys->items = arena_array(arena, struct age_identity, AGE_IDENTITIES_MAX);
		arena_cleanup(arena, wipe_keys, keys->items);
	}
	keys->items[keys->count] = made;
	memcpy(keys->items[keys->count++].secret, secret.bytes, sizeof(secret.bytes));
	return 0;
}

int age_keys_read(struct arena *arena, struct str text, struct age_keys *keys, struct error *err)
{
	uint32_t before = keys->count;
	int number = 0;

	for (struct str rest = text; rest.ptr;) {
		struct str line = str_trim(str_cut(&rest, '\n'));
		number++;
		if (!line.len || line.ptr[0] == '#')
			continue;
		if (add_key(arena, line, number, keys, err) < 0)
			return -1;
	}
	return keys->count > before ? 0 : refuse(err, "there is no age key in it");
}

struct str age_recipient(struct arena *arena, const struct age_keys *keys, uint32_t index)
{
	assert(index < keys->count);
	return bech32_encode(arena, STR("age"), keys->items[index].recipient);
}

/* --- what OpenSSL computes ------------------------------------------------------------------- */

static bool hmac(struct str key, struct str text, struct secret *ret)
{
	unsigned len = 0;

	return HMAC(EVP_sha256(), key.ptr ? key.ptr : "", (int)key.len,
		    (const unsigned char *)text.ptr, text.len, ret->bytes, &len) &&
	       len == sizeof(ret->bytes);
}

static struct str bytes_of(const struct secret *secret)
{
	return (struct str){ (const char *)secret->bytes, sizeof(secret->bytes) };
}

/* HKDF-SHA256 of 32 bytes: RFC 5869. */
static bool hkdf(struct str secret, struct str salt, struct str info, struct secret *ret)
{
	SECRET(extracted);
	char expand[64];

	assert(info.len < sizeof(expand));
	memcpy(expand, info.ptr, info.len);
	expand[info.len] = 1;
	return hmac(salt, secret, &extracted) &&
	       hmac(bytes_of(&extracted), (struct str){ expand, info.len + 1 }, ret);
}

/* ChaCha20-Poly1305 of RFC 8439, without further data. out has room for box.len - TAG_BYTES. */
static bool open_box(const struct secret *key, const uint8_t nonce[NONCE_BYTES], struct str box,
		     uint8_t *out)
{
	const uint8_t *bytes = (const uint8_t *)box.ptr;
	int len = (int)box.len - TAG_BYTES, made = 0, rest = 0;

	if (len < 0)
		return false;
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	bool opened =
		c && EVP_DecryptInit_ex(c, EVP_chacha20_poly1305(), NULL, key->bytes, nonce) == 1 &&
		EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, TAG_BYTES, (void *)(bytes + len)) ==
			1 &&
		EVP_DecryptUpdate(c, out, &made, bytes, len) == 1 &&
		EVP_DecryptFinal_ex(c, out + made, &rest) == 1;
	EVP_CIPHER_CTX_free(c);
	return opened;
}

/* False also when the result is all zero: a share that no age program makes. */
static bool exchange(const uint8_t own[AGE_KEY_BYTES], const uint8_t other[AGE_KEY_BYTES],
		     struct secret *ret)
{
	size_t len = sizeof(ret->bytes);
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, own, AGE_KEY_BYTES);
	EVP_PKEY *peer = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, other, AGE_KEY_BYTES);
	EVP_PKEY_CTX *c = key ? EVP_PKEY_CTX_new(key, NULL) : NULL;
	bool made = c && peer && EVP_PKEY_derive_init(c) == 1 &&
		    EVP_PKEY_derive_set_peer(c, peer) == 1 &&
		    EVP_PKEY_derive(c, ret->bytes, &len) == 1 && len == sizeof(ret->bytes);

	EVP_PKEY_CTX_free(c);
	EVP_PKEY_free(peer);
	EVP_PKEY_free(key);
	return made;
}

/* --- the header ------------------------------------------------------------------------------ */

struct header {
	struct arena *arena;
	const struct age_keys *keys;
	struct error *err;
	struct str rest; /* what was not read yet */
	uint32_t stanzas;
	bool has_key;
	struct secret file_key; /* the first FILE_KEY_BYTES */
};

static int next_line(struct header *h, struct str *ret)
{
	ptrdiff_t end = str_find_char(str_sub(h->rest, 0, AGE_LINE_BYTES_MAX), '\n');

	if (end < 0)
		return refuse(h->err, "the header of the age file is damaged");
	*ret = str_sub(h->rest, 0, (size_t)end);
	h->rest = str_from(h->rest, (size_t)end + 1);
	return 0;
}

/* Only as age writes it: another spelling of the same bytes is refused. */
static int decode(struct header *h, struct str text, struct str *ret)
{
	if (base64_decode(h->arena, text, BASE64_RAW, ret, NULL) &&
	    str_equal(base64_encode(h->arena, *ret, BASE64_RAW), text))
		return 0;
	return refuse(h->err, "the header of the age file is damaged");
}

/* Lines of 64 letters, and a shorter one, which may be empty. */
static int read_body(struct header *h, struct str *ret)
{
	struct str line;
	struct buf body;

	buf_init(&body, h->arena);
	do {
		if (next_line(h, &line) < 0)
			return -1;
		buf_add(&body, line);
	} while (line.len == COLUMNS && body.len < AGE_LINE_BYTES_MAX);
	if (line.len >= COLUMNS)
		return refuse(h->err, "the header of the age file is damaged");
	return decode(h, buf_str(&body), ret);
}

/* Whether a key opens the file key that was wrapped for it. */
static bool unwrap(struct header *h, const struct age_identity *key, struct str share,
		   struct str body)
{
	static const uint8_t nonce[NONCE_BYTES];
	uint8_t salt[2 * AGE_KEY_BYTES];
	SECRET(shared);
	SECRET(wrapping);

	budget_spend(AGE_STEPS);
	memcpy(salt, share.ptr, AGE_KEY_BYTES);
	memcpy(salt + AGE_KEY_BYTES, key->recipient, AGE_KEY_BYTES);
	return exchange(key->secret, (const uint8_t *)share.ptr, &shared) &&
	       hkdf(bytes_of(&shared), (struct str){ (const char *)salt, sizeof(salt) },
		    STR("age-encryption.org/v1/X25519"), &wrapping) &&
	       open_box(&wrapping, nonce, body, h->file_key.bytes);
}

/* "-> X25519 SHARE" and its body; those of other types are skipped. */
static int read_stanza(struct header *h, struct str line)
{
	struct str body, share;

	if (++h->stanzas > AGE_STANZAS_MAX)
		return error_set(h->err, ERROR_INPUT, ERROR_NO_POSITION,
				 "the age file has more than %d recipients", AGE_STANZAS_MAX);
	if (read_body(h, &body) < 0)
		return -1;
	if (!str_starts(line, STR("-> X25519 ")))
		return 0;
	if (decode(h, str_from(line, STR("-> X25519 ").len), &share) < 0)
		return -1;
	if (share.len != AGE_KEY_BYTES || body.len != FILE_KEY_BYTES + TAG_BYTES)
		return refuse(h->err, "the header of the age file is damaged");
	for (uint32_t i = 0; i < h->keys->count && !h->has_key; i++)
		h->has_key = unwrap(h, &h->keys->items[i], share, body);
	return 0;
}

static struct str file_key(const struct header *h)
{
	return str_sub(bytes_of(&h->file_key), 0, FILE_KEY_BYTES);
}

/* The last line signs all before it, its own dashes included. */
static int check_header(struct header *h, struct str file, struct str line)
{
	struct str signed_part = str_sub(file, 0, (size_t)(line.ptr - file.ptr) + 3);
	struct str mac;
	SECRET(key);
	SECRET(made);

	if (decode(h, str_from(line, STR("--- ").len), &mac) < 0)
		return -1;
	if (!h->has_key)
		return refuse(h->err, "no identity matched any of the recipients");
	if (!hkdf(file_key(h), STR_NONE, STR("header"), &key) ||
	    !hmac(bytes_of(&key), signed_part, &made) || mac.len != sizeof(made.bytes) ||
	    CRYPTO_memcmp(mac.ptr, made.bytes, sizeof(made.bytes)) != 0)
		return refuse(h->err, "the header of the age file was changed");
	return 0;
}

static int read_header(struct header *h, struct str file)
{
	struct str line;

	h->rest = str_from(file, BINARY_START.len);
	do {
		if (next_line(h, &line) < 0)
			return -1;
		if (str_starts(line, STR("--- ")))
			return check_header(h, file, line);
	} while (str_starts(line, STR("-> ")) && read_stanza(h, line) == 0);
	return str_starts(line, STR("-> "))
		       ? -1
		       : refuse(h->err, "the header of the age file is damaged");
}

/* --- the payload: STREAM --------------------------------------------------------------------- */

static int open_payload(struct header *h, struct str *ret)
{
	struct str nonce = str_sub(h->rest, 0, PAYLOAD_NONCE_BYTES);
	struct str rest = str_from(h->rest, PAYLOAD_NONCE_BYTES);
	uint8_t counter[NONCE_BYTES] = {};
	struct buf out;
	SECRET(key);

	if (nonce.len < PAYLOAD_NONCE_BYTES || !hkdf(file_key(h), nonce, STR("payload"), &key))
		return refuse(h->err, "the age file ends too early");
	buf_init(&out, h->arena);
	for (uint32_t i = 0; counter[NONCE_BYTES - 1] == 0; i++) {
		struct str chunk = str_sub(rest, 0, CHUNK_BYTES + TAG_BYTES);
		rest = str_from(rest, chunk.len);
		for (int b = 0; b < 4; b++)
			counter[NONCE_BYTES - 2 - b] = (uint8_t)(i >> 8 * b);
		counter[NONCE_BYTES - 1] = rest.len == 0;
		if ((i && chunk.len <= TAG_BYTES) ||
		    !open_box(&key, counter, chunk, (uint8_t *)buf_reserve(&out, chunk.len)))
			return refuse(h->err, "the age file is damaged or cut off");
		buf_advance(&out, chunk.len - TAG_BYTES);
	}
	*ret = buf_str(&out);
	return 0;
}

static int without_armor(struct arena *arena, struct str *file, struct error *err)
{
	struct str text = str_trim(*file);

	if (!str_starts(text, ARMOR_START))
		return 0;
	if (!str_ends(text, ARMOR_END))
		return refuse(err, "the armor of the age file does not end");
	text = str_sub(text, ARMOR_START.len, text.len - ARMOR_END.len);
	if (!base64_decode(arena, str_trim(text), 0, file, NULL))
		return refuse(err, "the armor of the age file is no base64");
	return 0;
}

int age_decrypt(struct arena *arena, const struct age_keys *keys, struct str file, struct str *ret,
		struct error *err)
{
	struct header h = { .arena = arena, .keys = keys, .err = err };

	if (file.len > AGE_FILE_BYTES_MAX)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "the age file has more than %d bytes", AGE_FILE_BYTES_MAX);
	if (without_armor(arena, &file, err) < 0)
		return -1;
	if (!str_starts(file, BINARY_START))
		return refuse(err, "it is no file of age");
	int result = read_header(&h, file) < 0 ? -1 : open_payload(&h, ret);
	wipe(&h.file_key);
	return result;
}
