/*
 * render - objects with origins, as a build makes them from a path
 *
 * Layer: build. The one currency of check, deliver and rehearse. Its document set keeps every text
 * that a value came from, its arena outlives all readers.
 */
#ifndef FORGE_BUILD_RENDER_H
#define FORGE_BUILD_RENDER_H

#include "base/buf.h"
#include "base/error.h"
#include "doc/finding.h"
#include "doc/origin.h"
#include "doc/set.h"
#include "kube/object.h"

struct render {
	struct arena *arena;
	struct docset *set;
	const struct node **objects; /* in output order */
	uint32_t count;
};

/* The object of that kind (any version) and key; NULL when it is not there. O(count). */
const struct node *render_find_object(const struct render *render, struct str group,
				      struct str kind, struct key key);

/* The bytes of `kubectl kustomize`: objects separated by --- lines. */
MUST_USE int render_write(const struct render *render, struct buf *out, struct error *err);

#endif
