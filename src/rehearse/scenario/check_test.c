/* check_test - a scenario that speaks of what is not there is an error */
#include "rehearse/scenario/check.h"

#include "rehearse/rehearsal_test.h"

#define HEAD "{apiVersion: forge.dev/v1alpha1, kind: Scenario, metadata: {name: s}, spec: "

static void what_a_scenario_names_must_be_there(void)
{
	static const struct {
		const char *spec;
		struct str fault; /* absent: none */
	} cases[] = {
		{ "{}", { NULL, 0 } },
		{ "{workloads: [{target: Deployment/default/web}]}", { NULL, 0 } },
		{ "{workloads: [{target: Deployment/default/wbe}]}",
		  STR_INIT(
			  "the scenario speaks of Deployment/default/wbe, which no revision has") },
		{ "{webhooks: [{name: gate, answers: [200]}]}", { NULL, 0 } },
		{ "{webhooks: [{name: other, answers: [200]}]}",
		  STR_INIT("the scenario answers a webhook 'other', which no Canary has") },
		{ "{traffic: [{host: web.default}]}", { NULL, 0 } },
		{ "{traffic: [{host: web.default.svc}]}", { NULL, 0 } },
		{ "{traffic: [{host: shop.example.com}]}", { NULL, 0 } },
		{ "{traffic: [{host: nope.default}]}",
		  STR_INIT("the scenario sends requests to 'nope.default', which no Service or "
			   "VirtualService has") },
		{ "{traffic: [{host: web}]}",
		  STR_INIT("the scenario sends requests to 'web', which no Service or "
			   "VirtualService has") },
		{ "{traffic: [{host: example.com}]}",
		  STR_INIT("the scenario sends requests to 'example.com', which no Service or "
			   "VirtualService has") },
		{ "{ship: [{step: 2}]}", { NULL, 0 } },
		{ "{ship: [{step: 3}]}",
		  STR_INIT("the scenario ships step 3; there are 2 revisions") },
		{ "{others: [{before: 22, change: 'kind: Pod'}]}", { NULL, 0 } },
		{ "{others: [{before: 33, change: 'kind: Pod'}]}",
		  STR_INIT("no revision is '33', before which others change the cluster") },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].spec); i++) {
		struct rehearsal_fixture f;

		rehearsal_prepare(&f);
		struct str text = str_printf(f.arena, HEAD "%s}\n", cases[i].spec);
		CHECK_INT(scenario_read(&f.scenario, f.r.set, STR("s.yaml"), text, &f.err), 0);
		rehearsal_start(&f);
		const struct node *web = rehearsal_deployment(&f, "web", "web:1", 1);
		rehearsal_render(&f, 1, &web, 1);
		rehearsal_apply(&f, node_set(f.arena, rehearsal_canary(&f, "web"),
					     "spec.analysis.webhooks",
					     node_make(f.arena, "[{name: gate, url: u}]")));
		rehearsal_apply(&f,
				node_make(f.arena,
					  "{apiVersion: v1, kind: Service, metadata: {name: web, "
					  "namespace: default}, spec: {ports: [{port: 80}]}}"));
		rehearsal_apply(
			&f, node_make(f.arena,
				      "{apiVersion: networking.istio.io/v1, kind: "
				      "VirtualService, metadata: {name: web, namespace: default}, "
				      "spec: {hosts: [shop.example.com], http: [{route: "
				      "[{destination: {host: web}}]}]}}"));
		for (size_t k = 0; k < ARRAY_COUNT(f.revisions); k++) {
			struct revision_state state = { .revision = &f.revisions[k] };
			VEC_PUSH(f.arena, &f.r.states, state);
		}
		CHECK_INT(scenario_check(&f.scenario, &f.r.results, &f.err),
			  cases[i].fault.ptr ? -1 : 0);
		if (cases[i].fault.ptr)
			CHECK_STR(str_from_cstr(f.err.text), cases[i].fault);
		rehearsal_end(&f);
	}
}

TESTS({ "what a scenario names must be there", what_a_scenario_names_must_be_there })
