/* print_error - errors and warnings as people read them */
#include <stdarg.h>

#include "base/utf8.h"
#include "cmd/command.h"
#include "doc/set.h"

#define BOLD_RED    "\033[1;31m"
#define BOLD_YELLOW "\033[1;33m"
#define CYAN	    "\033[36m"
#define PLAIN	    "\033[0m"

enum { SHOWN_BYTES = 160 };

static void print_label(const struct app *app, const char *color, const char *label)
{
	if (app->color_err)
		fprintf(app->err, "%s%s:%s ", color, label, PLAIN);
	else
		fprintf(app->err, "%s: ", label);
}

/*
 * The part of a long line that is worth showing, and the width of what stands in it before the
 * column.
 */
static struct str around(struct str line, size_t before_bytes, size_t *ret_before_width)
{
	size_t first = before_bytes > SHOWN_BYTES / 2 ? before_bytes - SHOWN_BYTES / 2 : 0;

	*ret_before_width = utf8_width(str_sub(line, first, before_bytes));
	return str_sub(line, first, first + SHOWN_BYTES);
}

/*
 *	  --> apps/api.yaml:3:13
 *	   |   replicas: 99x
 *	   |             ^
 */
static void print_place(struct app *app, struct place place)
{
	size_t before_width;
	struct str line = around(place.line_text, place.column - 1, &before_width);

	fprintf(app->err, "  --> %.*s:%u:%u\n   | ", STR_FMT(place.path), place.line, place.column);
	for (size_t i = 0; i < line.len;
	     i++) /* a line of a stranger's file must not steer the terminal */
		fputc((unsigned char)line.ptr[i] < ' ' || line.ptr[i] == 127 ? ' ' : line.ptr[i],
		      app->err);
	fprintf(app->err, "\n   | %*s%s^%s\n", (int)before_width, "",
		app->color_err ? BOLD_RED : "", app->color_err ? PLAIN : "");
}

void print_error(struct app *app, const struct error *err)
{
	fflush(app->out);
	print_label(app, BOLD_RED, "error");
	fprintf(app->err, "%s\n", err->text);
	if (err->position != ERROR_NO_POSITION && app->docs)
		print_place(app, docset_place(app->docs, err->position));
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
