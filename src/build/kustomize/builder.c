/* builder - what all steps of a build do: fail with a place, note a step, name a path */
#include "build/kustomize/layer.h"

#include <stdarg.h>

#include "base/arena.h"
#include "base/buf.h"

int layer_fail(struct builder *b, const struct node *at, const char *format, ...)
{
	struct buf buf;
	va_list args;

	buf_init(&buf, b->arena);
	va_start(args, format);
	buf_vprintf(&buf, format, args);
	va_end(args);
	return error_set(b->err, ERROR_INPUT, at ? at->position : ERROR_NO_POSITION, "%.*s",
			 STR_FMT(buf_str(&buf)));
}

const struct node *layer_origin(struct builder *b, const struct node *made, enum origin_kind kind,
				const struct node *instruction, const struct node *before)
{
	uint32_t at = instruction ? instruction->position : 0;
	struct node *copy = arena_copy(b->arena, made, sizeof(*made));

	copy->step = origin_step(b->set, kind, at, before);
	/* What a replacement writes was written at its source, all else at the instruction. */
	if (at && (!copy->position || kind != ORIGIN_REPLACEMENT))
		copy->position = at;
	return copy;
}

const struct node *layer_applied(struct builder *b, const struct node *object,
				 const struct field_spec *spec, field_fn change, void *context)
{
	const struct node *n = field_apply(b->arena, object, spec, change, context);

	if (n)
		return n;
	struct str id = resource_id_text(b->arena, object_gvk(object), object_name(object),
					 object_namespace(object));
	layer_fail(b, object,
		   "considering field '%.*s' of object %.*s: expected sequence or mapping node",
		   STR_FMT(spec->path), STR_FMT(id));
	error_hint(b->err, "the path leads through a text, or to a value of another kind");
	return NULL;
}

struct str layer_shown(const struct builder *b, struct str path)
{
	return b->files->snapshot ? str_strip_prefix(path, STR("/")) : path;
}

struct str layer_join(struct arena *arena, struct str directory, struct str path)
{
	if (str_starts(path, STR("/")))
		return path;
	while (str_starts(path, STR("./")))
		path = str_from(path, 2);
	if (str_equal(directory, STR("/")))
		return str_concat(arena, directory, path);
	return str_printf(arena, "%.*s/%.*s", STR_FMT(directory), STR_FMT(path));
}

/* Files */

/* What lies below the kustomization's directory, unless restrictions are off. */
static bool is_allowed(const struct layer *l, struct str real)
{
	if (l->b->options->load_restrictions_none)
		return true;
	struct str rest = str_strip_prefix(real, l->directory);
	return str_equal(l->directory, STR("/")) ||
	       (rest.len < real.len && str_starts(rest, STR("/")));
}

int layer_load_file(struct layer *l, struct str path, struct str *ret_text, struct str *ret_path)
{
	struct builder *b = l->b;
	struct str full = layer_join(l->arena, l->directory, path), real;

	if (files_kind(b->files, l->arena, full) != FILE_REGULAR ||
	    files_realpath(b->files, l->arena, full, &real, b->err) < 0)
		return layer_fail(b, NULL, "open %.*s: no such file or directory",
				  STR_FMT(layer_shown(b, full)));
	if (!is_allowed(l, real))
		return layer_fail(b, NULL, "security; file '%.*s' is not in or below '%.*s'",
				  STR_FMT(layer_shown(b, real)),
				  STR_FMT(layer_shown(b, l->directory)));
	*ret_path = full;
	return files_read(b->files, l->arena, full, ret_text, b->err);
}
