/* yardstick - a fixed piece of work: budgets are held against it on machines slower or busy */
#include "bench/yardstick.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

/* What the work comes to. */
#define RESULT 0x47a4a73b3bcc9a9bu

enum { NUMBERS = 1 << 15, DIGITS_MAX = 12, SLOTS = NUMBERS * 4 };

/* 2 MB, all of it written anew. */
struct work {
	char text[NUMBERS * DIGITS_MAX];
	uint64_t numbers[NUMBERS];
	const uint64_t *sorted[NUMBERS], *other[NUMBERS];
	uint64_t slots[SLOTS];
};

double yardstick_cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* SplitMix64 */
static uint64_t mixed(uint64_t z)
{
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static void write_text(struct work *w)
{
	char *at = w->text;

	for (uint64_t i = 1; i <= NUMBERS; i++) {
		for (uint64_t n = mixed(i * 0x9e3779b97f4a7c15u) % 10000000000u; n; n /= 10)
			*at++ = (char)('0' + n % 10);
		*at++ = ' ';
	}
	*at = '\0';
}

static void parse(struct work *w)
{
	const char *at = w->text;

	for (int i = 0; i < NUMBERS; i++) {
		for (; *at != ' '; at++)
			w->numbers[i] = w->numbers[i] * 10 + (uint64_t)(*at - '0');
		at++;
	}
}

/* How often a slot was taken already. */
static uint64_t hash(struct work *w)
{
	uint64_t taken = 0;

	for (int i = 0; i < NUMBERS; i++) {
		uint64_t slot = mixed(w->numbers[i]) % SLOTS;
		for (; w->slots[slot]; slot = (slot + 1) % SLOTS)
			taken++;
		w->slots[slot] = w->numbers[i] + 1;
	}
	return taken;
}

static void merge(const uint64_t **to, const uint64_t *const *from, int middle, int end)
{
	int left = 0, right = middle;

	for (int i = 0; i < end; i++)
		if (right == end || (left < middle && *from[left] <= *from[right]))
			to[i] = from[left++];
		else
			to[i] = from[right++];
}

static void sort(struct work *w)
{
	for (int i = 0; i < NUMBERS; i++)
		w->sorted[i] = &w->numbers[i];
	for (int width = 1; width < NUMBERS; width *= 2) {
		for (int i = 0; i < NUMBERS; i += 2 * width)
			merge(w->other + i, w->sorted + i, width, 2 * width);
		memcpy(w->sorted, w->other, sizeof(w->sorted));
	}
}

double yardstick_ms(void)
{
	double begin = yardstick_cpu_ms();
	struct work *w =
		mmap(NULL, sizeof(*w), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (w == MAP_FAILED)
		abort();
	write_text(w);
	parse(w);
	uint64_t sum = hash(w);
	sort(w);
	for (uint64_t i = 0; i < NUMBERS; i++)
		sum = sum * 31 + *w->sorted[i];
	munmap(w, sizeof(*w));
	if (sum != RESULT) {
		fprintf(stderr, "yardstick: its result is %llx\n", (unsigned long long)sum);
		abort();
	}
	return yardstick_cpu_ms() - begin;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double yardstick_median(double *figures, int count)
{
	qsort(figures, (size_t)count, sizeof(*figures), by_size);
	return figures[count / 2];
}

double yardstick_measure_ms(double (*once_ms)(void *context), void *context, int runs)
{
	double ratios[YARDSTICK_RUNS_MAX];

	if (runs > YARDSTICK_RUNS_MAX)
		abort();
	yardstick_ms(); /* the first one warms up */
	for (int i = 0; i < runs; i++) {
		double before = yardstick_ms();
		double took = once_ms(context);
		ratios[i] = took * 2 / (before + yardstick_ms());
	}
	return yardstick_median(ratios, runs) * YARDSTICK_REFERENCE_MS;
}
