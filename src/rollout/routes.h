/*
 * routes - the http routes of a VirtualService, made from a Canary
 *
 * Layer: rollout. Private: routes.c, routes_make.c.
 */
#ifndef FORGE_ROLLOUT_ROUTES_H
#define FORGE_ROLLOUT_ROUTES_H

#include "rollout/tick.h"

bool routes_are_tcp(const struct tick *t);

/* {destination: {host, port?}, weight} */
const struct node *routes_destination(struct tick *t, struct str host, int64_t weight);
/* The destinations of primary and canary, the primary first. */
const struct node *routes_destinations(struct tick *t, int64_t primary, int64_t canary);

/* An http route with the Canary's settings; match NULL: none. */
const struct node *routes_http(struct tick *t, const struct node *match,
			       const struct node *destinations);

/* Each condition of the analysis (or of a cookie) combined with each of spec.service.match. */
const struct node *routes_merge_match(struct tick *t, const struct node *conditions);

/* The list of http routes of an A/B test. */
const struct node *routes_ab(struct tick *t, int64_t primary, int64_t canary);

/* The list of http routes with sticky sessions; changes the cookies of the status. */
const struct node *routes_sticky(struct tick *t, int64_t primary, int64_t canary);

/* What drift correction compares: without weights, mirrors and cookie routes. */
const struct node *routes_comparable(struct tick *t, const struct node *spec);

#endif
