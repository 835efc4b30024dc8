/* snapshot - files at one moment: paths, bytes and modes */
#include "world/snapshot.h"

#include "base/buf.h"
#include "base/hash.h"
#include "base/sort.h"

void snapshot_init(struct snapshot *s, struct arena *arena)
{
	*s = (struct snapshot){ .arena = arena };
	map_init(&s->by_path, arena);
	map_init(&s->directories, arena);
}

static struct str parent_of(struct str path)
{
	return str_sub(path, 0, (size_t)MAX(str_find_last_char(path, '/'), 0));
}

static struct str name_of(struct str path)
{
	return str_from(path, (size_t)(str_find_last_char(path, '/') + 1));
}

/* Adds the entry to its directory, and the directory to its own one when it is new. */
static void directory_add(struct snapshot *s, struct str path, enum file_kind kind)
{
	for (;;) {
		void **slot = map_slot(&s->directories, parent_of(path));
		bool is_new = !*slot;

		if (is_new)
			*slot = arena_one(s->arena, struct file_list);
		struct file_entry entry = { name_of(path), kind };
		VEC_PUSH(s->arena, (struct file_list *)*slot, entry);
		path = parent_of(path);
		if (!is_new || !path.len)
			return;
		kind = FILE_DIRECTORY;
	}
}

/* The reverse: directories that became empty are gone. */
static void directory_remove(struct snapshot *s, struct str path)
{
	for (;;) {
		struct file_list *list = map_get(&s->directories, parent_of(path));

		for (uint32_t i = 0; i < list->count; i++)
			if (str_equal(list->items[i].name, name_of(path))) {
				VEC_REMOVE(list, i);
				break;
			}
		path = parent_of(path);
		if (list->count)
			return;
		map_remove(&s->directories, path);
		if (!path.len)
			return;
	}
}

void snapshot_put(struct snapshot *s, struct snapshot_file file)
{
	struct snapshot_file *old = map_get(&s->by_path, file.path);

	assert(file.path.len && file.path.ptr[0] != '/');
	if (old && old->is_link == file.is_link) {
		*old = file;
		return;
	}
	if (old)
		snapshot_remove(s, file.path);
	struct snapshot_file *copy = arena_copy(s->arena, &file, sizeof(file));
	VEC_PUSH(s->arena, &s->files, copy);
	map_put(&s->by_path, copy->path, copy);
	directory_add(s, copy->path, file.is_link ? FILE_LINK : FILE_REGULAR);
}

bool snapshot_remove(struct snapshot *s, struct str path)
{
	struct snapshot_file *file = map_remove(&s->by_path, path);

	if (!file)
		return false;
	directory_remove(s, path);
	for (uint32_t i = 0; i < s->files.count; i++)
		if (s->files.items[i] == file) {
			VEC_REMOVE(&s->files, i);
			break;
		}
	return true;
}

const struct snapshot_file *snapshot_find(const struct snapshot *s, struct str path)
{
	return map_get(&s->by_path, path);
}

enum file_kind snapshot_kind(const struct snapshot *s, struct str path)
{
	const struct snapshot_file *file = snapshot_find(s, path);

	if (file)
		return file->is_link ? FILE_LINK : FILE_REGULAR;
	return !path.len || map_get(&s->directories, path) ? FILE_DIRECTORY : FILE_ABSENT;
}

int snapshot_read(const struct snapshot_file *file, struct str *ret, struct error *err)
{
	if (file->content && file->content->read(file->content, ret, err) < 0)
		return error_wrap(err, "'%.*s'", STR_FMT(file->path));
	if (file->content)
		return 0;
	*ret = file->bytes;
	return 0;
}

/* The link is replaced by its target; an absolute target is not in the snapshot. */
static struct str link_target(struct arena *arena, const struct snapshot_file *link,
			      struct str rest)
{
	if (str_starts(link->bytes, STR("/")) ||
	    link->bytes.len + rest.len > SNAPSHOT_PATH_BYTES_MAX)
		return STR_NONE;
	return rest.ptr ? str_printf(arena, "%.*s/%.*s", STR_FMT(link->bytes), STR_FMT(rest))
			: link->bytes;
}

/* The path that was walked so far: parts are added and taken away at its end. */
struct walked {
	char text[SNAPSHOT_PATH_BYTES_MAX];
	size_t len;
};

static struct str walked_str(const struct walked *walked)
{
	return (struct str){ walked->text, walked->len };
}

static void walked_add(struct walked *walked, struct str part)
{
	if (walked->len)
		walked->text[walked->len++] = '/';
	memcpy(walked->text + walked->len, part.ptr, part.len);
	walked->len += part.len;
}

struct str snapshot_resolve(const struct snapshot *s, struct arena *arena, struct str path)
{
	struct walked walked = { .len = 0 };
	struct str rest = path;
	int links_count = 0;

	while (rest.ptr) {
		struct str part = str_cut(&rest, '/');
		if (!part.len || str_equal(part, STR(".")))
			continue;
		if (str_equal(part, STR(".."))) {
			if (!walked.len)
				return STR_NONE;
			walked.len = parent_of(walked_str(&walked)).len;
			continue;
		}
		if (walked.len + (walked.len > 0) + part.len > sizeof(walked.text))
			return STR_NONE;
		size_t before = walked.len;
		walked_add(&walked, part);
		const struct snapshot_file *file = snapshot_find(s, walked_str(&walked));
		if (!file || !file->is_link)
			continue;
		walked.len = before;
		rest = link_target(arena, file, rest);
		if (++links_count > SNAPSHOT_LINKS_MAX || !rest.ptr)
			return STR_NONE;
	}
	return str_copy(arena, walked_str(&walked));
}

static int compare_entries(const void *a, const void *b, void *context)
{
	(void)context;
	return str_compare(((const struct file_entry *)a)->name,
			   ((const struct file_entry *)b)->name);
}

bool snapshot_list(const struct snapshot *s, struct arena *arena, struct str path,
		   struct file_list *ret)
{
	const struct file_list *list = map_get(&s->directories, path);

	*ret = (struct file_list){};
	if (!list)
		return !path.len;
	ret->items = arena_copy(arena, list->items, list->count * sizeof(*list->items));
	ret->count = ret->capacity = list->count;
	sort_stable(ret->items, ret->count, sizeof(*ret->items), compare_entries, NULL);
	return true;
}

static int compare_files(const void *a, const void *b, void *context)
{
	(void)context;
	return str_compare((*(struct snapshot_file *const *)a)->path,
			   (*(struct snapshot_file *const *)b)->path);
}

void snapshot_sort(struct snapshot *s)
{
	sort_stable(s->files.items, s->files.count, sizeof(*s->files.items), compare_files, NULL);
}

const struct snapshot_file **snapshot_sorted(const struct snapshot *s, struct arena *arena)
{
	const struct snapshot_file **files =
		arena_copy(arena, s->files.items, s->files.count * sizeof(*s->files.items));

	sort_stable(files, s->files.count, sizeof(*files), compare_files, NULL);
	return files;
}

void snapshot_clone(struct snapshot *ret, const struct snapshot *s, struct arena *arena)
{
	snapshot_init(ret, arena);
	for (uint32_t i = 0; i < s->files.count; i++)
		snapshot_put(ret, *s->files.items[i]);
}

struct str snapshot_digest(const struct snapshot *s, struct arena *arena)
{
	SCRATCH(scratch);
	struct buf lines;
	const struct snapshot_file **files = snapshot_sorted(s, scratch);

	buf_init(&lines, scratch);
	for (uint32_t i = 0; i < s->files.count; i++) {
		struct str hash = files[i]->content ? files[i]->content->id
						    : sha256_hex(scratch, files[i]->bytes);
		const char *kind = files[i]->is_link	  ? "link"
				   : files[i]->executable ? "program"
							  : "file";
		buf_printf(&lines, "%s %.*s %.*s%c", kind, STR_FMT(hash), STR_FMT(files[i]->path),
			   '\0');
	}
	return sha256_hex(arena, buf_str(&lines));
}
