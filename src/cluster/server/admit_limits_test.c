/* admit_limits_test - what LimitRanges give to pods, and which pods they refuse */
#include "cluster/server/server_test.h"

static struct fixture begin(const char *limits)
{
	struct fixture f = fixture_begin();
	struct arena *arena = f.arena;

	fixture_send(
		&f, API_CREATE,
		node_make(arena,
			  "{apiVersion: v1, kind: LimitRange, metadata: {name: l, namespace: a}, "
			  "spec: {limits: [%n]}}",
			  node_make(arena, limits)));
	return f;
}

#define DEFAULTS                                                                                   \
	"{type: Container, default: {cpu: 500m}, defaultRequest: {cpu: 100m, memory: 64Mi}}"

static const struct {
	const char *limits, *resources;
	const char *cpu, *memory; /* requested then */
	const char *fault;	  /* NULL: it is taken */
} rows[] = {
	{ DEFAULTS, "{}", "100m", "64Mi", NULL },
	{ DEFAULTS, "{requests: {cpu: 200m}}", "200m", "64Mi", NULL },
	/* A limit of its own is its request. */
	{ DEFAULTS, "{limits: {cpu: 300m}}", "300m", "64Mi", NULL },
	{ "{type: Container, max: {cpu: 1}}", "{limits: {cpu: 2}}", NULL, NULL,
	  "pods \"p\" is forbidden: maximum cpu usage per Container is 1, but limit is 2" },
	{ "{type: Container, min: {memory: 64Mi}}", "{requests: {memory: 1Mi}}", NULL, NULL,
	  "pods \"p\" is forbidden: minimum memory usage per Container is 64Mi, but request is "
	  "1Mi" },
	{ "{type: Container, maxLimitRequestRatio: {cpu: 2}}",
	  "{requests: {cpu: 1}, limits: {cpu: 3}}", NULL, NULL,
	  "pods \"p\" is forbidden: cpu max limit to request ratio per Container is 2, but "
	  "provided ratio is 3.000000" },
	{ "{type: Pod, max: {cpu: 1}}", "{limits: {cpu: 2}}", NULL, NULL,
	  "pods \"p\" is forbidden: maximum cpu usage per Pod is 1, but limit is 2" },
	{ "{type: Pod, max: {cpu: 2}}", "{limits: {cpu: 2}}", "2", NULL, NULL },
};

/* Together, one after the other, or as the pod says of itself. */
static const struct {
	const char *pod;
	const char *fault; /* NULL: it is taken */
} sums[] = {
	{ "{containers: [{name: a, image: i, resources: {limits: {memory: 600Mi}}}, "
	  "{name: b, image: i, resources: {limits: {memory: 600Mi}}}]}",
	  "pods \"p\" is forbidden: maximum memory usage per Pod is 1Gi, but limit is 1200Mi" },
	{ "{initContainers: [{name: a, image: i, resources: {limits: {memory: 600Mi}}}], "
	  "containers: [{name: b, image: i, resources: {limits: {memory: 600Mi}}}]}",
	  NULL },
	{ "{initContainers: [{name: a, image: i, restartPolicy: Always, resources: {limits: "
	  "{memory: 600Mi}}}], containers: [{name: b, image: i, resources: {limits: {memory: "
	  "600Mi}}}]}",
	  "pods \"p\" is forbidden: maximum memory usage per Pod is 1Gi, but limit is 1200Mi" },
	{ "{containers: [{name: a, image: i}]}",
	  "pods \"p\" is forbidden: maximum memory usage per Pod is 1Gi.  No limit is "
	  "specified" },
};

static void sums_up_pods(void)
{
	for (size_t i = 0; TEST_ROW(sums, i, sums[i].pod); i++) {
		struct fixture f = begin("{type: Pod, max: {memory: 1Gi}}");
		struct api_answer a = fixture_send(
			&f, API_CREATE,
			node_make(f.arena,
				  "{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: "
				  "a}, spec: %n}",
				  node_make(f.arena, sums[i].pod)));
		CHECK_INT(a.code < 300, sums[i].fault == NULL);
		if (sums[i].fault)
			CHECK_STR(a.message, str_from_cstr(sums[i].fault));
		fixture_end(&f);
	}
}

static void bounds_claims(void)
{
	struct fixture f = begin("{type: PersistentVolumeClaim, min: {storage: 1Gi}, max: "
				 "{storage: 2Gi}}");

	for (int gib = 1; gib <= 3; gib++) {
		struct api_answer a = fixture_send(
			&f, API_CREATE,
			node_make(f.arena,
				  "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: "
				  "%s, namespace: a}, spec: {accessModes: [ReadWriteOnce], "
				  "resources: {requests: {storage: %s}}}}",
				  str_printf(f.arena, "c%d", gib),
				  str_printf(f.arena, "%dGi", gib)));
		CHECK_INT(a.code < 300, gib < 3);
		if (gib == 3)
			CHECK_TEXT(a.message,
				   "persistentvolumeclaims \"c3\" is forbidden: maximum storage "
				   "usage per PersistentVolumeClaim is 2Gi, but request is 3Gi");
	}
	fixture_end(&f);
}

static void fills_in_and_refuses(void)
{
	for (size_t i = 0; TEST_ROW(rows, i, rows[i].limits); i++) {
		struct fixture f = begin(rows[i].limits);
		struct api_answer a = fixture_send(
			&f, API_CREATE,
			node_make(f.arena,
				  "{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: "
				  "a}, spec: {containers: [{name: c, image: i, resources: %n}]}}",
				  node_make(f.arena, rows[i].resources)));
		bool as_wanted = CHECK_INT(a.code < 300, rows[i].fault == NULL);
		if (rows[i].fault) {
			CHECK_STR(a.message, str_from_cstr(rows[i].fault));
		} else if (as_wanted) {
			const struct node *requests =
				node_at(a.object->root, "spec.containers[0].resources.requests");
			CHECK_STR(node_str_at(requests, "cpu"), str_from_cstr(rows[i].cpu));
			if (rows[i].memory)
				CHECK_STR(node_str_at(requests, "memory"),
					  str_from_cstr(rows[i].memory));
		}
		fixture_end(&f);
	}
}

TESTS({ "defaults are filled in, bounds refuse", fills_in_and_refuses },
      { "a pod is the sum of its containers", sums_up_pods },
      { "claims have bounds, too", bounds_claims })
