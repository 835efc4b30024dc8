/*
 * kinds_fixture - objects of every kind with one node of another kind, through all that reads them
 *
 * Layer: verbs, for kinds_test.c and fuzz/kinds_fuzz.c. A subject is an object of a kind of the
 * schema tables with each of its fields, a small object that a cluster runs, or a file that people
 * write (a kustomization, a patch, an OpenAPI document, a scenario). A case is a subject, one of
 * its nodes, and what stands there instead; it holds when nothing ends by a signal. Length: half
 * of it is the table of subjects.
 *
 *	struct kinds k;
 *	kinds_init(&k, arena);
 *	for (uint64_t i = 0; i < kinds_case_count(&k, subject); i++)
 *		kinds_run(&k, subject, i);
 */
#ifndef FORGE_VERBS_KINDS_FIXTURE_H
#define FORGE_VERBS_KINDS_FIXTURE_H

#include "base/arena.h"
#include "build/chain.h"
#include "build/compose.h"
#include "build/kustomize.h"
#include "check/check.h"
#include "deliver/deliver.h"
#include "doc/json.h"
#include "doc/make.h"
#include "doc/yaml.h"
#include "platform/platform.h"
#include "rehearse/scenario.h"
#include "rollout/rollout.h"
#include "verbs/diff_report.h"
#include "world/snapshot.h"

enum { KINDS_DEPTH_MAX = 14, KINDS_PLAYED_MS = 20000, KINDS_LONG_BYTES = 5000 };

/* What a subject goes through. */
enum kinds_route {
	KINDS_OBJECT, /* check, build, a patch of itself, a difference, a cluster */
	KINDS_FILE,   /* a build; the other files of the table stand beside it */
	KINDS_SCENARIO,
};

struct kinds_subject {
	struct str name; /* of its kind, or of its file */
	enum kinds_route route;
	const struct node *root;
	uint32_t node_count;
};

struct kinds {
	struct arena *arena;
	struct docset *set;
	struct schemas *schemas;
	VEC(struct kinds_subject) subjects;
	struct nodes swaps;
};

/* Small objects that pass validation, so that what controllers read is swapped, too. */
static const char *const kinds_played[] = {
	"{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: default, labels: "
	"{app: web}, annotations: {a: b}}, spec: {replicas: 2, minReadySeconds: 1, "
	"revisionHistoryLimit: 2, progressDeadlineSeconds: 60, strategy: {type: RollingUpdate, "
	"rollingUpdate: {maxSurge: 25%, maxUnavailable: 1}}, selector: {matchLabels: {app: web}}, "
	"template: {metadata: {labels: {app: web}}, spec: {terminationGracePeriodSeconds: 5, "
	"priorityClassName: system-cluster-critical, nodeSelector: {a: b}, tolerations: [{key: a, "
	"operator: Exists, effect: NoExecute, tolerationSeconds: 5}], affinity: {podAntiAffinity: "
	"{requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, "
	"labelSelector: {matchLabels: {app: web}}}]}}, topologySpreadConstraints: [{maxSkew: 1, "
	"topologyKey: zone, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: "
	"web}}}], volumes: [{name: v, configMap: {name: c, items: [{key: a, path: b}]}}], "
	"containers: [{name: c, image: 'x:1', ports: [{name: http, containerPort: 80}], env: "
	"[{name: A, valueFrom: {configMapKeyRef: {name: c, key: a, optional: true}}}], "
	"volumeMounts: [{name: v, mountPath: /v}], resources: {requests: {cpu: 100m, memory: 1Mi}, "
	"limits: {cpu: '1', memory: 2Mi}}, readinessProbe: {httpGet: {path: /, port: http}, "
	"periodSeconds: 1, failureThreshold: 3, initialDelaySeconds: 1}, livenessProbe: "
	"{tcpSocket: {port: 80}, timeoutSeconds: 1}, lifecycle: {preStop: {sleep: {seconds: "
	"1}}}}]}}}}",
	"{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db, namespace: default}, spec: "
	"{replicas: 2, serviceName: db, podManagementPolicy: OrderedReady, minReadySeconds: 1, "
	"ordinals: {start: 1}, updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: "
	"1}}, persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete, whenScaled: Retain}, "
	"selector: {matchLabels: {app: db}}, template: {metadata: {labels: {app: db}}, spec: "
	"{containers: [{name: c, image: x}]}}, volumeClaimTemplates: [{metadata: {name: d, labels: "
	"{a: b}}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]}}",
	"{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: ds, namespace: default}, spec: "
	"{updateStrategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 10%, maxSurge: "
	"0}}, selector: {matchLabels: {app: ds}}, template: {metadata: {labels: {app: ds}}, spec: "
	"{containers: [{name: c, image: x}]}}}}",
	"{apiVersion: batch/v1, kind: Job, metadata: {name: job, namespace: default}, spec: "
	"{parallelism: 2, completions: 3, backoffLimit: 2, activeDeadlineSeconds: 100, "
	"ttlSecondsAfterFinished: 5, completionMode: Indexed, backoffLimitPerIndex: 1, "
	"maxFailedIndexes: 2, suspend: false, template: {spec: {restartPolicy: Never, containers: "
	"[{name: c, image: x}]}}}}",
	"{apiVersion: batch/v1, kind: CronJob, metadata: {name: cron, namespace: default}, spec: "
	"{schedule: '* * * * *', startingDeadlineSeconds: 10, concurrencyPolicy: Forbid, "
	"successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 1, jobTemplate: {spec: {template: "
	"{spec: {restartPolicy: Never, containers: [{name: c, image: x}]}}}}}}",
	"{apiVersion: v1, kind: Service, metadata: {name: web, namespace: default}, spec: {type: "
	"NodePort, selector: {app: web}, sessionAffinity: ClientIP, sessionAffinityConfig: "
	"{clientIP: {timeoutSeconds: 10}}, ports: [{name: http, port: 80, targetPort: http, "
	"nodePort: 30001}]}}",
	"{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: web, "
	"namespace: default}, spec: {minReplicas: 1, maxReplicas: 4, scaleTargetRef: {apiVersion: "
	"apps/v1, kind: Deployment, name: web}, metrics: [{type: Resource, resource: {name: cpu, "
	"target: {type: Utilization, averageUtilization: 50}}}, {type: External, external: "
	"{metric: {name: q, selector: {matchLabels: {a: b}}}, target: {type: AverageValue, "
	"averageValue: '3'}}}], behavior: {scaleDown: {stabilizationWindowSeconds: 10, "
	"selectPolicy: Min, policies: [{type: Percent, value: 50, periodSeconds: 15}]}}}}",
	"{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: web, namespace: "
	"default}, spec: {minAvailable: 50%, selector: {matchLabels: {app: web}, "
	"matchExpressions: [{key: app, operator: In, values: [web]}]}}, status: {disruptedPods: "
	"{web-1: '2026-01-01T00:00:00Z'}}}",
	"{apiVersion: v1, kind: ResourceQuota, metadata: {name: q, namespace: default}, spec: "
	"{hard: {pods: '10', requests.cpu: '4', count/secrets: '3'}, scopeSelector: "
	"{matchExpressions: [{scopeName: PriorityClass, operator: In, values: [a]}]}}}",
	"{apiVersion: v1, kind: LimitRange, metadata: {name: l, namespace: default}, spec: "
	"{limits: "
	"[{type: Container, default: {cpu: 200m}, defaultRequest: {cpu: 100m}, min: {cpu: 10m}, "
	"max: {cpu: '2'}, maxLimitRequestRatio: {cpu: '4'}}]}}",
	"{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, namespace: default}, "
	"spec: {accessModes: [ReadWriteOnce], storageClassName: standard, selector: {matchLabels: "
	"{a: b}}, resources: {requests: {storage: 1Gi}}}}",
	"{apiVersion: v1, kind: PersistentVolume, metadata: {name: v, labels: {a: b}}, spec: "
	"{accessModes: [ReadWriteOnce], capacity: {storage: 1Gi}, storageClassName: standard, "
	"persistentVolumeReclaimPolicy: Delete, hostPath: {path: /x}, nodeAffinity: {required: "
	"{nodeSelectorTerms: [{matchExpressions: [{key: a, operator: In, values: [b]}]}]}}, "
	"claimRef: {name: c, namespace: default}}}",
	"{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: default}, type: Opaque, "
	"data: {a: YQ==}, stringData: {b: c}}",
	"{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: default, annotations: "
	"{kubectl.kubernetes.io/last-applied-configuration: '{}'}, finalizers: [a.b/c], "
	"ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: o, uid: u, controller: true}], "
	"managedFields: [{manager: m, operation: Apply, apiVersion: v1, time: "
	"'2026-01-01T00:00:00Z', fieldsType: FieldsV1, fieldsV1: {'f:data': {'f:a': {}}}}]}, data: "
	"{a: b}, binaryData: {c: YQ==}, immutable: false}",
	"{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: default, labels: {app: web}}, "
	"spec: {containers: [{name: c, image: x, resources: {requests: {cpu: 100m}}}], overhead: "
	"{cpu: 1m}}, status: {phase: Running, conditions: [{type: Ready, status: 'True', "
	"lastTransitionTime: '2026-01-01T00:00:00Z'}], containerStatuses: [{name: c, ready: true, "
	"restartCount: 1, state: {running: {startedAt: '2026-01-01T00:00:00Z'}}}]}}",
	"{apiVersion: v1, kind: Node, metadata: {name: n, labels: {zone: a}}, spec: {taints: "
	"[{key: "
	"a, value: b, effect: NoSchedule}], unschedulable: false}, status: {capacity: {cpu: '4', "
	"memory: 1Gi, pods: '10'}, allocatable: {cpu: '4', memory: 1Gi, pods: '10'}, conditions: "
	"[{type: Ready, status: 'True'}]}}",
	"{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: n, namespace: "
	"default}, spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: "
	"[{from: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: 80}]}]}}",
	"{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: e, namespace: "
	"default, labels: {kubernetes.io/service-name: web}}, addressType: IPv4, endpoints: "
	"[{addresses: [10.0.0.1], conditions: {ready: true}, targetRef: {kind: Pod, name: p, "
	"namespace: default}}], ports: [{name: http, port: 80}]}",
	"{apiVersion: flagger.app/v1beta1, kind: Canary, metadata: {name: web, namespace: "
	"default}, "
	"spec: {provider: istio, targetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, "
	"autoscalerRef: {apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, name: web}, "
	"progressDeadlineSeconds: 60, service: {port: 80, targetPort: http, hosts: [a.b], "
	"gateways: "
	"[mesh], match: [{uri: {prefix: /}}], headers: {request: {add: {a: b}}}, apex: {labels: "
	"{a: b}, annotations: {c: d}}, retries: {attempts: 3}, trafficPolicy: {tls: {mode: "
	"ISTIO_MUTUAL}}}, analysis: {interval: 1s, threshold: 2, maxWeight: 50, stepWeight: 10, "
	"stepWeights: [1, 5], mirror: true, match: [{headers: {a: {exact: b}}}], sessionAffinity: "
	"{cookieName: c, maxAge: 10}, metrics: [{name: request-success-rate, thresholdRange: {min: "
	"99, max: 100}, interval: 1m, templateRef: {name: t}, templateVariables: {a: b}}], "
	"webhooks: [{name: h, type: pre-rollout, url: 'http://a/b', timeout: 1s, metadata: {a: "
	"b}}], alerts: [{name: a, severity: info, providerRef: {name: p}}]}}}",
	"{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: web, "
	"namespace: default}, spec: {hosts: [web], gateways: [mesh], http: [{name: r, match: "
	"[{uri: {prefix: /}, headers: {a: {exact: b}}, queryParams: {q: {exact: r}}, sourceLabels: "
	"{a: b}}], route: [{destination: {host: web, subset: v1, port: {number: 80}}, weight: "
	"100}], mirror: {host: web}, mirrorPercentage: {value: 50}, fault: {abort: {httpStatus: "
	"500, percentage: {value: 10}}, delay: {fixedDelay: 1s, percentage: {value: 1}}}, retries: "
	"{attempts: 2, retryOn: 5xx}, timeout: 1s}]}}",
	"{apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: {name: web, "
	"namespace: default}, spec: {host: web, subsets: [{name: v1, labels: {app: web}}], "
	"trafficPolicy: {outlierDetection: {consecutive5xxErrors: 3}}}}",
	"{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: k, "
	"namespace: flux-system}, spec: {interval: 1m, retryInterval: 10s, timeout: 30s, path: "
	"./a, "
	"prune: true, wait: true, sourceRef: {kind: GitRepository, name: g}, dependsOn: [{name: "
	"o}], healthChecks: [{apiVersion: apps/v1, kind: Deployment, name: web, namespace: "
	"default}], postBuild: {substitute: {a: b}, substituteFrom: [{kind: ConfigMap, name: c, "
	"optional: true}]}, patches: [{patch: '- {op: remove, path: /a}', target: {kind: A}}], "
	"images: [{name: x, newTag: '1'}], components: [c], commonMetadata: {labels: {a: b}}, "
	"targetNamespace: n, decryption: {provider: sops}}, status: {inventory: {entries: [{id: "
	"default_a_apps_Deployment, v: v1}]}, conditions: [{type: Ready, status: 'True'}]}}",
	"{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, metadata: {name: g, "
	"namespace: flux-system}, spec: {interval: 1m, url: 'https://a/b', ref: {branch: main}, "
	"ignore: '/*', include: [{repository: {name: o}, fromPath: a, toPath: b}], secretRef: "
	"{name: s}}, status: {artifact: {revision: 'main@sha1:1', path: a, digest: 'sha256:1', "
	"lastUpdateTime: '2026-01-01T00:00:00Z', url: 'http://a'}}}",
	"{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: "
	"foos.a.b}, spec: {group: a.b, scope: Namespaced, names: {kind: Foo, plural: foos, "
	"singular: foo, shortNames: [f]}, versions: [{name: v1, served: true, storage: true, "
	"subresources: {status: {}, scale: {specReplicasPath: .spec.n, statusReplicasPath: "
	".status.n}}, additionalPrinterColumns: [{name: N, type: integer, jsonPath: .spec.n}], "
	"schema: {openAPIV3Schema: {type: object, required: [spec], properties: {spec: {type: "
	"object, x-kubernetes-preserve-unknown-fields: true, x-kubernetes-validations: [{rule: "
	"'true'}], properties: {n: {type: integer, format: int32, minimum: 0, maximum: 5, default: "
	"1}, e: {type: string, enum: [a], pattern: a, maxLength: 3}, l: {type: array, items: "
	"{type: "
	"string}, maxItems: 2, x-kubernetes-list-type: set}, m: {type: object, "
	"additionalProperties: {type: string}}}}}}}}]}}",
	"{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: h, namespace: "
	"flux-system}, spec: {interval: 1m, chart: {spec: {chart: c, version: '1', sourceRef: "
	"{kind: HelmRepository, name: r}}}, dependsOn: [{name: o}], valuesFrom: [{kind: ConfigMap, "
	"name: c, valuesKey: v}], values: {a: {b: c}}}}",
	"{apiVersion: source.extensions.fluxcd.io/v1beta1, kind: ArtifactGenerator, metadata: "
	"{name: g, namespace: flux-system}, spec: {sources: [{alias: repo, kind: GitRepository, "
	"name: flux-system}, {alias: made, kind: ExternalArtifact, name: made, namespace: "
	"flux-system}], artifacts: [{name: made, revision: '@repo', copy: [{from: '@repo/app/*', "
	"to: '@artifact/', exclude: ['*.md']}, {from: '@repo/app/x.yaml', to: "
	"'@artifact/app/x.yaml', strategy: Merge, optional: true}, {from: '@made/x', to: "
	"'@artifact/y/', strategy: Extract}]}]}}",
	"{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: "
	"remote, namespace: flux-system}, spec: {interval: 1m, prune: true, path: ./app, "
	"kubeConfig: {secretRef: {name: k}}, decryption: {provider: sops, secretRef: {name: s}}, "
	"sourceRef: {kind: ExternalArtifact, name: made, namespace: flux-system}}}",
};

/* Files of a build; the first one is the kustomization. */
static const struct {
	const char *name, *text;
} kinds_files[] = {
	{ "kustomization.yaml",
	  "{resources: [a.yaml], namespace: n, namePrefix: p-, nameSuffix: -s, labels: [{pairs: "
	  "{a: "
	  "b}, includeSelectors: true, includeTemplates: true, fields: [{path: spec/x, create: "
	  "true}]}], commonLabels: {c: d}, commonAnnotations: {e: f}, images: [{name: x, newName: "
	  "y, "
	  "newTag: '2', digest: 'sha256:1'}], replicas: [{name: web, count: 3}], patches: [{path: "
	  "patch.yaml}, {target: {kind: Deployment, labelSelector: app=web, annotationSelector: a, "
	  "name: web}, path: json.yaml, options: {allowNameChange: true}}], configMapGenerator: "
	  "[{name: g, behavior: create, literals: [a=b], files: [f=a.yaml], envs: [], options: "
	  "{labels: {a: b}, immutable: true}}], secretGenerator: [{name: s, type: Opaque, "
	  "literals: "
	  "[a=b]}], generatorOptions: {annotations: {a: b}, disableNameSuffixHash: true}, "
	  "replacements: [{source: {kind: Deployment, name: web, fieldPath: metadata.name, "
	  "options: "
	  "{delimiter: '-', index: 0}}, targets: [{select: {kind: Deployment}, reject: [{name: "
	  "o}], "
	  "fieldPaths: [spec.x, 'spec.template.spec.containers.[name=c].image'], options: {create: "
	  "true, delimiter: ':', index: 1}}]}], vars: [{name: V, objref: {apiVersion: apps/v1, "
	  "kind: "
	  "Deployment, name: web}, fieldref: {fieldpath: metadata.name}}], configurations: "
	  "[config.yaml], crds: [crds.json], openapi: {path: openapi.json}, transformers: "
	  "[transform.yaml], generators: [generate.yaml], validators: [], components: [], "
	  "patchesStrategicMerge: [patch.yaml], patchesJson6902: [{target: {group: apps, version: "
	  "v1, "
	  "kind: Deployment, name: web}, path: json.yaml}], sortOptions: {order: legacy, "
	  "legacySortOptions: {orderFirst: [A], orderLast: [B]}}, buildMetadata: "
	  "[originAnnotations, transformerAnnotations, managedByLabel]}" },
	{ "patch.yaml",
	  "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {template: {spec: "
	  "{$setElementOrder/containers: [{name: d}, {name: c}], containers: [{name: c, env: "
	  "[{name: "
	  "B, value: c}], ports: [{$patch: replace}]}, {name: d, image: x, $patch: merge}], "
	  "volumes: "
	  "[{name: v, $patch: delete}], $retainKeys: [containers]}}}}" },
	{ "json.yaml", "[{op: add, path: /spec/x, value: {a: [1]}}, {op: replace, path: "
		       "/spec/replicas, value: 2}, "
		       "{op: copy, from: /spec/x, path: /spec/y}, {op: move, from: /spec/y, path: "
		       "/spec/z}, {op: "
		       "test, path: /spec/z/a/0, value: 1}, {op: remove, path: /spec/z}]" },
	{ "config.yaml",
	  "{commonLabels: [{path: metadata/x, create: true, kind: A, group: b, version: c}], "
	  "nameReference: [{kind: ConfigMap, version: v1, fieldSpecs: [{kind: Foo, path: "
	  "spec/x}]}], "
	  "images: [{path: spec/y}], replicas: [{path: spec/r}], namespace: [{path: spec/n}], "
	  "varReference: [{path: spec/z}], namePrefix: [{path: a}], commonAnnotations: [{path: "
	  "b}]}" },
	{ "crds.json",
	  "{a.C: {properties: {kind: {type: string}, apiVersion: {}, metadata: {}, spec: {$ref: "
	  "q}}}, "
	  "q: {properties: {n: {x-kubernetes-object-ref-api-version: v1, "
	  "x-kubernetes-object-ref-kind: ConfigMap, x-kubernetes-object-ref-name-key: name}, l: "
	  "{x-kubernetes-annotation: '', x-kubernetes-label-selector: '', x-kubernetes-identity: "
	  "''}}}}" },
	{ "openapi.json",
	  "{definitions: {a.C: {type: object, required: [x], properties: {list: {type: array, "
	  "items: "
	  "{type: object, $ref: '#/definitions/q'}, x-kubernetes-patch-merge-key: n, "
	  "x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [n], "
	  "x-kubernetes-patch-strategy: merge}}, x-kubernetes-group-version-kind: [{group: apps, "
	  "version: v1, kind: Deployment}]}, q: {type: string, enum: [a], default: a, minimum: 1, "
	  "pattern: a}}, paths: {/apis/b/v1/as: {get: {x-kubernetes-group-version-kind: {group: "
	  "b, version: v1, kind: A}}}}}" },
	{ "transform.yaml",
	  "{apiVersion: builtin, kind: LabelTransformer, metadata: {name: l}, labels: {a: b}, "
	  "fieldSpecs: [{path: metadata/labels, create: true}]}" },
	{ "generate.yaml",
	  "{apiVersion: builtin, kind: ConfigMapGenerator, metadata: {name: l}, literals: [a=b], "
	  "options: {labels: {a: b}}}" },
};

static const char kinds_scenario[] =
	"{zones: 2, nodes: 3, traffic: [{host: web.default, rps: 5, path: /a, headers: {a: b}}], "
	"workloads: [{target: Deployment/default/web, to: {errorRate: 0.1, latency: {p50: 10ms, "
	"p99: "
	"100ms}, cpuPerRequest: 1ms, memory: 10Mi}, from: {errorRate: 0}}], webhooks: [{name: h, "
	"answers: [200, {code: 500, body: x}]}], faults: [{after: 1s, lasts: 2s, kill: {target: "
	"Deployment/default/web}}], assume: [{kind: Bucket, name: b}], ship: [{step: 1}], expect: "
	"{maxErrorRatio: 0.5, minAvailable: 50}}";

/* The types around a field: one that holds itself is not sampled again in itself. */
struct kinds_around {
	const struct kinds_around *up;
	uint32_t index;
};

static inline bool kinds_is_around(const struct kinds_around *up, struct schema s)
{
	while (up && up->index != s.index)
		up = up->up;
	return up;
}

/* A field is sampled by its type; a field of any type gets a small map. */
static inline const struct node *kinds_sample(struct arena *arena, struct schema s, int depth,
					      const struct kinds_around *up)
{
	const struct kinds_around around = { up, s.index };
	const struct node *made = node_empty_map();
	struct schema child;

	switch (schema_type(s)) {
	case SCHEMA_STRING:
		return node_cstr(arena, "a");
	case SCHEMA_QUANTITY:
		return node_cstr(arena, "1");
	case SCHEMA_INTEGER:
	case SCHEMA_INT_OR_STRING:
		return node_int(arena, 1);
	case SCHEMA_NUMBER:
		return node_double(arena, 1.5);
	case SCHEMA_BOOLEAN:
		return node_bool_of(true);
	case SCHEMA_ARRAY:
		return node_list_append(arena, NULL,
					kinds_sample(arena, schema_items(s), depth - 1, up));
	case SCHEMA_ANY:
	case SCHEMA_OBJECT:
		break;
	}
	if (depth <= 0 || kinds_is_around(up, s))
		return node_make(arena, "{a: {b: c}}");
	for (uint32_t i = 0; i < schema_property_count(s); i++) {
		struct str name = schema_property(s, i, &child);
		made = node_with(arena, made, name, kinds_sample(arena, child, depth - 1, &around));
	}
	if (!node_entry_count(made) && schema_exists(schema_additional(s)))
		made = node_with(arena, made, STR("a"),
				 kinds_sample(arena, schema_additional(s), depth - 1, &around));
	return node_entry_count(made) ? made : node_make(arena, "{a: {b: c}}");
}

static inline void kinds_add(struct kinds *k, struct str name, enum kinds_route route,
			     const struct node *root)
{
	struct kinds_subject subject = { name, route, root, node_count_all(root) };

	VEC_PUSH(k->arena, &k->subjects, subject);
}

/* Whole types: nested ones are cut, so that a pod's template has a few thousand nodes. */
static inline void kinds_add_sampled(struct kinds *k, kind_id id)
{
	const struct kind *kind = schemas_kind_by_id(k->schemas, id);
	const struct node *o = kinds_sample(
		k->arena, schema_root(k->schemas, kind, &kind->versions[0]), KINDS_DEPTH_MAX, NULL);

	o = node_set(k->arena, o, "apiVersion",
		     node_str(k->arena, kind_api_version(k->arena, kind)));
	o = node_set(k->arena, o, "kind", node_str(k->arena, kind->name));
	o = node_set(k->arena, o, "metadata",
		     node_make(k->arena, "{name: web, namespace: default, labels: {app: web}, "
					 "annotations: {a: b}}"));
	kinds_add(k, kind->name, KINDS_OBJECT, o);
}

static inline const struct node *kinds_read(struct kinds *k, struct str name, const char *text)
{
	struct error err;
	const struct node *root =
		yaml_read_one(k->set, name, str_from_cstr(text), DIALECT_SIGS, &err);

	if (!root)
		BUG("%.*s: %s", STR_FMT(name), err.text);
	return root;
}

/* What stands in the place of a node. */
static inline void kinds_add_swaps(struct kinds *k)
{
	static const char texts[] =
		"[text, [x], [{a: b}], [[x]], {a: {b: c}}, {a: b}, [], {}, null, '', -1, 0, true, "
		"1.5, "
		"2147483648, -9223372036854775808, 9223372036854775807, 99999999999999999999, "
		"1e308, "
		"9223372036854775807%, 9223372036854775807Ei, 99999999h, '2026-01-01T00:00:00Z']";
	const struct node *list = kinds_read(k, STR("swaps"), texts);
	char *text = arena_array(k->arena, char, KINDS_LONG_BYTES);

	for (size_t i = 0; i < KINDS_LONG_BYTES; i++)
		text[i] = 'a';
	nodes_add_all(k->arena, &k->swaps, list);
	nodes_add(k->arena, &k->swaps, node_str(k->arena, (struct str){ text, KINDS_LONG_BYTES }));
}

static inline void kinds_init(struct kinds *k, struct arena *arena)
{
	*k = (struct kinds){ .arena = arena,
			     .set = docset_new(arena),
			     .schemas = schemas_new(arena) };
	kinds_add_swaps(k);
	for (size_t i = 0; i < ARRAY_COUNT(kinds_played); i++) {
		const struct node *o = kinds_read(k, STR("played"), kinds_played[i]);
		kinds_add(k, object_kind(o), KINDS_OBJECT, o);
	}
	for (size_t i = 0; i < ARRAY_COUNT(kinds_files); i++) {
		struct str name = str_from_cstr(kinds_files[i].name);
		kinds_add(k, name, KINDS_FILE, kinds_read(k, name, kinds_files[i].text));
	}
	kinds_add(k, STR("scenario"), KINDS_SCENARIO,
		  kinds_read(k, STR("scenario"), kinds_scenario));
	for (uint32_t id = 1; id < schemas_kind_count(k->schemas); id++)
		kinds_add_sampled(k, (kind_id)id);
}

static inline uint64_t kinds_case_count(const struct kinds *k, uint32_t subject)
{
	return k->subjects.items[subject].node_count * (uint64_t)k->swaps.count;
}

/* The tree with its node of that number, in their order, replaced; keys are not, since those of
 * objects are texts. */
static inline const struct node *kinds_swapped(struct arena *arena, const struct node *n,
					       uint64_t *number, const struct node *value)
{
	if ((*number)-- == 0)
		return value;
	for (uint32_t i = 0; i < node_item_count(n); i++) {
		const struct node *item = kinds_swapped(arena, node_item(n, i), number, value);
		if (item != node_item(n, i))
			return node_list_with(arena, n, i, item);
	}
	for (uint32_t i = 0; i < node_entry_count(n); i++) {
		const struct entry *e = node_entry(n, i);
		const struct node *member = kinds_swapped(arena, e->value, number, value);
		if (member != e->value)
			return node_with(arena, n, node_text(e->key), member);
	}
	return n;
}

/* Through check, as a document that was read: positions are looked at. */
static inline void kinds_check(struct arena *arena, struct str text)
{
	struct docset *set = docset_new(arena);
	struct composition x = { .path = STR("a.yaml") };
	struct compose_part part = { .label = x.path, .count = 1 };
	struct findings findings;
	struct error err;
	const struct node *root = yaml_read_one(set, x.path, text, DIALECT_GO_V3, &err);

	if (!node_is_map(root))
		return;
	findings_init(&findings, arena);
	x.render = (struct render){ .arena = arena, .set = set, .count = 1 };
	x.render.objects = arena_copy(arena, &root, sizeof(struct node *));
	VEC_PUSH(arena, &x.parts, part);
	check_composition(&x, &findings);
	check_sort(set, &findings);
}

/* In a cluster whose Kustomization is built from an artifact. */
static inline void kinds_cluster(struct arena *arena, struct str object)
{
	static const struct {
		const char *path, *bytes;
	} tree[] = {
		{ "c/k.yaml", "{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, "
			      "metadata: {name: k, namespace: flux-system}, spec: {interval: 1m, "
			      "prune: true, path: ./app, sourceRef: {kind: ExternalArtifact, name: "
			      "made}}}" },
		{ "app/x.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}}" },
	};
	struct snapshot snapshot;
	struct files files = { .snapshot = &snapshot };
	struct compose_options plain = { .assumes_decrypted = true };
	struct composition cluster;
	struct compositions all = {};
	struct error err;

	snapshot_init(&snapshot, arena);
	for (size_t i = 0; i < ARRAY_COUNT(tree); i++)
		snapshot_put(&snapshot,
			     (struct snapshot_file){ .path = str_from_cstr(tree[i].path),
						     .bytes = str_from_cstr(tree[i].bytes) });
	snapshot_put(&snapshot, (struct snapshot_file){ .path = STR("c/a.yaml"), .bytes = object });
	(void)!compose_cluster(&files, STR("/c"), &plain, docset_new(arena), &cluster, &err);
	(void)!compose(&files, STR("/c"), &plain, docset_new(arena), &all, &err);
}

struct kinds_traced {
	struct origins *origins;
	const struct node *object;
};

static inline void kinds_chain(void *context, struct str pointer, uint32_t position)
{
	struct kinds_traced *t = context;
	struct path path;
	struct error err;

	(void)position;
	if (path_parse(t->origins->arena, pointer, &path, &err) == 0 && path.count)
		(void)chain_of(t->origins, t->object, &path);
}

/* The places of all values, and how each came to be. */
static inline void kinds_trace(struct arena *arena, const struct render *render)
{
	struct origins origins;
	struct error err;
	struct buf out;

	origins_init(&origins, arena, render->set, STR("/"));
	buf_init(&out, arena);
	for (uint32_t i = 0; i < render->count; i++) {
		struct kinds_traced traced = { &origins, render->objects[i] };
		origins_write_json(&origins, render->objects[i], &out);
		(void)!origins_write_yaml(&origins, render->objects[i], &out, &err);
		origins_each(render->objects[i], kinds_chain, &traced);
	}
}

/* Through a build: the files of the table, one or two of them replaced. */
static inline void kinds_build(struct arena *arena, struct str object, struct str name,
			       struct str text)
{
	struct kustomize_options options = {};
	struct snapshot snapshot;
	struct render render;
	struct error err;
	struct buf out;

	snapshot_init(&snapshot, arena);
	for (size_t i = 0; i < ARRAY_COUNT(kinds_files); i++) {
		struct snapshot_file file = { .path = str_from_cstr(kinds_files[i].name),
					      .bytes = str_from_cstr(kinds_files[i].text) };
		if (str_equal(file.path, name))
			file.bytes = text;
		snapshot_put(&snapshot, file);
	}
	snapshot_put(&snapshot, (struct snapshot_file){ .path = STR("a.yaml"), .bytes = object });
	struct files files = { .snapshot = &snapshot };
	buf_init(&out, arena);
	if (kustomize_build(&files, STR("/"), &options, docset_new(arena), &render, &err) == 0) {
		(void)!render_write(&render, &out, &err);
		kinds_trace(arena, &render);
	}
	struct compositions all = {};
	struct compose_options plain = {};
	(void)!compose(&files, STR("/a.yaml"), &plain, docset_new(arena), &all, &err);
	struct composition cluster;
	(void)!compose_cluster(&files, STR("/"), &plain, docset_new(arena), &cluster, &err);
}

/* Against the object as it was. */
static inline void kinds_compare(struct arena *arena, const struct node *whole,
				 const struct node *changed)
{
	struct placed_objects before = {}, after = {};
	struct object_differences differences = {};
	struct diff_document_options options = { .set = docset_new(arena), .has_origins = true };
	struct buf out;

	VEC_PUSH(arena, &before.items, (struct placed_object){ .object = whole });
	VEC_PUSH(arena, &after.items, (struct placed_object){ .object = changed });
	difference_find(arena, &before, &after, &differences);
	struct diff_report report = { diff_document(arena, &differences, &options), false };
	struct ink ink = { .out = &out };
	buf_init(&out, arena);
	diff_text(&report, &ink);
	diff_markdown(&report, &ink);
}

/* A minimal kustomization, so that the build reaches the later steps with the object. */
#define KINDS_SIMPLE                                                                               \
	STR("{resources: [a.yaml], namePrefix: p-, namespace: n, labels: [{pairs: {a: b}, "        \
	    "includeSelectors: true}], commonAnnotations: {a: b}, images: [{name: x, newTag: "     \
	    "'2'}]}")

static inline void kinds_ignore(void *context, const struct api_answer *answer)
{
	(void)context;
	assert(answer->code >= 200 && answer->code < 600);
}

static inline void kinds_call(struct platform *p, struct arena *arena, struct api_request request)
{
	request.arena = arena;
	request.manager = STR("kinds");
	request.grace_s = -1;
	request.force = true;
	api_call(p->api, &request, kinds_ignore, NULL);
}

/* There is no repository: the fetches of controllers fail. */
static inline void kinds_refuse(void *context, struct str reconciler, struct key key,
				const struct plan_request *request, struct request_ticket *ticket)
{
	(void)context;
	(void)reconciler;
	(void)key;
	(void)request;
	runner_answer(ticket, &(struct answer){ .code = 404, .text = STR("not found") });
}

/* Through a cluster: all verbs, then its controllers for a while. */
static inline void kinds_play(struct arena *arena, const struct node *whole,
			      const struct node *object)
{
	static const struct reconciler *const *const controllers[] = { deliver_reconcilers,
								       assumed_reconcilers,
								       rollout_reconcilers, NULL };
	static const struct platform_handler handlers[] = { { "fetch", kinds_refuse, NULL },
							    { "build", kinds_refuse, NULL },
							    { "generate", kinds_refuse, NULL },
							    { "webhook", kinds_refuse, NULL },
							    {} };
	struct platform *p = platform_new(&(struct platform_parts){ .seed = 1,
								    .node_count = 1,
								    .controllers = controllers,
								    .handlers = handlers,
								    .mesh = true });
	const struct kind *kind = schemas_kind(p->schemas, object_gvk(whole), NULL);
	struct key key = object_key(whole);
	struct error err;

	mesh_add_traffic(p->mesh,
			 &(struct mesh_traffic){ .host = STR("web.default"), .milli_rps = 2000 });
	kinds_call(p, arena, (struct api_request){ .verb = API_CREATE, .body = object });
	kinds_call(p, arena, (struct api_request){ .verb = API_APPLY, .body = object });
	kinds_call(p, arena, (struct api_request){ .verb = API_APPLY, .body = whole });
	(void)!world_run_for(p->world, 1000, &err);
	kinds_call(p, arena,
		   (struct api_request){ .verb = API_UPDATE, .body = object, .key = key });
	for (int type = 0; kind && type < 2; type++)
		kinds_call(p, arena,
			   (struct api_request){ .verb = API_PATCH,
						 .kind = kind,
						 .key = key,
						 .subresource = type ? STR("status") : STR_NONE,
						 .patch_type = type ? API_PATCH_MERGE
								    : API_PATCH_STRATEGIC,
						 .body = object });
	(void)!world_run_for(p->world, KINDS_PLAYED_MS, &err);
	if (kind)
		kinds_call(p, arena,
			   (struct api_request){ .verb = API_DELETE, .kind = kind, .key = key });
	(void)!world_run_for(p->world, 1000, &err);
	platform_free(p);
}

static inline void kinds_run(const struct kinds *k, uint32_t index, uint64_t number)
{
	SCRATCH(arena);
	const struct kinds_subject *s = &k->subjects.items[index];
	const struct node *value = k->swaps.items[number % k->swaps.count];
	uint64_t node = number / k->swaps.count;
	const struct node *changed = kinds_swapped(arena, s->root, &node, value);
	struct str text = json_text(arena, changed, 0), whole = json_text(arena, s->root, 0);
	struct scenario scenario;
	struct error err;

	switch (s->route) {
	case KINDS_OBJECT:
		kinds_check(arena, text);
		kinds_cluster(arena, text);
		kinds_build(arena, text, STR("kustomization.yaml"), KINDS_SIMPLE);
		kinds_build(arena, whole, STR("patch.yaml"), text);
		kinds_compare(arena, s->root, changed);
		kinds_play(arena, s->root, changed);
		break;
	case KINDS_FILE:
		kinds_build(arena, str_from_cstr(kinds_played[0]), s->name, text);
		break;
	case KINDS_SCENARIO:
		scenario_init(&scenario);
		(void)!scenario_read(&scenario, docset_new(arena), STR("s.yaml"), text, &err);
		break;
	}
}

#endif
