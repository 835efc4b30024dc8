/* compose_many - all kustomizations below a folder, built on all processors */
#include "base/arena.h"
#include "base/file_path.h"
#include "base/pool.h"
#include "build/compose_inside.h"
#include "build/kustomize.h"
#include "build/root.h"
#include "doc/redact.h"

/* A message for who has another document set. */
struct told {
	struct str text, hint;
};

/* One kustomization, and what became of it. Texts live in the worker's arena. */
struct part {
	struct str directory;
	struct render render;
	struct told failure; /* its text is absent when it was built */
	bool meets_remote;   /* only the thread of the world reads remote bases: not built yet */
	VEC(struct told) warnings;
};

/* What a thread holds for itself; files and documents that it has read are read once. */
struct worker {
	struct arena *arena;
	struct docset *set;
	struct files files;
};

struct many {
	const struct files *files;
	struct worker workers[POOL_WORKERS_MAX];
	struct part *parts;
};

static void free_arena(void *arena)
{
	arena_free(arena);
}

static void init_workers(struct many *m, uint32_t count, struct arena *owner)
{
	for (uint32_t i = 0; i < count; i++) {
		struct worker *w = &m->workers[i];
		w->arena = arena_new("kustomizations");
		arena_cleanup(owner, free_arena, w->arena);
		w->set = docset_new(w->arena);
		w->files = *m->files;
		w->files.remotes = NULL;
		files_remember(&w->files, w->arena);
	}
}

/* "apps/web/kustomization.yaml:3:1: text" */
static struct str with_place(struct worker *w, uint32_t position, struct str text)
{
	struct place at = docset_place(w->set, position);

	text = redact(docset_redactor(w->set), w->arena, text);
	return at.line ? str_printf(w->arena, "%.*s:%u:%u: %.*s", STR_FMT(at.path), at.line,
				    at.column, STR_FMT(text))
		       : str_copy(w->arena, text);
}

static struct told told_of(struct worker *w, uint32_t position, struct str text, struct str hint)
{
	return (struct told){ with_place(w, position, text), with_place(w, 0, hint) };
}

static void build_part(void *context, uint32_t worker, uint32_t item)
{
	struct many *m = context;
	struct worker *w = &m->workers[worker];
	struct part *part = &m->parts[item];
	struct findings warnings;
	struct kustomize_options options = { .load_restrictions_none = m->files->leaves_root,
					     .warnings = &warnings,
					     .meets_remote = &part->meets_remote };
	struct error err;

	findings_init(&warnings, w->arena);
	if (kustomize_build(&w->files, part->directory, &options, w->set, &part->render, &err) < 0)
		part->failure =
			told_of(w, err.position, str_from_cstr(err.text), str_from_cstr(err.hint));
	for (uint32_t i = 0; i < warnings.count; i++) {
		const struct finding *f = &warnings.items[i];
		VEC_PUSH(w->arena, &part->warnings,
			 told_of(w, f->node ? f->node->position : 0, f->message, f->hint));
	}
}

/* Those that the pool could not build, one after the other. */
static void build_remote_parts(struct many *m, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (!m->parts[i].meets_remote)
			continue;
		m->parts[i] = (struct part){ .directory = m->parts[i].directory };
		m->workers[0].files.remotes = m->files->remotes;
		build_part(m, 0, i);
	}
}

static const struct rule rule_warning = {
	STR_INIT("build/kustomization"),
	SEVERITY_WARNING,
	STR_INIT("a kustomization is built, but its author may not want what it says"),
};

static void add_warning(struct findings *warnings, const struct told *told)
{
	finding_add(warnings, &rule_warning, NULL, "%.*s", STR_FMT(told->text));
	if (told->hint.len)
		finding_hint(warnings, "%.*s", STR_FMT(told->hint));
}

static void add_part(struct composer *c, struct composition *all, struct str top,
		     const struct part *part, struct object_list *objects)
{
	struct compose_part made = { .label = file_path_seen_from(c->arena, top, part->directory),
				     .directory = part->directory,
				     .first = objects->items.count,
				     .count = part->render.count,
				     .state = part->failure.text.ptr ? COMPOSE_FAILED
								     : COMPOSE_APPLIED,
				     .reason = part->failure.text };

	VEC_PUSH(c->arena, &all->parts, made);
	if (made.state == COMPOSE_FAILED)
		VEC_PUSH(c->arena, &all->faults,
			 (struct compose_fault){ .path = made.label,
						 .reason = FLUX_BUILD_FAILED,
						 .message = part->failure.text,
						 .hint = part->failure.hint });
	for (uint32_t i = 0; i < part->render.count; i++)
		VEC_PUSH(c->arena, &objects->items, part->render.objects[i]);
	for (uint32_t i = 0; c->warnings && i < part->warnings.count; i++)
		add_warning(c->warnings, &part->warnings.items[i]);
}

static int find_parts(struct composer *c, struct str path, struct str *ret_top,
		      struct compose_roots *ret, struct error *err)
{
	if (files_realpath(&c->files, c->arena, path, ret_top, err) < 0 ||
	    compose_find_roots(c, *ret_top, ret) < 0)
		return -1;
	if (ret->kustomizations.count)
		return 0;
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' holds no kustomization",
		  STR_FMT(path));
	return error_hint(err, "a folder with a kustomization.yaml is one");
}

int compose_many(const struct files *files, struct str path, struct docset *set,
		 struct findings *warnings, struct composition *ret, struct error *err)
{
	struct composer c = { .files = *files,
			      .set = set,
			      .arena = docset_arena(set),
			      .warnings = warnings,
			      .err = err };
	struct many *many = arena_one(c.arena, struct many);
	struct compose_roots roots = {};
	struct object_list objects = {};
	struct str top;

	c.files.root = root_repository(files, c.arena, path);
	files_remember(&c.files, c.arena);
	if (find_parts(&c, path, &top, &roots, err) < 0)
		return -1;
	many->files = &c.files;
	many->parts = arena_array(c.arena, struct part, roots.kustomizations.count);
	for (uint32_t i = 0; i < roots.kustomizations.count; i++)
		many->parts[i].directory = roots.kustomizations.items[i];
	uint32_t processors = files->snapshot ? 1 : world_processors(files->world);
	init_workers(many, pool_workers(processors, roots.kustomizations.count), c.arena);
	pool_run(processors, roots.kustomizations.count, build_part, many);
	build_remote_parts(many, roots.kustomizations.count);
	*ret = (struct composition){ .path = path };
	for (uint32_t i = 0; i < roots.kustomizations.count; i++)
		add_part(&c, ret, top, &many->parts[i], &objects);
	ret->render = (struct render){ .arena = c.arena,
				       .set = set,
				       .objects = objects.items.items,
				       .count = objects.items.count };
	return 0;
}
