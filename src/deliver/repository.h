/*
 * repository - the repository at the revision shipped, as the Flux reconcilers ask for it
 *
 * Layer: deliver. Answers the requests `fetch`, `build` and `generate` (deliver/deliver.h) from
 * snapshots of the repository. Renders are kept, for reports and findings. Sources that cannot be
 * reached are assumed to be Ready and reported to `assume`. A GitRepository with the address and
 * the ref of flux-system is this repository, too.
 *
 * Ownership: all lives in the arena; options, world and cache are borrowed.
 *
 *	repository_init(&r, &(struct repository_options){ .arena = arena, … });
 *	runner_handle(runner, STR("fetch"), repository_fetch, &r);	// and the others
 *	repository_begin(&r, world, runner_cache(runner));
 *	r.current = &revision;
 */
#ifndef FORGE_DELIVER_REPOSITORY_H
#define FORGE_DELIVER_REPOSITORY_H

#include "api/runner.h"
#include "base/vec.h"
#include "build/render.h"
#include "world/snapshot.h"

struct remotes;

/* A commit, or the working tree. */
struct revision {
	struct str hash;  /* 40 digits */
	struct str label; /* as the user said it */
	struct snapshot files;
	struct remotes *remotes; /* its remote bases; NULL: none are read */
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
	int fault_code;	    /* 0: it was built; 404: the path is missing; 422: it does not build */
	struct str message; /* why it failed */
};

/* Called for each assumption: "HelmRepository/flux-system/podinfo", or a sentence. */
typedef void (*assume_fn)(void *context, struct str what);

struct repository_options {
	struct arena *arena;
	struct docset *set; /* of what is built */
	struct str branch;
	const struct age_keys *keys; /* for what SOPS has encrypted; NULL: none */
	struct str folder; /* the source is no whole repository, but this folder of it; "": it is */
	assume_fn assume;
	void *context;
};

struct repository {
	struct arena *arena;
	struct docset *set;
	struct str branch;
	assume_fn assume;
	void *assume_context;
	struct world *world;
	const struct cache *cache;
	const struct schemas *plain; /* objects of the root without a namespace get `default`, by
					the scope of their kinds; NULL: they are refused */
	struct sops *sops;	     /* NULL: there is no key */
	struct str root;	     /* "/", or the folder where the source begins */
	struct key name;	     /* the GitRepository that is this repository */
	const struct revision *current;
	VEC(struct kept_artifact *) artifacts;
	VEC(struct generated_artifact *) generated;
	VEC(struct kept_render *) renders;
	struct map moved; /* path in an artifact that was made here → struct str: in the
			     repository */
};

void repository_init(struct repository *r, const struct repository_options *options);

/* Before the first request: the world whose time builds take, the cluster's objects. */
void repository_begin(struct repository *r, struct world *world, const struct cache *cache);

/* The handlers of `fetch`, `build` and `generate`; context: the repository. */
void repository_fetch(void *context, struct str reconciler, struct key key,
		      const struct plan_request *request, struct request_ticket *ticket);
void repository_build(void *context, struct str reconciler, struct key key,
		      const struct plan_request *request, struct request_ticket *ticket);
void repository_generate(void *context, struct str reconciler, struct key key,
			 const struct plan_request *request, struct request_ticket *ticket);

/* "main@sha1:…" of a revision, as Flux writes it. */
struct str repository_revision_text(const struct repository *r, const struct revision *revision);

/* An object as it was rendered last; NULL when none was. O(renders × objects). */
const struct node *repository_find(const struct repository *r, struct str kind, struct key key);

/* Where a file of a render lies in the repository: artifacts have moved theirs. moved: of the
 * repository. */
struct str repository_path(const struct map *moved, struct str path);

/* Whether a GitRepository is this repository. */
bool repository_is_ours(const struct repository *r, struct key key, const struct node *object);

#endif
