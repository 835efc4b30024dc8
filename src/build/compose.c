/* compose - everything that would be applied from a path: one cluster's objects and origins */
#include "build/compose.h"

#include "base/budget.h"
#include "base/suggest.h"
#include "build/compose_inside.h"
#include "build/kustomize.h"
#include "build/root.h"
#include "build/sops.h"
#include "doc/yaml.h"
#include "kube/secret.h"

/* Files */

static int refuse_document(struct composer *c, const struct node *n)
{
	bool has_kind = object_kind(n).len > 0;

	if (!node_is_map(n))
		return error_set(c->err, ERROR_INPUT, n->position,
				 "a document is no Kubernetes object: it must be a map");
	error_set(c->err, ERROR_INPUT, n->position,
		  "a document is no Kubernetes object: it has no %s",
		  has_kind ? "apiVersion" : "kind");
	return error_hint(c->err, "an object begins with apiVersion, kind and metadata");
}

/* Ours, and the files of kustomize: read by programs, never applied. */
static bool is_applied(const struct node *n)
{
	struct str group = object_gvk(n).group;
	return !str_equal(group, STR("kustomize.config.k8s.io")) &&
	       !str_equal(group, STR("forge.dev"));
}

static void add_one(struct composer *c, const struct node *n, struct object_list *objects)
{
	n = secret_marked(c->arena, n);
	secret_hide(c->set, n);
	VEC_PUSH(c->arena, &objects->items, n);
}

static void add_object(struct composer *c, const struct node *n, struct object_list *objects)
{
	const struct node *items = node_get(n, STR("items"));

	if (!str_ends(object_kind(n), STR("List")) || !node_is_list(items)) {
		if (is_applied(n))
			add_one(c, n, objects);
		return;
	}
	for (uint32_t i = 0; i < node_item_count(items); i++)
		add_one(c, node_item(items, i), objects);
}

/* Other files have YAML, too; but with metadata and one of kind and apiVersion it is a mistake. */
static bool is_meant_as_object(const struct node *n)
{
	return node_is_map(node_get(n, STR("metadata"))) &&
	       (object_kind(n).len || object_api_version(n).len);
}

int compose_read_file(struct composer *c, struct str path, bool strict, struct object_list *objects)
{
	const struct node *refused = NULL;
	struct documents documents;
	struct str text;

	budget_subject(path);
	if (budget_check(c->err) < 0 || files_read(&c->files, c->arena, path, &text, c->err) < 0 ||
	    yaml_read(c->set, path, text, DIALECT_GO_V3, &documents, c->err) < 0)
		return -1;
	for (uint32_t i = 0; i < documents.count; i++) {
		const struct node *n = documents.items[i].root;
		if (!n || (n->kind == NODE_SCALAR && node_is_null(n)))
			continue;
		bool is_object = object_kind(n).len && object_api_version(n).len;
		if (!is_object) {
			if (!refused && (strict || is_meant_as_object(n)))
				refused = n;
			continue;
		}
		if (yaml_merge_keys(c->arena, n, &n, c->err) < 0)
			return -1;
		add_object(c, n, objects);
	}
	return refused ? refuse_document(c, refused) : 0;
}

/* Parts */

/* Each object of the render is of one part, and parts follow each other. */
static void check_parts(const struct composition *composition)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < composition->parts.count; i++) {
		assert(composition->parts.items[i].first == count);
		count += composition->parts.items[i].count;
	}
	assert(count == composition->render.count);
}

int compose_finish(struct composer *c, struct composition *composition, struct object_list *objects)
{
	struct str directory = composition->parts.items[0].directory, root = c->files.root;
	struct follow f;

	composition->parts.items[0].count = objects->items.count;
	if (!c->has_source && directory.ptr)
		c->files.root = compose_source_begin(c, directory, objects);
	compose_follow_init(&f, c, composition, objects);
	compose_enter(&f);
	int result = compose_follow(&f);
	c->files.root = root;
	if (result < 0)
		return -1;
	composition->render = (struct render){ .arena = c->arena,
					       .set = c->set,
					       .objects = objects->items.items,
					       .count = objects->items.count };
	check_parts(composition);
	return 0;
}

static struct composition *start(struct composer *c, struct compositions *all, struct str path,
				 struct str directory)
{
	struct composition composition = { .path = path };
	struct compose_part part = { .label = path, .directory = directory };

	VEC_PUSH(c->arena, &composition.parts, part);
	VEC_PUSH(c->arena, &all->items, composition);
	return &all->items.items[all->items.count - 1];
}

static int compose_kustomization(struct composer *c, struct str path, struct compositions *all)
{
	struct kustomize_options options = { .load_restrictions_none = true };
	struct object_list objects = {};
	struct render render;
	struct str real;

	if (files_realpath(&c->files, c->arena, path, &real, c->err) < 0 ||
	    kustomize_build(&c->files, path, &options, c->set, &render, c->err) < 0)
		return -1;
	for (uint32_t i = 0; i < render.count; i++)
		VEC_PUSH(c->arena, &objects.items, render.objects[i]);
	return compose_finish(c, start(c, all, path, real), &objects);
}

/* Keeps the error of a part of a folder as a fault: the rest is composed. */
static void keep_fault(struct composer *c, struct composition *composition, struct str path)
{
	struct compose_fault fault = {
		.path = path,
		.reason = FLUX_BUILD_FAILED,
		.message = str_copy(c->arena, str_from_cstr(c->err->text)),
		.hint = str_copy(c->arena, str_from_cstr(c->err->hint)),
		.position = c->err->position,
	};
	VEC_PUSH(c->arena, &composition->faults, fault);
}

static int compose_files(struct composer *c, struct str path, struct str directory,
			 const struct plain_files *files, struct compositions *all)
{
	struct composition *composition = start(c, all, path, directory);
	struct object_list objects = {};

	for (uint32_t i = 0; i < files->paths.count; i++)
		if (compose_read_file(c, files->paths.items[i], /* strict= */ false, &objects) < 0)
			keep_fault(c, composition, files->paths.items[i]);
	if (!objects.items.count && !composition->faults.count) {
		all->items.count--;
		return 0;
	}
	return compose_finish(c, composition, &objects);
}

/* Whether a composition builds a directory by a Flux Kustomization. */
static bool builds(const struct composition *x, struct str directory)
{
	for (uint32_t p = 0; p < x->parts.count; p++) {
		const struct compose_part *part = &x->parts.items[p];
		if (part->kustomization && part->state != COMPOSE_FAILED &&
		    compose_is_at_or_below(directory, part->directory))
			return true;
	}
	return false;
}

/* What another composition builds needs none of its own. Of two that build each other, the last
 * one stays. */
static void drop_built(struct compositions *all)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < all->items.count; i++) {
		struct composition *x = &all->items.items[i];
		bool is_built = false;
		for (uint32_t k = 0; k < all->items.count && !is_built; k++)
			if (k != i && (k < kept || k > i))
				is_built =
					builds(&all->items.items[k], x->parts.items[0].directory);
		if (!is_built)
			all->items.items[kept++] = *x;
	}
	all->items.count = kept;
}

static void drop_built_files(const struct compositions *all, struct plain_files *files)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < files->paths.count; i++) {
		struct str directory = compose_parent(files->paths.items[i]);
		bool is_built = false;
		for (uint32_t k = 0; k < all->items.count && !is_built; k++)
			is_built = builds(&all->items.items[k], directory);
		if (!is_built)
			files->paths.items[kept++] = files->paths.items[i];
	}
	files->paths.count = kept;
}

static int compose_folder(struct composer *c, struct str path, struct compositions *all)
{
	struct compose_roots roots = {};
	struct str real;

	if (files_realpath(&c->files, c->arena, path, &real, c->err) < 0 ||
	    compose_find_roots(c, real, &roots) < 0)
		return -1;
	if (!roots.kustomizations.count && !map_size(&roots.plain)) {
		error_set(c->err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' holds no YAML file",
			  STR_FMT(path));
		return error_hint(c->err, "name a folder with manifests or a kustomization");
	}
	for (uint32_t i = 0; i < roots.kustomizations.count; i++) {
		struct str directory = roots.kustomizations.items[i];
		struct object_list none = {};
		if (compose_kustomization(c, directory, all) == 0)
			continue;
		struct composition *composition = start(c, all, directory, directory);
		keep_fault(c, composition, directory);
		if (compose_finish(c, composition, &none) < 0)
			return -1;
	}
	for (uint32_t i = 0; i < roots.plain.count; i++) {
		struct str cluster = roots.plain.entries[i].key;
		if (cluster.len &&
		    compose_files(c, cluster, cluster, roots.plain.entries[i].value, all) < 0)
			return -1;
	}
	/* Those that are in no cluster come last: the Kustomizations of clusters build some. */
	struct plain_files *plain = map_get(&roots.plain, STR(""));
	if (plain) {
		drop_built_files(all, plain);
		if (plain->paths.count && compose_files(c, path, real, plain, all) < 0)
			return -1;
	}
	drop_built(all);
	return 0;
}

/* Paths */

static int refuse_absent(struct composer *c, struct str path)
{
	struct str parent = compose_parent(path);
	struct str name = path;
	struct file_list list;
	struct error ignored;

	if (str_find_char(path, '/') >= 0)
		name = str_from(path, (size_t)str_find_last_char(path, '/') + 1);
	else
		parent = STR(".");
	error_set(c->err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' does not exist", STR_FMT(path));
	if (files_list(&c->files, c->arena, parent, &list, &ignored) < 0)
		return error_hint(c->err, "there is no '%.*s' either", STR_FMT(parent));
	struct suggest suggest = suggest_start(name);
	for (uint32_t i = 0; i < list.count; i++)
		suggest_offer(&suggest, list.items[i].name);
	if (suggest.best.ptr)
		return error_hint(c->err, "did you mean '%.*s'?", STR_FMT(suggest.best));
	return error_hint(c->err, "name a file, a folder, or a kustomization");
}

/* Input such as a pipe at /dev/stdin lies in no folder. */
static int compose_handed(struct composer *c, struct str path, struct compositions *all)
{
	struct object_list objects = {};
	struct str root = c->files.root;

	c->files.root = STR_NONE;
	int result = compose_read_file(c, path, /* strict= */ true, &objects);
	c->files.root = root;
	return result < 0 ? -1 : compose_finish(c, start(c, all, path, STR_NONE), &objects);
}

static int compose_file(struct composer *c, struct str path, struct compositions *all)
{
	struct object_list objects = {};
	struct str real;

	if (files_realpath(&c->files, c->arena, path, &real, c->err) < 0 ||
	    compose_read_file(c, path, /* strict= */ true, &objects) < 0)
		return -1;
	if (!c->has_source)
		c->files.root = compose_source_begin(c, real, &objects);
	return compose_finish(c, start(c, all, path, STR_NONE), &objects);
}

static int compose_kind(struct composer *c, enum file_kind kind, struct str path,
			struct compositions *all)
{
	if (kind == FILE_DIRECTORY && kustomize_has_file(&c->files, c->arena, path, NULL))
		return compose_kustomization(c, path, all);
	if (kind == FILE_DIRECTORY)
		return compose_folder(c, path, all);
	return kind == FILE_REGULAR ? compose_file(c, path, all) : compose_handed(c, path, all);
}

int compose(const struct files *files, struct str path, const struct compose_options *options,
	    struct docset *set, struct compositions *ret, struct error *err)
{
	struct sops sops;
	struct composer c = { .files = *files,
			      .has_source = files->root.len > 0,
			      .set = set,
			      .arena = docset_arena(set),
			      .assumes_decrypted = options->assumes_decrypted,
			      .err = err };
	enum file_kind kind = files_kind(files, c.arena, path);

	sops_init(&sops, set, &options->keys);
	if (options->keys.count)
		c.sops = &sops;
	files_remember(&c.files, c.arena);
	if (kind == FILE_ABSENT)
		return refuse_absent(&c, path);
	if (!c.has_source && !files->snapshot) {
		c.files.root = root_source(files, c.arena, path);
		c.files.bases_leave = !root_repository(files, c.arena, path).ptr;
	}
	if (compose_kind(&c, kind, path, ret) < 0)
		return -1;
	compose_split_clusters(&c, ret);
	return 0;
}
