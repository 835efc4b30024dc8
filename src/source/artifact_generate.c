/* artifact_generate - what an ArtifactGenerator makes of its sources: files, copied or merged */
#include "source/artifact_generate.h"

#include "base/arena.h"
#include "base/budget.h"
#include "base/file_path.h"
#include "base/glob.h"
#include "doc/map_edit.h"
#include "doc/set.h"
#include "doc/yaml.h"

enum { GLOB_FLAGS = GLOB_DOUBLE_STAR | GLOB_BRACES };

enum strategy { OVERWRITE, MERGE, EXTRACT };

/* A copy, and how far it has come. */
struct copy {
	struct artifact_making *m;
	struct artifact_input input;
	struct str alias, from, to; /* from and to without their aliases */
	const struct node *exclude; /* list of patterns, or NULL */
	enum strategy strategy;
	bool is_pattern;
	uint32_t found, kept; /* matches, and those that were not excluded */
	struct str fault;
};

/* --- paths ----------------------------------------------------------------------------------- */

static void split(struct str path, struct str *ret_directory, struct str *ret_name)
{
	ptrdiff_t slash = str_find_last_char(path, '/');

	*ret_directory = slash < 0 ? STR("") : str_sub(path, 0, (size_t)slash);
	*ret_name = slash < 0 ? path : str_from(path, (size_t)slash + 1);
}

static struct str joined(struct arena *arena, struct str a, struct str b)
{
	if (!a.len || !b.len)
		return a.len ? a : b;
	return str_printf(arena, "%.*s%s%.*s", STR_FMT(a), str_ends(a, STR("/")) ? "" : "/",
			  STR_FMT(b));
}

/* The beginning of a path, as many parts as the pattern has; absent: it has fewer. */
static struct str head(struct str path, struct str pattern)
{
	struct str rest = path, parts = pattern;

	while (parts.ptr) {
		str_cut(&parts, '/');
		if (!rest.ptr)
			return STR_NONE;
		str_cut(&rest, '/');
	}
	return rest.ptr ? str_sub(path, 0, (size_t)(rest.ptr - path.ptr) - 1) : path;
}

/* Braces are no sign of a pattern here. */
static bool is_pattern(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (str_find_char(STR("*?[]"), text.ptr[i]) >= 0)
			return true;
	return false;
}

/* The folders before the first pattern: "apps/base" of "apps/base/x-*". */
static struct str fixed_part(struct str pattern)
{
	struct str rest = pattern;
	size_t end = 0;

	while (rest.ptr) {
		struct str part = str_cut(&rest, '/');
		if (is_pattern(part) || !rest.ptr)
			break;
		end = (size_t)(part.ptr + part.len - pattern.ptr);
	}
	return str_sub(pattern, 0, end);
}

static struct str below(struct str path, struct str folder)
{
	return folder.len ? str_strip_prefix(str_from(path, folder.len), STR("/")) : path;
}

static bool is_below(struct str path, struct str folder)
{
	return !folder.len ||
	       (str_starts(path, folder) && path.len > folder.len && path.ptr[folder.len] == '/');
}

/* Whether a destination leaves the artifact. */
static bool leads_out(struct str path)
{
	struct str rest = path;

	if (str_starts(path, STR("/")))
		return true;
	while (rest.ptr)
		if (str_equal(str_cut(&rest, '/'), STR("..")))
			return true;
	return false;
}

/* --- which files ----------------------------------------------------------------------------- */

/* Where a file goes, below the artifact; absent: it is not meant. */
static struct str target_of(const struct copy *c, struct str path)
{
	struct arena *arena = c->m->arena;
	struct str directory, name, target = joined(arena, c->m->prefix, c->to);

	if (c->is_pattern) {
		struct str folder = str_strip_suffix(c->from, STR("/**"));
		struct str first = head(path, c->from);
		if (!first.ptr || !glob_match(c->from, first, 0))
			return STR_NONE;
		return joined(arena, c->to,
			      folder.len < c->from.len && is_below(path, folder)
				      ? below(path, folder)
				      : path);
	}
	split(c->from, &directory, &name);
	if (!str_equal(path, c->from))
		return is_below(path, c->from)
			       ? joined(arena, joined(arena, c->to, name), below(path, c->from))
			       : STR_NONE;
	bool into = !c->to.len || str_ends(c->to, STR("/")) ||
		    snapshot_kind(c->m->files, target) == FILE_DIRECTORY;
	return into ? joined(arena, c->to, name) : c->to;
}

static bool matches_exclude(struct str pattern, struct str path)
{
	struct str directory, name;

	split(path, &directory, &name);
	return glob_match(pattern, path, GLOB_FLAGS) ||
	       (str_find_char(pattern, '/') < 0 && glob_match(pattern, name, GLOB_FLAGS));
}

static bool is_excluded(const struct copy *c, struct str path, struct str root)
{
	for (uint32_t i = 0; i < node_item_count(c->exclude); i++) {
		struct str pattern = node_text(node_item(c->exclude, i));
		if (matches_exclude(pattern, path) ||
		    (is_below(path, root) && matches_exclude(pattern, below(path, root))))
			return true;
	}
	return false;
}

/* A folder that is excluded takes with it what it holds. */
static bool is_left_out(const struct copy *c, struct str path, struct str match)
{
	struct str root = c->is_pattern ? fixed_part(c->from) : c->from;

	for (size_t end = match.len; end <= path.len && c->exclude; end++)
		if ((end == path.len || path.ptr[end] == '/') &&
		    is_excluded(c, str_sub(path, 0, end), root))
			return true;
	return false;
}

/* --- merging --------------------------------------------------------------------------------- */

static const struct node *merged(struct arena *arena, const struct node *base,
				 const struct node *more, int depth)
{
	struct map_edit edit = map_edit_begin(arena, base);

	for (uint32_t i = 0; i < node_entry_count(more); i++) {
		const struct entry *e = node_entry(more, i);
		const struct node *old = map_edit_get(&edit, node_text(e->key));
		bool are_maps = node_is_map(old) && node_is_map(e->value);
		map_edit_set(&edit, node_text(e->key),
			     are_maps && depth < NODE_DEPTH_MAX
				     ? merged(arena, old, e->value, depth + 1)
				     : e->value);
	}
	const struct node *made = map_edit_end(&edit);
	return made ? made : node_empty_map();
}

/* The documents of a text merged into one map. */
static int load(struct copy *c, struct docset *set, struct snapshot_file *file,
		const struct node **ret, struct error *err)
{
	struct documents documents;
	struct str text;

	if (snapshot_read(file, &text, err) < 0 ||
	    yaml_read(set, file->path, text, DIALECT_SIGS, &documents, err) < 0)
		return -1;
	*ret = node_empty_map();
	for (uint32_t i = 0; i < documents.count; i++) {
		const struct node *root = documents.items[i].root;
		if (node_is_null(root))
			continue;
		if (yaml_merge_keys(c->m->arena, root, &root, err) < 0)
			return -1;
		if (!node_is_map(root))
			return error_set(err, ERROR_INPUT, root->position,
					 "cannot unmarshal YAML document: it must be a map");
		*ret = merged(c->m->arena, *ret, root, 0);
	}
	return 0;
}

static int merge_files(struct copy *c, struct snapshot_file *into, struct snapshot_file *file,
		       struct error *err)
{
	struct docset *set = docset_new(c->m->arena);
	const struct node *base, *more;
	struct buf out;

	if (load(c, set, into, &base, err) < 0 || load(c, set, file, &more, err) < 0)
		return -1;
	buf_init(&out, c->m->arena);
	if (yaml_write(&out, merged(c->m->arena, base, more, 0), YAML_SECRETS, err) < 0)
		return -1;
	file->bytes = buf_str(&out);
	file->content = NULL;
	file->executable = false;
	return 0;
}

/* --- copies ---------------------------------------------------------------------------------- */

static bool is_tarball(struct str path)
{
	return str_ends(path, STR(".tar.gz")) || str_ends(path, STR(".tgz"));
}

static void put(struct copy *c, struct snapshot_file file, struct str path)
{
	struct artifact_making *m = c->m;
	const struct snapshot_file *there = snapshot_find(m->files, path);
	struct str *own = arena_copy(m->arena, &file.path, sizeof(file.path));
	struct error err = {};

	if (c->strategy == MERGE && there) {
		struct snapshot_file into = *there;
		if (merge_files(c, &into, &file, &err) < 0)
			c->fault = str_printf(m->arena, "failed to copy file '%.*s' to '%.*s': %s",
					      STR_FMT(*own), STR_FMT(path), err.text);
		*own = path;
	}
	file.path = path;
	map_put(m->moved, path, own);
	snapshot_put(m->files, file);
}

static void extract(struct copy *c, struct str path)
{
	if (is_tarball(path))
		c->m->extracted = path;
	else if (!c->is_pattern)
		c->fault = str_printf(
			c->m->arena,
			"extract strategy requires tarball file (.tar.gz or .tgz), got '%.*s'",
			STR_FMT(path));
}

static void copy_file(struct copy *c, const struct snapshot_file *file)
{
	struct str path = below(file->path, c->input.directory);
	struct str target = target_of(c, path);

	budget_spend(1);
	if (!target.len)
		return;
	struct str match = c->is_pattern ? head(path, c->from) : c->from;
	c->found++;
	if (c->is_pattern && is_left_out(c, match, match))
		return;
	c->kept++;
	if (is_left_out(c, path, match))
		return;
	if (c->strategy == EXTRACT)
		extract(c, path);
	else
		put(c, *file, joined(c->m->arena, c->m->prefix, target));
}

/* What must hold of the files that were found. */
static struct str check_found(const struct copy *c)
{
	if (!c->found)
		return c->is_pattern ? str_printf(c->m->arena,
						  "no files match pattern '%.*s' in source '%.*s'",
						  STR_FMT(c->from), STR_FMT(c->alias))
				     : str_printf(c->m->arena, "source '%.*s' does not exist",
						  STR_FMT(c->from));
	if (!c->kept)
		return str_printf(c->m->arena,
				  "all files matching pattern '%.*s' in source '%.*s' were "
				  "excluded",
				  STR_FMT(c->from), STR_FMT(c->alias));
	return STR_NONE;
}

static void copy_files(struct copy *c, bool is_optional)
{
	const struct snapshot *files = c->input.files;

	for (uint32_t i = 0; i < files->files.count && !c->fault.ptr; i++)
		if (is_below(files->files.items[i]->path, c->input.directory))
			copy_file(c, files->files.items[i]);
	if (!c->fault.ptr && !is_optional)
		c->fault = check_found(c);
}

/* "@alias/path" → path; *ret_alias: the alias. Absent when it is not written so. */
static struct str without_alias(struct str text, struct str *ret_alias)
{
	struct str rest = str_strip_prefix(text, STR("@"));

	if (!str_starts(text, STR("@")))
		return STR_NONE;
	*ret_alias = str_cut(&rest, '/');
	return rest;
}

static const struct node *source_of(const struct node *generator, struct str alias)
{
	const struct node *list = node_at(generator, "spec.sources");

	for (uint32_t i = 0; i < node_item_count(list); i++)
		if (str_equal(node_str_at(node_item(list, i), "alias"), alias))
			return node_item(list, i);
	return NULL;
}

static enum strategy strategy_of(const struct node *copy)
{
	struct str word = node_str_at(copy, "strategy");

	return str_equal(word, STR("Merge"))	 ? MERGE
	       : str_equal(word, STR("Extract")) ? EXTRACT
						 : OVERWRITE;
}

/* "./apps/" → "apps" */
static struct str clean(struct arena *arena, struct str path)
{
	return str_strip_prefix(file_path_without_steps(arena, path), STR("/"));
}

static struct str carry_out(struct artifact_making *m, const struct node *node)
{
	struct str artifact = STR("");
	struct copy c = { .m = m,
			  .alias = STR(""),
			  .exclude = node_get_lit(node, "exclude"),
			  .strategy = strategy_of(node) };

	c.from = without_alias(node_str_at(node, "from"), &c.alias);
	c.to = without_alias(node_str_at(node, "to"), &artifact);
	if (!c.from.ptr)
		return STR("source format must be '@alias/pattern'");
	if (!c.to.ptr || !str_equal(artifact, STR("artifact")))
		return STR("destination must start with '@artifact/'");
	if (leads_out(c.to))
		return STR("destination path must stay within the artifact root");
	const struct node *source = source_of(m->generator, c.alias);
	if (!source)
		return str_printf(m->arena, "source alias '%.*s' not found", STR_FMT(c.alias));
	c.is_pattern = is_pattern(c.from);
	if (!c.is_pattern)
		c.from = clean(m->arena, c.from);
	c.input = m->input(m->context, source, c.is_pattern ? fixed_part(c.from) : c.from);
	if (c.input.files)
		copy_files(&c, node_bool_at(node, "optional", false));
	else if (!m->absent.ptr)
		m->absent = c.alias;
	return c.fault;
}

const struct node *artifact_named(const struct node *generator, struct str name)
{
	const struct node *list = node_at(generator, "spec.artifacts");

	for (uint32_t i = 0; i < node_item_count(list); i++)
		if (str_equal(node_str_at(node_item(list, i), "name"), name))
			return node_item(list, i);
	return NULL;
}

struct str artifact_make(struct artifact_making *m)
{
	const struct node *copies = node_get_lit(m->artifact, "copy");

	for (uint32_t i = 0; i < node_item_count(copies); i++) {
		const struct node *c = node_item(copies, i);
		struct str fault = carry_out(m, c);
		if (!fault.ptr)
			continue;
		m->at = c;
		return str_printf(m->arena,
				  "failed to apply copy operations: failed to apply copy "
				  "operation from '%.*s' to '%.*s': %.*s",
				  STR_FMT(node_str_at(c, "from")), STR_FMT(node_str_at(c, "to")),
				  STR_FMT(fault));
	}
	return STR_NONE;
}
