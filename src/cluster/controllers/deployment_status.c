/* deployment_status - counts and conditions of a Deployment, and its progress deadline */
#include "base/arena.h"
#include "base/timestamp.h"
#include "cluster/controllers/deployment.h"
#include "doc/make.h"
#include "kube/health.h"

/* The counts of a status, old or new. */
struct counts {
	int64_t pods, updated, ready, available, terminating;
};

static struct counts counted(const struct rollout *r)
{
	struct counts c = {};

	for (uint32_t i = 0; i < r->set_count; i++) {
		c.pods += r->sets[i].pods;
		c.ready += r->sets[i].ready;
		c.available += r->sets[i].available;
		c.terminating += r->sets[i].terminating;
	}
	c.updated = r->newest ? r->newest->pods : 0;
	return c;
}

static struct counts old_counts(const struct rollout *r)
{
	const struct facts *facts = &r->object->facts;

	return (struct counts){ .pods = MAX(facts->replicas, 0),
				.updated = MAX(facts->replicas_updated, 0),
				.ready = MAX(facts->replicas_ready, 0),
				.available = MAX(facts->replicas_available, 0) };
}

static bool is_complete(const struct rollout *r, const struct counts *c)
{
	return c->updated == r->replicas && c->pods == r->replicas && c->available == r->replicas;
}

bool deployment_is_complete(const struct rollout *r)
{
	struct counts c = counted(r);
	return is_complete(r, &c);
}

static bool made_progress(const struct counts *now, const struct counts *before)
{
	return now->updated > before->updated ||
	       now->pods - now->updated < before->pods - before->updated ||
	       now->ready > before->ready || now->available > before->available;
}

/* Conditions */

static const struct node *find_condition(const struct node *list, const char *type)
{
	return condition_in(list, str_from_cstr(type));
}

static bool has_reason(const struct node *condition, const char *reason)
{
	return str_equal(condition_text(condition, STR("reason")), str_from_cstr(reason));
}

/* As util.SetDeploymentCondition: nothing changes while status and reason stay. */
static const struct node *set_condition(const struct rollout *r, const struct node *list,
					const char *type, const char *status, const char *reason,
					struct str message)
{
	uint32_t index = condition_index(list, str_from_cstr(type));
	const struct node *old = node_item(list, index);
	bool same_status = str_equal(condition_text(old, STR("status")), str_from_cstr(status));

	if (same_status && has_reason(old, reason))
		return list;
	struct str now = view_now(r->view);
	struct str since = same_status ? node_str_at(old, "lastTransitionTime") : now;
	const struct node *made = node_make(
		r->arena,
		"{type: %c, status: %c, lastUpdateTime: %s, lastTransitionTime: %s, reason: %c, "
		"message: %s}",
		type, status, now, since, reason, message);
	return old ? node_list_with(r->arena, list, index, made)
		   : node_list_append(r->arena, list, made);
}

static const struct node *remove_condition(const struct rollout *r, const struct node *list,
					   const char *type)
{
	uint32_t index = condition_index(list, str_from_cstr(type));

	return index < node_item_count(list) ? node_list_without(r->arena, list, index) : list;
}

static struct str about(const struct rollout *r, const char *what)
{
	return STR_CAT(r->arena, r->newest ? STR("ReplicaSet \"") : STR("Deployment \""),
		       r->newest ? r->newest->name : r->object->key.name, STR("\" "),
		       str_from_cstr(what));
}

/* Seconds since the condition was last updated. */
static int64_t age_s(const struct rollout *r, const struct node *condition)
{
	int64_t updated_s = r->view->now_ms / 1000;

	timestamp_seconds(condition_text(condition, STR("lastUpdateTime")), &updated_s);
	return r->view->now_ms / 1000 - updated_s;
}

static bool has_timed_out(const struct rollout *r, const struct node *progressing)
{
	if (!progressing || has_reason(progressing, "NewReplicaSetAvailable"))
		return false;
	if (has_reason(progressing, "ProgressDeadlineExceeded"))
		return true;
	return age_s(r, progressing) > r->deadline_s;
}

/* A progress condition is written anew at each step, so that its lastUpdateTime counts. */
static const struct node *note_progress(const struct rollout *r, const struct node *list)
{
	const struct node *old = find_condition(list, "Progressing");
	struct str now = view_now(r->view);
	struct str since = str_equal(condition_text(old, STR("status")), STR("True"))
				   ? node_str_at(old, "lastTransitionTime")
				   : now;
	const struct node *made = node_make(
		r->arena,
		"{type: Progressing, status: \"True\", lastUpdateTime: %s, lastTransitionTime: %s, "
		"reason: ReplicaSetUpdated, message: %s}",
		now, since, about(r, "is progressing."));

	return node_list_append(r->arena, remove_condition(r, list, "Progressing"), made);
}

static const struct node *progress(const struct rollout *r, const struct node *list,
				   const struct counts *c)
{
	const struct node *old = find_condition(list, "Progressing");
	struct counts before = old_counts(r);
	bool created = r->newest && !r->newest->object;

	if (r->deadline_s == NO_DEADLINE)
		return remove_condition(r, list, "Progressing");
	if (created)
		list = set_condition(r, list, "Progressing", "True", "NewReplicaSetCreated",
				     str_printf(r->arena, "Created new replica set \"%.*s\"",
						STR_FMT(r->newest->name)));
	else if (!old && r->newest)
		list = set_condition(r, list, "Progressing", "True", "FoundNewReplicaSet",
				     str_printf(r->arena, "Found new replica set \"%.*s\"",
						STR_FMT(r->newest->name)));
	if (c->pods == c->updated && has_reason(old, "NewReplicaSetAvailable") && !created)
		return list;
	if (is_complete(r, c))
		return set_condition(r, list, "Progressing", "True", "NewReplicaSetAvailable",
				     about(r, "has successfully progressed."));
	if (made_progress(c, &before))
		return note_progress(r, list);
	if (has_timed_out(r, find_condition(list, "Progressing")))
		return set_condition(r, list, "Progressing", "False", "ProgressDeadlineExceeded",
				     about(r, "has timed out progressing."));
	return list;
}

static const struct node *pausing(const struct rollout *r, const struct node *list)
{
	const struct node *old = find_condition(list, "Progressing");
	bool is_paused = has_reason(old, "DeploymentPaused");

	if (r->deadline_s == NO_DEADLINE || has_reason(old, "ProgressDeadlineExceeded"))
		return list;
	if (r->paused && !is_paused)
		return set_condition(r, list, "Progressing", "Unknown", "DeploymentPaused",
				     STR("Deployment is paused"));
	if (!r->paused && is_paused)
		return set_condition(r, list, "Progressing", "Unknown", "DeploymentResumed",
				     STR("Deployment is resumed"));
	return list;
}

static const struct node *availability(const struct rollout *r, const struct node *list,
				       const struct counts *c)
{
	if (c->available >= r->replicas - r->unavailable)
		return set_condition(r, list, "Available", "True", "MinimumReplicasAvailable",
				     STR("Deployment has minimum availability."));
	return set_condition(r, list, "Available", "False", "MinimumReplicasUnavailable",
			     STR("Deployment does not have minimum availability."));
}

/* The condition ReplicaFailure of the ReplicaSets that cannot create pods; the newest one first. */
static const struct node *failure(const struct rollout *r, const struct node *list)
{
	const struct node *found = NULL;

	for (uint32_t i = r->set_count; i-- > 0 && !found;)
		if (r->sets[i].object)
			found = condition_get(r->sets[i].root, "ReplicaFailure");
	if (!found)
		return remove_condition(r, list, "ReplicaFailure");
	return set_condition(r, list, "ReplicaFailure", "True",
			     str_cstr(r->arena, node_str_at(found, "reason")),
			     node_str_at(found, "message"));
}

/* Requeues the Deployment for the time when its progress deadline passes. */
static void watch_deadline(const struct rollout *r, const struct node *list, const struct counts *c)
{
	const struct node *progressing = find_condition(list, "Progressing");

	if (!progressing || r->deadline_s == NO_DEADLINE || is_complete(r, c) || r->paused ||
	    has_reason(progressing, "ProgressDeadlineExceeded") ||
	    has_reason(progressing, "NewReplicaSetAvailable"))
		return;
	plan_requeue(r->plan, (r->deadline_s - age_s(r, progressing) + 1) * 1000);
}

static const struct node *int_unless_zero(struct arena *arena, int64_t value)
{
	return value ? node_int(arena, value) : NULL;
}

void deployment_status(struct rollout *r, bool scaling_only)
{
	const struct node *list = node_at(r->root, "status.conditions");
	struct counts c = counted(r);
	int64_t missing = MAX(deployment_total(r) - c.available, 0);

	list = availability(r, pausing(r, list), &c);
	if (!scaling_only)
		list = failure(r, progress(r, list, &c));
	plan_status(r->plan, r->object,
		    node_make(r->arena,
			      "{observedGeneration: %l, replicas: %?n, updatedReplicas: %?n, "
			      "readyReplicas: %?n, availableReplicas: %?n, "
			      "unavailableReplicas: %?n, terminatingReplicas: %l, "
			      "collisionCount: %?n, conditions: %n}",
			      r->object->facts.generation, int_unless_zero(r->arena, c.pods),
			      int_unless_zero(r->arena, c.updated),
			      int_unless_zero(r->arena, c.ready),
			      int_unless_zero(r->arena, c.available),
			      int_unless_zero(r->arena, missing), c.terminating,
			      node_at(r->root, "status.collisionCount"), list));
	watch_deadline(r, list, &c);
}
