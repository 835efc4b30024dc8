/* git_place - where a repository lies, and whether it may be read */
#include "source/git_place.h"

#include "base/arena.h"
#include "source/git_run.h"
#include "world/world.h"

enum { SMALL_FILE_BYTES_MAX = 1 << 16 };

static int kind_of(const struct git *git, struct str path, enum file_kind *ret, struct error *err)
{
	struct file_stat stat;

	if (file_stat(git->world, path, &stat, err) < 0)
		return -1;
	*ret = stat.kind;
	return 0;
}

static struct str below(struct arena *arena, struct str directory, struct str path)
{
	if (str_starts(path, STR("/")))
		return path;
	return str_printf(arena, "%.*s/%.*s", STR_FMT(str_strip_suffix(directory, STR("/"))),
			  STR_FMT(path));
}

static bool is_at_or_below(struct str path, struct str directory)
{
	struct str rest = str_strip_prefix(path, directory);

	return str_equal(path, directory) || (rest.len < path.len && str_starts(rest, STR("/")));
}

static struct str parent_of(struct str path)
{
	ptrdiff_t slash = str_find_last_char(path, '/');

	return slash <= 0 ? STR("/") : str_sub(path, 0, (size_t)slash);
}

/* A file of git's own that holds a line or two. */
static int read_small(const struct git *git, struct arena *arena, struct str path, struct str *ret,
		      struct error *err)
{
	struct file_stat stat;

	if (file_stat(git->world, path, &stat, err) < 0)
		return -1;
	if (stat.size_bytes > SMALL_FILE_BYTES_MAX)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "'%.*s' has %llu bytes; git's own have at most %d", STR_FMT(path),
				 (unsigned long long)stat.size_bytes, SMALL_FILE_BYTES_MAX);
	return file_read(git->world, arena, path, ret, err);
}

/* --- finding --------------------------------------------------------------------------------- */

/* Of a worktree the objects lie in the repository that it was made from. */
static int find_common(struct git *git, struct arena *arena, struct error *err)
{
	struct str file = below(arena, git->directory, STR("commondir")), text;
	enum file_kind kind;

	git->common = git->directory;
	if (kind_of(git, file, &kind, err) < 0)
		return -1;
	if (kind != FILE_REGULAR)
		return 0;
	if (read_small(git, arena, file, &text, err) < 0)
		return -1;
	return file_realpath(git->world, arena, below(arena, git->directory, str_trim(text)),
			     &git->common, err);
}

/* As git tells one from any other folder: then its directory and common one are set. */
static int take_directory(struct git *git, struct arena *arena, struct str path, bool *ret,
			  struct error *err)
{
	static const struct {
		const char *name;
		enum file_kind kind;
	} parts[] = { { "HEAD", FILE_REGULAR },
		      { "objects", FILE_DIRECTORY },
		      { "refs", FILE_DIRECTORY } };
	struct git g = *git;
	enum file_kind kind;

	*ret = false;
	if (file_realpath(g.world, arena, path, &g.directory, err) < 0 ||
	    find_common(&g, arena, err) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_COUNT(parts); i++) {
		struct str folder = i == 0 ? g.directory : g.common;
		if (kind_of(&g, below(arena, folder, str_from_cstr(parts[i].name)), &kind, err) < 0)
			return -1;
		if (kind != parts[i].kind)
			return 0;
	}
	*git = g;
	*ret = true;
	return 0;
}

static int follow_git_file(struct git *git, struct arena *arena, struct str file, struct error *err)
{
	struct str text, path;
	enum file_kind kind;
	bool found = false;

	if (read_small(git, arena, file, &text, err) < 0)
		return -1;
	struct str target = str_strip_prefix(text, STR("gitdir: "));
	if (target.len < text.len) {
		path = below(arena, parent_of(file), str_trim(target));
		if (kind_of(git, path, &kind, err) < 0)
			return -1;
		if (kind == FILE_DIRECTORY && take_directory(git, arena, path, &found, err) < 0)
			return -1;
	}
	if (found)
		return 0;
	return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
			 "'%.*s' names no repository: 'gitdir: …' is to lead to one",
			 STR_FMT(file));
}

static int refuse_absent(struct str path, struct error *err)
{
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' is not in a git repository",
		  STR_FMT(path));
	return error_hint(err, "call 'git init' there, or name a directory of a repository");
}

/* From a folder (real path) upward. */
static int find_upward(struct git *git, struct arena *arena, struct str folder, struct str shown,
		       struct error *err)
{
	enum file_kind kind;
	bool found = false;

	for (struct str at = folder;; at = parent_of(at)) {
		struct str entry = below(arena, at, STR(".git"));
		git->root = at;
		if (kind_of(git, entry, &kind, err) < 0)
			return -1;
		if (kind == FILE_REGULAR)
			return follow_git_file(git, arena, entry, err);
		if (kind == FILE_DIRECTORY && take_directory(git, arena, entry, &found, err) < 0)
			return -1;
		if (found)
			return 0;
		if (at.len <= 1)
			break;
	}
	git->root = folder;
	if (take_directory(git, arena, folder, &git->is_bare, err) < 0)
		return -1;
	return git->is_bare ? 0 : refuse_absent(shown, err);
}

/* --- whose it is ----------------------------------------------------------------------------- */

/* An absent file, such as the `.git` of a bare repository, has no other owner. */
static int is_own(const struct git *git, struct str path, bool *ret, struct error *err)
{
	struct file_stat stat;

	if (file_stat(git->world, path, &stat, err) < 0)
		return -1;
	*ret = stat.is_own || stat.kind == FILE_ABSENT;
	return 0;
}

/* "~/src" of the user's configuration is below his home. */
static struct str expanded(const struct git *git, struct arena *arena, struct str value)
{
	struct str rest = str_strip_prefix(value, STR("~/"));

	if (rest.len == value.len)
		return value;
	return below(arena, world_env(git->world, "HOME"), rest);
}

/* As git reads safe.directory: an empty value forgets those before it. */
static bool is_called_safe(const struct git *git, struct arena *arena, struct str values)
{
	bool safe = false;

	for (struct str rest = values; rest.len;) {
		struct str value = str_cut(&rest, '\0');
		struct str path = str_strip_suffix(expanded(git, arena, value), STR("/"));
		struct str folder = str_strip_suffix(path, STR("/*"));
		if (!value.len)
			safe = false;
		else if (str_equal(value, STR("*")) || str_equal(path, git->root))
			safe = true;
		else if (folder.len < path.len && is_at_or_below(git->root, folder))
			safe = true;
	}
	return safe;
}

/* Whoever owns it says what it holds; git's own rule, as its message has it. */
static int check_owner(const struct git *git, struct arena *arena, struct error *err)
{
	const struct str parts[] = { git->root, git->directory, git->common,
				     below(arena, git->root, STR(".git")) };
	struct str values;
	bool own = true;

	for (size_t i = 0; own && i < ARRAY_COUNT(parts); i++)
		if (is_own(git, parts[i], &own, err) < 0)
			return -1;
	if (own)
		return 0;
	if (git_read_safe_directories(git->world, arena, &values, err) < 0)
		return -1;
	if (is_called_safe(git, arena, values))
		return 0;
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
		  "detected dubious ownership: the repository '%.*s' belongs to another user",
		  STR_FMT(git->root));
	return error_hint(err, "if you trust it: git config --global --add safe.directory %.*s",
			  STR_FMT(git->root));
}

/* --- what it is made of ---------------------------------------------------------------------- */

/* Files that every git command opens: they must be files and folders of the repository, not links
 * out of it, nor pipes that block until a writer opens them. */
static int check_parts(const struct git *git, struct arena *arena, struct error *err)
{
	static const char *const parts[] = {
		"HEAD",
		"config",
		"config.worktree",
		"commondir",
		"index",
		"packed-refs",
		"shallow",
		"refs",
		"refs/heads",
		"refs/tags",
		"refs/remotes",
		"logs",
		"logs/HEAD",
		"objects",
		"objects/info",
		"objects/pack",
		"info",
		"info/exclude",
		"info/sparse-checkout",
		"objects/info/alternates",
	};
	const struct str folders[] = { git->directory, git->common };

	for (size_t i = 0; i < 2 * ARRAY_COUNT(parts); i++) {
		struct str path = below(arena, folders[i % 2], str_from_cstr(parts[i / 2])), real;
		enum file_kind kind;
		if (kind_of(git, path, &kind, err) < 0)
			return -1;
		if (kind == FILE_ABSENT)
			continue;
		if (file_realpath(git->world, arena, path, &real, err) < 0)
			return -1;
		if (kind == FILE_OTHER)
			return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
					 "'%.*s' is a pipe, a socket or a device", STR_FMT(path));
		if (!is_at_or_below(real, git->directory) && !is_at_or_below(real, git->common))
			return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
					 "'%.*s' leads out of its repository", STR_FMT(path));
	}
	return 0;
}

static int refuse_borrowed(struct str file, struct str from, struct error *err)
{
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
		  "'%.*s' borrows objects of '%.*s': Forge reads those of the repository alone",
		  STR_FMT(file), STR_FMT(from));
	return error_hint(err, "'git repack -a -d' copies them; then remove that file");
}

/* Objects of another repository may be those of another user. */
static int check_alternates(const struct git *git, struct arena *arena, struct error *err)
{
	struct str file = below(arena, git->common, STR("objects/info/alternates")), text;
	enum file_kind kind;

	if (kind_of(git, file, &kind, err) < 0)
		return -1;
	if (kind == FILE_ABSENT)
		return 0;
	if (read_small(git, arena, file, &text, err) < 0)
		return -1;
	for (struct str rest = text; rest.len;) {
		struct str line = str_trim(str_cut(&rest, '\n'));
		if (line.len && line.ptr[0] != '#')
			return refuse_borrowed(file, line, err);
	}
	return 0;
}

/* --- all of it ------------------------------------------------------------------------------- */

static int find_folder(const struct git *git, struct arena *arena, struct str path, struct str *ret,
		       struct error *err)
{
	enum file_kind kind;
	struct str real;

	if (file_realpath(git->world, arena, path, &real, err) < 0 ||
	    kind_of(git, real, &kind, err) < 0)
		return -1;
	*ret = kind == FILE_DIRECTORY ? real : parent_of(real);
	return 0;
}

int git_find(struct git *git, struct arena *arena, struct str path, struct error *err)
{
	struct str folder;

	if (find_folder(git, arena, path, &folder, err) < 0 ||
	    find_upward(git, arena, folder, path, err) < 0 || check_owner(git, arena, err) < 0 ||
	    check_parts(git, arena, err) < 0 || check_alternates(git, arena, err) < 0)
		return -1;
	struct str inside = str_strip_prefix(folder, str_strip_suffix(git->root, STR("/")));
	git->prefix = inside.len > 1 ? str_concat(arena, str_from(inside, 1), STR("/")) : STR("");
	return 0;
}
