/* plots_test - bars stand for shares, blanks for times without requests */
#include "base/arena.h"
#include "base/ink.h"
#include "base/test.h"
#include "rehearse/measures.h"
#include "rehearse/record.h"
#include "rehearse/report.h"

static void weights_are_bars_and_numbers(void)
{
	SCRATCH(arena);
	static const int64_t weights[] = { 0, 20, 50, 100 };
	struct recorded_canary c = {};
	struct buf out;
	struct ink ink = { .out = &out };

	buf_init(&out, arena);
	plot_weights(&ink, &c);
	CHECK_TEXT(buf_str(&out), "");
	for (size_t i = 0; i < ARRAY_COUNT(weights); i++) {
		struct canary_route route = { .primary = 100 - weights[i], .canary = weights[i] };
		VEC_PUSH(arena, &c.routes, route);
	}
	plot_weights(&ink, &c);
	CHECK_TEXT(buf_str(&out), "  weight    ▁▂▅█ 0 20 50 100 %\n");
}

static void hosts_show_failures_and_times(void)
{
	SCRATCH(arena);
	struct host_measure host = { .host = STR("web.default"),
				     .requests = 300,
				     .failures = 3,
				     .p99_us = 80000,
				     .column_requests = { 100, 0, 200 },
				     .column_failures = { 0, 0, 3 },
				     .column_p99_us = { 10000, 0, 80000 } };
	struct measures m = { .columns = 3 };
	struct buf out;
	struct ink ink = { .out = &out };

	VEC_PUSH(arena, &m.hosts, host);
	buf_init(&out, arena);
	plot_hosts(&ink, &m);
	CHECK_TEXT(buf_str(&out),
		   "  web.default: 300 requests, 1.000 % failed, p99 at most 80.0 ms\n"
		   "    failed ▁ █  at most 1.50 %\n"
		   "    p99    ▂ █\n");
	m.hosts.items[0].failures = m.hosts.items[0].column_failures[2] = 0;
	m.hosts.items[0].p99_us = 0; /* answered on the way */
	buf_clear(&out);
	plot_hosts(&ink, &m);
	CHECK_TEXT(buf_str(&out), "  web.default: 300 requests, 0.000 % failed\n");
}

static void workloads_show_their_pods(void)
{
	SCRATCH(arena);
	struct workload_measure some = {
		.key = { STR("default"), STR("web") }, .least = 2, .most = 4, .column = { 4, 2, 4 }
	};
	struct workload_measure same = {
		.key = { STR("default"), STR("db") }, .least = 1, .most = 1, .column = { 1, 1, 1 }
	};
	struct measures m = { .columns = 3 };
	struct buf out;
	struct ink ink = { .out = &out };

	VEC_PUSH(arena, &m.workloads, some);
	VEC_PUSH(arena, &m.workloads, same);
	buf_init(&out, arena);
	plot_workloads(&ink, &m);
	CHECK_TEXT(buf_str(&out), "  █▅█  default/web, 2 to 4\n  ███  default/db, 1\n");
}

TESTS({ "weights are bars and numbers", weights_are_bars_and_numbers },
      { "hosts show failures and times", hosts_show_failures_and_times },
      { "workloads show their pods", workloads_show_their_pods })
