/* segments - where the bytes of a generated text come from */
#include "doc/segments.h"

#include "base/arena.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "doc/set.h"

void segments_init(struct segments *segments, struct arena *arena)
{
	*segments = (struct segments){ .arena = arena };
}

static bool goes_on(struct segment last, struct segment next)
{
	uint32_t moved = last.is_copied ? next.offset - last.offset : 0;

	return last.is_copied == next.is_copied && last.secrecy == next.secrecy &&
	       last.position + moved == next.position;
}

void segments_begin(struct segments *segments, struct segment segment)
{
	struct segment *last = segments->count ? &segments->items[segments->count - 1] : NULL;

	assert(!last || last->offset <= segment.offset);
	assert(segment.position || !segment.is_copied);
	if (last && goes_on(*last, segment))
		return;
	if (last && last->offset == segment.offset)
		*last = segment;
	else
		VEC_PUSH(segments->arena, segments, segment);
}

static void add(struct segments *segments, struct buf *out, struct segment segment, struct str text)
{
	if (!text.len)
		return;
	segment.offset = (uint32_t)out->len;
	segments_begin(segments, segment);
	buf_add(out, text);
}

void segments_copy(struct segments *segments, struct buf *out, uint32_t position, struct str text)
{
	add(segments, out, (struct segment){ .position = position, .is_copied = position }, text);
}

void segments_computed(struct segments *segments, struct buf *out, uint32_t position,
		       struct str text)
{
	add(segments, out, (struct segment){ .position = position }, text);
}

void segments_secret(struct segments *segments, struct buf *out, uint32_t position, struct str text,
		     enum secrecy secrecy)
{
	add(segments, out, (struct segment){ .position = position, .secrecy = secrecy }, text);
}

void segments_skip(struct segments *segments, uint32_t bytes)
{
	struct segments kept = { .arena = segments->arena };
	int64_t first = segments_find(segments, bytes);

	for (uint32_t i = first < 0 ? 0 : (uint32_t)first; i < segments->count; i++) {
		struct segment s = segments->items[i];
		uint32_t cut = s.offset < bytes ? bytes - s.offset : 0;
		s.position += s.is_copied ? cut : 0;
		s.offset = s.offset + cut - bytes;
		segments_begin(&kept, s);
	}
	*segments = kept;
}

int64_t segments_find(const struct segments *segments, uint32_t offset)
{
	uint32_t low = 0, high = segments->count;

	if (!high || segments->items[0].offset > offset)
		return -1;
	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;
		if (segments->items[middle].offset <= offset)
			low = middle;
		else
			high = middle;
	}
	return low;
}

uint32_t segments_source(const struct segments *segments, uint32_t offset)
{
	int64_t index = segments_find(segments, offset);

	if (index < 0)
		return 0;
	struct segment s = segments->items[index];
	return s.position + (s.is_copied ? offset - s.offset : 0);
}

/* The text of a scalar, side by side with what is written in its file. */

struct alignment {
	struct segments *segments; /* NULL: only the end is wanted */
	struct str source;
	struct str text;
	size_t at; /* in the source */
	size_t offset;
	uint32_t base;	    /* position of the source's first byte */
	size_t indentation; /* of a block scalar's lines */
	char indicator;	    /* | > " '; anything else is plain */
};

static char byte_at(struct str s, size_t index)
{
	return index < s.len ? s.ptr[index] : '\0';
}

static bool is_block(const struct alignment *a)
{
	return a->indicator == '|' || a->indicator == '>';
}

static void skip_blanks(struct alignment *a, size_t limit)
{
	for (size_t i = 0; i < limit; i++, a->at++) {
		char c = byte_at(a->source, a->at);
		if (c != ' ' && (c != '\t' || is_block(a)))
			return;
	}
}

static void take(struct alignment *a, size_t length, bool is_copied)
{
	if (a->segments)
		segments_begin(a->segments, (struct segment){ .offset = (uint32_t)a->offset,
							      .position = a->base + (uint32_t)a->at,
							      .is_copied = is_copied });
	a->offset += length;
}

/* Behind a line break: what indents the next line is not part of the text. */
static void skip_break(struct alignment *a)
{
	a->at++;
	skip_blanks(a, is_block(a) ? a->indentation : a->source.len);
}

static bool is_break(char c)
{
	return c == '\n' || c == '\r';
}

/* A blank or a line break in the text that stands for a break of the source. */
static bool is_folded(const struct alignment *a)
{
	char c = byte_at(a->text, a->offset);
	return a->indicator != '|' && (c == ' ' || c == '\n');
}

/* A backslash in double quotes, and what it stands for: one character, or nothing at a line's
 * end. */
static void take_escape(struct alignment *a)
{
	char kind = byte_at(a->source, a->at + 1);
	size_t digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;

	if (is_break(kind)) {
		a->at++;
		skip_break(a);
		return;
	}
	size_t next = a->offset;
	utf8_next(a->text, &next);
	take(a, next - a->offset, /* is_copied= */ false);
	a->at = MIN(a->at + 2 + digits, a->source.len);
}

/* One step; false where the source does not say what the text has. */
static bool take_next(struct alignment *a)
{
	char c = byte_at(a->source, a->at), wanted = byte_at(a->text, a->offset);

	if (a->at >= a->source.len)
		return false;
	if (c == '\\' && a->indicator == '"') {
		take_escape(a);
		return true;
	}
	if (c == '\'' && a->indicator == '\'')
		a->at++; /* the second of two */
	if (is_break(c) && (is_block(a) ? c != wanted : true)) {
		if (is_folded(a))
			take(a, 1, /* is_copied= */ false);
		skip_break(a);
		return true;
	}
	if (c == wanted) {
		take(a, 1, /* is_copied= */ true);
		if (is_break(c))
			skip_break(a);
		else
			a->at++;
		return true;
	}
	if (c != ' ' && c != '\t')
		return false;
	a->at++; /* before a break */
	return true;
}

/* The text's first line has its blanks behind the indentation. */
static void enter_block(struct alignment *a)
{
	size_t blanks = 0, lines = 0;

	while (a->at < a->source.len && !is_break(a->source.ptr[a->at]))
		a->at++;
	while (is_break(byte_at(a->text, lines)))
		lines++;
	while (byte_at(a->text, lines + blanks) == ' ')
		blanks++;
	size_t line = a->at + (a->at < a->source.len);
	for (size_t i = line; i < a->source.len; i++) {
		if (is_break(a->source.ptr[i]))
			line = i + 1;
		else if (a->source.ptr[i] != ' ') {
			a->indentation = i - line > blanks ? i - line - blanks : 0;
			break;
		}
	}
	skip_break(a);
}

/* Up to the text's end, or the first byte that the source does not say. */
static void align(struct alignment *a)
{
	if (is_block(a))
		enter_block(a);
	else if (a->indicator == '"' || a->indicator == '\'')
		a->at++;
	while (a->offset < a->text.len && take_next(a))
		;
}

static struct alignment aligned(struct segments *segments, const struct docset *set,
				uint32_t position, struct str text)
{
	uint32_t at = 0;
	struct str source = docset_text(set, position, &at);
	struct alignment a = { .segments = segments,
			       .source = source,
			       .text = text,
			       .at = at,
			       .base = position - at,
			       .indicator = byte_at(source, at) };

	if (source.ptr)
		align(&a);
	return a;
}

void segments_of_scalar(struct segments *segments, const struct docset *set, uint32_t position,
			struct str text)
{
	struct alignment a = aligned(segments, set, position, text);

	if (a.source.ptr && a.offset < text.len)
		take(&a, text.len - a.offset, /* is_copied= */ false);
}

uint32_t segments_scalar_end(const struct docset *set, uint32_t position, struct str text)
{
	struct alignment a = aligned(NULL, set, position, text);
	size_t end = MIN(a.at, a.source.len);

	if (a.offset < text.len)
		while (end < a.source.len && !is_break(a.source.ptr[end]))
			end++;
	else if ((a.indicator == '"' || a.indicator == '\'') &&
		 byte_at(a.source, end) == a.indicator)
		end++;
	return a.base + (uint32_t)end;
}
