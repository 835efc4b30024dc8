/*
 * budget - limits on what one command uses: bytes of memory, and steps of work
 *
 * Layer: base. Input of a kilobyte can ask for gigabytes and for hours: a text that doubles forty
 * times, bases that name each other twice on every level. Named limits refuse the known cases of
 * this early; the budget stops all others.
 *
 * Bytes are those that arenas and heap blocks of the process hold at one time. A step is an
 * allocation from an arena, or what a loop spends that multiplies without allocating; long
 * allocations and long searches count for several. So the count is the same in every run of the
 * same input, and tests and fuzzers look at it in place of a clock. Each thread counts its own
 * steps.
 *
 * A command that exceeds its budget ends in one of two ways. At a safe point (between two objects
 * or two events) budget_check returns an error like any other, with the caller's place, and the
 * callers release everything: the last eighth of the memory is reserved for that. Between safe
 * points the arena stops the command. It can return no error, so it calls the command's report
 * function with an error that names the current subject, and ends the process with that error's
 * status. The exit leaves nothing behind: files are written under a temporary name and renamed, and
 * child processes get EOF or SIGPIPE.
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

/* The budgets that are open count anew from here: for a command that waits for more work. */
void budget_renew(void);

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

/* For the hottest paths: counts steps without comparing them with the limit. */
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
