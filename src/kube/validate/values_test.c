/* values_test - keywords about one value, on both sides of their bounds */
#include "kube/validate/faults_fixture.h"

static const char definition[] =
	"{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: "
	"things.x.io}, spec: {group: x.io, scope: Namespaced, names: {plural: things, kind: "
	"Thing}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: "
	"{type: object, properties: {"
	"from: {type: number, minimum: 2}, above: {type: number, minimum: 2, exclusiveMinimum: "
	"true}, to: {type: number, maximum: 2}, below: {type: number, maximum: 2, "
	"exclusiveMaximum: true}, text: {type: string, minLength: 2, maxLength: 3}, list: {type: "
	"array, minItems: 1, maxItems: 2, items: {type: integer}}, map: {type: object, "
	"minProperties: 1, maxProperties: 2, additionalProperties: {type: integer}}, host: {type: "
	"string, format: hostname}, word: {type: string, enum: [a, b]}, step: {type: number, "
	"multipleOf: 0.5}, match: {type: string, pattern: ^a+$}, set: {type: array, "
	"x-kubernetes-list-type: set, items: {type: string}}, maybe: {type: string, nullable: "
	"true}, sure: {type: string}, no: {type: object, properties: {a: {type: string}, b: {type: "
	"string}}, not: {required: [a]}}, some: {type: object, properties: {a: {type: string}, b: "
	"{type: string}}, anyOf: [{required: [a]}, {required: [b]}]}, every: {type: object, "
	"properties: {a: {type: string}, b: {type: string}}, allOf: [{required: [a]}, {required: "
	"[b]}]}, flag: {type: boolean}, whole: {type: integer}, big: {type: integer, format: "
	"int64}, small: {type: integer, format: int32}, any: "
	"{x-kubernetes-preserve-unknown-fields: true}}}}}]}}";

static const struct fault_row rows[] = {
	{ "from: 2", "" },
	{ "from: 1.5", "from: Invalid value: 1.5: from in body should be greater than or equal to "
		       "2" },
	{ "above: 2.5", "" },
	{ "above: 2", "above: Invalid value: 2: above in body should be greater than 2" },
	{ "above: 1", "above: Invalid value: 1: above in body should be greater than 2" },
	{ "to: 2", "" },
	{ "to: 2.5", "to: Invalid value: 2.5: to in body should be less than or equal to 2" },
	{ "to: 18446744073709551615", "to: Invalid value: 18446744073709551615: to in body should "
				      "be less than or equal to 2" },
	{ "below: 1.5", "" },
	{ "below: 2", "below: Invalid value: 2: below in body should be less than 2" },
	{ "below: 3", "below: Invalid value: 3: below in body should be less than 2" },
	{ "text: ab", "" },
	{ "text: abc", "" },
	/* Characters, not bytes. */
	{ "text: äöü", "" },
	{ "text: ä", "text: Invalid value: \"ä\": text in body should be at least 2 chars long" },
	{ "text: abcd", "text: Too long: may not be more than 3 bytes" },
	{ "list: [1]", "" },
	{ "list: [1, 2]", "" },
	{ "list: []", "list: Invalid value: 0: list in body should have at least 1 items" },
	{ "list: [1, 2, 3]", "list: Too many: 3: must have at most 2 items" },
	{ "map: {a: 1}", "" },
	{ "map: {a: 1, b: 2}", "" },
	{ "map: {}", "map: Invalid value: 0: map in body should have at least 1 properties" },
	{ "map: {a: 1, b: 2, c: 3}", "map: Too many: 3: must have at most 2 items" },
	{ "host: a.b", "" },
	{ "host: a_b", "host: Invalid value: \"a_b\": host in body must be of type hostname: "
		       "\"a_b\"" },
	{ "word: b", "" },
	{ "word: c", "word: Unsupported value: \"c\": supported values: \"a\", \"b\"" },
	{ "step: 1.5", "" },
	{ "step: -1.5", "" },
	{ "step: 0", "" },
	{ "step: 1.25", "step: Invalid value: 1.25: step in body should be a multiple of 0.5" },
	{ "match: aa", "" },
	{ "match: ab", "match: Invalid value: \"ab\": match in body should match '^a+$'" },
	{ "maybe: null", "" },
	{ "sure: null", "" },
	{ "sure: 1",
	  "sure: Invalid value: \"integer\": sure in body must be of type string: \"integer\"" },
	{ "sure: true",
	  "sure: Invalid value: \"boolean\": sure in body must be of type string: \"boolean\"" },
	{ "sure: [a]",
	  "sure: Invalid value: \"array\": sure in body must be of type string: \"array\"" },
	{ "sure: {a: b}",
	  "sure: Invalid value: \"object\": sure in body must be of type string: \"object\"" },
	{ "no: {b: x}", "" },
	{ "no: {a: x}", "<nil>: Invalid value: \"\": \"no\" must not validate the schema (not)" },
	{ "some: {a: x}", "" },
	{ "some: {b: x}", "" },
	{ "some: {}", "[<nil>: Invalid value: \"\": \"some\" must validate at least one schema "
		      "(anyOf), some.a: Required value]" },
	{ "every: {a: x, b: y}", "" },
	{ "every: {a: x}", "[every.b: Required value, <nil>: Invalid value: \"\": \"every\" must "
			   "validate all the schemas (allOf)]" },
	{ "flag: true", "" },
	{ "flag: 'true'",
	  "flag: Invalid value: \"string\": flag in body must be of type boolean: \"string\"" },
	{ "flag: 1",
	  "flag: Invalid value: \"integer\": flag in body must be of type boolean: \"integer\"" },
	{ "whole: 1", "" },
	{ "whole: 1.0", "" },
	{ "whole: 1.5",
	  "whole: Invalid value: \"number\": whole in body must be of type integer: \"number\"" },
	{ "whole: '1'",
	  "whole: Invalid value: \"string\": whole in body must be of type integer: \"string\"" },
	{ "big: 9223372036854775807", "" },
	{ "big: 9223372036854775808",
	  "big: Invalid value: \"number\": big in body must be of type integer: \"number\"" },
	{ "big: -9223372036854775808", "" },
	{ "small: 2147483647", "" },
	{ "small: 2147483648", "" }, /* nobody looks at that of custom kinds */
	{ "list: {}",
	  "list: Invalid value: \"object\": list in body must be of type array: \"object\"" },
	{ "list: [a]", "list[0]: Invalid value: \"string\": list[0] in body must be of type "
		       "integer: \"string\"" },
	{ "map: [1]",
	  "map: Invalid value: \"array\": map in body must be of type object: \"array\"" },
	{ "map: {a: x}",
	  "map.a: Invalid value: \"string\": map.a in body must be of type integer: \"string\"" },
	{ "any: 1", "" },
	{ "any: {a: [b]}", "" },
	{ "from: a",
	  "from: Invalid value: \"string\": from in body must be of type number: \"string\"" },
	{ "set: [a, b]", "" },
	{ "set: [a, b, a]", "set[2]: Duplicate value: \"a\"" },
};

static void values_stay_in_their_bounds(void)
{
	SCRATCH(arena);
	struct schemas *schemas = schemas_new(arena);
	struct error err;
	const struct node *crd = yaml_read_one(docset_new(arena), STR("definition.yaml"),
					       str_from_cstr(definition), DIALECT_GO_V3, &err);

	CHECK_INT(schemas_add_crd(schemas, crd, &err), 0);
	for (size_t i = 0; TEST_ROW(rows, i, rows[i].members); i++)
		CHECK_STR(faults_of(schemas, arena,
				    str_printf(arena,
					       "{apiVersion: x.io/v1, kind: Thing, metadata: "
					       "{name: x}, %s}",
					       rows[i].members)),
			  str_from_cstr(rows[i].faults));
}

TESTS({ "values stay in their bounds", values_stay_in_their_bounds })
