/* field_path - the way to a field, made into text only when it has a fault */
#include "kube/field_path.h"

#include <stdarg.h>

#include "base/arena.h"
#include "doc/secret.h"

static void add_path(struct buf *out, const struct field_path *path)
{
	if (path->up)
		add_path(out, path->up);
	if (path->index >= 0)
		buf_printf(out, "[%lld]", (long long)path->index);
	else if (path->index == FIELD_PATH_KEY)
		buf_printf(out, "[%.*s]", STR_FMT(path->name));
	else
		buf_printf(out, "%s%.*s", out->len ? "." : "", STR_FMT(path->name));
}

struct str field_path_text(struct arena *arena, const struct field_path *path)
{
	struct buf buf;

	buf_init(&buf, arena);
	if (path)
		add_path(&buf, path);
	return buf_str(&buf);
}

void field_fault(struct field_errors *errors, const struct field_path *path,
		 enum field_error_type type, const struct node *value, const char *detail, ...)
{
	struct str text = field_path_text(errors->arena, path);
	struct buf buf;
	va_list args;

	if (!detail) {
		field_error_add(errors, type, text, value, NULL);
		return;
	}
	buf_init(&buf, errors->arena);
	va_start(args, detail);
	buf_vprintf(&buf, detail, args);
	va_end(args);
	field_error_add(errors, type, text, value, "%.*s", STR_FMT(buf_str(&buf)));
}

void field_fault_text(struct field_errors *errors, const struct field_path *path,
		      enum field_error_type type, const struct node *node, struct str value,
		      const char *detail)
{
	struct arena *arena = errors->arena;

	field_error_add_text(errors, type, field_path_text(arena, path),
			     secret_masked(arena, value, node), "%s", detail);
	struct field_error *error = &errors->items[errors->count - 1];
	error->detail = secret_masked(arena, error->detail, node);
	error->node = node;
}

void field_require(struct field_errors *errors, const struct field_path *path,
		   const struct node *parent, const char *name)
{
	const struct node *n = node_get(parent, str_from_cstr(name));

	if (node_is_null(n) || (n->kind == NODE_SCALAR && !node_text(n).len))
		field_fault(errors, FIELD_OF(path, str_from_cstr(name)), FIELD_REQUIRED,
			    n ? n : parent, NULL);
}

void field_check_range(struct field_errors *errors, const struct field_path *path,
		       const struct node *n, int64_t least, int64_t most)
{
	int64_t value;

	if (node_int64(n, &value) && (value < least || value > most))
		field_fault(errors, path, FIELD_INVALID, n,
			    "must be between %lld and %lld, inclusive", (long long)least,
			    (long long)most);
}

void field_check_not_negative(struct field_errors *errors, const struct field_path *path,
			      const struct node *n)
{
	int64_t value;

	if (node_int64(n, &value) && value < 0)
		field_fault(errors, path, FIELD_INVALID, n, "must be greater than or equal to 0");
}

void field_check_text(struct field_errors *errors, const struct field_path *path,
		      const struct node *n, struct str (*check)(struct str text))
{
	if (node_is_null(n))
		return;
	struct str fault = check(node_text(n));
	if (fault.len)
		field_fault(errors, path, FIELD_INVALID, n, "%.*s", STR_FMT(fault));
}

struct str field_quoted(struct arena *arena, struct str text)
{
	return str_printf(arena, "\"%.*s\"", STR_FMT(text));
}

bool field_is_one_of(struct str text, const char *words)
{
	for (struct str rest = str_from_cstr(words); rest.ptr;)
		if (str_equal(str_cut(&rest, ' '), text))
			return true;
	return false;
}

void field_check_words(struct field_errors *errors, const struct field_path *path,
		       const struct node *n, const char *words)
{
	struct buf list;

	if (!node_text(n).len || field_is_one_of(node_text(n), words))
		return;
	buf_init(&list, errors->arena);
	for (struct str rest = str_from_cstr(words); rest.ptr;) {
		struct str word = str_cut(&rest, ' ');
		buf_printf(&list, "%s\"%.*s\"", list.len ? ", " : "", STR_FMT(word));
	}
	field_fault(errors, path, FIELD_NOT_SUPPORTED, n, "supported values: %.*s",
		    STR_FMT(buf_str(&list)));
}
