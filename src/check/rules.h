/*
 * rules - every rule of forge check: its id, how severe it is, and what it says
 *
 * Layer: check. One table feeds the findings, the help of the verb and the documentation.
 */
#ifndef FORGE_CHECK_RULES_H
#define FORGE_CHECK_RULES_H

#include "doc/finding.h"

/* X(enum, id, severity, one line of documentation) */
#define CHECK_RULES(X)                                                                             \
	X(RULE_UNKNOWN_KIND, "schema/unknown-kind", SEVERITY_ERROR,                                \
	  "the API group has no such kind")                                                        \
	X(RULE_UNKNOWN_VERSION, "schema/unknown-version", SEVERITY_ERROR,                          \
	  "the kind exists, but not in this version")                                              \
	X(RULE_REMOVED, "api/removed", SEVERITY_ERROR,                                             \
	  "the API server does not serve this version any more")                                   \
	X(RULE_DEPRECATED, "api/deprecated", SEVERITY_WARNING,                                     \
	  "the version is still served, but not for long")                                         \
	X(RULE_NO_SCHEMA, "schema/no-schema", SEVERITY_INFO,                                       \
	  "a kind without a CRD in the render: its fields are not checked")                        \
	X(RULE_UNKNOWN_FIELD, "schema/unknown-field", SEVERITY_ERROR,                              \
	  "the type has no such field; the API server would drop or refuse it")                    \
	X(RULE_DUPLICATE_KEY, "schema/duplicate-key", SEVERITY_ERROR,                              \
	  "a key stands twice in one map; only one of them counts")                                \
	X(RULE_INVALID, "schema/invalid", SEVERITY_ERROR,                                          \
	  "the API server would refuse the object, in its words")                                  \
	X(RULE_CRD, "schema/crd", SEVERITY_ERROR, "a CustomResourceDefinition cannot be used")     \
	X(RULE_DUPLICATE_OBJECT, "reference/duplicate-object", SEVERITY_ERROR,                     \
	  "the same object is there twice; the later one wins")                                    \
	X(RULE_SERVICE_SELECTOR, "reference/service-selector", SEVERITY_ERROR,                     \
	  "a Service selects no pod")                                                              \
	X(RULE_SERVICE_PORT, "reference/service-port", SEVERITY_ERROR,                             \
	  "a Service sends to a port that no selected pod has")                                    \
	X(RULE_SERVICE_OWNER, "reference/service-owner", SEVERITY_WARNING,                         \
	  "a Service that a Canary makes is in the render, too")                                   \
	X(RULE_SCALE_TARGET, "reference/scale-target", SEVERITY_ERROR,                             \
	  "an autoscaler or Canary refers to something that is not there")                         \
	X(RULE_REPLICAS, "reference/replicas-beside-autoscaler", SEVERITY_WARNING,                 \
	  "a workload fixes replicas that an autoscaler decides")                                  \
	X(RULE_CONFIG, "reference/config", SEVERITY_ERROR,                                         \
	  "a pod uses a ConfigMap or Secret that nothing makes")                                   \
	X(RULE_CONFIG_KEY, "reference/config-key", SEVERITY_ERROR,                                 \
	  "a pod uses a key that the ConfigMap or Secret does not have")                           \
	X(RULE_CLAIM, "reference/volume-claim", SEVERITY_ERROR,                                    \
	  "a pod mounts a PersistentVolumeClaim that is not there")                                \
	X(RULE_SERVICE_ACCOUNT, "reference/service-account", SEVERITY_ERROR,                       \
	  "a ServiceAccount that is used is not there")                                            \
	X(RULE_ROLE, "reference/role", SEVERITY_ERROR,                                             \
	  "a binding refers to a role that is not there")                                          \
	X(RULE_SELECTOR, "reference/selector", SEVERITY_WARNING,                                   \
	  "a budget or policy selects no pod")                                                     \
	X(RULE_BACKEND, "reference/backend", SEVERITY_ERROR,                                       \
	  "an Ingress or route sends to a Service or port that is not there")                      \
	X(RULE_HEADLESS, "reference/headless-service", SEVERITY_ERROR,                             \
	  "the Service that a StatefulSet names is not there")                                     \
	X(RULE_HOST, "istio/host", SEVERITY_ERROR,                                                 \
	  "a host is no Service and no ServiceEntry, or lacks the port")                           \
	X(RULE_GATEWAY, "istio/gateway", SEVERITY_ERROR,                                           \
	  "a VirtualService is bound to a Gateway that is not there")                              \
	X(RULE_SUBSET, "istio/subset", SEVERITY_ERROR,                                             \
	  "a subset is not defined, or its labels select no pod")                                  \
	X(RULE_SOURCE, "flux/source", SEVERITY_ERROR,                                              \
	  "the source that is referred to is not there")                                           \
	X(RULE_DEPENDS_ON, "flux/depends-on", SEVERITY_ERROR,                                      \
	  "dependsOn names something that is not there, or itself")                                \
	X(RULE_CYCLE, "flux/cycle", SEVERITY_ERROR,                                                \
	  "dependsOn runs in a circle: none of them will ever be applied")                         \
	X(RULE_BUILD, "build/failed", SEVERITY_ERROR,                                              \
	  "a kustomization or a file cannot be built or read")                                     \
	X(RULE_SUBSTITUTE_FROM, "flux/substitute-from", SEVERITY_ERROR,                            \
	  "postBuild.substituteFrom names something that is not there")                            \
	X(RULE_APPLIED_TWICE, "flux/applied-twice", SEVERITY_ERROR,                                \
	  "two Kustomizations apply the same object and undo each other")

enum check_rule {
#define X(name, id, severity, summary) name,
	CHECK_RULES(X)
#undef X
		RULE_COUNT
};

extern const struct rule check_rules[RULE_COUNT];

#endif
