/* status - parts of a pod's status that both ways of playing it write */
#include "cluster/kubelet/status.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/num.h"
#include "doc/make.h"
#include "kube/health.h"

struct str kubelet_pod_ip(struct arena *arena, const struct object *pod)
{
	uint32_t hash = hash32(pod->uid);

	return STR_CAT(arena, STR("10."), num_format_int64(arena, 128 + (hash >> 16 & 127)),
		       STR("."), num_format_int64(arena, hash >> 8 & 255), STR("."),
		       num_format_int64(arena, 1 + (hash & 255) % 254));
}

struct str kubelet_host_ip(struct arena *arena, const struct object *pod)
{
	uint32_t hash = hash32(pod->facts.node_name);

	return STR_CAT(arena, STR("172.18."), num_format_int64(arena, hash >> 8 & 255), STR("."),
		       num_format_int64(arena, 1 + (hash & 255) % 254));
}

struct str kubelet_unready_message(struct arena *arena, const struct object *pod)
{
	const struct node *containers = node_at(pod->root, "spec.containers");
	struct buf buf;

	buf_init(&buf, arena);
	buf_add(&buf, STR("containers with unready status: ["));
	for (uint32_t i = 0; i < node_item_count(containers); i++) {
		if (i)
			buf_add_char(&buf, ' ');
		buf_add(&buf, node_str_at(node_item(containers, i), "name"));
	}
	buf_add_char(&buf, ']');
	return buf_str(&buf);
}

struct kubelet_conditions kubelet_conditions_of(const struct view *view, const struct object *pod)
{
	return (struct kubelet_conditions){
		.arena = view->arena,
		.list = node_get(node_get(pod->root, STR("status")), STR("conditions")),
		.generation = pod->facts.generation,
		.now = view_now(view),
	};
}

void kubelet_condition(struct kubelet_conditions *c, struct str type, bool holds,
		       const struct kubelet_why *why)
{
	struct str reason = why ? str_from_cstr(why->reason) : STR_NONE;
	struct str message = why ? why->message : STR_NONE;
	uint32_t index = condition_index(c->list, type);
	const struct node *old = node_item(c->list, index);
	struct str status = holds ? STR("True") : STR("False"), since = c->now;

	if (old && str_equal(condition_text(old, STR("status")), status)) {
		if (str_equal(condition_text(old, STR("reason")), reason) &&
		    str_equal(condition_text(old, STR("message")), message) &&
		    node_int_at(old, "observedGeneration", 0) == c->generation)
			return;
		since = node_str_at(old, "lastTransitionTime");
	}
	const struct node *made =
		node_make(c->arena,
			  "{type: %s, observedGeneration: %l, status: %s, lastProbeTime: null, "
			  "lastTransitionTime: %s, reason: %?s, message: %?s}",
			  type, c->generation, status, since, reason, message);
	c->list = old ? node_list_with(c->arena, c->list, index, made)
		      : node_list_append(c->arena, c->list, made);
}
