/* default_rules - the hand-written defaults of built-in kinds, as tables */
#include "kube/schema/default_rules.h"

#include "base/arena.h"
#include "doc/make.h"

#define NONE                                                                                       \
	{                                                                                          \
		NULL, NULL, NULL                                                                   \
	}

static bool type_is(const struct node *root, struct trusted_path path, struct str type)
{
	return str_equal(node_find_str(root, path), type);
}

static bool is_rolling(const struct node *o)
{
	return type_is(o, TRUSTED_PATH("spec.strategy.type"), STR("RollingUpdate"));
}

static bool is_rolling_update(const struct node *o)
{
	return type_is(o, TRUSTED_PATH("spec.updateStrategy.type"), STR("RollingUpdate"));
}

static bool needs_external_policy(const struct node *o)
{
	return type_is(o, TRUSTED_PATH("spec.type"), STR("NodePort")) ||
	       type_is(o, TRUSTED_PATH("spec.type"), STR("LoadBalancer")) ||
	       (type_is(o, TRUSTED_PATH("spec.type"), STR("ClusterIP")) &&
		node_item_count(node_at(o, "spec.externalIPs")));
}

static bool is_load_balancer(const struct node *o)
{
	return type_is(o, TRUSTED_PATH("spec.type"), STR("LoadBalancer"));
}

static bool has_cluster_traffic(const struct node *o)
{
	return !type_is(o, TRUSTED_PATH("spec.type"), STR("ExternalName"));
}

static bool is_client_ip(const struct node *o)
{
	return type_is(o, TRUSTED_PATH("spec.sessionAffinity"), STR("ClientIP"));
}

static bool counts_nothing(const struct node *o)
{
	return !node_at(o, "spec.completions") && !node_at(o, "spec.parallelism");
}

static bool limits_by_index(const struct node *o)
{
	return node_at(o, "spec.backoffLimitPerIndex") != NULL;
}

static bool has_failure_policy(const struct node *o)
{
	return node_at(o, "spec.podFailurePolicy") != NULL;
}

static bool has_no_metrics(const struct node *o)
{
	return node_item_count(node_at(o, "spec.metrics")) == 0;
}

static bool has_behavior(const struct node *o)
{
	return node_at(o, "spec.behavior") != NULL;
}

static bool is_mutating(const struct node *o)
{
	return type_is(o, TRUSTED_PATH("kind"), STR("MutatingWebhookConfiguration"));
}

/* A strategy that is left out is made whole, one without a type gets one. */
static const struct default_rule deployment[] = {
	{ "spec.replicas", "1", NULL },
	{ "spec.strategy", "{type: RollingUpdate}", NULL },
	{ "spec.strategy.type", "RollingUpdate", NULL },
	{ "spec.strategy.rollingUpdate", "{}", is_rolling },
	{ "spec.strategy.rollingUpdate.maxUnavailable", "25%", is_rolling },
	{ "spec.strategy.rollingUpdate.maxSurge", "25%", is_rolling },
	{ "spec.revisionHistoryLimit", "10", NULL },
	{ "spec.progressDeadlineSeconds", "600", NULL },
	NONE,
};

static const struct default_rule replicaset[] = {
	{ "spec.replicas", "1", NULL },
	NONE,
};

static const struct default_rule statefulset[] = {
	{ "spec.replicas", "1", NULL },
	{ "spec.podManagementPolicy", "OrderedReady", NULL },
	{ "spec.updateStrategy", "{type: RollingUpdate}", NULL },
	{ "spec.updateStrategy.type", "RollingUpdate", NULL },
	{ "spec.updateStrategy.rollingUpdate", "{}", is_rolling_update },
	{ "spec.updateStrategy.rollingUpdate.partition", "0", is_rolling_update },
	{ "spec.revisionHistoryLimit", "10", NULL },
	{ "spec.persistentVolumeClaimRetentionPolicy", "{whenDeleted: Retain, whenScaled: Retain}",
	  NULL },
	{ "spec.persistentVolumeClaimRetentionPolicy.whenDeleted", "Retain", NULL },
	{ "spec.persistentVolumeClaimRetentionPolicy.whenScaled", "Retain", NULL },
	{ "spec.serviceName", "\"\"", NULL },
	{ "spec.volumeClaimTemplates[].apiVersion", "v1", NULL },
	{ "spec.volumeClaimTemplates[].kind", "PersistentVolumeClaim", NULL },
	{ "spec.volumeClaimTemplates[].spec.volumeMode", "Filesystem", NULL },
	{ "spec.volumeClaimTemplates[].status", "{phase: Pending}", NULL },
	NONE,
};

static const struct default_rule daemonset[] = {
	{ "spec.updateStrategy", "{type: RollingUpdate}", NULL },
	{ "spec.updateStrategy.type", "RollingUpdate", NULL },
	{ "spec.updateStrategy.rollingUpdate", "{}", is_rolling_update },
	{ "spec.updateStrategy.rollingUpdate.maxUnavailable", "1", is_rolling_update },
	{ "spec.updateStrategy.rollingUpdate.maxSurge", "0", is_rolling_update },
	{ "spec.revisionHistoryLimit", "10", NULL },
	NONE,
};

static const struct default_rule job[] = {
	{ "spec.completions", "1", counts_nothing },
	{ "spec.parallelism", "1", NULL },
	{ "spec.backoffLimit", "2147483647", limits_by_index },
	{ "spec.backoffLimit", "6", NULL },
	{ "spec.completionMode", "NonIndexed", NULL },
	{ "spec.suspend", "false", NULL },
	{ "spec.podReplacementPolicy", "Failed", has_failure_policy },
	{ "spec.podReplacementPolicy", "TerminatingOrFailed", NULL },
	{ "spec.manualSelector", "false", NULL },
	{ "spec.podFailurePolicy.rules[].onPodConditions[].status", "\"True\"", NULL },
	{ "spec.template.metadata", "{}", NULL },
	NONE,
};

static const struct default_rule cronjob[] = {
	{ "spec.concurrencyPolicy", "Allow", NULL },
	{ "spec.jobTemplate.metadata", "{}", NULL },
	{ "spec.jobTemplate.spec.template.metadata", "{}", NULL },
	{ "spec.suspend", "false", NULL },
	{ "spec.successfulJobsHistoryLimit", "3", NULL },
	{ "spec.failedJobsHistoryLimit", "1", NULL },
	{ "status", "{}", NULL }, /* it is always written */
	NONE,
};

static const struct default_rule ingress[] = {
	{ "status", "{loadBalancer: {}}", NULL },
	NONE,
};

static const struct default_rule pod[] = {
	{ "spec.enableServiceLinks", "true", NULL },
	NONE,
};

static const struct default_rule service[] = {
	{ "spec.type", "ClusterIP", NULL },
	{ "spec.sessionAffinity", "\"None\"", NULL },
	{ "spec.sessionAffinityConfig", "{clientIP: {timeoutSeconds: 10800}}", is_client_ip },
	{ "spec.ports[].protocol", "TCP", NULL },
	{ "spec.internalTrafficPolicy", "Cluster", has_cluster_traffic },
	{ "spec.externalTrafficPolicy", "Cluster", needs_external_policy },
	{ "spec.allocateLoadBalancerNodePorts", "true", is_load_balancer },
	NONE,
};

static const struct default_rule hpa[] = {
	{ "spec.minReplicas", "1", NULL },
	{ "spec.metrics",
	  "[{type: Resource, resource: {name: cpu, target: {type: Utilization, "
	  "averageUtilization: 80}}}]",
	  has_no_metrics },
	{ "spec.behavior.scaleUp", "{}", has_behavior },
	{ "spec.behavior.scaleUp.stabilizationWindowSeconds", "0", has_behavior },
	{ "spec.behavior.scaleUp.selectPolicy", "Max", has_behavior },
	{ "spec.behavior.scaleUp.policies",
	  "[{type: Pods, value: 4, periodSeconds: 15}, {type: Percent, value: 100, "
	  "periodSeconds: 15}]",
	  has_behavior },
	{ "spec.behavior.scaleDown", "{}", has_behavior },
	{ "spec.behavior.scaleDown.selectPolicy", "Max", has_behavior },
	{ "spec.behavior.scaleDown.policies", "[{type: Percent, value: 100, periodSeconds: 15}]",
	  has_behavior },
	NONE,
};

static const struct default_rule secret[] = {
	{ "type", "Opaque", NULL },
	NONE,
};

static const struct default_rule claim[] = {
	{ "spec.volumeMode", "Filesystem", NULL },
	{ "status", "{phase: Pending}", NULL },
	NONE,
};

static const struct default_rule persistent_volume[] = {
	{ "spec.volumeMode", "Filesystem", NULL },
	{ "spec.persistentVolumeReclaimPolicy", "Retain", NULL },
	{ "spec.hostPath.type", "\"\"", NULL },
	{ "status", "{phase: Pending}", NULL },
	NONE,
};

static const struct default_rule network_policy[] = {
	{ "spec.ingress[].ports[].protocol", "TCP", NULL },
	{ "spec.egress[].ports[].protocol", "TCP", NULL },
	NONE,
};

static const struct default_rule storage_class[] = {
	{ "reclaimPolicy", "Delete", NULL },
	{ "volumeBindingMode", "Immediate", NULL },
	NONE,
};

static const struct default_rule priority_class[] = {
	{ "preemptionPolicy", "PreemptLowerPriority", NULL },
	NONE,
};

static const struct default_rule webhooks[] = {
	{ "webhooks[].failurePolicy", "Fail", NULL },
	{ "webhooks[].matchPolicy", "Equivalent", NULL },
	{ "webhooks[].timeoutSeconds", "10", NULL },
	{ "webhooks[].namespaceSelector", "{}", NULL },
	{ "webhooks[].objectSelector", "{}", NULL },
	{ "webhooks[].rules[].scope", "\"*\"", NULL },
	{ "webhooks[].clientConfig.service.port", "443", NULL },
	{ "webhooks[].reinvocationPolicy", "Never", is_mutating },
	NONE,
};

static const struct default_rule definition[] = {
	{ "spec.conversion", "{strategy: \"None\"}", NULL },
	NONE,
};

static const struct default_rule endpointslice[] = {
	{ "ports[].protocol", "TCP", NULL },
	{ "ports[].name", "\"\"", NULL },
	{ "endpoints[].conditions", "{}", NULL },
	NONE,
};

static const struct default_rule endpoints[] = {
	{ "subsets[].ports[].protocol", "TCP", NULL },
	NONE,
};

/* targetPort is port, but for a headless Service that has no ports to map. */
static const struct node *default_target_ports(struct arena *arena, const struct node *object)
{
	const struct node *ports = node_at(object, "spec.ports"), *filled = ports;

	for (uint32_t i = 0; i < node_item_count(ports); i++) {
		const struct node *port = node_item(ports, i);
		const struct node *number = node_get(port, STR("port"));
		if (number && !node_get(port, STR("targetPort")))
			filled = node_list_put(arena, ports, filled, i,
					       node_with(arena, port, STR("targetPort"), number));
	}
	return filled == ports ? object : node_set(arena, object, "spec.ports", filled);
}

/* What a table of paths cannot say is hand-written; or only the pod spec has defaults. */
static const struct default_rule nothing[] = { NONE };

const struct default_kind default_kinds[] = {
	{ KIND_POD, pod, TRUSTED_PATH_INIT("spec"), default_pod_requests },
	{ KIND_DEPLOYMENT, deployment, TRUSTED_PATH_INIT("spec.template.spec"), NULL },
	{ KIND_REPLICASET, replicaset, TRUSTED_PATH_INIT("spec.template.spec"), NULL },
	{ KIND_STATEFULSET, statefulset, TRUSTED_PATH_INIT("spec.template.spec"), NULL },
	{ KIND_DAEMONSET, daemonset, TRUSTED_PATH_INIT("spec.template.spec"), NULL },
	{ KIND_JOB, job, TRUSTED_PATH_INIT("spec.template.spec"), NULL },
	{ KIND_CRONJOB, cronjob, TRUSTED_PATH_INIT("spec.jobTemplate.spec.template.spec"), NULL },
	{ KIND_REPLICATIONCONTROLLER, replicaset, TRUSTED_PATH_INIT("spec.template.spec"),
	  default_replication_controller },
	{ KIND_PODTEMPLATE, nothing, TRUSTED_PATH_INIT("template.spec"), NULL },
	{ KIND_SERVICE, service, {}, default_target_ports },
	{ KIND_HORIZONTALPODAUTOSCALER, hpa, {}, NULL },
	{ KIND_SECRET, secret, {}, NULL },
	{ KIND_PERSISTENTVOLUMECLAIM, claim, {}, NULL },
	{ KIND_PERSISTENTVOLUME, persistent_volume, {}, NULL },
	{ KIND_INGRESS, ingress, {}, NULL },
	{ KIND_NETWORKPOLICY, network_policy, {}, default_policy_types },
	{ KIND_STORAGECLASS, storage_class, {}, NULL },
	{ KIND_ROLEBINDING, nothing, {}, default_binding },
	{ KIND_CLUSTERROLEBINDING, nothing, {}, default_binding },
	{ KIND_PRIORITYCLASS, priority_class, {}, NULL },
	{ KIND_LIMITRANGE, nothing, {}, default_limit_range },
	{ KIND_VALIDATINGWEBHOOKCONFIGURATION, webhooks, {}, NULL },
	{ KIND_MUTATINGWEBHOOKCONFIGURATION, webhooks, {}, NULL },
	{ KIND_CUSTOMRESOURCEDEFINITION, definition, {}, default_definition },
	{ KIND_ENDPOINTSLICE, endpointslice, {}, NULL },
	{ KIND_ENDPOINTS, endpoints, {}, NULL },
	{ KIND_NONE, NULL, {}, NULL },
};

static const struct default_rule probe_rules[] = {
	{ "timeoutSeconds", "1", NULL },    { "periodSeconds", "10", NULL },
	{ "successThreshold", "1", NULL },  { "failureThreshold", "3", NULL },
	{ "httpGet.scheme", "HTTP", NULL }, { "httpGet.path", "/", NULL },
	{ "grpc.service", "\"\"", NULL },   NONE,
};

static const struct default_rule container_rules[] = {
	{ "terminationMessagePath", "/dev/termination-log", NULL },
	{ "terminationMessagePolicy", "File", NULL },
	{ "resources", "{}", NULL },
	{ "ports[].protocol", "TCP", NULL },
	{ "env[].valueFrom.fieldRef.apiVersion", "v1", NULL },
	{ "lifecycle.postStart.httpGet.scheme", "HTTP", NULL },
	{ "lifecycle.postStart.httpGet.path", "/", NULL },
	{ "lifecycle.preStop.httpGet.scheme", "HTTP", NULL },
	{ "lifecycle.preStop.httpGet.path", "/", NULL },
	NONE,
};

const struct default_rule default_pod_rules[] = {
	{ "dnsPolicy", "ClusterFirst", NULL },
	{ "restartPolicy", "Always", NULL },
	{ "securityContext", "{}", NULL },
	{ "terminationGracePeriodSeconds", "30", NULL },
	{ "schedulerName", "default-scheduler", NULL },
	{ "volumes[].secret.defaultMode", "420", NULL },
	{ "volumes[].configMap.defaultMode", "420", NULL },
	{ "volumes[].downwardAPI.defaultMode", "420", NULL },
	{ "volumes[].downwardAPI.items[].fieldRef.apiVersion", "v1", NULL },
	{ "volumes[].projected.defaultMode", "420", NULL },
	{ "volumes[].projected.sources[].serviceAccountToken.expirationSeconds", "3600", NULL },
	{ "volumes[].projected.sources[].downwardAPI.items[].fieldRef.apiVersion", "v1", NULL },
	{ "volumes[].hostPath.type", "\"\"", NULL },
	{ "volumes[].iscsi.iscsiInterface", "default", NULL },
	{ "volumes[].ephemeral.volumeClaimTemplate.spec.volumeMode", "Filesystem", NULL },
	{ "volumes[].ephemeral.volumeClaimTemplate.metadata", "{}", NULL },
	NONE,
};

/* Hand-written */

/* Always for :latest and for no tag, unless a digest pins the image. */
static const char *pull_policy(struct str image)
{
	size_t slash = (size_t)(str_find_last_char(image, '/') + 1);
	struct str name = str_from(image, slash);
	ptrdiff_t colon = str_find_char(name, ':');

	if (str_find_char(name, '@') >= 0)
		return "IfNotPresent";
	bool latest = colon < 0 || str_equal(str_from(name, (size_t)colon + 1), STR("latest"));
	return latest ? "Always" : "IfNotPresent";
}

static const struct node *host_ports(struct arena *arena, const struct node *container)
{
	const struct node *ports = node_get(container, STR("ports")), *filled = ports;

	for (uint32_t i = 0; i < node_item_count(ports); i++) {
		const struct node *port = node_item(ports, i);
		const struct node *number = node_get(port, STR("containerPort"));
		if (number && !node_get(port, STR("hostPort")))
			filled = node_list_put(arena, ports, filled, i,
					       node_with(arena, port, STR("hostPort"), number));
	}
	return filled == ports ? container : node_with(arena, container, STR("ports"), filled);
}

static const struct node *default_probes(struct arena *arena, const struct node *container)
{
	static const char *const probes[] = { "livenessProbe", "readinessProbe", "startupProbe" };

	for (size_t i = 0; i < ARRAY_COUNT(probes); i++) {
		const struct node *probe = node_get(container, str_from_cstr(probes[i]));
		const struct node *filled = default_apply(arena, probe, probe_rules);
		if (filled != probe)
			container = node_with(arena, container, str_from_cstr(probes[i]), filled);
	}
	return container;
}

static const struct node *default_container(struct arena *arena, const struct node *container,
					    bool host_network)
{
	struct str image = node_str_at(container, "image");

	if (!node_get(container, STR("imagePullPolicy")) && image.len)
		container = node_with(arena, container, STR("imagePullPolicy"),
				      node_cstr(arena, pull_policy(image)));
	container = default_probes(arena, default_apply(arena, container, container_rules));
	return host_network ? host_ports(arena, container) : container;
}

static const struct node *default_containers(struct arena *arena, const struct node *spec,
					     struct trusted_path path, bool host_network)
{
	const struct node *list = node_find(spec, path), *filled = list;

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *container = node_item(list, i);
		if (!node_is_map(container))
			continue;
		const struct node *made = default_container(arena, container, host_network);
		if (made != container)
			filled = node_list_put(arena, list, filled, i, made);
	}
	return filled == list ? spec : node_put(arena, spec, path, filled);
}

/* A volume without a source is an emptyDir. */
static const struct node *default_volumes(struct arena *arena, const struct node *spec)
{
	const struct node *list = node_get(spec, STR("volumes")), *filled = list;

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *volume = node_item(list, i);
		if (node_entry_count(volume) == 1 && node_get(volume, STR("name")))
			filled = node_list_put(
				arena, list, filled, i,
				node_with(arena, volume, STR("emptyDir"), node_empty_map()));
	}
	return filled == list ? spec : node_with(arena, spec, STR("volumes"), filled);
}

/* The deprecated name of the service account goes along. */
static const struct node *default_account(struct arena *arena, const struct node *spec)
{
	const struct node *name = node_get(spec, STR("serviceAccountName"));
	const struct node *old = node_get(spec, STR("serviceAccount"));

	if (name && !node_equal(old, name))
		return node_with(arena, spec, STR("serviceAccount"), name);
	if (old && !name)
		return node_with(arena, spec, STR("serviceAccountName"), old);
	return spec;
}

const struct node *default_pod_hand_written(struct arena *arena, const struct node *spec)
{
	bool host_network = node_bool_at(spec, "hostNetwork", false);

	spec = default_containers(arena, spec, TRUSTED_PATH("initContainers"), host_network);
	spec = default_containers(arena, spec, TRUSTED_PATH("containers"), host_network);
	return default_account(arena, default_volumes(arena, spec));
}
