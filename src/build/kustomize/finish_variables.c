/* finish_variables - vars: $(NAME) in the fields that may hold it */
#include "base/arena.h"
#include "base/buf.h"
#include "build/kustomize/finish.h"
#include "build/kustomize/value_path.h"
#include "doc/make.h"
#include "doc/scalar.h"
#include "doc/secret.h"

/* Exactly the group, version and kind; of any namespace when the reference has none. */
static bool matches(const struct node *reference, const struct resource *r)
{
	struct str version = node_str_at(reference, "apiVersion");
	struct str kind = node_str_at(reference, "kind");
	struct gvk gvk = { node_str_at(reference, "group"), node_str_at(reference, "version"),
			   kind };
	struct str name = node_str_at(reference, "name");
	struct str namespace = node_str_at(reference, "namespace");

	if (version.len)
		gvk = gvk_parse(version, kind);
	if (namespace.len || resource_is_cluster_kind(r->cluster_kinds, gvk))
		return resource_has_id(r, gvk, name, namespace);
	if (resource_has_id(r, gvk, name, r->namespace))
		return true;
	for (uint32_t i = 0; i < r->previous.count; i++)
		if (resource_has_id(r, gvk, name, r->previous.items[i].namespace))
			return true;
	return false;
}

/* A var refers to the resource that has its name in the layer that declares the var: layers above
 * may add others of that name. */
static int bind(struct layer *l, struct variable *v)
{
	const struct node *reference = node_get(v->node, STR("objref"));
	uint32_t found = 0;

	for (uint32_t i = 0; i < l->map.items.count; i++)
		if (matches(reference, l->map.items.items[i])) {
			v->source = l->map.items.items[i];
			found++;
		}
	if (found > 1)
		return builder_fail(l->b, v->node,
				    "found %u resId matches for var %.*s (unable to disambiguate)",
				    found, STR_FMT(v->name));
	return 0;
}

int layer_collect_variables(struct layer *l)
{
	const struct node *list = node_get(l->file, STR("vars"));

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *n = node_item(list, i);
		struct variable v = { .name = node_str_at(n, "name"), .node = n };
		if (!v.name.len)
			return builder_fail(l->b, n, "a var needs a name");
		if (bind(l, &v) < 0)
			return -1;
		VEC_PUSH(l->arena, &l->variables, v);
	}
	return 0;
}

static int resolve(struct layer *l, struct variable *v)
{
	struct str text = node_str_at(v->node, "fieldref.fieldPath");
	struct value_path path =
		value_path_parse_indexed(l->arena, text.len ? text : STR("metadata.name"));

	if (v->source && !v->source->is_removed)
		v->value = value_path_get(&path, v->source->node);
	if (!v->value)
		return builder_fail(l->b, v->node,
				    "var '%.*s' cannot be mapped to a field in the set of known "
				    "resources",
				    STR_FMT(v->name));
	return 0;
}

/* Expansion */

static const struct variable *variable_named(const struct layer *l, struct str name)
{
	for (uint32_t i = 0; i < l->variables.count; i++)
		if (str_equal(l->variables.items[i].name, name))
			return &l->variables.items[i];
	return NULL;
}

/* The name in "$(NAME)" at the start of a text; absent when there is none. */
static struct str name_at(struct str text)
{
	if (!str_starts(text, STR("$(")))
		return STR_NONE;
	ptrdiff_t end = str_find_char(text, ')');
	return end < 0 ? STR_NONE : str_sub(text, 2, (size_t)end);
}

/* The variable that is all of a text. */
static const struct variable *whole_variable(const struct layer *l, struct str text)
{
	struct str name = name_at(text);
	const struct variable *v = name.ptr ? variable_named(l, name) : NULL;

	return v && v->value && name.len + 3 == text.len ? v : NULL;
}

/* The scalar with each $(NAME) in its text replaced; secret when a value is. */
static const struct node *expanded(const struct layer *l, const struct node *old)
{
	struct str text = node_text(old);
	const struct node *secret = NULL;
	struct buf buf;

	buf_init(&buf, l->arena);
	while (text.len) {
		struct str name = name_at(text);
		const struct variable *v = name.ptr ? variable_named(l, name) : NULL;
		if (str_starts(text, STR("$$"))) {
			buf_add_char(&buf, '$');
			text = str_from(text, 2);
		} else if (v && node_is_scalar(v->value)) {
			buf_add(&buf, node_text(v->value));
			if (node_is_secret(v->value))
				secret = v->value;
			text = str_from(text, name.len + 3);
		} else {
			buf_add_char(&buf, text.ptr[0]);
			text = str_from(text, 1);
		}
	}
	if (str_equal(buf_str(&buf), node_text(old)))
		return old;
	return node_marked_like(l->arena, node_with_text(l->arena, old, buf_str(&buf)), secret);
}

static const struct node *expand(void *context, const struct node *old);

static const struct node *expand_members(struct layer *l, const struct node *map)
{
	const struct node *result = map;

	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		const struct node *value = node_entry(map, i)->value;
		const struct node *changed = node_is_scalar(value) ? expand(l, value) : value;
		if (changed != value)
			result = node_map_put(l->arena, map, result, i, changed);
	}
	return result;
}

/* Scalars without a type count as texts here (kustomize, api/filters/refvar). */
static const struct node *as_text(struct layer *l, const struct node *typeless)
{
	struct node *text = arena_copy(l->arena, typeless, sizeof(*text));

	text->tag = TAG_STR;
	return text;
}

static const struct node *expand(void *context, const struct node *old)
{
	struct layer *l = context;
	struct str text = node_text(old);

	if (node_is_map(old))
		return expand_members(l, old);
	if (!node_is_scalar(old))
		return old;
	if (builder_is_typeless(l->b, old))
		old = as_text(l, old);
	if (str_find_char(text, '$') < 0)
		return old;
	const struct variable *whole = whole_variable(l, text);
	if (whole)
		return builder_origin_from(l->b, whole->value, ORIGIN_VARIABLE, whole->node, old,
					   whole->value);
	const struct node *changed = expanded(l, old);
	if (changed == old)
		return old;
	return builder_origin(l->b, changed, ORIGIN_VARIABLE, old, old);
}

int finish_variables(struct layer *l)
{
	if (!l->variables.count)
		return 0;
	for (uint32_t i = 0; i < l->variables.count; i++)
		if (resolve(l, &l->variables.items[i]) < 0)
			return -1;
	for (uint32_t i = 0; i < l->map.items.count; i++) {
		struct resource *r = l->map.items.items[i];
		for (uint32_t s = 0; s < l->specs.var_references.items.count; s++) {
			const struct field_spec *spec = &l->specs.var_references.items.items[s];
			if (!field_spec_matches(spec, r->gvk))
				continue;
			const struct node *n = builder_applied(l->b, r->node, spec, expand, l);
			if (!n)
				return -1;
			resource_set(l->arena, r, n);
		}
	}
	return 0;
}
