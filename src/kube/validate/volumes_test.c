/* volumes_test - the rules of volumes of pods, on both sides */
#include "kube/validate/faults_fixture.h"

static const struct fault_row volumes[] = {
	{ "volumes: [{emptyDir: {}}]", "spec.volumes[0].name: Required value" },
	{ "volumes: [{name: A, emptyDir: {}}]",
	  "spec.volumes[0].name: Invalid value: \"A\": " NOT_DNS_LABEL },
	{ "volumes: [{name: v, emptyDir: {}}, {name: v, emptyDir: {}}]",
	  "[spec.volumes[1]: Duplicate value: {\"name\":\"v\"}, spec.volumes[1].name: Duplicate "
	  "value: \"v\"]" },
	{ "volumes: [{name: v, emptyDir: {}}, {name: w, emptyDir: {}}]", "" },
	{ "volumes: [{name: v, emptyDir: {}, hostPath: {path: /a}}]",
	  "spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type" },
	{ "volumes: [{name: v, emptyDir: {sizeLimit: 0}}]", "" },
	{ "volumes: [{name: v, emptyDir: {sizeLimit: -1}}]",
	  "spec.volumes[0].emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource "
	  "quantity" },
	{ "volumes: [{name: v, hostPath: {path: /a}}]", "" },
	{ "volumes: [{name: v, hostPath: {}}]", "spec.volumes[0].hostPath.path: Required value" },
	{ "volumes: [{name: v, hostPath: {path: /a/../b}}]",
	  "spec.volumes[0].hostPath.path: Invalid value: \"/a/../b\": must not contain '..'" },
	{ "volumes: [{name: v, hostPath: {path: /a..b}}]", "" },
	{ "volumes: [{name: v, nfs: {server: s, path: /a}}]", "" },
	{ "volumes: [{name: v, nfs: {server: s, path: a}}]",
	  "spec.volumes[0].nfs.path: Invalid value: \"a\": must be an absolute path" },
	{ "volumes: [{name: v, nfs: {server: s}}]",
	  "[spec.volumes[0].nfs.path: Required value, spec.volumes[0].nfs.path: Invalid value: "
	  "\"\": must be an absolute path]" },
	{ "volumes: [{name: v, nfs: {path: /a}}]", "spec.volumes[0].nfs.server: Required value" },
	{ "volumes: [{name: v, persistentVolumeClaim: {claimName: a}}]", "" },
	{ "volumes: [{name: v, persistentVolumeClaim: {}}]",
	  "spec.volumes[0].persistentVolumeClaim.claimName: Required value" },
	{ "volumes: [{name: v, csi: {driver: d}}]", "" },
	{ "volumes: [{name: v, csi: {}}]", "spec.volumes[0].csi.driver: Required value" },
	{ "volumes: [{name: v, secret: {}}]", "spec.volumes[0].secret.secretName: Required value" },
	{ "volumes: [{name: v, secret: {secretName: a, defaultMode: 0}}]", "" },
	{ "volumes: [{name: v, secret: {secretName: a, defaultMode: -1}}]",
	  "spec.volumes[0].secret.defaultMode: Invalid value: -1: must be a number between 0 and "
	  "0777 (octal), both inclusive" },
	{ "volumes: [{name: v, secret: {secretName: a, defaultMode: 511}}]", "" },
	{ "volumes: [{name: v, secret: {secretName: a, defaultMode: 512}}]",
	  "spec.volumes[0].secret.defaultMode: Invalid value: 512: must be a number between 0 and "
	  "0777 (octal), both inclusive" },
	{ "volumes: [{name: v, configMap: {}}]", "spec.volumes[0].configMap.name: Required value" },
	{ "volumes: [{name: v, configMap: {name: a, items: [{key: k, path: p}]}}]", "" },
	{ "volumes: [{name: v, configMap: {name: a, items: [{path: p}]}}]",
	  "spec.volumes[0].configMap.items[0].key: Required value" },
	{ "volumes: [{name: v, configMap: {name: a, items: [{key: k}]}}]",
	  "spec.volumes[0].configMap.items[0].path: Required value" },
	{ "volumes: [{name: v, configMap: {name: a, items: [{key: k, path: /p}]}}]",
	  "spec.volumes[0].configMap.items[0].path: Invalid value: \"/p\": must be a relative "
	  "path" },
	{ "volumes: [{name: v, configMap: {name: a, items: [{key: k, path: ../p}]}}]",
	  "spec.volumes[0].configMap.items[0].path: Invalid value: \"../p\": must not contain "
	  "'..'" },
	{ "volumes: [{name: v, configMap: {name: a, items: [{key: k, path: ..p}]}}]",
	  "spec.volumes[0].configMap.items[0].path: Invalid value: \"..p\": must not start with "
	  "'..'" },
	{ "volumes: [{name: v, configMap: {name: a, items: [{key: k, path: p, mode: 511}]}}]", "" },
	{ "volumes: [{name: v, configMap: {name: a, items: [{key: k, path: p, mode: 512}]}}]",
	  "spec.volumes[0].configMap.items[0].mode: Invalid value: 512: must be a number between 0 "
	  "and 0777 (octal), both inclusive" },
	{ "volumes: [{name: v, downwardAPI: {items: [{path: p, fieldRef: {fieldPath: "
	  "metadata.name}}]}}]",
	  "" },
	{ "volumes: [{name: v, downwardAPI: {items: [{path: p, fieldRef: {fieldPath: "
	  "spec.nodeName}}]}}]",
	  "spec.volumes[0].downwardAPI.fieldRef.fieldPath: Unsupported value: \"spec.nodeName\": "
	  "supported values: \"metadata.annotations\", \"metadata.labels\", \"metadata.name\", "
	  "\"metadata.namespace\", \"metadata.uid\"" },
	{ "volumes: [{name: v, downwardAPI: {items: [{path: p, fieldRef: {fieldPath: "
	  "\"metadata.labels['a']\"}}]}}]",
	  "" },
	{ "volumes: [{name: v, downwardAPI: {items: [{path: p, fieldRef: {fieldPath: "
	  "\"metadata.annotations['a']\"}}]}}]",
	  "" },
	{ "volumes: [{name: v, downwardAPI: {defaultMode: 512}}]",
	  "spec.volumes[0].downwardAPI.defaultMode: Invalid value: 512: must be a number between 0 "
	  "and 0777 (octal), both inclusive" },
	{ "volumes: [{name: v, downwardAPI: {items: [{fieldRef: {fieldPath: metadata.name}}]}}]",
	  "spec.volumes[0].downwardAPI.path: Required value" },
	{ "volumes: [{name: v, projected: {sources: [{secret: {name: a}}, {configMap: {name: "
	  "a}}]}}]",
	  "" },
	{ "volumes: [{name: v, projected: {sources: [{secret: {}}]}}]",
	  "spec.volumes[0].projected.sources[0].secret.name: Required value" },
	{ "volumes: [{name: v, projected: {defaultMode: 512}}]",
	  "spec.volumes[0].projected.defaultMode: Invalid value: 512: must be a number between 0 "
	  "and 0777 (octal), both inclusive" },
	{ "volumes: [{name: v, projected: {sources: [{secret: {name: a, items: [{key: k, path: "
	  "p}]}}, {configMap: {name: b, items: [{key: k, path: p}]}}]}}]",
	  "spec.volumes[0].projected: Invalid value: \"b\": conflicting duplicate paths" },
	{ "volumes: [{name: v, projected: {sources: [{secret: {name: a, items: [{key: k, path: "
	  "p}]}}, {configMap: {name: b, items: [{key: k, path: q}]}}]}}]",
	  "" },
};

static void check_volumes(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: [{name: "
		     "c, image: i}], ",
		     volumes, "}}");
}

TESTS({ "volumes have a name and one source, which is whole", check_volumes })
