/*
 * revisions - what a rehearsal ships: commits, and the working tree when it differs
 *
 * Layer: rehearse.
 */
#ifndef FORGE_REHEARSE_REVISIONS_H
#define FORGE_REHEARSE_REVISIONS_H

#include "base/error.h"

struct git;
struct rehearsal;

/* from, then…, to as the options say; nothing after `from` when nothing differs. */
MUST_USE int revisions_read(struct rehearsal *r, const struct git *git, struct error *err);

#endif
