/* metadata_test - the rules of metadata, on both sides */
#include "kube/validate/faults_fixture.h"

static const struct fault_row names[] = {
	{ "ConfigMap, metadata: {name: a.b}", "" },
	{ "ConfigMap, metadata: {name: A}", "metadata.name: Invalid value: \"A\": " NOT_SUBDOMAIN },
	{ "ConfigMap, metadata: {}",
	  "metadata.name: Required value: name or generateName is required" },
	{ "ConfigMap, metadata: {generateName: A, name: a}",
	  "metadata.generateName: Invalid value: \"A\": " NOT_SUBDOMAIN },
	{ "ConfigMap, metadata: {generateName: a-, name: a}", "" },
	{ "ConfigMap, metadata: {generateName: a--, name: a}", "" },
	{ "ConfigMap, metadata: {generateName: '-', name: a}",
	  "metadata.generateName: Invalid value: \"-\": " NOT_SUBDOMAIN },
	{ "ConfigMap, metadata: {name: a, namespace: b}", "" },
	{ "ConfigMap, metadata: {name: a, namespace: b.c}",
	  "metadata.namespace: Invalid value: \"b.c\": must not contain dots" },
	{ "Namespace, metadata: {name: a}", "" },
	{ "Namespace, metadata: {name: a.b}",
	  "metadata.name: Invalid value: \"a.b\": must not contain dots" },
	{ "Namespace, metadata: {name: a, namespace: b}", "" },
	{ "Service, metadata: {name: a}, spec: {ports: [{port: 1}]}", "" },
	{ "Service, metadata: {name: 1a}, spec: {ports: [{port: 1}]}",
	  "metadata.name: Invalid value: \"1a\": " NOT_DNS1035 },
};

static void check_names(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: ", names, "}");
}

static const struct fault_row path_names[] = {
	{ "Role, metadata: {name: 'a:b'", "" },
	{ "Role, metadata: {name: 'A b'", "" },
	{ "Role, metadata: {name: 'a/b'",
	  "metadata.name: Invalid value: \"a/b\": may not contain '/'" },
	{ "Role, metadata: {name: 'a%b'",
	  "metadata.name: Invalid value: \"a%b\": may not contain '%'" },
	{ "Role, metadata: {name: '.'", "metadata.name: Invalid value: \".\": may not be '.'" },
	{ "Role, metadata: {name: '..'", "metadata.name: Invalid value: \"..\": may not be '..'" },
	{ "ClusterRole, metadata: {name: 'a:b'", "" },
	{ "ClusterRole, metadata: {name: 'A b'", "" },
	{ "ClusterRole, metadata: {name: 'a/b'",
	  "metadata.name: Invalid value: \"a/b\": may not contain '/'" },
	{ "ClusterRole, metadata: {name: 'a%b'",
	  "metadata.name: Invalid value: \"a%b\": may not contain '%'" },
	{ "ClusterRole, metadata: {name: '.'",
	  "metadata.name: Invalid value: \".\": may not be '.'" },
	{ "ClusterRole, metadata: {name: '..'",
	  "metadata.name: Invalid value: \"..\": may not be '..'" },
};

static void check_path_names(void)
{
	CHECK_FAULTS("{apiVersion: rbac.authorization.k8s.io/v1, kind: ", path_names, "}}");
}

static const struct fault_row maps[] = {
	{ "labels: {a/b: c}", "" },
	{ "labels: {a b: c}", "metadata.labels: Invalid value: \"a b\": " NOT_NAME_PART },
	{ "labels: {a: b c}", "metadata.labels: Invalid value: \"b c\": " NOT_LABEL_VALUE },
	{ "labels: {a: ''}", "" },
	{ "annotations: {a/b: 'c d'}", "" },
	{ "annotations: {A/b: c}", "" },
	{ "annotations: {a b: c}", "metadata.annotations: Invalid value: \"a b\": " NOT_NAME_PART },
};

static void check_maps(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: ConfigMap, metadata: {name: x, ", maps, "}}");
}

static const struct fault_row owners[] = {
	{ "{apiVersion: v1, kind: Pod, name: a, uid: b}", "" },
	{ "{apiVersion: '', kind: Pod, name: a, uid: b}",
	  "metadata.ownerReferences.apiVersion: Invalid value: \"\": version must not be empty" },
	{ "{apiVersion: v1, kind: '', name: a, uid: b}",
	  "metadata.ownerReferences.kind: Invalid value: \"\": must not be empty" },
	{ "{apiVersion: v1, kind: Pod, name: '', uid: b}",
	  "metadata.ownerReferences.name: Invalid value: \"\": must not be empty" },
	{ "{apiVersion: v1, kind: Pod, name: a, uid: ''}",
	  "metadata.ownerReferences.uid: Invalid value: \"\": must not be empty" },
	{ "{apiVersion: v1, kind: Event, name: a, uid: b}",
	  "metadata.ownerReferences: Invalid value: "
	  "{\"apiVersion\":\"v1\",\"kind\":\"Event\",\"name\":\"a\",\"uid\":\"b\"}: /v1, "
	  "Kind=Event is disallowed from being an owner" },
	{ "{apiVersion: v1, kind: Pod, name: a, uid: b, controller: true}, {apiVersion: v1, kind: "
	  "Pod, name: b, uid: c, controller: false}",
	  "" },
	{ "{apiVersion: v1, kind: Pod, name: a, uid: b, controller: true}, {apiVersion: v1, kind: "
	  "Pod, name: b, uid: c, controller: true}",
	  "metadata.ownerReferences: Invalid value: "
	  "[{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"name\":\"a\",\"uid\":\"b\",\"controller\":"
	  "true},{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"name\":\"b\",\"uid\":\"c\","
	  "\"controller\":true}]: Only one reference can have Controller set to true. Found "
	  "\"true\" in references for Pod/a and Pod/b" },
};

static void check_owners(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: ConfigMap, metadata: {name: x, ownerReferences: [",
		     owners, "]}}");
}

static const struct fault_row finalizers[] = {
	{ "a/b", "" },
	{ "a.b", "" },
	{ "kubernetes", "" },
	{ "orphan", "" },
	{ "foregroundDeletion", "" },
	{ "a", "metadata.finalizers[0]: Invalid value: \"a\": name is neither a standard finalizer "
	       "name nor is it fully qualified" },
	{ "a b", "[metadata.finalizers: Invalid value: \"a b\": " NOT_NAME_PART
		 ", metadata.finalizers[0]: Invalid value: \"a b\": name is neither a standard "
		 "finalizer name nor is it fully qualified]" },
};

static void check_finalizers(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: ConfigMap, metadata: {name: x, finalizers: [",
		     finalizers, "]}}");
}

TESTS({ "names, prefixes and namespaces of objects", check_names },
      { "names of RBAC are segments of a path", check_path_names },
      { "labels and annotations", check_maps },
      { "owners are whole, and one of them controls", check_owners },
      { "finalizers of built-in kinds have a domain, or are Kubernetes' own", check_finalizers })
