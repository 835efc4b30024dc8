/* render_test - which values of a render are secret, and that its output has them as they are */
#include "build/render.h"

#include "build/kustomize/kustomize_fixture.h"
#include "doc/at_test.h"
#include "doc/json.h"
#include "doc/secret.h"

#define SECRET                                                                                     \
	"apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {p: hunter2, q: x:y}\n"
#define OTHER  "---\napiVersion: x.io/v1\nkind: Any\nmetadata: {name: o}\nspec: {a: 1-2, b: open}\n"
#define CONFIG "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {p: hunter2}\n"

/* Of the first object of a kind that has the path, as people see it. */
static struct str shown(struct arena *arena, const struct render *render, const char *kind,
			const char *path)
{
	for (uint32_t i = 0; i < render->count; i++) {
		const struct node *n = test_at(arena, render->objects[i], path);
		if (n && str_equal(object_kind(render->objects[i]), str_from_cstr(kind)))
			return json_text(arena, n, 0);
	}
	return STR_NONE;
}

static void secrets_are_marked_where_they_enter(void)
{
	static const struct {
		const char *name, *kustomization, *kind, *path, *want;
	} rows[] = {
		{ "a file", "", "Secret", "stringData", "{\"p\":\"***\",\"q\":\"***\"}" },
		{ "no Secret", "", "ConfigMap", "data", "{\"p\":\"hunter2\"}" },
		{ "a generator", "secretGenerator: [{name: g, literals: [p=w]}]\n", "Secret",
		  "data.p", "\"***\"" },
		{ "a generated Secret",
		  "secretGenerator: [{name: s, behavior: merge, literals: [p=w]}]\n", "Secret",
		  "data.p", "\"***\"" },
		{ "another generator",
		  "configMapGenerator: [{name: c, behavior: replace, "
		  "literals: [p=w]}]\n",
		  "ConfigMap", "data.p", "\"w\"" },
		{ "a strategic merge",
		  "patches: [{patch: '{apiVersion: v1, kind: Secret, metadata: {name: s}, "
		  "stringData: {n: new}}'}]\n",
		  "Secret", "stringData", "{\"p\":\"***\",\"q\":\"***\",\"n\":\"***\"}" },
		{ "a JSON patch",
		  "patches: [{target: {kind: Secret}, patch: '[{\"op\": \"add\", \"path\": "
		  "\"/stringData/n\", \"value\": \"new\"}]'}]\n",
		  "Secret", "stringData.n", "\"***\"" },
		{ "a replacement",
		  "replacements: [{source: {kind: Secret, fieldPath: stringData.p}, targets: "
		  "[{select: {kind: Any}, fieldPaths: [spec.b]}]}]\n",
		  "Any", "spec", "{\"a\":\"1-2\",\"b\":\"***\"}" },
		{ "a part of a replacement",
		  "replacements: [{source: {kind: Secret, fieldPath: stringData.q, options: "
		  "{delimiter: ':'}}, targets: [{select: {kind: Any}, fieldPaths: [spec.a], "
		  "options: {delimiter: '-'}}]}]\n",
		  "Any", "spec", "{\"a\":\"***\",\"b\":\"open\"}" },
		{ "a created field",
		  "replacements: [{source: {kind: Secret, fieldPath: stringData.p}, targets: "
		  "[{select: {kind: Any}, fieldPaths: [spec.n], options: {create: true}}]}]\n",
		  "Any", "spec.n", "\"***\"" },
		{ "a replacement of a map",
		  "replacements: [{source: {kind: Secret, fieldPath: stringData}, targets: "
		  "[{select: {kind: Any}, fieldPaths: [spec.m], options: {create: true}}]}]\n",
		  "Any", "spec.m", "{\"p\":\"***\",\"q\":\"***\"}" },
		{ "a replacement from elsewhere",
		  "replacements: [{source: {kind: ConfigMap, fieldPath: data.p}, targets: "
		  "[{select: {kind: Any}, fieldPaths: [spec.b]}]}]\n",
		  "Any", "spec.b", "\"hunter2\"" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].name); i++) {
		SCRATCH(arena);
		struct str text =
			str_printf(arena, "resources: [a.yaml]\n%s", rows[i].kustomization);
		struct fixture_file files[] = {
			{ "top/kustomization.yaml", str_cstr(arena, text) },
			{ "top/a.yaml", SECRET OTHER CONFIG },
		};
		struct error err;
		struct render render = fixture_render(arena, files, ARRAY_COUNT(files), &err);
		struct str got = render.set ? shown(arena, &render, rows[i].kind, rows[i].path)
					    : str_from_cstr(err.text);
		CHECK_STR(got, str_from_cstr(rows[i].want));
	}
}

/* A variable of a kustomization, alone and within a text. */
static void variables_from_secrets_are_secret(void)
{
	static const char variables[] =
		"resources: [a.yaml]\nvars:\n"
		"- {name: P, objref: {apiVersion: v1, kind: Secret, name: s}, fieldref: "
		"{fieldPath: stringData.p}}\n"
		"- {name: NAME, objref: {apiVersion: v1, kind: Secret, name: s}}\n";
	static const char pod[] =
		"---\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: "
		"a, "
		"image: i, command: [$(P), x-$(P), x-$(NAME), $(NAME), plain]}]}\n";
	SCRATCH(arena);
	struct str text = str_printf(arena, SECRET "%s", pod);
	struct fixture_file files[] = { { "top/kustomization.yaml", variables },
					{ "top/a.yaml", str_cstr(arena, text) } };
	struct error err;
	struct render render = fixture_render(arena, files, ARRAY_COUNT(files), &err);

	CHECK_TEXT(shown(arena, &render, "Pod", "spec.containers[0].command"),
		   "[\"***\",\"***\",\"x-s\",\"s\",\"plain\"]");
}

static void output_has_secrets_as_they_are(void)
{
	SCRATCH(arena);
	struct str out = BUILT(arena,
			       { "top/kustomization.yaml",
				 "resources: [a.yaml]\nreplacements: [{source: {kind: Secret, "
				 "fieldPath: stringData.p}, targets: [{select: {kind: Any}, "
				 "fieldPaths: [spec.b]}]}]\n" },
			       { "top/a.yaml", SECRET OTHER CONFIG });

	CHECK(!str_contains(out, STR("***")));
	CHECK(str_contains(out, STR("stringData:\n  p: hunter2\n  q: x:y\n")));
	CHECK(str_contains(out, STR("  b: hunter2\n")));
}

/* Errors cite neither values nor lines of them. */
static void errors_hide_secrets(void)
{
	static const struct {
		const char *kustomization, *want, *line;
	} rows[] = {
		{ "secretGenerator:\n- name: g\n  literals:\n  - hunter2\n",
		  "invalid literal source ***, expected key=value", "  - ***" },
		{ "configMapGenerator:\n- name: g\n  literals:\n  - hunter2\n",
		  "invalid literal source hunter2, expected key=value", "  - hunter2" },
		{ "replacements: [{source: {kind: Secret, fieldPath: stringData.q, options: "
		  "{delimiter: ':', index: 7}}, targets: [{select: {kind: Any}, fieldPaths: "
		  "[spec.a]}]}]\n",
		  "options.index 7 is out of bounds for value ***", NULL },
	};

	for (size_t i = 0; TEST_ROW(rows, i); i++) {
		SCRATCH(arena);
		struct str text =
			str_printf(arena, "resources: [a.yaml]\n%s", rows[i].kustomization);
		struct snapshot snapshot;
		struct files files = { .snapshot = &snapshot };
		struct docset *set = docset_new(arena);
		struct kustomize_options options = {};
		struct render render;
		struct error err;
		snapshot_init(&snapshot, arena);
		snapshot_put(&snapshot, (struct snapshot_file){ .path = STR("kustomization.yaml"),
								.bytes = text });
		snapshot_put(&snapshot, (struct snapshot_file){ .path = STR("a.yaml"),
								.bytes = STR(SECRET OTHER) });
		CHECK_INT(kustomize_build(&files, STR("/"), &options, set, &render, &err), -1);
		CHECK_STR(str_from_cstr(err.text), str_from_cstr(rows[i].want));
		if (rows[i].line)
			CHECK_STR(docset_place(set, err.position).line_text,
				  str_from_cstr(rows[i].line));
	}
}

/* What a finding would show: the line of a value in its file, or in a patch. */
static void lines_hide_secrets(void)
{
	static const struct {
		const char *path, *want;
	} rows[] = {
		{ "stringData.p", "stringData: {p: ***, q: ***}" },
		{ "stringData.n", "      n: ***" },
		{ "metadata.name", "metadata: {name: s}" },
	};
	SCRATCH(arena);
	struct fixture_file files[] = {
		{ "top/kustomization.yaml",
		  "resources: [a.yaml]\npatches:\n- patch: |\n    apiVersion: v1\n    kind: "
		  "Secret\n    metadata: {name: s}\n    stringData:\n      n: hunter3\n" },
		{ "top/a.yaml", SECRET },
	};
	struct error err;
	struct render render = fixture_render(arena, files, ARRAY_COUNT(files), &err);

	for (size_t i = 0; TEST_ROW(rows, i); i++) {
		const struct node *n = test_at(arena, render.objects[0], rows[i].path);
		CHECK_STR(docset_place(render.set, n->position).line_text,
			  str_from_cstr(rows[i].want));
	}
}

TESTS({ "secrets are marked where they enter", secrets_are_marked_where_they_enter },
      { "variables from Secrets are secret", variables_from_secrets_are_secret },
      { "output has secrets as they are", output_has_secrets_as_they_are },
      { "errors hide secrets", errors_hide_secrets }, { "lines hide secrets", lines_hide_secrets })
