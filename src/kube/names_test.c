/* names_test - the syntax of names, in the API server's words */
#include "kube/names.h"

#include "base/arena.h"
#include "base/test.h"

#define SIXTY_FOUR "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void subdomains(void)
{
	CHECK_TEXT(names_check_dns1123_subdomain(STR("a.b-c.9")), "");
	CHECK_TEXT(names_check_dns1123_subdomain(STR(SIXTY_FOUR)), "");
	CHECK_TEXT(names_check_dns1123_subdomain(STR(SIXTY_FOUR SIXTY_FOUR SIXTY_FOUR SIXTY_FOUR)),
		   "must be no more than 253 characters");
	CHECK_TEXT(names_check_dns1123_subdomain(STR("a..b")),
		   "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric "
		   "characters, '-' or '.', and must start and end with an alphanumeric character "
		   "(e.g. 'example.com', regex used for validation is "
		   "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')");
	CHECK(names_check_dns1123_subdomain(STR("")).len > 0);
	CHECK(names_check_dns1123_subdomain(STR("-a")).len > 0);
	CHECK(names_check_dns1123_subdomain(STR("A")).len > 0);
}

static void labels(void)
{
	CHECK_TEXT(names_check_dns1123_label(STR("9a-b")), "");
	CHECK_TEXT(names_check_dns1123_label(STR("a.b")), "must not contain dots");
	CHECK_TEXT(names_check_dns1123_label(STR(SIXTY_FOUR)),
		   "must be no more than 63 characters");
	CHECK_TEXT(names_check_dns1123_label(STR("a_b")),
		   "a lowercase RFC 1123 label must consist of lower case alphanumeric characters "
		   "or '-', and must start and end with an alphanumeric character (e.g. "
		   "'my-name',  or '123-abc', regex used for validation is "
		   "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')");
	CHECK_TEXT(names_check_dns1035_label(STR("a9")), "");
	CHECK_TEXT(names_check_dns1035_label(STR("9a")),
		   "a DNS-1035 label must consist of lower case alphanumeric characters or '-', "
		   "start with an alphabetic character, and end with an alphanumeric character "
		   "(e.g. 'my-name',  or 'abc-123', regex used for validation is "
		   "'[a-z]([-a-z0-9]*[a-z0-9])?')");
}

static void path_segments(void)
{
	CHECK_TEXT(names_check_path_segment(STR("system:node:x")), "");
	CHECK_TEXT(names_check_path_segment(STR(".")), "may not be '.'");
	CHECK_TEXT(names_check_path_segment(STR("..")), "may not be '..'");
	CHECK_TEXT(names_check_path_segment(STR("a/b")), "may not contain '/'");
	CHECK_TEXT(names_check_path_segment(STR("a%b")), "may not contain '%'");
}

#define QUALIFIED                                                                                  \
	"must consist of alphanumeric characters, '-', '_' or '.', and must start and end with "   \
	"an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "  \
	"validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"

static void qualified_names(void)
{
	CHECK_TEXT(names_check_qualified(STR("example.com/My_name.1")), "");
	CHECK_TEXT(names_check_qualified(STR("a")), "");
	CHECK_TEXT(names_check_qualified(STR("")), "name part must be non-empty");
	CHECK_TEXT(names_check_qualified(STR("/a")), "prefix part must be non-empty");
	CHECK_TEXT(names_check_qualified(STR("a/" SIXTY_FOUR)),
		   "name part must be no more than 63 bytes");
	CHECK_TEXT(names_check_qualified(STR("a_")), "name part " QUALIFIED);
	CHECK_TEXT(
		names_check_qualified(STR("A/b")),
		"prefix part a lowercase RFC 1123 subdomain must consist of lower case "
		"alphanumeric characters, '-' or '.', and must start and end with an alphanumeric "
		"character (e.g. 'example.com', regex used for validation is "
		"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')");
	CHECK_TEXT(names_check_qualified(STR("a/b/c")),
		   "a valid label key " QUALIFIED
		   " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
}

static void generated_texts(void)
{
	SCRATCH(arena);

	CHECK_TEXT(names_suffix(arena, 0), "bbbbb");
	CHECK_TEXT(names_suffix(arena, 26), "9bbbb");
	CHECK_INT(names_suffix(arena, UINT64_MAX).len, 5);
	/* rand.SafeEncodeString("1234567890") */
	CHECK_TEXT(names_hash_text(arena, 1234567890), "56789bcdf4");
}

TESTS({ "subdomains", subdomains }, { "labels", labels }, { "path segments", path_segments },
      { "qualified names", qualified_names }, { "generated texts", generated_texts })
