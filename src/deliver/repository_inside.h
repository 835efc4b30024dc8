/*
 * repository_inside - what the files of the repository's handlers share
 *
 * Layer: deliver. Private: repository*.c
 */
#ifndef FORGE_DELIVER_REPOSITORY_INSIDE_H
#define FORGE_DELIVER_REPOSITORY_INSIDE_H

#include "deliver/repository.h"

/* What a source makes of a revision: by its spec.ignore. */
struct kept_artifact {
	const struct revision *revision;
	struct str ignore; /* absent: the default */
	struct snapshot files;
};

/* What an ArtifactGenerator made of a revision. */
struct generated_artifact {
	struct key key; /* of the ExternalArtifact */
	const struct revision *revision;
	uint64_t spec;	   /* a hash */
	struct str prefix; /* the folder of `files` that it is */
	struct snapshot files;
	bool assumed;	  /* of sources that are not here */
	struct str fault; /* why it cannot be made; absent: it is */
};

/* What Flux keeps of the current revision; ignore absent: by the default list. */
const struct snapshot *repository_artifact(struct repository *r, struct str ignore);

/* An ExternalArtifact as it was made last; NULL when it never was. */
struct generated_artifact *repository_generated(const struct repository *r, struct key key);

/* "sha256:…" of what an artifact holds. */
struct str repository_digest(const struct repository *r, const struct snapshot *files);

void repository_assume(struct repository *r, struct str what);

#endif
