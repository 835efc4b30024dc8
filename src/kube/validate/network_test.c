/* network_test - the rules of Services, Ingresses and NetworkPolicies, on both sides */
#include "kube/validate/faults_fixture.h"

#define NOT_WILDCARD                                                                               \
	"a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, "  \
	"which must consist of lower case alphanumeric characters, '-' or '.' and end with an "    \
	"alphanumeric character (e.g. '*.example.com', regex used for validation is "              \
	"'\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"

static const struct fault_row ports[] = {
	{ "ports: [{port: 1}]", "" },
	{ "ports: [{port: 65535}]", "" },
	{ "ports: [{port: 0}]",
	  "[spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive, "
	  "spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive]" },
	{ "ports: [{port: 65536}]", "[spec.ports[0].port: Invalid value: 65536: must be between 1 "
				    "and 65535, inclusive, spec.ports[0].targetPort: Invalid "
				    "value: 65536: must be between 1 and 65535, inclusive]" },
	{ "ports: []", "spec.ports: Required value" },
	{ "", "spec.ports: Required value" },
	{ "clusterIP: None", "" },
	{ "ports: [{port: 80, name: a}, {port: 81, name: b}]", "" },
	{ "ports: [{port: 80, name: a}, {port: 81, name: a}]",
	  "spec.ports[1].name: Duplicate value: \"a\"" },
	{ "ports: [{port: 80, name: a}, {port: 81}]", "spec.ports[1].name: Required value" },
	{ "ports: [{port: 80, name: A_}]",
	  "spec.ports[0].name: Invalid value: \"A_\": " NOT_DNS_LABEL },
	{ "ports: [{port: 80, name: a}, {port: 80, name: b}]",
	  "[spec.ports[1]: Duplicate value: {\"port\":80,\"protocol\":\"TCP\"}, spec.ports[1]: "
	  "Duplicate value: "
	  "{\"Name\":\"\",\"Protocol\":\"TCP\",\"AppProtocol\":null,\"Port\":80,\"TargetPort\":0,"
	  "\"NodePort\":0}]" },
	{ "ports: [{port: 80, name: a}, {port: 80, name: b, protocol: UDP}]", "" },
	{ "ports: [{port: 80, name: a, protocol: TCP}, {port: 80, name: b}]",
	  "[spec.ports[1]: Duplicate value: {\"port\":80,\"protocol\":\"TCP\"}, spec.ports[1]: "
	  "Duplicate value: "
	  "{\"Name\":\"\",\"Protocol\":\"TCP\",\"AppProtocol\":null,\"Port\":80,\"TargetPort\":0,"
	  "\"NodePort\":0}]" },
	{ "ports: [{port: 80, targetPort: 0}]", "" },
	{ "ports: [{port: 80, targetPort: 1}]", "" },
	{ "ports: [{port: 80, targetPort: 65535}]", "" },
	{ "ports: [{port: 80, targetPort: 65536}]",
	  "spec.ports[0].targetPort: Invalid value: 65536: must be between 1 and 65535, "
	  "inclusive" },
	{ "ports: [{port: 80, targetPort: -1}]",
	  "spec.ports[0].targetPort: Invalid value: -1: must be between 1 and 65535, inclusive" },
	{ "ports: [{port: 80, targetPort: web}]", "" },
	{ "ports: [{port: 80, targetPort: Web}]",
	  "spec.ports[0].targetPort: Invalid value: \"Web\": must contain only alpha-numeric "
	  "characters (a-z, 0-9), and hyphens (-)" },
	{ "ports: [{port: 80, appProtocol: a/b}]", "" },
	{ "ports: [{port: 80, appProtocol: a/b/c}]",
	  "spec.ports[0].appProtocol: Invalid value: \"a/b/c\": a valid label key must consist of "
	  "alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
	  "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
	  "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and "
	  "'/' (e.g. 'example.com/MyName')" },
	{ "ports: [{port: 80, nodePort: 30000}]",
	  "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'" },
	{ "type: NodePort, ports: [{port: 80, nodePort: 30000}]", "" },
};

static void check_ports(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {", ports, "}}");
}

static const struct fault_row services[] = {
	{ "type: ExternalName, externalName: a.b", "" },
	{ "type: ExternalName", "spec.externalName: Required value" },
	{ "type: ExternalName, externalName: A_b",
	  "spec.externalName: Invalid value: \"A_b\": " NOT_SUBDOMAIN },
	{ "type: ExternalName, externalName: a.b, clusterIP: 10.0.0.1",
	  "spec.clusterIPs: Forbidden: may not be set for ExternalName services" },
	{ "externalName: A_b", "" },
	{ "selector: {a: b}", "" },
	{ "selector: {a: b c}", "spec.selector: Invalid value: \"b c\": " NOT_LABEL_VALUE },
	{ "selector: {a b: c}", "spec.selector: Invalid value: \"a b\": " NOT_NAME_PART },
	{ "externalIPs: [10.0.0.1, x]", "spec.externalIPs[1]: Invalid value: \"x\": " NOT_IP },
	{ "ipFamilies: [IPv4, IPv6]", "" },
	{ "ipFamilies: [IPv4, IPv5]",
	  "spec.ipFamilies[1]: Unsupported value: \"IPv5\": supported values: \"IPv4\", \"IPv6\"" },
	{ "type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/0, ' 10.0.0.0/32 ', '::/128']",
	  "" },
	{ "loadBalancerSourceRanges: [10.0.0.0/8]", "spec.LoadBalancerSourceRanges: Forbidden: may "
						    "only be used when `type` is 'LoadBalancer'" },
	{ "type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/33, 10.0.0.0, '::/129', "
	  "10.0.0.0/a, a/8]",
	  "[spec.LoadBalancerSourceRanges[0]: Invalid value: \"10.0.0.0/33\": " NOT_CIDR
	  ", spec.LoadBalancerSourceRanges[1]: Invalid value: \"10.0.0.0\": " NOT_CIDR
	  ", spec.LoadBalancerSourceRanges[2]: Invalid value: \"::/129\": " NOT_CIDR
	  ", spec.LoadBalancerSourceRanges[3]: Invalid value: \"10.0.0.0/a\": " NOT_CIDR
	  ", spec.LoadBalancerSourceRanges[4]: Invalid value: \"a/8\": " NOT_CIDR "]" },
	{ "type: LoadBalancer, loadBalancerClass: a/b", "" },
	{ "type: LoadBalancer, loadBalancerClass: a b",
	  "spec.loadBalancerClass: Invalid value: \"a b\": " NOT_NAME_PART },
	{ "type: NodePort, clusterIP: None", "spec.clusterIPs[0]: Invalid value: \"None\": may not "
					     "be set to 'None' for NodePort services" },
	{ "type: LoadBalancer, clusterIP: None", "spec.clusterIPs[0]: Invalid value: \"None\": may "
						 "not be set to 'None' for LoadBalancer services" },
	{ "clusterIP: 10.0.0.1", "" },
	{ "clusterIP: x", "spec.clusterIPs[0]: Invalid value: \"x\": " NOT_IP },
	{ "externalTrafficPolicy: Local", "spec.externalTrafficPolicy: Invalid value: \"Local\": "
					  "may only be set for externally-accessible services" },
	{ "type: NodePort, externalTrafficPolicy: Local", "" },
	{ "type: LoadBalancer, externalTrafficPolicy: Local", "" },
	{ "externalIPs: [10.0.0.1], externalTrafficPolicy: Cluster", "" },
	{ "type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 30000", "" },
	{ "type: LoadBalancer, externalTrafficPolicy: Cluster, healthCheckNodePort: 30000",
	  "spec.healthCheckNodePort: Invalid value: 30000: may only be set when `type` is "
	  "'LoadBalancer' and `externalTrafficPolicy` is 'Local'" },
	{ "type: NodePort, externalTrafficPolicy: Local, healthCheckNodePort: 30000",
	  "spec.healthCheckNodePort: Invalid value: 30000: may only be set when `type` is "
	  "'LoadBalancer' and `externalTrafficPolicy` is 'Local'" },
	{ "sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 1}}", "" },
	{ "sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 86400}}",
	  "" },
	{ "sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 0}}",
	  "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 0: must be greater "
	  "than 0 and less than 86400" },
	{ "sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 86401}}",
	  "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be "
	  "greater than 0 and less than 86400" },
	{ "trafficDistribution: PreferClose", "" },
	{ "trafficDistribution: Near",
	  "spec.trafficDistribution: Unsupported value: \"Near\": supported values: "
	  "\"PreferClose\", \"PreferSameZone\", \"PreferSameNode\"" },
};

static void check_services(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {", services,
		     ", ports: [{port: 80}]}}");
}

static const struct fault_row ingresses[] = {
	{ "", "spec: Invalid value: null: either `defaultBackend` or `rules` must be specified" },
	{ "defaultBackend: {service: {name: s, port: {number: 80}}}", "" },
	{ "defaultBackend: {}",
	  "spec.defaultBackend: Invalid value: \"\": resource or service backend is required" },
	{ "defaultBackend: {service: {port: {number: 80}}}",
	  "spec.defaultBackend.service.name: Required value" },
	{ "defaultBackend: {service: {name: S, port: {number: 80}}}",
	  "spec.defaultBackend.service.name: Invalid value: \"S\": " NOT_DNS1035 },
	{ "defaultBackend: {service: {name: s}}",
	  "spec.defaultBackend: Required value: port name or number is required" },
	{ "defaultBackend: {service: {name: s, port: {number: 80, name: a}}}",
	  "spec.defaultBackend: Invalid value: \"\": cannot set both port name & port number" },
	{ "defaultBackend: {service: {name: s, port: {name: web}}}", "" },
	{ "defaultBackend: {service: {name: s, port: {name: Web}}}",
	  "spec.defaultBackend.service.port.name: Invalid value: \"Web\": must contain only "
	  "alpha-numeric characters (a-z, 0-9), and hyphens (-)" },
	{ "defaultBackend: {service: {name: s, port: {number: 1}}}", "" },
	{ "defaultBackend: {service: {name: s, port: {number: 65535}}}", "" },
	{ "defaultBackend: {service: {name: s, port: {number: 65536}}}",
	  "spec.defaultBackend.service.port.number: Invalid value: 65536: must be between 1 and "
	  "65535, inclusive" },
	{ "defaultBackend: {service: {name: s, port: {number: -1}}}",
	  "spec.defaultBackend.service.port.number: Invalid value: -1: must be between 1 and "
	  "65535, inclusive" },
	{ "defaultBackend: {resource: {kind: A, name: b}}", "" },
	{ "defaultBackend: {resource: {kind: A, name: b}, service: {name: s, port: {number: 80}}}",
	  "spec.defaultBackend: Invalid value: \"\": cannot set both resource and service "
	  "backends" },
	{ "rules: [{host: a.b}]", "" },
	{ "rules: [{host: '*.a.b'}]", "" },
	{ "rules: [{host: '*.'}]", "spec.rules[0].host: Invalid value: \"*.\": " NOT_WILDCARD },
	{ "rules: [{host: '*a.b'}]", "spec.rules[0].host: Invalid value: \"*a.b\": " NOT_WILDCARD },
	{ "rules: [{host: 'a.*.b'}]",
	  "spec.rules[0].host: Invalid value: \"a.*.b\": " NOT_WILDCARD },
	{ "rules: [{host: A.b}]", "spec.rules[0].host: Invalid value: \"A.b\": " NOT_SUBDOMAIN },
	{ "rules: [{host: 10.0.0.1}]", "spec.rules[0].host: Invalid value: \"10.0.0.1\": must be a "
				       "DNS name, not an IP address" },
	{ "rules: [{http: {paths: []}}]", "spec.rules[0].http.paths: Required value" },
	{ "rules: [{host: a.b}], ingressClassName: a.b", "" },
	{ "rules: [{host: a.b}], ingressClassName: A",
	  "spec.ingressClassName: Invalid value: \"A\": " NOT_SUBDOMAIN },
	{ "rules: [{host: a.b}], tls: [{hosts: [a.b, '*.a.b']}]", "" },
	{ "rules: [{host: a.b}], tls: [{hosts: [a.b, A.b]}]",
	  "spec.tls[0].hosts[1]: Invalid value: \"A.b\": " NOT_SUBDOMAIN },
};

static void check_ingresses(void)
{
	CHECK_FAULTS(
		"{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: x}, spec: {",
		ingresses, "}}");
}

static const struct fault_row paths[] = {
	{ "pathType: Exact, path: /a", "" },
	{ "pathType: Prefix, path: /", "" },
	{ "path: /a",
	  "spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified" },
	{ "pathType: Exact",
	  "spec.rules[0].http.paths[0].path: Invalid value: \"\": must be an absolute path" },
	{ "pathType: Exact, path: a",
	  "spec.rules[0].http.paths[0].path: Invalid value: \"a\": must be an absolute path" },
	{ "pathType: ImplementationSpecific", "" },
	{ "pathType: ImplementationSpecific, path: a",
	  "spec.rules[0].http.paths[0].path: Invalid value: \"a\": must be an absolute path" },
	{ "pathType: ImplementationSpecific, path: /a//b", "" },
	{ "pathType: Exact, path: /a//b",
	  "spec.rules[0].http.paths[0].path: Invalid value: \"/a//b\": must not contain '//'" },
	{ "pathType: Exact, path: /a/./b",
	  "spec.rules[0].http.paths[0].path: Invalid value: \"/a/./b\": must not contain '/./'" },
	{ "pathType: Exact, path: /a/../b",
	  "spec.rules[0].http.paths[0].path: Invalid value: \"/a/../b\": must not contain '/../'" },
	{ "pathType: Exact, path: /a%2fb",
	  "spec.rules[0].http.paths[0].path: Invalid value: \"/a%2fb\": must not contain '%2f'" },
	{ "pathType: Exact, path: /a%2Fb",
	  "spec.rules[0].http.paths[0].path: Invalid value: \"/a%2Fb\": must not contain '%2F'" },
	{ "pathType: Exact, path: /a%5cb", "" },
};

static void check_paths(void)
{
	CHECK_FAULTS(
		"{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: x}, spec: "
		"{rules: [{http: {paths: [{backend: {service: {name: s, port: {number: 80}}}, ",
		paths, "}]}}]}}");
}

static const struct fault_row classes[] = {
	{ "", "" },
	{ ", ingressClassName: a", "" },
	{ ", ingressClassName: b", "annotations.kubernetes.io/ingress.class: Invalid value: \"a\": "
				   "must match `ingressClassName` when both are specified" },
};

static void check_classes(void)
{
	CHECK_FAULTS("{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: x, "
		     "annotations: {kubernetes.io/ingress.class: a}}, spec: {rules: [{host: a.b}]",
		     classes, "}}");
}

static const struct fault_row policies[] = {
	{ "podSelector: {}", "" },
	{ "podSelector: {matchLabels: {a: b c}}",
	  "spec.podSelector.matchLabels: Invalid value: \"b c\": " NOT_LABEL_VALUE },
	{ "podSelector: {}, policyTypes: [Ingress, Egress]", "" },
	{ "podSelector: {}, policyTypes: [Ingress, Egress, Both]",
	  "spec.policyTypes: Invalid value: [\"Ingress\",\"Egress\",\"Both\"]: may not specify "
	  "more than two policyTypes" },
	{ "podSelector: {}, policyTypes: [Both]",
	  "spec.policyTypes[0]: Unsupported value: \"Both\": supported values: \"Ingress\", "
	  "\"Egress\"" },
	{ "podSelector: {}, ingress: [{ports: [{port: 1}]}]", "" },
	{ "podSelector: {}, ingress: [{ports: [{port: 65535}]}]", "" },
	{ "podSelector: {}, ingress: [{ports: [{port: 0}]}]",
	  "spec.ingress[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, "
	  "inclusive" },
	{ "podSelector: {}, egress: [{ports: [{port: 65536}]}]",
	  "spec.egress[0].ports[0].port: Invalid value: 65536: must be between 1 and 65535, "
	  "inclusive" },
	{ "podSelector: {}, egress: [{ports: [{port: web}]}]", "" },
	{ "podSelector: {}, egress: [{ports: [{port: Web}]}]",
	  "spec.egress[0].ports[0].port: Invalid value: \"Web\": must contain only alpha-numeric "
	  "characters (a-z, 0-9), and hyphens (-)" },
	{ "podSelector: {}, egress: [{ports: [{port: 80, endPort: 80}]}]", "" },
	{ "podSelector: {}, egress: [{ports: [{port: 80, endPort: 65535}]}]", "" },
	{ "podSelector: {}, egress: [{ports: [{port: 80, endPort: 79}]}]",
	  "spec.egress[0].ports[0].endPort: Invalid value: 80: must be greater than or equal to "
	  "`port`" },
	{ "podSelector: {}, egress: [{ports: [{port: 80, endPort: 65536}]}]",
	  "spec.egress[0].ports[0].endPort: Invalid value: 65536: must be between 1 and 65535, "
	  "inclusive" },
	{ "podSelector: {}, egress: [{ports: [{port: web, endPort: 80}]}]",
	  "spec.egress[0].ports[0].endPort: Invalid value: 80: may not be specified when `port` is "
	  "non-numeric" },
	{ "podSelector: {}, egress: [{ports: [{endPort: 80}]}]",
	  "spec.egress[0].ports[0].endPort: Invalid value: 80: may not be specified when `port` is "
	  "not specified" },
};

static void check_policies(void)
{
	CHECK_FAULTS("{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: x}, "
		     "spec: {",
		     policies, "}}");
}

static const struct fault_row peers[] = {
	{ "podSelector: {}", "" },
	{ "namespaceSelector: {}", "" },
	{ "podSelector: {}, namespaceSelector: {}", "" },
	{ "", "spec.egress[0].to[0]: Required value: must specify a peer" },
	{ "podSelector: {matchLabels: {a: b c}}", "spec.egress[0].to[0].podSelector.matchLabels: "
						  "Invalid value: \"b c\": " NOT_LABEL_VALUE },
	{ "namespaceSelector: {matchLabels: {a: b c}}",
	  "spec.egress[0].to[0].namespaceSelector.matchLabels: Invalid value: \"b "
	  "c\": " NOT_LABEL_VALUE },
	{ "ipBlock: {cidr: 10.0.0.0/8}", "" },
	{ "ipBlock: {cidr: 10.0.0.0}",
	  "spec.egress[0].to[0].ipBlock.cidr: Invalid value: \"10.0.0.0\": " NOT_CIDR },
	{ "ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}",
	  "spec.egress[0].to[0]: Forbidden: may not specify both ipBlock and another peer" },
	{ "ipBlock: {cidr: 10.0.0.0/8}, namespaceSelector: {}",
	  "spec.egress[0].to[0]: Forbidden: may not specify both ipBlock and another peer" },
	{ "ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.0/9, 10.255.255.255/32]}", "" },
	{ "ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.0/8]}",
	  "spec.egress[0].to[0].ipBlock.except[0]: Invalid value: \"10.0.0.0/8\": must be a strict "
	  "subset of `cidr`" },
	{ "ipBlock: {cidr: 10.0.0.0/8, except: [0.0.0.0/7]}",
	  "spec.egress[0].to[0].ipBlock.except[0]: Invalid value: \"0.0.0.0/7\": must be a strict "
	  "subset of `cidr`" },
	{ "ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/9]}",
	  "spec.egress[0].to[0].ipBlock.except[0]: Invalid value: \"11.0.0.0/9\": must be a strict "
	  "subset of `cidr`" },
	{ "ipBlock: {cidr: 10.0.0.0/8, except: [x]}",
	  "spec.egress[0].to[0].ipBlock.except[0]: Invalid value: \"x\": " NOT_CIDR },
	{ "ipBlock: {cidr: 0.0.0.0/0, except: [200.0.0.0/8]}", "" },
	{ "ipBlock: {cidr: 10.0.0.0/31, except: [10.0.0.1/32]}", "" },
	{ "ipBlock: {cidr: 10.0.0.0/31, except: [10.0.0.2/32]}",
	  "spec.egress[0].to[0].ipBlock.except[0]: Invalid value: \"10.0.0.2/32\": must be a "
	  "strict subset of `cidr`" },
	{ "ipBlock: {cidr: '2001:db8::/64', except: ['2001:db8::/65']}", "" },
	{ "ipBlock: {cidr: '2001:db8::/64', except: ['2001:db8::/64']}",
	  "spec.egress[0].to[0].ipBlock.except[0]: Invalid value: \"2001:db8::/64\": must be a "
	  "strict subset of `cidr`" },
};

static void check_peers(void)
{
	CHECK_FAULTS("{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: x}, "
		     "spec: {podSelector: {}, egress: [{to: [{",
		     peers, "}]}]}}");
}

TESTS({ "ports of Services: numbers, names, targets", check_ports },
      { "types, addresses and balancers of Services", check_services },
      { "Ingresses: hosts, paths, backends", check_ingresses },
      { "paths of Ingresses are absolute and plain", check_paths },
      { "an annotation does not contradict the class", check_classes },
      { "NetworkPolicies: selectors, types, ports", check_policies },
      { "peers of NetworkPolicies: selectors or a block", check_peers })
