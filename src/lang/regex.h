/*
 * regex - regular expressions with RE2 syntax: linear time, whatever the pattern and the text
 *
 * Layer: lang. The syntax and its meaning are those of Go's regexp, which CEL, CRDs, Sprig and
 * PromQL mean. The engine is RE2 (regex.cc, the one C++ file); expansion and replacement are plain
 * C (regex_expand.c).
 *
 * Ownership: a compiled regex lives in the arena it was compiled in and is freed by a cleanup of
 * that arena, so it must not be compiled between arena_mark() and arena_reset(). It never
 * changes: any number of threads may match.
 * Limits: a pattern has at most REGEX_PATTERN_MAX bytes and compiles to at most REGEX_MEMORY_MAX
 * bytes.
 *
 *	const struct regex *re = regex_compile(arena, STR("(\\w+)=(\\w+)"), 0, err);
 *	struct str groups[3];
 *	if (regex_find(re, text, 0, groups, 3)) use(groups[1], groups[2]);
 */
#ifndef FORGE_LANG_REGEX_H
#define FORGE_LANG_REGEX_H

#include "base/str.h"

struct arena;
struct buf;
struct error;
struct regex;

enum {
	REGEX_PATTERN_MAX = 64 << 10, /* bytes */
	REGEX_MEMORY_MAX = 8 << 20,   /* bytes of a compiled pattern and its matching state */
	REGEX_GROUPS_MAX = 64,	      /* groups that are reported, the whole match included */
};

enum regex_flags {
	REGEX_WHOLE =
		1 << 0, /* regex_match holds only when the whole text matches, as with ^(?:…)$ */
	REGEX_DOT_NEWLINE = 1 << 1, /* '.' matches a line end too, as with (?s) */
};

/*
 * NULL when the pattern is wrong or too large; err (code ERROR_INPUT) quotes the pattern and says
 * why.
 */
const struct regex *regex_compile(struct arena *arena, struct str pattern, unsigned flags,
				  struct error *err) MUST_USE;

/*
 * Whether it matches somewhere in text, or all of it with REGEX_WHOLE. An absent text is an empty
 * one.
 */
bool regex_match(const struct regex *re, struct str text);

/*
 * The leftmost match at or behind byte from. Fills group_count entries: the whole match, then the
 * groups; those that took no part are absent. Matches borrow from text. Anchors look at the whole
 * text, not at from.
 */
bool regex_find(const struct regex *re, struct str text, size_t from, struct str *groups,
		uint32_t group_count);

/* Groups of the pattern plus one for the whole match. */
uint32_t regex_group_count(const struct regex *re);

/* The index of a named group, or -1. */
int regex_group_index(const struct regex *re, struct str name);

/*
 * The next match behind an earlier one, as Go's FindAll steps: empty matches right behind a match
 * are skipped. *at is opaque and starts at 0. False when there is none.
 *
 *	for (size_t at = 0; regex_next(re, text, &at, groups, 1);) use(groups[0]);
 */
bool regex_next(const struct regex *re, struct str text, size_t *at, struct str *groups,
		uint32_t group_count);

/*
 * Appends the template with $1, ${1}, $name, ${name} and $$ replaced, by the rules of Go's
 * Regexp.Expand.
 */
void regex_expand(const struct regex *re, struct str template_text, const struct str *groups,
		  uint32_t group_count, struct buf *out);

/* All matches replaced: by the expanded template, or by the text itself with literal. */
struct str regex_replace(struct arena *arena, const struct regex *re, struct str text,
			 struct str template_text, bool literal);

/* A pattern that matches exactly this text. */
struct str regex_quote(struct arena *arena, struct str text);

#endif
