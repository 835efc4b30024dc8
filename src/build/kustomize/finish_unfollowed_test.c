/* finish_unfollowed_test - which fields are told to lack a hash, and which are not */
#include "build/kustomize/kustomize_fixture.h"

#include "doc/finding.h"

static uint32_t warned(struct arena *arena, const char *kind, const char *spec, struct str *ret)
{
	struct str object = str_printf(arena, "%s\nmetadata: {name: w}\nspec: %s\n", kind, spec);
	struct snapshot snapshot;
	struct findings findings;
	struct kustomize_options options = { .warnings = &findings };
	struct render render;
	struct error err;

	findings_init(&findings, arena);
	snapshot_init(&snapshot, arena);
	snapshot_put(
		&snapshot,
		(struct snapshot_file){
			.path = STR("top/kustomization.yaml"),
			.bytes = STR("resources: [w.yaml]\nnamePrefix: p-\n"
				     "configMapGenerator: [{name: app, literals: [a=b]}]\n"
				     "secretGenerator: [{name: key, literals: [a=b]}, {name: "
				     "plain, literals: [a=b], options: {disableNameSuffixHash: "
				     "true}}]\n") });
	snapshot_put(&snapshot,
		     (struct snapshot_file){ .path = STR("top/w.yaml"), .bytes = object });
	struct files files = { .snapshot = &snapshot };
	CHECK_INT(kustomize_build(&files, STR("/top"), &options, docset_new(arena), &render, &err),
		  0);
	*ret = findings.count ? findings.items[0].message : STR("");
	return findings.count;
}

#define WIDGET "apiVersion: example.com/v1\nkind: Widget"

static void what_is_told(void)
{
	static const struct {
		const char *kind, *spec;
		uint32_t count;
	} rows[] = {
		{ WIDGET, "{configMapName: app}", 1 },
		{ WIDGET, "{configMapName: p-app}", 1 },
		{ WIDGET, "{tlsSecret: {name: key}}", 1 },
		{ WIDGET, "{secrets: [key, other]}", 1 },
		{ WIDGET, "{secretRefs: [{name: key}, {name: key}]}", 2 },
		{ WIDGET, "{secretName: app}", 0 },	  /* of the other kind */
		{ WIDGET, "{secretName: plain}", 0 },	  /* without a hash */
		{ WIDGET, "{name: app, app: key}", 0 },	  /* says nothing of its kind */
		{ WIDGET, "{secretRef: {key: key}}", 0 }, /* no name */
		{ WIDGET, "[configMap, 5, null, {a: }]", 0 },
		{ "apiVersion: apps/v1\nkind: Deployment", "{configMapName: app}", 0 },
		{ "apiVersion: x.k8s.io/v1\nkind: Some", "{configMapName: app}", 0 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].spec); i++) {
		SCRATCH(arena);
		struct str text;
		CHECK_INT(warned(arena, rows[i].kind, rows[i].spec, &text), rows[i].count);
	}
}

static void the_new_name_is_told(void)
{
	SCRATCH(arena);
	struct str text;

	warned(arena, WIDGET, "{configMapName: app}", &text);
	CHECK(str_starts(text, STR("'configMapName' of Widget.v1.example.com/p-w.[noNs] stays "
				   "'app', but the generated ConfigMap is named 'p-app-")));
}

TESTS({ "references to generated objects that lack the hash are told", what_is_told },
      { "the new name is told", the_new_name_is_told })
