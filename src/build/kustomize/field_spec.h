/*
 * field_spec - where a transformer changes objects: {group, version, kind, path, create}
 *
 * Layer: build/kustomize. Private: builder.h, default_specs.c, field_spec.c. Empty parts match all.
 * Path steps are separated by "/", "\/" is a slash; lists on the way are entered by themselves; a
 * step "x[]" says that x is a list, which is never created.
 */
#ifndef FORGE_BUILD_KUSTOMIZE_FIELD_SPEC_H
#define FORGE_BUILD_KUSTOMIZE_FIELD_SPEC_H

#include "base/map.h"
#include "base/vec.h"
#include "doc/tree.h"
#include "kube/object.h"

struct field_spec {
	struct str group, version, kind;
	struct str path;
	bool create;
};

struct field_specs {
	VEC(struct field_spec) items;
};

/* Who is renamed, and where its name stands. */
struct name_reference {
	struct str group, version, kind;
	struct field_specs referrers;
};

/* All specs of one directory: the defaults, what `configurations` and `crds` add, those of its
 * bases. */
struct specs {
	struct arena *arena;
	struct field_specs name_prefix, name_suffix, namespace, labels, template_labels,
		common_labels, annotations, images, replicas, var_references;
	VEC(struct name_reference) references;
	struct map by_renamed; /* private: to references' index + 1 */
	bool is_default;       /* the defaults and nothing else */
};

/* With the defaults of kustomize 5.7.1. */
void specs_init(struct specs *specs, struct arena *arena);

/*
 * Adds a spec unless the set has one that covers it: one with the same path, and a group, version
 * and kind that the new one selects, too. So a general spec is left out where a special one came
 * before it (kustomize, FsSlice.MergeOne). False: the two differ in `create`.
 */
MUST_USE bool field_specs_merge(struct arena *arena, struct field_specs *specs,
				struct field_spec spec);

/* A name reference as it stands in a file, to be merged with others later. */
void specs_push_reference(struct specs *specs, struct gvk renamed, struct field_spec referrer);

/* In the order that kustomize merges them in: by group, version and kind. */
void specs_sort(struct specs *specs);

/* Adds all specs of another set and sorts. False: two differ in `create` alone. */
MUST_USE bool specs_merge(struct specs *into, const struct specs *from);

bool field_spec_matches(const struct field_spec *spec, struct gvk gvk);

/* What becomes of the node at a path: the new one, or the old one for no change; &field_refused
 * where it is not of the kind that can be changed. old NULL: it is to be created. */
typedef const struct node *(*field_fn)(void *context, const struct node *old);

extern const struct node field_refused;

/* The object with the function applied wherever the spec's path leads. NULL: it leads through a
 * scalar, or to what the function refused. */
const struct node *field_apply(struct arena *arena, const struct node *object,
			       const struct field_spec *spec, field_fn change, void *context);

/* Next step of such a path: text with "\/" resolved. */
struct str field_path_step(struct arena *arena, struct str *path, bool *ret_is_list);

#endif
