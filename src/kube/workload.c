/* workload - the kinds that make pods: where each has its template, selector and size */
#include "kube/workload.h"

#include "base/base.h"
#include "kube/object.h"

struct workload {
	struct str group, kind;
	struct trusted_path template; /* none: the object itself */
	struct trusted_path selector;
	struct trusted_path replicas;
};

#define TEMPLATE TRUSTED_PATH_INIT("spec.template")
#define SELECTOR TRUSTED_PATH_INIT("spec.selector")

static const struct workload workloads[] = {
	{ STR_INIT("apps"), STR_INIT("Deployment"), TEMPLATE, SELECTOR,
	  TRUSTED_PATH_INIT("spec.replicas") },
	{ STR_INIT("apps"), STR_INIT("StatefulSet"), TEMPLATE, SELECTOR,
	  TRUSTED_PATH_INIT("spec.replicas") },
	{ STR_INIT("apps"), STR_INIT("DaemonSet"), TEMPLATE, SELECTOR, {} },
	{ STR_INIT("apps"), STR_INIT("ReplicaSet"), TEMPLATE, SELECTOR,
	  TRUSTED_PATH_INIT("spec.replicas") },
	{ STR_INIT(""), STR_INIT("ReplicationController"), TEMPLATE, SELECTOR,
	  TRUSTED_PATH_INIT("spec.replicas") },
	{ STR_INIT("batch"), STR_INIT("Job"), TEMPLATE, SELECTOR,
	  TRUSTED_PATH_INIT("spec.parallelism") },
	{ STR_INIT("batch"),
	  STR_INIT("CronJob"),
	  TRUSTED_PATH_INIT("spec.jobTemplate.spec.template"),
	  {},
	  TRUSTED_PATH_INIT("spec.jobTemplate.spec.parallelism") },
	{ STR_INIT(""), STR_INIT("Pod"), {}, {}, {} },
};

static const struct workload *row_of(const struct node *object)
{
	struct gvk gvk = object_gvk(object);

	for (size_t i = 0; i < ARRAY_COUNT(workloads); i++)
		if (str_equal(workloads[i].kind, gvk.kind) &&
		    str_equal(workloads[i].group, gvk.group))
			return &workloads[i];
	return NULL;
}

bool workload_is(const struct node *object)
{
	return row_of(object) != NULL;
}

const struct node *workload_template(const struct node *object)
{
	const struct workload *row = row_of(object);

	if (!row)
		return NULL;
	return row->template.path ? node_find(object, row->template) : object;
}

const struct node *workload_pod_spec(const struct node *object)
{
	return node_get(workload_template(object), STR("spec"));
}

const struct node *workload_pod_labels(const struct node *object)
{
	return object_labels(workload_template(object));
}

const struct node *workload_selector(const struct node *object)
{
	const struct workload *row = row_of(object);

	return row && row->selector.path ? node_find(object, row->selector) : NULL;
}

int64_t workload_replicas(const struct node *object)
{
	const struct workload *row = row_of(object);

	return row && row->replicas.path ? node_find_int(object, row->replicas, 1) : 1;
}
