/* compose_cluster_test - in which order and from which source the parts of a cluster are built */
#include "base/arena.h"
#include "base/test.h"
#include "build/compose.h"
#include "world/files.h"
#include "world/snapshot.h"

#define HEAD(kind, name) "kind: " kind "\nmetadata: {name: " name ", namespace: flux-system}\n"
#define FLUX(name, more)                                                                           \
	"apiVersion: kustomize.toolkit.fluxcd.io/v1\n" HEAD(                                       \
		"Kustomization",                                                                   \
		name) "spec: {path: ./" name                                                       \
		      ", sourceRef: {kind: GitRepository, name: flux-system}" more "}\n---\n"
#define FROM(name)  ", postBuild: {substituteFrom: [{kind: " name "}]}"
#define AFTER(name) ", dependsOn: [{name: " name "}]"

static void put(struct snapshot *s, const char *path, const char *text)
{
	snapshot_put(s, (struct snapshot_file){ .path = str_from_cstr(path),
						.bytes = str_from_cstr(text) });
}

/* Folders a to d; b makes the ConfigMap values, c a SealedSecret keys, and d uses ${KEY:-none}. */
static struct snapshot repository(struct arena *arena, const char *entry)
{
	struct snapshot s;

	snapshot_init(&s, arena);
	put(&s, "clusters/x/all.yaml", entry);
	put(&s, "a/a.yaml", "apiVersion: v1\n" HEAD("ConfigMap", "a"));
	put(&s, "b/b.yaml", "apiVersion: v1\n" HEAD("ConfigMap", "values") "data: {KEY: v}\n");
	put(&s, "c/c.yaml",
	    "apiVersion: bitnami.com/v1alpha1\n" HEAD("SealedSecret",
						      "keys") "spec: {encryptedData: {KEY: s}}\n");
	put(&s, "d/d.yaml",
	    "apiVersion: v1\n" HEAD("ConfigMap", "d") "data: {key: \"${KEY:-none}\"}\n");
	return s;
}

/* "a b c!": the names of the parts behind the entry in order, and a mark for their states. */
static struct str order_of(struct arena *arena, const char *entry)
{
	static const char marks[] = {
		[COMPOSE_APPLIED] = ' ',   [COMPOSE_SUSPENDED] = 's', [COMPOSE_WAITING] = 'w',
		[COMPOSE_ELSEWHERE] = 'e', [COMPOSE_NO_SOURCE] = 'n', [COMPOSE_FAILED] = 'f'
	};
	struct snapshot s = repository(arena, entry);
	struct files files = { .snapshot = &s };
	struct compose_options options = {};
	struct composition x;
	struct str text = STR("");
	struct error err;

	if (compose_cluster(&files, STR("/clusters/x"), &options, docset_new(arena), &x, &err) < 0)
		return str_copy(arena, str_from_cstr(err.text));
	for (uint32_t i = 1; i < x.parts.count; i++)
		text = str_printf(arena, "%.*s%.*s%c", STR_FMT(text),
				  STR_FMT(object_name(x.parts.items[i].kustomization)),
				  marks[x.parts.items[i].state]);
	return text;
}

static void parts_come_behind_what_they_need(void)
{
	static const struct {
		const char *entry, *want;
	} rows[] = {
		{ FLUX("a", "") FLUX("b", ""), "a b " },
		{ FLUX("a", AFTER("b")) FLUX("b", AFTER("c")) FLUX("c", ""), "c b a " },
		{ FLUX("d", FROM("ConfigMap, name: values")) FLUX("b", ""), "b d " },
		{ FLUX("d", FROM("Secret, name: keys")) FLUX("c", ""), "c d " },
		{ FLUX("d", FROM("Secret, name: none")) FLUX("c", AFTER("d")), "dfcw" },
		{ FLUX("d", FROM("Secret, name: none, optional: true")) FLUX("a", ""), "a d " },
		{ FLUX("a", AFTER("z")) FLUX("b", AFTER("a")) FLUX("c", ""), "c awbw" },
		{ FLUX("a", AFTER("b")) FLUX("b", AFTER("a")) FLUX("c", AFTER("z")), "cwawbw" },
		{ FLUX("a", AFTER("a")), "aw" },
		{ FLUX("a", ", suspend: true") FLUX("b", AFTER("a")), "asb " },
		{ FLUX("b", ", suspend: true") FLUX("d", FROM("ConfigMap, name: values")), "bsdf" },
		{ FLUX("a", ", kubeConfig: {secretRef: {name: k}}"), "ae" },
		{ FLUX("none", "") FLUX("a", AFTER("none")), "nonefaw" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].entry); i++) {
		SCRATCH(arena);
		CHECK_STR(order_of(arena, rows[i].entry), str_from_cstr(rows[i].want));
	}
}

/* What says that it is applied carries the labels of its Kustomization. */
static void objects_say_whose_they_are(void)
{
	SCRATCH(arena);
	struct snapshot s = repository(arena, FLUX("a", ""));
	struct files files = { .snapshot = &s };
	struct compose_options options = {};
	struct docset *set = docset_new(arena);
	struct composition x;
	struct error err;

	CHECK_INT(compose_cluster(&files, STR("/clusters/x"), &options, set, &x, &err), 0);
	if (!CHECK_INT(x.render.count, 2))
		return;
	const struct node *label =
		node_at(x.render.objects[1], "metadata.labels[kustomize.toolkit.fluxcd.io/name]");
	CHECK_TEXT(node_text(label), "a");
	CHECK_TEXT(docset_place(set, label->position).path, "/clusters/x/all.yaml");
	/* The entry is built by a Kustomization that no file has. */
	label = node_at(x.render.objects[0], "metadata.labels[kustomize.toolkit.fluxcd.io/name]");
	CHECK_TEXT(node_text(label), "flux-system");
	CHECK_INT(label->position, 0);
}

TESTS({ "parts come behind what they need", parts_come_behind_what_they_need },
      { "objects say whose they are", objects_say_whose_they_are })
