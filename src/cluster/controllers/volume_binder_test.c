/* volume_binder_test - which volume a claim gets, and what becomes of both */
#include "api/controller_test.h"
#include "cluster/controllers/controllers.h"

static void put(struct fixture *f, const char *text)
{
	fixture_put(f, node_make(f->arena, text));
}

static const char *const volume_texts[] = {
	"{apiVersion: v1, kind: PersistentVolume, metadata: {name: large}, spec: {capacity: "
	"{storage: 10Gi}, accessModes: [ReadWriteOnce], storageClassName: x}, status: {phase: "
	"Available}}",
	"{apiVersion: v1, kind: PersistentVolume, metadata: {name: mid}, spec: {capacity: "
	"{storage: 5Gi}, accessModes: [ReadWriteOnce], storageClassName: x}, status: {phase: "
	"Available}}",
	"{apiVersion: v1, kind: PersistentVolume, metadata: {name: small, labels: {tier: gold}}, "
	"spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], storageClassName: x}, "
	"status: {phase: Available}}",
	"{apiVersion: v1, kind: PersistentVolume, metadata: {name: shared}, spec: {capacity: "
	"{storage: 2Gi}, accessModes: [ReadWriteOnce, ReadWriteMany], storageClassName: x}, "
	"status: {phase: Available}}",
	"{apiVersion: v1, kind: PersistentVolume, metadata: {name: raw}, spec: {capacity: "
	"{storage: 1Gi}, accessModes: [ReadWriteOnce], volumeMode: Block, storageClassName: x}, "
	"status: {phase: Available}}",
	"{apiVersion: v1, kind: PersistentVolume, metadata: {name: mine}, spec: {capacity: "
	"{storage: 99Gi}, accessModes: [ReadWriteOnce], storageClassName: x, claimRef: "
	"{namespace: default, name: reserved}}, status: {phase: Available}}",
};

static const struct {
	const char *name, *spec;
	const char *volume; /* absent: it waits, with the event */
	const char *event;
} claims[] = {
	{ "c",
	  "{accessModes: [ReadWriteOnce], resources: {requests: {storage: 3Gi}}, storageClassName: "
	  "x}",
	  "mid", NULL },
	{ "c",
	  "{accessModes: [ReadWriteOnce], resources: {requests: {storage: 2Gi}}, storageClassName: "
	  "x}",
	  "mid", NULL }, /* shared is smaller, but has more modes */
	{ "c",
	  "{accessModes: [ReadWriteMany], resources: {requests: {storage: 1Gi}}, storageClassName: "
	  "x}",
	  "shared", NULL },
	{ "c",
	  "{accessModes: [ReadWriteOnce], volumeMode: Block, resources: {requests: {storage: "
	  "1Gi}}, storageClassName: x}",
	  "raw", NULL },
	{ "c",
	  "{accessModes: [ReadWriteOnce], selector: {matchLabels: {tier: gold}}, resources: "
	  "{requests: {storage: 1Gi}}, storageClassName: x}",
	  "small", NULL },
	{ "reserved",
	  "{accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}, storageClassName: "
	  "x}",
	  "mine", NULL },
	{ "c",
	  "{accessModes: [ReadWriteOnce], resources: {requests: {storage: 50Gi}}, "
	  "storageClassName: x}",
	  NULL, "storageclass.storage.k8s.io \"x\" not found" },
	{ "c", "{accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}", NULL,
	  "no persistent volumes available for this claim and no storage class is set" },
	{ "c",
	  "{accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}, storageClassName: "
	  "far}",
	  NULL,
	  "Waiting for a volume to be created either by the external provisioner 'example.com/d' "
	  "or manually by the system administrator. If volume creation is delayed, please verify "
	  "that the provisioner is running and correctly registered." },
	{ "c",
	  "{accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}, storageClassName: "
	  "late}",
	  NULL, "waiting for first consumer to be created before binding" },
	{ "c",
	  "{accessModes: [ReadWriteOnce], volumeName: small, resources: {requests: {storage: "
	  "2Gi}}, storageClassName: x}",
	  NULL, "Cannot bind to requested volume \"small\": requested PV is too small" },
	{ "c",
	  "{accessModes: [ReadWriteOnce], volumeName: mine, resources: {requests: {storage: "
	  "1Gi}}, storageClassName: x}",
	  NULL, "volume \"mine\" already bound to a different claim." },
};

static void put_all(struct fixture *f)
{
	for (size_t i = 0; i < ARRAY_COUNT(volume_texts); i++)
		put(f, volume_texts[i]);
	put(f, "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: far}, "
	       "provisioner: example.com/d, volumeBindingMode: Immediate}");
	put(f, "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: late}, "
	       "provisioner: example.com/d, volumeBindingMode: WaitForFirstConsumer}");
}

static void put_claim(struct fixture *f, const char *name, const char *spec)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: "
				 "%c}, spec: %n, status: {phase: Pending}}",
				 name, node_make(f->arena, spec)));
}

/* Writes are under way for a moment: the second run finds them done. */
static void run(struct fixture *f, const char *name)
{
	fixture_run(f, &volume_binder_reconciler, "default", name);
	f->now_ms += 200;
	if (!f->plan.events.count)
		fixture_run(f, &volume_binder_reconciler, "default", name);
}

static void chooses(void)
{
	for (size_t i = 0; TEST_ROW(claims, i, claims[i].name); i++) {
		struct fixture f = fixture_begin();
		put_all(&f);
		put_claim(&f, claims[i].name, claims[i].spec);
		run(&f, claims[i].name);
		const struct node *name = fixture_written(&f, claims[i].name, "spec.volumeName");
		const char *want = claims[i].volume;
		if (want) {
			CHECK_STR(node_text(name), str_from_cstr(want));
			CHECK_STR(node_text(fixture_written(&f, want, "spec.claimRef.name")),
				  str_from_cstr(claims[i].name));
		} else {
			CHECK_STR(fixture_event(&f, 0), str_from_cstr(claims[i].event));
		}
		fixture_end(&f);
	}
}

static void settles_both_sides(void)
{
	struct fixture f = fixture_begin();

	put(&f, volume_texts[1]);
	put_claim(&f, "c", claims[0].spec);
	run(&f, "c");
	CHECK_TEXT(node_text(fixture_written(&f, "mid", "spec.claimRef.uid")), "uid-c");
	CHECK_TEXT(
		node_text(fixture_written(
			&f, "mid", "metadata.annotations[pv.kubernetes.io/bound-by-controller]")),
		"yes");
	CHECK_TEXT(node_text(fixture_written(&f, "mid", "status.phase")), "Bound");
	CHECK_TEXT(node_text(fixture_written(
			   &f, "c", "metadata.annotations[pv.kubernetes.io/bind-completed]")),
		   "yes");
	CHECK_TEXT(node_text(fixture_written(&f, "c", "status.phase")), "Bound");
	CHECK_TEXT(node_text(fixture_written(&f, "c", "status.capacity.storage")), "5Gi");
	fixture_end(&f);
}

/* Bound to a claim that is gone: it is Released, and then as its policy says. */
static const struct {
	const char *volume;
	const char *phase; /* NULL: it is deleted */
} left[] = {
	{ "{apiVersion: v1, kind: PersistentVolume, metadata: {name: v}, spec: {claimRef: "
	  "{namespace: default, name: c, uid: u}, persistentVolumeReclaimPolicy: Retain, hostPath: "
	  "{path: /data}}, status: {phase: Bound}}",
	  "Released" },
	{ "{apiVersion: v1, kind: PersistentVolume, metadata: {name: v}, spec: {claimRef: "
	  "{namespace: default, name: c, uid: u}, persistentVolumeReclaimPolicy: Delete, hostPath: "
	  "{path: /data}}, status: {phase: Released}}",
	  "Failed" },
	{ "{apiVersion: v1, kind: PersistentVolume, metadata: {name: v}, spec: {claimRef: "
	  "{namespace: default, name: c, uid: u}, persistentVolumeReclaimPolicy: Delete, hostPath: "
	  "{path: /tmp/x}}, status: {phase: Released}}",
	  NULL },
	{ "{apiVersion: v1, kind: PersistentVolume, metadata: {name: v}, spec: {claimRef: "
	  "{namespace: default, name: c}}, status: {phase: Pending}}",
	  "Available" },
};

static void releases(void)
{
	for (size_t i = 0; TEST_ROW(left, i, left[i].volume); i++) {
		struct fixture f = fixture_begin();
		put(&f, left[i].volume);
		fixture_run(&f, &volume_binder_reconciler, "", "v");
		CHECK_INT(f.plan.writes.count, 1);
		if (left[i].phase)
			CHECK_STR(node_text(fixture_written(&f, "v", "status.phase")),
				  str_from_cstr(left[i].phase));
		else
			CHECK_INT(f.plan.writes.items[0].request.verb, API_DELETE);
		fixture_end(&f);
	}
}

#define RELEASED(phase, policy, more)                                                              \
	"{apiVersion: v1, kind: PersistentVolume, metadata: {name: v}, spec: {claimRef: "          \
	"{namespace: default, name: c, uid: u}, persistentVolumeReclaimPolicy: " policy more       \
	"}, status: {phase: " phase "}}"
#define NO_PLUGIN "error getting deleter volume plugin for volume \"v\": no "

static void reclaims(void)
{
	static const struct {
		const char *volume;
		const char *message; /* of the failure; NULL: nothing is done */
	} rows[] = {
		{ RELEASED("Released", "Retain", ", hostPath: {path: /tmp/x}"), NULL },
		{ RELEASED("Failed", "Retain", ", hostPath: {path: /tmp/x}"), NULL },
		{ RELEASED("Released", "Delete", ", csi: {driver: d}"), NULL }, /* its driver's */
		{ RELEASED("Failed", "Delete", ", csi: {driver: d}"), NULL },
		{ "{apiVersion: v1, kind: PersistentVolume, metadata: {name: v, annotations: "
		  "{pv.kubernetes.io/provisioned-by: d}}, spec: {claimRef: {namespace: default, "
		  "name: c, uid: u}, persistentVolumeReclaimPolicy: Delete, hostPath: {path: "
		  "/tmp/x}}, status: {phase: Released}}",
		  NULL },
		{ "{apiVersion: v1, kind: PersistentVolume, metadata: {name: v, deletionTimestamp: "
		  "\"2027-01-15T08:00:00Z\"}, spec: {claimRef: {namespace: default, name: c, uid: "
		  "u}, persistentVolumeReclaimPolicy: Delete, hostPath: {path: /tmp/x}}, status: "
		  "{phase: Released}}",
		  NULL },
		{ RELEASED("Released", "Delete", ", hostPath: {path: /tmp/}"),
		  "host_path deleter only supports /tmp/.+ but received provided /tmp/" },
		{ RELEASED("Released", "Delete", ", hostPath: {path: /data}"),
		  "host_path deleter only supports /tmp/.+ but received provided /data" },
		{ RELEASED("Released", "Delete", ", nfs: {path: /x, server: s}"),
		  NO_PLUGIN "deletable volume plugin matched" },
		{ RELEASED("Released", "Delete", ", local: {path: /x}"),
		  NO_PLUGIN "volume plugin matched" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].volume); i++) {
		struct fixture f = fixture_begin();
		put(&f, rows[i].volume);
		fixture_run(&f, &volume_binder_reconciler, "", "v");
		CHECK_INT(f.plan.writes.count, rows[i].message != NULL);
		CHECK_STR(node_text(fixture_written(&f, "v", "status.phase")),
			  rows[i].message ? STR("Failed") : STR_NONE);
		CHECK_STR(node_text(fixture_written(&f, "v", "status.message")),
			  str_from_cstr(rows[i].message));
		fixture_end(&f);
	}
}

static void loses(void)
{
	struct fixture f = fixture_begin();

	put(&f, "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, annotations: "
		"{pv.kubernetes.io/bind-completed: \"yes\"}}, spec: {volumeName: gone}, status: "
		"{phase: Bound}}");
	fixture_run(&f, &volume_binder_reconciler, "default", "c");
	CHECK_TEXT(node_text(fixture_written(&f, "c", "status.phase")), "Lost");
	CHECK_TEXT(fixture_event(&f, 0),
		   "Bound claim has lost its PersistentVolume. Data on the volume is lost!");
	fixture_end(&f);
}

/* A claim whose binding was complete, and volume v. */
static void a_bound_claim_keeps_its_volume(void)
{
	static const struct {
		const char *what;
		const char *spec, *reference; /* of the claim; of the volume, NULL: none */
		const char *phase, *event;
	} rows[] = {
		{ "it is its own", "{volumeName: v}", "{namespace: default, name: c, uid: uid-c}",
		  "Bound", NULL },
		{ "the volume knows of none", "{volumeName: v}", NULL, "Bound", NULL },
		{ "it is another's", "{volumeName: v}", "{namespace: default, name: d, uid: uid-d}",
		  "Lost",
		  "Two claims are bound to the same volume, this one is bound incorrectly" },
		{ "it has no name", "{}", NULL, "Lost",
		  "Bound claim has lost reference to PersistentVolume. Data on the volume is "
		  "lost!" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].what); i++) {
		struct fixture f = fixture_begin();
		const struct node *reference =
			rows[i].reference ? node_make(f.arena, rows[i].reference) : NULL;
		fixture_put(&f,
			    node_make(f.arena,
				      "{apiVersion: v1, kind: PersistentVolume, metadata: "
				      "{name: v}, spec: {capacity: {storage: 1Gi}, accessModes: "
				      "[ReadWriteOnce], claimRef: %?n}, status: {phase: Bound}}",
				      reference));
		fixture_put(&f,
			    node_make(f.arena,
				      "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: "
				      "{name: c, annotations: {pv.kubernetes.io/bind-completed: "
				      "\"yes\"}}, spec: %n, status: {phase: Pending}}",
				      node_make(f.arena, rows[i].spec)));
		run(&f, "c");
		CHECK_STR(node_text(fixture_written(&f, "c", "status.phase")),
			  str_from_cstr(rows[i].phase));
		CHECK_STR(fixture_event(&f, 0), str_from_cstr(rows[i].event));
		fixture_end(&f);
	}
}

/* One that names no class gets the default one, and is bound in the next run. */
static void a_default_class_is_taken(void)
{
	static const struct {
		const char *spec, *class; /* written; NULL: none */
	} rows[] = {
		{ "{accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}",
		  "usual" },
		{ "{accessModes: [ReadWriteOnce], storageClassName: \"\", resources: {requests: "
		  "{storage: 1Gi}}}",
		  NULL },
		{ "{accessModes: [ReadWriteOnce], storageClassName: x, resources: {requests: "
		  "{storage: 1Gi}}}",
		  NULL },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].spec); i++) {
		struct fixture f = fixture_begin();
		put(&f, "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: "
			"usual, annotations: {storageclass.kubernetes.io/is-default-class: "
			"\"true\"}}, provisioner: d}");
		put_claim(&f, "c", rows[i].spec);
		fixture_run(&f, &volume_binder_reconciler, "default", "c");
		CHECK_STR(node_text(fixture_written(&f, "c", "spec.storageClassName")),
			  str_from_cstr(rows[i].class));
		CHECK_INT(f.plan.events.count, !rows[i].class);
		fixture_end(&f);
	}
}

#define POD(name, claim, node)                                                                     \
	"{apiVersion: v1, kind: Pod, metadata: {name: " name "}, spec: {nodeName: " node           \
	", volumes: [{name: v, persistentVolumeClaim: {claimName: " claim "}}]}}"

/* Until a pod is placed: who is waited for. */
static void a_late_class_waits_for_pods(void)
{
	static const struct {
		const char *pods[3];
		const char *event;
	} rows[] = {
		{ { NULL }, "waiting for first consumer to be created before binding" },
		{ { POD("a", "other", "null") },
		  "waiting for first consumer to be created before binding" },
		{ { POD("a", "other", "null"), POD("b", "c", "null") },
		  "waiting for pod b to be scheduled" },
		{ { POD("a", "c", "null"), POD("b", "other", "null"), POD("d", "c", "null") },
		  "waiting for pods a,d to be scheduled" },
		{ { POD("a", "c", "n1") },
		  "waiting for first consumer to be created before binding" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].event); i++) {
		struct fixture f = fixture_begin();
		put_all(&f);
		put_claim(&f, "c",
			  "{accessModes: [ReadWriteOnce], resources: {requests: {storage: "
			  "1Gi}}, storageClassName: late}");
		for (size_t p = 0; p < ARRAY_COUNT(rows[i].pods) && rows[i].pods[p]; p++)
			put(&f, rows[i].pods[p]);
		run(&f, "c");
		CHECK_STR(fixture_event(&f, 0), str_from_cstr(rows[i].event));
		fixture_end(&f);
	}
}

/* A volume that is reserved for claim c: what its own run says. */
static void a_reserved_volume_follows_its_claim(void)
{
	static const struct {
		const char *claim; /* its spec */
		const char *phase, *event;
		bool unbound; /* by the binder, which had bound it */
	} rows[] = {
		{ "{volumeName: v}", "Bound", NULL, false },
		{ "{volumeName: other}", "Available", NULL, true },
		{ "{volumeMode: Block}", NULL,
		  "Cannot bind PersistentVolume \"v\" to requested PersistentVolumeClaim due to "
		  "incompatible volumeMode.",
		  false },
		{ "{}", NULL, NULL, false },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].claim); i++) {
		struct fixture f = fixture_begin();
		put(&f, "{apiVersion: v1, kind: PersistentVolume, metadata: {name: v, annotations: "
			"{pv.kubernetes.io/bound-by-controller: \"yes\"}}, spec: {claimRef: "
			"{namespace: default, name: c, uid: uid-c}}, status: {phase: Available}}");
		put_claim(&f, "c", rows[i].claim);
		fixture_run(&f, &volume_binder_reconciler, "", "v");
		CHECK_STR(node_text(fixture_written(&f, "v", "status.phase")),
			  str_from_cstr(rows[i].phase));
		CHECK_STR(fixture_event(&f, 0), str_from_cstr(rows[i].event));
		CHECK_INT(f.plan.writes.count, rows[i].phase != NULL);
		if (rows[i].unbound && f.plan.writes.count)
			CHECK(!node_at(f.plan.writes.items[0].request.body, "spec.claimRef"));
		fixture_end(&f);
	}
}

TESTS({ "a class with WaitForFirstConsumer waits for pods", a_late_class_waits_for_pods },
      { "a reserved volume follows its claim", a_reserved_volume_follows_its_claim },
      { "a bound claim keeps its volume", a_bound_claim_keeps_its_volume },
      { "a default class is taken", a_default_class_is_taken },
      { "the smallest volume that fits, or why there is none", chooses },
      { "a binding is written on both sides", settles_both_sides },
      { "a volume whose claim is gone follows its policy", releases },
      { "a volume is reclaimed as its policy and its driver let it", reclaims },
      { "a claim whose volume is gone is lost", loses })
