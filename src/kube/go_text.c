/* go_text - decoded JSON as Go's fmt prints it: map[a:1 b:[2 3]] */
#include "kube/go_text.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/sort.h"
#include "doc/json.h"
#include "doc/scalar.h"
#include "doc/secret.h"

static int compare_keys(const void *a, const void *b, void *context)
{
	(void)context;
	return str_compare(node_text(((const struct entry *)a)->key),
			   node_text(((const struct entry *)b)->key));
}

/* How a verb of fmt writes containers and texts. */
struct style {
	struct str map, list, end_map, end_list, separator;
	bool quotes;
};

static const struct style plain = { STR_INIT("map["), STR_INIT("["), STR_INIT("]"),
				    STR_INIT("]"),    STR_INIT(" "), false };
static const struct style syntax = { STR_INIT("map[string]interface {}{"),
				     STR_INIT("[]interface {}{"),
				     STR_INIT("}"),
				     STR_INIT("}"),
				     STR_INIT(", "),
				     true };

static void print(struct buf *out, const struct style *style, const struct node *value);

static void print_text(struct buf *out, const struct style *style, const struct node *value)
{
	if (node_is_secret(value))
		buf_add(out, SECRET_MASK);
	else if (style->quotes && scalar_of(value).type == SCALAR_STR)
		json_write_string(out, node_text(value), 0);
	else
		buf_add(out, node_text(value));
}

static void print_map(struct buf *out, const struct style *style, const struct node *map)
{
	struct entry *sorted = node_entries_copy(out->arena, map);

	sort_stable(sorted, node_entry_count(map), sizeof(*sorted), compare_keys, NULL);
	buf_add(out, style->map);
	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		buf_add(out, i ? style->separator : STR(""));
		print_text(out, style, sorted[i].key);
		buf_add_char(out, ':');
		print(out, style, sorted[i].value);
	}
	buf_add(out, style->end_map);
}

static void print_list(struct buf *out, const struct style *style, const struct node *list)
{
	buf_add(out, style->list);
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		buf_add(out, i ? style->separator : STR(""));
		print(out, style, node_item(list, i));
	}
	buf_add(out, style->end_list);
}

static void print(struct buf *out, const struct style *style, const struct node *value)
{
	if (node_is_map(value))
		print_map(out, style, value);
	else if (node_is_list(value))
		print_list(out, style, value);
	else if (node_is_null(value))
		buf_add(out, STR("<nil>"));
	else
		print_text(out, style, value);
}

static struct str printed(struct arena *arena, const struct style *style, const struct node *value)
{
	struct buf buf;

	buf_init(&buf, arena);
	print(&buf, style, value);
	return buf_str(&buf);
}

struct str go_text(struct arena *arena, const struct node *value)
{
	return printed(arena, &plain, value);
}

struct str go_syntax(struct arena *arena, const struct node *value)
{
	return printed(arena, &syntax, value);
}
