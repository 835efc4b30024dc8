/* kustomization_status - conditions of a Kustomization, and the events that go with them */
#include "base/arena.h"
#include "base/duration.h"
#include "deliver/kustomization.h"
#include "doc/make.h"
#include "kube/health.h"

enum { INTERVAL_MS = 600000, TIMEOUT_LEAST_MS = 30000 };

int64_t kustomization_interval_ms(const struct work *w)
{
	return flux_duration_ms(node_at(w->root, "spec.interval"), INTERVAL_MS);
}

int64_t kustomization_retry_ms(const struct work *w)
{
	return flux_duration_ms(node_at(w->root, "spec.retryInterval"),
				kustomization_interval_ms(w));
}

int64_t kustomization_timeout_ms(const struct work *w)
{
	int64_t fallback = kustomization_interval_ms(w) - TIMEOUT_LEAST_MS;
	int64_t own = flux_duration_ms(node_at(w->root, "spec.timeout"), fallback);

	return MAX(own, (int64_t)TIMEOUT_LEAST_MS);
}

struct str kustomization_elapsed(const struct work *w)
{
	int64_t ms = MAX(w->view->now_ms - w->memory->started_ms, 1);
	return duration_format(w->arena, ms * 1000000);
}

static const struct node *set(const struct work *w, const struct node *list, const char *type,
			      const char *status, enum flux_reason reason, struct str message)
{
	struct condition c = { .type = str_from_cstr(type),
			       .status = str_from_cstr(status),
			       .reason = flux_reason_text(reason),
			       .message = message,
			       .observed_generation = w->memory->generation };

	return condition_set(w->arena, list, &c, view_now(w->view));
}

static const struct node *drop(const struct work *w, const struct node *list, const char *type)
{
	for (uint32_t i = 0; i < node_item_count(list); i++)
		if (str_equal(node_str_at(node_item(list, i), "type"), str_from_cstr(type)))
			return node_list_without(w->arena, list, i);
	return list;
}

/* Writes the status with these conditions; the spec counts as seen. */
static void write(struct work *w, const struct node *conditions)
{
	w->status = node_with(w->arena, w->status, STR("conditions"), conditions);
	w->status = node_with(w->arena, w->status, STR("observedGeneration"),
			      node_int(w->arena, w->memory->generation));
	plan_status_always(w->plan, w->object, w->status);
}

static void look_again(struct work *w, int64_t after_ms)
{
	w->memory->next_ms = w->view->now_ms + after_ms;
	plan_requeue(w->plan, after_ms);
}

static bool waits(const struct work *w)
{
	return node_bool_at(w->root, "spec.wait", false) ||
	       node_item_count(node_at(w->root, "spec.healthChecks"));
}

void kustomization_ready(struct work *w)
{
	const struct node *list = node_get(w->status, STR("conditions"));
	int64_t interval_ms = kustomization_interval_ms(w);
	struct str took = kustomization_elapsed(w);
	struct str healthy = str_printf(w->arena, "Health check passed in %.*s", STR_FMT(took));

	if (!w->revision.len) /* a health check ended: the revision it was for */
		w->revision = node_str_at(w->root, "status.lastAttemptedRevision");
	struct str message = str_printf(w->arena, "Applied revision: %.*s", STR_FMT(w->revision));
	list = drop(w, drop(w, list, "Reconciling"), "Stalled");
	list = set(w, list, "Ready", "True", FLUX_RECONCILIATION_SUCCEEDED, message);
	list = waits(w) ? set(w, list, "Healthy", "True", FLUX_SUCCEEDED, healthy)
			: drop(w, list, "Healthy");
	const struct node *revision = node_str(w->arena, w->revision);
	w->status = node_with(w->arena, w->status, STR("lastAppliedRevision"), revision);
	w->status = node_with(w->arena, w->status, STR("lastAttemptedRevision"), revision);
	write(w, list);
	plan_event(w->plan, w->object, /* warning= */ false,
		   flux_reason_text(FLUX_RECONCILIATION_SUCCEEDED),
		   "Reconciliation finished in %.*s, next run in %.*s", STR_FMT(took),
		   STR_FMT(duration_format(w->arena, interval_ms * 1000000)));
	look_again(w, interval_ms);
}

void kustomization_not_ready(struct work *w, enum flux_reason reason, struct str message, bool tell,
			     int64_t after_ms)
{
	const struct node *list = node_get(w->status, STR("conditions"));
	bool waiting = reason == FLUX_DEPENDENCY_NOT_READY;

	list = set(w, list, "Ready", "False", reason, message);
	list = waiting ? drop(w, list, "Reconciling")
		       : set(w, list, "Reconciling", "True", FLUX_PROGRESSING_WITH_RETRY, message);
	if (w->revision.len)
		w->status = node_with(w->arena, w->status, STR("lastAttemptedRevision"),
				      node_str(w->arena, w->revision));
	write(w, list);
	if (tell)
		plan_event(w->plan, w->object, /* warning= */ true, flux_reason_text(reason),
			   "%.*s", STR_FMT(message));
	look_again(w, after_ms);
}

void kustomization_unhealthy(struct work *w, struct str list)
{
	const struct node *conditions = node_get(w->status, STR("conditions"));
	struct str message = str_printf(w->arena, "health check failed after %.*s: %.*s",
					STR_FMT(kustomization_elapsed(w)), STR_FMT(list));

	conditions = set(w, conditions, "Healthy", "False", FLUX_HEALTH_CHECK_FAILED, list);
	w->status = node_with(w->arena, w->status, STR("conditions"), conditions);
	kustomization_not_ready(w, FLUX_HEALTH_CHECK_FAILED, message, /* tell= */ true,
				kustomization_retry_ms(w));
}

void kustomization_waiting(struct work *w, const struct node *inventory)
{
	const struct node *list = node_get(w->status, STR("conditions"));
	int64_t limit_ms = w->memory->deadline_ms - w->view->now_ms;
	struct str message = str_printf(
		w->arena, "Running health checks for revision %.*s with a timeout of %.*s",
		STR_FMT(w->revision), STR_FMT(duration_format(w->arena, limit_ms * 1000000)));

	list = set(w, list, "Reconciling", "True", FLUX_PROGRESSING, message);
	list = set(w, list, "Ready", "Unknown", FLUX_PROGRESSING,
		   STR("Reconciliation in progress"));
	list = set(w, list, "Healthy", "Unknown", FLUX_PROGRESSING, message);
	w->status = node_with(w->arena, w->status, STR("inventory"), inventory);
	w->status = node_with(w->arena, w->status, STR("lastAttemptedRevision"),
			      node_str(w->arena, w->revision));
	write(w, list);
}
