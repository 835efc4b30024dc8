/* set - a document set: its texts share one 32-bit position space */
#include "doc/set.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/sort.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "doc/redact.h"
#include "doc/secret.h"
#include "doc/set_internal.h"

enum { MARK_CHARACTERS = 1024 /* between two marks */ };

#define BOM STR("\xef\xbb\xbf")

struct docset *docset_new(struct arena *arena)
{
	struct docset *set = arena_one(arena, struct docset);

	set->arena = arena;
	set->end = 1; /* position 0 means none */
	map_init(&set->readings, arena);
	set->redactor = redactor_new(arena);
	return set;
}

struct redactor *docset_redactor(const struct docset *set)
{
	return set->redactor;
}

struct arena *docset_arena(const struct docset *set)
{
	return set->arena;
}

void docset_moved(struct docset *set, const struct map *moved)
{
	set->moved = moved;
}

static struct str shown_path(const struct docset *set, struct str path)
{
	const struct str *old =
		set->moved ? map_get(set->moved, str_strip_prefix(path, STR("/"))) : NULL;

	return old ? str_concat(set->arena, STR("/"), *old) : path;
}

int docset_add(struct docset *set, struct str path, struct str text, uint32_t *ret_base,
	       struct error *err)
{
	if (text.len >= SET_BYTES_MAX - set->end) {
		error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
			  "'%.*s' does not fit: all texts together may have %u bytes",
			  STR_FMT(path), SET_BYTES_MAX);
		return error_hint(err, "build a smaller part of the repository");
	}
	struct file file = { .path = shown_path(set, path), .text = text, .base = set->end };
	if (text.len && text.ptr == set->generated.ptr && text.len == set->generated.len)
		file.segments = set->segments;
	*ret_base = set->end;
	set->end += (uint32_t)text.len + 1; /* the place behind the last byte has a position, too */
	VEC_PUSH(set->arena, &set->files, file);
	return 0;
}

void docset_generated(struct docset *set, struct str text, const struct segments *segments)
{
	set->generated = text;
	set->segments = *segments;
}

static struct file *file_of(const struct docset *set, uint32_t position)
{
	uint32_t low = 0, high = set->files.count;

	if (position == 0 || position >= set->end)
		return NULL;
	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;
		if (set->files.items[middle].base <= position)
			low = middle;
		else
			high = middle;
	}
	return &set->files.items[low];
}

static void count_lines(struct docset *set, struct file *file)
{
	VEC(uint32_t) starts = {};

	VEC_PUSH(set->arena, &starts, 0);
	const char *at = file->text.ptr, *end = at + file->text.len;
	while (file->text.len && (at = memchr(at, '\n', (size_t)(end - at)))) {
		at++;
		VEC_PUSH(set->arena, &starts, (uint32_t)(at - file->text.ptr));
	}
	file->line_starts = starts.items;
	file->line_count = starts.count;
}

/* The index of the last offset that is not above this one; the first is not. */
static uint32_t last_at(const uint32_t *ascending, uint32_t count, uint32_t offset)
{
	uint32_t low = 0, high = count;

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;
		if (ascending[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static uint32_t line_index(const struct file *file, uint32_t offset)
{
	return last_at(file->line_starts, file->line_count, offset);
}

/* Far columns of a long line are counted from the mark before them. */
static void mark_characters(struct docset *set, struct file *file)
{
	VEC(uint32_t) marks = {};
	size_t at = 0;

	for (uint32_t count = 0; at < file->text.len; count++) {
		if (count % MARK_CHARACTERS == 0)
			VEC_PUSH(set->arena, &marks, (uint32_t)at);
		utf8_next(file->text, &at);
	}
	file->marks = marks.items;
	file->mark_count = marks.count;
}

static uint32_t characters_before(const struct file *file, uint32_t offset)
{
	uint32_t mark = last_at(file->marks, file->mark_count, offset);
	struct str rest = str_sub(file->text, file->marks[mark], offset);

	return mark * MARK_CHARACTERS + (uint32_t)utf8_count(rest);
}

static uint32_t characters_between(struct docset *set, struct file *file, uint32_t from,
				   uint32_t to)
{
	if (to - from <= MARK_CHARACTERS)
		return (uint32_t)utf8_count(str_sub(file->text, from, to));
	if (!file->marks)
		mark_characters(set, file);
	return characters_before(file, to) - characters_before(file, from);
}

static struct str line_text(const struct file *file, uint32_t index)
{
	if (index >= file->line_count)
		return STR("");
	size_t end =
		index + 1 < file->line_count ? file->line_starts[index + 1] - 1 : file->text.len;
	struct str line = str_sub(file->text, file->line_starts[index], end);
	return str_strip_suffix(line, STR("\r"));
}

/* Hidden ranges */

static int compare_hidden(const void *a, const void *b, void *context)
{
	const struct hidden *x = a, *y = b;

	(void)context;
	return x->from < y->from ? -1 : x->from > y->from;
}

static void sort_hidden(struct docset *set)
{
	struct hidden *all = set->hidden.items;
	uint32_t count = 0;

	if (set->sorted_count == set->hidden.count)
		return;
	sort_stable(all, set->hidden.count, sizeof(*all), compare_hidden, NULL);
	for (uint32_t i = 0; i < set->hidden.count; i++) {
		if (count && all[i].from <= all[count - 1].to)
			all[count - 1].to = MAX(all[count - 1].to, all[i].to);
		else
			all[count++] = all[i];
	}
	set->hidden.count = set->sorted_count = count;
}

/* The first range that ends behind a position. */
static uint32_t first_hidden(const struct docset *set, uint32_t position)
{
	uint32_t low = 0, high = set->hidden.count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (set->hidden.items[middle].to > position)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

bool docset_is_hidden(struct docset *set, uint32_t position)
{
	sort_hidden(set);
	uint32_t i = first_hidden(set, position);
	return i < set->hidden.count && set->hidden.items[i].from <= position;
}

/* Texts are mostly read from their begin to their end, so that ranges come sorted; an object that
 * is hidden again adds nothing. */
static void hide_written(struct docset *set, uint32_t from, uint32_t to)
{
	bool is_sorted = set->sorted_count == set->hidden.count;
	uint32_t i = is_sorted ? first_hidden(set, from) : 0;

	if (from >= to)
		return;
	if (is_sorted && i < set->hidden.count && set->hidden.items[i].from <= from &&
	    set->hidden.items[i].to >= to)
		return;
	VEC_PUSH(set->arena, &set->hidden, (struct hidden){ from, to });
	set->hide_count++;
	if (is_sorted && i == set->hidden.count - 1)
		set->sorted_count++;
}

/* A line that begins at a position, with *** for its hidden ranges. */
static struct str masked_line(struct docset *set, uint32_t position, struct str line)
{
	uint32_t end = position + (uint32_t)line.len, at = position;
	struct buf out;

	sort_hidden(set);
	uint32_t i = first_hidden(set, position);
	if (i == set->hidden.count || set->hidden.items[i].from >= end)
		return line;
	buf_init(&out, set->arena);
	for (; i < set->hidden.count && set->hidden.items[i].from < end; i++) {
		uint32_t from = MAX(set->hidden.items[i].from, position);
		buf_add(&out, str_sub(line, at - position, from - position));
		buf_add(&out, SECRET_MASK);
		at = MIN(set->hidden.items[i].to, end);
	}
	buf_add(&out, str_from(line, at - position));
	return buf_str(&out);
}

/* Nothing marks secrets in comments. What the first hash makes no suspect, no later one does. */
static struct str without_comment(struct docset *set, struct str line)
{
	size_t i = 0;

	while (i < line.len && !(line.ptr[i] == '#' && (!i || line.ptr[i - 1] == ' ')))
		i++;
	if (!redact_is_suspect(str_from(line, i)))
		return line;
	return str_printf(set->arena, "%.*s# %.*s", (int)i, line.ptr, STR_FMT(SECRET_MASK));
}

/* A line as it may be shown. O(line length) for the first place of those on one line. */
static struct str shown_line(struct docset *set, uint32_t position, struct str line)
{
	if (set->shown.position == position && set->shown.hide_count == set->hide_count)
		return set->shown.text;
	struct str text = without_comment(set, masked_line(set, position, line));
	set->shown.position = position;
	set->shown.hide_count = set->hide_count;
	set->shown.text = text;
	return text;
}

/* What a part of a line takes when it is shown: a mask that it ends in is not counted. */
static uint32_t shown_length(const struct docset *set, uint32_t from, uint32_t to)
{
	uint32_t length = 0;

	for (uint32_t i = first_hidden(set, from); i < set->hidden.count; i++) {
		struct hidden h = set->hidden.items[i];
		if (h.from >= to)
			break;
		length += h.from > from ? h.from - from : 0;
		if (h.to > to)
			return length;
		length += (uint32_t)SECRET_MASK.len;
		from = h.to;
	}
	return length + to - from;
}

/* Documents that nobody looked through */

void docset_screen(struct docset *set, uint32_t position)
{
	VEC_PUSH(set->arena, &set->screened, position);
	set->screening = (struct screening){};
}

static bool is_separator(struct str text, size_t at)
{
	return str_starts(str_from(text, at), STR("---"));
}

/* The document of a file around an offset, from separator to separator. */
static void document_around(struct str text, size_t offset, size_t *ret_from, size_t *ret_to)
{
	size_t from = MIN(offset, text.len), to = from;

	while (from && !(text.ptr[from - 1] == '\n' && is_separator(text, from)))
		from--;
	while (to < text.len && !(to > from && text.ptr[to - 1] == '\n' && is_separator(text, to)))
		to++;
	*ret_from = from;
	*ret_to = to;
}

static bool is_screened(const struct docset *set, uint32_t from, uint32_t to)
{
	for (uint32_t i = 0; i < set->screened.count; i++)
		if (set->screened.items[i] >= from && set->screened.items[i] < to)
			return true;
	return false;
}

/* Whether the line of a place may be shown. O(size of the document) for the first place in it. */
static bool is_shown(struct docset *set, const struct file *file, uint32_t offset)
{
	struct screening *s = &set->screening;
	uint32_t position = file->base + offset;
	size_t from, to;

	if (position >= s->from && position < s->to)
		return s->is_shown;
	document_around(file->text, offset, &from, &to);
	s->from = file->base + (uint32_t)from;
	s->to = file->base + (uint32_t)to + 1;
	s->is_shown = is_screened(set, s->from, s->to) ||
		      !redact_is_suspect(str_sub(file->text, from, to));
	return s->is_shown;
}

static struct place place_in(struct docset *set, struct file *file, uint32_t offset)
{
	if (!file->line_starts)
		count_lines(set, file);
	uint32_t index = line_index(file, offset);
	uint32_t start = file->line_starts[index];
	struct place place = { .path = file->path,
			       .line = index + 1,
			       .column = offset - start + 1 };

	if (!is_shown(set, file, offset)) {
		place.line_text = SECRET_MASK;
		place.text_column = 1;
		return place;
	}
	place.line_text = shown_line(set, file->base + start, line_text(file, index));
	place.text_column = 1 + shown_length(set, file->base + start, file->base + offset);
	return place;
}

/* A generated text comes from texts that were there before it, so positions descend. */
static struct file *written_at(const struct docset *set, uint32_t *position)
{
	struct file *file = file_of(set, *position);

	while (file && file->segments.count) {
		uint32_t source = segments_source(&file->segments, *position - file->base);
		if (!source)
			break;
		assert(source < file->base);
		*position = source;
		file = file_of(set, source);
	}
	return file;
}

struct place docset_place(struct docset *set, uint32_t position)
{
	struct file *file = written_at(set, &position);

	return file ? place_in(set, file, position - file->base) : (struct place){};
}

struct set_spot docset_spot(struct docset *set, uint32_t position)
{
	struct file *file = written_at(set, &position);

	if (!file)
		return (struct set_spot){};
	if (!file->line_starts)
		count_lines(set, file);
	uint32_t offset = position - file->base, index = line_index(file, offset);
	uint32_t start = file->line_starts[index];
	if (!start && str_starts(file->text, BOM))
		start = MIN((uint32_t)BOM.len, offset); /* no editor counts it */
	return (struct set_spot){ .path = file->path,
				  .line = index + 1,
				  .column = 1 + characters_between(set, file, start, offset) };
}

struct str docset_path(const struct docset *set, uint32_t position)
{
	const struct file *file = written_at(set, &position);

	return file ? file->path : STR_NONE;
}

/* A range of a generated text, segment by segment. */
struct range {
	const struct file *file;
	uint32_t index;	   /* of the segment to come */
	uint32_t from, to; /* offsets */
};

static struct range range_of(const struct docset *set, uint32_t from, uint32_t to)
{
	const struct file *file = file_of(set, from);
	struct range r = { .file = file };

	if (!file || !file->segments.count)
		return r;
	r.from = from - file->base;
	r.to = MIN(to - file->base, (uint32_t)file->text.len);
	r.index = (uint32_t)MAX(segments_find(&file->segments, r.from), (int64_t)0);
	return r;
}

/* The part of the range in the next segment, as a segment, and its length; false at the end. */
static bool range_next(struct range *r, struct segment *ret, uint32_t *ret_length)
{
	const struct segments *all = r->file ? &r->file->segments : NULL;

	if (!all || r->index >= all->count || all->items[r->index].offset >= r->to)
		return false;
	struct segment s = all->items[r->index++];
	uint32_t next = r->index < all->count ? all->items[r->index].offset : r->to;
	uint32_t skipped = r->from > s.offset ? r->from - s.offset : 0;
	if (s.is_copied)
		s.position += skipped;
	s.offset += skipped;
	*ret = s;
	*ret_length = MIN(next, r->to) - s.offset;
	return true;
}

/* Calls itself as often as the text was made from another one, which programs decide, not input. */
enum secrecy docset_secrecy(const struct docset *set, uint32_t from, uint32_t to)
{
	enum secrecy highest = SECRECY_NONE;
	struct range r = range_of(set, from, to);
	struct segment s;
	uint32_t length;

	while (highest < SECRECY_SEALED && range_next(&r, &s, &length)) {
		highest = MAX(highest, s.secrecy);
		if (s.is_copied)
			highest =
				MAX(highest, docset_secrecy(set, s.position, s.position + length));
	}
	return highest;
}

/* What was copied is hidden where it was copied from. */
void docset_hide(struct docset *set, uint32_t from, uint32_t to)
{
	struct range r = range_of(set, from, to);
	struct segment s;
	uint32_t length;

	if (r.file && !r.file->segments.count)
		hide_written(set, from, to);
	while (range_next(&r, &s, &length))
		if (s.is_copied)
			docset_hide(set, s.position, s.position + length);
}

void docset_unreadable(struct docset *set, uint32_t position)
{
	struct file *file = written_at(set, &position);

	if (!file || is_shown(set, file, position - file->base))
		return;
	if (!file->line_starts)
		count_lines(set, file);
	uint32_t index = line_index(file, position - file->base);
	redactor_learn_line(set->redactor, line_text(file, index));
}

struct str docset_text(const struct docset *set, uint32_t position, uint32_t *ret_offset)
{
	const struct file *file = file_of(set, position);

	if (!file)
		return STR_NONE;
	*ret_offset = position - file->base;
	return file->text;
}
