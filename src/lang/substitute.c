/* substitute - ${variables} in texts, as Flux' postBuild has them */
#include "lang/substitute.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/glob.h"
#include "base/num.h"
#include "doc/secret.h"

struct state {
	struct arena *arena;
	const struct node *variables;
	bool strict;
	enum secrecy secrecy; /* of the secrets that have a part in the value of the form */
	int depth;
	struct error *err;
};

/* Where a result goes. */
struct sink {
	struct buf *out;
	struct segments *segments; /* NULL: not wanted */
	uint32_t position;	   /* of the text that is expanded; 0 none */
};

/* One ${…}: what stands between the braces. */
struct form {
	struct str name;
	struct str operator; /* absent: the plain value */
	struct str operand;
};

static bool is_name_start(char c)
{
	return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name_part(char c)
{
	return is_name_start(c) || (c >= '0' && c <= '9');
}

/* In a text a name may begin with a digit: ${1:-x}. No variable has such a name. */
static bool is_named(struct str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!is_name_part(name.ptr[i]))
			return false;
	return name.len > 0;
}

bool substitute_is_name(struct str name)
{
	return is_named(name) && is_name_start(name.ptr[0]);
}

static int fail(struct state *s, const char *what)
{
	return error_set(s->err, ERROR_INPUT, ERROR_NO_POSITION, "%s", what);
}

static int expand_default(struct state *s, struct str text, struct str *ret);

/* Values */

static struct str value_of(struct state *s, struct str name)
{
	const struct node *value = node_get(s->variables, name);

	if (node_is_secret(value) && node_text(value).len)
		s->secrecy = MAX(s->secrecy, value->secrecy);
	return node_text(value);
}

static struct str cased(struct arena *arena, struct str value, bool upper, bool all)
{
	char *text = str_cstr(arena, value);
	size_t limit = all ? value.len : MIN(value.len, (size_t)1);

	for (size_t i = 0; i < limit; i++) {
		char c = text[i];
		if (upper && c >= 'a' && c <= 'z')
			text[i] = (char)(c - 32);
		if (!upper && c >= 'A' && c <= 'Z')
			text[i] = (char)(c + 32);
	}
	return (struct str){ text, value.len };
}

/* ${v:n} and ${v:n:len}, in bytes; what is no number gives the whole value. */
static int slice(struct state *s, struct str value, struct str operand, struct str *ret)
{
	struct str rest = operand;
	int64_t from, len = (int64_t)value.len;

	*ret = value;
	if (!num_int64(str_cut(&rest, ':'), &from) || from < 0)
		return 0;
	if (rest.ptr && !num_int64(rest, &len))
		return 0;
	if (len < 0)
		return fail(s, "a length must not be negative");
	*ret = str_sub(value, (size_t)from, (size_t)from + (size_t)len);
	return 0;
}

/* ${v#p}, ${v##p}, ${v%p}, ${v%%p}: the shortest or longest part at one end that the pattern
 * matches. */
static struct str strip(struct str value, struct str pattern, bool from_end, bool longest)
{
	for (size_t n = 0; n <= value.len; n++) {
		size_t count = longest ? value.len - n : n;
		struct str part =
			from_end ? str_from(value, value.len - count) : str_sub(value, 0, count);
		if (glob_match(pattern, part, GLOB_CROSS_SLASH))
			return from_end ? str_sub(value, 0, value.len - count)
					: str_from(value, count);
	}
	return value;
}

/* ${v/p/r} and its kin; the operand is "p/r" with \/ for a slash. */
static int replace(struct state *s, struct str value, struct str operator, struct str operand,
		   struct str *ret)
{
	size_t slash = 0;

	while (slash < operand.len &&
	       (operand.ptr[slash] != '/' || (slash > 0 && operand.ptr[slash - 1] == '\\')))
		slash++;
	if (slash == operand.len)
		return fail(s, "bad substitution");
	struct str from = str_replace(s->arena, str_sub(operand, 0, slash), STR("\\/"), STR("/"));
	struct str to = str_replace(s->arena, str_from(operand, slash + 1), STR("\\/"), STR("/"));
	ptrdiff_t at = str_find(value, from);
	*ret = value;
	if (str_equal(operator, STR("//"))) {
		*ret = str_replace(s->arena, value, from, to);
	} else if (str_equal(operator, STR("/#"))) {
		if (str_starts(value, from))
			*ret = str_concat(s->arena, to, str_from(value, from.len));
	} else if (str_equal(operator, STR("/%"))) {
		if (str_ends(value, from))
			*ret = str_concat(s->arena, str_sub(value, 0, value.len - from.len), to);
	} else if (at >= 0) {
		struct str head = str_concat(s->arena, str_sub(value, 0, (size_t)at), to);
		*ret = str_concat(s->arena, head, str_from(value, (size_t)at + from.len));
	}
	return 0;
}

/* Operators, longest first where one begins another. */
static const char *const operators[] = {
	":-", ":=", ":?", ":+", ":",  "^^", "^",  ",,", ",",
	"##", "#",  "%%", "%",	"//", "/#", "/%", "/",	"=",
};

static int parse_form(struct state *s, struct str inside, struct form *ret)
{
	size_t end = 0;

	*ret = (struct form){};
	if (str_starts(inside, STR("#"))) {
		ret->operator= STR("length");
		ret->name = str_from(inside, 1);
		return is_named(ret->name) ? 0 : fail(s, "unable to parse variable name");
	}
	while (end < inside.len && is_name_part(inside.ptr[end]))
		end++;
	ret->name = str_sub(inside, 0, end);
	struct str rest = str_from(inside, end);
	if (!ret->name.len)
		return fail(s, "unable to parse variable name");
	if (!rest.len)
		return 0;
	for (size_t i = 0; i < ARRAY_COUNT(operators); i++) {
		struct str operator= str_from_cstr(operators[i]);
		if (!str_starts(rest, operator))
			continue;
		ret->operator= operator;
		ret->operand = str_from(rest, operator.len);
		return 0;
	}
	return fail(s, "missing closing brace");
}

static bool is_default(struct str operator)
{
	static const struct str all[] = { STR_INIT(":-"), STR_INIT(":="), STR_INIT("="),
					  STR_INIT(":?"), STR_INIT(":+") };

	for (size_t i = 0; i < ARRAY_COUNT(all); i++)
		if (str_equal(all[i], operator))
			return true;
	return false;
}

static int apply_operator(struct state *s, const struct form *f, struct str value, struct str *ret)
{
	struct str op = f->operator;

	if (str_equal(op, STR("length")))
		*ret = str_printf(s->arena, "%zu", value.len);
	else if (str_starts(op, STR("^")) || str_starts(op, STR(",")))
		*ret = cased(s->arena, value, op.ptr[0] == '^', op.len == 2);
	else if (str_equal(op, STR(":")))
		return slice(s, value, f->operand, ret);
	else if (str_starts(op, STR("#")) || str_starts(op, STR("%")))
		*ret = strip(value, f->operand, op.ptr[0] == '%', op.len == 2);
	else if (str_starts(op, STR("/")))
		return replace(s, value, op, f->operand, ret);
	else
		*ret = value;
	return 0;
}

static int evaluate(struct state *s, struct str inside, struct str *ret)
{
	struct form form;

	if (parse_form(s, inside, &form) < 0)
		return -1;
	struct str value = value_of(s, form.name);
	if (is_default(form.operator)) {
		if (value.len) {
			*ret = value;
			return 0;
		}
		return expand_default(s, form.operand, ret);
	}
	if (!value.ptr && s->strict)
		return error_set(s->err, ERROR_INPUT, ERROR_NO_POSITION,
				 "variable not set (strict mode): \"%.*s\"", STR_FMT(form.name));
	return apply_operator(s, &form, value, ret);
}

/* The offset behind the brace that closes the one before `from`; 0 when none does. */
static size_t closing(struct str text, size_t from)
{
	int depth = 1;

	for (size_t i = from; i < text.len; i++) {
		if (text.ptr[i] == '$' && i + 1 < text.len && text.ptr[i + 1] == '{')
			depth++;
		else if (text.ptr[i] == '}' && --depth == 0)
			return i + 1;
	}
	return 0;
}

/* The next ${, or $$ outside of defaults; the text's end when there is none. */
static size_t find_dollar(struct str text, size_t from, bool in_default)
{
	for (size_t i = from; i + 1 < text.len; i++) {
		const char *p = memchr(text.ptr + i, '$', text.len - 1 - i);
		if (!p)
			break;
		i = (size_t)(p - text.ptr);
		if (p[1] == '{' || (p[1] == '$' && !in_default))
			return i;
	}
	return text.len;
}

bool substitute_next(struct str text, size_t *at, struct str *ret_name)
{
	for (size_t i = *at; (i = find_dollar(text, i, /* in_default= */ false)) < text.len;) {
		size_t begin = i += 2;
		if (text.ptr[begin - 1] == '$')
			continue;
		if (i < text.len && text.ptr[i] == '#')
			begin = ++i;
		while (i < text.len && is_name_part(text.ptr[i]))
			i++;
		*ret_name = str_sub(text, begin, i);
		*at = i;
		if (i > begin)
			return true;
	}
	return false;
}

static uint32_t position_at(const struct sink *sink, size_t offset)
{
	return sink->position ? sink->position + (uint32_t)offset : 0;
}

static void copy(struct sink *sink, struct str text, size_t from, size_t to)
{
	if (sink->segments)
		segments_copy(sink->segments, sink->out, position_at(sink, from),
			      str_sub(text, from, to));
	else
		buf_add(sink->out, str_sub(text, from, to));
}

/* The form at `at`; *ret_end is behind it. */
static int expand_form(struct state *s, struct str text, size_t at, struct sink *sink,
		       size_t *ret_end)
{
	size_t end = closing(text, at + 2);
	struct str value;

	int result = end ? evaluate(s, str_sub(text, at + 2, end - 1), &value)
			 : fail(s, "missing closing brace");

	if (result < 0) {
		s->err->position = position_at(sink, at);
		return -1;
	}
	if (!sink->segments)
		buf_add(sink->out, value);
	else if (s->secrecy)
		segments_secret(sink->segments, sink->out, position_at(sink, at), value,
				s->secrecy);
	else
		segments_computed(sink->segments, sink->out, position_at(sink, at), value);
	if (sink->segments)
		s->secrecy = SECRECY_NONE;
	*ret_end = end;
	return 0;
}

/* Copies up to the next form; $$ is an escaped dollar outside of defaults. */
static int expand(struct state *s, struct str text, bool in_default, struct sink *sink)
{
	if (++s->depth > SUBSTITUTE_DEPTH_MAX)
		return fail(s, "defaults are nested too deep");
	for (size_t at = 0; at < text.len;) {
		size_t next = find_dollar(text, at, in_default);
		copy(sink, text, at, next);
		at = next;
		if (next < text.len && text.ptr[next + 1] == '$') {
			copy(sink, text, next, next + 1);
			at = next + 2;
		} else if (next < text.len && expand_form(s, text, next, sink, &at) < 0) {
			return -1;
		}
		if (sink->out->len > SUBSTITUTE_BYTES_MAX)
			return fail(s, "the result is too large");
	}
	s->depth--;
	return 0;
}

static int expand_default(struct state *s, struct str text, struct str *ret)
{
	struct buf out;
	struct sink sink = { .out = &out };

	buf_init(&out, s->arena);
	if (expand(s, text, /* in_default= */ true, &sink) < 0)
		return -1;
	*ret = buf_str(&out);
	return 0;
}

int substitute(const struct substitution *input, struct buf *out, struct segments *segments,
	       struct error *err)
{
	SCRATCH(scratch);
	struct state s = {
		.arena = scratch, .variables = input->variables, .strict = input->strict, .err = err
	};
	struct sink sink = { out, segments, input->position };

	return expand(&s, input->text, /* in_default= */ false, &sink);
}
