/* mesh_refusal_test - requests that nobody answers, and the causes that are given for them */
#include "platform/mesh_fixture.h"

static const struct mesh_host *first_host(struct fixture *f)
{
	uint32_t count;

	return mesh_statistics(f->mesh, f->arena, &count);
}

#define GATEWAY_ROUTE                                                                              \
	"{hosts: [shop.example.com], gateways: [public], http: [{route: [{destination: {host: "    \
	"web}}]}]}"
#define POLICY(kind, group, spec)                                                                  \
	"{apiVersion: " group ", kind: " kind                                                      \
	", metadata: {name: web, namespace: shop}, spec: " spec "}"
#define NETWORK_POLICY(rules)                                                                      \
	POLICY("NetworkPolicy", "networking.k8s.io/v1",                                            \
	       "{podSelector: {matchLabels: {app: web}}, ingress: " rules "}")
#define AUTHORIZATION(spec) POLICY("AuthorizationPolicy", "security.istio.io/v1", spec)

static const struct row {
	const char *what;
	const char *route;    /* of a VirtualService; NULL: none */
	const char *object;   /* one more; NULL: none */
	const char *host;     /* that clients ask for; NULL: shop.example.com */
	bool injected;	      /* the namespace has sidecars */
	const char *flag;     /* NULL: all requests are answered */
	const char *expected; /* in the cause */
} rows[] = {
	{ .what = "a route of a gateway", .route = GATEWAY_ROUTE },
	{ .what = "a Service that is missing",
	  .route = "{hosts: [shop.example.com], gateways: [public], http: [{route: [{destination: "
		   "{host: wep}}]}]}",
	  .flag = "NC",
	  .expected = "VirtualService/shop/web sends to wep.shop; Service/shop/wep is missing" },
	{ .what = "a port that the Service does not have",
	  .route = "{hosts: [shop.example.com], gateways: [public], http: [{route: [{destination: "
		   "{host: web, port: {number: 8081}}}]}]}",
	  .flag = "NC",
	  .expected = "sends to port 8081, which Service/shop/web does not have" },
	{ .what = "a host that its gateway does not serve",
	  .route = "{hosts: [store.example.com], gateways: [public], http: [{route: [{destination: "
		   "{host: web}}]}]}",
	  .host = "store.example.com",
	  .flag = "NR",
	  .expected = "Gateway/shop/public does not serve the host store.example.com" },
	{ .what = "a gateway that is missing",
	  .route = "{hosts: [shop.example.com], gateways: [publik], http: [{route: [{destination: "
		   "{host: web}}]}]}",
	  .flag = "UF",
	  .expected = "Gateway/shop/publik is missing" },
	{ .what = "a certificate that is missing",
	  .route = "{hosts: [tls.example.com], gateways: [tls], http: [{route: [{destination: "
		   "{host: web}}]}]}",
	  .object = "{apiVersion: networking.istio.io/v1, kind: Gateway, metadata: {name: tls, "
		    "namespace: shop}, spec: {servers: [{port: {number: 443, name: https, "
		    "protocol: HTTPS}, tls: {mode: SIMPLE, credentialName: cert}, hosts: "
		    "[*.example.com]}]}}",
	  .host = "tls.example.com",
	  .flag = "UF",
	  .expected = "Secret/istio-system/cert, which is missing" },
	{ .what = "a fault that aborts",
	  .route = "{hosts: [shop.example.com], gateways: [public], http: [{fault: {abort: "
		   "{httpStatus: 503, percentage: {value: 100}}}, route: [{destination: {host: "
		   "web}}]}]}",
	  .flag = "FI",
	  .expected = "VirtualService/shop/web aborts requests" },
	{ .what = "an Ingress to a Service",
	  .object = POLICY("Ingress", "networking.k8s.io/v1",
			   "{rules: [{host: shop.example.com, http: {paths: [{path: /, pathType: "
			   "Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}") },
	{ .what = "an Ingress to a Service that is missing",
	  .object = POLICY("Ingress", "networking.k8s.io/v1",
			   "{rules: [{host: shop.example.com, http: {paths: [{path: /, pathType: "
			   "Prefix, backend: {service: {name: wep, port: {number: 80}}}}]}}]}"),
	  .flag = "NC",
	  .expected = "Ingress/shop/web sends to wep.shop" },
	{ .what = "a NetworkPolicy for the port of the pods",
	  .object = NETWORK_POLICY("[{ports: [{port: 80}]}]"),
	  .host = "web.shop" },
	{ .what = "a NetworkPolicy for another port",
	  .object = NETWORK_POLICY("[{ports: [{port: 8080}]}]"),
	  .host = "web.shop",
	  .flag = "UF",
	  .expected = "NetworkPolicy/shop/web lets no requests through to port 80" },
	{ .what = "a NetworkPolicy with a range of ports",
	  .object = NETWORK_POLICY("[{ports: [{port: 79, endPort: 81}]}]"),
	  .host = "web.shop" },
	{ .what = "a NetworkPolicy for other pods",
	  .object = POLICY("NetworkPolicy", "networking.k8s.io/v1",
			   "{podSelector: {matchLabels: {app: other}}, policyTypes: [Ingress]}"),
	  .host = "web.shop" },
	{ .what = "a NetworkPolicy of egress",
	  .object = POLICY("NetworkPolicy", "networking.k8s.io/v1",
			   "{podSelector: {}, policyTypes: [Egress]}"),
	  .host = "web.shop" },
	{ .what = "a NetworkPolicy that lets the gateway through",
	  .route = GATEWAY_ROUTE,
	  .object = NETWORK_POLICY("[{from: [{namespaceSelector: {matchLabels: "
				   "{kubernetes.io/metadata.name: istio-system}}, podSelector: "
				   "{matchLabels: {istio: ingressgateway}}}]}]") },
	{ .what = "a NetworkPolicy for peers of its namespace, behind a gateway",
	  .route = GATEWAY_ROUTE,
	  .object = NETWORK_POLICY("[{from: [{podSelector: {}}]}]"),
	  .flag = "UF",
	  .expected = "NetworkPolicy/shop/web" },
	{ .what = "a NetworkPolicy for peers that clients may be",
	  .object = NETWORK_POLICY("[{from: [{podSelector: {}}]}]"),
	  .host = "web.shop" },
	{ .what = "an AuthorizationPolicy without rules",
	  .object = AUTHORIZATION("{}"),
	  .host = "web.shop",
	  .injected = true,
	  .flag = "-",
	  .expected = "AuthorizationPolicy/shop/web allows none of the requests" },
	{ .what = "an AuthorizationPolicy, and pods without sidecars",
	  .object = AUTHORIZATION("{}"),
	  .host = "web.shop" },
	{ .what = "an AuthorizationPolicy for the gateway's namespace",
	  .route = GATEWAY_ROUTE,
	  .injected = true,
	  .object = AUTHORIZATION("{rules: [{from: [{source: {namespaces: [istio-system]}}]}]}") },
	{ .what = "an AuthorizationPolicy for another namespace, behind a gateway",
	  .route = GATEWAY_ROUTE,
	  .injected = true,
	  .object = AUTHORIZATION("{rules: [{from: [{source: {namespaces: [istio]}}]}]}"),
	  .flag = "-",
	  .expected = "allows none" },
	{ .what = "an AuthorizationPolicy for a client that may be there",
	  .object = AUTHORIZATION("{rules: [{from: [{source: {namespaces: [other]}}]}]}"),
	  .host = "web.shop",
	  .injected = true },
	{ .what = "an AuthorizationPolicy that denies the method",
	  .object = AUTHORIZATION("{action: DENY, rules: [{to: [{operation: {methods: [G*]}}]}]}"),
	  .host = "web.shop",
	  .injected = true,
	  .flag = "-",
	  .expected = "denies the requests" },
	{ .what = "an AuthorizationPolicy that denies another path",
	  .object = AUTHORIZATION("{action: DENY, rules: [{to: [{operation: {paths: "
				  "[/admin*]}}]}]}"),
	  .host = "web.shop",
	  .injected = true },
	{ .what = "mutual TLS to pods that may have sidecars",
	  .object = POLICY("DestinationRule", "networking.istio.io/v1",
			   "{host: web, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}"),
	  .host = "web.shop" },
	{ .what = "mutual TLS to sidecars",
	  .object = POLICY("DestinationRule", "networking.istio.io/v1",
			   "{host: web, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}"),
	  .host = "web.shop",
	  .injected = true },
};

static void check_cause(const struct row *row, const struct mesh_host *host)
{
	CHECK(host->requests > 100);
	CHECK_INT(host->failures, row->flag ? host->requests : 0);
	CHECK_INT(host->cause_count, row->flag ? 1 : 0);
	if (!row->flag || !host->cause_count)
		return;
	CHECK_STR(str_from_cstr(host->causes[0].flag), str_from_cstr(row->flag));
	CHECK(str_find(host->causes[0].why, str_from_cstr(row->expected)) >= 0);
	if (str_find(host->causes[0].why, str_from_cstr(row->expected)) < 0)
		printf("# %.*s\n", STR_FMT(host->causes[0].why));
}

static void causes_are_named(void)
{
	for (size_t i = 0; TEST_ROW(rows, i, rows[i].what); i++) {
		const struct row *row = &rows[i];
		struct fixture f = begin();
		if (row->injected)
			put(&f,
			    node_make(f.arena, "{apiVersion: v1, kind: Namespace, metadata: {name: "
					       "shop, labels: {istio-injection: enabled}}}"));
		put_service(&f, "web", "good-1");
		put_gateway(&f, "shop.example.com");
		if (row->route)
			put_virtual_service(&f, row->route);
		if (row->object)
			put(&f, node_make(f.arena, row->object));
		mesh_add_traffic(
			f.mesh,
			&(struct mesh_traffic){
				.host = str_from_cstr(row->host ? row->host : "shop.example.com"),
				.milli_rps = 10000 });
		run(&f, 60);
		check_cause(row, first_host(&f));
		end(&f);
	}
}

/* Assumptions */

static bool is_system(void *context, struct str namespace)
{
	(void)context;
	return str_equal(namespace, STR("istio-system"));
}

static void delete (struct fixture *f, const char *object)
{
	const struct node *body = node_make(f->arena, object);
	struct api_request request = { .verb = API_DELETE,
				       .body = body,
				       .key = object_key(body),
				       .arena = f->arena,
				       .grace_s = -1 };

	api_call(f->api, &request, no_answer, NULL);
}

#define SYSTEM_GATEWAY                                                                             \
	"{apiVersion: networking.istio.io/v1, kind: Gateway, metadata: {name: public, namespace: " \
	"istio-system}, spec: {servers: [{port: {number: 80, name: http, protocol: HTTP}, "        \
	"hosts: [*]}]}}"

static void others_make_gateways(void)
{
	struct fixture f = begin();
	uint32_t count = 0;

	put(&f, node_make(f.arena, "{apiVersion: v1, kind: Namespace, metadata: {name: "
				   "istio-system}}"));
	mesh_start_assuming(f.mesh, is_system, NULL);
	put_service(&f, "web", "good-1");
	put_virtual_service(&f, "{hosts: [a.example.com], gateways: [istio-system/public], http: "
				"[{route: [{destination: {host: web}}]}]}");
	mesh_add_traffic(
		f.mesh, &(struct mesh_traffic){ .host = STR("a.example.com"), .milli_rps = 10000 });
	run(&f, 60);
	CHECK_INT(first_host(&f)->failures, 0);
	CHECK_STR(mesh_assumed(f.mesh, f.arena, &count)[0], STR("Gateway/istio-system/public"));
	CHECK_INT(count, 1);

	mesh_stop_assuming(f.mesh);
	put_virtual_service(&f, "{hosts: [a.example.com], gateways: [istio-system/publik], http: "
				"[{route: [{destination: {host: web}}]}]}");
	run(&f, 60);
	CHECK(first_host(&f)->failures > 100);
	end(&f);
}

static void what_was_there_is_not_assumed(void)
{
	struct fixture f = begin();

	put(&f, node_make(f.arena, "{apiVersion: v1, kind: Namespace, metadata: {name: "
				   "istio-system}}"));
	mesh_start_assuming(f.mesh, is_system, NULL);
	put_service(&f, "web", "good-1");
	put(&f, node_make(f.arena, SYSTEM_GATEWAY));
	put_virtual_service(&f, "{hosts: [a.example.com], gateways: [istio-system/public], http: "
				"[{route: [{destination: {host: web}}]}]}");
	mesh_add_traffic(
		f.mesh, &(struct mesh_traffic){ .host = STR("a.example.com"), .milli_rps = 10000 });
	run(&f, 60);
	CHECK_INT(first_host(&f)->failures, 0);
	delete (&f, SYSTEM_GATEWAY);
	run(&f, 60);
	CHECK(first_host(&f)->failures > 100);
	end(&f);
}

/* The label of the namespace goes, and new pods come without a sidecar. */
static void sidecars_may_go(void)
{
	struct fixture f = begin();
	struct str flag;

	put(&f, node_make(f.arena, "{apiVersion: v1, kind: Namespace, metadata: {name: shop, "
				   "labels: {istio-injection: enabled}}}"));
	put_service(&f, "web", "good-1");
	put(&f, node_make(f.arena, POLICY("DestinationRule", "networking.istio.io/v1",
					  "{host: web, trafficPolicy: {tls: {mode: "
					  "ISTIO_MUTUAL}}}")));
	add_traffic(&f, "web.shop", 10);
	run(&f, 60);
	CHECK_INT(first_host(&f)->failures, 0);
	put(&f, node_make(f.arena, "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"));
	run(&f, 60);
	CHECK(first_host(&f)->failures > 100);
	flag = str_from_cstr(first_host(&f)->causes[0].flag);
	CHECK_STR(flag, STR("UF"));
	CHECK(str_contains(first_host(&f)->causes[0].why, STR("have no sidecar")));
	end(&f);
}

TESTS({ "pods lose their sidecars with the label of the namespace", sidecars_may_go },
      { "each cause of failure is named", causes_are_named },
      { "what others make is assumed until the first revision is left", others_make_gateways },
      { "what was there once is not assumed", what_was_there_is_not_assumed })
