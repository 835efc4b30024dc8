/* check - forge check: find every mistake before it ships */
#include "base/buf.h"
#include "check/report.h"
#include "cmd/command.h"
#include "doc/json.h"
#include "world/files.h"

struct check_args {
	struct str output;
	struct str severity;
	bool rules;
};

static const struct check_args check_defaults = {
	.output = STR_INIT("text"),
	.severity = STR_INIT("warning"),
};

static const struct option check_options[] = {
	{ 'o', "output", "FORMAT", OPTION_STR, offsetof(struct check_args, output),
	  "text (default) or json", "text json" },
	{ 0, "severity", "LEVEL", OPTION_STR, offsetof(struct check_args, severity),
	  "the least severity that fails the check: error, warning (default) or info",
	  "error warning info" },
	{ 0, "rules", NULL, OPTION_BOOL, offsetof(struct check_args, rules),
	  "print every rule with its severity, and check nothing" },
	{},
};

static enum severity severity_of(struct str word)
{
	for (int i = SEVERITY_INFO; i < SEVERITY_ERROR; i++)
		if (str_equal(word, severity_word((enum severity)i)))
			return (enum severity)i;
	return SEVERITY_ERROR;
}

static int check_paths(struct app *app, const struct str *paths, uint32_t count,
		       struct findings *findings, struct check_report *report)
{
	struct files files = { .world = app->world };
	struct compositions all = {};
	struct error err;

	if (file_realpath(app->world, app->arena, STR("."), &report->base, &err) < 0)
		return app_fail(app, &err);
	for (uint32_t i = 0; i < count; i++)
		if (compose(&files, paths[i], app->docs, findings, &all, &err) < 0)
			return app_fail(app, &err);
	for (uint32_t i = 0; i < all.items.count; i++) {
		check_composition(&all.items.items[i], findings);
		report->object_count += all.items.items[i].render.count;
	}
	check_sort(app->docs, findings);
	return 0;
}

static int print_rules(struct app *app)
{
	for (int i = 0; i < RULE_COUNT; i++)
		fprintf(app->out, "%-36.*s %-8.*s %.*s\n", STR_FMT(check_rules[i].id),
			STR_FMT(severity_word(check_rules[i].severity)),
			STR_FMT(check_rules[i].summary));
	return 0;
}

static int check_run(struct app *app, const void *args)
{
	static const struct str here = STR_INIT(".");
	const struct check_args *a = args;
	struct findings findings;
	struct buf out;

	if (a->rules)
		return print_rules(app);
	app->docs = docset_new(app->arena);
	findings_init(&findings, app->arena);
	struct check_report report = {
		.set = app->docs,
		.arena = app->arena,
		.findings = &findings,
		.paths = app->arg_count ? app->args : &here,
		.path_count = app->arg_count ? app->arg_count : 1,
	};
	int status = check_paths(app, report.paths, report.path_count, &findings, &report);
	if (status)
		return status;
	buf_init(&out, app->arena);
	if (str_equal(a->output, STR("json")))
		json_write(&out, check_report_document(&report), JSON_INDENT);
	else
		check_report_text(&report, &out, app->color_out);
	if (str_equal(a->output, STR("json")))
		buf_add_char(&out, '\n');
	app_write(app, buf_str(&out));
	return check_count(&findings, severity_of(a->severity)) ? ERROR_NO : 0;
}

static const struct exit_status check_exits[] = {
	{ 0, "no finding that counts" },
	{ 1, "findings" },
	{},
};

const struct command cmd_check = {
	.name = "check",
	.args = "[PATH...]",
	.summary = "find every mistake before it ships",
	.about = "Checks what would be applied: a kustomization is built, the Flux Kustomizations "
		 "in it are followed, files and folders are read. Fields and values are those that "
		 "the API server takes; references lead to something that is there.",
	.examples = "forge check clusters/production\teverything that this cluster would run\n"
		    "forge check .\tall clusters and kustomizations of a repository\n"
		    "forge check -o json deployment.yaml\tone file, for a machine",
	.options = check_options,
	.exits = check_exits,
	.size = sizeof(struct check_args),
	.defaults = &check_defaults,
	.run = check_run,
};
