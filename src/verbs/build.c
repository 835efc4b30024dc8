/* build - print exactly what would be applied */
#include "build/kustomize.h"
#include "build/origins.h"
#include "build/root.h"
#include "doc/json.h"
#include "verbs/verbs.h"

struct build_args {
	struct str dir;
	struct str load_restrictor;
	bool origins;
	int64_t limit_memory_bytes;
};

static const struct argument build_arguments[] = {
	{ 0, "dir", "DIR", ARGUMENT_STR, offsetof(struct build_args, dir),
	  "the folder of a kustomization", .fallback = ".", .is_positional = true },
	{ 0, "load-restrictor", "RULE", ARGUMENT_ENUM, offsetof(struct build_args, load_restrictor),
	  "LoadRestrictionsRootOnly (default): files lie below their kustomization, and bases in "
	  "the repository; or LoadRestrictionsNone",
	  .values = "LoadRestrictionsRootOnly LoadRestrictionsNone",
	  .fallback = "LoadRestrictionsRootOnly" },
	{ 0, "origins", NULL, ARGUMENT_BOOL, offsetof(struct build_args, origins),
	  "with the file, line and column that each value was written at: behind its line, or with "
	  "-o json in a map from JSON pointers to places" },
	VERB_LIMIT_MEMORY(struct build_args),
	{ 'o', "output", "FORMAT", ARGUMENT_FORMAT,
	  .help = "yaml (default), byte for byte as kubectl kustomize prints it; or json",
	  .values = "yaml json" },
	{},
};

static void json_with_origins(const struct outcome *outcome, const struct node *object,
			      struct buf *out)
{
	origins_write_json((struct origins *)outcome->data, object, out);
}

static int yaml_with_origins(const struct outcome *outcome, const struct node *object,
			     struct buf *out, struct error *err)
{
	return origins_write_yaml((struct origins *)outcome->data, object, out, err);
}

/* Paths are shown as seen from the working directory. */
static int tell_origins(const struct verb_context *context, struct outcome *ret, struct error *err)
{
	struct origins *origins = arena_one(context->arena, struct origins);
	struct str folder;

	if (file_realpath(context->world, context->arena, STR("."), &folder, err) < 0)
		return -1;
	origins_init(origins, context->arena, context->set, folder);
	ret->as_json = json_with_origins;
	ret->as_yaml = yaml_with_origins;
	ret->data = origins;
	return 0;
}

static int build_run(const struct verb_context *context, const void *args, struct outcome *ret,
		     struct error *err)
{
	const struct build_args *a = args;
	bool leaves_root = str_equal(a->load_restrictor, STR("LoadRestrictionsNone"));
	struct files files = { .world = context->world, .leaves_root = leaves_root };
	struct kustomize_options options = {
		.load_restrictions_none = leaves_root,
		.warnings = &ret->findings,
	};
	struct render render;

	files_remember(&files, context->arena);
	files.root = root_repository(&files, context->arena, a->dir);
	if (kustomize_build(&files, a->dir, &options, context->set, &render, err) < 0)
		return -1;
	ret->documents = (struct nodes){ .items = render.objects, .count = render.count };
	ret->json_flags = JSON_SORT_KEYS;
	ret->secrets = OUTCOME_SECRETS_SHOWN;
	return a->origins ? tell_origins(context, ret, err) : 0;
}

const struct verb verb_build = {
	.name = "build",
	.group = VERB_REPOSITORY,
	.summary = "print exactly what would be applied",
	.about = "Builds a directory with a kustomization: resources, components, generators, "
		 "patches and all other transformers of kustomize 5.7.1.",
	.examples = "forge build apps/production\tthe objects, as kubectl kustomize prints them\n"
		    "forge build -o json .\tone object a line",
	.arguments = build_arguments,
	.size = sizeof(struct build_args),
	.steps_max = VERB_READ_STEPS_MAX,
	.read_only = true,
	.run = build_run,
};
