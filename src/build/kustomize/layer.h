/*
 * layer - one directory's kustomization at work
 *
 * Layer: build/kustomize. Private: its folder, build/. A layer gathers resources, generates, and
 * transforms in a fixed order (kustomize api/internal/target/kusttarget.go, accumulateTarget and
 * runTransformers); sub-directories are layers of their own whose results are merged. Every step
 * is a function of the layer: 0, or -1 with the build's error set.
 */
#ifndef FORGE_BUILD_KUSTOMIZE_LAYER_H
#define FORGE_BUILD_KUSTOMIZE_LAYER_H

#include "build/kustomize/builder.h"
#include "build/kustomize/resmap.h"
#include "build/kustomize/resource_index.h"

struct remote_base;

struct variable {
	struct str name;
	const struct node *node;       /* its entry in vars */
	const struct resource *source; /* that it speaks of; NULL: none is known */
	const struct node *value;      /* found at the end */
};

struct layer {
	struct builder *b;
	struct arena *arena;
	struct str directory;	 /* real path */
	uint32_t number;	 /* in the order in which they are built, from 1 */
	uint32_t via;		 /* step: how the build came here; 0: it is the first one */
	const struct node *file; /* the kustomization, field names canonical */
	struct str file_path;
	struct resmap map;
	struct resource_index names; /* of map, while one step runs: layer_names() */
	struct specs specs;
	VEC(struct variable) variables;
};

/* Finds, reads and checks the kustomization of l->directory. */
MUST_USE int layer_read_file(struct layer *l);

/* The same for who copies it: neither checked nor brought up to date, with canonical names. */
MUST_USE int layer_read_as_written(struct layer *l);

/* The index of the map's names, made when the step under way first needs it. The step notes what it
 * renames or adds; the next step begins anew. */
static inline struct resource_index *layer_names(struct layer *l)
{
	if (!l->names.arena)
		resource_index_init(&l->names, l->arena, &l->map);
	return &l->names;
}
static inline void layer_begin_step(struct layer *l)
{
	l->names = (struct resource_index){};
}

/* Runs the whole directory: resources, generators, components, transformers. */
MUST_USE int layer_build(struct layer *l, bool as_component);

/* layer_remote.c: bases that a URL names. */
bool layer_is_remote(const struct layer *l, const struct node *entry);
/* Finds it; is_folder: a single file is none. Warns when it is not locked. */
MUST_USE int layer_open_remote(struct layer *l, const struct node *entry, bool is_folder,
			       struct remote_base *ret);
/* Why an entry that people mean as a URL names no base. */
int layer_refuse_url(struct layer *l, const struct node *entry);
/* An entry as messages show it: without credentials. */
struct str layer_shown(const struct layer *l, const struct node *entry);

/* The kustomization's `openapi`: the schema of the build. */
MUST_USE int layer_openapi(struct layer *l);

/*
 * Steps. Those with a node take the field's value, or the configuration of a plugin of that name.
 */
MUST_USE int layer_generate(struct layer *l);
MUST_USE int layer_generate_one(struct layer *l, const struct node *args, bool secret);
MUST_USE int layer_configure(struct layer *l); /* configurations, crds */
MUST_USE int layer_patch_strategic(struct layer *l, const struct node *list);
MUST_USE int layer_patches(struct layer *l, const struct node *list);
MUST_USE int layer_patch_one(struct layer *l, const struct node *entry);
MUST_USE int layer_patches_json(struct layer *l, const struct node *list);
MUST_USE int layer_namespace(struct layer *l, const struct node *namespace, bool unset_only,
			     struct str subjects, const struct field_specs *specs);
/* One resource, without a look at other fields or collisions. */
MUST_USE int layer_move(struct layer *l, struct resource *r, const struct node *namespace);
MUST_USE int layer_affix(struct layer *l, const struct node *text, bool is_prefix,
			 const struct field_specs *specs);
MUST_USE int layer_labels(struct layer *l, const struct node *list);
MUST_USE int layer_set_map(struct layer *l, const struct node *map, enum origin_kind kind,
			   const struct field_specs *specs);
MUST_USE int layer_replicas(struct layer *l, const struct node *list,
			    const struct field_specs *specs);
MUST_USE int layer_images(struct layer *l, const struct node *list,
			  const struct field_specs *specs);
MUST_USE int layer_replacements(struct layer *l, const struct node *list);
MUST_USE int layer_transform(struct layer *l);
/* Notes that a transformer ran over the resources, when buildMetadata asks for it. */
void layer_record(struct layer *l, struct transformation *made);
MUST_USE int layer_plugins(struct layer *l, const char *field, bool generators);
MUST_USE int layer_validate(struct layer *l); /* validators: they change nothing */
MUST_USE int layer_collect_variables(struct layer *l);

/* Specs from a list of nodes {group, version, kind, path, create}. */
void field_specs_read(struct arena *arena, const struct node *list, struct field_specs *ret);

/* Whether a selector {group, version, kind, name, namespace, labelSelector, annotationSelector}
 * takes a resource; the first five are anchored regular expressions. -1: one does not compile. */
MUST_USE int layer_selects(struct builder *b, const struct node *selector, const struct resource *r,
			   bool *ret);

#endif
