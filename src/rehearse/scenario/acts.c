/* acts - the actors of a scenario: clients, webhooks, shipping and other writers */
#include "base/arena.h"
#include "base/suggest.h"
#include "rehearse/scenario/keys.h"
#include "rollout/rollout.h"

enum { RPS_MAX = 1000000 };

/* Traffic */

static int read_host(struct scenario_reader *r, const struct node *n, void *into)
{
	struct scenario_traffic *t = into;

	t->node = n;
	t->host = node_text(n);
	return t->host.len ? 0 : scenario_wrong(r, n, "a host");
}

static int read_rps(struct scenario_reader *r, const struct node *n, void *into)
{
	struct scenario_traffic *t = into;

	if (scenario_count(r, n, &t->requests_per_s) < 0)
		return -1;
	return t->requests_per_s <= RPS_MAX ? 0
					    : scenario_wrong(r, n, "a count of at most 1000000");
}

static int read_headers(struct scenario_reader *r, const struct node *n, void *into)
{
	if (!node_is_map(n))
		return scenario_wrong(r, n, "a map of headers");
	for (uint32_t i = 0; i < node_entry_count(n); i++)
		if (!node_is_scalar(node_entry(n, i)->value))
			return scenario_wrong(r, node_entry(n, i)->value, "the text of a header");
	((struct scenario_traffic *)into)->headers = n;
	return 0;
}

int scenario_traffic(struct scenario_reader *r, const struct node *n)
{
	static const struct scenario_key keys[] = {
		{ "host", read_host }, { "rps", read_rps }, { "headers", read_headers }, {}
	};
	struct scenario_traffic t = { .requests_per_s = 20 };

	if (scenario_map(r, n, keys, &t) < 0)
		return -1;
	if (!t.host.len)
		return error_set(r->err, ERROR_INPUT, n->position, "traffic needs a host");
	VEC_PUSH(r->arena, &r->s->traffic, t);
	return 0;
}

/* Webhooks, shipping, others */

static int read_webhook_name(struct scenario_reader *r, const struct node *n, void *into)
{
	struct scenario_webhook *w = into;

	w->node = n;
	return scenario_text(r, n, &w->name);
}

/* A status, or {code, body}. */
static int read_answer(struct scenario_reader *r, const struct node *n)
{
	int64_t code = node_is_map(n) ? node_int_at(n, "code", 200) : -1;

	if (!node_is_map(n))
		node_int64(n, &code);
	return code >= 100 && code <= 599 ? 0
					  : scenario_wrong(r, n, "a status between 100 and 599");
}

static int read_answers(struct scenario_reader *r, const struct node *n, void *into)
{
	if (!node_is_list(n))
		return scenario_wrong(r, n, "a list");
	for (uint32_t i = 0; i < node_item_count(n); i++)
		if (read_answer(r, node_item(n, i)) < 0)
			return -1;
	((struct scenario_webhook *)into)->answers = n;
	return 0;
}

int scenario_webhook(struct scenario_reader *r, const struct node *n)
{
	static const struct scenario_key keys[] = { { "name", read_webhook_name },
						    { "answers", read_answers },
						    {} };
	struct scenario_webhook w = {};

	if (scenario_map(r, n, keys, &w) < 0)
		return -1;
	if (!w.name.len || !node_item_count(w.answers))
		return error_set(r->err, ERROR_INPUT, n->position,
				 "a webhook needs a name and a list of answers");
	VEC_PUSH(r->arena, &r->s->webhooks, w);
	return 0;
}

static int read_step(struct scenario_reader *r, const struct node *n, void *into)
{
	return scenario_count(r, n, &((struct scenario_ship *)into)->step);
}

static int read_phase(struct scenario_reader *r, const struct node *n, void *into)
{
	struct str *phase = &((struct scenario_ship *)into)->phase;
	struct str known;

	if (scenario_text(r, n, phase) < 0)
		return -1;
	struct suggest suggest = suggest_start(*phase);
	for (uint32_t i = 0; known = rollout_phase(i), known.ptr; i++) {
		if (str_equal(known, *phase))
			return 0;
		suggest_offer(&suggest, known);
	}
	scenario_wrong(r, n, "a phase of a Canary");
	return suggest.best.ptr
		       ? error_hint(r->err, "did you mean '%.*s'?", STR_FMT(suggest.best))
		       : error_hint(r->err, "phases are Progressing, Promoting, Succeeded …");
}

static int read_weight(struct scenario_reader *r, const struct node *n, void *into)
{
	return scenario_count(r, n, &((struct scenario_ship *)into)->weight);
}

static int read_when(struct scenario_reader *r, const struct node *n, void *into)
{
	static const struct scenario_key keys[] = { { "phase", read_phase },
						    { "weight", read_weight },
						    {} };
	return scenario_map(r, n, keys, into);
}

int scenario_ship(struct scenario_reader *r, const struct node *n)
{
	static const struct scenario_key keys[] = { { "step", read_step },
						    { "when", read_when },
						    {} };
	struct scenario_ship s = { .weight = -1, .node = n };

	if (scenario_map(r, n, keys, &s) < 0)
		return -1;
	if (s.step < 1)
		return error_set(r->err, ERROR_INPUT, n->position,
				 "ship needs a step, counted from 1");
	VEC_PUSH(r->arena, &r->s->ships, s);
	return 0;
}

static int read_before(struct scenario_reader *r, const struct node *n, void *into)
{
	return scenario_text(r, n, &((struct scenario_other *)into)->before);
}

static int read_manager(struct scenario_reader *r, const struct node *n, void *into)
{
	return scenario_text(r, n, &((struct scenario_other *)into)->manager);
}

static int read_change(struct scenario_reader *r, const struct node *n, void *into)
{
	return scenario_text(r, n, &((struct scenario_other *)into)->change);
}

static int read_delete(struct scenario_reader *r, const struct node *n, void *into)
{
	return scenario_text(r, n, &((struct scenario_other *)into)->delete);
}

int scenario_other(struct scenario_reader *r, const struct node *n)
{
	static const struct scenario_key keys[] = { { "before", read_before },
						    { "manager", read_manager },
						    { "change", read_change },
						    { "delete", read_delete },
						    {} };
	struct scenario_other o = { .node = n };

	if (scenario_map(r, n, keys, &o) < 0)
		return -1;
	if (!o.before.len || (!o.change.ptr && !o.delete.ptr))
		return error_set(r->err, ERROR_INPUT, n->position,
				 "others need a commit in 'before', and 'change' or 'delete'");
	if (!o.manager.len)
		o.manager = STR("other");
	VEC_PUSH(r->arena, &r->s->others, o);
	return 0;
}
