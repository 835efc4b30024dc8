/*
 * remote_url - the URL of a remote base: which repository, the folder in it, which revision
 *
 * Layer: source. All spellings that kustomize takes (api/internal/git/repospec.go): https, http,
 * ssh and file, user@host:path, github.com/org/repo. The repository ends behind `_git/NAME`, at
 * `//`, behind `.git`, or after two segments of the path; of a file URL it is all of the path.
 *
 * Credentials are taken out of all texts but one, `credentials`, which is for the transport.
 *
 *	struct remote_url url;
 *	if (remote_url_parse(arena, STR("https://github.com/org/repo//apps?ref=v1"), &url, err) < 0)
 *		return -1;	// a local path, for example
 *	url.repository;	// "https://github.com/org/repo"
 *	url.path;	// "apps"
 *	url.ref;	// "v1"
 */
#ifndef FORGE_SOURCE_REMOTE_URL_H
#define FORGE_SOURCE_REMOTE_URL_H

#include "base/error.h"
#include "base/str.h"

struct arena;

enum { REMOTE_TIMEOUT_MS = 27000, REMOTE_URL_BYTES_MAX = 4096 };

enum remote_scheme { REMOTE_HTTP, REMOTE_HTTPS, REMOTE_SSH, REMOTE_FILE, REMOTE_SCHEME_COUNT };

struct remote_url {
	struct str shown;      /* as it is written, without credentials */
	struct str repository; /* what git fetches */
	struct str path;       /* of a folder in it; "": the repository itself */
	struct str ref;	       /* branch, tag or commit; "": what HEAD names there */
	enum remote_scheme scheme;
	int64_t timeout_ms;
	bool submodules;
	bool is_marked;		/* the text says that it is a repository: _git/, //, .git or ref */
	struct str credentials; /* "user:password", decoded, for http and https; absent: none */
};

/* Errors: it is no URL of a repository, or one that is not taken. */
int remote_url_parse(struct arena *arena, struct str text, struct remote_url *ret,
		     struct error *err) MUST_USE;

/* Whether a resource of this text is first asked for as a file, by HTTP. */
bool remote_url_is_file(struct str text);

/* The URL of such a file, without and with what is secret in it. */
int remote_url_parse_file(struct arena *arena, struct str text, struct remote_url *ret,
			  struct error *err) MUST_USE;

/* Whether people mean a URL by it, also one that is not taken ("s3://bucket"). */
bool remote_url_is_meant(struct str text);

/* What stands before the "@" of an http or https URL, as it is written: it may be secret. Absent:
 * nothing does. */
struct str remote_url_userinfo(struct str text);

/* "https" */
const char *remote_scheme_name(enum remote_scheme scheme);

/*
 * Whether a kustomization that was fetched by one scheme may name a base of another: none that is
 * less protected, and none that reaches more of this machine.
 */
bool remote_scheme_may_name(enum remote_scheme fetched_by, enum remote_scheme named);

#endif
