/* hpa_test - an autoscaler keeps its target within its bounds */
#include "cluster/controller_test.h"
#include "cluster/controllers.h"

enum { UNTOUCHED = -1 };

static const struct {
	int least, most, now, want;
} sizes[] = {
	{ 2, 5, 1, 2 }, { 2, 5, 2, UNTOUCHED }, { 2, 5, 5, UNTOUCHED }, { 2, 5, 9, 5 },
	{ 2, 5, 0, UNTOUCHED }, /* zero replicas switch it off */
};

static void put(struct fixture *f, int least, int most, int now)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, "
				 "spec: {replicas: %d}}",
				 now));
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, "
				 "metadata: {name: scaler}, spec: {minReplicas: %d, "
				 "maxReplicas: %d, scaleTargetRef: {apiVersion: apps/v1, "
				 "kind: Deployment, name: web}}}",
				 least, most));
}

static void keeps_bounds(void)
{
	for (size_t i = 0; i < ARRAY_COUNT(sizes); i++) {
		struct fixture f = fixture_begin();
		int64_t size = UNTOUCHED;
		put(&f, sizes[i].least, sizes[i].most, sizes[i].now);
		fixture_run(&f, &hpa_reconciler, "default", "scaler");
		node_int64(fixture_written(&f, "web", "spec.replicas"), &size);
		if (!CHECK_INT(size, sizes[i].want))
			printf("# %d to %d, now %d\n", sizes[i].least, sizes[i].most, sizes[i].now);
		fixture_end(&f);
	}
}

static void looks_every_15_s(void)
{
	struct fixture f = fixture_begin();

	put(&f, 2, 5, 1);
	fixture_run(&f, &hpa_reconciler, "default", "scaler");
	CHECK_INT(f.plan.requeue_after_ms, 15000);
	f.now_ms += 5000; /* its own status write wakes it */
	fixture_run(&f, &hpa_reconciler, "default", "scaler");
	CHECK_INT(f.plan.writes.count, 0);
	CHECK_INT(f.plan.requeue_after_ms, 10000);
	fixture_end(&f);
}

TESTS({ "the size is kept within the bounds", keeps_bounds },
      { "it looks once in 15 s", looks_every_15_s })
