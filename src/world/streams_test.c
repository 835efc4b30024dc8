/* streams_test - standard input, signals and the log, in both worlds */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/test.h"
#include "world/real.h"
#include "world/simulated.h"

static struct world *simulated(void)
{
	return simulated_new(&(struct simulated_options){ .seed = 7 });
}

static void nothing(void *data)
{
	(void)data;
}

/* --- standard input -------------------------------------------------------------------------- */

struct reader {
	struct world *world;
	struct buf text;
	bool has_some, ended;
	bool stops; /* after the first chunk */
};

static void read_chunk(void *data, struct str bytes)
{
	struct reader *reader = data;

	CHECK(bytes.len > 0);
	CHECK(!reader->ended);
	buf_add(&reader->text, bytes);
	reader->has_some = true;
	if (reader->stops)
		world_input_stop(reader->world);
}

static void read_end(void *data)
{
	((struct reader *)data)->ended = true;
}

static void read_input(struct reader *reader, struct arena *arena, struct world *w)
{
	buf_init(&reader->text, arena);
	reader->world = w;
	world_input(w, (struct world_input_events){ read_chunk, read_end, reader });
}

static void input_simulated(void)
{
	SCRATCH(arena);
	struct world *w = simulated();
	struct reader reader = {};
	struct error err;

	simulated_input(w, STR("before "));
	read_input(&reader, arena, w);
	CHECK(!reader.has_some);
	CHECK_INT(world_run(w, &err), 0);
	CHECK_TEXT(buf_str(&reader.text), "before ");
	simulated_input(w, STR("behind"));
	CHECK_INT(world_run(w, &err), 0);
	CHECK(!reader.ended);
	simulated_input_end(w);
	CHECK_INT(world_run(w, &err), 0);
	CHECK_TEXT(buf_str(&reader.text), "before behind");
	CHECK(reader.ended);
	world_free(w);
}

static void input_stops_simulated(void)
{
	SCRATCH(arena);
	struct world *w = simulated();
	struct reader first = { .stops = true }, second = {};
	struct error err;

	simulated_input(w, STR("one"));
	read_input(&first, arena, w);
	CHECK_INT(world_run(w, &err), 0);
	simulated_input(w, STR("two"));
	simulated_input_end(w);
	CHECK_INT(world_run(w, &err), 0);
	CHECK_TEXT(buf_str(&first.text), "one");
	CHECK(!first.ended);
	read_input(&second, arena, w);
	CHECK_INT(world_run(w, &err), 0);
	CHECK_TEXT(buf_str(&second.text), "two");
	CHECK(second.ended);
	world_free(w);
}

/* Runs the reader with another descriptor as standard input. Returns the old one. */
static int replace(int descriptor, int by)
{
	int kept = dup(descriptor);

	CHECK(dup2(by, descriptor) >= 0);
	return kept;
}

static void restore(int descriptor, int kept)
{
	dup2(kept, descriptor);
	close(kept);
}

static void input_from_a_pipe(void)
{
	SCRATCH(arena);
	int ends[2];
	struct reader reader = {};
	struct error err;

	CHECK_INT(pipe(ends), 0);
	int kept = replace(STDIN_FILENO, ends[0]);
	struct world *w = real_new(1);
	read_input(&reader, arena, w);
	CHECK(write(ends[1], "first ", 6) == 6);
	CHECK_INT(world_wait(w, &reader.has_some, 10000, &err), 0);
	CHECK_TEXT(buf_str(&reader.text), "first ");
	CHECK(write(ends[1], "last", 4) == 4);
	close(ends[1]);
	CHECK_INT(world_run(w, &err), 0);
	CHECK_TEXT(buf_str(&reader.text), "first last");
	CHECK(reader.ended);
	CHECK_INT(fcntl(STDIN_FILENO, F_GETFL) & O_NONBLOCK, 0);
	world_free(w);
	restore(STDIN_FILENO, kept);
	close(ends[0]);
}

static void input_from_a_file(void)
{
	SCRATCH(arena);
	char path[] = "/tmp/forge-input-XXXXXX";
	int file = mkstemp(path);
	struct reader reader = {}, stopped = { .stops = true };
	struct error err;

	for (int i = 0; i < 20000; i++)
		CHECK(write(file, "0123456789", 10) == 10);
	lseek(file, 0, SEEK_SET);
	int kept = replace(STDIN_FILENO, file);
	struct world *w = real_new(1);
	read_input(&stopped, arena, w);
	CHECK_INT(world_run(w, &err), 0);
	CHECK(!stopped.ended);
	lseek(file, 0, SEEK_SET);
	read_input(&reader, arena, w);
	CHECK_INT(world_run(w, &err), 0);
	CHECK_INT(buf_str(&reader.text).len, 200000);
	CHECK(reader.ended);
	world_free(w);
	restore(STDIN_FILENO, kept);
	close(file);
	unlink(path);
}

/* --- signals --------------------------------------------------------------------------------- */

static void set_true(void *data)
{
	*(bool *)data = true;
}

static void raise_real(struct world *w, int signal)
{
	(void)w;
	kill(getpid(), signal);
}

static void check_signals(struct world *w, void (*raise_it)(struct world *w, int signal))
{
	struct error err;
	bool done = false, other = false;

	world_on_signal(w, SIGUSR1, set_true, &done);
	world_on_signal(w, SIGTERM, set_true, &other);
	CHECK_INT(world_run(w, &err), 0); /* it keeps no loop going */
	raise_it(w, SIGUSR1);
	CHECK(!done);
	uint64_t keeper = world_timer(w, 10000, nothing, NULL);
	CHECK_INT(world_wait(w, &done, -1, &err), 0);
	CHECK(!other);
	raise_it(w, SIGTERM);
	CHECK_INT(world_wait(w, &other, -1, &err), 0);
	world_cancel(w, keeper);
	world_free(w);
}

static void signals_simulated(void)
{
	check_signals(simulated(), simulated_signal);
}

static void signals_real(void)
{
	sigset_t before, after;

	sigprocmask(SIG_SETMASK, NULL, &before);
	check_signals(real_new(1), raise_real);
	sigprocmask(SIG_SETMASK, NULL, &after);
	CHECK_INT(sigismember(&after, SIGTERM), sigismember(&before, SIGTERM));
}

static void signal_given_back(void)
{
	struct world *w = real_new(1);
	bool done = false;
	sigset_t now;

	world_on_signal(w, SIGUSR2, set_true, &done);
	sigprocmask(SIG_SETMASK, NULL, &now);
	CHECK(sigismember(&now, SIGUSR2));
	world_on_signal(w, SIGUSR2, NULL, NULL);
	sigprocmask(SIG_SETMASK, NULL, &now);
	CHECK(!sigismember(&now, SIGUSR2));
	world_free(w);
}

/* --- log ------------------------------------------------------------------------------------- */

static void log_some(struct world *w)
{
	world_log(w, WORLD_LOG_DEBUG, "unheard");
	world_log(w, WORLD_LOG_INFO, "at %d", 8080);
	world_log_from(w, WORLD_LOG_WARNING);
	world_log(w, WORLD_LOG_INFO, "unheard");
	world_log(w, WORLD_LOG_ERROR, "red \x1b[31m and\nline and \xc2\x9b and \xc3\xa4");
}

static void log_simulated(void)
{
	struct world *w = simulated();

	log_some(w);
	CHECK_TEXT(simulated_log(w),
		   "2026-01-01T00:00:00Z info at 8080\n"
		   "2026-01-01T00:00:00Z error red \\x1b[31m and\\nline and \\x9b and \xc3\xa4\n");
	world_log(w, WORLD_LOG_ERROR, "%*s", 3 * WORLD_LOG_BYTES_MAX, "x");
	CHECK(simulated_log(w).len < 2 * WORLD_LOG_BYTES_MAX);
	world_free(w);
}

static void log_real(void)
{
	struct world *w = real_new(1);
	char text[1000];
	int ends[2];

	CHECK_INT(pipe(ends), 0);
	int kept = replace(STDERR_FILENO, ends[1]);
	log_some(w);
	restore(STDERR_FILENO, kept);
	close(ends[1]);
	ssize_t count = read(ends[0], text, sizeof(text));
	close(ends[0]);
	struct str rest = { text, (size_t)MAX(count, 0) };
	struct str first = str_cut(&rest, '\n');
	CHECK(str_ends(first, STR("Z info at 8080")));
	CHECK(str_ends(rest, STR("Z error red \\x1b[31m and\\nline and \\x9b and \xc3\xa4\n")));
	world_free(w);
}

TESTS({ "simulated: standard input arrives as it is given", input_simulated },
      { "simulated: input that one reader leaves goes to the next reader", input_stops_simulated },
      { "real: a pipe is read as it is written, and stays blocking", input_from_a_pipe },
      { "real: a file is read to its end", input_from_a_file },
      { "simulated: signals are callbacks", signals_simulated },
      { "real: signals are callbacks, and unblocked by the end of the world", signals_real },
      { "real: a signal without a callback is unblocked again", signal_given_back },
      { "simulated: the log is kept, without control characters", log_simulated },
      { "real: the log goes to standard error, without control characters", log_real })
