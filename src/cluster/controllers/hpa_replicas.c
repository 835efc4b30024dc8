/* hpa_replicas - computes the desired number of replicas from the metrics of pods */
#include "cluster/controllers/hpa_replicas.h"

#include "base/arena.h"
#include "base/duration.h"
#include "base/map.h"
#include "base/timestamp.h"
#include "kube/health.h"
#include "kube/quantity.h"

enum {
	CPU_INITIALIZATION_S = 300,
	INITIAL_READINESS_S = 30,
	WINDOW_S = 30, /* of a sample that does not say */
};

#define QUANTITY_MOST (1ll << 56) /* so that no sum overflows */

enum group { GROUP_IGNORED, GROUP_UNREADY, GROUP_MISSING, GROUP_READY };

struct member {
	const struct object *pod;
	const struct node *metrics; /* its PodMetrics, or NULL */
	enum group group;
	bool counts; /* its use below is part of the ratio */
	int64_t use_milli, request_milli;
};

struct members {
	struct member *items;
	uint32_t count;
	uint32_t of_group[GROUP_READY + 1];
};

struct measure {
	double ratio; /* to the target */
	int64_t percent, average_milli;
	uint32_t counted;
};

static int64_t bounded_milli(const struct node *quantity)
{
	return MIN(quantity_milli(quantity, 0), QUANTITY_MOST);
}

/* What the metrics say */

static void index_metrics(const struct hpa_ask *ask, struct map *by_pod)
{
	const struct node *items = node_get(ask->metrics->node, STR("items"));

	map_init(by_pod, ask->arena);
	for (uint32_t i = 0; i < node_item_count(items); i++) {
		const struct node *metrics = node_item(items, i);
		map_put(by_pod, node_str_at(metrics, "metadata.name"), (void *)(uintptr_t)metrics);
	}
}

/* False: there is no such container, or a container has no metric of the resource. */
static bool sum_use(const struct hpa_ask *ask, const struct node *metrics, int64_t *ret_milli)
{
	const struct node *containers = node_get(metrics, STR("containers"));
	bool found = false;

	*ret_milli = 0;
	for (uint32_t i = 0; i < node_item_count(containers); i++) {
		const struct node *c = node_item(containers, i);
		if (ask->container.len && !str_equal(node_str_at(c, "name"), ask->container))
			continue;
		const struct node *use = node_get(node_get(c, STR("usage")), ask->resource);
		if (!use)
			return false;
		*ret_milli = MIN(*ret_milli + bounded_milli(use), QUANTITY_MOST);
		found = true;
	}
	return found || !ask->container.len;
}

/* False: no pod has metrics. */
static bool read_metrics(const struct hpa_ask *ask, struct members *m)
{
	bool found = false;
	struct map by_pod;

	index_metrics(ask, &by_pod);
	for (uint32_t i = 0; i < m->count; i++) {
		struct member *member = &m->items[i];
		const struct node *metrics = map_get(&by_pod, member->pod->key.name);
		found = found || metrics;
		if (metrics && sum_use(ask, metrics, &member->use_milli))
			member->metrics = metrics;
	}
	return found;
}

/* Groups of pods */

static int64_t seconds_at(const struct node *n, struct trusted_path path)
{
	int64_t s = 0;

	return timestamp_seconds(node_find_str(n, path), &s) ? s : 0;
}

static int64_t window_of(const struct node *metrics)
{
	int64_t ns;

	return duration_parse(node_str_at(metrics, "window"), &ns) ? ns / 1000000000 : WINDOW_S;
}

/* The CPU that a pod uses while it starts says nothing of its load. */
static bool is_starting(const struct hpa_ask *ask, const struct member *m)
{
	const struct node *ready = condition_get(m->pod->root, "Ready");
	int64_t start_s = seconds_at(m->pod->root, TRUSTED_PATH("status.startTime"));
	int64_t ready_s = seconds_at(ready, TRUSTED_PATH("lastTransitionTime"));
	bool is_unready = str_equal(node_str_at(ready, "status"), STR("False"));

	if (!ready || !start_s)
		return true;
	if (start_s + CPU_INITIALIZATION_S > ask->now_s)
		return is_unready || seconds_at(m->metrics, TRUSTED_PATH("timestamp")) <
					     ready_s + window_of(m->metrics);
	return is_unready && start_s + INITIAL_READINESS_S > ready_s;
}

static enum group group_of(const struct hpa_ask *ask, const struct member *m)
{
	if (m->pod->facts.deletion_s || m->pod->facts.phase == PHASE_FAILED)
		return GROUP_IGNORED;
	if (m->pod->facts.phase == PHASE_PENDING)
		return GROUP_UNREADY;
	if (!m->metrics)
		return GROUP_MISSING;
	if (str_equal(ask->resource, STR("cpu")) && is_starting(ask, m))
		return GROUP_UNREADY;
	return GROUP_READY;
}

static void group(const struct hpa_ask *ask, struct members *m)
{
	for (uint32_t i = 0; i < m->count; i++) {
		struct member *member = &m->items[i];
		member->group = group_of(ask, member);
		member->counts = member->group == GROUP_READY;
		m->of_group[member->group]++;
	}
}

/* Requests */

static bool add_requests(const struct hpa_ask *ask, const struct node *containers, bool sidecars,
			 struct member *member, struct str *ret_fault)
{
	for (uint32_t i = 0; i < node_item_count(containers); i++) {
		const struct node *c = node_item(containers, i);
		struct str name = node_str_at(c, "name");
		bool asked = !ask->container.len || str_equal(ask->container, name);
		if (!asked ||
		    (sidecars && !str_equal(node_str_at(c, "restartPolicy"), STR("Always"))))
			continue;
		const struct node *request =
			node_get(node_at(c, "resources.requests"), ask->resource);
		if (!request) {
			*ret_fault =
				str_printf(ask->arena,
					   "missing request for %.*s in container %.*s of Pod %.*s",
					   STR_FMT(ask->resource), STR_FMT(name),
					   STR_FMT(member->pod->key.name));
			return false;
		}
		member->request_milli =
			MIN(member->request_milli + bounded_milli(request), QUANTITY_MOST);
	}
	return true;
}

static bool read_requests(const struct hpa_ask *ask, struct members *m, struct str *ret_fault)
{
	for (uint32_t i = 0; i < m->count; i++) {
		struct member *member = &m->items[i];
		const struct node *spec = node_get(member->pod->root, STR("spec"));
		const struct node *whole =
			node_get(node_at(spec, "resources.requests"), ask->resource);
		if (whole && !ask->container.len) {
			member->request_milli = bounded_milli(whole);
			continue;
		}
		if (!add_requests(ask, node_get(spec, STR("containers")), false, member,
				  ret_fault) ||
		    !add_requests(ask, node_get(spec, STR("initContainers")), true, member,
				  ret_fault))
			return false;
	}
	return true;
}

/* Ratios */

/* False: the requests of the pods that count add up to 0. */
static bool measure(const struct hpa_ask *ask, const struct members *m, struct measure *ret)
{
	__int128 use = 0, request = 0;

	*ret = (struct measure){};
	for (uint32_t i = 0; i < m->count; i++) {
		if (!m->items[i].counts)
			continue;
		use += m->items[i].use_milli;
		request += m->items[i].request_milli;
		ret->counted++;
	}
	assert(ret->counted);
	ret->average_milli = (int64_t)(use / ret->counted);
	if (ask->is_share && !request)
		return false;
	ret->percent = ask->is_share ? (int32_t)MIN(use * 100 / request, INT32_MAX) : 0;
	ret->ratio =
		(double)(ask->is_share ? ret->percent : ret->average_milli) / (double)ask->target;
	return true;
}

static int64_t round_up(double value)
{
	int64_t whole = (int64_t)value;

	return value > (double)whole ? whole + 1 : whole;
}

static bool is_near(const struct hpa_ask *ask, double ratio)
{
	return 1.0 - ask->tolerance_down <= ratio && ratio <= 1.0 + ask->tolerance_up;
}

static int64_t share_of(int64_t request_milli, int64_t percent)
{
	__int128 full = (__int128)request_milli * MAX((int64_t)100, percent) / 100;

	return (int64_t)MIN(full, QUANTITY_MOST);
}

/* A pod without metrics counts as using nothing when the workload would grow, and its whole target
 * when it would shrink; an unready pod counts as using nothing when the workload would grow. */
static void fill_in(const struct hpa_ask *ask, struct members *m, double ratio)
{
	for (uint32_t i = 0; i < m->count; i++) {
		struct member *member = &m->items[i];
		bool missing = member->group == GROUP_MISSING && (ratio != 1.0 || !ask->is_share);
		bool unready = member->group == GROUP_UNREADY && ratio > 1.0;
		int64_t full =
			ask->is_share ? share_of(member->request_milli, ask->target) : ask->target;
		if (!missing && !unready)
			continue;
		member->counts = true;
		member->use_milli = missing && ratio < 1.0 ? full : 0;
	}
}

/* The size with the missing and unready pods counted in; when that would reverse the direction of
 * scaling, the size stays. */
static int64_t corrected_size(const struct hpa_ask *ask, struct members *m, double ratio)
{
	struct measure corrected;

	fill_in(ask, m, ratio);
	if (!measure(ask, m, &corrected))
		return ask->current;
	double now = corrected.ratio;
	if (is_near(ask, now) || (ratio < 1.0 && now > 1.0) || (ratio > 1.0 && now < 1.0))
		return ask->current;
	int64_t size = round_up(now * corrected.counted);
	if ((now < 1.0 && size > ask->current) || (now > 1.0 && size < ask->current))
		return ask->current;
	return size;
}

static int64_t size_for(const struct hpa_ask *ask, struct members *m, double ratio)
{
	bool waits = m->of_group[GROUP_UNREADY] && ratio > 1.0;

	if (waits || m->of_group[GROUP_MISSING])
		return corrected_size(ask, m, ratio);
	return is_near(ask, ratio) ? ask->current : round_up(ratio * m->of_group[GROUP_READY]);
}

static bool no_metrics(const struct hpa_ask *ask, struct str why, struct str *ret_fault)
{
	*ret_fault = str_printf(ask->arena, "unable to get metrics for resource %.*s: %.*s",
				STR_FMT(ask->resource), STR_FMT(why));
	return false;
}

static struct members members_of(const struct hpa_ask *ask)
{
	struct members m = { arena_array(ask->arena, struct member, ask->pods->count),
			     ask->pods->count,
			     {} };

	for (uint32_t i = 0; i < m.count; i++)
		m.items[i] = (struct member){ .pod = ask->pods->items[i] };
	return m;
}

bool hpa_replicas(const struct hpa_ask *ask, struct hpa_found *ret, struct str *ret_fault)
{
	struct members m = members_of(ask);
	struct measure now;

	if (ask->metrics->code != 200)
		return no_metrics(ask,
				  str_concat(ask->arena,
					     STR("unable to fetch metrics from resource metrics "
						 "API: "),
					     ask->metrics->text),
				  ret_fault);
	if (!read_metrics(ask, &m))
		return no_metrics(ask, STR("no metrics returned from resource metrics API"),
				  ret_fault);
	group(ask, &m);
	if (!m.of_group[GROUP_READY]) {
		*ret_fault =
			STR("did not receive metrics for targeted pods (pods might be unready)");
		return false;
	}
	if (ask->is_share && !read_requests(ask, &m, ret_fault))
		return false;
	if (!measure(ask, &m, &now)) {
		*ret_fault = STR("no metrics returned matched known pods");
		return false;
	}
	*ret = (struct hpa_found){ size_for(ask, &m, now.ratio), now.percent, now.average_milli };
	return true;
}
