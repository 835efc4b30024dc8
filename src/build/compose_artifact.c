/* compose_artifact - ExternalArtifacts that ArtifactGenerators among the objects make */
#include "base/arena.h"
#include "build/compose_inside.h"
#include "source/artifact_generate.h"
#include "world/snapshot.h"

struct made_artifact {
	struct snapshot snapshot;
	struct files files;
	bool is_made;
	struct source_gap gap; /* why it is not */
};

static bool is_generator(const struct node *object)
{
	return str_equal(object_kind(object), STR("ArtifactGenerator")) &&
	       str_equal(object_gvk(object).group, STR("source.extensions.fluxcd.io"));
}

struct str compose_artifact_label(struct follow *f, const struct node *object, uint32_t index)
{
	const struct node *list = node_at(object, "spec.artifacts");

	if (!is_generator(object) || index >= node_item_count(list))
		return STR_NONE;
	return str_printf(f->c->arena, "ExternalArtifact/%.*s/%.*s",
			  STR_FMT(object_namespace(object)),
			  STR_FMT(node_str_at(node_item(list, index), "name")));
}

/* --- the files of a source, as far as copies need them --------------------------------------- */

struct lazy_content {
	struct snapshot_content content;
	struct arena *arena;
	const struct files *files;
};

static int read_lazily(struct snapshot_content *content, struct str *ret, struct error *err)
{
	struct lazy_content *lazy = (struct lazy_content *)content;

	return files_read(lazy->files, lazy->arena, content->id, ret, err);
}

static void add_file(struct follow *f, struct snapshot *tree, const struct files *files,
		     struct str path)
{
	struct lazy_content *lazy = arena_one(f->c->arena, struct lazy_content);
	struct str below = str_strip_prefix(path, STR("/"));

	if (snapshot_find(tree, below))
		return;
	*lazy = (struct lazy_content){ { path, read_lazily }, f->c->arena, files };
	snapshot_put(tree, (struct snapshot_file){ .path = below, .content = &lazy->content });
}

struct folders {
	VEC(struct str) items;
};

static void add_folder(struct follow *f, struct snapshot *tree, const struct files *files,
		       struct str path, struct folders *more)
{
	struct file_list list;
	struct error ignored;

	if (files_list(files, f->c->arena, path, &list, &ignored) < 0)
		return;
	for (uint32_t i = 0; i < list.count; i++) {
		struct str name = list.items[i].name;
		struct str at =
			STR_CAT(f->c->arena, str_strip_suffix(path, STR("/")), STR("/"), name);
		enum file_kind kind = files_kind(files, f->c->arena, at);
		if (kind == FILE_DIRECTORY)
			VEC_PUSH(f->c->arena, &more->items, at);
		else if (kind == FILE_REGULAR)
			add_file(f, tree, files, at);
	}
}

static void add_below(struct follow *f, struct snapshot *tree, const struct files *files,
		      struct str path)
{
	struct folders folders = {};

	if (files_kind(files, f->c->arena, path) == FILE_REGULAR)
		add_file(f, tree, files, path);
	else
		VEC_PUSH(f->c->arena, &folders.items, path);
	for (uint32_t i = 0; i < folders.items.count; i++)
		add_folder(f, tree, files, folders.items.items[i], &folders);
}

/* --- making ---------------------------------------------------------------------------------- */

struct input_of {
	struct follow *f;
	const struct node *generator;
	struct source_gap gap; /* of the first source that is not here */
};

static void note_absent(struct input_of *in, struct str label)
{
	struct source_gap gap = in->f->gap;

	if (!gap.reason.ptr)
		gap.reason = str_printf(in->f->c->arena, "it is made of %.*s", STR_FMT(label));
	if (!in->gap.reason.ptr)
		in->gap = gap;
}

static struct artifact_input input_of(void *context, const struct node *source, struct str folder)
{
	struct input_of *in = context;
	struct follow *f = in->f;
	struct str label;
	const struct files *files =
		compose_source_of(f, source, object_namespace(in->generator), &label);

	if (!files) {
		note_absent(in, label);
		return (struct artifact_input){};
	}
	struct snapshot *tree = map_get(&f->trees, label);
	if (!tree) {
		tree = arena_one(f->c->arena, struct snapshot);
		snapshot_init(tree, f->c->arena);
		map_put(&f->trees, label, tree);
	}
	struct str root = str_strip_suffix(files->root, STR("/"));
	add_below(f, tree, files,
		  folder.len || !root.len ? STR_CAT(f->c->arena, root, STR("/"), folder) : root);
	return (struct artifact_input){ tree, str_strip_prefix(root, STR("/")) };
}

static struct map *moved_files(struct follow *f)
{
	if (!f->moved) {
		f->moved = arena_one(f->c->arena, struct map);
		map_init(f->moved, f->c->arena);
		docset_moved(f->c->set, f->moved);
	}
	return f->moved;
}

static void make(struct follow *f, struct made_artifact *a, const struct node *generator,
		 struct str label)
{
	struct str name = str_from(label, (size_t)str_find_last_char(label, '/') + 1);
	struct input_of in = { .f = f, .generator = generator };
	struct artifact_making making = { .generator = generator,
					  .artifact = artifact_named(generator, name),
					  .input = input_of,
					  .context = &in,
					  .arena = f->c->arena,
					  .prefix = label,
					  .files = &a->snapshot,
					  .moved = moved_files(f) };

	snapshot_init(&a->snapshot, f->c->arena);
	a->files = (struct files){ .snapshot = &a->snapshot,
				   .root = str_concat(f->c->arena, STR("/"), label) };
	struct str fault = artifact_make(&making);
	if (fault.ptr)
		a->gap = (struct source_gap){ fault, true, making.at->position };
	else if (making.absent.ptr)
		a->gap = in.gap;
	else if (making.extracted.ptr)
		a->gap.reason = str_printf(f->c->arena,
					   "it is made of the archive '%.*s', and strategy Extract "
					   "is not supported",
					   STR_FMT(making.extracted));
	else
		a->is_made = true;
}

const struct files *compose_artifact(struct follow *f, struct str label)
{
	const struct node *generator = map_get(&f->by_label, label);
	struct made_artifact *a = map_get(&f->artifacts, label);

	if (!is_generator(generator))
		return NULL;
	if (!a) {
		a = arena_one(f->c->arena, struct made_artifact);
		/* Until it is made: a generator may need its own artifact. */
		a->gap.reason = STR("it is made of itself");
		map_put(&f->artifacts, label, a);
		make(f, a, generator, label);
	}
	f->gap = a->gap;
	return a->is_made ? &a->files : NULL;
}
