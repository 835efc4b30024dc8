/* budget - limits on what one command uses: bytes of memory, and steps of work */
#include "base/budget.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { RESERVE_PART = 8 }; /* of the memory is kept for ending well */

_Thread_local struct budget_counter budget_counter = { .stop_at = UINT64_MAX };
static _Thread_local struct budget *innermost;

/* Memory is the process's, so its limit is, too; not part of any result. */
static _Atomic int64_t held_bytes;
static _Atomic int64_t limit_bytes;
static budget_report_fn report;
static void *report_context;

static uint64_t steps_from_now(uint64_t steps_max)
{
	uint64_t stop_at;

	return __builtin_add_overflow(budget_counter.steps, steps_max, &stop_at) ? UINT64_MAX
										 : stop_at;
}

/* Few budgets are open at once. */
static uint64_t renewed(struct budget *b)
{
	if (!b)
		return UINT64_MAX;
	b->stop_at = MIN(renewed(b->outer), steps_from_now(b->steps_max));
	return b->stop_at;
}

void budget_renew(void)
{
	budget_counter.stop_at = renewed(innermost);
}

void budget_open(struct budget *budget, const char *name, uint64_t steps_max)
{
	budget->name = name;
	budget->steps_max = steps_max;
	budget->outer = innermost;
	budget->stop_at = MIN(steps_from_now(steps_max), budget_counter.stop_at);
	budget->subject[0] = '\0';
	innermost = budget;
	budget_counter.stop_at = budget->stop_at;
}

void budget_close(struct budget *budget)
{
	assert(innermost == budget);
	innermost = budget->outer;
	budget_counter.stop_at = innermost ? innermost->stop_at : UINT64_MAX;
}

void budget_subject(struct str subject)
{
	if (!innermost)
		return;
	size_t bytes = MIN(subject.len, sizeof(innermost->subject) - 1);
	memcpy(innermost->subject, subject.ptr, bytes);
	innermost->subject[bytes] = '\0';
}

void budget_limit_memory(int64_t bytes)
{
	atomic_store(&limit_bytes, bytes);
}

int64_t budget_held_bytes(void)
{
	return atomic_load(&held_bytes) + budget_counter.unsettled_bytes;
}

/* The budget whose end was reached: the innermost one may only have inherited it. */
static const struct budget *exhausted(void)
{
	const struct budget *b = innermost;

	while (b && b->outer && b->outer->stop_at == b->stop_at)
		b = b->outer;
	return b;
}

static void name_subject(struct error *err)
{
	for (const struct budget *b = innermost; b; b = b->outer)
		if (b->subject[0]) {
			error_wrap(err, "while working on '%s'", b->subject);
			return;
		}
}

static int fail_steps(struct error *err)
{
	const struct budget *b = exhausted();

	error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
		  "the %s takes more than %" PRIu64 " steps of work", b->name, b->steps_max);
	error_hint(err,
		   "something there is used many times over: a base, a patch, a replacement or an "
		   "anchor that multiplies");
	name_subject(err);
	return -1;
}

static int fail_memory(struct error *err)
{
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
		  "this takes more memory than the limit of %" PRId64 " MiB",
		  atomic_load(&limit_bytes) >> 20);
	error_hint(err, "raise it with --limit-memory 4Gi if the input is meant to "
			"be so large");
	name_subject(err);
	return -1;
}

int budget_check(struct error *err)
{
	int64_t limit = atomic_load(&limit_bytes);

	if (budget_counter.steps >= budget_counter.stop_at)
		return fail_steps(err);
	if (limit && budget_held_bytes() > limit - limit / RESERVE_PART)
		return fail_memory(err);
	return 0;
}

void budget_on_stop(budget_report_fn run, void *context)
{
	report = run;
	report_context = context;
}

/* What the report itself takes is not counted. */
static NORETURN void end(const struct error *err)
{
	innermost = NULL;
	budget_counter.stop_at = UINT64_MAX;
	budget_limit_memory(0);
	if (report)
		report(report_context, err);
	else
		fprintf(stderr, "error: %s\n", err->text);
	_exit((int)err->code);
}

void budget_stop(void)
{
	struct error err;

	fail_steps(&err);
	end(&err);
}

void budget_settle(void)
{
	int64_t bytes = budget_counter.unsettled_bytes;
	int64_t held = atomic_fetch_add(&held_bytes, bytes) + bytes;
	int64_t limit = atomic_load_explicit(&limit_bytes, memory_order_relaxed);
	struct error err;

	budget_counter.unsettled_bytes = 0;
	if (!limit || held <= limit)
		return;
	fail_memory(&err);
	end(&err);
}
