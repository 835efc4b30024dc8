/* layer - one directory's kustomization at work */
#include "build/kustomize/layer.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file_path.h"
#include "doc/make.h"
#include "doc/yaml.h"
#include "kube/secret.h"
#include "source/remote_url.h"
#include "source/remotes.h"

/* Sub-directories */

static int refuse_cycle(struct builder *b, struct str directory)
{
	for (int i = 0; i < b->depth; i++) {
		if (!str_equal(b->chain[i], directory))
			continue;
		builder_fail(b, NULL,
			     "cycle detected: candidate root '%.*s' contains visited root '%.*s'",
			     STR_FMT(builder_shown(b, directory)),
			     STR_FMT(builder_shown(b, b->chain[i])));
		return error_hint(b->err, "a base must not lead back to itself; remove one entry");
	}
	return 0;
}

static int merge_layers(struct layer *l, const struct layer *from, const struct node *entry)
{
	if (!specs_merge(&l->specs, &from->specs))
		return builder_fail(l->b, entry, "conflicting fieldspecs");
	for (uint32_t i = 0; i < from->variables.count; i++)
		VEC_PUSH(l->arena, &l->variables, from->variables.items[i]);
	return 0;
}

/* The layer of a directory, in the files that the builder reads now. */
static int enter(struct layer *l, enum origin_kind kind, const struct node *entry, struct str full,
		 struct layer *ret)
{
	struct builder *b = l->b;

	*ret = (struct layer){ .b = b,
			       .arena = l->arena,
			       .via = builder_step(b, kind, entry, NULL) };
	if (files_realpath(b->files, l->arena, full, &ret->directory, b->err) < 0)
		return -1;
	return refuse_cycle(b, ret->directory);
}

/* A repeated variable is an error, also when two bases bring it. */
static int check_variables(struct layer *l)
{
	for (uint32_t i = 0; i < l->variables.count; i++)
		for (uint32_t x = 0; x < i; x++)
			if (str_equal(l->variables.items[i].name, l->variables.items[x].name) &&
			    l->variables.items[i].node != l->variables.items[x].node)
				return builder_fail(l->b, l->variables.items[i].node,
						    "var '%.*s' already encountered",
						    STR_FMT(l->variables.items[i].name));
	return 0;
}

/* Enters a directory and builds it: a local one, or that of a remote base. */
static int build_directory(struct layer *l, const struct node *entry,
			   const struct remote_base *base, struct layer *ret)
{
	struct builder *b = l->b;
	struct builder_files outer = builder_enter_files(b, base);
	struct str full =
		base ? base->directory : builder_join(l->arena, l->directory, node_text(entry));
	int result = enter(l, ORIGIN_BASE, entry, full, ret);

	if (result == 0)
		result = layer_build(ret, /* as_component= */ false);
	builder_leave_files(b, outer);
	return result;
}

static int add_directory(struct layer *l, const struct node *entry, const struct remote_base *base)
{
	struct layer sub;

	if (build_directory(l, entry, base, &sub) < 0)
		return -1;
	if (str_equal(node_str_at(sub.file, "kind"), STR("Component")))
		return builder_fail(l->b, entry, "expected kind != 'Component' for path '%.*s'",
				    STR_FMT(layer_shown(l, entry)));
	if (merge_layers(l, &sub, entry) < 0)
		return -1;
	for (uint32_t i = 0; i < sub.map.items.count; i++)
		if (resmap_append(l->b, &l->map, sub.map.items.items[i]) < 0)
			return error_wrap(l->b->err, "merging resources from '%.*s'",
					  STR_FMT(layer_shown(l, entry)));
	return check_variables(l);
}

static int add_text(struct layer *l, const struct node *entry, struct str path, struct str text)
{
	struct resmap map = { .arena = l->arena };

	if (resmap_read(l->b, path, text, &map) < 0)
		return -1;
	uint32_t step = builder_step(l->b, ORIGIN_RESOURCE, entry, NULL);
	for (uint32_t i = 0; i < map.items.count; i++) {
		struct resource *r = map.items.items[i];
		r->node = node_with_step(l->arena, r->node, step);
		r->layer = l->number;
		if (resmap_append(l->b, &l->map, r) < 0)
			return -1;
	}
	return 0;
}

static int add_file(struct layer *l, const struct node *entry)
{
	struct str text, path;

	if (builder_load_file(l->b, l->directory, node_text(entry), &text, &path) < 0)
		return -1;
	return add_text(l, entry, path, text);
}

/* The first folder of a path that is not there, or the path itself, as messages show it. */
static struct str first_absent(const struct layer *l, struct str path)
{
	struct str at = path;
	ptrdiff_t slash;

	while ((slash = str_find_last_char(at, '/')) > 0) {
		struct str parent = str_sub(at, 0, (size_t)slash);
		if (parent.len <= l->directory.len ||
		    files_kind(l->b->files, l->arena, parent) != FILE_ABSENT)
			break;
		at = parent;
	}
	return builder_shown(l->b, at);
}

/* In kustomize's words, and where a person must look. */
static int refuse_outside_clone(struct layer *l, const struct node *entry, struct str full)
{
	struct builder *b = l->b;

	builder_fail(b, entry,
		     "security; bases in kustomizations found in cloned git repos must be within "
		     "the repo, but base '%.*s' is outside '%.*s'",
		     STR_FMT(full), STR_FMT(b->files->label));
	return error_hint(b->err, "what a remote base reads lies in its repository");
}

static int refuse_missing(struct layer *l, const struct node *entry)
{
	struct str path = node_text(entry);
	struct str full = builder_join(l->arena, l->directory, path);

	if (builder_leads_out(l->b, entry, full))
		return l->b->files->label.ptr ? refuse_outside_clone(l, entry, full) : -1;
	full = builder_shown(l->b, full);
	if (remote_url_is_meant(path))
		return layer_refuse_url(l, entry);
	return builder_fail(
		l->b, entry,
		"accumulating resources: accumulation err='accumulating resources from "
		"'%.*s': open %.*s: no such file or directory': must build at directory: "
		"not a valid directory: evalsymlink failure on '%.*s' : lstat %.*s: no "
		"such file or directory",
		STR_FMT(path), STR_FMT(full), STR_FMT(full), STR_FMT(full));
}

/* As kustomize says it: it tries a file as a directory, too. */
static int refuse_file(struct layer *l, const struct node *entry, struct str full)
{
	struct error *err = l->b->err;

	if (!err->position)
		err->position = entry->position;
	error_wrap(err, "accumulating resources: accumulation err='merging resources from '%.*s'",
		   STR_FMT(node_text(entry)));
	return error_append(err, "': must build at directory: '%.*s': file is not directory",
			    STR_FMT(builder_shown(l->b, full)));
}

/* What a person follows to the error: the entry that led there. */
static int came_by(struct layer *l, const struct node *entry)
{
	struct error *err = l->b->err;

	if (!err->position)
		err->position = entry->position;
	return error_via(err, entry->position);
}

static int add_remote(struct layer *l, const struct node *entry)
{
	struct remote_base base;
	int result = layer_open_remote(l, entry, /* is_folder= */ false, &base);

	if (result == 0 && base.text.ptr)
		result = add_text(l, entry, base.shown, base.text);
	else if (result == 0)
		result = add_directory(l, entry, &base);
	if (result == 0)
		return 0;
	came_by(l, entry);
	return error_wrap(l->b->err, "accumulating resources from '%.*s'",
			  STR_FMT(layer_shown(l, entry)));
}

static int add_resource(struct layer *l, const struct node *entry)
{
	struct str full = builder_join(l->arena, l->directory, node_text(entry));
	enum file_kind kind = files_kind(l->b->files, l->arena, full);

	if (kind != FILE_REGULAR && layer_is_remote(l, entry))
		return add_remote(l, entry);
	switch (kind) {
	case FILE_REGULAR:
		if (add_file(l, entry) == 0)
			return 0;
		refuse_file(l, entry, full);
		return came_by(l, entry);
	case FILE_DIRECTORY:
		if (add_directory(l, entry, NULL) == 0)
			return 0;
		came_by(l, entry);
		return error_wrap(l->b->err, "accumulating resources from '%.*s'",
				  STR_FMT(node_text(entry)));
	case FILE_ABSENT:
	case FILE_LINK:
	case FILE_OTHER:
		break;
	}
	return refuse_missing(l, entry);
}

static int add_resources(struct layer *l)
{
	const struct node *list = node_get(l->file, STR("resources"));

	for (uint32_t i = 0; i < node_item_count(list); i++)
		if (builder_go_on(l->b, node_item(list, i)) < 0 ||
		    add_resource(l, node_item(list, i)) < 0)
			return -1;
	return 0;
}

/* A component that is no directory: kustomize quotes what its loader says. */
static int refuse_component(struct layer *l, const struct node *entry)
{
	struct str full = builder_join(l->arena, l->directory, node_text(entry));

	if (builder_leads_out(l->b, entry, full))
		return error_wrap(l->b->err, "accumulating components");
	full = file_path_without_steps(l->arena, full);
	struct str shown = builder_shown(l->b, full);
	if (files_kind(l->b->files, l->arena, full) == FILE_ABSENT)
		return builder_fail(
			l->b, entry,
			"accumulating components: loader.New \"must build at directory: not a "
			"valid "
			"directory: evalsymlink failure on '%.*s' : lstat %.*s: no such file or "
			"directory\"",
			STR_FMT(shown), STR_FMT(first_absent(l, full)));
	return builder_fail(l->b, entry,
			    "accumulating components: loader.New \"must build at directory: "
			    "'%.*s': file is not directory\"",
			    STR_FMT(shown));
}

/* What a component leaves is added object by object: two with one id are refused, whatever comes
 * later. Source: kustomize, kusttarget.go, accumulateDirectory. */
static int merge_component(struct layer *l, const struct layer *component)
{
	l->map = (struct resmap){ .arena = l->arena };
	resmap_index(&l->map);
	for (uint32_t i = 0; i < component->map.items.count; i++)
		if (resmap_append(l->b, &l->map, component->map.items.items[i]) < 0)
			return -1;
	return 0;
}

static int build_component(struct layer *l, const struct node *entry,
			   const struct remote_base *base, struct layer *sub)
{
	struct str full =
		base ? base->directory : builder_join(l->arena, l->directory, node_text(entry));

	if (enter(l, ORIGIN_COMPONENT, entry, full, sub) < 0)
		return error_wrap(l->b->err, "accumulating components: accumulateDirectory");
	sub->map = l->map;
	sub->specs = l->specs;
	sub->variables.items = l->variables.items;
	sub->variables.count = sub->variables.capacity = l->variables.count;
	if (layer_build(sub, /* as_component= */ true) < 0)
		return error_wrap(l->b->err, "accumulating components from '%.*s'",
				  STR_FMT(layer_shown(l, entry)));
	return 0;
}

/* Where the component is: opens a remote one, *ret_is_remote tells. */
static int find_component(struct layer *l, const struct node *entry, bool *ret_is_remote,
			  struct remote_base *ret)
{
	struct str full = builder_join(l->arena, l->directory, node_text(entry));

	*ret_is_remote = layer_is_remote(l, entry);
	if (*ret_is_remote && layer_open_remote(l, entry, /* is_folder= */ true, ret) < 0)
		return error_wrap(l->b->err, "accumulating components");
	if (!*ret_is_remote && files_kind(l->b->files, l->arena, full) != FILE_DIRECTORY)
		return refuse_component(l, entry);
	return 0;
}

/* A component works on what its parent has gathered so far. */
static int add_component(struct layer *l, const struct node *entry)
{
	struct remote_base base;
	struct layer sub;
	bool is_remote;

	if (find_component(l, entry, &is_remote, &base) < 0)
		return came_by(l, entry);
	struct builder_files outer = builder_enter_files(l->b, is_remote ? &base : NULL);
	int result = build_component(l, entry, is_remote ? &base : NULL, &sub);
	builder_leave_files(l->b, outer);
	if (result < 0)
		return came_by(l, entry);
	if (!str_equal(node_str_at(sub.file, "kind"), STR("Component")))
		return builder_fail(l->b, entry,
				    "expected kind 'Component' for path '%.*s' but got "
				    "'Kustomization'",
				    STR_FMT(layer_shown(l, entry)));
	if (merge_component(l, &sub) < 0)
		return error_wrap(l->b->err,
				  "accumulating components: accumulateDirectory: recursed merging "
				  "from path '%.*s'",
				  STR_FMT(builder_shown(l->b, sub.directory)));
	/* Merged into nothing: special specs now hide general ones, also for this layer. */
	l->specs = (struct specs){ .arena = l->arena };
	if (!specs_merge(&l->specs, &sub.specs))
		return builder_fail(l->b, entry, "conflicting fieldspecs");
	l->variables.items = sub.variables.items;
	l->variables.count = l->variables.capacity = sub.variables.count;
	return check_variables(l);
}

static int add_components(struct layer *l)
{
	const struct node *list = node_get(l->file, STR("components"));

	for (uint32_t i = 0; i < node_item_count(list); i++)
		if (builder_go_on(l->b, node_item(list, i)) < 0 ||
		    add_component(l, node_item(list, i)) < 0)
			return -1;
	return 0;
}

static int refuse_excess(struct builder *b)
{
	if (b->depth == KUSTOMIZE_DEPTH_MAX)
		return builder_fail(b, NULL, "kustomizations are nested deeper than %d levels",
				    KUSTOMIZE_DEPTH_MAX);
	if (++b->layer_count <= KUSTOMIZE_LAYERS_MAX)
		return 0;
	builder_fail(b, NULL, "more than %d kustomizations are built, each as often as it is named",
		     KUSTOMIZE_LAYERS_MAX);
	return error_hint(b->err, "bases that are named twice on every level multiply");
}

int layer_build(struct layer *l, bool as_component)
{
	struct builder *b = l->b;
	uint32_t outer = b->via;

	if (refuse_excess(b) < 0)
		return -1;
	l->number = b->layer_count;
	b->chain[b->depth++] = l->directory;
	b->via = l->via;
	l->map.arena = l->arena;
	resmap_index(&l->map);
	if (!as_component)
		l->specs = (struct specs){ .arena = l->arena };
	if (layer_read_file(l) < 0)
		return -1;
	if (b->depth == 1)
		b->records = node_item_count(node_get(l->file, STR("buildMetadata"))) > 0;
	if (layer_openapi(l) < 0 || add_resources(l) < 0 || layer_configure(l) < 0 ||
	    layer_generate(l) < 0 || layer_plugins(l, "generators", /* generators= */ true) < 0 ||
	    add_components(l) < 0 || layer_transform(l) < 0 || layer_validate(l) < 0 ||
	    layer_collect_variables(l) < 0)
		return -1;
	b->depth--;
	b->via = outer;
	return check_variables(l);
}
