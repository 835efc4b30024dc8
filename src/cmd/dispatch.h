/*
 * dispatch - from the words of a command line to a verb, and from its outcome to an exit status
 *
 * Layer: cmd.
 */
#ifndef FORGE_CMD_DISPATCH_H
#define FORGE_CMD_DISPATCH_H

#include "cmd/app.h"

/* Runs what the words say and prints it. Returns the exit status. */
int dispatch(struct app *app, const struct str *words, uint32_t word_count);

#endif
