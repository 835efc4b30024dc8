/* facts - what controllers read of an object at every turn, decoded once per version */
#include "api/facts.h"

#include <stddef.h>

#include "base/timestamp.h"
#include "kube/health.h"
#include "kube/quantity.h"

enum fact_type { FACT_STR, FACT_INT, FACT_TIME };

struct fact {
	const char *path;
	size_t offset;
	enum fact_type type;
};

#define FACT(path, member, type)                                                                   \
	{                                                                                          \
		path, offsetof(struct facts, member), type                                         \
	}

static const struct fact common_facts[] = {
	FACT("metadata.creationTimestamp", created_s, FACT_TIME),
	FACT("metadata.deletionTimestamp", deletion_s, FACT_TIME),
	FACT("metadata.generation", generation, FACT_INT),
	{},
};

static const struct fact pod_facts[] = {
	FACT("spec.nodeName", node_name, FACT_STR),
	FACT("status.podIP", ip, FACT_STR),
	{},
};

static const struct fact workload_facts[] = {
	FACT("status.observedGeneration", observed_generation, FACT_INT),
	FACT("spec.replicas", replicas_wanted, FACT_INT),
	FACT("status.replicas", replicas, FACT_INT),
	FACT("status.readyReplicas", replicas_ready, FACT_INT),
	FACT("status.availableReplicas", replicas_available, FACT_INT),
	FACT("status.updatedReplicas", replicas_updated, FACT_INT),
	{},
};

static void decode(struct object *object, const struct fact *facts)
{
	for (const struct fact *fact = facts; fact->path; fact++) {
		void *at = (char *)&object->facts + fact->offset;
		switch (fact->type) {
		case FACT_STR:
			*(struct str *)at = node_str_at(object->root, fact->path);
			break;
		case FACT_INT:
			*(int64_t *)at = node_int_at(object->root, fact->path, -1);
			break;
		case FACT_TIME:
			timestamp_seconds(node_str_at(object->root, fact->path), at);
			break;
		}
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

/* What a pod asks of its node: containers run together, init containers one after another. */
static int64_t requested(const struct node *pod, const char *path, bool in_milli)
{
	const struct node *containers = node_at(pod, "spec.containers");
	const struct node *inits = node_at(pod, "spec.initContainers");
	int64_t sum = 0, most = 0;

	for (uint32_t i = 0; i < node_count(containers); i++) {
		const struct node *n = node_at(node_item(containers, i), path);
		sum += in_milli ? quantity_milli(n, 0) : quantity_value(n, 0);
	}
	for (uint32_t i = 0; i < node_count(inits); i++) {
		const struct node *n = node_at(node_item(inits, i), path);
		int64_t own = in_milli ? quantity_milli(n, 0) : quantity_value(n, 0);
		bool stays =
			str_equal(node_str_at(node_item(inits, i), "restartPolicy"), STR("Always"));
		sum += stays ? own : 0;
		most = MAX(most, own);
	}
	return MAX(sum, most);
}

static void decode_pod(struct object *object)
{
	const struct node *ready = condition_get(object->root, "Ready");

	decode(object, pod_facts);
	object->facts.cpu_milli = requested(object->root, "resources.requests.cpu", true);
	object->facts.memory_bytes = requested(object->root, "resources.requests.memory", false);
	object->facts.priority = node_int_at(object->root, "spec.priority", 0);
	object->facts.phase = phase_of(node_str_at(object->root, "status.phase"));
	object->facts.ready = str_equal(node_str_at(ready, "status"), STR("True"));
	timestamp_seconds(node_str_at(ready, "lastTransitionTime"), &object->facts.ready_s);
}

void facts_decode(struct object *object)
{
	object->facts.owner_uid = node_str_at(object_controller(object->root), "uid");
	object->facts.labels = object_labels(object->root);
	object->facts.labels_hash = object->facts.labels ? node_hash(object->facts.labels) : 0;
	object->facts.has_finalizer = node_count(node_at(object->root, "metadata.finalizers")) > 0;
	decode(object, common_facts);
	if (object->kind->id == KIND_POD)
		decode_pod(object);
	else
		decode(object, workload_facts);
}
