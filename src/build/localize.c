/* localize - a kustomization with all files that it names, and its remote bases, as files of one */
#include "build/localize.h"

#include "base/arena.h"
#include "base/file_path.h"
#include "base/map.h"
#include "build/kustomize/fields.h"
#include "doc/make.h"
#include "doc/yaml.h"
#include "source/remote_url.h"
#include "source/remotes.h"

#define REMOTE_FOLDER "localized-files"

struct localizer {
	struct builder b;
	struct files reach;
	const struct localize_source *source;
	struct str scope; /* real; absent: the target is remote */
	struct localized *made;
	struct map places; /* path of a file, or folder with "/" behind → what is there already */
	uint64_t size_bytes;
};

/* One kustomization. Its copy lies in target: "/" is the destination. */
struct root {
	struct localizer *z;
	struct layer layer;
	struct str target;
	bool is_local; /* it was not reached through a URL */
};

/* Makes of a path the one in the copy. */
typedef int (*path_fn)(struct root *r, const struct node *entry, struct str path, struct str *ret);

static int localize_root(struct root *r);

/* --- what is copied -------------------------------------------------------------------------- */

static struct str joined(struct arena *arena, struct str folder, struct str path)
{
	return file_path_without_steps(arena, STR_CAT(arena, folder, STR("/"), path));
}

static int add_file(struct root *r, struct str path, struct str bytes)
{
	struct localizer *z = r->z;
	struct str full = str_from(joined(z->b.arena, r->target, path), 1);
	struct localized_file *known = map_get(&z->places, full);

	if (known) { /* of two that differ the last one stays, as on a disk */
		known->bytes = bytes;
		return 0;
	}
	z->size_bytes += bytes.len;
	if (z->made->files.count == LOCALIZE_FILES_MAX)
		return builder_fail(&z->b, NULL, "more than %d files are localized",
				    LOCALIZE_FILES_MAX);
	if (z->size_bytes > LOCALIZE_BYTES_MAX)
		return builder_fail(&z->b, NULL,
				    "the files that are localized have more than %d bytes",
				    LOCALIZE_BYTES_MAX);
	known = arena_one(z->b.arena, struct localized_file);
	*known = (struct localized_file){ full, bytes };
	VEC_PUSH(z->b.arena, &z->made->files, known);
	map_put(&z->places, full, known);
	return 0;
}

/* From one directory to another path, both real and of the same files. */
static struct str seen_from(struct root *r, struct str path)
{
	struct str label = r->z->b.files->label, folder = r->layer.directory;
	struct arena *arena = r->z->b.arena;

	if (!label.ptr)
		return file_path_seen_from(arena, folder, path);
	return file_path_seen_from(
		arena,
		file_path_without_steps(arena,
					str_concat(arena, STR("/"), str_from(folder, label.len))),
		file_path_without_steps(arena,
					str_concat(arena, STR("/"), str_from(path, label.len))));
}

static int refuse_taken(struct root *r, const struct node *entry)
{
	struct layer *l = &r->layer;

	if (files_kind(r->z->b.files, l->arena,
		       builder_join(l->arena, l->directory, STR(REMOTE_FOLDER))) == FILE_ABSENT)
		return 0;
	return builder_fail(l->b, entry, "'%.*s' already contains %s, where '%.*s' would be put",
			    STR_FMT(builder_shown(l->b, l->directory)), REMOTE_FOLDER,
			    STR_FMT(layer_shown(l, entry)));
}

/* --- files ----------------------------------------------------------------------------------- */

/* "localized-files/HOST/PATH" of the URL of a file; its user and port are left out. */
static struct str place_of_file(struct arena *arena, struct str url)
{
	struct str rest = str_from(url, (size_t)str_find(url, STR("://")) + 3);
	struct str path = str_cut(&rest, '?');
	struct str host = str_cut(&path, '/');

	host = str_cut(&host, ':');
	path = joined(arena, STR("/"), path.ptr ? path : STR(""));
	return STR_CAT(arena, STR(REMOTE_FOLDER "/"), host, path);
}

static int load_remote(struct root *r, const struct node *entry, struct str url,
		       struct str *ret_text, struct str *ret_place)
{
	struct layer *l = &r->layer;
	struct remote_base base;
	const struct node *at = builder_text(l->b, url, entry);

	if (layer_open_remote(l, at, /* is_folder= */ false, &base) < 0)
		return -1;
	if (!base.text.ptr)
		return builder_fail(l->b, entry, "'%.*s' is a repository, no file",
				    STR_FMT(base.shown));
	*ret_text = base.text;
	*ret_place = place_of_file(l->arena, base.shown);
	return refuse_taken(r, at);
}

/* The bytes, and where they are in the copy: without links and steps. */
static int load_file(struct root *r, const struct node *entry, struct str path,
		     struct str *ret_text, struct str *ret_place)
{
	struct layer *l = &r->layer;
	struct str full, real;

	if (remote_url_is_file(path))
		return load_remote(r, entry, path, ret_text, ret_place);
	if (builder_load_file(l->b, l->directory, path, ret_text, &full) < 0 ||
	    files_realpath(l->b->files, l->arena, full, &real, l->b->err) < 0) {
		if (!l->b->err->position)
			l->b->err->position = entry->position;
		return error_wrap(l->b->err, "invalid file reference");
	}
	*ret_place = seen_from(r, real);
	return 0;
}

static int localize_file(struct root *r, const struct node *entry, struct str path, struct str *ret)
{
	struct str text;

	*ret = path;
	if (!path.len)
		return 0;
	if (load_file(r, entry, path, &text, ret) < 0)
		return -1;
	return add_file(r, *ret, text);
}

/* "key=path", or a path. */
static int localize_source_file(struct root *r, const struct node *entry, struct str source,
				struct str *ret)
{
	struct str path = source, place;
	struct str key = str_cut(&path, '=');

	if (!path.ptr)
		return localize_file(r, entry, source, ret);
	if (!key.len || !path.len || str_find_char(path, '=') >= 0)
		return builder_fail(&r->z->b, entry, "'%.*s' is no file of a generator: KEY=PATH",
				    STR_FMT(source));
	if (localize_file(r, entry, path, &place) < 0)
		return -1;
	*ret = STR_CAT(r->z->b.arena, key, STR("="), place);
	return 0;
}

/* --- roots ----------------------------------------------------------------------------------- */

/* "localized-files/HOST/REPOSITORY/REF" (api/internal/localizer/util.go, locRootPath). */
static struct str place_of_repository(struct arena *arena, const struct remote_url *url)
{
	struct str rest = url->repository, host = STR("file-schemed");
	ptrdiff_t scheme = str_find(rest, STR("://"));

	rest = str_from(rest, scheme < 0 ? 0 : (size_t)scheme + 3);
	if (url->scheme != REMOTE_FILE) {
		size_t end = 0;
		bool is_scp = scheme < 0;
		while (end < rest.len && rest.ptr[end] != '/' && !(is_scp && rest.ptr[end] == ':'))
			end++;
		host = str_sub(rest, 0, end);
		rest = str_from(rest, MIN(end + 1, rest.len));
		host = str_from(host, (size_t)(str_find_last_char(host, '@') + 1));
		host = str_cut(&host, ':');
	}
	rest = joined(arena, STR("/"), str_strip_suffix(rest, STR(".git")));
	return STR_CAT(arena, STR(REMOTE_FOLDER "/"), host, rest, STR("/"), url->ref);
}

static int refuse_no_ref(struct root *r, const struct node *entry)
{
	builder_fail(&r->z->b, entry,
		     "localize remote root '%.*s' missing ref query string parameter",
		     STR_FMT(layer_shown(&r->layer, entry)));
	return error_hint(r->z->b.err, "add ?ref=TAG: the copy says which one it is of");
}

static int check_scope(struct root *r, const struct node *entry, struct str real)
{
	struct localizer *z = r->z;
	struct files scope = { .root = z->scope };

	if (!r->is_local || files_hold(&scope, real))
		return 0;
	builder_fail(&z->b, entry, "root '%.*s' outside localize scope '%.*s'", STR_FMT(real),
		     STR_FMT(z->scope));
	return error_hint(z->b.err, "--scope names a folder that holds all that is copied");
}

static int refuse_circle(struct localizer *z, const struct node *entry, struct str directory)
{
	for (int i = 0; i < z->b.depth; i++)
		if (str_equal(z->b.chain[i], directory))
			return builder_fail(&z->b, entry,
					    "cycle detected: '%.*s' leads back to itself",
					    STR_FMT(builder_shown(&z->b, directory)));
	if (z->b.depth == KUSTOMIZE_DEPTH_MAX)
		return builder_fail(&z->b, entry, "kustomizations are nested deeper than %d levels",
				    KUSTOMIZE_DEPTH_MAX);
	return 0;
}

/* A folder in the files that are read now. */
static int localize_folder(struct root *sub, const struct node *entry, struct str directory)
{
	struct localizer *z = sub->z;
	struct str mark = str_concat(z->b.arena, sub->target, STR("/"));

	sub->layer.directory = directory;
	if (refuse_circle(z, entry, directory) < 0)
		return -1;
	if (map_get(&z->places, mark))
		return 0;
	map_put(&z->places, mark, z);
	z->b.chain[z->b.depth++] = directory;
	int result = localize_root(sub);
	z->b.depth--;
	return result;
}

static int localize_remote_root(struct root *r, const struct node *entry, struct str text,
				struct str *ret)
{
	struct builder *b = &r->z->b;
	struct root sub = { .z = r->z, .layer = { .b = b, .arena = b->arena } };
	const struct node *at = builder_text(b, text, entry);
	struct remote_base base;
	struct remote_url url;
	struct str real;

	if (remote_url_parse(b->arena, text, &url, b->err) < 0)
		return -1;
	if (!url.ref.len)
		return refuse_no_ref(r, entry);
	if (layer_open_remote(&r->layer, at, /* is_folder= */ true, &base) < 0 ||
	    refuse_taken(r, at) < 0)
		return -1;
	struct builder_files outer = builder_enter_files(b, &base);
	int result = files_realpath(b->files, b->arena, base.directory, &real, b->err);
	if (result == 0) {
		struct str below = str_from(real, base.files.label.len);
		*ret = str_from(
			joined(b->arena,
			       STR_CAT(b->arena, STR("/"), place_of_repository(b->arena, &url)),
			       below),
			1);
		sub.target = joined(b->arena, r->target, *ret);
		result = localize_folder(&sub, entry, real);
	}
	builder_leave_files(b, outer);
	return result;
}

static int localize_base(struct root *r, const struct node *entry, struct str path, struct str *ret)
{
	struct layer *l = &r->layer;
	struct root sub = { .z = r->z,
			    .layer = { .b = l->b, .arena = l->arena },
			    .is_local = r->is_local };
	struct str full = builder_join(l->arena, l->directory, path), real;
	struct error *err = l->b->err;
	int result = -1;

	*ret = path;
	if (!path.len)
		return 0;
	if (layer_is_remote(l, builder_text(l->b, path, entry)))
		result = localize_remote_root(r, entry, path, ret);
	else if (files_realpath(l->b->files, l->arena, full, &real, err) == 0 &&
		 check_scope(r, entry, real) == 0) {
		*ret = seen_from(r, real);
		sub.target = joined(l->arena, r->target, *ret);
		result = localize_folder(&sub, entry, real);
	}
	if (result == 0)
		return 0;
	if (!err->position)
		err->position = entry->position;
	error_via(err, entry->position);
	return error_wrap(err, "unable to localize root '%.*s'",
			  STR_FMT(layer_shown(l, builder_text(l->b, path, entry))));
}

/* A file is tried first, as in a build. */
static int localize_resource(struct root *r, const struct node *entry, struct str path,
			     struct str *ret)
{
	struct layer *l = &r->layer;
	struct str full = builder_join(l->arena, l->directory, path), text;
	struct resmap map = { .arena = l->arena };
	struct remote_base base;
	bool is_remote = layer_is_remote(l, entry);

	if (files_kind(l->b->files, l->arena, full) != FILE_REGULAR && !is_remote)
		return localize_base(r, entry, path, ret);
	if (is_remote && layer_open_remote(l, entry, /* is_folder= */ false, &base) < 0)
		return -1;
	if (is_remote && !base.text.ptr)
		return localize_base(r, entry, path, ret);
	if (load_file(r, entry, path, &text, ret) < 0)
		return -1;
	if (resmap_read(l->b, is_remote ? base.shown : full, text, &map) < 0)
		return error_wrap(l->b->err, "invalid resource at file '%.*s'",
				  STR_FMT(layer_shown(l, entry)));
	return add_file(r, *ret, text);
}

/* --- fields ---------------------------------------------------------------------------------- */

/* A text, or each text of a list. */
static int change(struct root *r, const struct node *value, path_fn fn, const struct node **ret)
{
	struct arena *arena = r->z->b.arena;
	struct str place;

	*ret = value;
	if (node_is_scalar(value)) {
		if (fn(r, value, node_text(value), &place) < 0)
			return -1;
		*ret = builder_text(&r->z->b, place, value);
		return 0;
	}
	for (uint32_t i = 0; i < node_item_count(value); i++) {
		const struct node *item = node_item(value, i);
		if (!node_is_scalar(item))
			continue;
		if (fn(r, item, node_text(item), &place) < 0)
			return -1;
		*ret = node_list_put(arena, value, *ret, i, builder_text(&r->z->b, place, item));
	}
	return 0;
}

static int change_field(struct root *r, const struct node **map, const char *name, path_fn fn)
{
	const struct node *value = node_get(*map, str_from_cstr(name)), *changed;

	if (!value)
		return 0;
	if (change(r, value, fn, &changed) < 0)
		return error_wrap(r->z->b.err, "unable to localize %s entry", name);
	*map = node_with(r->z->b.arena, *map, str_from_cstr(name), changed);
	return 0;
}

/* A resource in a text, which stays, or the path of a file with one. */
static int localize_inline(struct root *r, const struct node *entry, struct str text,
			   struct str *ret)
{
	struct resmap map = { .arena = r->z->b.arena };
	struct builder *b = &r->z->b;

	*ret = text;
	if (resmap_read(b, r->layer.file_path, text, &map) == 0)
		return 0;
	return localize_file(r, entry, text, ret);
}

/* Paths in the configurations of built-in plugins (api/internal/localizer/builtinplugins.go). */
static int change_plugin(struct root *r, const struct node **config)
{
	static const struct {
		const char *kind, *field;
		path_fn fn;
	} paths[] = {
		{ "ConfigMapGenerator", "env", localize_file },
		{ "ConfigMapGenerator", "envs", localize_file },
		{ "ConfigMapGenerator", "files", localize_source_file },
		{ "SecretGenerator", "env", localize_file },
		{ "SecretGenerator", "envs", localize_file },
		{ "SecretGenerator", "files", localize_source_file },
		{ "PatchTransformer", "path", localize_file },
		{ "PatchJson6902Transformer", "path", localize_file },
		{ "PatchStrategicMergeTransformer", "paths", localize_inline },
	};

	if (!str_equal(node_str_at(*config, "apiVersion"), STR("builtin")))
		return 0;
	if (str_equal(node_str_at(*config, "kind"), STR("HelmChartInflationGenerator")))
		return builder_fail(&r->z->b, *config, "charts are not localized");
	for (size_t i = 0; i < ARRAY_COUNT(paths); i++)
		if (str_equal(node_str_at(*config, "kind"), str_from_cstr(paths[i].kind)) &&
		    change_field(r, config, paths[i].field, paths[i].fn) < 0)
			return -1;
	return 0;
}

static int write_plugins(struct root *r, const struct resmap *map, struct str *ret)
{
	struct builder *b = &r->z->b;
	struct buf buf;

	buf_init(&buf, b->arena);
	for (uint32_t i = 0; i < map->items.count; i++) {
		const struct node *config = map->items.items[i]->node;
		if (change_plugin(r, &config) < 0)
			return -1;
		if (i)
			buf_add(&buf, STR("---\n"));
		if (yaml_write(&buf, config, YAML_SECRETS, b->err) < 0)
			return -1;
	}
	*ret = buf_str(&buf);
	return 0;
}

static int localize_plugin(struct root *r, const struct node *entry, struct str text,
			   struct str *ret)
{
	struct builder *b = &r->z->b;
	struct resmap map = { .arena = b->arena };
	struct str bytes, made;

	if (resmap_read(b, r->layer.file_path, text, &map) == 0)
		return write_plugins(r, &map, ret);
	map = (struct resmap){ .arena = b->arena };
	if (load_file(r, entry, text, &bytes, ret) < 0 ||
	    resmap_read(b, builder_join(b->arena, r->layer.directory, text), bytes, &map) < 0 ||
	    write_plugins(r, &map, &made) < 0)
		return -1;
	return add_file(r, *ret, made);
}

/* Fields of the kustomization itself. */
static int change_paths(struct root *r)
{
	static const struct {
		const char *field;
		path_fn fn;
	} fields[] = {
		{ "resources", localize_resource }, { "bases", localize_base },
		{ "components", localize_base },    { "configurations", localize_file },
		{ "crds", localize_file },	    { "patchesStrategicMerge", localize_inline },
		{ "generators", localize_plugin },  { "transformers", localize_plugin },
		{ "validators", localize_plugin },
	};

	for (size_t i = 0; i < ARRAY_COUNT(fields); i++)
		if (change_field(r, &r->layer.file, fields[i].field, fields[i].fn) < 0)
			return -1;
	return 0;
}

/* Fields of the objects in a list, or of one object. */
static int change_objects(struct root *r)
{
	static const struct {
		const char *list, *field;
		path_fn fn;
	} fields[] = {
		{ "openapi", "path", localize_file },
		{ "configMapGenerator", "env", localize_file },
		{ "configMapGenerator", "envs", localize_file },
		{ "configMapGenerator", "files", localize_source_file },
		{ "secretGenerator", "env", localize_file },
		{ "secretGenerator", "envs", localize_file },
		{ "secretGenerator", "files", localize_source_file },
		{ "patches", "path", localize_file },
		{ "patchesJson6902", "path", localize_file },
		{ "replacements", "path", localize_file },
	};
	struct arena *arena = r->z->b.arena;

	for (size_t i = 0; i < ARRAY_COUNT(fields); i++) {
		struct str name = str_from_cstr(fields[i].list);
		const struct node *value = node_get(r->layer.file, name), *made = value;
		if (node_is_map(value) && change_field(r, &made, fields[i].field, fields[i].fn) < 0)
			return -1;
		for (uint32_t k = 0; k < node_item_count(value); k++) {
			const struct node *item = node_item(value, k);
			if (change_field(r, &item, fields[i].field, fields[i].fn) < 0)
				return error_wrap(r->z->b.err, "unable to localize %s",
						  fields[i].list);
			made = node_list_put(arena, value, made, k, item);
		}
		if (value)
			r->layer.file = node_with(arena, r->layer.file, name, made);
	}
	return 0;
}

static int refuse_charts(struct root *r)
{
	static const char *const fields[] = { "helmCharts", "helmChartInflationGenerator",
					      "helmGlobals" };

	for (size_t i = 0; i < ARRAY_COUNT(fields); i++) {
		const struct node *n = node_get(r->layer.file, str_from_cstr(fields[i]));
		if (n)
			return builder_fail(&r->z->b, n,
					    "'%s' is not localized: charts are not "
					    "read here",
					    fields[i]);
	}
	return 0;
}

static int localize_root(struct root *r)
{
	struct builder *b = &r->z->b;
	struct buf buf;

	if (layer_read_as_written(&r->layer) < 0 || refuse_charts(r) < 0 || change_objects(r) < 0 ||
	    change_paths(r) < 0)
		return -1;
	buf_init(&buf, b->arena);
	if (yaml_write(&buf, fields_written(b, r->layer.file), YAML_SECRETS, b->err) < 0)
		return -1;
	size_t slash = (size_t)str_find_last_char(r->layer.file_path, '/');
	return add_file(r, str_from(r->layer.file_path, slash + 1), buf_str(&buf));
}

/* --- the target ------------------------------------------------------------------------------ */

static struct str last_name(struct str path)
{
	path = str_strip_suffix(path, STR("/"));
	return str_from(path, (size_t)(str_find_last_char(path, '/') + 1));
}

static int begin_remote(struct localizer *z, struct root *r)
{
	struct builder *b = &z->b;
	struct remotes_request request = { .url = z->source->target,
					   .from = z->source->files,
					   .top = z->source->files,
					   .top_folder = STR("."),
					   .is_folder = true };
	struct remote_base base;
	struct remote_url url;
	struct str real;

	if (z->source->scope.ptr)
		return builder_fail(b, NULL,
				    "a scope is given for the remote target '%.*s': it is "
				    "its repository",
				    STR_FMT(z->source->target));
	if (remote_url_parse(b->arena, z->source->target, &url, b->err) < 0)
		return -1;
	if (!url.ref.len)
		return builder_fail(b, NULL,
				    "localize remote root '%.*s' missing ref query string "
				    "parameter",
				    STR_FMT(url.shown));
	if (remotes_open(z->source->files->remotes, &request, &base, b->err) < 0)
		return -1;
	builder_enter_files(b, &base);
	if (files_realpath(b->files, b->arena, base.directory, &real, b->err) < 0)
		return -1;
	r->target = joined(b->arena, STR("/"), str_from(real, base.files.label.len));
	struct str name =
		str_equal(r->target, STR("/")) ? last_name(url.repository) : last_name(real);
	z->made->name = STR_CAT(b->arena, STR("localized-"), name, STR("-"),
				str_replace(b->arena, url.ref, STR("/"), STR("-")));
	return localize_folder(r, NULL, real);
}

static int begin_local(struct localizer *z, struct root *r)
{
	struct builder *b = &z->b;
	struct files scope = { .root = STR_NONE };
	struct str target = z->source->target, real;

	if (files_kind(b->files, b->arena, target) != FILE_DIRECTORY)
		return builder_fail(b, NULL,
				    "unable to establish localize target '%.*s': it is no "
				    "folder",
				    STR_FMT(target));
	if (files_realpath(b->files, b->arena, target, &real, b->err) < 0)
		return -1;
	z->scope = real;
	if (z->source->scope.ptr &&
	    files_realpath(b->files, b->arena, z->source->scope, &z->scope, b->err) < 0)
		return error_wrap(b->err, "unable to establish localize scope");
	scope.root = z->scope;
	if (!files_hold(&scope, real))
		return builder_fail(b, NULL, "localize scope '%.*s' does not contain target '%.*s'",
				    STR_FMT(z->source->scope), STR_FMT(target));
	z->made->name = STR_CAT(b->arena, STR("localized-"), last_name(real));
	z->made->scope = z->scope;
	r->is_local = true;
	r->target = joined(b->arena, STR("/"), str_from(real, z->scope.len));
	return localize_folder(r, NULL, real);
}

int localize(const struct localize_source *source, struct docset *set, struct localized *ret,
	     struct error *err)
{
	static const struct kustomize_options options = {};
	struct arena *arena = docset_arena(set);
	struct localizer z = { .source = source, .made = ret };
	struct root r = { .z = &z, .layer = { .b = &z.b, .arena = arena } };

	*ret = (struct localized){ .target = STR("") };
	builder_init(&z.b, source->files, &z.reach, &options, set, err);
	map_init(&z.places, arena);
	bool is_remote = remotes_is_url(arena, source->target) &&
			 files_kind(source->files, arena, source->target) != FILE_DIRECTORY;
	int result = is_remote ? begin_remote(&z, &r) : begin_local(&z, &r);
	if (result < 0)
		return is_remote ? -1
				 : error_wrap(err, "unable to localize target '%.*s'",
					      STR_FMT(source->target));
	ret->target = str_from(r.target, 1);
	return 0;
}
