/*
 * budget - what a command may take: bytes of memory, and steps of work
 *
 * Layer: base. Input of a kilobyte can ask for gigabytes and for hours: a text that doubles forty
 * times, bases that name each other twice on every level. Limits with a name end what is known of
 * that kind where it begins; the budget ends the rest, whatever it is.
 *
 * Bytes are those that arenas and heap blocks of the process hold at one time. A step is an
 * allocation from an arena, or what a loop spends that multiplies without allocating; long
 * allocations and long searches count for several. So the count is the same in every run of the
 * same input, and tests and fuzzers look at it in place of a clock. Each thread counts its own
 * steps.
 *
 * It ends in one of two ways. A safe point (budget_check, between two objects or two events) is an
 * error like any other, with the caller's place, and everything is released on the way up: for
 * that the last eighth of the memory is kept. What gets past the safe points is stopped in the
 * arena, where no error can be returned: the command's own report is called with an error that
 * names what was being worked on, and the process ends with that error's status. Nothing is left
 * behind by that: files are written beside and renamed, and programs that were started lose their
 * pipes.
 *
 *	struct budget budget;
 *	budget_open(&budget, "build", BUILD_STEPS_MAX);
 *	for (each resource) {
 *		budget_subject("apps/web.yaml");
 *		if (budget_check(err) < 0)
 *			break;
 *		...
 *	}
 *	budget_close(&budget);
 */
#ifndef FORGE_BASE_BUDGET_H
#define FORGE_BASE_BUDGET_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

#define BUDGET_MEMORY_BYTES (1ll << 30) /* unless a command is told another limit */

enum {
	BUDGET_SUBJECT_BYTES = 200,
	BUDGET_STEP_BYTES = 256,  /* of one allocation that count for a step */
	BUDGET_STEP_MEMBERS = 64, /* of a container that is searched, likewise */
};

/* Steps that one piece of work may take. */
struct budget {
	const char *name; /* of the work, for messages: "build" */
	uint64_t steps_max;
	/* private */
	uint64_t stop_at;
	struct budget *outer;
	char subject[BUDGET_SUBJECT_BYTES];
};

/* Begins to count; the name is borrowed. Budgets nest: what the inner one spends, the outer one
 * does, too. */
void budget_open(struct budget *budget, const char *name, uint64_t steps_max);
void budget_close(struct budget *budget);

/* Notes what is being worked on from now: a path, or an object. Copied; cut when it is long. */
void budget_subject(struct str subject);

/* -1 and an error when this thread's budget or the memory is used up. */
MUST_USE int budget_check(struct error *err);

/* Bytes that the process may hold; 0: no limit. */
void budget_limit_memory(int64_t bytes);

/* Bytes that the process holds, to within BUDGET_SETTLE_BYTES for each thread. */
int64_t budget_held_bytes(void);

/* Called with the error before the process ends in the arena. NULL: a line on stderr. */
typedef void (*budget_report_fn)(void *context, const struct error *err);
void budget_on_stop(budget_report_fn report, void *context);

/* --- counting -------------------------------------------------------------------------------- */

enum { BUDGET_SETTLE_BYTES = 64 << 10 };

/* private: of this thread */
struct budget_counter {
	uint64_t steps;
	uint64_t stop_at;	 /* of the innermost budget */
	int64_t unsettled_bytes; /* taken, but not yet counted for the process */
};
extern _Thread_local struct budget_counter budget_counter;
void budget_settle(void);
NORETURN void budget_stop(void);

/* Steps that this thread has taken since it began. */
static inline uint64_t budget_steps(void)
{
	return budget_counter.steps;
}

/* For the hottest paths: counts, and leaves it to others to look at the limit. */
static inline void budget_count(uint64_t steps)
{
	budget_counter.steps += steps;
}

/* Steps of work that allocates nothing; ends the process when the budget is used up. */
static inline void budget_spend(uint64_t steps)
{
	budget_counter.steps += steps;
	if (budget_counter.steps >= budget_counter.stop_at)
		budget_stop();
}

/* Bytes that are about to be taken from the system, or (negative) were given back. */
static inline void budget_take(int64_t bytes)
{
	int64_t unsettled = budget_counter.unsettled_bytes += bytes;

	if (unsettled > BUDGET_SETTLE_BYTES || unsettled < -BUDGET_SETTLE_BYTES)
		budget_settle();
}

#endif
