/* volumes - names and sources of volumes */
#include "base/arena.h"
#include "base/map.h"
#include "kube/names.h"
#include "kube/quantity.h"
#include "kube/validate/pod.h"

enum { MODE_MAX = 0777 };

static void check_mode(struct field_errors *errors, const struct field_path *path,
		       const struct node *mode)
{
	int64_t value;

	if (node_int64(mode, &value) && (value < 0 || value > MODE_MAX))
		field_fault(errors, path, FIELD_INVALID, mode,
			    "must be a number between 0 and 0777 (octal), both inclusive");
}

/* A path in a volume: relative, and not hidden the way the kubelet hides its own. */
static void check_item_path(struct field_errors *errors, const struct field_path *path,
			    const struct node *item)
{
	const struct node *n = node_get(item, STR("path"));
	struct str text = node_text(n);

	field_require(errors, path, item, "path");
	validate_descending_path(errors, FIELD(path, "path"), n);
	if (str_starts(text, STR("..")) && !str_starts(text, STR("../")))
		field_fault(errors, FIELD(path, "path"), FIELD_INVALID, n,
			    "must not start with '..'");
}

static void check_items(struct field_errors *errors, const struct field_path *path,
			const struct node *source)
{
	const struct node *items = node_get(source, STR("items"));

	check_mode(errors, FIELD(path, "defaultMode"), node_get(source, STR("defaultMode")));
	for (uint32_t i = 0; i < node_item_count(items); i++) {
		const struct node *item = node_item(items, i);
		const struct field_path *at = ITEM(FIELD(path, "items"), i);
		field_require(errors, at, item, "key");
		check_item_path(errors, at, item);
		check_mode(errors, FIELD(at, "mode"), node_get(item, STR("mode")));
	}
}

static void check_empty_dir(struct field_errors *errors, const struct field_path *path,
			    const struct node *source)
{
	const struct node *limit = node_get(source, STR("sizeLimit"));

	if (quantity_milli(limit, 0) < 0)
		field_fault(errors, FIELD(path, "sizeLimit"), FIELD_FORBIDDEN, limit,
			    "SizeLimit field must be a valid resource quantity");
}

static void check_host_path(struct field_errors *errors, const struct field_path *path,
			    const struct node *source)
{
	const struct node *n = node_get(source, STR("path"));

	field_require(errors, path, source, "path");
	for (struct str rest = node_text(n); rest.ptr;)
		if (str_equal(str_cut(&rest, '/'), STR(".."))) {
			field_fault(errors, FIELD(path, "path"), FIELD_INVALID, n,
				    "must not contain '..'");
			return;
		}
}

static void check_secret(struct field_errors *errors, const struct field_path *path,
			 const struct node *source)
{
	field_require(errors, path, source, "secretName");
	check_items(errors, path, source);
}

static void check_config_map(struct field_errors *errors, const struct field_path *path,
			     const struct node *source)
{
	field_require(errors, path, source, "name");
	check_items(errors, path, source);
}

static void check_claim(struct field_errors *errors, const struct field_path *path,
			const struct node *source)
{
	field_require(errors, path, source, "claimName");
}

static void check_nfs(struct field_errors *errors, const struct field_path *path,
		      const struct node *source)
{
	const struct node *n = node_get(source, STR("path"));

	field_require(errors, path, source, "server");
	field_require(errors, path, source, "path");
	if (!str_starts(node_text(n), STR("/")))
		field_fault_text(errors, FIELD(path, "path"), FIELD_INVALID, n ? n : source,
				 field_quoted(errors->arena, node_text(n)),
				 "must be an absolute path");
}

static void check_csi(struct field_errors *errors, const struct field_path *path,
		      const struct node *source)
{
	field_require(errors, path, source, "driver");
}

static void check_downward(struct field_errors *errors, const struct field_path *path,
			   const struct node *source)
{
	const struct node *items = node_get(source, STR("items"));

	check_mode(errors, FIELD(path, "defaultMode"), node_get(source, STR("defaultMode")));
	for (uint32_t i = 0; i < node_item_count(items); i++) {
		const struct node *item = node_item(items, i);
		const struct node *field = node_at(item, "fieldRef.fieldPath");
		check_item_path(errors, path, item);
		if (str_starts(node_text(field), STR("metadata.annotations['")) ||
		    str_starts(node_text(field), STR("metadata.labels['")))
			continue;
		field_check_words(errors, FIELD(path, "fieldRef.fieldPath"), field,
				  "metadata.annotations metadata.labels metadata.name "
				  "metadata.namespace metadata.uid");
	}
}

/* Two sources of a projected volume must not write the same file. */
static void check_conflicts(struct field_errors *errors, const struct field_path *path,
			    const struct node *source, struct str name, struct map *seen)
{
	const struct node *items = node_get(source, STR("items"));

	for (uint32_t i = 0; i < node_item_count(items); i++) {
		struct str file = node_str_at(node_item(items, i), "path");
		if (file.len && map_put(seen, file, seen))
			field_fault_text(errors, path, FIELD_INVALID, node_item(items, i),
					 str_printf(errors->arena, "\"%.*s\"", STR_FMT(name)),
					 "conflicting duplicate paths");
	}
}

static void check_projected(struct field_errors *errors, const struct field_path *path,
			    const struct node *source)
{
	static const struct str kinds[] = { STR_INIT("secret"), STR_INIT("configMap") };
	const struct node *list = node_get(source, STR("sources"));
	struct map seen;

	map_init(&seen, errors->arena);
	check_mode(errors, FIELD(path, "defaultMode"), node_get(source, STR("defaultMode")));
	for (uint32_t i = 0; i < node_item_count(list); i++)
		for (size_t k = 0; k < ARRAY_COUNT(kinds); k++) {
			const struct node *part = node_get(node_item(list, i), kinds[k]);
			const struct field_path *at =
				FIELD_OF(ITEM(FIELD(path, "sources"), i), kinds[k]);
			if (node_is_null(part))
				continue;
			check_config_map(errors, at, part);
			check_conflicts(errors, path, part, node_str_at(part, "name"), &seen);
		}
}

/* In the order in which the API server looks for them. */
static const struct {
	struct str name;
	void (*check)(struct field_errors *errors, const struct field_path *path,
		      const struct node *source);
} sources[] = {
	{ STR_INIT("emptyDir"), check_empty_dir },
	{ STR_INIT("hostPath"), check_host_path },
	{ STR_INIT("gitRepo"), NULL },
	{ STR_INIT("secret"), check_secret },
	{ STR_INIT("nfs"), check_nfs },
	{ STR_INIT("iscsi"), NULL },
	{ STR_INIT("persistentVolumeClaim"), check_claim },
	{ STR_INIT("cephfs"), NULL },
	{ STR_INIT("downwardAPI"), check_downward },
	{ STR_INIT("fc"), NULL },
	{ STR_INIT("azureFile"), NULL },
	{ STR_INIT("configMap"), check_config_map },
	{ STR_INIT("projected"), check_projected },
	{ STR_INIT("ephemeral"), NULL },
	{ STR_INIT("csi"), check_csi },
	{ STR_INIT("image"), NULL },
};

static void check_volume(struct field_errors *errors, const struct field_path *path,
			 const struct node *volume)
{
	const struct node *name = node_get(volume, STR("name"));
	int count = 0;

	for (size_t i = 0; i < ARRAY_COUNT(sources); i++) {
		const struct node *source = node_get(volume, sources[i].name);
		const struct field_path *at = FIELD_OF(path, sources[i].name);
		if (node_is_null(source))
			continue;
		if (count++)
			field_fault(errors, at, FIELD_FORBIDDEN, source,
				    "may not specify more than 1 volume type");
		else if (sources[i].check)
			sources[i].check(errors, at, source);
	}
	field_require(errors, path, volume, "name");
	if (node_text(name).len)
		field_check_text(errors, FIELD(path, "name"), name, names_check_dns1123_label);
}

void validate_volumes(struct field_errors *errors, const struct field_path *path,
		      const struct node *volumes)
{
	struct map names;

	map_init(&names, errors->arena);
	for (uint32_t i = 0; i < node_item_count(volumes); i++) {
		const struct node *name = node_get(node_item(volumes, i), STR("name"));
		const struct field_path *item = ITEM(path, i);
		check_volume(errors, item, node_item(volumes, i));
		if (node_text(name).len && map_put(&names, node_text(name), &names))
			field_fault(errors, FIELD(item, "name"), FIELD_DUPLICATE, name, NULL);
	}
}

void validate_volume_names(struct arena *arena, const struct node *volumes, struct map *ret)
{
	map_init(ret, arena);
	for (uint32_t i = 0; i < node_item_count(volumes); i++) {
		struct str name = node_str_at(node_item(volumes, i), "name");
		if (name.len)
			map_put(ret, name, (void *)(uintptr_t)volumes);
	}
}
