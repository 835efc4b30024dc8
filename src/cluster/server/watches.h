/*
 * watches - delivers changes of the store to the watches that select them
 *
 * Layer: cluster/server. Private: its folder, cluster/. Each watch gets the changes that its kind,
 * namespace and selectors select, in order, none twice. Events take 5 to 50 ms, drawn from the
 * seed; one delivery brings all changes up to its time.
 *
 * Ownership: a watch lives until watches_end() or until it gets API_ENDED.
 */
#ifndef FORGE_CLUSTER_SERVER_WATCHES_H
#define FORGE_CLUSTER_SERVER_WATCHES_H

#include "api/cache.h"

struct change;
struct change_log;
struct watches;
struct world;

struct watches *watches_new(struct world *world, struct arena *arena);

/*
 * Begins with the stored objects, or after a version; when the change log no longer reaches back to
 * that version, the watch ends at once with 410. NULL: it has ended.
 */
struct api_watch *watches_begin(struct watches *watches, const struct cache *cache,
				struct schemas *schemas, const struct api_watch_request *request,
				api_watch_fn on_event, void *context);
void watches_end(struct watches *watches, struct api_watch *watch);

/* The last changes. */
const struct change_log *watches_log(const struct watches *watches);

/* Takes over the references of the change. */
void watches_announce(struct watches *watches, struct change change);

#endif
