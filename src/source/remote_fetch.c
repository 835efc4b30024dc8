/* remote_fetch - asks servers for remote bases: references, commits, single files */
#include "source/remote_fetch.h"

#include "base/arena.h"
#include "base/base64.h"
#include "source/git_objects.h"
#include "source/git_run.h"
#include "source/remote_cache.h"
#include "source/remote_lock.h"
#include "world/files.h"
#include "world/http.h"

/* --- references ------------------------------------------------------------------------------ */

/* As git-check-ref-format(1) has it, as far as it matters here: no option, no refspec. */
static bool is_ref(struct str s)
{
	static const struct str never[] = { STR_INIT(".."), STR_INIT("@{"), STR_INIT("//") };

	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] <= ' ' || s.ptr[i] == 0x7f ||
		    str_find_char(STR("~^:?*[\\"), s.ptr[i]) >= 0)
			return false;
	for (size_t i = 0; i < ARRAY_COUNT(never); i++)
		if (str_contains(s, never[i]))
			return false;
	return s.len && s.ptr[0] != '-' && s.ptr[0] != '+' && s.ptr[0] != '/' &&
	       !str_ends(s, STR("/")) && !str_ends(s, STR(".lock"));
}

static struct git_network network_of(const struct remote_url *url)
{
	return (struct git_network){ .protocol = remote_scheme_name(url->scheme),
				     .credentials = url->credentials,
				     .timeout_ms = url->timeout_ms };
}

/* "HASH\tNAME" lines: the hash of a reference; absent: it is not there. */
static struct str find_ref(struct str lines, struct str name)
{
	while (lines.len) {
		struct str line_name = str_cut(&lines, '\n');
		struct str hash = str_cut(&line_name, '\t');
		if (str_equal(line_name, name))
			return hash;
	}
	return STR_NONE;
}

/* As `git fetch` looks for a name (refs.c, ref_fetch_rules); an annotated tag has a second line
 * for its commit. */
static struct str match_ref(struct arena *arena, struct str lines, struct str ref)
{
	static const struct str rules[] = { STR_INIT(""), STR_INIT("refs/"), STR_INIT("refs/tags/"),
					    STR_INIT("refs/heads/") };

	for (size_t i = 0; i < ARRAY_COUNT(rules); i++) {
		struct str name = str_concat(arena, rules[i], ref);
		struct str found = find_ref(lines, name);
		struct str commit = find_ref(lines, str_concat(arena, name, STR("^{}")));
		if (found.ptr)
			return commit.ptr ? commit : found;
	}
	return STR_NONE;
}

static int refused(const struct remote_url *url, const struct process_result *result,
		   struct error *err)
{
	struct str why = git_complaint(result->err);

	error_set(err, ERROR_OUTSIDE, ERROR_NO_POSITION, "git cannot read '%.*s': %.*s",
		  STR_FMT(url->repository), STR_FMT(why));
	if (str_contains(result->err, STR("redirect")) || str_contains(result->err, STR("301")) ||
	    str_contains(result->err, STR("302")))
		return error_hint(err,
				  "redirects are not followed: write the URL that it leads to, "
				  "often the same with .git");
	if (url->scheme == REMOTE_HTTPS || url->scheme == REMOTE_HTTP)
		return error_hint(err, "no credentials are asked for; private repositories are "
				       "read by ssh");
	return -1;
}

static int refuse_ref(const struct remote_url *url, const char *why, struct error *err)
{
	return error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "the ref '%.*s' of '%.*s' %s",
			 STR_FMT(url->ref), STR_FMT(url->shown), why);
}

int remote_fetch_resolve(const struct remote_server *server, struct str *ret_commit,
			 struct error *err)
{
	const struct remote_url *url = server->url;
	struct arena *arena = server->arena;
	struct str ref = url->ref.len ? url->ref : STR("HEAD"), commit;
	struct git_network network = network_of(url);
	struct process_result result;
	struct git git;

	if (!is_ref(ref))
		return refuse_ref(url, "is no name that git allows", err);
	/* It needs no repository, but one that is not the caller's. */
	git_open_own(&git, server->world, arena, server->folder);
	struct str peeled = str_concat(arena, ref, STR("^{}"));
	if (git_run_network(&git, arena, &network,
			    GIT_ARGS(STR("ls-remote"), STR("--quiet"), STR("--"), url->repository,
				     ref, peeled),
			    &result, err) < 0)
		return error_wrap(err, "'%.*s'", STR_FMT(url->repository));
	if (result.status != 0)
		return refused(url, &result, err);
	commit = match_ref(arena, result.out, ref);
	if (!commit.ptr && remote_lock_is_commit(ref))
		commit = ref;
	if (!commit.ptr) {
		refuse_ref(url, "is not there", err);
		return error_hint(err, "a branch, a tag, or all digits of a commit");
	}
	if (!remote_lock_is_commit(commit))
		return error_set(err, ERROR_OUTSIDE, ERROR_NO_POSITION,
				 "git ls-remote answers in a way that is not understood");
	*ret_commit = str_copy(arena, commit);
	return 0;
}

/* --- commits --------------------------------------------------------------------------------- */

/* What arrives, while it does. */
struct arriving {
	const struct remote_server *server;
	struct str folder;
};

static uint64_t bytes_max(const struct remote_server *server)
{
	return server->bytes_max ? server->bytes_max : REMOTE_REPOSITORY_BYTES_MAX;
}

static bool is_too_large(void *data)
{
	const struct arriving *a = data;

	return remote_cache_size_bytes(a->server->world, a->folder) > bytes_max(a->server);
}

static int refuse_size(const struct remote_server *server, struct error *err)
{
	return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
			 "'%.*s' has more than %llu bytes, which a remote base may have",
			 STR_FMT(server->url->repository), (unsigned long long)bytes_max(server));
}

static int fetch_into(const struct remote_server *server, struct git *git, struct str revision,
		      struct error *err)
{
	const struct remote_url *url = server->url;
	struct arriving arriving = { server, git->directory };
	struct git_network network = network_of(url);
	struct process_result result;
	struct str spec = STR_CAT(server->arena, STR("+"), revision, STR(":" REMOTE_REF));

	network.is_too_much = is_too_large;
	network.data = &arriving;
	if (git_run_network(git, server->arena, &network,
			    GIT_ARGS(STR("fetch"), STR("--quiet"), STR("--depth=1"),
				     STR("--no-tags"), STR("--no-recurse-submodules"),
				     STR("--no-auto-gc"), STR("--no-write-fetch-head"), STR("--"),
				     url->repository, spec),
			    &result, err) < 0)
		return error_wrap(err, "'%.*s'", STR_FMT(url->repository));
	if (is_too_large(&arriving))
		return refuse_size(server, err);
	return result.status == 0 ? 0 : refused(url, &result, err);
}

static int check_fetched(const struct remote_server *server, struct git *git, struct str commit,
			 struct error *err)
{
	struct str found;

	if (git_objects_resolve(git->objects, server->arena, STR(REMOTE_REF "^{commit}"), &found,
				err) < 0)
		return -1;
	if (found.ptr && str_equal(found, commit))
		return 0;
	return error_set(err, ERROR_OUTSIDE, ERROR_NO_POSITION,
			 "'%.*s' has no commit %.*s any more", STR_FMT(server->url->repository),
			 STR_FMT(commit));
}

/* Servers give any commit by its hash since version 2 of the protocol; else that of the ref. */
static int fetch(const struct remote_server *server, struct git *git, struct str commit,
		 struct error *err)
{
	struct str ref = server->url->ref.len ? server->url->ref : STR("HEAD");
	struct error first;

	if (fetch_into(server, git, commit, &first) < 0 &&
	    (first.code != ERROR_OUTSIDE || fetch_into(server, git, ref, err) < 0)) {
		*err = first;
		return -1;
	}
	return check_fetched(server, git, commit, err);
}

int remote_fetch_commit(const struct remote_server *server, struct str commit, struct error *err)
{
	const struct remote_url *url = server->url;
	struct world *world = server->world;
	struct arena *arena = server->arena;
	struct str made;
	struct git git;

	if (url->ref.len && !is_ref(url->ref))
		return refuse_ref(url, "is no name that git allows", err);
	if (remote_cache_has(world, arena, server->folder, commit))
		return 0;
	if (remote_cache_begin(world, arena, server->folder, &made, err) < 0)
		return -1;
	git_open_own(&git, world, arena, made);
	int result = fetch(server, &git, commit, err);
	git_close(&git);
	if (result < 0) {
		remote_cache_drop(world, made);
		return -1;
	}
	return remote_cache_keep(world, arena, made, server->folder, commit, err);
}

/* --- files ----------------------------------------------------------------------------------- */

struct waiting {
	struct arena *arena;
	struct remote_file *file;
	struct error *err;
	bool is_done;
	bool has_failed;
};

static void answered(void *data, const struct http_answer *answer, const struct error *err)
{
	struct waiting *w = data;

	w->is_done = true;
	w->has_failed = !answer;
	if (!answer) {
		*w->err = *err;
		return;
	}
	*w->file = (struct remote_file){ answer->status, str_copy(w->arena, answer->body) };
}

int remote_fetch_file(struct world *world, struct arena *arena, const struct remote_url *url,
		      struct remote_file *ret, struct error *err)
{
	struct http_header authorization = { STR("Authorization"), STR_NONE };
	struct remote_file file = {};
	struct waiting w = { .arena = arena, .file = &file, .err = err };
	struct http_request request = {
		.url = url->repository,
		.redirects_max = REMOTE_REDIRECTS_MAX,
		.answer_bytes_max = FILES_BYTES_MAX,
		.timeout_ms = url->timeout_ms,
		.headers = &authorization,
		.header_count = url->credentials.ptr ? 1 : 0,
	};

	if (url->credentials.ptr) {
		authorization.value =
			str_concat(arena, STR("Basic "), base64_encode(arena, url->credentials, 0));
		request.redirects_max = 0; /* they are for this host */
	}
	uint64_t id = http_send(world, &request,
				(struct http_events){ .answered = answered, .data = &w });
	if (world_wait(world, &w.is_done, -1, err) < 0) {
		http_cancel(world, id);
		return -1;
	}
	if (w.has_failed)
		return error_wrap(err, "'%.*s'", STR_FMT(url->shown));
	*ret = file;
	return 0;
}
