/*
 * report - what a rehearsal says, to people and to machines
 *
 * Layer: rehearse. JSON fields are those that docs/rehearse.md lists; they are never renamed.
 */
#ifndef FORGE_REHEARSE_REPORT_H
#define FORGE_REHEARSE_REPORT_H

#include "base/buf.h"

struct arena;
struct ink;
struct measures;
struct node;
struct recorded_canary;
struct rehearsal_results;

/* {apiVersion: forge.dev/v1, kind: RehearsalReport, …}; borrows texts of the results. */
const struct node *report_document(const struct rehearsal_results *r, struct arena *arena);

void report_text(const struct rehearsal_results *r, struct ink *out);

/* Of one that runs: virtual time, what is shipped, what it waits for. Without a line feed. */
void report_progress(const struct rehearsal_results *r, struct buf *out);

/* For report_text: lines of plots, by time from the shipping of the last revision to its rest. */
void plot_weights(struct ink *out, const struct recorded_canary *c);
void plot_hosts(struct ink *out, const struct measures *m);
void plot_workloads(struct ink *out, const struct measures *m);

#endif
