/*
 * layer - one directory's kustomization at work, and what its steps share
 *
 * Layer: build/kustomize. Private: its folder, build/. A layer gathers resources, generates, and
 * transforms in a fixed order (kustomize api/internal/target/kusttarget.go, accumulateTarget and
 * runTransformers); sub-directories are layers of their own whose results are merged. Every step
 * is a function of the layer: 0, or -1 with the build's error set.
 */
#ifndef FORGE_BUILD_KUSTOMIZE_LAYER_H
#define FORGE_BUILD_KUSTOMIZE_LAYER_H

#include "build/kustomize.h"
#include "build/kustomize/field_spec.h"
#include "build/resource.h"
#include "kube/schema/schemas.h"

/* The one schema of a build, and how far it has been read. */
struct openapi {
	bool is_set;	       /* a kustomization named one */
	struct str path, text; /* of a user's file; text absent: the built-in one */
	bool is_read;
	bool is_delayed;   /* the built-in types are to be read, too, when a schema is needed */
	bool has_builtin;  /* they are there */
	bool builtin_wins; /* they were read last */
};

/* What one build shares. */
struct builder {
	const struct files *files;
	const struct kustomize_options *options;
	struct docset *set;
	struct arena *arena;
	struct schemas *schemas;
	struct specs defaults;
	struct openapi openapi;
	struct map patterns;  /* of selectors: text → struct regex */
	struct map selectors; /* by labels: text → struct label_selector */
	struct findings *warnings;
	struct error *err;
	bool records; /* which transformers run: the output tells */
	int depth;
	struct str chain[KUSTOMIZE_DEPTH_MAX]; /* real directories, outermost first */
};

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
	const struct node *file; /* the kustomization, field names canonical */
	struct str file_path;
	struct resmap map;
	struct specs specs;
	VEC(struct variable) variables;
};

/* Finds, reads and checks the kustomization of l->directory. */
MUST_USE int layer_read_file(struct layer *l);

/* Runs the whole directory: resources, generators, components, transformers. */
MUST_USE int layer_build(struct layer *l, bool as_component);

/* Resources of a YAML text: lists opened, identity checked. */
MUST_USE int layer_read_resources(struct builder *b, struct str path, struct str text,
				  struct resmap *ret);
MUST_USE int layer_load_file(struct layer *l, struct str path, struct str *ret_text,
			     struct str *ret_path);

/* The kustomization's `openapi`; a resource of a kind that is met; the schema of a kind for
 * strategic merge, and whether it is the user's. */
MUST_USE int layer_openapi(struct layer *l);
void layer_openapi_meet(struct builder *b, struct gvk gvk);
MUST_USE int layer_openapi_schema(struct builder *b, struct gvk gvk, struct schema *ret,
				  bool *ret_is_own);

/* Adds one; an id that is there already is an error, or merged as a generator asks. */
MUST_USE int resmap_append(struct builder *b, struct resmap *map, struct resource *r);
MUST_USE int resmap_absorb(struct builder *b, struct resmap *map, struct resource *r);
/* Fills its ids anew, after objects changed theirs. */
void resmap_index(struct resmap *map);

/* Steps. Those with a node take the field's value, or the configuration of a plugin of that name.
 * */
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
/* Notes that a transformer ran over the resources, when the output is to tell of it. */
void layer_record(struct layer *l, struct transformation *made);
MUST_USE int layer_plugins(struct layer *l, const char *field, bool generators);
MUST_USE int layer_collect_variables(struct layer *l);

/* Once, at the end of the build. */
void finish_origins(struct layer *l); /* annotations that buildMetadata asks for */
bool finish_wants(const struct layer *l, const char *word); /* among buildMetadata */
MUST_USE int finish_hashes(struct layer *l);
MUST_USE int finish_references(struct layer *l);
MUST_USE int finish_variables(struct layer *l);
MUST_USE int finish_order(struct layer *l);

/* An error at a node. */
int layer_fail(struct builder *b, const struct node *at, const char *format, ...) PRINTF_LIKE(3, 4);

/* The node with an origin: what it replaces, and the instruction that did it. Its place is that of
 * the instruction: the line to edit when the value is wrong. */
const struct node *layer_origin(struct builder *b, const struct node *made, enum origin_kind kind,
				const struct node *instruction, const struct node *before);

/* The object with a spec applied, as field_apply(); NULL: the error is set. */
const struct node *layer_applied(struct builder *b, const struct node *object,
				 const struct field_spec *spec, field_fn change, void *context);

/* A path as messages show it: files of a snapshot stand at its root. */
struct str layer_shown(const struct builder *b, struct str path);

/* directory/path, not resolved. */
struct str layer_join(struct arena *arena, struct str directory, struct str path);

/* Specs from a list of nodes {group, version, kind, path, create}. */
void layer_specs_of(struct arena *arena, const struct node *list, struct field_specs *ret);

/* Whether a selector {group, version, kind, name, namespace, labelSelector, annotationSelector}
 * takes a resource; the first five are anchored regular expressions. -1: one does not compile. */
MUST_USE int layer_selects(struct builder *b, const struct node *selector, const struct resource *r,
			   bool *ret);

#endif
