/* kubelet_test - pods on a node: starting, getting ready, losing readiness */
#include "api/controller_test.h"
#include "cluster/kubelet/kubelet.h"
#include "kube/health.h"

static void put_pod(struct fixture *f, const char *probe, const char *ready, bool failing)
{
	const struct node *annotations =
		node_make(f->arena, failing ? "{forge.dev/ready: never, forge.dev/start-ms: \"0\"}"
					    : "{forge.dev/start-ms: \"0\"}");

	fixture_put(
		f, node_make(f->arena,
			     "{apiVersion: v1, kind: Pod, metadata: {name: a, annotations: %n}, "
			     "spec: {nodeName: node-1, containers: [{name: c, readinessProbe: "
			     "%?n}]}, status: {phase: Running, conditions: [{type: Ready, "
			     "status: %c}], containerStatuses: [{name: c, state: {running: {}}}]}}",
			     annotations, probe ? node_make(f->arena, probe) : NULL, ready));
}

static void put_node(struct fixture *f)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: v1, kind: Node, metadata: {name: node-1}, status: "
				 "{capacity: {cpu: \"32\", memory: 256Gi, pods: \"110\"}}}"));
}

/* "True", "False", or nothing written. */
static struct str ready(const struct fixture *f)
{
	const struct node *status = fixture_written(f, "a", "status");
	const struct node *o = node_make(f->arena, "{status: %?n}", status);

	return node_str_at(condition_get(o, "Ready"), "status");
}

static const struct {
	const char *probe;
	int after_s; /* the first look at which it is not ready */
} rows[] = {
	{ NULL, 0 },
	{ "{}", 20 }, /* three failures, ten seconds apart */
	{ "{failureThreshold: 1}", 0 },
	{ "{failureThreshold: 5, periodSeconds: 2}", 8 },
};

static void loses_readiness(void)
{
	for (size_t i = 0; TEST_ROW(rows, i, rows[i].probe); i++) {
		struct fixture f = fixture_begin();
		put_node(&f);
		put_pod(&f, rows[i].probe, "True", /* failing= */ false);
		fixture_run(&f, &kubelet_reconciler, "default", "a"); /* it sees the pod */
		put_pod(&f, rows[i].probe, "True", /* failing= */ true);
		for (int s = 0; s < rows[i].after_s; s++) {
			fixture_run(&f, &kubelet_reconciler, "default", "a");
			CHECK_TEXT(ready(&f), "");
			f.now_ms += 1000;
		}
		fixture_run(&f, &kubelet_reconciler, "default", "a");
		CHECK_TEXT(ready(&f), "False");
		fixture_end(&f);
	}
}

static void put_bound_pod(struct fixture *f, const char *uid)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: v1, kind: Pod, metadata: {name: web-0, uid: %c}, "
				 "spec: {nodeName: node-1, containers: [{name: c, image: i}]}, "
				 "status: {phase: Pending}}",
				 uid));
}

static struct str waiting_reason(const struct fixture *f)
{
	return node_str_at(fixture_written(f, "web-0", "status"),
			   "containerStatuses[0].state.waiting.reason");
}

/* As a StatefulSet makes them. */
static void a_pod_of_the_same_name_starts_anew(void)
{
	struct fixture f = fixture_begin();

	put_node(&f);
	put_bound_pod(&f, "first");
	fixture_run(&f, &kubelet_reconciler, "default", "web-0");
	CHECK_TEXT(waiting_reason(&f), "ContainerCreating");
	f.now_ms += 60000;
	put_bound_pod(&f, "second");
	fixture_run(&f, &kubelet_reconciler, "default", "web-0");
	CHECK_TEXT(waiting_reason(&f), "ContainerCreating");
	CHECK_TEXT(fixture_event(&f, 0), "Container image already present on machine: i");
	CHECK(f.plan.requeue_after_ms >= 1000);
	fixture_end(&f);
}

TESTS({ "readiness is lost after failureThreshold failures", loses_readiness },
      { "a new pod of the same name starts anew", a_pod_of_the_same_name_starts_anew })
