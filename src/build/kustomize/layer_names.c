/* layer_names - namespaces, name prefixes and suffixes */
#include "base/arena.h"
#include "build/kustomize/layer.h"
#include "doc/make.h"

struct change {
	struct builder *b;
	const struct node *text; /* the instruction */
	enum origin_kind kind;
	bool is_prefix;
	bool unset_only;
};

/* Namespaces */

static const struct node *set_namespace(void *context, const struct node *old)
{
	struct change *c = context;

	if (old && !node_is_scalar(old))
		return &field_refused;
	if (c->unset_only && node_text(old).len)
		return old;
	const struct node *made = node_is_scalar(old) ? old : node_str(c->b->arena, STR(""));
	/* Also when it was this namespace already: from here on this line decides. */
	return builder_origin_from(c->b, node_with_text(c->b->arena, made, node_text(c->text)),
				   c->kind, c->text, old, c->text);
}

static bool wants_subject(const struct node *subject, struct str mode)
{
	if (str_equal(mode, STR("defaultOnly")))
		return str_equal(node_str_at(subject, "name"), STR("default"));
	return str_equal(mode, STR("allServiceAccounts")) &&
	       str_equal(node_str_at(subject, "kind"), STR("ServiceAccount"));
}

static const struct node *set_subjects(struct change *c, const struct node *object, struct str mode)
{
	const struct node *list = node_get(object, STR("subjects")), *changed = list;

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *subject = node_item(list, i);
		const struct node *old = node_get(subject, STR("namespace"));
		if (!wants_subject(subject, mode))
			continue;
		const struct node *namespace = set_namespace(c, old);
		if (namespace == &field_refused)
			continue;
		subject = node_with(c->b->arena, subject, STR("namespace"), namespace);
		changed = node_list_put(c->b->arena, list, changed, i, subject);
	}
	return changed == list ? object : node_with(c->b->arena, object, STR("subjects"), changed);
}

static bool is_binding(const struct resource *r)
{
	return str_equal(r->gvk.kind, STR("RoleBinding")) ||
	       str_equal(r->gvk.kind, STR("ClusterRoleBinding"));
}

static int refuse_collision(struct layer *l, const struct resource *r, const struct resource *other)
{
	return builder_fail(
		l->b, r->node, "namespace transformation produces ID conflict: [%.*s, %.*s]",
		STR_FMT(resource_text(l->arena, other)), STR_FMT(resource_text(l->arena, r)));
}

static int check_collisions(struct layer *l)
{
	struct map seen;

	map_init(&seen, l->arena);
	for (uint32_t i = 0; i < l->map.items.count; i++) {
		struct resource *r = l->map.items.items[i];
		struct resource *other = map_put(&seen, resource_effective_text(l->arena, r), r);
		if (other)
			return refuse_collision(l, r, other);
	}
	return 0;
}

/* What a spec may say of these paths counts for nothing: they have rules of their own. */
static bool is_ruled(const struct field_spec *spec, const struct resource *r)
{
	bool core = str_equal(r->gvk.version, STR("v1")) && !r->gvk.group.len;
	bool binding = str_equal(spec->kind, STR("RoleBinding")) ||
		       str_equal(spec->kind, STR("ClusterRoleBinding"));

	if (str_equal(spec->path, STR("metadata/namespace")))
		return true;
	if (str_equal(spec->path, STR("metadata/name")))
		return !core;
	return is_binding(r) && binding && str_equal(spec->path, STR("subjects/namespace"));
}

/* NULL: the error is set. Source: kustomize 5.7.1, api/filters/namespace/namespace.go. */
static const struct node *moved(struct change *c, const struct resource *r, struct str subjects,
				const struct field_specs *specs)
{
	static const struct field_spec own = { STR_INIT(""), STR_INIT(""), STR_INIT(""),
					       STR_INIT("metadata/namespace"), true };
	const struct node *n = r->node;

	if (openapi_meet(c->b, r->gvk) < 0)
		return NULL;
	if (!resource_is_cluster_scoped(r))
		n = builder_applied(c->b, n, &own, set_namespace, c);
	if (n && is_binding(r))
		n = set_subjects(c, n, subjects);
	for (uint32_t s = 0; n && s < specs->items.count; s++) {
		const struct field_spec *spec = &specs->items.items[s];
		if (field_spec_matches(spec, r->gvk) && !is_ruled(spec, r))
			n = builder_applied(c->b, n, spec, set_namespace, c);
	}
	return n;
}

int layer_move(struct layer *l, struct resource *r, const struct node *namespace)
{
	struct change c = { l->b, namespace, ORIGIN_NAMESPACE, false, false };
	struct field_specs none = {};

	const struct node *n = moved(&c, r, STR("defaultOnly"), &none);
	if (!n)
		return -1;
	resource_set(l->arena, r, n);
	return 0;
}

int layer_namespace(struct layer *l, const struct node *namespace, bool unset_only,
		    struct str subjects, const struct field_specs *specs)
{
	struct change c = { l->b, namespace, ORIGIN_NAMESPACE, false, unset_only };

	if (!node_text(namespace).len)
		return 0;
	for (uint32_t i = 0; i < l->map.items.count; i++) {
		struct resource *r = l->map.items.items[i];
		resource_remember(l->arena, r);
		const struct node *n = moved(&c, r, subjects, specs);
		if (!n)
			return -1;
		resource_set(l->arena, r, n);
	}
	return check_collisions(l);
}

/* Prefixes and suffixes */

static bool keeps_its_name(struct gvk gvk)
{
	return str_equal(gvk.kind, STR("CustomResourceDefinition")) ||
	       str_equal(gvk.kind, STR("Namespace")) ||
	       (str_equal(gvk.kind, STR("APIService")) &&
		str_equal(gvk.group, STR("apiregistration.k8s.io")));
}

static const struct node *set_affix(void *context, const struct node *old)
{
	struct change *c = context;
	struct str text = node_text(c->text);

	if (!node_is_scalar(old))
		return old ? &field_refused : NULL;
	struct str name = c->is_prefix ? str_concat(c->b->arena, text, node_text(old))
				       : str_concat(c->b->arena, node_text(old), text);
	return builder_origin(c->b, node_with_text(c->b->arena, old, name), c->kind, c->text, old);
}

static void add_affix(struct layer *l, struct resource *r, const struct change *c)
{
	struct str text = node_text(c->text);

	if (c->is_prefix)
		VEC_PUSH(l->arena, &r->prefixes, text);
	else
		VEC_PUSH(l->arena, &r->suffixes, text);
	resource_remember(l->arena, r);
}

int layer_affix(struct layer *l, const struct node *text, bool is_prefix,
		const struct field_specs *specs)
{
	struct change c = { l->b, text, ORIGIN_NAME, is_prefix, false };

	if (!node_text(text).len)
		return 0;
	for (uint32_t i = 0; i < l->map.items.count; i++) {
		struct resource *r = l->map.items.items[i];
		struct gvk first = { r->gvk.group, r->gvk.version, resource_original(r).kind };
		if (keeps_its_name(first))
			continue;
		for (uint32_t s = 0; s < specs->items.count; s++) {
			const struct field_spec *spec = &specs->items.items[s];
			if (!field_spec_matches(spec, first))
				continue;
			if (str_equal(spec->path, STR("metadata/name")))
				add_affix(l, r, &c);
			if (!field_spec_matches(spec, r->gvk))
				continue;
			const struct node *n = builder_applied(l->b, r->node, spec, set_affix, &c);
			if (!n)
				return -1;
			resource_set(l->arena, r, n);
		}
	}
	return 0;
}
