/*
 * patch - JSON Patch (RFC 6902) and JSON merge patch (RFC 7386)
 *
 * Layer: doc. Both return a new root that shares what did not change. Strategic merge needs
 * schemas: kube/smp.h.
 */
#ifndef FORGE_DOC_PATCH_H
#define FORGE_DOC_PATCH_H

#include "base/error.h"
#include "doc/set.h"
#include "doc/tree.h"

enum {
	PATCH_OPERATIONS_MAX = 10000,
	PATCH_BYTES_MAX = 512 << 20,	   /* that the changes of one patch may take */
	PATCH_COPIED_BYTES_MAX = 64 << 20, /* that its copies take when they are written out */
};

struct patch_options {
	bool ensure_path;	   /* `add` makes missing parents (not used by kubectl) */
	bool allow_missing_remove; /* `remove` of what is not there is no error */
	bool lenient; /* as kubectl's library: indices -1 and 01, replace of an absent key, copy of
			 nothing, add without a value */
	struct docset *set; /* with a step: origins of changed nodes; may be NULL */
	uint32_t step;	    /* given to every node that the patch brings */
};

/*
 * Applies a list of operations. Error texts follow evanphx/json-patch v4 as kubectl prints them:
 * "replace operation does not apply: doc is missing path: /x: missing value". The error's position
 * is that of the operation.
 */
MUST_USE const struct node *patch_json(struct arena *arena, const struct node *root,
				       const struct node *operations,
				       const struct patch_options *options, struct error *err);

/* Never fails: null removes, maps merge, everything else replaces. */
const struct node *patch_merge(struct arena *arena, const struct node *root,
			       const struct node *patch);

/* The merge patch that turns before into after. */
const struct node *patch_merge_between(struct arena *arena, const struct node *before,
				       const struct node *after);

#endif
