/*
 * ssa - server-side apply: which manager owns which field, and what an apply changes
 *
 * Layer: kube/ssa. managedFields is kept beside an object's tree, as the list of entries that
 * metadata.managedFields shows ({manager, operation, apiVersion, time, fieldsType, fieldsV1,
 * subresource}). Source: sigs.k8s.io/structured-merge-diff v6 (merge, typed, fieldpath) and
 * apimachinery pkg/util/managedfields.
 */
#ifndef FORGE_KUBE_SSA_SSA_H
#define FORGE_KUBE_SSA_SSA_H

#include "kube/field_error.h"
#include "kube/schema/schemas.h"

struct ssa_conflict {
	struct str manager; /* as printed: "m" or "m" using apps/v1 at TIME */
	struct str path;    /* .spec.replicas */
};

struct ssa_conflicts {
	struct ssa_conflict *items; /* grouped by sorted manager */
	uint32_t count;
};

struct ssa_writer {
	struct str manager;
	struct str subresource; /* absent for the main resource */
	struct str time;	/* RFC 3339 of now */
	bool force;
	bool tracks_new; /* for an update */
};

struct ssa_result {
	const struct node *object;	/* the merged tree, without managedFields */
	const struct node *managed;	/* list of entries, or NULL */
	struct ssa_conflicts conflicts; /* count > 0: refused, object and managed are NULL */
	bool changed; /* false: nothing but times would differ; object and managed are the old ones
		       */
};

/* What is stored, and by whom it was written. */
struct ssa_stored {
	struct schema schema;
	const struct node *object;  /* without managedFields; NULL: nothing is stored yet */
	const struct node *managed; /* list of entries, or NULL */
};

/*
 * Applies `applied` (metadata.managedFields already refused) over what is stored. Errors: duplicate
 * list keys or set items in the applied object, wrong types.
 */
MUST_USE int ssa_apply(struct arena *arena, const struct ssa_stored *stored,
		       const struct node *applied, const struct ssa_writer *writer,
		       struct ssa_result *ret, struct error *err);

/* What an apply of the object is refused for, as the API server's typed conversion words it:
 * ".spec.replica: field not declared in schema"; absent: nothing. */
struct str ssa_faults(struct arena *arena, struct schema schema, const struct node *object);

/* Whether the object is one of its type: what ssa_apply would say nothing against. */
bool ssa_fits(struct arena *arena, struct schema schema, const struct node *object);

/* The entries after a write that is no apply: what changed from the stored object to `after` is the
 * writer's (operation Update), taken from the others. An object that nobody applied keeps none
 * unless the writer tracks new ones. */
const struct node *ssa_update(struct arena *arena, const struct ssa_stored *stored,
			      const struct node *after, const struct ssa_writer *writer);

/* Whether both lists of entries say the same but for when. */
bool ssa_same_but_times(const struct node *a, const struct node *b);

/* The set of a document's fields in FieldsV1 form: {f:spec: {f:replicas: {}}}. */
const struct node *ssa_fields_of(struct arena *arena, struct schema schema,
				 const struct node *object);

/* Whether `manager` (any operation) owns the field at a path like .spec.replicas. */
bool ssa_owns(const struct node *managed, struct str manager, struct str path);

/* "Apply failed with 1 conflict: conflict with \"x\": .spec.replicas" */
struct str ssa_conflicts_text(struct arena *arena, const struct ssa_conflicts *conflicts);

#endif
