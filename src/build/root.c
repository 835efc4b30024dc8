/* root - the folder outside of which nothing is read: the repository that a path lies in */
#include "build/root.h"

#include "base/arena.h"
#include "base/file_path.h"
#include "world/files.h"

static struct str parent_of(struct str path)
{
	ptrdiff_t slash = str_find_last_char(path, '/');

	return slash <= 0 ? STR("/") : str_sub(path, 0, (size_t)slash);
}

/* The path as it is written, from the root of the disk. */
static struct str written(const struct files *files, struct arena *arena, struct str path)
{
	struct str here = STR("/");
	struct error ignored;

	if (!str_starts(path, STR("/")) &&
	    file_realpath(files->world, arena, STR("."), &here, &ignored) < 0)
		here = STR("/");
	return file_path_without_steps(
		arena, str_printf(arena, "%.*s/%.*s", STR_FMT(here), STR_FMT(path)));
}

static bool holds(const struct files *files, struct arena *arena, struct str folder,
		  const char *mark)
{
	struct str path =
		str_printf(arena, "%.*s/%s", STR_FMT(str_strip_suffix(folder, STR("/"))), mark);

	return file_exists(files->world, path);
}

static bool is_link(const struct files *files, struct arena *arena, struct str path)
{
	struct error ignored;
	struct str target;

	return file_link(files->world, arena, path, &target, &ignored) == 0 && target.ptr;
}

static struct str real_of(const struct files *files, struct arena *arena, struct str path)
{
	struct error ignored;
	struct str real;

	return file_realpath(files->world, arena, path, &real, &ignored) < 0 ? path : real;
}

struct str root_repository(const struct files *files, struct arena *arena, struct str path)
{
	struct str found = STR_NONE, beyond_link = STR_NONE;

	for (struct str at = written(files, arena, path);; at = parent_of(at)) {
		if (!found.ptr && holds(files, arena, at, ".git"))
			found = real_of(files, arena, at);
		if (is_link(files, arena, at)) {
			beyond_link = beyond_link.ptr ? beyond_link : found;
			found = STR_NONE;
		}
		if (at.len <= 1)
			return found.ptr ? found : beyond_link;
	}
}

struct str root_source(const struct files *files, struct arena *arena, struct str path)
{
	struct str repository = root_repository(files, arena, path), real;
	struct file_stat stat;
	struct error ignored;

	if (repository.ptr)
		return repository;
	if (file_realpath(files->world, arena, path, &real, &ignored) < 0) {
		repository = root_repository(files, arena, STR("."));
		real = repository.ptr ? repository : real_of(files, arena, STR("."));
	}
	if (file_stat(files->world, real, &stat, &ignored) < 0 || stat.kind != FILE_DIRECTORY)
		real = parent_of(real);
	for (struct str at = real; at.len > 1; at = parent_of(at))
		if (holds(files, arena, at, "clusters"))
			return at;
	return real;
}
