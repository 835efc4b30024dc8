/* build - print exactly what would be applied */
#include "build/kustomize.h"
#include "build/origins.h"
#include "build/root.h"
#include "doc/json.h"
#include "source/remotes.h"
#include "verbs/build_cluster.h"
#include "verbs/verbs.h"

struct build_args {
	struct str dir;
	struct str load_restrictor;
	bool recursive;
	bool watch;
	struct str reorder;
	bool managed_by_label;
	bool strict;
	bool update_lock;
	enum yes_no offline;
	/* Of kustomize's options that only functions and charts use: a build that needs one of
	 * these is refused, and says which, whatever the options are. */
	struct {
		bool flag;
		struct str text;
		struct argument_list list;
	} without_effect;
	bool origins;
	struct build_cluster_args cluster;
	int64_t limit_memory_bytes;
};

#define WITHOUT_EFFECT(field) offsetof(struct build_args, without_effect.field)

static const struct argument build_arguments[] = {
	{ 0, "dir", "DIR", ARGUMENT_STR, offsetof(struct build_args, dir),
	  "the folder of a kustomization", .fallback = ".", .is_positional = true },
	{ 'r', "recursive", NULL, ARGUMENT_BOOL, offsetof(struct build_args, recursive),
	  "each kustomization below DIR that no other one uses, on all processors" },
	{ 'w', "watch", NULL, ARGUMENT_BOOL, offsetof(struct build_args, watch),
	  "print nothing now; build again whenever a file is saved, and show what that changes in "
	  "the objects" },
	{ 0, "update-lock", NULL, ARGUMENT_BOOL, offsetof(struct build_args, update_lock),
	  "resolve the remote bases of this build anew, and write them to forge.lock" },
	VERB_OFFLINE(struct build_args, offline,
		     "The default where the variable CI is true; --update-lock fetches"),
	VERB_LOAD_RESTRICTOR(struct build_args, VERB_RESTRICTS_BUILDS),
	{ 0, "origins", NULL, ARGUMENT_BOOL, offsetof(struct build_args, origins),
	  "with the file, line and column that each value was written at: behind its line, or with "
	  "-o json in a map from JSON pointers to places" },
	{ 0, "cluster", "PATH", ARGUMENT_STR, offsetof(struct build_args, cluster.path),
	  "the folder that Flux applies to a cluster: all that its Kustomizations would apply, "
	  "each behind what it depends on" },
	{ 0, "only", "NAMESPACE/NAME", ARGUMENT_STR, offsetof(struct build_args, cluster.only),
	  "with --cluster: the objects of this Kustomization alone, also of one that Flux would "
	  "not apply now" },
	VERB_SOURCE(struct build_args, cluster.sources),
	{ 0, "strict", NULL, ARGUMENT_BOOL, offsetof(struct build_args, strict),
	  "exit with status 1 when there is a warning; what is printed stays the same" },
	{ 0, "reorder", "ORDER", ARGUMENT_ENUM, offsetof(struct build_args, reorder),
	  "the order of objects where sortOptions says nothing: legacy (default), by their kinds; "
	  "or none, as they are read",
	  .values = "legacy none", .fallback = "legacy" },
	{ 0, "enable-managedby-label", NULL, ARGUMENT_BOOL,
	  offsetof(struct build_args, managed_by_label),
	  "add the label app.kubernetes.io/managed-by to all objects" },
	{ 0, "enable-alpha-plugins", NULL, ARGUMENT_BOOL, WITHOUT_EFFECT(flag),
	  "taken for kustomize's sake, like the options below: functions and plugins other than "
	  "the built-in ones do not run here, and a build that needs one is refused" },
	{ 0, "enable-exec", NULL, ARGUMENT_BOOL, WITHOUT_EFFECT(flag),
	  "no effect: functions do not run" },
	{ 0, "network", NULL, ARGUMENT_BOOL, WITHOUT_EFFECT(flag),
	  "no effect: functions do not run" },
	{ 0, "network-name", "NAME", ARGUMENT_STR, WITHOUT_EFFECT(text),
	  "no effect: functions do not run" },
	{ 0, "mount", "OPTIONS", ARGUMENT_LIST, WITHOUT_EFFECT(list),
	  "no effect: functions do not run" },
	{ 'e', "env", "NAME=VALUE", ARGUMENT_LIST, WITHOUT_EFFECT(list),
	  "no effect: functions do not run" },
	{ 0, "as-current-user", NULL, ARGUMENT_BOOL, WITHOUT_EFFECT(flag),
	  "no effect: functions do not run" },
	{ 0, "enable-helm", NULL, ARGUMENT_BOOL, WITHOUT_EFFECT(flag),
	  "no effect: charts of helmCharts are not inflated, and a build that has one is refused" },
	{ 0, "helm-command", "PATH", ARGUMENT_STR, WITHOUT_EFFECT(text),
	  "no effect: charts are not inflated" },
	{ 0, "helm-kube-version", "VERSION", ARGUMENT_STR, WITHOUT_EFFECT(text),
	  "no effect: charts are not inflated" },
	{ 0, "helm-api-versions", "VERSION", ARGUMENT_LIST, WITHOUT_EFFECT(list),
	  "no effect: charts are not inflated" },
	{ 0, "helm-debug", NULL, ARGUMENT_BOOL, WITHOUT_EFFECT(flag),
	  "no effect: charts are not inflated" },
	VERB_AGE_KEY_FILE(struct build_args, cluster.age_key_file, "with --cluster: "),
	VERB_LIMIT_MEMORY(struct build_args),
	{ 0, "stack-trace", NULL, ARGUMENT_BOOL, WITHOUT_EFFECT(flag),
	  "no effect: errors say their place, and what led there" },
	{ 'o', "output", "FORMAT", ARGUMENT_FORMAT,
	  .help = "yaml (default), byte for byte as kubectl kustomize prints it; json; list: one "
		  "line for each object; or tree: the Kustomizations of a cluster; or the path of "
		  "a file, which gets the yaml, or of a folder, which gets a file for each object",
	  .values = "yaml json list tree", .takes_path = true },
	{},
};

static void json_with_origins(const struct outcome *outcome, const struct node *object,
			      struct buf *out)
{
	origins_write_json(outcome->data, object, out);
}

static int yaml_with_origins(const struct outcome *outcome, const struct node *object,
			     struct buf *out, struct error *err)
{
	return origins_write_yaml(outcome->data, object, out, err);
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

static int build_one(const struct verb_context *context, const struct build_args *a,
		     struct files *files, struct outcome *ret, struct error *err)
{
	struct kustomize_options options = {
		.load_restrictions_none = files->leaves_root,
		.fifo_order = str_equal(a->reorder, STR("none")),
		.managed_by_label = a->managed_by_label,
		.warnings = &ret->findings,
	};
	struct render render;

	files_remember(files, context->arena);
	files->root = root_repository(files, context->arena, a->dir);
	if (kustomize_build(files, a->dir, &options, context->set, &render, err) < 0)
		return -1;
	ret->documents = (struct nodes){ .items = render.objects, .count = render.count };
	ret->formats = build_formats(context->arena, a->dir, &render);
	return 0;
}

static int check_together(const struct build_args *a, struct error *err)
{
	bool is_cluster = a->cluster.path.ptr;
	bool has_order = a->managed_by_label || str_equal(a->reorder, STR("none"));

	if (!is_cluster &&
	    (a->cluster.only.ptr || a->cluster.sources.count || a->cluster.age_key_file.ptr))
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "--only, --source and --age-key-file go with --cluster");
	if (!is_cluster && a->recursive && a->origins)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "--origins goes with one kustomization, or with --cluster");
	if (a->update_lock && a->offline == SAID_YES)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "--update-lock asks servers, and --offline forbids that");
	if (a->watch &&
	    (a->update_lock || a->recursive || a->origins || has_order || a->cluster.only.ptr))
		return error_set(
			err, ERROR_INPUT, ERROR_NO_POSITION,
			"--watch goes with DIR or --cluster, --source and --age-key-file alone");
	if ((is_cluster || a->recursive) && has_order)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "--reorder and --enable-managedby-label go with one "
				 "kustomization");
	return 0;
}

/* --update-lock asks for the network, also where CI is set. */
static struct remotes *remotes_of(const struct verb_context *context, const struct build_args *a)
{
	struct remotes_options options = { .update_lock = a->update_lock };

	if (!a->update_lock)
		options.offline = verb_offline(context, a->offline, /* is_build= */ true);
	return remotes_new(context->world, context->arena, &options);
}

static int build_any(const struct verb_context *context, const struct build_args *a,
		     struct files *files, struct outcome *ret, struct error *err)
{
	int result;

	if (a->watch)
		return build_watch(context, a->dir, &a->cluster, files, err);
	if (a->cluster.path.ptr)
		result = build_cluster(context, &a->cluster, files, ret, err);
	else if (a->recursive)
		result = build_many(context, a->dir, files, ret, err);
	else
		result = build_one(context, a, files, ret, err);
	if (result < 0 || !a->update_lock)
		return result;
	return remotes_write_lock(files->remotes, err);
}

static int build_run(const struct verb_context *context, const void *args, struct outcome *ret,
		     struct error *err)
{
	const struct build_args *a = args;
	bool leaves_root = verb_leaves_root(a->load_restrictor);
	struct files files = { .world = context->world, .leaves_root = leaves_root };

	ret->json_flags = JSON_SORT_KEYS;
	ret->secrets = OUTCOME_SECRETS_SHOWN;
	if (check_together(a, err) < 0)
		return -1;
	files.remotes = remotes_of(context, a);
	int result = build_any(context, a, &files, ret, err);
	remotes_close(files.remotes);
	if (result < 0)
		return -1;
	if (a->strict && ret->findings.count)
		ret->status = ERROR_NO;
	return a->origins ? tell_origins(context, ret, err) : 0;
}

static const struct exit_status build_exits[] = {
	{ 0, "all of it is printed" },
	{ 1,
	  "with --cluster or -r: one does not build, or waits for one that does not; the rest is "
	  "printed; or, with --strict, there is a warning" },
	{},
};

const struct verb verb_build = {
	.name = "build",
	.group = VERB_REPOSITORY,
	.summary = "print exactly what would be applied",
	.about = "Builds a directory with a kustomization: resources, components, generators, "
		 "patches and all other transformers of kustomize 5.7.1. With --cluster the Flux "
		 "Kustomizations are followed from the entry of a cluster, with all that they "
		 "change: what Flux would apply.",
	.examples = "forge build apps/production\tthe objects, as kubectl kustomize prints them\n"
		    "forge build -o json .\tone object a line\n"
		    "forge build -r .\tall kustomizations of a repository\n"
		    "forge build --cluster clusters/production\twhat Flux would apply\n"
		    "forge build --cluster clusters/production -o tree\twhich Kustomization brings "
		    "what",
	.arguments = build_arguments,
	.exits = build_exits,
	.size = sizeof(struct build_args),
	.steps_max = VERB_READ_STEPS_MAX,
	.read_only = true, /* but for forge.lock, and only when that is asked for */
	.network = true,
	.run = build_run,
};
