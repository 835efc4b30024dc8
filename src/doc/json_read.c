/* json_read - reading JSON into documents */
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/utf8.h"
#include "doc/json.h"
#include "doc/raw.h"
#include "doc/yaml.h"

enum {
	STACK_FIRST = 256,
	DOUBLE_SAFE_BYTES = 300, /* shorter numbers without an exponent always fit */
};

struct json_reader {
	const char *at;
	const char *begin;
	const char *end;
	uint32_t base;
	uint32_t depth;
	struct arena *arena;
	const struct node **stack; /* members of the collections being read */
	uint32_t stack_count;
	uint32_t stack_capacity;
	struct error *err;
};

static const struct node *read_value(struct json_reader *r);

static uint32_t position(const struct json_reader *r, const char *p)
{
	return r->base + (uint32_t)(p - r->begin);
}

static struct node *fail(struct json_reader *r, const char *at, const char *text)
{
	error_set(r->err, ERROR_INPUT, position(r, at), "%s", text);
	return NULL;
}

static void skip_blanks(struct json_reader *r)
{
	while (r->at < r->end &&
	       (*r->at == ' ' || *r->at == '\n' || *r->at == '\t' || *r->at == '\r'))
		r->at++;
}

static bool take(struct json_reader *r, char c)
{
	skip_blanks(r);
	if (r->at == r->end || *r->at != c)
		return false;
	r->at++;
	return true;
}

static struct node *new_node(struct json_reader *r, enum node_kind kind, enum node_style style,
			     const char *at)
{
	struct node *n = arena_alloc_raw(r->arena, sizeof(*n), sizeof(void *));

	*n = (struct node){
		.kind = kind, .style = style, .dialect = DIALECT_JSON, .position = position(r, at)
	};
	return n;
}

static struct node *new_scalar(struct json_reader *r, enum node_style style, const char *at,
			       struct str text)
{
	struct node *n = new_node(r, NODE_SCALAR, style, at);

	n->raw_text = text.ptr;
	n->raw_count = (uint32_t)text.len;
	return n;
}

static bool hex4(const struct json_reader *r, const char *p, uint32_t *ret)
{
	uint32_t value = 0;

	if (r->end - p < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		char c = p[i], lower = (char)(c | 0x20);
		if (c >= '0' && c <= '9')
			value = value << 4 | (uint32_t)(c - '0');
		else if (lower >= 'a' && lower <= 'f')
			value = value << 4 | (uint32_t)(lower - 'a' + 10);
		else
			return false;
	}
	*ret = value;
	return true;
}

/* \uXXXX at *p (the backslash); surrogates in pairs, a lone one is U+FFFD. */
static bool unicode_escape(const struct json_reader *r, const char **p, uint32_t *ret)
{
	uint32_t high, low;

	if (!hex4(r, *p + 2, &high))
		return false;
	*p += 6;
	*ret = high;
	if (high < 0xd800 || high > 0xdfff)
		return true;
	*ret = UTF8_REPLACEMENT;
	bool has_low = high < 0xdc00 && r->end - *p >= 6 && (*p)[0] == '\\' && (*p)[1] == 'u' &&
		       hex4(r, *p + 2, &low) && low >= 0xdc00 && low <= 0xdfff;
	if (has_low) {
		*ret = 0x10000 + ((high & 0x3ff) << 10 | (low & 0x3ff));
		*p += 6;
	}
	return true;
}

/* An escape at *p as UTF-8 into out; NULL when there is no such escape. */
static char *unescape(struct json_reader *r, const char **p, char *out)
{
	static const char values[256] = { ['"'] = '"',	['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
					  ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t' };
	unsigned char letter = r->end - *p > 1 ? (unsigned char)(*p)[1] : 0;
	uint32_t c = (unsigned char)values[letter];

	if (letter == 'u') {
		if (!unicode_escape(r, p, &c))
			return NULL;
	} else {
		*p += 2;
	}
	return c || letter == 'u' ? out + utf8_encode(c, out) : NULL;
}

/* A string with escapes; it becomes no longer by decoding. stop is the first backslash. */
static struct node *escaped_string(struct json_reader *r, const char *start, const char *stop)
{
	const char *close = stop;

	while (close < r->end && *close != '"')
		close += *close == '\\' ? 2 : 1;
	if (close >= r->end)
		return fail(r, start, "a string without an end");
	char *text = arena_alloc_raw(r->arena, (size_t)(close - start), 1), *out = text;
	for (const char *p = start + 1; p < close;) {
		if ((unsigned char)*p < 0x20)
			return fail(r, p, "a control character in a string");
		if (*p != '\\') {
			*out++ = *p++;
			continue;
		}
		const char *at = p;
		out = unescape(r, &p, out);
		if (!out)
			return fail(r, at, "an unknown escape in a string");
	}
	r->at = close + 1;
	return new_scalar(r, STYLE_DOUBLE, start, (struct str){ text, (size_t)(out - text) });
}

static struct node *read_string(struct json_reader *r)
{
	const char *start = r->at, *p = start + 1;

	while (p < r->end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20)
		p++;
	if (p == r->end)
		return fail(r, start, "a string without an end");
	if (*p == '\\')
		return escaped_string(r, start, p);
	if (*p != '"')
		return fail(r, p, "a control character in a string");
	r->at = p + 1;
	return new_scalar(r, STYLE_DOUBLE, start,
			  (struct str){ start + 1, (size_t)(p - start - 1) });
}

static const char *skip_digits(const char *p, const char *end)
{
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p;
}

static struct node *read_number(struct json_reader *r)
{
	const char *start = r->at, *p = start + (*start == '-'), *digits = p;

	p = skip_digits(p, r->end);
	if (p == digits || (*digits == '0' && p - digits > 1))
		return fail(r, start, "not a number; leading zeros are not allowed");
	if (p < r->end && *p == '.') {
		digits = p + 1;
		p = skip_digits(digits, r->end);
		if (p == digits)
			return fail(r, start, "not a number; digits must follow the point");
	}
	bool has_exponent = p < r->end && (*p == 'e' || *p == 'E');
	if (has_exponent) {
		digits = p + 1;
		if (digits < r->end && (*digits == '+' || *digits == '-'))
			digits++;
		p = skip_digits(digits, r->end);
		if (p == digits)
			return fail(r, start, "not a number; digits must follow the e");
	}
	struct str text = { start, (size_t)(p - start) };
	double value;
	bool may_overflow = text.len > DOUBLE_SAFE_BYTES || has_exponent;
	if (may_overflow && !num_double(text, &value))
		return fail(r, start, "a number that no double can hold");
	r->at = p;
	return new_scalar(r, STYLE_PLAIN, start, text);
}

static struct node *read_word(struct json_reader *r)
{
	static const struct str words[] = { STR_INIT("true"), STR_INIT("false"), STR_INIT("null") };
	const char *start = r->at;
	struct str rest = { start, (size_t)(r->end - start) };

	for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
		if (!str_starts(rest, words[i]))
			continue;
		r->at += words[i].len;
		return new_scalar(r, STYLE_PLAIN, start, str_sub(rest, 0, words[i].len));
	}
	return fail(r, start, "not a JSON value");
}

static void push(struct json_reader *r, const struct node *n)
{
	if (r->stack_count == r->stack_capacity) {
		r->stack_capacity = r->stack_capacity ? r->stack_capacity * 2 : STACK_FIRST;
		r->stack = heap_grow(r->stack, r->stack_capacity * sizeof(*r->stack));
	}
	r->stack[r->stack_count++] = n;
}

static int read_member(struct json_reader *r, bool is_map)
{
	skip_blanks(r);
	if (is_map) {
		if (r->at == r->end || *r->at != '"') {
			fail(r, r->at, "expected a key in double quotes");
			return -1;
		}
		const struct node *key = read_string(r);
		if (!key)
			return -1;
		push(r, key);
		if (!take(r, ':')) {
			fail(r, r->at, "expected ':' behind a key");
			return -1;
		}
	}
	const struct node *value = read_value(r);
	if (!value)
		return -1;
	push(r, value);
	return 0;
}

static const struct node *collect(struct json_reader *r, bool is_map, const char *start,
				  uint32_t mark)
{
	uint32_t count = r->stack_count - mark;
	struct node *n = new_node(r, is_map ? NODE_MAP : NODE_LIST, STYLE_FLOW, start);
	void *members = NULL;

	if (count) {
		members = arena_alloc_raw(r->arena, count * sizeof(*r->stack), sizeof(void *));
		memcpy(members, r->stack + mark, count * sizeof(*r->stack));
	}
	r->stack_count = mark;
	r->depth--;
	if (is_map)
		raw_set_entries(n, members, count / 2);
	else
		raw_set_items(n, members, count);
	return n;
}

static const struct node *read_collection(struct json_reader *r)
{
	const char *start = r->at++;
	bool is_map = *start == '{';
	char close = is_map ? '}' : ']';
	uint32_t mark = r->stack_count;

	if (r->depth++ >= NODE_DEPTH_MAX) {
		error_set(r->err, ERROR_INPUT, position(r, start), "nested deeper than %d levels",
			  NODE_DEPTH_MAX);
		return NULL;
	}
	if (take(r, close))
		return collect(r, is_map, start, mark);
	do {
		if (read_member(r, is_map) < 0)
			return NULL;
	} while (take(r, ','));
	if (!take(r, close))
		return fail(r, r->at, is_map ? "expected ',' or '}'" : "expected ',' or ']'");
	return collect(r, is_map, start, mark);
}

static const struct node *read_value(struct json_reader *r)
{
	skip_blanks(r);
	if (r->at == r->end)
		return fail(r, r->at, "unexpected end of the text");
	switch (*r->at) {
	case '{':
	case '[':
		return read_collection(r);
	case '"':
		return read_string(r);
	case '-':
	case '0' ... '9':
		return read_number(r);
	default:
		return read_word(r);
	}
}

const struct node *json_read(struct docset *set, struct str path, struct str text,
			     struct error *err)
{
	struct json_reader r = { .arena = docset_arena(set), .err = err };

	if (!text.len)
		text = STR("");
	if (docset_add(set, path, text, &r.base, err) < 0)
		return NULL;
	r.at = r.begin = text.ptr;
	r.end = text.ptr + text.len;
	const struct node *root = read_value(&r);
	heap_free(r.stack);
	if (!root) {
		docset_unreadable(set, err->position);
		return NULL;
	}
	skip_blanks(&r);
	if (r.at < r.end)
		return fail(&r, r.at, "text behind the value");
	return root;
}
