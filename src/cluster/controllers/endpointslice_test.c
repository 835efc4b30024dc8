/* endpointslice_test - which pods are endpoints, with which ports, in how many slices */
#include "api/controller_test.h"
#include "base/buf.h"
#include "cluster/controllers/controllers.h"

static void put_service(struct fixture *f, const char *spec)
{
	const struct node *all = node_make(f->arena, "{selector: {app: web}, ports: [{name: http, "
						     "port: 80, protocol: TCP}]}");

	fixture_put(f, node_make(f->arena,
				 "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: %n}",
				 fixture_over(f, all, spec)));
}

struct pod {
	const char *name; /* NULL ends the list */
	const char *phase;
	const char *ip;
	bool unready, terminating;
	const char *app; /* NULL: web */
};

static void put_pod(struct fixture *f, const struct pod *pod)
{
	const struct node *deleted =
		pod->terminating ? node_cstr(f->arena, "2027-01-15T08:00:00Z") : NULL;

	fixture_put(f,
		    node_make(f->arena,
			      "{apiVersion: v1, kind: Pod, metadata: {name: %c, "
			      "deletionTimestamp: %?n, labels: {app: %c}}, spec: {containers: "
			      "[{name: c, ports: [{name: web, containerPort: 8080}]}]}, status: "
			      "{phase: %c, podIP: %?n, conditions: [{type: Ready, status: %c}]}}",
			      pod->name, deleted, pod->app ? pod->app : "web", pod->phase,
			      pod->ip ? node_cstr(f->arena, pod->ip) : NULL,
			      pod->unready ? "False" : "True"));
}

static void run(struct fixture *f)
{
	fixture_run(f, &endpointslice_reconciler, "default", "web");
}

/* "a:rst b:-s-": names, and whether they are ready, serving, terminating. */
static struct str endpoints_text(struct fixture *f)
{
	const struct node *list =
		f->plan.writes.count ? node_at(f->plan.writes.items[0].request.body, "endpoints")
				     : NULL;
	struct buf buf;

	buf_init(&buf, f->arena);
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *e = node_item(list, i);
		buf_printf(&buf, "%s%.*s:%c%c%c", i ? " " : "",
			   STR_FMT(node_str_at(e, "targetRef.name")),
			   node_bool_at(e, "conditions.ready", false) ? 'r' : '-',
			   node_bool_at(e, "conditions.serving", false) ? 's' : '-',
			   node_bool_at(e, "conditions.terminating", false) ? 't' : '-');
	}
	return buf_str(&buf);
}

static const struct {
	const char *service;
	struct pod pods[4];
	const char *endpoints;
} rows[] = {
	{ "{}", { { "a", "Running", "10.0.0.1" } }, "a:rs-" },
	{ "{}", { { "b", "Running", "10.0.0.2" }, { "a", "Running", "10.0.0.1" } }, "a:rs- b:rs-" },
	{ "{}", { { "a", "Running", "10.0.0.1", .unready = true } }, "a:---" },
	{ "{}", { { "a", "Running", "10.0.0.1", .terminating = true } }, "a:-st" },
	{ "{publishNotReadyAddresses: true}",
	  { { "a", "Running", "10.0.0.1", .unready = true } },
	  "a:r--" },
	/* Without an address, finished, or of others. */
	{ "{}", { { "a", "Pending", NULL }, { "b", "Succeeded", "10.0.0.2" } }, "" },
	{ "{}", { { "a", "Running", "10.0.0.1", .app = "api" } }, "" },
};

static void lists_pods(void)
{
	for (size_t i = 0; TEST_ROW(rows, i, rows[i].service); i++) {
		struct fixture f = fixture_begin();
		put_service(&f, rows[i].service);
		for (const struct pod *p = rows[i].pods; p->name; p++)
			put_pod(&f, p);
		run(&f);
		CHECK_INT(f.plan.writes.count, 1); /* an empty one, if need be */
		CHECK_STR(endpoints_text(&f), str_from_cstr(rows[i].endpoints));
		fixture_end(&f);
	}
}

static void makes_none_without_selector(void)
{
	static const char *const specs[] = { "{selector: {}}", "{type: ExternalName}" };

	for (size_t i = 0; TEST_ROW(specs, i, specs[i]); i++) {
		struct fixture f = fixture_begin();
		put_service(&f, specs[i]);
		put_pod(&f, &(struct pod){ "a", "Running", "10.0.0.1" });
		run(&f);
		CHECK_INT(f.plan.writes.count, 0);
		fixture_end(&f);
	}
}

/* The zone is that of the pod's node, where it says one. */
static void endpoints_say_where_they_are(void)
{
	static const struct {
		const char *node, *labels; /* NULL: there is none */
		const char *zone;
	} places[] = {
		{ NULL, NULL, NULL },
		{ "n1", NULL, NULL },
		{ "n1", "{topology.kubernetes.io/zone: z}", "z" },
		{ "n1", "{topology.kubernetes.io/zone: \"\"}", NULL },
		{ "n1", "{}", NULL },
	};

	for (size_t i = 0; TEST_ROW(places, i, places[i].labels); i++) {
		struct fixture f = fixture_begin();
		put_service(&f, "{}");
		put_pod(&f, &(struct pod){ "a", "Running", "10.0.0.1" });
		const struct object *pod =
			cache_get(f.cache, KIND_POD, (struct key){ STR("default"), STR("a") });
		if (places[i].node)
			fixture_put(&f, node_set(f.arena, pod->root, "spec.nodeName",
						 node_cstr(f.arena, places[i].node)));
		if (places[i].labels)
			fixture_put(&f,
				    node_make(f.arena,
					      "{apiVersion: v1, kind: Node, metadata: {name: %c, "
					      "labels: %n}}",
					      places[i].node,
					      node_make(f.arena, places[i].labels)));
		run(&f);
		const struct node *e = node_at(f.plan.writes.items[0].request.body, "endpoints[0]");
		CHECK_STR(node_str_at(e, "nodeName"), str_from_cstr(places[i].node));
		CHECK_STR(node_str_at(e, "zone"), str_from_cstr(places[i].zone));
		CHECK_TEXT(node_str_at(e, "targetRef.uid"), "uid-a");
		fixture_end(&f);
	}
}

static const struct {
	const char *ports;
	int64_t port; /* of the first one; -1: none */
} ports[] = {
	{ "{ports: [{port: 80, protocol: TCP}]}", 80 },
	{ "{ports: [{port: 80, protocol: TCP, targetPort: 9090}]}", 9090 },
	{ "{ports: [{port: 80, protocol: TCP, targetPort: web}]}", 8080 },
	{ "{ports: [{port: 80, protocol: UDP, targetPort: web}]}", -1 },
	{ "{ports: [{port: 80, protocol: TCP, targetPort: admin}]}", -1 },
};

static void finds_ports(void)
{
	for (size_t i = 0; TEST_ROW(ports, i, ports[i].ports); i++) {
		struct fixture f = fixture_begin();
		put_service(&f, ports[i].ports);
		put_pod(&f, &(struct pod){ "a", "Running", "10.0.0.1" });
		run(&f);
		const struct node *body = f.plan.writes.items[0].request.body;
		CHECK_INT(node_int_at(body, "ports[0].port", -1), ports[i].port);
		fixture_end(&f);
	}
}

/* One that says what it should is left alone; a change is written into it. */
static void a_slice_is_kept_while_it_is_right(void)
{
	static const char *const specs[] = { "{}", "{ports: []}" };

	for (size_t i = 0; TEST_ROW(specs, i, specs[i]); i++) {
		struct fixture f = fixture_begin();
		put_service(&f, specs[i]);
		put_pod(&f, &(struct pod){ "a", "Running", "10.0.0.1" });
		run(&f);
		const struct node *slice = f.plan.writes.items[0].request.body;
		CHECK_INT(f.plan.writes.items[0].request.verb, API_CREATE);
		CHECK(node_bool_at(slice, "metadata.ownerReferences[0].controller", false));
		fixture_put(&f,
			    node_set(f.arena, slice, "metadata.name", node_cstr(f.arena, "web-x")));
		run(&f);
		CHECK_INT(f.plan.writes.count, 0);
		put_pod(&f, &(struct pod){ "b", "Running", "10.0.0.2" });
		run(&f);
		CHECK_INT(f.plan.writes.count, 1);
		CHECK_INT(f.plan.writes.items[0].request.verb, API_UPDATE);
		CHECK_TEXT(endpoints_text(&f), "a:rs- b:rs-");
		fixture_end(&f);
	}
}

static void fills_slices_of_a_hundred(void)
{
	struct fixture f = fixture_begin();

	put_service(&f, "{}");
	for (int i = 0; i < 101; i++) {
		char name[32], ip[32];
		snprintf(name, sizeof(name), "p%d", i);
		snprintf(ip, sizeof(ip), "10.0.0.%d", i);
		put_pod(&f, &(struct pod){ name, "Running", ip });
	}
	run(&f);
	CHECK_INT(f.plan.writes.count, 2);
	CHECK_INT(node_item_count(node_at(f.plan.writes.items[0].request.body, "endpoints")), 100);
	CHECK_INT(node_item_count(node_at(f.plan.writes.items[1].request.body, "endpoints")), 1);
	fixture_end(&f);
}

TESTS({ "pods with addresses, ready, serving or terminating", lists_pods },
      { "Services without a selector have none", makes_none_without_selector },
      { "endpoints say where they are", endpoints_say_where_they_are },
      { "ports by number and by name", finds_ports },
      { "a slice is kept while it is right", a_slice_is_kept_while_it_is_right },
      { "a slice holds a hundred", fills_slices_of_a_hundred })
