/* hooks - the webhooks of a Canary: gates, checks and events */
#include "base/arena.h"
#include "base/hash.h"
#include "doc/json.h"
#include "doc/make.h"
#include "doc/map_edit.h"
#include "kube/names.h"
#include "rollout/tick.h"

enum { ACCEPTED_LAST = 202, TOO_MANY_REQUESTS = 429, NOT_IMPLEMENTED = 501, RETRIES_MAX = 100 };

/* Stable within one revision. */
static struct str checksum(struct tick *t)
{
	const struct node *tracked = t->was.tracked ? t->was.tracked : node_null();
	struct str text =
		str_printf(t->arena, "%.*s %.*s",
			   STR_FMT(json_text(t->arena, tracked, JSON_SORT_KEYS | JSON_SECRETS)),
			   STR_FMT(t->was.applied));

	return names_hash_text(t->arena, hash32(text));
}

static const struct node *request(struct tick *t, const struct node *hook, struct str phase,
				  const struct node *metadata)
{
	struct str type = node_str_at(hook, "type"), timeout = node_str_at(hook, "timeout");
	const struct node *payload = node_make(
		t->arena, "{name: %s, namespace: %s, phase: %s, checksum: %s, metadata: %?n}",
		t->key.name, t->key.namespace, phase, checksum(t), metadata);

	return node_make(t->arena,
			 "{name: %s, url: %s, type: %s, timeout: %s, disableTLS: %b, payload: %n}",
			 node_str_at(hook, "name"), node_str_at(hook, "url"),
			 type.len ? type : STR("rollout"), timeout.len > 1 ? timeout : STR("10s"),
			 node_bool_at(hook, "disableTLS", false), payload);
}

/* The status codes for which go-retryablehttp retries. */
static bool is_retried(const struct answer *a)
{
	return a->code == 0 || a->code == TOO_MANY_REQUESTS ||
	       (a->code >= 500 && a->code != NOT_IMPLEMENTED);
}

static struct str gives_up(struct tick *t, const struct node *hook, const struct answer *a,
			   int64_t attempts)
{
	struct str url = node_str_at(hook, "url");
	struct str text = tick_fault(t, "POST %.*s giving up after %lld attempt(s)", STR_FMT(url),
				     (long long)attempts);

	if (a->code == 0 && a->text.len)
		text = tick_fault(t, "%.*s: %.*s", STR_FMT(text), STR_FMT(a->text));
	return text;
}

/* True when it was answered well; otherwise *ret_fault says why, or an answer is still awaited. */
static bool call(struct tick *t, uint32_t index, const struct node *hook, struct str phase,
		 struct str *ret_fault)
{
	int64_t retries = MIN(node_int_at(hook, "retries", 0), (int64_t)RETRIES_MAX);
	const struct node *arguments = request(t, hook, phase, node_get(hook, STR("metadata")));

	for (int64_t attempt = 0;; attempt++) {
		struct str name =
			str_printf(t->arena, "webhook/%u/%lld", index, (long long)attempt);
		const struct answer *a = tick_ask(t, STR("webhook"), name, arguments);
		*ret_fault = a ? a->text : STR_NONE;
		if (!a)
			return false;
		if (!is_retried(a))
			return a->code <= ACCEPTED_LAST;
		if (attempt >= retries) {
			*ret_fault = gives_up(t, hook, a, attempt + 1);
			return false;
		}
	}
}

/* The texts of the events of one type of webhook. */
struct texts {
	const char *type;
	const char *passed; /* "Pre-rollout check %s passed"; NULL: nothing */
	const char *halted; /* what follows "advancement "; the hook's name behind it */
	bool tells_why;
};

/* Calls the hooks of a type in order until one fails; returns that one, or NULL. */
static const struct node *run(struct tick *t, const struct texts *texts, struct str phase,
			      struct str *ret_fault)
{
	const struct node *hooks = node_get(t->analysis, STR("webhooks"));

	for (uint32_t i = 0; i < node_item_count(hooks); i++) {
		const struct node *hook = node_item(hooks, i);
		struct str type = node_str_at(hook, "type"), name = node_str_at(hook, "name");
		if (!type.len)
			type = STR("rollout");
		if (!str_equal(type, str_from_cstr(texts->type)))
			continue;
		if (!call(t, i, hook, phase, ret_fault))
			return hook;
		if (texts->passed)
			tick_tell(t, "%s check %.*s passed", texts->passed, STR_FMT(name));
	}
	return NULL;
}

static void halt(struct tick *t, const struct texts *texts, const struct node *hook,
		 struct str fault)
{
	struct str name = node_str_at(hook, "name");

	if (texts->tells_why)
		tick_warn(t, "Halt %.*s.%.*s advancement %s %.*s failed %.*s", STR_FMT(t->key.name),
			  STR_FMT(t->key.namespace), texts->halted, STR_FMT(name), STR_FMT(fault));
	else
		tick_warn(t, "Halt %.*s.%.*s advancement waiting for %s %.*s", STR_FMT(t->key.name),
			  STR_FMT(t->key.namespace), texts->halted, STR_FMT(name));
}

static bool check(struct tick *t, const struct texts *texts)
{
	struct str fault;
	const struct node *failed = run(t, texts, STR("Progressing"), &fault);

	if (failed)
		halt(t, texts, failed, fault);
	return !failed;
}

bool hooks_pre_rollout(struct tick *t)
{
	static const struct texts texts = { "pre-rollout", "Pre-rollout", "pre-rollout check",
					    true };

	return check(t, &texts);
}

bool hooks_rollout(struct tick *t)
{
	static const struct texts texts = { "rollout", NULL, "external check", true };

	return check(t, &texts);
}

bool hooks_confirm_traffic_increase(struct tick *t)
{
	static const struct texts texts = { "confirm-traffic-increase", "Confirm-traffic-increase",
					    "traffic increase approval", false };

	return check(t, &texts);
}

/* A closed gate emits one event; while the Canary waits, each tick calls the gate again without
 * one. */
bool hooks_confirm_rollout(struct tick *t)
{
	static const struct texts texts = { "confirm-rollout", "Confirm-rollout", "approval",
					    false };
	struct str fault;
	const struct node *failed = run(t, &texts, t->was.phase, &fault);

	if (!failed)
		return true;
	if (!tick_phase(t, "Waiting")) {
		status_phase(t, "Waiting");
		halt(t, &texts, failed, fault);
	}
	return false;
}

bool hooks_confirm_promotion(struct tick *t)
{
	static const struct texts texts = { "confirm-promotion", "Confirm-promotion",
					    "promotion approval", false };
	struct str fault;
	const struct node *failed = run(t, &texts, STR("Progressing"), &fault);

	if (!failed)
		return true;
	if (tick_phase(t, "WaitingPromotion")) {
		status_iterations(t, t->analysis_iterations - 1);
	} else {
		status_phase(t, "WaitingPromotion");
		halt(t, &texts, failed, fault);
	}
	return false;
}

/* A rollback hook that passes asks for the rollback. */
bool hooks_rollback(struct tick *t)
{
	const struct node *hooks = node_get(t->analysis, STR("webhooks"));

	for (uint32_t i = 0; i < node_item_count(hooks); i++) {
		const struct node *hook = node_item(hooks, i);
		struct str name = node_str_at(hook, "name"), fault;
		if (!str_equal(node_str_at(hook, "type"), STR("rollback")))
			continue;
		if (call(t, i, hook, t->was.phase, &fault)) {
			tick_warn(t, "Rollback check %.*s passed", STR_FMT(name));
			return true;
		}
		tick_tell(t, "Rollback hook %.*s not signaling a rollback", STR_FMT(name));
	}
	return false;
}

void hooks_post_rollout(struct tick *t, const char *phase)
{
	static const struct texts texts = { "post-rollout", "Post-rollout", NULL, false };
	struct str fault;
	const struct node *failed = run(t, &texts, str_from_cstr(phase), &fault);

	if (failed)
		tick_warn(t, "Post-rollout hook %.*s failed %.*s",
			  STR_FMT(node_str_at(failed, "name")), STR_FMT(fault));
}

/* Events */

static const struct node *event_metadata(struct tick *t, const struct node *hook,
					 const struct plan_event *e)
{
	const struct node *own = node_get(hook, STR("metadata"));
	const struct node *map =
		node_make(t->arena, "{eventMessage: %s, eventType: %c, timestamp: %s}", e->message,
			  e->warning ? "Warning" : "Normal",
			  str_printf(t->arena, "%lld", (long long)t->view->now_ms));

	return map_edit_completed(t->arena, map, own);
}

static void send_event(struct tick *t, uint32_t event, uint32_t index, const struct node *hook)
{
	struct str name = str_printf(t->arena, "event/%u/%u", event, index);
	const struct plan_event *e = &t->plan->events.items[event];
	struct str phase = t->will.phase;

	if (!view_answer(t->view, name, 0))
		plan_request(t->plan, STR("webhook"), name, 0,
			     request(t, hook, phase, event_metadata(t, hook, e)));
}

/* Calls all event hooks in one run and ignores their answers. */
void hooks_events(struct tick *t)
{
	const struct node *hooks = node_get(t->analysis, STR("webhooks"));

	for (uint32_t i = 0; i < node_item_count(hooks); i++) {
		const struct node *hook = node_item(hooks, i);
		if (!str_equal(node_str_at(hook, "type"), STR("event")))
			continue;
		for (uint32_t e = 0; e < t->plan->events.count; e++)
			send_event(t, e, i, hook);
	}
}
