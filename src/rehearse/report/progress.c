/* progress - a rehearsal under way, in one line */
#include "base/arena.h"
#include "base/buf.h"
#include "api/cache.h"
#include "deliver/repository.h"
#include "kube/health.h"
#include "rehearse/record.h"
#include "rehearse/report.h"
#include "rehearse/results.h"

static void add_shipped(const struct rehearsal_results *r, struct buf *out)
{
	const struct revision *now = r->current;
	int64_t s = r->virtual_ms / 1000;

	buf_printf(out, "%02d:%02d:%02d", (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
	if (!now)
		return;
	buf_printf(out, "  %.*s (%.*s)", STR_FMT(now->label), STR_FMT(str_sub(now->hash, 0, 8)));
	if (r->record->ended)
		buf_add(out, STR(", again"));
}

/* What it waits for: Kustomizations that are not there yet, then Canaries under way. */
static void add_kustomizations(const struct rehearsal_results *r, struct arena *arena,
			       struct buf *out)
{
	struct objects all = cache_list(r->cluster, arena, KIND_KUSTOMIZATION, STR_NONE);
	const struct object *waits = NULL;
	uint32_t count = 0;

	for (uint32_t i = 0; i < all.count; i++) {
		if (condition_is_true(all.items[i]->root, "Ready"))
			continue;
		count++;
		waits = waits ? waits : all.items[i];
	}
	if (waits)
		buf_printf(out, "  %u of %u Kustomizations, %.*s among them", count, all.count,
			   STR_FMT(waits->key.name));
}

static void add_canaries(const struct rehearsal_results *r, struct arena *arena, struct buf *out)
{
	struct objects all = cache_list(r->cluster, arena, KIND_CANARY, STR_NONE);

	for (uint32_t i = 0; i < all.count; i++) {
		const struct node *status = node_get(all.items[i]->root, STR("status"));
		int64_t weight = node_int_at(status, "canaryWeight", 0);
		buf_printf(out, "  %.*s %.*s", STR_FMT(all.items[i]->key.name),
			   STR_FMT(node_str_at(status, "phase")));
		if (weight)
			buf_printf(out, " %lld %%", (long long)weight);
	}
}

void report_progress(const struct rehearsal_results *r, struct buf *out)
{
	SCRATCH(scratch);

	add_shipped(r, out);
	add_kustomizations(r, scratch, out);
	add_canaries(r, scratch, out);
}
