/* repository_generate - artifacts that ArtifactGenerators make of parts of the repository */
#include "base/arena.h"
#include "base/glob.h"
#include "deliver/repository_inside.h"
#include "doc/make.h"
#include "source/artifact.h"

static const struct node *generator_source(const struct node *generator, struct str alias)
{
	const struct node *list = node_at(generator, "spec.sources");

	for (uint32_t i = 0; i < node_item_count(list); i++)
		if (str_equal(node_str_at(node_item(list, i), "alias"), alias))
			return node_item(list, i);
	return NULL;
}

/* The files of a source by its alias; NULL: they are not here. */
static const struct snapshot *files_of_alias(struct repository *r, const struct node *generator,
					     struct str alias)
{
	const struct node *source = generator_source(generator, alias);
	struct str namespace = node_str_at(source, "namespace");
	struct key key = { namespace.len ? namespace : object_namespace(generator),
			   node_str_at(source, "name") };
	const struct object *o = cache_get(r->cache, KIND_GITREPOSITORY, key);

	if (!o || !str_equal(node_str_at(source, "kind"), STR("GitRepository")) ||
	    !repository_is_ours(r, key, o->root))
		return NULL;
	return repository_artifact(r, node_str_at(o->root, "spec.ignore"));
}

/* "@alias/path" → path; *ret_alias: the alias. Absent when it is not written so. */
static struct str without_alias(struct str text, struct str *ret_alias)
{
	struct str rest = str_strip_prefix(text, STR("@"));

	if (!str_starts(text, STR("@")))
		return STR_NONE;
	*ret_alias = str_cut(&rest, '/');
	return rest;
}

static bool leads_out(struct str path)
{
	struct str rest = path;

	if (str_starts(path, STR("/")))
		return true;
	while (rest.ptr)
		if (str_equal(str_cut(&rest, '/'), STR("..")))
			return true;
	return false;
}

/* The files of one copy into the artifact. Absent: all is well; else why it cannot be made. */
static struct str copy_one(struct repository *r, struct generated_artifact *g,
			   const struct node *generator, const struct node *c)
{
	struct str alias = STR(""), artifact = STR("");
	struct artifact_copy copy = { .directory = str_strip_prefix(r->root, STR("/")),
				      .from = without_alias(node_str_at(c, "from"), &alias),
				      .to = without_alias(node_str_at(c, "to"), &artifact),
				      .exclude = node_get(c, STR("exclude")),
				      .prefix = g->prefix };

	if (!copy.from.ptr)
		return STR("source format must be '@alias/pattern'");
	if (!copy.to.ptr || !str_equal(artifact, STR("artifact")))
		return STR("destination must start with '@artifact/'");
	if (leads_out(copy.to))
		return STR("destination path must stay within the artifact root");
	if (!generator_source(generator, alias))
		return str_printf(r->arena, "source alias '%.*s' not found", STR_FMT(alias));
	copy.files = files_of_alias(r, generator, alias);
	if (!copy.files)
		g->assumed = true;
	else if (!artifact_copy(&g->files, &r->moved, &copy, r->arena) &&
		 !node_bool_at(c, "optional", false))
		return glob_is_pattern(copy.from)
			       ? str_printf(r->arena,
					    "no files match pattern '%.*s' in source '%.*s'",
					    STR_FMT(copy.from), STR_FMT(alias))
			       : str_printf(r->arena, "source '%.*s' does not exist",
					    STR_FMT(copy.from));
	return STR_NONE;
}

static void copy_files(struct repository *r, struct generated_artifact *g,
		       const struct node *generator, const struct node *copies)
{
	for (uint32_t i = 0; i < node_item_count(copies) && !g->fault.ptr; i++) {
		const struct node *c = node_item(copies, i);
		struct str strategy = node_str_at(c, "strategy");
		struct str fault = copy_one(r, g, generator, c);
		if (fault.ptr)
			g->fault = str_printf(r->arena,
					      "failed to apply copy operations: failed to apply "
					      "copy operation from '%.*s' to '%.*s': %.*s",
					      STR_FMT(node_str_at(c, "from")),
					      STR_FMT(node_str_at(c, "to")), STR_FMT(fault));
		else if (!g->assumed && strategy.len && !str_equal(strategy, STR("Overwrite")))
			repository_assume(r, str_printf(r->arena,
							"ExternalArtifact/%.*s/%.*s: files are "
							"copied, not by strategy %.*s",
							STR_FMT(g->key.namespace),
							STR_FMT(g->key.name), STR_FMT(strategy)));
	}
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
	copy_files(r, g, generator, node_get(artifact, STR("copy")));
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
