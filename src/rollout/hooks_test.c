/* hooks_test - what answers of webhooks mean for a release */
#include "doc/secret.h"
#include "rollout/tick_test.h"

/* A tick with one hook of that type, answered with code; 0: not answered yet. */
static void begin(struct tick_fixture *x, struct fixture *f, const char *type,
		  struct answer *answer)
{
	struct str spec;

	*f = fixture_begin();
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, "
				 "spec: {selector: {matchLabels: {app: web}}}}"));
	spec = str_printf(f->arena,
			  "{targetRef: {kind: Deployment, name: web}, analysis: {webhooks: [{name: "
			  "gate, type: %s, url: u}]}}",
			  type);
	CHECK(!tick_begin(x, f, str_cstr(f->arena, spec)).ptr);
	if (!answer->code)
		return;
	answer->name = STR("webhook/0/0");
	fixture_answer(f, *answer);
}

static void hooks_halt_a_release(void)
{
	static const struct {
		const char *type;
		bool (*check)(struct tick *t);
		struct str passed, halted; /* what is told; absent: nothing */
	} cases[] = {
		{ "pre-rollout", hooks_pre_rollout, STR_INIT("Pre-rollout check gate passed"),
		  STR_INIT("Halt web.default advancement pre-rollout check gate failed no") },
		{ "rollout",
		  hooks_rollout,
		  { NULL, 0 },
		  STR_INIT("Halt web.default advancement external check gate failed no") },
		{ "confirm-rollout", hooks_confirm_rollout,
		  STR_INIT("Confirm-rollout check gate passed"),
		  STR_INIT("Halt web.default advancement waiting for approval gate") },
		{ "confirm-promotion", hooks_confirm_promotion,
		  STR_INIT("Confirm-promotion check gate passed"),
		  STR_INIT("Halt web.default advancement waiting for promotion approval gate") },
		{ "confirm-traffic-increase", hooks_confirm_traffic_increase,
		  STR_INIT("Confirm-traffic-increase check gate passed"),
		  STR_INIT("Halt web.default advancement waiting for traffic increase approval "
			   "gate") },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].type); i++)
		for (int good = 0; good < 2; good++) {
			struct answer answer = { .code = good ? 200 : 403, .text = STR("no") };
			struct fixture f;
			struct tick_fixture x;

			begin(&x, &f, cases[i].type, &answer);
			CHECK_INT(cases[i].check(&x.tick), good);
			CHECK_STR(fixture_event(&f, 0), good ? cases[i].passed : cases[i].halted);
			fixture_end(&f);
		}
}

static void a_closed_gate_is_told_of_once(void)
{
	static const struct {
		const char *type, *phase;
		bool (*check)(struct tick *t);
	} cases[] = {
		{ "confirm-rollout", "Waiting", hooks_confirm_rollout },
		{ "confirm-promotion", "WaitingPromotion", hooks_confirm_promotion },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].type); i++) {
		struct answer answer = { .code = 403 };
		struct fixture f;
		struct tick_fixture x;

		begin(&x, &f, cases[i].type, &answer);
		CHECK(!cases[i].check(&x.tick));
		CHECK_STR(x.tick.will.phase, str_from_cstr(cases[i].phase));
		CHECK_INT(f.plan.events.count, 1);
		x.tick.was.phase = str_from_cstr(cases[i].phase);
		CHECK(!cases[i].check(&x.tick));
		CHECK_INT(f.plan.events.count, 1);
		fixture_end(&f);
	}
}

/* Here a good answer is the bad news. */
static void a_rollback_hook_asks_for_a_rollback(void)
{
	for (int good = 0; good < 2; good++) {
		struct answer answer = { .code = good ? 200 : 403 };
		struct fixture f;
		struct tick_fixture x;

		begin(&x, &f, "rollback", &answer);
		CHECK_INT(hooks_rollback(&x.tick), good);
		CHECK_STR(fixture_event(&f, 0),
			  good ? STR("Rollback check gate passed")
			       : STR("Rollback hook gate not signaling a rollback"));
		fixture_end(&f);
	}
}

static void a_failing_hook_after_the_release_is_told_only(void)
{
	struct answer answer = { .code = 400, .text = STR("no") };
	struct fixture f;
	struct tick_fixture x;

	begin(&x, &f, "post-rollout", &answer);
	hooks_post_rollout(&x.tick, "Succeeded");
	CHECK_TEXT(fixture_event(&f, 0), "Post-rollout hook gate failed no");
	CHECK(!x.tick.pending);
	fixture_end(&f);
}

static void hooks_of_other_types_are_not_asked(void)
{
	struct answer none = { .code = 0 };
	struct fixture f;
	struct tick_fixture x;

	begin(&x, &f, "pre-rollout", &none);
	CHECK(hooks_rollout(&x.tick));
	CHECK(!hooks_rollback(&x.tick));
	CHECK(!x.tick.pending);
	CHECK(!hooks_pre_rollout(&x.tick));
	CHECK(x.tick.pending);
	CHECK_TEXT(node_str_at(x.tick.question.arguments, "timeout"), "10s");
	CHECK_TEXT(node_str_at(x.tick.question.arguments, "payload.phase"), "Progressing");
	fixture_end(&f);
}

static struct str checksum_of(const struct node *tracked, struct str applied)
{
	struct answer none = { .code = 0 };
	struct fixture f;
	struct tick_fixture x;

	begin(&x, &f, "pre-rollout", &none);
	x.tick.was.tracked = tracked;
	x.tick.was.applied = applied;
	CHECK(!hooks_pre_rollout(&x.tick));
	/* For longer than the fixture lives. */
	struct str sum = node_str_at(x.tick.question.arguments, "payload.checksum");
	static char kept[8][64];
	static int count;
	char *text = kept[count++ % 8];
	snprintf(text, sizeof(kept[0]), "%.*s", STR_FMT(sum));
	fixture_end(&f);
	return str_from_cstr(text);
}

/* Of one revision whatever the order of its members; secrets tell revisions apart. */
static void a_revision_has_a_checksum(void)
{
	SCRATCH(arena);
	struct str sum = checksum_of(node_make(arena, "{a: x, b: y}"), STR("1"));
	const struct node *x = node_marked_secret(arena, node_cstr(arena, "x"));
	const struct node *z = node_marked_secret(arena, node_cstr(arena, "z"));

	CHECK(sum.len > 0);
	CHECK_STR(checksum_of(node_make(arena, "{b: y, a: x}"), STR("1")), sum);
	CHECK_STR(checksum_of(node_make(arena, "{b: y, a: %n}", x), STR("1")), sum);
	CHECK(!str_equal(checksum_of(node_make(arena, "{b: y, a: %n}", z), STR("1")), sum));
	CHECK(!str_equal(checksum_of(node_make(arena, "{a: x, b: y}"), STR("2")), sum));
	CHECK(!str_equal(checksum_of(NULL, STR("1")), sum));
}

TESTS({ "a revision has a checksum", a_revision_has_a_checksum },
      { "hooks halt a release", hooks_halt_a_release },
      { "a closed gate emits one event", a_closed_gate_is_told_of_once },
      { "a rollback hook asks for a rollback", a_rollback_hook_asks_for_a_rollback },
      { "a failing post-rollout hook only emits an event",
	a_failing_hook_after_the_release_is_told_only },
      { "hooks of other types are not asked", hooks_of_other_types_are_not_asked })
