/* compose_cluster - what Flux applies to one cluster, from the folder that is its entry */
#include "base/arena.h"
#include "build/compose_inside.h"
#include "build/flux.h"
#include "build/root.h"
#include "build/sops.h"
#include "doc/make.h"

/* What `flux bootstrap` makes. */
static const struct node *assumed_root(struct composer *c, struct str directory)
{
	struct str below = str_strip_prefix(directory, str_strip_suffix(c->files.root, STR("/")));

	return node_make(c->arena,
			 "{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, "
			 "metadata: {name: flux-system, namespace: flux-system}, spec: {interval: "
			 "10m, path: %s, prune: true, sourceRef: {kind: GitRepository, name: "
			 "flux-system}}}",
			 str_concat(c->arena, STR("."), below.len ? below : STR("/")));
}

/* The objects of the entry as Flux builds it from a source that begins at the root of the files. */
static int build_entry(struct composer *c, struct composition *composition, struct str directory,
		       struct object_list *objects)
{
	struct compose_part *entry = &composition->parts.items[0];
	struct flux_fault fault = {};
	struct artifact_filter filter;
	struct files files = c->files;
	struct render render;

	files.drops_links = true;
	artifact_filter_init(&filter, c->arena, &files, STR_NONE);
	files.filter = &filter.filter;
	entry->kustomization = assumed_root(c, directory);
	entry->label = object_label_text(c->arena, entry->kustomization);
	entry->source = STR("GitRepository/flux-system/flux-system");
	entry->warnings = arena_one(c->arena, struct findings);
	findings_init(entry->warnings, c->arena);
	struct flux_input input = { .files = &files,
				    .kustomization = entry->kustomization,
				    .warnings = entry->warnings };
	if (flux_build(&input, c->set, &render, &fault, c->err) < 0)
		return -1;
	for (uint32_t i = 0; i < render.count; i++)
		VEC_PUSH(c->arena, &objects->items, render.objects[i]);
	return 0;
}

static int find_directory(struct composer *c, struct str path, struct str *ret)
{
	if (files_realpath(&c->files, c->arena, path, ret, c->err) < 0)
		return -1;
	if (files_kind(&c->files, c->arena, *ret) == FILE_DIRECTORY)
		return 0;
	error_set(c->err, ERROR_INPUT, ERROR_NO_POSITION,
		  "'%.*s' is no folder: the entry of a cluster is one", STR_FMT(path));
	return error_hint(c->err, "name the folder that Flux is told to apply, like "
				  "clusters/production");
}

/* Real paths, so that nothing leads out of a source. */
static int find_sources(struct composer *c, const struct compose_options *options,
			struct compose_options *ret)
{
	struct compose_source *sources =
		arena_array(c->arena, struct compose_source, options->source_count);

	for (uint32_t i = 0; i < options->source_count; i++) {
		const struct files *own = options->sources[i].files;
		struct files anywhere = own ? *own : c->files;
		anywhere.root = STR_NONE;
		sources[i] = options->sources[i];
		if (files_realpath(&anywhere, c->arena, options->sources[i].path, &sources[i].path,
				   c->err) < 0)
			return -1;
		if (files_kind(&anywhere, c->arena, sources[i].path) != FILE_DIRECTORY)
			return error_set(c->err, ERROR_INPUT, ERROR_NO_POSITION,
					 "'%.*s' is no folder: a source is one",
					 STR_FMT(options->sources[i].path));
	}
	*ret = *options;
	ret->sources = sources;
	return 0;
}

/* Each object of the cluster says which Kustomization it is of. */
static void own_objects(struct composer *c, struct composition *composition)
{
	struct render *render = &composition->render;

	for (uint32_t p = 0; p < composition->parts.count; p++) {
		const struct compose_part *part = &composition->parts.items[p];
		for (uint32_t i = part->first; i < part->first + part->count; i++)
			render->objects[i] = flux_owned(c->arena, c->set, render->objects[i],
							part->kustomization);
	}
}

static int compose_entry(struct composer *c, struct str directory, struct composition *ret)
{
	struct object_list objects = {};

	if (build_entry(c, ret, directory, &objects) < 0)
		return -1;
	struct str root =
		c->has_source ? c->files.root : compose_source_begin(c, directory, &objects);
	if (!str_equal(root, c->files.root)) {
		c->files.root = root;
		objects.items.count = 0;
		if (build_entry(c, ret, directory, &objects) < 0)
			return -1;
	}
	return compose_finish(c, ret, &objects);
}

int compose_cluster(const struct files *files, struct str path,
		    const struct compose_options *options, struct docset *set,
		    struct composition *ret, struct error *err)
{
	struct compose_options given;
	struct sops sops;
	struct composer c = { .files = *files,
			      .has_source = files->root.len > 0,
			      .cluster = &given,
			      .sops = &sops,
			      .set = set,
			      .arena = docset_arena(set),
			      .err = err };
	struct compose_part entry = {};

	sops_init(&sops, set, &options->keys);
	if (!c.files.folders) /* else the caller asks which folders were looked into */
		files_remember(&c.files, c.arena);
	if (!c.has_source && !files->snapshot)
		c.files.root = root_source(files, c.arena, path);
	if (find_directory(&c, path, &entry.directory) < 0 || find_sources(&c, options, &given) < 0)
		return -1;
	*ret = (struct composition){ .path = path };
	VEC_PUSH(c.arena, &ret->parts, entry);
	if (compose_entry(&c, entry.directory, ret) < 0)
		return -1;
	own_objects(&c, ret);
	return 0;
}
