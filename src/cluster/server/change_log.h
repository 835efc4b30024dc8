/*
 * change_log - the last writes, in order, for watches and lists of earlier versions
 *
 * Layer: cluster/server. Private: change_log.c, list.c, store.c, watches.c. A ring of the last
 * CHANGES_KEPT_MAX changes; what a reader has not seen yet is kept beyond that. Each change holds
 * a reference to the versions before and after.
 *
 * Costs: appending O(1), finding the first one after a version O(log kept).
 */
#ifndef FORGE_CLUSTER_SERVER_CHANGE_LOG_H
#define FORGE_CLUSTER_SERVER_CHANGE_LOG_H

#include "api/object.h"

enum { CHANGES_KEPT_MAX = 1024 };

struct change {
	const struct object *before; /* NULL: created */
	const struct object *after;  /* NULL: removed */
	uint64_t version;
};

struct change_log {
	/* private: use the functions */
	struct change *ring; /* on the heap */
	uint32_t capacity;   /* a power of two */
	uint32_t first, count;
	uint64_t forgotten; /* the version of the last change that is not kept any more */
};

void change_log_init(struct change_log *log);
void change_log_release(struct change_log *log);

/* Versions must rise. unread: the number of changes at the end, this one included, that watches
 * have not read and the log must keep. */
void change_log_append(struct change_log *log, struct change change, uint32_t unread);

static inline uint32_t change_log_count(const struct change_log *log)
{
	return log->count;
}

/* index from 0, the oldest; borrowed until the next append. */
const struct change *change_log_at(const struct change_log *log, uint32_t index);

/* The index of the first change after the version; change_log_count() when there is none. */
uint32_t change_log_after(const struct change_log *log, uint64_t version);

/* Whether all changes after the version are kept. */
bool change_log_reaches(const struct change_log *log, uint64_t version);

#endif
