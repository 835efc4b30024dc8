/* comment - comments above and behind a node, read from the text when asked for */
#include "base/arena.h"
#include "doc/yaml.h"

static struct str line_at(struct str text, size_t offset)
{
	struct str before = str_sub(text, 0, offset);
	size_t start = (size_t)(str_find_last_char(before, '\n') + 1);
	struct str rest = str_from(text, start);
	ptrdiff_t len = str_find_char(rest, '\n');

	return str_strip_suffix(len < 0 ? rest : str_sub(rest, 0, (size_t)len), STR("\r"));
}

/* Without the '#' and one blank behind it. */
static struct str comment_text(struct str comment)
{
	return str_strip_prefix(str_strip_prefix(comment, STR("#")), STR(" "));
}

/* Where the line before the one at offset begins; offset itself begins a line. */
static size_t line_before(struct str text, size_t offset)
{
	return (size_t)(str_find_last_char(str_sub(text, 0, offset - 1), '\n') + 1);
}

struct str yaml_comment_above(struct docset *set, uint32_t position)
{
	uint32_t offset;
	struct str text = docset_text(set, position, &offset);
	struct buf out;

	if (!text.ptr)
		return STR_NONE;
	size_t line = (size_t)(line_at(text, offset).ptr - text.ptr), first = line;
	while (first > 0) {
		size_t before = line_before(text, first);
		if (!str_starts(str_trim(line_at(text, before)), STR("#")))
			break;
		first = before;
	}
	if (first == line)
		return STR_NONE;
	buf_init(&out, docset_arena(set));
	for (struct str rest = str_sub(text, first, line - 1); rest.ptr;) {
		if (out.len)
			buf_add_char(&out, '\n');
		buf_add(&out, comment_text(str_trim(str_cut(&rest, '\n'))));
	}
	return buf_str(&out);
}

/* Behind the quoted text that begins at i; the end of the line when it does not end there. */
static size_t skip_quoted(struct str line, size_t i)
{
	char quote = line.ptr[i++];

	for (; i < line.len && line.ptr[i] != quote; i++)
		if (quote == '"' && line.ptr[i] == '\\')
			i++;
	return i + 1;
}

static bool may_start_quoted(struct str line, size_t i)
{
	if (line.ptr[i] != '\'' && line.ptr[i] != '"')
		return false;
	return i == 0 || line.ptr[i - 1] == ' ' || line.ptr[i - 1] == '[' ||
	       line.ptr[i - 1] == '{' || line.ptr[i - 1] == ',';
}

struct str yaml_comment_behind(struct docset *set, uint32_t position)
{
	uint32_t offset;
	struct str text = docset_text(set, position, &offset);

	if (!text.ptr)
		return STR_NONE;
	struct str line = line_at(text, offset);
	line = str_from(line, (size_t)(text.ptr + offset - line.ptr));
	for (size_t i = 0; i < line.len; i++) {
		if (may_start_quoted(line, i)) {
			i = skip_quoted(line, i) - 1;
			continue;
		}
		bool is_comment = line.ptr[i] == '#' && i > 0 &&
				  (line.ptr[i - 1] == ' ' || line.ptr[i - 1] == '\t');
		if (is_comment)
			return str_trim(comment_text(str_from(line, i)));
	}
	return STR_NONE;
}
