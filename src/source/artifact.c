/* artifact - what source-controller keeps of a repository */
#include "source/artifact.h"

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

static void split(struct str path, struct str *ret_directory, struct str *ret_name)
{
	ptrdiff_t slash = str_find_last_char(path, '/');

	*ret_directory = slash < 0 ? STR("") : str_sub(path, 0, (size_t)slash);
	*ret_name = slash < 0 ? path : str_from(path, (size_t)slash + 1);
}

static void add_files(struct ignore *ignore, const struct snapshot *files, struct arena *arena)
{
	for (uint32_t i = 0; i < files->files.count; i++) {
		const struct snapshot_file *f = files->files.items[i];
		struct str directory, name;
		split(f->path, &directory, &name);
		if (str_equal(name, STR(".sourceignore")))
			ignore_add(ignore, arena, directory, f->bytes);
	}
}

void artifact_of(struct snapshot *ret, const struct snapshot *files, struct arena *arena,
		 struct str directory, struct str ignore)
{
	struct ignore patterns = {};
	struct snapshot sorted;

	snapshot_clone(&sorted, files, arena);
	snapshot_sort(&sorted);
	if (!ignore.ptr)
		ignore_add(&patterns, arena, directory, str_from_cstr(default_lines));
	add_files(&patterns, &sorted, arena);
	if (ignore.ptr)
		ignore_add(&patterns, arena, directory, ignore);
	snapshot_init(ret, arena);
	for (uint32_t i = 0; i < sorted.files.count; i++)
		if (!ignore_match(&patterns, sorted.files.items[i]->path,
				  /* is_directory= */ false))
			snapshot_put(ret, *sorted.files.items[i]);
}
