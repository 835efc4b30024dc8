/* services_test - ports, selectors and metadata of the Services that a Canary keeps */
#include "rollout/tick_test.h"

static void put_deployment(struct fixture *f)
{
	fixture_put(f,
		    node_make(f->arena,
			      "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, "
			      "spec: {selector: {matchLabels: {app: web}}, template: {spec: "
			      "{containers: [{name: a, ports: [{name: http, containerPort: "
			      "8080}, {name: grpc, containerPort: 9000}, {containerPort: 9001}]}, "
			      "{name: istio-proxy, ports: [{containerPort: 15001}]}]}}}}"));
}

static void put_service(struct fixture *f, const char *app, const char *metadata, const char *ports)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: v1, kind: Service, metadata: %n, spec: {selector: "
				 "{app: %c}, ports: %n}}",
				 node_make(f->arena, metadata), app, node_make(f->arena, ports)));
}

/* The Canary of Deployment web with that spec.service. */
static void begin(struct tick_fixture *x, struct fixture *f, const char *service)
{
	struct str spec =
		str_printf(f->arena, "{targetRef: {kind: Deployment, name: web}, %s}", service);

	CHECK(!tick_begin(x, f, str_cstr(f->arena, spec)).ptr);
}

static void three_services_select_two_workloads(void)
{
	static const struct {
		const char *name, *app;
	} cases[] = { { "web", "web-primary" },
		      { "web-primary", "web-primary" },
		      { "web-canary", "web" } };
	struct fixture f = fixture_begin();
	struct tick_fixture x;

	put_deployment(&f);
	begin(&x, &f, "service: {port: 80, apex: {labels: {team: a}}, headless: true}");
	services_initialize(&x.tick);
	services_reconcile(&x.tick);
	CHECK_INT(f.plan.writes.count, 3);
	for (size_t i = 0; TEST_ROW(cases, i, cases[i].name); i++) {
		CHECK_STR(tick_wrote(&f, cases[i].name, "spec.selector.app"),
			  str_from_cstr(cases[i].app));
		CHECK_STR(tick_wrote(&f, cases[i].name, "metadata.labels.app"),
			  str_from_cstr(cases[i].name));
		CHECK_TEXT(tick_wrote(&f, cases[i].name, "spec.clusterIP"), "None");
	}
	CHECK_TEXT(tick_wrote(&f, "web", "metadata.labels.team"), "a");
	CHECK(!fixture_written(&f, "web-canary", "metadata.labels.team"));
	fixture_end(&f);
}

/* Ports, one after the other, as "name:port:targetPort". */
static struct str ports_of(const struct fixture *f)
{
	const struct node *ports = fixture_written(f, "web", "spec.ports");
	struct str text = STR("");

	for (uint32_t i = 0; i < node_item_count(ports); i++) {
		const struct node *p = node_item(ports, i);
		text = str_printf(f->arena, "%.*s%.*s:%.*s:%.*s ", STR_FMT(text),
				  STR_FMT(node_str_at(p, "name")), STR_FMT(node_str_at(p, "port")),
				  STR_FMT(node_str_at(p, "targetPort")));
	}
	return text;
}

static void ports_are_given_or_discovered(void)
{
	static const struct {
		const char *service, *ports;
	} cases[] = {
		{ "service: {port: 80}", "http:80:80 " },
		{ "service: {port: 80, targetPort: 8080, portName: main}", "main:80:8080 " },
		{ "service: {port: 80, targetPort: 8080, portDiscovery: true}",
		  "http:80:8080 grpc:9000:9000 tcp-a-2:9001:9001 " },
		{ "service: {port: 80, targetPort: grpc, portDiscovery: true}",
		  "http:80:grpc http:8080:8080 tcp-a-2:9001:9001 " },
		{ "service: {port: 9001, portDiscovery: true}",
		  "http:9001:9001 http:8080:8080 grpc:9000:9000 " },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].service); i++) {
		struct fixture f = fixture_begin();
		struct tick_fixture x;

		put_deployment(&f);
		begin(&x, &f, cases[i].service);
		services_reconcile(&x.tick);
		CHECK_STR(ports_of(&f), str_from_cstr(cases[i].ports));
		fixture_end(&f);
	}
}

static void what_the_cluster_gave_stays(void)
{
	struct fixture f = fixture_begin();
	struct tick_fixture x;

	put_deployment(&f);
	put_service(&f, "web", "{name: web}",
		    "[{name: http, port: 80, targetPort: 80, nodePort: 30080}]");
	begin(&x, &f, "service: {port: 81}");
	services_reconcile(&x.tick);
	CHECK_TEXT(ports_of(&f), "http:81:81 ");
	CHECK_TEXT(tick_wrote(&f, "web", "spec.ports[0].nodePort"), "30080");
	CHECK_TEXT(tick_wrote(&f, "web", "spec.selector.app"), "web-primary");
	CHECK_TEXT(tick_wrote(&f, "web",
			      "metadata.annotations[kustomize.toolkit.fluxcd.io/reconcile]"),
		   "disabled");
	fixture_end(&f);
}

#define OWN                                                                                        \
	"ownerReferences: [{apiVersion: flagger.app/v1beta1, kind: Canary, name: web, uid: u, "    \
	"controller: true}]"
#define KEPT                                                                                       \
	"kustomize.toolkit.fluxcd.io/reconcile: disabled, "                                        \
	"helm.toolkit.fluxcd.io/driftDetection: disabled"
#define PORTS "[{name: http, protocol: TCP, port: 80, targetPort: 80}]"

static void metadata_of_own_services_is_kept_but_what_is_unmanaged(void)
{
	struct fixture f = fixture_begin();
	struct tick_fixture x;

	put_deployment(&f);
	put_service(&f, "web-primary",
		    "{name: web, labels: {app: web, of: me, odd: x}, annotations: {" KEPT "}, " OWN
		    "}",
		    PORTS);
	begin(&x, &f, "service: {port: 80, unmanagedMetadata: {labels: [of]}}");
	services_reconcile(&x.tick);
	CHECK_INT(f.plan.writes.count, 1);
	CHECK_TEXT(tick_wrote(&f, "web", "metadata.labels.of"), "me");
	CHECK(!fixture_written(&f, "web", "metadata.labels.odd"));

	put_service(&f, "web-primary",
		    "{name: web, labels: {app: web}, annotations: {" KEPT "}, " OWN "}", PORTS);
	begin(&x, &f, "service: {port: 80}");
	services_reconcile(&x.tick);
	CHECK_INT(f.plan.writes.count, 0); /* as it should be */
	fixture_end(&f);
}

static void a_service_from_before_gets_its_selector_back(void)
{
	static const struct {
		const char *metadata, *app; /* app NULL: nothing is written */
	} cases[] = {
		{ "{name: web}", "web" },
		{ "{name: web, annotations: {kubectl.kubernetes.io/last-applied-configuration: "
		  "%s}}",
		  "old" },
		{ "{name: web, " OWN "}", NULL },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].metadata); i++) {
		struct fixture f = fixture_begin();
		struct tick_fixture x;
		const struct node *metadata =
			node_make(f.arena, cases[i].metadata,
				  STR("{\"spec\": {\"selector\": {\"app\": \"old\"}}}"));

		put_deployment(&f);
		fixture_put(&f, node_make(f.arena,
					  "{apiVersion: v1, kind: Service, metadata: %n, spec: "
					  "{selector: {app: web-primary}, ports: %n}}",
					  metadata, node_make(f.arena, PORTS)));
		begin(&x, &f, "service: {port: 80}");
		CHECK(!services_finalize(&x.tick).ptr);
		CHECK_INT(f.plan.writes.count, cases[i].app ? 1 : 0);
		if (cases[i].app)
			CHECK_STR(tick_wrote(&f, "web", "spec.selector.app"),
				  str_from_cstr(cases[i].app));
		fixture_end(&f);
	}
}

static void what_cannot_be_given_back_is_told(void)
{
	struct fixture f = fixture_begin();
	struct tick_fixture x;

	put_deployment(&f);
	begin(&x, &f, "service: {port: 80}");
	CHECK_TEXT(services_finalize(&x.tick),
		   "service web.default get query error: services \"web\" not found");
	put_service(&f, "web-primary",
		    "{name: web, annotations: {kubectl.kubernetes.io/last-applied-configuration: "
		    "broken}}",
		    PORTS);
	begin(&x, &f, "service: {port: 80}");
	CHECK_TEXT(services_finalize(&x.tick), "router web.default failed to unMarshal annotation "
					       "kubectl.kubernetes.io/last-applied-configuration");
	fixture_end(&f);
}

TESTS({ "three Services select two workloads", three_services_select_two_workloads },
      { "ports are given or discovered", ports_are_given_or_discovered },
      { "what the cluster gave stays", what_the_cluster_gave_stays },
      { "metadata of own Services is kept, but for what is unmanaged",
	metadata_of_own_services_is_kept_but_what_is_unmanaged },
      { "a Service from before the Canary gets its selector back",
	a_service_from_before_gets_its_selector_back },
      { "a Service that cannot be restored is reported", what_cannot_be_given_back_is_told })
