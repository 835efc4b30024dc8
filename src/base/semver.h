/*
 * semver - semantic versions and ranges of them, as Masterminds/semver (Helm, Flux) reads them
 *
 * Layer: base. Versions are read loosely: "v1.2" is 1.2.0. A range is groups joined by "||"; in a
 * group all of "=1", "!=1.2", ">1", ">=1.2.3", "<2", "<=2", "~1.2", "~>1.2", "^1.2", "1.x", "1.2 -
 * 1.4" must hold. A version with a prerelease is in a group only when one of the group's versions
 * has a prerelease, too.
 *
 *	struct semver v;
 *	struct semver_range r;
 *	if (semver_parse(STR("1.2.3"), &v) && semver_range_parse(arena, STR("^1.2"), &r))
 *		semver_range_has(&r, &v);	// true
 */
#ifndef FORGE_BASE_SEMVER_H
#define FORGE_BASE_SEMVER_H

#include "base/str.h"

enum { SEMVER_BYTES_MAX = 256, SEMVER_TERMS_MAX = 64 };

struct semver {
	uint64_t major, minor, patch;
	struct str prerelease; /* "rc.1"; empty when there is none */
	struct str metadata;
	struct str text; /* as it was written; all borrow from it */
};

bool semver_parse(struct str s,
		  struct semver *ret); /* minor and patch may be missing, a "v" may be there */
bool semver_parse_strict(struct str s, struct semver *ret); /* exactly the grammar of semver.org */

/* By precedence; metadata does not count. */
int semver_compare(const struct semver *a, const struct semver *b);

/* "1.2.3-rc.1+meta", whatever was left out. */
struct str semver_format(struct arena *arena, const struct semver *v);

struct semver_range {
	/* private */
	struct semver_term *terms;
	uint32_t count;
};

/* False when it is no range. Copies nothing: borrows from s. */
bool semver_range_parse(struct arena *arena, struct str s, struct semver_range *ret);
bool semver_range_has(const struct semver_range *range, const struct semver *v);

#endif
