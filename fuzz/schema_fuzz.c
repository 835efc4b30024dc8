/* schema_fuzz - any CRD or schema compiled into records, and any object looked at through them */
#include "base/arena.h"
#include "doc/make.h"
#include "doc/yaml.h"
#include "fuzz/fuzz.h"
#include "kube/schema/defaults.h"
#include "kube/schema/prune.h"
#include "kube/validate/validate.h"

/* A document that is no CRD is the schema of one. */
static const struct node *definition_of(struct arena *arena, const struct node *document)
{
	if (str_equal(object_kind(document), STR("CustomResourceDefinition")))
		return document;
	return node_make(
		arena,
		"{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, "
		"metadata: {name: foos.a.b}, spec: {group: a.b, names: {kind: Foo, plural: "
		"foos}, scope: Namespaced, versions: [{name: v1, served: true, storage: "
		"true, schema: {openAPIV3Schema: %n}}]}}",
		document);
}

static void check_object(const struct schemas *schemas, struct arena *arena,
			 const struct node *object)
{
	struct field_errors errors;

	field_errors_init(&errors, arena);
	prune_unknown_fields(schemas, object, &errors);
	const struct node *pruned = prune_object(schemas, arena, object);
	assert(node_equal(prune_object(schemas, arena, pruned), pruned));
	const struct node *whole = defaults_apply(schemas, arena, pruned);
	assert(node_equal(defaults_apply(schemas, arena, whole), whole));
	validate_required(schemas, whole, &errors);
	validate_object(schemas, whole, NULL, &errors);
	validate_object(schemas, whole, object, &errors);
	field_errors_text(&errors);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
	SCRATCH(arena);
	struct str text = { (const char *)bytes, MIN(size_bytes, (size_t)(1 << 14)) };
	struct schemas *schemas = schemas_new(arena);
	struct documents documents;
	struct error err;

	if (yaml_read(docset_new(arena), STR("input"), text, DIALECT_GO_V3, &documents, &err) < 0)
		return 0;
	for (uint32_t i = 0; i < documents.count; i++) {
		const struct node *root = documents.items[i].root;
		if (!node_is_map(root) || yaml_decode(arena, root, &root, &err) < 0)
			continue;
		if (i == 0 && schemas_add_crd(schemas, definition_of(arena, root), &err) < 0)
			return 0;
		if (i > 0 && !object_kind(root).len)
			root = node_set(
				arena,
				node_set(arena, root, "apiVersion", node_cstr(arena, "a.b/v1")),
				"kind", node_cstr(arena, "Foo"));
		if (i > 0)
			check_object(schemas, arena, root);
	}
	return 0;
}
