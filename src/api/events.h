/*
 * events - Kubernetes Events about objects, counted instead of repeated
 *
 * Layer: api. An event equal to an earlier one (source, object, type, reason, message) raises its
 * count and lastTimestamp; another one makes a new object `<name>.<hex of the time>` in the
 * object's namespace (`default` for cluster-scoped ones). From the tenth on within ten minutes,
 * events that differ in their message only are one, "(combined from similar events): …". A source
 * may emit 25 events about one object, and one more every five minutes; further ones are dropped.
 * Source: client-go tools/record/events_cache.go.
 */
#ifndef FORGE_API_EVENTS_H
#define FORGE_API_EVENTS_H

#include "api/plan.h"

struct events;
struct world;

struct events *events_new(struct world *world, struct api *api, struct arena *arena);

/* Writes or counts the event; the answer is not waited for. */
void events_emit(struct events *events, struct str source, const struct plan_event *event);

/* {apiVersion, kind, name, namespace, uid, resourceVersion} of an object. */
const struct node *events_reference(struct arena *arena, const struct object *object);

#endif
