/* localize - copy a kustomization with all that it names, remote bases too, into one folder */
#include "build/localize.h"

#include "base/arena.h"
#include "base/file_path.h"
#include "build/kustomize.h"
#include "build/root.h"
#include "doc/json.h"
#include "doc/make.h"
#include "doc/yaml.h"
#include "source/remotes.h"
#include "verbs/verbs.h"
#include "world/files.h"

struct localize_args {
	struct str source, destination;
	struct str scope;
	bool no_verify;
	enum yes_no offline;
	int64_t limit_memory_bytes;
};

static const struct argument localize_arguments[] = {
	{ 0, "source", "SOURCE", ARGUMENT_STR, offsetof(struct localize_args, source),
	  "the folder of a kustomization, or the URL of one with a ref", .fallback = ".",
	  .is_positional = true },
	{ 0, "destination", "DESTINATION", ARGUMENT_STR,
	  offsetof(struct localize_args, destination),
	  "a folder that is not there yet (default: localized-SOURCE, here)",
	  .is_positional = true },
	{ 0, "scope", "PATH", ARGUMENT_STR, offsetof(struct localize_args, scope),
	  "the folder that all local bases lie in (default: SOURCE)" },
	{ 0, "no-verify", NULL, ARGUMENT_BOOL, offsetof(struct localize_args, no_verify),
	  "do not build source and copy to compare what they make" },
	VERB_OFFLINE(struct localize_args, offline, "The default where the variable CI is true"),
	VERB_LIMIT_MEMORY(struct localize_args),
	{ 'o', "output", "FORMAT", ARGUMENT_FORMAT, .help = "text (default) or json",
	  .values = "text json" },
	{},
};

/* --- the destination ------------------------------------------------------------------------- */

static int check_destination(const struct verb_context *context, struct str destination,
			     struct error *err)
{
	struct file_stat stat;

	if (file_exists(context->world, destination)) {
		error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
			  "localize destination '%.*s' already exists", STR_FMT(destination));
		return error_hint(err, "name a folder that is not there yet, or remove it");
	}
	ptrdiff_t slash = str_find_last_char(str_strip_suffix(destination, STR("/")), '/');
	struct str folder = slash < 0 ? STR(".") : str_sub(destination, 0, (size_t)MAX(slash, 1));
	if (file_stat(context->world, folder, &stat, err) < 0)
		return -1;
	if (stat.kind == FILE_DIRECTORY)
		return 0;
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
		  "localize destination '%.*s': there is no folder '%.*s'", STR_FMT(destination),
		  STR_FMT(folder));
	return error_hint(err, "make that folder first");
}

/* Written beside and renamed: it is there with all of its files, or not at all. */
static int write_copy(const struct verb_context *context, const struct localized *made,
		      struct str destination, struct error *err)
{
	struct random random = world_random(context->world, STR("localize"), destination);
	struct str beside = str_printf(context->arena, "%.*s.forge-%016llx",
				       STR_FMT(str_strip_suffix(destination, STR("/"))),
				       (unsigned long long)random_bits(&random));

	for (uint32_t i = 0; i < made->files.count; i++) {
		const struct localized_file *file = made->files.items[i];
		if (file_write(context->world,
			       STR_CAT(context->arena, beside, STR("/"), file->path), file->bytes,
			       err) < 0)
			return -1;
	}
	return file_rename(context->world, beside, destination, err);
}

/* --- verification ---------------------------------------------------------------------------- */

static int build_text(const struct verb_context *context, const struct files *outer,
		      struct str path, const struct node *kustomization, struct str *ret,
		      struct error *err)
{
	struct kustomize_options options = { .kustomization = kustomization };
	struct files files = *outer;
	struct render render;
	struct buf buf;

	files_remember(&files, context->arena);
	if (kustomize_build(&files, path, &options, context->set, &render, err) < 0)
		return -1;
	buf_init(&buf, context->arena);
	for (uint32_t i = 0; i < render.count; i++) {
		buf_add(&buf, STR("---\n"));
		if (yaml_write(&buf, render.objects[i], YAML_SECRETS, err) < 0)
			return -1;
	}
	*ret = buf_str(&buf);
	return 0;
}

static int verify(const struct verb_context *context, const struct files *files,
		  const struct localize_args *a, const struct localized *made,
		  struct str destination, struct error *err)
{
	struct str copy = STR_CAT(context->arena, destination, STR("/"), made->target);
	const struct node *by_url = NULL;
	struct str before, after;

	if (!made->scope.ptr) /* a remote one is built as the base of an empty kustomization */
		by_url = node_make(context->arena, "{resources: [%s]}", a->source);
	if (build_text(context, files, by_url ? STR(".") : a->source, by_url, &before, err) < 0 ||
	    build_text(context, &(struct files){ .world = context->world }, copy, NULL, &after,
		       err) < 0)
		return error_wrap(err, "'%.*s' is written, but not verified", STR_FMT(destination));
	if (str_equal(before, after))
		return 0;
	error_set(err, ERROR_NO, ERROR_NO_POSITION,
		  "'%.*s' is written, but builds other objects than its source",
		  STR_FMT(destination));
	return error_hint(err, "'forge diff' of the two folders shows which");
}

/* --- the verb -------------------------------------------------------------------------------- */

static void localize_text(const struct outcome *outcome, struct ink *out)
{
	const struct node *document = outcome->documents.items[0];

	ink_printf(out, "localized to '%.*s': %u files\n",
		   STR_FMT(node_str_at(document, "destination")),
		   node_item_count(node_get_lit(document, "files")));
}

static void add_document(const struct verb_context *context, const struct localized *made,
			 struct str destination, struct outcome *ret)
{
	struct nodes paths = {};

	for (uint32_t i = 0; i < made->files.count; i++)
		nodes_add(context->arena, &paths,
			  node_str(context->arena, made->files.items[i]->path));
	nodes_add(context->arena, &ret->documents,
		  node_make(context->arena,
			    "{apiVersion: forge.dev/v1, kind: Localization, "
			    "destination: %s, kustomization: %s, files: %n}",
			    destination, made->target.len ? made->target : STR("."),
			    node_list_of(context->arena, paths.items, paths.count)));
}

static int copy_all(const struct verb_context *context, const struct localize_args *a,
		    const struct files *files, struct outcome *ret, struct error *err)
{
	struct localize_source source = { .files = files, .target = a->source, .scope = a->scope };
	struct localized made;
	struct str destination = a->destination;

	if (destination.ptr && check_destination(context, destination, err) < 0)
		return -1;
	if (localize(&source, context->set, &made, err) < 0)
		return -1;
	if (!destination.ptr) {
		destination = made.name;
		if (check_destination(context, destination, err) < 0)
			return -1;
	}
	if (write_copy(context, &made, destination, err) < 0)
		return -1;
	if (!a->no_verify && verify(context, files, a, &made, destination, err) < 0)
		return -1;
	add_document(context, &made, destination, ret);
	ret->text = localize_text;
	ret->json_flags = JSON_INDENT;
	return 0;
}

static int localize_run(const struct verb_context *context, const void *args, struct outcome *ret,
			struct error *err)
{
	const struct localize_args *a = args;
	struct remotes_options options = {
		.offline = verb_offline(context, a->offline, /* is_build= */ true),
	};
	struct files files = { .world = context->world };

	files.root = root_repository(&files, context->arena, a->source);
	files.remotes = remotes_new(context->world, context->arena, &options);
	int result = copy_all(context, a, &files, ret, err);
	remotes_close(files.remotes);
	return result;
}

static const struct exit_status localize_exits[] = {
	{ 0, "the copy is written, and builds the same objects" },
	{ 1, "it is written, and builds other objects" },
	{},
};

const struct verb verb_localize = {
	.name = "localize",
	.group = VERB_REPOSITORY,
	.summary = "copy a kustomization with all that it names",
	.about = "Makes what kustomize localize makes: the files of a kustomization and of its "
		 "bases, with remote ones below localized-files, and kustomization files that name "
		 "them there. The copy is built without network.",
	.examples = "forge localize apps/production\tinto localized-production\n"
		    "forge localize --scope . apps/production vendored\twith bases beside it",
	.arguments = localize_arguments,
	.exits = localize_exits,
	.size = sizeof(struct localize_args),
	.steps_max = VERB_READ_STEPS_MAX,
	.network = true,
	.run = localize_run,
};
