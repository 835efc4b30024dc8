/* repository_build_test - what Kustomizations make of the repository, and what is assumed for it */
#include "deliver/repository_test.h"

#define CONFIG "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\n"
#define ENCRYPTED                                                                                  \
	"apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: shop}\ndata: {k: x}\n"       \
	"sops: {mac: x}\n"

#define LEFT_ALONE                                                                                 \
	"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: left, namespace: a, annotations: "      \
	"{kustomize.toolkit.fluxcd.io/decrypt: disabled}}\n"

/* Kustomization shop/apps of ./app, and more of its spec. */
static const struct node *kustomization(struct repository_fixture *f, const char *more)
{
	const struct node *k = node_make(
		f->arena,
		"{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: "
		"{name: apps, namespace: shop, generation: 1}, spec: {interval: 10m, path: ./app, "
		"sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}}}");
	const struct node *members = node_make(f->arena, more), *spec = node_get_lit(k, "spec");

	for (uint32_t i = 0; i < node_entry_count(members); i++)
		spec = node_with(f->arena, spec, node_text(node_entry(members, i)->key),
				 node_entry(members, i)->value);
	return node_with(f->arena, k, STR("spec"), spec);
}

static const struct node *arguments(struct repository_fixture *f, const struct node *k,
				    const char *revision)
{
	return node_make(f->arena, "{kustomization: %n, revision: %c, variables: {}}", k, revision);
}

static uint32_t renders_count(const struct repository_fixture *f)
{
	return f->repository.renders.count;
}

static const struct node *rendered(const struct repository_fixture *f, const char *kind,
				   const char *namespace, const char *name)
{
	return repository_find(&f->repository, str_from_cstr(kind),
			       (struct key){ str_from_cstr(namespace), str_from_cstr(name) });
}

static void a_build_takes_its_time(void)
{
	struct repository_fixture f;

	repository_test_begin(&f, "");
	repository_test_file(&f, 0, "app/a.yaml", CONFIG);
	const struct node *k = kustomization(&f, "{}");
	CHECK_TEXT(repository_ask(&f, "build", arguments(&f, k, "main@sha1:1111")), "200");
	CHECK_INT(f.took_ms, 200);
	CHECK_TEXT(node_str_at(f.node, "kustomization.spec.path"), "./app");
	CHECK(rendered(&f, "ConfigMap", "shop", "a"));
	CHECK_TEXT(buf_str(&f.assumed), "");
	repository_test_end(&f);
}

static void a_build_that_fails_says_why(void)
{
	struct repository_fixture f;

	repository_test_begin(&f, "");
	const struct node *k = kustomization(&f, "{path: ./nope}");
	struct str answer = repository_ask(&f, "build", arguments(&f, k, "main@sha1:1111"));
	CHECK(str_starts(answer, STR("404 kustomization path not found:")));
	CHECK_TEXT(node_str_at(f.node, "kustomization.spec.path"), "./nope");
	CHECK_INT(f.repository.renders.items[0]->fault_code, 404);
	repository_test_end(&f);
}

/* Of a remote cluster, or of a source that is not here, nothing is built. */
static void what_cannot_be_reached_is_assumed(void)
{
	static const struct {
		const char *more, *revision, *assumed;
	} rows[] = {
		{ "{kubeConfig: {secretRef: {name: s}}}", "main@sha1:1111",
		  "Kustomization/default/asks, which applies to another cluster\n" },
		{ "{}", "assumed", "Kustomization/default/asks\n" },
		{ "{}", "assumed-1", "" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].more); i++) {
		struct repository_fixture f;
		repository_test_begin(&f, "");
		repository_test_file(&f, 0, "app/a.yaml", CONFIG);
		const struct node *k = kustomization(&f, rows[i].more);
		CHECK_TEXT(repository_ask(&f, "build", arguments(&f, k, rows[i].revision)), "200");
		CHECK_STR(buf_str(&f.assumed), str_from_cstr(rows[i].assumed));
		CHECK_INT(renders_count(&f), !*rows[i].assumed);
		CHECK_INT(f.took_ms, *rows[i].assumed ? 0 : 200);
		repository_test_end(&f);
	}
}

/* Asked twice: the second time with what differs. */
static void what_is_the_same_is_built_once(void)
{
	static const struct {
		const char *arguments; /* laid over the first ones */
		uint32_t renders;
	} rows[] = {
		{ "{}", 1 },
		{ "{revision: \"main@sha1:2222\"}", 2 },
		{ "{variables: {a: b}}", 2 },
		{ "{missing: no such ConfigMap}", 2 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].arguments); i++) {
		struct repository_fixture f;
		repository_test_begin(&f, "");
		repository_test_file(&f, 0, "app/a.yaml", CONFIG);
		const struct node *first = arguments(&f, kustomization(&f, "{}"), "main@sha1:1111");
		const struct node *changed = node_make(f.arena, rows[i].arguments), *second = first;
		for (uint32_t m = 0; m < node_entry_count(changed); m++)
			second = node_with(f.arena, second, node_text(node_entry(changed, m)->key),
					   node_entry(changed, m)->value);
		repository_ask(&f, "build", first);
		repository_ask(&f, "build", second);
		CHECK_INT(renders_count(&f), rows[i].renders);
		repository_test_end(&f);
	}
}

/* Another generation, name, or namespace is another render. */
static void kustomizations_have_renders_of_their_own(void)
{
	static const struct {
		const char *metadata;
		uint32_t renders;
	} rows[] = {
		{ "{name: apps, namespace: shop, generation: 1}", 1 },
		{ "{name: apps, namespace: shop, generation: 1, labels: {a: b}}", 1 },
		{ "{name: apps, namespace: shop, generation: 2}", 2 },
		{ "{name: other, namespace: shop, generation: 1}", 2 },
		{ "{name: apps, namespace: other, generation: 1}", 2 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].metadata); i++) {
		struct repository_fixture f;
		repository_test_begin(&f, "");
		repository_test_file(&f, 0, "app/a.yaml", CONFIG);
		const struct node *k = kustomization(&f, "{}");
		repository_ask(&f, "build", arguments(&f, k, "main@sha1:1111"));
		k = node_with(f.arena, k, STR("metadata"), node_make(f.arena, rows[i].metadata));
		repository_ask(&f, "build", arguments(&f, k, "main@sha1:1111"));
		CHECK_INT(renders_count(&f), rows[i].renders);
		repository_test_end(&f);
	}
}

/* The source's spec.ignore; absent: the default list, which leaves pictures out and docs in. */
static void the_source_says_what_is_ignored(void)
{
	struct repository_fixture f;

	repository_test_begin(&f, "");
	repository_test_put_root(&f);
	repository_test_file(&f, 0, "app/a.yaml", CONFIG);
	repository_test_file(&f, 0, "app/b.yaml",
			     "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b, namespace: "
			     "shop}\n");
	const struct node *asked = arguments(&f, kustomization(&f, "{}"), "main@sha1:1111");
	repository_ask(&f, "build", asked);
	CHECK_INT(f.repository.renders.items[0]->render.count, 2);
	const struct object *root =
		cache_get(f.cluster.cache, KIND_GITREPOSITORY, f.repository.name);
	struct object *changed = object_new(
		root->kind,
		node_set(f.arena, root->root, "spec.ignore", node_cstr(f.arena, "app/b.yaml")),
		NULL, NULL, 0);
	cache_update(f.cluster.cache, root, changed, 2);
	object_unref(changed);
	repository_ask(&f, "build", asked);
	if (CHECK_INT(renders_count(&f), 2))
		CHECK_INT(f.repository.renders.items[1]->render.count, 1);
	repository_test_end(&f);
}

/* Decrypted only where spec.decryption is there, and not what says otherwise. */
static void what_sops_has_encrypted_is_taken_as_decrypted(void)
{
	static const struct {
		const char *more, *file, *assumed;
		bool hidden; /* still */
	} rows[] = {
		{ "{decryption: {provider: sops}}", ENCRYPTED,
		  "what SOPS has encrypted in Secret/shop/s\n", false },
		{ "{}", ENCRYPTED, "", true },
		{ "{decryption: {provider: sops}}",
		  "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: shop}\n", "",
		  false },
		{ "{decryption: {provider: sops}}",
		  "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: shop, annotations: "
		  "{kustomize.toolkit.fluxcd.io/decrypt: disabled}}\nsops: {mac: x}\n",
		  "", true },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].file); i++) {
		struct repository_fixture f;
		repository_test_begin(&f, "");
		repository_test_file(&f, 0, "app/a.yaml", CONFIG);
		repository_test_file(&f, 0, "app/left.yaml", LEFT_ALONE);
		repository_test_file(&f, 0, "app/s.yaml", rows[i].file);
		const struct node *k = kustomization(&f, rows[i].more);
		repository_ask(&f, "build", arguments(&f, k, "main@sha1:1111"));
		CHECK_STR(buf_str(&f.assumed), str_from_cstr(rows[i].assumed));
		CHECK_INT(node_get_lit(rendered(&f, "Secret", "shop", "s"), "sops") != NULL,
			  rows[i].hidden);
		repository_test_end(&f);
	}
}

static void parts_that_are_not_looked_at_are_told(void)
{
	static const struct {
		const char *more, *assumed;
	} rows[] = {
		{ "{healthCheckExprs: []}",
		  "spec.healthCheckExprs of Kustomization/shop/apps is "
		  "not looked at: kinds are judged by their own rules\n" },
		{ "{ignore: []}", "spec.ignore of Kustomization/shop/apps is not looked at: all "
				  "fields are applied\n" },
		{ "{dependsOn: [{name: base, readyExpr: \"true\"}]}",
		  "spec.dependsOn[0].readyExpr of Kustomization/shop/apps is not looked at: a "
		  "dependency counts by its readiness\n" },
		{ "{dependsOn: [{name: base}], wait: true}", "" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].more); i++) {
		struct repository_fixture f;
		repository_test_begin(&f, "");
		repository_test_file(&f, 0, "app/a.yaml", CONFIG);
		const struct node *k = kustomization(&f, rows[i].more);
		repository_ask(&f, "build", arguments(&f, k, "main@sha1:1111"));
		CHECK_STR(buf_str(&f.assumed), str_from_cstr(rows[i].assumed));
		repository_test_end(&f);
	}
}

/* Only the root's objects, of namespaced kinds, without a namespace of their own. */
static void the_root_of_plain_manifests_goes_to_default(void)
{
	static const struct {
		const char *name; /* of the Kustomization in flux-system */
		const char *file, *namespace;
		bool placed;
	} rows[] = {
		{ "flux-system", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
		  "default", true },
		{ "flux-system", "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n", "",
		  false },
		{ "flux-system",
		  "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: x}\n", "x",
		  false },
		{ "flux-system", "apiVersion: example.org/v1\nkind: Thing\nmetadata: {name: a}\n",
		  "", false },
		{ "apps", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n", "", false },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].file); i++) {
		struct repository_fixture f;
		repository_test_begin(&f, "");
		f.repository.plain = f.cluster.schemas;
		repository_test_file(&f, 0, "app/0.yaml", LEFT_ALONE);
		repository_test_file(&f, 0, "app/a.yaml", rows[i].file);
		const struct node *k = node_set(
			f.arena, kustomization(&f, "{}"), "metadata",
			node_make(f.arena, "{name: %c, namespace: flux-system}", rows[i].name));
		repository_ask(&f, "build", arguments(&f, k, "main@sha1:1111"));
		const struct render *render = &f.repository.renders.items[0]->render;
		if (CHECK_INT(render->count, 2))
			CHECK_STR(object_namespace(render->objects[1]),
				  str_from_cstr(rows[i].namespace));
		CHECK_INT(f.assumed.len > 0, rows[i].placed);
		repository_test_end(&f);
	}
}

TESTS({ "a build takes its time", a_build_takes_its_time },
      { "a build that fails says why", a_build_that_fails_says_why },
      { "what cannot be reached is assumed", what_cannot_be_reached_is_assumed },
      { "what is the same is built once", what_is_the_same_is_built_once },
      { "Kustomizations have renders of their own", kustomizations_have_renders_of_their_own },
      { "the source says what is ignored", the_source_says_what_is_ignored },
      { "what SOPS has encrypted is taken as decrypted",
	what_sops_has_encrypted_is_taken_as_decrypted },
      { "ignored fields are reported", parts_that_are_not_looked_at_are_told },
      { "the root of plain manifests goes to default",
	the_root_of_plain_manifests_goes_to_default })
