/* assumed_traffic_test - which hosts get requests when no scenario speaks of traffic */
#include "rehearse/assumed_traffic.h"

#include "mesh/mesh.h"
#include "rehearse/playing.h"
#include "rehearse/rehearsal_test.h"

enum { RUN_S = 300, NEAREST = 5 };

#define CANARY(service, analysis)                                                                  \
	"{apiVersion: flagger.app/v1beta1, kind: Canary, metadata: {name: web, namespace: "        \
	"default}, spec: {targetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, "         \
	"service: {port: 80" service "}, analysis: {interval: 60s, threshold: 2, stepWeight: 20"   \
	"" analysis "}}}"
#define ROUTES(name, spec)                                                                         \
	"{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: " name        \
	", namespace: default}, spec: {http: [{route: [{destination: {host: web}}]}], " spec "}}"

/* "host=20 other=20": requests a second to the nearest five, in order of appearance. */
static struct str rates(struct rehearsal_fixture *f)
{
	struct buf out;
	uint32_t count;
	const struct mesh_host *hosts = mesh_statistics(f->r.platform->mesh, f->arena, &count);

	buf_init(&out, f->arena);
	for (uint32_t i = 0; i < count; i++) {
		uint64_t all = hosts[i].requests + hosts[i].unresolved;
		uint64_t rate = (all + RUN_S * NEAREST / 2) / (RUN_S * NEAREST) * NEAREST;
		buf_printf(&out, "%s%.*s=%llu", i ? " " : "", STR_FMT(hosts[i].host),
			   (unsigned long long)rate);
	}
	return buf_str(&out);
}

static void hosts_of_canaries_and_gateways_have_requests(void)
{
	static const struct {
		const char *objects[2];
		struct str rates;
	} cases[] = {
		{ { CANARY("", "") }, STR_INIT("web.default=20") },
		{ { CANARY(", name: apex", "") }, STR_INIT("apex.default=20") },
		/* Half of the requests satisfy the first match; it is the same host. */
		{ { CANARY("", ", match: [{headers: {x: {exact: y}}}]") },
		  STR_INIT("web.default=20") },
		/* Reached through a gateway only, or through the mesh, too. */
		{ { CANARY(", gateways: [a/b], hosts: [shop.example]", "") },
		  STR_INIT("shop.example=20") },
		{ { CANARY(", gateways: [a/b, mesh], hosts: [shop.example]", "") },
		  STR_INIT("web.default=20") },
		{ { CANARY(", gateways: [b], hosts: [\"*\"]", "") }, STR_INIT("any.example=20") },
		/* Others behind a gateway; each host once. */
		{ { ROUTES("a", "hosts: [one.example, \"*.two.example\"], gateways: [b]") },
		  STR_INIT("one.example=20 any.two.example=20") },
		{ { ROUTES("a", "hosts: [one.example], gateways: [b]"),
		    ROUTES("c", "hosts: [one.example], gateways: [d]") },
		  STR_INIT("one.example=20") },
		{ { ROUTES("a", "hosts: [one.example], gateways: [mesh]") }, STR_INIT("") },
		{ { ROUTES("a", "hosts: [one.example]") }, STR_INIT("") },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].rates); i++) {
		struct rehearsal_fixture f;

		rehearsal_begin(&f);
		for (size_t k = 0; k < 2 && cases[i].objects[k]; k++)
			rehearsal_apply(&f, node_make(f.arena, cases[i].objects[k]));
		rehearsal_run_s(&f, RUN_S);
		CHECK_STR(rates(&f), cases[i].rates);
		rehearsal_end(&f);
	}
}

/* A scenario with traffic says it all. */
static void a_scenario_with_traffic_adds_nothing(void)
{
	struct rehearsal_fixture f;
	struct scenario_traffic t = { .host = STR("other.default"), .requests_per_s = 5 };

	rehearsal_prepare(&f);
	VEC_PUSH(f.arena, &f.scenario.traffic, t);
	rehearsal_start(&f);
	rehearsal_apply(&f, node_make(f.arena, CANARY("", "")));
	rehearsal_run_s(&f, RUN_S);
	CHECK_TEXT(rates(&f), "other.default=5");
	rehearsal_end(&f);
}

TESTS({ "hosts of canaries and gateways have requests",
	hosts_of_canaries_and_gateways_have_requests },
      { "a scenario with traffic adds nothing", a_scenario_with_traffic_adds_nothing })
