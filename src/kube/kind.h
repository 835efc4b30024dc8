/*
 * kind - the kinds of the Kubernetes API and how their objects are addressed
 *
 * Layer: kube. Kinds of the frozen tables are enumerators (KIND_POD, KIND_VIRTUALSERVICE); kinds of
 * CRDs found in a render or cluster get numbers from KIND_TABLE_COUNT on, from the overlay of a
 * struct schemas (kube/schemas.h). A kind is (group, kind); its versions share one identity.
 *
 * The enumerators and their table are generated: tools/schemas writes src/kube/kinds.inc,
 * one line each: X(POD, "", "Pod", "pods", "pod", KIND_FLAG_NAMESPACED | …).
 */
#ifndef FORGE_KUBE_KIND_H
#define FORGE_KUBE_KIND_H

#include "base/str.h"

enum kind_flags {
	KIND_FLAG_NAMESPACED = 1 << 0,
	KIND_FLAG_STATUS =
		1 << 1, /* has /status: main writes never change status, and the reverse */
	KIND_FLAG_SCALE = 1 << 2,      /* has /scale */
	KIND_FLAG_GENERATION = 1 << 3, /* metadata.generation is kept */
	KIND_FLAG_CUSTOM = 1 << 4,     /* comes from a CRD: pruning, no strategic merge */
	KIND_FLAG_ASSUMED = 1 << 5,    /* in the tables, without a CRD in the cluster */
	KIND_FLAG_VIRTUAL = 1 << 6,    /* not stored: reviews, Scale, Binding */
};

typedef uint16_t kind_id;

enum {
	KIND_NONE,
#define X(name, group, kind, plural, singular, flags) KIND_##name,
#include "kube/kinds.inc"
#undef X
	KIND_TABLE_COUNT
};

struct kind_version {
	struct str name; /* v1beta1 */
	uint32_t schema; /* root index in the schemas; 0 unknown */
	bool served;
};

struct kind {
	kind_id id;
	uint16_t version_count;
	uint32_t flags; /* enum kind_flags */
	struct str group;
	struct str name;		     /* Deployment */
	struct str plural;		     /* deployments */
	struct str singular;		     /* deployment */
	const struct kind_version *versions; /* the preferred one first */
};

/* "apps/v1" of the preferred version, in the arena or static. */
struct str kind_api_version(struct arena *arena, const struct kind *kind);

/* "deployments.apps", "pods": how Status messages name it. */
struct str kind_resource(struct arena *arena, const struct kind *kind);

#endif
