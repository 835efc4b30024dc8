/*
 * playing - pods, clients, webhooks and Prometheus play their parts of a scenario
 *
 * Layer: rehearse. Gives new pods the behaviour that the scenario has for their revision, sends
 * the scenario's traffic through the mesh (or, without any, 20 requests a second to the apex of
 * each Canary), and answers the requests of Canaries: webhooks as the scenario says, queries from
 * the telemetry of the mesh.
 */
#ifndef FORGE_REHEARSE_PLAYING_H
#define FORGE_REHEARSE_PLAYING_H

#include "api/object.h"

struct faults;
struct mesh;
struct metrics;
struct playing;
struct rehearsal;

/* Once the platform of the rehearsal stands, before anything is shipped. */
struct playing *playing_attach(struct rehearsal *r);

const struct mesh *playing_mesh(const struct playing *playing);
struct faults *playing_faults(struct playing *playing);

/* Whether the scenario says when a revision (from 0) is shipped, and whether that moment is here:
 * a Canary is in the state it names. */
bool playing_ships_early(const struct rehearsal *r, uint32_t revision);
bool playing_moment_is_here(const struct rehearsal *r, uint32_t revision);

#endif
