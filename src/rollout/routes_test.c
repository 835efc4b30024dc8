/* routes_test - the VirtualService of a Canary: made, corrected, weighted and given back */
#include "rollout/routes.h"

#include "doc/json.h"
#include "rollout/tick_test.h"

#define TCP "service: {port: 80, appProtocol: TCP, match: [{port: 9000}, {uri: {prefix: /}}]}"

/* A tick of the Canary of Deployment web with the rest of its spec. */
static void begin(struct tick_fixture *x, struct fixture *f, const char *spec)
{
	*f = fixture_begin();
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, "
				 "spec: {selector: {matchLabels: {app: web}}, template: {spec: "
				 "{containers: []}}}}"));
	struct str all =
		str_printf(f->arena, "{targetRef: {kind: Deployment, name: web}, %s}", spec);
	CHECK(!tick_begin(x, f, str_cstr(f->arena, all)).ptr);
}

static void put_routes(struct fixture *f, const struct node *annotations, const char *spec)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: networking.istio.io/v1beta1, kind: VirtualService, "
				 "metadata: {name: web, annotations: %?n}, spec: %n}",
				 annotations, node_make(f->arena, spec)));
}

/* What the plan leaves of the VirtualService at the path, as JSON. */
static struct str json_at(const struct fixture *f, struct trusted_path path)
{
	const struct node *n = fixture_find(f, "web", path);

	return n ? json_text(f->arena, n, 0) : STR_NONE;
}

static void hosts_and_gateways_are_given_or_those_of_the_mesh(void)
{
	static const struct {
		const char *service;
		struct str hosts, gateways; /* absent: none */
	} cases[] = {
		{ "service: {port: 80}", STR_INIT("[\"web\"]"), STR_INIT("[\"mesh\"]") },
		{ "service: {port: 80, hosts: [shop.example], gateways: [a/b]}",
		  STR_INIT("[\"shop.example\",\"web\"]"), STR_INIT("[\"a/b\"]") },
		{ "service: {port: 80, hosts: [web]}", STR_INIT("[\"web\"]"),
		  STR_INIT("[\"mesh\"]") },
		{ "service: {port: 80, delegation: true}", { NULL, 0 }, { NULL, 0 } },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].service); i++) {
		struct fixture f;
		struct tick_fixture x;

		begin(&x, &f, cases[i].service);
		CHECK(!routes_reconcile(&x.tick).ptr);
		CHECK_STR(json_at(&f, TRUSTED_PATH("spec.hosts")), cases[i].hosts);
		CHECK_STR(json_at(&f, TRUSTED_PATH("spec.gateways")), cases[i].gateways);
		CHECK_TEXT(json_at(&f, TRUSTED_PATH("spec.http[0].route[0].weight")), "100");
		CHECK_TEXT(tick_wrote(&f, "web-canary", "spec.host"), "web-canary");
		fixture_end(&f);
	}
}

static void delegates_have_no_hosts(void)
{
	struct fixture f;
	struct tick_fixture x;

	begin(&x, &f, "service: {port: 80, delegation: true, hosts: [a]}");
	CHECK_TEXT(routes_reconcile(&x.tick),
		   "reconcileVirtualService failed: VirtualService web.default cannot have hosts "
		   "and gateways when delegation enabled");
	fixture_end(&f);
}

#define BOTH(primary, canary)                                                                      \
	"[{\"destination\":{\"host\":\"web-primary\"},\"weight\":" primary                         \
	"},{\"destination\":{\"host\":\"web-canary\"},\"weight\":" canary "}]"

static void weights_are_set(void)
{
	static const struct {
		const char *spec;
		bool mirrored;
		struct trusted_path path;
		struct str routes;
	} cases[] = {
		{ "service: {port: 80}", false, TRUSTED_PATH_INIT("spec.http"),
		  STR_INIT("[{\"route\":" BOTH("70", "30") "}]") },
		{ "service: {port: 80}", true, TRUSTED_PATH_INIT("spec.http"),
		  STR_INIT("[{\"route\":" BOTH("70",
					       "30") ",\"mirror\":{\"host\":\"web-canary\"}}]") },
		{ "service: {port: 80, timeout: 5s, rewrite: {uri: /, type: x}}", false,
		  TRUSTED_PATH_INIT("spec.http"),
		  STR_INIT("[{\"rewrite\":{\"uri\":\"/\"},\"timeout\":\"5s\",\"route\":" BOTH(
			  "70", "30") "}]") },
		{ TCP, false, TRUSTED_PATH_INIT("spec.tcp"),
		  STR_INIT("[{\"match\":[{\"port\":9000},{}],\"route\":" BOTH("70", "30") "}]") },
		/* Every condition with every match of the Service. */
		{ "service: {port: 80, match: [{uri: a}, {uri: b}]}, analysis: {match: [{headers: "
		  "h}]}",
		  false, TRUSTED_PATH_INIT("spec.http[0].match"),
		  STR_INIT("[{\"uri\":\"a\",\"headers\":\"h\"},{\"uri\":\"b\",\"headers\":\"h\"}"
			   "]") },
		/* A gateway must know the port when there are several. */
		{ "service: {port: 80, portDiscovery: true, gateways: [a/b]}", false,
		  TRUSTED_PATH_INIT("spec.http[0].route[0].destination"),
		  STR_INIT("{\"host\":\"web-primary\",\"port\":{\"number\":80}}") },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].spec); i++) {
		struct fixture f;
		struct tick_fixture x;

		begin(&x, &f, cases[i].spec);
		put_routes(&f, NULL, "{hosts: [web]}");
		CHECK(!routes_reconcile(&x.tick).ptr);
		CHECK(!routes_set(&x.tick, 70, 30, cases[i].mirrored).ptr);
		CHECK_STR(json_at(&f, cases[i].path), cases[i].routes);
		fixture_end(&f);
	}
}

static void weights_are_read_back(void)
{
	static const struct {
		const char *spec, *routes;
		int64_t primary, canary;
		bool mirrored;
	} cases[] = {
		{ "service: {port: 80}",
		  "{http: [{route: [{destination: {host: web-primary}, weight: 60}, {destination: "
		  "{host: web-canary}, weight: 40}]}]}",
		  60, 40, false },
		{ "service: {port: 80}",
		  "{http: [{mirror: {host: web-canary}, route: [{destination: {host: "
		  "web-primary}, weight: 100}, {destination: {host: web-canary}, weight: 0}]}]}",
		  100, 0, true },
		{ TCP,
		  "{tcp: [{route: [{destination: {host: web-primary}, weight: 90}, {destination: "
		  "{host: web-canary}, weight: 10}]}]}",
		  90, 10, false },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].spec); i++) {
		struct fixture f;
		struct tick_fixture x;

		begin(&x, &f, cases[i].spec);
		x.tick.routes =
			node_make(f.arena, "{spec: %n}", node_make(f.arena, cases[i].routes));
		CHECK(!routes_read(&x.tick).ptr);
		CHECK_INT(x.tick.primary_weight, cases[i].primary);
		CHECK_INT(x.tick.canary_weight, cases[i].canary);
		CHECK_INT(x.tick.mirrored, cases[i].mirrored);
		fixture_end(&f);
	}
}

static void routes_without_the_services_are_told(void)
{
	struct fixture f;
	struct tick_fixture x;

	begin(&x, &f, "service: {port: 80}");
	x.tick.routes = node_make(f.arena, "{spec: {http: [{route: [{destination: {host: a}}]}]}}");
	CHECK_TEXT(routes_read(&x.tick), "VirtualService web.default does not contain routes for "
					 "web-primary and web-canary");
	CHECK_TEXT(routes_set(&x.tick, 100, 0, false),
		   "VirtualService web.default get query error "
		   "virtualservices.networking.istio.io \"web\" not found");
	CHECK_TEXT(routes_finalize(&x.tick),
		   "VirtualService web.default get query error: "
		   "virtualservices.networking.istio.io \"web\" not found");
	fixture_end(&f);
}

static void other_providers_have_no_routes(void)
{
	struct fixture f;
	struct tick_fixture x;

	begin(&x, &f, "service: {port: 80}");
	x.tick.provider = STR("kubernetes");
	CHECK(!routes_reconcile(&x.tick).ptr);
	CHECK(!routes_set(&x.tick, 0, 100, false).ptr);
	CHECK(!routes_finalize(&x.tick).ptr);
	CHECK_INT(f.plan.writes.count, 0);
	CHECK(!routes_read(&x.tick).ptr);
	CHECK_INT(x.tick.primary_weight, 100);
	x.tick.was.iterations = 2;
	CHECK(!routes_read(&x.tick).ptr);
	CHECK_INT(x.tick.canary_weight, 100);
	fixture_end(&f);
}

/* Routes as the Canary makes them stay; a label, an annotation or a route that differs goes. */
static void only_what_differs_is_corrected(void)
{
	static const struct {
		struct trusted_path path;
		const char *value; /* NULL: as it was made */
		bool corrected;
	} cases[] = {
		{ TRUSTED_PATH_INIT("metadata.labels"), NULL, false },
		{ TRUSTED_PATH_INIT("metadata.labels"), "{a: b}", true },
		{ TRUSTED_PATH_INIT("metadata.annotations"), "{a: b}", true },
		{ TRUSTED_PATH_INIT("spec.hosts"), "[other]", true },
		{ TRUSTED_PATH_INIT("spec.http[0].route[0].weight"), "7", false }, /* its own */
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].path.path); i++) {
		struct fixture f;
		struct tick_fixture x;
		const struct node *made = NULL;
		begin(&x, &f, "service: {port: 80}");
		CHECK(!routes_reconcile(&x.tick).ptr);
		for (uint32_t w = 0; w < f.plan.writes.count; w++)
			if (str_equal(object_kind(f.plan.writes.items[w].request.body),
				      STR("VirtualService")))
				made = f.plan.writes.items[w].request.body;
		if (cases[i].value)
			made = node_put(f.arena, made, cases[i].path,
					node_make(f.arena, cases[i].value));
		fixture_put(&f, made);
		plan_init(&f.plan, f.arena);
		CHECK(!routes_reconcile(&x.tick).ptr);
		CHECK_INT(fixture_written(&f, "web", "spec.hosts") != NULL, cases[i].corrected);
		fixture_end(&f);
	}
}

/* What stood there before the Canary is kept in an annotation, and comes back at its end. */
static void what_was_there_before_comes_back(void)
{
	struct str key = STR("flagger.kubernetes.io/original-configuration");
	struct fixture f;
	struct tick_fixture x;

	begin(&x, &f, "service: {port: 80}");
	put_routes(&f, NULL, "{hosts: [old]}");
	CHECK(!routes_reconcile(&x.tick).ptr);
	struct str kept = tick_wrote(
		&f, "web", "metadata.annotations[flagger.kubernetes.io/original-configuration]");
	CHECK_TEXT(kept, "{\"hosts\":[\"old\"]}");

	put_routes(&f, node_make(f.arena, "{%s: %s}", key, kept), "{hosts: [web]}");
	plan_init(&f.plan, f.arena);
	CHECK(!routes_finalize(&x.tick).ptr);
	CHECK_TEXT(json_at(&f, TRUSTED_PATH("spec")), "{\"hosts\":[\"old\"]}");

	put_routes(&f, node_make(f.arena, "{%s: broken}", key), "{hosts: [web]}");
	plan_init(&f.plan, f.arena);
	CHECK_TEXT(routes_finalize(&x.tick),
		   "VirtualService web.default failed to unMarshal annotation "
		   "flagger.kubernetes.io/original-configuration");
	CHECK_INT(f.plan.writes.count, 0);
	fixture_end(&f);
}

TESTS({ "hosts and gateways are given, or those of the mesh",
	hosts_and_gateways_are_given_or_those_of_the_mesh },
      { "delegates have no hosts", delegates_have_no_hosts },
      { "weights are set", weights_are_set }, { "weights are read back", weights_are_read_back },
      { "routes without the Services are reported", routes_without_the_services_are_told },
      { "other providers have no routes", other_providers_have_no_routes },
      { "only what differs is corrected", only_what_differs_is_corrected },
      { "what was there before comes back", what_was_there_before_comes_back })
