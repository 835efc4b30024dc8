/*
 * object - one version of an object in a cluster: immutable, reference-counted, its facts decoded
 *
 * Layer: api. The store, the views and everything that waits for an answer share these blocks. The
 * tree has no positions; it holds what the API server keeps (uid, resourceVersion, generation …)
 * but for managedFields, which stand beside it and are shown by object_shown().
 *
 * A version shares with the one before it what a write left as it was: the members of the root
 * (spec, status …) and of metadata whose nodes are the very same. So a new status of a pod costs
 * its status and its resourceVersion.
 *
 * What controllers read at every turn is decoded once per version into struct facts, by tables of
 * (path, offset) in facts.c; nothing walks the tree for it again. Facts of a shared part are not
 * even decoded.
 *
 * Ownership: object_ref/object_unref; texts and nodes live as long as the object.
 */
#ifndef FORGE_API_OBJECT_H
#define FORGE_API_OBJECT_H

#include "doc/nodes.h"
#include "kube/kind.h"
#include "kube/object.h"

enum pod_phase {
	PHASE_NONE,
	PHASE_PENDING,
	PHASE_RUNNING,
	PHASE_SUCCEEDED,
	PHASE_FAILED,
	PHASE_UNKNOWN,
};

struct facts {
	const struct node *owners; /* metadata.ownerReferences, or NULL */
	struct str owner_uid;	   /* of the controller; absent when there is none */
	struct str owner_kind;
	struct str owner_name;
	const struct node *labels; /* NULL when there are none */
	uint64_t labels_hash;	   /* equal labels have equal ones */
	int64_t created_s;	   /* seconds since the epoch */
	int64_t deletion_s;	   /* deletionTimestamp; 0: not deleting */
	int64_t generation;
	int64_t observed_generation;
	/* pods */
	struct str node_name;
	struct str ip;
	enum pod_phase phase;
	bool ready;	 /* condition Ready is True */
	int64_t ready_s; /* since when */
	bool has_finalizer;
	int64_t cpu_milli;    /* requested, by kube/pod_resources.h; of a node: allocatable */
	int64_t memory_bytes; /* likewise */
	int64_t restarts;     /* of the container that restarted most */
	int64_t priority;
	/* workloads: -1 when absent */
	int64_t replicas_wanted;
	int64_t replicas;
	int64_t replicas_ready;
	int64_t replicas_available;
	int64_t replicas_updated;
};

struct part;

struct object {
	const struct kind *kind;
	struct key key;
	struct str uid;
	uint64_t version; /* resourceVersion */
	const struct node *root;
	const struct node *managed; /* list of managedFields entries, or NULL */
	struct facts facts;
	uint64_t hash; /* of root and managed */
	/* private */
	uint32_t references;
	uint32_t block_references; /* the object itself, and later ones for each part they share */
	uint32_t part_count;
	struct part *parts;	     /* the members of root, those of metadata, and managed */
	const struct node *metadata; /* of root */
};

/* Copies the tree (bare), but for what it shares with `before` (NULL: nothing); the caller gets the
 * only reference. root is a map; version becomes its metadata.resourceVersion (0: it stays as it
 * is). */
struct object *object_new(const struct kind *kind, const struct node *root,
			  const struct node *managed, const struct object *before,
			  uint64_t version);
const struct object *object_ref(const struct object *object);
void object_unref(const struct object *object); /* NULL is fine */

/* The tree as a client sees it: with metadata.managedFields. */
const struct node *object_shown(struct arena *arena, const struct object *object);

struct objects {
	const struct object **items;
	uint32_t count;
};

/* Their trees, in the same order. */
struct nodes objects_roots(struct arena *arena, const struct objects *objects);

#endif
