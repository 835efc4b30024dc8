/* budget_test - what ends a command that takes too much, and what is counted */
#include "base/budget.h"

#include <setjmp.h>

#include "base/arena.h"
#include "base/test.h"

static void spends_until_the_end(void)
{
	struct budget budget;
	struct error err;

	budget_open(&budget, "build", 100);
	budget_subject(STR("apps/web.yaml"));
	budget_count(99);
	CHECK_INT(budget_check(&err), 0);
	budget_count(1);
	CHECK_INT(budget_check(&err), -1);
	CHECK_INT(err.code, ERROR_INPUT);
	CHECK_TEXT(str_from_cstr(err.text), "while working on 'apps/web.yaml': the build takes "
					    "more than 100 steps of work");
	budget_close(&budget);
	CHECK_INT(budget_check(&err), 0);
}

static void nests(void)
{
	struct budget rehearsal, build;
	struct error err;

	budget_open(&rehearsal, "rehearsal", 100);
	budget_open(&build, "build", 1000);
	budget_count(100);
	CHECK_INT(budget_check(&err), -1);
	CHECK_TEXT(str_from_cstr(err.text), "the rehearsal takes more than 100 steps of work");
	budget_close(&build);
	CHECK_INT(budget_check(&err), -1);
	budget_close(&rehearsal);
}

static void an_inner_one_ends_alone(void)
{
	struct budget rehearsal, build;
	struct error err;

	budget_open(&rehearsal, "rehearsal", 1000);
	budget_open(&build, "build", 10);
	budget_count(10);
	CHECK_INT(budget_check(&err), -1);
	CHECK_TEXT(str_from_cstr(err.text), "the build takes more than 10 steps of work");
	budget_close(&build);
	CHECK_INT(budget_check(&err), 0);
	budget_close(&rehearsal);
}

static void counts_allocations(void)
{
	SCRATCH(arena);
	uint64_t before = budget_steps();

	arena_alloc(arena, 8);
	CHECK_INT(budget_steps() - before, 1);
	arena_alloc_raw(arena, 100 * BUDGET_STEP_BYTES, 8);
	CHECK(budget_steps() - before >= 102);
}

static void gives_back_what_was_taken(void)
{
	int64_t before = budget_held_bytes();
	struct arena *arena = arena_new("test");
	void *block = heap_alloc(1 << 20);

	for (int i = 0; i < 100; i++)
		arena_alloc(arena, 100000);
	CHECK(budget_held_bytes() - before > 11 << 20);
	block = heap_grow(block, 2 << 20);
	CHECK(budget_held_bytes() - before > 12 << 20);
	struct arena_mark mark = arena_mark(arena);
	arena_alloc(arena, 20 << 20);
	arena_reset(arena, mark);
	heap_free(block);
	arena_free(arena);
	CHECK_INT(budget_held_bytes(), before);
}

static void a_safe_point_keeps_an_eighth(void)
{
	SCRATCH(arena);
	struct error err;

	budget_limit_memory(budget_held_bytes() + (16 << 20));
	CHECK_INT(budget_check(&err), 0);
	arena_alloc(arena, 15 << 20);
	CHECK_INT(budget_check(&err), -1);
	CHECK_INT(err.code, ERROR_INPUT);
	CHECK(err.hint[0]);
	budget_limit_memory(0);
	CHECK_INT(budget_check(&err), 0);
}

static jmp_buf stopped;
static struct error stop_error;

static void note_stop(void *context, const struct error *err)
{
	(void)context;
	stop_error = *err;
	longjmp(stopped, 1);
}

/* Whether the process was stopped while run was taking memory. */
static bool stops(void (*run)(struct arena *arena))
{
	struct arena *volatile arena = arena_new("test");
	volatile bool was_stopped = false;

	budget_on_stop(note_stop, NULL);
	if (setjmp(stopped) == 0)
		run(arena);
	else
		was_stopped = true;
	budget_on_stop(NULL, NULL);
	arena_free(arena);
	return was_stopped;
}

static void take_much(struct arena *arena)
{
	budget_limit_memory(budget_held_bytes() + (8 << 20));
	for (int i = 0; i < 20; i++)
		arena_alloc(arena, 1 << 20);
}

static void take_often(struct arena *arena)
{
	struct budget budget;

	budget_open(&budget, "build", 1000);
	budget_subject(STR("apps/web.yaml"));
	for (int i = 0; i < 100000; i++)
		arena_alloc(arena, 1000);
	budget_close(&budget);
}

static void look_often(struct arena *arena)
{
	struct budget budget;

	(void)arena;
	budget_open(&budget, "build", 1000);
	for (int i = 0; i < 1001; i++)
		budget_spend(1);
	budget_close(&budget);
}

static void what_no_safe_point_sees_is_stopped(void)
{
	CHECK(stops(take_much));
	CHECK_INT(stop_error.code, ERROR_INPUT);
	CHECK(str_contains(str_from_cstr(stop_error.text), STR("takes more memory")));
	CHECK(stops(take_often));
	CHECK_TEXT(str_from_cstr(stop_error.text), "while working on 'apps/web.yaml': the build "
						   "takes more than 1000 steps of work");
}

static void loops_that_allocate_nothing_are_stopped(void)
{
	CHECK(stops(look_often));
}

static void a_command_that_waits_counts_anew(void)
{
	struct budget outer, inner;
	struct error err;

	budget_open(&outer, "outer", 1000);
	budget_open(&inner, "inner", 100);
	for (int i = 0; i < 50; i++) {
		budget_renew();
		budget_spend(90);
		CHECK_INT(budget_check(&err), 0);
	}
	budget_count(20);
	CHECK_INT(budget_check(&err), -1);
	budget_close(&inner);
	CHECK_INT(budget_check(&err), 0);
	budget_close(&outer);
}

TESTS({ "steps are spent until the end", spends_until_the_end },
      { "steps of an inner budget count for the outer one", nests },
      { "a used up inner budget does not end the outer one", an_inner_one_ends_alone },
      { "allocations are steps, long ones several", counts_allocations },
      { "the count of bytes goes back to where it was", gives_back_what_was_taken },
      { "a safe point ends while an eighth of the memory is left", a_safe_point_keeps_an_eighth },
      { "the arena stops a command that reaches no safe point",
	what_no_safe_point_sees_is_stopped },
      { "loops that allocate nothing are stopped", loops_that_allocate_nothing_are_stopped },
      { "a command that waits counts anew", a_command_that_waits_counts_anew }, )
