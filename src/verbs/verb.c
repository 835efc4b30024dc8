/* verb - running a verb, and its arguments from a JSON object */
#include "verbs/verb.h"

#include "base/arena.h"
#include "base/budget.h"
#include "base/suggest.h"
#include "build/root.h"
#include "source/age.h"
#include "source/remotes.h"
#include "world/files.h"

const struct exit_status exit_statuses[] = {
	{ 0, "done" },
	{ 1, "done, and the answer is no" },
	{ 2, "wrong usage or configuration, or input that cannot be read or built" },
	{ 3, "something outside is missing: network, cluster, program" },
	{ 4, "refused: permission, policy or approval missing" },
	{ 5, "a deadline passed before the goal was reached" },
	{ 70, "a bug in forge" },
	{ 130, "interrupted" },
	{ 143, "terminated" },
	{},
};

const char *exit_status_text(const struct verb *verb, int status)
{
	for (const struct exit_status *s = verb ? verb->exits : NULL; s && s->text; s++)
		if (s->status == status)
			return s->text;
	for (const struct exit_status *s = exit_statuses; s->text; s++)
		if (s->status == status)
			return s->text;
	return NULL;
}

/* Of the row VERB_LIMIT_MEMORY; 0: the verb has none. */
static int64_t limit_memory_bytes(const struct verb *verb, const void *args)
{
	for (const struct argument *a = verb->arguments; argument_is_row(a); a++)
		if (a->type == ARGUMENT_BYTES)
			return *(const int64_t *)((const char *)args + a->offset);
	return 0;
}

static int run_within(const struct verb *verb, const struct verb_context *context, const void *args,
		      struct outcome *outcome, struct error *err)
{
	struct budget budget;

	budget_open(&budget, verb->name, verb->steps_max ? verb->steps_max : UINT64_MAX);
	int result = verb->run(context, args, outcome, err);
	budget_close(&budget);
	return result;
}

int verb_run(const struct verb *verb, const struct verb_context *context, const void *args,
	     struct outcome *ret, struct error *err)
{
	struct outcome outcome = {};

	assert(verb->run);
	assert(context->set);
	outcome.set = context->set;
	findings_init(&outcome.findings, context->arena);
	budget_limit_memory(limit_memory_bytes(verb, args));
	if (run_within(verb, context, args, &outcome, err) < 0)
		return -1;
	assert(outcome.status == 0 || outcome.status == ERROR_NO || outcome.status == ERROR_INPUT);
	*ret = outcome;
	return 0;
}

bool verb_leaves_root(struct str load_restrictor)
{
	return str_equal(load_restrictor, STR("LoadRestrictionsNone"));
}

bool verb_progress_is_due(const struct verb_context *context)
{
	const struct verb_watcher *w = context->watcher;
	return w && w->is_due(w->context);
}

void verb_progress(const struct verb_context *context, struct str line)
{
	if (context->watcher)
		context->watcher->show(context->watcher->context, line);
}

void verb_publish(const struct verb_context *context, const struct outcome *outcome,
		  const struct error *err, struct docset *set)
{
	const struct verb_watcher *w = context->watcher;

	if (w && w->publish)
		w->publish(w->context, outcome, err, set);
}

int verb_check_cancelled(const struct verb_context *context, struct error *err)
{
	const struct verb_watcher *w = context->watcher;

	if (!w || !w->is_cancelled || !w->is_cancelled(w->context))
		return 0;
	return error_set(err, ERROR_INTERRUPTED, ERROR_NO_POSITION, "interrupted");
}

struct str verb_usage(const struct verb *verb, struct arena *arena)
{
	struct str usage = STR_NONE;

	for (const struct argument *a = verb->arguments; argument_is_row(a); a++) {
		if (!a->is_positional)
			continue;
		struct str word = str_printf(arena, "%s%s%s%s", a->is_required ? "" : "[", a->value,
					     a->type == ARGUMENT_LIST ? "..." : "",
					     a->is_required ? "" : "]");
		usage = usage.ptr ? STR_CAT(arena, usage, STR(" "), word) : word;
	}
	return usage;
}

/* --- arguments from JSON --------------------------------------------------------------------- */

static const struct argument *find(const struct verb *verb, struct str name)
{
	for (const struct argument *a = verb->arguments; argument_is_row(a); a++)
		if (a->type != ARGUMENT_FORMAT && str_equal(str_from_cstr(a->name), name))
			return a;
	return NULL;
}

static int unknown(const struct verb *verb, const struct node *key, struct error *err)
{
	struct suggest s = suggest_start(node_text(key));
	struct buf names;

	SCRATCH(scratch);
	buf_init(&names, scratch);
	for (const struct argument *a = verb->arguments; argument_is_row(a); a++) {
		if (a->type == ARGUMENT_FORMAT)
			continue;
		suggest_offer(&s, str_from_cstr(a->name));
		buf_printf(&names, "%s%s", buf_str(&names).len ? ", " : "", a->name);
	}
	error_set(err, ERROR_INPUT, key->position, "'%.*s' is not an argument of '%s'",
		  STR_FMT(node_text(key)), verb->name);
	if (s.best.ptr)
		return error_hint(err, "did you mean '%.*s'?", STR_FMT(s.best));
	if (!buf_str(&names).len)
		return error_hint(err, "it takes none");
	return error_hint(err, "allowed are: %.*s", STR_FMT(buf_str(&names)));
}

/* A second property of one name would win silently. */
static int check_first(const struct node *arguments, uint32_t index, struct error *err)
{
	const struct node *key = node_entry(arguments, index)->key;

	for (uint32_t i = 0; i < index; i++)
		if (str_equal(node_text(node_entry(arguments, i)->key), node_text(key)))
			return error_set(err, ERROR_INPUT, key->position, "'%.*s' is given twice",
					 STR_FMT(node_text(key)));
	return 0;
}

static int check_required(const struct verb *verb, const struct node *arguments, struct error *err)
{
	for (const struct argument *a = verb->arguments; argument_is_row(a); a++) {
		const struct node *value = node_get(arguments, str_from_cstr(a->name));
		bool is_missing = !value || (a->type == ARGUMENT_LIST && !node_item_count(value));

		if (a->is_required && is_missing)
			return error_set(err, ERROR_INPUT, arguments ? arguments->position : 0,
					 "'%s' needs '%s'", verb->name, a->name);
	}
	return 0;
}

int verb_arguments_read(const struct verb *verb, const struct node *arguments, struct arena *arena,
			void *args, struct error *err)
{
	arguments_init(verb->arguments, arena, args);
	if (arguments && !node_is_map(arguments))
		return error_set(err, ERROR_INPUT, arguments->position,
				 "the arguments of '%s' must be an object", verb->name);
	for (uint32_t i = 0; i < node_entry_count(arguments); i++) {
		const struct entry *entry = node_entry(arguments, i);
		const struct argument *a = find(verb, node_text(entry->key));

		if (!a)
			return unknown(verb, entry->key, err);
		if (check_first(arguments, i, err) < 0 ||
		    argument_set_node(a, args, entry->value, arena, err) < 0)
			return -1;
	}
	return check_required(verb, arguments, err);
}

static bool is_ci(const struct world *world)
{
	static const struct str no[] = { STR_INIT(""), STR_INIT("false"), STR_INIT("0"),
					 STR_INIT("no"), STR_INIT("off") };
	struct str value = world_env(world, "CI");

	for (size_t i = 0; i < ARRAY_COUNT(no); i++)
		if (str_equal_nocase(value, no[i]))
			return false;
	return value.ptr;
}

const char *verb_offline(const struct verb_context *context, enum yes_no said, bool is_build)
{
	if (said == SAID_YES)
		return "--offline";
	if (said == SAID_NO)
		return NULL;
	if (!is_build)
		return "--offline is the default here";
	return is_ci(context->world) ? "CI is set, so --offline is the default" : NULL;
}

struct remotes *verb_remotes(const struct verb_context *context, enum yes_no said)
{
	struct remotes_options options = { .offline = verb_offline(context, said, false) };

	return remotes_new(context->world, context->arena, &options);
}

int verb_read_file(const struct verb_context *context, struct str path, struct str *ret,
		   struct error *err)
{
	struct files files = { .world = context->world };

	files.root = root_repository(&files, context->arena, path);
	return files_read(&files, context->arena, path, ret, err);
}

static int read_keys_of(const struct verb_context *context, struct str path, const char *from,
			struct age_keys *keys, struct error *err)
{
	struct str text;

	if (verb_read_file(context, path, &text, err) < 0 ||
	    age_keys_read(context->arena, text, keys, err) < 0)
		return error_wrap(err, "%s '%.*s'", from, STR_FMT(path));
	return 0;
}

int verb_age_keys(const struct verb_context *context, struct str file, struct age_keys *ret,
		  struct error *err)
{
	struct str text = world_env(context->world, "SOPS_AGE_KEY");
	struct str path = world_env(context->world, "SOPS_AGE_KEY_FILE");

	*ret = (struct age_keys){};
	if (file.ptr)
		return read_keys_of(context, file, "--age-key-file", ret, err);
	if (text.len && age_keys_read(context->arena, text, ret, err) < 0)
		return error_wrap(err, "SOPS_AGE_KEY");
	return path.len ? read_keys_of(context, path, "SOPS_AGE_KEY_FILE", ret, err) : 0;
}
