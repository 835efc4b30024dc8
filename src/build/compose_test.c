/* compose_test - what a path stands for: files, folders, kustomizations, entries of clusters */
#include "build/compose.h"

#include "base/buf.h"
#include "base/test.h"
#include "doc/json.h"
#include "world/files.h"
#include "world/snapshot.h"

static const struct compose_options plain;

static struct str compose_folder(struct arena *arena, const struct snapshot *snapshot)
{
	struct docset *set = docset_new(arena);
	struct files files = { .snapshot = snapshot };
	struct compositions all = {};
	struct error err;
	struct buf out;

	buf_init(&out, arena);
	if (compose(&files, STR("/"), &plain, set, &all, &err) < 0)
		return str_copy(arena, str_from_cstr(err.text));
	for (uint32_t i = 0; i < all.items.count; i++)
		buf_printf(&out, "%.*s: %u\n", STR_FMT(all.items.items[i].path),
			   all.items.items[i].render.count);
	return buf_str(&out);
}

/* What the entry of the cluster gives. */
static const struct composition *compose_entry(struct arena *arena, const struct snapshot *snapshot)
{
	struct files files = { .snapshot = snapshot };
	struct compositions all = {};
	struct error err;

	CHECK_INT(compose(&files, STR("/clusters/one"), &plain, docset_new(arena), &all, &err), 0);
	return &all.items.items[0];
}

static void put(struct snapshot *s, const char *path, const char *text)
{
	snapshot_put(s, (struct snapshot_file){ .path = str_from_cstr(path),
						.bytes = str_from_cstr(text) });
}

#define CONFIG(name) "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " name "}\n"

#define FLUX(name, path, more)                                                                     \
	"apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: " name  \
	", namespace: flux-system}\nspec: {interval: 1m, prune: true, path: " path                 \
	", sourceRef: {kind: GitRepository, name: flux-system}" more "}\n"

/* Bases are not checked by themselves, nor is what a cluster builds; charts and values are no
 * manifests. */
static void a_folder_is_taken_apart(void)
{
	SCRATCH(arena);
	struct snapshot s;

	snapshot_init(&s, arena);
	put(&s, "base/kustomization.yaml", "resources: [a.yaml]\n");
	put(&s, "base/a.yaml", CONFIG("a"));
	put(&s, "prod/kustomization.yaml", "resources: [../base]\npatches: [{path: patch.yaml}]\n");
	put(&s, "prod/patch.yaml", CONFIG("a"));
	put(&s, "apps/kustomization.yaml", "resources: [b.yaml]\n");
	put(&s, "apps/b.yaml", CONFIG("b"));
	put(&s, "chart/Chart.yaml", "name: x\n");
	put(&s, "chart/templates/x.yaml", "{{ nothing }}\n");
	put(&s, "values.yaml", "a: b\n");
	put(&s, "clusters/one/apps.yaml",
	    "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: "
	    "apps, namespace: flux-system}\nspec: {interval: 1m, prune: true, path: ./apps, "
	    "sourceRef: {kind: GitRepository, name: flux-system}}\n");
	CHECK_TEXT(compose_folder(arena, &s), "/prod: 1\n/clusters/one: 2\n");
}

/* Nor are files that a kustomization names, or that a cluster builds. */
static void files_of_others_are_not_taken(void)
{
	SCRATCH(arena);
	struct snapshot s;

	snapshot_init(&s, arena);
	put(&s, "app/kustomization.yaml",
	    "resources: [../shared/a.yaml]\npatches: [{path: ../patches/a.yaml}]\n");
	put(&s, "shared/a.yaml", CONFIG("a"));
	put(&s, "patches/a.yaml", CONFIG("a"));
	put(&s, "patches/b.yaml", CONFIG("b"));
	put(&s, "plain/x.yaml", CONFIG("x"));
	put(&s, "plain/y/z.yaml", CONFIG("z"));
	put(&s, "clusters/one/plain.yaml", FLUX("plain", "./plain", ""));
	CHECK_TEXT(compose_folder(arena, &s), "/app: 1\n/clusters/one: 3\n/: 1\n");
}

/* `flux bootstrap` builds the folder above the one that its Kustomization lies in. */
static void the_root_builds_what_is_beside_it(void)
{
	SCRATCH(arena);
	struct snapshot s;

	snapshot_init(&s, arena);
	put(&s, "clusters/one/flux-system/kustomization.yaml", "resources: [sync.yaml]\n");
	put(&s, "clusters/one/flux-system/sync.yaml",
	    FLUX("flux-system", "./clusters/one", ", postBuild: {substitute: {ENV: prod}}"));
	put(&s, "clusters/one/apps.yaml", FLUX("apps", "\"./apps/${ENV}\"", ""));
	put(&s, "apps/prod/a.yaml", CONFIG("a"));
	CHECK_TEXT(compose_folder(arena, &s), "/clusters/one/flux-system: 3\n");
	put(&s, "clusters/one/apps.yaml", "a: [\n");
	CHECK_TEXT(compose_folder(arena, &s),
		   "/clusters/one/flux-system: 1\n/clusters/one: 0\n/: 1\n");
}

/* A Kustomization for the folder above that is none of its own is no root; nor are faults of it
 * those of the entry. */
static void a_folder_above_is_not_entered_by_chance(void)
{
	SCRATCH(arena);
	struct snapshot s;

	snapshot_init(&s, arena);
	put(&s, "clusters/one/apps.yaml", FLUX("apps", "./clusters", ""));
	put(&s, "clusters/kustomization.yaml", "resources: [a.yaml]\n");
	put(&s, "clusters/a.yaml", CONFIG("a"));
	const struct composition *x = compose_entry(arena, &s);
	CHECK_INT(x->parts.count, 2);
	CHECK_INT(x->render.count, 2);
	CHECK(!x->parts.items[0].kustomization);
	/* The whole repository is the path of those that build another one. */
	snapshot_init(&s, arena);
	put(&s, "a.yaml", FLUX("apps", "./", ""));
	put(&s, "clusters/b.yaml", CONFIG("b"));
	CHECK_TEXT(compose_folder(arena, &s), "/: 2\n");
	snapshot_init(&s, arena);
	put(&s, "clusters/one/apps.yaml", FLUX("apps", "./clusters", ""));
	put(&s, "clusters/one/broken.yaml", "a: [\n");
	put(&s, "clusters/kustomization.yaml", "resources: [none.yaml]\n");
	x = compose_entry(arena, &s);
	CHECK_INT(x->faults.count, 2);
}

/* Without a kustomization each file counts, but for hidden ones and those that belong to one. */
static void plain_files_are_taken_together(void)
{
	SCRATCH(arena);
	struct snapshot s;

	snapshot_init(&s, arena);
	put(&s, ".a.yaml", CONFIG("hidden"));
	put(&s, ".git/b.yaml", CONFIG("hidden"));
	put(&s, "a.yaml", CONFIG("a"));
	put(&s, "b.txt", CONFIG("b"));
	put(&s, "c.yml", CONFIG("c"));
	put(&s, "app/kustomization.yaml", "resources: [x.yaml]\n");
	put(&s, "app/x.yaml", CONFIG("x"));
	put(&s, "app/sub/y.yaml", CONFIG("y"));
	put(&s, "deep/er/z.yaml", CONFIG("z"));
	CHECK_TEXT(compose_folder(arena, &s), "/app: 1\n/: 3\n");
}

/* One that does not build is told of, and the others are there. */
static void a_kustomization_that_does_not_build_is_a_fault(void)
{
	SCRATCH(arena);
	struct snapshot s;
	struct files files = { .snapshot = &s };
	struct docset *set = docset_new(arena);
	struct compositions all = {};
	struct error err;

	snapshot_init(&s, arena);
	put(&s, "a/kustomization.yaml", "resources: [x.yaml]\n");
	put(&s, "a/x.yaml", CONFIG("x"));
	put(&s, "b/kustomization.yaml", "namePrefix: p-\nresources: [none.yaml]\n");
	put(&s, "c/kustomization.yaml", "resources: [x.yaml]\n");
	put(&s, "c/x.yaml", CONFIG("x"));
	CHECK_INT(compose(&files, STR("/"), &plain, set, &all, &err), 0);
	if (!CHECK_INT(all.items.count, 3))
		return;
	for (uint32_t i = 0; i < 3; i++)
		CHECK_INT(all.items.items[i].faults.count, i == 1);
	CHECK_TEXT(all.items.items[1].path, "/b");
	CHECK_INT(all.items.items[1].render.count, 0);
	CHECK_INT(all.items.items[2].render.count, 1);
	const struct compose_fault *fault = &all.items.items[1].faults.items[0];
	CHECK(str_contains(fault->message, STR("open b/none.yaml: no such file or directory")));
	struct place place = docset_place(set, fault->position);
	CHECK_TEXT(place.path, "/b/kustomization.yaml");
	CHECK_INT(place.line, 2);
}

/* Kustomizations without a path of this repository are not followed, nor is one twice. */
static void only_what_is_in_the_repository_is_followed(void)
{
	static const struct {
		const char *source, *suspended;
		enum compose_state state;
		uint32_t count;
	} rows[] = {
		{ "{kind: GitRepository, name: flux-system}", "false", COMPOSE_APPLIED, 1 },
		{ "{kind: GitRepository, name: flux-system}", "true", COMPOSE_SUSPENDED, 1 },
		{ "{kind: OCIRepository, name: flux-system}", "false", COMPOSE_NO_SOURCE, 0 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].source); i++) {
		SCRATCH(arena);
		struct snapshot s;
		struct str text = str_printf(
			arena,
			"apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: "
			"{name: flux-system, namespace: flux-system}\nspec: {url: "
			"\"https://x/y\"}\n"
			"---\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
			"metadata: {name: apps, namespace: flux-system}\nspec: {interval: 1m, "
			"prune: "
			"true, path: ./apps, suspend: %s, sourceRef: %s}\n",
			rows[i].suspended, rows[i].source);
		snapshot_init(&s, arena);
		put(&s, "apps/a.yaml", CONFIG("a"));
		put(&s, "clusters/one/apps.yaml", str_cstr(arena, text));
		const struct composition *x = compose_entry(arena, &s);
		if (!CHECK_INT(x->parts.count, 2))
			continue;
		CHECK_INT(x->parts.items[1].state, rows[i].state);
		CHECK_INT(x->parts.items[1].count, rows[i].count);
	}
}

/* What has metadata is meant as an object; other documents of a folder are somebody else's. */
static void documents_that_are_meant_as_objects_must_be_some(void)
{
	static const struct {
		const char *text, *fault;
	} rows[] = {
		{ "kin: Pod\napiVersion: v1\nmetadata: {name: x}\n",
		  "a document is no Kubernetes object: it has no kind" },
		{ "kind: Pod\napiversion: v1\nmetadata: {name: x}\n",
		  "a document is no Kubernetes object: it has no apiVersion" },
		{ "apiVersion: v2\nname: chart\n", NULL },
		{ "metadata: {name: x}\n", NULL },
		{ "kind: x\n", NULL },
		{ "[a]\n", NULL },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].text); i++) {
		SCRATCH(arena);
		struct snapshot s;
		struct files files = { .snapshot = &s };
		struct compositions all = {};
		struct error err;
		snapshot_init(&s, arena);
		put(&s, "a/x.yaml",
		    str_cstr(arena, str_printf(arena, "%s---\n" CONFIG("y"), rows[i].text)));
		CHECK_INT(compose(&files, STR("/a"), &plain, docset_new(arena), &all, &err), 0);
		if (!CHECK_INT(all.items.count, 1))
			continue;
		CHECK_INT(all.items.items[0].render.count, 1);
		CHECK_INT(all.items.items[0].faults.count, rows[i].fault != NULL);
		if (rows[i].fault)
			CHECK_STR(all.items.items[0].faults.items[0].message,
				  str_from_cstr(rows[i].fault));
	}
}

static void links_to_files_are_read(void)
{
	SCRATCH(arena);
	struct snapshot s;
	struct files files = { .snapshot = &s };
	struct compositions all = {};
	struct error err;

	snapshot_init(&s, arena);
	put(&s, "base/x.yaml", CONFIG("x"));
	put(&s, "a/y.yaml", CONFIG("y"));
	snapshot_put(&s, (struct snapshot_file){ .path = STR("a/link.yaml"),
						 .bytes = STR("../base/x.yaml"),
						 .is_link = true });
	snapshot_put(&s, (struct snapshot_file){ .path = STR("a/gone.yaml"),
						 .bytes = STR("../base/z.yaml"),
						 .is_link = true });
	CHECK_INT(compose(&files, STR("/a"), &plain, docset_new(arena), &all, &err), 0);
	if (CHECK_INT(all.items.count, 1))
		CHECK_INT(all.items.items[0].render.count, 2);
}

static void an_empty_folder_is_an_error(void)
{
	SCRATCH(arena);
	struct snapshot s;

	snapshot_init(&s, arena);
	put(&s, "README.md", "hello\n");
	CHECK_TEXT(compose_folder(arena, &s), "'/' holds no YAML file");
}

/* A cluster's entry leads to what its Kustomizations build, with the values that they put in. */
static void an_entry_is_followed(void)
{
	SCRATCH(arena);
	struct snapshot s;

	snapshot_init(&s, arena);
	put(&s, "apps/b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"${NAME}\"}\n");
	put(&s, "clusters/one/kustomization.yaml", "resources: [apps.yaml]\n");
	put(&s, "clusters/one/apps.yaml",
	    "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: "
	    "apps, namespace: flux-system}\nspec: {interval: 1m, prune: true, path: ./apps, "
	    "sourceRef: {kind: GitRepository, name: flux-system}, postBuild: {substitute: {NAME: "
	    "shop}}}\n");

	const struct composition *x = compose_entry(arena, &s);
	CHECK_INT(x->parts.count, 2);
	CHECK_TEXT(x->parts.items[1].label, "Kustomization/flux-system/apps");
	CHECK_TEXT(object_name(x->render.objects[x->parts.items[1].first]), "shop");
}

static struct str place_at(struct arena *arena, const struct composition *x,
			   struct trusted_path path)
{
	const struct node *object = x->render.objects[x->parts.items[1].first];
	const struct node *n = node_find(object, path);
	struct place place = docset_place(x->render.set, n ? n->position : 0);

	return str_printf(arena, "%.*s:%u:%u", STR_FMT(place.path), place.line, place.column);
}

/* The text that was substituted in is made from the files: its places are theirs. */
static void substituted_objects_keep_their_places(void)
{
	SCRATCH(arena);
	struct snapshot s;

	snapshot_init(&s, arena);
	put(&s, "apps/kustomization.yaml",
	    "resources: [b.yaml]\npatches:\n- patch: |\n    apiVersion: v1\n    kind: ConfigMap\n"
	    "    metadata: {name: a}\n    data:\n      patched: x-${NAME}\n");
	put(&s, "apps/b.yaml",
	    "# head\nkind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\ndata:\n"
	    "  a: \"${NAME}\"\n  b: plain\n  c: '${NAME} and more'\n");
	put(&s, "clusters/one/apps.yaml",
	    "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: "
	    "apps, namespace: flux-system}\nspec: {interval: 1m, prune: true, path: ./apps, "
	    "sourceRef: {kind: GitRepository, name: flux-system}, postBuild: {substitute: {NAME: "
	    "shop}}}\n");

	const struct composition *x = compose_entry(arena, &s);
	CHECK_TEXT(node_str_at(x->render.objects[x->parts.items[1].first], "data.c"),
		   "shop and more");
	CHECK_TEXT(place_at(arena, x, TRUSTED_PATH("data.a")), "/apps/b.yaml:6:6");
	CHECK_TEXT(place_at(arena, x, TRUSTED_PATH("data.b")), "/apps/b.yaml:7:6");
	CHECK_TEXT(place_at(arena, x, TRUSTED_PATH("data.c")), "/apps/b.yaml:8:6");
	CHECK_TEXT(place_at(arena, x, TRUSTED_PATH("data.patched")),
		   "/apps/kustomization.yaml:8:16");
	CHECK_TEXT(place_at(arena, x, TRUSTED_PATH("kind")), "/apps/b.yaml:2:7");
}

/* "substitution clusters/one/apps.yaml:5 …": the chain of a value. */
static struct str chain_at(struct arena *arena, const struct composition *x, const char *name,
			   struct trusted_path path)
{
	struct origin_place places[8];
	struct str text = STR("");
	const struct node *n = NULL;

	for (uint32_t i = 0; i < x->render.count; i++)
		if (str_equal(object_name(x->render.objects[i]), str_from_cstr(name)))
			n = node_find(x->render.objects[i], path);
	uint32_t count = origin_chain(x->render.set, n, places, 8);
	for (uint32_t i = 0; i < count; i++)
		text = str_printf(arena, "%.*s%s%.*s %.*s:%u", STR_FMT(text), i ? ", " : "",
				  STR_FMT(origin_word(places[i].kind)),
				  STR_FMT(places[i].place.path), places[i].place.line);
	return text;
}

/* A value leads to the line where its variable is set, and to the one where it is used. */
static void what_flux_brings_has_its_origin(void)
{
	SCRATCH(arena);
	struct snapshot s;

	snapshot_init(&s, arena);
	put(&s, "apps/kustomization.yaml",
	    "resources: [b.yaml]\npatches:\n- patch: |\n    apiVersion: v1\n    kind: ConfigMap\n"
	    "    metadata: {name: a}\n    data:\n      patched: x-${NAME}\n");
	put(&s, "apps/b.yaml",
	    "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a, labels: {l: x}}\ndata:\n"
	    "  a: ${NAME}\n  b: ${NAME}-${ZONE}\n  c: ${NONE:-c}\n  d: plain\n");
	put(&s, "clusters/one/values.yaml",
	    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: values, namespace: flux-system}\n"
	    "data:\n  ZONE: north\n");
	put(&s, "clusters/one/apps.yaml",
	    "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: "
	    "apps, namespace: flux-system}\nspec:\n  path: ./apps\n  sourceRef: {kind: "
	    "GitRepository, name: flux-system}\n  targetNamespace: shop\n  commonMetadata:\n"
	    "    labels: {l: y}\n  postBuild:\n    substitute:\n      NAME: web\n"
	    "    substituteFrom: [{kind: ConfigMap, name: values}]\n");

	const struct composition *x = compose_entry(arena, &s);
	CHECK_TEXT(chain_at(arena, x, "a", TRUSTED_PATH("data.a")),
		   "substitution /clusters/one/apps.yaml:12, written /apps/b.yaml:5");
	CHECK_TEXT(chain_at(arena, x, "a", TRUSTED_PATH("data.b")),
		   "substitution /clusters/one/values.yaml:5, substitution "
		   "/clusters/one/apps.yaml:12, written /apps/b.yaml:6");
	CHECK_TEXT(chain_at(arena, x, "a", TRUSTED_PATH("data.c")),
		   "substitution /apps/b.yaml:7, written /apps/b.yaml:7");
	CHECK_TEXT(chain_at(arena, x, "a", TRUSTED_PATH("data.d")), "written /apps/b.yaml:8");
	CHECK_TEXT(chain_at(arena, x, "a", TRUSTED_PATH("metadata.labels.l")),
		   "label /clusters/one/apps.yaml:9, written /clusters/one/apps.yaml:9");
	CHECK_TEXT(chain_at(arena, x, "a", TRUSTED_PATH("metadata.namespace")),
		   "namespace /clusters/one/apps.yaml:7, written /clusters/one/apps.yaml:7");
}

static void a_variable_that_is_not_set_is_a_fault_at_its_line(void)
{
	SCRATCH(arena);
	struct snapshot s;

	snapshot_init(&s, arena);
	put(&s, "apps/b.yaml",
	    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: \"${ZONE}\"\n");
	put(&s, "clusters/one/apps.yaml",
	    "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: "
	    "apps, namespace: flux-system}\nspec: {interval: 1m, prune: true, path: ./apps, "
	    "sourceRef: {kind: GitRepository, name: flux-system}, postBuild: {substitute: {NAME: "
	    "shop}}}\n");

	const struct composition *x = compose_entry(arena, &s);
	if (!CHECK_INT(x->faults.count, 1))
		return;
	struct place place = docset_place(x->render.set, x->faults.items[0].position);
	CHECK_TEXT(place.path, "/apps/b.yaml");
	CHECK_INT(place.line, 5);
}

/* A value is as secret as the object that it comes from, and what is secret stays it. */
static void values_from_secrets_are_secret(void)
{
	SCRATCH(arena);
	struct snapshot s;

	snapshot_init(&s, arena);
	put(&s, "apps/a.yaml",
	    "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\ndata:\n"
	    "  open: \"${OPEN}\"\n  own: \"${OWN}\"\n  secret: \"${PASSWORD}\"\n"
	    "  part: \"x-${PASSWORD}-y\"\n  default: \"${UNSET:-${PASSWORD}}\"\n"
	    "  \"${PASSWORD}\": key\n  not: \"${OPEN:-${PASSWORD}}\"\n  plain: \"${PLAIN}\"\n");
	put(&s, "apps/b.yaml",
	    "kind: Secret\napiVersion: v1\nmetadata: {name: b, labels: {l: \"${OPEN}\"}}\n"
	    "stringData: {a: hunter3, b: \"${OPEN}\"}\n");
	put(&s, "clusters/one/values.yaml",
	    "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: flux-system}\n"
	    "data: {PASSWORD: aHVudGVyMg==}\nstringData: {PLAIN: aGVsbG8=}\n---\n"
	    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: flux-system}\n"
	    "data: {OPEN: hello}\n");
	put(&s, "clusters/one/apps.yaml",
	    "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: "
	    "apps, namespace: flux-system}\nspec: {interval: 1m, prune: true, path: ./apps, "
	    "sourceRef: {kind: GitRepository, name: flux-system}, postBuild: {substitute: {OWN: "
	    "bWluZQ==}, substituteFrom: [{kind: Secret, name: s}, {kind: ConfigMap, name: c}]}}\n");

	const struct composition *x = compose_entry(arena, &s);
	if (!CHECK_INT(x->parts.count, 2))
		return;
	const struct node *const *objects = &x->render.objects[x->parts.items[1].first];
	CHECK_TEXT(
		json_text(arena, node_get_lit(objects[0], "data"), JSON_SECRETS),
		"{\"hunter2\":\"key\",\"default\":\"hunter2\",\"not\":\"hello\",\"open\":\"hello\","
		"\"own\":\"bWluZQ==\",\"part\":\"x-hunter2-y\",\"plain\":\"aGVsbG8=\",\"secret\":"
		"\"hunter2\"}");
	CHECK_TEXT(json_text(arena, node_get_lit(objects[0], "data"), 0),
		   "{\"***\":\"***\",\"default\":\"***\",\"not\":\"hello\",\"open\":\"hello\","
		   "\"own\":\"bWluZQ==\",\"part\":\"***\",\"plain\":\"***\",\"secret\":\"***\"}");
	CHECK_TEXT(json_text(arena, node_get_lit(objects[1], "stringData"), 0),
		   "{\"a\":\"***\",\"b\":\"***\"}");
	CHECK_TEXT(json_text(arena, node_at(objects[1], "metadata.labels"), 0),
		   "{\"l\":\"hello\"}");
}

/* What does not build is told with its Kustomization; the rest is there. */
static void a_missing_path_is_a_fault(void)
{
	SCRATCH(arena);
	struct snapshot s;

	snapshot_init(&s, arena);
	put(&s, "clusters/one/apps.yaml",
	    "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: "
	    "apps, namespace: flux-system}\nspec: {interval: 1m, prune: true, path: ./aps, "
	    "sourceRef: {kind: GitRepository, name: flux-system}}\n");

	const struct composition *x = compose_entry(arena, &s);
	CHECK_INT(x->render.count, 1);
	CHECK_INT(x->faults.count, 1);
	CHECK_INT(x->faults.items[0].reason, FLUX_ARTIFACT_FAILED);
	CHECK_INT(x->faults.items[0].position, ERROR_NO_POSITION);
	CHECK_TEXT(x->faults.items[0].message,
		   "kustomization path not found: stat aps: no such file or directory");
}

static void a_member_of_another_type_is_a_fault(void)
{
	static const char *const rows[][2] = {
		{ "patches: {a: b}", "spec.patches must be a list" },
		{ "components: all", "spec.components must be a list" },
		{ "images: {name: x}", "spec.images must be a list" },
		{ "commonMetadata: [a]", "spec.commonMetadata must be a map" },
		{ "commonMetadata: {labels: [a]}", "spec.commonMetadata.labels must be a map" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i][0]); i++) {
		SCRATCH(arena);
		struct snapshot s;
		struct str text = str_printf(
			arena,
			"apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: "
			"Kustomization\nmetadata: "
			"{name: apps, namespace: flux-system}\nspec: {path: ./apps, sourceRef: "
			"{kind: GitRepository, name: flux-system}, %s}\n",
			rows[i][0]);
		snapshot_init(&s, arena);
		put(&s, "apps/a.yaml", CONFIG("a"));
		put(&s, "clusters/one/apps.yaml", str_cstr(arena, text));

		const struct composition *x = compose_entry(arena, &s);
		if (CHECK_INT(x->faults.count, 1))
			CHECK_STR(x->faults.items[0].message, str_from_cstr(rows[i][1]));
	}
}

static void a_wrong_path_is_an_error(void)
{
	SCRATCH(arena);
	struct snapshot s;
	struct files files = { .snapshot = &s };
	struct compositions all = {};
	struct error err;

	snapshot_init(&s, arena);
	put(&s, "apps/a.yaml", CONFIG("a"));
	CHECK_INT(compose(&files, STR("/apps/b.yaml"), &plain, docset_new(arena), &all, &err), -1);
	CHECK_TEXT(str_from_cstr(err.text), "'/apps/b.yaml' does not exist");
	CHECK_TEXT(str_from_cstr(err.hint), "did you mean 'a.yaml'?");
}

TESTS({ "what Flux brings has its origin", what_flux_brings_has_its_origin },
      { "documents with metadata and a misspelt kind or apiVersion are faults",
	documents_that_are_meant_as_objects_must_be_some },
      { "links to files are read", links_to_files_are_read },
      { "a folder is taken apart", a_folder_is_taken_apart },
      { "files of others are not taken", files_of_others_are_not_taken },
      { "the root builds what is beside it", the_root_builds_what_is_beside_it },
      { "a folder above is not entered by chance", a_folder_above_is_not_entered_by_chance },
      { "plain files are taken together", plain_files_are_taken_together },
      { "a kustomization that does not build is a fault",
	a_kustomization_that_does_not_build_is_a_fault },
      { "only paths inside the repository are followed",
	only_what_is_in_the_repository_is_followed },
      { "an empty folder is an error", an_empty_folder_is_an_error },
      { "an entry is followed", an_entry_is_followed },
      { "substituted objects keep their places", substituted_objects_keep_their_places },
      { "a variable that is not set is a fault at its line",
	a_variable_that_is_not_set_is_a_fault_at_its_line },
      { "values from Secrets are secret", values_from_secrets_are_secret },
      { "a missing path is a fault", a_missing_path_is_a_fault },
      { "a member of another type is a fault", a_member_of_another_type_is_a_fault },
      { "a wrong path is an error", a_wrong_path_is_an_error })
