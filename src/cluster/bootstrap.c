/* bootstrap - the objects of a new cluster before its first request */
#include "cluster/bootstrap.h"

#include "base/arena.h"
#include "base/vec.h"
#include "doc/make.h"

const struct node *cluster_node(struct arena *arena, int number, int zone,
				const struct node_size *size)
{
	struct str name = str_printf(arena, "node-%d", number);
	struct str cpu = size->cpu_milli ? str_printf(arena, "%lldm", (long long)size->cpu_milli)
					 : STR("32");
	struct str memory = size->memory_bytes
				    ? str_printf(arena, "%lld", (long long)size->memory_bytes)
				    : STR("256Gi");
	struct str pods =
		size->pods ? str_printf(arena, "%lld", (long long)size->pods) : STR("110");
	const struct node *resources = node_make(
		arena, "{cpu: %s, memory: %s, pods: %s, ephemeral-storage: %?s}", cpu, memory, pods,
		size->storage_bytes ? str_printf(arena, "%lld", (long long)size->storage_bytes)
				    : STR_NONE);

	return node_make(
		arena,
		"{apiVersion: v1, kind: Node, metadata: {name: %s, labels: {"
		"kubernetes.io/hostname: %s, kubernetes.io/os: linux, kubernetes.io/arch: amd64, "
		"topology.kubernetes.io/region: r1, topology.kubernetes.io/zone: %s}}, spec: {}, "
		"status: {capacity: %n, allocatable: %n, conditions: ["
		"{type: Ready, status: \"True\", reason: KubeletReady, "
		"message: kubelet is posting ready status}]}}",
		name, name, str_printf(arena, "zone-%d", zone), resources, resources);
}

struct nodes cluster_bootstrap(struct arena *arena)
{
	static const char *const namespaces[] = { "default", "kube-system", "kube-public",
						  "kube-node-lease" };
	static const struct {
		const char *name;
		int value;
	} classes[] = { { "system-cluster-critical", 2000000000 },
			{ "system-node-critical", 2000001000 } };
	VEC(const struct node *) made = {};

	for (size_t i = 0; i < ARRAY_COUNT(namespaces); i++)
		VEC_PUSH(arena, &made,
			 node_make(arena, "{apiVersion: v1, kind: Namespace, metadata: {name: %c}}",
				   namespaces[i]));
	for (size_t i = 0; i < ARRAY_COUNT(classes); i++)
		VEC_PUSH(arena, &made,
			 node_make(arena,
				   "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, "
				   "metadata: {name: %c}, value: %d, "
				   "preemptionPolicy: PreemptLowerPriority}",
				   classes[i].name, classes[i].value));
	VEC_PUSH(arena, &made,
		 node_make(arena, "{apiVersion: v1, kind: Service, metadata: {name: kubernetes, "
				  "namespace: default, labels: {component: apiserver, "
				  "provider: kubernetes}}, spec: {clusterIP: 10.96.0.1, ports: ["
				  "{name: https, port: 443, targetPort: 6443}]}}"));
	return (struct nodes){ made.items, made.count };
}
