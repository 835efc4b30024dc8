/* layer_values - labels, annotations, replicas and images */
#include "base/arena.h"
#include "base/budget.h"
#include "base/sort.h"
#include "build/kustomize/layer.h"
#include "build/kustomize/selector_warn.h"
#include "doc/make.h"
#include "doc/map_edit.h"
#include "doc/scalar.h"
#include "lang/regex.h"

/* Labels and annotations */

struct rewrite {
	const struct node *from, *to;
};

/* A label or annotation, and what became of it in the object at hand. */
struct pair {
	struct str key;
	const struct node *value;
	bool is_misread;	 /* its key is no text when it is read back */
	const struct node *made; /* where the key was not there: one value for all fields */
	uint32_t made_count;
	VEC(struct rewrite) rewrites; /* a value that several fields share stays one */
};

/* All that one map sets, in the order of their keys. */
struct pairs {
	struct builder *b;
	enum origin_kind kind;
	const struct node *map;
	struct pair *items;
	uint32_t count;
	struct selector_warn selectors; /* that the labels get into */
	bool has_misread;		/* such a key was added to an object */
};

/* A label's value is a text, whatever it looks like. */
static const struct node *text_of(const struct pairs *all, const struct pair *p,
				  const struct node *before)
{
	return builder_origin(all->b, builder_text(all->b, node_text(p->value), p->value),
			      all->kind, p->value, before);
}

static const struct node *rewritten(const struct pairs *all, struct pair *p,
				    const struct node *before)
{
	budget_spend(1 + p->rewrites.count / BUDGET_STEP_MEMBERS);
	for (uint32_t i = 0; i < p->rewrites.count; i++)
		if (p->rewrites.items[i].from == before)
			return p->rewrites.items[i].to;
	struct rewrite made = { before, text_of(all, p, before) };
	VEC_PUSH(all->b->arena, &p->rewrites, made);
	return made.to;
}

static void set_pair(struct pairs *all, struct pair *p, struct map_edit *edit)
{
	const struct node *before = map_edit_get(edit, p->key);

	if (before && before == p->made)
		return;
	if (before) {
		map_edit_set(edit, p->key, rewritten(all, p, before));
		return;
	}
	if (p->is_misread)
		all->has_misread = true;
	if (!p->made)
		p->made = text_of(all, p, NULL);
	p->made_count++;
	map_edit_set(edit, p->key, p->made);
}

static const struct node *set_pairs(void *context, const struct node *old)
{
	struct pairs *all = context;
	struct map_edit edit = map_edit_begin(all->b->arena, old);

	if (old && !node_is_map(old))
		return &field_refused;
	for (uint32_t i = 0; i < all->count; i++)
		set_pair(all, &all->items[i], &edit);
	return map_edit_end(&edit);
}

static int compare_pairs(const void *a, const void *b, void *context)
{
	(void)context;
	return str_compare(((const struct pair *)a)->key, ((const struct pair *)b)->key);
}

static int set_in_resource(struct pairs *all, struct resource *r, const struct field_specs *specs)
{
	const struct node *n = r->node;

	for (uint32_t i = 0; i < all->count; i++)
		all->items[i] = (struct pair){ .key = all->items[i].key,
					       .value = all->items[i].value,
					       .is_misread = all->items[i].is_misread };
	for (uint32_t s = 0; n && s < specs->items.count; s++)
		if (field_spec_matches(&specs->items.items[s], r->gvk))
			n = builder_applied(all->b, n, &specs->items.items[s], set_pairs, all);
	if (!n)
		return -1;
	if (all->has_misread)
		return builder_fail_key(all->b, all->map);
	selector_warn_note(&all->selectors, r, n);
	resource_set(all->b->arena, r, n);
	for (uint32_t i = 0; i < all->count; i++)
		if (all->items[i].made_count > 1)
			VEC_PUSH(all->b->arena, &r->shared.values, all->items[i].made);
	return 0;
}

int layer_set_map(struct layer *l, const struct node *map, enum origin_kind kind,
		  const struct field_specs *specs)
{
	struct pairs all = { .b = l->b, .kind = kind, .map = map, .count = node_entry_count(map) };

	if (kind == ORIGIN_LABEL && l->b->warnings)
		all.selectors = selector_warn_begin(map, l->number);
	all.items = arena_array(l->arena, struct pair, all.count);
	for (uint32_t i = 0; i < all.count; i++)
		all.items[i] =
			(struct pair){ .key = node_text(node_entry(map, i)->key),
				       .value = builder_text_of(l->b, node_entry(map, i)->value),
				       .is_misread =
					       builder_misreads_key(node_entry(map, i)->key) };
	sort_stable(all.items, all.count, sizeof(*all.items), compare_pairs, NULL);
	for (uint32_t i = 0; all.count && i < l->map.items.count; i++)
		if (builder_go_on(l->b, map) < 0 ||
		    set_in_resource(&all, l->map.items.items[i], specs) < 0)
			return -1;
	selector_warn_tell(&all.selectors, l->b->warnings);
	return 0;
}

static bool merge_all(struct layer *l, struct field_specs *into, const struct field_specs *from)
{
	for (uint32_t i = 0; i < from->items.count; i++)
		if (!field_specs_merge(l->arena, into, from->items.items[i]))
			return false;
	return true;
}

/* Which fields one `labels` entry is written to. False: two specs conflict. */
static bool label_specs(struct layer *l, const struct node *entry, struct field_specs *ret)
{
	struct field_spec own = { STR(""), STR(""), STR(""), STR("metadata/labels"), true };

	*ret = (struct field_specs){};
	field_specs_read(l->arena, node_get(entry, STR("fields")), ret);
	if (!merge_all(l, ret, &l->specs.labels))
		return false;
	if (node_bool_at(entry, "includeSelectors", false))
		return merge_all(l, ret, &l->specs.common_labels);
	if (node_bool_at(entry, "includeTemplates", false) &&
	    !merge_all(l, ret, &l->specs.template_labels))
		return false;
	return field_specs_merge(l->arena, ret, own);
}

int layer_labels(struct layer *l, const struct node *list)
{
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *entry = node_item(list, i);
		struct field_specs specs;
		if (!label_specs(l, entry, &specs))
			return builder_fail(l->b, entry,
					    "failed to merge labels: conflicting fieldspecs");
		if (layer_set_map(l, node_get(entry, STR("pairs")), ORIGIN_LABEL, &specs) < 0)
			return -1;
	}
	return 0;
}

/* Replicas */

struct count {
	struct builder *b;
	const struct node *count;
};

static const struct node *set_count(void *context, const struct node *old)
{
	struct count *c = context;
	return builder_origin(c->b, c->count, ORIGIN_REPLICAS, c->count, old);
}

/* Whether an id, current or earlier, has that name and a kind that the spec means. */
static bool has_id(const struct resource *r, struct str name, const struct field_spec *spec)
{
	struct gvk gvk = r->gvk;

	if (str_equal(r->name, name) && field_spec_matches(spec, gvk))
		return true;
	for (uint32_t i = 0; i < r->previous.count; i++) {
		gvk.kind = r->previous.items[i].kind;
		if (str_equal(r->previous.items[i].name, name) && field_spec_matches(spec, gvk))
			return true;
	}
	return false;
}

static int set_replicas(struct layer *l, const struct node *entry, const struct field_specs *specs,
			bool *ret_found)
{
	struct count c = { l->b, node_get(entry, STR("count")) };

	*ret_found = false;
	for (uint32_t i = 0; i < l->map.items.count; i++) {
		struct resource *r = l->map.items.items[i];
		for (uint32_t s = 0; s < specs->items.count; s++) {
			const struct field_spec *spec = &specs->items.items[s];
			if (!has_id(r, node_str_at(entry, "name"), spec))
				continue;
			*ret_found = true;
			const struct node *n = r->node;
			if (field_spec_matches(spec, r->gvk))
				n = builder_applied(l->b, n, spec, set_count, &c);
			if (!n)
				return -1;
			resource_set(l->arena, r, n);
		}
	}
	return 0;
}

int layer_replicas(struct layer *l, const struct node *list, const struct field_specs *specs)
{
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *entry = node_item(list, i);
		bool found;
		if (!node_get(entry, STR("count")))
			return builder_fail(l->b, entry, "replicas needs a count");
		if (set_replicas(l, entry, specs, &found) < 0)
			return -1;
		if (!found)
			return builder_fail(
				l->b, entry,
				"resource with name %.*s does not match a config with the "
				"following GVK [Deployment.[noVer].[noGrp] "
				"ReplicationController.[noVer].[noGrp] "
				"ReplicaSet.[noVer].[noGrp] StatefulSet.[noVer].[noGrp]]",
				STR_FMT(node_str_at(entry, "name")));
	}
	return 0;
}

/* Images */

struct image {
	struct builder *b;
	const struct node *entry;
	const struct regex *pattern;
};

/* name, tag and digest of an image reference, without their marks. */
struct reference {
	struct str name, tag, digest;
};

static struct reference split(struct str image)
{
	ptrdiff_t slash = str_find_char(image, '/');
	size_t from = slash > 0 ? (size_t)slash : 0, at = from;
	struct reference r = {};

	while (at < image.len && image.ptr[at] != ':' && image.ptr[at] != '@')
		at++;
	r.name = str_sub(image, 0, at);
	struct str rest = str_from(image, at);
	ptrdiff_t digest = str_find_char(rest, '@');
	r.tag = digest >= 0 ? str_sub(rest, 0, (size_t)digest) : rest;
	r.tag = str_strip_prefix(r.tag, STR(":"));
	r.digest = digest >= 0 ? str_from(rest, (size_t)digest + 1) : STR("");
	return r;
}

/* A new tag or digest takes the place of both old ones. */
static struct str changed_image(struct arena *arena, struct str old, const struct node *entry)
{
	struct reference r = split(old);
	struct str name = node_str_at(entry, "newName"), tag = node_str_at(entry, "newTag");
	struct str digest = node_str_at(entry, "digest"), suffix = node_str_at(entry, "tagSuffix");

	if (name.len)
		r.name = name;
	if (tag.len || digest.len) {
		r.tag = tag;
		r.digest = digest;
	} else if (suffix.len) {
		r.tag = str_concat(arena, r.tag, suffix);
		r.digest = STR("");
	}
	return str_printf(arena, "%.*s%s%.*s%s%.*s", STR_FMT(r.name), r.tag.len ? ":" : "",
			  STR_FMT(r.tag), r.digest.len ? "@" : "", STR_FMT(r.digest));
}

/* The line of an entry that says most of the image that comes of it. */
static const struct node *image_instruction(const struct node *entry)
{
	static const struct trusted_path fields[] = { TRUSTED_PATH_INIT("newTag"),
						      TRUSTED_PATH_INIT("digest"),
						      TRUSTED_PATH_INIT("tagSuffix"),
						      TRUSTED_PATH_INIT("newName") };

	for (size_t i = 0; i < ARRAY_COUNT(fields); i++)
		if (node_find_str(entry, fields[i]).len)
			return node_get(entry, str_from_cstr(fields[i].path));
	return entry;
}

static const struct node *set_image(void *context, const struct node *old)
{
	struct image *i = context;

	if (!node_is_scalar(old) || !regex_match(i->pattern, node_text(old)))
		return old;
	const struct node *instruction = image_instruction(i->entry);
	struct str text = changed_image(i->b->arena, node_text(old), i->entry);
	if (str_equal(text, node_text(old)) && old->position == instruction->position)
		return old;
	return builder_origin_from(i->b, node_with_text(i->b->arena, old, text), ORIGIN_IMAGE,
				   instruction, old, instruction);
}

/* The legacy walk: every list `containers` or `initContainers` at any depth. It comes before the
 * specs, which take its result for old: a suffix is added by each. Depth is the readers' limit. */
static const struct node *walk(struct image *i, const struct node *n);

static const struct node *walk_containers(struct image *i, const struct node *list)
{
	const struct node *result = list;

	for (uint32_t c = 0; c < node_item_count(list); c++) {
		const struct node *container = node_item(list, c);
		const struct node *old = node_get(container, STR("image"));
		const struct node *image = old ? set_image(i, old) : NULL;
		if (image != old)
			result = node_list_put(
				i->b->arena, list, result, c,
				node_with(i->b->arena, container, STR("image"), image));
	}
	return result;
}

static const struct node *walk_map(struct image *i, const struct node *map)
{
	const struct node *result = map;

	for (uint32_t e = 0; e < node_entry_count(map); e++) {
		struct str key = node_text(node_entry(map, e)->key);
		const struct node *value = node_entry(map, e)->value;
		bool containers =
			str_equal(key, STR("containers")) || str_equal(key, STR("initContainers"));
		const struct node *changed = walk(i, value);
		if (containers && node_is_list(changed))
			changed = walk_containers(i, changed);
		if (changed != value)
			result = node_map_put(i->b->arena, map, result, e, changed);
	}
	return result;
}

static const struct node *walk(struct image *i, const struct node *n)
{
	const struct node *result = n;

	if (node_is_map(n))
		return walk_map(i, n);
	for (uint32_t x = 0; x < node_item_count(n); x++) {
		const struct node *item = walk(i, node_item(n, x));
		if (item != node_item(n, x))
			result = node_list_put(i->b->arena, n, result, x, item);
	}
	return result;
}

static int change_images(struct layer *l, struct image *image, const struct field_specs *specs)
{
	for (uint32_t i = 0; i < l->map.items.count; i++) {
		struct resource *r = l->map.items.items[i];
		if (str_equal(r->gvk.kind, STR("CustomResourceDefinition")))
			continue;
		const struct node *n = walk(image, r->node);
		for (uint32_t s = 0; n && s < specs->items.count; s++) {
			struct field_spec spec = specs->items.items[s];
			spec.create = false;
			if (field_spec_matches(&spec, r->gvk))
				n = builder_applied(l->b, n, &spec, set_image, image);
		}
		if (!n)
			return -1;
		resource_set(l->arena, r, n);
	}
	return 0;
}

int layer_images(struct layer *l, const struct node *list, const struct field_specs *specs)
{
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		struct image image = { .b = l->b, .entry = node_item(list, i) };
		struct str name = node_str_at(image.entry, "name");
		struct str pattern = str_printf(
			l->arena, "%.*s(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?",
			STR_FMT(name));
		image.pattern = regex_compile(l->arena, pattern, REGEX_WHOLE, l->b->err);
		if (!image.pattern) {
			l->b->err->position = image.entry->position;
			return error_wrap(l->b->err, "image name '%.*s'", STR_FMT(name));
		}
		if (change_images(l, &image, specs) < 0)
			return -1;
	}
	return 0;
}
