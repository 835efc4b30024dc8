/* telemetry - Istio's standard metrics: label sets, counters, scrapes, ends */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "kube/service_host.h"
#include "mesh/inside.h"
#include "metrics/series.h"
#include "world/world.h"

enum { LABELS_MAX = 32 };

#define UNKNOWN STR("unknown")
#define MESH_ID "Kubernetes"

struct labels {
	struct arena *arena;
	struct label items[LABELS_MAX];
	uint32_t count;
};

static void add(struct labels *l, struct str name, struct str value)
{
	assert(l->count < LABELS_MAX);
	l->items[l->count++] = (struct label){ name, value };
}

static struct str or_unknown(struct str text)
{
	return text.len ? text : UNKNOWN;
}

static struct str principal(struct arena *arena, struct str namespace, struct str account)
{
	return str_printf(arena, "spiffe://cluster.local/ns/%.*s/sa/%.*s", STR_FMT(namespace),
			  STR_FMT(account));
}

static void add_source(struct labels *l, const struct source *source)
{
	const struct mesh_traffic *t = &source->traffic;
	bool gateway = source->gateway;
	struct str workload = t->source_workload, namespace = t->source_namespace;

	if (!workload.len)
		workload = gateway ? STR("istio-ingressgateway") : STR("clients");
	if (!namespace.len)
	namespace = gateway ? STR("istio-system") : service_host_key(t->host, STR_NONE).namespace;
	add(l, STR("source_workload"), workload);
	add(l, STR("source_workload_namespace"), namespace);
	add(l, STR("source_app"), workload);
	add(l, STR("source_version"), UNKNOWN);
	add(l, STR("source_principal"), principal(l->arena, namespace, STR("default")));
	add(l, STR("source_canonical_service"), workload);
	add(l, STR("source_canonical_revision"), STR("latest"));
	add(l, STR("source_cluster"), STR(MESH_ID));
}

static void add_target(struct labels *l, const struct target *t)
{
	struct str namespace = t ? t->workload->namespace : UNKNOWN;

	add(l, STR("destination_workload"), t ? t->name : UNKNOWN);
	add(l, STR("destination_workload_namespace"), namespace);
	add(l, STR("destination_app"), t ? or_unknown(t->app) : UNKNOWN);
	add(l, STR("destination_version"), t ? or_unknown(t->version) : UNKNOWN);
	add(l, STR("destination_principal"),
	    t ? principal(l->arena, namespace, t->account) : UNKNOWN);
	add(l, STR("destination_canonical_service"), t ? t->canonical_service : UNKNOWN);
	add(l, STR("destination_canonical_revision"), t ? t->canonical_revision : STR("latest"));
	add(l, STR("destination_cluster"), t ? STR(MESH_ID) : UNKNOWN);
}

static void add_service(struct labels *l, struct key service)
{
	struct str host = UNKNOWN;

	if (service.name.len)
		host = service_host_text(l->arena, service);
	add(l, STR("destination_service"), host);
	add(l, STR("destination_service_name"), or_unknown(service.name));
	add(l, STR("destination_service_namespace"), or_unknown(service.namespace));
}

static void add_reply(struct labels *l, enum reporter reporter, struct reply reply)
{
	bool server = reporter == REPORTER_DESTINATION;

	add(l, STR("reporter"), server ? STR("destination") : STR("source"));
	add(l, STR("request_protocol"), STR("http"));
	add(l, STR("response_code"), str_printf(l->arena, "%d", reply.code));
	add(l, STR("response_flags"), str_from_cstr(reply.flag));
	add(l, STR("connection_security_policy"), server ? STR("mutual_tls") : UNKNOWN);
}

/* Of both metrics; false when the store is full. */
static bool make_series(struct mesh *mesh, struct stream *stream, struct labels *l)
{
	struct metrics *store = mesh->options.metrics;
	struct labelset set;
	struct error err;
	uint32_t name = l->count;

	add(l, LABEL_NAME, STR("istio_requests_total"));
	if (counter_init(&stream->requests, store, l->items, l->count, &err) < 0)
		return false;
	l->items[name].value = STR("istio_request_duration_milliseconds");
	return labelset_make(l->arena, l->items, l->count, &set, &err) == 0 &&
	       histogram_init(&stream->durations, store, set, &histogram_istio, &err) == 0;
}

static struct str key_of(const struct labels *l)
{
	struct buf buf;

	buf_init(&buf, l->arena);
	for (uint32_t i = 0; i < l->count; i++) {
		buf_add(&buf, l->items[i].value);
		buf_add_char(&buf, '\n');
	}
	return buf_str(&buf);
}

struct stream *mesh_stream(struct mesh *mesh, const struct source *source,
			   const struct target *target, struct key service, enum reporter reporter,
			   struct reply reply)
{
	SCRATCH(scratch);
	struct labels labels = { .arena = scratch };

	add_source(&labels, source);
	add_target(&labels, target);
	add_service(&labels, service);
	add_reply(&labels, reporter, reply);
	struct str key = key_of(&labels);
	struct stream *stream = map_get(&mesh->streams, key);
	if (stream || mesh->streams.count >= MESH_STREAMS_MAX)
		return stream;
	stream = arena_one(mesh->arena, struct stream);
	stream->workload = reporter == REPORTER_DESTINATION ? target->workload : NULL;
	if (!make_series(mesh, stream, &labels))
		return NULL;
	map_put(&mesh->streams, str_copy(mesh->arena, key), stream);
	return stream;
}

/* The middle of each bucket in milliseconds, for sums. */
static double middle_ms(uint32_t bucket)
{
	double low = bucket ? histogram_istio.upper[bucket - 1] : 0;

	return bucket < histogram_istio.count ? (low + histogram_istio.upper[bucket]) / 2 : low;
}

void mesh_stream_add(struct stream *stream, const uint64_t counts[SAMPLE_BUCKETS])
{
	stream->live = true;
	for (uint32_t i = 0; i < SAMPLE_BUCKETS; i++) {
		if (!counts[i])
			continue;
		stream->requests.count += counts[i];
		histogram_add(&stream->durations, i, counts[i], middle_ms(i) * (double)counts[i]);
	}
}

/* Ends the series of a workload without pods: their counters are gone with them. */
static void end(struct stream *stream, int64_t now_ms)
{
	counter_stale(&stream->requests, now_ms);
	histogram_stale(&stream->durations, now_ms);
	stream->requests.count = 0;
	memset(stream->durations.counts, 0, sizeof(stream->durations.counts));
	stream->durations.sum = 0;
	stream->live = false;
}

static void add_points(struct mesh *mesh, int64_t now_ms)
{
	for (uint32_t i = 0; i < mesh->hosts.count; i++) {
		struct host_points *h = mesh->hosts.items[i];
		struct tally *t = &h->tally;
		VEC_PUSH(mesh->arena, &h->points,
			 (struct mesh_point){
				 .at_ms = now_ms,
				 .requests = t->requests,
				 .failures = t->failures,
				 .p50_us = mesh_buckets_quantile_us(t->buckets, 500),
				 .p99_us = mesh_buckets_quantile_us(t->buckets, 990),
			 });
		h->requests += t->requests;
		h->failures += t->failures;
		*t = (struct tally){};
	}
}

void mesh_scrape(struct mesh *mesh, int64_t now_ms)
{
	for (uint32_t i = 0; i < mesh->streams.count; i++) {
		struct stream *stream = mesh->streams.entries[i].value;
		if (!stream->live)
			continue;
		if (stream->workload && !stream->workload->alive) {
			end(stream, now_ms);
			continue;
		}
		counter_scrape(&stream->requests, now_ms);
		histogram_scrape(&stream->durations, now_ms);
	}
	add_points(mesh, now_ms);
}
