/* git_objects - reads objects of a repository through `git cat-file --batch` */
#include "source/git_objects.h"

#include <signal.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/num.h"
#include "source/git_name.h"
#include "source/git_run.h"
#include "world/files.h"

enum { COMPLAINT_BYTES_MAX = 4096, NAME_BYTES_MAX = 4096, HEADER_BYTES_MAX = 2 * NAME_BYTES_MAX };

/* A conversation: what has arrived of the answer, and how much is waited for. */
struct dialog {
	struct process *process; /* NULL: it does not run */
	struct arena *scratch;
	struct buf answer, complaint;
	size_t wanted_bytes; /* 0: up to the end of a line */
	bool is_ready;
};

struct git_objects {
	const struct git *git;
	struct arena *arena;
	struct dialog dialog;
	struct map blobs; /* id → struct blob */
	struct map trees; /* id → struct str */
	uint64_t blob_bytes, tree_bytes;
	uint64_t paths_bytes;
	uint32_t files_count;
};

struct blob {
	struct snapshot_content content;
	struct git_objects *objects;
	struct str bytes; /* absent: not read yet */
};

struct git_objects *git_objects_new(const struct git *git, struct arena *arena)
{
	struct git_objects *o = arena_one(arena, struct git_objects);

	o->git = arena_copy(arena, git, sizeof(*git));
	o->arena = arena;
	map_init(&o->blobs, arena);
	map_init(&o->trees, arena);
	return o;
}

/* --- talking --------------------------------------------------------------------------------- */

static bool has_arrived(struct dialog *d)
{
	if (d->wanted_bytes)
		return d->answer.len >= d->wanted_bytes;
	return d->answer.len > HEADER_BYTES_MAX || str_find_char(buf_str(&d->answer), '\n') >= 0;
}

static void dialog_output(void *data, enum process_stream stream, struct str chunk)
{
	struct dialog *d = data;

	if (stream == PROCESS_OUT)
		buf_add(&d->answer, chunk);
	else if (d->complaint.len < COMPLAINT_BYTES_MAX)
		buf_add(&d->complaint, chunk);
	d->is_ready = has_arrived(d);
}

static void dialog_ended(void *data, int status)
{
	struct dialog *d = data;

	(void)status;
	d->process = NULL;
	d->is_ready = true;
}

static int dialog_start(struct dialog *d, const struct git *git, struct error *err)
{
	struct process_events events = { dialog_output, dialog_ended, d };

	if (!d->scratch)
		d->scratch = arena_new("git cat-file");
	arena_clear(d->scratch);
	buf_init(&d->answer, d->scratch);
	buf_init(&d->complaint, d->scratch);
	d->process = git_start(git, GIT_ARGS(STR("cat-file"), STR("--batch")), events, err);
	return d->process ? 0 : -1;
}

/* Without waiting for what it still says. */
static void dialog_stop(struct dialog *d, struct world *world)
{
	struct error ignored;

	while (d->process) {
		process_kill(d->process, SIGKILL);
		d->is_ready = false;
		if (world_wait(world, &d->is_ready, GIT_TIMEOUT_MS, &ignored) < 0)
			return;
	}
}

static int dialog_wait(struct dialog *d, struct world *world, size_t wanted_bytes,
		       struct error *err)
{
	d->wanted_bytes = wanted_bytes;
	d->is_ready = !d->process || has_arrived(d);
	if (world_wait(world, &d->is_ready, GIT_TIMEOUT_MS, err) < 0) {
		dialog_stop(d, world); /* else its answer would be taken for the next one */
		return error_wrap(err, "git cat-file");
	}
	if (has_arrived(d))
		return 0;
	return error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "git cat-file: %.*s",
			 STR_FMT(git_complaint(buf_str(&d->complaint))));
}

void git_objects_close(struct git_objects *o)
{
	dialog_stop(&o->dialog, o->git->world);
	arena_free(o->dialog.scratch);
	o->dialog.scratch = NULL;
}

/* --- asking ---------------------------------------------------------------------------------- */

struct answer {
	struct str id; /* absent: there is no such object */
	struct str type;
	struct str bytes;
};

static int not_understood(struct git_objects *o, struct str line, struct error *err)
{
	error_set(err, ERROR_OUTSIDE, ERROR_NO_POSITION,
		  "git cat-file answers in a way that is not understood: '%.*s'",
		  (int)MIN(line.len, 100), line.ptr);
	dialog_stop(&o->dialog, o->git->world);
	return -1;
}

/* "ID TYPE SIZE", or "NAME missing". */
static int parse_header(struct git_objects *o, struct str line, struct answer *ret,
			size_t *ret_size_bytes, struct error *err)
{
	struct str rest = line;
	uint64_t size_bytes;

	*ret = (struct answer){ .id = STR_NONE };
	*ret_size_bytes = 0;
	if (str_ends(line, STR(" missing")) || str_ends(line, STR(" ambiguous")))
		return 0;
	struct str id = str_cut(&rest, ' ');
	ret->type = str_cut(&rest, ' ');
	if (!ret->type.len || !num_uint64(rest, 10, &size_bytes))
		return not_understood(o, line, err);
	ret->id = id;
	*ret_size_bytes = size_bytes;
	return 0;
}

static int refuse_size(struct git_objects *o, struct str type, size_t size_bytes, struct error *err)
{
	/* It is about to send all of that. */
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
		  "a %.*s of %zu bytes; of one file at most %d are read", STR_FMT(type), size_bytes,
		  FILES_BYTES_MAX);
	dialog_stop(&o->dialog, o->git->world);
	return -1;
}

/* The answer is borrowed until the next question. */
static int ask(struct git_objects *o, struct str name, struct answer *ret, struct error *err)
{
	struct dialog *d = &o->dialog;
	struct world *world = o->git->world;
	size_t size_bytes = 0;

	*ret = (struct answer){ .id = STR_NONE };
	if (name.len > NAME_BYTES_MAX || str_find_char(name, '\n') >= 0 ||
	    str_find_char(name, '\0') >= 0)
		return 0;
	if (!d->process && dialog_start(d, o->git, err) < 0)
		return -1;
	d->answer.len = 0;
	process_write(d->process, name);
	process_write(d->process, STR("\n"));
	if (dialog_wait(d, world, 0, err) < 0)
		return -1;
	ptrdiff_t end = str_find_char(buf_str(&d->answer), '\n');
	struct str line =
		str_copy(d->scratch, str_sub(buf_str(&d->answer), 0, (size_t)MAX(end, 0)));
	if (end < 0)
		return not_understood(o, buf_str(&d->answer), err);
	if (parse_header(o, line, ret, &size_bytes, err) < 0)
		return -1;
	if (!ret->id.ptr)
		return 0;
	if (size_bytes > FILES_BYTES_MAX)
		return refuse_size(o, ret->type, size_bytes, err);
	size_t start = (size_t)end + 1;
	if (dialog_wait(d, world, start + size_bytes + 1, err) < 0)
		return -1;
	ret->bytes = str_sub(buf_str(&d->answer), start, start + size_bytes);
	return 0;
}

/* Asks for an object that has to be there and of its type. */
static int ask_object(struct git_objects *o, struct str id, struct str type, struct str *ret,
		      struct error *err)
{
	struct answer answer;

	if (ask(o, id, &answer, err) < 0)
		return -1;
	if (!answer.id.ptr) {
		error_set(err, ERROR_OUTSIDE, ERROR_NO_POSITION, "git has no object %.*s",
			  STR_FMT(id));
		return error_hint(err, "a partial clone lacks files; 'git fetch' brings them");
	}
	if (!str_equal(answer.id, id))
		return not_understood(o, answer.id, err);
	if (!str_equal(answer.type, type))
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "object %.*s is a %.*s, no %.*s", STR_FMT(id),
				 STR_FMT(answer.type), STR_FMT(type));
	*ret = answer.bytes;
	return 0;
}

int git_objects_resolve(struct git_objects *o, struct arena *arena, struct str name,
			struct str *ret_id, struct error *err)
{
	struct answer answer;

	if (ask(o, name, &answer, err) < 0)
		return -1;
	*ret_id = str_copy(arena, answer.id);
	return 0;
}

/* --- blobs ----------------------------------------------------------------------------------- */

int git_objects_count_bytes(struct git_objects *o, size_t size_bytes, struct error *err)
{
	o->blob_bytes += size_bytes;
	if (o->blob_bytes <= GIT_BYTES_MAX)
		return 0;
	return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
			 "the files that are read of a repository have more than %d bytes",
			 GIT_BYTES_MAX);
}

static int blob_read(struct snapshot_content *content, struct str *ret, struct error *err)
{
	struct blob *b = (struct blob *)content;
	struct git_objects *o = b->objects;
	struct str bytes;

	if (!b->bytes.ptr) {
		if (ask_object(o, content->id, STR("blob"), &bytes, err) < 0)
			return -1;
		if (git_objects_count_bytes(o, bytes.len, err) < 0)
			return -1;
		b->bytes = str_copy(o->arena, bytes);
	}
	*ret = b->bytes;
	return 0;
}

struct snapshot_content *git_objects_blob(struct git_objects *o, struct str id)
{
	struct blob *b = map_get(&o->blobs, id);

	if (!b) {
		b = arena_one(o->arena, struct blob);
		*b = (struct blob){ { str_copy(o->arena, id), blob_read }, o, STR_NONE };
		map_put(&o->blobs, b->content.id, b);
	}
	return &b->content;
}

struct snapshot_content *git_objects_known(const struct git_objects *o, struct str id)
{
	return map_get(&o->blobs, id);
}

/* --- trees ----------------------------------------------------------------------------------- */

int git_objects_count(struct git_objects *o, size_t path_bytes, struct error *err)
{
	o->paths_bytes += path_bytes;
	if (++o->files_count > GIT_FILES_MAX)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "more than %d files and folders in all revisions", GIT_FILES_MAX);
	if (o->paths_bytes > GIT_PATHS_BYTES_MAX)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "the paths of all revisions have more than %d bytes",
				 GIT_PATHS_BYTES_MAX);
	return 0;
}

static int tree_read(struct git_objects *o, struct str id, struct str *ret, struct error *err)
{
	struct str *tree = map_get(&o->trees, id);

	if (!tree) {
		tree = arena_one(o->arena, struct str);
		if (ask_object(o, id, STR("tree"), tree, err) < 0)
			return -1;
		o->tree_bytes += tree->len;
		if (o->tree_bytes > GIT_BYTES_MAX)
			return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
					 "more than %d bytes of trees are read", GIT_BYTES_MAX);
		*tree = str_copy(o->arena, *tree);
		map_put(&o->trees, str_copy(o->arena, id), tree);
	}
	*ret = *tree;
	return 0;
}

struct entry {
	uint64_t mode;
	struct str name;
	struct str id;
};

enum {
	MODE_TYPE = 0170000,
	MODE_TREE = 0040000,
	MODE_FILE = 0100000,
	MODE_LINK = 0120000,
	MODE_COMMIT = 0160000,
	MODE_EXECUTABLE = 0100
};

/* "MODE NAME\0" and the bytes of the id. */
static bool entry_take(struct str *rest, size_t id_bytes, struct arena *arena, struct entry *ret)
{
	struct str mode = str_cut(rest, ' ');

	if (!rest->ptr || !num_uint64(mode, 8, &ret->mode))
		return false;
	ret->name = str_cut(rest, '\0');
	if (rest->len < id_bytes)
		return false;
	ret->id = hex_encode(arena, str_sub(*rest, 0, id_bytes));
	*rest = str_from(*rest, id_bytes);
	return true;
}

struct listing {
	struct git_objects *objects;
	struct str where;
	struct snapshot *files;
	int depth;
	struct error *err;
};

static int list_tree(struct listing *l, struct str id, struct str prefix);

static int list_file(struct listing *l, const struct entry *entry, struct str path)
{
	struct snapshot_file file = { .path = path };

	file.is_link = (entry->mode & MODE_TYPE) == MODE_LINK;
	file.executable = !file.is_link && (entry->mode & MODE_EXECUTABLE);
	file.content = git_objects_blob(l->objects, entry->id);
	/* A path is resolved over it, so it has to be here. */
	if (file.is_link && snapshot_read(&file, &file.bytes, l->err) < 0)
		return -1;
	snapshot_put(l->files, file);
	return 0;
}

static int list_entry(struct listing *l, const struct entry *entry, struct str prefix)
{
	struct arena *arena = l->objects->arena;
	const char *fault = git_name_fault(entry->name);
	struct str path = str_concat(arena, prefix, entry->name);

	if (fault)
		return git_refuse_name(l->where, path, fault, l->err);
	if (git_objects_count(l->objects, path.len, l->err) < 0)
		return -1;
	switch (entry->mode & MODE_TYPE) {
	case MODE_TREE:
		return list_tree(l, entry->id, str_concat(arena, path, STR("/")));
	case MODE_FILE:
	case MODE_LINK:
		return list_file(l, entry, path);
	case MODE_COMMIT:
		return 0;
	}
	return error_set(l->err, ERROR_INPUT, ERROR_NO_POSITION,
			 "%.*s has a file '%.*s' of the mode %llo", STR_FMT(l->where),
			 STR_FMT(path), (unsigned long long)entry->mode);
}

static int list_tree(struct listing *l, struct str id, struct str prefix)
{
	struct entry entry;
	struct str rest;

	if (l->depth >= GIT_DEPTH_MAX)
		return error_set(l->err, ERROR_INPUT, ERROR_NO_POSITION,
				 "%.*s has folders more than %d deep", STR_FMT(l->where),
				 GIT_DEPTH_MAX);
	if (tree_read(l->objects, id, &rest, l->err) < 0)
		return error_wrap(l->err, "'%.*s'", STR_FMT(prefix));
	l->depth++;
	while (rest.len) {
		if (!entry_take(&rest, id.len / 2, l->objects->arena, &entry))
			return error_set(l->err, ERROR_INPUT, ERROR_NO_POSITION,
					 "%.*s: the tree %.*s is no tree", STR_FMT(l->where),
					 STR_FMT(id));
		if (list_entry(l, &entry, prefix) < 0)
			return -1;
	}
	l->depth--;
	return 0;
}

int git_objects_list(struct git_objects *o, struct str tree, struct str where, struct snapshot *ret,
		     struct error *err)
{
	struct listing l = { .objects = o, .where = where, .files = ret, .err = err };

	return list_tree(&l, tree, STR(""));
}
