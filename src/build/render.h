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
#include "base/map.h"
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

/* Objects of renders by kind (any version) and key. Adding O(count), finding O(1). */
struct render_index {
	struct map ids; /* private */
};

void render_index_init(struct render_index *index, struct arena *arena);

/* The renders must live as long; of two objects of one name the later one counts. */
void render_index_add(struct render_index *index, const struct render *render);

/* The object of the same kind and key, or NULL. */
const struct node *render_index_find(const struct render_index *index, const struct node *object);

/* The bytes of `kubectl kustomize`: objects separated by --- lines. */
MUST_USE int render_write(const struct render *render, struct buf *out, struct error *err);

/* The namespace that kustomize takes an object for: "default" where it names none; absent for kinds
 * that it knows to have none. */
struct str render_namespace(const struct node *object);

#endif
