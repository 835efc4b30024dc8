/* check - find every mistake before it ships */
#include "base/budget.h"
#include "check/report.h"
#include "doc/json.h"
#include "doc/make.h"
#include "source/remotes.h"
#include "verbs/verbs.h"
#include "world/files.h"

struct check_args {
	struct argument_list paths;
	struct str severity;
	struct str age_key_file;
	struct str load_restrictor;
	enum yes_no offline;
	bool rules;
	int64_t limit_memory_bytes;
};

static const struct argument check_arguments[] = {
	{ 0, "paths", "PATH", ARGUMENT_LIST, offsetof(struct check_args, paths),
	  "files, folders and kustomizations (default: the current folder)",
	  .is_positional = true },
	VERB_LIMIT_MEMORY(struct check_args),
	{ 'o', "output", "FORMAT", ARGUMENT_FORMAT, .help = "text (default) or json",
	  .values = "text json" },
	{ 0, "severity", "LEVEL", ARGUMENT_ENUM, offsetof(struct check_args, severity),
	  "the least severity that fails the check: error, warning (default) or info",
	  .values = "error warning info", .fallback = "warning" },
	VERB_OFFLINE(struct check_args, offline, VERB_OFFLINE_BY_DEFAULT),
	VERB_LOAD_RESTRICTOR(struct check_args,
			     "nothing outside of the repository, or of the named folder, is read"),
	VERB_AGE_KEY_FILE(struct check_args, age_key_file, ""),
	{ 0, "rules", NULL, ARGUMENT_BOOL, offsetof(struct check_args, rules),
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

static int check_paths(const struct verb_context *context, const struct check_args *a,
		       const struct files *files, struct findings *findings,
		       struct check_report *report, struct error *err)
{
	struct compose_options options = { .assumes_decrypted = true };
	struct compositions all = {};

	if (file_realpath(context->world, context->arena, STR("."), &report->base, err) < 0 ||
	    verb_age_keys(context, a->age_key_file, &options.keys, err) < 0)
		return -1;
	for (uint32_t i = 0; i < report->path_count; i++)
		if (compose(files, report->paths[i], &options, context->set, &all, err) < 0)
			return -1;
	for (uint32_t i = 0; i < all.items.count; i++) {
		budget_subject(all.items.items[i].path);
		if (budget_check(err) < 0)
			return -1;
		check_composition(&all.items.items[i], findings);
		report->object_count += all.items.items[i].render.count;
	}
	check_sort(context->set, findings);
	if (report->object_count || findings->count)
		return 0;
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "there is no Kubernetes object in '%.*s'",
		  STR_FMT(report->paths[0]));
	return error_hint(err, "an object begins with apiVersion, kind and metadata");
}

/* --- rules ----------------------------------------------------------------------------------- */

static void rules_text(const struct outcome *outcome, struct ink *out)
{
	const struct node *rules = node_get_lit(outcome->documents.items[0], "rules");

	for (uint32_t i = 0; i < node_item_count(rules); i++) {
		const struct node *rule = node_item(rules, i);
		ink_printf(out, "%-36.*s %-8.*s %.*s\n", STR_FMT(node_str_at(rule, "id")),
			   STR_FMT(node_str_at(rule, "severity")),
			   STR_FMT(node_str_at(rule, "summary")));
	}
}

static void list_rules(struct arena *arena, struct outcome *ret)
{
	struct nodes rules = {};

	for (int i = 0; i < RULE_COUNT; i++)
		nodes_add(arena, &rules,
			  node_make(arena, "{id: %s, severity: %s, summary: %s}", check_rules[i].id,
				    severity_word(check_rules[i].severity),
				    check_rules[i].summary));
	nodes_add(arena, &ret->documents,
		  node_make(arena, "{apiVersion: forge.dev/v1, kind: RuleList, rules: %n}",
			    nodes_list(arena, &rules)));
	ret->text = rules_text;
}

/* --- the verb -------------------------------------------------------------------------------- */

/* From the findings, not from the document: people see the line that a finding points at. */
static void findings_text(const struct outcome *outcome, struct ink *out)
{
	check_report_text(outcome->data, out);
}

static int check_run(const struct verb_context *context, const void *args, struct outcome *ret,
		     struct error *err)
{
	static const struct str here = STR_INIT(".");
	const struct check_args *a = args;
	struct findings *findings = arena_one(context->arena, struct findings);
	struct check_report *report = arena_one(context->arena, struct check_report);

	ret->json_flags = JSON_INDENT;
	if (a->rules) {
		list_rules(context->arena, ret);
		return 0;
	}
	findings_init(findings, context->arena);
	*report = (struct check_report){
		.set = context->set,
		.arena = context->arena,
		.findings = findings,
		.paths = a->paths.count ? a->paths.items : &here,
		.path_count = a->paths.count ? a->paths.count : 1,
	};
	struct files files = {
		.world = context->world,
		.leaves_root = verb_leaves_root(a->load_restrictor),
		.remotes = verb_remotes(context, a->offline),
	};
	int result = check_paths(context, a, &files, findings, report, err);
	remotes_close(files.remotes);
	if (result < 0)
		return -1;
	nodes_add(context->arena, &ret->documents, check_report_document(report));
	ret->text = findings_text;
	ret->data = report;
	ret->findings = *findings;
	ret->tells_findings = true;
	ret->status = check_count(findings, severity_of(a->severity)) ? ERROR_NO : 0;
	return 0;
}

static const struct exit_status check_exits[] = {
	{ 0, "no finding that counts" },
	{ 1, "findings" },
	{},
};

const struct verb verb_check = {
	.name = "check",
	.group = VERB_REPOSITORY,
	.summary = "find every mistake before it ships",
	.about = "Checks what would be applied: a kustomization is built, the Flux Kustomizations "
		 "in it are followed, files and folders are read. Fields and values are those that "
		 "the API server takes; references lead to something that is there.",
	.examples = "forge check clusters/production\teverything that this cluster would run\n"
		    "forge check .\tall clusters and kustomizations of a repository\n"
		    "forge check -o json deployment.yaml\tone file, for a machine",
	.arguments = check_arguments,
	.exits = check_exits,
	.size = sizeof(struct check_args),
	.steps_max = VERB_READ_STEPS_MAX,
	.read_only = true,
	.run = check_run,
};
