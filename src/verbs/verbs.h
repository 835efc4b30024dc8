/*
 * verbs - the one table of what Forge can do
 *
 * Layer: verbs. Command line, MCP tools and dashboard read it; a new verb gets a line here and one
 * in verbs.c.
 */
#ifndef FORGE_VERBS_VERBS_H
#define FORGE_VERBS_VERBS_H

#include "verbs/verb.h"

/* One line each, sorted. */
extern const struct verb verb_build;
extern const struct verb verb_check;
extern const struct verb verb_diff;
extern const struct verb verb_localize;
extern const struct verb verb_query;
extern const struct verb verb_rehearse;
extern const struct verb verb_sandbox;
extern const struct verb verb_version;
extern const struct verb verb_why;

/* All of them by name, ended by NULL. */
extern const struct verb *const verbs[];

/* The title of a group: "A repository". */
extern const char *const verb_groups[VERB_GROUP_COUNT];

#endif
