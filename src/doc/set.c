/* set - a document set: its texts share one 32-bit position space */
#include "doc/set.h"

#include <string.h>

#include "base/arena.h"
#include "base/vec.h"
#include "doc/set_internal.h"

struct docset *docset_new(struct arena *arena)
{
	struct docset *set = arena_one(arena, struct docset);

	set->arena = arena;
	set->end = 1; /* position 0 means none */
	return set;
}

struct arena *docset_arena(const struct docset *set)
{
	return set->arena;
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
	struct file file = { .path = path, .text = text, .base = set->end };
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

static uint32_t line_index(const struct file *file, uint32_t offset)
{
	uint32_t low = 0, high = file->line_count;

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;
		if (file->line_starts[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static struct str line_text(const struct file *file, uint32_t index)
{
	if (index >= file->line_count)
		return STR("");
	struct str rest = str_from(file->text, file->line_starts[index]);
	return str_strip_suffix(str_cut(&rest, '\n'), STR("\r"));
}

static struct place place_in(struct docset *set, struct file *file, uint32_t offset)
{
	if (!file->line_starts)
		count_lines(set, file);
	uint32_t index = line_index(file, offset);
	return (struct place){ file->path, index + 1, offset - file->line_starts[index] + 1,
			       line_text(file, index) };
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

struct str docset_text(const struct docset *set, uint32_t position, uint32_t *ret_offset)
{
	const struct file *file = file_of(set, position);

	if (!file)
		return STR_NONE;
	*ret_offset = position - file->base;
	return file->text;
}
