/* artifact - what source-controller keeps of a repository */
#include "source/artifact.h"

#include "base/arena.h"
#include "base/ignore.h"

static const char default_lines[] = ".git/\n"
				    ".gitignore\n"
				    ".gitmodules\n"
				    ".gitattributes\n"
				    "*.jpg\n"
				    "*.jpeg\n"
				    "*.gif\n"
				    "*.png\n"
				    "*.wmv\n"
				    "*.flv\n"
				    "*.tar.gz\n"
				    "*.zip\n"
				    ".github/\n"
				    ".circleci/\n"
				    ".travis.yml\n"
				    ".gitlab-ci.yml\n"
				    "appveyor.yml\n"
				    ".drone.yml\n"
				    "cloudbuild.yaml\n"
				    "codeship-services.yml\n"
				    "codeship-steps.yml\n"
				    "**/.goreleaser.yml\n"
				    "**/.sops.yaml\n"
				    "**/.flux.yaml\n";

struct str artifact_default_lines(void)
{
	return str_from_cstr(default_lines);
}

static void split(struct str path, struct str *ret_directory, struct str *ret_name)
{
	ptrdiff_t slash = str_find_last_char(path, '/');

	*ret_directory = slash < 0 ? STR("") : str_sub(path, 0, (size_t)slash);
	*ret_name = slash < 0 ? path : str_from(path, (size_t)slash + 1);
}

static int add_files(struct ignore *ignore, const struct snapshot_file *const *files,
		     uint32_t count, struct arena *arena, struct error *err)
{
	for (uint32_t i = 0; i < count; i++) {
		struct str directory, name, lines;
		split(files[i]->path, &directory, &name);
		if (files[i]->is_link || !str_equal(name, STR(".sourceignore")))
			continue;
		if (snapshot_read(files[i], &lines, err) < 0)
			return -1;
		ignore_add(ignore, arena, directory, lines);
	}
	return 0;
}

/* A kilobyte of patterns for each of a million files would take minutes. */
static int check_work(const struct ignore *ignore, const struct snapshot *files, struct error *err)
{
	uint64_t parts = 0;

	for (uint32_t i = 0; i < files->files.count; i++) {
		struct str path = files->files.items[i]->path;
		for (size_t at = 0; at < path.len; at++)
			parts += path.ptr[at] == '/';
	}
	parts += files->files.count;
	if (!ignore->size_bytes || parts <= IGNORE_WORK_BYTES_MAX / ignore->size_bytes)
		return 0;
	return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
			 ".sourceignore and spec.ignore have patterns of %llu bytes: too many for "
			 "%u files",
			 (unsigned long long)ignore->size_bytes, files->files.count);
}

int artifact_of(struct snapshot *ret, const struct artifact_source *source, struct arena *arena,
		struct error *err)
{
	struct str ignore = source->ignore, directory = source->directory;
	uint32_t count = source->files->files.count;
	const struct snapshot_file **files = snapshot_sorted(source->files, arena);
	struct ignore patterns = {};

	if (!ignore.ptr)
		ignore_add(&patterns, arena, directory, artifact_default_lines());
	if (add_files(&patterns, files, count, arena, err) < 0)
		return -1;
	if (ignore.ptr)
		ignore_add(&patterns, arena, directory, ignore);
	if (check_work(&patterns, source->files, err) < 0)
		return -1;
	snapshot_init(ret, arena);
	for (uint32_t i = 0; i < count; i++)
		if (!files[i]->is_link &&
		    !ignore_match(&patterns, files[i]->path, /* is_directory= */ false))
			snapshot_put(ret, *files[i]);
	return 0;
}
