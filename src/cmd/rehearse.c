/* rehearse - forge rehearse: run a release, its canaries and its rollback in an embedded cluster */
#include "base/buf.h"
#include "cmd/command.h"
#include "doc/json.h"
#include "rehearse/rehearsal.h"
#include "rehearse/report.h"
#include "rehearse/results.h"
#include "rehearse/scenario.h"
#include "ui/progress.h"
#include "world/world.h"

struct rehearse_args {
	struct str cluster, from, to, output;
	struct option_list then, scenarios;
	int64_t seed;
	bool no_rollback;
};

static const struct rehearse_args rehearse_defaults = {
	.output = STR_INIT("text"),
	.seed = 1,
};

static const struct option rehearse_options[] = {
	{ 0, "from", "REV", OPTION_STR, offsetof(struct rehearse_args, from),
	  "the revision that runs before (default: the last commit)", NULL },
	{ 0, "to", "REV", OPTION_STR, offsetof(struct rehearse_args, to),
	  "the revision that is shipped (default: the working tree)", NULL },
	{ 0, "then", "REV", OPTION_LIST, offsetof(struct rehearse_args, then),
	  "a revision in between; may be given many times", NULL },
	{ 0, "cluster", "PATH", OPTION_STR, offsetof(struct rehearse_args, cluster),
	  "the folder of one cluster in the repository (default: the only one that there is)",
	  NULL },
	{ 0, "scenario", "FILE", OPTION_LIST, offsetof(struct rehearse_args, scenarios),
	  "traffic, behaviour, faults and expectations; may be given many times", NULL },
	{ 0, "seed", "N", OPTION_INT, offsetof(struct rehearse_args, seed),
	  "seed of all that is left to chance (default 1)", NULL },
	{ 0, "no-rollback", NULL, OPTION_BOOL, offsetof(struct rehearse_args, no_rollback),
	  "do not ship `from` again at the end", NULL },
	{ 'o', "output", "FORMAT", OPTION_STR, offsetof(struct rehearse_args, output),
	  "text (default) or json", "text json" },
	{},
};

static int read_scenarios(struct app *app, const struct rehearse_args *a, struct docset *set,
			  struct scenario *ret, struct error *err)
{
	scenario_init(ret);
	for (uint32_t i = 0; i < a->scenarios.count; i++) {
		struct str text, path = a->scenarios.items[i];
		if (file_read(app->world, app->arena, path, &text, err) < 0 ||
		    scenario_read(ret, set, path, text, err) < 0)
			return -1;
	}
	return 0;
}

static int print(struct app *app, const struct rehearsal_results *r, struct str format)
{
	struct buf out;

	buf_init(&out, app->arena);
	if (str_equal(format, STR("json")))
		json_write(&out, report_document(r, app->arena), JSON_INDENT);
	else
		report_text(r, &out, app->color_out);
	if (str_equal(format, STR("json")))
		buf_add_char(&out, '\n');
	app_write(app, buf_str(&out));
	return results_are_good(r) ? 0 : ERROR_NO;
}

static void show_progress(void *context, const struct rehearsal_results *r)
{
	struct progress *progress = context;

	if (!progress_is_due(progress))
		return;
	SCRATCH(scratch);
	struct buf line;
	buf_init(&line, scratch);
	report_progress(r, &line);
	progress_show(progress, buf_str(&line));
}

static int rehearse_run(struct app *app, const void *args)
{
	const struct rehearse_args *a = args;
	struct docset *set = docset_new(app->arena);
	const struct rehearsal_results *results;
	struct scenario scenario;
	struct progress progress;
	struct error err;

	progress_init(&progress, app->world, app->err);
	app->docs = set;
	if (a->seed < 0) {
		error_set(&err, ERROR_INPUT, ERROR_NO_POSITION, "a seed of %lld",
			  (long long)a->seed);
		error_hint(&err, "write --seed as a whole number from 0 on");
		return app_fail(app, &err);
	}
	if (read_scenarios(app, a, set, &scenario, &err) < 0)
		return app_fail(app, &err);
	struct rehearsal_options options = {
		.world = app->world,
		.arena = app->arena,
		.set = set,
		.path = app->arg_count ? app->args[0] : STR("."),
		.cluster = a->cluster,
		.from = a->from,
		.to = a->to,
		.then = a->then.items,
		.then_count = a->then.count,
		.scenario = &scenario,
		.scenario_paths = a->scenarios.items,
		.scenario_path_count = a->scenarios.count,
		.seed = (uint64_t)a->seed,
		.no_rollback = a->no_rollback,
		.progress = show_progress,
		.progress_context = &progress,
	};
	struct rehearsal *rehearsal = rehearsal_new(&options);
	int result = rehearsal_run(rehearsal, &results, &err);
	progress_end(&progress);
	int status = result < 0 ? app_fail(app, &err) : print(app, results, a->output);
	rehearsal_free(rehearsal);
	return status;
}

static const struct exit_status rehearse_exits[] = {
	{ 0, "promoted or healthy, or what the scenario expects" },
	{ 1, "rolled back, stuck or failed, and no scenario expected it" },
	{},
};

const struct command cmd_rehearse = {
	.name = "rehearse",
	.args = "[PATH]",
	.summary = "run a release, its canary and its rollback before it ships",
	.about = "Brings an embedded cluster to one revision of the repository, ships the next, "
		 "lets "
		 "the canaries run under traffic, and rolls back where the verdict says so: all in "
		 "virtual time. A scenario is optional. PATH is a repository or a folder in "
		 "it: one that holds `clusters`, the folder of a cluster, or a plain "
		 "kustomization.",
	.examples = "forge rehearse\tship the working tree over the last commit\n"
		    "forge rehearse --from HEAD~1 --to HEAD\tthe last commit over the one before\n"
		    "forge rehearse --scenario bad-release.yaml\twith errors on the new revision",
	.options = rehearse_options,
	.exits = rehearse_exits,
	.size = sizeof(struct rehearse_args),
	.defaults = &rehearse_defaults,
	.run = rehearse_run,
};
