/*
 * print_outcome - the outcome of a verb on the streams of the program
 *
 * Layer: cmd.
 */
#ifndef FORGE_CMD_PRINT_OUTCOME_H
#define FORGE_CMD_PRINT_OUTCOME_H

#include "cmd/app.h"

/* Warnings on app->err, the answer in app->format on app->out. Returns the exit status. */
int print_outcome(struct app *app, const struct outcome *outcome);

#endif
