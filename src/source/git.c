/* git - a repository at a revision, or its working tree, as a snapshot of files */
#include "source/git.h"

#include "base/num.h"
#include "base/vec.h"
#include "world/snapshot.h"
#include "world/world.h"

enum { GIT_ARGS_MAX = 16, GIT_TIMEOUT_MS = 120000 };

/* Neither the user's configuration nor the language of messages changes what we read. */
static const struct str git_env[] = {
	STR_INIT("LC_ALL=C"),
	STR_INIT("GIT_CONFIG_NOSYSTEM=1"),
	STR_INIT("GIT_CONFIG_GLOBAL=/dev/null"),
	STR_INIT("GIT_TERMINAL_PROMPT=0"),
	STR_INIT("GIT_OPTIONAL_LOCKS=0"),
	STR_INIT("GIT_NO_REPLACE_OBJECTS=1"),
	STR_INIT("GIT_LITERAL_PATHSPECS=1"),
};

/* Runs git in the directory; args end with an absent str. A status that is not 0 is no error. */
static int run(const struct git *git, struct arena *arena, const struct str *args, struct str input,
	       struct process_result *ret, struct error *err)
{
	struct str argv[GIT_ARGS_MAX + 4] = { STR("git"), STR("-c"), STR("safe.directory=*") };
	uint32_t argc = 3;

	for (; args->ptr; args++) {
		assert(argc < ARRAY_COUNT(argv));
		argv[argc++] = *args;
	}
	struct process_request request = {
		.argv = argv,
		.argc = argc,
		.directory = git->root,
		.env = git_env,
		.env_count = ARRAY_COUNT(git_env),
		.input = input,
		.output_bytes_max = GIT_BYTES_MAX,
		.timeout_ms = GIT_TIMEOUT_MS,
	};
	return process_run(git->world, arena, &request, ret, err);
}

/* The last line of what git said, without "fatal: ". */
static struct str complaint(struct str text)
{
	text = str_trim(text);
	ptrdiff_t line = str_find_last_char(text, '\n');

	return str_strip_prefix(str_from(text, (size_t)(line + 1)), STR("fatal: "));
}

/* As run(), and a status that is not 0 is an error. */
static int run_checked(const struct git *git, struct arena *arena, const struct str *args,
		       struct str input, struct str *ret, struct error *err)
{
	struct process_result result;

	if (run(git, arena, args, input, &result, err) < 0)
		return -1;
	if (result.status != 0)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "git %.*s: %.*s",
				 STR_FMT(args[0]), STR_FMT(complaint(result.err)));
	*ret = result.out;
	return 0;
}

#define GIT_ARGS(...) ((const struct str[]){ __VA_ARGS__, STR_NONE })

/* --- the repository -------------------------------------------------------------------------- */

static struct str directory_of(struct world *world, struct str path)
{
	struct file_stat stat;
	struct error err;
	ptrdiff_t slash = str_find_last_char(path, '/');

	if (file_stat(world, path, &stat, &err) < 0 || stat.kind != FILE_REGULAR)
		return path;
	if (slash < 0)
		return STR(".");
	return slash == 0 ? STR("/") : str_sub(path, 0, (size_t)slash);
}

static int not_a_repository(struct str path, struct str said, struct error *err)
{
	if (!str_contains(said, STR("not a git repository")))
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s': %.*s", STR_FMT(path),
				 STR_FMT(complaint(said)));
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' is not in a git repository",
		  STR_FMT(path));
	return error_hint(err, "call 'git init' there, or name a directory of a repository");
}

int git_open(struct git *git, struct world *world, struct arena *arena, struct str path,
	     struct error *err)
{
	struct process_result result;
	struct git g = { .world = world, .root = directory_of(world, path) };
	const struct str *args =
		GIT_ARGS(STR("rev-parse"), STR("--is-bare-repository"), STR("--show-prefix"),
			 STR("--absolute-git-dir"), STR("--show-toplevel"));

	if (run(&g, arena, args, STR_NONE, &result, err) < 0)
		return -1;
	struct str rest = result.out;
	g.is_bare = str_equal(str_cut(&rest, '\n'), STR("true"));
	/* In a bare repository the last question fails, after the others were answered. */
	if (result.status != 0 && !g.is_bare)
		return not_a_repository(path, result.err, err);
	g.prefix = str_copy(arena, str_cut(&rest, '\n'));
	struct str git_directory = str_cut(&rest, '\n');
	g.root = str_copy(arena, g.is_bare ? git_directory : str_cut(&rest, '\n'));
	*git = g;
	return 0;
}

static bool has_commits(const struct git *git)
{
	SCRATCH(scratch);
	struct process_result result;
	struct error err;
	const struct str *args = GIT_ARGS(STR("rev-list"), STR("-n"), STR("1"), STR("--all"));

	return run(git, scratch, args, STR_NONE, &result, &err) == 0 && result.out.len > 0;
}

/* "HEAD^{commit}"; what begins with a minus would be an option of git. */
static int resolve(const struct git *git, struct arena *arena, struct str revision,
		   const char *kind, struct str *ret, struct error *err)
{
	struct process_result result;
	struct str name = str_printf(arena, "%.*s^{%s}", STR_FMT(revision), kind);
	const struct str *args = GIT_ARGS(STR("rev-parse"), STR("--verify"), STR("--quiet"),
					  STR("--end-of-options"), name);

	if (run(git, arena, args, STR_NONE, &result, err) < 0)
		return -1;
	struct str hash = str_trim(result.out);
	if (result.status == 0 && hash.len) {
		*ret = hash;
		return 0;
	}
	if (!has_commits(git)) {
		error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
			  "the repository '%.*s' has no commits yet", STR_FMT(git->root));
		return error_hint(err, "commit something first");
	}
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' is not a revision of '%.*s'",
		  STR_FMT(revision), STR_FMT(git->root));
	return error_hint(
		err, "'git branch -a' and 'git tag' list names; a shallow clone lacks old commits");
}

int git_resolve(const struct git *git, struct arena *arena, struct str revision, struct str *ret,
		struct error *err)
{
	return resolve(git, arena, revision, "commit", ret, err);
}

int git_branch(const struct git *git, struct arena *arena, struct str *ret, struct error *err)
{
	struct process_result result;
	const struct str *args =
		GIT_ARGS(STR("symbolic-ref"), STR("--quiet"), STR("--short"), STR("HEAD"));

	if (run(git, arena, args, STR_NONE, &result, err) < 0)
		return -1;
	*ret = result.status == 0 ? str_trim(result.out) : STR_NONE;
	return 0;
}

int git_is_dirty(const struct git *git, bool *ret, struct error *err)
{
	SCRATCH(scratch);
	struct str out;
	const struct str *args = GIT_ARGS(STR("status"), STR("--porcelain"), STR("-z"),
					  STR("--ignore-submodules=all"));

	if (git->is_bare) {
		*ret = false;
		return 0;
	}
	if (run_checked(git, scratch, args, STR_NONE, &out, err) < 0)
		return -1;
	*ret = out.len > 0;
	return 0;
}

/* --- a commit -------------------------------------------------------------------------------- */

struct listed {
	struct str path;
	struct str object;
	bool is_link;
	bool executable;
};

struct listing {
	struct listed *items;
	uint32_t count;
	uint32_t capacity;
};

static int too_many(struct error *err)
{
	return error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "more than %d files", GIT_FILES_MAX);
}

/* Entries "100644 blob HASH\tPATH\0"; submodules have the type commit. */
static int parse_listing(struct arena *arena, struct str text, struct listing *ret,
			 struct error *err)
{
	for (struct str rest = text; rest.len;) {
		struct str path = str_cut(&rest, '\0');
		struct str fields = str_cut(&path, '\t');
		struct str mode = str_cut(&fields, ' '), type = str_cut(&fields, ' ');

		if (!str_equal(type, STR("blob")))
			continue;
		if (ret->count >= GIT_FILES_MAX)
			return too_many(err);
		struct listed entry = { path, fields, str_equal(mode, STR("120000")),
					str_equal(mode, STR("100755")) };
		VEC_PUSH(arena, ret, entry);
	}
	return 0;
}

/* The hashes, one a line, as cat-file --batch wants them. */
static struct str object_names(struct arena *arena, const struct listing *listing)
{
	size_t size_bytes = 0;

	for (uint32_t i = 0; i < listing->count; i++)
		size_bytes += listing->items[i].object.len + 1;
	char *text = arena_alloc_raw(arena, size_bytes, 1), *at = text;
	for (uint32_t i = 0; i < listing->count; i++) {
		struct str object = listing->items[i].object;
		memcpy(at, object.ptr, object.len);
		at += object.len;
		*at++ = '\n';
	}
	return (struct str){ text, size_bytes };
}

/* "HASH blob SIZE\nBYTES\n" */
static bool take_object(struct str *rest, struct str *ret)
{
	struct str size = str_cut(rest, '\n');
	uint64_t size_bytes;

	str_cut(&size, ' ');
	struct str type = str_cut(&size, ' ');
	if (!str_equal(type, STR("blob")) || !num_uint64(size, 10, &size_bytes) ||
	    size_bytes >= rest->len)
		return false;
	*ret = str_sub(*rest, 0, size_bytes);
	*rest = str_from(*rest, size_bytes + 1);
	return true;
}

static int read_objects(const struct git *git, const struct listing *listing, struct snapshot *ret,
			struct error *err)
{
	struct str out, bytes;
	struct str names = object_names(ret->arena, listing);

	if (run_checked(git, ret->arena, GIT_ARGS(STR("cat-file"), STR("--batch")), names, &out,
			err) < 0)
		return -1;
	for (uint32_t i = 0; i < listing->count; i++) {
		const struct listed *entry = &listing->items[i];
		if (!take_object(&out, &bytes)) {
			error_set(err, ERROR_OUTSIDE, ERROR_NO_POSITION,
				  "'%.*s': git has no object %.*s", STR_FMT(entry->path),
				  STR_FMT(entry->object));
			return error_hint(err,
					  "a partial clone lacks files; 'git fetch' brings them");
		}
		snapshot_put(ret, (struct snapshot_file){ entry->path, bytes, entry->is_link,
							  entry->executable });
	}
	snapshot_sort(ret);
	return 0;
}

int git_snapshot(const struct git *git, struct arena *arena, struct str revision,
		 struct snapshot *ret, struct error *err)
{
	struct str tree, text;
	struct listing listing = {};

	if (resolve(git, arena, revision, "tree", &tree, err) < 0)
		return -1;
	const struct str *args =
		GIT_ARGS(STR("ls-tree"), STR("-r"), STR("-z"), STR("--full-tree"), tree);
	if (run_checked(git, arena, args, STR_NONE, &text, err) < 0 ||
	    parse_listing(arena, text, &listing, err) < 0)
		return -1;
	snapshot_init(ret, arena);
	return listing.count ? read_objects(git, &listing, ret, err) : 0;
}

/* --- the working tree ------------------------------------------------------------------------ */

/* Adds what lies there: a link, a file, or nothing when it was deleted or is a submodule. */
static int read_working_file(const struct git *git, struct str path, struct snapshot *ret,
			     struct error *err)
{
	struct snapshot_file file = { .path = path };
	struct file_stat stat;
	struct str full = str_printf(ret->arena, "%.*s/%.*s", STR_FMT(git->root), STR_FMT(path));

	if (file_link(git->world, ret->arena, full, &file.bytes, err) < 0)
		return -1;
	file.is_link = file.bytes.ptr != NULL;
	if (!file.is_link) {
		if (file_stat(git->world, full, &stat, err) < 0)
			return -1;
		if (stat.kind != FILE_REGULAR)
			return 0;
		file.executable = stat.executable;
		if (file_read(git->world, ret->arena, full, &file.bytes, err) < 0)
			return -1;
	}
	snapshot_put(ret, file);
	return 0;
}

int git_working_tree(const struct git *git, struct arena *arena, struct snapshot *ret,
		     struct error *err)
{
	struct str text;
	uint64_t size_bytes = 0;
	const struct str *args = GIT_ARGS(STR("ls-files"), STR("-z"), STR("--cached"),
					  STR("--others"), STR("--exclude-standard"));

	if (git->is_bare) {
		error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' is a bare repository",
			  STR_FMT(git->root));
		return error_hint(err, "name a revision");
	}
	if (run_checked(git, arena, args, STR_NONE, &text, err) < 0)
		return -1;
	snapshot_init(ret, arena);
	for (struct str rest = text; rest.len;) {
		struct str path = str_cut(&rest, '\0');
		if (ret->files.count >= GIT_FILES_MAX)
			return too_many(err);
		uint32_t before_count = ret->files.count;
		if (read_working_file(git, path, ret, err) < 0)
			return -1;
		if (ret->files.count > before_count)
			size_bytes += ret->files.items[before_count]->bytes.len;
		if (size_bytes > GIT_BYTES_MAX)
			return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
					 "the working tree has more than %d bytes", GIT_BYTES_MAX);
	}
	snapshot_sort(ret);
	return 0;
}

/* --- history --------------------------------------------------------------------------------- */

int git_log(const struct git *git, struct arena *arena, struct str range, uint32_t count_max,
	    struct git_log *ret, struct error *err)
{
	struct str text;
	struct git_log log = {};
	const struct str *args =
		GIT_ARGS(STR("log"), STR("-z"), STR("--format=%H %ct %s"), STR("-n"),
			 str_printf(arena, "%u", count_max), STR("--end-of-options"), range);

	if (run_checked(git, arena, args, STR_NONE, &text, err) < 0)
		return -1;
	for (struct str rest = text; rest.len;) {
		struct git_commit commit = { .subject = str_cut(&rest, '\0') };
		commit.hash = str_cut(&commit.subject, ' ');
		if (!num_int64(str_cut(&commit.subject, ' '), &commit.committed_s))
			return error_set(err, ERROR_OUTSIDE, ERROR_NO_POSITION,
					 "git log answers in a way that is not understood");
		VEC_PUSH(arena, &log, commit);
	}
	*ret = log;
	return 0;
}
