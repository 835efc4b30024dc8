/* live - pods that take time: pulling, starting, probes, crashes, stopping */
#include "base/arena.h"
#include "base/num.h"
#include "base/timestamp.h"
#include "cluster/kubelet/life.h"
#include "cluster/kubelet/status.h"
#include "doc/make.h"
#include "world/random.h"

enum {
	START_LEAST_MS = 1000, /* sandbox, image, containers */
	START_MOST_MS = 3000,
	STOP_MS = 1000, /* from SIGTERM to exit, of a program that handles it */
	CRASH_FIRST_S = 10,
	CRASH_LAST_S = 300,
	WORK_MS = 5000,	     /* of a program that comes to an end */
	COUNT_MAX = 1000000, /* seconds or times: what is larger is taken as this */
};

/* What the kubelet remembers of a pod between two runs. */
struct life {
	int64_t bound_ms;   /* when it saw the pod first */
	int64_t running_ms; /* when the containers run (again); 0: not decided */
	int64_t stopped_ms; /* when they have stopped after SIGTERM */
	int64_t failing_ms; /* since when readiness probes of a ready pod fail; 0: they pass */
	int64_t restarts;
	bool announced; /* Killing */
};
static_assert(sizeof(struct life) <= VIEW_MEMORY_BYTES, "fits the memory of a key");

struct step {
	const struct view *view;
	struct arena *arena;
	struct plan *plan;
	const struct object *pod;
	struct life *life;
};

static int64_t annotated_ms(const struct object *pod, struct str name, int64_t fallback)
{
	num_int64(object_annotation(pod->root, name), &fallback);
	return fallback;
}

/* Seconds or times that are written in a pod. */
static int64_t bounded_at(const struct node *n, struct trusted_path path, int64_t fallback)
{
	return MIN(MAX(node_find_int(n, path, fallback), (int64_t)0), (int64_t)COUNT_MAX);
}

/* Waits until a moment; true when it has come. */
static bool reached(const struct step *s, int64_t when_ms)
{
	if (s->view->now_ms >= when_ms)
		return true;
	plan_requeue(s->plan, when_ms - s->view->now_ms);
	return false;
}

/* Statuses of all containers in one state. */
static const struct node *statuses(const struct step *s, const struct node *state, bool ready,
				   bool started)
{
	const struct node *containers = node_at(s->pod->root, "spec.containers"), *list = NULL;

	for (uint32_t i = 0; i < node_item_count(containers); i++) {
		const struct node *c = node_item(containers, i);
		list = node_list_append(
			s->arena, list,
			node_make(s->arena,
				  "{name: %s, image: %s, imageID: \"\", ready: %b, started: %b, "
				  "restartCount: %l, lastState: {}, state: %n}",
				  node_str_at(c, "name"), node_str_at(c, "image"), ready, started,
				  s->life->restarts, state));
	}
	return list;
}

static struct kubelet_why why_unready(const struct step *s, const char *phase)
{
	if (str_equal(str_from_cstr(phase), STR("Succeeded")))
		return (struct kubelet_why){ "PodCompleted", STR_NONE };
	if (str_equal(str_from_cstr(phase), STR("Failed")))
		return (struct kubelet_why){ "PodFailed", STR_NONE };
	return (struct kubelet_why){ "ContainersNotReady",
				     kubelet_unready_message(s->arena, s->pod) };
}

static const struct node *conditions(const struct step *s, const char *phase, bool running,
				     bool ready)
{
	struct kubelet_conditions c = kubelet_conditions_of(s->view, s->pod);
	struct kubelet_why why = ready ? (struct kubelet_why){} : why_unready(s, phase);

	kubelet_condition(&c, STR("PodReadyToStartContainers"), running, NULL);
	kubelet_condition(&c, STR("Initialized"), true, NULL);
	kubelet_condition(&c, STR("Ready"), ready, &why);
	kubelet_condition(&c, STR("ContainersReady"), ready, &why);
	return c.list;
}

static void write_status(const struct step *s, const char *phase, const struct node *containers,
			 bool running, bool ready)
{
	const struct node *old = node_get(s->pod->root, STR("status"));
	struct str started = node_str_at(old, "startTime");
	struct str ip = running ? kubelet_pod_ip(s->arena, s->pod) : STR_NONE;
	struct str host = kubelet_host_ip(s->arena, s->pod);

	plan_status(s->plan, s->pod,
		    node_make(s->arena,
			      "{phase: %c, conditions: %n, containerStatuses: %?n, hostIP: %s, "
			      "hostIPs: [{ip: %s}], podIP: %?s, podIPs: %?n, qosClass: %?s, "
			      "startTime: %s, observedGeneration: %l}",
			      phase, conditions(s, phase, running, ready), containers, host, host,
			      ip, running ? node_make(s->arena, "[{ip: %s}]", ip) : NULL,
			      node_str_at(old, "qosClass"),
			      started.len ? started : view_now(s->view), s->pod->facts.generation));
}

/* field absent: the text says it all. */
static void tell_of_containers(const struct step *s, struct str reason, struct str text,
			       struct str field)
{
	const struct node *containers = node_at(s->pod->root, "spec.containers");

	for (uint32_t i = 0; i < node_item_count(containers); i++) {
		struct str about = node_text(node_get(node_item(containers, i), field));
		plan_event_text(s->plan, s->pod, /* warning= */ false, reason,
				STR_CAT(s->arena, text, about));
	}
}

/* Starting */

static void begin(const struct step *s)
{
	int64_t start_ms = annotated_ms(s->pod, STR("forge.dev/start-ms"), -1);

	if (start_ms < 0)
		start_ms = random_range(s->view->random, START_LEAST_MS, START_MOST_MS);
	s->life->bound_ms = s->view->now_ms;
	s->life->running_ms = s->view->now_ms + start_ms;
	const struct node *state = node_make(s->arena, "{waiting: {reason: ContainerCreating}}");
	write_status(s, "Pending", statuses(s, state, false, false), false, false);
	tell_of_containers(s, STR("Pulled"), STR("Container image already present on machine: "),
			   STR("image"));
	plan_requeue(s->plan, start_ms);
}

/* Readiness: when the probe of the slowest container has passed for the first time. */
static int64_t ready_after_ms(const struct object *pod)
{
	const struct node *containers = node_at(pod->root, "spec.containers");
	int64_t slowest = 0;

	for (uint32_t i = 0; i < node_item_count(containers); i++) {
		static const struct str probes[] = { STR_INIT("startupProbe"),
						     STR_INIT("readinessProbe") };
		int64_t own = 0;
		for (size_t p = 0; p < ARRAY_COUNT(probes); p++) {
			const struct node *probe = node_get(node_item(containers, i), probes[p]);
			if (probe)
				own += bounded_at(probe, TRUSTED_PATH("initialDelaySeconds"), 0) *
					       1000 +
				       MAX(bounded_at(probe, TRUSTED_PATH("successThreshold"), 1) -
						   1,
					   0) *
					       bounded_at(probe, TRUSTED_PATH("periodSeconds"),
							  10) *
					       1000;
		}
		slowest = MAX(slowest, own);
	}
	return slowest;
}

static bool is_never_ready(const struct object *pod)
{
	return str_equal(object_annotation(pod->root, STR("forge.dev/ready")), STR("never"));
}

static void run(const struct step *s, bool ready)
{
	struct str started = timestamp_format(s->arena, s->life->running_ms / 1000);
	const struct node *state = node_make(s->arena, "{running: {startedAt: %s}}", started);

	write_status(s, "Running", statuses(s, state, ready, true), true, ready);
}

static bool is_running(const struct object *pod)
{
	return pod->facts.phase == PHASE_RUNNING &&
	       node_at(pod->root, "status.containerStatuses[0].state.running");
}

/* Crashing: exit, back-off doubling from 10 s to 300 s, start again. */
static void crash(const struct step *s)
{
	int64_t wait_s = 0;

	s->life->restarts++;
	if (s->life->restarts > 1)
		wait_s = MIN((int64_t)CRASH_FIRST_S << MIN(s->life->restarts - 2, 5),
			     (int64_t)CRASH_LAST_S);
	s->life->running_ms = s->view->now_ms + wait_s * 1000 + 100;
	struct str container = node_str_at(s->pod->root, "spec.containers[0].name");
	struct str text =
		str_printf(s->arena,
			   "back-off %llds restarting failed container=%.*s "
			   "pod=%.*s_%.*s(%.*s)",
			   (long long)wait_s, STR_FMT(container), STR_FMT(s->pod->key.name),
			   STR_FMT(s->pod->key.namespace), STR_FMT(s->pod->uid));
	const struct node *state =
		node_make(s->arena, "{waiting: {reason: CrashLoopBackOff, message: %s}}", text);
	write_status(s, "Running", statuses(s, state, false, false), true, false);
	plan_event(s->plan, s->pod, /* warning= */ true, STR("BackOff"),
		   "Back-off restarting failed container %.*s", STR_FMT(container));
	plan_requeue(s->plan, s->life->running_ms - s->view->now_ms);
}

static int64_t probe_period_ms(const struct node *probe)
{
	return MAX(bounded_at(probe, TRUSTED_PATH("periodSeconds"), 10), (int64_t)1) * 1000;
}

static void probe_failed(const struct step *s)
{
	const struct node *probe = node_at(s->pod->root, "spec.containers[0].readinessProbe");

	plan_event_text(s->plan, s->pod, /* warning= */ true, STR("Unhealthy"),
			STR("Readiness probe failed: HTTP probe failed with statuscode: 503"));
	plan_requeue(s->plan, probe_period_ms(probe));
}

/* From the first failure to the one that counts, of the container that gives up first; at once
 * without a probe. */
static int64_t unready_after_ms(const struct object *pod)
{
	const struct node *containers = node_at(pod->root, "spec.containers");
	int64_t soonest = INT64_MAX;

	for (uint32_t i = 0; i < node_item_count(containers); i++) {
		const struct node *probe =
			node_get(node_item(containers, i), STR("readinessProbe"));
		int64_t failures = bounded_at(probe, TRUSTED_PATH("failureThreshold"), 3);
		if (probe)
			soonest = MIN(soonest,
				      MAX(failures - 1, (int64_t)0) * probe_period_ms(probe));
	}
	return soonest == INT64_MAX ? 0 : soonest;
}

static void fail_readiness(const struct step *s)
{
	struct life *life = s->life;

	if (!life->failing_ms)
		life->failing_ms = s->view->now_ms;
	if (s->pod->facts.ready && s->view->now_ms >= life->failing_ms + unready_after_ms(s->pod))
		run(s, /* ready= */ false);
	probe_failed(s);
}

static void finish(const struct step *s, bool succeeded)
{
	struct str started = timestamp_format(s->arena, s->life->running_ms / 1000);
	const struct node *state = node_make(
		s->arena, "{terminated: {exitCode: %d, reason: %c, startedAt: %s, finishedAt: %s}}",
		succeeded ? 0 : 1, succeeded ? "Completed" : "Error", started, view_now(s->view));

	write_status(s, succeeded ? "Succeeded" : "Failed", statuses(s, state, false, false), true,
		     false);
}

/* Whether the containers have terminated; then they crash or the pod finishes. */
static bool ends(const struct step *s)
{
	int64_t crash_ms = annotated_ms(s->pod, STR("forge.dev/crash-after-ms"), -1);
	struct str policy = node_str_at(s->pod->root, "spec.restartPolicy");
	bool is_finite = policy.len && !str_equal(policy, STR("Always"));

	if (crash_ms >= 0 && reached(s, s->life->running_ms + crash_ms)) {
		if (str_equal(policy, STR("Never")))
			finish(s, /* succeeded= */ false);
		else
			crash(s);
		return true;
	}
	if (crash_ms >= 0 || !is_finite || !reached(s, s->life->running_ms + WORK_MS))
		return false;
	finish(s, /* succeeded= */ true);
	return true;
}

/* Running: ready as the probes say, and crashing when the pod is made to. */
static void watch(const struct step *s)
{
	if (ends(s))
		return;
	if (is_never_ready(s->pod)) {
		fail_readiness(s);
		return;
	}
	s->life->failing_ms = 0;
	if (s->pod->facts.ready)
		return;
	if (reached(s, s->life->running_ms + ready_after_ms(s->pod)))
		run(s, /* ready= */ true);
}

static void start(const struct step *s)
{
	bool at_once = ready_after_ms(s->pod) == 0 && !is_never_ready(s->pod);

	run(s, at_once);
	tell_of_containers(s, STR("Created"), STR("Container created"), STR_NONE);
	tell_of_containers(s, STR("Started"), STR("Container started"), STR_NONE);
}

/* Time from the deletion to the exit of the containers: preStop, then SIGTERM, at most the grace
 * period. */
static int64_t stopping_ms(const struct object *pod)
{
	int64_t sleep_s = bounded_at(
		pod->root, TRUSTED_PATH("spec.containers[0].lifecycle.preStop.sleep.seconds"), 0);
	int64_t grace_s =
		bounded_at(pod->root, TRUSTED_PATH("metadata.deletionGracePeriodSeconds"), 0);

	return MIN(sleep_s * 1000 + STOP_MS, grace_s * 1000);
}

/* The object goes with the last container. */
static void stop(const struct step *s)
{
	if (!s->life->announced) {
		s->life->announced = true;
		s->life->stopped_ms = s->view->now_ms + stopping_ms(s->pod);
		tell_of_containers(s, STR("Killing"), STR("Stopping container "), STR("name"));
	}
	if (!reached(s, s->life->stopped_ms))
		return;
	plan_delete(s->plan, s->pod);
	plan_last_write(s->plan)->grace_s = 0;
}

void kubelet_live(const struct view *view, const struct object *pod, struct plan *plan)
{
	struct step s = { view, plan->arena, plan, pod, plan_memory(plan, view, pod) };

	if (pod->facts.deletion_s)
		stop(&s);
	else if (pod->facts.phase == PHASE_SUCCEEDED || pod->facts.phase == PHASE_FAILED)
		return;
	else if (!s.life->bound_ms)
		begin(&s);
	else if (is_running(pod))
		watch(&s);
	else if (reached(&s, s.life->running_ms))
		start(&s);
}
