/* reasons_test - what a verdict stands on, and what was so before */
#include "rehearse/reasons.h"

#include "base/test.h"
#include "rehearse/results_test.h"

static void add_unhealthy(struct results_fixture *f, uint32_t state, const char *message)
{
	struct unhealthy u = { .kind = STR("Deployment"),
			       .key = { STR("shop"), STR("web") },
			       .message = str_from_cstr(message) };

	if (message)
		VEC_PUSH(f->arena, &f->states.items[state].unhealthy, u);
}

static void add_kustomization(struct results_fixture *f, uint32_t state, const char *reason)
{
	struct kustomization_state k = {
		.key = { STR("flux-system"), STR("apps") },
		.status = STR("False"),
		.reason = str_from_cstr(reason),
	};

	if (reason)
		VEC_PUSH(f->arena, &f->states.items[state].kustomizations, k);
}

static const struct {
	const char *unhealthy[2];     /* message of a Deployment, by revision; NULL: healthy */
	const char *kustomization[2]; /* reason of one that is not ready; NULL: it is */
	int reasons, new;
	const char *verdict;
} cases[] = {
	{ {}, {}, 0, 0, "healthy" },
	{ { NULL, "0 of 2" }, {}, 1, 1, "failed" },
	{ { "0 of 2", "0 of 2" }, {}, 1, 0, "healthy" },
	{ { "0 of 2", NULL }, {}, 0, 0, "healthy" },
	{ { "0 of 2", "1 of 3" }, {}, 1, 1, "failed" },
	{ {}, { NULL, "BuildFailed" }, 1, 1, "failed" },
	{ {}, { "BuildFailed", "BuildFailed" }, 1, 0, "healthy" },
	{ {}, { "HealthCheckFailed", "BuildFailed" }, 1, 1, "failed" },
	{ { "0 of 2", "0 of 2" }, { NULL, "BuildFailed" }, 2, 1, "failed" },
};

static void compared_with_before(void)
{
	for (size_t i = 0; TEST_ROW(cases, i); i++) {
		struct results_fixture f;
		results_begin(&f);
		for (uint32_t state = 0; state < 2; state++) {
			add_unhealthy(&f, state, cases[i].unhealthy[state]);
			add_kustomization(&f, state, cases[i].kustomization[state]);
		}
		struct reasons reasons = reasons_of(&f.results, f.arena);
		int new = 0;
		for (uint32_t k = 0; k < reasons.items.count; k++)
			new += !reasons.items.items[k].so_before;
		CHECK_INT(reasons.items.count, cases[i].reasons);
		CHECK_INT(new, cases[i].new);
		CHECK((reasons_worst(&reasons) != NULL) == (cases[i].new > 0));
		CHECK_STR(results_verdict(&f.results), str_from_cstr(cases[i].verdict));
		results_end(&f);
	}
}

static void users_are_told_why(void)
{
	struct results_fixture f;
	struct mesh_cause cause = { .code = 503,
				    .flag = "UH",
				    .why = STR("Service/shop/web selects no pod that is ready") };
	struct harmed_host host = { .host = STR("web.shop"),
				    .requests = 600,
				    .failures = 300,
				    .until_ms = 30000,
				    .causes = &cause,
				    .cause_count = 1 };

	results_begin(&f);
	VEC_PUSH(f.arena, &f.users.harmed, host);
	struct reasons reasons = reasons_of(&f.results, f.arena);
	CHECK_INT(reasons.items.count, 1);
	CHECK_STR(reasons.items.items[0].text,
		  STR("50 % of the requests of web.shop failed for 30s: Service/shop/web selects "
		      "no pod that is ready (503 UH)"));
	CHECK_STR(results_verdict(&f.results), STR("failed"));
	results_end(&f);
}

TESTS({ "what was so before does not fail a change", compared_with_before },
      { "harm to users says how many, how long and why", users_are_told_why })
