/* simulated_process - programs of the simulated world: functions that are called by name */
#include "base/arena.h"
#include "base/buf.h"
#include "world/simulated_inside.h"

struct program {
	simulated_program_fn run;
	void *data;
};

void simulated_program(struct world *w, struct str name, simulated_program_fn run, void *data)
{
	struct simulated *s = (struct simulated *)w;
	struct program program = { run, data };

	map_put(&s->programs, str_copy(s->arena, name),
		arena_copy(s->arena, &program, sizeof(program)));
}

static const struct program *program_find(struct world *w, const struct process_request *request,
					  struct error *err)
{
	const struct program *program =
		map_get(&((struct simulated *)w)->programs, request->argv[0]);

	if (!program)
		error_set(err, ERROR_OUTSIDE, ERROR_NO_POSITION,
			  "cannot run '%.*s': No such file or directory",
			  STR_FMT(request->argv[0]));
	return program;
}

int simulated_process_run(struct world *w, struct arena *arena,
			  const struct process_request *request, struct process_result *ret,
			  struct error *err)
{
	const struct program *program = program_find(w, request, err);

	return program ? program->run(program->data, arena, request, ret, err) : -1;
}

/* One that was started: it runs on its turn with the input it got until then, and ends. */
struct simulated_process {
	struct process base;
	struct arena *arena;
	const struct program *program;
	struct process_request request;
	struct process_events events;
	struct buf input;
	int killed_by;
};

static struct str *copy_texts(struct arena *arena, const struct str *texts, uint32_t count)
{
	struct str *copies = arena_array(arena, struct str, count);

	for (uint32_t i = 0; i < count; i++)
		copies[i] = str_copy(arena, texts[i]);
	return copies;
}

static void process_turn(void *data)
{
	struct simulated_process *p = data;
	struct process_events events = p->events;
	struct process_result result = { .status = 127 };
	struct error err;

	p->request.input = buf_str(&p->input);
	if (p->killed_by)
		result.status = 128 + p->killed_by;
	else if (p->program->run(p->program->data, p->arena, &p->request, &result, &err) < 0)
		result.err = str_from_cstr(err.text);
	if (result.out.len)
		events.output(events.data, PROCESS_OUT, result.out);
	if (result.err.len)
		events.output(events.data, PROCESS_ERR, result.err);
	int status = result.status;
	arena_free(p->arena);
	events.ended(events.data, status);
}

struct process *simulated_process_start(struct world *w, const struct process_request *request,
					struct process_events events, struct error *err)
{
	const struct program *program = program_find(w, request, err);

	if (!program)
		return NULL;
	struct arena *arena = arena_new("simulated process");
	struct simulated_process *p = arena_one(arena, struct simulated_process);
	p->base.world = w;
	p->arena = arena;
	p->program = program;
	p->events = events;
	p->request = *request;
	p->request.argv = copy_texts(arena, request->argv, request->argc);
	p->request.env = copy_texts(arena, request->env, request->env_count);
	p->request.directory = str_copy(arena, request->directory);
	buf_init(&p->input, arena);
	buf_add(&p->input, request->input);
	world_post(w, process_turn, p);
	return &p->base;
}

void simulated_process_write(struct process *base, struct str bytes)
{
	buf_add(&((struct simulated_process *)base)->input, bytes);
}

void simulated_process_close_input(struct process *base)
{
	(void)base;
}

void simulated_process_kill(struct process *base, int signal)
{
	((struct simulated_process *)base)->killed_by = signal;
}
