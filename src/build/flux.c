/* flux - what a Flux Kustomization makes of a source: generated or edited kustomization, build,
 * substitution */
#include "build/flux.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/file_path.h"
#include "base/map.h"
#include "base/vec.h"
#include "build/flux_generate.h"
#include "build/flux_origins.h"
#include "build/flux_values.h"
#include "build/kustomize.h"
#include "build/sops.h"
#include "doc/make.h"
#include "doc/map_edit.h"
#include "doc/nodes.h"
#include "doc/segments.h"
#include "doc/yaml.h"
#include "kube/secret.h"
#include "lang/substitute.h"

struct work {
	const struct files *files; /* the input's */
	struct docset *set;
	struct arena *arena;
	const struct node *spec;
	const struct flux_input *input;
	const struct node *variables; /* the input's, without line breaks */
	struct flux_fault *fault;
	struct error *err;
};

static int fail(struct work *w, enum flux_reason reason, struct str message)
{
	w->fault->reason = reason;
	w->fault->message = str_copy(w->arena, message);
	return -1;
}

/* "./apps/x/" → "/apps/x", below the root of the source. */
static struct str clean_path(struct work *w)
{
	struct str below = file_path_without_steps(w->arena, node_str_at(w->spec, "path"));
	struct str root = str_strip_suffix(w->files->root, STR("/"));

	if (below.len == 1 && root.len)
		return root;
	return str_concat(w->arena, root, below);
}

static int check_path(struct work *w, struct str path)
{
	enum file_kind kind = files_kind(w->files, w->arena, path);
	struct str below = str_strip_prefix(path, str_strip_suffix(w->files->root, STR("/")));
	struct str shown = below.len <= 1 ? STR(".") : str_from(below, 1);

	if (kind == FILE_DIRECTORY)
		return 0;
	error_set(w->err, ERROR_INPUT, ERROR_NO_POSITION,
		  "kustomization path not found: stat %.*s: no such file or directory",
		  STR_FMT(shown));
	return fail(w, FLUX_ARTIFACT_FAILED, str_from_cstr(w->err->text));
}

/* What the API server would not have let in. */
static int check_types(struct work *w)
{
	static const struct {
		struct trusted_path path;
		enum node_kind kind;
	} members[] = {
		{ TRUSTED_PATH_INIT("patches"), NODE_LIST },
		{ TRUSTED_PATH_INIT("components"), NODE_LIST },
		{ TRUSTED_PATH_INIT("images"), NODE_LIST },
		{ TRUSTED_PATH_INIT("commonMetadata"), NODE_MAP },
		{ TRUSTED_PATH_INIT("commonMetadata.labels"), NODE_MAP },
		{ TRUSTED_PATH_INIT("commonMetadata.annotations"), NODE_MAP },
	};

	for (size_t i = 0; i < ARRAY_COUNT(members); i++) {
		const struct node *n = node_find(w->spec, members[i].path);
		if (node_is_null(n) || n->kind == members[i].kind)
			continue;
		error_set(w->err, ERROR_INPUT, n->position, "spec.%s must be a %s",
			  members[i].path.path, members[i].kind == NODE_LIST ? "list" : "map");
		return fail(w, FLUX_BUILD_FAILED, str_from_cstr(w->err->text));
	}
	return 0;
}

/* The file that is there, or one that lists what is there. */
static const struct node *base_kustomization(struct work *w, struct str path)
{
	struct str file, text;

	if (!kustomize_has_file(w->files, w->arena, path, &file))
		return flux_generate(w->files, w->set, path, w->err);
	if (files_read(w->files, w->arena, file, &text, w->err) < 0)
		return NULL;
	return yaml_read_one(w->set, file, text, DIALECT_SIGS, w->err);
}

static const struct node *appended(struct work *w, const struct node *k, const char *field,
				   const struct node *more)
{
	const struct node *list = node_get(k, str_from_cstr(field));

	struct nodes all = {};

	nodes_add_all(w->arena, &all, list);
	nodes_add_all(w->arena, &all, more);
	return node_item_count(more)
		       ? node_with(w->arena, k, str_from_cstr(field), nodes_list(w->arena, &all))
		       : k;
}

/* A new tag or digest replaces both. */
static const struct node *updated_image(struct work *w, const struct node *old,
					const struct node *image)
{
	static const char *const fields[] = { "newName", "newTag", "digest" };

	if (node_get(image, STR("newTag")) || node_get(image, STR("digest"))) {
		old = node_without(w->arena, old, STR("newTag"));
		old = node_without(w->arena, old, STR("digest"));
	}
	for (size_t f = 0; f < ARRAY_COUNT(fields); f++) {
		const struct node *value = node_get(image, str_from_cstr(fields[f]));
		if (value)
			old = node_with(w->arena, old, str_from_cstr(fields[f]), value);
	}
	return old;
}

static void note_image(struct map *by_name, const struct nodes *images, uint32_t index)
{
	void **slot = map_slot(by_name, node_str_at(images->items[index], "name"));

	if (!*slot)
		*slot = (void *)((uintptr_t)index + 1);
}

/* The first entry with the same name is updated field by field. */
static const struct node *merged_images(struct work *w, const struct node *k)
{
	const struct node *more = node_get(w->spec, STR("images"));
	struct nodes images = {};
	struct map by_name; /* to an index + 1 */

	if (!node_item_count(more))
		return k;
	map_init(&by_name, w->arena);
	nodes_add_all(w->arena, &images, node_get(k, STR("images")));
	for (uint32_t i = 0; i < images.count; i++)
		note_image(&by_name, &images, i);
	for (uint32_t i = 0; i < node_item_count(more); i++) {
		const struct node *image = node_item(more, i);
		uintptr_t at = (uintptr_t)map_get(&by_name, node_str_at(image, "name"));
		if (at) {
			images.items[at - 1] = updated_image(w, images.items[at - 1], image);
			continue;
		}
		nodes_add(w->arena, &images, image);
		note_image(&by_name, &images, images.count - 1);
	}
	return node_with(w->arena, k, STR("images"), nodes_list(w->arena, &images));
}

static const struct node *merged(struct work *w, const struct node *k)
{
	static const struct {
		const char *from, *to;
	} moved[] = { { "targetNamespace", "namespace" },
		      { "namePrefix", "namePrefix" },
		      { "nameSuffix", "nameSuffix" },
		      { "buildMetadata", "buildMetadata" } };

	for (size_t i = 0; i < ARRAY_COUNT(moved); i++) {
		const struct node *value = node_get(w->spec, str_from_cstr(moved[i].from));
		if (!node_is_empty(value))
			k = node_with(w->arena, k, str_from_cstr(moved[i].to), value);
	}
	k = appended(w, k, "patches", node_get(w->spec, STR("patches")));
	k = appended(w, k, "components", node_get(w->spec, STR("components")));
	return merged_images(w, k);
}

/* Components that are not there may be left out when the spec says so. */
static const struct node *without_missing(struct work *w, const struct node *k, struct str path)
{
	const struct node *list = node_get(k, STR("components"));
	struct nodes kept = {};

	if (!node_bool_at(w->spec, "ignoreMissingComponents", false) || !list)
		return k;
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		struct str at = str_printf(w->arena, "%.*s/%.*s", STR_FMT(path),
					   STR_FMT(node_text(node_item(list, i))));
		if (files_kind(w->files, w->arena, at) == FILE_DIRECTORY)
			nodes_add(w->arena, &kept, node_item(list, i));
	}
	return kept.count ? node_with(w->arena, k, STR("components"), nodes_list(w->arena, &kept))
			  : node_without(w->arena, k, STR("components"));
}

/* Decryption */

static bool decrypts(const struct work *w)
{
	return w->input->sops &&
	       str_equal(node_str_at(w->spec, "decryption.provider"), STR("sops"));
}

static int decrypt_all(struct work *w, struct render *render)
{
	for (uint32_t i = 0; decrypts(w) && i < render->count; i++)
		if (sops_decrypt(w->input->sops, render->objects[i], &render->objects[i], w->err) <
		    0)
			return fail(w, FLUX_BUILD_FAILED, str_from_cstr(w->err->text));
	return 0;
}

/* Substitution */

static bool is_disabled(const struct node *object)
{
	struct str name = STR("kustomize.toolkit.fluxcd.io/substitute");

	return str_equal(object_annotation(object, name), STR("disabled")) ||
	       str_equal(object_label(object, name), STR("disabled"));
}

static int substitution_failed(struct work *w, const struct node *object)
{
	struct gvk gvk = object_gvk(object);
	struct str group = gvk.group.len ? gvk.group : STR("[noGrp]");

	error_wrap(w->err, "post build failed for '%.*s.%.*s.%.*s/%.*s'", STR_FMT(gvk.kind),
		   STR_FMT(gvk.version), STR_FMT(group), STR_FMT(object_name(object)));
	return fail(w, FLUX_BUILD_FAILED, str_from_cstr(w->err->text));
}

static int envsubst_failed(struct work *w, const struct node *object)
{
	error_wrap(w->err, "envsubst error");
	return substitution_failed(w, object);
}

/* The object as the text in which Flux substitutes variables: a text of the set that leads back to
 * the files. */
static int object_as_text(struct work *w, const struct node *object, struct str path,
			  struct substitution *ret)
{
	struct segments segments;
	struct buf buf;

	buf_init(&buf, w->arena);
	segments_init(&segments, w->arena);
	if (yaml_write_segments(&buf, object, &segments, w->err) < 0)
		return -1;
	ret->text = buf_str(&buf);
	docset_generated(w->set, ret->text, &segments);
	return docset_add(w->set, path, ret->text, &ret->position, w->err);
}

static int substitute_object(struct work *w, const struct node **object)
{
	struct substitution input = { .strict = true };
	struct str name = object_label_text(w->arena, *object);
	struct segments segments;
	struct buf out;

	if (w->input->missing.len) {
		error_set(w->err, ERROR_INPUT, ERROR_NO_POSITION, "%.*s",
			  STR_FMT(w->input->missing));
		return substitution_failed(w, *object);
	}
	if (object_as_text(w, *object, name, &input) < 0)
		return substitution_failed(w, *object);
	/* For each object again, as Flux does: one that no object needs is not looked at. */
	if (!w->variables &&
	    flux_variables(w->arena, w->input->variables, &w->variables, w->err) < 0)
		return envsubst_failed(w, *object);
	input.variables = w->variables;
	buf_init(&out, w->arena);
	segments_init(&segments, w->arena);
	if (substitute(&input, &out, &segments, w->err) < 0) {
		error_wrap(w->err, "variable substitution failed");
		return envsubst_failed(w, *object);
	}
	if (str_equal(input.text, buf_str(&out)))
		return 0;
	docset_generated(w->set, buf_str(&out), &segments);
	const struct node *changed =
		yaml_read_one(w->set, name, buf_str(&out), DIALECT_SIGS, w->err);
	if (!changed || yaml_decode(w->arena, changed, &changed, w->err) < 0) {
		error_wrap(w->err, "variable substitution failed");
		return envsubst_failed(w, *object);
	}
	changed = secret_marked_generated(w->set, changed); /* steps keep what they begin with */
	changed = flux_origins(w->set, *object, changed, w->variables);
	*object = secret_marked(w->arena, changed);
	secret_hide(w->set, *object);
	return 0;
}

static int substitute_all(struct work *w, struct render *render)
{
	const struct node *post = node_get(w->spec, STR("postBuild"));
	bool always = str_equal(node_str_at(post, "substituteStrategy"), STR("Always"));

	bool some = node_entry_count(w->input->variables) || w->input->missing.len;

	if (!post || (!always && !some))
		return 0;
	for (uint32_t i = 0; i < render->count; i++)
		if (!is_disabled(render->objects[i]) &&
		    substitute_object(w, &render->objects[i]) < 0)
			return -1;
	return 0;
}

/* Each value with a step: the line of commonMetadata, and what stood there before. */
static const struct node *with_common(struct work *w, const struct node *map,
				      const struct node *more, enum origin_kind kind)
{
	struct map_edit edit = map_edit_begin(w->arena, map);

	for (uint32_t i = 0; i < node_entry_count(more); i++) {
		const struct entry *e = node_entry(more, i);
		const struct node *before = map_edit_get(&edit, node_text(e->key));
		struct origin_step step = { .kind = kind,
					    .instruction = e->value->position,
					    .before = before };
		map_edit_set(&edit, node_text(e->key),
			     node_with_step(w->arena, e->value, origin_add(w->set, step)));
	}
	return map_edit_end(&edit);
}

static void add_metadata(struct work *w, struct render *render)
{
	static const char *const maps[] = { "labels", "annotations" };
	static const enum origin_kind kinds[] = { ORIGIN_LABEL, ORIGIN_ANNOTATION };
	const struct node *common = node_get(w->spec, STR("commonMetadata"));

	for (uint32_t i = 0; common && i < render->count; i++) {
		const struct node *metadata = node_get(render->objects[i], STR("metadata"));
		for (size_t m = 0; m < ARRAY_COUNT(maps); m++) {
			const struct node *more = node_get(common, str_from_cstr(maps[m]));
			const struct node *map = node_get(metadata, str_from_cstr(maps[m]));
			map = with_common(w, map, more, kinds[m]);
			if (node_entry_count(more))
				metadata =
					node_with(w->arena, metadata, str_from_cstr(maps[m]), map);
		}
		render->objects[i] =
			node_with(w->arena, render->objects[i], STR("metadata"), metadata);
	}
}

/* Flux reads what the build printed, which went through JSON. */
static int through_json(struct work *w, struct render *render)
{
	for (uint32_t i = 0; i < render->count; i++) {
		if (flux_through_json(w->arena, render->objects[i], &render->objects[i], w->err) ==
		    0)
			continue;
		error_wrap(w->err, "kustomize build failed");
		return fail(w, FLUX_BUILD_FAILED, str_from_cstr(w->err->text));
	}
	return 0;
}

int flux_build(const struct flux_input *input, struct docset *set, struct render *ret,
	       struct flux_fault *ret_fault, struct error *err)
{
	struct work w = { .files = input->files,
			  .set = set,
			  .arena = docset_arena(set),
			  .spec = node_get(input->kustomization, STR("spec")),
			  .input = input,
			  .fault = ret_fault,
			  .err = err };
	struct kustomize_options options = {
		.load_restrictions_none = true,
		.fifo_order = true,
		.warnings = input->warnings,
		.crds = input->crds,
		.root = input->files->root.len ? input->files->root : STR("/"),
	};
	struct str path = clean_path(&w);

	if (check_path(&w, path) < 0 || check_types(&w) < 0)
		return -1;
	const struct node *k = base_kustomization(&w, path);
	if (!k)
		return fail(&w, FLUX_BUILD_FAILED, str_from_cstr(err->text));
	options.kustomization = without_missing(&w, merged(&w, k), path);
	const struct node *named = node_get(w.spec, STR("path"));
	if (named && named->position)
		options.via =
			origin_add(set, (struct origin_step){ .kind = ORIGIN_KUSTOMIZATION,
							      .instruction = named->position });
	if (decrypts(&w))
		options.sops = input->sops;
	if (kustomize_build(input->files, path, &options, set, ret, err) < 0) {
		error_wrap(err, "kustomize build failed");
		return fail(&w, FLUX_BUILD_FAILED, str_from_cstr(err->text));
	}
	if (decrypt_all(&w, ret) < 0 || substitute_all(&w, ret) < 0 || through_json(&w, ret) < 0)
		return -1;
	add_metadata(&w, ret);
	return 0;
}

/* The text of a node, written where that stands. */
static const struct node *owner_label(struct arena *arena, struct docset *set,
				      const struct node *value)
{
	const struct node *text = node_str(arena, node_text(value));
	struct node *label = arena_copy(arena, text, sizeof(*text));

	if (!set || !value)
		return label;
	label->position = value->position;
	label->step = origin_add(
		set, (struct origin_step){ .kind = value->position ? ORIGIN_LABEL : ORIGIN_ASSUMED,
					   .instruction = value->position });
	return label;
}

const struct node *flux_owned(struct arena *arena, struct docset *set, const struct node *object,
			      const struct node *kustomization)
{
	const struct node *metadata = node_get_lit(kustomization, "metadata");
	const struct node *o = node_set(arena, object, "metadata.labels[" FLUX_OWNER_NAME "]",
					owner_label(arena, set, node_get_lit(metadata, "name")));

	return node_set(arena, o, "metadata.labels[" FLUX_OWNER_NAMESPACE "]",
			owner_label(arena, set, node_get_lit(metadata, "namespace")));
}
