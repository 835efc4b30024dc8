/* admit_service_test - what a Service is given, what leaves with its type, and what is taken */
#include "cluster/server/server_test.h"
#include "doc/json.h"

/* Applies Service a/NAME with that spec; the spec as it then is, or NULL and what is said. */
static const struct node *apply(struct fixture *f, const char *name, const char *spec,
				struct str *ret_refused)
{
	struct api_answer answer = fixture_send(
		f, API_APPLY,
		node_make(f->arena,
			  "{apiVersion: v1, kind: Service, metadata: {name: %c, namespace: a}, "
			  "spec: %n}",
			  name, node_make(f->arena, spec)));

	*ret_refused = api_ok(&answer) ? STR_NONE : answer.message;
	return answer.object ? node_get(answer.object->root, STR("spec")) : NULL;
}

/* The values at these paths, in one line: "-" where there is none. */
static struct str values(struct fixture *f, const struct node *spec,
			 const struct trusted_path *paths)
{
	struct buf out;

	buf_init(&out, f->arena);
	for (; paths->path; paths++) {
		const struct node *value = node_find(spec, *paths);
		buf_printf(&out, "%s", out.len ? " " : "");
		buf_add(&out, value ? json_text(f->arena, value, 0) : STR("-"));
	}
	return buf_str(&out);
}

/* One spec after the other is applied; then the Service has these values. The first address is
 * 10.96.0.2, the first node port 30000. */
static void a_service_has_what_its_type_needs(void)
{
#define LOCAL "{type: LoadBalancer, externalTrafficPolicy: Local, ports: [{port: 80}]}"
	static const struct trusted_path paths[] = { TRUSTED_PATH_INIT("clusterIP"),
						     TRUSTED_PATH_INIT("ipFamilyPolicy"),
						     TRUSTED_PATH_INIT("ports[0].nodePort"),
						     TRUSTED_PATH_INIT("healthCheckNodePort"),
						     TRUSTED_PATH_INIT("externalTrafficPolicy"),
						     TRUSTED_PATH_INIT("internalTrafficPolicy"),
						     TRUSTED_PATH_INIT(
							     "allocateLoadBalancerNodePorts"),
						     {} };
	static const struct {
		const char *specs[3];
		struct str values;
	} cases[] = {
		{ { "{ports: [{port: 80}]}" },
		  STR_INIT("\"10.96.0.2\" \"SingleStack\" - - - \"Cluster\" -") },
		{ { "{type: NodePort, ports: [{port: 80}]}" },
		  STR_INIT("\"10.96.0.2\" \"SingleStack\" 30000 - \"Cluster\" \"Cluster\" -") },
		{ { "{type: LoadBalancer, ports: [{port: 80}]}" },
		  STR_INIT("\"10.96.0.2\" \"SingleStack\" 30000 - \"Cluster\" \"Cluster\" true") },
		{ { LOCAL },
		  STR_INIT(
			  "\"10.96.0.2\" \"SingleStack\" 30000 30001 \"Local\" \"Cluster\" true") },
		{ { "{type: LoadBalancer, allocateLoadBalancerNodePorts: false, ports: [{port: "
		    "80}]}" },
		  STR_INIT("\"10.96.0.2\" \"SingleStack\" - - \"Cluster\" \"Cluster\" false") },
		{ { "{type: ExternalName, externalName: a.b, internalTrafficPolicy: Local}" },
		  STR_INIT("- - - - - - -") },
		{ { "{clusterIP: None, ports: [{port: 80}]}" },
		  STR_INIT("\"None\" \"RequireDualStack\" - - - \"Cluster\" -") },
		{ { "{clusterIP: None, selector: {a: b}, ports: [{port: 80}]}" },
		  STR_INIT("\"None\" \"SingleStack\" - - - \"Cluster\" -") },
		{ { "{externalIPs: [1.2.3.4], ports: [{port: 80}]}" },
		  STR_INIT("\"10.96.0.2\" \"SingleStack\" - - \"Cluster\" \"Cluster\" -") },
		/* What the last type has no use for is gone. */
		{ { "{type: NodePort, ports: [{port: 80}]}", "{ports: [{port: 80}]}" },
		  STR_INIT("\"10.96.0.2\" \"SingleStack\" - - - \"Cluster\" -") },
		{ { LOCAL, "{type: NodePort, ports: [{port: 80}]}" },
		  STR_INIT("\"10.96.0.2\" \"SingleStack\" 30000 - \"Cluster\" \"Cluster\" -") },
		{ { LOCAL, "{type: ExternalName, externalName: a.b, ports: [{port: 80}]}" },
		  STR_INIT("- - - - - - -") },
		{ { "{type: ExternalName, externalName: a.b}", "{ports: [{port: 80}]}" },
		  STR_INIT("\"10.96.0.2\" \"SingleStack\" - - - \"Cluster\" -") },
		/* What is not stated stays. */
		{ { "{ipFamilyPolicy: PreferDualStack, ports: [{port: 80}]}",
		    "{ports: [{port: 80}]}" },
		  STR_INIT("\"10.96.0.2\" \"PreferDualStack\" - - - \"Cluster\" -") },
		{ { LOCAL, "{type: LoadBalancer, externalTrafficPolicy: Local, ports: [{port: "
			   "81}]}" },
		  STR_INIT(
			  "\"10.96.0.2\" \"SingleStack\" 30000 30001 \"Local\" \"Cluster\" true") },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].specs[0]); i++) {
		struct fixture f = fixture_begin();
		const struct node *spec = NULL;
		struct str refused;

		for (size_t k = 0; k < 3 && cases[i].specs[k]; k++) {
			spec = apply(&f, "s", cases[i].specs[k], &refused);
			CHECK_STR(refused, STR_NONE);
		}
		CHECK_STR(values(&f, spec, paths), cases[i].values);
		fixture_end(&f);
	}
#undef LOCAL
}

/* Ports keep theirs by their names; TCP and UDP of one number share it. */
static void node_ports_stay_with_the_names_of_ports(void)
{
	static const struct trusted_path paths[] = { TRUSTED_PATH_INIT("ports[0].nodePort"),
						     TRUSTED_PATH_INIT("ports[1].nodePort"),
						     {} };
	static const struct {
		const char *first, *second;
		struct str values;
	} cases[] = {
#define PORTS(...) "{type: NodePort, ports: [" __VA_ARGS__ "]}"
		{ PORTS("{name: a, port: 1}, {name: b, port: 2}"),
		  PORTS("{name: b, port: 3}, {name: a, port: 4}"), STR_INIT("30001 30000") },
		{ PORTS("{name: a, port: 1}, {name: b, port: 2}"),
		  PORTS("{name: a, port: 1}, {name: c, port: 3}"), STR_INIT("30000 30002") },
		{ PORTS("{name: a, port: 1}"),
		  PORTS("{name: c, port: 2, nodePort: 30000}, {name: a, port: 3}"),
		  STR_INIT("30000 30001") },
		{ PORTS("{name: u, port: 53, protocol: UDP}, {name: t, port: 53, protocol: TCP}"),
		  PORTS("{name: u, port: 53, protocol: UDP}, {name: t, port: 53, protocol: TCP}"),
		  STR_INIT("30000 30000") },
#undef PORTS
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].first); i++) {
		struct fixture f = fixture_begin();
		struct str refused;

		apply(&f, "s", cases[i].first, &refused);
		CHECK_STR(refused, STR_NONE);
		const struct node *spec = apply(&f, "s", cases[i].second, &refused);
		CHECK_STR(refused, STR_NONE);
		CHECK_STR(values(&f, spec, paths), cases[i].values);
		fixture_end(&f);
	}
}

static void affinity_without_clients_has_no_configuration(void)
{
	static const struct trusted_path paths[] = {
		TRUSTED_PATH_INIT("sessionAffinityConfig.clientIP.timeoutSeconds"), {}
	};
	struct fixture f = fixture_begin();
	struct str refused;

	const struct node *spec =
		apply(&f, "s",
		      "{sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: "
		      "{timeoutSeconds: 5}}, ports: [{port: 80}]}",
		      &refused);
	CHECK_TEXT(values(&f, spec, paths), "5");
	spec = apply(&f, "s", "{sessionAffinity: ClientIP, ports: [{port: 80}]}", &refused);
	CHECK_TEXT(values(&f, spec, paths), "10800");
	spec = apply(&f, "s", "{ports: [{port: 80}]}", &refused);
	CHECK_TEXT(values(&f, spec, paths), "-");
	fixture_end(&f);
}

static void only_services_without_pods_and_address_are_for_both_families(void)
{
	static const struct trusted_path paths[] = { TRUSTED_PATH_INIT("ipFamilies"), {} };
	static const struct {
		const char *spec;
		struct str families;
	} cases[] = {
		{ "{ports: [{port: 80}]}", STR_INIT("[\"IPv4\"]") },
		{ "{clusterIP: None, selector: {a: b}, ports: [{port: 80}]}",
		  STR_INIT("[\"IPv4\"]") },
		{ "{clusterIP: None, ports: [{port: 80}]}", STR_INIT("[\"IPv4\",\"IPv6\"]") },
		{ "{clusterIP: None, ipFamilyPolicy: SingleStack, ports: [{port: 80}]}",
		  STR_INIT("[\"IPv4\"]") },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].spec); i++) {
		struct fixture f = fixture_begin();
		struct str refused;

		CHECK_STR(values(&f, apply(&f, "s", cases[i].spec, &refused), paths),
			  cases[i].families);
		fixture_end(&f);
	}
}

/* a is applied, then b: what is said to b. */
static void what_another_service_has_is_refused(void)
{
	static const struct {
		const char *a, *b;
		struct str refused;
	} cases[] = {
		{ "{type: NodePort, ports: [{port: 80, nodePort: 30080}]}",
		  "{type: NodePort, ports: [{port: 81, nodePort: 30080}]}",
		  STR_INIT(
			  "Service \"b\" is invalid: spec.ports[0].nodePort: Invalid value: 30080: "
			  "provided port is already allocated") },
		{ "{type: NodePort, ports: [{port: 80}]}",
		  "{type: NodePort, ports: [{name: x, port: 81}, {name: y, port: 82, nodePort: "
		  "30000}]}",
		  STR_INIT(
			  "Service \"b\" is invalid: spec.ports[1].nodePort: Invalid value: 30000: "
			  "provided port is already allocated") },
		{ "{ports: [{port: 80}]}",
		  "{type: NodePort, ports: [{name: x, port: 81, nodePort: 30080}, {name: y, port: "
		  "82, nodePort: 30080}]}",
		  STR_INIT(
			  "Service \"b\" is invalid: spec.ports[1].nodePort: Invalid value: 30080: "
			  "provided port is already allocated") },
		{ "{ports: [{port: 80}]}",
		  "{type: NodePort, ports: [{name: x, port: 53, protocol: UDP, nodePort: 30080}, "
		  "{name: y, port: 53, nodePort: 30080}]}",
		  { NULL, 0 } },
		{ "{ports: [{port: 80}]}", "{type: NodePort, ports: [{port: 80, nodePort: 80}]}",
		  STR_INIT("Service \"b\" is invalid: spec.ports[0].nodePort: Invalid value: 80: "
			   "provided port is not in the valid range. The range of valid ports is "
			   "30000-32767") },
		{ "{ports: [{port: 80}]}", "{type: NodePort, ports: [{port: 80, nodePort: 40000}]}",
		  STR_INIT(
			  "Service \"b\" is invalid: spec.ports[0].nodePort: Invalid value: 40000: "
			  "provided port is not in the valid range. The range of valid ports is "
			  "30000-32767") },
		{ "{clusterIP: 10.0.0.9, ports: [{port: 80}]}",
		  "{clusterIP: 10.0.0.9, ports: [{port: 80}]}",
		  STR_INIT("Service \"b\" is invalid: spec.clusterIPs: Invalid value: "
			   "[\"10.0.0.9\"]: failed to allocate IP 10.0.0.9: provided IP is already "
			   "allocated") },
		{ "{clusterIP: None, ports: [{port: 80}]}",
		  "{clusterIP: None, ports: [{port: 80}]}",
		  { NULL, 0 } },
		{ "{type: NodePort, ports: [{port: 80, nodePort: 30080}]}",
		  "{type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 30080, "
		  "ports: [{port: 80}]}",
		  STR_INIT("Internal error occurred: failed to allocate requested HealthCheck "
			   "NodePort 30080: provided port is already allocated") },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].a); i++) {
		struct fixture f = fixture_begin();
		struct str refused;

		apply(&f, "a", cases[i].a, &refused);
		CHECK_STR(refused, STR_NONE);
		apply(&f, "b", cases[i].b, &refused);
		CHECK_STR(refused, cases[i].refused);
		fixture_end(&f);
	}
}

static void what_is_given_is_free(void)
{
	static const struct trusted_path paths[] = { TRUSTED_PATH_INIT("clusterIP"),
						     TRUSTED_PATH_INIT("ports[0].nodePort"),
						     {} };
	struct fixture f = fixture_begin();
	struct str refused;

	apply(&f, "a",
	      "{type: NodePort, clusterIP: 10.96.0.2, ports: [{port: 80, nodePort: 30000}]}",
	      &refused);
	const struct node *spec = apply(&f, "b", "{type: NodePort, ports: [{port: 80}]}", &refused);
	CHECK_TEXT(values(&f, spec, paths), "\"10.96.0.3\" 30001");
	fixture_end(&f);
}

/* The first spec, then one that changes what stays as it is. */
static void some_fields_never_change(void)
{
	static const struct {
		const char *first, *second;
		struct str refused;
	} cases[] = {
		{ "{ports: [{port: 80}]}", "{clusterIP: None, ports: [{port: 80}]}",
		  STR_INIT("Service \"s\" is invalid: spec.clusterIPs[0]: Invalid value: "
			   "[\"None\"]: may not change once set") },
		{ "{type: LoadBalancer, loadBalancerClass: a/b, ports: [{port: 80}]}",
		  "{type: LoadBalancer, loadBalancerClass: a/c, ports: [{port: 80}]}",
		  STR_INIT("Service \"s\" is invalid: spec.loadBalancerClass: Invalid value: "
			   "\"a/c\": may not change once set") },
		{ "{type: LoadBalancer, loadBalancerClass: a/b, ports: [{port: 80}]}",
		  "{type: LoadBalancer, ports: [{port: 80}]}",
		  STR_INIT("Service \"s\" is invalid: spec.loadBalancerClass: Invalid value: null: "
			   "may not change once set") },
		{ "{type: LoadBalancer, loadBalancerClass: a/b, ports: [{port: 80}]}",
		  "{ports: [{port: 80}]}",
		  { NULL, 0 } },
		{ "{type: LoadBalancer, externalTrafficPolicy: Local, ports: [{port: 80}]}",
		  "{type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 30099, "
		  "ports: [{port: 80}]}",
		  STR_INIT(
			  "Service \"s\" is invalid: spec.healthCheckNodePort: Forbidden: field is "
			  "immutable") },
		/* The port of number 1 still has its own. */
		{ "{type: NodePort, ports: [{name: a, port: 1}]}",
		  "{type: NodePort, ports: [{name: b, port: 2, nodePort: 30000}, {name: a, port: "
		  "1}]}",
		  STR_INIT("duplicate nodePort: {TCP 30000}") },
		/* What the write changes, too, is no leftover. */
		{ "{type: NodePort, ports: [{port: 80}]}",
		  "{externalTrafficPolicy: Local, ports: [{port: 80}]}",
		  STR_INIT("Service \"s\" is invalid: spec.externalTrafficPolicy: Invalid value: "
			   "\"Local\": may only be set for externally-accessible services") },
		{ "{type: NodePort, ports: [{port: 80}]}",
		  "{type: ClusterIP, ports: [{port: 80, nodePort: 30099}]}",
		  STR_INIT(
			  "Service \"s\" is invalid: spec.ports[0].nodePort: Forbidden: may not be "
			  "used when `type` is 'ClusterIP'") },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].first); i++) {
		struct fixture f = fixture_begin();
		struct str refused;

		apply(&f, "s", cases[i].first, &refused);
		CHECK_STR(refused, STR_NONE);
		apply(&f, "s", cases[i].second, &refused);
		CHECK_STR(refused, cases[i].refused);
		fixture_end(&f);
	}
}

TESTS({ "a Service has what its type needs", a_service_has_what_its_type_needs },
      { "node ports stay with the names of ports", node_ports_stay_with_the_names_of_ports },
      { "affinity without clients has no configuration",
	affinity_without_clients_has_no_configuration },
      { "only Services without pods and address are for both families",
	only_services_without_pods_and_address_are_for_both_families },
      { "an address or node port of another Service is refused",
	what_another_service_has_is_refused },
      { "allocated addresses and node ports are free", what_is_given_is_free },
      { "some fields never change", some_fields_never_change })
