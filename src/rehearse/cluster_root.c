/* cluster_root - which folder of the repository is the cluster, and where its source begins */
#include "rehearse/cluster_root.h"

#include "base/arena.h"
#include "doc/yaml.h"
#include "rehearse/rehearsal_inside.h"

static const struct snapshot *last_files(const struct rehearsal *r)
{
	return &r->revisions[r->revision_count - 1].files;
}

static struct str joined(struct rehearsal *r, struct str directory, struct str path)
{
	if (!directory.len || !path.len)
		return directory.len ? directory : path;
	return str_printf(r->arena, "%.*s/%.*s", STR_FMT(directory), STR_FMT(path));
}

static struct str without_slashes(struct str path)
{
	return str_strip_suffix(str_strip_prefix(path, STR("./")), STR("/"));
}

/* The cluster */

/* Folders of `clusters` in a folder; a base is none. */
static uint32_t list_clusters(struct rehearsal *r, struct str parent, struct file_list *ret)
{
	struct file_list list = {};
	uint32_t count = 0;

	if (!snapshot_list(last_files(r), r->arena, parent, &list))
		return 0;
	for (uint32_t i = 0; i < list.count; i++) {
		struct str path = joined(r, parent, list.items[i].name);
		bool base = str_equal(list.items[i].name, STR("base"));
		if (snapshot_kind(last_files(r), path) == FILE_DIRECTORY && !base)
			list.items[count++] = list.items[i];
	}
	list.count = count;
	*ret = list;
	return count;
}

static int refuse_many(struct rehearsal *r, struct str parent, const struct file_list *clusters,
		       struct error *err)
{
	struct str names = clusters->items[0].name;

	for (uint32_t i = 1; i < clusters->count; i++)
		names = str_printf(r->arena, "%.*s, %.*s", STR_FMT(names),
				   STR_FMT(clusters->items[i].name));
	if (str_equal(parent, STR("clusters")))
		error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
			  "the repository has %u clusters: %.*s", clusters->count, STR_FMT(names));
	else
		error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' has %u clusters: %.*s",
			  STR_FMT(parent), clusters->count, STR_FMT(names));
	return error_hint(err, "name one, like --cluster %.*s/%.*s", STR_FMT(parent),
			  STR_FMT(clusters->items[0].name));
}

/* The path as written, relative to the repository or to PATH. */
static struct str named_cluster(struct rehearsal *r, struct str folder)
{
	struct str path = without_slashes(r->options->cluster);
	struct str below = joined(r, folder, path);

	if (snapshot_kind(last_files(r), path) == FILE_DIRECTORY)
		return path;
	return snapshot_kind(last_files(r), below) == FILE_DIRECTORY ? below : path;
}

static int find_cluster(struct rehearsal *r, struct str folder, struct error *err)
{
	struct str parent = joined(r, folder, STR("clusters"));
	struct file_list clusters = {};

	if (r->options->cluster.ptr) {
		r->root = named_cluster(r, folder);
		return 0;
	}
	uint32_t count = list_clusters(r, parent, &clusters);
	if (count > 1)
		return refuse_many(r, parent, &clusters, err);
	r->root = count ? joined(r, parent, clusters.items[0].name) : folder;
	return 0;
}

/* Where the source begins */

/* The folder that holds the `clusters` of the cluster; "" when that is the repository. */
static struct str project_of(struct str root)
{
	ptrdiff_t last = str_find_last_char(root, '/');
	struct str parent = last < 0 ? STR("") : str_sub(root, 0, (size_t)last);

	return str_ends(parent, STR("/clusters")) ? str_strip_suffix(parent, STR("/clusters"))
						  : STR("");
}

/* What the files of the cluster say of Flux. */
struct flux_found {
	bool any;		      /* an object of Flux */
	uint32_t repository, project; /* paths of Kustomizations that are there */
};

static void look_up(struct rehearsal *r, const struct node *object, struct str project,
		    struct flux_found *found)
{
	struct str path = without_slashes(node_str_at(object, "spec.path"));
	struct str group = object_gvk(object).group;

	found->any = found->any || str_ends(group, STR(".toolkit.fluxcd.io"));
	if (!path.len || !str_equal(group, STR("kustomize.toolkit.fluxcd.io")))
		return;
	found->repository += snapshot_kind(last_files(r), path) == FILE_DIRECTORY;
	found->project += snapshot_kind(last_files(r), joined(r, project, path)) == FILE_DIRECTORY;
}

/* A file that does not parse is the build's to report. */
static struct flux_found find_flux(struct rehearsal *r, struct str project)
{
	struct str below = r->root.len ? str_concat(r->arena, r->root, STR("/")) : STR("");
	struct flux_found found = {};

	for (uint32_t i = 0; i < last_files(r)->files.count; i++) {
		const struct snapshot_file *f = last_files(r)->files.items[i];
		struct documents documents;
		struct str text;
		struct error ignored;
		bool is_yaml = str_ends(f->path, STR(".yaml")) || str_ends(f->path, STR(".yml"));
		if (!is_yaml || f->is_link || !str_starts(f->path, below) ||
		    snapshot_read(f, &text, &ignored) < 0 ||
		    yaml_read(r->set, f->path, text, DIALECT_GO_V3, &documents, &ignored) < 0)
			continue;
		for (uint32_t d = 0; d < documents.count; d++)
			look_up(r, documents.items[d].root, project, &found);
	}
	return found;
}

static bool is_in_clusters(struct str root)
{
	return str_starts(root, STR("clusters/")) || project_of(root).len;
}

static void find_base(struct rehearsal *r)
{
	struct str project = project_of(r->root);
	struct flux_found found = find_flux(r, project);

	r->base = project.len && !found.repository && found.project ? project : STR("");
	r->is_plain = !found.any && !is_in_clusters(r->root);
}

/* Nothing says what is applied */

static uint32_t depth_of(struct str path)
{
	uint32_t depth = 0;

	for (size_t i = 0; i < path.len; i++)
		depth += path.ptr[i] == '/';
	return depth;
}

static bool is_kustomization(struct str path)
{
	static const struct str names[] = { STR_INIT("kustomization.yaml"),
					    STR_INIT("kustomization.yml"),
					    STR_INIT("Kustomization") };
	ptrdiff_t slash = str_find_last_char(path, '/');

	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		if (str_equal(str_from(path, (size_t)(slash + 1)), names[i]))
			return true;
	return false;
}

/* The kustomization that is least deep; absent when there is none. */
static struct str first_kustomization(const struct rehearsal *r)
{
	struct str best = STR_NONE;

	for (uint32_t i = 0; i < last_files(r)->files.count; i++) {
		struct str path = last_files(r)->files.items[i]->path;
		if (is_kustomization(path) && (!best.ptr || depth_of(path) < depth_of(best)))
			best = path;
	}
	return best;
}

/* The top of a repository of many parts: Flux would take it for one, and fail at its first file
 * that is no manifest. */
static int refuse_parts(const struct rehearsal *r, struct error *err)
{
	struct str first = first_kustomization(r);
	ptrdiff_t slash = str_find_last_char(first, '/');

	if (r->root.len || r->options->cluster.ptr || slash < 0 ||
	    snapshot_kind(last_files(r), STR("flux-system")) == FILE_DIRECTORY)
		return 0;
	error_set(
		err, ERROR_INPUT, ERROR_NO_POSITION,
		"nothing says what of the repository is applied: it has no folder 'clusters', and "
		"no kustomization at its top");
	return error_hint(err, "name a folder in it, like --cluster %.*s",
			  STR_FMT(str_sub(first, 0, (size_t)slash)));
}

int cluster_root_find(struct rehearsal *r, struct error *err)
{
	if (find_cluster(r, without_slashes(r->git.prefix), err) < 0)
		return -1;
	if (r->root.len && snapshot_kind(last_files(r), r->root) != FILE_DIRECTORY) {
		error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' is not in the repository",
			  STR_FMT(r->root));
		return error_hint(err, "name the folder of a cluster as it stands in the commit");
	}
	find_base(r);
	return refuse_parts(r, err);
}
