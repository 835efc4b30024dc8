/* build_watch - what each save of a file changes in what would be applied */
#include "base/arena.h"
#include "base/budget.h"
#include "build/compose.h"
#include "build/kustomize.h"
#include "build/root.h"
#include "doc/json.h"
#include "doc/redact.h"
#include "verbs/build_cluster.h"
#include "verbs/diff_report.h"
#include "verbs/diff_sides.h"
#include "world/files.h"

enum { SETTLE_MS = 3 /* editors write and rename: the rest of a save comes within it */ };

/* A build, with a set of its own: it is freed whole when a later one takes its place. */
struct built {
	struct arena *arena;
	struct docset *set;
	struct files files;
	struct placed_objects objects;
};

struct watching {
	const struct verb_context *context;
	struct str path;    /* of a kustomization; or */
	struct str cluster; /* the entry of one; absent: none */
	struct compose_options options;
	const struct files *files;
	struct folder_watch *watch;
	struct built *good; /* the last one that did not fail; NULL: none yet */
	bool is_due;	    /* a rebuild */
	bool has_failed;    /* to watch: the reason is in err */
	struct error err;
};

static void built_free(struct built *built)
{
	if (built)
		arena_free(built->arena);
}

static int build_cluster_objects(struct watching *w, struct built *built, struct error *err)
{
	struct composition all;
	struct str real;

	if (compose_cluster(&built->files, w->cluster, &w->options, built->set, &all, err) < 0 ||
	    diff_refuse_faults(&all, built->arena, err) < 0 ||
	    files_realpath(&built->files, built->arena, w->cluster, &real, err) < 0)
		return -1;
	placed_objects_compose(built->arena, &built->objects, &all, w->cluster, real);
	return 0;
}

static int build_objects(struct watching *w, struct built *built, struct error *err)
{
	struct kustomize_options options = { .load_restrictions_none = w->files->leaves_root };
	struct render render;

	if (w->cluster.ptr)
		return build_cluster_objects(w, built, err);
	built->files.root = root_repository(&built->files, built->arena, w->path);
	if (kustomize_build(&built->files, w->path, &options, built->set, &render, err) < 0)
		return -1;
	placed_objects_add(built->arena, &built->objects, &render);
	return 0;
}

static struct built *built_new(struct watching *w)
{
	struct arena *arena = arena_new("build of a watch");
	struct built *built = arena_one(arena, struct built);

	built->arena = arena;
	built->set = docset_new(arena);
	built->files = *w->files;
	files_remember(&built->files, arena);
	return built;
}

static void watch_folder(void *context, struct str folder)
{
	struct watching *w = context;

	if (!w->has_failed && folder_watch_add(w->watch, folder, &w->err) < 0)
		w->has_failed = true;
}

static void write_difference(const struct outcome *outcome, struct ink *out)
{
	diff_text(outcome->data, out);
}

/* The old texts are masked by the set that knows their secrets, too. */
static void publish_difference(struct watching *w, const struct built *old, struct built *new)
{
	struct object_differences differences = {};
	struct diff_document_options options = { .set = new->set };
	struct diff_report report = {};
	struct outcome outcome = { .set = new->set, .text = write_difference, .data = &report };

	difference_find(new->arena, &old->objects, &new->objects, &differences);
	if (!differences.items.count)
		return;
	report.document = redact_tree(docset_redactor(old->set), new->arena,
				      diff_document(new->arena, &differences, &options));
	nodes_add(new->arena, &outcome.documents, report.document);
	verb_publish(w->context, &outcome, NULL, new->set);
}

static void rebuild(struct watching *w)
{
	struct built *built = built_new(w);
	struct error err;

	budget_renew();
	int result = build_objects(w, built, &err);
	files_each_folder(&built->files, watch_folder, w);
	if (result < 0) {
		verb_publish(w->context, NULL, &err, built->set);
		built_free(built);
		return;
	}
	if (w->good)
		publish_difference(w, w->good, built);
	built_free(w->good);
	w->good = built;
}

static void run_rebuild(void *data)
{
	struct watching *w = data;

	w->is_due = false;
	rebuild(w);
	if (w->has_failed)
		world_stop(w->context->world);
}

static void on_change(void *data)
{
	struct watching *w = data;

	if (!w->is_due)
		world_timer(w->context->world, SETTLE_MS, run_rebuild, w);
	w->is_due = true;
}

static void write_begin(const struct outcome *outcome, struct ink *out)
{
	const struct watching *w = outcome->data;
	uint32_t count = w->good ? w->good->objects.items.count : 0;

	ink_printf(out, "watching: %u object%s; end with Ctrl-C\n", count, count == 1 ? "" : "s");
}

int build_watch(const struct verb_context *context, struct str path,
		const struct build_cluster_args *cluster, const struct files *files,
		struct error *err)
{
	struct watching w = {
		.context = context, .path = path, .cluster = cluster->path, .files = files
	};
	struct outcome begin = { .set = context->set, .text = write_begin, .data = &w };

	if (build_cluster_options(context, cluster, &w.options, err) < 0)
		return -1;

	w.watch = folder_watch_new(context->world, on_change, &w, err);
	if (!w.watch)
		return -1;
	rebuild(&w);
	verb_publish(context, &begin, NULL, context->set);
	int result = w.has_failed ? -1 : world_run(context->world, err);
	if (w.has_failed)
		*err = w.err;
	folder_watch_free(w.watch);
	built_free(w.good);
	return w.has_failed ? -1 : result;
}
