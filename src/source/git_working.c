/* git_working - the working tree, as it lies on the disk */
#include "base/arena.h"
#include "base/hash.h"
#include "base/ignore.h"
#include "base/map.h"
#include "base/num.h"
#include "source/git_name.h"
#include "source/git_objects.h"
#include "source/git_run.h"
#include "world/files.h"

struct tracked {
	struct str id;
	bool is_link;
	bool executable;
	bool is_submodule;
	bool is_sparse; /* a sparse checkout has left it out */
	bool is_there;
};

struct walk {
	const struct git *git;
	struct arena *arena;
	struct git_working_tree *ret;
	struct files disk;
	struct map tracked; /* path → struct tracked */
	struct map folders; /* those that tracked files lie in */
	struct ignore ignore;
	uint64_t ignore_work_bytes;
	enum hasher_kind hasher;
	int depth;
	struct error *err;
};

/* --- the index ------------------------------------------------------------------------------- */

static void add_folders(struct walk *w, struct str path)
{
	for (;;) {
		ptrdiff_t slash = str_find_last_char(path, '/');
		if (slash < 0)
			return;
		path = str_sub(path, 0, (size_t)slash);
		if (map_put(&w->folders, path, w))
			return;
	}
}

/* "H 100644 ID STAGE"; S: a sparse checkout. */
static int add_tracked(struct walk *w, struct str fields, struct str path)
{
	struct tracked *t = arena_one(w->arena, struct tracked);
	struct str tag = str_cut(&fields, ' '), mode = str_cut(&fields, ' ');

	if (git_check_path(STR("the index"), path, w->err) < 0)
		return -1;
	if (map_size(&w->tracked) >= GIT_FILES_MAX)
		return error_set(w->err, ERROR_INPUT, ERROR_NO_POSITION,
				 "the index has more than %d files", GIT_FILES_MAX);
	t->id = str_cut(&fields, ' ');
	t->is_sparse = str_equal(tag, STR("S"));
	t->is_link = str_equal(mode, STR("120000"));
	t->is_submodule = str_equal(mode, STR("160000"));
	t->executable = str_equal(mode, STR("100755"));
	map_put(&w->tracked, path, t);
	add_folders(w, path);
	return 0;
}

static int read_index(struct walk *w)
{
	struct str text;

	if (git_run_checked(w->git, w->arena,
			    GIT_ARGS(STR("ls-files"), STR("-z"), STR("-t"), STR("--stage")), &text,
			    w->err) < 0)
		return -1;
	for (struct str rest = text; rest.len;) {
		struct str path = str_cut(&rest, '\0');
		struct str fields = str_cut(&path, '\t');
		if (add_tracked(w, fields, path) < 0)
			return -1;
	}
	return 0;
}

/* --- one file -------------------------------------------------------------------------------- */

static void hash_begin(struct hasher *h, enum hasher_kind kind, uint64_t size_bytes)
{
	SCRATCH(scratch);

	hasher_init(h, kind);
	hasher_add(h, str_printf(scratch, "blob %llu", (unsigned long long)size_bytes));
	hasher_add(h, (struct str){ "", 1 }); /* a NUL */
}

static struct str hash_of(struct arena *arena, enum hasher_kind kind, struct str bytes)
{
	struct hasher h;

	hash_begin(&h, kind, bytes.len);
	hasher_add(&h, bytes);
	return hasher_hex(&h, arena);
}

/* A file that git has no blob of. */
struct disk_file {
	struct snapshot_content content;
	const struct git *git;
	struct arena *arena;
	struct str path;  /* on the disk */
	struct str bytes; /* absent: not read yet */
	enum hasher_kind hasher;
};

static int disk_file_read(struct snapshot_content *content, struct str *ret, struct error *err)
{
	struct disk_file *f = (struct disk_file *)content;
	const struct files disk = { .world = f->git->world };
	struct str bytes;

	if (!f->bytes.ptr) {
		if (files_read(&disk, f->arena, f->path, &bytes, err) < 0 ||
		    git_objects_count_bytes(f->git->objects, bytes.len, err) < 0)
			return -1;
		if (!str_equal(hash_of(f->arena, f->hasher, bytes), content->id))
			return error_set(err, ERROR_OUTSIDE, ERROR_NO_POSITION,
					 "it has changed since the working tree was read");
		f->bytes = bytes;
	}
	*ret = f->bytes;
	return 0;
}

static struct snapshot_content *content_of(struct walk *w, struct str id, struct str path)
{
	struct snapshot_content *known = git_objects_known(w->git->objects, id);

	if (known)
		return known;
	struct disk_file *f = arena_one(w->arena, struct disk_file);
	*f = (struct disk_file){ .content = { id, disk_file_read },
				 .git = arena_copy(w->arena, w->git, sizeof(*w->git)),
				 .arena = w->arena,
				 .path = path,
				 .hasher = w->hasher };
	return &f->content;
}

struct scan {
	struct hasher hasher;
	uint64_t size_bytes;
};

static void scan_chunk(void *data, struct str chunk)
{
	struct scan *scan = data;

	hasher_add(&scan->hasher, chunk);
	scan->size_bytes += chunk.len;
}

static int add_regular(struct walk *w, struct str path, struct str full)
{
	struct world *world = w->git->world;
	struct snapshot_file file = { .path = path };
	struct scan scan = { .size_bytes = 0 };
	struct file_stat stat;

	if (file_stat(world, full, &stat, w->err) < 0)
		return -1;
	hash_begin(&scan.hasher, w->hasher, stat.size_bytes);
	if (file_scan(world, full, scan_chunk, &scan, w->err) < 0)
		return -1;
	if (scan.size_bytes != stat.size_bytes)
		return error_set(w->err, ERROR_OUTSIDE, ERROR_NO_POSITION,
				 "'%.*s' changes while it is read", STR_FMT(full));
	file.executable = stat.executable;
	file.content = content_of(w, hasher_hex(&scan.hasher, w->arena), full);
	snapshot_put(&w->ret->files, file);
	return 0;
}

static int add_link(struct walk *w, struct str path, struct str full)
{
	struct snapshot_file file = { .path = path, .is_link = true };

	if (file_link(w->git->world, w->arena, full, &file.bytes, w->err) < 0)
		return -1;
	if (!file.bytes.ptr)
		return error_set(w->err, ERROR_OUTSIDE, ERROR_NO_POSITION,
				 "'%.*s' changes while it is read", STR_FMT(full));
	struct disk_file *f = arena_one(w->arena, struct disk_file);
	*f = (struct disk_file){ .content = { hash_of(w->arena, w->hasher, file.bytes),
					      disk_file_read },
				 .bytes = file.bytes };
	file.content = &f->content;
	snapshot_put(&w->ret->files, file);
	return 0;
}

/* --- the disk -------------------------------------------------------------------------------- */

static int walk_folder(struct walk *w, struct str folder, bool is_ignored);

static struct str path_on_disk(struct walk *w, struct str path)
{
	if (!path.len)
		return w->git->root;
	return str_printf(w->arena, "%.*s/%.*s", STR_FMT(str_strip_suffix(w->git->root, STR("/"))),
			  STR_FMT(path));
}

static int check_name(struct walk *w, struct str name, struct str path)
{
	const char *fault = git_name_fault(name);

	if (fault)
		return git_refuse_name(STR("the working tree"), path, fault, w->err);
	return git_objects_count(w->git->objects, path.len, w->err);
}

static int is_named(struct walk *w, struct str path, bool is_directory, bool *ret)
{
	w->ignore_work_bytes += w->ignore.size_bytes;
	if (w->ignore_work_bytes > IGNORE_WORK_BYTES_MAX)
		return error_set(
			w->err, ERROR_INPUT, ERROR_NO_POSITION,
			"the .gitignore files have too many patterns (%llu bytes at '%.*s') "
			"for so many files",
			(unsigned long long)w->ignore.size_bytes, STR_FMT(path));
	*ret = ignore_match_entry(&w->ignore, path, is_directory);
	return 0;
}

static int walk_entry(struct walk *w, struct str folder, const struct file_entry *entry,
		      bool is_ignored)
{
	bool is_directory = entry->kind == FILE_DIRECTORY;
	struct str path = folder.len ? str_printf(w->arena, "%.*s/%.*s", STR_FMT(folder),
						  STR_FMT(entry->name))
				     : entry->name;
	struct tracked *t = map_get(&w->tracked, path);
	bool is_wanted = t || (is_directory && map_get(&w->folders, path));

	if (str_equal(entry->name, STR(".git")) || (t && t->is_submodule) ||
	    entry->kind == FILE_OTHER)
		return 0;
	if (!is_ignored && is_named(w, path, is_directory, &is_ignored) < 0)
		return -1;
	if (is_ignored && !is_wanted)
		return 0;
	if (check_name(w, entry->name, path) < 0)
		return -1;
	if (is_directory)
		return walk_folder(w, path, is_ignored);
	if (t)
		t->is_there = true;
	return entry->kind == FILE_LINK ? add_link(w, path, path_on_disk(w, path))
					: add_regular(w, path, path_on_disk(w, path));
}

static bool has_entry(const struct file_list *list, struct str name, enum file_kind kind)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (str_equal(list->items[i].name, name))
			return kind == FILE_ABSENT || list->items[i].kind == kind;
	return false;
}

/* git does not follow a .gitignore that is a link either. */
static int add_ignored(struct walk *w, struct str folder)
{
	struct str name = STR(".gitignore"), lines;
	struct str path =
		folder.len ? str_printf(w->arena, "%.*s/%.*s", STR_FMT(folder), STR_FMT(name))
			   : name;

	if (files_read(&w->disk, w->arena, path_on_disk(w, path), &lines, w->err) < 0)
		return -1;
	ignore_add(&w->ignore, w->arena, folder, lines);
	return 0;
}

static int walk_folder(struct walk *w, struct str folder, bool is_ignored)
{
	struct ignore before = w->ignore;
	struct file_list list;

	if (w->depth >= GIT_DEPTH_MAX)
		return error_set(w->err, ERROR_INPUT, ERROR_NO_POSITION,
				 "the working tree has folders more than %d deep", GIT_DEPTH_MAX);
	if (file_list(w->git->world, w->arena, path_on_disk(w, folder), &list, w->err) < 0)
		return -1;
	/* Another repository: only what this one tracks in it belongs to this one. */
	if (folder.len && has_entry(&list, STR(".git"), FILE_ABSENT))
		is_ignored = true;
	if (has_entry(&list, STR(".gitignore"), FILE_REGULAR) && add_ignored(w, folder) < 0)
		return -1;
	w->depth++;
	for (uint32_t i = 0; i < list.count; i++)
		if (walk_entry(w, folder, &list.items[i], is_ignored) < 0)
			return -1;
	w->depth--;
	w->ignore = before;
	return 0;
}

/* Patterns of this clone alone. */
static int read_exclude(struct walk *w)
{
	struct str path = str_concat(w->arena, w->git->common, STR("/info/exclude")), lines;

	if (!file_exists(w->git->world, path))
		return 0;
	if (files_read(&w->disk, w->arena, path, &lines, w->err) < 0)
		return -1;
	ignore_add(&w->ignore, w->arena, STR(""), lines);
	return 0;
}

/* --- all of it ------------------------------------------------------------------------------- */

static int add_sparse(struct walk *w)
{
	for (uint32_t i = 0; i < w->tracked.count; i++) {
		const struct tracked *t = w->tracked.entries[i].value;
		if (t->is_there || !t->is_sparse || t->is_submodule)
			continue;
		struct snapshot_file file = { .path = w->tracked.entries[i].key,
					      .content = git_objects_blob(w->git->objects, t->id),
					      .is_link = t->is_link,
					      .executable = t->executable };
		if (t->is_link && snapshot_read(&file, &file.bytes, w->err) < 0)
			return -1;
		snapshot_put(&w->ret->files, file);
		w->ret->sparse_count++;
	}
	return 0;
}

static bool is_same(const struct snapshot *a, const struct snapshot *b)
{
	SCRATCH(scratch);

	return str_equal(snapshot_digest(a, scratch), snapshot_digest(b, scratch));
}

int git_read_working_tree(const struct git *git, struct arena *arena, struct git_working_tree *ret,
			  struct error *err)
{
	struct git_working_tree tree = { .is_dirty = false };
	struct walk w = { .git = git,
			  .arena = arena,
			  .ret = &tree,
			  .disk = { .world = git->world },
			  .err = err };
	struct snapshot head;
	struct str commit;

	if (git->is_bare) {
		error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' is a bare repository",
			  STR_FMT(git->root));
		return error_hint(err, "name a revision");
	}
	/* First, so that what has not changed is known by its id. */
	if (git_resolve(git, arena, STR("HEAD"), &commit, err) < 0 ||
	    git_snapshot(git, arena, commit, &head, err) < 0)
		return -1;
	w.hasher = commit.len == 2 * SHA256_SIZE_BYTES ? HASHER_SHA256 : HASHER_SHA1;
	snapshot_init(&tree.files, arena);
	map_init(&w.tracked, arena);
	map_init(&w.folders, arena);
	if (read_index(&w) < 0 || read_exclude(&w) < 0 || walk_folder(&w, STR(""), false) < 0 ||
	    add_sparse(&w) < 0)
		return -1;
	snapshot_sort(&tree.files);
	tree.is_dirty = !is_same(&head, &tree.files);
	*ret = tree;
	return 0;
}
