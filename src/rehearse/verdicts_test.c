/* verdicts_test - verdicts are kept, with the requests they stand on once those are counted */
#include "rehearse/verdicts.h"

#include "rehearse/rehearsal_test.h"

/* Keeps what is asked until the test answers. */
struct server {
	struct query_api api; /* first */
	char expression[256];
	query_fn done;
	void *context;
};

static uint64_t ask(struct query_api *api, const struct query_request *request, query_fn done,
		    void *context)
{
	struct server *server = (struct server *)api;

	snprintf(server->expression, sizeof(server->expression), "%.*s",
		 STR_FMT(request->expression));
	server->done = done;
	server->context = context;
	return 1;
}

static const struct query_table table = { .ask = ask };

static struct recorded_canary *begin(struct rehearsal_fixture *f)
{
	struct recorded_canary *c;

	rehearsal_begin(f);
	c = arena_one(f->arena, struct recorded_canary);
	c->key = (struct key){ STR("default"), STR("web") };
	VEC_PUSH(f->arena, &f->r.record.canaries, c);
	return c;
}

static void note(struct rehearsal_fixture *f, struct server *server, struct str metric)
{
	struct verdict verdict = { .metric = metric, .interval = STR("30s"), .value_micro = 7 };
	struct object *object = object_new(schemas_kind_by_id(f->r.platform->schemas, KIND_CANARY),
					   rehearsal_canary(f, "web"), NULL, NULL, 0);

	verdicts_note(&f->r.record, &server->api, object, &verdict);
	object_unref(object);
}

static void requests_are_counted_later(void)
{
	struct rehearsal_fixture f;
	struct server first = { { &table } }, second = first;
	struct recorded_canary *c = begin(&f);
	struct promql_value twelve = { .type = PROMQL_SCALAR, .scalar.value = 11.6 };
	struct error nobody = { .code = ERROR_OUTSIDE };

	note(&f, &first, STR("rate"));
	note(&f, &second, STR("latency"));
	CHECK_INT(c->verdicts.count, 2);
	CHECK_TEXT(
		str_from_cstr(first.expression),
		"sum(increase(istio_requests_total{reporter=\"destination\","
		"destination_workload_namespace=\"default\",destination_workload=\"web\"}[30s]))");
	CHECK_INT(c->verdicts.items[0].requests, 0);
	first.done(first.context, &twelve, NULL);
	second.done(second.context, NULL, &nobody);
	CHECK_TEXT(c->verdicts.items[0].verdict.metric, "rate");
	CHECK_INT(c->verdicts.items[0].verdict.value_micro, 7);
	CHECK_INT(c->verdicts.items[0].requests, 12);
	CHECK_INT(c->verdicts.items[1].requests, 0);
	rehearsal_end(&f);
}

static void nothing_is_noted_of_the_unknown_or_after_the_end(void)
{
	struct rehearsal_fixture f;
	struct server server = { { &table } };
	struct recorded_canary *c = begin(&f);

	f.r.record.ended = true;
	note(&f, &server, STR("rate"));
	f.r.record.ended = false;
	c->key.name = STR("other");
	note(&f, &server, STR("rate"));
	CHECK_INT(c->verdicts.count, 0);
	CHECK(!server.done);
	rehearsal_end(&f);
}

TESTS({ "requests are counted later", requests_are_counted_later },
      { "unknown Canaries, and verdicts after the end, are not recorded",
	nothing_is_noted_of_the_unknown_or_after_the_end })
