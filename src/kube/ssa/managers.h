/*
 * managers - the entries of metadata.managedFields, and who conflicts with whom
 *
 * Layer: kube/ssa. Private: managers.c, ssa.c. Source: apimachinery
 * pkg/util/managedfields/internal.
 */
#ifndef FORGE_KUBE_SSA_MANAGERS_H
#define FORGE_KUBE_SSA_MANAGERS_H

#include "base/vec.h"
#include "kube/ssa/ssa.h"

struct manager {
	struct str name;
	struct str api_version;
	struct str time; /* absent: none */
	struct str subresource;
	bool is_apply;
	const struct node *set;	  /* NULL: to be dropped */
	const struct node *entry; /* as it was read; NULL when it is new or has changed */
};

struct managers {
	VEC(struct manager) list;
};

void managers_read(struct managers *m, struct arena *arena, const struct node *managed);

/* The entry of an identity (an Apply one whatever its version), or NULL. */
struct manager *managers_find(struct managers *m, const struct manager *identity);

/* The same, added with an empty set when there is none. */
struct manager *managers_have(struct managers *m, struct arena *arena,
			      const struct manager *identity);

void manager_set(struct manager *manager, const struct node *set);

/* Without the empty ones, in the order the API server keeps. NULL when none is left. before is
 * returned when nothing changed. */
const struct node *managers_write(struct managers *m, struct arena *arena,
				  const struct node *before);

/* Merges the oldest Update entries beyond ten into "ancient-changes". */
void managers_cap(struct managers *m, struct arena *arena);

/* "m" with subresource "status" using apps/v1 */
struct str manager_print(struct arena *arena, const struct manager *manager);

#endif
