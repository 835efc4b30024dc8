/* mesh_test - traffic through routing to pods, and what telemetry says of it */
#include "metrics/promql.h"
#include "metrics/query.h"
#include "platform/mesh_fixture.h"

static void keep_number(void *context, const struct promql_value *value, const struct error *err)
{
	if (err)
		printf("# %s\n", err->text);
	if (CHECK(!err))
		query_number(value, context);
}

static double ask(struct fixture *f, const char *expression)
{
	struct query_embedded query;
	double number = -1;

	query_embedded_init(&query, f->metrics, f->world);
	query_ask(&query.api,
		  &(struct query_request){ .expression = str_from_cstr(expression),
					   .at_ms = QUERY_NOW },
		  keep_number, &number);
	return number;
}

static bool between(double x, double low, double high)
{
	if (!(x >= low && x <= high))
		printf("# %g is not in %g … %g\n", x, low, high);
	return x >= low && x <= high;
}

static void service_without_rules(void)
{
	struct fixture f = begin();

	put_service(&f, "web", "good-1");
	add_traffic(&f, "web.shop", 100);
	run(&f, 120);
	CHECK(between(ask(&f, "sum(rate(istio_requests_total{reporter=\"destination\","
			      "destination_workload=\"good-1\",response_code=\"200\"}[1m]))"),
		      90, 110));
	CHECK(between(ask(&f, "histogram_quantile(0.99, sum(rate("
			      "istio_request_duration_milliseconds_bucket{reporter="
			      "\"destination\"}[1m])) by (le))"),
		      60, 100));
	CHECK(ask(&f, "count(istio_requests_total{destination_service=\"web.shop.svc.cluster."
		      "local\",destination_version=\"v1\",reporter=\"source\",response_flags=\"-"
		      "\",connection_security_policy=\"unknown\"})") == 1);
	end(&f);
}

/* Flagger leaves the only destination of those who do not match at weight 0. */
static void one_destination_gets_all(void)
{
	struct fixture f = begin();

	put_service(&f, "web", "good-1");
	put_virtual_service(&f, "{hosts: [web], http: [{route: [{destination: {host: web}, weight: "
				"0}]}]}");
	add_traffic(&f, "web.shop", 100);
	run(&f, 60);
	CHECK(ask(&f, "sum(istio_requests_total{response_code=\"200\"})") > 0);
	CHECK(ask(&f, "sum(istio_requests_total{response_code!=\"200\"})") <= 0);
	end(&f);
}

static void weights_split(void)
{
	struct fixture f = begin();

	put_service(&f, "web", NULL);
	put_service(&f, "web-primary", "good-1");
	put_service(&f, "web-canary", "bad-1");
	put_virtual_service(&f, "{hosts: [web], gateways: [mesh], http: [{route: [{destination: "
				"{host: web-primary}, weight: 80}, {destination: {host: "
				"web-canary}, weight: 20}]}]}");
	add_traffic(&f, "web.shop", 100);
	run(&f, 300);
	CHECK(between(ask(&f, "sum(rate(istio_requests_total{reporter=\"destination\","
			      "destination_workload=\"bad-1\"}[2m]))"),
		      17, 23));
	CHECK(between(ask(&f, "sum(rate(istio_requests_total{reporter=\"destination\","
			      "destination_workload=\"bad-1\",response_code=~\"5.*\"}[2m]))"),
		      8, 12));
	uint32_t count;
	const struct mesh_host *host = mesh_statistics(f.mesh, f.arena, &count);
	CHECK_INT(count, 1);
	CHECK_TEXT(host->host, "web.shop");
	CHECK(host->point_count >= 18 && host->point_count <= 20);
	CHECK(between((double)host->failures / (double)host->requests, 0.08, 0.12));
	CHECK(host->points[5].p99_us > 1000000 && host->points[5].p50_us < 40000);
	end(&f);
}

static void nobody_ready(void)
{
	struct fixture f = begin();

	put_service(&f, "web", NULL);
	add_traffic(&f, "web.shop", 10);
	run(&f, 120);
	CHECK(ask(&f, "count(istio_requests_total{response_flags=\"UH\",response_code=\"503\","
		      "reporter=\"source\"})") == 1);
	CHECK(ask(&f, "count(istio_requests_total{reporter=\"destination\"})") == -1);
	end(&f);
}

static void no_such_host(void)
{
	struct fixture f = begin();
	uint32_t count;

	add_traffic(&f, "web.shop", 10);
	run(&f, 120);
	CHECK_INT(metrics_series_count(f.metrics), 0);
	CHECK(mesh_statistics(f.mesh, f.arena, &count)->unresolved > 1000);
	end(&f);
}

static void headers_choose_the_route(void)
{
	struct fixture f = begin();
	static const struct mesh_header insider = { STR_INIT("x-canary"), STR_INIT("insider") };

	put_service(&f, "web", NULL);
	put_service(&f, "web-primary", "good-1");
	put_service(&f, "web-canary", "good-2");
	put_virtual_service(
		&f, "{hosts: [web], http: [{match: [{headers: {x-canary: {exact: insider}}}, "
		    "{headers: {cookie: {regex: \"^(.*?;)?(type=insider)(;.*)?$\"}}}], route: "
		    "[{destination: {host: web-canary}}]}, {route: [{destination: {host: "
		    "web-primary}}]}]}");
	add_traffic(&f, "web.shop", 10);
	mesh_add_traffic(f.mesh, &(struct mesh_traffic){ .host = STR("web.shop"),
							 .milli_rps = 30000,
							 .headers = &insider,
							 .header_count = 1 });
	run(&f, 120);
	CHECK(between(ask(&f, "sum(rate(istio_requests_total{reporter=\"destination\","
			      "destination_workload=\"good-2\"}[1m]))"),
		      24, 36));
	CHECK(between(ask(&f, "sum(rate(istio_requests_total{reporter=\"destination\","
			      "destination_workload=\"good-1\"}[1m]))"),
		      7, 13));
	end(&f);
}

static void mirror_has_no_clients(void)
{
	struct fixture f = begin();

	put_service(&f, "web", NULL);
	put_service(&f, "web-primary", "good-1");
	put_service(&f, "web-canary", "bad-2");
	put_virtual_service(&f, "{hosts: [web], http: [{route: [{destination: {host: "
				"web-primary}}], mirror: {host: web-canary}, mirrorPercentage: "
				"{value: 50}}]}");
	add_traffic(&f, "web.shop", 100);
	run(&f, 120);
	CHECK(between(ask(&f, "sum(rate(istio_requests_total{reporter=\"destination\","
			      "destination_workload=\"bad-2\"}[1m]))"),
		      42, 58));
	CHECK(ask(&f, "count(istio_requests_total{reporter=\"source\","
		      "destination_workload=\"bad-2\"})") == -1);
	uint32_t count;
	CHECK_INT(mesh_statistics(f.mesh, f.arena, &count)->failures, 0);
	end(&f);
}

static void retries_hide_errors(void)
{
	struct fixture f = begin();

	put_service(&f, "web", "bad-1");
	put_virtual_service(&f, "{hosts: [web.shop.svc.cluster.local], http: [{retries: "
				"{attempts: 3, retryOn: \"gateway-error,5xx\"}, route: "
				"[{destination: {host: web}}]}]}");
	add_traffic(&f, "web.shop", 100);
	run(&f, 300);
	uint32_t count;
	const struct mesh_host *host = mesh_statistics(f.mesh, f.arena, &count);
	CHECK(between((double)host->failures / (double)host->requests, 0.05, 0.075));
	CHECK(between(ask(&f, "sum(rate(istio_requests_total{reporter=\"destination\"}[2m]))"), 175,
		      200));
	end(&f);
}

static void timeouts_cut(void)
{
	struct fixture f = begin();

	put_service(&f, "web", "bad-1");
	put_virtual_service(&f, "{hosts: [web], http: [{timeout: 1s, route: [{destination: {host: "
				"web}}]}]}");
	add_traffic(&f, "web.shop", 10);
	run(&f, 60);
	CHECK(ask(&f, "count(istio_requests_total{response_flags=\"UT\",response_code=\"504\"})") ==
	      1);
	CHECK(ask(&f, "count(istio_requests_total{response_flags=\"-\"})") == -1);
	end(&f);
}

static void undefined_subset(void)
{
	struct fixture f = begin();

	put_service(&f, "web", "good-1");
	put(&f, node_make(f.arena,
			  "{apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: "
			  "{name: web, namespace: shop}, spec: {host: web, subsets: [{name: v1, "
			  "labels: {version: v1}}, {name: v2, labels: {version: v2}}]}}"));
	put_virtual_service(&f,
			    "{hosts: [web], http: [{route: [{destination: {host: web, subset: v1}, "
			    "weight: 50}, {destination: {host: web, subset: v2}, weight: 25}, "
			    "{destination: {host: web, subset: v3}, weight: 25}]}]}");
	add_traffic(&f, "web.shop", 100);
	run(&f, 120);
	CHECK(between(ask(&f, "sum(rate(istio_requests_total{reporter=\"source\",response_flags="
			      "\"-\"}[1m]))"),
		      42, 58));
	CHECK(between(ask(&f, "sum(rate(istio_requests_total{response_flags=\"UH\"}[1m]))"), 19,
		      31));
	CHECK(between(ask(&f, "sum(rate(istio_requests_total{response_flags=\"NC\"}[1m]))"), 19,
		      31));
	end(&f);
}

static void gateway_host(void)
{
	struct fixture f = begin();

	put_service(&f, "web", "good-1");
	put_gateway(&f, "shop.example.com");
	put_virtual_service(&f, "{hosts: [shop.example.com], gateways: [shop/public], "
				"http: [{match: [{uri: {prefix: /api}}], route: [{destination: "
				"{host: web}}]}]}");
	mesh_add_traffic(f.mesh, &(struct mesh_traffic){ .host = STR("shop.example.com"),
							 .path = STR("/api/x?y=1"),
							 .milli_rps = 10000 });
	mesh_add_traffic(f.mesh, &(struct mesh_traffic){ .host = STR("shop.example.com"),
							 .milli_rps = 10000 });
	run(&f, 120);
	CHECK(ask(&f, "count(istio_requests_total{source_workload=\"istio-ingressgateway\","
		      "destination_workload=\"good-1\",reporter=\"source\"})") == 1);
	CHECK(ask(&f, "count(istio_requests_total{response_code=\"404\",response_flags=\"NR\"})") ==
	      1);
	end(&f);
}

static void series_end_with_the_pods(void)
{
	struct fixture f = begin();

	put_service(&f, "web", "good-1");
	add_traffic(&f, "web.shop", 10);
	run(&f, 60);
	CHECK(ask(&f, "count(istio_requests_total{reporter=\"destination\"})") == 1);
	struct api_request gone = { .verb = API_DELETE,
				    .kind = schemas_kind_by_id(f.api->schemas, KIND_POD),
				    .key = { STR("shop"), STR("good-1") },
				    .grace_s = 0,
				    .arena = f.arena };
	api_call(f.api, &gone, no_answer, NULL);
	run(&f, 30);
	CHECK(ask(&f, "count(istio_requests_total{reporter=\"destination\"})") == -1);
	CHECK(ask(&f, "count(istio_requests_total{reporter=\"source\",response_flags=\"-\"})") ==
	      1);
	end(&f);
}

static void behaviour_may_change(void)
{
	struct fixture f = begin();
	uint32_t count;

	put_service(&f, "web", "good-1");
	add_traffic(&f, "web.shop", 10);
	run(&f, 60);
	CHECK_INT(mesh_statistics(f.mesh, f.arena, &count)->failures, 0);
	*f.all_bad = true;
	mesh_refresh(f.mesh);
	run(&f, 60);
	CHECK(mesh_statistics(f.mesh, f.arena, &count)->failures > 150);
	end(&f);
}

static void stops_without_traffic(void)
{
	struct fixture f = begin();
	struct error err;

	put_service(&f, "web", NULL);
	add_traffic(&f, "web.shop", 0);
	CHECK(world_run(f.world, &err) == 0);
	CHECK_INT(metrics_series_count(f.metrics), 0);
	end(&f);
}

TESTS({ "a Service without rules is reached straight", service_without_rules },
      { "one destination gets all, whatever its weight", one_destination_gets_all },
      { "weights split the requests", weights_split },
      { "without ready pods clients get UH", nobody_ready },
      { "a host that nobody serves counts as unresolved", no_such_host },
      { "headers choose the route", headers_choose_the_route },
      { "mirrored requests have no clients", mirror_has_no_clients },
      { "retries hide errors from clients, not from pods", retries_hide_errors },
      { "a timeout cuts slow answers", timeouts_cut },
      { "undefined subsets are NC, empty ones UH", undefined_subset },
      { "a host behind a gateway is matched by path", gateway_host },
      { "series end with the pods that report them", series_end_with_the_pods },
      { "behaviour may change", behaviour_may_change },
      { "without traffic nothing ticks", stops_without_traffic })
