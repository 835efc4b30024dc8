/* print_error - errors and warnings as people read them */
#include "cmd/print_error.h"

#include <stdarg.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/ink.h"
#include "base/utf8.h"
#include "base/visible.h"
#include "doc/redact.h"
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

static struct str redacted(const struct app *app, struct arena *arena, struct str text)
{
	return app->docs ? redact(docset_redactor(app->docs), arena, text) : text;
}

/* Text from outside goes to the terminal here and nowhere else. Returns the columns it takes. */
static size_t put(const struct app *app, struct str text)
{
	SCRATCH(arena);
	struct str shown = visible(arena, redacted(app, arena, text));

	fwrite(shown.ptr, 1, shown.len, app->err);
	return utf8_width(shown);
}

/* Some messages of upstream have several lines. */
static void put_lines(const struct app *app, struct str text)
{
	SCRATCH(arena);
	struct buf buf;
	struct ink ink = { .out = &buf, .in_line = true };

	buf_init(&buf, arena);
	ink_lines(&ink, redacted(app, arena, text), "");
	fprintf(app->err, "%.*s\n", STR_FMT(buf_str(&buf)));
}

/*
 *	  --> apps/api.yaml:3:13
 *	   |   replicas: 99x
 *	   |             ^
 */
static void print_place(struct app *app, struct place place)
{
	SCRATCH(arena);
	struct str line = redacted(app, arena, place.line_text);
	size_t column_bytes = MIN(place.text_column - 1, line.len);
	size_t from = utf8_shown_from(line, column_bytes, SHOWN_BYTES);

	fprintf(app->err, "  --> ");
	put(app, place.path);
	fprintf(app->err, ":%u:%u\n   | ", place.line, place.column);
	size_t caret = put(app, str_sub(line, from, column_bytes));
	put(app, str_sub(line, column_bytes, from + SHOWN_BYTES));
	fprintf(app->err, "\n   | %*s%s^%s\n", (int)caret, "", app->color_err ? BOLD_RED : "",
		app->color_err ? PLAIN : "");
}

/* "  from apps/kustomization.yaml:3:3": the way there, from the inside out. */
static void print_way(struct app *app, const struct error *err)
{
	for (uint32_t i = 0; i < err->via_count; i++) {
		struct set_spot at = docset_spot(app->docs, err->via[i]);
		if (!at.line)
			continue;
		fprintf(app->err, "  from ");
		put(app, at.path);
		fprintf(app->err, ":%u:%u\n", at.line, at.column);
	}
}

int print_error(struct app *app, const struct error *err)
{
	fflush(app->out);
	print_label(app, BOLD_RED, "error");
	put_lines(app, str_from_cstr(err->text));
	if (err->position != ERROR_NO_POSITION && app->docs)
		print_place(app, docset_place(app->docs, err->position));
	if (app->docs)
		print_way(app, err);
	if (err->hint[0])
		print_hint(app, str_from_cstr(err->hint));
	return (int)err->code;
}

void print_hint(struct app *app, struct str hint)
{
	print_label(app, CYAN, "hint");
	put_lines(app, hint);
}

void print_warning(struct app *app, const char *format, ...)
{
	SCRATCH(arena);
	struct buf text;
	va_list args;

	buf_init(&text, arena);
	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	fflush(app->out);
	print_label(app, BOLD_YELLOW, "warning");
	put(app, buf_str(&text));
	fputc('\n', app->err);
}
