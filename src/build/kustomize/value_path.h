/*
 * value_path - paths that users write to one value: spec.containers.[name=main].env.0
 *
 * Layer: build/kustomize. Private: finish_variables.c, layer_replace.c, value_path.c. Steps are
 * split at dots; "\." is a dot in a key, as is one inside [a.b/c]. A number is an index, "*" all
 * items, [key=value] the items whose key has that value. Source: kustomize 5.7.1,
 * kyaml/utils/pathsplitter.go, kyaml/yaml/{fns,match}.go.
 */
#ifndef FORGE_BUILD_KUSTOMIZE_VALUE_PATH_H
#define FORGE_BUILD_KUSTOMIZE_VALUE_PATH_H

#include "doc/tree.h"

enum value_step_kind {
	STEP_KEY,    /* of a map */
	STEP_INDEX,  /* of a list */
	STEP_SELECT, /* [key=value]; key "": items that are themselves the value */
	STEP_EACH,   /* "*" */
};

struct value_step {
	enum value_step_kind kind;
	struct str key;
	struct str value; /* of STEP_SELECT */
	uint32_t index;	  /* of STEP_INDEX */
};

struct value_path {
	struct value_step *steps;
	uint32_t count;
	bool has_empty_step; /* "", "metadata." and "data..k"; it is left out of the steps */
	bool ends_empty;     /* and only at the end: "metadata." */
};

struct value_path value_path_parse(struct arena *arena, struct str text);

/* With "key[3]" as key and index, as vars have it. */
struct value_path value_path_parse_indexed(struct arena *arena, struct str text);

/* The one value at a path, or NULL. [key=value] compares exactly. */
const struct node *value_path_get(const struct value_path *path, const struct node *root);

#endif
