/* verbs - the one table of what Forge can do */
#include "verbs/verbs.h"

const struct verb *const verbs[] = {
	&verb_build,	&verb_check,   &verb_diff,    &verb_localize, &verb_query,
	&verb_rehearse, &verb_sandbox, &verb_version, &verb_why,      NULL,
};

const char *const verb_groups[VERB_GROUP_COUNT] = {
	[VERB_REPOSITORY] = "A repository",
	[VERB_RELEASE] = "A release",
	[VERB_CLUSTER] = "A cluster",
	[VERB_PIPELINE] = "A pipeline",
	[VERB_AGENTS] = "Agents",
	[VERB_VIEWS] = "To look at",
	[VERB_LANGUAGES] = "Small languages",
	[VERB_FORGE] = "Forge itself",
};
