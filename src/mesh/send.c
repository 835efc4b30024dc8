/* send - one second of requests: spread over upstreams, tried, retried and counted */
#include "mesh/inside.h"

#include "base/arena.h"
#include "world/world.h"

/* Each outcome as the reporters source and destination label it. */
static const struct reply replies[OUTCOME_COUNT][REPORTER_COUNT] = {
	[OUTCOME_OK] = { { 200, "-" }, { 200, "-" } },
	[OUTCOME_ERROR] = { { 500, "-" }, { 500, "-" } },
	[OUTCOME_TIMEOUT] = { { 504, "UT" }, { 0, "DC" } },
};

/* One try of requests on their way. */
struct batch {
	struct mesh *mesh;
	struct source *source;
	const struct route *route;
	bool mirrored;
	bool last; /* an error is not tried again */
};

static void tally(struct source *source, const uint64_t counts[SAMPLE_BUCKETS], bool failed)
{
	struct tally *t = &source->points->tally;

	for (uint32_t i = 0; i < SAMPLE_BUCKETS; i++) {
		t->buckets[i] += counts[i];
		t->requests += counts[i];
		t->failures += failed ? counts[i] : 0;
	}
}

static void count_at(const struct batch *b, struct lane *lane, enum outcome outcome,
		     enum reporter reporter, const uint64_t counts[SAMPLE_BUCKETS])
{
	struct stream **stream = &lane->streams[outcome][reporter];

	if (!b->route->counted)
		return;
	if (!*stream)
		*stream = mesh_stream(b->mesh, b->source, lane->target, lane->cluster->service,
				      reporter, replies[outcome][reporter]);
	if (*stream)
		mesh_stream_add(*stream, counts);
}

/* Failures that the program is to blame for, or the route's timeout. */
static void note_answer(const struct batch *b, const struct lane *lane, enum outcome outcome,
			uint64_t count)
{
	SCRATCH(scratch);
	const struct workload *w = lane->target->workload;
	struct str owner = b->route->owner;
	struct refusal refusal = { .reply = replies[outcome][REPORTER_SOURCE] };

	if (outcome == OUTCOME_TIMEOUT)
		refusal.why = str_printf(scratch, "%.*s answers later than the timeout of %.*s",
					 STR_FMT(w->id), STR_FMT(owner));
	else
		refusal.why = str_printf(scratch, "%.*s answers with errors", STR_FMT(w->id));
	mesh_note_failures(b->mesh, b->source, &refusal, count);
}

/* Counts requests of one lane with the same outcome. tell: they are not retried, the client gets
 * the answer. */
static void finish(const struct batch *b, struct lane *lane, enum outcome outcome, uint64_t count,
		   bool tell)
{
	uint64_t counts[SAMPLE_BUCKETS] = {};

	if (!count)
		return;
	if (outcome == OUTCOME_TIMEOUT)
		counts[mesh_latency_bucket(b->route->timeout_us)] = count;
	else
		mesh_latency_spread(&lane->target->latency, &b->source->random, count, counts);
	count_at(b, lane, outcome, REPORTER_DESTINATION, counts);
	if (!tell || b->mirrored)
		return;
	count_at(b, lane, outcome, REPORTER_SOURCE, counts);
	tally(b->source, counts, outcome != OUTCOME_OK);
	if (outcome != OUTCOME_OK)
		note_answer(b, lane, outcome, count);
}

/* Returns how many must be tried again. */
static uint64_t try_lane(const struct batch *b, struct lane *lane, uint64_t count)
{
	struct random *r = &b->source->random;
	const struct target *target = lane->target;
	uint64_t late = 0;

	target->workload->cpu_us += count * target->behaviour.cpu_us;
	target->workload->requested_ms = world_now_ms(b->mesh->options.world);
	if (b->route->timeout_us && !b->mirrored) {
		uint64_t in_time = mesh_latency_below_ppm(&target->latency, b->route->timeout_us);
		late = mesh_sample_binomial(r, count, mesh_chance_of_ppm(1000000 - in_time));
	}
	uint64_t errors = mesh_sample_binomial(r, count - late, target->error_chance);
	finish(b, lane, OUTCOME_OK, count - late - errors, /* tell= */ true);
	finish(b, lane, OUTCOME_ERROR, errors, b->last);
	finish(b, lane, OUTCOME_TIMEOUT, late, /* tell= */ true);
	return b->last ? 0 : errors;
}

/* An answer that no pod gave; without a code there was no connection, and nobody reports it. */
static void refuse(const struct batch *b, struct key service, const struct refusal *refusal,
		   uint64_t count)
{
	uint64_t counts[SAMPLE_BUCKETS] = { count };
	struct reply reply = refusal->reply;
	bool failed = !reply.code || reply.code >= 400;

	if (!count || b->mirrored)
		return;
	struct stream *stream = NULL;
	if (b->route->counted && reply.code)
		stream = mesh_stream(b->mesh, b->source, NULL, service, REPORTER_SOURCE, reply);
	if (stream)
		mesh_stream_add(stream, counts);
	tally(b->source, counts, failed);
	if (failed)
		mesh_note_failures(b->mesh, b->source, refusal, count);
}

/* The share of each target, by its ready pods. */
static uint64_t try_all(const struct batch *b, struct upstream *upstream, uint64_t count)
{
	const struct cluster *cluster = upstream->cluster;
	uint64_t endpoints = cluster->endpoints, again = 0;

	for (uint32_t i = 0; i < cluster->targets.count && count; i++) {
		uint32_t pods = cluster->targets.items[i].pods;
		uint64_t share = mesh_sample_binomial(&b->source->random, count,
						      mesh_chance_of(pods, endpoints));
		struct lane *lane = &upstream->lanes[i];
		if (share && refuses(&lane->refusal))
			refuse(b, cluster->service, &lane->refusal, share);
		else if (share)
			again += try_lane(b, lane, share);
		count -= share;
		endpoints -= pods;
	}
	return again;
}

static void forward(struct batch *b, struct upstream *upstream, uint64_t count)
{
	const struct cluster *cluster = upstream->cluster;

	if (refuses(&upstream->refusal)) {
		refuse(b, cluster->service, &upstream->refusal, count);
		return;
	}
	bool retries = b->route->retries_errors && !b->mirrored;
	for (uint32_t attempt = 0; count; attempt++) {
		b->last = !retries || attempt == b->route->attempts;
		count = try_all(b, upstream, count);
	}
}

static void forward_all(struct batch *b, uint64_t count)
{
	const struct route *route = b->route;
	struct random *r = &b->source->random;
	uint64_t weight = route->weight, left = count;

	for (uint32_t i = 0; i < route->upstream_count; i++) {
		struct upstream *upstream = &route->upstreams[i];
		uint64_t share =
			mesh_sample_binomial(r, left, mesh_chance_of(upstream->weight, weight));
		forward(b, upstream, share);
		left -= share;
		weight -= upstream->weight;
	}
	b->mirrored = true;
	for (uint32_t i = 0; i < route->mirror_count; i++)
		forward(b, &route->mirrors[i],
			mesh_sample_binomial(r, count, route->mirrors[i].chance));
}

void mesh_send(struct mesh *mesh, struct source *source)
{
	const struct route *route = &source->route;
	uint64_t count = mesh_sample_arrivals(&source->random, source->traffic.milli_rps);
	struct batch batch = { .mesh = mesh, .source = source, .route = route };

	if (!count)
		return;
	if (!route->resolved) {
		source->points->unresolved += count;
		return;
	}
	if (refuses(&route->refusal)) {
		refuse(&batch, (struct key){}, &route->refusal, count);
		return;
	}
	uint64_t aborted = mesh_sample_binomial(&source->random, count, route->abort_chance);
	refuse(&batch, (struct key){}, &route->abort, aborted);
	forward_all(&batch, count - aborted);
}
