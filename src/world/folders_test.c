/* folders_test - changes in folders are told, in both worlds */
#include <stdlib.h>

#include "base/arena.h"
#include "base/test.h"
#include "world/real.h"
#include "world/simulated.h"
#include "world/snapshot.h"
#include "world/world.h"

struct scene {
	struct world *world;
	struct folder_watch *watch;
	const char *top;
	int changes;
	struct arena *arena;
};

static struct str in(struct scene *s, const char *path)
{
	return str_printf(s->arena, "%s/%s", s->top, path);
}

static void put(struct scene *s, const char *path)
{
	struct error err;
	CHECK_INT(file_write(s->world, in(s, path), STR("x"), &err), 0);
}

static void changed(void *data)
{
	((struct scene *)data)->changes++;
}

static void expect(struct scene *s, int changes)
{
	CHECK_INT(s->changes, changes);
	s->changes = 0;
}

/* Each step looks at what the one before has changed, and changes something. */
static void write_two(void *data)
{
	struct scene *s = data;

	expect(s, 0);
	put(s, "seen/a");
	put(s, "seen/b");
}

static void write_unseen(void *data)
{
	expect(data, 1);
	put(data, "unseen/a");
	put(data, "seen/below/a");
}

static void remove_one(void *data)
{
	struct scene *s = data;
	struct error err;

	expect(s, 0);
	CHECK_INT(file_remove(s->world, in(s, "seen/a"), &err), 0);
}

static void end_watch(void *data)
{
	struct scene *s = data;

	expect(s, 1);
	folder_watch_free(s->watch);
	put(s, "seen/c");
}

static void stop(void *data)
{
	struct scene *s = data;

	expect(s, 0);
	world_stop(s->world);
}

static void play(struct world *w, const char *top)
{
	static const world_fn steps[] = { write_two, write_unseen, remove_one, end_watch, stop };
	enum { STEP_MS = 50 };
	SCRATCH(arena);
	struct scene s = { .world = w, .top = top, .arena = arena };
	struct error err;

	CHECK_INT(directory_make(w, in(&s, "seen/below"), &err), 0);
	CHECK_INT(directory_make(w, in(&s, "unseen"), &err), 0);
	put(&s, "seen/below/first");
	put(&s, "unseen/first");
	s.watch = folder_watch_new(w, changed, &s, &err);
	if (!CHECK(s.watch != NULL))
		return;
	CHECK_INT(folder_watch_add(s.watch, in(&s, "seen"), &err), 0);
	CHECK_INT(folder_watch_add(s.watch, in(&s, "seen"), &err), 0);
	CHECK_INT(folder_watch_add(s.watch, in(&s, "nowhere"), &err), 0);
	for (size_t i = 0; i < ARRAY_COUNT(steps); i++)
		world_timer(w, STEP_MS * (int64_t)(i + 1), steps[i], &s);
	CHECK_INT(world_run(w, &err), 0);
	world_free(w);
}

static void in_the_simulated_world(void)
{
	play(simulated_new(&(struct simulated_options){ .seed = 1 }), "/top");
}

static void in_the_real_world(void)
{
	char top[] = "folders_test.XXXXXX";

	if (CHECK(mkdtemp(top) != NULL))
		play(real_new(1), top);
}

TESTS({ "simulated: changes in watched folders are told once", in_the_simulated_world },
      { "real: changes in watched folders are told once", in_the_real_world }, )
