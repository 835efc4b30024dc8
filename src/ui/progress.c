/* progress - one line on a terminal that shows the progress of a long verb */
#include "ui/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "base/visible.h"
#include "world/interrupt.h"
#include "world/world.h"

enum { REDRAW_US = 100000, COLUMNS = 80 };

#define CLEAR_LINE "\r\033[K"

void progress_init(struct progress *p, struct world *world, FILE *out)
{
	bool plain = str_equal(world_env(world, "TERM"), STR("dumb"));

	*p = (struct progress){ .world = world,
				.out = isatty(fileno(out)) && !plain ? out : NULL,
				.next_us = world_stopwatch_us(world) + REDRAW_US };
}

bool progress_is_due(const struct progress *p)
{
	return p->out && world_stopwatch_us(p->world) >= p->next_us;
}

static size_t columns_of(FILE *out)
{
	struct winsize size;

	if (ioctl(fileno(out), TIOCGWINSZ, &size) < 0 || !size.ws_col)
		return COLUMNS;
	return size.ws_col;
}

void progress_show(struct progress *p, struct str line)
{
	if (!progress_is_due(p))
		return;
	SCRATCH(arena);
	/* One column is the cursor's. */
	struct str shown = utf8_cut(visible(arena, line), columns_of(p->out) - 1);
	interrupt_terminal(fileno(p->out));
	fprintf(p->out, CLEAR_LINE "%.*s", STR_FMT(shown));
	fflush(p->out);
	p->is_shown = true;
	p->next_us = world_stopwatch_us(p->world) + REDRAW_US;
}

void progress_end(struct progress *p)
{
	if (!p->is_shown)
		return;
	fprintf(p->out, CLEAR_LINE);
	fflush(p->out);
	interrupt_terminal(-1);
	p->is_shown = false;
}
