/* folded - what go-yaml v3 makes of a folded text when it writes and reads it once more */
#include "doc/yaml/folded.h"

#include "base/arena.h"
#include "base/buf.h"

static bool is_blank_at(struct str text, size_t at)
{
	return at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\t');
}

static size_t breaks_at(struct str text, size_t at)
{
	size_t end = at;

	while (end < text.len && text.ptr[end] == '\n')
		end++;
	return end - at;
}

/* A blank before a line break: such a text is not written as a block. */
static bool is_quoted(struct str text)
{
	return str_contains(text, STR(" \n")) || str_ends(text, STR(" "));
}

/* Breaks between two lines: as they are written, then as they are read. */
static void add_breaks(struct buf *buf, size_t count, bool after_indented, bool extra,
		       bool before_indented)
{
	size_t written = count + (extra && !after_indented);
	bool folds = !after_indented && !before_indented;

	if (folds && written == 1)
		buf_add_char(buf, ' ');
	for (size_t i = folds ? 1 : 0; i < written; i++)
		buf_add_char(buf, '\n');
}

struct str yaml_folded_again(struct arena *arena, struct str text)
{
	size_t start = breaks_at(text, 0), at = start;
	bool extra = start < text.len && !is_blank_at(text, start);
	bool indented = is_blank_at(text, start);
	struct buf buf;

	if (breaks_at(text, start) == text.len - start || is_quoted(text))
		return text;
	buf_init(&buf, arena);
	buf_add(&buf, str_sub(text, 0, start));
	while (at < text.len) {
		size_t count = breaks_at(text, at);
		if (count && at + count < text.len) {
			bool next = is_blank_at(text, at + count);
			add_breaks(&buf, count, indented, extra, next);
			indented = next;
		} else if (count) {
			/* All but the last are kept by an indicator, the extra one with them. */
			bool kept = count > 1 && extra && !indented;
			buf_add(&buf, str_sub(text, at, at + count));
			if (kept)
				buf_add_char(&buf, '\n');
		} else {
			buf_add_char(&buf, text.ptr[at]);
		}
		at += count ? count : 1;
	}
	return buf_str(&buf);
}
