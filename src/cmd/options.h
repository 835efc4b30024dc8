/*
 * options - from the words of a command line to the args struct of a verb
 *
 * Layer: cmd. --name=value, --name value, -n value, -nvalue, -vvq; what stands besides options
 * fills the positional arguments in the order of the table; all behind -- does.
 */
#ifndef FORGE_CMD_OPTIONS_H
#define FORGE_CMD_OPTIONS_H

#include "cmd/app.h"

/* Options that every verb has. Ends like every table of arguments. */
extern const struct argument options_common[];

/*
 * Fills *args (app->verb->size zeroed bytes) and app->format from the words; --no-color ends the
 * colours of app. A path in the place of a format becomes app->output. *ret_help: help was asked
 * for, the rest was not read.
 */
MUST_USE int options_parse(struct app *app, const struct str *words, uint32_t word_count,
			   void *args, bool *ret_help, struct error *err);

#endif
