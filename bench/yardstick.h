/*
 * yardstick - a fixed piece of work: budgets are held against it on machines slower or busy
 *
 * Layer: bench. The work parses, hashes and sorts in memory that it asks the system for, as the
 * program does, and calls none of the program's code: it stays the same when that gets faster. The
 * work that is measured runs between two yardsticks, many times; the median of the ratios is given
 * in milliseconds of the reference machine, as the budgets of the design are.
 *
 *	double ms = yardstick_measure_ms(once_ms, NULL, 25);
 */
#ifndef FORGE_BENCH_YARDSTICK_H
#define FORGE_BENCH_YARDSTICK_H

/*
 * The CPU time of one yardstick on the reference machine. There rollout_bench took 15.4 ms when
 * little else ran; measured in turn it takes 4.2 yardsticks (medians of 40 pairs: 4.2 to 4.3, and
 * 4.6 with four other processes on two cores). Other work in the yardstick needs a new figure.
 */
#define YARDSTICK_REFERENCE_MS 3.67

enum { YARDSTICK_RUNS_MAX = 100 };

/* CPU time of this process, all threads. */
double yardstick_cpu_ms(void);

/* Does the piece of work; its CPU time. */
double yardstick_ms(void);

/*
 * Of runs times once_ms(), which returns the CPU time of what it measures: the median, in
 * milliseconds of the reference machine.
 */
double yardstick_measure_ms(double (*once_ms)(void *context), void *context, int runs);

/* The middle one of count figures, which it sorts. */
double yardstick_median(double *figures, int count);

#endif
