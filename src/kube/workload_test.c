/* workload_test - where each kind of workload has its template, selector and size */
#include "kube/workload.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/make.h"

#define LABELS_OF(object) node_str_at(workload_pod_labels(object), "app")

static void templates_stand_where_their_kind_has_them(void)
{
	SCRATCH(a);
	const struct node *template =
		node_make(a, "{metadata: {labels: {app: web}}, spec: {nodeName: n}}");
	const struct node *deployment = node_make(
		a, "{apiVersion: apps/v1, kind: Deployment, spec: {replicas: 3, template: %n}}",
		template);
	const struct node *cron =
		node_make(a,
			  "{apiVersion: batch/v1, kind: CronJob, spec: "
			  "{jobTemplate: {spec: {parallelism: 2, template: %n}}}}",
			  template);
	const struct node *pod = node_make(a, "{apiVersion: v1, kind: Pod, metadata: {labels: "
					      "{app: web}}, spec: {nodeName: n}}");

	CHECK_TEXT(LABELS_OF(deployment), "web");
	CHECK_TEXT(LABELS_OF(cron), "web");
	CHECK_TEXT(LABELS_OF(pod), "web");
	CHECK_TEXT(node_str_at(workload_pod_spec(cron), "nodeName"), "n");
	CHECK_TEXT(node_str_at(workload_pod_spec(pod), "nodeName"), "n");
	CHECK(workload_replicas(deployment) == 3);
	CHECK(workload_replicas(cron) == 2);
	CHECK(workload_replicas(pod) == 1);
}

static void other_kinds_are_no_workloads(void)
{
	SCRATCH(a);
	const struct node *rollout =
		node_make(a, "{apiVersion: argoproj.io/v1alpha1, kind: Deployment, spec: "
			     "{replicas: 3, selector: {}, template: {spec: {}}}}");

	CHECK(!workload_is(rollout));
	CHECK(!workload_template(rollout));
	CHECK(!workload_selector(rollout));
	CHECK(workload_replicas(rollout) == 1);
	CHECK(!workload_is(NULL));
	CHECK(!workload_pod_spec(node_make(a, "[a]")));
}

static void an_odd_template_is_none(void)
{
	SCRATCH(a);
	const struct node *odd =
		node_make(a, "{apiVersion: apps/v1, kind: Deployment, spec: [template]}");

	CHECK(workload_is(odd));
	CHECK(!workload_pod_spec(odd));
	CHECK(workload_replicas(odd) == 1);
}

TESTS({ "templates stand where their kind has them", templates_stand_where_their_kind_has_them },
      { "other kinds are no workloads", other_kinds_are_no_workloads },
      { "an odd template is none", an_odd_template_is_none })
