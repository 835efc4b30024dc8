/* merge_fuzz - strategic merge and server-side apply of any two documents */
#include "base/arena.h"
#include "doc/yaml.h"
#include "fuzz/fuzz.h"
#include "kube/smp/smp.h"
#include "kube/ssa/ssa.h"

static struct schema schema_of(const struct schemas *schemas, const struct node *object)
{
	const struct kind_version *version;
	const struct kind *kind = schemas_kind(schemas, object_gvk(object), &version);

	return kind ? schema_root(schemas, kind, version) : (struct schema){ .schemas = schemas };
}

/* Applied twice by one manager, the second time changes nothing. */
static void check_apply(struct arena *arena, struct schema schema, const struct node *before,
			const struct node *applied)
{
	struct ssa_writer writer = { .manager = STR("a"), .time = STR("2026-01-01T00:00:00Z") };
	struct ssa_stored stored = { .schema = schema };
	struct ssa_result result, again;
	struct error err;

	if (ssa_apply(arena, &stored, before, &writer, &result, &err) < 0 || !result.object)
		return;
	stored.object = result.object;
	stored.managed = result.managed;
	writer.force = true;
	writer.manager = STR("b");
	if (ssa_apply(arena, &stored, applied, &writer, &result, &err) < 0 || !result.object)
		return;
	stored.object = result.object;
	stored.managed = result.managed;
	int status = ssa_apply(arena, &stored, applied, &writer, &again, &err);
	assert(status == 0 && again.object && node_equal(again.object, result.object));
	ssa_update(arena, &stored, before, &writer);
	ssa_fields_of(arena, schema, applied);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
	static const unsigned flags[] = { 0, SMP_KUSTOMIZE, SMP_KUSTOMIZE | SMP_NEW_LISTS };
	SCRATCH(arena);
	struct str text = { (const char *)bytes, MIN(size_bytes, (size_t)(1 << 14)) };
	struct schemas *schemas = schemas_new(arena);
	struct documents documents;
	struct error err;
	const struct node *ret;

	if (yaml_read(docset_new(arena), STR("input"), text, DIALECT_GO_V3, &documents, &err) < 0 ||
	    documents.count < 2)
		return 0;
	const struct node *target = documents.items[0].root, *patch = documents.items[1].root;
	if (!node_is_map(target) || !node_is_map(patch) ||
	    yaml_decode(arena, target, &target, &err) < 0 ||
	    yaml_decode(arena, patch, &patch, &err) < 0)
		return 0;
	struct schema schema = schema_of(schemas, target);
	for (size_t i = 0; i < ARRAY_COUNT(flags); i++) {
		struct smp_options options = { .schema = schema, .flags = flags[i] };
		(void)!smp_apply(arena, target, patch, &options, &ret, &err);
	}
	check_apply(arena, schema, target, patch);
	return 0;
}
