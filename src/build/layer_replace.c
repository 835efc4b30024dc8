/* layer_replace - replacements: a value of one resource into fields of others */
#include "base/arena.h"
#include "base/buf.h"
#include "base/num.h"
#include "base/vec.h"
#include "build/layer.h"
#include "doc/make.h"
#include "doc/yaml.h"
#include "lang/regex.h"

/* One step of a field path. */
struct step {
	struct str key;	  /* of a map; "*" all items; digits an index on a list */
	struct str value; /* present: [key=value] picks items */
	bool select;
};

struct target {
	struct layer *l;
	const struct node *entry; /* of targets */
	const struct node *options;
	const struct node *value;
	struct step *steps;
	uint32_t count;
	uint32_t written;
	bool create;
	bool failed;
};

/* Paths: dots, "\." and [a.b/c] for keys with dots, [k=v] */

static struct str cut_step(struct arena *arena, struct str *path, bool *ret_bracket)
{
	struct buf buf;
	size_t i = 0;

	*ret_bracket = path->len && path->ptr[0] == '[';
	if (*ret_bracket) {
		ptrdiff_t close = str_find_char(*path, ']');
		size_t end = close < 0 ? path->len : (size_t)close;
		struct str inside = str_sub(*path, 1, end);
		*path = str_from(*path, end + 1);
		*path = str_strip_prefix(*path, STR("."));
		return inside;
	}
	buf_init(&buf, arena);
	for (; i < path->len && path->ptr[i] != '.' && path->ptr[i] != '['; i++) {
		if (path->ptr[i] == '\\' && i + 1 < path->len)
			i++;
		buf_add_char(&buf, path->ptr[i]);
	}
	*path = str_from(*path, i);
	*path = str_strip_prefix(*path, STR("."));
	return buf_str(&buf);
}

static struct step *parse_path(struct arena *arena, struct str path, uint32_t *ret_count)
{
	VEC(struct step) steps = {};

	while (path.len) {
		bool bracket;
		struct str text = cut_step(arena, &path, &bracket), value = text;
		struct step step = { .key = text };
		if (bracket && str_find_char(text, '=') >= 0) {
			step.key = str_cut(&value, '=');
			step.value = value;
			step.select = true;
		}
		VEC_PUSH(arena, &steps, step);
	}
	*ret_count = steps.count;
	return steps.items;
}

/* Sources */

static bool exact(const struct node *selector, const char *field, struct str current,
		  struct str before)
{
	struct str wanted = node_str_at(selector, field);

	return !wanted.len || str_equal(wanted, current) ||
	       (before.ptr && str_equal(wanted, before));
}

/* 5.7.1 compares exactly: the current id, or any earlier name. */
static bool is_selected(const struct node *selector, const struct resource *r)
{
	if (!exact(selector, "group", r->gvk.group, STR_NONE) ||
	    !exact(selector, "version", r->gvk.version, STR_NONE))
		return false;
	bool current = exact(selector, "kind", r->gvk.kind, STR_NONE) &&
		       exact(selector, "name", r->name, STR_NONE) &&
		       exact(selector, "namespace", r->namespace, STR_NONE);
	for (uint32_t i = 0; !current && i < r->previous.count; i++) {
		const struct previous_id *p = &r->previous.items[i];
		current = exact(selector, "kind", p->kind, STR_NONE) &&
			  exact(selector, "name", p->name, STR_NONE) &&
			  exact(selector, "namespace", p->namespace, STR_NONE);
	}
	return current;
}

static struct str selector_text(struct arena *arena, const struct node *s)
{
	struct gvk gvk = { node_str_at(s, "group"), node_str_at(s, "version"),
			   node_str_at(s, "kind") };
	return resource_id_text(arena, gvk, node_str_at(s, "name"), node_str_at(s, "namespace"));
}

static const struct node *source_step(const struct node *n, const struct step *step)
{
	uint64_t index;

	if (node_is_map(n))
		return step->select ? NULL : node_get(n, step->key);
	if (step->select) {
		for (uint32_t i = 0; i < node_count(n); i++)
			if (str_equal(node_text(node_get(node_item(n, i), step->key)), step->value))
				return node_item(n, i);
		return NULL;
	}
	return num_uint64(step->key, 10, &index) ? node_item(n, (uint32_t)MIN(index, UINT32_MAX))
						 : NULL;
}

static int find_source(struct layer *l, const struct node *source, struct resource **ret)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < l->map.items.count; i++)
		if (is_selected(source, l->map.items.items[i])) {
			*ret = l->map.items.items[i];
			found++;
		}
	struct str text = selector_text(l->arena, source);
	if (!found)
		return layer_fail(l->b, source, "nothing selected by %.*s", STR_FMT(text));
	if (found > 1)
		return layer_fail(l->b, source, "multiple matches for selector %.*s",
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
	for (int64_t i = 0;; i++) {
		ptrdiff_t at = str_find(rest, delimiter);
		struct str part = at < 0 ? rest : str_sub(rest, 0, (size_t)at);
		if (i == index) {
			*value = node_with_text(l->arena, *value, part);
			return 0;
		}
		if (at < 0 || index < 0)
			return layer_fail(l->b, options,
					  "options.index %lld is out of bounds for value %.*s",
					  (long long)index, STR_FMT(all));
		rest = str_from(rest, (size_t)at + delimiter.len);
	}
}

static int source_value(struct layer *l, const struct node *replacement, const struct node **ret)
{
	const struct node *source = node_get(replacement, STR("source"));
	const struct node *constant = node_get(replacement, STR("sourceValue"));
	struct resource *r = NULL;
	uint32_t count;

	if (constant) {
		*ret = constant;
		return 0;
	}
	if (!source)
		return layer_fail(l->b, replacement, "replacements must specify a source");
	if (find_source(l, source, &r) < 0)
		return -1;
	struct str path = node_str_at(source, "fieldPath");
	struct step *steps = parse_path(l->arena, path.len ? path : STR("metadata.name"), &count);
	const struct node *n = r->node;
	for (uint32_t i = 0; n && i < count; i++)
		n = source_step(n, &steps[i]);
	if (node_is_null(n))
		return layer_fail(l->b, source,
				  "fieldPath `%.*s` is missing for replacement source %.*s",
				  STR_FMT(path), STR_FMT(resource_text(l->arena, r)));
	*ret = n;
	return cut_part(l, node_get(source, STR("options")), ret);
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

/* The target keeps its quoting and type; a created scalar has none. */
static const struct node *final_value(struct target *t, const struct node *old)
{
	struct builder *b = t->l->b;
	struct str delimiter = node_str_at(t->options, "delimiter"), text = node_text(t->value);
	const struct node *made = t->value;

	if (node_is_scalar(t->value) && node_is_scalar(old)) {
		if (delimiter.len)
			text = with_part(b->arena, node_text(old), delimiter,
					 node_int_at(t->options, "index", 0), text);
		made = node_with_text(b->arena, old, text);
	} else if (node_is_scalar(t->value) && !old) {
		struct node *bare = arena_copy(b->arena, t->value, sizeof(*bare));
		bare->style = STYLE_PLAIN;
		bare->dialect = DIALECT_GO_V3;
		bare->tag = TAG_NONE;
		made = bare;
	}
	t->written++;
	return layer_origin(b, made, ORIGIN_REPLACEMENT, t->entry, old);
}

static const struct node *put(struct target *t, const struct node *n, uint32_t at);

static const struct node *put_item(struct target *t, const struct node *list, uint32_t index,
				   uint32_t at)
{
	const struct node *old = node_item(list, index), *item = put(t, old, at + 1);

	return item == old ? list : node_list_with(t->l->arena, list, index, item);
}

static const struct node *put_selected(struct target *t, const struct node *list, uint32_t at)
{
	const struct step *step = &t->steps[at];
	const struct node *result = list;
	bool found = false;
	struct error err;
	const struct regex *regex = regex_compile(t->l->arena, step->value, 0, &err);

	for (uint32_t i = 0; i < node_count(list); i++) {
		struct str have = node_text(node_get(node_item(list, i), step->key));
		bool matches = regex && have.ptr && regex_match(regex, have);
		if (!matches)
			continue;
		found = true;
		result = put_item(t, result, i, at);
	}
	if (found || !t->create)
		return result;
	const struct node *fresh =
		node_with(t->l->arena, NULL, step->key, node_str(t->l->arena, step->value));
	return node_list_append(t->l->arena, list, put(t, fresh, at + 1));
}

static const struct node *put_in_list(struct target *t, const struct node *list, uint32_t at)
{
	const struct step *step = &t->steps[at];
	uint64_t index;

	if (step->select)
		return put_selected(t, list, at);
	if (str_equal(step->key, STR("*"))) {
		for (uint32_t i = 0; i < list->count; i++)
			list = put_item(t, list, i, at);
		return list;
	}
	if (!num_uint64(step->key, 10, &index))
		return list;
	if (index < list->count)
		return put_item(t, list, (uint32_t)index, at);
	if (t->create && index == list->count)
		return node_list_append(t->l->arena, list, put(t, NULL, at + 1));
	return list;
}

static bool makes_list(const struct step *step)
{
	uint64_t index;
	return step->select || num_uint64(step->key, 10, &index);
}

static const struct node *put(struct target *t, const struct node *n, uint32_t at)
{
	if (at == t->count)
		return final_value(t, n);
	const struct step *step = &t->steps[at];
	if (!n && t->create)
		n = makes_list(step) ? node_list_of(t->l->arena, NULL, 0)
				     : node_map_of(t->l->arena, NULL, 0);
	if (node_is_list(n))
		return put_in_list(t, n, at);
	if (!node_is_map(n) || step->select)
		return n;
	if (str_equal(step->key, STR("*"))) {
		for (uint32_t i = 0; i < n->count; i++) {
			const struct node *value = put(t, n->entries[i].value, at + 1);
			n = node_with(t->l->arena, n, node_text(n->entries[i].key), value);
		}
		return n;
	}
	const struct node *old = node_get(n, step->key);
	if (!old && !t->create)
		return n;
	const struct node *value = put(t, old, at + 1);
	return value && value != old ? node_with(t->l->arena, n, step->key, value) : n;
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
	static const char *const parts[] = { "group", "version", "kind", "name", "namespace" };

	for (size_t i = 0; i < ARRAY_COUNT(parts); i++)
		if (node_str_at(selector, parts[i]).len)
			return true;
	return false;
}

/* An entry of `reject` counts by its id part, and on its own by its labels. */
static int is_rejected(struct layer *l, const struct node *entry, const struct resource *r,
		       bool *ret)
{
	const struct node *list = node_get(entry, STR("reject"));

	*ret = false;
	for (uint32_t i = 0; !*ret && i < node_count(list); i++) {
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
	t->steps = parse_path(t->l->arena, path, &t->count);
	t->written = 0;
	const struct node *n = put(t, r->node, 0);
	if (!t->written)
		return layer_fail(t->l->b, t->entry,
				  t->create ? "unable to find or create field \"%.*s\" in "
					      "replacement target"
					    : "unable to find field \"%.*s\" in replacement target",
				  STR_FMT(path));
	resource_set(r, n);
	return 0;
}

static int write_target(struct layer *l, const struct node *entry, const struct node *value)
{
	struct target t = { .l = l, .entry = entry, .value = value };
	const struct node *paths = node_get(entry, STR("fieldPaths"));

	t.options = node_get(entry, STR("options"));
	t.create = node_bool_at(t.options, "create", false);
	if (!node_get(entry, STR("select")))
		return layer_fail(l->b, entry, "target must specify resources to select");
	for (uint32_t i = 0; i < l->map.items.count; i++) {
		struct resource *r = l->map.items.items[i];
		bool matches;
		if (is_target(l, entry, r, &matches) < 0)
			return -1;
		if (!matches)
			continue;
		if (!node_count(paths) && write_path(&t, r, STR("metadata.name")) < 0)
			return -1;
		for (uint32_t p = 0; p < node_count(paths); p++)
			if (write_path(&t, r, node_text(node_item(paths, p))) < 0)
				return -1;
	}
	return 0;
}

static int replace_one(struct layer *l, const struct node *replacement)
{
	const struct node *targets = node_get(replacement, STR("targets"));
	const struct node *value = NULL;

	if (source_value(l, replacement, &value) < 0)
		return -1;
	for (uint32_t i = 0; i < node_count(targets); i++)
		if (write_target(l, node_item(targets, i), value) < 0)
			return -1;
	return 0;
}

/* A file holds one replacement or a list of them. */
static int replace_file(struct layer *l, const struct node *entry)
{
	struct str text, path;

	if (node_get(entry, STR("source")) || node_get(entry, STR("targets")))
		return layer_fail(l->b, entry, "cannot specify both path and inline replacement");
	if (layer_load_file(l, node_str_at(entry, "path"), &text, &path) < 0) {
		l->b->err->position = entry->position;
		return -1;
	}
	const struct node *n = yaml_read_one(l->b->set, path, text, DIALECT_SIGS, l->b->err);
	if (!n)
		return -1;
	if (node_is_map(n))
		return replace_one(l, n);
	for (uint32_t i = 0; i < node_count(n); i++)
		if (replace_one(l, node_item(n, i)) < 0)
			return -1;
	return 0;
}

int layer_replacements(struct layer *l, const struct node *list)
{
	for (uint32_t i = 0; i < node_count(list); i++) {
		const struct node *entry = node_item(list, i);
		bool file = node_str_at(entry, "path").len > 0;
		if ((file ? replace_file(l, entry) : replace_one(l, entry)) < 0)
			return -1;
	}
	return 0;
}
