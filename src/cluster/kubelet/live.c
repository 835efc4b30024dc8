/* live - pods that take time: pulling, starting, probes, crashes, stopping */
#include "base/arena.h"
#include "base/num.h"
#include "base/timestamp.h"
#include "cluster/kubelet/life.h"
#include "cluster/kubelet/obstacle.h"
#include "cluster/kubelet/program.h"
#include "cluster/kubelet/status.h"
#include "doc/make.h"
#include "doc/nodes.h"
#include "kube/quantity.h"
#include "world/random.h"

enum {
	START_LEAST_MS = 1000, /* sandbox, image, containers */
	START_MOST_MS = 3000,
	STOP_MS = 1000, /* from SIGTERM to exit, of a program that handles it */
	CRASH_FIRST_S = 10,
	CRASH_LAST_S = 300,
	WORK_MS = 5000, /* of a program that comes to an end */
	EXIT_MS = 100,	/* of one that ends at once */
	OUT_OF_MEMORY_MS = 1000,
	RETRY_MS = 10000,    /* between two attempts to start what has an obstacle */
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
	bool blocked;	/* an obstacle keeps it from starting */
	uint8_t end;	/* enum end of the last container that ended */
};
static_assert(sizeof(struct life) <= VIEW_MEMORY_BYTES, "fits the memory of a key");

/* Why a container ended, as its status has it. */
enum end { END_ERROR, END_COMPLETED, END_OUT_OF_MEMORY, END_KILLED, END_INIT };

static const struct {
	int code;
	const char *reason;
} ends_of[] = { [END_ERROR] = { 1, "Error" },
		[END_COMPLETED] = { 0, "Completed" },
		[END_OUT_OF_MEMORY] = { 137, "OOMKilled" },
		[END_KILLED] = { 137, "Error" },
		[END_INIT] = { 1, "Error" } };

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

/* How a container ended before it was started again. */
static const struct node *last_state(const struct step *s)
{
	const struct life *life = s->life;

	if (!life->restarts || life->end == END_INIT)
		return node_empty_map();
	return node_make(s->arena, "{terminated: {exitCode: %d, reason: %c}}",
			 ends_of[life->end].code, ends_of[life->end].reason);
}

static const struct node *status_of(const struct step *s, const struct node *container,
				    const struct node *state, bool ready, bool started)
{
	return node_make(s->arena,
			 "{name: %s, image: %s, imageID: \"\", ready: %b, started: %b, "
			 "restartCount: %l, lastState: %n, state: %n}",
			 node_str_at(container, "name"), node_str_at(container, "image"), ready,
			 started, s->life->restarts, last_state(s), state);
}

/* Statuses of all containers in one state. */
static const struct node *statuses(const struct step *s, const struct node *state, bool ready,
				   bool started)
{
	const struct node *containers = node_at(s->pod->root, "spec.containers");
	struct nodes list = {};

	for (uint32_t i = 0; i < node_item_count(containers); i++)
		nodes_add(s->arena, &list,
			  status_of(s, node_item(containers, i), state, ready, started));
	return node_list_of(s->arena, list.items, list.count);
}

/* Statuses of containers of which one waits; the others wait for it. */
static const struct node *waiting_statuses(const struct step *s, const struct node *containers,
					   struct str name, const struct node *state,
					   const char *others)
{
	const struct node *other = node_make(s->arena, "{waiting: {reason: %c}}", others);
	struct nodes list = {};

	for (uint32_t i = 0; i < node_item_count(containers); i++) {
		const struct node *c = node_item(containers, i);
		bool waits = str_equal(node_str_at(c, "name"), name);
		nodes_add(s->arena, &list, status_of(s, c, waits ? state : other, false, false));
	}
	return list.count ? node_list_of(s->arena, list.items, list.count) : NULL;
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

static const struct node *conditions(const struct step *s, const char *phase, bool initialized,
				     bool ready)
{
	bool running = !str_equal(str_from_cstr(phase), STR("Pending"));
	struct kubelet_conditions c = kubelet_conditions_of(s->view, s->pod);
	struct kubelet_why why = ready ? (struct kubelet_why){} : why_unready(s, phase);

	kubelet_condition(&c, STR("PodReadyToStartContainers"), running, NULL);
	kubelet_condition(&c, STR("Initialized"), initialized, NULL);
	kubelet_condition(&c, STR("Ready"), ready, &why);
	kubelet_condition(&c, STR("ContainersReady"), ready, &why);
	return c.list;
}

/* init_containers: NULL while they do nothing that is worth telling. */
static void write_statuses(const struct step *s, const char *phase,
			   const struct node *init_containers, const struct node *containers,
			   bool ready)
{
	bool running = !str_equal(str_from_cstr(phase), STR("Pending"));
	const struct node *old = node_get(s->pod->root, STR("status"));
	struct str started = node_str_at(old, "startTime");
	struct str ip = running ? kubelet_pod_ip(s->arena, s->pod) : STR_NONE;
	struct str host = kubelet_host_ip(s->arena, s->pod);

	plan_status(s->plan, s->pod,
		    node_make(s->arena,
			      "{phase: %c, conditions: %n, initContainerStatuses: %?n, "
			      "containerStatuses: %?n, hostIP: %s, "
			      "hostIPs: [{ip: %s}], podIP: %?s, podIPs: %?n, qosClass: %?s, "
			      "startTime: %s, observedGeneration: %l}",
			      phase, conditions(s, phase, !init_containers, ready), init_containers,
			      containers, host, host, ip,
			      running ? node_make(s->arena, "[{ip: %s}]", ip) : NULL,
			      node_str_at(old, "qosClass"),
			      started.len ? started : view_now(s->view), s->pod->facts.generation));
}

static void write_status(const struct step *s, const char *phase, const struct node *containers,
			 bool ready)
{
	write_statuses(s, phase, NULL, containers, ready);
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
	write_status(s, "Pending", statuses(s, state, false, false), false);
	tell_of_containers(s, STR("Pulled"), STR("Container image already present on machine: "),
			   STR("image"));
	plan_requeue(s->plan, start_ms);
}

/* What keeps it from starting is told once, and tried again. */
static void wait_for(const struct step *s, const struct obstacle *o)
{
	const struct node *state = node_make(s->arena, "{waiting: {reason: %c, message: %?s}}",
					     o->waiting, o->message);
	bool is_init = o->place == POD_REFERENCE_INIT_CONTAINER;

	plan_requeue(s->plan, RETRY_MS);
	if (s->life->blocked)
		return;
	s->life->blocked = true;
	write_statuses(s, "Pending",
		       is_init ? waiting_statuses(s, node_at(s->pod->root, "spec.initContainers"),
						  o->holder, state, "PodInitializing")
			       : NULL,
		       waiting_statuses(s, node_at(s->pod->root, "spec.containers"),
					is_init ? STR_NONE : o->holder, state,
					is_init ? "PodInitializing" : "ContainerCreating"),
		       false);
	plan_event_text(s->plan, s->pod, /* warning= */ true, str_from_cstr(o->event),
			o->event_message);
}

/* What the probes of all containers say: ready with the last one, killed by the first. */
static struct probe_outlook outlook_of(const struct step *s)
{
	const struct node *containers = node_at(s->pod->root, "spec.containers");
	const struct program program = {
		.listens_ms = annotated_ms(s->pod, STR("forge.dev/listens-ms"), 0),
		.open_ports = object_annotation(s->pod->root, STR("forge.dev/open-ports")),
	};
	struct probe_outlook all = { .kill_ms = INT64_MAX };

	for (uint32_t i = 0; i < node_item_count(containers); i++) {
		struct probe_outlook one =
			program_probe_outlook(s->arena, node_item(containers, i), &program);
		all.ready_ms = MAX(all.ready_ms, one.ready_ms);
		all.why = all.why.len ? all.why : one.why;
		if (one.kill_ms >= all.kill_ms)
			continue;
		all.kill_ms = one.kill_ms;
		all.killer = one.killer;
	}
	return all;
}

static bool is_never_ready(const struct object *pod)
{
	return str_equal(object_annotation(pod->root, STR("forge.dev/ready")), STR("never"));
}

static void run(const struct step *s, bool ready)
{
	struct str started = timestamp_format(s->arena, s->life->running_ms / 1000);
	const struct node *state = node_make(s->arena, "{running: {startedAt: %s}}", started);

	write_status(s, "Running", statuses(s, state, ready, true), ready);
}

static bool is_running(const struct object *pod)
{
	return pod->facts.phase == PHASE_RUNNING &&
	       node_at(pod->root, "status.containerStatuses[0].state.running");
}

/* Exit, back-off doubling from 10 s to 300 s, start again; the first start is at once. Returns the
 * container's state. */
static const struct node *back_off(const struct step *s, struct str container, enum end end)
{
	int64_t wait_s = 0;

	s->life->restarts++;
	s->life->end = (uint8_t)end;
	if (s->life->restarts > 1)
		wait_s = MIN((int64_t)CRASH_FIRST_S << MIN(s->life->restarts - 2, 5),
			     (int64_t)CRASH_LAST_S);
	s->life->running_ms = s->view->now_ms + wait_s * 1000 + EXIT_MS;
	struct str text =
		str_printf(s->arena,
			   "back-off %llds restarting failed container=%.*s "
			   "pod=%.*s_%.*s(%.*s)",
			   (long long)wait_s, STR_FMT(container), STR_FMT(s->pod->key.name),
			   STR_FMT(s->pod->key.namespace), STR_FMT(s->pod->uid));
	plan_event(s->plan, s->pod, /* warning= */ true, STR("BackOff"),
		   "Back-off restarting failed container %.*s", STR_FMT(container));
	plan_requeue(s->plan, s->life->running_ms - s->view->now_ms);
	return node_make(s->arena, "{waiting: {reason: CrashLoopBackOff, message: %s}}", text);
}

static void crash(const struct step *s, enum end end)
{
	struct str container = node_str_at(s->pod->root, "spec.containers[0].name");
	const struct node *state = back_off(s, container, end);

	write_status(s, "Running", statuses(s, state, false, false), false);
}

/* The first init container that surely fails; NULL: none. */
static const struct node *failing_init(const struct object *pod)
{
	const struct node *init = node_at(pod->root, "spec.initContainers");

	for (uint32_t i = 0; i < node_item_count(init); i++)
		if (program_exit_code(node_item(init, i)) > 0)
			return node_item(init, i);
	return NULL;
}

static void crash_init(const struct step *s, const struct node *container)
{
	struct str name = node_str_at(container, "name");
	const struct node *state = back_off(s, name, END_INIT);

	write_statuses(s, "Pending",
		       waiting_statuses(s, node_at(s->pod->root, "spec.initContainers"), name,
					state, "PodInitializing"),
		       waiting_statuses(s, node_at(s->pod->root, "spec.containers"), STR_NONE,
					state, "PodInitializing"),
		       false);
}

static int64_t probe_period_ms(const struct node *probe)
{
	return MAX(bounded_at(probe, TRUSTED_PATH("periodSeconds"), 10), (int64_t)1) * 1000;
}

static void probe_failed(const struct step *s, struct str why)
{
	const struct node *probe = node_at(s->pod->root, "spec.containers[0].readinessProbe");

	plan_event_text(s->plan, s->pod, /* warning= */ true, STR("Unhealthy"),
			STR_CAT(s->arena, STR("Readiness probe failed: "), why));
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

static void fail_readiness(const struct step *s, struct str why)
{
	struct life *life = s->life;

	if (!life->failing_ms)
		life->failing_ms = s->view->now_ms;
	if (s->pod->facts.ready && s->view->now_ms >= life->failing_ms + unready_after_ms(s->pod))
		run(s, /* ready= */ false);
	probe_failed(s, why);
}

static void finish(const struct step *s, bool succeeded)
{
	struct str started = timestamp_format(s->arena, s->life->running_ms / 1000);
	const struct node *state = node_make(
		s->arena, "{terminated: {exitCode: %d, reason: %c, startedAt: %s, finishedAt: %s}}",
		succeeded ? 0 : 1, succeeded ? "Completed" : "Error", started, view_now(s->view));

	write_status(s, succeeded ? "Succeeded" : "Failed", statuses(s, state, false, false),
		     false);
}

/* A container that uses more memory than it may; a pod's usage is that of each container. */
static bool is_out_of_memory(const struct object *pod)
{
	int64_t used = annotated_ms(pod, STR("forge.dev/memory-bytes"), 0);
	const struct node *containers = node_at(pod->root, "spec.containers");

	for (uint32_t i = 0; used && i < node_item_count(containers); i++) {
		const struct node *limit =
			node_at(node_item(containers, i), "resources.limits.memory");
		if (quantity_value(limit, INT64_MAX) < used)
			return true;
	}
	return false;
}

/* The first program that surely ends; PROGRAM_RUNS: none. */
static int exit_code_of(const struct object *pod)
{
	const struct node *containers = node_at(pod->root, "spec.containers");
	int code = PROGRAM_RUNS;

	for (uint32_t i = 0; i < node_item_count(containers) && code == PROGRAM_RUNS; i++)
		code = program_exit_code(node_item(containers, i));
	return code;
}

/* When the containers end, from their start, and how. */
struct ending {
	int64_t after_ms; /* INT64_MAX: they do not */
	enum end end;
};

static struct ending sooner(struct ending a, int64_t after_ms, enum end end)
{
	return after_ms < a.after_ms ? (struct ending){ after_ms, end } : a;
}

static struct ending ending_of(const struct step *s, const struct probe_outlook *outlook)
{
	int64_t crash_ms = annotated_ms(s->pod, STR("forge.dev/crash-after-ms"), -1);
	struct str policy = node_str_at(s->pod->root, "spec.restartPolicy");
	bool is_finite = policy.len && !str_equal(policy, STR("Always"));
	struct ending ending = { INT64_MAX, END_ERROR };
	int code = exit_code_of(s->pod);

	if (is_finite && crash_ms < 0 && code == PROGRAM_RUNS)
		ending = (struct ending){ WORK_MS, END_COMPLETED };
	if (crash_ms >= 0)
		ending = (struct ending){ crash_ms, END_ERROR };
	if (code != PROGRAM_RUNS)
		ending = sooner(ending, EXIT_MS, code ? END_ERROR : END_COMPLETED);
	if (is_out_of_memory(s->pod))
		ending = sooner(ending, OUT_OF_MEMORY_MS, END_OUT_OF_MEMORY);
	return sooner(ending, outlook->kill_ms, END_KILLED);
}

/* Whether the containers have terminated; then they crash or the pod finishes. */
static bool ends(const struct step *s, const struct probe_outlook *outlook)
{
	struct ending ending = ending_of(s, outlook);
	struct str policy = node_str_at(s->pod->root, "spec.restartPolicy");
	bool succeeded = ending.end == END_COMPLETED;
	bool restarts = !str_equal(policy, STR("Never")) &&
			!(succeeded && str_equal(policy, STR("OnFailure")));

	if (ending.after_ms == INT64_MAX || !reached(s, s->life->running_ms + ending.after_ms))
		return false;
	if (ending.end == END_KILLED)
		plan_event(s->plan, s->pod, /* warning= */ false, STR("Killing"),
			   "Container %.*s failed %s probe, will be restarted",
			   STR_FMT(node_str_at(s->pod->root, "spec.containers[0].name")),
			   outlook->killer);
	if (restarts)
		crash(s, ending.end);
	else
		finish(s, succeeded);
	return true;
}

/* Running: ready as the probes say, and crashing when the pod is made to. */
static void watch(const struct step *s)
{
	struct probe_outlook outlook = outlook_of(s);

	if (ends(s, &outlook))
		return;
	if (is_never_ready(s->pod) || outlook.ready_ms == INT64_MAX) {
		fail_readiness(s, outlook.why.len ? outlook.why
						  : STR("HTTP probe failed with statuscode: 503"));
		return;
	}
	s->life->failing_ms = 0;
	if (s->pod->facts.ready)
		return;
	if (reached(s, s->life->running_ms + outlook.ready_ms))
		run(s, /* ready= */ true);
}

static void start(const struct step *s)
{
	struct obstacle obstacle;
	const struct node *init = failing_init(s->pod);

	if (kubelet_obstacle(s->view, s->pod, &obstacle)) {
		wait_for(s, &obstacle);
		return;
	}
	if (s->life->blocked)
		s->life->running_ms = s->view->now_ms;
	s->life->blocked = false;
	if (init) {
		crash_init(s, init);
		return;
	}
	run(s, outlook_of(s).ready_ms == 0 && !is_never_ready(s->pod));
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
