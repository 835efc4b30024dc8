/* kustomize_test - a build as a whole: identity, order, and where each value comes from */
#include "build/kustomize/kustomize_fixture.h"
#include "doc/at_test.h"
#include "doc/origin.h"

#define DEPLOYMENT                                                                                 \
	"apiVersion: apps/v1\n"                                                                    \
	"kind: Deployment\n"                                                                       \
	"metadata:\n"                                                                              \
	"  name: api\n"                                                                            \
	"spec:\n"                                                                                  \
	"  replicas: 1\n"                                                                          \
	"  template:\n"                                                                            \
	"    spec:\n"                                                                              \
	"      containers:\n"                                                                      \
	"      - name: main\n"                                                                     \
	"        image: nginx:1\n"

#define OVERLAY                                                                                    \
	"resources: [../base]\n"                                                                   \
	"namespace: prod\n"                                                                        \
	"namePrefix: a-\n"                                                                         \
	"images:\n"                                                                                \
	"- name: nginx\n"                                                                          \
	"  newTag: \"2\"\n"                                                                        \
	"replicas:\n"                                                                              \
	"- name: api\n"                                                                            \
	"  count: 5\n"                                                                             \
	"labels:\n"                                                                                \
	"- pairs:\n"                                                                               \
	"    tier: web\n"                                                                          \
	"patches:\n"                                                                               \
	"- path: patch.yaml\n"

#define PATCH                                                                                      \
	"apiVersion: apps/v1\n"                                                                    \
	"kind: Deployment\n"                                                                       \
	"metadata:\n"                                                                              \
	"  name: api\n"                                                                            \
	"spec:\n"                                                                                  \
	"  paused: true\n"

/* The place of a value and the steps that brought it there: "file:line, word at file:line". */
static struct str origin_of(struct arena *arena, const struct render *r, const char *path)
{
	const struct node *n = test_at(arena, r->objects[0], path);
	struct place place = docset_place(r->set, n ? n->position : 0);
	struct origin_place places[8];
	uint32_t count = n ? origin_chain(r->set, n, places, 8) : 0;
	struct buf out;

	buf_init(&out, arena);
	buf_printf(&out, "%.*s:%u", STR_FMT(place.path), place.line);
	for (uint32_t i = 0; i < count; i++)
		if (places[i].kind != ORIGIN_NONE)
			buf_printf(&out, ", %.*s at %.*s:%u", STR_FMT(origin_word(places[i].kind)),
				   STR_FMT(places[i].place.path), places[i].place.line);
	return buf_str(&out);
}

static void each_value_names_the_line_to_edit(void)
{
	static const struct fixture_file files[] = {
		{ "base/kustomization.yaml", "resources: [deployment.yaml]\n" },
		{ "base/deployment.yaml", DEPLOYMENT },
		{ "top/kustomization.yaml", OVERLAY },
		{ "top/patch.yaml", PATCH },
	};
	static const struct {
		const char *path, *want;
	} rows[] = {
		{ "kind", "/base/deployment.yaml:2" },
		{ "metadata.name", "/base/deployment.yaml:4, name prefix or suffix at "
				   "/top/kustomization.yaml:3" },
		{ "metadata.namespace", "/top/kustomization.yaml:2, namespace at "
					"/top/kustomization.yaml:2" },
		{ "metadata.labels.tier", "/top/kustomization.yaml:12, label at "
					  "/top/kustomization.yaml:12" },
		{ "spec.replicas", "/top/kustomization.yaml:9, replicas at "
				   "/top/kustomization.yaml:9" },
		{ "spec.paused", "/top/patch.yaml:6, patch at /top/kustomization.yaml:14" },
		{ "spec.template.spec.containers[0].image",
		  "/top/kustomization.yaml:6, image at /top/kustomization.yaml:6" },
		{ "spec.template.spec.containers[0].name", "/base/deployment.yaml:10" },
	};
	SCRATCH(arena);
	struct error err;
	struct render r = fixture_render(arena, files, ARRAY_COUNT(files), &err);

	CHECK_INT(r.count, 1);
	for (size_t i = 0; r.count && TEST_ROW(rows, i, rows[i].path); i++)
		CHECK_STR(origin_of(arena, &r, rows[i].path), str_from_cstr(rows[i].want));
}

#define NAMED(version, kind, name)                                                                 \
	"apiVersion: " version "\nkind: " kind "\nmetadata: {name: " name "}\n---\n"

static void kinds_come_in_the_legacy_order_unless_told_otherwise(void)
{
	static const char objects[] = NAMED("v1", "Service", "s") NAMED("x.io/v1", "Foo", "f")
		NAMED("v1", "Namespace", "z") NAMED("v1", "ConfigMap", "b")
			NAMED("v1", "ConfigMap", "a");
	SCRATCH(arena);
	struct str legacy = BUILT(arena, { "top/kustomization.yaml", "resources: [o.yaml]\n" },
				  { "top/o.yaml", objects });
	struct str fifo = BUILT(
		arena,
		{ "top/kustomization.yaml", "resources: [o.yaml]\nsortOptions: {order: fifo}\n" },
		{ "top/o.yaml", objects });

	CHECK_TEXT(legacy, "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: z\n---\n"
			   "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n---\n"
			   "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n---\n"
			   "apiVersion: v1\nkind: Service\nmetadata:\n  name: s\n---\n"
			   "apiVersion: x.io/v1\nkind: Foo\nmetadata:\n  name: f\n");
	CHECK(str_starts(fifo, STR("apiVersion: v1\nkind: Service\n")));
}

static void one_id_twice_is_refused(void)
{
	SCRATCH(arena);
	struct str got = BUILT(
		arena, { "top/kustomization.yaml", "resources: [a.yaml]\n" },
		{ "top/a.yaml", NAMED("v1", "ConfigMap", "a") NAMED("v1", "ConfigMap", "a") });

	CHECK(str_contains(got, STR("may not add resource with an already registered id: "
				    "ConfigMap.v1.[noGrp]/a.[noNs]")));
}

static void annotations_become_texts_and_internal_ones_go(void)
{
	SCRATCH(arena);
	CHECK_TEXT(BUILT(arena, { "top/kustomization.yaml", "resources: [a.yaml]\n" },
			 { "top/a.yaml",
			   "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations:\n"
			   "    x: true\n    config.kubernetes.io/index: \"1\"\n" },
			 { "top/unused", "" }),
		   "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  annotations:\n    x: \"true\"\n"
		   "  name: a\n");
}

static void local_configuration_is_left_out(void)
{
	SCRATCH(arena);
	CHECK_TEXT(BUILT(arena, { "top/kustomization.yaml", "resources: [a.yaml]\n" },
			 { "top/a.yaml",
			   "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: "
			   "{config.kubernetes.io/local-config: \"true\"}}\n---\n" NAMED(
				   "v1", "ConfigMap", "b") }),
		   "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n");
}

static void build_metadata_is_written_when_asked_for(void)
{
	SCRATCH(arena);
	CHECK_TEXT(BUILT(arena,
			 { "top/kustomization.yaml",
			   "resources: [../base]\nnamePrefix: x-\n"
			   "buildMetadata: [originAnnotations, transformerAnnotations, "
			   "managedByLabel]\n" },
			 { "base/kustomization.yaml", "resources: [a.yaml]\n" },
			 { "base/a.yaml", NAMED("v1", "ConfigMap", "a") }),
		   "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  annotations:\n"
		   "    alpha.config.kubernetes.io/transformations: |\n"
		   "      - configuredIn: kustomization.yaml\n"
		   "        configuredBy:\n"
		   "          apiVersion: builtin\n"
		   "          kind: PrefixTransformer\n"
		   "    config.kubernetes.io/origin: |\n"
		   "      path: ../base/a.yaml\n"
		   "  labels:\n    app.kubernetes.io/managed-by: kustomize-v5.7.1\n"
		   "  name: x-a\n");
}

TESTS({ "each value names the line to edit, and the steps that brought it",
	each_value_names_the_line_to_edit },
      { "kinds come in the legacy order unless told otherwise",
	kinds_come_in_the_legacy_order_unless_told_otherwise },
      { "two resources with one id are refused", one_id_twice_is_refused },
      { "annotations become texts, and internal ones go",
	annotations_become_texts_and_internal_ones_go },
      { "local configuration is left out", local_configuration_is_left_out },
      { "build metadata is written when asked for", build_metadata_is_written_when_asked_for })
