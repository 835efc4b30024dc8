/* layer_file - the kustomization file of a directory: finding, reading, checking it */
#include "base/arena.h"
#include "base/budget.h"
#include "build/kustomize/fields.h"
#include "doc/make.h"
#include "doc/secret.h"
#include "doc/set.h"
#include "doc/yaml.h"
#include "kube/secret.h"

static const char *const file_names[] = { "kustomization.yaml", "kustomization.yml",
					  "Kustomization" };

bool kustomize_has_file(const struct files *files, struct arena *arena, struct str directory,
			struct str *ret_path)
{
	for (size_t i = 0; i < ARRAY_COUNT(file_names); i++) {
		struct str path = builder_join(arena, directory, str_from_cstr(file_names[i]));
		if (files_kind(files, arena, path) != FILE_REGULAR)
			continue;
		if (ret_path)
			*ret_path = path;
		return true;
	}
	return false;
}

static int find_file(struct layer *l)
{
	struct builder *b = l->b;
	int count = 0;

	for (size_t i = 0; i < ARRAY_COUNT(file_names); i++) {
		struct str path =
			builder_join(l->arena, l->directory, str_from_cstr(file_names[i]));
		struct error ignored;
		struct str real;
		/* One that may not be read is none, as kustomize's loader has it. */
		if (files_kind(b->files, l->arena, path) != FILE_REGULAR ||
		    files_realpath(b->files, l->arena, path, &real, &ignored) < 0 ||
		    !builder_allows(b, l->directory, real))
			continue;
		l->file_path = path;
		count++;
	}
	if (count == 1)
		return 0;
	if (count > 1)
		return builder_fail(b, NULL, "Found multiple kustomization files under: %.*s",
				    STR_FMT(builder_shown(b, l->directory)));
	builder_fail(b, NULL,
		     "unable to find one of 'kustomization.yaml', 'kustomization.yml' or "
		     "'Kustomization' in directory '%.*s'",
		     STR_FMT(builder_shown(b, l->directory)));
	return error_hint(b->err, "name a directory that holds one, or create it there");
}

static int check_header(struct layer *l)
{
	struct str kind = node_str_at(l->file, "kind");
	struct str version = node_str_at(l->file, "apiVersion");
	bool component = str_equal(kind, STR("Component"));
	struct str wanted = component ? STR("kustomize.config.k8s.io/v1alpha1")
				      : STR("kustomize.config.k8s.io/v1beta1");

	if (kind.len && !component && !str_equal(kind, STR("Kustomization")))
		return builder_fail(l->b, node_get(l->file, STR("kind")),
				    "kind should be Kustomization or Component");
	if (version.len && !str_equal(version, wanted))
		return builder_fail(l->b, node_get(l->file, STR("apiVersion")),
				    "apiVersion for %s should be %.*s",
				    component ? "Component" : "Kustomization", STR_FMT(wanted));
	return 0;
}

static const struct node *appended(struct arena *arena, const struct node *file, const char *field,
				   const char *old)
{
	const struct node *list = node_get(file, str_from_cstr(field));
	const struct node *more = node_get(file, str_from_cstr(old));

	for (uint32_t i = 0; i < node_item_count(more); i++)
		list = node_list_append(arena, list, node_item(more, i));
	return more ? node_with(arena, file, str_from_cstr(field), list) : file;
}

/* An empty list counts: it says something. */
static bool is_empty(const struct node *file)
{
	for (uint32_t i = 0; i < node_entry_count(file); i++) {
		struct str key = node_text(node_entry(file, i)->key);
		if (!str_equal(key, STR("apiVersion")) && !str_equal(key, STR("kind")) &&
		    !(node_is_scalar(node_entry(file, i)->value) &&
		      !node_text(node_entry(file, i)->value).len))
			return false;
	}
	return true;
}

static const struct rule deprecated_rule = {
	STR_INIT("kustomize/deprecated-field"),
	SEVERITY_WARNING,
	STR_INIT("a field of a kustomization that has a successor"),
};

static void warn_deprecated(struct layer *l)
{
	static const struct {
		const char *field, *instead;
	} deprecated[] = {
		{ "bases", "resources" },
		{ "commonLabels", "labels" },
		{ "imageTags", "images" },
		{ "patchesJson6902", "patches" },
		{ "patchesStrategicMerge", "patches" },
		{ "vars", "replacements" },
	};

	for (size_t i = 0; l->b->warnings && i < ARRAY_COUNT(deprecated); i++) {
		const struct node *n = node_get(l->file, str_from_cstr(deprecated[i].field));
		if (n)
			finding_add(l->b->warnings, &deprecated_rule, n,
				    "'%s' is deprecated. Please use '%s' instead.",
				    deprecated[i].field, deprecated[i].instead);
	}
}

static int normalise(struct layer *l, const struct node *root)
{
	if (!node_is_map(root))
		return builder_fail(l->b, root, "kustomization.yaml is empty");
	if (fields_read(l->b, FIELDS_KUSTOMIZATION, root, /* strict= */ true, &l->file) < 0 ||
	    check_header(l) < 0)
		return -1;
	if (is_empty(l->file))
		return builder_fail(l->b, root, "kustomization.yaml is empty");
	warn_deprecated(l);
	l->file = appended(l->arena, l->file, "resources", "bases");
	l->file = appended(l->arena, l->file, "images", "imageTags");
	return 0;
}

/* What says which Secret it is, and where it comes from; all else in a generator may be values. */
static bool is_plain_field(struct str key)
{
	static const struct str plain[] = { STR_INIT("name"),	  STR_INIT("namespace"),
					    STR_INIT("behavior"), STR_INIT("type"),
					    STR_INIT("files"),	  STR_INIT("envs"),
					    STR_INIT("env"),	  STR_INIT("options") };

	for (size_t i = 0; i < ARRAY_COUNT(plain); i++)
		if (str_equal(key, plain[i]))
			return true;
	return false;
}

/* Patches are looked through when they are read. */
static void hide_secrets(struct layer *l, const struct node *root)
{
	const struct node *generators = node_get(root, STR("secretGenerator"));

	for (uint32_t i = 0; node_item(generators, i); i++) {
		const struct node *generator = node_item(generators, i);
		for (uint32_t k = 0; k < node_entry_count(generator); k++) {
			const struct entry *e = node_entry(generator, k);
			if (!is_plain_field(node_text(e->key)))
				secret_hide(l->b->set, node_marked_secret(l->arena, e->value));
		}
	}
	secret_hide(l->b->set, secret_marked(l->arena, root));
}

static int read_root(struct layer *l, const struct node **ret)
{
	struct builder *b = l->b;
	struct str text;

	if (find_file(l) < 0)
		return -1;
	budget_subject(builder_shown(b, l->file_path));
	if (files_read(b->files, l->arena, l->file_path, &text, b->err) < 0)
		return -1;
	const struct node *root = yaml_read_one(b->set, l->file_path, text, DIALECT_SIGS, b->err);
	if (!root)
		return error_wrap(b->err, "invalid Kustomization");
	if (yaml_merge_keys(l->arena, root, &root, b->err) < 0)
		return -1;
	hide_secrets(l, root);
	*ret = root;
	return 0;
}

int layer_read_file(struct layer *l)
{
	struct builder *b = l->b;
	const struct node *root;

	if (b->depth == 1 && b->options->kustomization) {
		l->file_path = builder_join(l->arena, l->directory, STR("kustomization.yaml"));
		return normalise(l, b->options->kustomization);
	}
	return read_root(l, &root) < 0 ? -1 : normalise(l, root);
}

int layer_read_as_written(struct layer *l)
{
	const struct node *root;

	if (read_root(l, &root) < 0)
		return -1;
	if (!node_is_map(root))
		return builder_fail(l->b, root, "kustomization.yaml is empty");
	return fields_read(l->b, FIELDS_KUSTOMIZATION, root, /* strict= */ true, &l->file);
}
