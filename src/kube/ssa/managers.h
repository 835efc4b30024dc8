/*
 * managers - the entries of metadata.managedFields, and the conflicts between managers
 *
 * Layer: kube/ssa. Private: managers.c, ssa.c. Source: apimachinery
 * pkg/util/managedfields/internal.
 */
#ifndef FORGE_KUBE_SSA_MANAGERS_H
#define FORGE_KUBE_SSA_MANAGERS_H

#include "base/vec.h"
#include "kube/ssa/ssa.h"

struct ssa_manager {
	struct str name;
	struct str api_version;
	struct str time; /* absent: none */
	struct str subresource;
	bool is_apply;
	const struct node *set;	  /* NULL: to be dropped */
	const struct node *entry; /* as it was read; NULL when it is new or has changed */
};

struct ssa_managers {
	VEC(struct ssa_manager) list;
};

void ssa_managers_read(struct ssa_managers *m, struct arena *arena, const struct node *managed);

/* The entry of an identity (an Apply one whatever its version), or NULL. */
struct ssa_manager *ssa_managers_find(struct ssa_managers *m, const struct ssa_manager *identity);

/* The same, added with an empty set when there is none. */
struct ssa_manager *ssa_managers_have(struct ssa_managers *m, struct arena *arena,
				      const struct ssa_manager *identity);

void ssa_manager_set(struct ssa_manager *manager, const struct node *set);

/* Without the empty ones, in the order the API server keeps. NULL when none is left. before is
 * returned when nothing changed. */
const struct node *ssa_managers_write(struct ssa_managers *m, struct arena *arena,
				      const struct node *before);

/* Merges the oldest Update entries beyond ten into "ancient-changes". */
void ssa_managers_cap(struct ssa_managers *m, struct arena *arena);

/* "m" with subresource "status" using apps/v1 */
struct str ssa_manager_print(struct arena *arena, const struct ssa_manager *manager);

#endif
