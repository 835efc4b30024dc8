/* sops_decrypt_test - what SOPS has encrypted, decrypted and damaged */
#include "base/arena.h"
#include "base/test.h"
#include "build/sops.h"
#include "doc/json.h"
#include "doc/make.h"
#include "doc/set.h"

/* Made for this test; encrypted by sops 3.13.3. */
#define TEST_KEY "AGE-SECRET-KEY-1NTR2Z6QXKTC80KYNX4MRSQVAP4A5MF243E4K0Y5PPRHN83G9CJVS7WDQK8"
#include "build/sops_fixture.h"

struct fixture {
	struct arena *arena;
	struct docset *set;
	struct age_keys keys;
	struct sops sops;
};

static struct fixture begin(struct arena *arena, bool has_key)
{
	struct fixture f = { .arena = arena, .set = docset_new(arena) };
	struct error err;

	if (has_key)
		CHECK(age_keys_read(arena, STR(TEST_KEY), &f.keys, &err) == 0);
	return f;
}

/* The text, or the error. */
static struct str opened(struct fixture *f, struct str text, enum sops_format format)
{
	struct sops_text in = { .path = STR("x"), .text = text, .from = format, .to = format };
	struct error err = {};
	struct str plain;

	sops_init(&f->sops, f->set, &f->keys);
	CHECK(docset_add(f->set, in.path, text, &in.position, &err) == 0);
	if (sops_decrypt_text(&f->sops, &in, &plain, &err) < 0)
		return str_copy(f->arena, str_from_cstr(err.text));
	return plain;
}

static void files_are_decrypted(void)
{
	SCRATCH(arena);
	struct fixture f = begin(arena, true);

	CHECK_TEXT(opened(&f, STR(ENCRYPTED_JSON), SOPS_JSON), PLAIN_JSON);
	CHECK_TEXT(opened(&f, STR(ENCRYPTED_JSON_SIGNED_PARTLY), SOPS_JSON), PLAIN_JSON_PARTLY);
	CHECK_TEXT(opened(&f, STR("{\"a\": \"b\"}"), SOPS_JSON), "{\"a\": \"b\"}");
}

static void without_a_key_they_stay(void)
{
	SCRATCH(arena);
	struct fixture f = begin(arena, false);

	CHECK_TEXT(opened(&f, STR(ENCRYPTED_JSON), SOPS_JSON), ENCRYPTED_JSON);
	CHECK(str_contains(sops_closed(&f.sops), STR("no key is given; encrypted for age1")));
}

/* Whatever is replaced: one error, or the very same text. */
static void what_was_changed_is_refused(void)
{
	static const struct {
		const char *from, *to, *want;
	} rows[] = {
		{ "\"open_unencrypted\": \"x\"", "\"open_unencrypted\": \"y\"",
		  "failed to verify sops data integrity: the values are not those that were "
		  "encrypted" },
		{ "type:int", "type:odd",
		  "error decrypting sops tree: Could not decrypt value: it is not of the type that "
		  "it says" },
		{ "\"n\":", "\"m\":",
		  "error decrypting sops tree: Could not decrypt value: cipher: message "
		  "authentication failed" },
		{ "\"n\": \"ENC[", "\"n\": \"NEC[",
		  "error decrypting sops tree: Could not decrypt value: Input string <redacted> "
		  "does not match sops' data format" },
		{ "\"lastmodified\": \"2", "\"lastmodified\": \"1",
		  "error decrypting sops tree: Could not decrypt value: cipher: message "
		  "authentication failed" },
		{ "\"unencrypted_suffix\"", "\"encrypted_regex\": \"(\", \"version\"", NULL },
		{ "\"enc\"", "\"cne\"", "cannot get sops data key: it is no file of age" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].to); i++) {
		SCRATCH(arena);
		struct fixture f = begin(arena, true);
		struct str changed =
			str_replace(arena, STR(ENCRYPTED_JSON), str_from_cstr(rows[i].from),
				    str_from_cstr(rows[i].to));
		struct str got = opened(&f, changed, SOPS_JSON);
		CHECK(!str_equal(changed, STR(ENCRYPTED_JSON)));
		if (rows[i].want)
			CHECK_STR(got, str_from_cstr(rows[i].want));
		else
			CHECK(!str_starts(got, STR("{")));
	}
}

/* Of two the last one counts, and it has no MAC. */
static void metadata_that_stands_twice_is_refused(void)
{
	SCRATCH(arena);
	struct fixture f = begin(arena, true);
	struct str twice = str_replace(arena, STR(ENCRYPTED_JSON), STR("\"sops\": {"),
				       STR("\"sops\": {\"mac\": \"ENC[x]\"}, \"sops\": {"));

	twice = str_replace(arena, twice, STR("\"mac\": \"ENC[AES"), STR("\"cam\": \"ENC[AES"));
	CHECK_TEXT(opened(&f, twice, SOPS_JSON),
		   "error decrypting sops tree: Could not decrypt value: Input string <redacted> "
		   "does not match sops' data format");
}

TESTS({ "files are decrypted", files_are_decrypted },
      { "without a key they stay", without_a_key_they_stay },
      { "what was changed is refused", what_was_changed_is_refused },
      { "metadata that stands twice is refused", metadata_that_stands_twice_is_refused })
