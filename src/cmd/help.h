/*
 * help - what a verb does, with examples, options and exit statuses
 *
 * Layer: cmd.
 */
#ifndef FORGE_CMD_HELP_H
#define FORGE_CMD_HELP_H

#include "cmd/app.h"

/* Help of app->verb, or of the program when that is NULL, on app->out. Returns exit status 0. */
int help_print(struct app *app);

#endif
