/* names - the syntax of names, in the API server's words */
#include "kube/names.h"

#include <ctype.h>

#include "base/arena.h"

enum { SUBDOMAIN_MAX = 253, LABEL_MAX = 63 };

enum { CONFIG_KEY_MAX = 253 };

static bool is_lower_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_alnum(char c)
{
	return is_lower_alnum(c) || (c >= 'A' && c <= 'Z');
}

/* [a-z0-9]([-a-z0-9]*[a-z0-9])? */
static bool is_label(struct str name)
{
	if (!name.len || !is_lower_alnum(name.ptr[0]) || !is_lower_alnum(name.ptr[name.len - 1]))
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (!is_lower_alnum(name.ptr[i]) && name.ptr[i] != '-')
			return false;
	return true;
}

static bool is_subdomain(struct str name)
{
	for (struct str rest = name; rest.ptr;)
		if (!is_label(str_cut(&rest, '.')))
			return false;
	return name.len > 0;
}

#define SUBDOMAIN                                                                                  \
	"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric "                  \
	"characters, '-' or '.', and must start and end with an alphanumeric character "           \
	"(e.g. 'example.com', regex used for validation is "                                       \
	"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"

struct str names_check_dns1123_subdomain(struct str name)
{
	if (name.len > SUBDOMAIN_MAX)
		return STR("must be no more than 253 characters");
	return is_subdomain(name) ? STR_NONE : STR(SUBDOMAIN);
}

struct str names_check_dns1123_label(struct str name)
{
	if (name.len > LABEL_MAX)
		return STR("must be no more than 63 characters");
	if (is_label(name))
		return STR_NONE;
	if (is_subdomain(name))
		return STR("must not contain dots");
	return STR("a lowercase RFC 1123 label must consist of lower case alphanumeric characters "
		   "or '-', and must start and end with an alphanumeric character (e.g. "
		   "'my-name',  or '123-abc', regex used for validation is "
		   "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')");
}

struct str names_check_dns1035_label(struct str name)
{
	if (name.len > LABEL_MAX)
		return STR("must be no more than 63 characters");
	if (is_label(name) && !isdigit((unsigned char)name.ptr[0]))
		return STR_NONE;
	return STR("a DNS-1035 label must consist of lower case alphanumeric characters or '-', "
		   "start with an alphabetic character, and end with an alphanumeric character "
		   "(e.g. 'my-name',  or 'abc-123', regex used for validation is "
		   "'[a-z]([-a-z0-9]*[a-z0-9])?')");
}

struct str names_check_path_segment(struct str name)
{
	if (str_equal(name, STR(".")))
		return STR("may not be '.'");
	if (str_equal(name, STR("..")))
		return STR("may not be '..'");
	if (str_find_char(name, '/') >= 0)
		return STR("may not contain '/'");
	if (str_find_char(name, '%') >= 0)
		return STR("may not contain '%'");
	return STR_NONE;
}

/* ([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9] */
static bool is_qualified_name(struct str name)
{
	if (!name.len || !is_alnum(name.ptr[0]) || !is_alnum(name.ptr[name.len - 1]))
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		if (!is_alnum(c) && c != '-' && c != '_' && c != '.')
			return false;
	}
	return true;
}

#define QUALIFIED                                                                                  \
	"must consist of alphanumeric characters, '-', '_' or '.', and must start "                \
	"and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or "               \
	"'123-abc', regex used for validation is "                                                 \
	"'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"

static struct str check_prefix(struct str prefix)
{
	if (!prefix.len)
		return STR("prefix part must be non-empty");
	if (prefix.len > SUBDOMAIN_MAX)
		return STR("prefix part must be no more than 253 characters");
	return is_subdomain(prefix) ? STR_NONE : STR("prefix part " SUBDOMAIN);
}

struct str names_check_qualified(struct str name)
{
	struct str rest = name;
	struct str prefix = str_cut(&rest, '/');

	if (!rest.ptr) {
		rest = prefix;
	} else if (str_find_char(rest, '/') >= 0) {
		return STR("a valid label key " QUALIFIED " with an optional DNS subdomain prefix "
			   "and '/' (e.g. 'example.com/MyName')");
	} else {
		struct str fault = check_prefix(prefix);
		if (fault.len)
			return fault;
	}
	if (!rest.len)
		return STR("name part must be non-empty");
	if (rest.len > LABEL_MAX)
		return STR("name part must be no more than 63 bytes");
	return is_qualified_name(rest) ? STR_NONE : STR("name part " QUALIFIED);
}

struct str names_check_config_key(struct str key)
{
	if (key.len > CONFIG_KEY_MAX)
		return STR("must be no more than 253 characters");
	if (str_equal(key, STR(".")))
		return STR("must not be '.'");
	if (str_equal(key, STR("..")))
		return STR("must not be '..'");
	bool fine = key.len > 0;
	for (size_t i = 0; fine && i < key.len; i++) {
		char c = key.ptr[i];
		fine = c == '-' || c == '.' || c == '_' || is_alnum(c);
	}
	if (fine)
		return str_starts(key, STR("..")) ? STR("must not start with '..'") : STR_NONE;
	return STR("a valid config key must consist of alphanumeric characters, '-', '_' or '.' "
		   "(e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is "
		   "'[-._a-zA-Z0-9]+')");
}

static const char alphabet[] = "bcdfghjklmnpqrstvwxz2456789";

struct str names_suffix(struct arena *arena, uint64_t number)
{
	char *text = arena_alloc(arena, 6);

	for (int i = 0; i < 5; i++, number /= sizeof(alphabet) - 1)
		text[i] = alphabet[number % (sizeof(alphabet) - 1)];
	return (struct str){ text, 5 };
}

struct str names_hash_text(struct arena *arena, uint32_t hash)
{
	struct str digits = str_printf(arena, "%u", hash);
	char *text = str_cstr(arena, digits);

	/* As rand.SafeEncodeString: each character of the decimal picks one of the alphabet. */
	for (size_t i = 0; i < digits.len; i++)
		text[i] = alphabet[(unsigned char)text[i] % (sizeof(alphabet) - 1)];
	return (struct str){ text, digits.len };
}
