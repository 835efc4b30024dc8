/* repository - the repository at the revision shipped, as the Flux reconcilers ask for it */
#include "deliver/repository.h"

#include "base/arena.h"
#include "base/hash.h"
#include "build/sops.h"
#include "deliver/repository_inside.h"
#include "doc/make.h"
#include "source/artifact.h"

void repository_assume(struct repository *r, struct str what)
{
	r->assume(r->assume_context, what);
}

void repository_init(struct repository *r, const struct repository_options *options)
{
	*r = (struct repository){ .arena = options->arena,
				  .set = options->set,
				  .branch = options->branch,
				  .assume = options->assume,
				  .assume_context = options->context,
				  .name = { STR("flux-system"), STR("flux-system") },
				  .root = str_concat(options->arena, STR("/"), options->folder) };
	map_init(&r->moved, r->arena);
	if (options->keys && options->keys->count) {
		r->sops = arena_one(r->arena, struct sops);
		sops_init(r->sops, r->set, options->keys);
	}
	if (options->folder.len)
		repository_assume(r, str_printf(r->arena,
						"the repository begins at %.*s: paths of its "
						"Kustomizations are found there only",
						STR_FMT(options->folder)));
}

void repository_begin(struct repository *r, struct world *world, const struct cache *cache)
{
	r->world = world;
	r->cache = cache;
}

struct str repository_revision_text(const struct repository *r, const struct revision *revision)
{
	return str_printf(r->arena, "%.*s@sha1:%.*s", STR_FMT(r->branch), STR_FMT(revision->hash));
}

const struct node *repository_find(const struct repository *r, struct str kind, struct key key)
{
	for (uint32_t i = r->renders.count; i-- > 0;) {
		const struct render *render = &r->renders.items[i]->render;
		for (uint32_t o = 0; o < render->count; o++) {
			const struct node *object = render->objects[o];
			if (str_equal(object_kind(object), kind) &&
			    key_equal(object_key(object), key))
				return object;
		}
	}
	return NULL;
}

/* Fetching */

bool repository_is_ours(const struct repository *r, struct key key, const struct node *object)
{
	const struct object *root = cache_get(r->cache, KIND_GITREPOSITORY, r->name);
	const struct node *own = root ? root->root : NULL;

	if (key_equal(key, r->name))
		return true;
	return str_equal(node_str_at(object, "spec.url"), node_str_at(own, "spec.url")) &&
	       node_equal(node_at(object, "spec.ref"), node_at(own, "spec.ref"));
}

const struct snapshot *repository_artifact(struct repository *r, struct str ignore)
{
	for (uint32_t i = 0; i < r->artifacts.count; i++) {
		const struct kept_artifact *a = r->artifacts.items[i];
		if (a->revision == r->current && !a->ignore.ptr == !ignore.ptr &&
		    str_equal(a->ignore, ignore))
			return &a->files;
	}
	struct kept_artifact *a = arena_one(r->arena, struct kept_artifact);
	struct error err;

	a->revision = r->current;
	a->ignore = ignore.ptr ? str_copy(r->arena, ignore) : STR_NONE;
	const struct artifact_source source = { &r->current->files,
						str_strip_prefix(r->root, STR("/")), a->ignore };
	if (artifact_of(&a->files, &source, r->arena, &err) < 0) {
		snapshot_init(&a->files, r->arena);
		repository_assume(r, str_printf(r->arena, "an empty artifact: %s", err.text));
	}
	VEC_PUSH(r->arena, &r->artifacts, a);
	return &a->files;
}

struct str repository_digest(const struct repository *r, const struct snapshot *files)
{
	return str_concat(r->arena, STR("sha256:"), snapshot_digest(files, r->arena));
}

void repository_fetch(void *context, struct str reconciler, struct key key,
		      const struct plan_request *request, struct request_ticket *ticket)
{
	struct repository *r = context;
	struct answer answer = { .code = 200 };

	(void)reconciler;
	if (repository_is_ours(r, key, request->arguments)) {
		const struct snapshot *files =
			repository_artifact(r, node_str_at(request->arguments, "spec.ignore"));
		answer.text = repository_revision_text(r, r->current);
		answer.node = node_make(r->arena, "{digest: %s, size: %l}",
					repository_digest(r, files), (int64_t)files->files.count);
	} else {
		repository_assume(r, object_label_text(r->arena, request->arguments));
		answer.text = STR("assumed");
		answer.node = node_make(
			r->arena, "{digest: %s, size: 0}",
			str_concat(r->arena, STR("sha256:"), sha256_hex(r->arena, STR("assumed"))));
	}
	runner_answer(ticket, &answer);
}

struct str repository_path(const struct map *moved, struct str path)
{
	struct str own = str_strip_prefix(path, STR("/"));
	const struct str *old = map_get(moved, own);

	return old ? *old : own;
}
