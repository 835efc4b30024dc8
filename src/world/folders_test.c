/* folders_test - changes in folders are told, in both worlds */
#include <stdlib.h>

#include "base/arena.h"
#include "base/test.h"
#include "world/real.h"
#include "world/simulated.h"
#include "world/world.h"

/* Two watches: what one does not tell shows once the other has told of what came later. */
struct watched {
	struct folder_watch *watch;
	int changes;
	bool has_changed;
};

struct scene {
	struct world *world;
	struct arena *arena;
	const char *top;
	struct watched one, other;
};

enum { WAIT_MS = 60000 /* a test that waits so long has failed */ };

static struct str in(struct scene *s, const char *path)
{
	return str_printf(s->arena, "%s/%s", s->top, path);
}

static void put(struct scene *s, const char *path)
{
	struct error err;

	CHECK_INT(directory_make(
			  s->world,
			  str_sub(in(s, path), 0, (size_t)str_find_last_char(in(s, path), '/')),
			  &err),
		  0);
	CHECK_INT(file_write(s->world, in(s, path), STR("x"), &err), 0);
}

static void changed(void *data)
{
	struct watched *w = data;

	w->changes++;
	w->has_changed = true;
}

static void watch(struct scene *s, struct watched *w, const char *folder)
{
	struct error err;

	w->watch = folder_watch_new(s->world, changed, w, &err);
	if (CHECK(w->watch != NULL))
		CHECK_INT(folder_watch_add(w->watch, in(s, folder), &err), 0);
}

/* Waits for a change; how many there were since the last call. */
static int await(struct scene *s, struct watched *w)
{
	struct error err;

	CHECK_INT(world_wait(s->world, &w->has_changed, WAIT_MS, &err), 0);
	int changes = w->changes;
	w->changes = 0;
	w->has_changed = false;
	return changes;
}

/* The system has queued what happened: one more turn hands it on. */
static void check_quiet(struct scene *s, const struct watched *w)
{
	struct error err;

	CHECK_INT(world_run_for(s->world, 1, &err), 0);
	CHECK_INT(w->changes, 0);
}

static void play(struct world *w, const char *top)
{
	SCRATCH(arena);
	struct scene s = { .world = w, .arena = arena, .top = top };
	struct error err;

	put(&s, "seen/below/first");
	put(&s, "unseen/first");
	watch(&s, &s.one, "seen");
	watch(&s, &s.other, "unseen");
	CHECK_INT(folder_watch_add(s.one.watch, in(&s, "seen"), &err), 0);
	CHECK_INT(folder_watch_add(s.one.watch, in(&s, "nowhere"), &err), 0);

	/* Both are one change. */
	put(&s, "seen/a");
	put(&s, "seen/b");
	CHECK_INT(await(&s, &s.one), 1);

	/* Neither is one of the folder. */
	put(&s, "seen/below/a");
	put(&s, "unseen/a");
	CHECK_INT(await(&s, &s.other), 1);
	check_quiet(&s, &s.one);

	CHECK_INT(file_remove(w, in(&s, "seen/a"), &err), 0);
	CHECK_INT(await(&s, &s.one), 1);

	folder_watch_free(s.one.watch);
	put(&s, "seen/c");
	put(&s, "unseen/b");
	CHECK_INT(await(&s, &s.other), 1);
	check_quiet(&s, &s.one);
	folder_watch_free(s.other.watch);
	folder_watch_free(NULL);
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
