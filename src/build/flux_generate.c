/* flux_generate - the kustomization that Flux makes for a directory without one */
#include "build/flux_generate.h"

#include "base/arena.h"
#include "build/kustomize.h"
#include "doc/make.h"
#include "doc/nodes.h"
#include "doc/yaml.h"
#include "kube/object.h"

enum { DEPTH_MAX = 64 };

struct walk {
	const struct files *files;
	struct docset *set;
	struct arena *arena;
	struct str root;
	struct nodes resources;
	int depth;
	struct error *err;
};

static bool is_yaml(struct str name)
{
	return str_ends(name, STR(".yaml")) || str_ends(name, STR(".yml"));
}

/* Relative to the directory that the kustomization is for. */
static struct str relative(const struct walk *w, struct str path)
{
	struct str rest = str_strip_prefix(path, w->root);
	return str_strip_prefix(rest, STR("/"));
}

static void add(struct walk *w, struct str path)
{
	struct str entry = str_concat(w->arena, STR("./"), relative(w, path));
	nodes_add(w->arena, &w->resources, node_str(w->arena, entry));
}

/* As Flux says it: the file from the source's root, the line of the fault. */
static int decode_failed(struct walk *w, struct str path)
{
	uint32_t line = docset_place(w->set, w->err->position).line;
	/* go-yaml counts from 0 where its parser, not its scanner, gave up. */
	bool is_parser = str_starts(str_from_cstr(w->err->text), STR("did not find expected"));

	error_wrap(w->err,
		   "failed to decode Kubernetes YAML from %.*s: MalformedYAMLError: yaml: "
		   "line %u",
		   STR_FMT(str_strip_prefix(path, STR("/"))),
		   is_parser && line > 1 ? line - 1 : line);
	return -1;
}

/* Each document must be an object: then the file is one of ours. */
static int check_file(struct walk *w, struct str path)
{
	struct documents documents;
	struct str text;

	if (files_read(w->files, w->arena, path, &text, w->err) < 0 ||
	    yaml_read(w->set, path, text, DIALECT_GO_V3, &documents, w->err) < 0)
		return decode_failed(w, path);
	for (uint32_t i = 0; i < documents.count; i++) {
		const struct node *n = documents.items[i].root;
		if (!n)
			continue;
		if (!object_kind(n).len || !object_api_version(n).len)
			return error_set(w->err, ERROR_INPUT, n->position,
					 "failed to decode Kubernetes YAML from %.*s: missing "
					 "Resource metadata",
					 STR_FMT(str_strip_prefix(path, STR("/"))));
	}
	return 0;
}

static int walk_directory(struct walk *w, struct str directory);

static int walk_entry(struct walk *w, struct str directory, const struct file_entry *entry)
{
	struct str path = str_equal(directory, STR("/"))
				  ? str_concat(w->arena, STR("/"), entry->name)
				  : str_printf(w->arena, "%.*s/%.*s", STR_FMT(directory),
					       STR_FMT(entry->name));

	/* filepath.Walk does not follow links to directories: a link to itself has no end. */
	if (files_kind(w->files, w->arena, path) == FILE_DIRECTORY) {
		if (entry->kind == FILE_LINK)
			return 0;
		if (!kustomize_has_file(w->files, w->arena, path, NULL))
			return walk_directory(w, path);
		add(w, path);
		return 0;
	}
	if (!is_yaml(entry->name))
		return 0;
	if (check_file(w, path) < 0)
		return -1;
	add(w, path);
	return 0;
}

static int walk_directory(struct walk *w, struct str directory)
{
	struct file_list list;

	if (++w->depth > DEPTH_MAX)
		return error_set(w->err, ERROR_INPUT, ERROR_NO_POSITION,
				 "directories are nested deeper than %d levels", DEPTH_MAX);
	if (files_list(w->files, w->arena, directory, &list, w->err) < 0)
		return -1;
	for (uint32_t i = 0; i < list.count; i++)
		if (walk_entry(w, directory, &list.items[i]) < 0)
			return -1;
	w->depth--;
	return 0;
}

const struct node *flux_generate(const struct files *files, struct docset *set,
				 struct str directory, struct error *err)
{
	struct walk w = { .files = files,
			  .set = set,
			  .arena = docset_arena(set),
			  .root = directory,
			  .err = err };

	if (walk_directory(&w, directory) < 0)
		return NULL;
	const struct node *k = node_make(
		w.arena, "{apiVersion: kustomize.config.k8s.io/v1beta1, kind: Kustomization}");
	if (w.resources.count)
		return node_with(w.arena, k, STR("resources"), nodes_list(w.arena, &w.resources));
	/* Nothing there: kustomize refuses an empty file, so it gets something to do. */
	return node_with(w.arena, k, STR("namespace"), node_cstr(w.arena, "_placeholder"));
}
