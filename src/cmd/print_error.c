/* print_error - errors and warnings as people read them */
#include <stdarg.h>

#include "cmd/command.h"

#define BOLD_RED    "\033[1;31m"
#define BOLD_YELLOW "\033[1;33m"
#define CYAN	    "\033[36m"
#define PLAIN	    "\033[0m"

static void print_label(const struct app *app, const char *color, const char *label)
{
	if (app->color_err)
		fprintf(app->err, "%s%s:%s ", color, label, PLAIN);
	else
		fprintf(app->err, "%s: ", label);
}

void print_error(struct app *app, const struct error *err)
{
	fflush(app->out);
	print_label(app, BOLD_RED, "error");
	fprintf(app->err, "%s\n", err->text);
	if (err->hint[0]) {
		print_label(app, CYAN, "hint");
		fprintf(app->err, "%s\n", err->hint);
	}
}

int app_fail(struct app *app, const struct error *err)
{
	print_error(app, err);
	return (int)err->code;
}

void app_warn(struct app *app, const char *format, ...)
{
	va_list args;

	fflush(app->out);
	print_label(app, BOLD_YELLOW, "warning");
	va_start(args, format);
	vfprintf(app->err, format, args);
	va_end(args);
	fputc('\n', app->err);
}
