/* diff_sides - what `forge diff` compares: two folders, revisions, or one and the working tree */
#include "verbs/diff_sides.h"

#include "base/arena.h"
#include "base/file_path.h"
#include "build/compose.h"
#include "build/kustomize.h"
#include "build/root.h"

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

static int find_folder(const struct verb_context *context, const struct diff_input *input,
		       struct str word, struct diff_side *ret, struct error *err)
{
	ret->files = (struct files){ .world = context->world, .leaves_root = input->leaves_root };
	ret->name = word;
	ret->path = input->cluster.len ? joined(context->arena, word, input->cluster) : word;
	files_remember(&ret->files, context->arena);
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

/* A cluster is named below PATH, or as it stands in the repository. */
static int find_in_revisions(const struct verb_context *context, const struct diff_input *input,
			     struct str path, struct diff_sides *sides, struct error *err)
{
	struct str below = joined(context->arena, path, input->cluster), found = below;

	if (file_path_leads_above(below))
		return refuse_outside(input->cluster, err);
	if (input->cluster.len && !is_in_either(context, sides, below))
		found = file_path_without_steps(context->arena,
						joined(context->arena, STR("/"), input->cluster));
	if (!is_in_either(context, sides, found)) {
		error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' is in neither revision",
			  STR_FMT(str_from(below, below.len > 1)));
		return error_hint(err, "name a path that one of them has");
	}
	sides->before.path = sides->after.path = found;
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

int diff_sides_find(const struct verb_context *context, const struct diff_input *input,
		    struct diff_sides *ret, struct error *err)
{
	*ret = (struct diff_sides){ .is_cluster = input->cluster.len > 0 };
	ret->before.options.keys = ret->after.options.keys = input->keys;
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

/* --- building -------------------------------------------------------------------------------- */

static int build_kustomization(const struct verb_context *context, const struct diff_side *side,
			       struct findings *warnings, struct placed_objects *ret,
			       struct error *err)
{
	struct kustomize_options options = { .load_restrictions_none = side->files.leaves_root,
					     .warnings = warnings };
	struct files files = side->files;
	struct render render;

	if (files.world)
		files.root = root_repository(&files, context->arena, side->path);
	if (kustomize_build(&files, side->path, &options, context->set, &render, err) < 0)
		return -1;
	placed_objects_add(context->arena, ret, &render);
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

static int add_composition(const struct verb_context *context, const struct diff_side *side,
			   const struct composition *composition, struct placed_objects *ret,
			   struct error *err)
{
	struct str real;

	if (diff_refuse_faults(composition, context->arena, err) < 0 ||
	    files_realpath(&side->files, context->arena, side->path, &real, err) < 0)
		return -1;
	placed_objects_compose(context->arena, ret, composition, side->path, real);
	return 0;
}

static int build_cluster(const struct verb_context *context, const struct diff_side *side,
			 struct placed_objects *ret, struct error *err)
{
	struct composition cluster;

	if (compose_cluster(&side->files, side->path, &side->options, context->set, &cluster, err) <
	    0)
		return -1;
	return add_composition(context, side, &cluster, ret, err);
}

static int build_composition(const struct verb_context *context, const struct diff_side *side,
			     struct placed_objects *ret, struct error *err)
{
	struct compositions all = {};

	if (compose(&side->files, side->path, &side->options, context->set, &all, err) < 0)
		return -1;
	for (uint32_t i = 0; i < all.items.count; i++)
		if (add_composition(context, side, &all.items.items[i], ret, err) < 0)
			return -1;
	return 0;
}

int diff_side_build(const struct verb_context *context, const struct diff_sides *sides,
		    const struct diff_side *side, struct findings *warnings,
		    struct placed_objects *ret, struct error *err)
{
	const struct files *files = &side->files;
	int result;

	if (sides->are_revisions && files_kind(files, context->arena, side->path) == FILE_ABSENT)
		return 0;
	if (sides->is_cluster)
		result = build_cluster(context, side, ret, err);
	else if (kustomize_has_file(files, context->arena, side->path, NULL))
		result = build_kustomization(context, side, warnings, ret, err);
	else
		result = build_composition(context, side, ret, err);
	return result < 0 ? error_wrap(err, "%.*s", STR_FMT(side->name)) : 0;
}

void diff_sides_release(struct diff_sides *sides)
{
	git_close(&sides->git);
}
