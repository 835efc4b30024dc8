/* revisions - what a rehearsal ships: commits, and the working tree when it differs */
#include "rehearse/revisions.h"

#include "base/arena.h"
#include "rehearse/rehearsal_inside.h"
#include "source/remotes.h"

static int take_commit(struct rehearsal *r, struct str name, struct error *err)
{
	assert(r->revision_count < r->options->then_count + 2); /* what the array was made for */
	struct revision *revision = &r->revisions[r->revision_count++];

	revision->label = name;
	if (git_resolve(&r->git, r->arena, name, &revision->hash, err) < 0)
		return -1;
	return git_snapshot(&r->git, r->arena, revision->hash, &revision->files, err);
}

/* The working tree has no commit: its hash is one of its content, so that it is the same for the
 * same files. */
static void take_working_tree(struct rehearsal *r, const struct git_working_tree *tree)
{
	struct revision *revision = &r->revisions[r->revision_count++];

	revision->label = STR("working tree");
	revision->files = tree->files;
	r->is_working_tree = true;
	revision->hash = str_sub(snapshot_digest(&revision->files, r->arena), 0, 40);
	if (tree->sparse_count)
		assumed_add(&r->assumed,
			    str_printf(r->arena,
				       "a sparse checkout leaves out %u of the files: they are "
				       "as the index has them",
				       tree->sparse_count));
}

static int read_all(struct rehearsal *r, struct error *err)
{
	const struct rehearsal_options *o = r->options;
	struct git_working_tree tree;

	if (o->then_count + 2 > REHEARSAL_REVISIONS_MAX)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "%u revisions in between; a rehearsal ships at most %d",
				 o->then_count, REHEARSAL_REVISIONS_MAX);
	r->revisions = arena_array(r->arena, struct revision, o->then_count + (size_t)2);
	if (take_commit(r, o->from.ptr ? o->from : STR("HEAD"), err) < 0)
		return -1;
	for (uint32_t i = 0; i < o->then_count; i++)
		if (take_commit(r, o->then[i], err) < 0)
			return -1;
	if (o->to.ptr) {
		bool same = r->revision_count == 1 && o->from.ptr && str_equal(o->from, o->to);
		return same ? 0 : take_commit(r, o->to, err);
	}
	if (r->git.is_bare)
		return 0;
	if (git_read_working_tree(&r->git, r->arena, &tree, err) < 0)
		return -1;
	if (tree.is_dirty)
		take_working_tree(r, &tree);
	return 0;
}

/* Each revision has a lock file of its own. */
int revisions_read(struct rehearsal *r, struct error *err)
{
	if (read_all(r, err) < 0)
		return -1;
	for (uint32_t i = 0; i < r->revision_count; i++) {
		struct remotes_options options = { .offline = r->options->offline,
						   .lock_in = &r->revisions[i].files };
		r->revisions[i].remotes = remotes_new(r->options->world, r->arena, &options);
	}
	return 0;
}

void revisions_close(struct rehearsal *r)
{
	for (uint32_t i = 0; i < r->revision_count; i++)
		remotes_close(r->revisions[i].remotes);
}
