/* kustomize - from a directory with a kustomization to a render */
#include "build/kustomize.h"

#include "base/arena.h"
#include "base/budget.h"
#include "base/buf.h"
#include "build/kustomize/finish.h"
#include "build/kustomize/layer.h"
#include "build/kustomize/patch_warn.h"
#include "doc/make.h"
#include "kube/secret.h"

static bool is_local_config(const struct resource *r)
{
	const struct node *n =
		node_get(object_annotations(r->node), STR("config.kubernetes.io/local-config"));
	return n && !str_equal(node_text(n), STR("false"));
}

/* kustomize drops them by their ids, so one that has the id of another object stays. */
static void drop_local_config(struct layer *l)
{
	struct map others;
	uint32_t kept = 0;

	map_init(&others, l->arena);
	for (uint32_t i = 0; i < l->map.items.count; i++)
		if (!is_local_config(l->map.items.items[i]))
			kept++;
	if (kept == l->map.items.count)
		return;
	for (uint32_t i = 0; i < l->map.items.count; i++)
		if (!is_local_config(l->map.items.items[i]))
			map_put(&others, resource_text(l->arena, l->map.items.items[i]), l);
	kept = 0;
	for (uint32_t i = 0; i < l->map.items.count; i++)
		if (map_get(&others, resource_text(l->arena, l->map.items.items[i])))
			l->map.items.items[kept++] = l->map.items.items[i];
	l->map.items.count = kept;
}

static bool is_internal(struct str key)
{
	return str_starts(key, STR("internal.config.kubernetes.io/")) ||
	       str_equal(key, STR("config.kubernetes.io/path")) ||
	       str_equal(key, STR("config.kubernetes.io/index")) ||
	       str_equal(key, STR("config.k8s.io/id"));
}

/* Without annotations that only kustomize itself reads; the others become texts. */
static const struct node *strip(struct arena *arena, const struct node *object)
{
	const struct node *annotations = node_at(object, "metadata.annotations");
	const struct node *kept = annotations;

	for (uint32_t i = 0; i < node_entry_count(annotations); i++) {
		struct str key = node_text(node_entry(annotations, i)->key);
		if (is_internal(key))
			kept = node_without(arena, kept, key);
	}
	kept = node_entry_count(kept) ? resource_texts(arena, kept) : NULL;
	if (kept != annotations)
		object = node_set(arena, object, "metadata.annotations", kept);
	/* A list without items may have none; kustomize has made one to keep annotations in. */
	if (!node_get(object, STR("metadata")))
		object = node_with(arena, object, STR("metadata"), node_empty_map());
	return object;
}

/* The version whose output this is. */
static int label_managed(struct layer *l)
{
	struct field_specs specs = {};
	const struct node *wanted = finish_wants(l, "managedByLabel");

	if (!wanted && l->b->options->managed_by_label)
		wanted = l->file;
	if (!wanted)
		return 0;
	const struct node *map =
		node_make(l->arena, "{%s: %n}", STR("app.kubernetes.io/managed-by"),
			  builder_text(l->b, STR("kustomize-v5.7.1"), wanted));
	VEC_PUSH(l->arena, &specs.items,
		 (struct field_spec){ STR(""), STR(""), STR(""), STR("metadata/labels"), true });
	return layer_set_map(l, map, ORIGIN_LABEL, &specs);
}

static int finish(struct layer *l)
{
	finish_hashes(l);
	if (finish_references(l) < 0 || finish_variables(l) < 0)
		return -1;
	drop_local_config(l);
	if (l->b->warnings)
		finish_unfollowed(l);
	if (finish_order(l) < 0 || label_managed(l) < 0)
		return -1;
	finish_origins(l);
	for (uint32_t i = 0; i < l->map.items.count; i++) {
		struct resource *r = l->map.items.items[i];
		r->node = strip(l->arena, r->node);
	}
	return 0;
}

static int build(const struct files *files, struct str path,
		 const struct kustomize_options *options, struct docset *set, struct render *ret,
		 struct error *err)
{
	struct arena *arena = docset_arena(set);
	struct files reach;
	struct builder b;
	struct layer layer = { .b = &b, .arena = arena, .via = options->via };

	builder_init(&b, files, &reach, options, set, err);
	if (files_kind(files, arena, path) == FILE_ABSENT)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' does not exist",
				 STR_FMT(builder_shown(&b, path)));
	if (files_kind(files, arena, path) != FILE_DIRECTORY)
		return error_set(
			err, ERROR_INPUT, ERROR_NO_POSITION,
			"'%.*s' is no directory: a kustomization is built from a directory",
			STR_FMT(builder_shown(&b, path)));
	if (files_realpath(files, arena, path, &layer.directory, err) < 0)
		return -1;
	if (layer_build(&layer, /* as_component= */ false) < 0 || finish(&layer) < 0)
		return -1;
	patch_warn_later(&b, &layer.map);
	assert(b.depth == 0); /* each layer that was entered was left */
	*ret = (struct render){ .arena = arena, .set = set, .count = layer.map.items.count };
	ret->objects = arena_array(arena, const struct node *, ret->count);
	for (uint32_t i = 0; i < ret->count; i++)
		/* Patches and generators have brought values since the files were read. */
		secret_hide(set,
			    ret->objects[i] = secret_marked(arena, layer.map.items.items[i]->node));
	return 0;
}

int kustomize_build(const struct files *files, struct str path,
		    const struct kustomize_options *options, struct docset *set, struct render *ret,
		    struct error *err)
{
	struct budget budget;

	budget_open(&budget, "build", KUSTOMIZE_STEPS_MAX);
	budget_subject(path);
	int result = build(files, path, options, set, ret, err);
	budget_close(&budget);
	return result;
}
