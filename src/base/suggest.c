/* suggest - "did you mean": the known name that is closest to a mistyped one */
#include "base/suggest.h"

#include <string.h>

#include "base/budget.h"

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Optimal string alignment with three rows: two back for a swap, one back, and the current one. */
unsigned suggest_distance(struct str a, struct str b)
{
	unsigned rows[3][SUGGEST_NAME_BYTES_MAX + 1];

	if (a.len > SUGGEST_NAME_BYTES_MAX || b.len > SUGGEST_NAME_BYTES_MAX)
		return SUGGEST_NAME_BYTES_MAX;
	for (size_t j = 0; j <= b.len; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= a.len; i++) {
		unsigned *row = rows[i % 3];
		const unsigned *above = rows[(i + 2) % 3], *swap = rows[(i + 1) % 3];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= b.len; j++) {
			char x = lower(a.ptr[i - 1]), y = lower(b.ptr[j - 1]);
			unsigned best = above[j - 1] + (x != y);

			best = MIN(best, MIN(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && x == lower(b.ptr[j - 2]) && y == lower(a.ptr[i - 2]))
				best = MIN(best, swap[j - 2] + 1);
			row[j] = best;
		}
	}
	return rows[a.len % 3][b.len];
}

struct suggest suggest_start(struct str typed)
{
	/* A third of the letters may be wrong; one always. */
	unsigned tolerated = (unsigned)MIN(MAX(typed.len / 3, 1), 4);

	return (struct suggest){ .typed = typed, .best_distance = tolerated + 1 };
}

void suggest_offer(struct suggest *s, struct str name)
{
	size_t difference = MAX(s->typed.len, name.len) - MIN(s->typed.len, name.len);

	budget_spend(1);
	if (difference >= s->best_distance)
		return; /* so many letters are missing at least */
	budget_spend(name.len);
	unsigned distance = suggest_distance(s->typed, name);
	if (distance >= s->best_distance || distance >= name.len)
		return;
	s->best = name;
	s->best_distance = distance;
}
