/*
 * build_cluster - what Flux would apply to a cluster, and many kustomizations, for `forge build`
 *
 * Layer: verbs. Private: build*.c, diff*.c, why.c.
 */
#ifndef FORGE_VERBS_BUILD_CLUSTER_H
#define FORGE_VERBS_BUILD_CLUSTER_H

#include "verbs/verb.h"

struct compose_options;
struct compose_part;
struct composition;
struct files;
struct render;

/* What the arguments of verbs that compose a cluster say of it. */
struct build_cluster_args {
	struct str path; /* of the entry; absent: no cluster is asked for */
	struct str only; /* "flux-system/apps" */
	struct argument_list sources;
	struct str age_key_file; /* absent: the environment may name one */
};

/* Sources and keys; texts are borrowed. */
MUST_USE int build_cluster_options(const struct verb_context *context,
				   const struct build_cluster_args *args,
				   struct compose_options *ret, struct error *err);

/* The objects, and a warning for each Kustomization that is not applied. */
MUST_USE int build_cluster(const struct verb_context *context,
			   const struct build_cluster_args *args, const struct files *files,
			   struct outcome *ret, struct error *err);

/* A warning for each Kustomization that is not applied, or keeps values encrypted. False when one
 * fails, or waits for one that does. */
bool build_cluster_warn(const struct verb_context *context, const struct composition *composition,
			struct findings *findings);

/* Where a person looks: at the fault of a part, or at its Kustomization. */
const struct node *build_cluster_place(const struct verb_context *context,
				       const struct composition *composition,
				       const struct compose_part *part);

/* Each kustomization below a folder; a warning for each that does not build. */
MUST_USE int build_many(const struct verb_context *context, struct str path,
			const struct files *files, struct outcome *ret, struct error *err);

/*
 * Builds again whenever a file changes in a folder that the build looks into, and publishes what
 * differs in the objects, until nothing can happen any more. A build that fails is published as an
 * error; the next good one is compared with the last good one.
 */
MUST_USE int build_watch(const struct verb_context *context, struct str path,
			 const struct build_cluster_args *cluster, const struct files *files,
			 struct error *err);

/* The formats list and tree, of a cluster's parts or of one build. The texts are borrowed. */
const struct outcome_format *build_formats_of(struct arena *arena,
					      const struct composition *composition,
					      const struct compose_part *only);
const struct outcome_format *build_formats(struct arena *arena, struct str path,
					   const struct render *render);

#endif
