/*
 * scenario - topology, traffic, behaviour, answers, faults and expectations of a rehearsal
 *
 * Layer: rehearse. `apiVersion: forge.dev/v1alpha1, kind: Scenario`; documented in
 * docs/scenario.md. Several files count together: lists are appended, single values of later files
 * win. Everything has a default, so that a rehearsal needs none.
 */
#ifndef FORGE_REHEARSE_SCENARIO_H
#define FORGE_REHEARSE_SCENARIO_H

#include "base/error.h"
#include "base/vec.h"
#include "doc/set.h"
#include "doc/tree.h"
#include "kube/object.h"

/* How the pods of one revision of a workload behave. */
struct behavior {
	uint32_t error_ppm; /* requests answered 5xx, in millionths */
	int64_t p50_ms, p99_ms;
	int64_t start_ms;	    /* from bound to running; -1: by chance */
	int64_t listens_ms;	    /* from running to answering; -1: at once */
	int64_t crash_after_ms;	    /* -1: never */
	int64_t cpu_us_per_request; /* -1: unknown */
	int64_t memory_bytes;	    /* -1: unknown */
	bool tells_memory;	    /* else it is taken from the other revision, for metrics */
	bool never_ready;
	const struct node *node; /* where it is written; NULL: the default */
};

struct scenario_workload {
	struct str kind;
	struct key key;
	struct behavior from, to;
	const struct node *node;
};

struct scenario_traffic {
	struct str host; /* service.namespace, or a host of a Gateway */
	int64_t requests_per_s;
	const struct node *headers; /* map or NULL */
	const struct node *node;
};

struct scenario_webhook {
	struct str name;
	const struct node *answers; /* list of statuses or {code, body}; the last one repeats */
	uint32_t calls;
	const struct node *node;
};

/* A revision that is shipped while a Canary is in some state. */
struct scenario_ship {
	int64_t step; /* from 1 */
	struct str phase;
	int64_t weight; /* -1: any */
	const struct node *node;
};

/* A change of the cluster by another client before a revision. */
struct scenario_other {
	struct str before; /* a commit */
	struct str manager;
	struct str change; /* YAML text, or absent */
	struct str delete; /* likewise */
	const struct node *node;
};

enum fault_kind {
	FAULT_ERRORS,
	FAULT_LATENCY,
	FAULT_CRASH_LOOP,
	FAULT_NEVER_READY,
	FAULT_METRICS_GAP,
};

struct scenario_fault {
	enum fault_kind kind;
	int64_t after_ms, lasts_ms; /* from the shipping of `to` */
	struct str target;	    /* Kind/namespace/name, or a host; absent: all (metricsGap) */
	uint32_t error_ppm;
	int64_t latency_ms;
	const struct node *node; /* where the target is written, or the fault */
};

struct scenario {
	struct str name;
	int64_t zone_count; /* 0: 3 */
	int64_t node_count; /* 0: sized to the requests of the render */
	int64_t node_cpu_milli, node_memory_bytes;
	VEC(struct scenario_workload) workloads;
	VEC(struct scenario_traffic) traffic;
	VEC(struct scenario_webhook) webhooks;
	VEC(struct scenario_ship) ships;
	VEC(struct scenario_other) others;
	VEC(struct scenario_fault) faults;
	struct str expect_outcome; /* promoted, rolledBack; absent: promoted */
	int64_t expect_within_ms;  /* -1: any */
	int64_t expect_min_available;
	int64_t expect_error_ppm; /* most of them; -1: any */
};

void scenario_init(struct scenario *s);

/* Adds what a file says. Errors have the place of an unknown key or a wrong value. */
MUST_USE int scenario_read(struct scenario *s, struct docset *set, struct str path, struct str text,
			   struct error *err);

/* Whether the scenario states the CPU or memory usage of any workload. */
bool scenario_tells_usage(const struct scenario *s);

/* The behaviour of a workload's pods; is_new: of a revision after the first. */
const struct behavior *scenario_behavior(const struct scenario *s, struct str kind, struct key key,
					 bool is_new);

#endif
