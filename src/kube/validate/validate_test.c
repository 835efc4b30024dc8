/* validate_test - what the API server says about faulty objects, in its words and order */
#include "kube/schema/prune.h"
#include "kube/validate/validate.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/json.h"
#include "doc/yaml.h"
#include "kube/object.h"
#include "kube/schema/defaults.h"

static const struct node *read(struct arena *arena, const char *text)
{
	struct error err;
	const struct node *n = yaml_read_one(docset_new(arena), STR("test.yaml"),
					     str_from_cstr(text), DIALECT_GO_V3, &err);
	CHECK(n != NULL);
	return n;
}

/* The faults of a defaulted object: "" for none, several in brackets. */
static struct str faults_of(struct schemas *schemas, struct arena *arena, const struct node *object,
			    const struct node *old)
{
	struct field_errors errors;

	field_errors_init(&errors, arena);
	object = prune_object(schemas, arena, object);
	validate_object(schemas, defaults_apply(schemas, arena, object), old, &errors);
	return errors.count ? field_errors_text(&errors) : STR("");
}

static void check_text(const char *text, const char *want)
{
	SCRATCH(arena);
	struct schemas *schemas = schemas_new(arena);

	CHECK_STR(faults_of(schemas, arena, read(arena, text), NULL), str_from_cstr(want));
}

/* A pod with one container; both may be given more, in flow style. */
static void check_pod(const char *spec, const char *container, const char *want)
{
	SCRATCH(arena);
	struct str text = str_printf(arena,
				     "{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {%s "
				     "containers: [{name: a, image: i, %s}]}}",
				     spec, container);
	check_text(str_cstr(arena, text), want);
}

static void containers(void)
{
	check_pod("", "", "");
	check_text("{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: [{}]}}",
		   "[spec.containers[0].name: Required value, "
		   "spec.containers[0].image: Required value]");
	check_pod("", "ports: [{containerPort: 70000}]",
		  "spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be "
		  "between "
		  "1 and 65535, inclusive");
	check_pod("", "ports: [{containerPort: 80, name: Web_}]",
		  "spec.containers[0].ports[0].name: Invalid value: \"Web_\": must contain only "
		  "alpha-numeric characters (a-z, 0-9), and hyphens (-)");
	check_pod("",
		  "env: [{name: A, value: x, valueFrom: {fieldRef: {fieldPath: "
		  "metadata.uid}}}]",
		  "spec.containers[0].env[0].valueFrom: Invalid value: \"\": may not be specified "
		  "when `value` is not empty");
	check_pod("", "volumeMounts: [{name: data, mountPath: /data}]",
		  "spec.containers[0].volumeMounts[0].name: Not found: \"data\"");
	check_pod("volumes: [{name: data, emptyDir: {}}],",
		  "volumeMounts: [{name: data, mountPath: /data}]", "");
	check_pod("initContainers: [{name: a, image: i}],", "",
		  "spec.initContainers[0].name: Duplicate value: \"a\"");
}

static void probes(void)
{
	check_pod("", "livenessProbe: {}",
		  "spec.containers[0].livenessProbe: Required value: must specify a handler type");
	check_pod("", "livenessProbe: {exec: {command: [a]}, successThreshold: 2}",
		  "spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1");
	check_pod("", "lifecycle: {preStop: {sleep: {seconds: 31}}}",
		  "spec.containers[0].lifecycle.preStop.sleep: Invalid value: 31: must be "
		  "non-negative and less than terminationGracePeriodSeconds (30)");
	check_pod("terminationGracePeriodSeconds: 40,",
		  "lifecycle: {preStop: {sleep: {seconds: "
		  "31}}}",
		  "");
}

static void resources(void)
{
	check_pod("", "resources: {requests: {cpu: 2}, limits: {cpu: 1500m}}",
		  "spec.containers[0].resources.requests: Invalid value: \"2\": must be less than "
		  "or equal to cpu limit of 1500m");
	check_pod("", "resources: {requests: {example.com/gpu: 1}}",
		  "spec.containers[0].resources.limits: Required value: Limit must be set for non "
		  "overcommitable resources");
	check_pod("", "resources: {requests: {cpu: true}}",
		  "[<nil>: Invalid value: \"\": \"spec.containers[0].resources.requests.cpu\" must "
		  "validate one and only one schema (oneOf). Found none valid, "
		  "spec.containers[0].resources.requests.cpu: Invalid value: \"boolean\": "
		  "spec.containers[0].resources.requests.cpu in body must be of type string: "
		  "\"boolean\"]");
}

static void scheduling(void)
{
	check_pod("tolerations: [{key: a, operator: Exists, value: b}],", "",
		  "spec.tolerations[0].operator: Invalid value: \"b\": value must be empty when "
		  "`operator` is 'Exists'");
	check_pod("topologySpreadConstraints: [{maxSkew: 0, topologyKey: zone, whenUnsatisfiable: "
		  "Never}],",
		  "",
		  "[spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater "
		  "than zero, spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported "
		  "value: \"Never\": supported values: \"DoNotSchedule\", \"ScheduleAnyway\"]");
	/* The order is that of the API server, not of the alphabet. */
	check_pod("restartPolicy: Sometimes,", "",
		  "spec.restartPolicy: Unsupported value: \"Sometimes\": supported values: "
		  "\"Always\", \"OnFailure\", \"Never\"");
}

#define TEMPLATE "template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}"

#define NOT_PERCENT                                                                                \
	"a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  "  \
	"or '93%', regex used for validation is '[0-9]+%')"

static void workloads(void)
{
	check_text("{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, spec: {" TEMPLATE
		   "}}",
		   "[spec.selector: Required value, spec.template.metadata.labels: Invalid value: "
		   "{\"a\":\"b\"}: `selector` does not match template `labels`]");
	check_text("{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, spec: {selector: "
		   "{matchLabels: {a: b}}, strategy: {rollingUpdate: {maxSurge: 0, "
		   "maxUnavailable: 0}}, " TEMPLATE "}}",
		   "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 "
		   "when `maxSurge` is 0");
	check_text(
		"{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: x}, spec: {selector: "
		"{matchLabels: {a: b}}, updateStrategy: {rollingUpdate: {maxSurge: 101%, "
		"maxUnavailable: 0}}, " TEMPLATE "}}",
		"spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: \"101%\": must not be "
		"greater than 100%");
	/* A word counts as 0, a number in quotes as that number. */
	check_text("{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: x}, spec: {selector: "
		   "{matchLabels: {a: b}}, updateStrategy: {rollingUpdate: {maxUnavailable: "
		   "abc}}, " TEMPLATE "}}",
		   "[spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: "
		   "\"abc\": " NOT_PERCENT
		   ", spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: "
		   "cannot be 0 when maxSurge is 0]");
	check_text("{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: x}, spec: {selector: "
		   "{matchLabels: {a: b}}, updateStrategy: {rollingUpdate: {maxUnavailable: "
		   "\"10\"}}, " TEMPLATE "}}",
		   "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: "
		   "\"10\": " NOT_PERCENT);
	check_text("{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: x}, spec: {selector: "
		   "{matchLabels: {a: c}}, " TEMPLATE "}}",
		   "spec.template.metadata.labels: Invalid value: {\"a\":\"b\"}: `selector` does "
		   "not match template `labels`");
	/* A claim is a volume of its pods. */
	check_text("{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: x}, spec: {selector: "
		   "{matchLabels: {a: b}}, volumeClaimTemplates: [{metadata: {name: data}}], "
		   "template: {metadata: {labels: {a: b}}, spec: {restartPolicy: Always, "
		   "dnsPolicy: "
		   "ClusterFirst, containers: [{name: c, image: i, imagePullPolicy: Always, "
		   "terminationMessagePolicy: File, volumeMounts: [{name: data, mountPath: /a}, "
		   "{name: other, mountPath: /b}]}]}}}}",
		   "spec.template.spec.containers[0].volumeMounts[1].name: Not found: \"other\"");
	check_text("{apiVersion: batch/v1, kind: Job, metadata: {name: x}, spec: {" TEMPLATE "}}",
		   "spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", "
		   "\"Never\"");
}

/* The deadline is beyond the time that a pod takes to count as available; 0 and 600 are the
 * defaults. */
static void deadlines_of_deployments(void)
{
	static const struct {
		const char *spec;
		bool valid;
	} rows[] = {
		{ "minReadySeconds: 10, progressDeadlineSeconds: 9", false },
		{ "minReadySeconds: 10, progressDeadlineSeconds: 10", false },
		{ "minReadySeconds: 10, progressDeadlineSeconds: 11", true },
		{ "progressDeadlineSeconds: 0", false },
		{ "progressDeadlineSeconds: 1", true },
		{ "minReadySeconds: 599", true },
		{ "minReadySeconds: 600", false },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].spec); i++) {
		SCRATCH(arena);
		struct schemas *schemas = schemas_new(arena);
		struct str text = str_printf(
			arena,
			"{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, spec: "
			"{%s, selector: {matchLabels: {a: b}}, " TEMPLATE "}}",
			rows[i].spec);
		struct str faults =
			faults_of(schemas, arena, read(arena, str_cstr(arena, text)), NULL);
		CHECK_INT(!faults.len, rows[i].valid);
		CHECK_INT(str_ends(faults, STR("must be greater than minReadySeconds")),
			  !rows[i].valid);
	}
}

static void schedules(void)
{
	static const struct {
		const char *schedule, *fault;
	} cases[] = {
		{ "*/5 0-6 1,15 jan-mar mon", "" },
		{ "@hourly", "" },
		{ "* * *", "expected exactly 5 fields, found 3: [* * *]" },
		{ "60 * * * *", "end of range (60) above maximum (59): 60" },
		{ "* * 0 * *", "beginning of range (0) below minimum (1): 0" },
		{ "*/0 * * * *", "step of range should be a positive number: */0" },
		{ "@often", "unrecognized descriptor: @often" },
		{ "x * * * *",
		  "failed to parse int from x: strconv.Atoi: parsing \\\"x\\\": invalid syntax" },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].schedule); i++) {
		SCRATCH(arena);
		struct str want = STR("");
		if (*cases[i].fault)
			want = str_printf(arena, "spec.schedule: Invalid value: \"%s\": %s",
					  cases[i].schedule, cases[i].fault);
		want = str_replace(arena, want, STR("\\\""), STR("\""));
		struct str text = str_printf(
			arena,
			"{apiVersion: batch/v1, kind: CronJob, metadata: {name: x}, spec: "
			"{schedule: \"%s\", jobTemplate: {spec: {template: {spec: {restartPolicy: "
			"Never, containers: [{name: c, image: i}]}}}}}}",
			cases[i].schedule);
		check_text(str_cstr(arena, text), str_cstr(arena, want));
	}
}

static void network(void)
{
	check_text("{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {ports: [{port: "
		   "80}, "
		   "{port: 81}]}}",
		   "[spec.ports[0].name: Required value, spec.ports[1].name: Required value]");
	check_text("{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: x}, spec: "
		   "{rules: [{host: 10.0.0.1, http: {paths: [{path: a, pathType: Prefix, backend: "
		   "{service: {name: s, port: {number: 80}}}}]}}]}}",
		   "[spec.rules[0].host: Invalid value: \"10.0.0.1\": must be a DNS name, not an "
		   "IP "
		   "address, spec.rules[0].http.paths[0].path: Invalid value: \"a\": must be an "
		   "absolute path]");
	check_text("{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: x}, "
		   "spec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: "
		   "[10.1.0.0/16, 11.0.0.0/16]}}]}]}}",
		   "spec.ingress[0].from[0].ipBlock.except[1]: Invalid value: \"11.0.0.0/16\": "
		   "must "
		   "be a strict subset of `cidr`");
}

static void autoscalers(void)
{
	check_text("{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: "
		   "x}, spec: {minReplicas: 4, maxReplicas: 3, scaleTargetRef: {apiVersion: "
		   "apps/v1, kind: Deployment, name: x}}}",
		   "spec.maxReplicas: Invalid value: 3: must be greater than or equal to "
		   "`minReplicas`");
	check_text("{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: x}, spec: "
		   "{maxUnavailable: 110%}}",
		   "spec.maxUnavailable: Invalid value: \"110%\": must not be greater than 100%");
}

static void data(void)
{
	check_text("{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {\"a b\": c}}",
		   "data[a b]: Invalid value: \"a b\": a valid config key must consist of "
		   "alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or "
		   "'key-name', regex used for validation is '[-._a-zA-Z0-9]+')");
	check_text("{apiVersion: v1, kind: Secret, metadata: {name: x}, type: kubernetes.io/tls, "
		   "data: {tls.crt: YQ==}}",
		   "data[tls.key]: Required value");
	/* A value of a Secret never stands in a message: 'h' is the first byte of "hidden". */
	check_text("{apiVersion: v1, kind: Secret, metadata: {name: x}, type: "
		   "kubernetes.io/dockerconfigjson, data: {.dockerconfigjson: aGlkZGVu}}",
		   "data[.dockerconfigjson]: Invalid value: \"<secret contents redacted>\": "
		   "invalid "
		   "character 'h' looking for beginning of value");
}

static void changes(void)
{
	SCRATCH(arena);
	struct schemas *schemas = schemas_new(arena);
	const char *format = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, spec: "
			     "{selector: {matchLabels: {a: %s}}, template: {metadata: {labels: {a: "
			     "%s}}, spec: {containers: [{name: c, image: i}]}}}}";
	const struct node *old = read(arena, str_cstr(arena, str_printf(arena, format, "b", "b")));
	const struct node *now = read(arena, str_cstr(arena, str_printf(arena, format, "c", "c")));

	CHECK_TEXT(faults_of(schemas, arena, now, old),
		   "spec.selector: Invalid value: {\"matchLabels\":{\"a\":\"c\"}}: field is "
		   "immutable");
	CHECK_TEXT(faults_of(schemas, arena, old, old), "");
}

/* Custom resources: a definition with one of each keyword. */
static const char definition[] =
	"{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: "
	"things.x.io}, spec: {group: x.io, scope: Namespaced, names: {plural: things, kind: "
	"Thing}, "
	"versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: "
	"object, properties: {spec: {type: object, required: [need], properties: {need: {type: "
	"string}, word: {type: string, enum: [b, a]}, share: {type: integer, minimum: 0, "
	"exclusiveMinimum: true, maximum: 9}, step: {type: integer, multipleOf: 3}, tenth: {type: "
	"number, multipleOf: 0.1}, list: {type: "
	"array, maxItems: 1, items: {type: string, pattern: \"^a\"}}, keys: {type: array, "
	"x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [k, p], items: {type: object, "
	"required: [k], properties: {k: {type: string}, p: {type: string, default: TCP}}}}, time: "
	"{type: string, format: date-time}, one: {type: object, properties: {a: {type: string}, b: "
	"{type: string}}, oneOf: [{required: [a]}, {required: [b]}]}, port: "
	"{x-kubernetes-int-or-string: true}}}}}}}]}}";

static void custom_resources(void)
{
	static const struct {
		const char *spec, *want;
	} cases[] = {
		{ "{need: x}", "" },
		{ "{}", "spec.need: Required value" },
		{ "{need: null}", "spec.need: Required value" },
		{ "{need: 3}", "spec.need: Invalid value: \"integer\": spec.need in body must be "
			       "of "
			       "type string: \"integer\"" },
		{ "{need: x, word: z}",
		  "spec.word: Unsupported value: \"z\": supported values: \"b\", \"a\"" },
		{ "{need: x, share: 0}", "spec.share: Invalid value: 0: spec.share in body should "
					 "be greater than 0" },
		{ "{need: x, step: 4}", "spec.step: Invalid value: 4: spec.step in body should be "
					"a "
					"multiple of 3" },
		{ "{need: x, step: 6.0}", "" },
		/* A quotient without end: too large for an integer, and wrong. */
		{ "{need: x, tenth: 1.1}", "" },
		{ "{need: x, tenth: 1.15}",
		  "spec.tenth: Invalid value: 1.15: spec.tenth in body should be a multiple of "
		  "0.1" },
		{ "{need: x, tenth: 1e300}",
		  "spec.tenth: Invalid value: 1e+300: spec.tenth in body should be a multiple of "
		  "0.1" },
		{ "{need: x, list: [a, a]}", "spec.list: Too many: 2: must have at most 1 items" },
		{ "{need: x, list: [b]}", "spec.list[0]: Invalid value: \"b\": spec.list[0] in "
					  "body "
					  "should match '^a'" },
		{ "{need: x, keys: [{k: a}, {k: a, p: TCP}]}",
		  "spec.keys[1]: Duplicate value: {\"k\":\"a\",\"p\":\"TCP\"}" },
		{ "{need: x, time: now}", "spec.time: Invalid value: \"now\": spec.time in body "
					  "must "
					  "be of type date-time: \"now\"" },
		{ "{need: x, one: {}}",
		  "[<nil>: Invalid value: \"\": \"spec.one\" must validate one and only one schema "
		  "(oneOf). Found none valid, spec.one.a: Required value]" },
		{ "{need: x, one: {a: x, b: y}}",
		  "<nil>: Invalid value: \"\": \"spec.one\" must validate one and only one schema "
		  "(oneOf). Found 2 valid alternatives" },
		{ "{need: x, port: true}", "spec.port: Invalid value: \"boolean\": spec.port in "
					   "body "
					   "must be of type integer,string: \"boolean\"" },
	};
	SCRATCH(arena);
	struct schemas *schemas = schemas_new(arena);
	struct error err;

	CHECK_INT(schemas_add_crd(schemas, read(arena, definition), &err), 0);
	for (size_t i = 0; TEST_ROW(cases, i, cases[i].spec); i++) {
		struct str text = str_printf(
			arena, "{apiVersion: x.io/v1, kind: Thing, metadata: {name: x}, spec: %s}",
			cases[i].spec);
		CHECK_STR(faults_of(schemas, arena, read(arena, str_cstr(arena, text)), NULL),
			  str_from_cstr(cases[i].want));
	}
}

/* What is no definition is refused, whatever stands where the versions should. */
static void broken_definitions(void)
{
	static const struct {
		const char *versions, *want;
	} cases[] = {
		{ "{name: v1}", "spec.versions must be a list of 1 to 1000 versions" },
		{ "[]", "spec.versions must be a list of 1 to 1000 versions" },
		{ "v1", "spec.versions must be a list of 1 to 1000 versions" },
		{ "[v1]", "a version must be a map with a name" },
		{ "[[name, v1]]", "a version must be a map with a name" },
	};
	SCRATCH(arena);
	struct schemas *schemas = schemas_new(arena);
	struct error err;

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].versions); i++) {
		struct str text = str_printf(
			arena,
			"{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, "
			"metadata: {name: a.x.io}, spec: {group: x.io, names: {plural: a, kind: "
			"A}, versions: %s}}",
			cases[i].versions);
		CHECK_INT(schemas_add_crd(schemas, read(arena, str_cstr(arena, text)), &err), -1);
		CHECK_STR(str_from_cstr(err.text), str_from_cstr(cases[i].want));
	}
}

/* A type that holds itself has all of its fields at every depth. */
static void definitions_keep_their_schemas(void)
{
	SCRATCH(arena);
	struct schemas *schemas = schemas_new(arena);
	const struct node *crd = read(arena, definition);
	struct field_errors errors;

	field_errors_init(&errors, arena);
	prune_unknown_fields(schemas, crd, &errors);
	CHECK_INT(errors.count, 0);
	CHECK(node_equal(prune_object(schemas, arena, crd), crd));
	check_text("{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, "
		   "metadata: "
		   "{name: a.x.io}, spec: {group: x.io, scope: Namespaced, names: {plural: a, "
		   "kind: "
		   "A}, versions: [{name: v1, served: true, storage: true, schema: "
		   "{openAPIV3Schema: {type: object, properties: {b: {type: object, properties: "
		   "{c: "
		   "{type: strign}}}}}}}]}}",
		   "spec.validation.openAPIV3Schema.properties[b].properties[c].type: Unsupported "
		   "value: \"strign\": supported values: \"array\", \"boolean\", \"integer\", "
		   "\"number\", \"object\", \"string\"");
}

static void unknown_fields(void)
{
	SCRATCH(arena);
	struct schemas *schemas = schemas_new(arena);
	struct field_errors errors;
	const struct kind_version *version;
	const struct node *pod = read(arena, "{apiVersion: v1, kind: Pod, metadata: {name: x, "
					     "lables: {}}, spec: {contianers: []}}");
	const struct kind *kind = schemas_kind(schemas, object_gvk(pod), &version);
	struct schema spec = schema_field(schema_root(schemas, kind, version), STR("spec"));

	field_errors_init(&errors, arena);
	prune_unknown_fields(schemas, pod, &errors);
	CHECK_INT(errors.count, 2);
	CHECK_TEXT(errors.items[0].path, "metadata.lables");
	CHECK_TEXT(errors.items[1].path, "spec.contianers");
	CHECK_TEXT(prune_suggest(spec, STR("contianers")), "containers");
	CHECK(!prune_suggest(spec, STR("zzzzzzzz")).ptr);
}

/* As kubeconform looks at it: by `required` of the schema. */
static void required_fields(void)
{
	SCRATCH(arena);
	struct schemas *schemas = schemas_new(arena);
	struct field_errors errors;

	field_errors_init(&errors, arena);
	validate_required(schemas,
			  read(arena, "{apiVersion: apps/v1, kind: Deployment, metadata: {name: "
				      "x}, "
				      "spec: {template: {spec: {containers: [{image: i}]}}}}"),
			  &errors);
	CHECK_TEXT(field_errors_text(&errors),
		   "[spec.selector: Required value, "
		   "spec.template.spec.containers[0].name: Required value]");
}

/* --- the cases beside the project: documents headed by the Status that answers them ----------- */

/* The JSON in the comment above a document, or NULL. */
static const struct node *status_above(struct arena *arena, struct str text)
{
	struct buf json;
	struct error err;

	buf_init(&json, arena);
	for (struct str rest = text; rest.ptr;) {
		struct str line = str_cut(&rest, '\n');
		if (!str_starts(line, STR("#")) && json.len)
			break;
		if (str_starts(line, STR("# {")) || json.len)
			buf_add(&json, str_from(line, 1));
		if (str_equal(line, STR("# }")))
			break;
	}
	return json.len ? json_read(docset_new(arena), STR("head"), buf_str(&json), &err) : NULL;
}

static bool has_cause(const struct node *causes, const struct field_error *error,
		      struct arena *arena)
{
	struct field_error bare = *error;

	bare.path = STR("");
	struct str message = field_error_text(arena, &bare);
	for (uint32_t i = 0; i < node_item_count(causes); i++) {
		const struct node *cause = node_item(causes, i);
		if (str_equal(node_str_at(cause, "field"), error->path) &&
		    str_equal(node_str_at(cause, "message"), message) &&
		    str_equal(node_str_at(cause, "reason"), field_error_reason(error->type)))
			return true;
	}
	return false;
}

/* Faults that are found before a validator looks: the head has no cause with a field then. */
static bool is_decoded(const struct node *status)
{
	return node_str_at(node_item(node_at(status, "details.causes"), 0), "field").len > 0;
}

static void check_unknown(struct schemas *schemas, const struct node *object,
			  const struct node *causes, struct arena *arena)
{
	struct field_errors errors;

	field_errors_init(&errors, arena);
	prune_unknown_fields(schemas, object, &errors);
	CHECK_INT(errors.count, node_item_count(causes));
	for (uint32_t i = 0; i < errors.count; i++)
		CHECK_STR(errors.items[i].path, node_str_at(node_item(causes, i), "field"));
}

static void check_head(struct schemas *schemas, const struct node *object,
		       const struct node *status, struct arena *arena)
{
	const struct node *causes = node_at(status, "details.causes");
	struct field_errors errors;

	if (str_contains(node_str_at(status, "message"), STR("unknown field"))) {
		check_unknown(schemas, object, causes, arena);
		return;
	}
	field_errors_init(&errors, arena);
	object = defaults_apply(schemas, arena, object);
	validate_object(schemas, object, NULL, &errors);
	CHECK_INT(errors.count, node_item_count(causes));
	for (uint32_t i = 0; i < errors.count; i++)
		CHECK(has_cause(causes, &errors.items[i], arena));
}

/* An unknown kind, a key that is there twice, a map where a list must be. */
static void check_undecoded(struct schemas *schemas, const struct node *object, struct arena *arena)
{
	struct field_errors errors;

	field_errors_init(&errors, arena);
	validate_object(schemas, object, NULL, &errors);
	CHECK(!schemas_kind(schemas, object_gvk(object), NULL) || yaml_duplicate_key(object) ||
	      errors.count > 0);
}

static void check_file(struct schemas *schemas, struct str name, struct arena *arena)
{
	struct str path = str_printf(arena, "cases/schema-errors/%.*s", STR_FMT(name));
	struct str text = test_shared_text(arena, str_cstr(arena, path));
	struct docset *set = docset_new(arena);
	struct documents documents;
	struct error err;

	CHECK_INT(yaml_read(set, name, text, DIALECT_GO_V3, &documents, &err), 0);
	for (uint32_t i = 0; i < documents.count; i++) {
		const struct node *object = documents.items[i].root;
		uint32_t start;
		docset_text(set, documents.items[i].start, &start);
		const struct node *status = status_above(arena, str_from(text, start));
		if (!object || !status)
			continue;
		if (!node_item_count(node_at(status, "details.causes")) || is_decoded(status))
			check_head(schemas, object, status, arena);
		else
			check_undecoded(schemas, object, arena);
	}
}

static void add_shared_crd(struct schemas *schemas, struct str name, struct arena *arena)
{
	struct str path = str_printf(arena, "cases/schema-errors/crds/%.*s", STR_FMT(name));
	struct str text = test_shared_text(arena, str_cstr(arena, path));
	struct documents documents;
	struct error err;

	CHECK_INT(yaml_read(docset_new(arena), name, text, DIALECT_GO_V3, &documents, &err), 0);
	for (uint32_t i = 0; i < documents.count; i++)
		if (documents.items[i].root)
			CHECK_INT(schemas_add_crd(schemas, documents.items[i].root, &err), 0);
}

static void cases_of_a_real_server(void)
{
	SCRATCH(arena);
	struct schemas *schemas = schemas_new(arena);
	struct str *names;
	size_t count = test_shared_names(arena, "cases/schema-errors/crds", &names);

	if (!count) {
		test_skip("../shared is not here");
		return;
	}
	for (size_t i = 0; i < count; i++)
		add_shared_crd(schemas, names[i], arena);
	count = test_shared_names(arena, "cases/schema-errors", &names);
	for (size_t i = 0; i < count; i++)
		/* Rules in CEL are another function's. */
		if (str_ends(names[i], STR(".yaml")) && !str_contains(names[i], STR("_cel_")))
			check_file(schemas, names[i], arena);
}

TESTS({ "containers: names, images, ports, variables, mounts", containers },
      { "probes and lifecycle have one handler", probes },
      { "requests stay below limits", resources }, { "where pods may go", scheduling },
      { "workloads select what they make", workloads },
      { "a deadline is beyond minReadySeconds", deadlines_of_deployments },
      { "schedules are read field by field", schedules },
      { "Services, Ingresses and NetworkPolicies", network },
      { "autoscalers and budgets", autoscalers }, { "keys and types of data", data },
      { "fields that never change", changes },
      { "custom resources: every keyword", custom_resources },
      { "what is no definition is refused", broken_definitions },
      { "definitions keep their schemas", definitions_keep_their_schemas },
      { "unknown fields, and what was meant", unknown_fields },
      { "required fields of built-in kinds", required_fields },
      { "answers of a real API server", cases_of_a_real_server })
