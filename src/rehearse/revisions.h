/*
 * revisions - what a rehearsal ships: commits, and the working tree when it differs
 *
 * Layer: rehearse.
 */
#ifndef FORGE_REHEARSE_REVISIONS_H
#define FORGE_REHEARSE_REVISIONS_H

#include "base/error.h"

struct rehearsal;

/* Of r->git: from, then…, to as the options say; nothing after `from` when nothing differs. */
MUST_USE int revisions_read(struct rehearsal *r, struct error *err);

/* Ends what reads their remote bases. */
void revisions_close(struct rehearsal *r);

#endif
