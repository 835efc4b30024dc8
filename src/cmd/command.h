/*
 * command - what a verb is: a table that gives dispatch, parsing, help, completion and man page
 *
 * Layer: cmd. A verb lives in one file, src/cmd/<verb>.c, and is listed in the one table of main.c.
 *
 *	struct check_args { struct str output; bool strict; };
 *
 *	static const struct option check_options[] = {
 *		{ 'o', "output", "FORMAT", OPTION_STR, offsetof(struct check_args, output),
 *		  "text (default), json or sarif", .values = "text json sarif" },
 *		{ 0, "json", NULL, OPTION_CONST, offsetof(struct check_args, output),
 *		  "same as -o json", .values = "json" },
 *		{ 0, "strict", NULL, OPTION_BOOL, offsetof(struct check_args, strict),
 *		  "turn on the strict pack" },
 *		{},
 *	};
 *
 * run(app, args) gets the filled struct; what stands besides options is in app->args. It writes
 * results to app->out and everything else to app->err, and returns an exit status: 0, or
 * app_fail(app, &err) for an error.
 */
#ifndef FORGE_CMD_COMMAND_H
#define FORGE_CMD_COMMAND_H

#include <stddef.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

struct world;
struct docset;

/*
 * What a field of the args struct must be, by kind. Absent options leave it as .defaults has it,
 * zero otherwise.
 */
enum option_kind {
	OPTION_STR,	 /* struct str */
	OPTION_BOOL,	 /* bool */
	OPTION_INT,	 /* int64_t */
	OPTION_DURATION, /* int64_t, in ms, from a Go duration like 1m30s */
	OPTION_LIST,	 /* struct option_list; may be given many times */
	OPTION_COUNT,	 /* int64_t; counts how often it is given, like -vv */
	OPTION_CONST,	 /* struct str; takes no value, becomes the text in .values */
};

struct option_list {
	struct str *items;
	uint32_t count;
	uint32_t capacity;
};

struct option {
	char letter;	   /* 0: none */
	const char *name;  /* without dashes; NULL ends the table */
	const char *value; /* how help names the value; NULL when it takes none */
	enum option_kind kind;
	size_t offset;
	const char *help;
	const char *values; /* the only values allowed, separated by blanks; NULL: any */
};

/*
 * What a status means for this verb, where it says more than the common table (help.c). Ends with
 * .text NULL.
 */
struct exit_status {
	int status;
	const char *text;
};

struct app;

struct command {
	const char *name;
	const char *args; /* "[PATH...]", "NAME [REVISION]": how many are allowed; NULL: none */
	const char *summary;
	const char *about;    /* more than the summary, for help and man page; may be NULL */
	const char *examples; /* lines "forge check\tmistakes of the repository here" */
	const struct option *options;
	const struct exit_status *exits;
	size_t size;	      /* of the args struct */
	const void *defaults; /* of size bytes, or NULL for zeros */
	bool hidden;	      /* not in help and completion */
	bool signed_args;     /* a last word like -up that is no option is an argument */
	int (*run)(struct app *app, const void *args);
	/* Of a group, like "forge pipeline plan"; ends with NULL, and run is NULL then. */
	const struct command *const *verbs;
};

enum { COMMAND_PATH_BYTES = 64 };

struct app {
	struct world *world;
	struct arena *arena; /* lives as long as the process */
	FILE *out, *err;
	bool color_out, color_err;
	const struct command *const *commands; /* the table of main.c, ends with NULL */
	const struct command *command;	       /* the one that runs */
	char path[COMMAND_PATH_BYTES];	       /* how it was called: "forge pipeline plan" */
	struct str *args;		       /* what stands besides options */
	uint32_t arg_count;
	struct docset *docs; /* where errors find their line; NULL: none yet */
};

/* Prints the error and returns the exit status that belongs to it. */
int app_fail(struct app *app, const struct error *err);

/* To app->out. */
void app_write(struct app *app, struct str text);

/* A line "warning: …" on app->err. */
void app_warn(struct app *app, const char *format, ...) PRINTF_LIKE(2, 3);

/* --- private: for the framework -------------------------------------------------------------- */

/*
 * Fills *args (command->size bytes) and app->args from the words; *ret_help: help was asked for,
 * the rest was not read.
 */
int options_parse(struct app *app, const struct str *words, uint32_t word_count, void *args,
		  bool *ret_help, struct error *err);

/* Options that every verb has. */
extern const struct option options_common[];

/*
 * The entry of a table, or NULL and *err with a suggestion; group is "forge" or "forge pipeline".
 */
const struct command *command_find(const struct command *const *table, struct str name,
				   const char *group, struct error *err);

/* Help of app->command, or of the program when that is NULL, on app->out. Returns exit status 0. */
int help_print(struct app *app);

/*
 * The exit statuses in ascending order, ended by NULL, and what one means for a verb (NULL: in
 * general).
 */
extern const struct exit_status exit_statuses[];
const char *exit_status_text(const struct command *command, int status);

/* The error with its place, the line it is in and the hint. */
void print_error(struct app *app, const struct error *err);

#endif
