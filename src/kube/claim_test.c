/* claim_test - which volume fits a claim, and who uses it */
#include "kube/claim.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/make.h"
#include "kube/object.h"

#define CLAIM                                                                                      \
	"{metadata: {name: c, namespace: n, uid: u, resourceVersion: \"7\"}, spec: "               \
	"{storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: "  \
	"5Gi}}}}"
#define VOLUME(name, metadata, spec)                                                               \
	"{metadata: {name: " name metadata "}, spec: {" spec "}, status: {phase: Available}}"
#define FAST(size, modes)                                                                          \
	"storageClassName: fast, accessModes: [" modes "], capacity: {storage: " size "}"

/* Why the volume does not do when the claim names it, and whether it is found when it does not. */
static void volumes_fit_or_not(void)
{
	static const struct {
		const char *volume, *misfit;
		bool found;
	} rows[] = {
		{ VOLUME("a", "", FAST("5Gi", "ReadWriteOnce")), "", true },
		{ VOLUME("a", "", FAST("6Gi", "ReadWriteMany, ReadWriteOnce")), "", true },
		{ VOLUME("a", "", FAST("4Gi", "ReadWriteOnce")), "requested PV is too small",
		  false },
		{ VOLUME("a", "", FAST("5Gi", "ReadWriteMany")), "incompatible accessMode", false },
		{ VOLUME("a", "", FAST("5Gi", "ReadWriteOnce") ", volumeMode: Block"),
		  "incompatible volumeMode", false },
		{ VOLUME("a", "", FAST("5Gi", "ReadWriteOnce") ", volumeMode: Filesystem"), "",
		  true },
		{ VOLUME("a", "",
			 "storageClassName: slow, accessModes: [ReadWriteOnce], capacity: "
			 "{storage: 5Gi}"),
		  "storageClassName does not match", false },
		{ VOLUME("a", ", annotations: {volume.beta.kubernetes.io/storage-class: slow}",
			 FAST("5Gi", "ReadWriteOnce")),
		  "storageClassName does not match", false },
		{ VOLUME("a", ", deletionTimestamp: x", FAST("5Gi", "ReadWriteOnce")),
		  "the volume is marked for deletion", false },
		{ VOLUME("a", "",
			 FAST("5Gi",
			      "ReadWriteOnce") ", claimRef: {name: c, namespace: n, uid: u}"),
		  "", true },
		{ VOLUME("a", "",
			 FAST("5Gi", "ReadWriteOnce") ", claimRef: {name: c, namespace: n}"),
		  "", true },
		{ VOLUME("a", "",
			 FAST("5Gi",
			      "ReadWriteOnce") ", claimRef: {name: c, namespace: n, uid: v}"),
		  "", false },
		{ VOLUME("a", "",
			 FAST("5Gi", "ReadWriteOnce") ", claimRef: {name: d, namespace: n}"),
		  "", false },
		{ VOLUME("a", "",
			 FAST("5Gi", "ReadWriteOnce") ", claimRef: {name: c, namespace: m}"),
		  "", false },
		{ "{metadata: {name: a}, spec: {" FAST(
			  "5Gi", "ReadWriteOnce") "}, status: {phase: Released}}",
		  "", false },
	};
	SCRATCH(arena);
	const struct node *claim = node_make(arena, CLAIM);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].volume); i++) {
		struct volume_search search = { .claim = claim };
		struct nodes volumes = {};
		const struct node *volume = node_make(arena, rows[i].volume);
		const char *misfit = volume_misfit(volume, claim);
		nodes_add(arena, &volumes, volume);
		CHECK_STR(str_from_cstr(misfit ? misfit : ""), str_from_cstr(rows[i].misfit));
		CHECK_INT(volume_match(&volumes, &search) == volume, rows[i].found);
	}
}

static struct str match(struct arena *arena, const struct volume_search *search, const char *list)
{
	struct nodes volumes = {};

	nodes_add_all(arena, &volumes, node_make(arena, list));
	return object_name(volume_match(&volumes, search));
}

#define HERE                                                                                       \
	", nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: zone, "         \
	"operator: "                                                                               \
	"In, values: [a]}]}]}}"
#define THERE                                                                                      \
	", nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: zone, "         \
	"operator: "                                                                               \
	"In, values: [b]}]}]}}"

static void the_best_volume_is_taken(void)
{
	static const char by_size[] = "[" VOLUME("a", "", FAST("7Gi", "ReadWriteOnce")) ", " VOLUME(
		"b", "",
		FAST("6Gi", "ReadWriteOnce")) ", " VOLUME("c", "",
							  FAST("6Gi", "ReadWriteOnce")) "]";
	static const char by_modes[] =
		"[" VOLUME("a", "", FAST("5Gi", "ReadWriteOnce, ReadWriteMany")) ", " VOLUME(
			"b", "", FAST("6Gi", "ReadWriteOnce")) "]";
	static const char named[] = "[" VOLUME("a", "", FAST("5Gi", "ReadWriteOnce")) ", " VOLUME(
		"b", "", FAST("9Gi", "ReadWriteOnce") ", claimRef: {name: c, namespace: n}") "]";
	static const char by_place[] =
		"[" VOLUME("a", "", FAST("5Gi", "ReadWriteOnce") THERE) ", " VOLUME(
			"b", "", FAST("6Gi", "ReadWriteOnce") HERE) "]";
	SCRATCH(arena);
	struct volume_search search = { .claim = node_make(arena, CLAIM) };

	CHECK_TEXT(match(arena, &search, by_size), "b");
	CHECK_TEXT(match(arena, &search, by_modes), "b");
	CHECK_TEXT(match(arena, &search, named), "b");
	CHECK_TEXT(match(arena, &search, by_place), "a");
	search.waits = true;
	CHECK_TEXT(match(arena, &search, by_size), "");
	CHECK_TEXT(match(arena, &search, named), "b");
	search.node = node_make(arena, "{metadata: {labels: {zone: a}}}");
	CHECK_TEXT(match(arena, &search, by_modes), "a");
	CHECK_TEXT(match(arena, &search, by_place), "b");
}

static void the_newest_default_class_is_the_default(void)
{
	static const char classes[] =
		"[{metadata: {name: none, creationTimestamp: \"2024-01-09T00:00:00Z\"}}, "
		"{metadata: {name: "
		"off, creationTimestamp: \"2024-01-09T00:00:00Z\", annotations: "
		"{storageclass.kubernetes.io/is-default-class: \"false\"}}}, {metadata: {name: "
		"old, "
		"creationTimestamp: \"2024-01-01T00:00:00Z\", annotations: "
		"{storageclass.kubernetes.io/is-default-class: \"true\"}}}, {metadata: {name: new, "
		"creationTimestamp: \"2024-01-02T00:00:00Z\", annotations: "
		"{storageclass.beta.kubernetes.io/is-default-class: \"true\"}}}, {metadata: {name: "
		"same, "
		"creationTimestamp: \"2024-01-02T00:00:00Z\", annotations: "
		"{storageclass.kubernetes.io/is-default-class: \"true\"}}}]";
	SCRATCH(arena);
	struct nodes all = {}, none = {};

	nodes_add_all(arena, &all, node_make(arena, classes));
	CHECK_TEXT(object_name(claim_default_class(&all)), "new");
	CHECK(!claim_default_class(&none));
	CHECK(claim_class_waits(node_make(arena, "{volumeBindingMode: WaitForFirstConsumer}")));
	CHECK(!claim_class_waits(node_make(arena, "{volumeBindingMode: Immediate}")));
	CHECK(!claim_class_waits(NULL));
}

static void pods_use_claims_of_their_namespace(void)
{
	SCRATCH(arena);
	const struct node *claim = node_make(arena, CLAIM);
	const struct node *made = node_make(arena, "{metadata: {name: p-v, namespace: n}}");
	const struct node *pod = node_make(
		arena,
		"{metadata: {name: p, namespace: n}, spec: {volumes: [{name: e, emptyDir: {}}, "
		"{name: v, ephemeral: {}}, {name: w, persistentVolumeClaim: {claimName: c}}]}}");
	const struct node *elsewhere =
		node_make(arena, "{metadata: {name: p, namespace: m}, spec: {volumes: [{name: w, "
				 "persistentVolumeClaim: {claimName: c}}]}}");

	CHECK(claim_is_used_by(arena, claim, pod));
	CHECK(claim_is_used_by(arena, made, pod));
	CHECK(!claim_is_used_by(arena, claim, elsewhere));
	CHECK(!claim_is_used_by(arena, made, elsewhere));
}

static void a_claim_is_bound_when_both_sides_say_so(void)
{
	SCRATCH(arena);

	CHECK(claim_is_bound(node_make(arena,
				       "{metadata: {annotations: {pv.kubernetes.io/"
				       "bind-completed: \"yes\"}}, spec: {volumeName: v}}")));
	CHECK(!claim_is_bound(node_make(arena, "{spec: {volumeName: v}}")));
	CHECK(!claim_is_bound(node_make(
		arena, "{metadata: {annotations: {pv.kubernetes.io/bind-completed: \"yes\"}}}")));
}

static void a_claimed_volume_refers_to_its_claim(void)
{
	SCRATCH(arena);
	struct str annotation = STR(VOLUME_BOUND_BY_CONTROLLER);
	const struct node *claim = node_make(arena, CLAIM);
	const struct node *free_one = volume_claimed(arena, node_make(arena, "{spec: {}}"), claim);
	const struct node *named = volume_claimed(
		arena, node_make(arena, "{spec: {claimRef: {name: c, namespace: n}}}"), claim);
	const struct node *bound =
		node_make(arena, "{spec: {claimRef: {name: c, namespace: n, uid: u}}}");

	CHECK(volume_is_bound_to(free_one, claim));
	CHECK_TEXT(node_str_at(free_one, "spec.claimRef.uid"), "u");
	CHECK_TEXT(object_annotation(free_one, annotation), "yes");
	/* Who named the claim himself keeps the volume's binding. */
	CHECK_TEXT(node_str_at(named, "spec.claimRef.uid"), "u");
	CHECK_TEXT(object_annotation(named, annotation), "");
	CHECK(volume_claimed(arena, bound, claim) == bound);
}

TESTS({ "volumes fit or not", volumes_fit_or_not },
      { "the best volume is taken", the_best_volume_is_taken },
      { "the newest default class is the default", the_newest_default_class_is_the_default },
      { "pods use claims of their namespace", pods_use_claims_of_their_namespace },
      { "a claim is bound when both sides say so", a_claim_is_bound_when_both_sides_say_so },
      { "a claimed volume refers to its claim", a_claimed_volume_refers_to_its_claim })
