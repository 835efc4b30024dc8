/* interrupt_test - a signal ends the program, and nothing of it is left */
#include "world/interrupt.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/test.h"
#include "world/real.h"
#include "world/world.h"

enum { SHOWN_MAX = 64 };

/* Runs it in a process of its own and returns the signal that ended that; SIGKILL: it went on. */
static int end_of(void (*run)(int descriptor), int descriptor)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		interrupt_catch();
		run(descriptor);
		raise(SIGKILL);
	}
	CHECK(pid > 0);
	CHECK_INT(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void by_terminate(int descriptor)
{
	(void)descriptor;
	raise(SIGTERM);
}

static void by_interrupt(int descriptor)
{
	(void)descriptor;
	raise(SIGINT);
}

static void by_hangup(int descriptor)
{
	(void)descriptor;
	raise(SIGHUP);
}

static void dies_by_the_signal(void)
{
	CHECK_INT(end_of(by_terminate, -1), SIGTERM);
	CHECK_INT(end_of(by_interrupt, -1), SIGINT);
	CHECK_INT(end_of(by_hangup, -1), SIGHUP);
}

static void ignored_stays_ignored(void)
{
	signal(SIGINT, SIG_IGN);
	CHECK_INT(end_of(by_interrupt, -1), SIGKILL);
	signal(SIGINT, SIG_DFL);
}

/* The descriptor is the reading end of a pipe: it ends when nobody can write to it any more. */
static void starts_programs(int descriptor)
{
	SCRATCH(arena);
	struct world *w = real_new(1);
	struct str argv[] = { STR("sh"), STR("-c"), STR("sleep 1000 & echo; wait") };
	struct process_request request = { .argv = argv, .argc = 3 };
	struct process_events events = {};
	struct error err;

	/* What a program writes is inherited by what it starts. */
	fcntl(descriptor, F_SETFD, 0);
	for (int i = 0; i < 3; i++)
		CHECK(process_start(w, &request, events, &err) != NULL);
	raise(SIGTERM);
}

static void kills_programs(void)
{
	int ends[2];
	char c;

	CHECK_INT(pipe2(ends, O_CLOEXEC), 0);
	CHECK_INT(end_of(starts_programs, ends[1]), SIGTERM);
	close(ends[1]);
	CHECK_INT(read(ends[0], &c, 1), 0); /* waits for whoever still lives */
	close(ends[0]);
}

static struct interrupt_group groups[3];

static void removes_groups(int descriptor)
{
	pid_t child = fork();

	if (child == 0) {
		setpgid(0, 0);
		pause();
	}
	setpgid(child, child);
	for (int i = 0; i < 3; i++)
		interrupt_group_add(&groups[i], child);
	interrupt_group_remove(&groups[1]);
	interrupt_group_remove(&groups[2]);
	interrupt_group_remove(&groups[0]);
	if (write(descriptor, &child, sizeof(child)) == sizeof(child))
		raise(SIGTERM);
}

static void spares_what_was_removed(void)
{
	int ends[2];
	pid_t child = 0;

	CHECK_INT(pipe2(ends, O_CLOEXEC), 0);
	CHECK_INT(end_of(removes_groups, ends[1]), SIGTERM);
	CHECK_INT(read(ends[0], &child, sizeof(child)), sizeof(child));
	CHECK_INT(kill(child, SIGKILL), 0);
	close(ends[0]);
	close(ends[1]);
}

static char path[] = "interrupt-XXXXXX";

static void is_writing(int descriptor)
{
	(void)descriptor;
	interrupt_file(path);
	raise(SIGTERM);
}

static void has_written(int descriptor)
{
	(void)descriptor;
	interrupt_file(path);
	interrupt_file(NULL);
	raise(SIGTERM);
}

static void removes_the_file(void)
{
	int descriptor = mkstemp(path);

	CHECK(descriptor >= 0);
	close(descriptor);
	CHECK_INT(end_of(has_written, -1), SIGTERM);
	CHECK_INT(access(path, F_OK), 0);
	CHECK_INT(end_of(is_writing, -1), SIGTERM);
	CHECK(access(path, F_OK) < 0);
	unlink(path);
}

static void too_large(int signal)
{
	(void)signal;
	raise(SIGTERM);
}

/* The limit ends the write in its middle. */
static void writes_a_file(int descriptor)
{
	struct world *w = real_new(1);
	struct error err;

	(void)descriptor;
	signal(SIGXFSZ, too_large);
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 2, 2 });
	CHECK(file_write(w, STR("interrupt.d/file"), STR("text"), &err) < 0);
}

static void leaves_the_old_file(void)
{
	SCRATCH(arena);
	struct world *w = real_new(1);
	struct file_list list;
	struct str text;
	struct error err;

	CHECK_INT(file_write(w, STR("interrupt.d/file"), STR("old"), &err), 0);
	CHECK_INT(end_of(writes_a_file, -1), SIGTERM);
	CHECK_INT(file_list(w, arena, STR("interrupt.d"), &list, &err), 0);
	CHECK_INT(list.count, 1);
	CHECK_INT(file_read(w, arena, STR("interrupt.d/file"), &text, &err), 0);
	CHECK_TEXT(text, "old");
	CHECK_INT(file_remove(w, STR("interrupt.d/file"), &err), 0);
	CHECK_INT(file_remove(w, STR("interrupt.d"), &err), 0);
	world_free(w);
}

static void has_a_line(int descriptor)
{
	interrupt_terminal(descriptor);
	raise(SIGTERM);
}

static void has_none(int descriptor)
{
	interrupt_terminal(descriptor);
	interrupt_terminal(-1);
	raise(SIGTERM);
}

static void clears_the_line(void)
{
	char text[SHOWN_MAX];
	int ends[2];

	CHECK_INT(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
	CHECK_INT(end_of(has_none, ends[1]), SIGTERM);
	CHECK(read(ends[0], text, sizeof(text)) < 0);
	CHECK_INT(end_of(has_a_line, ends[1]), SIGTERM);
	ssize_t len = read(ends[0], text, sizeof(text));
	CHECK_TEXT(((struct str){ text, len < 0 ? 0 : (size_t)len }), "\r\033[K");
	close(ends[0]);
	close(ends[1]);
}

TESTS({ "the program's wait status names the signal", dies_by_the_signal },
      { "a signal that was ignored stays ignored", ignored_stays_ignored },
      { "child processes and their children are killed", kills_programs },
      { "a group that has ended is left alone", spares_what_was_removed },
      { "the file that is being written is removed", removes_the_file },
      { "a file that is being replaced keeps its old bytes", leaves_the_old_file },
      { "the line on the terminal is cleared", clears_the_line })
