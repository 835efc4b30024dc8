/* definition_test - the rules of definitions of custom kinds, on both sides */
#include "kube/validate/faults_fixture.h"

static const struct fault_row names[] = {
	{ "things.x.io}, spec: {group: x.io", "" },
	{ "thing.x.io}, spec: {group: x.io", "metadata.name: Invalid value: \"thing.x.io\": must "
					     "be spec.names.plural+\".\"+spec.group" },
	{ "things.}, spec: {group: ''", "[metadata.name: Invalid value: \"things.\": " NOT_SUBDOMAIN
					", spec.group: Required value]" },
};

static void check_names(void)
{
	CHECK_FAULTS(
		"{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: "
		"{name: ",
		names,
		", names: {plural: things, kind: Thing}, scope: Namespaced, versions: [{name: v1, "
		"served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}}");
}

static const struct fault_row schemas[] = {
	{ "type: object", "" },
	{ "description: a",
	  "spec.validation.openAPIV3Schema.type: Required value: must not be empty at the root" },
	{ "type: string", "spec.validation.openAPIV3Schema.type: Invalid value: \"string\": must "
			  "be object at the root" },
	{ "type: other", "[spec.validation.openAPIV3Schema.type: Unsupported value: \"other\": "
			 "supported values: \"array\", \"boolean\", \"integer\", \"number\", "
			 "\"object\", \"string\", spec.validation.openAPIV3Schema.type: Invalid "
			 "value: \"other\": must be object at the root]" },
	{ "type: object, properties: {a: {type: string}}", "" },
	{ "type: object, properties: {a: {description: b}}",
	  "spec.validation.openAPIV3Schema.properties[a].type: Required value: must not be empty "
	  "for specified object fields" },
	{ "type: object, properties: {a: {x-kubernetes-int-or-string: true}}", "" },
	{ "type: object, properties: {a: {x-kubernetes-preserve-unknown-fields: true}}", "" },
	{ "type: object, properties: {a: {type: other}}",
	  "spec.validation.openAPIV3Schema.properties[a].type: Unsupported value: \"other\": "
	  "supported values: \"array\", \"boolean\", \"integer\", \"number\", \"object\", "
	  "\"string\"" },
	{ "type: object, properties: {a: {type: array}}",
	  "spec.validation.openAPIV3Schema.properties[a].items: Required value: must be "
	  "specified" },
	{ "type: object, properties: {a: {type: array, items: {type: string}}}", "" },
	{ "type: object, properties: {a: {type: array, items: {type: other}}}",
	  "spec.validation.openAPIV3Schema.properties[a].items.type: Unsupported value: \"other\": "
	  "supported values: \"array\", \"boolean\", \"integer\", \"number\", \"object\", "
	  "\"string\"" },
	{ "type: object, properties: {a: {type: object, additionalProperties: {type: other}}}",
	  "spec.validation.openAPIV3Schema.properties[a].additionalProperties.type: Unsupported "
	  "value: \"other\": supported values: \"array\", \"boolean\", \"integer\", \"number\", "
	  "\"object\", \"string\"" },
	{ "type: object, properties: {a: {type: object, additionalProperties: true}}", "" },
	{ "type: object, properties: {a: {type: array, items: {type: string}, "
	  "x-kubernetes-list-type: set}}",
	  "" },
	{ "type: object, properties: {a: {type: array, items: {type: string}, "
	  "x-kubernetes-list-type: other}}",
	  "spec.validation.openAPIV3Schema.properties[a].x-kubernetes-list-type: Unsupported "
	  "value: \"other\": supported values: \"atomic\", \"set\", \"map\"" },
	{ "type: object, properties: {a: {type: array, items: {type: object}, "
	  "x-kubernetes-list-type: map}}",
	  "spec.validation.openAPIV3Schema.properties[a].x-kubernetes-list-map-keys: Required "
	  "value: must not be empty if x-kubernetes-list-type is map" },
	{ "type: object, properties: {a: {type: string, pattern: 'a+'}}", "" },
	{ "type: object, properties: {a: {type: string, pattern: 'a('}}",
	  "spec.validation.openAPIV3Schema.properties[a].pattern: Invalid value: \"a(\": must be a "
	  "valid regular expression, but isn't: 'a(' is not a regular expression: missing ): a(" },
};

static void check_schemas(void)
{
	CHECK_FAULTS("{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, "
		     "metadata: {name: things.x.io}, spec: {group: x.io, scope: Namespaced, names: "
		     "{plural: things, kind: Thing}, versions: [{name: v1, served: true, storage: "
		     "true, schema: {openAPIV3Schema: {",
		     schemas, "}}}]}}");
}

static const struct fault_row versions[] = {
	{ "{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}, "
	  "{name: v2, served: true, storage: false, schema: {openAPIV3Schema: {type: object}}}",
	  "" },
	{ "{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}, "
	  "{name: v2, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}",
	  "spec.versions: Invalid value: "
	  "[{\"name\":\"v1\",\"schema\":{\"openAPIV3Schema\":{\"type\":\"object\"}},\"served\":"
	  "true,\"storage\":true},{\"name\":\"v2\",\"schema\":{\"openAPIV3Schema\":{\"type\":"
	  "\"object\"}},\"served\":true,\"storage\":true}]: must have exactly one version marked "
	  "as storage version" },
	{ "{name: v1, served: true, storage: false, schema: {openAPIV3Schema: {type: object}}}",
	  "spec.versions: Invalid value: "
	  "[{\"name\":\"v1\",\"schema\":{\"openAPIV3Schema\":{\"type\":\"object\"}},\"served\":"
	  "true,\"storage\":false}]: must have exactly one version marked as storage version" },
	{ "{name: v1, served: true, storage: true}",
	  "spec.versions[0].schema.openAPIV3Schema: Required value" },
	{ "{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}, "
	  "{name: v2, served: true, storage: false, schema: {openAPIV3Schema: {type: other}}}",
	  "[spec.versions[1].schema.openAPIV3Schema.type: Unsupported value: \"other\": supported "
	  "values: \"array\", \"boolean\", \"integer\", \"number\", \"object\", \"string\", "
	  "spec.versions[1].schema.openAPIV3Schema.type: Invalid value: \"other\": must be object "
	  "at the root]" },
};

static void check_versions(void)
{
	CHECK_FAULTS("{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, "
		     "metadata: {name: things.x.io}, spec: {group: x.io, scope: Namespaced, names: "
		     "{plural: things, kind: Thing}, versions: [",
		     versions, "]}}");
}

TESTS({ "a definition is named as what it defines", check_names },
      { "schemas say their types", check_schemas },
      { "one version is stored, and each has a schema", check_versions })
