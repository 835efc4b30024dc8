/* obstacle_test - pods that cannot start, as their status and their events say it */
#include "api/controller_test.h"
#include "cluster/kubelet/kubelet.h"

static struct fixture begin(const char *spec)
{
	struct fixture f = fixture_begin();
	const struct node *pod =
		node_make(f.arena,
			  "{apiVersion: v1, kind: Pod, metadata: {name: p, annotations: "
			  "{forge.dev/start-ms: \"0\"}}, spec: %n, status: {phase: Pending}}",
			  node_make(f.arena, spec));

	fixture_put(&f, node_make(f.arena, "{apiVersion: v1, kind: Node, metadata: {name: n}}"));
	fixture_put(&f, node_set(f.arena, pod, "spec.nodeName", node_cstr(f.arena, "n")));
	fixture_put(&f, node_make(f.arena, "{apiVersion: v1, kind: ConfigMap, metadata: {name: "
					   "settings}, data: {LEVEL: info}}"));
	return f;
}

static void run_after(struct fixture *f, int64_t ms)
{
	const struct object *pod =
		cache_get(f->cache, KIND_POD, (struct key){ STR("default"), STR("p") });

	f->now_ms += ms;
	fixture_run(f, &kubelet_reconciler, "default", "p");
	const struct node *status = fixture_written(f, "p", "status");
	if (status)
		fixture_put(f, node_with(f->arena, pod->root, STR("status"), status));
}

static const struct node *status_of(struct fixture *f)
{
	return node_get(
		cache_get(f->cache, KIND_POD, (struct key){ STR("default"), STR("p") })->root,
		STR("status"));
}

#define SECRET_VOLUME "volumes: [{name: v, secret: {secretName: tls}}]"

static const struct {
	const char *spec;
	const char *reason; /* of the first container; NULL: it runs */
	const char *message, *init_reason, *event;
} rows[] = {
	{ "{containers: [{name: a, image: web}]}", NULL, NULL, NULL, NULL },
	{ "{containers: [{name: a, image: web, envFrom: [{configMapRef: {name: settings}}]}]}",
	  NULL, NULL, NULL, NULL },
	{ "{containers: [{name: a, image: web, envFrom: [{configMapRef: {name: setings}}]}]}",
	  "CreateContainerConfigError", "configmap \"setings\" not found", NULL,
	  "Error: configmap \"setings\" not found" },
	{ "{containers: [{name: a, image: web, envFrom: [{configMapRef: {name: setings, optional: "
	  "true}}]}]}",
	  NULL, NULL, NULL, NULL },
	{ "{containers: [{name: a, image: web, env: [{name: X, valueFrom: {configMapKeyRef: {name: "
	  "settings, key: level}}}]}]}",
	  "CreateContainerConfigError", "couldn't find key level in ConfigMap default/settings",
	  NULL, "Error: couldn't find key level in ConfigMap default/settings" },
	{ "{containers: [{name: a, image: web}], " SECRET_VOLUME "}", "ContainerCreating", NULL,
	  NULL, "MountVolume.SetUp failed for volume \"v\" : secret \"tls\" not found" },
	{ "{containers: [{name: a, image: Web}]}", "InvalidImageName",
	  "Failed to apply default image tag \"Web\": couldn't parse image name \"Web\": "
	  "repository name must be lowercase",
	  NULL,
	  "Failed to apply default image tag \"Web\": couldn't parse image name \"Web\": "
	  "repository name must be lowercase" },
	{ "{initContainers: [{name: i, image: x, envFrom: [{secretRef: {name: token}}]}], "
	  "containers: [{name: a, image: web}]}",
	  "PodInitializing", NULL, "CreateContainerConfigError",
	  "Error: secret \"token\" not found" },
	{ "{initContainers: [{name: i, image: x, command: [\"false\"]}], containers: [{name: a, "
	  "image: web}]}",
	  "PodInitializing", NULL, "CrashLoopBackOff", "Back-off restarting failed container i" },
};

static void obstacles_are_told(void)
{
	for (size_t i = 0; TEST_ROW(rows, i, rows[i].spec); i++) {
		struct fixture f = begin(rows[i].spec);
		run_after(&f, 0);
		run_after(&f, 0);
		const struct node *status = status_of(&f);
		const struct node *waiting = node_at(status, "containerStatuses[0].state.waiting");
		const struct node *init = node_at(status, "initContainerStatuses[0].state.waiting");
		CHECK_STR(node_str_at(waiting, "reason"), str_from_cstr(rows[i].reason));
		CHECK_STR(node_str_at(waiting, "message"), str_from_cstr(rows[i].message));
		CHECK_STR(node_str_at(init, "reason"), str_from_cstr(rows[i].init_reason));
		CHECK_STR(node_str_at(status, "phase"),
			  rows[i].reason ? STR("Pending") : STR("Running"));
		if (rows[i].event)
			CHECK_STR(fixture_event(&f, 0), str_from_cstr(rows[i].event));
		fixture_end(&f);
	}
}

/* It is told once; the pod starts when the object has come. */
static void a_pod_starts_when_its_secret_comes(void)
{
	struct fixture f = begin("{containers: [{name: a, image: web}], " SECRET_VOLUME "}");

	run_after(&f, 0);
	run_after(&f, 0);
	CHECK_INT(f.plan.events.count, 1);
	run_after(&f, 10000);
	CHECK_INT(f.plan.events.count, 0);
	CHECK_INT(f.plan.writes.count, 0);
	CHECK_INT(f.plan.requeue_after_ms, 10000);
	fixture_put(&f,
		    node_make(f.arena, "{apiVersion: v1, kind: Secret, metadata: {name: tls}}"));
	run_after(&f, 10000);
	CHECK_STR(node_str_at(status_of(&f), "phase"), STR("Running"));
	fixture_end(&f);
}

/* Memory beyond the limit, and a command that fails: restarted, with the reason of the end. */
static void ends_have_reasons(void)
{
	static const struct {
		const char *annotation, *container, *reason;
	} ends[] = {
		{ "{forge.dev/start-ms: \"0\", forge.dev/memory-bytes: \"734003200\"}",
		  "{name: a, image: web, resources: {limits: {memory: 512Mi}}}", "OOMKilled" },
		{ "{forge.dev/start-ms: \"0\", forge.dev/memory-bytes: \"734003200\"}",
		  "{name: a, image: web, resources: {limits: {memory: 1Gi}}}", NULL },
		{ "{forge.dev/start-ms: \"0\"}", "{name: a, image: web, command: [\"false\"]}",
		  "Error" },
		{ "{forge.dev/start-ms: \"0\"}", "{name: a, image: web, command: [\"true\"]}",
		  "Completed" },
		{ "{forge.dev/start-ms: \"0\", forge.dev/listens-ms: \"60000\"}",
		  "{name: a, image: web, livenessProbe: {tcpSocket: {port: 80}, periodSeconds: 1}}",
		  "Error" },
	};

	for (size_t i = 0; TEST_ROW(ends, i, ends[i].container); i++) {
		struct fixture f = begin("{}");
		fixture_put(&f,
			    node_make(f.arena,
				      "{apiVersion: v1, kind: Pod, metadata: {name: p, "
				      "annotations: %n}, spec: {nodeName: n, containers: [%n]}, "
				      "status: {phase: Pending}}",
				      node_make(f.arena, ends[i].annotation),
				      node_make(f.arena, ends[i].container)));
		run_after(&f, 0);
		run_after(&f, 0);
		run_after(&f, 5000);
		const struct node *status = node_at(status_of(&f), "containerStatuses[0]");
		CHECK_STR(node_str_at(status, "lastState.terminated.reason"),
			  str_from_cstr(ends[i].reason));
		CHECK_STR(node_str_at(status, "state.waiting.reason"),
			  ends[i].reason ? STR("CrashLoopBackOff") : STR_NONE);
		fixture_end(&f);
	}
}

TESTS({ "what keeps a pod from starting is told", obstacles_are_told },
      { "a pod starts when its Secret comes", a_pod_starts_when_its_secret_comes },
      { "ends have reasons", ends_have_reasons })
