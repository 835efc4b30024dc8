/* credential - names of secret values (password, token), and assignments to such names in a text */
#include "doc/credential.h"

#include <string.h>

#include "base/base.h"

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

/* Most names are told by their last two letters to be none of the words below. */
static bool may_be_named(struct str name)
{
	static const char ends[][3] = { "rd", "wd", "se", "en", "et", "al",
					"ls", "ey", "ss", "on", "th" };

	while (name.len && !is_letter(name.ptr[name.len - 1]))
		name.len--;
	if (name.len < 2)
		return false;
	char before = name.ptr[name.len - 2] | 0x20, last = name.ptr[name.len - 1] | 0x20;
	for (size_t i = 0; i < ARRAY_COUNT(ends); i++)
		if (ends[i][1] == last && ends[i][0] == before)
			return true;
	return false;
}

bool credential_is_named(struct str key)
{
	static const struct str alone[] = {
		STR_INIT("password"),	STR_INIT("passwd"),	 STR_INIT("passphrase"),
		STR_INIT("pwd"),	STR_INIT("token"),	 STR_INIT("secret"),
		STR_INIT("credential"), STR_INIT("credentials"), STR_INIT("apikey"),
		STR_INIT("pgpassword"), STR_INIT("pass"),	 STR_INIT("authorization"),
	};
	static const struct str before_key[] = {
		STR_INIT("api"),     STR_INIT("access"),     STR_INIT("secret"),
		STR_INIT("private"), STR_INIT("encryption"), STR_INIT("signing"),
		STR_INIT("auth"),    STR_INIT("account"),    STR_INIT("storage"),
		STR_INIT("master"),  STR_INIT("session"),    STR_INIT("shared"),
		STR_INIT("ssh"),     STR_INIT("license"),
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
	if (str_equal_nocase(word, STR("auth")))
		return str_equal_nocase(other, STR("basic"));
	return is_one_of(word, alone, ARRAY_COUNT(alone));
}

/* Placeholders */

/* The bytes of the placeholder that a text begins with; 0: none. */
static size_t placeholder_length(struct str text)
{
	static const struct {
		struct str open, close;
		const char *others; /* besides letters, digits and _ */
	} kinds[] = {
		{ STR_INIT("{{"), STR_INIT("}}"), " .|-" },
		{ STR_INIT("${"), STR_INIT("}"), "" },
		{ STR_INIT("$("), STR_INIT(")"), "" },
	};

	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		if (!str_starts(text, kinds[i].open))
			continue;
		size_t at = kinds[i].open.len;
		while (at < text.len &&
		       (is_letter(text.ptr[at]) || (text.ptr[at] >= '0' && text.ptr[at] <= '9') ||
			text.ptr[at] == '_' ||
			(text.ptr[at] && strchr(kinds[i].others, text.ptr[at]))))
			at++;
		return str_starts(str_from(text, at), kinds[i].close) ? at + kinds[i].close.len : 0;
	}
	return 0;
}

bool credential_is_placeholder(struct str value)
{
	size_t length;

	if (!value.len)
		return false;
	for (struct str rest = str_trim(value); rest.len; rest = str_from(rest, length)) {
		length = placeholder_length(rest);
		if (!length)
			return false;
	}
	return true;
}

/* Values in texts */

enum { HEADER_BYTES_MIN = 8 };

static bool is_name_char(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

/* The name that ends at a byte of a text. */
static struct str name_before(struct str text, size_t end)
{
	size_t start = end;

	while (start && is_name_char(text.ptr[start - 1]))
		start--;
	/* The n of a line break that is escaped. */
	if (start && start < end && text.ptr[start - 1] == '\\' && text.ptr[start] == 'n')
		start++;
	return str_sub(text, start, end);
}

static size_t skip_back(struct str text, size_t end, const char *chars)
{
	while (end && strchr(chars, text.ptr[end - 1]))
		end--;
	return end;
}

static size_t skip(struct str text, size_t at, const char *chars)
{
	while (at < text.len && strchr(chars, text.ptr[at]))
		at++;
	return at;
}

/* 0: a word, or what stands instead of a value, like a mask or a variable. */
static size_t value_length(struct str text, size_t from, const char *ends)
{
	size_t to = from;

	while (to < text.len && !strchr(ends, text.ptr[to]))
		to++;
	if (to - from < CREDENTIAL_BYTES_MIN || strchr("*$<{[|>", text.ptr[from]))
		return 0;
	return to - from;
}

static size_t assigned(struct str text, size_t at, size_t *ret_from)
{
	size_t end = skip_back(text, at, " ");

	if (!end || !is_name_char(text.ptr[end - 1]) || at + 1 == text.len ||
	    strchr("=~", text.ptr[at + 1]) || !credential_is_named(name_before(text, end)))
		return 0;
	*ret_from = skip(text, at + 1, " \\\"'");
	return value_length(text, *ret_from, " \n\t\r\"'`;&,)\\");
}

/* Whether a line begins before a byte, but for its indentation; the break may be escaped. */
static bool begins_line(struct str text, size_t at)
{
	at = skip_back(text, at, " ");
	return !at || text.ptr[at - 1] == '\n' ||
	       (at > 1 && text.ptr[at - 1] == 'n' && text.ptr[at - 2] == '\\');
}

static size_t member(struct str text, size_t at, size_t *ret_from)
{
	enum { TAIL_BYTES = 32 };
	size_t end = skip_back(text, at, "\\\"'");
	bool is_quoted = end < at;

	/* Each member of a JSON text comes here: most are none by their last letters. */
	if (!may_be_named(str_sub(text, end < TAIL_BYTES ? 0 : end - TAIL_BYTES, end)))
		return 0;
	struct str name = name_before(text, end);

	if (!name.len || at + 1 == text.len || !credential_is_named(name))
		return 0;
	/* A name with dots is the path of a field, and what follows a message. */
	if (!is_quoted && str_find_char(name, '.') >= 0)
		return 0;
	if (!is_quoted && !(text.ptr[at + 1] == ' ' && begins_line(text, end - name.len)))
		return 0;
	size_t from = skip(text, at + 1, " \\");
	*ret_from = skip(text, from, "\"'");
	/* Numbers of JSON stay numbers. */
	if (is_quoted && *ret_from == from)
		return 0;
	return value_length(text, *ret_from, *ret_from > from ? "\n\"'\\" : "\n\"',}\\");
}

static size_t header(struct str rest, size_t *ret_from)
{
	static const struct str schemes[] = { STR_INIT("Bearer "), STR_INIT("Basic ") };

	for (size_t i = 0; i < ARRAY_COUNT(schemes); i++) {
		if (!str_starts(rest, schemes[i]))
			continue;
		*ret_from = schemes[i].len;
		size_t length = value_length(rest, *ret_from, " \n\t\r\"'`;&,)\\");
		return length < HEADER_BYTES_MIN ? 0 : length;
	}
	return 0;
}

size_t credential_value(struct str text, size_t at, size_t *ret_from)
{
	if (text.ptr[at] == '=')
		return assigned(text, at, ret_from);
	if (text.ptr[at] == ':')
		return member(text, at, ret_from);
	if (text.ptr[at] != 'B')
		return 0;
	size_t length = header(str_from(text, at), ret_from);
	*ret_from += length ? at : 0;
	return length;
}
