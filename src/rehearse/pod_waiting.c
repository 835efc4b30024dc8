/* pod_waiting - what keeps a container of a pod from running */
#include "rehearse/pod_waiting.h"

#include "base/arena.h"
#include "base/buf.h"
#include "doc/json.h"

/* The command that ends at once, or the limit that memory exceeds: what a person must look at. */
static struct str end_text(struct arena *arena, const struct node *container, struct str reason)
{
	struct str limit = node_str_at(container, "resources.limits.memory");
	const struct node *command = node_get(container, STR("command"));
	struct buf buf;

	if (str_equal(reason, STR("OOMKilled")))
		return str_printf(arena, " (OOMKilled, its limit is %.*s)", STR_FMT(limit));
	if (!command)
		return STR("");
	buf_init(&buf, arena);
	json_write(&buf, command, 0);
	return str_printf(arena, " (command %.*s)", STR_FMT(buf_str(&buf)));
}

static const struct node *container_named(const struct node *containers, struct str name)
{
	for (uint32_t i = 0; i < node_item_count(containers); i++)
		if (str_equal(node_str_at(node_item(containers, i), "name"), name))
			return node_item(containers, i);
	return NULL;
}

/* What keeps the first container that waits from running, in the words of the kubelet. */
static struct str waiting_text(struct arena *arena, const struct object *pod,
			       const char *statuses_key, const char *containers_key)
{
	const struct node *statuses =
		node_get(node_get(pod->root, STR("status")), str_from_cstr(statuses_key));
	const struct node *containers =
		node_get(node_get(pod->root, STR("spec")), str_from_cstr(containers_key));

	for (uint32_t i = 0; i < node_item_count(statuses); i++) {
		const struct node *c = node_item(statuses, i);
		const struct node *waiting = node_at(c, "state.waiting");
		struct str name = node_str_at(c, "name"), reason = node_str_at(waiting, "reason");
		struct str message = node_str_at(waiting, "message");
		if (!waiting || str_equal(reason, STR("PodInitializing")))
			continue;
		if (str_equal(reason, STR("CrashLoopBackOff")))
			message = end_text(arena, container_named(containers, name),
					   node_str_at(c, "lastState.terminated.reason"));
		else if (message.len)
			message = STR_CAT(arena, STR(": "), message);
		return str_printf(arena, "container %.*s waits: %.*s%.*s", STR_FMT(name),
				  STR_FMT(reason), STR_FMT(message));
	}
	return STR_NONE;
}

struct str pod_waiting_text(struct arena *arena, const struct object *pod)
{
	struct str init = waiting_text(arena, pod, "initContainerStatuses", "initContainers");

	return init.ptr ? init : waiting_text(arena, pod, "containerStatuses", "containers");
}
