/*
 * revision_state - how a cluster stands when a revision has settled
 *
 * Layer: rehearse. Kustomizations as Flux sees them, pods that no node takes, Deployments that are
 * not what they should be.
 */
#ifndef FORGE_REHEARSE_REVISION_STATE_H
#define FORGE_REHEARSE_REVISION_STATE_H

struct rehearsal;
struct revision_state;

void revision_state_take(struct rehearsal *r, struct revision_state *state);

#endif
