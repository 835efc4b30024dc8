/* volumes_test - what a pod's claims make of its place */
#include "api/controller_test.h"
#include "cluster/scheduler/scheduler.h"

static void put(struct fixture *f, const char *text)
{
	fixture_put(f, node_make(f->arena, text));
}

/* Nodes a and b; a claim c, with a class that waits or with none, and a pod that uses it. */
static struct fixture begin(const char *claim)
{
	struct fixture f = fixture_begin();

	put(&f, "{apiVersion: v1, kind: Node, metadata: {name: a, labels: {host: a}}, status: "
		"{allocatable: {cpu: 2, memory: 4Gi, pods: 9}}}");
	put(&f, "{apiVersion: v1, kind: Node, metadata: {name: b, labels: {host: b}}, status: "
		"{allocatable: {cpu: 2, memory: 4Gi, pods: 9}}}");
	put(&f, "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: late}, "
		"provisioner: kubernetes.io/no-provisioner, volumeBindingMode: "
		"WaitForFirstConsumer}");
	put(&f, "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: made}, "
		"provisioner: example.com/d, volumeBindingMode: WaitForFirstConsumer}");
	if (claim)
		put(&f, claim);
	put(&f, "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {schedulerName: "
		"default-scheduler, containers: [{name: x}], volumes: [{name: d, "
		"persistentVolumeClaim: {claimName: c}}]}, status: {phase: Pending}}");
	return f;
}

static void schedule(struct fixture *f)
{
	fixture_run(f, &scheduler_reconciler, "", "queue");
}

#define CLAIM(rest)                                                                                \
	"{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c}, spec: {resources: "    \
	"{requests: {storage: 1Gi}}, accessModes: [ReadWriteOnce], " rest                          \
	"}, status: {phase: Pending}}"
#define VOLUME_ON(host)                                                                            \
	"{apiVersion: v1, kind: PersistentVolume, metadata: {name: v}, spec: {capacity: "          \
	"{storage: 1Gi}, accessModes: [ReadWriteOnce], storageClassName: late, nodeAffinity: "     \
	"{required: {nodeSelectorTerms: [{matchExpressions: [{key: host, operator: In, values: "   \
	"[" host "]}]}]}}}, status: {phase: Available}}"

static void told(const char *claim, const char *message)
{
	struct fixture f = begin(claim);

	schedule(&f);
	CHECK_STR(fixture_event(&f, 0), str_from_cstr(message));
	CHECK(!fixture_written(&f, "p", "target.name"));
	fixture_end(&f);
}

static void waits_for_claims(void)
{
	told(NULL, "0/2 nodes are available: persistentvolumeclaim \"c\" not found. not found");
	told(CLAIM("storageClassName: x"), "0/2 nodes are available: pod has unbound immediate "
					   "PersistentVolumeClaims. not found");
	told(CLAIM("storageClassName: late"),
	     "0/2 nodes are available: 2 node(s) didn't find available persistent volumes to bind. "
	     "no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is "
	     "not helpful for scheduling.");
}

static void asks_for_volumes(void)
{
	struct fixture f = begin(CLAIM("storageClassName: late"));

	put(&f, VOLUME_ON("b"));
	schedule(&f);
	CHECK_TEXT(node_text(fixture_written(&f, "v", "spec.claimRef.uid")), "uid-c");
	CHECK_TEXT(node_text(fixture_written(&f, "p", "status.nominatedNodeName")), "b");
	CHECK(!fixture_written(&f, "p", "target.name"));
	fixture_end(&f);
}

static void asks_for_a_new_volume(void)
{
	struct fixture f = begin(CLAIM("storageClassName: made"));

	schedule(&f);
	CHECK(fixture_written(&f, "c", "metadata.annotations[volume.kubernetes.io/selected-node]"));
	CHECK_INT(f.plan.events.count, 0);
	fixture_end(&f);
}

static void goes_to_its_volume(void)
{
	struct fixture f = begin(
		"{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, annotations: "
		"{pv.kubernetes.io/bind-completed: \"yes\"}}, spec: {volumeName: v}, status: "
		"{phase: Bound}}");

	put(&f, VOLUME_ON("b"));
	schedule(&f);
	CHECK_TEXT(node_text(fixture_written(&f, "p", "target.name")), "b");
	fixture_end(&f);
}

/* On node a runs a pod that has the claim; priority: of that pod, the waiter has 0. */
static struct fixture with_owner(int priority)
{
	struct fixture f = begin(
		"{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, annotations: "
		"{pv.kubernetes.io/bind-completed: \"yes\"}}, spec: {volumeName: v, accessModes: "
		"[ReadWriteOncePod]}, status: {phase: Bound}}");

	put(&f, VOLUME_ON("a"));
	fixture_put(&f, node_make(f.arena,
				  "{apiVersion: v1, kind: Pod, metadata: {name: owner}, spec: "
				  "{nodeName: a, priority: %d, containers: [{name: x}], volumes: "
				  "[{name: d, persistentVolumeClaim: {claimName: c}}]}, status: "
				  "{phase: Running}}",
				  priority));
	schedule(&f);
	return f;
}

static void shares_no_exclusive_claim(void)
{
	struct fixture f = with_owner(5);

	CHECK(str_starts(fixture_event(&f, 0),
			 STR("0/2 nodes are available: 2 node(s) unavailable due to "
			     "PersistentVolumeClaim with ReadWriteOncePod access mode already "
			     "in-use by another pod.")));
	fixture_end(&f);
	f = with_owner(-5);
	CHECK_TEXT(node_text(fixture_written(&f, "p", "status.nominatedNodeName")), "a");
	fixture_end(&f);
}

TESTS({ "a pod waits for its claims", waits_for_claims },
      { "a claim that waits gets a volume on the pod's node", asks_for_volumes },
      { "a claim that waits says where its volume is wanted", asks_for_a_new_volume },
      { "a pod goes where its volume is", goes_to_its_volume },
      { "a claim for one pod is taken from a lower one only", shares_no_exclusive_claim })
