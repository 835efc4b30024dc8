/* diff - what a change of files changes in the objects that are applied */
#include "doc/json.h"
#include "verbs/build_cluster.h"
#include "verbs/diff_report.h"
#include "verbs/diff_sides.h"
#include "verbs/verbs.h"

struct diff_args {
	struct str old, new;
	struct build_cluster_args cluster;
	struct str load_restrictor;
	enum yes_no offline;
	bool stat, origins;
	int64_t limit_memory_bytes;
};

static const struct argument diff_arguments[] = {
	{ 0, "old", "OLD", ARGUMENT_STR, offsetof(struct diff_args, old),
	  "a folder; or a revision REV, which is compared with the working tree; or two, REV..REV",
	  .is_positional = true, .is_required = true },
	{ 0, "new", "NEW", ARGUMENT_STR, offsetof(struct diff_args, new),
	  "the folder to compare with; of revisions: the path in the repository (default: the "
	  "current folder)",
	  .is_positional = true },
	{ 0, "cluster", "PATH", ARGUMENT_STR, offsetof(struct diff_args, cluster.path),
	  "the folder of a cluster: all that its Flux Kustomizations apply is compared" },
	{ 0, "stat", NULL, ARGUMENT_BOOL, offsetof(struct diff_args, stat),
	  "count the fields of each object, and show none" },
	{ 0, "origins", NULL, ARGUMENT_BOOL, offsetof(struct diff_args, origins),
	  "show the file, line and column that each value comes from" },
	VERB_SOURCE(struct diff_args, cluster.sources),
	VERB_AGE_KEY_FILE(struct diff_args, cluster.age_key_file, ""),
	VERB_OFFLINE(struct diff_args, offline, VERB_OFFLINE_BY_DEFAULT),
	VERB_LOAD_RESTRICTOR(struct diff_args, VERB_RESTRICTS_BUILDS),
	VERB_LIMIT_MEMORY(struct diff_args),
	{ 'o', "output", "FORMAT", ARGUMENT_FORMAT,
	  .help = "text (default), json, or markdown for a comment on a pull request",
	  .values = "text json markdown" },
	{},
};

static int find_differences(const struct verb_context *context, const struct diff_input *input,
			    struct findings *warnings, struct diff_sides *sides,
			    struct object_differences *ret, struct error *err)
{
	int result = diff_sides_find(context, input, sides, err);

	if (result == 0)
		result = diff_side_build(context, sides, &sides->before, NULL, err);
	if (result == 0)
		result = diff_side_build(context, sides, &sides->after, warnings, err);
	diff_sides_release(sides);
	if (result < 0)
		return -1;
	diff_leave_out_failed(context, sides, warnings);
	difference_find(context->arena, &sides->before.objects, &sides->after.objects, ret);
	return 0;
}

static void write_text(const struct outcome *outcome, struct ink *out)
{
	diff_text(outcome->data, out);
}

static void write_markdown(const void *report, struct ink *out)
{
	diff_markdown(report, out);
}

/* The forms besides text and JSON. */
static const struct outcome_format *formats_of(const struct verb_context *context,
					       const struct diff_report *report)
{
	struct outcome_format *formats = arena_array(context->arena, struct outcome_format, 2);

	formats[0] = (struct outcome_format){ "markdown", write_markdown, report };
	return formats;
}

static int diff_run(const struct verb_context *context, const void *args, struct outcome *ret,
		    struct error *err)
{
	const struct diff_args *a = args;
	struct diff_input input = {
		.first = a->old,
		.second = a->new,
		.cluster = &a->cluster,
		.leaves_root = verb_leaves_root(a->load_restrictor),
		.offline = a->offline,
	};
	struct diff_document_options options = { .set = context->set, .has_origins = a->origins };
	struct diff_report *report = arena_one(context->arena, struct diff_report);
	struct object_differences differences = {};
	struct diff_sides *sides = arena_one(context->arena, struct diff_sides);

	if (find_differences(context, &input, &ret->findings, sides, &differences, err) < 0)
		return -1;
	options.left_out = &sides->left_out;
	if (!sides->are_revisions &&
	    file_realpath(context->world, context->arena, STR("."), &options.base, err) < 0)
		return -1;
	report->document = diff_document(context->arena, &differences, &options);
	report->is_stat = a->stat;
	nodes_add(context->arena, &ret->documents, report->document);
	ret->text = write_text;
	ret->formats = formats_of(context, report);
	ret->data = report;
	ret->json_flags = JSON_INDENT;
	ret->status = sides->left_out.count ? ERROR_INPUT : differences.items.count ? ERROR_NO : 0;
	return 0;
}

static const struct exit_status diff_exits[] = {
	{ 0, "nothing differs" },
	{ 1, "something differs" },
	{ 2,
	  "one of the two cannot be built; or, with --cluster, a Kustomization cannot: the rest is "
	  "compared" },
	{},
};

const struct verb verb_diff = {
	.name = "diff",
	.group = VERB_REPOSITORY,
	.summary = "show what a change of files changes in the objects that are applied",
	.about = "Builds both sides, and compares object by object and field by field: items of "
		 "lists by their names, generated names without their hash. OLD and NEW are "
		 "folders; or OLD is a revision or two of them, REV..REV, and NEW a path in the "
		 "repository.",
	.examples =
		"forge diff main..HEAD apps/production\twhat this branch changes there\n"
		"forge diff HEAD --cluster clusters/production\twhat is not committed yet, in a "
		"cluster\n"
		"forge diff apps/staging apps/production -o json\ttwo folders, for a machine",
	.arguments = diff_arguments,
	.exits = diff_exits,
	.size = sizeof(struct diff_args),
	.steps_max = VERB_READ_STEPS_MAX,
	.read_only = true,
	.run = diff_run,
};
