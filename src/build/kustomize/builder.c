/* builder - helpers of all steps of a build: errors with a place, origins, paths in messages */
#include "build/kustomize/builder.h"

#include <stdarg.h>

#include "base/arena.h"
#include "base/budget.h"
#include "base/buf.h"
#include "doc/scalar.h"
#include "doc/segments.h"
#include "source/remotes.h"

enum { PATH_SHOWN_BYTES = 200 };

void builder_init(struct builder *b, const struct files *files, struct files *reach,
		  const struct kustomize_options *options, struct docset *set, struct error *err)
{
	*reach = *files;
	reach->leaves_root = files->leaves_root || files->bases_leave;
	*b = (struct builder){ .files = reach,
			       .inside = files,
			       .top = files,
			       .options = options,
			       .set = set,
			       .arena = docset_arena(set),
			       .warnings = options->warnings,
			       .err = err };
	b->schemas = schemas_new(b->arena);
	specs_init(&b->defaults, b->arena);
	map_init(&b->patterns, b->arena);
	map_init(&b->openapi.cluster_kinds, b->arena);
	map_init(&b->selectors, b->arena);
}

int builder_fail(struct builder *b, const struct node *at, const char *format, ...)
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

int builder_go_on(struct builder *b, const struct node *instruction)
{
	if (budget_check(b->err) == 0)
		return 0;
	b->err->position = instruction ? instruction->position : ERROR_NO_POSITION;
	return -1;
}

static const struct node *with_step(struct builder *b, const struct node *made,
				    struct origin_step step, const struct node *place)
{
	struct node *copy = arena_copy(b->arena, made, sizeof(*made));

	step.via = b->via;
	copy->step = origin_add(b->set, step);
	if (place)
		copy->position = place->position;
	return copy;
}

const struct node *builder_origin(struct builder *b, const struct node *made, enum origin_kind kind,
				  const struct node *instruction, const struct node *before)
{
	struct origin_step step = { .kind = kind,
				    .instruction = instruction ? instruction->position : 0,
				    .before = before };

	return with_step(b, made, step, made->position ? NULL : instruction);
}

const struct node *builder_origin_from(struct builder *b, const struct node *made,
				       enum origin_kind kind, const struct node *instruction,
				       const struct node *before, const struct node *source)
{
	struct origin_step step = { .kind = kind,
				    .instruction = instruction ? instruction->position : 0,
				    .before = before,
				    .source = source };

	return with_step(b, made, step, source && source->position ? source : NULL);
}

const struct node *builder_text(struct builder *b, struct str text, const struct node *place)
{
	struct node *made = arena_copy(b->arena, node_str(b->arena, text), sizeof(*made));

	made->position = place ? place->position : 0;
	return made;
}

bool builder_is_typeless(const struct builder *b, const struct node *n)
{
	if (!node_is_scalar(n) || n->style != STYLE_PLAIN || n->tag != TAG_NONE || !n->step)
		return false;
	enum origin_kind kind = origin_get(b->set, n->step).kind;

	return kind == ORIGIN_IMAGE || kind == ORIGIN_NAME || kind == ORIGIN_REPLACEMENT;
}

uint32_t builder_step(struct builder *b, enum origin_kind kind, const struct node *instruction,
		      const struct node *before)
{
	return origin_add(b->set, (struct origin_step){
					  .kind = kind,
					  .instruction = instruction ? instruction->position : 0,
					  .via = b->via,
					  .before = before });
}

static uint32_t step_count(struct str path)
{
	uint32_t count = 1;

	for (size_t i = 0; i < path.len; i++)
		count += path.ptr[i] == '/';
	return count;
}

const struct node *builder_applied(struct builder *b, const struct node *object,
				   const struct field_spec *spec, field_fn change, void *context)
{
	bool is_too_long =
		spec->path.len > NODE_DEPTH_MAX && step_count(spec->path) > NODE_DEPTH_MAX;
	const struct node *n =
		is_too_long ? NULL : field_apply(b->arena, object, spec, change, context);

	if (n && !node_is_too_deep(n))
		return n;
	struct str id = resource_id_text(b->arena, object_gvk(object), object_name(object),
					 object_namespace(object));
	struct str path = str_sub(spec->path, 0, MIN(spec->path.len, (size_t)PATH_SHOWN_BYTES));
	if (n || is_too_long) {
		builder_fail(b, object, "field '%.*s' of object %.*s: nested deeper than %d levels",
			     STR_FMT(path), STR_FMT(id), NODE_DEPTH_MAX);
		return NULL;
	}
	builder_fail(b, object,
		     "considering field '%.*s' of object %.*s: expected sequence or mapping node",
		     STR_FMT(path), STR_FMT(id));
	error_hint(b->err, "the path leads through a text, or to a value of another kind");
	return NULL;
}

struct str builder_shown(const struct builder *b, struct str path)
{
	return b->files->snapshot ? str_strip_prefix(path, STR("/")) : path;
}

struct str builder_join(struct arena *arena, struct str directory, struct str path)
{
	if (str_starts(path, STR("/")))
		return path;
	while (str_starts(path, STR("./")))
		path = str_from(path, 2);
	if (str_equal(directory, STR("/")))
		return str_concat(arena, directory, path);
	return STR_CAT(arena, directory, STR("/"), path);
}

/* Files */

struct builder_files builder_enter_files(struct builder *b, const struct remote_base *base)
{
	struct builder_files outer = { b->files, b->inside };

	if (base)
		b->files = b->inside = arena_copy(b->arena, &base->files, sizeof(base->files));
	return outer;
}

void builder_leave_files(struct builder *b, struct builder_files outer)
{
	b->files = outer.files;
	b->inside = outer.inside;
}

bool builder_allows(const struct builder *b, struct str directory, struct str real)
{
	struct str rest = str_strip_prefix(real, directory);

	if (str_equal(directory, STR("/")) || (rest.len < real.len && str_starts(rest, STR("/"))))
		return true;
	/* As kustomize has it, nothing lifts that in what was fetched. */
	return b->options->load_restrictions_none && !b->files->label.ptr &&
	       files_hold(b->inside, real);
}

bool builder_leads_out(struct builder *b, const struct node *at, struct str path)
{
	struct error outside;

	if (!files_leads_out(b->files, b->arena, path, &outside))
		return false;
	*b->err = outside;
	b->err->position = at ? at->position : ERROR_NO_POSITION;
	if (!b->files->snapshot)
		error_hint(b->err, "what is read lies in the repository; "
				   "--load-restrictor=LoadRestrictionsNone lifts that");
	return true;
}

void builder_announce(struct builder *b, const struct node *scalar, struct str part)
{
	struct segments segments;

	segments_init(&segments, b->arena);
	segments_of_scalar(&segments, b->set, scalar->position, node_text(scalar));
	segments_skip(&segments, (uint32_t)(part.ptr - node_text(scalar).ptr));
	docset_generated(b->set, part, &segments);
}

int builder_decrypt(struct builder *b, struct str path, uint32_t position, enum sops_format format,
		    struct str *text)
{
	const struct sops_text in = { path, *text, position, format, format };

	if (!b->options->sops || sops_decrypt_text(b->options->sops, &in, text, b->err) == 0)
		return 0;
	return error_wrap(b->err, "error decrypting sources");
}

bool builder_misreads(struct str key)
{
	return key.len && scalar_of_plain(key, DIALECT_GO_V3).type != SCALAR_STR;
}

bool builder_misreads_key(const struct node *key)
{
	return builder_misreads(node_text(key)) ||
	       (node_text(key).len && scalar_of(key).type != SCALAR_STR);
}

int builder_fail_key(struct builder *b, const struct node *at)
{
	builder_fail(b, at, "json: unsupported type: map[interface {}]interface {}");
	return error_hint(b->err, "kustomize adds keys without quotes, and one of these is read "
				  "back as a number, a boolean, a date or null");
}

const struct node *builder_text_of(struct builder *b, const struct node *value)
{
	return node_is_null(value) ? builder_text(b, STR(""), value) : value;
}
