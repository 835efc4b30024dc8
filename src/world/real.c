/* real - the world as it is: its table of functions, its start and its end */
#include "world/real.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/arena.h"
#include "world/real_inside.h"

static struct str real_env(const struct world *w, const char *name)
{
	(void)w;
	return str_from_cstr(getenv(name));
}

static uint32_t real_processors(const struct world *w)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);

	(void)w;
	return count > 0 ? (uint32_t)count : 1;
}

static void real_free(struct world *w)
{
	struct real *real = (struct real *)w;

	real_process_free_all(real);
	world_input_stop(w);
	world_http_free_all(w);
	real_client_free(real->client);
	real_server_library_free(real->server_library);
	real_signals_release(real);
	real_watches_free(real);
	world_release(w);
	heap_free(real);
}

static const struct world_table real_table = {
	.free = real_free,
	.refresh = real_refresh,
	.stopwatch_us = real_stopwatch_us,
	.is_busy = real_is_busy,
	.advance = real_advance,
	.poll = real_poll,
	.env = real_env,
	.processors = real_processors,
	.file_read = real_file_read,
	.file_scan = real_file_scan,
	.file_write = real_file_write,
	.file_stat = real_file_stat,
	.file_list = real_file_list,
	.file_realpath = real_file_realpath,
	.file_link = real_file_link,
	.file_remove = real_file_remove,
	.file_rename = real_file_rename,
	.directory_make = real_directory_make,
	.folder_watch_new = real_folder_watch_new,
	.folder_watch_add = real_folder_watch_add,
	.folder_watch_free = real_folder_watch_free,
	.process_run = real_process_run,
	.process_start = real_process_start,
	.process_write = real_process_write,
	.process_close_input = real_process_close_input,
	.process_kill = real_process_kill,
	.http_send = real_http_send,
	.http_cancel = real_http_cancel,
	.http_pause = real_http_pause,
	.http_serve = real_http_serve,
	.http_server_stop = real_http_server_stop,
	.http_server_cut = real_http_server_cut,
	.http_server_free = real_http_server_free,
	.http_push = real_http_push,
	.input_start = real_input_start,
	.input_stop = real_input_stop,
	.on_signal = real_on_signal,
	.log = real_log,
};

struct world *real_new(uint64_t seed)
{
	struct real *real = heap_alloc(sizeof(*real));

	world_init(&real->world, &real_table, seed);
	real->signal_descriptor = -1;
	real->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (real->epoll < 0)
		BUG("epoll_create1: error %d", errno);
	real_refresh(&real->world);
	return &real->world;
}

uint64_t real_seed(void)
{
	uint64_t seed;

	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		BUG("the system gives no random numbers");
	return seed;
}
