/* facts - what controllers read of an object at every turn, decoded once per version */
#include "api/facts.h"

#include <stddef.h>

#include "base/timestamp.h"
#include "kube/health.h"

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

static void decode_pod(struct object *object)
{
	const struct node *ready = condition_get(object->root, "Ready");

	decode(object, pod_facts);
	object->facts.phase = phase_of(node_str_at(object->root, "status.phase"));
	object->facts.ready = str_equal(node_str_at(ready, "status"), STR("True"));
	timestamp_seconds(node_str_at(ready, "lastTransitionTime"), &object->facts.ready_s);
}

void facts_decode(struct object *object)
{
	object->facts.owner_uid = node_str_at(object_controller(object->root), "uid");
	object->facts.has_finalizer = node_count(node_at(object->root, "metadata.finalizers")) > 0;
	decode(object, common_facts);
	if (object->kind->id == KIND_POD)
		decode_pod(object);
	else
		decode(object, workload_facts);
}
