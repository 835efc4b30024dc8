/* patch_warn - what a strategic merge patch says and kustomize takes without a word */
#include "build/kustomize/patch_warn.h"

#include "doc/nodes.h"
#include "kube/schema/prune.h"

static const struct rule misspelt_rule = {
	STR_INIT("kustomize/misspelt-field"),
	SEVERITY_WARNING,
	STR_INIT("a field of a patch that its kind does not have, and nearly has"),
};

static const struct rule replaced_rule = {
	STR_INIT("kustomize/replaced-list"),
	SEVERITY_WARNING,
	STR_INIT("a list of a custom resource that a patch replaces, although its items have keys"),
};

struct look {
	struct builder *b;
	struct gvk gvk;
	bool is_custom; /* kustomize knows no list keys of its kind */
};

static bool is_directive(struct str key)
{
	return str_starts(key, STR("$"));
}

static void tell_misspelt(const struct look *look, struct schema s, const struct node *key)
{
	struct str best = prune_suggest(s, node_text(key));

	if (!best.ptr)
		return;
	finding_add(look->b->warnings, &misspelt_rule, key, "%.*s has no field '%.*s' here",
		    STR_FMT(look->gvk.kind), STR_FMT(node_text(key)));
	finding_hint(look->b->warnings, "did you mean '%.*s'?", STR_FMT(best));
}

static void tell_replaced(const struct look *look, struct schema s, const struct node *key,
			  const struct node *target)
{
	if (!look->is_custom || schema_list_type(s) != SCHEMA_LIST_MAP || !node_item_count(target))
		return;
	finding_add(look->b->warnings, &replaced_rule, key,
		    "the patch replaces all %u items of '%.*s': kustomize does not know that they "
		    "merge by '%.*s'",
		    node_item_count(target), STR_FMT(node_text(key)),
		    STR_FMT(schema_list_key(s, 0)));
	finding_hint(look->b->warnings, "repeat the items that are to stay, or use a JSON patch");
}

/* Readers limit the depth. What the target does not have, or the tables do not know, is NULL or a
 * type that does not exist. */
static void walk(const struct look *look, struct schema s, const struct node *patch,
		 const struct node *target)
{
	for (uint32_t i = 0; i < node_entry_count(patch); i++) {
		const struct entry *e = node_entry(patch, i);
		struct schema child = schema_field(s, node_text(e->key));
		const struct node *old = node_get(target, node_text(e->key));
		if (is_directive(node_text(e->key)))
			continue;
		if (!schema_exists(child) && !schema_preserves_unknown(s))
			tell_misspelt(look, s, e->key);
		if (node_is_list(e->value))
			tell_replaced(look, child, e->key, old);
		if (schema_exists(child))
			walk(look, child, e->value, old);
	}
	for (uint32_t i = 0; i < node_item_count(patch); i++)
		walk(look, schema_items(s), node_item(patch, i), NULL);
}

/* Whether the kind is known there: then what the patch says is told. */
static bool look_at(struct builder *b, const struct schemas *schemas, const struct warned_patch *w)
{
	const struct kind_version *version;
	const struct kind *kind = schemas_kind(schemas, w->gvk, &version);

	if (!kind)
		return false;
	struct look look = { .b = b,
			     .gvk = w->gvk,
			     .is_custom = !w->knows_lists && (kind->flags & KIND_FLAG_CUSTOM) };
	walk(&look, schema_root(schemas, kind, version), w->patch, w->target);
	return true;
}

void patch_warn(struct builder *b, const struct resource *target, const struct node *patch,
		bool knows_lists)
{
	struct warned_patch w = { target->gvk, patch, target->node, knows_lists };

	if (!b->warnings || look_at(b, b->schemas, &w))
		return;
	VEC_PUSH(b->arena, &b->unknown_patches, w);
}

/* A check tells what is wrong with one. */
static void add_crd(struct schemas *schemas, const struct node *object)
{
	struct error ignored;

	if (str_equal(object_kind(object), STR("CustomResourceDefinition")))
		(void)!schemas_add_crd(schemas, object, &ignored);
}

void patch_warn_later(struct builder *b, const struct resmap *map)
{
	const struct nodes *elsewhere = b->options->crds;
	struct schemas *schemas;

	if (!b->unknown_patches.count)
		return;
	schemas = schemas_new(b->arena);
	for (uint32_t i = 0; elsewhere && i < elsewhere->count; i++)
		add_crd(schemas, elsewhere->items[i]);
	for (uint32_t i = 0; i < map->items.count; i++)
		add_crd(schemas, map->items.items[i]->node);
	for (uint32_t i = 0; i < b->unknown_patches.count; i++)
		(void)look_at(b, schemas, &b->unknown_patches.items[i]);
}
