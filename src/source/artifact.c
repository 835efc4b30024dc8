/* artifact - what source-controller keeps of a repository */
#include "source/artifact.h"

#include "base/arena.h"
#include "base/glob.h"
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

/* Copies */

enum { GLOB_FLAGS = GLOB_DOUBLE_STAR | GLOB_BRACES };

static struct str joined(struct arena *arena, struct str a, struct str b)
{
	if (!a.len || !b.len)
		return a.len ? a : b;
	return str_printf(arena, "%.*s%s%.*s", STR_FMT(a), str_ends(a, STR("/")) ? "" : "/",
			  STR_FMT(b));
}

/* The beginning of a path, as many parts as the pattern has; absent: it has fewer. */
static struct str head(struct str path, struct str pattern)
{
	struct str rest = path, parts = pattern;

	while (parts.ptr) {
		str_cut(&parts, '/');
		if (!rest.ptr)
			return STR_NONE;
		str_cut(&rest, '/');
	}
	return rest.ptr ? str_sub(path, 0, (size_t)(rest.ptr - path.ptr) - 1) : path;
}

/* The folders before the first pattern: "apps/base" of "apps/base/x-*". */
static struct str fixed_part(struct str pattern)
{
	struct str rest = pattern;
	size_t end = 0;

	while (rest.ptr) {
		struct str part = str_cut(&rest, '/');
		if (glob_is_pattern(part) || !rest.ptr)
			break;
		end = (size_t)(part.ptr + part.len - pattern.ptr);
	}
	return str_sub(pattern, 0, end);
}

static struct str below(struct str path, struct str folder)
{
	return folder.len ? str_strip_prefix(str_from(path, folder.len), STR("/")) : path;
}

static bool is_below(struct str path, struct str folder)
{
	return !folder.len ||
	       (str_starts(path, folder) && path.len > folder.len && path.ptr[folder.len] == '/');
}

/* Where a file goes, below the artifact; absent: it is not meant. */
static struct str target_of(const struct artifact_copy *c, struct str path, struct arena *arena)
{
	struct str from = str_strip_suffix(c->from, STR("/")), directory, name;
	bool into = !c->to.len || str_ends(c->to, STR("/"));

	if (glob_is_pattern(from)) {
		struct str folder = str_strip_suffix(from, STR("/**"));
		struct str first = head(path, from);
		if (!first.ptr || !glob_match(from, first, 0))
			return STR_NONE;
		return joined(arena, c->to,
			      folder.len < from.len && is_below(path, folder) ? below(path, folder)
									      : path);
	}
	split(from, &directory, &name);
	if (str_equal(path, from))
		return into ? joined(arena, c->to, name) : c->to;
	if (!is_below(path, from))
		return STR_NONE;
	return joined(arena, joined(arena, c->to, name), below(path, from));
}

static bool is_excluded(const struct artifact_copy *c, struct str path)
{
	struct str inside = below(path, glob_is_pattern(c->from) ? fixed_part(c->from) : STR(""));

	for (uint32_t i = 0; i < node_item_count(c->exclude); i++) {
		struct str pattern = node_text(node_item(c->exclude, i));
		if (glob_match(pattern, inside, GLOB_FLAGS) ||
		    glob_match(pattern, path, GLOB_FLAGS))
			return true;
	}
	return false;
}

uint32_t artifact_copy(struct snapshot *ret, struct map *moved, const struct artifact_copy *copy,
		       struct arena *arena)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < copy->files->files.count; i++) {
		struct snapshot_file file = *copy->files->files.items[i];
		struct str own = file.path;
		if (!is_below(own, copy->directory))
			continue;
		struct str path = below(own, copy->directory);
		struct str target = target_of(copy, path, arena);
		found += target.len > 0;
		if (!target.len || is_excluded(copy, path))
			continue;
		file.path = joined(arena, copy->prefix, target);
		map_put(moved, file.path, arena_copy(arena, &own, sizeof(own)));
		snapshot_put(ret, file);
	}
	return found;
}
