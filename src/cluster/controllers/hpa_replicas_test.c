/* hpa_replicas_test - how many pods there should be, from what they use */
#include "cluster/controllers/hpa_replicas.h"

#include "api/controller_test.h"
#include "base/timestamp.h"

enum { PODS_MAX = 4, OLD_S = 3600 };

/* One pod, all of which request 100m. */
struct pod {
	const char *phase; /* NULL ends the list */
	const char *use;   /* NULL: it has no metrics */
	int age_s;	   /* since it started and became ready; 0: an hour */
	bool unready;
	const char *resource; /* that the metrics tell of; NULL: cpu */
	bool unstarted;	      /* its status names no time */
};

#define READY(use)                                                                                 \
	{                                                                                          \
		"Running", use                                                                     \
	}
#define MISSING                                                                                    \
	{                                                                                          \
		"Running", NULL                                                                    \
	}
#define PENDING                                                                                    \
	{                                                                                          \
		"Pending", NULL                                                                    \
	}
#define FAILED(use)                                                                                \
	{                                                                                          \
		"Failed", use                                                                      \
	}

static const struct node *pod_of(struct fixture *f, const struct pod *pod, int number)
{
	int64_t since_s = f->now_ms / 1000 - (pod->age_s ? pod->age_s : OLD_S);
	struct str since = timestamp_format(f->arena, since_s);

	return node_make(
		f->arena,
		"{apiVersion: v1, kind: Pod, metadata: {name: %s}, spec: {containers: [{name: c, "
		"resources: {requests: {cpu: 100m}}}]}, status: {phase: %c, startTime: %?s, "
		"conditions: [{type: Ready, status: %c, lastTransitionTime: %s}]}}",
		str_printf(f->arena, "p%d", number), pod->phase, pod->unstarted ? STR_NONE : since,
		pod->unready ? "False" : "True", since);
}

static const struct node *metrics_of(struct fixture *f, const struct pod *pod, int number)
{
	return node_make(f->arena,
			 "{metadata: {name: %s}, timestamp: %s, window: 15s, containers: [{name: "
			 "c, usage: %n}]}",
			 str_printf(f->arena, "p%d", number),
			 timestamp_format(f->arena, f->now_ms / 1000),
			 node_with(f->arena, node_empty_map(),
				   str_from_cstr(pod->resource ? pod->resource : "cpu"),
				   node_cstr(f->arena, pod->use)));
}

static bool ask(struct fixture *f, const struct pod *pods, struct hpa_ask *ask,
		struct hpa_found *ret, struct str *ret_fault)
{
	const struct object *items[PODS_MAX];
	const struct node *metrics = node_empty_list();
	struct objects objects = { items, 0 };

	for (; pods->phase; pods++) {
		int number = (int)objects.count;
		items[objects.count++] = fixture_put(f, pod_of(f, pods, number));
		if (pods->use)
			metrics = node_list_append(f->arena, metrics, metrics_of(f, pods, number));
	}
	struct answer answer = { .code = 200, .node = node_make(f->arena, "{items: %n}", metrics) };
	ask->arena = f->arena;
	ask->pods = &objects;
	ask->metrics = &answer;
	ask->now_s = f->now_ms / 1000;
	ask->resource = STR("cpu");
	return hpa_replicas(ask, ret, ret_fault);
}

static struct hpa_ask half_of_requests(int current)
{
	return (struct hpa_ask){ .is_share = true,
				 .target = 50,
				 .tolerance_up = 0.1,
				 .tolerance_down = 0.1,
				 .current = current };
}

/* Shares of requests, 50 % wanted */

static const struct {
	struct pod pods[PODS_MAX];
	int current, size, percent;
} shares[] = {
	{ { READY("90m"), READY("90m"), READY("90m") }, 3, 6, 90 }, /* 1.8 × 3 */
	{ { READY("55m"), READY("55m"), READY("55m") }, 3, 3, 55 }, /* within a tenth */
	{ { READY("56m"), READY("56m"), READY("56m") }, 3, 4, 56 },
	{ { READY("45m"), READY("45m"), READY("45m") }, 3, 3, 45 },
	{ { READY("44m"), READY("44m"), READY("44m") }, 3, 3, 44 }, /* 2.64 rounds up */
	{ { READY("10m"), READY("10m"), READY("10m") }, 3, 1, 10 },
	{ { READY("0"), READY("0") }, 2, 0, 0 },
	/* Who tells nothing uses nothing on the way up: (90 + 90 + 0) / 3 = 60 %. */
	{ { READY("90m"), READY("90m"), MISSING }, 3, 4, 90 },
	/* And all of its request on the way down: (10 + 10 + 100) / 3 = 40 %. */
	{ { READY("10m"), READY("10m"), MISSING }, 3, 3, 10 },
	{ { READY("10m"), MISSING, MISSING }, 3, 3, 10 }, /* 70 %: a change of direction */
	/* Pods that are not there yet use nothing on the way up: 90 / 2 = 45 %. */
	{ { READY("90m"), PENDING }, 2, 2, 90 },
	{ { READY("10m"), PENDING }, 2, 1, 10 },
	/* One that has no time to have started at starts still. */
	{ { READY("90m"), { "Running", "500m", .unstarted = true } }, 2, 2, 90 },
	/* Who tells of another resource tells nothing. */
	{ { READY("90m"), { "Running", "90m", .resource = "memory" } }, 2, 2, 90 },
	{ { READY("200m"), { "Running", "200m", .resource = "memory" } }, 2, 4, 200 },
	{ { READY("200m"), PENDING }, 2, 4, 200 },
	{ { READY("90m"), FAILED("90m") }, 2, 2, 90 }, /* failed ones are left out: 1.8 × 1 */
	/* For five minutes CPU counts only once a whole sample is from after readiness. */
	{ { READY("90m"), { "Running", "500m", .age_s = 10 } }, 2, 2, 90 },
	{ { READY("90m"), { "Running", "90m", .age_s = 20 } }, 2, 4, 90 },
	{ { READY("90m"), { "Running", "500m", .age_s = 100, .unready = true } }, 2, 2, 90 },
	/* Later, unless it never was ready. */
	{ { READY("90m"), { "Running", "90m", .unready = true } }, 2, 2, 90 },
};

static void follows_shares(void)
{
	for (size_t i = 0; TEST_ROW(shares, i); i++) {
		struct fixture f = fixture_begin();
		struct hpa_ask a = half_of_requests(shares[i].current);
		struct hpa_found found = {};
		struct str fault;
		CHECK(ask(&f, shares[i].pods, &a, &found, &fault));
		CHECK_INT(found.size, shares[i].size);
		CHECK_INT(found.percent, shares[i].percent);
		fixture_end(&f);
	}
}

/* Averages, 40m wanted of each pod */

static const struct {
	struct pod pods[PODS_MAX];
	int current, size, average;
} averages[] = {
	{ { READY("100m"), READY("50m") }, 2, 4, 75 }, /* 1.875 × 2 */
	{ { READY("44m"), READY("44m") }, 2, 2, 44 },  { { READY("10m"), READY("11m") }, 2, 1, 10 },
	{ { READY("10m"), MISSING }, 2, 2, 10 }, /* missing: 40m, 25 on average, 1.25 */
	{ { READY("90m"), MISSING }, 2, 3, 90 }, /* missing: 0, 45 on average, 2.25 */
};

static void follows_averages(void)
{
	for (size_t i = 0; TEST_ROW(averages, i); i++) {
		struct fixture f = fixture_begin();
		struct hpa_ask a = half_of_requests(averages[i].current);
		struct hpa_found found = {};
		struct str fault;
		a.is_share = false;
		a.target = 40;
		CHECK(ask(&f, averages[i].pods, &a, &found, &fault));
		CHECK_INT(found.size, averages[i].size);
		CHECK_INT(found.average_milli, averages[i].average);
		fixture_end(&f);
	}
}

/* Faults */

static const struct {
	struct pod pods[PODS_MAX];
	const char *container, *fault;
} faults[] = {
	{ { MISSING },
	  "",
	  "unable to get metrics for resource cpu: no metrics returned from resource metrics API" },
	{ { { "Pending", "1m" } },
	  "",
	  "did not receive metrics for targeted pods (pods might be unready)" },
	{ { { "Running", "1m", .resource = "memory" } },
	  "",
	  "did not receive metrics for targeted pods (pods might be unready)" },
	{ { READY("1m") },
	  "sidecar",
	  "did not receive metrics for targeted pods (pods might be unready)" },
};

static void says_why_not(void)
{
	for (size_t i = 0; TEST_ROW(faults, i, faults[i].container); i++) {
		struct fixture f = fixture_begin();
		struct hpa_ask a = half_of_requests(1);
		struct hpa_found found;
		struct str fault = STR_NONE;
		a.container = str_from_cstr(faults[i].container);
		CHECK(!ask(&f, faults[i].pods, &a, &found, &fault));
		CHECK_STR(fault, str_from_cstr(faults[i].fault));
		fixture_end(&f);
	}
}

TESTS({ "utilization: ratio, tolerance, missing and unready pods", follows_shares },
      { "average values", follows_averages }, { "faults are named", says_why_not })
