/* world_test - what holds in both worlds, and what each has of its own */
#include "world/world.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/test.h"
#include "world/real.h"
#include "world/simulated.h"
#include "world/snapshot.h"

static struct world *simulated(void)
{
	return simulated_new(&(struct simulated_options){ .seed = 7 });
}

/* --- clock and loop -------------------------------------------------------------------------- */

struct log {
	struct world *world;
	char text[64];
};

static void add(struct log *log, const char *what)
{
	strcat(log->text, what);
}

static void add_a(void *data)
{
	add(data, "a");
}

static void add_b(void *data)
{
	add(data, "b");
}

static void add_c_then_stop(void *data)
{
	add(data, "c");
	world_stop(((struct log *)data)->world);
}

static void check_order(struct world *w)
{
	struct log log = { .world = w };
	struct error err;

	world_timer(w, 20, add_b, &log);
	world_timer(w, 5, add_a, &log);
	world_post(w, add_b, &log);
	world_post(w, add_a, &log);
	uint64_t cancelled = world_timer(w, 1, add_b, &log);
	CHECK(world_cancel(w, cancelled));
	CHECK(!world_cancel(w, cancelled));
	CHECK_INT(world_run(w, &err), 0);
	CHECK_TEXT(str_from_cstr(log.text), "baab");
	world_free(w);
}

static void order_simulated(void)
{
	check_order(simulated());
}

static void order_real(void)
{
	check_order(real_new(1));
}

static void time_is_virtual(void)
{
	struct world *w = simulated();
	struct log log = { .world = w };
	struct error err;

	CHECK_INT(world_now_ms(w), SIMULATED_EPOCH_MS);
	world_timer(w, 86400000, add_a, &log);
	CHECK_INT(world_run(w, &err), 0);
	CHECK_INT(world_now_ms(w), SIMULATED_EPOCH_MS + 86400000);
	CHECK_TEXT(str_from_cstr(log.text), "a");
	CHECK_INT(world_run_for(w, 500, &err), 0);
	CHECK_INT(world_now_ms(w), SIMULATED_EPOCH_MS + 86400500);
	world_free(w);
}

static void stops(void)
{
	struct world *w = simulated();
	struct log log = { .world = w };
	struct error err;

	world_timer(w, 1, add_a, &log);
	world_timer(w, 2, add_c_then_stop, &log);
	world_timer(w, 3, add_b, &log);
	CHECK_INT(world_run(w, &err), 0);
	CHECK_TEXT(str_from_cstr(log.text), "ac");
	CHECK_INT(world_run(w, &err), 0);
	CHECK_TEXT(str_from_cstr(log.text), "acb");
	world_free(w);
}

static void again(void *data)
{
	world_timer(*(struct world **)data, 1000, again, data);
}

static void budgets(void)
{
	struct error err;
	struct world *w = simulated_new(&(struct simulated_options){ .steps_max = 100 });

	again(&w);
	CHECK_INT(world_run(w, &err), -1);
	CHECK_INT(err.code, ERROR_DEADLINE);
	CHECK(strstr(err.text, "no convergence"));
	world_free(w);

	w = simulated_new(&(struct simulated_options){ .time_max_ms = 60000 });
	again(&w);
	CHECK_INT(world_run(w, &err), -1);
	CHECK_INT(err.code, ERROR_DEADLINE);
	CHECK_INT(world_now_ms(w), SIMULATED_EPOCH_MS + 60000);
	world_free(w);
}

static void set_true(void *data)
{
	*(bool *)data = true;
}

static void waits(void)
{
	struct world *w = simulated();
	struct error err;
	bool done = false;

	world_timer(w, 50, set_true, &done);
	CHECK_INT(world_wait(w, &done, 10, &err), -1);
	CHECK_INT(err.code, ERROR_DEADLINE);
	CHECK_INT(world_now_ms(w), SIMULATED_EPOCH_MS + 10);
	CHECK_INT(world_wait(w, &done, -1, &err), 0);
	done = false;
	CHECK_INT(world_wait(w, &done, -1, &err), -1); /* nothing is left */
	world_free(w);
}

enum { TURNS_MAX = 100000 };

struct turns {
	struct world *world;
	int count;
	bool heard;
};

static void turn(void *data)
{
	struct turns *turns = data;

	if (!turns->heard && turns->count++ < TURNS_MAX)
		world_post(turns->world, turn, turns);
}

static void hear(void *data, int descriptor, unsigned events)
{
	struct turns *turns = data;

	(void)events;
	turns->heard = true;
	real_unwatch(turns->world, descriptor);
}

/* Work that goes on and on at one moment keeps nothing out that comes from outside. */
static void outside_is_heard(void)
{
	struct world *w = real_new(1);
	struct turns turns = { .world = w };
	struct error err;
	int ends[2];

	CHECK_INT(pipe(ends), 0);
	CHECK_INT(write(ends[1], "x", 1), 1);
	real_watch(w, ends[0], REAL_READABLE, /* background= */ false, hear, &turns);
	world_post(w, turn, &turns);
	CHECK_INT(world_run(w, &err), 0);
	CHECK(turns.count < TURNS_MAX);
	world_free(w);
	close(ends[0]);
	close(ends[1]);
}

static void queue_order(void)
{
	struct world *w = simulated();
	struct random r = world_random(w, STR("test"), STR("times"));
	struct error err;
	int64_t order[500];
	uint64_t ids[500];
	bool done[500] = {};

	for (int i = 0; i < 500; i++) {
		order[i] = random_range(&r, 0, 50);
		ids[i] = world_timer(w, order[i], set_true, &done[i]);
	}
	for (int i = 0; i < 500; i += 3)
		CHECK(world_cancel(w, ids[i]));
	CHECK_INT(world_run_for(w, 25, &err), 0);
	for (int i = 0; i < 500; i++)
		CHECK_INT(done[i], i % 3 != 0 && order[i] <= 25);
	world_free(w);
}

struct turn_of {
	uint32_t number;
	uint32_t *last;	    /* the number that ran before */
	bool *out_of_order; /* set when a number was not larger than the one before */
};

static void note_turn(void *data)
{
	const struct turn_of *turn = data;

	*turn->out_of_order |= turn->number <= *turn->last;
	*turn->last = turn->number;
}

/* Timers of one moment run as they were set, whatever was cancelled and set between them. */
static void equal_times_run_in_order(void)
{
	struct world *w = simulated();
	struct error err;
	struct turn_of turns[200];
	uint64_t ids[200];
	uint32_t last = 0;
	bool out_of_order = false, other = false;

	for (uint32_t i = 0; i < 200; i++) {
		turns[i] = (struct turn_of){ i + 1, &last, &out_of_order };
		ids[i] = world_timer(w, 10, note_turn, &turns[i]);
		world_timer(w, i % 20, set_true, &other);
		if (i % 3 == 2) /* the next timer takes its place in the queue's memory */
			CHECK(world_cancel(w, ids[i - 1]));
	}
	CHECK_INT(world_run(w, &err), 0);
	CHECK(!out_of_order);
	CHECK_INT(last, 200);
	world_free(w);
}

/* --- files ----------------------------------------------------------------------------------- */

static struct str in(struct arena *arena, struct str root, const char *path)
{
	return str_printf(arena, "%.*s/%s", STR_FMT(root), path);
}

static void check_files(struct world *w, struct str root)
{
	SCRATCH(arena);
	struct str text = STR("untouched");
	struct file_stat stat;
	struct file_list list;
	struct error err;

	CHECK_INT(file_write(w, in(arena, root, "a/b/two.txt"), STR("two"), &err), 0);
	CHECK_INT(file_write(w, in(arena, root, "a/b/one.txt"), STR("1"), &err), 0);
	CHECK_INT(file_write(w, in(arena, root, "a/b/one.txt"), STR("one\n"), &err), 0);
	CHECK_INT(file_read(w, arena, in(arena, root, "a/b/one.txt"), &text, &err), 0);
	CHECK_TEXT(text, "one\n");

	CHECK_INT(file_stat(w, in(arena, root, "a/b"), &stat, &err), 0);
	CHECK_INT(stat.kind, FILE_DIRECTORY);
	CHECK_INT(file_stat(w, in(arena, root, "a/b/one.txt"), &stat, &err), 0);
	CHECK_INT(stat.kind, FILE_REGULAR);
	CHECK_INT(stat.size_bytes, 4);
	CHECK(stat.is_own);
	CHECK_INT(file_stat(w, in(arena, root, "nothing"), &stat, &err), 0);
	CHECK_INT(stat.kind, FILE_ABSENT);

	CHECK_INT(file_list(w, arena, in(arena, root, "a/b"), &list, &err), 0);
	CHECK_INT(list.count, 2);
	CHECK_TEXT(list.items[0].name, "one.txt");
	CHECK_TEXT(list.items[1].name, "two.txt");
	CHECK_INT(list.items[1].kind, FILE_REGULAR);
}

static void count_bytes(void *data, struct str chunk)
{
	*(size_t *)data += chunk.len;
}

/* In chunks it is the same file. */
static void check_scan(struct world *w, struct str root)
{
	SCRATCH(arena);
	struct str big = { arena_alloc(arena, 300000), 300000 };
	struct str path = in(arena, root, "big");
	struct error err;
	size_t size_bytes = 0;

	CHECK_INT(file_write(w, path, big, &err), 0);
	CHECK_INT(file_scan(w, path, count_bytes, &size_bytes, &err), 0);
	CHECK_INT(size_bytes, 300000);
	CHECK_INT(file_remove(w, path, &err), 0);
	CHECK_INT(file_scan(w, path, count_bytes, &size_bytes, &err), -1);
	CHECK_INT(err.code, ERROR_INPUT);
}

/* A folder is moved whole, and onto none that has something in it. */
static void check_rename(struct world *w, struct str root)
{
	SCRATCH(arena);
	struct str from = in(arena, root, "new"), to = in(arena, root, "kept"), text;
	struct error err;

	CHECK_INT(file_rename(w, from, to, &err), -1);
	CHECK(strstr(err.text, "No such file or directory"));
	CHECK_INT(file_write(w, in(arena, root, "new/in/one"), STR("1"), &err), 0);
	CHECK_INT(file_write(w, in(arena, root, "newer"), STR("2"), &err), 0);
	CHECK_INT(file_rename(w, from, to, &err), 0);
	CHECK(!file_exists(w, from));
	CHECK_INT(file_read(w, arena, in(arena, root, "kept/in/one"), &text, &err), 0);
	CHECK_TEXT(text, "1");
	CHECK_INT(file_read(w, arena, in(arena, root, "newer"), &text, &err), 0);
	CHECK_INT(file_write(w, in(arena, root, "new/in/two"), STR("3"), &err), 0);
	CHECK_INT(file_rename(w, from, to, &err), -1);
	CHECK(strstr(err.text, "Directory not empty"));
	CHECK(file_exists(w, in(arena, root, "new/in/two")));
	CHECK_INT(file_rename(w, in(arena, root, "newer"), in(arena, root, "kept/in/one"), &err),
		  0);
	CHECK_INT(file_read(w, arena, in(arena, root, "kept/in/one"), &text, &err), 0);
	CHECK_TEXT(text, "2");
	CHECK_INT(file_remove(w, in(arena, root, "kept/in/one"), &err), 0);
	CHECK_INT(file_remove(w, in(arena, root, "new/in/two"), &err), 0);
	static const char *const folders[] = { "kept/in", "kept", "new/in", "new" };
	for (size_t i = 0; i < ARRAY_COUNT(folders); i++)
		CHECK_INT(file_remove(w, in(arena, root, folders[i]), &err), 0);
}

static void check_file_errors(struct world *w, struct str root)
{
	SCRATCH(arena);
	struct str text = STR("untouched");
	struct file_list list;
	struct error err;

	CHECK_INT(file_read(w, arena, in(arena, root, "nothing"), &text, &err), -1);
	CHECK_INT(err.code, ERROR_INPUT);
	CHECK(strstr(err.text, "nothing': No such file or directory"));
	CHECK_TEXT(text, "untouched");
	CHECK_INT(file_read(w, arena, in(arena, root, "a"), &text, &err), -1);
	CHECK(strstr(err.text, "Is a directory"));
	CHECK_INT(file_list(w, arena, in(arena, root, "nothing"), &list, &err), -1);
	CHECK_INT(file_list(w, arena, in(arena, root, "a/b/one.txt"), &list, &err), -1);
	CHECK(strstr(err.text, "Not a directory"));

	world_fail_after(w, WORLD_FAULT_FILE, 2);
	CHECK_INT(file_read(w, arena, in(arena, root, "a/b/one.txt"), &text, &err), 0);
	CHECK_INT(file_write(w, in(arena, root, "a/b/one.txt"), STR("half"), &err), -1);
	CHECK_INT(file_read(w, arena, in(arena, root, "a/b/one.txt"), &text, &err), 0);
	CHECK_TEXT(text, "one\n");

	CHECK_INT(file_remove(w, in(arena, root, "a/b/one.txt"), &err), 0);
	CHECK_INT(file_remove(w, in(arena, root, "a/b/one.txt"), &err), 0);
	CHECK(!file_exists(w, in(arena, root, "a/b/one.txt")));
	CHECK_INT(file_remove(w, in(arena, root, "a"), &err), -1);
	CHECK_INT(file_remove(w, in(arena, root, "a/b/two.txt"), &err), 0);
}

/* What has no end, or waits for somebody, is no file. */
static void special_files(void)
{
	SCRATCH(arena);
	struct world *w = real_new(1);
	struct error err;
	struct str text;

	CHECK_INT(file_read(w, arena, STR("/dev/zero"), &text, &err), -1);
	CHECK_INT(err.code, ERROR_INPUT);
	CHECK(strstr(err.text, "is a pipe, a socket or a device"));
	CHECK_INT(file_read(w, arena, STR("/dev/null"), &text, &err), 0);
	CHECK_INT(text.len, 0);
	/* Regular by its mode: what was in the environment when the program started. */
	CHECK_INT(file_read(w, arena, STR("/proc/self/environ"), &text, &err), -1);
	CHECK(strstr(err.text, "is a pipe, a socket or a device"));
	world_free(w);
}

static void files_simulated(void)
{
	struct world *w = simulated();

	check_files(w, STR("/data"));
	check_scan(w, STR("/data"));
	check_rename(w, STR("/data"));
	check_file_errors(w, STR("/data"));
	CHECK(!file_exists(w, STR("/data/a/b")));
	world_free(w);
}

static void files_real(void)
{
	SCRATCH(arena);
	struct world *w = real_new(1);
	char root[] = "/tmp/forge-world-XXXXXX";
	struct str path = str_from_cstr(mkdtemp(root)), real;
	struct file_list list;
	struct error err;

	check_files(w, path);
	check_scan(w, path);
	check_rename(w, path);
	/* Nothing is left beside; a link stays a link. */
	CHECK_INT(symlink("two.txt", str_cstr(arena, in(arena, path, "a/b/link"))), 0);
	CHECK_INT(file_write(w, in(arena, path, "a/b/link"), STR("through"), &err), 0);
	CHECK_INT(file_list(w, arena, in(arena, path, "a/b"), &list, &err), 0);
	CHECK_INT(list.count, 3);
	CHECK_INT(list.items[0].kind, FILE_LINK);
	CHECK_INT(file_realpath(w, arena, in(arena, path, "a/b/link"), &real, &err), 0);
	CHECK(str_ends(real, STR("/a/b/two.txt")));
	CHECK_INT(file_link(w, arena, in(arena, path, "a/b/link"), &real, &err), 0);
	CHECK_TEXT(real, "two.txt");
	CHECK_INT(file_link(w, arena, in(arena, path, "a/b/two.txt"), &real, &err), 0);
	CHECK(!real.ptr);
	CHECK_INT(file_remove(w, in(arena, path, "a/b/link"), &err), 0);
	check_file_errors(w, path);
	CHECK_INT(file_remove(w, in(arena, path, "a/b"), &err), 0);
	CHECK_INT(file_remove(w, in(arena, path, "a"), &err), 0);
	CHECK_INT(file_remove(w, path, &err), 0);
	CHECK(!file_exists(w, path));
	world_free(w);
}

static void given_files_stay(void)
{
	SCRATCH(arena);
	struct snapshot files;
	struct str text;
	struct error err;

	snapshot_init(&files, arena);
	snapshot_put(&files,
		     (struct snapshot_file){ .path = STR("app/x.yaml"), .bytes = STR("x: 1\n") });
	struct world *w = simulated_new(&(struct simulated_options){ .files = &files });
	CHECK_INT(file_read(w, arena, STR("app/x.yaml"), &text, &err), 0);
	CHECK_TEXT(text, "x: 1\n");
	CHECK_INT(file_write(w, STR("app/x.yaml"), STR("x: 2\n"), &err), 0);
	CHECK_INT(file_read(w, arena, STR("/app/x.yaml"), &text, &err), 0);
	CHECK_TEXT(text, "x: 2\n");
	CHECK_TEXT(snapshot_find(&files, STR("app/x.yaml"))->bytes, "x: 1\n");
	CHECK_INT(file_read(w, arena, STR("../etc/passwd"), &text, &err), -1);
	world_free(w);
}

/* --- environment, processes ------------------------------------------------------------------ */

static void environment(void)
{
	const struct str env[] = { STR("HOME=/home/forge"), STR("EMPTY=") };
	struct world *w = simulated_new(&(struct simulated_options){ .env = env, .env_count = 2 });

	CHECK_TEXT(world_env(w, "HOME"), "/home/forge");
	CHECK(world_env(w, "EMPTY").ptr && world_env(w, "EMPTY").len == 0);
	CHECK(!world_env(w, "PATH").ptr);
	world_free(w);
}

static void runs_programs(void)
{
	SCRATCH(arena);
	struct world *w = real_new(1);
	const struct str cat[] = { STR("sh"), STR("-c"),
				   STR("cat; echo oops >&2; echo $X$HOME; exit 3") };
	const struct str env[] = { STR("X=y"), STR("HOME") };
	struct process_request request = {
		.argv = cat, .argc = 3, .input = STR("hello\n"), .env = env, .env_count = 2
	};
	struct process_result result;
	struct error err;

	CHECK_INT(process_run(w, arena, &request, &result, &err), 0);
	CHECK_INT(result.status, 3);
	CHECK_TEXT(result.out, "hello\ny\n");
	CHECK_TEXT(result.err, "oops\n");

	const struct str killed[] = { STR("sh"), STR("-c"), STR("kill -9 $$") };
	request = (struct process_request){ .argv = killed, .argc = 3 };
	CHECK_INT(process_run(w, arena, &request, &result, &err), 0);
	CHECK_INT(result.status, 128 + 9);

	const struct str here[] = { STR("pwd") };
	request = (struct process_request){ .argv = here, .argc = 1, .directory = STR("/") };
	CHECK_INT(process_run(w, arena, &request, &result, &err), 0);
	CHECK_TEXT(result.out, "/\n");
	world_free(w);
}

/* In the directory where a program starts, somebody else may have put one of its name. */
static void programs_are_looked_for_in_absolute_entries(void)
{
	static const struct {
		const char *what, *path;
		int status; /* -1: it is not found */
	} rows[] = {
		{ "an empty entry", ":%s/good", 1 },
		{ "a relative one", "bin:%s/good", 1 },
		{ "a point", ".:%s/good:./bin", 1 },
		{ "no absolute one", "bin::.", -1 },
		{ "the first of two", "%s/good:%s/evil/bin", 1 },
		{ "what is no program is passed over", "%s:%s/good", 1 },
	};
	SCRATCH(arena);
	struct world *w = real_new(1);
	char root[] = "/tmp/forge-world-XXXXXX";
	struct str top = str_from_cstr(mkdtemp(root)),
		   before = str_copy(arena, str_from_cstr(getenv("PATH")));
	const struct str script[] = {
		STR("sh"), STR("-c"),
		STR("mkdir -p good evil/bin forge-tool; printf '#!/bin/sh\nexit 1\n' "
		    ">good/forge-tool; printf '#!/bin/sh\nexit 66\n' >evil/bin/forge-tool; "
		    "cp evil/bin/forge-tool evil/; chmod +x good/* evil/bin/* evil/forge-tool")
	};
	const struct str tool[] = { STR("forge-tool") }, remove[] = { STR("rm"), STR("-rf"), top };
	struct process_request make = { .argv = script, .argc = 3, .directory = top };
	struct process_request clean = { .argv = remove, .argc = 3 };
	struct process_request request = { .argv = tool,
					   .argc = 1,
					   .directory = in(arena, top, "evil") };
	struct process_result result;
	struct error err;

	CHECK_INT(process_run(w, arena, &make, &result, &err), 0);
	for (size_t i = 0; TEST_ROW(rows, i, rows[i].what); i++) {
		struct str path = str_replace(arena, str_from_cstr(rows[i].path), STR("%s"), top);
		setenv("PATH", str_cstr(arena, path), 1);
		result.status = -1;
		CHECK_INT(process_run(w, arena, &request, &result, &err),
			  rows[i].status < 0 ? -1 : 0);
		CHECK_INT(result.status, rows[i].status);
	}
	setenv("PATH", str_cstr(arena, before), 1);
	CHECK_INT(process_run(w, arena, &clean, &result, &err), 0);
	world_free(w);
}

/* What a program gets of the caller's environment when it is to begin with nothing. */
static void a_cleared_environment_has_only_absolute_entries_of_the_path(void)
{
	SCRATCH(arena);
	struct world *w = real_new(1);
	const struct str print[] = { STR("/bin/sh"), STR("-c"),
				     STR("echo \"$PATH,$HOME,$GIT_DIR\"") };
	struct process_request request = { .argv = print, .argc = 3, .env_clear = true };
	struct str before = str_copy(arena, str_from_cstr(getenv("PATH")));
	struct process_result result;
	struct error err;

	setenv("PATH", ":bin:/usr/bin::.:/bin", 1);
	setenv("GIT_DIR", "/elsewhere", 1);
	CHECK_INT(process_run(w, arena, &request, &result, &err), 0);
	CHECK_TEXT(result.out, "/usr/bin:/bin,,\n");
	unsetenv("GIT_DIR");
	setenv("PATH", str_cstr(arena, before), 1);
	world_free(w);
}

static void large_input(void)
{
	SCRATCH(arena);
	struct world *w = real_new(1);
	struct str big = { arena_alloc(arena, 3 << 20), 3 << 20 };
	const struct str cat[] = { STR("cat") }, ignores[] = { STR("true") };
	struct process_request request = { .argv = cat, .argc = 1, .input = big };
	struct process_result result;
	struct error err;

	CHECK_INT(process_run(w, arena, &request, &result, &err), 0);
	CHECK(str_equal(result.out, big));
	request.argv = ignores;
	CHECK_INT(process_run(w, arena, &request, &result, &err), 0);
	CHECK_INT(result.status, 0);
	world_free(w);
}

static void program_limits(void)
{
	SCRATCH(arena);
	struct world *w = real_new(1);
	const struct str absent[] = { STR("no-such-program-here") },
			 slow[] = { STR("sleep"), STR("60") };
	const struct str loud[] = { STR("yes") };
	struct process_request request = { .argv = absent, .argc = 1 };
	struct process_result result = { .status = 99 };
	struct error err;

	CHECK_INT(process_run(w, arena, &request, &result, &err), -1);
	CHECK_INT(err.code, ERROR_OUTSIDE);
	CHECK(strstr(err.hint, "install 'no-such-program-here'"));
	request = (struct process_request){ .argv = slow, .argc = 2, .timeout_ms = 20 };
	CHECK_INT(process_run(w, arena, &request, &result, &err), -1);
	CHECK_INT(err.code, ERROR_DEADLINE);
	request = (struct process_request){ .argv = loud, .argc = 1, .output_bytes_max = 100000 };
	CHECK_INT(process_run(w, arena, &request, &result, &err), -1);
	CHECK(strstr(err.text, "more than 100000 bytes"));
	request = (struct process_request){ .argv = slow,
					    .argc = 2,
					    .directory = STR("/no/such/directory") };
	CHECK_INT(process_run(w, arena, &request, &result, &err), -1);
	CHECK_INT(err.code, ERROR_INPUT);
	CHECK_INT(result.status, 99);
	world_free(w);
}

struct talk {
	struct buf out;
	int status;
};

static void talk_output(void *data, enum process_stream stream, struct str chunk)
{
	if (stream == PROCESS_OUT)
		buf_add(&((struct talk *)data)->out, chunk);
}

static void talk_ended(void *data, int status)
{
	((struct talk *)data)->status = status;
}

static void talks_with_programs(void)
{
	SCRATCH(arena);
	struct world *w = real_new(1);
	const struct str cat[] = { STR("cat") }, slow[] = { STR("sleep"), STR("60") };
	struct process_request request = { .argv = cat, .argc = 1, .input = STR("one ") };
	struct talk talk = { .status = -1 };
	struct process_events events = { talk_output, talk_ended, &talk };
	struct error err;

	buf_init(&talk.out, arena);
	struct process *p = process_start(w, &request, events, &err);
	CHECK(p);
	process_write(p, STR("two"));
	process_close_input(p);
	CHECK_INT(world_run(w, &err), 0);
	CHECK_TEXT(buf_str(&talk.out), "one two");
	CHECK_INT(talk.status, 0);

	request = (struct process_request){ .argv = slow, .argc = 2 };
	p = process_start(w, &request, events, &err);
	process_kill(p, SIGTERM);
	CHECK_INT(world_run(w, &err), 0);
	CHECK_INT(talk.status, 128 + SIGTERM);
	request.timeout_ms = 10;
	CHECK(process_start(w, &request, events, &err));
	CHECK_INT(world_run(w, &err), 0);
	CHECK_INT(talk.status, 128 + SIGKILL);
	request.timeout_ms = 0;
	CHECK(process_start(w, &request, events, &err)); /* ended by world_free */
	world_free(w);
}

static int fake_git(void *data, struct arena *arena, const struct process_request *request,
		    struct process_result *ret, struct error *err)
{
	(void)err;
	(void)data;
	*ret = (struct process_result){ .out = str_concat(arena, request->argv[1],
							  request->input) };
	return 0;
}

static void simulated_programs(void)
{
	SCRATCH(arena);
	struct world *w = simulated();
	const struct str argv[] = { STR("git"), STR("status") }, other[] = { STR("kubectl") };
	struct process_request request = { .argv = argv, .argc = 2, .input = STR("!") };
	struct process_result result;
	struct talk talk = { .status = -1 };
	struct error err;

	buf_init(&talk.out, arena);
	simulated_program(w, STR("git"), fake_git, NULL);
	CHECK_INT(process_run(w, arena, &request, &result, &err), 0);
	CHECK_TEXT(result.out, "status!");
	CHECK(process_start(w, &request, (struct process_events){ talk_output, talk_ended, &talk },
			    &err));
	CHECK_INT(talk.status, -1);
	CHECK_INT(world_run(w, &err), 0);
	CHECK_INT(talk.status, 0);
	CHECK_TEXT(buf_str(&talk.out), "status!");
	request = (struct process_request){ .argv = other, .argc = 1 };
	CHECK_INT(process_run(w, arena, &request, &result, &err), -1);
	CHECK_INT(err.code, ERROR_OUTSIDE);
	world_free(w);
}

static void lost_timer(void)
{
	struct world *w = simulated();
	struct log log = { .world = w };
	struct error err;

	world_fail_after(w, WORLD_FAULT_TIMER, 2);
	world_timer(w, 1, add_a, &log);
	world_timer(w, 2, add_b, &log);
	world_timer(w, 3, add_a, &log);
	CHECK_INT(world_run(w, &err), 0);
	CHECK_TEXT(str_from_cstr(log.text), "aa");
	world_free(w);
}

TESTS({ "simulated: events run by time, then in order of adding", order_simulated },
      { "real: events run by time, then in order of adding", order_real },
      { "simulated: a day of virtual time passes at once", time_is_virtual },
      { "world_stop ends a run, the rest stays queued", stops },
      { "steps and time have a budget", budgets },
      { "world_wait ends when done, at its timeout, or when no event is left", waits },
      { "many timers and cancellations keep their order", queue_order },
      { "timers of one moment run as they were set", equal_times_run_in_order },
      { "real: events that add events do not starve descriptors", outside_is_heard },
      { "devices and pipes are no files", special_files },
      { "simulated: files are written, read, listed, removed", files_simulated },
      { "real: files are written, read, listed, removed", files_real },
      { "simulated: the given snapshot is never changed", given_files_stay },
      { "simulated: the environment is what was given", environment },
      { "programs get input, environment and directory, and give output and status",
	runs_programs },
      { "programs are looked for in the absolute entries of PATH",
	programs_are_looked_for_in_absolute_entries },
      { "a cleared environment has only the absolute entries of PATH",
	a_cleared_environment_has_only_absolute_entries_of_the_path },
      { "large input passes through, unwanted input is no error", large_input },
      { "absent, slow and loud programs are errors", program_limits },
      { "programs are talked to from the loop", talks_with_programs },
      { "simulated: programs are functions", simulated_programs },
      { "the n-th timer can be lost", lost_timer })
