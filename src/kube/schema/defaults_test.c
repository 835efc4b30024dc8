/* defaults_test - the values that the API server fills in */
#include "kube/schema/defaults.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/at_test.h"
#include "doc/json.h"
#include "doc/yaml.h"

static const struct node *read(struct arena *arena, const char *text)
{
	struct error err;
	const struct node *n = yaml_read_one(docset_new(arena), STR("test.yaml"),
					     str_from_cstr(text), DIALECT_GO_V3, &err);
	CHECK(n != NULL);
	return n;
}

/* What stands at a path of the defaulted object, as JSON. */
static void check_at(const char *object, const char *path, const char *want)
{
	SCRATCH(arena);
	struct schemas *schemas = schemas_new(arena);
	const struct node *filled = defaults_apply(schemas, arena, read(arena, object));

	CHECK_STR(json_text(arena, test_at(arena, filled, path), JSON_SORT_KEYS),
		  str_from_cstr(want));
}

static void deployments(void)
{
	const char *object = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, spec: "
			     "{strategy: {rollingUpdate: {maxSurge: 3}}, template: {spec: "
			     "{containers: [{name: c, image: \"i:1\"}]}}}}";

	check_at(object, "spec.replicas", "1");
	check_at(object, "spec.progressDeadlineSeconds", "600");
	check_at(object, "spec.strategy",
		 "{\"rollingUpdate\":{\"maxSurge\":3,\"maxUnavailable\":\"25%\"},\"type\":"
		 "\"RollingUpdate\"}");
	check_at("{apiVersion: apps/v1, kind: Deployment, spec: {strategy: {type: Recreate}}}",
		 "spec.strategy", "{\"type\":\"Recreate\"}");
}

static void pods(void)
{
	const char *object = "{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: "
			     "[{name: c, image: \"i:1\", ports: [{containerPort: 80}], "
			     "readinessProbe: {httpGet: {port: 80}}}, {name: d, image: i}]}}";

	check_at(object, "spec.restartPolicy", "\"Always\"");
	check_at(object, "spec.terminationGracePeriodSeconds", "30");
	check_at(object, "spec.containers[0].imagePullPolicy", "\"IfNotPresent\"");
	check_at(object, "spec.containers[1].imagePullPolicy", "\"Always\"");
	check_at(object, "spec.containers[0].ports",
		 "[{\"containerPort\":80,\"protocol\":\"TCP\"}]");
	check_at(object, "spec.containers[0].readinessProbe.httpGet",
		 "{\"path\":\"/\",\"port\":80,\"scheme\":\"HTTP\"}");
}

static void network_policies(void)
{
#define POLICY(spec) "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, spec: {" spec "}}"
	check_at(POLICY("ingress: [{}]"), "spec.policyTypes", "[\"Ingress\"]");
	check_at(POLICY("egress: [{}]"), "spec.policyTypes", "[\"Ingress\",\"Egress\"]");
	check_at(POLICY("egress: [], policyTypes: []"), "spec.policyTypes", "[\"Ingress\"]");
	check_at(POLICY("policyTypes: [Egress]"), "spec.policyTypes", "[\"Egress\"]");
	check_at(POLICY("policyTypes: Egress"), "spec.policyTypes", "\"Egress\"");
}

/* Measured: a template says what its pods will say, so only a pod's requests come from limits. */
static void other_kinds(void)
{
	const char *resources = "resources: {limits: {cpu: 1}}";
	SCRATCH(arena);
	struct str pod = str_printf(arena,
				    "{apiVersion: v1, kind: Pod, spec: {containers: [{name: c, "
				    "%s}]}}",
				    resources);
	struct str deployment = str_printf(arena,
					   "{apiVersion: apps/v1, kind: Deployment, spec: "
					   "{template: "
					   "{spec: {containers: [{name: c, %s}]}}}}",
					   resources);

	check_at(str_cstr(arena, pod), "spec.containers[0].resources.requests", "{\"cpu\":1}");
	check_at(str_cstr(arena, deployment), "spec.template.spec.containers[0].resources",
		 "{\"limits\":{\"cpu\":1}}");
	check_at("{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, subjects: [{kind: "
		 "User, name: u}, {kind: ServiceAccount, name: s}]}",
		 "subjects",
		 "[{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"User\",\"name\":\"u\"},"
		 "{\"kind\":\"ServiceAccount\",\"name\":\"s\"}]");
	check_at("{apiVersion: v1, kind: LimitRange, spec: {limits: [{type: Container, max: {cpu: "
		 "2}, min: {memory: 1}}]}}",
		 "spec.limits[0]",
		 "{\"default\":{\"cpu\":2},\"defaultRequest\":{\"cpu\":2,\"memory\":1},\"max\":{"
		 "\"cpu\":2},\"min\":{\"memory\":1},\"type\":\"Container\"}");
}

static void what_is_there_stays(void)
{
	check_at("{apiVersion: apps/v1, kind: Deployment, spec: {replicas: 0}}", "spec.replicas",
		 "0");
	/* null is absent */
	check_at("{apiVersion: apps/v1, kind: Deployment, spec: {replicas: null}}", "spec.replicas",
		 "1");
}

static const char definition[] =
	"{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: "
	"things.x.io}, spec: {group: x.io, scope: Namespaced, names: {plural: things, kind: "
	"Thing}, "
	"versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: "
	"object, properties: {spec: {type: object, default: {}, properties: {size: {type: integer, "
	"default: 3}, note: {type: string, nullable: true, default: hello}, list: {type: array, "
	"items: {type: object, properties: {p: {type: string, default: TCP}}}}}}}}}}]}}";

static void custom_resources(void)
{
	static const struct {
		const char *spec, *want;
	} cases[] = {
		{ "{}", "{\"note\":\"hello\",\"size\":3}" },
		{ "{size: 1, list: [{}, {p: UDP}]}",
		  "{\"list\":[{\"p\":\"TCP\"},{\"p\":\"UDP\"}],\"note\":\"hello\",\"size\":1}" },
		/* null takes the default, unless null is a value of the field */
		{ "{size: null, note: null}", "{\"note\":null,\"size\":3}" },
	};
	SCRATCH(arena);
	struct schemas *schemas = schemas_new(arena);
	struct error err;

	CHECK_INT(schemas_add_crd(schemas, read(arena, definition), &err), 0);
	for (size_t i = 0; TEST_ROW(cases, i, cases[i].spec); i++) {
		struct str text = str_printf(arena, "{apiVersion: x.io/v1, kind: Thing, spec: %s}",
					     cases[i].spec);
		const struct node *filled =
			defaults_apply(schemas, arena, read(arena, str_cstr(arena, text)));
		CHECK_STR(json_text(arena, node_get(filled, STR("spec")), JSON_SORT_KEYS),
			  str_from_cstr(cases[i].want));
	}
	CHECK_TEXT(json_text(arena,
			     node_get(defaults_apply(schemas, arena,
						     read(arena, "{apiVersion: x.io/v1, kind: "
								 "Thing}")),
				      STR("spec")),
			     JSON_SORT_KEYS),
		   "{\"note\":\"hello\",\"size\":3}");
}

/* An update of the name alone leaves the old deprecated one behind. */
static void both_names_of_the_service_account_are_one(void)
{
#define POD(members) "{apiVersion: v1, kind: Pod, spec: {" members "}}"
	check_at(POD("serviceAccountName: a"), "spec.serviceAccount", "\"a\"");
	check_at(POD("serviceAccount: a"), "spec.serviceAccountName", "\"a\"");
	check_at(POD("serviceAccountName: new, serviceAccount: old"), "spec.serviceAccount",
		 "\"new\"");
#undef POD
}

/* A Service is reached from outside only by the type, or by addresses of one's own. */
static void external_traffic_has_a_policy_where_there_is_some(void)
{
#define SERVICE(members) "{apiVersion: v1, kind: Service, spec: {" members "}}"
	check_at(SERVICE("type: NodePort"), "spec.externalTrafficPolicy", "\"Cluster\"");
	check_at(SERVICE("externalIPs: [1.2.3.4]"), "spec.externalTrafficPolicy", "\"Cluster\"");
	check_at(SERVICE("externalIPs: []"), "spec.externalTrafficPolicy", "null");
	check_at(SERVICE("type: ExternalName, externalIPs: [1.2.3.4]"),
		 "spec.externalTrafficPolicy", "null");
#undef SERVICE
}

static void a_full_object_is_shared(void)
{
	SCRATCH(arena);
	struct schemas *schemas = schemas_new(arena);
	const struct node *once =
		defaults_apply(schemas, arena,
			       read(arena, "{apiVersion: apps/v1, kind: Deployment, metadata: "
					   "{name: "
					   "x}, spec: {template: {spec: {containers: [{name: c, "
					   "image: "
					   "i}]}}}}"));

	CHECK(defaults_apply(schemas, arena, once) == once);
}

TESTS({ "types of network policies", network_policies }, { "Deployments", deployments },
      { "pods", pods }, { "other kinds", other_kinds },
      { "what is there stays, null does not", what_is_there_stays },
      { "custom resources: at every depth", custom_resources },
      { "both names of the service account are one", both_names_of_the_service_account_are_one },
      { "external traffic has a policy where there is some",
	external_traffic_has_a_policy_where_there_is_some },
      { "an object with all its defaults is the same node", a_full_object_is_shared })
