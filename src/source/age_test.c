/* age_test - files of the age program, whole and damaged, and keys */
#include "source/age.h"

#include "base/arena.h"
#include "base/base64.h"
#include "base/test.h"

/* Made for these tests by age-keygen and age 1.3.2; nothing else is encrypted for these keys. */
#define TEST_KEY       "AGE-SECRET-KEY-1NTR2Z6QXKTC80KYNX4MRSQVAP4A5MF243E4K0Y5PPRHN83G9CJVS7WDQK8"
#define TEST_RECIPIENT "age1a64asvprfl995thgnw8fq0qvumjuv6z0feqdjjje2ac6zdyqmqjsfpnwxw"
#define OTHER_KEY      "AGE-SECRET-KEY-1ML0ZH5U74VEFDJRSNXCQFL8NPQDKAJMVZQWG453M99EGQRHMVHQQ7HGE8N"

static const char for_test[] = "-----BEGIN AGE ENCRYPTED FILE-----\n"
			       "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSB0bVJteUhuVDVEaXBUSUpy\n"
			       "bWd6a3R4QVhvRXF3WVFDQk10VVI1a05ldXl3CjlkbWwreU96SXVMTzVuMEpENWpC\n"
			       "UFJkRzg4ODhmbDFsWEVCdjZyNTFqV0EKLS0tIDZRSnBpOEhncm84VUxIV2FodlF5\n"
			       "WHJEOWxQa1NXQUJub2hERm5TdzUvcmsKtdU5+9IQYZ1XSvLQVtQVeQ8iUHmLDKlo\n"
			       "JbbCt06RPJS5w8LhpIkNrhVQ7qs=\n"
			       "-----END AGE ENCRYPTED FILE-----\n";
static const char for_other[] = "-----BEGIN AGE ENCRYPTED FILE-----\n"
				"YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBMdFRYYUNCazVpUDM4YUt3\n"
				"Q0Z0RytVWnBDM1MvMHRwRzhTeUt5SEVVM0ZnCldnYU1vbHMzMXpPTGhQOVB5Q05z\n"
				"RHpXSmpVMEI3ek9OVG5TWnhUSE1WalEKLS0tICtrRGEwTjhVWHc2N0kzR3ZSZlh6\n"
				"TGpWZXJwalpNSnp6OTE3bXhmNjMyZjQKeYiX+fG75loMA4pEm5fdsKN9Cqm5vAs0\n"
				"zcsu4qhu0Kjv/C9vVlBKchPd7Es=\n"
				"-----END AGE ENCRYPTED FILE-----\n";
static const char for_both[] = "-----BEGIN AGE ENCRYPTED FILE-----\n"
			       "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSAvYVFodFZJNkpwS09hVDUv\n"
			       "MTRmMkdRb1ZBQ0dHWlY2d05OV1ZXTWNOanhVCnhKeVFlSWRVOVVVemJzcEw2cDNB\n"
			       "UGtaRVJVYStzUzA0VWpFZldHVE1Nb0kKLT4gWDI1NTE5IHQwMlFlN3pGazdyWklm\n"
			       "a2tDa0Eyekc1RmFoOWxaeGdYQVFXbnRpeUo2VmcKOEswT2labTR3aE5DckZQdmFL\n"
			       "VTdseTBLemIveGJIUFl5NHkzMURBbU9xMAotLS0gNk5RbVNXakh0bEdyaUtmb1gv\n"
			       "OVVUZ09PZ25JaEpMOHVHU001N091c2NLOAoUqloiIyzYjck3Ph32HuGrjd63INzr\n"
			       "/I9y3L+rzExRwDLuNqhg+5SFmYg=\n"
			       "-----END AGE ENCRYPTED FILE-----\n";
static const char of_nothing[] =
	"-----BEGIN AGE ENCRYPTED FILE-----\n"
	"YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBmZEhPN1NrUUJjY3lFSUhR\n"
	"a2tuQ3g3dk1OWHprOWJTSjRjK3VaZUNld0E0CmVzV294Tjlob0haVDBjeDFTZTF0\n"
	"djAzYzVYaUR0NlBKZ2kwVjVHWXJoRG8KLS0tICszaXVXb2JrWXAyZmhTbmdKNG1k\n"
	"VlR6aitDWS9qZTVuWGxIZ0pJcjY3czQKRFd9z6MjMK9Qjx8xirQW9+3ZCOwj0cF1\n"
	"9Fyizp+Ewm4=\n"
	"-----END AGE ENCRYPTED FILE-----\n";

static void read_keys(struct arena *arena, const char *text, struct age_keys *ret)
{
	struct error err;

	CHECK(age_keys_read(arena, str_from_cstr(text), ret, &err) == 0);
}

static void keys_are_read(void)
{
	SCRATCH(arena);
	struct age_keys keys = {};

	read_keys(arena, "# created: today\n\n " TEST_KEY " \r\n" OTHER_KEY, &keys);
	CHECK_INT(keys.count, 2);
	CHECK_TEXT(age_recipient(arena, &keys, 0), TEST_RECIPIENT);
}

/* No error says what a line holds. */
static void what_is_no_key_is_refused(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "", "there is no age key in it" },
		{ "# only this\n", "there is no age key in it" },
		{ TEST_KEY "\nsecret-words", "line 2 of the keys is no age key" },
		{ "AGE-SECRET-KEY-1NTR2Z6QXKTC80KYNX4MRSQVAP4A5MF243E4K0Y5PPRHN83G9CJVS7WDQKQ",
		  "line 1 of the keys is no age key" },
		{ "AGE-SECRET-KEY-1", "line 1 of the keys is no age key" },
		{ "AGE-SECRET-KEY-1QQ", "line 1 of the keys is no age key" },
		{ TEST_RECIPIENT, "line 1 of the keys is no age key" },
		{ "AGE-SECRET-KEY-PQ-1QQ",
		  "line 1 of the keys is a key of a kind that is not supported" },
		{ "AGE-PLUGIN-TPM-1QQ",
		  "line 1 of the keys is a key of a kind that is not supported" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].text); i++) {
		SCRATCH(arena);
		struct age_keys keys = {};
		struct error err = {};
		CHECK(age_keys_read(arena, str_from_cstr(rows[i].text), &keys, &err) < 0);
		CHECK_STR(str_from_cstr(err.text), str_from_cstr(rows[i].want));
	}
}

static void too_many_keys_are_refused(void)
{
	SCRATCH(arena);
	struct age_keys keys = {};
	struct error err = {};

	for (int i = 0; i < AGE_IDENTITIES_MAX; i++)
		read_keys(arena, TEST_KEY, &keys);
	CHECK(age_keys_read(arena, STR(TEST_KEY), &keys, &err) < 0);
	CHECK_TEXT(str_from_cstr(err.text), "more than 100 age keys");
}

/* The plain text, or the error. */
static struct str opened(struct arena *arena, const char *keys_text, struct str file)
{
	struct age_keys keys = {};
	struct error err = {};
	struct str plain;

	read_keys(arena, keys_text, &keys);
	if (age_decrypt(arena, &keys, file, &plain, &err) < 0)
		return str_copy(arena, str_from_cstr(err.text));
	return plain;
}

static void files_are_decrypted(void)
{
	static const struct {
		const char *keys, *file, *want;
	} rows[] = {
		{ TEST_KEY, for_test, "hello forge\n" },
		{ OTHER_KEY "\n" TEST_KEY, for_test, "hello forge\n" },
		{ OTHER_KEY, for_other, "hello forge\n" },
		{ TEST_KEY, for_both, "hello two\n" },
		{ OTHER_KEY, for_both, "hello two\n" },
		{ TEST_KEY, of_nothing, "" },
		{ OTHER_KEY, for_test, "no identity matched any of the recipients" },
		{ OTHER_KEY, "", "it is no file of age" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].want); i++) {
		SCRATCH(arena);
		CHECK_STR(opened(arena, rows[i].keys, str_from_cstr(rows[i].file)),
			  str_from_cstr(rows[i].want));
	}
}

static struct str binary_of(struct arena *arena, const char *armored)
{
	struct str text = str_from_cstr(armored), bytes = STR_NONE;

	text = str_strip_prefix(text, STR("-----BEGIN AGE ENCRYPTED FILE-----\n"));
	text = str_strip_suffix(text, STR("-----END AGE ENCRYPTED FILE-----\n"));
	CHECK(base64_decode(arena, text, 0, &bytes, NULL));
	return bytes;
}

static void armor_is_not_needed(void)
{
	SCRATCH(arena);

	CHECK_TEXT(opened(arena, TEST_KEY, binary_of(arena, for_test)), "hello forge\n");
	CHECK_TEXT(
		opened(arena, TEST_KEY, STR("-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n-----END")),
		"the armor of the age file does not end");
	CHECK_TEXT(opened(arena, TEST_KEY,
			  STR("-----BEGIN AGE ENCRYPTED FILE-----\n?\n"
			      "-----END AGE ENCRYPTED FILE-----")),
		   "the armor of the age file is no base64");
}

/* Whatever bit is flipped, and wherever the file is cut: nothing is decrypted. */
static void damaged_files_are_refused(void)
{
	SCRATCH(arena);
	struct str file = binary_of(arena, for_test);
	int opened_count = 0;

	for (size_t i = 0; i < file.len; i++) {
		char *bytes = str_cstr(arena, file);
		bytes[i] ^= 1;
		struct str flipped = opened(arena, TEST_KEY, (struct str){ bytes, file.len });
		opened_count += str_equal(flipped, STR("hello forge\n"));
		struct str cut = opened(arena, TEST_KEY, str_sub(file, 0, i));
		opened_count += str_equal(cut, STR("hello forge\n"));
	}
	CHECK_INT(opened_count, 0);
	CHECK_TEXT(opened(arena, TEST_KEY, str_concat(arena, file, STR("x"))),
		   "the age file is damaged or cut off");
}

TESTS({ "keys are read", keys_are_read },
      { "what is no key is refused, and not quoted", what_is_no_key_is_refused },
      { "too many keys are refused", too_many_keys_are_refused },
      { "files are decrypted", files_are_decrypted },
      { "armor is not needed", armor_is_not_needed },
      { "damaged files are refused", damaged_files_are_refused })
