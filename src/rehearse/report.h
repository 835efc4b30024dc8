/*
 * report - what a rehearsal says, to people and to machines
 *
 * Layer: rehearse. JSON fields are those that docs/rehearse.md lists; they are never renamed.
 */
#ifndef FORGE_REHEARSE_REPORT_H
#define FORGE_REHEARSE_REPORT_H

#include "base/buf.h"

struct rehearsal;

void report_json(const struct rehearsal *r, struct buf *out);

/* color: with ANSI sequences. */
void report_text(const struct rehearsal *r, struct buf *out, bool color);

#endif
