/* commands - the table of commands: the verbs, and those of the command line alone */
#include "cmd/commands.h"

#include <string.h>

#include "base/arena.h"
#include "base/suggest.h"
#include "verbs/verbs.h"

static const struct command *const own[] = {
	&command_complete,
	&command_completion,
	&command_help,
	&command_man,
};

const struct verb *const *commands_all(struct arena *arena)
{
	uint32_t verb_count = 0, count = 0;

	while (verbs[verb_count])
		verb_count++;
	const struct verb **all =
		arena_array(arena, const struct verb *, verb_count + ARRAY_COUNT(own) + 1);
	for (uint32_t v = 0, o = 0; v < verb_count || o < ARRAY_COUNT(own); count++) {
		bool is_verb = o == ARRAY_COUNT(own) ||
			       (v < verb_count && strcmp(verbs[v]->name, own[o]->row.name) < 0);
		all[count] = is_verb ? verbs[v++] : &own[o++]->row;
	}
	return all;
}

const struct command *commands_own(const struct verb *row)
{
	for (size_t i = 0; i < ARRAY_COUNT(own); i++)
		if (row == &own[i]->row)
			return own[i];
	return NULL;
}

const struct verb *commands_find(const struct verb *const *table, struct str name,
				 const char *group, struct error *err)
{
	struct suggest s = suggest_start(name);

	for (const struct verb *const *v = table; *v; v++) {
		if (str_equal(str_from_cstr((*v)->name), name))
			return *v;
		if (!(*v)->hidden)
			suggest_offer(&s, str_from_cstr((*v)->name));
	}
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' is not a verb of '%s'",
		  STR_FMT(name), group);
	if (s.best.ptr)
		error_hint(err, "did you mean '%.*s'?", STR_FMT(s.best));
	else
		error_hint(err, "'%s --help' lists the verbs", group);
	return NULL;
}

int commands_descend(struct app *app, const struct str *words, uint32_t word_count,
		     struct error *err)
{
	const struct verb *const *table = app->verbs;
	uint32_t used = 0;

	app->verb = NULL;
	snprintf(app->path, sizeof(app->path), "forge");
	while (table && used < word_count) {
		app->verb = commands_find(table, words[used++], app->path, err);
		if (!app->verb)
			return -1;
		size_t len = strlen(app->path);
		snprintf(app->path + len, sizeof(app->path) - len, " %s", app->verb->name);
		table = app->verb->verbs;
	}
	return (int)used;
}
