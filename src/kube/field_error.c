/* field_error - what is wrong with a field, in the API server's words */
#include "kube/field_error.h"

#include <stdarg.h>

#include "base/arena.h"
#include "base/vec.h"
#include "doc/json.h"
#include "doc/secret.h"

static const struct {
	struct str reason;
	struct str text;
	bool has_value;
} types[] = {
#define X(name, reason, text, has_value) [name] = { STR_INIT(reason), STR_INIT(text), has_value },
	FIELD_ERRORS(X)
#undef X
};

void field_errors_init(struct field_errors *errors, struct arena *arena)
{
	*errors = (struct field_errors){ .arena = arena };
}

struct str field_error_reason(enum field_error_type type)
{
	return types[type].reason;
}

static void push(struct field_errors *errors, struct field_error error, const char *detail,
		 va_list args)
{
	struct buf buf;

	if (detail) {
		buf_init(&buf, errors->arena);
		buf_vprintf(&buf, detail, args);
		error.detail = secret_masked(errors->arena, buf_str(&buf), error.node);
	}
	error.path = str_copy(errors->arena, error.path);
	VEC_PUSH(errors->arena, errors, error);
}

void field_error_add(struct field_errors *errors, enum field_error_type type, struct str path,
		     const struct node *value, const char *detail, ...)
{
	struct field_error error = { .type = type, .path = path, .node = value };
	va_list args;

	if (types[type].has_value)
		error.value = value ? json_text(errors->arena, value, JSON_SORT_KEYS) : STR("null");
	va_start(args, detail);
	push(errors, error, detail, args);
	va_end(args);
}

void field_error_add_text(struct field_errors *errors, enum field_error_type type, struct str path,
			  struct str value, const char *detail, ...)
{
	struct field_error error = { .type = type, .path = path, .value = value };
	va_list args;

	va_start(args, detail);
	push(errors, error, detail, args);
	va_end(args);
}

struct str field_error_text(struct arena *arena, const struct field_error *error)
{
	struct buf buf;

	buf_init(&buf, arena);
	if (error->path.len) {
		buf_add(&buf, error->path);
		buf_add(&buf, STR(": "));
	}
	buf_add(&buf, types[error->type].text);
	if (error->value.ptr) {
		buf_add(&buf, STR(": "));
		buf_add(&buf, error->value);
	}
	if (error->detail.len) {
		buf_add(&buf, STR(": "));
		buf_add(&buf, error->detail);
	}
	return buf_str(&buf);
}

struct str field_errors_text(const struct field_errors *errors)
{
	struct buf buf;

	if (errors->count == 1)
		return field_error_text(errors->arena, &errors->items[0]);
	buf_init(&buf, errors->arena);
	buf_add_char(&buf, '[');
	for (uint32_t i = 0; i < errors->count; i++) {
		if (i)
			buf_add(&buf, STR(", "));
		buf_add(&buf, field_error_text(errors->arena, &errors->items[i]));
	}
	buf_add_char(&buf, ']');
	return buf_str(&buf);
}
