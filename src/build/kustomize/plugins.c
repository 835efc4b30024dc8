/* plugins - built-in transformers and generators that have no field in a kustomization */
#include "build/kustomize/plugins.h"

#include "base/arena.h"
#include "base/buf.h"
#include "build/kustomize/fields.h"
#include "doc/make.h"
#include "doc/yaml.h"

/* ValueAddTransformer */

struct addition {
	struct layer *l;
	const struct node *value;
	int64_t position; /* of the part of a path, from 1; 0: the whole value */
};

/* A path with one more part at that position, the last one when it has fewer; absolute ones stay
 * so. */
static struct str with_part(struct arena *arena, struct str path, int64_t position, struct str part)
{
	bool absolute = str_starts(path, STR("/"));
	struct str rest = absolute ? str_from(path, 1) : path;
	const char *between = absolute ? "/" : "";
	struct buf buf;

	buf_init(&buf, arena);
	for (int64_t at = 1; rest.len && at < position; at++) {
		struct str next = str_cut(&rest, '/');
		buf_printf(&buf, "%s%.*s", between, STR_FMT(next));
		between = "/";
	}
	buf_printf(&buf, "%s%.*s", between, STR_FMT(part));
	if (rest.len)
		buf_printf(&buf, "/%.*s", STR_FMT(rest));
	return buf_str(&buf);
}

static const struct node *add_value(void *context, const struct node *old)
{
	const struct addition *a = context;
	struct arena *arena = a->l->arena;
	struct str text = node_text(a->value);

	if (old && !node_is_scalar(old) && !node_is_empty(old))
		return &field_refused;
	if (a->position > 0)
		text = with_part(arena, node_text(old), a->position, text);
	const struct node *made =
		node_is_scalar(old) ? node_with_text(arena, old, text) : node_str(arena, text);
	return builder_origin_from(a->l->b, made, ORIGIN_TRANSFORMER, a->value, old, a->value);
}

static int add_to_target(struct layer *l, const struct node *target, const struct node *value)
{
	struct addition a = { l, value, node_int_at(target, "filePathPosition", 0) };
	struct field_spec spec = { STR(""), STR(""), STR(""), node_str_at(target, "fieldPath"),
				   true };
	const struct node *selector = node_get(target, STR("selector"));
	bool namespace = str_equal(spec.path, STR("metadata/namespace"));

	if (!spec.path.len)
		return builder_fail(l->b, target, "fieldPath cannot be empty");
	if (a.position < 0)
		return builder_fail(l->b, target,
				    "value of FilePathPosition (%lld) cannot be negative",
				    (long long)a.position);
	for (uint32_t i = 0; i < l->map.items.count; i++) {
		struct resource *r = l->map.items.items[i];
		bool selected = true;
		if (selector && layer_selects(l->b, selector, r, &selected) < 0)
			return -1;
		if (!selected)
			continue;
		if (namespace && layer_move(l, r, value) < 0)
			return -1;
		const struct node *n =
			namespace ? r->node : builder_applied(l->b, r->node, &spec, add_value, &a);
		if (!n)
			return -1;
		resource_set(l->arena, r, n);
	}
	return 0;
}

/* The list of a file's targets; NULL: an error is set. */
static const struct node *targets_of_file(struct layer *l, const struct node *name)
{
	struct str text, path;
	const struct node *known;

	if (builder_load_file(l->b, l->directory, node_text(name), &text, &path) < 0) {
		l->b->err->position = name->position;
		return NULL;
	}
	const struct node *root = yaml_read_one(l->b->set, path, text, DIALECT_SIGS, l->b->err);
	if (!root)
		return NULL;
	if (!node_is_map(root))
		return node_empty_list();
	if (fields_read(l->b, FIELDS_TRANSFORMER, root, /* strict= */ false, &known) < 0)
		return NULL;
	const struct node *list = node_get(known, STR("targets"));
	return list ? list : node_empty_list();
}

static int add_to_all(struct layer *l, const struct node *targets, const struct node *value)
{
	for (uint32_t i = 0; i < node_item_count(targets); i++)
		if (add_to_target(l, node_item(targets, i), value) < 0)
			return -1;
	return 0;
}

int plugin_value_add(struct layer *l, const struct node *config)
{
	const struct node *targets = node_get(config, STR("targets")), *more = NULL;
	const struct node *file = node_get(config, STR("targetFilePath"));
	const struct node *value = node_get(config, STR("value"));
	struct str text = str_trim(node_text(value));

	if (!text.len)
		text = str_from(l->directory, (size_t)(str_find_last_char(l->directory, '/') + 1));
	value = value ? node_with_text(l->arena, value, text) : node_str(l->arena, text);
	if (node_text(file).len) {
		more = targets_of_file(l, file);
		if (!more)
			return -1;
	}
	if (!node_item_count(targets) && !node_item_count(more))
		return builder_fail(l->b, config, "must specify at least one target");
	return add_to_all(l, targets, value) < 0 ? -1 : add_to_all(l, more, value);
}

/* IAMPolicyGenerator */

int plugin_iam_policy(struct layer *l, const struct node *config)
{
	struct str cloud = node_str_at(config, "cloud");
	const struct node *name = node_at(config, "kubernetesService.name");
	const struct node *namespace = node_at(config, "kubernetesService.namespace");
	const struct node *account = node_at(config, "serviceAccount.name");
	struct str email = str_printf(l->arena, "%.*s@%.*s.iam.gserviceaccount.com",
				      STR_FMT(node_text(account)),
				      STR_FMT(node_str_at(config, "serviceAccount.projectId")));

	if (!str_equal(cloud, STR("gke")))
		return builder_fail(l->b, config, "cloud provider %.*s not supported yet",
				    STR_FMT(cloud));
	const struct node *made = node_make(
		l->arena,
		"{apiVersion: v1, kind: ServiceAccount, metadata: {name: %n, namespace: %?n, "
		"annotations: {%s: %n}}}",
		builder_text(l->b, node_text(name), name),
		node_text(namespace).len ? builder_text(l->b, node_text(namespace), namespace)
					 : NULL,
		STR("iam.gke.io/gcp-service-account"), builder_text(l->b, email, account));
	struct resource *r =
		resource_new(l->arena, builder_origin(l->b, made, ORIGIN_GENERATOR, config, NULL));
	r->generated = true;
	r->origin.file = l->file_path;
	r->origin.generator = config;
	return resmap_absorb(l->b, &l->map, layer_names(l), r);
}
