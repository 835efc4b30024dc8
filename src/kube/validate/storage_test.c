/* storage_test - the rules of data, claims, volumes and classes, on both sides */
#include "kube/validate/faults_fixture.h"

#define A50 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct fault_row config_maps[] = {
	{ "data: {-._aZ9: a}", "" },
	{ "data: {'': a}", "data[]: Invalid value: \"\": " NOT_CONFIG_KEY },
	{ "data: {'.': a}", "data[.]: Invalid value: \".\": must not be '.'" },
	{ "data: {'..': a}", "data[..]: Invalid value: \"..\": must not be '..'" },
	{ "data: {'..a': a}", "data[..a]: Invalid value: \"..a\": must not start with '..'" },
	{ "data: {'.a': a}", "" },
	{ "data: {a/b: a}", "data[a/b]: Invalid value: \"a/b\": " NOT_CONFIG_KEY },
	{ "data: {a: a}, binaryData: {b: YQ==}", "" },
	{ "data: {a: a}, binaryData: {a: YQ==}",
	  "data[a]: Invalid value: \"a\": duplicate of key present in binaryData" },
	{ "binaryData: {a b: YQ==}", "binaryData[a b]: Invalid value: \"a b\": " NOT_CONFIG_KEY },
	{ "data: {" A50 A50 A50 A50 A50 "aaa: a}", "" },
	{ "data: {" A50 A50 A50 A50 A50 "aaaa: a}",
	  "data[" A50 A50 A50 A50 A50 "aaaa]: Invalid value: \"" A50 A50 A50 A50 A50
	  "aaaa\": must be no more than 253 characters" },
};

static void check_config_maps(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, ", config_maps, "}");
}

static const struct fault_row secrets[] = {
	{ "Opaque", "" },
	{ "kubernetes.io/tls, data: {tls.crt: YQ==, tls.key: YQ==}", "" },
	{ "kubernetes.io/tls, data: {tls.key: YQ==}", "data[tls.crt]: Required value" },
	{ "kubernetes.io/tls", "[data[tls.crt]: Required value, data[tls.key]: Required value]" },
	{ "kubernetes.io/basic-auth",
	  "[data[username]: Required value, data[password]: Required value]" },
	{ "kubernetes.io/basic-auth, data: {username: YQ==}", "" },
	{ "kubernetes.io/basic-auth, data: {password: YQ==}", "" },
	{ "kubernetes.io/ssh-auth", "data[ssh-privatekey]: Required value" },
	{ "kubernetes.io/ssh-auth, data: {ssh-privatekey: YQ==}", "" },
	{ "kubernetes.io/dockercfg", "data[.dockercfg]: Required value" },
	{ "kubernetes.io/dockerconfigjson", "data[.dockerconfigjson]: Required value" },
	{ "kubernetes.io/dockerconfigjson, data: {.dockerconfigjson: e30=}", "" },
	{ "kubernetes.io/dockerconfigjson, data: {.dockerconfigjson: IHt9}", "" },
	{ "kubernetes.io/dockerconfigjson, data: {.dockerconfigjson: YQ==}",
	  "data[.dockerconfigjson]: Invalid value: \"<secret contents redacted>\": invalid "
	  "character 'a' looking for beginning of value" },
	{ "kubernetes.io/service-account-token",
	  "metadata.annotations[kubernetes.io/service-account.name]: Required value" },
	{ "Opaque, data: {a b: YQ==}", "data[a b]: Invalid value: \"a b\": " NOT_CONFIG_KEY },
};

static void check_secrets(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: Secret, metadata: {name: x}, type: ", secrets, "}");
}

static const struct fault_row tokens[] = {
	{ "a", "" },
	{ "''", "metadata.annotations[kubernetes.io/service-account.name]: Required value" },
};

static void check_tokens(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: Secret, type: kubernetes.io/service-account-token, "
		     "metadata: {name: x, annotations: {kubernetes.io/service-account.name: ",
		     tokens, "}}}");
}

static const struct fault_row claims[] = {
	{ "accessModes: [ReadWriteOnce], resources: {requests: {storage: 1}}", "" },
	{ "accessModes: [ReadWriteOnce], resources: {requests: {storage: 0}}",
	  "spec.resources[storage]: Invalid value: \"0\": must be greater than zero" },
	{ "accessModes: [ReadWriteOnce], resources: {requests: {storage: -1}}",
	  "spec.resources[storage]: Invalid value: \"-1\": must be greater than zero" },
	{ "accessModes: [ReadWriteOnce]", "spec.resources[storage]: Required value" },
	{ "resources: {requests: {storage: 1}}",
	  "spec.accessModes: Required value: at least 1 access mode is required" },
	{ "accessModes: [Other], resources: {requests: {storage: 1}}",
	  "spec.accessModes: Unsupported value: \"Other\": supported values: \"ReadOnlyMany\", "
	  "\"ReadWriteMany\", \"ReadWriteOnce\", \"ReadWriteOncePod\"" },
	{ "accessModes: [ReadWriteOnce, ReadOnlyMany], resources: {requests: {storage: 1}}", "" },
	{ "accessModes: [ReadWriteOncePod], resources: {requests: {storage: 1}}", "" },
	{ "accessModes: [ReadWriteOncePod, ReadOnlyMany], resources: {requests: {storage: 1}}",
	  "spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes" },
	{ "accessModes: [ReadWriteOnce], resources: {requests: {storage: 1}}, storageClassName: "
	  "a.b",
	  "" },
	{ "accessModes: [ReadWriteOnce], resources: {requests: {storage: 1}}, storageClassName: A",
	  "spec.storageClassName: Invalid value: \"A\": " NOT_SUBDOMAIN },
	{ "accessModes: [ReadWriteOnce], resources: {requests: {storage: 1}}, selector: "
	  "{matchLabels: {a: b c}}",
	  "spec.selector.matchLabels: Invalid value: \"b c\": " NOT_LABEL_VALUE },
};

static void check_claims(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: x}, spec: {",
		     claims, "}}");
}

static const struct fault_row persistent_volumes[] = {
	{ "accessModes: [ReadWriteOnce], capacity: {storage: 1}, hostPath: {path: /a}", "" },
	{ "capacity: {storage: 1}, hostPath: {path: /a}", "spec.accessModes: Required value" },
	{ "accessModes: [ReadWriteOnce], hostPath: {path: /a}",
	  "[spec.capacity: Required value, spec.capacity: Unsupported value: null: supported "
	  "values: \"storage\"]" },
	{ "accessModes: [ReadWriteOnce], capacity: {cpu: 1}, hostPath: {path: /a}",
	  "spec.capacity: Unsupported value: {\"cpu\":\"1\"}: supported values: \"storage\"" },
	{ "accessModes: [ReadWriteOnce], capacity: {storage: 1, cpu: 1}, hostPath: {path: /a}",
	  "spec.capacity: Unsupported value: {\"cpu\":\"1\",\"storage\":\"1\"}: supported values: "
	  "\"storage\"" },
	{ "accessModes: [ReadWriteOnce], capacity: {storage: 1}",
	  "spec: Required value: must specify a volume type" },
	{ "accessModes: [ReadWriteOnce], capacity: {storage: 1}, hostPath: {path: /a}, nfs: "
	  "{server: a, path: /a}",
	  "spec.nfs: Forbidden: may not specify more than 1 volume type" },
};

static void check_persistent_volumes(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: PersistentVolume, metadata: {name: x}, spec: {",
		     persistent_volumes, "}}");
}

static const struct fault_row classes[] = {
	{ ", provisioner: a/b", "" },
	{ ", provisioner: A/b", "" },
	{ "", "provisioner: Required value" },
	{ ", provisioner: a b", "provisioner: Invalid value: \"a b\": " NOT_NAME_PART },
};

static void check_classes(void)
{
	CHECK_FAULTS("{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: x}",
		     classes, "}");
}

TESTS({ "keys of ConfigMaps", check_config_maps },
      { "Secrets hold what their type wants", check_secrets },
      { "a token is that of an account", check_tokens },
      { "claims: modes and sizes", check_claims },
      { "volumes: capacity and one source", check_persistent_volumes },
      { "provisioners of storage classes", check_classes })
