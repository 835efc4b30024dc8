/* rehearse - run a release, its canaries and its rollback in an embedded cluster */
#include "doc/json.h"
#include "rehearse/rehearsal.h"
#include "rehearse/report.h"
#include "rehearse/results.h"
#include "rehearse/scenario.h"
#include "verbs/verbs.h"
#include "world/world.h"

struct rehearse_args {
	struct str path, cluster, from, to;
	struct argument_list then, scenarios;
	int64_t seed;
	struct str age_key_file;
	bool no_rollback;
	enum yes_no offline;
	int64_t limit_memory_bytes;
};

static const struct argument rehearse_arguments[] = {
	{ 0, "path", "PATH", ARGUMENT_STR, offsetof(struct rehearse_args, path),
	  "a repository or a folder in it", .fallback = ".", .is_positional = true },
	{ 0, "from", "REV", ARGUMENT_STR, offsetof(struct rehearse_args, from),
	  "the revision that runs before (default: the last commit)" },
	{ 0, "to", "REV", ARGUMENT_STR, offsetof(struct rehearse_args, to),
	  "the revision that is shipped (default: the working tree)" },
	{ 0, "then", "REV", ARGUMENT_LIST, offsetof(struct rehearse_args, then),
	  "a revision in between; may be given many times" },
	{ 0, "cluster", "PATH", ARGUMENT_STR, offsetof(struct rehearse_args, cluster),
	  "the folder of one cluster in the repository (default: the only one that there is)" },
	{ 0, "scenario", "FILE", ARGUMENT_LIST, offsetof(struct rehearse_args, scenarios),
	  "traffic, behaviour, faults and expectations; may be given many times" },
	{ 0, "seed", "N", ARGUMENT_INT, offsetof(struct rehearse_args, seed),
	  "seed of all that is left to chance (default 1)", .fallback = "1", .maximum = INT64_MAX },
	{ 0, "no-rollback", NULL, ARGUMENT_BOOL, offsetof(struct rehearse_args, no_rollback),
	  "do not ship `from` again at the end" },
	VERB_AGE_KEY_FILE(struct rehearse_args, age_key_file, ""),
	VERB_OFFLINE(struct rehearse_args, offline, VERB_OFFLINE_BY_DEFAULT),
	VERB_LIMIT_MEMORY(struct rehearse_args),
	{ 'o', "output", "FORMAT", ARGUMENT_FORMAT, .help = "text (default) or json",
	  .values = "text json" },
	{},
};

static int read_scenarios(const struct verb_context *context, const struct rehearse_args *a,
			  struct scenario *ret, struct error *err)
{
	scenario_init(ret);
	for (uint32_t i = 0; i < a->scenarios.count; i++) {
		struct str text, path = a->scenarios.items[i];
		if (verb_read_file(context, path, &text, err) < 0 ||
		    scenario_read(ret, context->set, path, text, err) < 0)
			return -1;
	}
	return 0;
}

/* A rehearsal and what it borrows, for as long as the outcome lives. */
struct run {
	struct rehearsal *rehearsal;
	struct rehearsal_options options;
	struct scenario scenario;
	const struct rehearsal_results *results;
};

static void run_release(void *data)
{
	rehearsal_free(((struct run *)data)->rehearsal);
}

static int watch(void *data, const struct rehearsal_results *results, struct error *err)
{
	const struct verb_context *context = data;

	if (verb_check_cancelled(context, err) < 0)
		return -1;
	if (!verb_progress_is_due(context))
		return 0;
	SCRATCH(scratch);
	struct buf line;
	buf_init(&line, scratch);
	report_progress(results, &line);
	verb_progress(context, buf_str(&line));
	return 0;
}

static const struct node *rehearse_document(const struct outcome *outcome, struct arena *arena)
{
	return report_document(((const struct run *)outcome->data)->results, arena);
}

/* From what was measured: plots and sentences show more of it than the document has. */
static void rehearse_text(const struct outcome *outcome, struct ink *out)
{
	report_text(((const struct run *)outcome->data)->results, out);
}

static int rehearse_run(const struct verb_context *context, const void *args, struct outcome *ret,
			struct error *err)
{
	const struct rehearse_args *a = args;
	struct run *run = arena_one(context->arena, struct run);

	if (read_scenarios(context, a, &run->scenario, err) < 0)
		return -1;
	run->options = (struct rehearsal_options){
		.world = context->world,
		.arena = context->arena,
		.set = context->set,
		.path = a->path,
		.cluster = a->cluster,
		.from = a->from,
		.to = a->to,
		.then = a->then.items,
		.then_count = a->then.count,
		.scenario = &run->scenario,
		.scenario_paths = a->scenarios.items,
		.scenario_path_count = a->scenarios.count,
		.seed = (uint64_t)a->seed,
		.no_rollback = a->no_rollback,
		.age_key_file = a->age_key_file,
		.offline = verb_offline(context, a->offline, /* is_build= */ false),
		.watch = watch,
		.watch_context = (void *)context,
	};
	if (verb_age_keys(context, a->age_key_file, &run->options.keys, err) < 0)
		return -1;
	run->rehearsal = rehearsal_new(&run->options);
	arena_cleanup(context->arena, run_release, run);
	if (rehearsal_run(run->rehearsal, &run->results, err) < 0)
		return -1;
	ret->make_document = rehearse_document;
	ret->json_flags = JSON_INDENT;
	ret->text = rehearse_text;
	ret->data = run;
	ret->status = results_are_good(run->results) ? 0 : ERROR_NO;
	return 0;
}

static const struct exit_status rehearse_exits[] = {
	{ 0, "promoted or healthy, or what the scenario expects" },
	{ 1, "rolled back, stuck or failed, and no scenario expected it" },
	{},
};

const struct verb verb_rehearse = {
	.name = "rehearse",
	.group = VERB_RELEASE,
	.summary = "run a release, its canary and its rollback before it ships",
	.about = "Brings an embedded cluster to one revision of the repository, ships the next, "
		 "lets the canaries run under traffic, and rolls back where the verdict says so: "
		 "all in "
		 "virtual time. A scenario is optional. PATH is a repository or a folder in "
		 "it: one that holds `clusters`, the folder of a cluster, or a plain "
		 "kustomization.",
	.examples = "forge rehearse\tship the working tree over the last commit\n"
		    "forge rehearse --from HEAD~1 --to HEAD\tthe last commit over the one before\n"
		    "forge rehearse --scenario bad-release.yaml\twith errors on the new revision",
	.arguments = rehearse_arguments,
	.exits = rehearse_exits,
	.size = sizeof(struct rehearse_args),
	.steps_max = VERB_RUN_STEPS_MAX,
	.read_only = true,
	.long_running = true,
	.run = rehearse_run,
};
