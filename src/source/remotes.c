/* remotes - remote bases: the files that a URL of a kustomization names */
#include "source/remotes.h"

#include "base/arena.h"
#include "base/hash.h"
#include "base/map.h"
#include "source/remote_cache.h"
#include "source/remote_fetch.h"
#include "source/remote_lock.h"

/* A repository at a commit. */
struct opened {
	struct str label;
	struct remote_url url;
	struct str commit;
	struct git git;
	struct snapshot files;
};

/* One that was read, or is not there. */
struct lock_file {
	struct str path, text;
	bool is_of_disk;
	struct remote_lock lock;
	struct map bases; /* URL → struct remote_base */
};

struct remotes {
	struct world *world;
	struct arena *arena;
	struct remotes_options options;
	VEC(struct lock_file *) locks;
	struct map commits; /* repository and ref → struct str: what servers said */
	VEC(struct opened *) opened;
};

struct remotes *remotes_new(struct world *world, struct arena *arena,
			    const struct remotes_options *options)
{
	struct remotes *r = arena_one(arena, struct remotes);

	r->world = world;
	r->arena = arena;
	r->options = *options;
	map_init(&r->commits, arena);
	return r;
}

void remotes_close(struct remotes *r)
{
	for (uint32_t i = 0; r && i < r->opened.count; i++)
		git_close(&r->opened.items[i]->git);
}

bool remotes_is_url(struct arena *arena, struct str entry)
{
	struct remote_url url;
	struct error ignored;

	return remote_url_is_file(entry) || remote_url_parse(arena, entry, &url, &ignored) == 0;
}

static bool is_of(struct str file, struct str label)
{
	return str_starts(file, label) && (file.len == label.len || file.ptr[label.len] == '/');
}

static const struct opened *opened_of(const struct remotes *r, struct str file)
{
	for (uint32_t i = 0; i < r->opened.count; i++)
		if (is_of(file, r->opened.items[i]->label))
			return r->opened.items[i];
	return NULL;
}

bool remotes_place(const struct remotes *r, struct str file, struct remotes_place *ret)
{
	const struct opened *o = r ? opened_of(r, file) : NULL;

	if (!o)
		return false;
	ret->repository = o->url.repository;
	ret->ref = o->url.ref;
	ret->path = str_strip_prefix(str_from(file, o->label.len), STR("/"));
	return true;
}

/* --- the lock file --------------------------------------------------------------------------- */

static struct lock_file *find_lock(const struct remotes *r, struct str path)
{
	for (uint32_t i = 0; i < r->locks.count; i++)
		if (str_equal(r->locks.items[i]->path, path))
			return r->locks.items[i];
	return NULL;
}

/* NULL and err: it is none. */
static struct lock_file *lock_of(struct remotes *r, const struct remotes_request *request,
				 struct error *err)
{
	const struct files held = { .snapshot = r->options.lock_in };
	const struct files *files = held.snapshot ? &held : request->top;
	struct str folder = files->root.len ? files->root : request->top_folder;

	if (files->snapshot)
		folder = STR("");
	struct str path =
		STR_CAT(r->arena, str_strip_suffix(folder, STR("/")), STR("/" REMOTE_LOCK_NAME));
	struct lock_file *file = find_lock(r, path);
	if (file)
		return file;
	file = arena_one(r->arena, struct lock_file);
	*file = (struct lock_file){ .path = path, .is_of_disk = !files->snapshot };
	map_init(&file->bases, r->arena);
	if (files_kind(files, r->arena, path) != FILE_ABSENT &&
	    (files_read(files, r->arena, path, &file->text, err) < 0 ||
	     remote_lock_read(r->arena, file->text, &file->lock, err) < 0)) {
		error_wrap(err, "'%.*s'", STR_FMT(path));
		return NULL;
	}
	VEC_PUSH(r->arena, &r->locks, file);
	return file;
}

int remotes_write_lock(struct remotes *r, struct error *err)
{
	for (uint32_t i = 0; i < r->locks.count; i++) {
		const struct lock_file *file = r->locks.items[i];
		struct str text = remote_lock_write(r->arena, &file->lock);
		if (file->is_of_disk && !str_equal(text, file->text) &&
		    file_write(r->world, file->path, text, err) < 0)
			return -1;
	}
	return 0;
}

static int refuse_offline(const struct remotes *r, const struct remote_base *base, bool is_locked,
			  struct error *err)
{
	error_set(err, ERROR_OUTSIDE, ERROR_NO_POSITION,
		  "the remote base '%.*s' is not in %s, and nothing is fetched (%s)",
		  STR_FMT(base->shown), is_locked ? "the cache" : REMOTE_LOCK_NAME,
		  r->options.offline);
	if (is_locked)
		return error_hint(err,
				  "where the network may be used: forge build --offline=false");
	return error_hint(err, "where the network may be used: forge build --update-lock");
}

/* --- repositories ---------------------------------------------------------------------------- */

/* "https://host/org/repo@ref/" */
static struct str label_of(struct arena *arena, const struct remote_url *url)
{
	return STR_CAT(arena, url->repository, url->ref.len ? STR("@") : STR(""), url->ref,
		       STR("/"));
}

static int check_open(struct remotes *r, const struct opened *o, struct error *err)
{
	struct str id;

	if (git_resolve(&o->git, r->arena, STR(REMOTE_REF), &id, err) < 0)
		return -1;
	if (str_equal(id, o->commit))
		return 0;
	return error_set(err, ERROR_OUTSIDE, ERROR_NO_POSITION, "it holds the commit %.*s",
			 STR_FMT(id));
}

static int damaged(const struct opened *o, struct error *err)
{
	error_wrap(err, "the cached repository '%.*s'", STR_FMT(o->git.directory));
	return error_hint(err, "remove that folder, and it is fetched again");
}

/* The one of a label; NULL: it is not open. */
static struct opened *labelled(const struct remotes *r, struct str label)
{
	for (uint32_t i = 0; i < r->opened.count; i++)
		if (str_equal(r->opened.items[i]->label, label))
			return r->opened.items[i];
	return NULL;
}

static int open_commit(struct remotes *r, const struct remote_url *url, struct str folder,
		       struct str commit, struct opened **ret, struct error *err)
{
	struct str label = label_of(r->arena, url);
	struct opened *o = labelled(r, label);

	if (o && !str_equal(o->commit, commit)) { /* of another lock file */
		label = STR_CAT(r->arena, str_strip_suffix(label, STR("/")), STR("@"), commit,
				STR("/"));
		o = labelled(r, label);
	}
	*ret = o;
	if (o)
		return 0;
	if (r->opened.count == REMOTES_MAX)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "more than %d remote repositories", REMOTES_MAX);
	o = arena_one(r->arena, struct opened);
	*o = (struct opened){ .label = label, .url = *url, .commit = commit };
	git_open_own(&o->git, r->world, r->arena, STR_CAT(r->arena, folder, STR("/"), commit));
	if (check_open(r, o, err) < 0 ||
	    git_snapshot(&o->git, r->arena, STR(REMOTE_REF), &o->files, err) < 0) {
		git_close(&o->git);
		return damaged(o, err);
	}
	VEC_PUSH(r->arena, &r->opened, o);
	*ret = o;
	return 0;
}

/* What the server says, once for each ref. */
static int resolve(struct remotes *r, const struct remote_url *url, struct str folder,
		   struct str *ret, struct error *err)
{
	struct str key = STR_CAT(r->arena, url->repository, STR("\n"), url->ref);
	const struct str *known = map_get(&r->commits, key);

	if (known) {
		*ret = *known;
		return 0;
	}
	const struct remote_server server = { r->world, r->arena, url, folder, 0 };
	if (remote_fetch_resolve(&server, ret, err) < 0)
		return -1;
	map_put(&r->commits, key, arena_copy(r->arena, ret, sizeof(*ret)));
	return 0;
}

static int open_repository(struct remotes *r, const struct remote_url *url,
			   const struct remote_lock_entry *locked, struct remote_base *ret,
			   struct error *err)
{
	struct opened *o = NULL;
	struct str folder, commit;

	if (remote_cache_repository(r->world, r->arena, url->repository, &folder, err) < 0)
		return -1;
	if (locked)
		commit = locked->commit;
	else if (resolve(r, url, folder, &commit, err) < 0)
		return -1;
	if (!remote_cache_has(r->world, r->arena, folder, commit)) {
		if (r->options.offline)
			return refuse_offline(r, ret, /* is_locked= */ true, err);
		const struct remote_server server = { r->world, r->arena, url, folder, 0 };
		if (remote_fetch_commit(&server, commit, err) < 0)
			return -1;
	}
	if (open_commit(r, url, folder, commit, &o, err) < 0)
		return -1;
	ret->is_locked = locked != NULL;
	ret->files = (struct files){ .snapshot = &o->files, .label = o->label, .remotes = r };
	ret->directory = STR_CAT(r->arena, o->label, url->path.len ? STR("/") : STR(""), url->path);
	ret->commit = commit;
	return 0;
}

/* --- files ----------------------------------------------------------------------------------- */

static int open_locked_file(struct remotes *r, const struct remote_url *url,
			    const struct remote_lock_entry *locked, struct remote_base *ret,
			    struct error *err)
{
	struct remote_file file;

	ret->is_locked = true;
	if (remote_cache_get(r->world, r->arena, url->shown, locked->sha256, &ret->text, err) < 0)
		return -1;
	if (ret->text.ptr)
		return 0;
	if (r->options.offline)
		return refuse_offline(r, ret, /* is_locked= */ true, err);
	if (remote_fetch_file(r->world, r->arena, url, &file, err) < 0)
		return -1;
	ret->text = file.bytes;
	if (str_equal(sha256_hex(r->arena, file.bytes), locked->sha256))
		return remote_cache_put(r->world, r->arena, url->shown, file.bytes, err);
	error_set(err, ERROR_OUTSIDE, ERROR_NO_POSITION,
		  "the file '%.*s' is not the one of %s any more (status %d)", STR_FMT(url->shown),
		  REMOTE_LOCK_NAME, file.status);
	return error_hint(err, "look at what has changed, then 'forge build --update-lock'");
}

static bool is_page(struct str text)
{
	return str_starts(str_trim(text), STR("<"));
}

/* *ret_is_file is false where it may be a repository, as kustomize has it: the server does not
 * have such a file, or answers with a web page. */
static int open_new_file(struct remotes *r, const struct remote_url *url, struct remote_base *ret,
			 bool *ret_is_file, struct error *err)
{
	struct remote_file file;

	*ret_is_file = false;
	if (remote_fetch_file(r->world, r->arena, url, &file, err) < 0)
		return -1;
	if (file.status < 200 || file.status > 299)
		return error_set(err, ERROR_OUTSIDE, ERROR_NO_POSITION,
				 "HTTP Error: status code %d of '%.*s'", file.status,
				 STR_FMT(url->shown));
	if (is_page(file.bytes))
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "'%.*s' is a web page, no file of YAML", STR_FMT(url->shown));
	*ret_is_file = true;
	ret->text = file.bytes;
	ret->sha256 = sha256_hex(r->arena, file.bytes);
	return remote_cache_put(r->world, r->arena, url->shown, file.bytes, err);
}

/* --- either ---------------------------------------------------------------------------------- */

static bool is_yaml_name(struct str path)
{
	path = str_cut(&path, '?');
	return str_ends(path, STR(".yaml")) || str_ends(path, STR(".yml")) ||
	       str_ends(path, STR(".json"));
}

/* What is first asked for as a file; kustomize does so with each URL, but what a repository has
 * marks of is none. */
static bool is_tried_as_file(const struct remotes_request *request, const struct remote_url *git)
{
	if (request->is_folder || !remote_url_is_file(request->url))
		return false;
	return !git || !git->is_marked || is_yaml_name(request->url);
}

static int open_new(struct remotes *r, const struct remotes_request *request,
		    const struct remote_url *git, const struct remote_url *file,
		    struct remote_base *ret, struct error *err)
{
	bool is_file = false;

	if (r->options.offline)
		return refuse_offline(r, ret, /* is_locked= */ false, err);
	if (is_tried_as_file(request, git)) {
		int result = open_new_file(r, file, ret, &is_file, err);
		if (result == 0 || is_file || !git)
			return result;
	}
	return git ? open_repository(r, git, NULL, ret, err) : -1;
}

/* A kustomization that was fetched reaches no more than its own server does. */
static int check_scheme(const struct remotes *r, const struct remotes_request *request,
			struct error *err)
{
	const struct opened *from =
		request->from->label.ptr ? opened_of(r, request->from->label) : NULL;
	struct remote_url parsed;
	const struct remote_url *url = &parsed;

	if (remote_url_parse(r->arena, request->url, &parsed, err) < 0 &&
	    remote_url_parse_file(r->arena, request->url, &parsed, err) < 0)
		return -1;
	if (!from || remote_scheme_may_name(from->url.scheme, url->scheme))
		return 0;
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
		  "'%.*s': a base that was fetched by %s names one by %s", STR_FMT(url->shown),
		  remote_scheme_name(from->url.scheme), remote_scheme_name(url->scheme));
	return error_hint(err,
			  "only the repository itself may name what lies on this machine, or is "
			  "less protected");
}

static int open_base(struct remotes *r, const struct remote_lock *lock,
		     const struct remotes_request *request, struct remote_base *ret,
		     struct error *err)
{
	struct remote_url git, file = {};
	bool is_git = remote_url_parse(r->arena, request->url, &git, err) == 0;
	bool is_http = remote_url_is_file(request->url);

	if ((!is_git && (!is_http || request->is_folder)) ||
	    (is_http && remote_url_parse_file(r->arena, request->url, &file, err) < 0))
		return -1;
	const struct remote_url *url = is_git ? &git : &file;
	ret->shown = url->shown;
	const struct remote_lock_entry *locked =
		r->options.update_lock ? NULL : remote_lock_find(lock, url->shown);
	if (!locked)
		return open_new(r, request, is_git ? &git : NULL, &file, ret, err);
	if (locked->commit.ptr && is_git)
		return open_repository(r, &git, locked, ret, err);
	if (locked->sha256.ptr && is_http && !request->is_folder)
		return open_locked_file(r, &file, locked, ret, err);
	return error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' is locked as what it is not",
			 STR_FMT(url->shown));
}

/* What was opened is in the lock file from now on. */
static void note_resolved(struct remotes *r, struct lock_file *file, struct remote_base *base)
{
	const struct remote_lock_entry entry = { base->shown, base->commit, base->sha256 };

	if (!r->options.update_lock)
		return;
	remote_lock_put(r->arena, &file->lock, entry);
	base->is_locked = true;
}

int remotes_open(struct remotes *r, const struct remotes_request *request, struct remote_base *ret,
		 struct error *err)
{
	struct lock_file *file = lock_of(r, request, err);
	struct remote_base *known = file ? map_get(&file->bases, request->url) : NULL;

	if (!file || check_scheme(r, request, err) < 0)
		return -1;
	if (!known || (request->is_folder && known->text.ptr)) {
		struct remote_base base = { .text = STR_NONE };
		if (open_base(r, &file->lock, request, &base, err) < 0)
			return -1;
		note_resolved(r, file, &base);
		known = arena_copy(r->arena, &base, sizeof(base));
		map_put(&file->bases, str_copy(r->arena, request->url), known);
	}
	*ret = *known;
	known->is_told = true;
	return 0;
}
