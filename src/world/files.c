/* files - where a build reads its files: the disk of a world, or a snapshot */
#include "world/files.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/file_path.h"
#include "base/map.h"
#include "base/vec.h"
#include "world/snapshot.h"

static int refuse_absent(struct str path, struct error *err)
{
	return error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' does not exist",
			 STR_FMT(path));
}

static int refuse_outside(const struct files *files, struct str path, struct error *err)
{
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' leads out of '%.*s'", STR_FMT(path),
		  STR_FMT(files->label.ptr ? files->label : files->root));
	if (files->label.ptr)
		return error_hint(err, "what a remote base reads lies in its repository");
	if (files->snapshot)
		return error_hint(err, "what a cluster is made of lies in its source");
	return error_hint(err,
			  "what is read lies in the repository, or in the folder that is named");
}

bool files_hold(const struct files *files, struct str real)
{
	struct str root = str_strip_suffix(files->root, STR("/"));
	struct str below = str_strip_prefix(real, root);

	if (files->leaves_root || !root.len)
		return true;
	return below.len < real.len && (!below.len || below.ptr[0] == '/');
}

/* What is known of a file in a folder whose real path is known. */
struct known_file {
	enum file_kind kind; /* links followed */
	bool is_link;
	struct str text; /* absent: it was not read */
};

struct files_folders {
	struct arena *arena;
	struct map real;  /* path → struct str */
	struct map files; /* path in a real folder → struct known_file */
};

void files_remember(struct files *files, struct arena *arena)
{
	files->folders = arena_one(arena, struct files_folders);
	files->folders->arena = arena;
	map_init(&files->folders->real, arena);
	map_init(&files->folders->files, arena);
}

void files_each_folder(const struct files *files, void (*take)(void *context, struct str folder),
		       void *context)
{
	const struct map *real = files->folders ? &files->folders->real : NULL;

	for (uint32_t i = 0; real && i < real->count; i++)
		if (real->entries[i].value)
			take(context, *(const struct str *)real->entries[i].value);
}

static int real_folder(const struct files *files, struct arena *arena, struct str path,
		       struct str *ret, struct error *err)
{
	struct files_folders *folders = files->folders;
	const struct str *known = map_get(&folders->real, path);

	if (known) {
		*ret = *known;
		return 0;
	}
	if (file_realpath(files->world, arena, path, ret, err) < 0)
		return -1;
	const struct str kept = str_copy(folders->arena, *ret);
	map_put(&folders->real, str_copy(folders->arena, path),
		arena_copy(folders->arena, &kept, sizeof(kept)));
	return 0;
}

static int look_at(const struct files *files, struct str path, struct known_file **ret,
		   struct error *err)
{
	struct files_folders *folders = files->folders;
	struct known_file file = {};
	struct file_stat stat;
	struct str target;

	*ret = map_get(&folders->files, path);
	if (*ret)
		return 0;
	if (file_link(files->world, folders->arena, path, &target, err) < 0 ||
	    file_stat(files->world, path, &stat, err) < 0)
		return -1;
	file = (struct known_file){ .kind = stat.kind, .is_link = target.ptr != NULL };
	*ret = arena_copy(folders->arena, &file, sizeof(file));
	map_put(&folders->files, str_copy(folders->arena, path), *ret);
	return 0;
}

/* A listing says what most files are. */
static void note_listed(const struct files *files, struct str folder, const struct file_list *list)
{
	struct files_folders *folders = files->folders;

	for (uint32_t i = 0; i < list->count; i++) {
		struct file_entry entry = list->items[i];
		struct known_file file = { .kind = entry.kind };
		if (entry.kind != FILE_REGULAR && entry.kind != FILE_DIRECTORY)
			continue;
		void **slot = map_slot(&folders->files,
				       STR_CAT(folders->arena, str_strip_suffix(folder, STR("/")),
					       STR("/"), entry.name));
		if (!*slot)
			*slot = arena_copy(folders->arena, &file, sizeof(file));
	}
}

/* Most of a path is a folder that was asked for before; the name in it may be a link. */
static int disk_realpath(const struct files *files, struct arena *arena, struct str path,
			 struct str *ret, struct error *err)
{
	ptrdiff_t slash = str_find_last_char(path, '/');
	struct str name = str_from(path, (size_t)(slash + 1)), folder;
	bool is_step = !name.len || str_equal(name, STR(".")) || str_equal(name, STR(".."));
	struct known_file *file;

	if (!files->folders || slash <= 0 || is_step)
		return file_realpath(files->world, arena, path, ret, err);
	if (real_folder(files, arena, str_sub(path, 0, (size_t)slash), &folder, err) < 0)
		return -1;
	struct str full = STR_CAT(arena, str_strip_suffix(folder, STR("/")), STR("/"), name);
	if (look_at(files, full, &file, err) < 0)
		return -1;
	if (file->is_link || file->kind == FILE_ABSENT)
		return file_realpath(files->world, arena, full, ret, err);
	*ret = full;
	return 0;
}

/* A path in a snapshot; absent: it is not the label, or below it. */
static struct str in_snapshot(const struct files *files, struct str path)
{
	struct str below = files->label.ptr ? str_strip_prefix(path, files->label) : path;

	if (files->label.ptr &&
	    (!str_starts(path, files->label) || (below.len && below.ptr[0] != '/')))
		return STR_NONE;
	return str_strip_prefix(below, STR("/"));
}

/* Absent: it leads out of the snapshot, or links run in a circle. */
static struct str resolved(const struct files *files, struct arena *arena, struct str path)
{
	struct str below = in_snapshot(files, path);

	return below.ptr ? snapshot_resolve(files->snapshot, arena, below) : STR_NONE;
}

/* The real path of what a snapshot holds. */
static struct str of_snapshot(const struct files *files, struct arena *arena, struct str below)
{
	if (!files->label.ptr)
		return str_concat(arena, STR("/"), below);
	return below.len ? STR_CAT(arena, files->label, STR("/"), below) : files->label;
}

static int realpath_of(const struct files *files, struct arena *arena, struct str path,
		       struct str *ret, struct error *err)
{
	if (!files->snapshot)
		return disk_realpath(files, arena, path, ret, err);
	struct str real = resolved(files, arena, path);
	if (!real.ptr && files->label.ptr)
		return refuse_outside(files, path, err);
	if (!real.ptr || snapshot_kind(files->snapshot, real) == FILE_ABSENT)
		return refuse_absent(path, err);
	*ret = of_snapshot(files, arena, real);
	return 0;
}

/* What the user hands over, as /dev/stdin, has no real path: without a root it stays as it is. */
static int locate(const struct files *files, struct arena *arena, struct str path, struct str *ret,
		  struct error *err)
{
	if (!files->snapshot && !files->root.len) {
		*ret = path;
		return 0;
	}
	return files_realpath(files, arena, path, ret, err);
}

static enum file_kind kind_of_real(const struct files *files, struct str real)
{
	struct known_file *file;
	struct file_stat stat;
	struct error ignored;

	if (files->snapshot)
		return snapshot_kind(files->snapshot, in_snapshot(files, real));
	if (files->folders)
		return look_at(files, real, &file, &ignored) < 0 ? FILE_ABSENT : file->kind;
	return file_stat(files->world, real, &stat, &ignored) < 0 ? FILE_ABSENT : stat.kind;
}

static bool is_dropped(const struct files *files, struct str real, bool is_directory)
{
	struct str root = str_strip_suffix(files->root, STR("/"));
	struct str below = str_strip_prefix(str_strip_prefix(real, root), STR("/"));

	return files->filter && str_starts(real, root) &&
	       files->filter->drops(files->filter, below, is_directory);
}

static int refuse_size(struct str path, uint64_t size_bytes, struct error *err)
{
	return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
			 "'%.*s' has %llu bytes; of one file at most %d are read", STR_FMT(path),
			 (unsigned long long)size_bytes, FILES_BYTES_MAX);
}

static int read_snapshot(const struct files *files, struct str path, struct str real,
			 struct str *ret, struct error *err)
{
	const struct snapshot_file *file = snapshot_find(files->snapshot, in_snapshot(files, real));

	return file ? snapshot_read(file, ret, err) : refuse_absent(path, err);
}

static int read_disk(const struct files *files, struct arena *arena, struct str path,
		     struct str real, struct str *ret, struct error *err)
{
	struct file_stat stat;

	if (file_stat(files->world, real, &stat, err) < 0)
		return -1;
	if (stat.kind == FILE_REGULAR && stat.size_bytes > FILES_BYTES_MAX)
		return refuse_size(path, stat.size_bytes, err);
	return file_read(files->world, arena, real, ret, err);
}

/* The same bytes at the same place each time: who reads them twice finds what he made of them. */
static int read_once(const struct files *files, struct str path, struct str real, struct str *ret,
		     struct error *err)
{
	struct known_file *file;

	if (look_at(files, real, &file, err) < 0)
		return -1;
	if (!file->text.ptr &&
	    read_disk(files, files->folders->arena, path, real, &file->text, err) < 0)
		return -1;
	*ret = file->text;
	return 0;
}

int files_read(const struct files *files, struct arena *arena, struct str path, struct str *ret,
	       struct error *err)
{
	struct str real;

	if (locate(files, arena, path, &real, err) < 0)
		return -1;
	if (files->snapshot)
		return read_snapshot(files, path, real, ret, err);
	if (files->folders && str_starts(real, STR("/")))
		return read_once(files, path, real, ret, err);
	return read_disk(files, arena, path, real, ret, err);
}

enum file_kind files_kind(const struct files *files, struct arena *arena, struct str path)
{
	struct error err;
	struct str real;

	if (locate(files, arena, path, &real, &err) < 0)
		return FILE_ABSENT;
	return kind_of_real(files, real);
}

static void drop_links(struct file_list *list)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < list->count; i++)
		if (list->items[i].kind != FILE_LINK)
			list->items[kept++] = list->items[i];
	list->count = kept;
}

static void drop_filtered(const struct files *files, struct arena *arena, struct str real,
			  struct file_list *list)
{
	struct str folder = str_strip_suffix(real, STR("/"));
	uint32_t kept = 0;

	for (uint32_t i = 0; i < list->count; i++) {
		struct str path = STR_CAT(arena, folder, STR("/"), list->items[i].name);
		if (!is_dropped(files, path, list->items[i].kind == FILE_DIRECTORY))
			list->items[kept++] = list->items[i];
	}
	list->count = kept;
}

int files_list(const struct files *files, struct arena *arena, struct str path,
	       struct file_list *ret, struct error *err)
{
	struct str real;

	if (locate(files, arena, path, &real, err) < 0)
		return -1;
	if (!files->snapshot && file_list(files->world, arena, real, ret, err) < 0)
		return -1;
	if (files->snapshot &&
	    !snapshot_list(files->snapshot, arena, in_snapshot(files, real), ret))
		return refuse_absent(path, err);
	if (files->folders && !files->snapshot && str_starts(real, STR("/")))
		note_listed(files, real, ret);
	if (files->drops_links)
		drop_links(ret);
	if (files->filter)
		drop_filtered(files, arena, real, ret);
	return 0;
}

bool files_leads_out(const struct files *files, struct arena *arena, struct str path,
		     struct error *err)
{
	struct str real;

	if (files->label.ptr && !resolved(files, arena, path).ptr) {
		refuse_outside(files, path, err);
		return true;
	}
	return realpath_of(files, arena, path, &real, err) == 0 && !files_hold(files, real) &&
	       refuse_outside(files, path, err) < 0;
}

int files_realpath(const struct files *files, struct arena *arena, struct str path, struct str *ret,
		   struct error *err)
{
	if (realpath_of(files, arena, path, ret, err) < 0)
		return -1;
	if (!files_hold(files, *ret))
		return refuse_outside(files, path, err);
	if (files->drops_links && str_starts(path, STR("/")) && !str_equal(*ret, path) &&
	    !str_equal(*ret, file_path_without_steps(arena, path)))
		return refuse_absent(path, err);
	if (files->filter && is_dropped(files, *ret, kind_of_real(files, *ret) == FILE_DIRECTORY))
		return refuse_absent(path, err);
	return 0;
}
