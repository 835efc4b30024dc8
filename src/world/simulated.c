/* simulated - a world of its own: virtual time, and files that are a snapshot */
#include "world/simulated.h"

#include "base/arena.h"
#include "world/simulated_inside.h"

/* --- time ------------------------------------------------------------------------------------ */

static void simulated_refresh(struct world *w)
{
	w->now_ms = ((struct simulated *)w)->epoch_ms + w->tick_ms;
}

static int64_t simulated_stopwatch_us(const struct world *w)
{
	return w->tick_ms * 1000;
}

static bool simulated_is_busy(const struct world *w)
{
	(void)w;
	return false;
}

static int simulated_advance(struct world *w, int64_t until_tick_ms, struct error *err)
{
	(void)err;
	assert(until_tick_ms >= w->tick_ms);
	w->tick_ms = until_tick_ms;
	simulated_refresh(w);
	return 0;
}

static struct str simulated_env(const struct world *w, const char *name)
{
	const struct str *value = map_get(&((const struct simulated *)w)->env, str_from_cstr(name));

	return value ? *value : STR_NONE;
}

/* Its faults are injected by counting, in one order. */
static uint32_t simulated_processors(const struct world *w)
{
	(void)w;
	return 1;
}

/* --- files ----------------------------------------------------------------------------------- */

static int absent(struct str path, struct error *err)
{
	return error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s': No such file or directory",
			 STR_FMT(path));
}

static int simulated_file_read(struct world *w, struct arena *arena, struct str path,
			       struct str *ret, struct error *err)
{
	SCRATCH(scratch);
	const struct snapshot *files = ((struct simulated *)w)->files;
	struct str resolved = snapshot_resolve(files, scratch, path);

	switch (resolved.ptr ? snapshot_kind(files, resolved) : FILE_ABSENT) {
	case FILE_REGULAR:
		if (snapshot_read(snapshot_find(files, resolved), ret, err) < 0)
			return -1;
		*ret = str_copy(arena, *ret);
		return 0;
	case FILE_DIRECTORY:
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s': Is a directory",
				 STR_FMT(path));
	case FILE_ABSENT:
	case FILE_LINK:
	case FILE_OTHER:
		break;
	}
	return absent(path, err);
}

static int simulated_file_scan(struct world *w, struct str path, file_chunk_fn chunk, void *data,
			       struct error *err)
{
	SCRATCH(scratch);
	struct str bytes;

	if (simulated_file_read(w, scratch, path, &bytes, err) < 0)
		return -1;
	chunk(data, bytes);
	return 0;
}

static int simulated_file_stat(struct world *w, struct str path, struct file_stat *ret,
			       struct error *err)
{
	SCRATCH(scratch);
	const struct simulated *s = (struct simulated *)w;
	struct str resolved = snapshot_resolve(s->files, scratch, path);
	const struct snapshot_file *file = resolved.ptr ? snapshot_find(s->files, resolved) : NULL;

	(void)err;
	*ret = (struct file_stat){
		.kind = resolved.ptr ? snapshot_kind(s->files, resolved) : FILE_ABSENT,
		.executable = file && file->executable,
		.is_own = true,
		.size_bytes = file ? file->bytes.len : 0,
	};
	if (ret->kind != FILE_ABSENT)
		ret->modified_ms = s->epoch_ms;
	return 0;
}

static int simulated_file_list(struct world *w, struct arena *arena, struct str path,
			       struct file_list *ret, struct error *err)
{
	const struct snapshot *files = ((struct simulated *)w)->files;
	struct str resolved = snapshot_resolve(files, arena, path);

	if (resolved.ptr && snapshot_list(files, arena, resolved, ret))
		return 0;
	if (resolved.ptr && snapshot_find(files, resolved))
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s': Not a directory",
				 STR_FMT(path));
	return absent(path, err);
}

static int simulated_file_realpath(struct world *w, struct arena *arena, struct str path,
				   struct str *ret, struct error *err)
{
	const struct snapshot *files = ((struct simulated *)w)->files;
	struct str resolved = snapshot_resolve(files, arena, path);

	if (!resolved.ptr || snapshot_kind(files, resolved) == FILE_ABSENT)
		return absent(path, err);
	*ret = str_concat(arena, STR("/"), resolved);
	return 0;
}

/* The directories before the name are followed, the name is not. */
static int simulated_file_link(struct world *w, struct arena *arena, struct str path,
			       struct str *ret, struct error *err)
{
	const struct snapshot *files = ((struct simulated *)w)->files;
	ptrdiff_t slash = str_find_last_char(path, '/');
	struct str directory = str_sub(path, 0, (size_t)MAX(slash, 0));
	struct str resolved = snapshot_resolve(files, arena, directory);

	(void)err;
	struct str name = str_from(path, (size_t)(slash + 1));
	struct str full = resolved.len
				  ? str_printf(arena, "%.*s/%.*s", STR_FMT(resolved), STR_FMT(name))
				  : name;
	const struct snapshot_file *file = resolved.ptr ? snapshot_find(files, full) : NULL;
	*ret = file && file->is_link ? str_copy(arena, file->bytes) : STR_NONE;
	return 0;
}

/* The snapshot that was given stays as it is. */
static struct snapshot *writable(struct simulated *s)
{
	if (s->files != &s->own_files) {
		snapshot_clone(&s->own_files, s->files, s->arena);
		s->files = &s->own_files;
	}
	return &s->own_files;
}

static int simulated_file_write(struct world *w, struct str path, struct str bytes,
				struct error *err)
{
	struct simulated *s = (struct simulated *)w;
	struct str resolved = snapshot_resolve(s->files, s->arena, path);

	if (!resolved.len)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "'%.*s' is not in the simulated files", STR_FMT(path));
	if (snapshot_kind(s->files, resolved) == FILE_DIRECTORY)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s': Is a directory",
				 STR_FMT(path));
	const struct snapshot_file *old = snapshot_find(s->files, resolved);
	snapshot_put(writable(s), (struct snapshot_file){ .path = resolved,
							  .bytes = str_copy(s->arena, bytes),
							  .executable = old && old->executable });
	simulated_folder_changed(s, resolved);
	return 0;
}

static int simulated_file_remove(struct world *w, struct str path, struct error *err)
{
	SCRATCH(scratch);
	struct simulated *s = (struct simulated *)w;
	struct str resolved = snapshot_resolve(s->files, scratch, path);

	if (resolved.ptr && snapshot_kind(s->files, resolved) == FILE_DIRECTORY)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s': Directory not empty",
				 STR_FMT(path));
	if (resolved.ptr) {
		snapshot_remove(writable(s), resolved);
		simulated_folder_changed(s, resolved);
	}
	return 0;
}

static void move_file(struct simulated *s, const struct snapshot_file *file, struct str to)
{
	struct snapshot_file moved = *file;

	snapshot_remove(writable(s), file->path);
	moved.path = to;
	snapshot_put(writable(s), moved);
	simulated_folder_changed(s, to);
}

static int simulated_file_rename(struct world *w, struct str from, struct str to, struct error *err)
{
	struct simulated *s = (struct simulated *)w;
	struct str source = snapshot_resolve(s->files, s->arena, from);
	struct str target = snapshot_resolve(s->files, s->arena, to);
	uint32_t moved = 0;

	if (target.ptr && snapshot_kind(s->files, target) == FILE_DIRECTORY)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s': Directory not empty",
				 STR_FMT(to));
	const struct snapshot_file **files = snapshot_sorted(s->files, s->arena);
	uint32_t count = s->files->files.count;
	for (uint32_t i = 0; i < count && source.len && target.len; i++) {
		struct str below = str_strip_prefix(files[i]->path, source);
		if (!str_starts(files[i]->path, source) || (below.len && below.ptr[0] != '/'))
			continue;
		struct snapshot_file file = *files[i];
		move_file(s, &file, str_concat(s->arena, target, below));
		moved++;
	}
	if (!moved)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "'%.*s': No such file or directory", STR_FMT(from));
	return 0;
}

/* Directories are there as soon as files are in them. */
static int simulated_directory_make(struct world *w, struct str path, struct error *err)
{
	SCRATCH(scratch);
	const struct snapshot *files = ((struct simulated *)w)->files;
	struct str resolved = snapshot_resolve(files, scratch, path);

	if (!resolved.ptr || snapshot_find(files, resolved))
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s': File exists",
				 STR_FMT(path));
	return 0;
}

/* --- life ------------------------------------------------------------------------------------ */

static void simulated_free(struct world *w)
{
	struct simulated *s = (struct simulated *)w;

	world_http_free_all(w);
	simulated_http_release(s);
	map_release(&s->servers);
	backlog_release(&s->input);
	backlog_release(&s->log);
	world_release(w);
	arena_free(s->arena);
	heap_free(s);
}

static const struct world_table simulated_table = {
	.free = simulated_free,
	.refresh = simulated_refresh,
	.stopwatch_us = simulated_stopwatch_us,
	.is_busy = simulated_is_busy,
	.advance = simulated_advance,
	.env = simulated_env,
	.processors = simulated_processors,
	.file_read = simulated_file_read,
	.file_scan = simulated_file_scan,
	.file_write = simulated_file_write,
	.file_stat = simulated_file_stat,
	.file_list = simulated_file_list,
	.file_realpath = simulated_file_realpath,
	.file_link = simulated_file_link,
	.file_remove = simulated_file_remove,
	.file_rename = simulated_file_rename,
	.directory_make = simulated_directory_make,
	.folder_watch_new = simulated_folder_watch_new,
	.folder_watch_add = simulated_folder_watch_add,
	.folder_watch_free = simulated_folder_watch_free,
	.process_run = simulated_process_run,
	.process_start = simulated_process_start,
	.process_write = simulated_process_write,
	.process_close_input = simulated_process_close_input,
	.process_kill = simulated_process_kill,
	.http_send = simulated_http_send,
	.http_cancel = simulated_http_cancel,
	.http_pause = simulated_http_pause,
	.http_serve = simulated_http_serve,
	.http_server_stop = simulated_http_server_stop,
	.http_server_cut = simulated_http_server_cut,
	.http_server_free = simulated_http_server_free,
	.http_push = simulated_http_push,
	.input_start = simulated_input_start,
	.input_stop = simulated_input_stop,
	.on_signal = simulated_on_signal,
	.log = simulated_log_line,
};

static void env_init(struct simulated *s, const struct simulated_options *options)
{
	map_init(&s->env, s->arena);
	for (uint32_t i = 0; i < options->env_count; i++) {
		struct str value = options->env[i];
		struct str name = str_cut(&value, '=');
		map_put(&s->env, name, arena_copy(s->arena, &value, sizeof(value)));
	}
}

struct world *simulated_new(const struct simulated_options *options)
{
	struct simulated *s = heap_alloc(sizeof(*s));

	world_init(&s->world, &simulated_table, options->seed);
	s->arena = arena_new("simulated world");
	s->epoch_ms = options->epoch_ms ? options->epoch_ms : SIMULATED_EPOCH_MS;
	s->world.steps_max = options->steps_max;
	s->world.tick_max_ms = options->time_max_ms;
	s->files = options->files;
	if (!s->files) {
		snapshot_init(&s->own_files, s->arena);
		s->files = &s->own_files;
	}
	env_init(s, options);
	map_init(&s->programs, s->arena);
	map_init(&s->servers, NULL);
	simulated_refresh(&s->world);
	return &s->world;
}
