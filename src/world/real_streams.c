/* real_streams - standard input, signals and the log of the real world */
#include <errno.h>
#include <fcntl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "world/real_inside.h"

enum { INPUT_CHUNK_BYTES = 65536 };

/* Opened the other way round, each use of them fails. The lowest free number is the next one. */
void real_streams_keep(void)
{
	for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
		if (fcntl(i, F_GETFD) < 0 &&
		    open("/dev/null", i == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
			return;
}

/* --- standard input --------------------------------------------------------------------------
 * It is read only when it is readable and never made non-blocking: the open file may be shared
 * with the shell.
 */

static void input_read(struct world *w)
{
	char chunk[INPUT_CHUNK_BYTES];
	ssize_t count = read(STDIN_FILENO, chunk, sizeof(chunk));

	if (count > 0)
		world_input_arrived(w, (struct str){ chunk, (size_t)count });
	else if (count == 0 || (errno != EINTR && errno != EAGAIN))
		world_input_ended(w);
}

static void input_ready(void *data, int descriptor, unsigned events)
{
	(void)descriptor;
	(void)events;
	input_read(data);
}

static void input_turn(void *data)
{
	struct real *real = data;

	real->input_turn = world_post(&real->world, input_turn, real);
	input_read(&real->world);
}

/* A file is always readable, and epoll refuses it. */
void real_input_start(struct world *w)
{
	if (!real_can_watch(w, STDIN_FILENO, REAL_READABLE, /* background= */ false, input_ready,
			    w))
		((struct real *)w)->input_turn = world_post(w, input_turn, w);
}

void real_input_stop(struct world *w)
{
	struct real *real = (struct real *)w;

	real_unwatch(w, STDIN_FILENO);
	world_cancel(w, real->input_turn);
	real->input_turn = 0;
}

/* --- signals --------------------------------------------------------------------------------- */

static void signal_ready(void *data, int descriptor, unsigned events)
{
	struct signalfd_siginfo info;

	(void)events;
	while (read(descriptor, &info, sizeof(info)) == sizeof(info))
		world_signal_arrived(data, (int)info.ssi_signo);
}

/* A signal without a callback is blocked or not, as it was before. */
static void unblock(struct real *real, int signal)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signal);
	if (!real->world.signals[signal].run && !sigismember(&real->signals_before, signal))
		sigprocmask(SIG_UNBLOCK, &set, NULL);
}

void real_on_signal(struct world *w, int signal)
{
	struct real *real = (struct real *)w;
	bool is_first = real->signal_descriptor < 0;
	sigset_t set;

	sigemptyset(&set);
	for (int i = 1; i < WORLD_SIGNALS_MAX; i++)
		if (w->signals[i].run)
			sigaddset(&set, i);
	sigprocmask(SIG_BLOCK, &set, is_first ? &real->signals_before : NULL);
	real->signal_descriptor =
		signalfd(real->signal_descriptor, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (real->signal_descriptor < 0)
		BUG("signalfd: error %d", errno);
	if (is_first)
		real_watch(w, real->signal_descriptor, REAL_READABLE, /* background= */ true,
			   signal_ready, w);
	unblock(real, signal);
}

void real_signals_release(struct real *real)
{
	if (real->signal_descriptor < 0)
		return;
	real_unwatch(&real->world, real->signal_descriptor);
	close(real->signal_descriptor);
	sigprocmask(SIG_SETMASK, &real->signals_before, NULL);
}

/* --- log ------------------------------------------------------------------------------------- */

/* An error of writing the log cannot be reported anywhere. */
void real_log(struct world *w, struct str line)
{
	(void)w;
	while (line.len) {
		ssize_t count = write(STDERR_FILENO, line.ptr, line.len);
		if (count < 0 && errno != EINTR)
			return;
		line = str_from(line, (size_t)MAX(count, 0));
	}
}
