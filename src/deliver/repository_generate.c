/* repository_generate - artifacts that ArtifactGenerators make of parts of the repository */
#include "base/arena.h"
#include "deliver/repository_inside.h"
#include "doc/make.h"
#include "source/artifact_generate.h"

struct input_of {
	struct repository *r;
	const struct node *generator;
};

static struct artifact_input input_of(void *context, const struct node *source, struct str folder)
{
	struct input_of *in = context;
	struct repository *r = in->r;
	struct str namespace = node_str_at(source, "namespace");
	struct key key = { namespace.len ? namespace : object_namespace(in->generator),
			   node_str_at(source, "name") };
	const struct object *o = cache_get(r->cache, KIND_GITREPOSITORY, key);

	(void)folder;
	if (!o || !str_equal(node_str_at(source, "kind"), STR("GitRepository")) ||
	    !repository_is_ours(r, key, o->root))
		return (struct artifact_input){};
	return (struct artifact_input){ repository_artifact(r, node_str_at(o->root, "spec.ignore")),
					str_strip_prefix(r->root, STR("/")) };
}

static void make(struct repository *r, struct generated_artifact *g, const struct node *generator,
		 const struct node *artifact)
{
	struct input_of in = { r, generator };
	struct artifact_making making = { .generator = generator,
					  .artifact = artifact,
					  .input = input_of,
					  .context = &in,
					  .arena = r->arena,
					  .prefix = g->prefix,
					  .files = &g->files,
					  .moved = &r->moved };

	g->fault = artifact_make(&making);
	g->assumed = making.absent.ptr || making.extracted.ptr;
	if (making.extracted.ptr)
		repository_assume(r, str_printf(r->arena, "what is in the archive %.*s",
						STR_FMT(making.extracted)));
}

struct generated_artifact *repository_generated(const struct repository *r, struct key key)
{
	for (uint32_t i = r->generated.count; i-- > 0;)
		if (key_equal(r->generated.items[i]->key, key))
			return r->generated.items[i];
	return NULL;
}

static struct generated_artifact *
generate_artifact(struct repository *r, const struct node *generator, const struct node *artifact)
{
	struct key key = { object_namespace(generator), node_str_at(artifact, "name") };
	uint64_t spec = node_hash(node_get(generator, STR("spec")));
	struct generated_artifact *g = repository_generated(r, key);

	if (g && g->revision == r->current && g->spec == spec)
		return g;
	g = arena_one(r->arena, struct generated_artifact);
	*g = (struct generated_artifact){
		.key = { str_copy(r->arena, key.namespace), str_copy(r->arena, key.name) },
		.revision = r->current,
		.spec = spec,
		.prefix = str_printf(r->arena, "ExternalArtifact/%.*s/%.*s", STR_FMT(key.namespace),
				     STR_FMT(key.name)),
	};
	snapshot_init(&g->files, r->arena);
	make(r, g, generator, artifact);
	VEC_PUSH(r->arena, &r->generated, g);
	return g;
}

void repository_generate(void *context, struct str reconciler, struct key key,
			 const struct plan_request *request, struct request_ticket *ticket)
{
	struct repository *r = context;
	const struct generated_artifact *g =
		generate_artifact(r, node_get(request->arguments, STR("generator")),
				  node_get(request->arguments, STR("artifact")));
	struct answer answer = { .code = 200 };

	(void)reconciler;
	(void)key;
	if (g->fault.ptr) {
		answer.code = 422;
		answer.text = g->fault;
	} else if (g->assumed)
		repository_assume(r, str_printf(r->arena, "ExternalArtifact/%.*s/%.*s",
						STR_FMT(g->key.namespace), STR_FMT(g->key.name)));
	answer.node = node_make(r->arena, "{digest: %s, size: %l, assumed: %b}",
				repository_digest(r, &g->files), (int64_t)g->files.files.count,
				g->assumed);
	runner_answer(ticket, &answer);
}
