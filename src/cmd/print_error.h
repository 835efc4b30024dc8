/*
 * print_error - errors and warnings as people read them
 *
 * Layer: cmd. Text from outside is escaped (base/visible.h).
 */
#ifndef FORGE_CMD_PRINT_ERROR_H
#define FORGE_CMD_PRINT_ERROR_H

#include "cmd/app.h"

/*
 * The error with its place, the line it is in and the hint, on app->err. Returns the exit status
 * that belongs to it.
 */
int print_error(struct app *app, const struct error *err);

/* A line "warning: …" on app->err. */
void print_warning(struct app *app, const char *format, ...) PRINTF_LIKE(2, 3);

/* A line "hint: …" behind one of these. */
void print_hint(struct app *app, struct str hint);

#endif
