/*
 * compose - everything that would be applied from a path: one cluster's objects and origins
 *
 * Layer: build. A path is a kustomization, a file, or a folder. A kustomization is built; a Flux
 * Kustomization among the objects is followed to its spec.path, so that the entry of a cluster
 * yields all objects of that cluster, each behind what it depends on. A folder without a
 * kustomization is taken apart: each entry of a cluster, each kustomization that no other one uses,
 * and the plain files are a composition each.
 *
 * Limits: COMPOSE_DEPTH_MAX folders deep, COMPOSE_PARTS_MAX parts of a composition.
 */
#ifndef FORGE_BUILD_COMPOSE_H
#define FORGE_BUILD_COMPOSE_H

#include "base/vec.h"
#include "build/render.h"
#include "kube/flux_reason.h"
#include "source/age.h"

struct files;

enum { COMPOSE_DEPTH_MAX = 64, COMPOSE_PARTS_MAX = 10000 };

/* What Flux does with the objects of a part. */
enum compose_state {
	COMPOSE_APPLIED,
	COMPOSE_SUSPENDED, /* nothing: spec.suspend */
	COMPOSE_WAITING,   /* nothing: a dependency does not get ready */
	COMPOSE_ELSEWHERE, /* applies them to another cluster: spec.kubeConfig */
	COMPOSE_NO_SOURCE, /* not known: its source is not here, so there are none */
	COMPOSE_FAILED,	   /* it could not be built: one of the faults says why */
};

/* The objects of one Flux Kustomization; the first part of a composition is the path itself. */
struct compose_part {
	/* NULL: the path itself, which no Kustomization builds. */
	const struct node *kustomization;
	struct str label;      /* "Kustomization/flux-system/apps", or the path */
	struct str directory;  /* absolute; absent for a file, and for a path that is not there */
	uint32_t first, count; /* its objects in the render */
	enum compose_state state;
	struct str reason;    /* of a state other than COMPOSE_APPLIED, as a sentence */
	struct str source;    /* "GitRepository/flux-system/flux-system"; absent: the path itself */
	struct str encrypted; /* what was not decrypted, as a sentence; absent: nothing */
	struct findings *warnings; /* of its build; NULL: it was not built */
};

/* A part that could not be built: the rest is there. */
struct compose_fault {
	const struct node *kustomization; /* of Flux; NULL: a kustomization or file of a folder */
	struct str path;		  /* of that one */
	enum flux_reason reason; /* FLUX_ARTIFACT_FAILED: the path is missing; FLUX_BUILD_FAILED */
	struct str message;
	struct str hint;
	uint32_t position; /* of the fault, 0 unknown */
};

struct composition {
	struct str path;
	struct render render; /* objects of all parts, in order */
	VEC(struct compose_part) parts;
	VEC(struct compose_fault) faults;
};

struct compositions {
	VEC(struct composition) items;
};

/* The folder of a source that is not this repository. */
struct compose_source {
	struct str name; /* "flux-system/podinfo" */
	struct str path;
	const struct files *files; /* that hold it; NULL: those of the cluster */
};

struct compose_options {
	const struct compose_source *sources;
	uint32_t source_count;
	struct age_keys keys;	/* for what SOPS has encrypted */
	bool assumes_decrypted; /* what no key opens, where Flux decrypts: as rehearsals do */
};

/*
 * Of a Kustomization with kubeConfig the objects are in a composition of their cluster.
 *
 * Of a path of the disk nothing is read outside of its source (build/root.h), unless the files may
 * leave their root. Without a repository, bases of kustomizations may lie outside, as kustomize has
 * it. Errors: the path is missing or holds no YAML, is a file that is no YAML or a kustomization
 * that does not build. In a folder that is taken apart, those are faults. Nodes live in the set's
 * arena. Of the options the keys count.
 */
MUST_USE int compose(const struct files *files, struct str path,
		     const struct compose_options *options, struct docset *set,
		     struct compositions *ret, struct error *err);

/*
 * Each kustomization below a folder that no other one uses is a part, in the order of their paths:
 * built on all processors, and bases are read once for each of them. What does not build is a part
 * in the state COMPOSE_FAILED, whose reason has the place. Nodes and origins of the parts are not
 * of the set; their arenas are freed with its own.
 */
MUST_USE int compose_many(const struct files *files, struct str path, struct docset *set,
			  struct findings *warnings, struct composition *ret, struct error *err);

/*
 * What Flux applies to a cluster: the folder is its entry, built as Flux builds it, by the
 * Kustomization or FluxInstance in it that names the folder, else by one that is assumed:
 * flux-system/flux-system. Objects have the labels of their Kustomization. Parts are in the order
 * in which Flux can apply them. Values that the keys decrypt are sealed (doc/secret.h). Errors: the
 * entry does not build; a source names no folder.
 */
MUST_USE int compose_cluster(const struct files *files, struct str path,
			     const struct compose_options *options, struct docset *set,
			     struct composition *ret, struct error *err);

/* Whether an object is a Kustomization of Flux. */
bool compose_is_kustomization(const struct node *object);

#endif
