/* ink - coloured text for people, in which text from outside is escaped */
#include "base/ink.h"

#include <stdarg.h>

#include "base/arena.h"
#include "base/visible.h"

static void add(struct ink *ink, struct str text)
{
	SCRATCH(scratch);

	buf_add(ink->out, ink->in_line ? visible(scratch, text) : visible_line(scratch, text));
	ink->in_line = ink->in_line || visible_blank_bytes(text) < text.len;
}

static void end_line(struct ink *ink)
{
	buf_add_char(ink->out, '\n');
	ink->in_line = false;
}

static void add_formatted(struct ink *ink, const char *format, va_list args)
{
	SCRATCH(scratch);
	struct str f = str_from_cstr(format);
	struct buf buf;

	buf_init(&buf, scratch);
	buf_vprintf(&buf, format, args);
	struct str text = buf_str(&buf);
	if (str_starts(f, STR("\n"))) {
		end_line(ink);
		text = str_from(text, 1);
	}
	bool ends = f.len > 1 && str_ends(f, STR("\n"));
	add(ink, ends ? str_sub(text, 0, text.len - 1) : text);
	if (ends)
		end_line(ink);
}

void ink_printf(struct ink *ink, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_formatted(ink, format, args);
	va_end(args);
}

void ink_paint(struct ink *ink, enum ink_color color, const char *format, ...)
{
	static const char *const codes[] = {
		[INK_BOLD] = "\033[1m",		  [INK_DIM] = "\033[2m",
		[INK_RED] = "\033[31m",		  [INK_BOLD_RED] = "\033[1;31m",
		[INK_GREEN] = "\033[32m",	  [INK_YELLOW] = "\033[33m",
		[INK_BOLD_YELLOW] = "\033[1;33m", [INK_CYAN] = "\033[36m",
	};
	va_list args;

	if (ink->color)
		buf_add(ink->out, str_from_cstr(codes[color]));
	va_start(args, format);
	add_formatted(ink, format, args);
	va_end(args);
	if (ink->color)
		buf_add(ink->out, STR("\033[0m"));
}

void ink_lines(struct ink *ink, struct str text, const char *indent)
{
	struct str rest = text;

	add(ink, str_cut(&rest, '\n'));
	while (rest.ptr) {
		end_line(ink);
		add(ink, str_from_cstr(indent));
		add(ink, str_cut(&rest, '\n'));
	}
}
