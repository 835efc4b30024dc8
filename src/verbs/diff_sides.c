/* diff_sides - what `forge diff` compares: two folders, revisions, or one and the working tree */
#include "verbs/diff_sides.h"

#include "base/arena.h"
#include "base/file_path.h"
#include "build/compose.h"
#include "build/kustomize.h"
#include "build/root.h"
#include "source/remotes.h"
#include "verbs/build_cluster.h"

/* --- words of the command line --------------------------------------------------------------- */

static bool is_path(const struct verb_context *context, struct str word)
{
	bool has_steps = str_equal(word, STR("..")) || str_starts(word, STR("../")) ||
			 str_contains(word, STR("/../"));

	return has_steps || file_exists(context->world, word);
}

/* "A..B"; what is left out is HEAD. False: one revision. */
static bool cut_range(struct str word, struct str *ret_from, struct str *ret_to)
{
	ptrdiff_t dots = str_find(word, STR(".."));

	if (dots < 0)
		return false;
	*ret_from = str_sub(word, 0, (size_t)dots);
	*ret_to = str_from(word, (size_t)dots + 2);
	if (!ret_from->len)
		*ret_from = STR("HEAD");
	if (!ret_to->len)
		*ret_to = STR("HEAD");
	return true;
}

static struct str joined(struct arena *arena, struct str folder, struct str path)
{
	if (!path.len)
		return folder;
	return STR_CAT(arena, str_strip_suffix(folder, STR("/")), STR("/"), path);
}

/* --- folders --------------------------------------------------------------------------------- */

/* A source that each of the folders has is that of its own. */
static void find_sources_below(const struct verb_context *context, struct str folder,
			       struct diff_side *side)
{
	uint32_t count = side->options.source_count;
	struct compose_source *found = arena_array(context->arena, struct compose_source, count);

	for (uint32_t i = 0; i < count; i++) {
		struct str below = joined(context->arena, folder, side->options.sources[i].path);
		found[i] = side->options.sources[i];
		if (files_kind(&side->files, context->arena, below) == FILE_DIRECTORY)
			found[i].path = below;
	}
	side->options.sources = found;
}

static int find_folder(const struct verb_context *context, const struct diff_input *input,
		       struct str word, struct diff_side *ret, struct error *err)
{
	ret->files = (struct files){ .world = context->world, .leaves_root = input->leaves_root };
	ret->name = word;
	ret->path = joined(context->arena, word, input->cluster->path);
	files_remember(&ret->files, context->arena);
	find_sources_below(context, word, ret);
	if (files_kind(&ret->files, context->arena, ret->path) != FILE_ABSENT)
		return 0;
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' does not exist", STR_FMT(ret->path));
	return error_hint(err, "compare two folders, or revisions like main..HEAD");
}

/* --- revisions ------------------------------------------------------------------------------- */

/* The nearest folder upward that is there now: a path may be in a revision alone. */
static struct str existing_folder(const struct verb_context *context, struct str path)
{
	struct files files = { .world = context->world };

	while (files_kind(&files, context->arena, path) != FILE_DIRECTORY) {
		ptrdiff_t slash = str_find_last_char(path, '/');
		if (slash < 0)
			return STR(".");
		if (!slash)
			return STR("/");
		path = str_sub(path, 0, (size_t)slash);
	}
	return path;
}

static int refuse_outside(struct str path, struct error *err)
{
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' leads out of the repository",
		  STR_FMT(path));
	return error_hint(err, "a revision has files of the repository only");
}

static int open_repository(const struct verb_context *context, struct str path,
			   struct diff_sides *sides, struct str *ret_path, struct error *err)
{
	struct str folder = existing_folder(context, path);
	struct str rest = str_equal(folder, STR(".")) ? path : str_strip_prefix(path, folder);

	if (git_open(&sides->git, context->world, context->arena, folder, err) < 0)
		return -1;
	if (file_path_leads_above(joined(context->arena, sides->git.prefix, rest)))
		return refuse_outside(path, err);
	*ret_path = file_path_without_steps(
		context->arena, STR_CAT(context->arena, STR("/"), sides->git.prefix, rest));
	return 0;
}

static int take_revision(const struct verb_context *context, const struct diff_sides *sides,
			 struct str revision, struct snapshot *files, struct error *err)
{
	struct str commit;

	if (git_resolve(&sides->git, context->arena, revision, &commit, err) < 0)
		return -1;
	return git_snapshot(&sides->git, context->arena, commit, files, err);
}

static int take_working_tree(const struct verb_context *context, const struct diff_sides *sides,
			     struct snapshot *files, struct error *err)
{
	struct git_working_tree tree;

	if (git_read_working_tree(&sides->git, context->arena, &tree, err) < 0)
		return -1;
	*files = tree.files;
	return 0;
}

static bool is_in_either(const struct verb_context *context, const struct diff_sides *sides,
			 struct str path)
{
	return files_kind(&sides->before.files, context->arena, path) != FILE_ABSENT ||
	       files_kind(&sides->after.files, context->arena, path) != FILE_ABSENT;
}

/* False: no revision has it, and it is one of the disk now. */
static bool find_source(const struct verb_context *context, struct str path,
			const struct diff_sides *sides, struct compose_source *source)
{
	const struct str roots[] = { path, STR("/") };

	for (size_t i = 0; i < ARRAY_COUNT(roots); i++) {
		struct str below = joined(context->arena, roots[i], source->path);
		if (file_path_leads_above(below))
			continue;
		below = file_path_without_steps(context->arena, below);
		if (!is_in_either(context, sides, below))
			continue;
		source->path = below;
		return true;
	}
	source->files = &sides->disk;
	return false;
}

/*
 * As a cluster, a source is named below PATH, or as it stands in the repository; a side whose
 * revision lacks it goes without. What no revision has is looked for on the disk.
 */
static void find_sources_in_revisions(const struct verb_context *context, struct str path,
				      struct diff_sides *sides)
{
	struct diff_side *both[] = { &sides->before, &sides->after };
	uint32_t count = sides->before.options.source_count;
	const struct compose_source *given = sides->before.options.sources;

	for (size_t s = 0; s < ARRAY_COUNT(both); s++) {
		struct compose_source *kept =
			arena_array(context->arena, struct compose_source, count);
		both[s]->options.sources = kept;
		both[s]->options.source_count = 0;
		for (uint32_t i = 0; i < count; i++) {
			struct compose_source source = given[i];
			bool is_in = find_source(context, path, sides, &source);
			if (!is_in ||
			    files_kind(&both[s]->files, context->arena, source.path) != FILE_ABSENT)
				kept[both[s]->options.source_count++] = source;
		}
	}
}

/* A cluster is named below PATH, or as it stands in the repository. */
static int find_in_revisions(const struct verb_context *context, const struct diff_input *input,
			     struct str path, struct diff_sides *sides, struct error *err)
{
	struct str below = joined(context->arena, path, input->cluster->path), found = below;

	if (file_path_leads_above(below))
		return refuse_outside(input->cluster->path, err);
	if (input->cluster->path.len && !is_in_either(context, sides, below))
		found = file_path_without_steps(
			context->arena, joined(context->arena, STR("/"), input->cluster->path));
	if (!is_in_either(context, sides, found)) {
		error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' is in neither revision",
			  STR_FMT(str_from(below, below.len > 1)));
		return error_hint(err, "name a path that one of them has");
	}
	sides->before.path = sides->after.path = found;
	find_sources_in_revisions(context, path, sides);
	return 0;
}

static int find_revisions(const struct verb_context *context, const struct diff_input *input,
			  struct diff_sides *sides, struct error *err)
{
	struct str from = input->first, to = STR_NONE, path;
	bool is_range = cut_range(input->first, &from, &to);

	sides->are_revisions = true;
	if (str_contains(input->first, STR("..."))) {
		error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' has three dots",
			  STR_FMT(input->first));
		return error_hint(err, "write REV..REV; git merge-base finds a common ancestor");
	}
	if (open_repository(context, input->second.ptr ? input->second : STR("."), sides, &path,
			    err) < 0 ||
	    take_revision(context, sides, from, &sides->before_files, err) < 0)
		return -1;
	int result = is_range ? take_revision(context, sides, to, &sides->after_files, err)
			      : take_working_tree(context, sides, &sides->after_files, err);
	if (result < 0)
		return -1;
	sides->before.name = from;
	sides->after.name = is_range ? to : STR("the working tree");
	sides->before.files = (struct files){ .snapshot = &sides->before_files,
					      .leaves_root = input->leaves_root };
	sides->after.files = (struct files){ .snapshot = &sides->after_files,
					     .leaves_root = input->leaves_root };
	files_remember(&sides->before.files, context->arena);
	files_remember(&sides->after.files, context->arena);
	return find_in_revisions(context, input, path, sides, err);
}

static int find_sides(const struct verb_context *context, const struct diff_input *input,
		      struct diff_sides *ret, struct error *err)
{
	struct compose_options options;

	*ret = (struct diff_sides){ .is_cluster = input->cluster->path.len > 0,
				    .disk = { .world = context->world } };
	if (input->cluster->sources.count && !ret->is_cluster)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "--source goes with --cluster");
	if (build_cluster_options(context, input->cluster, &options, err) < 0)
		return -1;
	ret->before.options = ret->after.options = options;
	if (!is_path(context, input->first))
		return find_revisions(context, input, ret, err);
	if (!input->second.ptr) {
		error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' is compared with nothing",
			  STR_FMT(input->first));
		return error_hint(err, "name a second folder, or a revision first");
	}
	if (find_folder(context, input, input->first, &ret->before, err) < 0)
		return -1;
	return find_folder(context, input, input->second, &ret->after, err);
}

/* Each side has a lock file of its own. */
int diff_sides_find(const struct verb_context *context, const struct diff_input *input,
		    struct diff_sides *ret, struct error *err)
{
	if (find_sides(context, input, ret, err) < 0)
		return -1;
	ret->before.files.remotes = verb_remotes(context, input->offline);
	ret->after.files.remotes = verb_remotes(context, input->offline);
	return 0;
}

/* --- building -------------------------------------------------------------------------------- */

static int build_kustomization(const struct verb_context *context, struct diff_side *side,
			       struct findings *warnings, struct error *err)
{
	struct kustomize_options options = { .load_restrictions_none = side->files.leaves_root,
					     .warnings = warnings };
	struct files files = side->files;
	struct render render;

	if (files.world)
		files.root = root_repository(&files, context->arena, side->path);
	if (kustomize_build(&files, side->path, &options, context->set, &render, err) < 0)
		return -1;
	placed_objects_add(context->arena, &side->objects, &render);
	return 0;
}

int diff_refuse_faults(const struct composition *composition, struct arena *arena,
		       struct error *err)
{
	if (!composition->faults.count)
		return 0;
	const struct compose_fault *fault = &composition->faults.items[0];
	struct str what =
		fault->kustomization ? object_label_text(arena, fault->kustomization) : fault->path;

	error_set(err, ERROR_INPUT, fault->position, "%.*s does not build: %.*s", STR_FMT(what),
		  STR_FMT(fault->message));
	return fault->hint.len ? error_hint(err, "%.*s", STR_FMT(fault->hint)) : -1;
}

static int add_composition(const struct verb_context *context, struct diff_side *side,
			   const struct composition *composition, struct error *err)
{
	struct str real;

	if (files_realpath(&side->files, context->arena, side->path, &real, err) < 0)
		return -1;
	placed_objects_compose(context->arena, &side->objects, composition, side->path, real);
	return 0;
}

static int build_cluster_side(const struct verb_context *context, struct diff_side *side,
			      struct error *err)
{
	struct composition *cluster = &side->composition;

	if (compose_cluster(&side->files, side->path, &side->options, context->set, cluster, err) <
	    0)
		return -1;
	/* Without its entry there is nothing to compare. */
	if (cluster->parts.items[0].state == COMPOSE_FAILED)
		return diff_refuse_faults(cluster, context->arena, err);
	return add_composition(context, side, cluster, err);
}

static int build_composition(const struct verb_context *context, struct diff_side *side,
			     struct error *err)
{
	struct compositions all = {};

	if (compose(&side->files, side->path, &side->options, context->set, &all, err) < 0)
		return -1;
	for (uint32_t i = 0; i < all.items.count; i++)
		if (diff_refuse_faults(&all.items.items[i], context->arena, err) < 0 ||
		    add_composition(context, side, &all.items.items[i], err) < 0)
			return -1;
	return 0;
}

int diff_side_build(const struct verb_context *context, const struct diff_sides *sides,
		    struct diff_side *side, struct findings *warnings, struct error *err)
{
	const struct files *files = &side->files;
	int result;

	if (sides->are_revisions && files_kind(files, context->arena, side->path) == FILE_ABSENT)
		return 0;
	if (sides->is_cluster)
		result = build_cluster_side(context, side, err);
	else if (kustomize_has_file(files, context->arena, side->path, NULL))
		result = build_kustomization(context, side, warnings, err);
	else
		result = build_composition(context, side, err);
	return result < 0 ? error_wrap(err, "%.*s", STR_FMT(side->name)) : 0;
}

void diff_sides_release(struct diff_sides *sides)
{
	remotes_close(sides->before.files.remotes);
	remotes_close(sides->after.files.remotes);
	git_close(&sides->git);
}
