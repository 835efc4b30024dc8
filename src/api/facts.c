/* facts - what controllers read of an object at every turn, decoded once per version */
#include "api/facts.h"

#include <stddef.h>

#include "base/timestamp.h"
#include "kube/health.h"
#include "kube/quantity.h"

enum fact_type { FACT_STR, FACT_INT, FACT_TIME, FACT_LABELS, FACT_OWNER, FACT_NOT_EMPTY };

/* A member of metadata, spec or status, and where it goes. */
struct fact {
	struct str field;
	size_t offset;
	enum fact_type type;
};

#define FACT(field, member, type)                                                                  \
	{                                                                                          \
		STR_INIT(field), offsetof(struct facts, member), type                              \
	}

static const struct fact metadata_facts[] = {
	FACT("labels", labels, FACT_LABELS),
	FACT("creationTimestamp", created_s, FACT_TIME),
	FACT("ownerReferences", owner_uid, FACT_OWNER),
	FACT("generation", generation, FACT_INT),
	FACT("deletionTimestamp", deletion_s, FACT_TIME),
	FACT("finalizers", has_finalizer, FACT_NOT_EMPTY),
	{},
};

static const struct fact pod_spec_facts[] = {
	FACT("nodeName", node_name, FACT_STR),
	FACT("priority", priority, FACT_INT),
	{},
};

static const struct fact pod_status_facts[] = {
	FACT("podIP", ip, FACT_STR),
	{},
};

static const struct fact workload_spec_facts[] = {
	FACT("replicas", replicas_wanted, FACT_INT),
	{},
};

static const struct fact workload_status_facts[] = {
	FACT("observedGeneration", observed_generation, FACT_INT),
	FACT("replicas", replicas, FACT_INT),
	FACT("readyReplicas", replicas_ready, FACT_INT),
	FACT("availableReplicas", replicas_available, FACT_INT),
	FACT("updatedReplicas", replicas_updated, FACT_INT),
	{},
};

static void take_owner(struct facts *facts, const struct node *owners)
{
	facts->owners = owners;
	for (uint32_t i = 0; i < node_count(owners); i++) {
		const struct node *owner = node_item(owners, i);
		if (!node_bool_at(owner, "controller", false))
			continue;
		facts->owner_uid = node_text(node_get(owner, STR("uid")));
		facts->owner_kind = node_text(node_get(owner, STR("kind")));
		facts->owner_name = node_text(node_get(owner, STR("name")));
		return;
	}
}

static void take_labels(struct facts *facts, const struct node *labels)
{
	if (!node_is_map(labels))
		return;
	facts->labels = labels;
	facts->labels_hash = node_hash(labels);
}

static void take_fact(struct facts *facts, const struct fact *fact, const struct node *value)
{
	void *at = (char *)facts + fact->offset;

	switch (fact->type) {
	case FACT_STR:
		*(struct str *)at = node_is_null(value) ? STR_NONE : node_text(value);
		break;
	case FACT_INT:
		node_int64(value, at);
		break;
	case FACT_TIME:
		timestamp_seconds(node_text(value), at);
		break;
	case FACT_LABELS:
		take_labels(facts, value);
		break;
	case FACT_OWNER:
		take_owner(facts, value);
		break;
	case FACT_NOT_EMPTY:
		*(bool *)at = node_count(value) > 0;
		break;
	}
}

static void decode(struct facts *facts, const struct node *map, const struct fact *table)
{
	for (const struct fact *fact = table; fact->field.len; fact++) {
		const struct node *value = node_get(map, fact->field);
		if (value)
			take_fact(facts, fact, value);
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

static int64_t request_of(const struct node *container, struct str resource, bool in_milli)
{
	const struct node *requests =
		node_get(node_get(container, STR("resources")), STR("requests"));
	const struct node *n = node_get(requests, resource);
	int64_t own = in_milli ? quantity_milli(n, 0) : quantity_value(n, 0);

	return MIN(MAX(own, 0), REQUEST_MAX);
}

/* What a pod asks of its node: containers run together, init containers one after another. */
static int64_t requested(const struct node *spec, struct str resource, bool in_milli)
{
	const struct node *containers = node_get(spec, STR("containers"));
	const struct node *inits = node_get(spec, STR("initContainers"));
	int64_t sum = 0, most = 0;

	for (uint32_t i = 0; i < node_count(containers); i++)
		sum = MIN(sum + request_of(node_item(containers, i), resource, in_milli),
			  REQUEST_MAX);
	for (uint32_t i = 0; i < node_count(inits); i++) {
		const struct node *init = node_item(inits, i);
		int64_t own = request_of(init, resource, in_milli);
		bool stays = str_equal(node_str_at(init, "restartPolicy"), STR("Always"));
		sum = MIN(sum + (stays ? own : 0), REQUEST_MAX);
		most = MAX(most, own);
	}
	return MAX(sum, most);
}

static int64_t most_restarts(const struct node *status)
{
	const struct node *statuses = node_get(status, STR("containerStatuses"));
	int64_t most = 0, own;

	for (uint32_t i = 0; i < node_count(statuses); i++)
		if (node_int64(node_get(node_item(statuses, i), STR("restartCount")), &own))
			most = MAX(most, own);
	return most;
}

static void decode_pod(struct object *object, const struct node *spec, const struct node *status)
{
	const struct node *ready = condition_get(object->root, "Ready");
	struct facts *facts = &object->facts;

	decode(facts, spec, pod_spec_facts);
	decode(facts, status, pod_status_facts);
	facts->cpu_milli = requested(spec, STR("cpu"), true);
	facts->memory_bytes = requested(spec, STR("memory"), false);
	facts->restarts = most_restarts(status);
	facts->phase = phase_of(node_text(node_get(status, STR("phase"))));
	facts->ready = str_equal(node_text(node_get(ready, STR("status"))), STR("True"));
	timestamp_seconds(node_text(node_get(ready, STR("lastTransitionTime"))), &facts->ready_s);
}

static void decode_node(struct facts *facts, const struct node *status)
{
	const struct node *allocatable = node_get(status, STR("allocatable"));

	facts->cpu_milli = quantity_milli(node_get(allocatable, STR("cpu")), 0);
	facts->memory_bytes = quantity_value(node_get(allocatable, STR("memory")), 0);
}

void facts_decode(struct object *object)
{
	const struct node *spec = node_get(object->root, STR("spec"));
	const struct node *status = node_get(object->root, STR("status"));
	struct facts *facts = &object->facts;

	*facts = (struct facts){ .generation = -1,
				 .observed_generation = -1,
				 .replicas_wanted = -1,
				 .replicas = -1,
				 .replicas_ready = -1,
				 .replicas_available = -1,
				 .replicas_updated = -1 };
	decode(facts, node_get(object->root, STR("metadata")), metadata_facts);
	if (object->kind->id == KIND_POD) {
		decode_pod(object, spec, status);
	} else if (object->kind->id == KIND_NODE) {
		decode_node(facts, status);
	} else {
		decode(facts, spec, workload_spec_facts);
		decode(facts, status, workload_status_facts);
	}
}
