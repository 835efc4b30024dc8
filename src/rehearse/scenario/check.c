/* check - errors for names in a scenario that the cluster does not have */
#include "rehearse/scenario/check.h"

#include "api/cache.h"
#include "deliver/repository.h"
#include "kube/service_host.h"
#include "rehearse/faults.h"
#include "rehearse/results.h"
#include "rehearse/revision_state.h"
#include "rehearse/scenario.h"

static uint32_t place_of(const struct node *n)
{
	return n ? n->position : ERROR_NO_POSITION;
}

static int check_workloads(const struct scenario *s, const struct rehearsal_results *r,
			   struct error *err)
{
	for (uint32_t i = 0; i < s->workloads.count; i++) {
		const struct scenario_workload *w = &s->workloads.items[i];
		if (repository_find(r->repository, w->kind, w->key))
			continue;
		error_set(err, ERROR_INPUT, place_of(w->node),
			  "the scenario speaks of %.*s/%.*s/%.*s, which no revision has",
			  STR_FMT(w->kind), STR_FMT(w->key.namespace), STR_FMT(w->key.name));
		return error_hint(err, "write the target as Kind/namespace/name");
	}
	return 0;
}

static bool has_webhook(const struct rehearsal_results *r, struct str name)
{
	SCRATCH(scratch);
	struct objects all = cache_list(r->cluster, scratch, KIND_CANARY, STR_NONE);

	for (uint32_t i = 0; i < all.count; i++) {
		const struct node *hooks = node_at(all.items[i]->root, "spec.analysis.webhooks");
		for (uint32_t k = 0; k < node_item_count(hooks); k++)
			if (str_equal(node_str_at(node_item(hooks, k), "name"), name))
				return true;
	}
	return false;
}

static int check_webhooks(const struct scenario *s, const struct rehearsal_results *r,
			  struct error *err)
{
	for (uint32_t i = 0; i < s->webhooks.count; i++) {
		const struct scenario_webhook *w = &s->webhooks.items[i];
		if (!w->calls && !has_webhook(r, w->name))
			return error_set(err, ERROR_INPUT, place_of(w->node),
					 "the scenario answers a webhook '%.*s', which no Canary "
					 "has",
					 STR_FMT(w->name));
	}
	return 0;
}

static int check_ships(const struct scenario *s, const struct rehearsal_results *r,
		       struct error *err)
{
	for (uint32_t i = 0; i < s->ships.count; i++) {
		const struct scenario_ship *ship = &s->ships.items[i];
		if (ship->step <= r->states->count)
			continue;
		return error_set(err, ERROR_INPUT, place_of(ship->node),
				 "the scenario ships step %lld; there are %u revisions",
				 (long long)ship->step, r->states->count);
	}
	return 0;
}

static int check_others(const struct scenario *s, const struct rehearsal_results *r,
			struct error *err)
{
	for (uint32_t i = 0; i < s->others.count; i++) {
		const struct scenario_other *other = &s->others.items[i];
		bool found = false;
		for (uint32_t k = 0; k < r->states->count; k++)
			found = found ||
				str_starts(r->states->items[k].revision->hash, other->before);
		if (!found)
			return error_set(err, ERROR_INPUT, place_of(other->node),
					 "no revision is '%.*s', before which others change the "
					 "cluster",
					 STR_FMT(other->before));
	}
	return 0;
}

/* A host that a revision had is one, too: its users see that it goes. */
static bool host_is_real(const struct rehearsal_results *r, struct str host)
{
	struct key service = service_host_key(host, STR(""));

	return faults_host_is_real(r->faults, host) ||
	       (service.name.len && repository_find(r->repository, STR("Service"), service));
}

static int check_traffic(const struct scenario *s, const struct rehearsal_results *r,
			 struct error *err)
{
	for (uint32_t i = 0; i < s->traffic.count; i++) {
		const struct scenario_traffic *t = &s->traffic.items[i];
		if (host_is_real(r, t->host))
			continue;
		error_set(err, ERROR_INPUT, place_of(t->node),
			  "the scenario sends requests to '%.*s', which no Service or "
			  "VirtualService has",
			  STR_FMT(t->host));
		return error_hint(err, "write a host like service.namespace, or one of a "
				       "VirtualService");
	}
	return 0;
}

int scenario_check(const struct scenario *s, const struct rehearsal_results *r, struct error *err)
{
	if (check_workloads(s, r, err) < 0 || check_webhooks(s, r, err) < 0 ||
	    check_traffic(s, r, err) < 0 || check_ships(s, r, err) < 0 ||
	    check_others(s, r, err) < 0)
		return -1;
	return faults_check(r->faults, r->repository, err);
}
