/* artifact_filter - what source-controller leaves out of an artifact, asked for one path at a time
 */
#include "source/artifact_filter.h"

#include "base/arena.h"
#include "base/budget.h"
#include "base/ignore.h"
#include "source/artifact.h"

enum { DEPTH_MAX = 64 };

/* What counts in a folder: of its own `.sourceignore` and of those above. */
struct folder_rules {
	const struct folder_rules *parent; /* the nearest one above with lines of its own */
	struct str directory;
	struct str lines; /* absent: the folder has none, and the patterns are the parent's */
	struct ignore patterns;
	bool is_judged, is_empty; /* nothing in it is kept */
};

static struct str absolute(const struct artifact_filter *f, struct str path)
{
	return str_printf(f->arena, "%.*s/%.*s", STR_FMT(str_strip_suffix(f->files.root, STR("/"))),
			  STR_FMT(path));
}

static struct str lines_of(const struct artifact_filter *f, struct str directory)
{
	struct str path =
		absolute(f, directory.len ? str_concat(f->arena, directory, STR("/.sourceignore"))
					  : STR(".sourceignore"));
	struct error ignored;
	struct str lines;

	if (files_kind(&f->files, f->arena, path) != FILE_REGULAR ||
	    files_read(&f->files, f->arena, path, &lines, &ignored) < 0)
		return STR_NONE;
	return lines;
}

/* From the root down; deeper ones come later and win. */
static void add_lines(struct artifact_filter *f, struct ignore *patterns,
		      const struct folder_rules *rules)
{
	const struct folder_rules *chain[DEPTH_MAX];
	uint32_t count = 0;

	for (; rules && count < DEPTH_MAX; rules = rules->parent)
		chain[count++] = rules;
	while (count-- > 0)
		if (chain[count]->lines.ptr)
			ignore_add(patterns, f->arena, chain[count]->directory,
				   chain[count]->lines);
}

static void set_patterns(struct artifact_filter *f, struct folder_rules *rules)
{
	if (rules->parent && !rules->lines.ptr) {
		rules->patterns = rules->parent->patterns;
		return;
	}
	if (!f->ignore.ptr)
		ignore_add(&rules->patterns, f->arena, STR(""), artifact_default_lines());
	add_lines(f, &rules->patterns, rules);
	if (f->ignore.ptr)
		ignore_add(&rules->patterns, f->arena, STR(""), f->ignore);
}

static struct str parent_of(struct str path)
{
	ptrdiff_t slash = str_find_last_char(path, '/');
	return slash < 0 ? STR("") : str_sub(path, 0, (size_t)slash);
}

/* The rules of a folder, and of those above that are not known yet. */
static struct folder_rules *rules_of(struct artifact_filter *f, struct str directory)
{
	struct folder_rules *rules = map_get(&f->folders, directory);
	struct folder_rules *above = NULL;
	struct str at = STR("");

	if (rules)
		return rules;
	for (struct str rest = directory;;) {
		rules = map_get(&f->folders, at);
		if (!rules) {
			rules = arena_one(f->arena, struct folder_rules);
			rules->parent = above && above->lines.ptr ? above
					: above			  ? above->parent
								  : NULL;
			rules->directory = str_copy(f->arena, at);
			rules->lines = lines_of(f, rules->directory);
			/* The root has patterns, with lines or without. */
			if (!above && !rules->lines.ptr)
				rules->lines = STR("");
			set_patterns(f, rules);
			map_put(&f->folders, rules->directory, rules);
		}
		if (at.len == directory.len)
			return rules;
		above = rules;
		str_cut(&rest, '/');
		at = rest.ptr ? str_sub(directory, 0, (size_t)(rest.ptr - directory.ptr) - 1)
			      : directory;
	}
}

/* A build asks for a file several times. */
static bool is_ignored(struct artifact_filter *f, struct str path)
{
	static const bool answers[] = { false, true };
	const bool *known = map_get(&f->known, path);
	uint64_t parts = 1;

	if (known)
		return *known;
	const struct folder_rules *rules = rules_of(f, parent_of(path));
	for (size_t i = 0; i < path.len; i++)
		parts += path.ptr[i] == '/';
	budget_count(rules->patterns.size_bytes * parts / BUDGET_STEP_BYTES);
	bool is_match = ignore_match(&rules->patterns, path, /* is_directory= */ false);
	map_put(&f->known, str_copy(f->arena, path), (void *)(uintptr_t)&answers[is_match]);
	return is_match;
}

/* As in a snapshot, a folder is there because files are in it. */
static bool is_empty(struct artifact_filter *f, struct str directory, int depth)
{
	struct folder_rules *rules = rules_of(f, directory);
	struct file_list list;
	struct error ignored;

	if (rules->is_judged)
		return rules->is_empty;
	rules->is_judged = rules->is_empty = true;
	if (depth >= DEPTH_MAX ||
	    files_list(&f->files, f->arena, absolute(f, directory), &list, &ignored) < 0)
		return true;
	for (uint32_t i = 0; i < list.count && rules->is_empty; i++) {
		struct str path = directory.len
					  ? str_printf(f->arena, "%.*s/%.*s", STR_FMT(directory),
						       STR_FMT(list.items[i].name))
					  : list.items[i].name;
		if (list.items[i].kind == FILE_DIRECTORY)
			rules->is_empty = is_empty(f, path, depth + 1);
		else if (list.items[i].kind == FILE_REGULAR)
			rules->is_empty = is_ignored(f, path);
	}
	return rules->is_empty;
}

static bool drops(const struct files_filter *filter, struct str path, bool is_directory)
{
	struct artifact_filter *f = CONTAINER_OF(filter, struct artifact_filter, filter);

	/* The source itself is there, whatever is left of it. */
	if (!path.len)
		return false;
	return is_directory ? is_empty(f, path, 0) : is_ignored(f, path);
}

void artifact_filter_init(struct artifact_filter *f, struct arena *arena, const struct files *files,
			  struct str ignore)
{
	*f = (struct artifact_filter){
		.filter = { drops }, .arena = arena, .files = *files, .ignore = ignore
	};
	f->files.filter = NULL;
	f->files.drops_links = true;
	map_init(&f->folders, arena);
	map_init(&f->known, arena);
}
