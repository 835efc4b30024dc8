/* remote_cache - remote bases that were fetched, in the user's cache folder */
#include "source/remote_cache.h"

#include "base/arena.h"
#include "base/hash.h"

enum {
	FOLDERS_DEPTH_MAX = 16, /* of a bare repository */
	ABANDONED_MS = 3600 * 1000,
};

/* --- the folder ------------------------------------------------------------------------------ */

static int user_folder(struct world *world, struct arena *arena, struct str *ret, struct error *err)
{
	struct str cache = world_env(world, "XDG_CACHE_HOME"), home = world_env(world, "HOME");

	if (str_starts(cache, STR("/"))) { /* a relative one counts for nothing, says the XDG */
		*ret = cache;
		return 0;
	}
	if (str_starts(home, STR("/"))) {
		*ret = str_concat(arena, str_strip_suffix(home, STR("/")), STR("/.cache"));
		return 0;
	}
	error_set(err, ERROR_OUTSIDE, ERROR_NO_POSITION, "there is no folder to keep remote bases");
	return error_hint(err, "set HOME, or XDG_CACHE_HOME, to an absolute path");
}

static int refuse_folder(struct str folder, const char *why, struct error *err)
{
	error_set(err, ERROR_REFUSED, ERROR_NO_POSITION,
		  "the cache of remote bases is not used: '%.*s' %s", STR_FMT(folder), why);
	return error_hint(err, "remove it, or name another folder with XDG_CACHE_HOME");
}

/* Whoever else writes there would choose what is built. */
static int check_folder(struct world *world, struct arena *arena, struct str folder,
			struct error *err)
{
	struct file_stat stat;
	struct str target;

	if (file_link(world, arena, folder, &target, err) < 0 ||
	    file_stat(world, folder, &stat, err) < 0)
		return -1;
	if (target.ptr)
		return refuse_folder(folder, "is a link", err);
	if (stat.kind != FILE_ABSENT && stat.kind != FILE_DIRECTORY)
		return refuse_folder(folder, "is no folder", err);
	if (stat.kind == FILE_DIRECTORY && !stat.is_own)
		return refuse_folder(folder, "belongs to another user", err);
	return 0;
}

/* kind/<hash of the URL>, made and checked from the top on. */
static int folder_of(struct world *world, struct arena *arena, const char *kind, struct str url,
		     struct str *ret, struct error *err)
{
	const struct str steps[] = { STR("forge"), STR("remote"), str_from_cstr(kind),
				     sha256_hex(arena, url) };
	struct str folder;

	if (user_folder(world, arena, &folder, err) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_COUNT(steps); i++) {
		folder = STR_CAT(arena, str_strip_suffix(folder, STR("/")), STR("/"), steps[i]);
		if (check_folder(world, arena, folder, err) < 0)
			return -1;
	}
	if (directory_make(world, folder, err) < 0)
		return error_wrap(err, "the cache of remote bases");
	*ret = folder;
	return 0;
}

/* --- repositories ---------------------------------------------------------------------------- */

int remote_cache_repository(struct world *world, struct arena *arena, struct str url,
			    struct str *ret, struct error *err)
{
	struct str folder;

	if (folder_of(world, arena, "git", url, &folder, err) < 0)
		return -1;
	return file_realpath(world, arena, folder, ret, err);
}

bool remote_cache_has(struct world *world, struct arena *arena, struct str folder,
		      struct str commit)
{
	return file_exists(world, STR_CAT(arena, folder, STR("/"), commit, STR("/HEAD")));
}

/* What was begun long ago: its process was killed. */
static void drop_abandoned(struct world *world, struct arena *arena, struct str folder)
{
	struct file_list list;
	struct file_stat stat;
	struct error ignored;

	if (file_list(world, arena, folder, &list, &ignored) < 0)
		return;
	for (uint32_t i = 0; i < list.count; i++) {
		struct str path = STR_CAT(arena, folder, STR("/"), list.items[i].name);
		if (str_starts(list.items[i].name, STR("new-")) &&
		    file_stat(world, path, &stat, &ignored) == 0 &&
		    world_now_ms(world) - stat.modified_ms > ABANDONED_MS)
			remote_cache_drop(world, path);
	}
}

/* As `git init --bare` makes one, without its templates. */
int remote_cache_begin(struct world *world, struct arena *arena, struct str folder, struct str *ret,
		       struct error *err)
{
	static const struct {
		const char *path, *text; /* NULL: a folder */
	} parts[] = {
		{ "objects/pack", NULL },
		{ "refs", NULL },
		{ "config", "[core]\n\trepositoryformatversion = 0\n\tbare = true\n" },
		{ "HEAD", "ref: refs/heads/none\n" },
	};
	struct random random = world_random(world, STR("remote"), folder);
	drop_abandoned(world, arena, folder);
	struct str made = str_printf(arena, "%.*s/new-%016llx", STR_FMT(folder),
				     (unsigned long long)random_bits(&random));

	for (size_t i = 0; i < ARRAY_COUNT(parts); i++) {
		struct str path = STR_CAT(arena, made, STR("/"), str_from_cstr(parts[i].path));
		int result = parts[i].text
				     ? file_write(world, path, str_from_cstr(parts[i].text), err)
				     : directory_make(world, path, err);
		if (result < 0) {
			remote_cache_drop(world, made);
			return error_wrap(err, "the cache of remote bases");
		}
	}
	*ret = made;
	return 0;
}

int remote_cache_keep(struct world *world, struct arena *arena, struct str made, struct str folder,
		      struct str commit, struct error *err)
{
	if (file_rename(world, made, STR_CAT(arena, folder, STR("/"), commit), err) == 0)
		return 0;
	remote_cache_drop(world, made);
	return remote_cache_has(world, arena, folder, commit) ? 0 : -1;
}

static void drop(struct world *world, struct str folder, int depth)
{
	SCRATCH(scratch);
	struct file_list list;
	struct error ignored;

	if (depth > FOLDERS_DEPTH_MAX || file_list(world, scratch, folder, &list, &ignored) < 0)
		return;
	for (uint32_t i = 0; i < list.count; i++) {
		struct str path = STR_CAT(scratch, folder, STR("/"), list.items[i].name);
		if (list.items[i].kind == FILE_DIRECTORY)
			drop(world, path, depth + 1);
		else if (file_remove(world, path, &ignored) < 0)
			return;
	}
	if (file_remove(world, folder, &ignored) < 0)
		return; /* somebody else has put something there */
}

void remote_cache_drop(struct world *world, struct str made)
{
	drop(world, made, 0);
}

static uint64_t size_of(struct world *world, struct str folder, int depth)
{
	SCRATCH(scratch);
	struct file_list list;
	struct file_stat stat;
	struct error ignored;
	uint64_t sum = 0;

	if (depth > FOLDERS_DEPTH_MAX || file_list(world, scratch, folder, &list, &ignored) < 0)
		return 0;
	for (uint32_t i = 0; i < list.count; i++) {
		struct str path = STR_CAT(scratch, folder, STR("/"), list.items[i].name);
		if (list.items[i].kind == FILE_DIRECTORY)
			sum += size_of(world, path, depth + 1);
		else if (file_stat(world, path, &stat, &ignored) == 0)
			sum += stat.size_bytes;
	}
	return sum;
}

uint64_t remote_cache_size_bytes(struct world *world, struct str folder)
{
	return size_of(world, folder, 0);
}

/* --- files ----------------------------------------------------------------------------------- */

int remote_cache_get(struct world *world, struct arena *arena, struct str url, struct str sha256,
		     struct str *ret, struct error *err)
{
	struct str folder, bytes;

	if (folder_of(world, arena, "file", url, &folder, err) < 0)
		return -1;
	struct str path = STR_CAT(arena, folder, STR("/"), sha256);
	*ret = STR_NONE;
	if (!file_exists(world, path))
		return 0;
	if (file_read(world, arena, path, &bytes, err) < 0)
		return -1;
	/* A damaged one is fetched again. */
	if (str_equal(sha256_hex(arena, bytes), sha256))
		*ret = bytes;
	return 0;
}

int remote_cache_put(struct world *world, struct arena *arena, struct str url, struct str bytes,
		     struct error *err)
{
	struct str folder;

	if (folder_of(world, arena, "file", url, &folder, err) < 0)
		return -1;
	return file_write(world, STR_CAT(arena, folder, STR("/"), sha256_hex(arena, bytes)), bytes,
			  err);
}
