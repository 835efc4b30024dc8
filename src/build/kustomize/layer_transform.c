/* layer_transform - the transformers of a kustomization, in kustomize's order */
#include "base/arena.h"
#include "base/budget.h"
#include "build/kustomize/layer.h"

static int run_namespace(struct layer *l, const struct node *value)
{
	return layer_namespace(l, value, /* unset_only= */ false, STR("defaultOnly"),
			       &l->specs.namespace);
}

static int run_prefix(struct layer *l, const struct node *value)
{
	return layer_affix(l, value, /* is_prefix= */ true, &l->specs.name_prefix);
}

static int run_suffix(struct layer *l, const struct node *value)
{
	return layer_affix(l, value, /* is_prefix= */ false, &l->specs.name_suffix);
}

static int run_labels(struct layer *l, const struct node *value)
{
	return layer_set_map(l, value, ORIGIN_LABEL, &l->specs.common_labels);
}

static int run_annotations(struct layer *l, const struct node *value)
{
	return layer_set_map(l, value, ORIGIN_ANNOTATION, &l->specs.annotations);
}

static int run_replicas(struct layer *l, const struct node *value)
{
	return layer_replicas(l, value, &l->specs.replicas);
}

static int run_images(struct layer *l, const struct node *value)
{
	return layer_images(l, value, &l->specs.images);
}

/* The kind of transformer that a field stands for: one, or one for each entry. */
static const struct step {
	const char *field;
	const char *kind;
	bool each;
	int (*run)(struct layer *l, const struct node *value);
} steps[] = {
	{ "patchesStrategicMerge", "PatchStrategicMergeTransformer", false, layer_patch_strategic },
	{ "patches", "PatchTransformer", true, layer_patches },
	{ "namespace", "NamespaceTransformer", false, run_namespace },
	{ "namePrefix", "PrefixTransformer", false, run_prefix },
	{ "nameSuffix", "SuffixTransformer", false, run_suffix },
	{ "labels", "LabelTransformer", true, layer_labels },
	{ "commonLabels", "LabelTransformer", false, run_labels },
	{ "commonAnnotations", "AnnotationsTransformer", false, run_annotations },
	{ "patchesJson6902", "PatchJson6902Transformer", true, layer_patches_json },
	{ "replicas", "ReplicaCountTransformer", true, run_replicas },
	{ "images", "ImageTagTransformer", true, run_images },
	{ "replacements", "ReplacementTransformer", false, layer_replacements },
};

void layer_record(struct layer *l, struct transformation *made)
{
	for (uint32_t i = 0; l->b->records && i < l->map.items.count; i++)
		resource_record(l->arena, l->map.items.items[i], made);
}

/* transformerAnnotations list the transformers that ran, also those that changed nothing. */
static void record(struct layer *l, const struct step *step, const struct node *value)
{
	bool is_common = str_equal(str_from_cstr(step->field), STR("commonLabels"));
	/* Wherever there are labels, common ones run, too, if only to do nothing. */
	bool idle = is_common && node_item_count(node_get(l->file, STR("labels")));
	uint32_t members =
		node_is_scalar(value) ? node_text(value).len > 0 : node_member_count(value);
	uint32_t count = step->each ? members : members > 0 || idle;
	struct transformation *made = arena_one(l->arena, struct transformation);

	made->file = l->file_path;
	made->api_version = STR("builtin");
	made->kind = str_from_cstr(step->kind);
	for (uint32_t i = 0; i < count; i++)
		layer_record(l, made);
}

int layer_transform(struct layer *l)
{
	budget_subject(builder_shown(l->b, l->file_path));
	for (size_t i = 0; i < ARRAY_COUNT(steps); i++) {
		const struct node *value = node_get(l->file, str_from_cstr(steps[i].field));
		layer_begin_step(l);
		if (value && (builder_go_on(l->b, value) < 0 || steps[i].run(l, value) < 0))
			return -1;
		if (l->b->records)
			record(l, &steps[i], value);
	}
	return layer_plugins(l, "transformers", /* generators= */ false);
}
