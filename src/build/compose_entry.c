/* compose_entry - the Kustomization that builds the entry of a cluster itself */
#include "base/arena.h"
#include "base/file_path.h"
#include "build/compose_inside.h"
#include "build/flux_sync.h"

enum { ROUNDS_MAX = 3 };

static struct compose_part *entry_of(const struct follow *f)
{
	return &f->composition->parts.items[0];
}

static void index_objects(struct follow *f)
{
	map_init(&f->by_label, f->c->arena);
	for (uint32_t i = 0; i < f->objects->items.count; i++) {
		const struct node *o = f->objects->items.items[i];
		void **slot = map_slot(&f->by_label, object_label_text(f->c->arena, o));
		if (!*slot)
			*slot = (void *)(uintptr_t)o;
	}
}

/* `flux bootstrap` and the operator give the Kustomization the name of its source. */
static bool has_name_of_source(const struct node *kustomization)
{
	return str_equal(object_name(kustomization),
			 node_str_at(kustomization, "spec.sourceRef.name"));
}

/* The folder itself, or the one above: `flux bootstrap` puts its files in clusters/x/flux-system,
 * and builds clusters/x. The top of a repository is the path of many that build another one:
 * there the name decides. */
static bool builds_entry(const struct follow *f, const struct node *kustomization)
{
	struct str directory = compose_directory(f, &f->c->files, kustomization);
	struct str entry = entry_of(f)->directory;

	if (str_equal(directory, f->c->files.root) &&
	    !str_equal(object_name(kustomization), STR("flux-system")))
		return false;
	return directory.ptr && entry.ptr &&
	       (str_equal(directory, entry) || str_equal(directory, compose_parent(entry)));
}

static const struct node *root_among(const struct follow *f)
{
	const struct node *found = NULL;

	for (uint32_t i = 0; i < f->objects->items.count; i++) {
		const struct node *o = f->objects->items.items[i];
		if (flux_sync(o))
			o = flux_sync_kustomization(f->c->arena, o);
		if (!compose_is_kustomization(o) || !builds_entry(f, o))
			continue;
		if (has_name_of_source(o))
			return o;
		if (!found)
			found = o;
	}
	return found;
}

/* The Kustomization as its own objects have it; NULL: it is not among them. */
static const struct node *itself(const struct render *render, const struct node *kustomization)
{
	for (uint32_t i = 0; i < render->count; i++)
		if (compose_is_kustomization(render->objects[i]) &&
		    key_equal(object_key(render->objects[i]), object_key(kustomization)))
			return render->objects[i];
	return NULL;
}

static bool holds(const struct render *render, const struct node *object)
{
	for (uint32_t i = 0; i < render->count; i++)
		if (flux_sync(render->objects[i]) &&
		    key_equal(flux_sync_key(render->objects[i]), object_key(object)))
			return true;
	return itself(render, object);
}

static void take(struct follow *f, const struct node *kustomization, const struct render *render)
{
	struct compose_part *entry = entry_of(f);

	entry->kustomization = kustomization;
	entry->label = object_label_text(f->c->arena, kustomization);
	entry->directory = compose_directory(f, &f->c->files, kustomization);
	f->objects->items.count = 0;
	for (uint32_t i = 0; i < render->count; i++)
		VEC_PUSH(f->c->arena, &f->objects->items, render->objects[i]);
	entry->count = render->count;
	entry->encrypted = f->encrypted;
	entry->warnings = f->warnings;
	index_objects(f);
}

/* It is none: it is followed as any other one. */
static void forget(struct follow *f, uint32_t fault_count)
{
	f->own_source = NULL;
	f->composition->faults.count = fault_count;
}

static void fail(struct follow *f, const struct node *kustomization)
{
	struct compose_part *entry = entry_of(f);

	assert(f->composition->faults.count > 0);
	entry->kustomization = kustomization;
	entry->label = object_label_text(f->c->arena, kustomization);
	entry->state = COMPOSE_FAILED;
	entry->reason = f->composition->faults.items[f->composition->faults.count - 1].message;
}

/* What does not build says nothing of its objects: then it is the root by its name and path. */
static bool builds_all(const struct follow *f, const struct node *kustomization)
{
	return has_name_of_source(kustomization) &&
	       str_equal(compose_directory(f, &f->c->files, kustomization), entry_of(f)->directory);
}

static bool same_spec(const struct node *a, const struct node *b)
{
	return node_equal(node_get_lit(a, "spec"), node_get_lit(b, "spec"));
}

void compose_enter(struct follow *f)
{
	index_objects(f);
	const struct node *root = root_among(f), *next = root;

	/* What it builds may change it: Flux builds again with what it has applied. */
	for (int round = 0; next && round < ROUNDS_MAX; round++) {
		struct render render;
		struct str label;
		root = next;
		f->own_source = node_at(root, "spec.sourceRef");
		f->own_namespace = object_namespace(root);
		const struct files *files = compose_source(f, root, &label);
		uint32_t fault_count = f->composition->faults.count;
		int result = compose_build(f, root, files, &render);
		if (result < 0 && builds_all(f, root)) {
			fail(f, root);
			return;
		}
		/* A Kustomization of another source may have this path by chance. */
		if (result < 0 || !holds(&render, root)) {
			forget(f, fault_count);
			return;
		}
		take(f, root, &render);
		entry_of(f)->source = label;
		next = itself(&render, root);
		if (same_spec(next, root))
			return;
	}
}

/* Where the source begins */

static uint32_t found_paths(struct composer *c, struct str root, const struct object_list *objects)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < objects->items.count; i++) {
		const struct node *o = objects->items.items[i];
		struct str path = node_str_at(o, "spec.path");
		/* The top is there in every folder. */
		struct str below = file_path_without_steps(c->arena, path);
		if (below.len <= 1 || !compose_is_kustomization(o))
			continue;
		struct str full =
			str_printf(c->arena, "%.*s/%.*s", STR_FMT(str_strip_suffix(root, STR("/"))),
				   STR_FMT(str_strip_prefix(path, STR("/"))));
		count += files_kind(&c->files, c->arena, full) == FILE_DIRECTORY;
	}
	return count;
}

static bool is_marked(struct composer *c, struct str folder)
{
	static const char *const marks[] = { ".git", "clusters" };

	for (size_t i = 0; i < ARRAY_COUNT(marks); i++) {
		struct str mark = str_printf(c->arena, "%.*s/%s",
					     STR_FMT(str_strip_suffix(folder, STR("/"))), marks[i]);
		if (files_kind(&c->files, c->arena, mark) != FILE_ABSENT)
			return true;
	}
	return false;
}

/*
 * A folder above that git manages, or that holds `clusters`: the one in which most paths are there,
 * and of these the outermost; where no path says anything, the nearest; where there is no such
 * folder, the one that the files begin at.
 */
struct str compose_source_begin(struct composer *c, struct str directory,
				const struct object_list *objects)
{
	struct str top = c->files.root.len ? c->files.root : STR("/");
	struct str best = STR_NONE;
	uint32_t most = 0;

	for (struct str at = directory; at.len >= top.len; at = compose_parent(at)) {
		uint32_t found = is_marked(c, at) ? found_paths(c, at, objects) : 0;
		if (is_marked(c, at) && (!best.ptr || (found && found >= most))) {
			best = at;
			most = found;
		}
		if (at.len <= 1)
			break;
	}
	return best.ptr ? best : top;
}
