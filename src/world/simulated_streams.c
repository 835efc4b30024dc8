/* simulated_streams - standard input, signals and the log of the simulated world */
#include "base/arena.h"
#include "world/simulated_inside.h"

static void input_turn(void *data)
{
	struct simulated *s = data;
	struct backlog taken = s->input;

	s->input_turn = 0;
	s->input = (struct backlog){};
	world_input_arrived(&s->world, backlog_str(&taken));
	backlog_release(&taken);
	if (s->input_ends && !backlog_bytes(&s->input))
		world_input_ended(&s->world);
}

/* On a turn of its own, once somebody reads. */
static void hand_on(struct simulated *s)
{
	bool has_news = backlog_bytes(&s->input) || s->input_ends;

	if (s->world.input.chunk && has_news && !s->input_turn)
		s->input_turn = world_post(&s->world, input_turn, s);
}

void simulated_input(struct world *w, struct str bytes)
{
	struct simulated *s = (struct simulated *)w;

	assert(!s->input_ends);
	backlog_add(&s->input, bytes);
	hand_on(s);
}

void simulated_input_end(struct world *w)
{
	struct simulated *s = (struct simulated *)w;

	s->input_ends = true;
	hand_on(s);
}

void simulated_input_start(struct world *w)
{
	hand_on((struct simulated *)w);
}

void simulated_input_stop(struct world *w)
{
	struct simulated *s = (struct simulated *)w;

	world_cancel(w, s->input_turn);
	s->input_turn = 0;
}

/* Nothing to prepare: simulated_signal() finds who wants it. */
void simulated_on_signal(struct world *w, int signal)
{
	(void)w;
	(void)signal;
}

struct arrived_signal {
	struct world *world;
	int signal;
};

static void signal_turn(void *data)
{
	const struct arrived_signal *arrived = data;

	world_signal_arrived(arrived->world, arrived->signal);
}

void simulated_signal(struct world *w, int signal)
{
	struct arrived_signal arrived = { w, signal };

	assert(signal > 0 && signal < WORLD_SIGNALS_MAX);
	world_post(w, signal_turn,
		   arena_copy(((struct simulated *)w)->arena, &arrived, sizeof(arrived)));
}

void simulated_log_line(struct world *w, struct str line)
{
	struct simulated *s = (struct simulated *)w;

	if (backlog_bytes(&s->log) + line.len <= SIMULATED_LOG_BYTES_MAX)
		backlog_add(&s->log, line);
}

struct str simulated_log(struct world *w)
{
	return backlog_str(&((struct simulated *)w)->log);
}
