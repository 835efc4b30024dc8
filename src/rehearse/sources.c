/* sources - the repository at the revision that is shipped, as the Flux reconcilers ask for it */
#include "rehearse/sources.h"

#include "base/arena.h"
#include "base/hash.h"
#include "build/flux.h"
#include "build/sops.h"
#include "deliver/deliver.h"
#include "doc/make.h"
#include "source/artifact.h"
#include "world/files.h"

enum { BUILD_MS = 200 };

void sources_init(struct sources *s, struct arena *arena, struct docset *set, struct str branch)
{
	*s = (struct sources){ .arena = arena, .set = set, .branch = branch };
	s->repository = (struct key){ STR("flux-system"), STR("flux-system") };
	s->root = STR("/");
}

void sources_begin_at(struct sources *s, struct str folder)
{
	if (!folder.len)
		return;
	s->root = str_concat(s->arena, STR("/"), folder);
	sources_assume(s, str_printf(s->arena,
				     "the repository begins at %.*s: paths of its "
				     "Kustomizations are found there only",
				     STR_FMT(folder)));
}

struct str sources_revision_text(const struct sources *s, const struct revision *revision)
{
	return str_printf(s->arena, "%.*s@sha1:%.*s", STR_FMT(s->branch), STR_FMT(revision->hash));
}

void sources_assume(struct sources *s, struct str what)
{
	for (uint32_t i = 0; i < s->assumed.count; i++)
		if (str_equal(s->assumed.items[i], what))
			return;
	VEC_PUSH(s->arena, &s->assumed, str_copy(s->arena, what));
}

const struct node *sources_find(const struct sources *s, struct str kind, struct key key)
{
	for (uint32_t i = s->renders.count; i-- > 0;) {
		const struct render *render = &s->renders.items[i]->render;
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

bool sources_is_ours(const struct sources *s, struct key key, const struct node *object)
{
	const struct object *root = cache_get(s->cache, KIND_GITREPOSITORY, s->repository);
	const struct node *own = root ? root->root : NULL;

	if (key_equal(key, s->repository))
		return true;
	return str_equal(node_str_at(object, "spec.url"), node_str_at(own, "spec.url")) &&
	       node_equal(node_at(object, "spec.ref"), node_at(own, "spec.ref"));
}

const struct snapshot *sources_artifact(struct sources *s, struct str ignore)
{
	for (uint32_t i = 0; i < s->artifacts.count; i++) {
		const struct kept_artifact *a = s->artifacts.items[i];
		if (a->revision == s->current && !a->ignore.ptr == !ignore.ptr &&
		    str_equal(a->ignore, ignore))
			return &a->files;
	}
	struct kept_artifact *a = arena_one(s->arena, struct kept_artifact);
	a->revision = s->current;
	a->ignore = ignore.ptr ? str_copy(s->arena, ignore) : STR_NONE;
	artifact_of(&a->files, &s->current->files, s->arena, str_strip_prefix(s->root, STR("/")),
		    a->ignore);
	VEC_PUSH(s->arena, &s->artifacts, a);
	return &a->files;
}

void sources_fetch(void *context, struct str reconciler, struct key key,
		   const struct plan_request *request, struct request_ticket *ticket)
{
	struct sources *s = context;
	struct answer answer = { .code = 200 };

	(void)reconciler;
	if (sources_is_ours(s, key, request->arguments)) {
		const struct snapshot *files =
			sources_artifact(s, node_str_at(request->arguments, "spec.ignore"));
		answer.text = sources_revision_text(s, s->current);
		answer.node = node_make(
			s->arena, "{digest: %s, size: %l}",
			str_concat(s->arena, STR("sha256:"), snapshot_digest(files, s->arena)),
			(int64_t)files->files.count);
	} else {
		sources_assume(s, object_label_text(s->arena, request->arguments));
		answer.text = STR("assumed");
		answer.node = node_make(
			s->arena, "{digest: %s, size: 0}",
			str_concat(s->arena, STR("sha256:"), sha256_hex(s->arena, STR("assumed"))));
	}
	runner_answer(ticket, &answer);
}

struct str sources_path(const struct sources *s, struct str path)
{
	struct str own = str_strip_prefix(path, STR("/"));

	for (uint32_t i = s->generated.count; i-- > 0;) {
		const struct str *old = map_get(&s->generated.items[i]->moved, own);
		if (old)
			return *old;
	}
	return own;
}

/* Building */

static struct kept_render *find_render(const struct sources *s, const struct kept_render *like)
{
	for (uint32_t i = 0; i < s->renders.count; i++) {
		struct kept_render *r = s->renders.items[i];
		if (r->generation == like->generation && r->variables == like->variables &&
		    str_equal(r->revision, like->revision) &&
		    key_equal(r->kustomization, like->kustomization))
			return r;
	}
	return NULL;
}

/* The spec.ignore of the source that a Kustomization names. */
static struct str ignore_of(const struct sources *s, const struct node *kustomization)
{
	const struct node *ref = node_at(kustomization, "spec.sourceRef");
	struct str namespace = node_str_at(ref, "namespace");
	struct key key = { namespace.len ? namespace : object_namespace(kustomization),
			   node_str_at(ref, "name") };
	const struct object *source = cache_get(s->cache, KIND_GITREPOSITORY, key);

	return source ? node_str_at(source->root, "spec.ignore") : STR_NONE;
}

static struct files files_for(struct sources *s, const struct node *kustomization)
{
	const struct node *ref = node_at(kustomization, "spec.sourceRef");
	struct str namespace = node_str_at(ref, "namespace");
	struct key key = { namespace.len ? namespace : object_namespace(kustomization),
			   node_str_at(ref, "name") };
	const struct generated_artifact *g =
		str_equal(node_str_at(ref, "kind"), STR("ExternalArtifact"))
			? sources_generated(s, key)
			: NULL;

	if (g)
		return (struct files){ .snapshot = &g->files,
				       .root = str_concat(s->arena, STR("/"), g->prefix) };
	return (struct files){ .snapshot = sources_artifact(s, ignore_of(s, kustomization)),
			       .root = s->root };
}

/* No key is here: what SOPS has encrypted is taken as decrypted. */
static void assume_decrypted(struct sources *s, struct render *render)
{
	for (uint32_t i = 0; i < render->count; i++) {
		const struct node *object = render->objects[i];
		if (flux_says(object, "decrypt", "disabled"))
			continue;
		render->objects[i] = sops_assume(s->arena, object);
		if (render->objects[i] != object)
			sources_assume(s, str_printf(s->arena, "what SOPS has encrypted in %.*s",
						     STR_FMT(object_label_text(s->arena, object))));
	}
}

/* As `kubectl apply -k` takes them. */
static void place_in_default(struct sources *s, struct render *render)
{
	for (uint32_t i = 0; i < render->count; i++) {
		const struct node *object = render->objects[i];
		const struct kind *kind = schemas_kind(s->plain, object_gvk(object), NULL);
		if (!kind || !(kind->flags & KIND_NAMESPACED) || object_namespace(object).len)
			continue;
		render->objects[i] = node_set(s->arena, object, "metadata.namespace",
					      node_cstr(s->arena, "default"));
		sources_assume(s, STR("what names no namespace goes to namespace default"));
	}
}

/* Parts of a spec that are not looked at here, and what is taken for granted instead. */
static void assume_ignored(struct sources *s, const struct node *kustomization)
{
	static const struct {
		const char *path, *instead;
	} parts[] = {
		{ "spec.healthCheckExprs", "kinds are judged by their own rules" },
		{ "spec.ignore", "all fields are applied" },
		{ "spec.dependsOn[0].readyExpr", "a dependency counts by its readiness" },
	};
	struct str label = object_label_text(s->arena, kustomization);

	for (size_t i = 0; i < ARRAY_COUNT(parts); i++)
		if (node_at(kustomization, parts[i].path))
			sources_assume(s,
				       str_printf(s->arena, "%s of %.*s is not looked at: %s",
						  parts[i].path, STR_FMT(label), parts[i].instead));
}

static void build_render(struct sources *s, struct kept_render *r, const struct node *arguments)
{
	struct files files = files_for(s, node_get(arguments, STR("kustomization")));
	struct flux_fault fault = {};
	struct error err = {};

	r->object =
		node_copy(s->arena, node_get(arguments, STR("kustomization")), /* bare= */ true);
	const struct flux_input input = {
		.files = &files,
		.kustomization = r->object,
		.variables = node_copy(s->arena, node_get(arguments, STR("variables")), true),
		.missing = str_copy(s->arena, node_str_at(arguments, "missing")),
	};
	assume_ignored(s, r->object);
	r->failed = flux_build(&input, s->set, &r->render, &fault, &err) < 0;
	r->reason = fault.reason;
	r->message = fault.message;
	if (!r->failed && node_at(r->object, "spec.decryption"))
		assume_decrypted(s, &r->render);
	if (!r->failed && s->plain && key_equal(r->kustomization, s->repository))
		place_in_default(s, &r->render);
}

static struct kept_render *render_for(struct sources *s, const struct node *arguments)
{
	const struct node *object = node_get(arguments, STR("kustomization"));
	uint64_t variables =
		hash64(node_hash(node_get(arguments, STR("variables"))), ignore_of(s, object));
	struct kept_render like = { .revision = node_str_at(arguments, "revision"),
				    .kustomization = object_key(object),
				    .generation = node_int_at(object, "metadata.generation", 0),
				    .variables =
					    hash64(variables, node_str_at(arguments, "missing")) };
	struct kept_render *r = find_render(s, &like);

	if (r)
		return r;
	r = arena_one(s->arena, struct kept_render);
	*r = like;
	r->revision = str_copy(s->arena, like.revision);
	r->shipped = s->current;
	r->kustomization.namespace = str_copy(s->arena, like.kustomization.namespace);
	r->kustomization.name = str_copy(s->arena, like.kustomization.name);
	build_render(s, r, arguments);
	VEC_PUSH(s->arena, &s->renders, r);
	return r;
}

/* A build takes its time: others begin theirs meanwhile. */
struct pending_build {
	struct request_ticket *ticket;
	struct answer answer;
};

static void answer_build(void *data)
{
	struct pending_build *p = data;
	runner_answer(p->ticket, &p->answer);
}

void sources_build(void *context, struct str reconciler, struct key key,
		   const struct plan_request *request, struct request_ticket *ticket)
{
	static const struct render nothing;
	struct sources *s = context;
	struct answer answer = { .code = 200, .data = &nothing };
	struct str revision = node_str_at(request->arguments, "revision");

	(void)reconciler;
	if (node_at(request->arguments, "kustomization.spec.kubeConfig")) {
		sources_assume(s, str_printf(s->arena,
					     "Kustomization/%.*s/%.*s, which applies to another "
					     "cluster",
					     STR_FMT(key.namespace), STR_FMT(key.name)));
		runner_answer(ticket, &answer);
		return;
	}
	if (str_equal(revision, STR("assumed"))) {
		sources_assume(s, str_printf(s->arena, "Kustomization/%.*s/%.*s",
					     STR_FMT(key.namespace), STR_FMT(key.name)));
		runner_answer(ticket, &answer);
		return;
	}
	struct kept_render *r = render_for(s, request->arguments);
	answer.node = node_make(s->arena, "{kustomization: %n}", r->object);
	answer.data = &r->render;
	if (r->failed) {
		answer.code = 422;
		answer.text = r->message;
		answer.node = node_make(s->arena, "{kustomization: %n, reason: %s}", r->object,
					r->reason);
	}
	struct pending_build *pending = arena_one(s->arena, struct pending_build);
	*pending = (struct pending_build){ ticket, answer };
	world_timer(s->world, BUILD_MS, answer_build, pending);
}

void sources_begin(struct sources *s, struct world *world, const struct cache *cache)
{
	s->world = world;
	s->cache = cache;
}
