/* labelset - the labels that identify a series: names and values, sorted by name */
#include "metrics/labelset.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/sort.h"
#include "base/utf8.h"

static int compare_names(const void *a, const void *b, void *context)
{
	(void)context;
	return str_compare(((const struct label *)a)->name, ((const struct label *)b)->name);
}

static struct labelset labelset_finish(const struct label *items, uint32_t count)
{
	uint64_t hash = HASH64_START;
	for (uint32_t i = 0; i < count; i++) {
		hash = hash64(hash, items[i].name);
		hash = hash64(hash, STR("\xff"));
		hash = hash64(hash, items[i].value);
		hash = hash64(hash, STR("\xff"));
	}
	return (struct labelset){ items, count, hash };
}

int labelset_make(struct arena *arena, const struct label *items, uint32_t count,
		  struct labelset *ret_labels, struct error *err)
{
	if (count > LABELSET_MAX)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "a series with %u labels; allowed are %d", count, LABELSET_MAX);
	struct label *sorted = arena_array(arena, struct label, count);
	uint32_t kept = 0;
	for (uint32_t i = 0; i < count; i++)
		if (items[i].value.len > 0)
			sorted[kept++] = items[i];
	sort_stable(sorted, kept, sizeof(*sorted), compare_names, NULL);
	for (uint32_t i = 1; i < kept; i++)
		if (str_equal(sorted[i - 1].name, sorted[i].name))
			return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
					 "the label '%.*s' is given twice",
					 STR_FMT(sorted[i].name));
	*ret_labels = labelset_finish(sorted, kept);
	return 0;
}

struct labelset labelset_copy(struct arena *arena, struct labelset labels)
{
	struct label *items = arena_array(arena, struct label, labels.count);
	for (uint32_t i = 0; i < labels.count; i++)
		items[i] = (struct label){ str_copy(arena, labels.items[i].name),
					   str_copy(arena, labels.items[i].value) };
	return (struct labelset){ items, labels.count, labels.hash };
}

struct str labelset_get(struct labelset labels, struct str name)
{
	for (uint32_t i = 0; i < labels.count; i++)
		if (str_equal(labels.items[i].name, name))
			return labels.items[i].value;
	return STR_NONE;
}

int labelset_compare(struct labelset a, struct labelset b)
{
	for (uint32_t i = 0; i < a.count && i < b.count; i++) {
		int order = str_compare(a.items[i].name, b.items[i].name);
		if (order == 0)
			order = str_compare(a.items[i].value, b.items[i].value);
		if (order != 0)
			return order;
	}
	return a.count < b.count ? -1 : a.count > b.count;
}

bool labelset_equal(struct labelset a, struct labelset b)
{
	if (a.hash != b.hash || a.count != b.count)
		return false;
	return a.items == b.items || labelset_compare(a, b) == 0;
}

struct labelset labelset_with(struct arena *arena, struct labelset labels, struct str name,
			      struct str value)
{
	struct label *items = arena_array(arena, struct label, labels.count + 1);
	uint32_t count = 0;
	bool placed = value.len == 0;
	for (uint32_t i = 0; i < labels.count; i++) {
		int order = str_compare(labels.items[i].name, name);
		if (order >= 0 && !placed) {
			items[count++] = (struct label){ name, value };
			placed = true;
		}
		if (order != 0)
			items[count++] = labels.items[i];
	}
	if (!placed)
		items[count++] = (struct label){ name, value };
	return labelset_finish(items, count);
}

static bool is_among(struct str name, const struct str *names, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (str_equal(names[i], name))
			return true;
	return false;
}

static struct labelset labelset_select(struct arena *arena, struct labelset labels,
				       const struct str *names, uint32_t count, bool keep)
{
	struct label *items = arena_array(arena, struct label, labels.count);
	uint32_t kept = 0;
	for (uint32_t i = 0; i < labels.count; i++)
		if (is_among(labels.items[i].name, names, count) == keep)
			items[kept++] = labels.items[i];
	return kept == labels.count ? labels : labelset_finish(items, kept);
}

struct labelset labelset_keep(struct arena *arena, struct labelset labels, const struct str *names,
			      uint32_t count)
{
	return labelset_select(arena, labels, names, count, /* keep= */ true);
}

struct labelset labelset_drop(struct arena *arena, struct labelset labels, const struct str *names,
			      uint32_t count)
{
	return labelset_select(arena, labels, names, count, /* keep= */ false);
}

struct labelset labelset_drop_name(struct arena *arena, struct labelset labels)
{
	struct str name = LABEL_NAME;
	return labelset_drop(arena, labels, &name, 1);
}

static bool is_plain_name(struct str name, bool metric)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
			      (metric && c == ':');
		if (!letter && !(i > 0 && c >= '0' && c <= '9'))
			return false;
	}
	return name.len > 0;
}

static void format_quoted(struct str s, struct buf *out)
{
	buf_add_char(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", c);
		else if (c == '\n')
			buf_add(out, STR("\\n"));
		else
			buf_add_char(out, c);
	}
	buf_add_char(out, '"');
}

void labelset_format(struct labelset labels, struct buf *out)
{
	struct str name = labelset_get(labels, LABEL_NAME);
	bool outside = is_plain_name(name, /* metric= */ true);
	if (outside)
		buf_add(out, name);
	if (outside && labels.count == 1)
		return;
	const char *separator = "";
	buf_add_char(out, '{');
	if (name.ptr && !outside) {
		format_quoted(name, out);
		separator = ", ";
	}
	for (uint32_t i = 0; i < labels.count; i++) {
		const struct label *label = &labels.items[i];
		if (str_equal(label->name, LABEL_NAME))
			continue;
		buf_printf(out, "%s", separator);
		if (is_plain_name(label->name, /* metric= */ false))
			buf_add(out, label->name);
		else
			format_quoted(label->name, out);
		buf_add_char(out, '=');
		format_quoted(label->value, out);
		separator = ", ";
	}
	buf_add_char(out, '}');
}

bool label_name_valid(struct str name)
{
	return name.len > 0 && utf8_valid(name, NULL);
}

void labelset_table_init(struct labelset_table *table, struct arena *arena)
{
	*table = (struct labelset_table){ .arena = arena };
}

/* The slot of an equal set, or the free one where it belongs. */
static uint32_t table_slot(const struct labelset_table *table, struct labelset labels)
{
	uint32_t mask = table->slot_count - 1;
	uint32_t at = (uint32_t)(labels.hash ^ labels.hash >> 32) & mask;
	while (table->slots[at] && !labelset_equal(table->items[table->slots[at] - 1], labels))
		at = (at + 1) & mask;
	return at;
}

static void table_grow(struct labelset_table *table)
{
	uint32_t slot_count = table->slot_count ? table->slot_count * 2 : 16;
	if (table->slot_count > UINT32_MAX / 4)
		BUG("a table of more than %u label sets", UINT32_MAX / 8);
	table->items = arena_grow(table->arena, table->items,
				  table->slot_count / 2 * sizeof(struct labelset),
				  slot_count / 2 * sizeof(struct labelset));
	table->slots = arena_array(table->arena, uint32_t, slot_count);
	table->slot_count = slot_count;
	for (uint32_t i = 0; i < table->count; i++)
		table->slots[table_slot(table, table->items[i])] = i + 1;
}

int64_t labelset_table_find(const struct labelset_table *table, struct labelset labels)
{
	if (table->slot_count == 0)
		return -1;
	return (int64_t)table->slots[table_slot(table, labels)] - 1;
}

uint32_t labelset_table_add(struct labelset_table *table, struct labelset labels)
{
	if (table->count * 2 >= table->slot_count)
		table_grow(table);
	uint32_t slot = table_slot(table, labels);
	if (!table->slots[slot]) {
		table->items[table->count] = labels;
		table->slots[slot] = ++table->count;
	}
	return table->slots[slot] - 1;
}
