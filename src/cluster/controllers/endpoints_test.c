/* endpoints_test - the Endpoints of Services: which pods, in which subsets, and when */
#include "api/controller_test.h"
#include "cluster/controllers/controllers.h"
#include "doc/json.h"

static void put_service(struct fixture *f, const char *spec)
{
	fixture_put(f,
		    node_make(f->arena,
			      "{apiVersion: v1, kind: Service, metadata: {name: web, labels: {l: "
			      "m}}, spec: %n}",
			      node_make(f->arena, spec)));
}

static void put_pod(struct fixture *f, const char *name, const char *pod)
{
	const struct node *root = node_make(f->arena, pod);

	root = node_set(f->arena, root, "apiVersion", node_cstr(f->arena, "v1"));
	root = node_set(f->arena, root, "kind", node_cstr(f->arena, "Pod"));
	root = node_set(f->arena, root, "metadata.name", node_cstr(f->arena, name));
	fixture_put(f, node_set(f->arena, root, "metadata.labels.app", node_cstr(f->arena, "web")));
}

static void run(struct fixture *f)
{
	fixture_run(f, &endpoints_reconciler, "default", "web");
}

#define SELECTS                                                                                    \
	"{selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080, protocol: TCP}]}"
#define READY                                                                                      \
	"status: {phase: Running, podIP: 1.2.3.4, conditions: [{type: Ready, status: \"True\"}]}"

/* "a ready, b not, 8080": addresses and ports of the subsets. */
static struct str subsets(struct fixture *f)
{
	const struct node *list = fixture_written(f, "web", "subsets");
	struct str text = STR("");

	for (uint32_t s = 0; s < node_item_count(list); s++) {
		const struct node *subset = node_item(list, s);
		const struct node *ready = node_get_lit(subset, "addresses");
		const struct node *not_ready = node_get_lit(subset, "notReadyAddresses");
		for (uint32_t i = 0; i < node_item_count(ready); i++)
			text = str_printf(
				f->arena, "%.*s%.*s ready, ", STR_FMT(text),
				STR_FMT(node_str_at(node_item(ready, i), "targetRef.name")));
		for (uint32_t i = 0; i < node_item_count(not_ready); i++)
			text = str_printf(
				f->arena, "%.*s%.*s not, ", STR_FMT(text),
				STR_FMT(node_str_at(node_item(not_ready, i), "targetRef.name")));
		text = str_printf(f->arena, "%.*s%lld; ", STR_FMT(text),
				  (long long)node_int_at(subset, "ports[0].port", -1));
	}
	return text;
}

static void pods_stand_where_their_ports_are(void)
{
	static const struct {
		const char *service;
		const char *a, *b; /* pods; NULL: none */
		const char *want;
	} rows[] = {
		{ SELECTS, "{" READY "}", "{" READY "}", "a ready, b ready, 8080; " },
		{ SELECTS, "{" READY "}", "{status: {phase: Running, podIP: 1.2.3.5}}",
		  "a ready, b not, 8080; " },
		/* without an address, at an end, or going: none */
		{ SELECTS, "{status: {phase: Running}}", "{" READY "}", "b ready, 8080; " },
		{ SELECTS, "{status: {phase: Succeeded, podIP: 1.2.3.5}}", "{" READY "}",
		  "b ready, 8080; " },
		{ SELECTS, "{status: {phase: Failed, podIP: 1.2.3.5}}", "{" READY "}",
		  "b ready, 8080; " },
		{ SELECTS, "{metadata: {deletionTimestamp: \"2027-01-15T08:00:00Z\"}, " READY "}",
		  "{" READY "}", "b ready, 8080; " },
		/* a named port may have another number in each pod */
		{ "{selector: {app: web}, ports: [{name: http, port: 80, targetPort: http, "
		  "protocol: TCP}]}",
		  "{spec: {containers: [{ports: [{name: other, containerPort: 1}, {name: http, "
		  "containerPort: 8081, protocol: TCP}]}]}, " READY "}",
		  "{spec: {containers: [{}, {ports: [{name: http, containerPort: 8082}]}]}, " READY
		  "}",
		  "a ready, 8081; b ready, 8082; " },
		{ "{selector: {app: web}, ports: [{name: http, port: 80, targetPort: http, "
		  "protocol: TCP}]}",
		  "{spec: {containers: [{ports: [{name: http, containerPort: 8081, protocol: "
		  "UDP}]}]}, " READY "}",
		  NULL, "a ready, -1; " },
		{ "{selector: {app: web}, ports: [{name: no, port: 79, targetPort: no, protocol: "
		  "TCP}, {name: http, port: 80, protocol: TCP}]}",
		  "{" READY "}", NULL, "a ready, 80; " },
		{ "{selector: {app: web}, publishNotReadyAddresses: true, ports: [{port: 80, "
		  "protocol: TCP}]}",
		  "{status: {phase: Running, podIP: 1.2.3.5}}", NULL, "a ready, 80; " },
		{ "{selector: {app: other}, ports: [{port: 80, protocol: TCP}]}", "{" READY "}",
		  NULL, "" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].service); i++) {
		struct fixture f = fixture_begin();
		put_service(&f, rows[i].service);
		put_pod(&f, "a", rows[i].a);
		if (rows[i].b)
			put_pod(&f, "b", rows[i].b);
		run(&f);
		CHECK_STR(subsets(&f), str_from_cstr(rows[i].want));
		fixture_end(&f);
	}
}

static void endpoints_say_whose_they_are(void)
{
	static const struct {
		const char *service;
		const char *labels; /* NULL: none are made */
	} rows[] = {
		{ SELECTS, "{\"l\":\"m\",\"endpoints.kubernetes.io/managed-by\":"
			   "\"endpoint-controller\"}" },
		{ "{clusterIP: None, selector: {app: web}}",
		  "{\"l\":\"m\",\"endpoints.kubernetes.io/managed-by\":\"endpoint-controller\","
		  "\"service.kubernetes.io/headless\":\"\"}" },
		{ "{type: ExternalName, selector: {app: web}}", NULL },
		{ "{ports: []}", NULL },
		{ "{selector: {}}", NULL },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].service); i++) {
		struct fixture f = fixture_begin();
		put_service(&f, rows[i].service);
		run(&f);
		if (CHECK_INT(f.plan.writes.count, rows[i].labels != NULL) && rows[i].labels) {
			CHECK_INT(f.plan.writes.items[0].request.verb, API_CREATE);
			CHECK_STR(json_text(f.arena, fixture_written(&f, "web", "metadata.labels"),
					    0),
				  str_from_cstr(rows[i].labels));
		}
		fixture_end(&f);
	}
}

/* Of a Service that is gone: its own, and nobody else's. */
static void endpoints_go_with_their_service(void)
{
	static const struct {
		const char *labels;
		bool goes;
	} rows[] = {
		{ "{endpoints.kubernetes.io/managed-by: endpoint-controller}", true },
		{ "{}", false },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].labels); i++) {
		struct fixture f = fixture_begin();
		fixture_put(&f, node_make(f.arena,
					  "{apiVersion: v1, kind: Endpoints, metadata: {name: web, "
					  "labels: %n}}",
					  node_make(f.arena, rows[i].labels)));
		run(&f);
		CHECK_INT(f.plan.writes.count, rows[i].goes);
		fixture_end(&f);
	}
}

/* The hostname is that of the pods of this Service only; a port without a name has none. */
static void addresses_name_their_pod(void)
{
	static const struct {
		const char *pod;
		struct str hostname;
	} rows[] = {
		{ "{spec: {hostname: web-0, subdomain: web, nodeName: n}, " READY "}",
		  STR_INIT("web-0") },
		{ "{spec: {hostname: web-0, subdomain: other, nodeName: n}, " READY "}",
		  { NULL, 0 } },
		{ "{spec: {subdomain: web, nodeName: n}, " READY "}", { NULL, 0 } },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].pod); i++) {
		struct fixture f = fixture_begin();
		put_service(&f, "{selector: {app: web}, ports: [{port: 80, protocol: TCP}]}");
		put_pod(&f, "a", rows[i].pod);
		run(&f);
		const struct node *address = fixture_written(&f, "web", "subsets[0].addresses[0]");
		CHECK_STR(node_str_at(address, "hostname"), rows[i].hostname);
		CHECK_TEXT(node_str_at(address, "ip"), "1.2.3.4");
		CHECK_TEXT(node_str_at(address, "nodeName"), "n");
		CHECK_TEXT(node_str_at(address, "targetRef.uid"), "uid-a");
		CHECK(!fixture_written(&f, "web", "subsets[0].ports[0].name"));
		fixture_end(&f);
	}
}

TESTS({ "pods are in the subset of their ports", pods_stand_where_their_ports_are },
      { "Endpoints say whose they are", endpoints_say_whose_they_are },
      { "Endpoints are deleted with their Service", endpoints_go_with_their_service },
      { "addresses name their pod", addresses_name_their_pod })
