/* repository_build - what Kustomizations make of the repository, built once for each revision */
#include "base/arena.h"
#include "base/hash.h"
#include "build/flux.h"
#include "build/sops.h"
#include "deliver/deliver.h"
#include "deliver/repository_inside.h"
#include "doc/make.h"
#include "world/files.h"

enum { BUILD_MS = 200 };

static struct kept_render *find_render(const struct repository *r, const struct kept_render *like)
{
	for (uint32_t i = 0; i < r->renders.count; i++) {
		struct kept_render *k = r->renders.items[i];
		if (k->generation == like->generation && k->variables == like->variables &&
		    str_equal(k->revision, like->revision) &&
		    key_equal(k->kustomization, like->kustomization))
			return k;
	}
	return NULL;
}

static struct key source_of(const struct node *kustomization)
{
	const struct node *ref = node_at(kustomization, "spec.sourceRef");
	struct str namespace = node_str_at(ref, "namespace");

	return (struct key){ namespace.len ? namespace : object_namespace(kustomization),
			     node_str_at(ref, "name") };
}

/* The spec.ignore of the source that a Kustomization names. */
static struct str ignore_of(const struct repository *r, const struct node *kustomization)
{
	const struct object *source =
		cache_get(r->cache, KIND_GITREPOSITORY, source_of(kustomization));

	return source ? node_str_at(source->root, "spec.ignore") : STR_NONE;
}

static struct files files_for(struct repository *r, const struct node *kustomization)
{
	struct str kind = node_str_at(kustomization, "spec.sourceRef.kind");
	const struct generated_artifact *g =
		str_equal(kind, STR("ExternalArtifact"))
			? repository_generated(r, source_of(kustomization))
			: NULL;

	if (g)
		return (struct files){ .snapshot = &g->files,
				       .root = str_concat(r->arena, STR("/"), g->prefix),
				       .remotes = r->current->remotes };
	return (struct files){ .snapshot = repository_artifact(r, ignore_of(r, kustomization)),
			       .root = r->root,
			       .remotes = r->current->remotes };
}

/* What no key has decrypted counts as decrypted. */
static void assume_decrypted(struct repository *r, struct render *render)
{
	for (uint32_t i = 0; i < render->count; i++) {
		const struct node *object = render->objects[i];
		render->objects[i] = sops_assume(r->arena, object);
		if (render->objects[i] != object)
			repository_assume(r,
					  str_printf(r->arena, "what SOPS has encrypted in %.*s",
						     STR_FMT(object_label_text(r->arena, object))));
	}
}

/* As `kubectl apply -k` takes them. */
static void place_in_default(struct repository *r, struct render *render)
{
	for (uint32_t i = 0; i < render->count; i++) {
		const struct node *object = render->objects[i];
		const struct kind *kind = schemas_kind(r->plain, object_gvk(object), NULL);
		if (!kind || !(kind->flags & KIND_FLAG_NAMESPACED) || object_namespace(object).len)
			continue;
		render->objects[i] = node_set(r->arena, object, "metadata.namespace",
					      node_cstr(r->arena, "default"));
		repository_assume(r, STR("what names no namespace goes to namespace default"));
	}
}

/* Fields of a spec that are ignored here, and what is assumed instead. */
static void assume_ignored(struct repository *r, const struct node *kustomization)
{
	static const struct {
		struct trusted_path path;
		const char *instead;
	} parts[] = {
		{ TRUSTED_PATH_INIT("spec.healthCheckExprs"),
		  "kinds are judged by their own rules" },
		{ TRUSTED_PATH_INIT("spec.ignore"), "all fields are applied" },
		{ TRUSTED_PATH_INIT("spec.dependsOn[0].readyExpr"),
		  "a dependency counts by its readiness" },
	};
	struct str label = object_label_text(r->arena, kustomization);

	for (size_t i = 0; i < ARRAY_COUNT(parts); i++)
		if (node_find(kustomization, parts[i].path))
			repository_assume(r, str_printf(r->arena, "%s of %.*s is not looked at: %s",
							parts[i].path.path, STR_FMT(label),
							parts[i].instead));
}

static void build_render(struct repository *r, struct kept_render *k, const struct node *arguments)
{
	struct files files = files_for(r, node_get(arguments, STR("kustomization")));
	struct flux_fault fault = {};
	struct error err = {};

	k->object =
		node_copy(r->arena, node_get(arguments, STR("kustomization")), /* bare= */ true);
	const struct flux_input input = {
		.files = &files,
		.kustomization = k->object,
		.variables = node_copy(r->arena, node_get(arguments, STR("variables")), true),
		.missing = str_copy(r->arena, node_str_at(arguments, "missing")),
		.sops = r->sops,
	};
	assume_ignored(r, k->object);
	if (r->sops)
		sops_begin(r->sops, 0);
	if (flux_build(&input, r->set, &k->render, &fault, &err) < 0) {
		k->fault_code = fault.reason == FLUX_ARTIFACT_FAILED ? 404 : 422;
		k->message = fault.message;
		return;
	}
	if (node_at(k->object, "spec.decryption"))
		assume_decrypted(r, &k->render);
	if (r->plain && key_equal(k->kustomization, r->name))
		place_in_default(r, &k->render);
}

static struct kept_render *render_for(struct repository *r, const struct node *arguments)
{
	const struct node *object = node_get(arguments, STR("kustomization"));
	uint64_t variables =
		hash64(node_hash(node_get(arguments, STR("variables"))), ignore_of(r, object));
	struct kept_render like = { .revision = node_str_at(arguments, "revision"),
				    .kustomization = object_key(object),
				    .generation = node_int_at(object, "metadata.generation", 0),
				    .variables =
					    hash64(variables, node_str_at(arguments, "missing")) };
	struct kept_render *k = find_render(r, &like);

	if (k)
		return k;
	k = arena_one(r->arena, struct kept_render);
	*k = like;
	k->revision = str_copy(r->arena, like.revision);
	k->shipped = r->current;
	k->kustomization.namespace = str_copy(r->arena, like.kustomization.namespace);
	k->kustomization.name = str_copy(r->arena, like.kustomization.name);
	build_render(r, k, arguments);
	VEC_PUSH(r->arena, &r->renders, k);
	return k;
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

void repository_build(void *context, struct str reconciler, struct key key,
		      const struct plan_request *request, struct request_ticket *ticket)
{
	static const struct render nothing;
	struct repository *r = context;
	struct answer answer = { .code = 200, .data = &nothing };
	struct str revision = node_str_at(request->arguments, "revision");

	(void)reconciler;
	if (node_at(request->arguments, "kustomization.spec.kubeConfig")) {
		repository_assume(r, str_printf(r->arena,
						"Kustomization/%.*s/%.*s, which applies to another "
						"cluster",
						STR_FMT(key.namespace), STR_FMT(key.name)));
		runner_answer(ticket, &answer);
		return;
	}
	if (str_equal(revision, STR("assumed"))) {
		repository_assume(r, str_printf(r->arena, "Kustomization/%.*s/%.*s",
						STR_FMT(key.namespace), STR_FMT(key.name)));
		runner_answer(ticket, &answer);
		return;
	}
	struct kept_render *k = render_for(r, request->arguments);
	answer.node = node_make(r->arena, "{kustomization: %n}", k->object);
	answer.data = &k->render;
	answer.code = k->fault_code ? k->fault_code : 200;
	answer.text = k->message;
	struct pending_build *pending = arena_one(r->arena, struct pending_build);
	*pending = (struct pending_build){ ticket, answer };
	world_timer(r->world, BUILD_MS, answer_build, pending);
}
