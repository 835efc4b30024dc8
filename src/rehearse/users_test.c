/* users_test - what counts as harm to users */
#include "rehearse/users.h"

#include "base/test.h"
#include "platform/mesh_fixture.h"
#include "rehearse/results_test.h"
#include "rehearse/scenario.h"

/* A mesh that ran for so long before and after the second revision was shipped. */
static void take(struct fixture *f, struct results_fixture *r, int64_t shipped_ms,
		 int64_t error_ppm, struct users *ret)
{
	struct scenario scenario = { .expect_error_ppm = error_ppm };

	r->states.items[0].settled_ms = shipped_ms;
	r->states.items[1].shipped_ms = shipped_ms;
	r->states.items[1].settled_ms = world_now_ms(f->world);
	users_take(&r->results, &scenario, f->mesh, f->arena, ret);
}

static void all_is_well(void)
{
	struct fixture f = begin();
	struct results_fixture r;
	struct users users;

	results_begin(&r);
	put_service(&f, "web", "good-1");
	add_traffic(&f, "web.shop", 20);
	run(&f, 120);
	int64_t shipped_ms = world_now_ms(f.world);
	run(&f, 120);
	take(&f, &r, shipped_ms, -1, &users);
	CHECK_INT(users.harmed.count, 0);
	results_end(&r);
	end(&f);
}

static void failures_are_harm(void)
{
	struct fixture f = begin();
	struct results_fixture r;
	struct users users;

	results_begin(&r);
	put_service(&f, "web", "good-1");
	add_traffic(&f, "web.shop", 20);
	run(&f, 120);
	int64_t shipped_ms = world_now_ms(f.world);
	*f.all_bad = true;
	mesh_refresh(f.mesh);
	run(&f, 120);
	take(&f, &r, shipped_ms, -1, &users);
	CHECK_INT(users.harmed.count, 1);
	CHECK(!users.harmed.items[0].so_before);
	CHECK_INT(users.harmed.items[0].cause_count, 1);
	CHECK_INT(users.harmed.items[0].causes[0].code, 500);

	/* A budget of the scenario counts instead. */
	take(&f, &r, shipped_ms, 900000, &users);
	CHECK_INT(users.harmed.count, 0);
	results_end(&r);
	end(&f);
}

static void failures_of_before_are_told(void)
{
	struct fixture f = begin();
	struct results_fixture r;
	struct users users;

	results_begin(&r);
	put_service(&f, "web", NULL);
	add_traffic(&f, "web.shop", 20);
	run(&f, 120);
	int64_t shipped_ms = world_now_ms(f.world);
	run(&f, 120);
	take(&f, &r, shipped_ms, -1, &users);
	CHECK_INT(users.harmed.count, 1);
	CHECK(users.harmed.items[0].so_before);
	results_end(&r);
	end(&f);
}

/* Nobody served the host before: its pods may start. */
static void new_hosts_may_start(void)
{
	struct fixture f = begin();
	struct results_fixture r;
	struct users users;

	results_begin(&r);
	add_traffic(&f, "web.shop", 20);
	run(&f, 120);
	int64_t shipped_ms = world_now_ms(f.world);
	put_service(&f, "web", NULL);
	run(&f, 60);
	take(&f, &r, shipped_ms, -1, &users);
	CHECK_INT(users.harmed.count, 1); /* not yet */
	put_service(&f, "web", "good-1");
	run(&f, 120);
	take(&f, &r, shipped_ms, -1, &users);
	CHECK_INT(users.harmed.count, 0);
	results_end(&r);
	end(&f);
}

TESTS({ "requests that are answered are no harm", all_is_well },
      { "failures beyond those of before are harm, with their cause", failures_are_harm },
      { "failures as before are told as such", failures_of_before_are_told },
      { "a host that is new may start", new_hosts_may_start })
