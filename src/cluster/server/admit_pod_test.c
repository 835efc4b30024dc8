/* admit_pod_test - accounts, tokens, priority, tolerations and quality of service of new pods; the
 * labels of a Job's, and the generation of a DaemonSet's */
#include "cluster/server/server_test.h"
#include "doc/json.h"

static struct api_answer create(struct fixture *f, const char *object)
{
	return fixture_send(f, API_CREATE, node_make(f->arena, object));
}

/* Pod p with that spec and one container more. */
static struct api_answer create_pod(struct fixture *f, const char *spec)
{
	const struct node *own = node_make(f->arena, spec);
	const struct node *containers = node_get_lit(own, "containers");

	if (!containers)
		own = node_set(f->arena, own, "containers",
			       node_make(f->arena, "[{name: c, image: x}]"));
	return fixture_send(f, API_CREATE,
			    node_make(f->arena,
				      "{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: "
				      "a}, spec: %n}",
				      own));
}

static void tokens_are_mounted_unless_somebody_says_no(void)
{
	static const struct {
		const char *account; /* more of ServiceAccount x */
		const char *spec;
		int code, tokens; /* mounts of the first container */
		const char *name; /* of the account */
	} rows[] = {
		{ "{}", "{}", 201, 1, "default" },
		{ "{}", "{serviceAccountName: x}", 201, 1, "x" },
		{ "{}", "{serviceAccount: x}", 201, 1, "x" },
		{ "{}", "{serviceAccountName: y}", 403, 0, NULL },
		{ "{automountServiceAccountToken: false}", "{serviceAccountName: x}", 201, 0, "x" },
		{ "{automountServiceAccountToken: true}", "{serviceAccountName: x}", 201, 1, "x" },
		{ "{automountServiceAccountToken: false}",
		  "{serviceAccountName: x, automountServiceAccountToken: true}", 201, 1, "x" },
		{ "{}", "{automountServiceAccountToken: false}", 201, 0, "default" },
		/* there is something at its path already */
		{ "{}",
		  "{volumes: [{name: v, emptyDir: {}}], containers: [{name: c, image: x, "
		  "volumeMounts: [{name: v, mountPath: "
		  "/var/run/secrets/kubernetes.io/serviceaccount}]}]}",
		  201, 1, "default" },
		{ "{}",
		  "{volumes: [{name: v, emptyDir: {}}], containers: [{name: c, image: x, "
		  "volumeMounts: [{name: v, mountPath: /data}]}]}",
		  201, 2, "default" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].spec); i++) {
		struct fixture f = fixture_begin();
		const struct node *account = node_make(f.arena, rows[i].account);
		fixture_send(&f, API_CREATE,
			     node_make(f.arena,
				       "{apiVersion: v1, kind: ServiceAccount, metadata: {name: x, "
				       "namespace: a}, automountServiceAccountToken: %?n}",
				       node_get_lit(account, "automountServiceAccountToken")));
		struct api_answer answer = create_pod(&f, rows[i].spec);
		CHECK_INT(answer.code, rows[i].code);
		if (answer.object) {
			const struct node *o = answer.object->root;
			CHECK_INT(node_item_count(node_at(o, "spec.containers[0].volumeMounts")),
				  rows[i].tokens);
			CHECK_STR(node_str_at(o, "spec.serviceAccountName"),
				  str_from_cstr(rows[i].name));
			CHECK_STR(node_str_at(o, "spec.serviceAccount"),
				  str_from_cstr(rows[i].name));
		} else
			CHECK_TEXT(answer.message,
				   "pods \"p\" is forbidden: error looking up service account a/y: "
				   "serviceaccount \"y\" not found");
		fixture_end(&f);
	}
}

/* All containers get one, also those before the others. */
static void every_container_gets_the_token(void)
{
	struct fixture f = fixture_begin();
	struct api_answer answer = create_pod(
		&f, "{initContainers: [{name: i, image: x}], containers: [{name: c, image: x}, "
		    "{name: d, image: x}]}");
	const struct node *o = answer.object->root;

	CHECK_TEXT(node_str_at(o, "spec.initContainers[0].volumeMounts[0].mountPath"),
		   "/var/run/secrets/kubernetes.io/serviceaccount");
	CHECK_STR(node_str_at(o, "spec.containers[1].volumeMounts[0].name"),
		  node_str_at(o, "spec.volumes[0].name"));
	CHECK(node_bool_at(o, "spec.containers[0].volumeMounts[0].readOnly", false));
	fixture_end(&f);
}

/* Classes low (5, Never) and, where it is the default of all, high (9). */
static void priority_comes_from_a_class(void)
{
	static const struct {
		const char *spec;
		bool has_default;
		int code, priority;
		const char *class, *policy;
	} rows[] = {
		{ "{}", false, 201, 0, "", "PreemptLowerPriority" },
		{ "{}", true, 201, 9, "high", "PreemptLowerPriority" },
		{ "{priorityClassName: low}", true, 201, 5, "low", "Never" },
		{ "{priorityClassName: low}", false, 201, 5, "low", "Never" },
		{ "{priorityClassName: none}", true, 403, 0, NULL, NULL },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].spec); i++) {
		struct fixture f = fixture_begin();
		create(&f, "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: "
			   "{name: low}, value: 5, preemptionPolicy: Never}");
		if (rows[i].has_default)
			create(&f, "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, "
				   "metadata: {name: high}, value: 9, globalDefault: true}");
		struct api_answer answer = create_pod(&f, rows[i].spec);
		CHECK_INT(answer.code, rows[i].code);
		if (answer.object) {
			const struct node *spec = node_get_lit(answer.object->root, "spec");
			CHECK_INT(node_int_at(spec, "priority", -1), rows[i].priority);
			CHECK_STR(node_str_at(spec, "priorityClassName"),
				  str_from_cstr(rows[i].class));
			CHECK_STR(node_str_at(spec, "preemptionPolicy"),
				  str_from_cstr(rows[i].policy));
		} else
			CHECK_TEXT(answer.message, "pods \"p\" is forbidden: no PriorityClass with "
						   "name none was found");
		fixture_end(&f);
	}
}

/* Five minutes on a node in trouble, unless the pod says otherwise. */
static void tolerations_are_added(void)
{
	static const struct {
		const char *spec;
		int added;
	} rows[] = {
		{ "{}", 2 },
		{ "{tolerations: [{key: node.kubernetes.io/not-ready, operator: Exists, effect: "
		  "NoExecute}]}",
		  1 },
		{ "{tolerations: [{key: node.kubernetes.io/unreachable, operator: Exists}]}", 1 },
		{ "{tolerations: [{key: node.kubernetes.io/unreachable, operator: Exists, effect: "
		  "NoSchedule}]}",
		  2 },
		{ "{tolerations: [{operator: Exists}]}", 0 },
		{ "{tolerations: [{operator: Exists, effect: NoSchedule}]}", 2 },
		{ "{tolerations: [{key: other, operator: Exists}]}", 2 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].spec); i++) {
		struct fixture f = fixture_begin();
		uint32_t own =
			node_item_count(node_at(node_make(f.arena, rows[i].spec), "tolerations"));
		struct api_answer answer = create_pod(&f, rows[i].spec);
		const struct node *list = node_at(answer.object->root, "spec.tolerations");
		CHECK_INT(node_item_count(list) - own, rows[i].added);
		if (rows[i].added)
			CHECK_INT(node_int_at(node_item(list, own), "tolerationSeconds", -1), 300);
		fixture_end(&f);
	}
}

static void quality_of_service_comes_from_resources(void)
{
	static const struct {
		const char *spec;
		const char *class;
	} rows[] = {
		{ "{}", "BestEffort" },
		{ "{containers: [{name: c, image: x, resources: {requests: {cpu: 1}}}]}",
		  "Burstable" },
		{ "{containers: [{name: c, image: x, resources: {limits: {cpu: 1}}}]}",
		  "Burstable" },
		{ "{containers: [{name: c, image: x, resources: {limits: {cpu: 1, memory: "
		  "1Gi}}}]}",
		  "Guaranteed" },
		{ "{containers: [{name: c, image: x, resources: {limits: {cpu: 1, memory: 1Gi}, "
		  "requests: {cpu: 1, memory: 1Gi}}}]}",
		  "Guaranteed" },
		{ "{containers: [{name: c, image: x, resources: {limits: {cpu: 2, memory: 1Gi}, "
		  "requests: {cpu: 1, memory: 1Gi}}}]}",
		  "Burstable" },
		{ "{containers: [{name: c, image: x, resources: {limits: {cpu: 1, memory: 1Gi}}}, "
		  "{name: d, image: x}]}",
		  "Burstable" },
		{ "{initContainers: [{name: i, image: x, resources: {requests: {cpu: 1}}}]}",
		  "Burstable" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].spec); i++) {
		struct fixture f = fixture_begin();
		struct api_answer answer = create_pod(&f, rows[i].spec);
		CHECK_STR(node_str_at(answer.object->root, "status.qosClass"),
			  str_from_cstr(rows[i].class));
		CHECK_TEXT(node_str_at(answer.object->root, "status.phase"), "Pending");
		fixture_end(&f);
	}
}

/* Jobs and DaemonSets */

static void jobs_select_their_pods(void)
{
	static const struct {
		const char *more; /* of the spec */
		const char *labels;
		int pod_labels, own_labels;
	} rows[] = {
		{ "{}", "{}", 4, 4 },
		{ "{}", "{mine: x}", 4, 1 },
		{ "{manualSelector: true, selector: {matchLabels: {app: w}}}", "{mine: x}", 1, 1 },
		{ "{manualSelector: false}", "{mine: x}", 4, 1 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].more); i++) {
		struct fixture f = fixture_begin();
		const struct node *more = node_make(f.arena, rows[i].more);
		bool manual = node_bool_at(more, "manualSelector", false);
		struct api_answer answer = fixture_send(
			&f, API_CREATE,
			node_make(
				f.arena,
				"{apiVersion: batch/v1, kind: Job, metadata: {name: j, namespace: "
				"a, labels: %n}, spec: {manualSelector: %?n, selector: %?n, "
				"template: {metadata: {labels: %n}, spec: {restartPolicy: Never, "
				"containers: [{name: c, image: x}]}}}}",
				node_make(f.arena, rows[i].labels),
				node_get_lit(more, "manualSelector"),
				node_get_lit(more, "selector"),
				manual ? node_make(f.arena, "{app: w}") : node_empty_map()));
		if (!CHECK_INT(answer.code, 201))
			continue;
		const struct node *o = answer.object->root;
		CHECK_INT(node_entry_count(node_at(o, "spec.template.metadata.labels")),
			  rows[i].pod_labels);
		CHECK_INT(node_entry_count(object_labels(o)), rows[i].own_labels);
		const struct node *selector = node_at(o, "spec.selector.matchLabels");
		CHECK_INT(node_entry_count(selector), 1);
		if (!manual) {
			CHECK_STR(node_text(node_get_lit(selector,
							 "batch.kubernetes.io/controller-uid")),
				  answer.object->uid);
			const struct node *labels = node_at(o, "spec.template.metadata.labels");
			CHECK_TEXT(node_text(node_get_lit(labels, "job-name")), "j");
			CHECK_TEXT(node_text(node_get_lit(labels, "batch.kubernetes.io/job-name")),
				   "j");
			CHECK_STR(node_text(node_get_lit(labels, "controller-uid")),
				  answer.object->uid);
		}
		fixture_end(&f);
	}
}

static void a_daemonsets_template_has_a_generation(void)
{
	static const struct {
		const char *patch;
		const char *generation;
	} rows[] = {
		{ "{metadata: {labels: {a: b}}}", "1" },
		{ "{spec: {minReadySeconds: 5}}", "1" },
		{ "{metadata: {annotations: {deprecated.daemonset.template.generation: \"9\"}}}",
		  "1" },
		{ "{spec: {template: {metadata: {labels: {a: b}}}}}", "2" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].patch); i++) {
		struct fixture f = fixture_begin();
		struct api_answer answer = create(
			&f, "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: d, namespace: "
			    "a}, spec: {selector: {matchLabels: {app: w}}, template: {metadata: "
			    "{labels: {app: w}}, spec: {containers: [{name: c, image: x}]}}}}");
		const struct str annotation = STR("deprecated.daemonset.template.generation");
		CHECK_TEXT(object_annotation(answer.object->root, annotation), "1");
		answer = fixture_call(
			&f, &(struct api_request){ .verb = API_PATCH,
						   .patch_type = API_PATCH_MERGE,
						   .kind = answer.object->kind,
						   .key = answer.object->key,
						   .body = node_make(f.arena, rows[i].patch),
						   .arena = f.arena });
		CHECK_INT(answer.code, 200);
		CHECK_STR(object_annotation(answer.object->root, annotation),
			  str_from_cstr(rows[i].generation));
		fixture_end(&f);
	}
}

TESTS({ "tokens are mounted unless somebody says no", tokens_are_mounted_unless_somebody_says_no },
      { "every container gets the token", every_container_gets_the_token },
      { "priority comes from a class", priority_comes_from_a_class },
      { "tolerations are added", tolerations_are_added },
      { "quality of service comes from resources", quality_of_service_comes_from_resources },
      { "Jobs select their pods", jobs_select_their_pods },
      { "a DaemonSet's template has a generation", a_daemonsets_template_has_a_generation })
