/* path - paths into documents that people write */
#include "doc/path.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/cursor.h"
#include "base/escape.h"
#include "base/num.h"
#include "base/vec.h"

typedef VEC(struct path_step) steps_vec;

struct path_reader {
	struct arena *arena;
	struct cursor in;
	steps_vec steps;
	struct error *err;
};

static int fail(struct path_reader *r, size_t at, const char *fault)
{
	return error_set(r->err, ERROR_INPUT, ERROR_NO_POSITION, "path '%.*s', column %zu: %s",
			 STR_FMT(r->in.text), at + 1, fault);
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

/* A backslash stands before any byte that means itself. */
static const struct escapes dotted_escapes = {
	.sign = '\\', .letters = "", .meanings = "", .others = true
};

static const struct escapes pointer_escapes = { .sign = '~', .letters = "01", .meanings = "~/" };

static struct str take_until(struct path_reader *r, const struct char_set *ends)
{
	return cursor_take_until(&r->in, ends, dotted_escapes.sign);
}

/* Without its backslashes; borrowed when it has none. */
static struct str unescaped(struct path_reader *r, struct str raw)
{
	struct escape_fault fault;
	struct str text = STR("");

	if (!escape_decode(r->arena, raw, &dotted_escapes, &text, &fault))
		BUG("every byte may stand behind a backslash");
	return text;
}

/* name, up to a dot or a bracket */
static int read_key(struct path_reader *r)
{
	static const struct char_set ends = { .has = { ['.'] = true, ['['] = true } };
	size_t from = r->in.at;
	struct str key = take_until(r, &ends);

	if (!key.len)
		return fail(r, from, "expected a key");
	return push(r, (struct path_step){ .kind = PATH_KEY, .key = unescaped(r, key) });
}

/* ["a key"] or ['a key'] */
static int read_quoted(struct path_reader *r)
{
	static const struct char_set doubles = { .has = { ['"'] = true } };
	static const struct char_set singles = { .has = { ['\''] = true } };
	size_t from = r->in.at;
	const struct char_set *ends = cursor_peek(&r->in) == '"' ? &doubles : &singles;

	r->in.at++;
	struct str key = take_until(r, ends);
	if (cursor_peek_at(&r->in, 1) != ']')
		return fail(r, from, "expected a closing quote and ']'");
	r->in.at += 2;
	return push(r, (struct path_step){ .kind = PATH_KEY, .key = unescaped(r, key) });
}

/* key, or key=value */
static struct path_step read_select(struct path_reader *r, struct str text)
{
	static const struct char_set equals = { .has = { ['='] = true } };
	struct cursor in = { text };
	struct path_step step = { .kind = PATH_KEY };

	step.key = unescaped(r, cursor_take_until(&in, &equals, dotted_escapes.sign));
	if (cursor_take_char(&in, '=')) {
		step.kind = PATH_SELECT;
		step.value = unescaped(r, cursor_rest(&in));
	}
	return step;
}

/* [0], [-], [key=value], [a.b/c] */
static int read_bracket(struct path_reader *r)
{
	static const struct char_set ends = { .has = { [']'] = true } };
	size_t open = r->in.at++;

	if (cursor_peek(&r->in) == '"' || cursor_peek(&r->in) == '\'')
		return read_quoted(r);
	struct str text = take_until(r, &ends);
	if (!cursor_take_char(&r->in, ']'))
		return fail(r, open, "'[' without ']'");
	struct path_step step = read_select(r, text);
	if (step.kind == PATH_KEY && is_index(step.key, &step.index))
		step.kind = PATH_INDEX;
	if (step.kind == PATH_KEY && str_equal(step.key, STR("-")))
		step.kind = PATH_END;
	if (step.key.len == 0)
		return fail(r, open + 1, "expected an index, key=value or a key");
	return push(r, step);
}

static int read_dotted(struct path_reader *r)
{
	while (!cursor_at_end(&r->in)) {
		bool is_bracket = cursor_peek(&r->in) == '[';
		if ((is_bracket ? read_bracket(r) : read_key(r)) < 0)
			return -1;
		if (cursor_at_end(&r->in) || cursor_peek(&r->in) == '[')
			continue;
		if (!cursor_take_char(&r->in, '.'))
			return fail(r, r->in.at, "expected '.' or '['");
		if (cursor_at_end(&r->in))
			return fail(r, r->in.at, "expected a key");
	}
	return 0;
}

static int pointer_token(struct path_reader *r, struct str token, struct str *ret)
{
	struct escape_fault fault;

	if (escape_decode(r->arena, token, &pointer_escapes, ret, &fault))
		return 0;
	return fail(r, (size_t)(token.ptr - r->in.text.ptr) + fault.at - 1,
		    "'~' must be written ~0, and '/' in a key ~1");
}

static int read_pointer(struct path_reader *r)
{
	for (struct str rest = str_from(r->in.text, 1); rest.ptr;) {
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
	struct path_reader r = { .arena = arena, .in = { text }, .err = err };

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
	for (uint32_t i = 0; step->kind == PATH_SELECT && i < node_item_count(list); i++) {
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

void path_add_token(struct buf *out, struct str key)
{
	buf_add_char(out, '/');
	add_token(out, key);
}

struct str path_pointer(struct arena *arena, const struct path *path)
{
	struct buf out;

	buf_init(&out, arena);
	for (uint32_t i = 0; i < path->count; i++) {
		const struct path_step *step = &path->steps[i];
		path_add_token(&out, step->key);
		if (step->kind == PATH_SELECT) {
			buf_add_char(&out, '=');
			add_token(&out, step->value);
		}
	}
	return buf_str(&out);
}
