/*
 * assumed_config - ConfigMaps and Secrets that pods name and others make
 *
 * Layer: rehearse. The first revision is what runs: what its pods name and the repository does not
 * make, others have made (by hand, by an operator, by a chart). So it is made here, with the keys
 * that pods name, and listed. In a namespace that the repository does not make, that holds for
 * later revisions, too.
 */
#ifndef FORGE_REHEARSE_ASSUMED_CONFIG_H
#define FORGE_REHEARSE_ASSUMED_CONFIG_H

#include <stdbool.h>

struct rehearsal;

/* Makes what pods wait for; true when there was something. O(pods × references). */
bool assumed_config_make(struct rehearsal *r, bool is_first_revision);

#endif
