/* layer_replace - replacements: a value of one resource into fields of others */
#include "base/arena.h"
#include "base/budget.h"
#include "base/buf.h"
#include "base/vec.h"
#include "build/kustomize/layer.h"
#include "build/kustomize/value_path.h"
#include "doc/make.h"
#include "doc/owned.h"
#include "doc/scalar.h"
#include "doc/secret.h"
#include "doc/yaml.h"
#include "lang/regex.h"

struct target {
	struct layer *l;
	const struct node *entry; /* of targets */
	const struct node *options;
	const struct node *value;
	struct value_path path;
	uint32_t written;
	bool create;
	bool failed; /* the error is set */
	/* Many paths may lead into one container: it is copied for the first, and written in place
	 * from then on. Not where values are shared, which follow after each path. */
	bool in_place;
	struct owned owned;
	bool in_flow; /* a container on the way is written as one: {…} */
};

/* Sources */

/* What a replacement writes. A field that is taken whole is followed: where its own resource is a
 * target, too, later paths and targets get what was written there. Source: kustomize 5.7.1,
 * api/filters/replacement/replacement.go, which keeps a pointer to the field. */
struct source {
	const struct node *value;
	const struct resource *followed; /* NULL: a constant, or a part of a field */
	struct value_path path;
};

static bool exact(const struct node *selector, struct trusted_path field, struct str have)
{
	struct str wanted = node_find_str(selector, field);

	return !wanted.len || str_equal(wanted, have);
}

static struct str or_default(struct str namespace)
{
	return namespace.len ? namespace : STR("default");
}

static bool selects_id(const struct node *selector, struct str kind, struct str name,
		       struct str namespace)
{
	struct str wanted = node_str_at(selector, "namespace");

	return exact(selector, TRUSTED_PATH("kind"), kind) &&
	       exact(selector, TRUSTED_PATH("name"), name) &&
	       (!wanted.len || str_equal(or_default(wanted), or_default(namespace)));
}

/* 5.7.1 compares exactly: the current id, or any earlier one. It forgets here which kinds have no
 * namespace, but for those of earlier ids. */
static bool is_selected(const struct node *selector, const struct resource *r)
{
	budget_spend(1);
	if (!exact(selector, TRUSTED_PATH("group"), r->gvk.group) ||
	    !exact(selector, TRUSTED_PATH("version"), r->gvk.version))
		return false;
	bool selected = selects_id(selector, r->gvk.kind, r->name, r->namespace);
	for (uint32_t i = 0; !selected && i < r->previous.count; i++) {
		const struct previous_id *p = &r->previous.items[i];
		struct gvk gvk = { r->gvk.group, r->gvk.version, p->kind };
		selected = selects_id(
			selector, p->kind, p->name,
			resource_effective_namespace(r->cluster_kinds, gvk, p->namespace));
	}
	return selected;
}

/* Resources that a selector may mean: those of its name, or all. */
struct candidates {
	struct resource **items;
	uint32_t count;
};

static struct candidates candidates_of(struct layer *l, const struct node *selector)
{
	struct str name = node_str_at(selector, "name");
	const struct resource_list *named;

	if (!name.len)
		return (struct candidates){ l->map.items.items, l->map.items.count };
	named = resource_index_get(layer_names(l), name);
	return named ? (struct candidates){ named->items, named->count } : (struct candidates){};
}

static struct str selector_text(struct arena *arena, const struct node *s)
{
	struct gvk gvk = { node_str_at(s, "group"), node_str_at(s, "version"),
			   node_str_at(s, "kind") };
	return resource_id_text(arena, gvk, node_str_at(s, "name"), node_str_at(s, "namespace"));
}

static int find_source(struct layer *l, const struct node *source, struct resource **ret)
{
	struct candidates all = candidates_of(l, source);
	uint32_t found = 0;

	for (uint32_t i = 0; i < all.count; i++)
		if (is_selected(source, all.items[i])) {
			*ret = all.items[i];
			found++;
		}
	struct str text = selector_text(l->arena, source);
	if (!found)
		return builder_fail(l->b, source, "nothing selected by %.*s", STR_FMT(text));
	if (found > 1)
		return builder_fail(l->b, source, "multiple matches for selector %.*s",
				    STR_FMT(text));
	return 0;
}

/* Splits by the delimiter: the part at index, or an error. */
static int cut_part(struct layer *l, const struct node *options, const struct node **value)
{
	struct str delimiter = node_str_at(options, "delimiter"), rest = node_text(*value);
	int64_t index = node_int_at(options, "index", 0);
	struct str all = rest;

	if (!delimiter.len)
		return 0;
	if (!node_is_scalar(*value))
		return builder_fail(l->b, options,
				    "delimiter option can only be used with scalar nodes");
	for (int64_t i = 0;; i++) {
		ptrdiff_t at = str_find(rest, delimiter);
		struct str part = at < 0 ? rest : str_sub(rest, 0, (size_t)at);
		if (i == index) {
			*value = node_with_text(l->arena, *value, part);
			return 0;
		}
		if (at < 0 || index < 0)
			return builder_fail(l->b, options,
					    "options.index %lld is out of bounds for value %.*s",
					    (long long)index,
					    STR_FMT(node_is_secret(*value) ? SECRET_MASK : all));
		rest = str_from(rest, (size_t)at + delimiter.len);
	}
}

static int source_find(struct layer *l, const struct node *replacement, struct source *ret)
{
	const struct node *source = node_get(replacement, STR("source"));
	const struct node *constant = node_get(replacement, STR("sourceValue"));
	struct resource *r = NULL;

	if ((!source && !constant) || !node_get(replacement, STR("targets")))
		return builder_fail(l->b, replacement,
				    "replacements must specify a source and at least one target");
	if (source && constant)
		return builder_fail(l->b, replacement,
				    "value and resource selectors are mutually exclusive");
	if (constant) {
		*ret = (struct source){ .value = constant };
		return 0;
	}
	if (find_source(l, source, &r) < 0)
		return -1;
	struct str text = node_str_at(source, "fieldPath");
	struct value_path path = value_path_parse(l->arena, text.len ? text : STR("metadata.name"));
	const struct node *n = value_path_get(&path, r->node);
	if (node_is_empty(n))
		return builder_fail(l->b, source,
				    "fieldPath `%.*s` is missing for replacement source %.*s",
				    STR_FMT(text), STR_FMT(selector_text(l->arena, source)));
	const struct node *options = node_get(source, STR("options"));
	bool is_part = node_str_at(options, "delimiter").len > 0;
	*ret = (struct source){ n, is_part ? NULL : r, path };
	return cut_part(l, options, &ret->value);
}

/* After a path of r was written. A field that went with what held it keeps its last value. */
static void source_follow(struct source *s, const struct resource *r)
{
	const struct node *n = r == s->followed ? value_path_get(&s->path, r->node) : NULL;

	if (n)
		s->value = n;
}

/* Targets */

/* A part of a delimited text: replaced, prepended (negative index) or appended (past the end). */
static struct str with_part(struct arena *arena, struct str old, struct str delimiter,
			    int64_t index, struct str value)
{
	VEC(struct str) parts = {};
	struct buf buf;

	for (struct str rest = old; rest.ptr;) {
		ptrdiff_t at = str_find(rest, delimiter);
		VEC_PUSH(arena, &parts, at < 0 ? rest : str_sub(rest, 0, (size_t)at));
		rest = at < 0 ? STR_NONE : str_from(rest, (size_t)at + delimiter.len);
	}
	if (index >= 0 && index < parts.count)
		parts.items[index] = value;
	buf_init(&buf, arena);
	if (index < 0) {
		buf_add(&buf, value);
		buf_add(&buf, delimiter);
	}
	for (uint32_t i = 0; i < parts.count; i++) {
		if (i)
			buf_add(&buf, delimiter);
		buf_add(&buf, parts.items[i]);
	}
	if (index >= parts.count) {
		buf_add(&buf, delimiter);
		buf_add(&buf, value);
	}
	return buf_str(&buf);
}

static const struct node *fail(struct target *t, const struct node *n, const char *why)
{
	if (!t->failed)
		builder_fail(t->l->b, t->entry, "%s", why);
	t->failed = true;
	return n;
}

/* The text in the place of a scalar, of its type: one that it cannot have is an error when the
 * object is written, unless something else has taken its place by then. */
static const struct node *retyped(struct target *t, const struct node *old, struct str text)
{
	static const enum node_tag tags[] = {
		[SCALAR_NULL] = TAG_NULL,
		[SCALAR_BOOL] = TAG_BOOL,
		[SCALAR_INT] = TAG_INT,
		[SCALAR_UINT] = TAG_INT,
		[SCALAR_FLOAT] = TAG_FLOAT,
		[SCALAR_STR] = TAG_STR,
		[SCALAR_BINARY] = TAG_BINARY,
		[SCALAR_MERGE] = TAG_STR,
		[SCALAR_TIMESTAMP] = TAG_TIMESTAMP,
	};
	struct arena *arena = t->l->b->arena;
	struct node *made = arena_copy(arena, node_with_text(arena, old, text), sizeof(*made));

	made->position = t->value->position;
	if (old->style == STYLE_PLAIN && old->tag == TAG_NONE && !builder_is_typeless(t->l->b, old))
		made->tag = tags[scalar_of(old).type];
	return node_marked_like(arena, made, t->value);
}

static const struct node *fail_excess(struct target *t, const struct node *n, const char *what,
				      int bytes_max)
{
	if (!t->failed) {
		builder_fail(t->l->b, t->entry, "%s more than %d MiB", what, bytes_max >> 20);
		error_hint(t->l->b->err, "replacements of what was replaced double each time");
	}
	t->failed = true;
	return n;
}

/* A scalar without a type has the one that its text looks like when kustomize writes and reads it:
 * the empty one is a text in flow style, which puts it in quotes, and null elsewhere. */
static const struct node *typeless(const struct target *t, struct str text)
{
	struct node *bare = arena_copy(t->l->b->arena, t->value, sizeof(*bare));

	if (!node_is_scalar(bare))
		*bare = *node_str(t->l->b->arena, STR(""));
	bare->style = text.len || !t->in_flow ? STYLE_PLAIN : STYLE_DOUBLE;
	bare->dialect = DIALECT_GO_V3;
	bare->tag = TAG_NONE;
	return node_with_text(t->l->b->arena, bare, text);
}

/* The target keeps its quoting and type; a created scalar has none. */
static const struct node *scalar_value(struct target *t, const struct node *old)
{
	struct arena *arena = t->l->b->arena;
	struct str delimiter = node_str_at(t->options, "delimiter");
	struct str text = node_is_scalar(t->value) ? node_text(t->value) : STR("");

	if (delimiter.len)
		text = with_part(arena, old ? node_text(old) : STR(""), delimiter,
				 node_int_at(t->options, "index", 0), text);
	return old ? retyped(t, old, text) : typeless(t, text);
}

static const struct node *final_value(struct target *t, const struct node *old)
{
	struct builder *b = t->l->b;
	bool scalar = old ? node_is_scalar(old) : node_is_scalar(t->value);

	if (!scalar && node_str_at(t->options, "delimiter").len)
		return fail(t, old, "delimiter option can only be used with scalar nodes");
	if (scalar && node_text(old).len + node_text(t->value).len > KUSTOMIZE_TEXT_BYTES_MAX)
		return fail_excess(t, old, "the text that is put together here takes",
				   KUSTOMIZE_TEXT_BYTES_MAX);
	if (!scalar)
		b->copied_bytes += node_weight_bytes(t->value, KUSTOMIZE_COPIED_BYTES_MAX);
	if (b->copied_bytes > KUSTOMIZE_COPIED_BYTES_MAX)
		return fail_excess(t, old, "the replacements of lists and maps copy",
				   KUSTOMIZE_COPIED_BYTES_MAX);
	t->written++;
	return builder_origin_from(b, scalar ? scalar_value(t, old) : t->value, ORIGIN_REPLACEMENT,
				   t->entry, old, t->value);
}

static const struct node *with_member(struct target *t, const struct node *map, struct str key,
				      const struct node *value)
{
	if (t->in_place)
		return owned_set(&t->owned, map, key, value);
	return node_with(t->l->arena, map, key, value);
}

/* As kustomize holds it: what the build has made has quotes where its text needs them. */
static bool is_quoted(const struct node *n)
{
	if (n->dialect == DIALECT_JSON)
		return n->style != STYLE_PLAIN &&
		       scalar_of_plain(node_text(n), DIALECT_GO_V3).type != SCALAR_STR;
	return n->style != STYLE_PLAIN;
}

/* What the value's kind is without a value. A text keeps the quotes of the one before it (kyaml,
 * FieldSetter), and so its type. */
static const struct node *empty_value(const struct target *t, const struct node *old)
{
	if (node_is_scalar(t->value))
		return is_quoted(old) ? node_str(t->l->b->arena, STR("")) : typeless(t, STR(""));
	return node_is_map(t->value) ? node_empty_map() : node_empty_list();
}

/*
 * A path that ends in a dot, "data.k.": kustomize looks for an empty text there, and puts one in
 * the place of another one before it writes the value to what it took out (kyaml, match.go and
 * fns.go).
 */
static const struct node *behind_dot(struct target *t, const struct node *old)
{
	if (!node_is_scalar(old ? old : t->value))
		return old;
	if (!old || (!node_is_null(old) && !node_text(old).len))
		return final_value(t, old);
	if (!t->create)
		return old;
	t->written++;
	return builder_origin(t->l->b, empty_value(t, old), ORIGIN_REPLACEMENT, t->entry, old);
}

/* Writing */

static const struct node *put(struct target *t, const struct node *n, uint32_t at);

/* One item of a list; `changed` is the list with what was put into it so far. */
static const struct node *put_item(struct target *t, const struct node *list,
				   const struct node *changed, uint32_t index, uint32_t at)
{
	const struct node *old = node_item(list, index), *item = put(t, old, at);

	if (!item || (item == old && !t->in_place))
		return changed;
	if (t->in_place)
		return owned_put(&t->owned, changed, index, item);
	return node_list_put(t->l->arena, list, changed, index, item);
}

static const struct node *append(struct target *t, const struct node *list,
				 const struct node *fresh, uint32_t at)
{
	const struct node *item = put(t, fresh, at);

	if (item && t->in_place)
		return owned_put(&t->owned, list, node_item_count(list), item);
	return item ? node_list_append(t->l->arena, list, item) : list;
}

/* [key=value]: value is a pattern, found anywhere in the text. Scalars that are themselves the
 * value are the end of a path. */
static const struct node *put_selected(struct target *t, const struct node *list, uint32_t at)
{
	const struct value_step *step = &t->path.steps[at];
	struct arena *arena = t->l->arena;
	const struct node *result = list, *value = node_str(arena, step->value);
	uint32_t next = step->key.len ? at + 1 : t->path.count + 1, before = t->written;
	const struct regex *regex = regex_compile(arena, step->value, 0, t->l->b->err);

	if (!regex) {
		t->failed = true;
		return list;
	}
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *item = node_item(list, i);
		const struct node *have = step->key.len ? node_get(item, step->key) : item;
		if (node_is_scalar(have) && regex_match(regex, node_text(have)))
			result = put_item(t, list, result, i, next);
	}
	if (t->written > before || !t->create)
		return result;
	if (!step->key.len)
		return append(t, list, value, next);
	return append(t, list, node_with(arena, NULL, step->key, value), next);
}

static const struct node *put_in_list(struct target *t, const struct node *list, uint32_t at)
{
	const struct value_step *step = &t->path.steps[at];
	const struct node *result = list;

	switch (step->kind) {
	case STEP_SELECT:
		return put_selected(t, list, at);
	case STEP_EACH:
		for (uint32_t i = 0; i < node_item_count(list); i++)
			result = put_item(t, list, result, i, at + 1);
		return result;
	case STEP_INDEX:
		if (step->index < node_item_count(list))
			return put_item(t, list, list, step->index, at + 1);
		if (t->create && step->index == node_item_count(list))
			return append(t, list, NULL, at + 1);
		break;
	case STEP_KEY:
		break;
	}
	return fail(t, list, "unable to find field in replacement target");
}

/* What is made where nothing is, for the step that goes on from it. */
static const struct node *created(struct target *t, uint32_t at)
{
	enum value_step_kind kind = t->path.steps[at].kind;

	return kind == STEP_SELECT || kind == STEP_INDEX ? node_empty_list()
							 : node_map_of(t->l->arena, NULL, 0);
}

static const struct node *put_here(struct target *t, const struct node *n, uint32_t at)
{
	if (at == t->path.count && t->path.ends_empty)
		return behind_dot(t, n);
	if (at >= t->path.count)
		return final_value(t, n);
	const struct value_step *step = &t->path.steps[at];
	if (!n && t->create)
		n = created(t, at);
	if (node_is_list(n))
		return put_in_list(t, n, at);
	if (!node_is_map(n) || step->kind != STEP_KEY)
		return fail(t, n, "unable to find field in replacement target");
	const struct node *old = owned_get(&t->owned, n, step->key);
	if (!old && !t->create)
		return n;
	const struct node *value = put(t, old, at + 1);
	/* What was changed in place is set again: its levels may have become more. */
	bool is_changed = value && (value != old || t->in_place);
	return is_changed ? with_member(t, n, step->key, value) : n;
}

/* Whether a file has it so; what the build has made is written in block style. */
static bool is_flow(const struct node *n)
{
	return n && n->style == STYLE_FLOW && n->dialect == DIALECT_GO_V3 && node_member_count(n);
}

static const struct node *put(struct target *t, const struct node *n, uint32_t at)
{
	bool outer = t->in_flow;

	if (t->failed)
		return n;
	t->in_flow = outer || is_flow(n);
	n = put_here(t, n, at);
	t->in_flow = outer;
	return n;
}

/* By labels and annotations alone. */
static int selects_by_labels(struct layer *l, const struct node *selector, const struct resource *r,
			     bool *ret)
{
	const struct node *only =
		node_make(l->arena, "{labelSelector: %?n, annotationSelector: %?n}",
			  node_get(selector, STR("labelSelector")),
			  node_get(selector, STR("annotationSelector")));

	return layer_selects(l->b, only, r, ret);
}

static bool has_labels(const struct node *selector)
{
	return node_str_at(selector, "labelSelector").len ||
	       node_str_at(selector, "annotationSelector").len;
}

static bool has_id(const struct node *selector)
{
	static const struct trusted_path parts[] = {
		TRUSTED_PATH_INIT("group"), TRUSTED_PATH_INIT("version"), TRUSTED_PATH_INIT("kind"),
		TRUSTED_PATH_INIT("name"), TRUSTED_PATH_INIT("namespace")
	};

	for (size_t i = 0; i < ARRAY_COUNT(parts); i++)
		if (node_find_str(selector, parts[i]).len)
			return true;
	return false;
}

/* An entry of `reject` counts by its id part, and on its own by its labels. */
static int is_rejected(struct layer *l, const struct node *entry, const struct resource *r,
		       bool *ret)
{
	const struct node *list = node_get(entry, STR("reject"));

	*ret = false;
	for (uint32_t i = 0; !*ret && i < node_item_count(list); i++) {
		const struct node *selector = node_item(list, i);
		if (has_labels(selector) && selects_by_labels(l, selector, r, ret) < 0)
			return -1;
		*ret = *ret || (has_id(selector) && is_selected(selector, r));
	}
	return 0;
}

static int is_target(struct layer *l, const struct node *entry, const struct resource *r, bool *ret)
{
	const struct node *select = node_get(entry, STR("select"));
	bool rejected;

	*ret = is_selected(select, r);
	if (*ret && has_labels(select) && selects_by_labels(l, select, r, ret) < 0)
		return -1;
	if (!*ret)
		return 0;
	if (is_rejected(l, entry, r, &rejected) < 0)
		return -1;
	*ret = !rejected;
	return 0;
}

static int write_path(struct target *t, struct resource *r, struct str path)
{
	t->path = value_path_parse(t->l->arena, path);
	t->written = 0;
	t->failed = false;
	if (t->path.count > NODE_DEPTH_MAX)
		return builder_fail(t->l->b, t->entry, "a field path has more than %d steps",
				    NODE_DEPTH_MAX);
	bool leads_nowhere = t->path.has_empty_step && !t->path.ends_empty;
	const struct node *n = leads_nowhere ? r->node : put(t, r->node, 0);
	if (t->failed)
		return error_wrap(t->l->b->err, "field \"%.*s\"", STR_FMT(path));
	if (node_is_too_deep(n))
		return builder_fail(t->l->b, t->entry,
				    "field \"%.*s\": nested deeper than %d levels", STR_FMT(path),
				    NODE_DEPTH_MAX);
	if (!t->written)
		return builder_fail(t->l->b, t->entry,
				    t->create
					    ? "unable to find or create field \"%.*s\" in "
					      "replacement target"
					    : "unable to find field \"%.*s\" in replacement target",
				    STR_FMT(path));
	if (resmap_check_identity(t->l->b, n) < 0)
		return error_wrap(t->l->b->err, "field \"%.*s\"", STR_FMT(path));
	resource_set(t->l->arena, r, n);
	resource_index_note(layer_names(t->l), r);
	return 0;
}

/* One path, and what it changes of the source. A list or map that was changed in place and is now
 * the value must not change any more. */
static int write_and_follow(struct target *t, struct resource *r, struct str path,
			    struct source *source)
{
	if (write_path(t, r, path) < 0)
		return -1;
	source_follow(source, r);
	if (source->value != t->value)
		owned_init(&t->owned, t->l->arena);
	t->value = source->value;
	return 0;
}

static int write_target(struct layer *l, const struct node *entry, struct source *source)
{
	struct target t = { .l = l, .entry = entry, .value = source->value };
	const struct node *paths = node_get(entry, STR("fieldPaths"));

	t.options = node_get(entry, STR("options"));
	t.create = node_bool_at(t.options, "create", false);
	if (!node_get(entry, STR("select")))
		return builder_fail(l->b, entry, "target must specify resources to select");
	struct candidates all = candidates_of(l, node_get(entry, STR("select")));
	for (uint32_t i = 0; i < all.count; i++) {
		struct resource *r = all.items[i];
		bool matches;
		if (is_target(l, entry, r, &matches) < 0)
			return -1;
		if (!matches)
			continue;
		t.in_place = !r->shared.values.count;
		owned_init(&t.owned, l->arena);
		if (!node_item_count(paths) &&
		    write_and_follow(&t, r, STR("metadata.name"), source) < 0)
			return -1;
		for (uint32_t p = 0; p < node_item_count(paths); p++)
			if (write_and_follow(&t, r, node_text(node_item(paths, p)), source) < 0)
				return -1;
	}
	return 0;
}

static int replace_one(struct layer *l, const struct node *replacement)
{
	const struct node *targets = node_get(replacement, STR("targets"));
	struct source source;

	if (builder_go_on(l->b, replacement) < 0)
		return -1;
	if (source_find(l, replacement, &source) < 0)
		return -1;
	for (uint32_t i = 0; i < node_item_count(targets); i++)
		if (write_target(l, node_item(targets, i), &source) < 0)
			return -1;
	return 0;
}

/* A file holds one replacement or a list of them. */
static int replace_file(struct layer *l, const struct node *entry)
{
	struct str text, path;

	if (node_get(entry, STR("source")) || node_get(entry, STR("targets")))
		return builder_fail(l->b, entry, "cannot specify both path and inline replacement");
	if (builder_load_file(l->b, l->directory, node_str_at(entry, "path"), &text, &path) < 0) {
		l->b->err->position = entry->position;
		return -1;
	}
	const struct node *n = yaml_read_one(l->b->set, path, text, DIALECT_SIGS, l->b->err);
	if (!n)
		return -1;
	if (node_is_map(n))
		return replace_one(l, n);
	for (uint32_t i = 0; i < node_item_count(n); i++)
		if (replace_one(l, node_item(n, i)) < 0)
			return -1;
	return 0;
}

int layer_replacements(struct layer *l, const struct node *list)
{
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *entry = node_item(list, i);
		bool file = node_str_at(entry, "path").len > 0;
		if ((file ? replace_file(l, entry) : replace_one(l, entry)) < 0)
			return -1;
	}
	return 0;
}
