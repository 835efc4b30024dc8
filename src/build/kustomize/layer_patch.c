/* layer_patch - strategic merge and JSON patches, chosen by what they hold */
#include "base/arena.h"
#include "base/budget.h"
#include "base/suggest.h"
#include "build/kustomize/json_trip.h"
#include "build/kustomize/layer.h"
#include "build/kustomize/patch_warn.h"
#include "doc/json.h"
#include "doc/make.h"
#include "doc/nodes.h"
#include "doc/patch.h"
#include "doc/redact.h"
#include "doc/secret.h"
#include "doc/yaml.h"
#include "kube/label_selector.h"
#include "kube/smp/smp.h"
#include "lang/regex.h"

/* Selecting */

/* Compiled once for all resources of a build; NULL: the error is set. */
static const struct regex *pattern_of(struct builder *b, const struct node *pattern)
{
	const struct regex *regex = map_get(&b->patterns, node_text(pattern));

	if (regex)
		return regex;
	regex = regex_compile(b->arena, node_text(pattern), REGEX_WHOLE, b->err);
	if (regex)
		map_put(&b->patterns, node_text(pattern), (void *)(uintptr_t)regex);
	else
		b->err->position = pattern->position;
	return regex;
}

static int matches_pattern(struct builder *b, const struct node *pattern, struct str a,
			   struct str other, bool *ret)
{
	*ret = true;
	if (!node_text(pattern).len)
		return 0;
	const struct regex *regex = pattern_of(b, pattern);
	if (!regex)
		return -1;
	*ret = regex_match(regex, a) || (other.ptr && regex_match(regex, other));
	return 0;
}

static const struct label_selector *selector_of(struct builder *b, const struct node *text)
{
	struct label_selector *selector = map_get(&b->selectors, node_text(text));

	if (selector)
		return selector;
	selector = arena_one(b->arena, struct label_selector);
	if (label_selector_parse(b->arena, node_text(text), selector, b->err) < 0) {
		b->err->position = text->position;
		return NULL;
	}
	map_put(&b->selectors, node_text(text), selector);
	return selector;
}

static int matches_selector(struct builder *b, const struct node *text, const struct node *labels,
			    bool *ret)
{
	*ret = true;
	if (!node_text(text).len)
		return 0;
	const struct label_selector *selector = selector_of(b, text);
	if (!selector)
		return -1;
	*ret = label_selector_matches(selector, labels);
	return 0;
}

int layer_selects(struct builder *b, const struct node *selector, const struct resource *r,
		  bool *ret)
{
	struct previous_id original = resource_original(r);
	const struct {
		const char *field;
		struct str current, before;
	} parts[] = {
		{ "group", r->gvk.group, STR_NONE },
		{ "version", r->gvk.version, STR_NONE },
		{ "kind", r->gvk.kind, STR_NONE },
		{ "name", r->name, original.name },
		{ "namespace", resource_effective_namespace(r->cluster_kinds, r->gvk, r->namespace),
		  resource_effective_namespace(r->cluster_kinds, r->gvk, original.namespace) }
	};

	*ret = true;
	budget_spend(1);
	for (size_t i = 0; *ret && i < ARRAY_COUNT(parts); i++)
		if (matches_pattern(b, node_get(selector, str_from_cstr(parts[i].field)),
				    parts[i].current, parts[i].before, ret) < 0)
			return -1;
	if (*ret && matches_selector(b, node_get(selector, STR("labelSelector")),
				     object_labels(r->node), ret) < 0)
		return -1;
	if (*ret && matches_selector(b, node_get(selector, STR("annotationSelector")),
				     object_annotations(r->node), ret) < 0)
		return -1;
	return 0;
}

/* Applying */

struct patch {
	struct layer *l;
	const struct node *entry; /* the instruction */
	bool allow_name;
	bool allow_kind;
	bool is_selecting;	      /* with a target, or of patchesStrategicMerge */
	bool is_json6902;	      /* of patchesJson6902, which keeps no earlier ids */
	const struct node *warned_of; /* the last one whose warnings were told */
};

/* The object's, or of a kind without one the patch's (kyaml, walk.go), whose version becomes the
 * object's before. */
static int schema_for(struct builder *b, const struct resource *r, const struct node *patch,
		      struct smp_options *options)
{
	bool is_own;

	if (openapi_schema(b, r->gvk, &options->schema, &is_own) < 0)
		return -1;
	struct gvk gvk = { r->gvk.group, r->gvk.version, object_kind(patch) };
	if (!schema_exists(options->schema) &&
	    openapi_schema(b, gvk, &options->schema, &is_own) < 0)
		return -1;
	options->flags = SMP_KUSTOMIZE | (is_own ? SMP_NEW_LISTS : 0);
	return 0;
}

/* Name, kind and namespace stay, unless the patch may change them. */
static const struct node *keep_identity(const struct patch *p, const struct resource *r,
					const struct node *n)
{
	struct arena *arena = p->l->arena;

	if (!p->allow_name)
		n = node_set(arena, n, "metadata.name", node_at(r->node, "metadata.name"));
	if (!p->allow_kind)
		n = node_set(arena, n, "kind", node_get(r->node, STR("kind")));
	n = node_set(arena, n, "apiVersion", node_get(r->node, STR("apiVersion")));
	return node_set(arena, n, "metadata.namespace", node_at(r->node, "metadata.namespace"));
}

static void remove_resource(struct layer *l, struct resource *r)
{
	r->is_removed = true;
	for (uint32_t i = 0; i < l->map.items.count; i++)
		if (l->map.items.items[i] == r) {
			VEC_REMOVE(&l->map.items, i);
			return;
		}
}

/* A patch that is applied by selection, or may rename, has gone through kustomize's setters: its
 * labels and annotations are texts, null as well, so that they remove nothing. */
static const struct node *as_set(const struct patch *p, const struct node *patch)
{
	static const struct trusted_path paths[] = { TRUSTED_PATH_INIT("metadata.annotations"),
						     TRUSTED_PATH_INIT("metadata.labels") };
	size_t count = p->is_selecting ? 2 : p->allow_name || p->allow_kind;

	for (size_t i = 0; i < count; i++) {
		const struct node *old = node_find(patch, paths[i]);
		const struct node *texts =
			node_entry_count(old) ? resource_texts(p->l->arena, old) : NULL;
		if (old && old != texts)
			patch = node_put(p->l->arena, patch, paths[i], texts);
	}
	return patch;
}

static int merge_into(struct patch *p, struct resource *r, const struct node *patch)
{
	struct builder *b = p->l->b;
	struct smp_options options = { .set = b->set };
	const struct node *merged;

	if (schema_for(b, r, patch, &options) < 0)
		return -1;
	if (p->warned_of != patch)
		patch_warn(b, r, patch, options.flags & SMP_NEW_LISTS);
	p->warned_of = patch;
	patch = as_set(p, patch);
	options.step = builder_step(b, ORIGIN_PATCH, p->entry, NULL);
	if (smp_apply(p->l->arena, r->node, patch, &options, &merged, b->err) < 0)
		return -1;
	if (!merged) {
		remove_resource(p->l, r);
		return 0;
	}
	if (p->allow_name || p->allow_kind)
		resource_remember(p->l->arena, r);
	resource_set(p->l->arena, r, keep_identity(p, r, merged));
	resource_index_note(layer_names(p->l), r);
	return 0;
}

/* Whether all annotations of an object are replaced or removed. */
static bool writes_annotations(const struct node *operations)
{
	static const char *const paths[] = { "", "/metadata", "/metadata/annotations" };

	for (uint32_t i = 0; i < node_item_count(operations); i++) {
		const struct node *path = node_get(node_item(operations, i), STR("path"));
		bool test = str_equal(node_str_at(node_item(operations, i), "op"), STR("test"));
		for (size_t p = 0; path && !test && p < ARRAY_COUNT(paths); p++)
			if (str_equal(node_text(path), str_from_cstr(paths[p])))
				return true;
	}
	return false;
}

static int json_into(struct patch *p, struct resource *r, const struct node *operations)
{
	struct builder *b = p->l->b;
	struct patch_options options = { .lenient = true, .set = b->set };
	const struct node *changed;

	options.step = builder_step(b, ORIGIN_PATCH, p->entry, NULL);
	changed = patch_json(p->l->arena, r->node, operations, &options, b->err);
	if (!changed)
		return -1;
	changed = json_reread(p->l->arena, changed);
	if (!p->is_json6902)
		resource_remember(p->l->arena, r);
	r->shared = (struct shared){}; /* kustomize parses the result again */
	if (writes_annotations(operations)) {
		/* kustomize keeps them among the others: the transformer counts as the
		 * generator. */
		r->origin = (struct resource_origin){};
		r->transformations.count = 0;
	}
	resource_set(p->l->arena, r, changed);
	resource_index_note(layer_names(p->l), r);
	return 0;
}

/* The name of a resource of that kind that was meant, perhaps. */
static int hint_target(struct layer *l, const struct resource *id)
{
	struct suggest suggest = suggest_start(id->name);

	for (uint32_t i = 0; i < l->map.items.count; i++)
		if (str_equal(l->map.items.items[i]->gvk.kind, id->gvk.kind))
			suggest_offer(&suggest, l->map.items.items[i]->name);
	if (suggest.best.ptr)
		return error_hint(l->b->err, "did you mean '%.*s'?", STR_FMT(suggest.best));
	return error_hint(l->b->err,
			  "kind, name and namespace of a patch are those of one resource");
}

/* The one resource with the patch's own id. */
static int find_target(struct layer *l, const struct node *patch, struct resource **ret)
{
	struct resource *id = resource_new(l->arena, patch);
	id->cluster_kinds = &l->b->openapi.cluster_kinds;
	struct str text = resource_text(l->arena, id);
	const struct resource_list *named = resource_index_get(layer_names(l), id->name);
	uint32_t found = 0;

	for (uint32_t i = 0; named && i < named->count; i++) {
		struct resource *r = named->items[i];
		if (!r->is_removed && resource_has_id(r, id->gvk, id->name, id->namespace)) {
			*ret = r;
			found++;
		}
	}
	if (found == 1)
		return 0;
	if (found)
		return builder_fail(
			l->b, patch,
			"multiple matches for Id %.*s; failed to find unique target for "
			"patch %.*s",
			STR_FMT(text), STR_FMT(text));
	builder_fail(l->b, patch,
		     "no resource matches strategic merge patch \"%.*s\": no matches for Id "
		     "%.*s; failed to find unique target for patch %.*s",
		     STR_FMT(text), STR_FMT(text), STR_FMT(text));
	return hint_target(l, id);
}

static int merge_all(struct patch *p, const struct resmap *patches)
{
	for (uint32_t i = 0; i < patches->items.count; i++) {
		struct resource *target = NULL;
		const struct node *patch = patches->items.items[i]->node;
		if (find_target(p->l, patch, &target) < 0 || merge_into(p, target, patch) < 0)
			return -1;
	}
	return 0;
}

static const struct rule unmatched_rule = {
	STR_INIT("kustomize/unmatched-target"),
	SEVERITY_WARNING,
	STR_INIT("a patch whose target selects nothing"),
};

/* Resources that a target selects, as they are now: patches may remove some. */
static int selected(struct layer *l, const struct node *target, struct resmap *ret)
{
	*ret = (struct resmap){ .arena = l->arena };
	for (uint32_t i = 0; i < l->map.items.count; i++) {
		bool matches;
		if (layer_selects(l->b, target, l->map.items.items[i], &matches) < 0)
			return -1;
		if (matches)
			VEC_PUSH(l->arena, &ret->items, l->map.items.items[i]);
	}
	if (!ret->items.count && l->b->warnings)
		finding_add(l->b->warnings, &unmatched_rule, target,
			    "the target of this patch selects nothing");
	return 0;
}

/* A patch that may rename can give two resources one id. */
static int refuse_same_ids(struct layer *l)
{
	struct map seen;

	map_init(&seen, l->arena);
	for (uint32_t i = 0; i < l->map.items.count; i++) {
		struct resource *r = l->map.items.items[i];
		struct str id = resource_effective_text(l->arena, r);
		if (map_put(&seen, id, r))
			return builder_fail(l->b, r->node,
					    "may not add resource with an already registered id: "
					    "%.*s",
					    STR_FMT(id));
	}
	return 0;
}

static int merge_selected(struct patch *p, const struct node *target, const struct resmap *patches)
{
	struct resmap targets;

	if (patches->items.count > 1)
		return builder_fail(
			p->l->b, p->entry,
			"Multiple Strategic-Merge Patches in one `patches` entry is not "
			"allowed to set `patches.target` field");
	if (selected(p->l, target, &targets) < 0)
		return -1;
	for (uint32_t i = 0; i < targets.items.count; i++)
		if (builder_go_on(p->l->b, p->entry) < 0 ||
		    merge_into(p, targets.items.items[i], patches->items.items[0]->node) < 0)
			return -1;
	return p->allow_name || p->allow_kind ? refuse_same_ids(p->l) : 0;
}

static int json_selected(struct patch *p, const struct node *target, const struct node *operations)
{
	struct resmap targets;

	if (!node_is_map(target))
		return builder_fail(p->l->b, p->entry, "must specify a target for JSON patch");
	if (selected(p->l, target, &targets) < 0)
		return -1;
	for (uint32_t i = 0; i < targets.items.count; i++)
		if (builder_go_on(p->l->b, p->entry) < 0 ||
		    json_into(p, targets.items.items[i], operations) < 0)
			return -1;
	return 0;
}

/* Reading */

/* The text of `patch`, or of the file that `path` names. */
static int patch_text(struct layer *l, const struct node *entry, bool trims, struct str *ret_text,
		      struct str *ret_path)
{
	const struct node *inline_text = node_get(entry, STR("patch"));
	const struct node *path = node_get(entry, STR("path"));
	struct str text = str_trim(node_text(inline_text));

	if (text.len && node_text(path).len)
		return builder_fail(l->b, entry, "patch and path can't be set at the same time");
	if (!text.len && !node_text(path).len)
		return builder_fail(l->b, entry, "must specify one of patch and path in %s",
				    "patches");
	if (node_text(path).len) {
		if (builder_load_file(l->b, l->directory, node_text(path), ret_text, ret_path) == 0)
			return 0;
		l->b->err->position = path->position;
		return error_wrap(l->b->err, "failed to get the patch file from path(%.*s)",
				  STR_FMT(node_text(path)));
	}
	*ret_text = trims ? text : node_text(inline_text);
	builder_announce(l->b, inline_text, *ret_text);
	*ret_path =
		str_printf(l->arena, "%.*s (patch)", STR_FMT(builder_shown(l->b, l->file_path)));
	return 0;
}

/* Of several documents kustomize takes the first, if all of them parse. */
static const struct node *first_document(struct layer *l, struct str path, struct str text,
					 struct error *err)
{
	struct documents documents;

	if (yaml_read(l->b->set, path, text, DIALECT_SIGS, &documents, err) < 0)
		return NULL;
	return documents.count ? documents.items[0].root : NULL;
}

/* A list of operations: JSON when it begins with a bracket, YAML otherwise. NULL: it is none. */
static const struct node *read_operations(struct layer *l, struct str path, struct str text,
					  struct error *err)
{
	const struct node *n;

	if (str_starts(text, STR("[")))
		n = json_read(l->b->set, path, text, err);
	else
		n = json_texts_of_keys(l->arena, first_document(l, path, text, err));
	if (!node_item_count(n))
		return NULL;
	for (uint32_t i = 0; i < node_item_count(n); i++)
		if (!node_get(node_item(n, i), STR("op")))
			return NULL;
	return n;
}

/* A patch of a Secret, or one that may be of a Secret. */
static bool is_of_secret(const struct node *entry, struct str text)
{
	return redact_is_suspect(text) ||
	       str_equal(node_str_at(entry, "target.kind"), STR("Secret"));
}

static const struct node *mark_value(struct arena *arena, const struct node *operation)
{
	const struct node *value = node_get(operation, STR("value"));

	return value ? node_with(arena, operation, STR("value"), node_marked_secret(arena, value))
		     : operation;
}

/* Operations on a Secret, with their values marked. */
static const struct node *mark_operations(struct layer *l, const struct node *operations)
{
	struct nodes marked = {};

	for (uint32_t i = 0; i < node_item_count(operations); i++)
		nodes_add(l->arena, &marked, mark_value(l->arena, node_item(operations, i)));
	const struct node *list = nodes_list(l->arena, &marked);
	secret_hide(l->b->set, list);
	docset_screen(l->b->set, operations->position);
	return list;
}

static int refuse_text(struct layer *l, const struct node *entry, struct str text)
{
	if (!text.len)
		return builder_fail(l->b, entry, "patch appears to be empty");
	bool is_hidden = is_of_secret(entry, text);
	const struct node *patch = node_get(entry, STR("patch"));
	if (is_hidden && patch)
		secret_hide(l->b->set, node_marked_secret(l->arena, patch));
	builder_fail(l->b, entry, "unable to parse SM or JSON patch from [patch: \"%.*s\"]",
		     STR_FMT(is_hidden ? SECRET_MASK : str_sub(text, 0, 200)));
	return error_hint(l->b->err, "write an object with kind and metadata.name, or a list of "
				     "{op, path, value}");
}

/* Text without an object, like comments alone, counts as operations that do nothing; an empty map
 * is refused. */
static int without_object(struct patch *p, const struct node *target, const struct node *root)
{
	struct resmap targets;

	if (!node_is_map(root) || !node_is_map(target))
		return json_selected(p, target, node_empty_list());
	if (selected(p->l, target, &targets) < 0)
		return -1;
	if (!targets.items.count)
		return 0;
	return builder_fail(p->l->b, p->entry,
			    "json: cannot unmarshal object into Go value of type jsonpatch.Patch");
}

static int apply_text(struct patch *p, struct str path, struct str text)
{
	struct layer *l = p->l;
	struct resmap patches = { .arena = l->arena };
	struct error ignored, *err = l->b->err;
	const struct node *target = node_get(p->entry, STR("target"));

	const struct node *operations = read_operations(l, path, text, &ignored);
	if (operations && is_of_secret(p->entry, text))
		operations = mark_operations(l, operations);
	if (operations)
		return json_selected(p, target, operations);
	l->b->err = &ignored;
	int read = resmap_read(l->b, path, text, &patches);
	l->b->err = err;
	if (read < 0)
		return refuse_text(l, p->entry, text);
	if (!patches.items.count)
		return without_object(p, target, first_document(l, path, text, &ignored));
	return node_is_map(target) ? merge_selected(p, target, &patches) : merge_all(p, &patches);
}

static int patch_one(struct layer *l, const struct node *entry, bool is_json6902)
{
	struct patch p = { .l = l, .entry = entry, .is_json6902 = is_json6902 };
	struct str text, path;

	p.allow_name = node_bool_at(entry, "options.allowNameChange", false);
	p.allow_kind = node_bool_at(entry, "options.allowKindChange", false);
	p.is_selecting = node_is_map(node_get(entry, STR("target")));
	if (patch_text(l, entry, /* trims= */ !is_json6902, &text, &path) < 0)
		return -1;
	const struct node *file = node_get(entry, STR("path"));
	if (node_text(file).len && !is_json6902 &&
	    builder_decrypt(l->b, path, file->position, sops_format_of(path), &text) < 0)
		return -1;
	return apply_text(&p, path, text);
}

int layer_patch_one(struct layer *l, const struct node *entry)
{
	return patch_one(l, entry, /* is_json6902= */ false);
}

int layer_patches(struct layer *l, const struct node *list)
{
	for (uint32_t i = 0; i < node_item_count(list); i++)
		if (builder_go_on(l->b, node_item(list, i)) < 0 ||
		    layer_patch_one(l, node_item(list, i)) < 0)
			return -1;
	return 0;
}

int layer_patches_json(struct layer *l, const struct node *list)
{
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *entry = node_item(list, i);
		if (!node_str_at(entry, "target.name").len)
			return builder_fail(l->b, entry, "must specify the target name");
		if (patch_one(l, entry, /* is_json6902= */ true) < 0)
			return -1;
	}
	return 0;
}

/* Each entry is tried as text first, then as a path. */
static int strategic_entry(struct layer *l, const struct node *entry, struct resmap *ret)
{
	struct error ignored, *err = l->b->err;
	struct str text = node_text(entry), path = builder_shown(l->b, l->file_path), full;

	builder_announce(l->b, entry, text);
	l->b->err = &ignored;
	int read = resmap_read(l->b, path, text, ret);
	l->b->err = err;
	if (read == 0 && ret->items.count)
		return 0;
	if (builder_load_file(l->b, l->directory, text, &text, &full) < 0) {
		err->position = entry->position;
		return -1;
	}
	if (resmap_read(l->b, full, text, ret) < 0)
		return -1;
	return ret->items.count ? 0 : builder_fail(l->b, entry, "patch appears to be empty");
}

int layer_patch_strategic(struct layer *l, const struct node *list)
{
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		struct patch p = { .l = l, .entry = node_item(list, i), .is_selecting = true };
		struct resmap patches = { .arena = l->arena };
		if (strategic_entry(l, p.entry, &patches) < 0 || merge_all(&p, &patches) < 0)
			return -1;
	}
	return 0;
}
