/* compose_roots - a folder taken apart: clusters, kustomizations that none uses, plain files */
#include "build/compose_inside.h"
#include "build/kustomize.h"
#include "doc/yaml.h"

/* What a kustomization builds upon: real paths. */
struct bases {
	VEC(struct str) paths;
	bool is_reached; /* from one that none uses */
};

struct search {
	struct composer *c;
	struct compose_roots *roots;
	struct map used;  /* directories and files that a kustomization names */
	struct map owned; /* directories with a kustomization, and all below → struct bases */
	int depth;
};

static int visit(struct search *s, struct str directory, struct str cluster);

static struct str joined(struct search *s, struct str directory, struct str name)
{
	return str_printf(s->c->arena, "%.*s/%.*s", STR_FMT(str_strip_suffix(directory, STR("/"))),
			  STR_FMT(name));
}

static void mark_directory(struct search *s, struct bases *bases, struct str path)
{
	struct composer *c = s->c;
	struct error ignored;
	struct str real;

	if (files_kind(&c->files, c->arena, path) != FILE_DIRECTORY ||
	    files_realpath(&c->files, c->arena, path, &real, &ignored) < 0)
		return;
	map_put(&s->used, real, s);
	VEC_PUSH(c->arena, &bases->paths, real);
}

/* Each YAML file that it names, as resource, patch, replacement or configuration. */
static void mark_files(struct search *s, struct str directory, const struct node *n)
{
	struct composer *c = s->c;
	struct str name = node_text(n), real;
	struct error ignored;

	for (uint32_t i = 0; i < node_member_count(n); i++)
		mark_files(s, directory, node_member(n, i));
	if (!compose_is_yaml(name) || str_find_char(name, '\n') >= 0)
		return;
	struct str path = joined(s, directory, name);
	if (files_kind(&c->files, c->arena, path) == FILE_REGULAR &&
	    !files_realpath(&c->files, c->arena, path, &real, &ignored))
		map_put(&s->used, real, s);
}

/* Marks what a kustomization builds upon. A file that does not parse is the build's to report. */
static void mark_used(struct search *s, struct bases *bases, struct str directory, struct str file)
{
	static const char *const lists[] = { "resources", "bases", "components" };
	struct composer *c = s->c;
	struct error ignored;
	struct str text;

	if (files_read(&c->files, c->arena, file, &text, &ignored) < 0)
		return;
	const struct node *k = yaml_read_one(c->set, file, text, DIALECT_SIGS, &ignored);
	for (size_t l = 0; l < ARRAY_COUNT(lists); l++) {
		const struct node *list = node_get(k, str_from_cstr(lists[l]));
		for (uint32_t i = 0; i < node_item_count(list); i++)
			mark_directory(s, bases,
				       joined(s, directory, node_text(node_item(list, i))));
	}
	mark_files(s, directory, k);
}

static void add_plain(struct search *s, struct str cluster, struct str path)
{
	struct plain_files *files = map_get(&s->roots->plain, cluster);

	if (!files) {
		files = arena_one(s->c->arena, struct plain_files);
		map_put(&s->roots->plain, cluster, files);
	}
	VEC_PUSH(s->c->arena, &files->paths, path);
}

/* A component is no composition of its own. */
static bool is_component(struct search *s, struct str file)
{
	struct error ignored;
	struct str text;

	if (files_read(&s->c->files, s->c->arena, file, &text, &ignored) < 0)
		return false;
	const struct node *k = yaml_read_one(s->c->set, file, text, DIALECT_SIGS, &ignored);
	return str_equal(node_str_at(k, "kind"), STR("Component"));
}

static bool is_chart(struct search *s, struct str directory)
{
	return files_kind(&s->c->files, s->c->arena, joined(s, directory, STR("Chart.yaml"))) ==
	       FILE_REGULAR;
}

/* Each folder in a folder named `clusters` is a cluster. */
static struct str cluster_of(struct str parent, struct str path, struct str cluster)
{
	bool begins = str_ends(parent, STR("/clusters"));
	return begins ? path : cluster;
}

static int visit_entries(struct search *s, struct str directory, struct str cluster,
			 bool takes_files)
{
	struct file_list list;

	if (files_list(&s->c->files, s->c->arena, directory, &list, s->c->err) < 0)
		return -1;
	for (uint32_t i = 0; i < list.count; i++) {
		struct str name = list.items[i].name, path = joined(s, directory, name);
		if (str_starts(name, STR(".")))
			continue;
		if (list.items[i].kind == FILE_DIRECTORY) {
			if (visit(s, path, cluster_of(directory, path, cluster)) < 0)
				return -1;
		} else if (
			takes_files && compose_is_yaml(name) &&
			/* As kubectl has it: links to files are read, those to folders are not. */
			files_kind(&s->c->files, s->c->arena, path) == FILE_REGULAR) {
			add_plain(s, cluster, path);
		}
	}
	return 0;
}

static int visit(struct search *s, struct str directory, struct str cluster)
{
	struct str file;

	if (s->depth >= COMPOSE_DEPTH_MAX)
		return error_set(s->c->err, ERROR_INPUT, ERROR_NO_POSITION,
				 "'%.*s' lies more than %d folders deep", STR_FMT(directory),
				 COMPOSE_DEPTH_MAX);
	if (is_chart(s, directory))
		return 0;
	bool is_kustomization = kustomize_has_file(&s->c->files, s->c->arena, directory, &file);
	if (is_kustomization) {
		struct bases *bases = arena_one(s->c->arena, struct bases);
		mark_used(s, bases, directory, file);
		map_put(&s->owned, directory, bases);
		if (!is_component(s, file))
			VEC_PUSH(s->c->arena, &s->roots->kustomizations, directory);
	}
	s->depth++;
	int result = visit_entries(s, directory, cluster, !is_kustomization);
	s->depth--;
	return result;
}

/* Files below a kustomization are its own: resources, patches, values. */
static bool is_owned(const struct search *s, struct str path)
{
	for (struct str at = compose_parent(path); at.len > 1; at = compose_parent(at))
		if (map_get(&s->owned, at))
			return true;
	return false;
}

static void drop_owned_files(struct search *s)
{
	for (uint32_t i = 0; i < s->roots->plain.count; i++) {
		struct plain_files *files = s->roots->plain.entries[i].value;
		uint32_t kept = 0;
		for (uint32_t k = 0; k < files->paths.count; k++)
			if (!is_owned(s, files->paths.items[k]) &&
			    !map_get(&s->used, files->paths.items[k]))
				files->paths.items[kept++] = files->paths.items[k];
		files->paths.count = kept;
	}
}

static void mark_reached(struct search *s, struct str directory)
{
	VEC(struct str) left = {};

	VEC_PUSH(s->c->arena, &left, directory);
	while (left.count) {
		struct bases *bases = map_get(&s->owned, left.items[--left.count]);
		if (!bases || bases->is_reached)
			continue;
		bases->is_reached = true;
		for (uint32_t i = 0; i < bases->paths.count; i++)
			VEC_PUSH(s->c->arena, &left, bases->paths.items[i]);
	}
}

/* What others use is built with them. Those in a circle stay: the build tells of it. */
static void drop_reached(struct search *s)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < s->owned.count; i++)
		if (!map_get(&s->used, s->owned.entries[i].key))
			mark_reached(s, s->owned.entries[i].key);
	for (uint32_t i = 0; i < s->roots->kustomizations.count; i++) {
		struct str directory = s->roots->kustomizations.items[i];
		const struct bases *bases = map_get(&s->owned, directory);
		if (!map_get(&s->used, directory) || !bases->is_reached)
			s->roots->kustomizations.items[kept++] = directory;
	}
	s->roots->kustomizations.count = kept;
}

int compose_find_roots(struct composer *c, struct str directory, struct compose_roots *ret)
{
	struct search s = { .c = c, .roots = ret };

	map_init(&ret->plain, c->arena);
	map_init(&s.used, c->arena);
	map_init(&s.owned, c->arena);
	if (visit(&s, directory, STR("")) < 0)
		return -1;
	drop_owned_files(&s);
	drop_reached(&s);
	return 0;
}
