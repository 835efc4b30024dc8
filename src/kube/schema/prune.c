/* prune - decoding and encoding by schema: unknown fields, nulls, quantities; what is empty */
#include "kube/schema/prune.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "doc/scalar.h"
#include "kube/quantity.h"

/* Unknown fields. The path is kept as one text that grows and shrinks. */

struct walk {
	struct buf path;
	struct field_errors *errors;
};

static void walk_node(struct walk *w, struct schema s, const struct node *n);

static size_t enter(struct walk *w, struct str key)
{
	size_t len = w->path.len;

	if (len)
		buf_add_char(&w->path, '.');
	buf_add(&w->path, key);
	return len;
}

static void walk_map(struct walk *w, struct schema s, const struct node *map)
{
	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		struct str key = node_text(node_entry(map, i)->key);
		struct schema child = schema_field(s, key);
		size_t len = enter(w, key);
		if (schema_exists(child))
			walk_node(w, child, node_entry(map, i)->value);
		else if (!schema_preserves_unknown(s))
			field_error_add(w->errors, FIELD_UNKNOWN, buf_str(&w->path),
					node_entry(map, i)->key, NULL);
		w->path.len = len;
	}
}

static void walk_list(struct walk *w, struct schema s, const struct node *list)
{
	size_t len = w->path.len;

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		buf_printf(&w->path, "[%u]", i);
		walk_node(w, schema_items(s), node_item(list, i));
		w->path.len = len;
	}
}

static void walk_node(struct walk *w, struct schema s, const struct node *n)
{
	if (!schema_exists(s))
		return;
	if (node_is_map(n))
		walk_map(w, s, n);
	else if (node_is_list(n))
		walk_list(w, s, n);
}

/* The fields that every custom resource has, whatever its schema says. */
static bool is_type_meta(struct str key)
{
	return str_equal(key, STR("apiVersion")) || str_equal(key, STR("kind")) ||
	       str_equal(key, STR("metadata"));
}

/* ObjectMeta, from a kind that states it: CRDs say only `type: object`. */
static struct schema object_meta(const struct schemas *schemas)
{
	const struct kind *pod = schemas_kind_by_id(schemas, KIND_POD);
	return schema_field(schema_root(schemas, pod, NULL), STR("metadata"));
}

static struct schema root_field(const struct schemas *schemas, struct schema root, struct str key)
{
	if (str_equal(key, STR("metadata")))
		return object_meta(schemas);
	return schema_field(root, key);
}

void prune_unknown_fields(const struct schemas *schemas, const struct node *object,
			  struct field_errors *errors)
{
	const struct kind_version *version;
	const struct kind *kind = schemas_kind(schemas, object_gvk(object), &version);
	struct schema root = schema_root(schemas, kind, version);
	struct walk w = { .errors = errors };

	if (!kind || !schema_exists(root))
		return;
	buf_init(&w.path, errors->arena);
	for (uint32_t i = 0; i < node_entry_count(object); i++) {
		struct str key = node_text(node_entry(object, i)->key);
		struct schema child = root_field(schemas, root, key);
		size_t len = enter(&w, key);
		if (schema_exists(child))
			walk_node(&w, child, node_entry(object, i)->value);
		else if (!is_type_meta(key) && !schema_preserves_unknown(root))
			field_error_add(errors, FIELD_UNKNOWN, buf_str(&w.path),
					node_entry(object, i)->key, NULL);
		w.path.len = len;
	}
}

struct str prune_suggest(struct schema s, struct str name)
{
	enum { PROPERTIES_MAX = 500 }; /* among more of them nothing is proposed */
	struct suggest suggest = suggest_start(name);

	if (schema_property_count(s) > PROPERTIES_MAX)
		return STR_NONE;
	for (uint32_t i = 0; i < schema_property_count(s); i++)
		suggest_offer(&suggest, schema_property(s, i, NULL));
	return suggest.best;
}

/* Pruning */

struct pruner {
	struct arena *arena;
	bool is_custom; /* no Go type holds the object */
	bool encodes;	/* else: decodes */
};

static const struct node *prune_node(const struct pruner *p, struct schema s, const struct node *n);

/* A list, or a map whose keys the schema does not name. */
static bool may_be_left_out(struct schema s)
{
	return schema_exists(schema_items(s)) ||
	       (schema_exists(schema_additional(s)) && !schema_has_properties(s));
}

/* Go types leave out what is empty, unless it is required. */
static bool is_omitted(struct schema parent, struct str key, struct schema child,
		       const struct node *value)
{
	return value->kind != NODE_SCALAR && !node_member_count(value) && may_be_left_out(child) &&
	       !schema_is_required(parent, key);
}

/* Whether decoding drops a member: unknown, or null where null means absent. */
static bool is_dropped(struct schema parent, struct schema child, const struct node *value)
{
	if (!schema_exists(child))
		return !schema_preserves_unknown(parent);
	return node_is_null(value) && !schema_is_nullable(child) &&
	       schema_type(child) != SCHEMA_ANY;
}

/* A Go map of texts holds "" for null. */
static bool is_null_text(const struct pruner *p, struct schema parent, struct schema child,
			 const struct node *value)
{
	return !p->is_custom && may_be_left_out(parent) && schema_type(child) == SCHEMA_STRING &&
	       node_is_null(value);
}

/* What becomes of a member; NULL: it goes. */
static const struct node *prune_member(const struct pruner *p, struct schema s, struct str key,
				       const struct node *value)
{
	struct schema child = schema_field(s, key);

	if (!p->encodes && is_null_text(p, s, child, value))
		return node_str(p->arena, STR(""));
	if (p->encodes ? is_omitted(s, key, child, value) : is_dropped(s, child, value))
		return NULL;
	return prune_node(p, child, value);
}

static const struct node *prune_map(const struct pruner *p, struct schema s, const struct node *map)
{
	struct entry *entries = NULL;
	uint32_t count = 0;

	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		struct entry e = *node_entry(map, i);
		const struct node *value = prune_member(p, s, node_text(e.key), e.value);
		if (!entries && value != e.value) {
			entries = arena_array(p->arena, struct entry, node_entry_count(map));
			for (; count < i; count++)
				entries[count] = *node_entry(map, count);
		}
		if (value && entries)
			entries[count++] = (struct entry){ e.key, value };
	}
	if (!entries)
		return map;
	return node_with_entries(p->arena, map, entries, count);
}

static const struct node *prune_list(const struct pruner *p, struct schema s,
				     const struct node *list)
{
	const struct node *result = list;

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *item = prune_node(p, schema_items(s), node_item(list, i));
		if (item != node_item(list, i))
			result = node_list_put(p->arena, list, result, i, item);
	}
	return result;
}

static const struct node *prune_quantity(struct arena *arena, const struct node *n)
{
	enum scalar_type type = scalar_of(n).type;
	struct str text = node_text(n), canonical = quantity_canonical(arena, text);
	bool is_plain = n->style == STYLE_PLAIN && n->dialect != DIALECT_JSON;

	if ((str_equal(text, canonical) && !is_plain) || type == SCALAR_BOOL || type == SCALAR_NULL)
		return n; /* of another type: validation's to tell */
	struct node *copy = arena_copy(arena, node_with_text(arena, n, canonical), sizeof(*copy));
	copy->style = STYLE_DOUBLE; /* 1 becomes "1" */
	copy->tag = TAG_NONE;
	return copy;
}

static const struct node *prune_node(const struct pruner *p, struct schema s, const struct node *n)
{
	if (!schema_exists(s))
		return n;
	if (node_is_map(n))
		return prune_map(p, s, n);
	if (node_is_list(n))
		return prune_list(p, s, n);
	return schema_type(s) == SCHEMA_QUANTITY ? prune_quantity(p->arena, n) : n;
}

/* The root goes member by member, for metadata has a schema of its own. */
static const struct node *prune_root(const struct schemas *schemas, struct arena *arena,
				     const struct node *object, bool encodes)
{
	const struct kind_version *version;
	const struct kind *kind = schemas_kind(schemas, object_gvk(object), &version);
	struct schema root = schema_root(schemas, kind, version);
	VEC(struct entry) kept = {};
	bool is_changed = false;

	if (!kind || !schema_exists(root) || !node_is_map(object))
		return object;
	struct pruner p = { arena, kind->flags & KIND_FLAG_CUSTOM, encodes };
	if (p.is_custom && encodes)
		return object;
	for (uint32_t i = 0; i < node_entry_count(object); i++) {
		struct entry e = *node_entry(object, i);
		struct str key = node_text(e.key);
		const struct node *value = e.value, *pruned = value;
		if (str_equal(key, STR("metadata")))
			pruned = prune_node(&p, object_meta(schemas), value);
		else if (!is_type_meta(key))
			pruned = prune_member(&p, root, key, value);
		if (pruned)
			VEC_PUSH(arena, &kept, (struct entry){ e.key, pruned });
		is_changed |= pruned != value;
	}
	if (!is_changed)
		return object;
	return node_with_entries(arena, object, kept.items, kept.count);
}

const struct node *prune_object(const struct schemas *schemas, struct arena *arena,
				const struct node *object)
{
	return prune_root(schemas, arena, object, /* encodes= */ false);
}

const struct node *prune_empty(const struct schemas *schemas, struct arena *arena,
			       const struct node *object)
{
	return prune_root(schemas, arena, object, /* encodes= */ true);
}
