/*
 * progress - one line on a terminal that shows the progress of a long verb
 *
 * Layer: ui. Nothing is written unless the stream is a terminal. The first line appears once the
 * work has taken a moment, then it is redrawn at most ten times a second of real time, cut to the
 * width of the terminal, and gone at the end.
 *
 *	struct progress p;
 *	progress_init(&p, app->world, app->err);
 *	while (…)
 *		if (progress_is_due(&p))
 *			progress_show(&p, text);
 *	progress_end(&p);
 */
#ifndef FORGE_UI_PROGRESS_H
#define FORGE_UI_PROGRESS_H

#include <stdio.h>

#include "base/str.h"

struct world;

struct progress {
	/* private */
	struct world *world;
	FILE *out; /* NULL: no terminal */
	int64_t next_us;
	bool is_shown;
};

void progress_init(struct progress *p, struct world *world, FILE *out);

/* Whether a line would be written now: cheap, so that composing it can wait for that. */
bool progress_is_due(const struct progress *p);

void progress_show(struct progress *p, struct str line);

/* Clears the line, if there is one. */
void progress_end(struct progress *p);

#endif
