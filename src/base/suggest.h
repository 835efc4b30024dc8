/*
 * suggest - "did you mean": the known name that is closest to a mistyped one
 *
 * Layer: base. The distance counts inserted, removed and changed letters and swapped neighbours.
 * Case does not count.
 *
 *	struct suggest s = suggest_start(STR("chekc"));
 *	for (…) suggest_offer(&s, name);
 *	if (s.best.ptr) error_hint(err, "did you mean '%.*s'?", STR_FMT(s.best));
 */
#ifndef FORGE_BASE_SUGGEST_H
#define FORGE_BASE_SUGGEST_H

#include "base/str.h"

enum { SUGGEST_NAME_BYTES_MAX = 64 }; /* longer names are never suggested */

struct suggest {
	struct str typed;
	struct str best; /* absent until one is close enough; of equals the first offered */
	unsigned best_distance;
};

struct suggest suggest_start(struct str typed);
void suggest_offer(struct suggest *s, struct str name);

/*
 * Edits between two names; SUGGEST_NAME_BYTES_MAX when one of them is longer than that. O(a.len *
 * b.len).
 */
unsigned suggest_distance(struct str a, struct str b);

#endif
