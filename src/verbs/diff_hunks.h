/*
 * diff_hunks - what changed in a long text, line by line, with the rest folded
 *
 * Layer: verbs. Private: diff_hunks.c, diff_text.c.
 */
#ifndef FORGE_VERBS_DIFF_HUNKS_H
#define FORGE_VERBS_DIFF_HUNKS_H

#include "base/str.h"
#include "base/vec.h"

enum hunk_kind { HUNK_SAME, HUNK_ADDED, HUNK_REMOVED, HUNK_FOLDED };

struct hunk_line {
	enum hunk_kind kind;
	struct str text;       /* borrowed; of HUNK_FOLDED absent */
	uint32_t folded_count; /* of HUNK_FOLDED */
};

struct hunk_lines {
	VEC(struct hunk_line) items;
};

/* Lines within `context` of a change are shown; removed lines stand before added ones. */
void diff_hunks(struct arena *arena, struct str before, struct str after, uint32_t context,
		struct hunk_lines *ret);

#endif
