/* files - where a build reads its files: the disk of a world, or a snapshot */
#include "world/files.h"

#include "base/arena.h"
#include "world/snapshot.h"

static int refuse_absent(struct str path, struct error *err)
{
	return error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' does not exist",
			 STR_FMT(path));
}

/* On the disk a link may lead anywhere; in a snapshot nowhere but in it. */
static int stay_inside(const struct files *files, struct arena *arena, struct str path,
		       struct error *err)
{
	struct str root = str_strip_suffix(files->root, STR("/")), real;

	if (files->snapshot || !root.len)
		return 0;
	if (file_realpath(files->world, arena, path, &real, err) < 0)
		return -1;
	struct str below = str_strip_prefix(real, root);
	if (below.len < real.len && (!below.len || below.ptr[0] == '/'))
		return 0;
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' leads out of '%.*s'", STR_FMT(path),
		  STR_FMT(root));
	return error_hint(err, "what a cluster is made of lies in its repository");
}

int files_read(const struct files *files, struct arena *arena, struct str path, struct str *ret,
	       struct error *err)
{
	if (stay_inside(files, arena, path, err) < 0)
		return -1;
	if (!files->snapshot)
		return file_read(files->world, arena, path, ret, err);
	struct str real = snapshot_resolve(files->snapshot, arena, path);
	const struct snapshot_file *file = real.ptr ? snapshot_find(files->snapshot, real) : NULL;
	if (!file)
		return refuse_absent(path, err);
	*ret = file->bytes;
	return 0;
}

enum file_kind files_kind(const struct files *files, struct arena *arena, struct str path)
{
	struct file_stat stat;
	struct error err;

	if (stay_inside(files, arena, path, &err) < 0)
		return FILE_ABSENT;
	if (!files->snapshot)
		return file_stat(files->world, path, &stat, &err) < 0 ? FILE_ABSENT : stat.kind;
	struct str real = snapshot_resolve(files->snapshot, arena, path);
	return real.ptr ? snapshot_kind(files->snapshot, real) : FILE_ABSENT;
}

int files_list(const struct files *files, struct arena *arena, struct str path,
	       struct file_list *ret, struct error *err)
{
	if (stay_inside(files, arena, path, err) < 0)
		return -1;
	if (!files->snapshot)
		return file_list(files->world, arena, path, ret, err);
	struct str real = snapshot_resolve(files->snapshot, arena, path);
	if (!real.ptr || !snapshot_list(files->snapshot, arena, real, ret))
		return refuse_absent(path, err);
	return 0;
}

int files_realpath(const struct files *files, struct arena *arena, struct str path, struct str *ret,
		   struct error *err)
{
	if (stay_inside(files, arena, path, err) < 0)
		return -1;
	if (!files->snapshot)
		return file_realpath(files->world, arena, path, ret, err);
	struct str real = snapshot_resolve(files->snapshot, arena, path);
	if (!real.ptr || snapshot_kind(files->snapshot, real) == FILE_ABSENT)
		return refuse_absent(path, err);
	*ret = str_concat(arena, STR("/"), real);
	return 0;
}
