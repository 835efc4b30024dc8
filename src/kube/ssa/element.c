/* element - the steps of a path of fields: "f:spec", k:{"name":"x"}, v:"a" */
#include "kube/ssa/element.h"

#include "base/arena.h"
#include "base/num.h"
#include "base/sort.h"
#include "doc/json.h"
#include "doc/scalar.h"

struct str ssa_element_of_field(struct arena *arena, struct str name)
{
	return str_concat(arena, STR("f:"), name);
}

struct str ssa_element_field(struct str element)
{
	return str_starts(element, STR("f:")) ? str_from(element, 2) : STR_NONE;
}

/* Items */

struct key_field {
	struct str name;
	const struct node *value;
};

/*
 * What stands for an absent key: the default of the type; "" or 0 where the key is required,
 * because the Go type of a built-in kind has no absent value; TCP for protocols, whose default
 * the tables of built-in kinds leave to defaulting.
 */
static const struct node *default_key(struct arena *arena, struct schema item, struct str name)
{
	struct schema type = schema_field(item, name);
	const struct node *value = schema_exists(type) ? schema_default(type) : NULL;

	if (value)
		return value;
	if (str_equal(name, STR("protocol")))
		return node_str(arena, STR("TCP"));
	if (!schema_is_required(item, name))
		return NULL;
	return schema_type(type) == SCHEMA_STRING ? node_str(arena, STR("")) : node_int(arena, 0);
}

static int compare_fields(const void *a, const void *b, void *context)
{
	(void)context;
	return str_compare(((const struct key_field *)a)->name,
			   ((const struct key_field *)b)->name);
}

static struct str omits_all_keys(struct arena *arena, struct schema list)
{
	struct buf buf;

	buf_init(&buf, arena);
	buf_add(&buf, STR("associative list with keys has an element that omits all key fields ["));
	for (uint32_t i = 0; i < schema_list_key_count(list); i++) {
		if (i)
			buf_add_char(&buf, ' ');
		json_write_string(&buf, schema_list_key(list, i), 0);
	}
	buf_add(&buf, STR("] (and doesn't have default values for any key fields)"));
	return buf_str(&buf);
}

static struct str keys_text(struct arena *arena, const struct key_field *fields, uint32_t count)
{
	struct buf buf;

	buf_init(&buf, arena);
	buf_add(&buf, STR("k:{"));
	for (uint32_t i = 0; i < count; i++) {
		if (i)
			buf_add_char(&buf, ',');
		json_write_string(&buf, fields[i].name, 0);
		buf_add_char(&buf, ':');
		json_write(&buf, fields[i].value, JSON_ESCAPE_HTML | JSON_SORT_KEYS | JSON_SECRETS);
	}
	buf_add_char(&buf, '}');
	return buf_str(&buf);
}

static struct str element_by_keys(struct arena *arena, struct schema list, const struct node *item,
				  struct str *ret_why)
{
	uint32_t key_count = schema_list_key_count(list), count = 0;
	struct key_field *fields = arena_array(arena, struct key_field, key_count);

	if (node_is_null(item))
		*ret_why = STR("associative list with keys may not have a null element");
	else if (!node_is_map(item))
		*ret_why = STR("associative list with keys may not have non-map elements");
	if (!node_is_map(item))
		return STR_NONE;
	for (uint32_t i = 0; i < key_count; i++) {
		struct str name = schema_list_key(list, i);
		const struct node *value = node_get(item, name);
		if (!value)
			value = default_key(arena, schema_items(list), name);
		if (value)
			fields[count++] = (struct key_field){ name, value };
	}
	if (!count) {
		*ret_why = omits_all_keys(arena, list);
		return STR_NONE;
	}
	sort_stable(fields, count, sizeof(*fields), compare_fields, NULL);
	return keys_text(arena, fields, count);
}

struct str ssa_element_of_item(struct arena *arena, struct schema list, const struct node *item,
			       struct str *ret_why)
{
	struct buf buf;

	if (schema_list_type(list) == SCHEMA_LIST_MAP && schema_list_key_count(list))
		return element_by_keys(arena, list, item, ret_why);
	if (node_is_map(item))
		*ret_why = STR("associative list without keys has an element that's a map type");
	else if (node_is_list(item))
		*ret_why = STR("not supported: associative list with lists as elements");
	else if (node_is_null(item))
		*ret_why = STR("associative list without keys has an element that's an explicit "
			       "null");
	if (!node_is_scalar(item) || node_is_null(item))
		return STR_NONE;
	buf_init(&buf, arena);
	buf_add(&buf, STR("v:"));
	json_write(&buf, item, JSON_ESCAPE_HTML | JSON_SECRETS);
	return buf_str(&buf);
}

/* Order */

/* Fields, keys, values, indices; "." before all. */
static int rank_of(struct str element)
{
	static const char kinds[] = ".fkvi";

	for (int i = 0; kinds[i]; i++)
		if (element.len && element.ptr[0] == kinds[i])
			return i;
	return (int)sizeof(kinds);
}

static bool is_number_char(char c)
{
	return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

/* The length of the number that s begins with; 0 when it begins with none. */
static size_t number_length(struct str s)
{
	size_t len = 0;

	if (!s.len || ((s.ptr[0] < '0' || s.ptr[0] > '9') && s.ptr[0] != '-'))
		return 0;
	while (len < s.len && is_number_char(s.ptr[len]))
		len++;
	return len;
}

static double number_of(struct str s)
{
	double number = 0;

	num_double(s, &number);
	return number;
}

/* Two JSON texts of equal shape: numbers by value, all else by bytes, the end of a text first. */
static int compare_json(struct str a, struct str b)
{
	bool in_text = false;
	size_t i = 0, j = 0;

	while (i < a.len && j < b.len) {
		size_t x = in_text ? 0 : number_length(str_from(a, i));
		size_t y = in_text ? 0 : number_length(str_from(b, j));
		if (x && y) {
			double p = number_of(str_sub(a, i, i + x));
			double q = number_of(str_sub(b, j, j + y));
			if (p != q)
				return p < q ? -1 : 1;
			i += x;
			j += y;
			continue;
		}
		if (x || y)
			return x ? -1 : 1;
		char c = a.ptr[i], d = b.ptr[j];
		if (c != d) {
			if (in_text && (c == '"' || d == '"'))
				return c == '"' ? -1 : 1;
			return (unsigned char)c < (unsigned char)d ? -1 : 1;
		}
		bool is_escape = in_text && c == '\\' && i + 1 < a.len && j + 1 < b.len &&
				 a.ptr[i + 1] == b.ptr[j + 1];
		in_text ^= c == '"';
		i += 1 + is_escape;
		j += 1 + is_escape;
	}
	return (i < a.len) - (j < b.len);
}

int ssa_element_compare(struct str a, struct str b)
{
	int x = rank_of(a), y = rank_of(b);

	if (x != y)
		return x < y ? -1 : 1;
	if (a.len && a.ptr[0] == 'f')
		return str_compare(a, b);
	return compare_json(a, b);
}

/* Printing */

/* A scalar as Go's %q or %v prints it. */
static void print_value(struct buf *out, const struct node *value)
{
	if (node_is_scalar(value) && scalar_of(value).type == SCALAR_STR)
		json_write_string(out, node_text(value), 0);
	else
		json_write(out, value, JSON_SORT_KEYS);
}

static const struct node *parsed(struct arena *arena, struct str json)
{
	struct error err;

	return json_read(docset_new(arena), STR("element"), json, &err);
}

void ssa_element_print(struct buf *out, struct str element)
{
	SCRATCH(scratch);
	struct str rest = str_from(element, 2);
	const struct node *value = rank_of(element) > 1 ? parsed(scratch, rest) : NULL;

	if (ssa_element_field(element).ptr) {
		buf_add_char(out, '.');
		buf_add(out, rest);
		return;
	}
	buf_add_char(out, '[');
	if (!value) {
		buf_add(out, rest);
	} else if (node_is_map(value) && element.ptr[0] == 'k') {
		for (uint32_t i = 0; i < node_entry_count(value); i++) {
			if (i)
				buf_add_char(out, ',');
			buf_add(out, node_text(node_entry(value, i)->key));
			buf_add_char(out, '=');
			print_value(out, node_entry(value, i)->value);
		}
	} else {
		if (element.ptr[0] == 'v')
			buf_add_char(out, '=');
		print_value(out, value);
	}
	buf_add_char(out, ']');
}
