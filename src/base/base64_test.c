/* base64_test - the vectors of RFC 4648, and what is refused where */
#include "base/base64.h"

#include "base/arena.h"
#include "base/test.h"

static const struct {
	struct str bytes, text;
} vectors[] = {
	{ STR_INIT(""), STR_INIT("") },
	{ STR_INIT("f"), STR_INIT("Zg==") },
	{ STR_INIT("fo"), STR_INIT("Zm8=") },
	{ STR_INIT("foo"), STR_INIT("Zm9v") },
	{ STR_INIT("foob"), STR_INIT("Zm9vYg==") },
	{ STR_INIT("fooba"), STR_INIT("Zm9vYmE=") },
	{ STR_INIT("foobar"), STR_INIT("Zm9vYmFy") },
	{ STR_INIT("\xfb\xff\0"), STR_INIT("+/8A") },
};

static void both_ways(void)
{
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(vectors, i, vectors[i].bytes); i++) {
		struct str bytes = STR_NONE;
		CHECK_STR(base64_encode(arena, vectors[i].bytes, 0), vectors[i].text);
		CHECK(base64_decode(arena, vectors[i].text, 0, &bytes, NULL));
		CHECK_STR(bytes, vectors[i].bytes);
	}
}

static void variants(void)
{
	SCRATCH(arena);
	struct str bytes;

	CHECK_TEXT(base64_encode(arena, STR("\xfb\xff"), BASE64_URL), "-_8=");
	CHECK_TEXT(base64_encode(arena, STR("\xfb\xff"), BASE64_URL | BASE64_RAW), "-_8");
	CHECK(base64_decode(arena, STR("-_8"), BASE64_URL | BASE64_RAW, &bytes, NULL));
	CHECK_TEXT(bytes, "\xfb\xff");
	CHECK(base64_decode(arena, STR("Zm9v\r\nYm\nE=\n"), 0, &bytes, NULL));
	CHECK_TEXT(bytes, "fooba");
}

static void every_letter(void)
{
	static const struct {
		struct str letters;
		unsigned flags;
	} rows[] = {
		{ STR_INIT("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"), 0 },
		{ STR_INIT("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
		  BASE64_URL },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i); i++) {
		struct str bytes;
		CHECK(base64_decode(arena, rows[i].letters, rows[i].flags, &bytes, NULL));
		CHECK_INT(bytes.len, 48);
		CHECK_STR(base64_encode(arena, bytes, rows[i].flags), rows[i].letters);
		CHECK(!base64_decode(arena, rows[i].letters, rows[i].flags ^ BASE64_URL, &bytes,
				     NULL));
	}
	struct str bytes;
	size_t offset;
	CHECK(!base64_decode(arena, STR("Zg=="), BASE64_RAW, &bytes, &offset));
	CHECK_INT(offset, 2);
	CHECK(!base64_decode(arena, STR("Z"), BASE64_RAW, &bytes, &offset));
	CHECK(base64_decode(arena, STR("Zg=\n=\n"), 0, &bytes, NULL));
	CHECK_TEXT(bytes, "f");
}

static void refuses(void)
{
	static const struct {
		struct str text;
		size_t offset;
	} bad[] = {
		{ STR_INIT("Zg="), 3 },	  { STR_INIT("Zg"), 2 },       { STR_INIT("Z"), 1 },
		{ STR_INIT("Zm9v!"), 4 }, { STR_INIT("Zg==Zg=="), 4 }, { STR_INIT("Zm 9v"), 2 },
		{ STR_INIT("-_8="), 0 },  { STR_INIT("Zm9v="), 4 },    { STR_INIT("===="), 0 },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(bad, i, bad[i].text); i++) {
		struct str bytes = STR("untouched");
		size_t offset = 99;
		CHECK(!base64_decode(arena, bad[i].text, 0, &bytes, &offset));
		CHECK_INT(offset, bad[i].offset);
		CHECK_TEXT(bytes, "untouched");
	}
}

TESTS({ "encodes and decodes", both_ways }, { "every letter has its value", every_letter },
      { "URL alphabet, no padding, line breaks", variants },
      { "other text is refused, with the offset of the wrong byte", refuses })
