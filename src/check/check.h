/*
 * check - every mistake of a composition before it ships
 *
 * Layer: check. Objects are what would be applied, defaulted as the API server does; findings point
 * at the line that a person must edit. A reference to something that is not there is an error where
 * the composition holds the whole namespace, a warning where it may come from elsewhere.
 *
 *	struct findings findings;
 *	findings_init(&findings, arena);
 *	check_composition(&composition, &findings);
 *	check_sort(set, &findings);
 */
#ifndef FORGE_CHECK_CHECK_H
#define FORGE_CHECK_CHECK_H

#include "build/compose.h"
#include "check/rules.h"

/* Appends what is wrong. Nodes and texts live in the arenas of the render and the findings. Linear
 * in the number of objects. */
void check_composition(const struct composition *composition, struct findings *findings);

/* By file, line, column, rule; a finding that several overlays share is kept once. */
void check_sort(struct docset *set, struct findings *findings);

/* How many are at least that severe. */
uint32_t check_count(const struct findings *findings, enum severity severity);

#endif
