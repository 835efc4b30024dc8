/*
 * commands - the table of commands: the verbs, and those of the command line alone
 *
 * Layer: cmd. Help, manual pages and completion are rows like the verbs of src/verbs/, so that
 * their options and help are made alike; but they are about the command line, and print by
 * themselves.
 */
#ifndef FORGE_CMD_COMMANDS_H
#define FORGE_CMD_COMMANDS_H

#include "cmd/app.h"

/* Of the command line alone: a row, and a function that prints and returns an exit status. */
struct command {
	struct verb row;
	int (*run)(struct app *app, const void *args);
};

extern const struct command command_complete;
extern const struct command command_completion;
extern const struct command command_help;
extern const struct command command_man;

/* The rows of both kinds by name, ended by NULL. */
const struct verb *const *commands_all(struct arena *arena);

/* The command of the command line that has this row; NULL: it is a verb. */
const struct command *commands_own(const struct verb *row);

/*
 * The entry of a table, or NULL and *err with a suggestion; group is "forge" or "forge sandbox".
 */
const struct verb *commands_find(const struct verb *const *table, struct str name,
				 const char *group, struct error *err);

/*
 * Follows the words through the tables of groups to a verb, and sets app->verb (NULL: no word) and
 * app->path. Returns how many words name the verb; -1: one is unknown.
 */
int commands_descend(struct app *app, const struct str *words, uint32_t word_count,
		     struct error *err);

#endif
