/* endpointslice_mirroring_test - which Endpoints are mirrored, and what of them */
#include "api/controller_test.h"
#include "cluster/controllers/controllers.h"

#define SUBSET                                                                                     \
	"{addresses: [{ip: 10.0.0.1, hostname: h, nodeName: n1}], notReadyAddresses: [{ip: "       \
	"10.0.0.2}], ports: [{name: http, port: 80, protocol: TCP, appProtocol: h2c}, {port: "     \
	"81}]}"

static void put_service(struct fixture *f, const char *spec)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: %n}",
				 node_make(f->arena, spec)));
}

static void put_endpoints(struct fixture *f, const char *metadata, const char *subsets)
{
	const struct node *root =
		node_make(f->arena, "{apiVersion: v1, kind: Endpoints, metadata: %n, subsets: %n}",
			  node_make(f->arena, metadata), node_make(f->arena, subsets));

	fixture_put(f, root);
}

/* One that an earlier run has made. */
static void put_slice(struct fixture *f, const char *name)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: "
				 "{name: %c, ownerReferences: [{apiVersion: v1, kind: Endpoints, "
				 "name: web, uid: uid-web, controller: true}]}, addressType: IPv4, "
				 "endpoints: [], ports: []}",
				 name));
}

static void run(struct fixture *f)
{
	fixture_run(f, &endpointslice_mirroring_reconciler, "default", "web");
}

static void a_subset_is_a_slice(void)
{
	struct fixture f = fixture_begin();

	put_service(&f, "{}");
	put_endpoints(&f, "{name: web, labels: {a: b}}", "[" SUBSET "]");
	run(&f);
	CHECK_INT(f.plan.writes.count, 1);
	CHECK_INT(f.plan.writes.items[0].request.verb, API_CREATE);
	const struct node *slice = f.plan.writes.items[0].request.body;
	CHECK_TEXT(node_str_at(slice, "metadata.generateName"), "web-");
	CHECK_TEXT(object_label(slice, STR("a")), "b");
	CHECK_TEXT(object_label(slice, STR("kubernetes.io/service-name")), "web");
	CHECK_TEXT(object_label(slice, STR("endpointslice.kubernetes.io/managed-by")),
		   "endpointslicemirroring-controller.k8s.io");
	CHECK(node_bool_at(slice, "metadata.ownerReferences[0].controller", false));
	CHECK_INT(node_item_count(node_at(slice, "endpoints")), 2);
	CHECK_TEXT(node_str_at(slice, "endpoints[0].addresses[0]"), "10.0.0.1");
	CHECK(node_bool_at(slice, "endpoints[0].conditions.ready", false));
	CHECK_TEXT(node_str_at(slice, "endpoints[0].hostname"), "h");
	CHECK_TEXT(node_str_at(slice, "endpoints[0].nodeName"), "n1");
	CHECK_TEXT(node_str_at(slice, "endpoints[1].addresses[0]"), "10.0.0.2");
	CHECK(!node_bool_at(slice, "endpoints[1].conditions.ready", true));
	CHECK(!node_at(slice, "endpoints[1].hostname"));
	CHECK_INT(node_item_count(node_at(slice, "ports")), 2);
	CHECK_TEXT(node_str_at(slice, "ports[0].name"), "http");
	CHECK_TEXT(node_str_at(slice, "ports[0].appProtocol"), "h2c");
	CHECK_INT(node_int_at(slice, "ports[1].port", 0), 81);
	CHECK_TEXT(node_str_at(slice, "ports[1].name"), "");
	fixture_end(&f);
}

/* Slices that are there are written anew, those that are too many go. */
static void slices_follow_the_subsets(void)
{
	struct fixture f = fixture_begin();

	put_service(&f, "{}");
	put_endpoints(&f, "{name: web}", "[" SUBSET "]");
	put_slice(&f, "one");
	put_slice(&f, "two");
	run(&f);
	CHECK_INT(f.plan.writes.count, 2);
	CHECK_TEXT(node_text(fixture_written(&f, "one", "endpoints[0].addresses[0]")), "10.0.0.1");
	CHECK_TEXT(node_text(fixture_written(&f, "one", "ports[0].name")), "http");
	CHECK_INT(f.plan.writes.items[1].request.verb, API_DELETE);
	CHECK_TEXT(f.plan.writes.items[1].request.key.name, "two");
	fixture_end(&f);
}

/* With one slice that an earlier run has made: it stays, or goes. */
static void what_is_mirrored(void)
{
	static const struct {
		const char *service, *metadata; /* service NULL: there is none */
		bool mirrored;
	} rows[] = {
		{ "{}", "{name: web}", true },
		{ "{selector: {}}", "{name: web}", true },
		{ NULL, "{name: web}", false },
		{ "{selector: {app: web}}", "{name: web}", false },
		{ "{}", "{name: web, deletionTimestamp: \"2027-01-15T08:00:00Z\"}", false },
		{ "{}", "{name: web, labels: {endpointslice.kubernetes.io/skip-mirror: \"true\"}}",
		  false },
		{ "{}", "{name: web, labels: {endpointslice.kubernetes.io/skip-mirror: \"false\"}}",
		  true },
		{ "{}",
		  "{name: web, annotations: {control-plane.alpha.kubernetes.io/leader: \"{}\"}}",
		  false },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].metadata); i++) {
		struct fixture f = fixture_begin();
		if (rows[i].service)
			put_service(&f, rows[i].service);
		put_endpoints(&f, rows[i].metadata, "[" SUBSET "]");
		put_slice(&f, "one");
		run(&f);
		CHECK_INT(f.plan.writes.count, 1);
		CHECK_INT(f.plan.writes.items[0].request.verb == API_DELETE, !rows[i].mirrored);
		fixture_end(&f);
	}
}

static void without_endpoints_there_is_nothing_to_do(void)
{
	struct fixture f = fixture_begin();

	put_service(&f, "{}");
	run(&f);
	CHECK_INT(f.plan.writes.count, 0);
	put_endpoints(&f, "{name: web}", "[]");
	run(&f);
	CHECK_INT(f.plan.writes.count, 0);
	fixture_end(&f);
}

TESTS({ "a subset is a slice", a_subset_is_a_slice },
      { "slices follow the subsets", slices_follow_the_subsets },
      { "what is mirrored", what_is_mirrored },
      { "without endpoints there is nothing to do", without_endpoints_there_is_nothing_to_do })
