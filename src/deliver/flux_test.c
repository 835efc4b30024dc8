/* flux_test - durations, sources and marks that all Flux kinds share */
#include "api/controller_test.h"
#include "deliver/deliver.h"

static void durations_fall_back(void)
{
	static const struct {
		const char *member;
		int64_t want_ms;
	} rows[] = {
		{ "{d: 10m0s}", 600000 }, { "{d: 1.5s}", 1500 }, { "{d: 0s}", 0 },
		{ "{d: wrong}", 77 },	  { "{d: null}", 77 },	 { "{}", 77 },
		{ "{d: \"\"}", 77 },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].member); i++)
		CHECK_INT(flux_duration_ms(node_get_lit(node_make(arena, rows[i].member), "d"), 77),
			  rows[i].want_ms);
}

/* A label or an annotation, whatever the case of the value. */
static void marks_are_read_in_any_case(void)
{
	static const struct {
		const char *metadata;
		bool says;
	} rows[] = {
		{ "{annotations: {kustomize.toolkit.fluxcd.io/prune: disabled}}", true },
		{ "{annotations: {kustomize.toolkit.fluxcd.io/prune: Disabled}}", true },
		{ "{labels: {kustomize.toolkit.fluxcd.io/prune: DISABLED}}", true },
		{ "{labels: {kustomize.toolkit.fluxcd.io/prune: enabled}, annotations: "
		  "{kustomize.toolkit.fluxcd.io/prune: disabled}}",
		  true },
		{ "{annotations: {kustomize.toolkit.fluxcd.io/prune: enabled}}", false },
		{ "{annotations: {kustomize.toolkit.fluxcd.io/ssa: disabled}}", false },
		{ "{annotations: {prune: disabled}}", false },
		{ "{}", false },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].metadata); i++)
		CHECK_INT(flux_says(node_make(arena, "{metadata: %n}",
					      node_make(arena, rows[i].metadata)),
				    "prune", "disabled"),
			  rows[i].says);
	CHECK(!flux_says(NULL, "prune", "disabled"));
}

static void sources_are_of_four_kinds(void)
{
	static const struct {
		const char *kind;
		kind_id id;
	} rows[] = {
		{ "GitRepository", KIND_GITREPOSITORY },
		{ "OCIRepository", KIND_OCIREPOSITORY },
		{ "Bucket", KIND_BUCKET },
		{ "ExternalArtifact", KIND_EXTERNALARTIFACT },
		{ "HelmRepository", KIND_NONE },
		{ "", KIND_NONE },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].kind); i++)
		CHECK_INT(flux_source_kind(str_from_cstr(rows[i].kind)), rows[i].id);
}

TESTS({ "durations fall back", durations_fall_back },
      { "marks are read in any case", marks_are_read_in_any_case },
      { "sources are of four kinds", sources_are_of_four_kinds })
