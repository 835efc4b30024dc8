/* play - pods as their label forge.dev/play says, at once */
#include "base/arena.h"
#include "cluster/kubelet/life.h"
#include "cluster/kubelet/status.h"
#include "doc/make.h"

/* What the label makes of a pod. */
struct act {
	struct str play;
	const char *phase;
	bool ready;
	const char *reason;    /* of Ready False */
	bool lists_containers; /* in the message of Ready False */
	const char *state;     /* of the containers */
	int restarts;
};

#define RUNNING "{running: {startedAt: %s}}"

static const struct act acts[] = {
	{ STR_INIT(""), "Running", true, NULL, false, RUNNING, 0 },
	{ STR_INIT("run"), "Running", true, NULL, false, RUNNING, 0 },
	{ STR_INIT("linger"), "Running", true, NULL, false, RUNNING, 0 },
	{ STR_INIT("never-ready"), "Running", false, "ContainersNotReady", true, RUNNING, 0 },
	{ STR_INIT("crash"), "Running", false, "ContainersNotReady", true,
	  "{waiting: {reason: CrashLoopBackOff, "
	  "message: back-off 10s restarting failed container}}",
	  1 },
	{ STR_INIT("fail"), "Failed", false, "PodFailed", false,
	  "{terminated: {exitCode: 1, reason: Error, startedAt: %s, finishedAt: %s}}", 0 },
	{ STR_INIT("succeed"), "Succeeded", false, "PodCompleted", false,
	  "{terminated: {exitCode: 0, reason: Completed, startedAt: %s, finishedAt: %s}}", 0 },
};

static const struct act *act_named(struct str play)
{
	for (size_t i = 0; i < ARRAY_COUNT(acts); i++)
		if (str_equal(acts[i].play, play))
			return &acts[i];
	return &acts[0];
}

static bool is_of_a_job(const struct object *pod)
{
	const struct node *owner = object_controller(pod->root);
	return str_equal(node_str_at(owner, "kind"), STR("Job"));
}

/* The next act: NULL when the pod stays as it is. */
static const struct act *next_act(const struct object *pod)
{
	struct str play = object_label(pod->root, STR("forge.dev/play"));
	bool started = pod->facts.ip.len > 0;

	if (!started)
		return act_named(play);
	/* Without a label, a Job's pod runs first and succeeds then. */
	if (!play.len && is_of_a_job(pod) && pod->facts.phase == PHASE_RUNNING)
		return act_named(STR("succeed"));
	return NULL;
}

static const struct node *container_statuses(const struct view *view, const struct object *pod,
					     const struct act *act)
{
	const struct node *containers = node_at(pod->root, "spec.containers"), *list = NULL;
	struct str now = view_now(view);

	for (uint32_t i = 0; i < node_item_count(containers); i++) {
		const struct node *c = node_item(containers, i);
		const struct node *state = node_make(view->arena, act->state, now, now);
		list = node_list_append(
			view->arena, list,
			node_make(view->arena,
				  "{image: %s, name: %s, ready: %b, restartCount: %d, state: %n}",
				  node_str_at(c, "image"), node_str_at(c, "name"), act->ready,
				  act->restarts, state));
	}
	return list;
}

static const struct node *conditions(const struct view *view, const struct object *pod,
				     const struct act *act)
{
	const struct node *gates = node_at(pod->root, "spec.readinessGates");
	struct kubelet_conditions c = kubelet_conditions_of(view, pod);
	struct kubelet_why why = { act->reason, act->lists_containers
							? kubelet_unready_message(view->arena, pod)
							: STR_NONE };

	kubelet_condition(&c, STR("Initialized"), true, NULL);
	kubelet_condition(&c, STR("Ready"), act->ready, &why);
	kubelet_condition(&c, STR("ContainersReady"), act->ready, &why);
	for (uint32_t i = 0; i < node_item_count(gates); i++)
		kubelet_condition(&c, node_str_at(node_item(gates, i), "conditionType"), true,
				  NULL);
	return c.list;
}

const struct node *kubelet_played_status(const struct view *view, const struct object *pod)
{
	const struct act *act = next_act(pod);
	struct str started = node_str_at(pod->root, "status.startTime");

	if (!act)
		return NULL;
	struct str ip = pod->facts.ip.len ? pod->facts.ip : kubelet_pod_ip(view->arena, pod);
	return node_make(view->arena,
			 "{phase: %c, conditions: %n, containerStatuses: %?n, hostIP: %s, "
			 "hostIPs: [{ip: %s}], podIP: %s, podIPs: [{ip: %s}], qosClass: %?s, "
			 "startTime: %s, observedGeneration: %l}",
			 act->phase, conditions(view, pod, act), container_statuses(view, pod, act),
			 kubelet_host_ip(view->arena, pod), kubelet_host_ip(view->arena, pod), ip,
			 ip, node_str_at(pod->root, "status.qosClass"),
			 started.len ? started : view_now(view), pod->facts.generation);
}
