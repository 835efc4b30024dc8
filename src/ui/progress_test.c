/* progress_test - a line only on a terminal, after a moment, ten times a second, cut and cleared */
#include "ui/progress.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/test.h"
#include "world/simulated.h"

enum { COLUMNS = 20, SHOWN_MAX = 200 };

/* A terminal of 20 columns; its other end has what was written. */
struct terminal {
	int master;
	FILE *out;
	struct world *world;
	char shown[SHOWN_MAX];
};

static bool terminal_open(struct terminal *t)
{
	struct winsize size = { .ws_row = 5, .ws_col = COLUMNS };

	t->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
	if (t->master < 0 || grantpt(t->master) < 0 || unlockpt(t->master) < 0)
		return false;
	t->out = fopen(ptsname(t->master), "w");
	t->world = simulated_new(&(struct simulated_options){ .seed = 1 });
	return t->out && ioctl(t->master, TIOCSWINSZ, &size) == 0;
}

static void terminal_close(struct terminal *t)
{
	fclose(t->out);
	close(t->master);
	world_free(t->world);
}

/* What came since the last call. */
static struct str shown(struct terminal *t)
{
	ssize_t len = read(t->master, t->shown, SHOWN_MAX);

	return (struct str){ t->shown, len < 0 ? 0 : (size_t)len };
}

static void pass_ms(struct terminal *t, int64_t ms)
{
	struct error err;

	CHECK_INT(world_run_for(t->world, ms, &err), 0);
}

static void draws_after_a_moment(void)
{
	struct terminal t = {};
	struct progress p;

	if (!terminal_open(&t)) {
		test_skip("there are no pseudo-terminals");
		return;
	}
	progress_init(&p, t.world, t.out);
	pass_ms(&t, 99);
	progress_show(&p, STR("too early"));
	CHECK_TEXT(shown(&t), "");
	pass_ms(&t, 1);
	progress_show(&p, STR("first"));
	CHECK_TEXT(shown(&t), "\r\033[Kfirst");
	pass_ms(&t, 99);
	progress_show(&p, STR("too often"));
	CHECK_TEXT(shown(&t), "");
	pass_ms(&t, 1);
	progress_show(&p, STR("0123456789012345678→x"));
	CHECK_TEXT(shown(&t), "\r\033[K0123456789012345678");
	progress_end(&p);
	CHECK_TEXT(shown(&t), "\r\033[K");
	progress_end(&p);
	CHECK_TEXT(shown(&t), "");
	terminal_close(&t);
}

static void counts_characters(void)
{
	struct terminal t = {};
	struct progress p;

	if (!terminal_open(&t)) {
		test_skip("there are no pseudo-terminals");
		return;
	}
	progress_init(&p, t.world, t.out);
	pass_ms(&t, 100);
	progress_show(&p, STR("→→→→→→→→→→→→→→→→→→→→→→"));
	CHECK_TEXT(shown(&t), "\r\033[K→→→→→→→→→→→→→→→→→→→");
	/* What is escaped takes the columns that it shows. */
	pass_ms(&t, 100);
	progress_show(&p, STR("0123\033[31m56789012345678"));
	CHECK_TEXT(shown(&t), "\r\033[K0123\\x1b[31m5678901");
	terminal_close(&t);
}

static void is_silent_elsewhere(void)
{
	struct world *world = simulated_new(&(struct simulated_options){ .seed = 1 });
	FILE *out = tmpfile();
	struct progress p;
	struct error err;

	progress_init(&p, world, out);
	CHECK_INT(world_run_for(world, 1000, &err), 0);
	CHECK(!progress_is_due(&p));
	progress_show(&p, STR("anything"));
	progress_end(&p);
	CHECK_INT(ftell(out), 0);
	fclose(out);
	world_free(world);
}

TESTS({ "after 100 ms, every 100 ms, cut to the width, cleared", draws_after_a_moment },
      { "a character is a column", counts_characters },
      { "nothing where there is no terminal", is_silent_elsewhere })
