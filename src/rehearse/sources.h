/*
 * sources - the repository at the revision that is shipped, as the Flux reconcilers ask for it
 *
 * Layer: rehearse. Answers the requests `fetch` and `build` (deliver/deliver.h) from snapshots of
 * the repository. Renders are kept, for the report and for findings. What cannot be reached is
 * assumed, and listed. A GitRepository with the address and the ref of flux-system is this
 * repository, too.
 */
#ifndef FORGE_REHEARSE_SOURCES_H
#define FORGE_REHEARSE_SOURCES_H

#include "api/runner.h"
#include "base/vec.h"
#include "build/render.h"
#include "world/snapshot.h"

/* A commit, or the working tree. */
struct revision {
	struct str hash;  /* 40 digits */
	struct str label; /* as the user said it */
	struct snapshot files;
};

/* What an ArtifactGenerator made of a revision. */
struct generated_artifact {
	struct key key; /* of the ExternalArtifact */
	const struct revision *revision;
	uint64_t spec;	   /* a hash */
	struct str prefix; /* the folder of `files` that it is */
	struct snapshot files;
	struct map moved; /* path in `files` → path in the repository */
	bool assumed;	  /* of sources that are not here */
	struct str fault; /* why it cannot be made; absent: it is */
};

/* What a Kustomization made of a revision. */
struct kept_render {
	const struct revision *shipped; /* when it was built */
	struct str revision;
	struct key kustomization;
	int64_t generation;
	uint64_t variables;	   /* a hash */
	const struct node *object; /* the Kustomization as it was built */
	struct render render;
	bool failed;
	struct str reason, message;
};

/* What a source makes of a revision: by its spec.ignore. */
struct kept_artifact {
	const struct revision *revision;
	struct str ignore; /* absent: the default */
	struct snapshot files;
};

struct sources {
	struct arena *arena;
	struct world *world;
	const struct cache *cache;
	struct docset *set;
	struct str branch;
	const struct schemas *plain; /* objects of the root without a namespace get `default`, by
					the scope of their kinds; NULL: they are refused */
	struct str root;	     /* "/", or the folder where the source begins */
	struct key repository;	     /* the GitRepository that is this repository */
	const struct revision *current;
	VEC(struct kept_artifact *) artifacts;
	VEC(struct generated_artifact *) generated;
	VEC(struct kept_render *) renders;
	VEC(struct str) assumed; /* "HelmRepository/flux-system/podinfo", in order of appearance */
};

void sources_init(struct sources *s, struct arena *arena, struct docset *set, struct str branch);

/* The source is no whole repository, but a folder in it ("": the repository); that is assumed. */
void sources_begin_at(struct sources *s, struct str folder);

/* Once the platform stands. */
void sources_begin(struct sources *s, struct world *world, const struct cache *cache);

/* The handlers, with the sources as context. */
void sources_fetch(void *context, struct str reconciler, struct key key,
		   const struct plan_request *request, struct request_ticket *ticket);
void sources_build(void *context, struct str reconciler, struct key key,
		   const struct plan_request *request, struct request_ticket *ticket);
/* {generator, artifact} → {digest, size, assumed}, or 422 and why. */
void sources_generate(void *context, struct str reconciler, struct key key,
		      const struct plan_request *request, struct request_ticket *ticket);

/* "main@sha1:…" of the current revision. */
struct str sources_revision_text(const struct sources *s, const struct revision *revision);

/* An object as it was rendered last; NULL when none was. */
const struct node *sources_find(const struct sources *s, struct str kind, struct key key);

void sources_assume(struct sources *s, struct str what);

/* Where a file of a render lies in the repository: artifacts have moved theirs. */
struct str sources_path(const struct sources *s, struct str path);

/* Whether a GitRepository is the repository of this rehearsal. */
bool sources_is_ours(const struct sources *s, struct key key, const struct node *object);

/* private: between the files of sources */

/* What Flux keeps of the current revision; ignore absent: by the default list. */
const struct snapshot *sources_artifact(struct sources *s, struct str ignore);

/* An ExternalArtifact as it was made last; NULL when it never was. */
struct generated_artifact *sources_generated(const struct sources *s, struct key key);

#endif
