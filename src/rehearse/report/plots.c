/* plots - small plots of a rehearsal: what users saw, how many pods there were */
#include "base/ink.h"
#include "rehearse/measures.h"
#include "rehearse/record.h"
#include "rehearse/report.h"

static const char *const bars[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };

/* share: 0 to 1 */
static void add_bar(struct ink *out, double share)
{
	int last = (int)ARRAY_COUNT(bars) - 1;
	int level = (int)(share * last + 0.5);

	ink_printf(out, "%s", bars[MIN(MAX(level, 0), last)]);
}

void plot_weights(struct ink *out, const struct recorded_canary *c)
{
	if (!c->routes.count)
		return;
	ink_printf(out, "  weight    ");
	for (uint32_t i = 0; i < c->routes.count; i++)
		add_bar(out, (double)c->routes.items[i].canary / 100);
	for (uint32_t i = 0; i < c->routes.count; i++)
		ink_printf(out, " %lld", (long long)c->routes.items[i].canary);
	ink_printf(out, " %%\n");
}

static double failures_in(const struct host_measure *m, uint32_t column)
{
	uint64_t all = m->column_requests[column];
	return all ? (double)m->column_failures[column] / (double)all : 0;
}

static double worst_failures(const struct host_measure *m)
{
	double worst = 0;

	for (uint32_t i = 0; i < MEASURES_COLUMNS; i++)
		worst = MAX(worst, failures_in(m, i));
	return worst;
}

/* A blank where there were no requests. */
static void add_share(struct ink *out, const struct host_measure *m, uint32_t column, double share)
{
	if (m->column_requests[column])
		add_bar(out, share);
	else
		ink_printf(out, " ");
}

static void plot_host(struct ink *out, const struct host_measure *m, uint32_t columns)
{
	double worst = worst_failures(m);

	ink_printf(out, "  %.*s: %llu requests, %.3f %% failed", STR_FMT(m->host),
		   (unsigned long long)m->requests,
		   (double)m->failures * 100 / (double)m->requests);
	if (m->p99_us)
		ink_printf(out, ", p99 at most %.1f ms", (double)m->p99_us / 1000);
	ink_printf(out, "\n");
	if (worst > 0) {
		ink_printf(out, "    failed ");
		for (uint32_t i = 0; i < columns; i++)
			add_share(out, m, i, failures_in(m, i) / worst);
		ink_printf(out, "  at most %.2f %%\n", worst * 100);
	}
	if (!m->p99_us) /* answered on the way: a redirect */
		return;
	ink_printf(out, "    p99    ");
	for (uint32_t i = 0; i < columns; i++)
		add_share(out, m, i, (double)m->column_p99_us[i] / (double)m->p99_us);
	ink_printf(out, "\n");
}

void plot_hosts(struct ink *out, const struct measures *m)
{
	for (uint32_t i = 0; i < m->hosts.count; i++)
		plot_host(out, &m->hosts.items[i], m->columns);
}

void plot_workloads(struct ink *out, const struct measures *m)
{
	for (uint32_t i = 0; i < m->workloads.count; i++) {
		const struct workload_measure *w = &m->workloads.items[i];
		ink_printf(out, "  ");
		for (uint32_t c = 0; c < m->columns; c++)
			add_bar(out, (double)w->column[c] / (double)w->most);
		ink_printf(out, "  %.*s/%.*s, ", STR_FMT(w->key.namespace), STR_FMT(w->key.name));
		if (w->least == w->most)
			ink_printf(out, "%lld\n", (long long)w->most);
		else
			ink_printf(out, "%lld to %lld\n", (long long)w->least, (long long)w->most);
	}
}
