/* security_test - the rules of security contexts, on both sides */
#include "kube/validate/faults_fixture.h"

static const struct fault_row of_containers[] = {
	{ "runAsUser: 0", "" },
	{ "runAsUser: 2147483647", "" },
	{ "runAsUser: -1", "spec.containers[0].securityContext.runAsUser: Invalid value: -1: must "
			   "be between 0 and 2147483647, inclusive" },
	{ "runAsUser: 2147483648", "spec.containers[0].securityContext.runAsUser: Invalid value: "
				   "2147483648: must be between 0 and 2147483647, inclusive" },
	{ "runAsGroup: -1", "spec.containers[0].securityContext.runAsGroup: Invalid value: -1: "
			    "must be between 0 and 2147483647, inclusive" },
	{ "runAsGroup: 2147483648", "spec.containers[0].securityContext.runAsGroup: Invalid value: "
				    "2147483648: must be between 0 and 2147483647, inclusive" },
	{ "procMount: Default", "" },
	{ "procMount: Other", "spec.containers[0].securityContext.procMount: Unsupported value: "
			      "\"Other\": supported values: \"Default\", \"Unmasked\"" },
	{ "procMount: Unmasked", "spec.containers[0].securityContext.procMount: Invalid value: "
				 "\"Unmasked\": `hostUsers` must be false to use `Unmasked`" },
	{ "seccompProfile: {type: RuntimeDefault}", "" },
	{ "seccompProfile: {type: RuntimeDefault, localhostProfile: a}",
	  "spec.containers[0].securityContext.seccompProfile.localhostProfile: Invalid value: "
	  "{\"Type\":\"RuntimeDefault\",\"LocalhostProfile\":\"a\"}: can only be set when seccomp "
	  "type is Localhost" },
	{ "seccompProfile: {type: Localhost}",
	  "spec.containers[0].securityContext.seccompProfile.localhostProfile: Required value: "
	  "must be set when seccomp type is Localhost" },
	{ "seccompProfile: {type: Localhost, localhostProfile: a}", "" },
	{ "allowPrivilegeEscalation: false", "" },
	{ "privileged: true", "" },
	{ "allowPrivilegeEscalation: false, privileged: false", "" },
	{ "allowPrivilegeEscalation: false, privileged: true",
	  "spec.containers[0].securityContext: Invalid value: "
	  "{\"Capabilities\":null,\"Privileged\":true,\"SELinuxOptions\":null,\"WindowsOptions\":"
	  "null,\"RunAsUser\":null,\"RunAsGroup\":null,\"RunAsNonRoot\":null,"
	  "\"ReadOnlyRootFilesystem\":null,\"AllowPrivilegeEscalation\":false,\"ProcMount\":null,"
	  "\"SeccompProfile\":null,\"AppArmorProfile\":null}: cannot set "
	  "`allowPrivilegeEscalation` to false and `privileged` to true" },
	{ "allowPrivilegeEscalation: false, capabilities: {add: [NET_ADMIN]}", "" },
	{ "allowPrivilegeEscalation: false, capabilities: {add: [NET_ADMIN, CAP_SYS_ADMIN]}",
	  "spec.containers[0].securityContext: Invalid value: "
	  "{\"Capabilities\":{\"Add\":[\"NET_ADMIN\",\"CAP_SYS_ADMIN\"],\"Drop\":null},"
	  "\"Privileged\":null,"
	  "\"SELinuxOptions\":null,\"WindowsOptions\":null,\"RunAsUser\":null,\"RunAsGroup\":null,"
	  "\"RunAsNonRoot\":null,\"ReadOnlyRootFilesystem\":null,\"AllowPrivilegeEscalation\":"
	  "false,\"ProcMount\":null,\"SeccompProfile\":null,\"AppArmorProfile\":null}: cannot set "
	  "`allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN" },
	{ "allowPrivilegeEscalation: true, capabilities: {add: [CAP_SYS_ADMIN]}", "" },
};

static void check_of_containers(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: [{name: "
		     "c, image: i, securityContext: {",
		     of_containers, "}}]}}");
}

static const struct fault_row of_pods[] = {
	{ "securityContext: {fsGroup: 0, runAsUser: 0, runAsGroup: 0, supplementalGroups: [0, "
	  "2147483647]}",
	  "" },
	{ "securityContext: {fsGroup: -1}", "spec.securityContext.fsGroup: Invalid value: -1: must "
					    "be between 0 and 2147483647, inclusive" },
	{ "securityContext: {runAsGroup: -1}", "spec.securityContext.runAsGroup: Invalid value: "
					       "-1: must be between 0 and 2147483647, inclusive" },
	{ "securityContext: {runAsUser: -1}", "spec.securityContext.runAsUser: Invalid value: -1: "
					      "must be between 0 and 2147483647, inclusive" },
	{ "securityContext: {runAsGroup: 2147483648}",
	  "spec.securityContext.runAsGroup: Invalid value: 2147483648: must be between 0 and "
	  "2147483647, inclusive" },
	{ "securityContext: {supplementalGroups: [1, -1, 2147483648]}",
	  "[spec.securityContext.supplementalGroups[1]: Invalid value: -1: must be between 0 and "
	  "2147483647, inclusive, spec.securityContext.supplementalGroups[2]: Invalid value: "
	  "2147483648: must be between 0 and 2147483647, inclusive]" },
	{ "hostPID: true", "" },
	{ "shareProcessNamespace: true", "" },
	{ "hostPID: true, shareProcessNamespace: true",
	  "spec.securityContext.shareProcessNamespace: Invalid value: true: ShareProcessNamespace "
	  "and HostPID cannot both be enabled" },
	{ "hostPID: true, shareProcessNamespace: false", "" },
	{ "securityContext: {fsGroupChangePolicy: Always}", "" },
	{ "securityContext: {fsGroupChangePolicy: Never}",
	  "spec.securityContext.fsGroupChangePolicy: Unsupported value: \"Never\": supported "
	  "values: \"Always\", \"OnRootMismatch\"" },
	{ "securityContext: {seccompProfile: {type: Localhost}}",
	  "spec.securityContext.seccompProfile.localhostProfile: Required value: must be set when "
	  "seccomp type is Localhost" },
	{ "securityContext: {sysctls: [{value: a}]}",
	  "spec.securityContext.sysctls[0].name: Required value" },
	{ "securityContext: {sysctls: [{name: 'kernel.a', value: b}]}", "" },
	{ "securityContext: {sysctls: [{name: 'a-_b/c9', value: b}]}", "" },
	{ "securityContext: {sysctls: [{name: 'a..b', value: b}]}",
	  "spec.securityContext.sysctls[0].name: Invalid value: \"a..b\": must have at most 253 "
	  "characters and match regex "
	  "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$" },
	{ "securityContext: {sysctls: [{name: '.a', value: b}]}",
	  "spec.securityContext.sysctls[0].name: Invalid value: \".a\": must have at most 253 "
	  "characters and match regex "
	  "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$" },
	{ "securityContext: {sysctls: [{name: 'a.', value: b}]}",
	  "spec.securityContext.sysctls[0].name: Invalid value: \"a.\": must have at most 253 "
	  "characters and match regex "
	  "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$" },
	{ "securityContext: {sysctls: [{name: 'a-', value: b}]}",
	  "spec.securityContext.sysctls[0].name: Invalid value: \"a-\": must have at most 253 "
	  "characters and match regex "
	  "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$" },
	{ "securityContext: {sysctls: [{name: '-a', value: b}]}",
	  "spec.securityContext.sysctls[0].name: Invalid value: \"-a\": must have at most 253 "
	  "characters and match regex "
	  "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$" },
	{ "securityContext: {sysctls: [{name: 'A', value: b}]}",
	  "spec.securityContext.sysctls[0].name: Invalid value: \"A\": must have at most 253 "
	  "characters and match regex "
	  "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$" },
	{ "securityContext: {sysctls: [{name: 'a!', value: b}]}",
	  "spec.securityContext.sysctls[0].name: Invalid value: \"a!\": must have at most 253 "
	  "characters and match regex "
	  "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$" },
};

static void check_of_pods(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: [{name: "
		     "c, image: i}], ",
		     of_pods, "}}");
}

static const struct fault_row of_host_network[] = {
	{ "true, containers: [{name: c, image: i, ports: [{containerPort: 1, hostPort: 1", "" },
	{ "true, containers: [{name: c, image: i, ports: [{containerPort: 1", "" },
	{ "true, containers: [{name: c, image: i, ports: [{containerPort: 1, hostPort: 2",
	  "spec.containers[0].ports[0].hostPort: Invalid value: 2: must match `containerPort` when "
	  "`hostNetwork` is true" },
	{ "false, containers: [{name: c, image: i, ports: [{containerPort: 1, hostPort: 2", "" },
};

static void check_of_host_network(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {hostNetwork: ",
		     of_host_network, "}]}]}}");
}

static const struct fault_row unmasked[] = {
	{ "", "spec.containers[0].securityContext.procMount: Invalid value: \"Unmasked\": "
	      "`hostUsers` must be false to use `Unmasked`" },
	{ ", hostUsers: true", "spec.containers[0].securityContext.procMount: Invalid value: "
			       "\"Unmasked\": `hostUsers` must be false to use `Unmasked`" },
	{ ", hostUsers: false", "" },
};

static void check_unmasked(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: [{name: "
		     "c, image: i, securityContext: {procMount: Unmasked}}]",
		     unmasked, "}}");
}

TESTS({ "security contexts of containers", check_of_containers },
      { "security contexts of pods", check_of_pods },
      { "ports of pods in the network of their host are the host's", check_of_host_network },
      { "/proc is bare only in a user namespace", check_unmasked })
