/* secret_test - what in an object is secret, and messages about it */
#include "kube/secret.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/json.h"
#include "doc/make.h"
#include "kube/field_error.h"
#include "kube/go_text.h"

static struct str masked(struct arena *arena, const char *literal)
{
	return json_text(arena, secret_marked(arena, node_make(arena, literal)), 0);
}

#define HEAD_OF(version, kind, more)                                                               \
	"{apiVersion: " version ", kind: " kind ", metadata: {name: s" more "}"
#define JSON_OF(version, kind, more)                                                               \
	"{\"apiVersion\":\"" version "\",\"kind\":\"" kind "\",\"metadata\":{\"name\":\"s\"" more  \
	"}"
#define LAST "kubectl.kubernetes.io/last-applied-configuration"

static void values_of_secrets_are_marked(void)
{
	static const struct {
		const char *object, *want;
	} rows[] = {
		{ HEAD_OF("v1", "Secret", "") ", type: T, data: {a: eA==}, stringData: {b: x}}",
		  JSON_OF("v1", "Secret", "") ",\"type\":\"T\",\"data\":{\"a\":\"***\"},"
					      "\"stringData\":{\"b\":\"***\"}}" },
		{ HEAD_OF("v1", "Secret", ", annotations: {a: b, " LAST ": x}") "}",
		  JSON_OF("v1", "Secret",
			  ",\"annotations\":{\"a\":\"b\",\"" LAST "\":\"***\"}") "}" },
		{ HEAD_OF("v1", "Secret", ", annotations: [a]") ", data: [eA==], stringData: x}",
		  JSON_OF("v1", "Secret", ",\"annotations\":[\"a\"]") ",\"data\":[\"***\"],"
								      "\"stringData\":\"***\"}" },
		{ HEAD_OF("v1", "Secret", "") "}", JSON_OF("v1", "Secret", "") "}" },
		{ HEAD_OF("v1", "ConfigMap", "") ", data: {a: eA==}}",
		  JSON_OF("v1", "ConfigMap", "") ",\"data\":{\"a\":\"eA==\"}}" },
		{ HEAD_OF("v1", "secret", "") ", data: [eA==]}",
		  JSON_OF("v1", "secret", "") ",\"data\":[\"***\"]}" },
		{ HEAD_OF("x.io/v1", "Secret", "") ", data: {a: eA==}}",
		  JSON_OF("x.io/v1", "Secret", "") ",\"data\":{\"a\":\"eA==\"}}" },
	};

	for (size_t i = 0; TEST_ROW(rows, i); i++) {
		SCRATCH(arena);
		CHECK_STR(masked(arena, rows[i].object), str_from_cstr(rows[i].want));
	}
}

static void texts_with_such_names_are_marked(void)
{
	static const struct {
		const char *object, *want;
	} rows[] = {
		{ "{env: [{name: DB_PASSWORD, value: x}, {name: A, value: y}]}",
		  "{\"env\":[{\"name\":\"DB_PASSWORD\",\"value\":\"***\"},{\"name\":\"A\","
		  "\"value\":\"y\"}]}" },
		{ "{env: [{name: TOKEN, valueFrom: {secretKeyRef: {name: a, key: b}}}]}",
		  "{\"env\":[{\"name\":\"TOKEN\",\"valueFrom\":{\"secretKeyRef\":{\"name\":\"a\","
		  "\"key\":\"b\"}}}]}" },
		{ "{data: {password: x, user: y}}",
		  "{\"data\":{\"password\":\"***\",\"user\":\"y\"}}" },
		/* Whatever its type is, a list of texts, and the text behind an option. */
		{ "{env: [{name: DB_PASSWORD, value: {a: x, b: [5]}}]}",
		  "{\"env\":[{\"name\":\"DB_PASSWORD\",\"value\":{\"a\":\"***\",\"b\":[\"***\"]}}]"
		  "}" },
		{ "{substitute: {DB_PASSWORD: [x, {a: y}]}}",
		  "{\"substitute\":{\"DB_PASSWORD\":[\"***\",{\"a\":\"y\"}]}}" },
		{ "{args: [--db-password, x, y, --token, --verbose, z]}",
		  "{\"args\":[\"--db-password\",\"***\",\"y\",\"--token\",\"--verbose\",\"z\"]}" },
		{ "{a: {token: 5, secret: true, password: {b: c}}}",
		  "{\"a\":{\"token\":5,\"secret\":true,\"password\":{\"b\":\"c\"}}}" },
		{ "{kind: ConfigMap, spec: {secretName: a}}",
		  "{\"kind\":\"ConfigMap\",\"spec\":{\"secretName\":\"a\"}}" },
		/* Of a Secret: whatever it holds, a key that is none, a label that is no label. */
		{ HEAD_OF("v1", "Secret",
			  ", labels: {a: b, c: hunter2hunter2}") ", stringDat: {a: b}}",
		  JSON_OF("v1", "Secret",
			  ",\"labels\":{\"a\":\"b\",\"c\":\"***\"}") ",\"stringDat\":{\"a\":\"***"
								     "\"}}" },
		{ HEAD_OF("v1", "Secret", "") ", type: {a: b}}",
		  JSON_OF("v1", "Secret", "") ",\"type\":{\"a\":\"***\"}}" },
		{ HEAD_OF("v1", "Secret", "") ", data: {'a b': c, d: [e]}}",
		  JSON_OF("v1", "Secret", "") ",\"data\":{\"***\":\"***\",\"d\":[\"***\"]}}" },
	};

	for (size_t i = 0; TEST_ROW(rows, i); i++) {
		SCRATCH(arena);
		CHECK_STR(masked(arena, rows[i].object), str_from_cstr(rows[i].want));
	}
}

static void an_object_whose_values_are_marked_stays_as_it_is(void)
{
	SCRATCH(arena);
	const struct node *once = secret_marked(
		arena, node_make(arena, HEAD_OF("v1", "Secret", "") ", data: {a: b}}"));

	CHECK(secret_marked(arena, once) == once);
}

static void messages_are_masked(void)
{
	SCRATCH(arena);
	const struct node *secret = node_marked_secret(arena, node_cstr(arena, "hunter2"));
	const struct node *map = node_make(arena, "{a: %n, b: open}", secret);
	struct field_errors errors = { .arena = arena };

	field_error_add(&errors, FIELD_INVALID, STR("spec.a"), secret, "not %s", "hunter2");
	field_error_add(&errors, FIELD_INVALID, STR("spec"), map, "open");
	CHECK_TEXT(errors.items[0].value, "\"***\"");
	CHECK_TEXT(errors.items[0].detail, "not ***");
	CHECK_TEXT(errors.items[1].value, "{\"a\":\"***\",\"b\":\"open\"}");
	CHECK_TEXT(go_text(arena, map), "map[a:*** b:open]");
	CHECK_TEXT(go_syntax(arena, map), "map[string]interface {}{\"a\":***, \"b\":\"open\"}");
}

TESTS({ "texts with such names are marked", texts_with_such_names_are_marked },
      { "values of Secrets are marked", values_of_secrets_are_marked },
      { "an object whose values are marked stays as it is",
	an_object_whose_values_are_marked_stays_as_it_is },
      { "messages are masked", messages_are_masked })
