/* credential_test - names of credentials, and what a text gives to them */
#include "doc/credential.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/test.h"

static void names_say_what_is_secret(void)
{
	static const struct {
		const char *key;
		bool want;
	} rows[] = {
		{ "password", true },
		{ "DB_PASSWORD", true },
		{ "dbPassword", true },
		{ "db-passwd", true },
		{ "PGPASSWORD", true },
		{ "password1", true },
		{ "API_TOKEN", true },
		{ "token", true },
		{ "clientSecret", true },
		{ "AWS_SECRET_ACCESS_KEY", true },
		{ "apiKey", true },
		{ "API_KEY", true },
		{ "apikey", true },
		{ "privateKey", true },
		{ "credentials", true },
		{ "SMTP_PASS", true },
		{ "Authorization", true },
		{ "example.com/basic-auth", true },
		{ "AZURE_ACCOUNT_KEY", true },
		{ "--db-password", true },
		{ "auth", false },
		{ "bypass", false },
		{ "auth-type", false },
		{ "secretName", false },
		{ "tokenPath", false },
		{ "passwordKey", false },
		{ "existingSecret", false },
		{ "imagePullSecret", false },
		{ "key", false },
		{ "topologyKey", false },
		{ "tokens", false },
		{ "name", false },
		{ "", false },
		{ "secretKeyRef", false },
		{ "PASSWORD_FILE", false },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].key); i++)
		CHECK(credential_is_named(str_from_cstr(rows[i].key)) == rows[i].want);
}

static void placeholders_are_no_values(void)
{
	static const struct {
		const char *value;
		bool want;
	} rows[] = {
		{ "{{ .password }}", true },
		{ "{{.a}}{{ .b | b64dec }}", true },
		{ "${DB_PASSWORD}", true },
		{ " $(TOKEN) ", true },
		{ "", false },
		{ "hunter2", false },
		{ "x{{ .password }}", false },
		{ "{{ .password }}x", false },
		{ "{{ \"hunter2\" }}", false },
		{ "{{ 'hunter2' }}", false },
		{ "{{ .password", false },
		{ "${A:-hunter2}", false },
		{ "${A:=hunter2}", false },
		{ "$(cat x)", false },
		{ "{{", false },
		{ "$", false },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].value); i++)
		CHECK(credential_is_placeholder(str_from_cstr(rows[i].value)) == rows[i].want);
}

/* The text with a star for each byte of a value. */
static struct str starred(struct arena *arena, struct str text)
{
	char *copy = str_cstr(arena, text);

	for (size_t at = 0; at < text.len; at++) {
		size_t from = 0, length = credential_value(text, at, &from);
		for (size_t i = 0; i < length; i++)
			copy[from + i] = '*';
	}
	return str_from_cstr(copy);
}

static void values_are_found(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "--db-password=abcde def", "--db-password=***** def" },
		{ "Server=a;Password=abcde;x", "Server=a;Password=*****;x" },
		{ "https://h/x?token=abcde&b=c", "https://h/x?token=*****&b=c" },
		{ "password = abcde", "password = *****" },
		{ "password=\"abcde\"", "password=\"*****\"" },
		{ "token=\\\"abcde\\\"", "token=\\\"*****\\\"" },
		{ "a\nspring.password=abcde\nb", "a\nspring.password=*****\nb" },
		{ "a\\nspring.password=abcde\\nb", "a\\nspring.password=*****\\nb" },
		{ "a:\n  password: abc def\nb", "a:\n  password: *******\nb" },
		{ "a:\\n  password: abcde\\nb", "a:\\n  password: *****\\nb" },
		{ "a:\\ntoken: abcde", "a:\\ntoken: *****" },
		{ "{\"password\": \"a,bcd\"}", "{\"password\": \"*****\"}" },
		{ "{\\\"password\\\":\\\"abcde\\\"}", "{\\\"password\\\":\\\"*****\\\"}" },
		{ "Authorization: Bearer abcdefgh", "Authorization: ***************" },
		{ "with Bearer abcdefgh, and", "with Bearer ********, and" },
		{ "\"a:\\n  password: abcde\", \"b\"", "\"a:\\n  password: *****\", \"b\"" },
		/* No value, no name of a credential, or a message about one. */
		{ "password=abcd", "password=abcd" },
		{ "token == abcde", "token == abcde" },
		{ "token=~abcde", "token=~abcde" },
		{ "token=", "token=" },
		{ "=abcde", "=abcde" },
		{ "name=abcde", "name=abcde" },
		{ "password=$(DB_PASSWORD)", "password=$(DB_PASSWORD)" },
		{ "password=***", "password=***" },
		{ "data.password: Invalid value", "data.password: Invalid value" },
		{ "the password: Required", "the password: Required" },
		{ "\"secret\": {\"a\": 1}", "\"secret\": {\"a\": 1}" },
		{ "\"token\": 123456", "\"token\": 123456" },
		{ "[\"token=\",\"abcde\"]", "[\"token=\",\"abcde\"]" },
		{ "token:", "token:" },
		{ "token:abcde", "token:abcde" },
		{ "Bearer of news", "Bearer of news" },
		{ "Basic", "Basic" },
		{ ":", ":" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].text); i++) {
		SCRATCH(arena);
		CHECK_STR(starred(arena, str_from_cstr(rows[i].text)), str_from_cstr(rows[i].want));
	}
}

TESTS({ "names of credentials", names_say_what_is_secret },
      { "placeholders are no values", placeholders_are_no_values },
      { "values are found", values_are_found })
