/* write - the bytes of `kubectl kustomize`: sorted keys, block style, folded lines */
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/sort.h"
#include "base/utf8.h"
#include "doc/scalar.h"
#include "doc/secret.h"
#include "doc/yaml.h"
#include "doc/yaml/emit.h"
#include "doc/yaml/folded.h"

struct writer {
	struct yaml_emitter emitter;
	struct arena *scratch;
	struct segments *segments; /* NULL: not wanted */
	unsigned flags;
	struct error *err;
};

struct keyed {
	struct str key;
	const struct node *node; /* of the key */
	const struct node *value;
};

/* Where a node is written: decides its indentation. */
struct place_of {
	int indent; /* of the collection around it; -1 at the root */
	bool in_map;
};

static int write_node(struct writer *w, const struct node *n, struct place_of place);

static int fail(struct writer *w, const struct node *n, const char *text)
{
	return error_set(w->err, ERROR_INPUT, n->position, "%s", text);
}

/* What was written from `from` on, but the blanks and indicators before it, comes from n. */
static void add_segment(struct writer *w, size_t from, const struct node *n)
{
	struct buf *out = w->emitter.out;

	if (!w->segments)
		return;
	while (from < out->len && (out->ptr[from] == ' ' || out->ptr[from] == '\n'))
		from++;
	segments_begin(w->segments, (struct segment){ .offset = (uint32_t)from,
						      .position = n->position,
						      .secrecy = n->secrecy });
}

static bool is_masked(const struct writer *w, const struct node *n)
{
	return node_is_secret(n) && !(w->flags & YAML_SECRETS);
}

/* Text that came through JSON: invalid UTF-8 is U+FFFD. */
static struct str as_utf8(struct writer *w, struct str text)
{
	struct buf out;

	if (utf8_valid(text, NULL))
		return text;
	buf_init(&out, w->scratch);
	for (size_t at = 0; at < text.len;) {
		char bytes[UTF8_BYTES_MAX];
		size_t len = utf8_encode(utf8_next(text, &at), bytes);
		buf_add(&out, (struct str){ bytes, len });
	}
	return buf_str(&out);
}

/* DEL and C1 controls pass through JSON as they are, and go-yaml then refuses to read them. */
static bool has_refused_control(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];
		unsigned char next = i + 1 < text.len ? (unsigned char)text.ptr[i + 1] : 0;
		if (c == 0x7f || (c == 0xc2 && next < 0xa0 && next != 0x85))
			return true;
		if (c == 0xef && next == 0xbf && i + 2 < text.len &&
		    (unsigned char)text.ptr[i + 2] >= 0xbe)
			return true;
	}
	return false;
}

/* A number as it is after JSON: an integer when JSON shows one, else Go's shortest form. */
static struct str float_text(struct writer *w, struct str json, double value)
{
	int64_t integer;
	uint64_t large;

	if (num_int64(json, &integer))
		return str_printf(w->scratch, "%lld", (long long)integer);
	if (num_uint64(json, 10, &large))
		return json;
	return num_format_double(w->scratch, value, 'g');
}

static int string_value(struct writer *w, const struct node *n, struct str *text)
{
	*text = as_utf8(w, *text);
	return has_refused_control(*text) ? fail(w, n, "control characters are not allowed") : 0;
}

static int write_scalar(struct writer *w, const struct node *n, int indent)
{
	struct arena_mark mark = arena_mark(w->scratch);
	struct scalar s = scalar_of(n);
	bool is_string;

	if (n->tag != TAG_NONE && !scalar_fits_tag(n))
		return fail(w, n, "the value is not of the type that its tag says");
	if (s.type == SCALAR_FLOAT && !isfinite(s.number))
		return fail(w, n,
			    isnan(s.number) ? "json: unsupported value: NaN"
			    : s.number > 0  ? "json: unsupported value: +Inf"
					    : "json: unsupported value: -Inf");
	struct str text = scalar_json_text(w->scratch, n, &is_string);
	if (s.type == SCALAR_FLOAT)
		text = float_text(w, text, s.number);
	if (n->style == STYLE_FOLDED && n->dialect == DIALECT_GO_V3)
		text = yaml_folded_again(w->scratch, text);
	if (is_string && string_value(w, n, &text) < 0)
		return -1;
	if (is_string)
		yaml_emit_string(&w->emitter, text, indent, /* is_key= */ false);
	else
		yaml_emit_word(&w->emitter, text);
	arena_reset(w->scratch, mark);
	return 0;
}

/*
 * go-yaml's natural order: at the first difference letters by code point, a letter after what is
 * none, runs of digits as numbers.
 */
static bool is_letter(uint32_t c)
{
	if (c < 0x80)
		return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
	if (c < 0xc0)
		return c == 0xaa || c == 0xb5 || c == 0xba;
	bool is_symbol = c == 0xd7 || c == 0xf7 || (c >= 0x2000 && c <= 0x206f) ||
			 (c >= 0x20a0 && c <= 0x20cf) || (c >= 0x2190 && c <= 0x2bff) ||
			 (c >= 0x3000 && c <= 0x3004) || (c >= 0x3008 && c <= 0x3020) ||
			 (c >= 0xe000 && c <= 0xf8ff) || (c >= 0xfe00 && c <= 0xfe6f) ||
			 c == 0xfeff || (c >= 0xff01 && c <= 0xff20) ||
			 (c >= 0xffe0 && c <= 0xffff) || (c >= 0x1f000 && c <= 0x1faff);
	return !is_symbol;
}

static bool is_digit_at(struct str s, size_t i)
{
	return i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9';
}

/* A zero behind digits that are not all zeros counts as a digit of its number. */
static bool is_inside_number(struct str a, size_t i)
{
	for (; i > 0 && is_digit_at(a, i - 1); i--)
		if (a.ptr[i - 1] != '0')
			return true;
	return false;
}

static size_t take_digits(struct str s, size_t i, int64_t *value)
{
	for (; is_digit_at(s, i); i++)
		*value = (int64_t)((uint64_t)*value * 10 + (uint64_t)(s.ptr[i] - '0'));
	return i;
}

/* At byte i the keys differ; x and y are the code points there. */
static int compare_at(struct str a, struct str b, size_t i, uint32_t x, uint32_t y)
{
	bool is_x_letter = is_letter(x), is_y_letter = is_letter(y);

	if (is_x_letter && is_y_letter)
		return x < y ? -1 : 1;
	if (is_x_letter || is_y_letter)
		return is_y_letter ? -1 : 1;
	int64_t a_number = 0, b_number = 0;
	if ((x == '0' || y == '0') && is_inside_number(a, i))
		a_number = b_number = 1;
	size_t a_end = take_digits(a, i, &a_number), b_end = take_digits(b, i, &b_number);
	if (a_number != b_number)
		return a_number < b_number ? -1 : 1;
	if (a_end != b_end)
		return a_end < b_end ? -1 : 1;
	return x < y ? -1 : 1;
}

int yaml_compare_keys(struct str a, struct str b)
{
	size_t same = 0;

	while (same < a.len && same < b.len && a.ptr[same] == b.ptr[same])
		same++;
	while (same > 0 && same < a.len && (a.ptr[same] & 0xc0) == 0x80)
		same--; /* to the begin of a character */
	for (size_t i = same, j = 0; i < a.len && i < b.len; i = j) {
		size_t k = j = i;
		uint32_t x = utf8_next(a, &j), y = utf8_next(b, &k);
		if (x != y)
			return compare_at(a, b, i, x, y);
	}
	return a.len < b.len ? -1 : a.len > b.len;
}

static int compare_keyed(const void *a, const void *b, void *context)
{
	const struct keyed *x = a, *y = b;

	(void)context;
	return yaml_compare_keys(x->key, y->key);
}

/* Stable; small maps, which nearly all are, without asking for memory. */
static void sort_keyed(struct keyed *entries, uint32_t count)
{
	enum { INSERTION_MAX = 24 };

	if (count > INSERTION_MAX) {
		sort_stable(entries, count, sizeof(*entries), compare_keyed, NULL);
		return;
	}
	for (uint32_t i = 1; i < count; i++) {
		struct keyed moved = entries[i];
		uint32_t at = i;
		for (; at > 0 && yaml_compare_keys(moved.key, entries[at - 1].key) < 0; at--)
			entries[at] = entries[at - 1];
		entries[at] = moved;
	}
}

/*
 * Keys must be strings, as in Go's map[string]interface{}. The outermost map is decoded into one,
 * so there other scalars count as spelled.
 */
static int key_text(struct writer *w, const struct node *key, bool is_root, struct str *ret)
{
	bool is_string = false;

	if (is_masked(w, key)) {
		*ret = SECRET_MASK;
		return 0;
	}
	if (key->kind == NODE_SCALAR)
		*ret = scalar_json_text(w->scratch, key, &is_string);
	if (is_root && !is_string && key->kind == NODE_SCALAR && !node_is_null(key)) {
		*ret = node_text(key);
		is_string = true;
	}
	if (!is_string) {
		fail(w, key, "json: unsupported type: map[interface {}]interface {}");
		return error_hint(w->err, "put the key in quotes");
	}
	return string_value(w, key, ret);
}

/* The entries in the order of their keys; of equal keys the last. */
static int sorted_entries(struct writer *w, const struct node *map, bool is_root, struct keyed *ret,
			  uint32_t *ret_count)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < map->raw_count; i++) {
		ret[i].value = map->raw_entries[i].value;
		ret[i].node = map->raw_entries[i].key;
		if (key_text(w, map->raw_entries[i].key, is_root, &ret[i].key) < 0)
			return -1;
	}
	sort_keyed(ret, map->raw_count);
	for (uint32_t i = 0; i < map->raw_count; i++)
		if (i + 1 == map->raw_count || !str_equal(ret[i].key, ret[i + 1].key))
			ret[count++] = ret[i];
	*ret_count = count;
	return 0;
}

static int write_map(struct writer *w, const struct node *map, int outer)
{
	struct arena_mark mark = arena_mark(w->scratch);
	struct keyed *entries = arena_array(w->scratch, struct keyed, map->raw_count);
	int indent = outer < 0 ? 0 : outer + YAML_INDENT;
	uint32_t count;

	if (sorted_entries(w, map, outer < 0, entries, &count) < 0)
		return -1;
	for (uint32_t i = 0; i < count; i++) {
		size_t from = w->emitter.out->len;
		yaml_emit_key(&w->emitter, entries[i].key, indent);
		add_segment(w, from, entries[i].node);
		if (write_node(w, entries[i].value, (struct place_of){ indent, true }) < 0)
			return -1;
	}
	arena_reset(w->scratch, mark);
	return 0;
}

static int write_list(struct writer *w, const struct node *list, struct place_of place)
{
	int indent = place.indent < 0 ? 0
		     : yaml_emit_is_indentless(&w->emitter, place.in_map)
			     ? place.indent
			     : place.indent + YAML_INDENT;

	for (uint32_t i = 0; i < list->raw_count; i++) {
		yaml_emit_dash(&w->emitter, indent);
		if (write_node(w, list->raw_items[i], (struct place_of){ indent, false }) < 0)
			return -1;
	}
	return 0;
}

static int write_leaf(struct writer *w, const struct node *n, int indent)
{
	if (is_masked(w, n))
		yaml_emit_string(&w->emitter, SECRET_MASK, indent, /* is_key= */ false);
	else if (n->kind == NODE_SCALAR)
		return write_scalar(w, n, indent);
	else
		yaml_emit_word(&w->emitter, n->kind == NODE_MAP ? STR("{}") : STR("[]"));
	return 0;
}

/* Recursion is bounded by the depth of the tree, which readers limit to NODE_DEPTH_MAX. */
static int write_node(struct writer *w, const struct node *n, struct place_of place)
{
	size_t from = w->emitter.out->len;

	n = n ? n : node_null();
	if (n->kind == NODE_SCALAR || n->raw_count == 0) {
		if (write_leaf(w, n, place.indent) < 0)
			return -1;
		add_segment(w, from, n);
		return 0;
	}
	return n->kind == NODE_MAP ? write_map(w, n, place.indent) : write_list(w, n, place);
}

static int write_root(struct writer *w, struct buf *out, const struct node *root)
{
	yaml_emit_start(&w->emitter, out);
	w->emitter.hides_commands = !(w->flags & YAML_SECRETS);
	if (write_node(w, root, (struct place_of){ .indent = -1 }) < 0)
		return -1;
	yaml_emit_end(&w->emitter);
	return 0;
}

int yaml_write(struct buf *out, const struct node *root, unsigned flags, struct error *err)
{
	SCRATCH(scratch);
	struct writer w = { .scratch = scratch, .flags = flags, .err = err };

	return write_root(&w, out, root);
}

int yaml_write_segments(struct buf *out, const struct node *root, struct segments *segments,
			struct error *err)
{
	SCRATCH(scratch);
	struct writer w = {
		.scratch = scratch, .segments = segments, .flags = YAML_SECRETS, .err = err
	};

	return write_root(&w, out, root);
}
