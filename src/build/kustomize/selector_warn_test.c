/* selector_warn_test - which labels are told that get into selectors */
#include "base/test.h"
#include "build/kustomize.h"
#include "doc/set.h"
#include "world/snapshot.h"

#define WORKLOAD(kind, api)                                                                        \
	"apiVersion: " api "\nkind: " kind                                                         \
	"\nmetadata: {name: w}\nspec: {selector: {matchLabels: "                                   \
	"{app: w}}, template: {metadata: {labels: {app: w}}}}\n"

/* The warnings of an overlay with these lines over a base with these; deprecations left out. */
static struct str warned(struct arena *arena, const char *base, const char *overlay,
			 const char *object)
{
	const struct {
		const char *path, *bytes;
	} files[] = { { "base/kustomization.yaml", base },
		      { "base/a.yaml", object },
		      { "top/kustomization.yaml", overlay },
		      { "part/kustomization.yaml",
			"kind: Component\nlabels: [{pairs: {c: d}, includeSelectors: true}]\n" } };
	struct snapshot snapshot;
	struct findings findings;
	struct render render;
	struct error err;
	struct buf out;

	snapshot_init(&snapshot, arena);
	for (size_t i = 0; i < ARRAY_COUNT(files); i++)
		snapshot_put(&snapshot,
			     (struct snapshot_file){ .path = str_from_cstr(files[i].path),
						     .bytes = str_from_cstr(files[i].bytes) });
	struct files tree = { .snapshot = &snapshot };
	struct docset *set = docset_new(arena);
	findings_init(&findings, arena);
	struct kustomize_options options = { .warnings = &findings };
	buf_init(&out, arena);
	if (kustomize_build(&tree, STR("/top"), &options, set, &render, &err) < 0)
		buf_printf(&out, "error: %s", err.text);
	for (uint32_t i = 0; i < findings.count; i++) {
		const struct finding *f = &findings.items[i];
		struct place at = docset_place(set, f->node->position);
		if (str_equal(f->rule->id, STR("kustomize/immutable-selector")))
			buf_printf(&out, "%.*s:%u %.*s\n", STR_FMT(at.path), at.line,
				   STR_FMT(f->message));
	}
	return buf_str(&out);
}

#define OVERLAY(labels) "resources: [../base]\n" labels
#define GETS(line, kind)                                                                           \
	"/top/kustomization.yaml:" line " these labels get into the selector of " kind             \
	"/w, which cannot change once it is applied\n"
#define NEXT(place, value)                                                                         \
	"/" place " '" value "' gets into the selector of Deployment/w, which cannot change: the " \
	"next version is refused\n"

static void labels_in_selectors_are_told(void)
{
	static const struct {
		const char *base, *overlay, *want;
	} rows[] = {
		{ "", OVERLAY("commonLabels: {a: b, c: d}\n"), GETS("2", "Deployment") },
		{ "",
		  OVERLAY("labels:\n- pairs: {a: b}\n- pairs: {c: d}\n  includeSelectors: true\n"),
		  GETS("4", "Deployment") },
		{ "", OVERLAY("labels: [{pairs: {a: b}, includeTemplates: true}]\n"), "" },
		{ "", OVERLAY("commonAnnotations: {a: b}\n"), "" },
		/* what the selector has already */
		{ "", OVERLAY("commonLabels: {app: w}\n"), "" },
		{ "", OVERLAY("commonLabels: {app: v}\n"), GETS("2", "Deployment") },
		/* beside the workload: meant, unless it changes with each release */
		{ "commonLabels: {a: b}\n", OVERLAY(""), "" },
		{ "commonLabels: {a: production, b: 'true', c: '12', d: cafe}\n", OVERLAY(""), "" },
		{ "commonLabels: {a: b, version: v1.2.3}\n", OVERLAY(""),
		  NEXT("base/kustomization.yaml:2", "v1.2.3") },
		{ "commonLabels: {v: '1.2'}\n", OVERLAY(""),
		  NEXT("base/kustomization.yaml:2", "1.2") },
		{ "commonLabels: {commit: 0c1d2e3}\n", OVERLAY(""),
		  NEXT("base/kustomization.yaml:2", "0c1d2e3") },
		{ "labels: [{pairs: {version: v1.2.3}}]\n", OVERLAY(""), "" },
		/* a component works on what others bring */
		{ "", OVERLAY("components: [../part]\n"),
		  "/part/kustomization.yaml:2 these labels get into the selector of Deployment/w, "
		  "which cannot change once it is applied\n" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].overlay); i++) {
		SCRATCH(arena);
		struct str base =
			STR_CAT(arena, STR("resources: [a.yaml]\n"), str_from_cstr(rows[i].base));
		CHECK_STR(warned(arena, str_cstr(arena, base), rows[i].overlay,
				 WORKLOAD("Deployment", "apps/v1")),
			  str_from_cstr(rows[i].want));
	}
}

static void only_selectors_that_cannot_change_count(void)
{
	static const struct {
		const char *object, *want;
	} rows[] = {
		{ WORKLOAD("StatefulSet", "apps/v1"), GETS("2", "StatefulSet") },
		{ WORKLOAD("DaemonSet", "apps/v1"), GETS("2", "DaemonSet") },
		{ WORKLOAD("Job", "batch/v1"), GETS("2", "Job") },
		{ "apiVersion: batch/v1\nkind: Job\nmetadata: {name: w}\n", "" },
		{ "apiVersion: v1\nkind: Service\nmetadata: {name: w}\nspec: {selector: {a: b}}\n",
		  "" },
		{ WORKLOAD("Deployment", "example.com/v1"), "" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].object); i++) {
		SCRATCH(arena);
		CHECK_STR(warned(arena, "resources: [a.yaml]\n",
				 OVERLAY("commonLabels: {env: prod}\n"), rows[i].object),
			  str_from_cstr(rows[i].want));
	}
}

TESTS({ "labels in selectors are told, once for each entry", labels_in_selectors_are_told },
      { "only selectors that cannot change count", only_selectors_that_cannot_change_count })
