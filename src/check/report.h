/*
 * report - the findings of a check for people and for machines
 *
 * Layer: check. Findings are sorted (check_sort). Paths below the base folder are shown relative to
 * it.
 */
#ifndef FORGE_CHECK_REPORT_H
#define FORGE_CHECK_REPORT_H

#include "check/check.h"

struct ink;

struct check_report {
	struct docset *set;
	struct arena *arena;
	const struct findings *findings;
	struct str base;	 /* the folder that paths are relative to */
	const struct str *paths; /* what was checked, as it was called */
	uint32_t path_count;
	uint32_t object_count;
};

/* By file, with the line, the way that brought the value, and what to do; a count and the next step
 * at the end. */
void check_report_text(const struct check_report *report, struct ink *out);

/* {apiVersion: forge.dev/v1, kind: CheckReport, findings, summary}, in the report's arena. */
const struct node *check_report_document(const struct check_report *report);

/* --- private: for the formats ---------------------------------------------------------------- */

enum { CHECK_CHAIN_MAX = 16 /* steps of a chain that are shown */ };

struct str check_report_path(const struct check_report *report, struct str path);

#endif
