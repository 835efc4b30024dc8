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

/* Text from outside must not steer the terminal: control characters become blanks. */
static void put_clean(FILE *out, struct str text)
{
	for (size_t at = 0; at < text.len;) {
		size_t start = at;
		uint32_t rune = utf8_next(text, &at);
		bool is_control = (rune < ' ' && rune != '\n') || (rune >= 0x7f && rune < 0xa0);
		if (is_control)
			fputc(' ', out);
		else
			fwrite(text.ptr + start, 1, at - start, out);
	}
}

/* Columns that put_clean() takes. */
static int clean_width(struct str text)
{
	size_t width = utf8_width(text);

	for (size_t i = 0; i < text.len; i++)
		width += (unsigned char)text.ptr[i] < ' ' || text.ptr[i] == 0x7f;
	return (int)width;
}

/*
 *	  --> apps/api.yaml:3:13
 *	   |   replicas: 99x
 *	   |             ^
 */
static void print_place(struct app *app, struct place place)
{
	size_t column_bytes = MIN(place.column - 1, place.line_text.len);
	size_t from = utf8_shown_from(place.line_text, column_bytes, SHOWN_BYTES);

	fprintf(app->err, "  --> ");
	put_clean(app->err, place.path);
	fprintf(app->err, ":%u:%u\n   | ", place.line, place.column);
	put_clean(app->err, str_sub(place.line_text, from, from + SHOWN_BYTES));
	fprintf(app->err, "\n   | %*s%s^%s\n",
		clean_width(str_sub(place.line_text, from, column_bytes)), "",
		app->color_err ? BOLD_RED : "", app->color_err ? PLAIN : "");
}

void print_error(struct app *app, const struct error *err)
{
	fflush(app->out);
	print_label(app, BOLD_RED, "error");
	put_clean(app->err, str_from_cstr(err->text));
	fputc('\n', app->err);
	if (err->position != ERROR_NO_POSITION && app->docs)
		print_place(app, docset_place(app->docs, err->position));
	if (err->hint[0]) {
		print_label(app, CYAN, "hint");
		put_clean(app->err, str_from_cstr(err->hint));
		fputc('\n', app->err);
	}
}

void app_write(struct app *app, struct str text)
{
	if (text.len)
		fwrite(text.ptr, 1, text.len, app->out);
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
