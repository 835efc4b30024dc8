/* flux - durations, sources and marks that all Flux kinds share */
#include "base/arena.h"
#include "base/duration.h"
#include "deliver/deliver.h"

int64_t flux_duration_ms(const struct node *n, int64_t fallback_ms)
{
	int64_t ns;

	if (node_is_null(n) || !duration_parse(node_text(n), &ns))
		return fallback_ms;
	return ns / 1000000;
}

bool flux_says(const struct node *object, const char *key, const char *value)
{
	SCRATCH(scratch);
	struct str name = str_printf(scratch, "kustomize.toolkit.fluxcd.io/%s", key);
	struct str wanted = str_from_cstr(value);

	return str_equal_nocase(object_annotation(object, name), wanted) ||
	       str_equal_nocase(object_label(object, name), wanted);
}

kind_id flux_source_kind(struct str kind)
{
	static const struct {
		struct str name;
		kind_id kind;
	} kinds[] = { { STR_INIT("GitRepository"), KIND_GITREPOSITORY },
		      { STR_INIT("OCIRepository"), KIND_OCIREPOSITORY },
		      { STR_INIT("Bucket"), KIND_BUCKET },
		      { STR_INIT("ExternalArtifact"), KIND_EXTERNALARTIFACT } };

	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++)
		if (str_equal(kinds[i].name, kind))
			return kinds[i].kind;
	return KIND_NONE;
}
