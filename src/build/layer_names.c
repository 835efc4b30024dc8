/* layer_names - namespaces, name prefixes and suffixes */
#include "base/arena.h"
#include "build/layer.h"
#include "doc/make.h"

struct change {
	struct builder *b;
	const struct node *text; /* the instruction */
	enum origin_kind kind;
	bool is_prefix;
	bool unset_only;
};

static const struct node *written(struct change *c, const struct node *old, struct str text)
{
	const struct node *made = old && node_is_scalar(old)
					  ? node_with_text(c->b->arena, old, text)
					  : node_str(c->b->arena, text);

	if (old && str_equal(node_text(old), text))
		return old;
	return layer_origin(c->b, made, c->kind, c->text, old);
}

/* Namespaces */

static const struct node *set_namespace(void *context, const struct node *old)
{
	struct change *c = context;

	if (old && !node_is_scalar(old))
		return old;
	if (c->unset_only && node_text(old).len)
		return old;
	return written(c, old, node_text(c->text));
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

	for (uint32_t i = 0; i < node_count(list); i++) {
		const struct node *subject = node_item(list, i);
		const struct node *old = node_get(subject, STR("namespace"));
		if (!wants_subject(subject, mode))
			continue;
		subject = node_with(c->b->arena, subject, STR("namespace"), set_namespace(c, old));
		changed = node_list_with(c->b->arena, changed, i, subject);
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
	return layer_fail(
		l->b, r->node, "namespace transformation produces ID conflict: [%.*s, %.*s]",
		STR_FMT(resource_text(l->arena, other)), STR_FMT(resource_text(l->arena, r)));
}

static int check_collisions(struct layer *l)
{
	struct map seen;

	map_init(&seen, l->arena);
	for (uint32_t i = 0; i < l->map.items.count; i++) {
		struct resource *r = l->map.items.items[i];
		struct resource *other = map_put(&seen, resource_text(l->arena, r), r);
		if (other)
			return refuse_collision(l, r, other);
	}
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
		const struct node *n = r->node;
		for (uint32_t s = 0; s < specs->items.count; s++) {
			const struct field_spec *spec = &specs->items.items[s];
			bool own = str_equal(spec->path, STR("metadata/namespace"));
			if (field_spec_matches(spec, r->gvk) &&
			    !(own && resource_is_cluster_scoped(r->gvk)))
				n = field_apply(l->arena, n, spec, set_namespace, &c);
		}
		if (is_binding(r))
			n = set_subjects(&c, n, subjects);
		resource_set(l->arena, r, n, /* remember= */ true);
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
		return old;
	return written(c, old,
		       c->is_prefix ? str_concat(c->b->arena, text, node_text(old))
				    : str_concat(c->b->arena, node_text(old), text));
}

int layer_affix(struct layer *l, const struct node *text, bool is_prefix,
		const struct field_specs *specs)
{
	struct change c = { l->b, text, ORIGIN_NAME, is_prefix, false };

	if (!node_text(text).len)
		return 0;
	for (uint32_t i = 0; i < l->map.items.count; i++) {
		struct resource *r = l->map.items.items[i];
		const struct node *n = r->node;
		if (keeps_its_name(r->gvk))
			continue;
		for (uint32_t s = 0; s < specs->items.count; s++) {
			const struct field_spec *spec = &specs->items.items[s];
			if (!field_spec_matches(spec, r->gvk))
				continue;
			if (str_equal(spec->path, STR("metadata/name")) && is_prefix)
				VEC_PUSH(l->arena, &r->prefixes, node_text(text));
			else if (str_equal(spec->path, STR("metadata/name")))
				VEC_PUSH(l->arena, &r->suffixes, node_text(text));
			n = field_apply(l->arena, n, spec, set_affix, &c);
		}
		resource_set(l->arena, r, n, /* remember= */ true);
	}
	return 0;
}
