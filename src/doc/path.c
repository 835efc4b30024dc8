/* path - paths into documents that people write */
#include "doc/path.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/num.h"
#include "base/vec.h"

typedef VEC(struct path_step) steps_vec;

struct path_reader {
	struct arena *arena;
	struct str text;
	size_t at;
	steps_vec steps;
	struct error *err;
};

static int fail(struct path_reader *r, size_t at, const char *fault)
{
	return error_set(r->err, ERROR_INPUT, ERROR_NO_POSITION, "path '%.*s', column %zu: %s",
			 STR_FMT(r->text), at + 1, fault);
}

static int push(struct path_reader *r, struct path_step step)
{
	if (r->steps.count == PATH_STEPS_MAX)
		return error_set(r->err, ERROR_INPUT, ERROR_NO_POSITION,
				 "a path of more than %d steps", PATH_STEPS_MAX);
	VEC_PUSH(r->arena, &r->steps, step);
	return 0;
}

static bool is_index(struct str key, uint32_t *ret)
{
	uint64_t value;

	if (!num_uint64(key, 10, &value) || value > UINT32_MAX)
		return false;
	*ret = (uint32_t)value;
	return true;
}

/* The text from..to without its backslashes; borrowed when it has none. */
static struct str unescaped(struct path_reader *r, size_t from, size_t to)
{
	struct str raw = str_sub(r->text, from, to);
	struct buf out;

	if (str_find_char(raw, '\\') < 0)
		return raw;
	buf_init(&out, r->arena);
	for (size_t i = 0; i < raw.len; i++) {
		if (raw.ptr[i] == '\\' && i + 1 < raw.len)
			i++;
		buf_add_char(&out, raw.ptr[i]);
	}
	return buf_str(&out);
}

/* Where the first of two letters stands that is not behind a backslash; the end if none does. */
static size_t find_either(struct str s, size_t from, char a, char b)
{
	size_t i = from;

	for (; i < s.len && s.ptr[i] != a && s.ptr[i] != b; i++)
		if (s.ptr[i] == '\\')
			i++;
	return MIN(i, s.len);
}

/* name, up to a dot or a bracket */
static int read_key(struct path_reader *r)
{
	size_t from = r->at, to = find_either(r->text, from, '.', '[');

	if (to == from)
		return fail(r, from, "expected a key");
	r->at = to;
	return push(r, (struct path_step){ .kind = PATH_KEY, .key = unescaped(r, from, to) });
}

/* ["a key"] or ['a key'] */
static int read_quoted(struct path_reader *r)
{
	size_t from = r->at + 1;
	char quote = r->text.ptr[r->at];
	size_t to = find_either(r->text, from, quote, quote);

	if (to + 1 >= r->text.len || r->text.ptr[to + 1] != ']')
		return fail(r, r->at, "expected a closing quote and ']'");
	r->at = to + 2;
	return push(r, (struct path_step){ .kind = PATH_KEY, .key = unescaped(r, from, to) });
}

/* [0], [-], [key=value], [a.b/c] */
static int read_bracket(struct path_reader *r)
{
	size_t open = r->at++, from = r->at;
	struct path_step step = { .kind = PATH_KEY };

	if (from < r->text.len && (r->text.ptr[from] == '"' || r->text.ptr[from] == '\''))
		return read_quoted(r);
	size_t to = find_either(r->text, from, ']', ']');
	if (to == r->text.len)
		return fail(r, open, "'[' without ']'");
	size_t equals = find_either(str_sub(r->text, 0, to), from, '=', '=');
	if (equals < to) {
		step.kind = PATH_SELECT;
		step.value = unescaped(r, equals + 1, to);
	}
	step.key = unescaped(r, from, equals);
	if (step.kind == PATH_KEY && is_index(step.key, &step.index))
		step.kind = PATH_INDEX;
	if (step.kind == PATH_KEY && str_equal(step.key, STR("-")))
		step.kind = PATH_END;
	if (step.key.len == 0)
		return fail(r, from, "expected an index, key=value or a key");
	r->at = to + 1;
	return push(r, step);
}

static int read_dotted(struct path_reader *r)
{
	while (r->at < r->text.len) {
		bool is_bracket = r->text.ptr[r->at] == '[';
		if ((is_bracket ? read_bracket(r) : read_key(r)) < 0)
			return -1;
		if (r->at == r->text.len || r->text.ptr[r->at] == '[')
			continue;
		if (r->text.ptr[r->at] != '.')
			return fail(r, r->at, "expected '.' or '['");
		if (++r->at == r->text.len)
			return fail(r, r->at, "expected a key");
	}
	return 0;
}

/* ~0 is '~', ~1 is '/'. */
static int pointer_token(struct path_reader *r, struct str token, struct str *ret)
{
	struct buf out;

	*ret = token;
	if (str_find_char(token, '~') < 0)
		return 0;
	buf_init(&out, r->arena);
	for (size_t i = 0; i < token.len; i++) {
		char c = token.ptr[i];
		if (c == '~') {
			char next = ++i < token.len ? token.ptr[i] : '\0';
			if (next != '0' && next != '1')
				return fail(r, (size_t)(token.ptr - r->text.ptr) + i - 1,
					    "'~' must be written ~0, and '/' in a key ~1");
			c = next == '0' ? '~' : '/';
		}
		buf_add_char(&out, c);
	}
	*ret = buf_str(&out);
	return 0;
}

static int read_pointer(struct path_reader *r)
{
	for (struct str rest = str_from(r->text, 1); rest.ptr;) {
		struct path_step step = { .kind = PATH_KEY };
		if (pointer_token(r, str_cut(&rest, '/'), &step.key) < 0)
			return -1;
		if (str_equal(step.key, STR("-")))
			step.kind = PATH_END;
		if (push(r, step) < 0)
			return -1;
	}
	return 0;
}

int path_parse(struct arena *arena, struct str text, struct path *ret, struct error *err)
{
	struct path_reader r = { .arena = arena, .text = text, .err = err };

	if ((str_starts(text, STR("/")) ? read_pointer(&r) : read_dotted(&r)) < 0)
		return -1;
	*ret = (struct path){ r.steps.items, r.steps.count };
	return 0;
}

static const struct node *find_item(const struct node *list, const struct path_step *step)
{
	uint32_t index = step->index;

	if (step->kind == PATH_END)
		return NULL;
	if (step->kind == PATH_INDEX || (step->kind == PATH_KEY && is_index(step->key, &index)))
		return node_item(list, index);
	for (uint32_t i = 0; step->kind == PATH_SELECT && i < node_count(list); i++) {
		const struct node *value = node_get(node_item(list, i), step->key);
		if (node_is_scalar(value) && str_equal(node_text(value), step->value))
			return node_item(list, i);
	}
	return NULL;
}

const struct node *path_find(const struct node *root, const struct path *path)
{
	const struct node *n = root;

	for (uint32_t i = 0; i < path->count && n; i++) {
		const struct path_step *step = &path->steps[i];
		if (node_is_list(n))
			n = find_item(n, step);
		else
			n = step->kind == PATH_SELECT ? NULL : node_get(n, step->key);
	}
	return n;
}

static void add_escaped(struct buf *out, struct str text, const char *special)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '\\' || str_find_char(str_from_cstr(special), text.ptr[i]) >= 0)
			buf_add_char(out, '\\');
		buf_add_char(out, text.ptr[i]);
	}
}

/* Whether a key may stand between dots. */
static bool is_plain_key(struct str key)
{
	if (key.len == 0 || key.ptr[0] == '/')
		return false;
	for (size_t i = 0; i < key.len; i++)
		if (str_find_char(STR(".[]\\="), key.ptr[i]) >= 0)
			return false;
	return true;
}

void path_add_key(struct buf *out, struct str key)
{
	if (is_plain_key(key)) {
		if (out->len)
			buf_add_char(out, '.');
		buf_add(out, key);
		return;
	}
	uint32_t index;
	bool needs_quotes = key.len == 0 || is_index(key, &index) || str_equal(key, STR("-")) ||
			    key.ptr[0] == '"' || key.ptr[0] == '\'';
	buf_add(out, needs_quotes ? STR("[\"") : STR("["));
	add_escaped(out, key, needs_quotes ? "\"" : "]=");
	buf_add(out, needs_quotes ? STR("\"]") : STR("]"));
}

void path_add_select(struct buf *out, struct str key, struct str value)
{
	buf_add_char(out, '[');
	add_escaped(out, key, "]=\"'"); /* a quote behind the bracket would begin a key */
	buf_add_char(out, '=');
	add_escaped(out, value, "]");
	buf_add_char(out, ']');
}

struct str path_format(struct arena *arena, const struct path *path)
{
	struct buf out;

	buf_init(&out, arena);
	for (uint32_t i = 0; i < path->count; i++) {
		const struct path_step *step = &path->steps[i];
		switch (step->kind) {
		case PATH_KEY:
			path_add_key(&out, step->key);
			break;
		case PATH_INDEX:
			buf_printf(&out, "[%u]", step->index);
			break;
		case PATH_SELECT:
			path_add_select(&out, step->key, step->value);
			break;
		case PATH_END:
			buf_add(&out, STR("[-]"));
			break;
		}
	}
	return buf_str(&out);
}

static void add_token(struct buf *out, struct str key)
{
	for (size_t i = 0; i < key.len; i++) {
		if (key.ptr[i] == '~')
			buf_add(out, STR("~0"));
		else if (key.ptr[i] == '/')
			buf_add(out, STR("~1"));
		else
			buf_add_char(out, key.ptr[i]);
	}
}

struct str path_pointer(struct arena *arena, const struct path *path)
{
	struct buf out;

	buf_init(&out, arena);
	for (uint32_t i = 0; i < path->count; i++) {
		const struct path_step *step = &path->steps[i];
		buf_add_char(&out, '/');
		add_token(&out, step->key);
		if (step->kind == PATH_SELECT) {
			buf_add_char(&out, '=');
			add_token(&out, step->value);
		}
	}
	return buf_str(&out);
}
