/* flux_generate - the kustomization that Flux makes for a directory without one */
#include "build/flux_generate.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/sort.h"
#include "build/kustomize.h"
#include "doc/make.h"
#include "doc/nodes.h"
#include "doc/secret.h"
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

/* A file from the source's root. */
static struct str shown(const struct walk *w, struct str path)
{
	struct str root = str_strip_suffix(w->files->root, STR("/"));
	return str_strip_prefix(str_strip_prefix(path, root), STR("/"));
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
		   STR_FMT(shown(w, path)), is_parser && line > 1 ? line - 1 : line);
	return -1;
}

static int compare_keys(const void *a, const void *b, void *context)
{
	(void)context;
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static void add_pairs(struct buf *out, const struct node *map)
{
	SCRATCH(scratch);
	uint32_t count = node_entry_count(map);
	struct str *keys = arena_array(scratch, struct str, count);

	for (uint32_t i = 0; i < count; i++)
		keys[i] = node_text(node_entry(map, i)->key);
	sort_stable(keys, count, sizeof(*keys), compare_keys, NULL);
	buf_add(out, STR(" map["));
	for (uint32_t i = 0; i < count; i++)
		buf_printf(out, "%s%.*s:%.*s", i ? " " : "", STR_FMT(keys[i]),
			   STR_FMT(node_shown(node_get(map, keys[i]))));
	buf_add(out, STR("]"));
}

/* What an object lacks, with the object as Go prints kyaml's ResourceMeta. */
static struct str lacks(struct arena *arena, const char *what, const struct node *n)
{
	struct buf out;

	buf_init(&out, arena);
	buf_printf(&out, "missing %s in object {{%.*s %.*s} {{%.*s %.*s}", what,
		   STR_FMT(object_api_version(n)), STR_FMT(object_kind(n)), STR_FMT(object_name(n)),
		   STR_FMT(object_namespace(n)));
	add_pairs(&out, object_labels(n));
	add_pairs(&out, object_annotations(n));
	buf_add(&out, STR("}}"));
	return buf_str(&out);
}

/* Absent: nothing. Source: kyaml, RNode.GetValidatedMetadata. */
static struct str lack_of(struct arena *arena, const struct node *n)
{
	if (!node_get_lit(n, "apiVersion") && !node_get_lit(n, "kind") &&
	    !node_get_lit(n, "metadata"))
		return STR("missing Resource metadata");
	if (!object_kind(n).len)
		return lacks(arena, "kind", n);
	if (!object_name(n).len && !str_ends(object_kind(n), STR("List")))
		return lacks(arena, "metadata.name", n);
	return STR_NONE;
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
		struct str lack = lack_of(w->arena, n);
		if (lack.ptr)
			return error_set(w->err, ERROR_INPUT, n->position,
					 "failed to decode Kubernetes YAML from %.*s: %.*s",
					 STR_FMT(shown(w, path)), STR_FMT(lack));
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
