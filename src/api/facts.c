/* facts - the fields that controllers read in every run, decoded once per version of an object */
#include "api/facts.h"

#include <stddef.h>

#include "base/arena.h"
#include "base/timestamp.h"
#include "kube/health.h"
#include "kube/pod_resources.h"
#include "kube/quantity.h"

enum fact_type { FACT_STR, FACT_INT };

/* A member of spec or status, where it goes, and what is there when it is absent. */
struct fact {
	struct str field;
	size_t offset;
	enum fact_type type;
	int64_t absent;
};

#define FACT(field, member, type, absent)                                                          \
	{                                                                                          \
		STR_INIT(field), offsetof(struct facts, member), type, absent                      \
	}

static const struct fact pod_spec_facts[] = {
	FACT("nodeName", node_name, FACT_STR, 0),
	FACT("priority", priority, FACT_INT, 0),
	{},
};

static const struct fact pod_status_facts[] = {
	FACT("podIP", ip, FACT_STR, 0),
	{},
};

static const struct fact workload_spec_facts[] = {
	FACT("replicas", replicas_wanted, FACT_INT, -1),
	{},
};

static const struct fact workload_status_facts[] = {
	FACT("observedGeneration", observed_generation, FACT_INT, -1),
	FACT("replicas", replicas, FACT_INT, -1),
	FACT("readyReplicas", replicas_ready, FACT_INT, -1),
	FACT("availableReplicas", replicas_available, FACT_INT, -1),
	FACT("updatedReplicas", replicas_updated, FACT_INT, -1),
	{},
};

static void take_text(struct str *ret, const struct node *value)
{
	*ret = node_is_null(value) ? STR_NONE : node_text(value);
}

static void take_int(int64_t *ret, const struct node *value, int64_t absent)
{
	if (!value || !node_int64(value, ret))
		*ret = absent;
}

static void take_time(int64_t *ret_s, const struct node *value)
{
	*ret_s = 0;
	timestamp_seconds(node_text(value), ret_s);
}

static void decode(struct facts *facts, const struct node *map, const struct fact *table)
{
	for (const struct fact *fact = table; fact->field.len; fact++) {
		const struct node *value = node_get(map, fact->field);
		void *at = (char *)facts + fact->offset;
		if (fact->type == FACT_STR)
			take_text(at, value);
		else
			take_int(at, value, fact->absent);
	}
}

static enum pod_phase phase_of(struct str text)
{
	static const struct str words[] = {
		[PHASE_PENDING] = STR_INIT("Pending"),	   [PHASE_RUNNING] = STR_INIT("Running"),
		[PHASE_SUCCEEDED] = STR_INIT("Succeeded"), [PHASE_FAILED] = STR_INIT("Failed"),
		[PHASE_UNKNOWN] = STR_INIT("Unknown"),
	};

	for (int phase = PHASE_PENDING; phase <= PHASE_UNKNOWN; phase++)
		if (str_equal(words[phase], text))
			return (enum pod_phase)phase;
	return PHASE_NONE;
}

/* More than any node has; ten thousand of it can still be added. */
#define REQUEST_MAX ((int64_t)1 << 48)

static int64_t bounded(int64_t request)
{
	return MIN(MAX(request, 0), REQUEST_MAX);
}

/* The requests of a pod. */
static void take_requests(struct facts *facts, const struct node *spec)
{
	SCRATCH(scratch);
	const struct node *requests = pod_resources(scratch, spec, STR("requests"));

	facts->cpu_milli = bounded(quantity_milli(node_get(requests, STR("cpu")), 0));
	facts->memory_bytes = bounded(quantity_value(node_get(requests, STR("memory")), 0));
}

static int64_t most_restarts(const struct node *status)
{
	const struct node *statuses = node_get(status, STR("containerStatuses"));
	int64_t most = 0, own;

	for (uint32_t i = 0; i < node_item_count(statuses); i++)
		if (node_int64(node_get(node_item(statuses, i), STR("restartCount")), &own))
			most = MAX(most, own);
	return most;
}

const struct facts facts_none = {
	.generation = -1,
	.observed_generation = -1,
	.replicas_wanted = -1,
	.replicas = -1,
	.replicas_ready = -1,
	.replicas_available = -1,
	.replicas_updated = -1,
};

static void take_owners(struct facts *facts, const struct node *owners)
{
	facts->owners = owners;
	facts->owner_uid = facts->owner_kind = facts->owner_name = STR_NONE;
	for (uint32_t i = 0; i < node_item_count(owners); i++) {
		const struct node *owner = node_item(owners, i);
		if (!node_bool_at(owner, "controller", false))
			continue;
		facts->owner_uid = node_text(node_get(owner, STR("uid")));
		facts->owner_kind = node_text(node_get(owner, STR("kind")));
		facts->owner_name = node_text(node_get(owner, STR("name")));
		return;
	}
}

static void take_spec(struct facts *facts, const struct kind *kind, const struct node *spec)
{
	if (kind->id != KIND_POD) {
		decode(facts, spec, workload_spec_facts);
		return;
	}
	decode(facts, spec, pod_spec_facts);
	take_requests(facts, spec);
}

static void take_pod_status(struct facts *facts, const struct node *status)
{
	const struct node *conditions = node_get(status, STR("conditions"));
	const struct node *ready = condition_in(conditions, STR("Ready"));

	decode(facts, status, pod_status_facts);
	facts->restarts = most_restarts(status);
	facts->phase = phase_of(node_text(node_get(status, STR("phase"))));
	facts->ready = str_equal(node_text(node_get(ready, STR("status"))), STR("True"));
	take_time(&facts->ready_s, node_get(ready, STR("lastTransitionTime")));
}

static void take_node_status(struct facts *facts, const struct node *status)
{
	const struct node *allocatable = node_get(status, STR("allocatable"));

	facts->cpu_milli = quantity_milli(node_get(allocatable, STR("cpu")), 0);
	facts->memory_bytes = quantity_value(node_get(allocatable, STR("memory")), 0);
}

static void take_status(struct facts *facts, const struct kind *kind, const struct node *status)
{
	if (kind->id == KIND_POD)
		take_pod_status(facts, status);
	else if (kind->id == KIND_NODE)
		take_node_status(facts, status);
	else
		decode(facts, status, workload_status_facts);
}

enum part_name facts_part(struct str key, bool in_metadata)
{
	static const struct str names[PART_NAMES] = {
		[PART_SPEC] = STR_INIT("spec"),
		[PART_STATUS] = STR_INIT("status"),
		[PART_NAME] = STR_INIT("name"),
		[PART_NAMESPACE] = STR_INIT("namespace"),
		[PART_UID] = STR_INIT("uid"),
		[PART_VERSION] = STR_INIT("resourceVersion"),
		[PART_LABELS] = STR_INIT("labels"),
		[PART_OWNERS] = STR_INIT("ownerReferences"),
		[PART_CREATED] = STR_INIT("creationTimestamp"),
		[PART_DELETED] = STR_INIT("deletionTimestamp"),
		[PART_GENERATION] = STR_INIT("generation"),
		[PART_FINALIZERS] = STR_INIT("finalizers"),
	};
	int begin = in_metadata ? PART_NAME : PART_SPEC;
	int behind = in_metadata ? PART_NAMES : PART_NAME;

	for (int i = begin; i < behind; i++)
		if (str_equal(names[i], key))
			return (enum part_name)i;
	return PART_OTHER;
}

void facts_take(struct facts *facts, const struct kind *kind, enum part_name part,
		const struct node *value, uint64_t hash)
{
	switch (part) {
	case PART_LABELS:
		facts->labels = node_is_map(value) ? value : NULL;
		facts->labels_hash = facts->labels ? hash : 0;
		break;
	case PART_OWNERS:
		take_owners(facts, value);
		break;
	case PART_CREATED:
		take_time(&facts->created_s, value);
		break;
	case PART_DELETED:
		take_time(&facts->deletion_s, value);
		break;
	case PART_GENERATION:
		take_int(&facts->generation, value, -1);
		break;
	case PART_FINALIZERS:
		facts->has_finalizer = node_item_count(value) > 0;
		break;
	case PART_SPEC:
		take_spec(facts, kind, value);
		break;
	case PART_STATUS:
		take_status(facts, kind, value);
		break;
	default: /* the key of the object */
		break;
	}
}
