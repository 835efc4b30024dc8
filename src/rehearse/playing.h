/*
 * playing - plays a scenario: behaviour of pods, traffic, answers of webhooks and metrics
 *
 * Layer: rehearse. Gives new pods the behaviour that the scenario has for their revision, sends
 * the scenario's traffic through the mesh (or, without any, 20 requests a second to the apex of
 * each Canary), and answers the requests of Canaries: webhooks as the scenario says, queries from
 * the telemetry of the mesh.
 */
#ifndef FORGE_REHEARSE_PLAYING_H
#define FORGE_REHEARSE_PLAYING_H

#include "api/runner.h"
#include "mesh/mesh.h"

struct faults;
struct platform;
struct playing;
struct record;
struct scenario;

struct playing *playing_new(struct arena *arena, const struct scenario *scenario,
			    struct record *record);

/* What it does in the platform, with itself as context; see platform_parts. */
struct mesh_behaviour playing_behave(void *context, const struct object *pod);
void playing_webhook(void *context, struct str reconciler, struct key key,
		     const struct plan_request *request, struct request_ticket *ticket);
void playing_query(void *context, struct str reconciler, struct key key,
		   const struct plan_request *request, struct request_ticket *ticket);
/* Only for a scenario that tells usage. */
void playing_pod_metrics(void *context, struct str reconciler, struct key key,
			 const struct plan_request *request, struct request_ticket *ticket);

/* Call this once the platform and its mesh exist, before anything is shipped. */
void playing_begin(struct playing *playing, struct platform *platform);

/* A revision (from 0) is shipped now. */
void playing_shipping(struct playing *playing, uint32_t revision, bool is_last);

struct faults *playing_faults(struct playing *playing);

/* Whether the scenario has a condition for shipping a revision (counted from 0), and whether it is
 * met: a Canary is in the named state. */
bool playing_ships_early(const struct playing *playing, uint32_t revision);
bool playing_moment_is_here(const struct playing *playing, uint32_t revision);

#endif
