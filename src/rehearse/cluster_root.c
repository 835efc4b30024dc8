/* cluster_root - which folder of the repository is the cluster, and where its source begins */
#include "rehearse/cluster_root.h"

#include "base/arena.h"
#include "doc/yaml.h"
#include "rehearse/rehearsal.h"
#include "source/git.h"

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

/* As it stands in the repository, or below PATH. */
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

/* How many paths of its Kustomizations are there, in the repository and in the project. */
struct paths_found {
	uint32_t repository, project;
};

static void look_up(struct rehearsal *r, const struct node *object, struct str project,
		    struct paths_found *found)
{
	struct str path = without_slashes(node_str_at(object, "spec.path"));

	if (!path.len || !str_equal(object_gvk(object).group, STR("kustomize.toolkit.fluxcd.io")))
		return;
	found->repository += snapshot_kind(last_files(r), path) == FILE_DIRECTORY;
	found->project += snapshot_kind(last_files(r), joined(r, project, path)) == FILE_DIRECTORY;
}

/* A file that does not parse is the build's to report. */
static struct paths_found find_paths(struct rehearsal *r, struct str project)
{
	struct str below = str_concat(r->arena, r->root, STR("/"));
	struct paths_found found = {};

	for (uint32_t i = 0; i < last_files(r)->files.count; i++) {
		const struct snapshot_file *f = last_files(r)->files.items[i];
		struct documents documents;
		struct error ignored;
		bool is_yaml = str_ends(f->path, STR(".yaml")) || str_ends(f->path, STR(".yml"));
		if (!is_yaml || f->is_link || !str_starts(f->path, below) ||
		    yaml_read(r->set, f->path, f->bytes, DIALECT_GO_V3, &documents, &ignored) < 0)
			continue;
		for (uint32_t d = 0; d < documents.count; d++)
			look_up(r, documents.items[d].root, project, &found);
	}
	return found;
}

static void find_base(struct rehearsal *r)
{
	struct str project = project_of(r->root);

	r->base = STR("");
	if (!project.len)
		return;
	struct paths_found found = find_paths(r, project);
	if (!found.repository && found.project)
		r->base = project;
}

int cluster_root_find(struct rehearsal *r, const struct git *git, struct error *err)
{
	if (find_cluster(r, without_slashes(git->prefix), err) < 0)
		return -1;
	if (r->root.len && snapshot_kind(last_files(r), r->root) != FILE_DIRECTORY) {
		error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' is not in the repository",
			  STR_FMT(r->root));
		return error_hint(err, "name the folder of a cluster as it stands in the commit");
	}
	find_base(r);
	return 0;
}
