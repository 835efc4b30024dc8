/*
 * localize - a kustomization with all files that it names, and its remote bases, as files of one
 * folder
 *
 * Layer: build. What `kustomize localize` makes (api/internal/localizer): the files below the scope
 * at their places, remote ones below localized-files/HOST/PATH/REF of the kustomization that names
 * them, and kustomization files whose entries say so. Nothing is written here.
 *
 * Limits: those of a build; LOCALIZE_FILES_MAX and LOCALIZE_BYTES_MAX of what is copied.
 */
#ifndef FORGE_BUILD_LOCALIZE_H
#define FORGE_BUILD_LOCALIZE_H

#include "base/error.h"
#include "base/vec.h"

struct docset;
struct files;

enum { LOCALIZE_FILES_MAX = 100000, LOCALIZE_BYTES_MAX = 256 << 20 };

struct localize_source {
	const struct files *files;
	struct str target; /* as the user has it: a folder, or a URL with a ref */
	struct str scope;  /* a folder that holds it; absent: the target, or its repository */
};

struct localized_file {
	struct str path; /* in the destination: "base/kustomization.yaml" */
	struct str bytes;
};

struct localized {
	VEC(struct localized_file *) files; /* as they were found; each path once */
	struct str target;		    /* the folder of the kustomization in it; "": itself */
	struct str name;		    /* a name for the destination: "localized-app-v1" */
	struct str scope;		    /* of a target of the disk: a real path */
};

/* Errors: what does not belong to the scope, a remote base without ref, what is no kustomization.
 */
MUST_USE int localize(const struct localize_source *source, struct docset *set,
		      struct localized *ret, struct error *err);

#endif
