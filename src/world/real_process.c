/* real_process - programs: started, fed, listened to, ended */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/vec.h"
#include "world/interrupt.h"
#include "world/real_inside.h"

extern char **environ;

enum { INPUT, OUTPUT, ERRORS, ENDED, DESCRIPTOR_COUNT };
enum { CHUNK_BYTES = 65536 };

struct real_process {
	struct process base;
	struct process_events events;
	pid_t pid; /* of the leader of a group of its own */
	struct interrupt_group group;
	int descriptors[DESCRIPTOR_COUNT]; /* ours; -1: closed */
	bool on_loop;			   /* watched by epoll, not by process_run */
	bool input_ends;
	char *pending; /* input that was not taken yet */
	size_t pending_bytes, pending_capacity_bytes;
	uint64_t timer;
	struct real_process *next;
};

/* --- starting -------------------------------------------------------------------------------- */

static struct str env_name(struct str entry)
{
	return str_cut(&entry, '=');
}

static bool env_overridden(const struct process_request *request, struct str name)
{
	for (uint32_t i = 0; i < request->env_count; i++)
		if (str_equal(env_name(request->env[i]), name))
			return true;
	return false;
}

static bool is_absolute(struct str path)
{
	return str_starts(path, STR("/"));
}

/* "PATH=…" without the entries that mean another folder for each directory. */
static char *absolute_path_entries(struct arena *arena, struct str path)
{
	struct buf buf;

	buf_init(&buf, arena);
	buf_printf(&buf, "PATH=");
	for (struct str rest = path; rest.ptr;) {
		struct str entry = str_cut(&rest, ':');
		if (is_absolute(entry))
			buf_printf(&buf, "%s%.*s", buf.len > strlen("PATH=") ? ":" : "",
				   STR_FMT(entry));
	}
	return str_cstr(arena, buf_str(&buf));
}

static char **make_env(struct arena *arena, const struct process_request *request)
{
	VEC(char *) env = {};

	for (char **at = environ; *at; at++) {
		struct str value = str_from_cstr(*at), name = str_cut(&value, '=');
		bool is_path = str_equal(name, STR("PATH"));
		if ((request->env_clear && !is_path) || env_overridden(request, name))
			continue;
		VEC_PUSH(arena, &env,
			 request->env_clear ? absolute_path_entries(arena, value) : *at);
	}
	for (uint32_t i = 0; i < request->env_count; i++)
		if (str_find_char(request->env[i], '=') >= 0)
			VEC_PUSH(arena, &env, str_cstr(arena, request->env[i]));
	VEC_PUSH(arena, &env, NULL);
	return env.items;
}

static char **make_argv(struct arena *arena, const struct process_request *request)
{
	char **argv = arena_array(arena, char *, request->argc + 1);

	for (uint32_t i = 0; i < request->argc; i++)
		argv[i] = str_cstr(arena, request->argv[i]);
	return argv;
}

static bool is_program(const char *path)
{
	struct stat s;

	return stat(path, &s) == 0 && S_ISREG(s.st_mode) && access(path, X_OK) == 0;
}

/*
 * Where the program lies; NULL when it is nowhere. An entry of PATH that is relative or empty is
 * skipped: the program starts in another directory, and there whoever wrote its files would choose
 * what runs.
 */
static char *program_find(struct arena *arena, struct str name)
{
	const char *path = getenv("PATH");

	if (str_find_char(name, '/') >= 0)
		return str_cstr(arena, name);
	for (struct str rest = str_from_cstr(path ? path : "/usr/bin:/bin"); rest.ptr;) {
		struct str entry = str_cut(&rest, ':');
		if (!is_absolute(entry) || entry.len + name.len + 2 > PATH_MAX)
			continue;
		char *program = str_cstr(
			arena, str_printf(arena, "%.*s/%.*s", STR_FMT(entry), STR_FMT(name)));
		if (is_program(program))
			return program;
	}
	return NULL;
}

/*
 * Three pairs of connected descriptors, [0] ours. Input goes through a socket, so that a program
 * which closes it early gives an error to us and no SIGPIPE.
 */
static int make_pairs(int pairs[3][2])
{
	for (int i = 0; i < 3; i++)
		pairs[i][0] = pairs[i][1] = -1;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pairs[INPUT]) < 0)
		return -1;
	shutdown(pairs[INPUT][0], SHUT_RD);
	for (int i = OUTPUT; i <= ERRORS; i++)
		if (pipe2(pairs[i], O_CLOEXEC) < 0)
			return -1;
	for (int i = 0; i < 3; i++)
		fcntl(pairs[i][0], F_SETFL, O_NONBLOCK);
	return 0;
}

/* A group of its own is ended with all that the program has started. */
static int spawn(const struct process_request *request, int pairs[3][2], pid_t *ret_pid)
{
	SCRATCH(arena);
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP;
	sigset_t none, pipe;

	sigemptyset(&none);
	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	for (int i = 0; i < 3; i++)
		posix_spawn_file_actions_adddup2(&actions, pairs[i][1], i);
	if (request->directory.len)
		posix_spawn_file_actions_addchdir_np(&actions, str_cstr(arena, request->directory));
	posix_spawnattr_setflags(&attributes, flags);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &pipe);
	char *program = program_find(arena, request->argv[0]);
	int number = program ? posix_spawn(ret_pid, program, &actions, &attributes,
					   make_argv(arena, request), make_env(arena, request))
			     : ENOENT;
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return number;
}

static int spawn_error(struct error *err, int number, const struct process_request *request)
{
	SCRATCH(arena);
	struct stat s;
	struct str directory = request->directory;

	if (directory.len && stat(str_cstr(arena, directory), &s) < 0)
		return error_errno(err, ERROR_INPUT, errno, "'%.*s'", STR_FMT(directory));
	error_errno(err, ERROR_OUTSIDE, number, "cannot run '%.*s'", STR_FMT(request->argv[0]));
	if (number == ENOENT)
		error_hint(err, "install '%.*s', or put its directory into PATH",
			   STR_FMT(request->argv[0]));
	return -1;
}

static void close_pairs(int pairs[3][2], int end)
{
	for (int i = 0; i < 3; i++)
		if (pairs[i][end] >= 0)
			close(pairs[i][end]);
}

/* No signal of ours comes between the start and the entry by which it ends the program. */
static int spawn_registered(const struct process_request *request, int pairs[3][2],
			    struct real_process *p)
{
	sigset_t before;

	interrupt_hold(&before);
	int number = spawn(request, pairs, &p->pid);
	if (number == 0)
		interrupt_group_add(&p->group, p->pid);
	interrupt_go_on(&before);
	return number;
}

static struct real_process *start(struct world *w, const struct process_request *request,
				  struct process_events events, struct error *err)
{
	int pairs[3][2];
	struct real_process *p = heap_alloc(sizeof(*p));

	int number = make_pairs(pairs) < 0 ? errno : spawn_registered(request, pairs, p);
	close_pairs(pairs, 1);
	if (number) {
		close_pairs(pairs, 0);
		heap_free(p);
		spawn_error(err, number, request);
		return NULL;
	}
	p->base.world = w;
	p->events = events;
	for (int i = 0; i < 3; i++)
		p->descriptors[i] = pairs[i][0];
	p->descriptors[ENDED] = pidfd_open(p->pid, 0);
	if (p->descriptors[ENDED] < 0)
		BUG("pidfd_open: error %d", errno);
	return p;
}

/* --- talking --------------------------------------------------------------------------------- */

static void close_end(struct real_process *p, int which)
{
	if (p->descriptors[which] < 0)
		return;
	if (p->on_loop)
		real_unwatch(p->base.world, p->descriptors[which]);
	close(p->descriptors[which]);
	p->descriptors[which] = -1;
}

static void add_pending(struct real_process *p, struct str bytes)
{
	size_t wanted = p->pending_bytes + bytes.len;

	if (wanted > p->pending_capacity_bytes) {
		p->pending_capacity_bytes = MAX(wanted, 2 * p->pending_capacity_bytes);
		p->pending = heap_grow(p->pending, p->pending_capacity_bytes);
	}
	if (bytes.len)
		memcpy(p->pending + p->pending_bytes, bytes.ptr, bytes.len);
	p->pending_bytes = wanted;
}

/* Sends what the program takes now. A program that does not want its input is no error. */
static void feed(struct real_process *p)
{
	size_t sent = 0;

	while (p->descriptors[INPUT] >= 0 && sent < p->pending_bytes) {
		ssize_t count = send(p->descriptors[INPUT], p->pending + sent,
				     p->pending_bytes - sent, MSG_NOSIGNAL);
		if (count < 0 && errno == EAGAIN)
			break;
		if (count < 0 && errno != EINTR)
			close_end(p, INPUT);
		if (count > 0)
			sent += (size_t)count;
	}
	p->pending_bytes -= sent;
	if (p->pending_bytes)
		memmove(p->pending, p->pending + sent, p->pending_bytes);
	if (p->input_ends && !p->pending_bytes)
		close_end(p, INPUT);
}

/* Hands on what the program has written. False when there is no more for now. */
static bool listen_to(struct real_process *p, int which)
{
	char chunk[CHUNK_BYTES];
	int descriptor = p->descriptors[which];

	if (descriptor < 0)
		return false;
	ssize_t count = read(descriptor, chunk, sizeof(chunk));
	if (count < 0 && errno == EINTR)
		return true;
	if (count == 0 || (count < 0 && errno != EAGAIN))
		close_end(p, which);
	if (count <= 0)
		return false;
	p->events.output(p->events.data, which == OUTPUT ? PROCESS_OUT : PROCESS_ERR,
			 (struct str){ chunk, (size_t)count });
	return true;
}

static void send_signal(const struct real_process *p, int signal)
{
	kill(-p->pid, signal);
}

static int reap(struct real_process *p)
{
	int status = 0;

	interrupt_group_remove(&p->group);
	while (waitpid(p->pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void process_free(struct real_process *p)
{
	for (int i = 0; i < DESCRIPTOR_COUNT; i++)
		close_end(p, i);
	heap_free(p->pending);
	heap_free(p);
}

/* --- to its end ------------------------------------------------------------------------------ */

struct capture {
	struct buf streams[2];
	size_t bytes_max;
	bool overflowed;
};

static void capture_output(void *data, enum process_stream stream, struct str chunk)
{
	struct capture *c = data;

	if (c->streams[stream].len + chunk.len > c->bytes_max)
		c->overflowed = true;
	else
		buf_add(&c->streams[stream], chunk);
}

static int64_t tick_now_ms(struct world *w)
{
	w->table->refresh(w);
	return w->tick_ms;
}

static const short poll_events[DESCRIPTOR_COUNT] = { POLLOUT, POLLIN, POLLIN, POLLIN };

/* Returns when the program has ended, was too slow (ERROR_DEADLINE) or wrote too much. */
static int pump(struct real_process *p, struct capture *c, const struct process_request *request,
		struct error *err)
{
	int64_t limit_ms = tick_now_ms(p->base.world) + request->timeout_ms;
	struct pollfd polls[DESCRIPTOR_COUNT];

	for (;;) {
		for (int i = 0; i < DESCRIPTOR_COUNT; i++)
			polls[i] = (struct pollfd){ .fd = p->descriptors[i],
						    .events = poll_events[i] };
		int64_t left_ms = limit_ms - tick_now_ms(p->base.world);
		if (request->timeout_ms && left_ms <= 0)
			return error_set(err, ERROR_DEADLINE, ERROR_NO_POSITION,
					 "'%.*s' took more than %lld ms", STR_FMT(request->argv[0]),
					 (long long)request->timeout_ms);
		poll(polls, DESCRIPTOR_COUNT,
		     request->timeout_ms ? (int)MIN(left_ms, 1 << 30) : -1);
		if (polls[INPUT].revents)
			feed(p);
		for (int i = OUTPUT; i <= ERRORS; i++)
			if (polls[i].revents)
				listen_to(p, i);
		if (c->overflowed)
			return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
					 "'%.*s' wrote more than %zu bytes",
					 STR_FMT(request->argv[0]), c->bytes_max);
		if (polls[ENDED].revents)
			return 0;
	}
}

int real_process_run(struct world *w, struct arena *arena, const struct process_request *request,
		     struct process_result *ret, struct error *err)
{
	struct capture c = { .bytes_max = request->output_bytes_max };

	if (!c.bytes_max)
		c.bytes_max = PROCESS_OUTPUT_BYTES_MAX;
	for (int i = 0; i < 2; i++)
		buf_init(&c.streams[i], arena);
	struct real_process *p = start(
		w, request, (struct process_events){ .output = capture_output, .data = &c }, err);
	if (!p)
		return -1;
	add_pending(p, request->input);
	p->input_ends = true;
	feed(p);
	int result = pump(p, &c, request, err);
	if (result < 0)
		send_signal(p, SIGKILL);
	while (result == 0 && (listen_to(p, OUTPUT) || listen_to(p, ERRORS)))
		;
	int status = reap(p);
	process_free(p);
	if (result < 0)
		return -1;
	if (c.overflowed)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "'%.*s' wrote more than %zu bytes", STR_FMT(request->argv[0]),
				 c.bytes_max);
	*ret = (struct process_result){ status, buf_str(&c.streams[0]), buf_str(&c.streams[1]) };
	return 0;
}

/* --- on the loop ----------------------------------------------------------------------------- */

static void unlink_process(struct real_process *p)
{
	struct real_process **at = &((struct real *)p->base.world)->processes;

	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
}

static void process_ended(struct real_process *p)
{
	struct process_events events = p->events;

	while (listen_to(p, OUTPUT) || listen_to(p, ERRORS))
		;
	int status = reap(p);
	if (p->timer)
		world_cancel(p->base.world, p->timer);
	unlink_process(p);
	process_free(p);
	events.ended(events.data, status);
}

static void process_ready(void *data, int descriptor, unsigned events)
{
	struct real_process *p = data;

	(void)events;
	if (descriptor == p->descriptors[ENDED])
		process_ended(p);
	else if (descriptor == p->descriptors[OUTPUT])
		listen_to(p, OUTPUT);
	else if (descriptor == p->descriptors[ERRORS])
		listen_to(p, ERRORS);
	else
		real_process_write(&p->base, STR(""));
}

static void process_too_slow(void *data)
{
	struct real_process *p = data;

	p->timer = 0;
	send_signal(p, SIGKILL);
}

struct process *real_process_start(struct world *w, const struct process_request *request,
				   struct process_events events, struct error *err)
{
	struct real *real = (struct real *)w;
	struct real_process *p = start(w, request, events, err);

	if (!p)
		return NULL;
	p->on_loop = true;
	p->next = real->processes;
	real->processes = p;
	for (int i = OUTPUT; i < DESCRIPTOR_COUNT; i++)
		real_watch(w, p->descriptors[i], REAL_READABLE, /* background= */ false,
			   process_ready, p);
	if (request->timeout_ms)
		p->timer = world_timer(w, request->timeout_ms, process_too_slow, p);
	real_process_write(&p->base, request->input);
	return &p->base;
}

/* The input is watched only while something waits to be sent. */
void real_process_write(struct process *base, struct str bytes)
{
	struct real_process *p = (struct real_process *)base;

	if (p->descriptors[INPUT] < 0)
		return;
	add_pending(p, bytes);
	feed(p);
	if (p->descriptors[INPUT] < 0)
		return;
	if (p->pending_bytes)
		real_watch(base->world, p->descriptors[INPUT], REAL_WRITABLE,
			   /* background= */ true, process_ready, p);
	else
		real_unwatch(base->world, p->descriptors[INPUT]);
}

void real_process_close_input(struct process *base)
{
	((struct real_process *)base)->input_ends = true;
	real_process_write(base, STR(""));
}

void real_process_kill(struct process *base, int signal)
{
	send_signal((struct real_process *)base, signal);
}

void real_process_free_all(struct real *real)
{
	while (real->processes) {
		struct real_process *p = real->processes;
		send_signal(p, SIGKILL);
		reap(p);
		unlink_process(p);
		process_free(p);
	}
}
