/*
 * remotes - remote bases: the files that a URL of a kustomization names
 *
 * Layer: source. A URL is resolved by the lock file (remote_lock.h), else by the server; a commit
 * or file is taken from the cache (remote_cache.h), else fetched into it, where the options allow
 * that. What is opened is good until remotes_close().
 *
 * The files of a repository are a snapshot with a label (world/files.h): their real paths begin
 * with "https://host/org/repo@ref/". A second commit of the same ref, by another lock file, has
 * "@commit" behind it.
 *
 *	struct remotes *remotes = remotes_new(world, arena, &(struct remotes_options){});
 *	files.remotes = remotes;	// builds ask for bases by remotes_open()
 *	…
 *	remotes_close(remotes);
 */
#ifndef FORGE_SOURCE_REMOTES_H
#define FORGE_SOURCE_REMOTES_H

#include "world/files.h"

enum { REMOTES_MAX = 1000 /* that one command opens */ };

struct remotes_options {
	const char *offline; /* why nothing is fetched: "--offline"; NULL: it may be */
	bool update_lock;    /* all is resolved anew, for remotes_write_lock() */
	/* The files that hold the lock file in their root; NULL: those of who asks for a base. */
	const struct snapshot *lock_in;
};

struct remotes *remotes_new(struct world *world, struct arena *arena,
			    const struct remotes_options *options);

/* Ends the programs that read repositories. NULL is fine. */
void remotes_close(struct remotes *remotes);

/* Whether a kustomization's entry names a remote base, unless a file has that name. */
bool remotes_is_url(struct arena *arena, struct str entry);

/* Who asks for a base. */
struct remotes_request {
	struct str url;		  /* as the kustomization has it */
	const struct files *from; /* the files of that kustomization */
	const struct files *top;  /* those of the first one, which the lock file is read from … */
	struct str top_folder;	  /* … in their root or, without one, in this folder */
	bool is_folder;		  /* not a file: a component */
};

struct remote_base {
	struct str shown;	   /* the URL without credentials */
	struct str commit, sha256; /* what it was resolved to: one of them */
	bool is_locked;
	bool is_told;	      /* for who opens it: an earlier one has warned that it is not */
	struct str text;      /* of a file; absent: it is a folder of a repository */
	struct files files;   /* those of the repository */
	struct str directory; /* the folder in them, not resolved: it may be absent */
};

/*
 * Errors: ERROR_OUTSIDE (it is not here, and may not be fetched; or cannot be), ERROR_DEADLINE,
 * ERROR_INPUT (a lock file that is none, limits), ERROR_REFUSED (the cache). They have no position.
 */
int remotes_open(struct remotes *remotes, const struct remotes_request *request,
		 struct remote_base *ret, struct error *err) MUST_USE;

/* Of a file below a label: the repository, its ref ("": none was named), and the path in it. */
struct remotes_place {
	struct str repository, ref, path;
};
bool remotes_place(const struct remotes *remotes, struct str file, struct remotes_place *ret);

/* With .update_lock: what was opened has its entries anew; the others stay. Nothing is written when
 * that changes nothing. */
int remotes_write_lock(struct remotes *remotes, struct error *err) MUST_USE;

#endif
