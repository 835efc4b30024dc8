/* layer_plugins - built-in transformers and generators configured by objects of their own */
#include "base/arena.h"
#include "build/kustomize/fields.h"
#include "build/kustomize/finish.h"
#include "build/kustomize/plugins.h"
#include "doc/make.h"
#include "doc/yaml.h"

/* What a plugin's configuration and its field specs are. */
struct plugin {
	struct layer *l;
	const struct node *config;
	struct field_specs specs; /* of the configuration: there are no others */
};

static int run_labels(struct plugin *p)
{
	return layer_set_map(p->l, node_get(p->config, STR("labels")), ORIGIN_LABEL, &p->specs);
}

static int run_annotations(struct plugin *p)
{
	return layer_set_map(p->l, node_get(p->config, STR("annotations")), ORIGIN_ANNOTATION,
			     &p->specs);
}

static int run_namespace(struct plugin *p)
{
	static const char *const modes[] = { "", "defaultOnly", "allServiceAccounts", "none" };
	struct str mode = node_str_at(p->config, "setRoleBindingSubjects");

	for (size_t i = 0; i < ARRAY_COUNT(modes); i++)
		if (str_equal(mode, str_from_cstr(modes[i])))
			return layer_namespace(p->l, node_at(p->config, "metadata.namespace"),
					       node_bool_at(p->config, "unsetOnly", false),
					       mode.len ? mode : STR("defaultOnly"), &p->specs);
	return builder_fail(p->l->b, node_get(p->config, STR("setRoleBindingSubjects")),
			    "invalid value \"%.*s\" for setRoleBindingSubjects: must be one of "
			    "\"defaultOnly\", \"none\" or \"allServiceAccounts\"",
			    STR_FMT(mode));
}

static int run_affix(struct plugin *p, bool is_prefix)
{
	if (!node_get(p->config, STR("fieldSpecs")))
		return builder_fail(p->l->b, p->config, "fieldSpecs is not expected to be nil");
	return layer_affix(p->l, node_get(p->config, is_prefix ? STR("prefix") : STR("suffix")),
			   is_prefix, &p->specs);
}

static int run_prefix(struct plugin *p)
{
	return run_affix(p, /* is_prefix= */ true);
}

static int run_suffix(struct plugin *p)
{
	return run_affix(p, /* is_prefix= */ false);
}

static int run_prefix_suffix(struct plugin *p)
{
	return run_prefix(p) < 0 ? -1 : run_suffix(p);
}

static int run_images(struct plugin *p)
{
	const struct node *tag = node_get(p->config, STR("imageTag"));
	const struct node *list = node_list_append(p->l->arena, NULL, tag ? tag : node_empty_map());

	return layer_images(p->l, list, &p->specs);
}

static int run_replicas(struct plugin *p)
{
	const struct node *replica = node_get(p->config, STR("replica"));
	const struct node *list =
		node_list_append(p->l->arena, NULL, replica ? replica : node_empty_map());

	return layer_replicas(p->l, list, &p->specs);
}

static int run_patch(struct plugin *p)
{
	return layer_patch_one(p->l, p->config);
}

static int run_patch_json(struct plugin *p)
{
	const struct node *operations = node_get(p->config, STR("jsonOp"));
	const struct node *entry = p->config;

	if (operations)
		entry = node_with(p->l->arena, entry, STR("patch"), operations);
	return layer_patches_json(p->l, node_list_append(p->l->arena, NULL, entry));
}

static int run_patch_strategic(struct plugin *p)
{
	const struct node *paths = node_get(p->config, STR("paths"));
	const struct node *patches = node_get(p->config, STR("patches"));
	const struct node *list = paths;

	if (patches)
		list = node_list_append(p->l->arena, paths, patches);
	if (!node_item_count(list))
		return builder_fail(p->l->b, p->config, "empty file path and empty patch content");
	return layer_patch_strategic(p->l, list);
}

static int run_replacement(struct plugin *p)
{
	return layer_replacements(p->l, node_get(p->config, STR("replacements")));
}

static const struct node *with_name(struct plugin *p)
{
	static const char *const fields[] = { "name", "namespace" };
	const struct node *args = p->config;

	for (size_t i = 0; i < ARRAY_COUNT(fields); i++) {
		const struct node *n =
			node_get(node_get(args, STR("metadata")), str_from_cstr(fields[i]));
		if (n && !node_get(args, str_from_cstr(fields[i])))
			args = node_with(p->l->arena, args, str_from_cstr(fields[i]), n);
	}
	return args;
}

static int run_configmap(struct plugin *p)
{
	return layer_generate_one(p->l, with_name(p), /* secret= */ false);
}

static int run_secret(struct plugin *p)
{
	return layer_generate_one(p->l, with_name(p), /* secret= */ true);
}

static int run_value_add(struct plugin *p)
{
	return plugin_value_add(p->l, p->config);
}

static int run_iam_policy(struct plugin *p)
{
	return plugin_iam_policy(p->l, p->config);
}

static int run_hash(struct plugin *p)
{
	for (uint32_t i = 0; i < p->l->map.items.count; i++) {
		struct resource *r = p->l->map.items.items[i];
		r->needs_hash = r->generated || r->needs_hash ||
				str_equal(resource_internal(r, "needsHashSuffix"), STR("enabled"));
	}
	finish_hashes(p->l);
	return 0;
}

static const struct {
	const char *kind;
	bool generator;
	int (*run)(struct plugin *p);
} plugins[] = {
	{ "LabelTransformer", false, run_labels },
	{ "AnnotationsTransformer", false, run_annotations },
	{ "NamespaceTransformer", false, run_namespace },
	{ "PrefixTransformer", false, run_prefix },
	{ "SuffixTransformer", false, run_suffix },
	{ "PrefixSuffixTransformer", false, run_prefix_suffix },
	{ "ImageTagTransformer", false, run_images },
	{ "ReplicaCountTransformer", false, run_replicas },
	{ "PatchTransformer", false, run_patch },
	{ "PatchJson6902Transformer", false, run_patch_json },
	{ "PatchStrategicMergeTransformer", false, run_patch_strategic },
	{ "ReplacementTransformer", false, run_replacement },
	{ "ValueAddTransformer", false, run_value_add },
	{ "HashTransformer", false, run_hash },
	{ "ConfigMapGenerator", true, run_configmap },
	{ "SecretGenerator", true, run_secret },
	{ "IAMPolicyGenerator", true, run_iam_policy },
};

/* What the annotation of a function says that runs; STR_NONE: it says nothing that is known. */
static struct str function_text(struct layer *l, const struct node *annotation)
{
	static const struct {
		struct trusted_path path;
		const char *what;
	} ways[] = { { TRUSTED_PATH_INIT("container.image"), "the container" },
		     { TRUSTED_PATH_INIT("exec.path"), "the program" },
		     { TRUSTED_PATH_INIT("starlark.path"), "the Starlark script" },
		     { TRUSTED_PATH_INIT("starlark.name"), "the Starlark script" } };
	struct error ignored;

	builder_announce(l->b, annotation, node_text(annotation));
	const struct node *function = yaml_read_one(l->b->set, builder_shown(l->b, l->file_path),
						    node_text(annotation), DIALECT_SIGS, &ignored);
	for (size_t i = 0; i < ARRAY_COUNT(ways); i++)
		if (node_find_str(function, ways[i].path).len)
			return str_printf(l->arena, "%s '%.*s'", ways[i].what,
					  STR_FMT(node_find_str(function, ways[i].path)));
	return STR_NONE;
}

static int refuse_function(struct layer *l, const struct resource *r, const struct node *annotation)
{
	struct str what = function_text(l, annotation);

	builder_fail(l->b, annotation,
		     "external plugins disabled; unable to load external plugin '%.*s', which runs "
		     "%.*s",
		     STR_FMT(r->gvk.kind), STR_FMT(what.ptr ? what : STR("a function")));
	return error_hint(l->b->err, "functions do not run here: commit what `kustomize build "
				     "--enable-alpha-plugins` makes of it, or use a built-in "
				     "transformer");
}

static int refuse_plugin(struct layer *l, const struct resource *r)
{
	static const char *const functions[] = { "config.kubernetes.io/function",
						 "config.k8s.io/function" };
	const struct node *annotations = object_annotations(r->node);

	if (str_equal(r->gvk.version, STR("builtin")) && !r->gvk.group.len)
		return builder_fail(l->b, r->node, "unable to load builtin %.*s",
				    STR_FMT(resource_text(l->arena, r)));
	for (size_t i = 0; i < ARRAY_COUNT(functions); i++) {
		const struct node *n = node_get(annotations, str_from_cstr(functions[i]));
		if (node_is_scalar(n))
			return refuse_function(l, r, n);
	}
	builder_fail(l->b, r->node,
		     "external plugins disabled; unable to load external plugin '%.*s'",
		     STR_FMT(r->gvk.kind));
	return error_hint(l->b->err, "plugins other than the built-in ones do not run here: commit "
				     "what `kustomize build --enable-alpha-plugins` makes of it");
}

static int run_plugin(struct layer *l, const struct resource *r, bool generators)
{
	const struct node *known, *metadata = node_get(r->node, STR("metadata"));
	struct plugin p = { .l = l };

	if (fields_read(l->b, generators ? FIELDS_GENERATOR : FIELDS_TRANSFORMER, r->node,
			/* strict= */ false, &known) < 0)
		return -1;
	p.config = node_with(l->arena, known, STR("metadata"), metadata);
	field_specs_read(l->arena, node_get(p.config, STR("fieldSpecs")), &p.specs);
	for (size_t i = 0; i < ARRAY_COUNT(plugins); i++)
		if (str_equal(r->gvk.kind, str_from_cstr(plugins[i].kind)) &&
		    str_equal(r->gvk.version, STR("builtin")) && !r->gvk.group.len &&
		    plugins[i].generator == generators)
			return plugins[i].run(&p);
	return refuse_plugin(l, r);
}

/* Objects of an entry: inline text, a file, or a kustomization that makes them. */
static int load_entry(struct layer *l, const struct node *entry, struct resmap *ret)
{
	struct str text = node_text(entry), path;
	struct str full = builder_join(l->arena, l->directory, text);

	if (str_find_char(text, '\n') >= 0 || str_starts(text, STR("{"))) {
		builder_announce(l->b, entry, text);
		return resmap_read(l->b, builder_shown(l->b, l->file_path), text, ret);
	}
	if (files_kind(l->b->files, l->arena, full) == FILE_DIRECTORY) {
		struct layer sub = { .b = l->b, .arena = l->arena };
		sub.via = builder_step(l->b, ORIGIN_BASE, entry, NULL);
		if (files_realpath(l->b->files, l->arena, full, &sub.directory, l->b->err) < 0 ||
		    layer_build(&sub, /* as_component= */ false) < 0 || finish_references(&sub) < 0)
			return -1;
		*ret = sub.map;
		return 0;
	}
	if (builder_load_file(l->b, l->directory, text, &text, &path) < 0) {
		l->b->err->position = entry->position;
		return -1;
	}
	return resmap_read(l->b, path, text, ret);
}

static void record(struct layer *l, const struct resource *config)
{
	struct transformation *made = arena_one(l->arena, struct transformation);

	made->file = config->origin.file;
	made->api_version = node_str_at(config->node, "apiVersion");
	made->kind = config->gvk.kind;
	made->name = config->name;
	made->namespace = config->namespace;
	layer_record(l, made);
}

/* Validators */

/* An object as it was. */
struct kept {
	struct str id; /* with the namespace that counts */
	struct str shown;
	const struct node *node;
};

static struct kept *keep_all(struct layer *l)
{
	struct kept *kept = arena_array(l->arena, struct kept, l->map.items.count);

	for (uint32_t i = 0; i < l->map.items.count; i++) {
		const struct resource *r = l->map.items.items[i];
		kept[i] = (struct kept){ resource_effective_text(l->arena, r),
					 resource_text(l->arena, r), r->node };
	}
	return kept;
}

/* The label with which a validator says that it has seen an object may be there. */
static const struct node *without_mark(struct arena *arena, const struct node *object)
{
	const struct node *labels = object_labels(object);
	struct str mark = STR("validated-by");

	if (!node_get(labels, mark))
		return object;
	labels = node_without(arena, labels, mark);
	return node_set(arena, object, "metadata.labels", node_entry_count(labels) ? labels : NULL);
}

static int refuse_change(struct layer *l, const struct node *config, const char *what,
			 struct str id)
{
	builder_fail(l->b, config, "validator shouldn't modify the resource map: %s%.*s", what,
		     STR_FMT(id));
	return error_hint(l->b->err, "what changes objects belongs into transformers");
}

/* Source: kustomize 5.7.1, runValidators and ErrorIfNotEqualSets. */
static int check_unchanged(struct layer *l, const struct node *config, const struct kept *kept,
			   uint32_t count)
{
	struct map now;

	if (l->map.items.count != count)
		return refuse_change(l, config, "lists have different number of entries", STR(""));
	map_init(&now, l->arena);
	for (uint32_t i = 0; i < count; i++) {
		struct resource *r = l->map.items.items[i];
		map_put(&now, resource_effective_text(l->arena, r), r);
	}
	for (uint32_t i = 0; i < count; i++) {
		const struct resource *r = map_get(&now, kept[i].id);
		if (!r)
			return refuse_change(l, config,
					     "id in self missing from other; id: ", kept[i].shown);
		if (r->node != kept[i].node &&
		    !node_equal(without_mark(l->arena, r->node), kept[i].node))
			return refuse_change(l, config, "nodes unequal: ", kept[i].shown);
	}
	return 0;
}

int layer_validate(struct layer *l)
{
	const struct node *list = node_get(l->file, STR("validators"));

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		struct resmap configs = { .arena = l->arena };
		if (load_entry(l, node_item(list, i), &configs) < 0)
			return -1;
		for (uint32_t c = 0; c < configs.items.count; c++) {
			const struct resource *config = configs.items.items[c];
			uint32_t count = l->map.items.count;
			const struct kept *kept = keep_all(l);
			layer_begin_step(l);
			if (run_plugin(l, config, /* generators= */ false) < 0 ||
			    check_unchanged(l, config->node, kept, count) < 0)
				return -1;
		}
	}
	return 0;
}

int layer_plugins(struct layer *l, const char *field, bool generators)
{
	const struct node *list = node_get(l->file, str_from_cstr(field));

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		struct resmap configs = { .arena = l->arena };
		if (load_entry(l, node_item(list, i), &configs) < 0)
			return -1;
		for (uint32_t c = 0; c < configs.items.count; c++) {
			layer_begin_step(l);
			if (run_plugin(l, configs.items.items[c], generators) < 0)
				return -1;
			if (!generators && l->b->records)
				record(l, configs.items.items[c]);
		}
	}
	return 0;
}
