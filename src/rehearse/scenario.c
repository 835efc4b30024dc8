/* scenario - topology, traffic, behaviour, answers, faults and expectations of a rehearsal */
#include "rehearse/scenario.h"

#include "base/arena.h"
#include "base/duration.h"
#include "base/num.h"
#include "base/suggest.h"
#include "doc/scalar.h"
#include "doc/yaml.h"
#include "kube/quantity.h"

enum {
	P50_MS = 20,
	P99_MS = 80,
	MILLION = 1000000,
	DURATION_MAX_MS = 24 * 3600 * 1000, /* longer than this no revision is waited for */
	LATENCY_MAX_MS = 3600 * 1000,
	FAULT_OVER_MAX_MS = 12 * 3600 * 1000,
	NODES_MAX = 5000,
	RPS_MAX = 1000000,
	CPU_PER_REQUEST_MAX_MILLI = 1000000,
};

static const struct behavior calm = {
	.p50_ms = P50_MS,
	.p99_ms = P99_MS,
	.start_ms = -1,
	.crash_after_ms = -1,
};

struct reader {
	struct scenario *s;
	struct arena *arena;
	struct error *err;
};

void scenario_init(struct scenario *s)
{
	*s = (struct scenario){ .expect_within_ms = -1,
				.expect_min_available = -1,
				.expect_error_ppm = -1 };
}

static int wrong(struct reader *r, const struct node *n, const char *what)
{
	if (n && !node_is_scalar(n))
		return error_set(r->err, ERROR_INPUT, n->position, "this is not %s", what);
	return error_set(r->err, ERROR_INPUT, n ? n->position : 0, "'%.*s' is not %s",
			 STR_FMT(node_text(n)), what);
}

/* Keys of one map, each with the function that reads its value. */
struct key_reader {
	const char *key;
	int (*read)(struct reader *r, const struct node *value, void *into);
};

static int unknown_key(struct reader *r, const struct node *key, const struct key_reader *keys)
{
	struct suggest suggest = suggest_start(node_text(key));

	for (const struct key_reader *k = keys; k->key; k++)
		suggest_offer(&suggest, str_from_cstr(k->key));
	error_set(r->err, ERROR_INPUT, key->position, "'%.*s' is not a key of a scenario here",
		  STR_FMT(node_text(key)));
	if (suggest.best.ptr)
		return error_hint(r->err, "did you mean '%.*s'?", STR_FMT(suggest.best));
	return -1;
}

static int read_map(struct reader *r, const struct node *map, const struct key_reader *keys,
		    void *into)
{
	if (!node_is_map(map))
		return wrong(r, map, "a map");
	for (uint32_t i = 0; i < map->count; i++) {
		struct str name = node_text(map->entries[i].key);
		const struct key_reader *k = keys;
		while (k->key && !str_equal(str_from_cstr(k->key), name))
			k++;
		if (!k->key)
			return unknown_key(r, map->entries[i].key, keys);
		if (node_get(map, name) != map->entries[i].value)
			return error_set(r->err, ERROR_INPUT, map->entries[i].key->position,
					 "'%.*s' stands here twice", STR_FMT(name));
		if (k->read(r, map->entries[i].value, into) < 0)
			return -1;
	}
	return 0;
}

/* Values */

static int read_duration(struct reader *r, const struct node *n, int64_t *ret_ms)
{
	int64_t ns;

	if (!duration_parse(node_text(n), &ns))
		return wrong(r, n, "a duration like 80ms or 1m30s");
	if (ns < 0 || ns > (int64_t)DURATION_MAX_MS * MILLION)
		return wrong(r, n, "a duration between 0s and 24h");
	*ret_ms = ns / MILLION;
	return 0;
}

static int read_latency_ms(struct reader *r, const struct node *n, int64_t *ret_ms)
{
	if (read_duration(r, n, ret_ms) < 0)
		return -1;
	return *ret_ms <= LATENCY_MAX_MS ? 0 : wrong(r, n, "a latency of at most 1h");
}

static int read_share(struct reader *r, const struct node *n, uint32_t *ret_ppm)
{
	double share;

	if (!num_double(node_text(n), &share) || !(share >= 0 && share <= 1))
		return wrong(r, n, "a share between 0 and 1");
	*ret_ppm = (uint32_t)(share * MILLION + 0.5);
	return 0;
}

static int read_count(struct reader *r, const struct node *n, int64_t *ret)
{
	if (!node_int64(n, ret) || *ret < 0)
		return wrong(r, n, "a count");
	return 0;
}

static int read_count_of_nodes(struct reader *r, const struct node *n, int64_t *ret)
{
	if (!node_int64(n, ret) || *ret < 1 || *ret > NODES_MAX)
		return wrong(r, n, "a number between 1 and 5000");
	return 0;
}

static int read_text(struct reader *r, const struct node *n, struct str *ret)
{
	*ret = node_text(n);
	return node_is_scalar(n) && ret->len ? 0 : wrong(r, n, "a text");
}

/* Kind/namespace/name */
static int read_target(struct reader *r, const struct node *n, struct str *ret_kind,
		       struct key *ret_key)
{
	struct str rest = node_text(n);

	*ret_kind = str_cut(&rest, '/');
	ret_key->namespace = str_cut(&rest, '/');
	ret_key->name = rest;
	if (!ret_kind->len || !ret_key->namespace.len || !ret_key->name.len)
		return wrong(r, n, "a target like Deployment/prod/backend");
	return 0;
}

/* Workloads */

static int read_error_rate(struct reader *r, const struct node *n, void *into)
{
	return read_share(r, n, &((struct behavior *)into)->error_ppm);
}

static int read_p50(struct reader *r, const struct node *n, void *into)
{
	return read_latency_ms(r, n, &((struct behavior *)into)->p50_ms);
}

static int read_p99(struct reader *r, const struct node *n, void *into)
{
	return read_latency_ms(r, n, &((struct behavior *)into)->p99_ms);
}

static int read_latency(struct reader *r, const struct node *n, void *into)
{
	static const struct key_reader keys[] = { { "p50", read_p50 }, { "p99", read_p99 }, {} };
	return read_map(r, n, keys, into);
}

static int read_ready(struct reader *r, const struct node *n, void *into)
{
	if (!str_equal(node_text(n), STR("never")))
		return wrong(r, n, "'never', the only value of ready");
	((struct behavior *)into)->never_ready = true;
	return 0;
}

static int read_start(struct reader *r, const struct node *n, void *into)
{
	return read_duration(r, n, &((struct behavior *)into)->start_ms);
}

static int read_crash(struct reader *r, const struct node *n, void *into)
{
	return read_duration(r, n, &((struct behavior *)into)->crash_after_ms);
}

static int read_cpu(struct reader *r, const struct node *n, void *into)
{
	int64_t milli;

	if (!quantity_parse(node_text(n), &milli) || milli < 0 || milli > CPU_PER_REQUEST_MAX_MILLI)
		return wrong(r, n, "a quantity of cpu like 2m, at most 1k");
	((struct behavior *)into)->cpu_micro_per_request = milli * 1000;
	return 0;
}

static int read_behavior(struct reader *r, const struct node *n, struct behavior *ret)
{
	static const struct key_reader keys[] = {
		{ "errorRate", read_error_rate },
		{ "latency", read_latency },
		{ "ready", read_ready },
		{ "startTime", read_start },
		{ "crashAfter", read_crash },
		{ "cpuPerRequest", read_cpu },
		{},
	};

	ret->node = n;
	return read_map(r, n, keys, ret);
}

static int read_workload_target(struct reader *r, const struct node *n, void *into)
{
	struct scenario_workload *w = into;

	w->node = n;
	return read_target(r, n, &w->kind, &w->key);
}

static int read_from(struct reader *r, const struct node *n, void *into)
{
	return read_behavior(r, n, &((struct scenario_workload *)into)->from);
}

static int read_to(struct reader *r, const struct node *n, void *into)
{
	return read_behavior(r, n, &((struct scenario_workload *)into)->to);
}

static int read_workload(struct reader *r, const struct node *n)
{
	static const struct key_reader keys[] = {
		{ "target", read_workload_target }, { "from", read_from }, { "to", read_to }, {}
	};
	struct scenario_workload w = { .from = calm, .to = calm };

	if (read_map(r, n, keys, &w) < 0)
		return -1;
	if (!w.node)
		return error_set(r->err, ERROR_INPUT, n->position, "a workload needs a target");
	VEC_PUSH(r->arena, &r->s->workloads, w);
	return 0;
}

/* Traffic */

static int read_host(struct reader *r, const struct node *n, void *into)
{
	struct scenario_traffic *t = into;

	t->node = n;
	t->host = node_text(n);
	return t->host.len ? 0 : wrong(r, n, "a host");
}

static int read_rps(struct reader *r, const struct node *n, void *into)
{
	struct scenario_traffic *t = into;

	if (read_count(r, n, &t->requests_per_s) < 0)
		return -1;
	return t->requests_per_s <= RPS_MAX ? 0 : wrong(r, n, "a count of at most 1000000");
}

static int read_headers(struct reader *r, const struct node *n, void *into)
{
	if (!node_is_map(n))
		return wrong(r, n, "a map of headers");
	for (uint32_t i = 0; i < n->count; i++)
		if (!node_is_scalar(n->entries[i].value))
			return wrong(r, n->entries[i].value, "the text of a header");
	((struct scenario_traffic *)into)->headers = n;
	return 0;
}

static int read_one_traffic(struct reader *r, const struct node *n)
{
	static const struct key_reader keys[] = {
		{ "host", read_host }, { "rps", read_rps }, { "headers", read_headers }, {}
	};
	struct scenario_traffic t = { .requests_per_s = 20 };

	if (read_map(r, n, keys, &t) < 0)
		return -1;
	if (!t.host.len)
		return error_set(r->err, ERROR_INPUT, n->position, "traffic needs a host");
	VEC_PUSH(r->arena, &r->s->traffic, t);
	return 0;
}

/* Webhooks, shipping, others */

static int read_webhook_name(struct reader *r, const struct node *n, void *into)
{
	struct scenario_webhook *w = into;

	w->node = n;
	return read_text(r, n, &w->name);
}

/* A status, or {code, body}. */
static int read_answer(struct reader *r, const struct node *n)
{
	int64_t code = node_is_map(n) ? node_int_at(n, "code", 200) : -1;

	if (!node_is_map(n))
		node_int64(n, &code);
	return code >= 100 && code <= 599 ? 0 : wrong(r, n, "a status between 100 and 599");
}

static int read_answers(struct reader *r, const struct node *n, void *into)
{
	if (!node_is_list(n))
		return wrong(r, n, "a list");
	for (uint32_t i = 0; i < n->count; i++)
		if (read_answer(r, n->items[i]) < 0)
			return -1;
	((struct scenario_webhook *)into)->answers = n;
	return 0;
}

static int read_webhook(struct reader *r, const struct node *n)
{
	static const struct key_reader keys[] = { { "name", read_webhook_name },
						  { "answers", read_answers },
						  {} };
	struct scenario_webhook w = {};

	if (read_map(r, n, keys, &w) < 0)
		return -1;
	if (!w.name.len || !node_count(w.answers))
		return error_set(r->err, ERROR_INPUT, n->position,
				 "a webhook needs a name and a list of answers");
	VEC_PUSH(r->arena, &r->s->webhooks, w);
	return 0;
}

static int read_step(struct reader *r, const struct node *n, void *into)
{
	return read_count(r, n, &((struct scenario_ship *)into)->step);
}

static int read_phase(struct reader *r, const struct node *n, void *into)
{
	return read_text(r, n, &((struct scenario_ship *)into)->phase);
}

static int read_weight(struct reader *r, const struct node *n, void *into)
{
	return read_count(r, n, &((struct scenario_ship *)into)->weight);
}

static int read_when(struct reader *r, const struct node *n, void *into)
{
	static const struct key_reader keys[] = { { "phase", read_phase },
						  { "weight", read_weight },
						  {} };
	return read_map(r, n, keys, into);
}

static int read_ship(struct reader *r, const struct node *n)
{
	static const struct key_reader keys[] = { { "step", read_step },
						  { "when", read_when },
						  {} };
	struct scenario_ship s = { .weight = -1, .node = n };

	if (read_map(r, n, keys, &s) < 0)
		return -1;
	if (s.step < 1)
		return error_set(r->err, ERROR_INPUT, n->position,
				 "ship needs a step, counted from 1");
	VEC_PUSH(r->arena, &r->s->ships, s);
	return 0;
}

static int read_before(struct reader *r, const struct node *n, void *into)
{
	return read_text(r, n, &((struct scenario_other *)into)->before);
}

static int read_manager(struct reader *r, const struct node *n, void *into)
{
	return read_text(r, n, &((struct scenario_other *)into)->manager);
}

static int read_change(struct reader *r, const struct node *n, void *into)
{
	return read_text(r, n, &((struct scenario_other *)into)->change);
}

static int read_delete(struct reader *r, const struct node *n, void *into)
{
	return read_text(r, n, &((struct scenario_other *)into)->delete);
}

static int read_other(struct reader *r, const struct node *n)
{
	static const struct key_reader keys[] = { { "before", read_before },
						  { "manager", read_manager },
						  { "change", read_change },
						  { "delete", read_delete },
						  {} };
	struct scenario_other o = { .node = n };

	if (read_map(r, n, keys, &o) < 0)
		return -1;
	if (!o.before.len || (!o.change.ptr && !o.delete.ptr))
		return error_set(r->err, ERROR_INPUT, n->position,
				 "others need a commit in 'before', and 'change' or 'delete'");
	if (!o.manager.len)
		o.manager = STR("other");
	VEC_PUSH(r->arena, &r->s->others, o);
	return 0;
}

/* Faults */

static const struct {
	const char *word;
	enum fault_kind kind;
} fault_words[] = {
	{ "errors", FAULT_ERRORS },	     { "latency", FAULT_LATENCY },
	{ "crashLoop", FAULT_CRASH_LOOP },   { "neverReady", FAULT_NEVER_READY },
	{ "metricsGap", FAULT_METRICS_GAP },
};

static int read_fault_kind(struct reader *r, const struct node *n, void *into)
{
	for (size_t i = 0; i < ARRAY_COUNT(fault_words); i++)
		if (str_equal(str_from_cstr(fault_words[i].word), node_text(n))) {
			((struct scenario_fault *)into)->kind = fault_words[i].kind;
			return 0;
		}
	return wrong(r, n, "a fault; there are errors, latency, crashLoop, neverReady, metricsGap");
}

static int read_after(struct reader *r, const struct node *n, void *into)
{
	return read_duration(r, n, &((struct scenario_fault *)into)->after_ms);
}

static int read_lasts(struct reader *r, const struct node *n, void *into)
{
	return read_duration(r, n, &((struct scenario_fault *)into)->lasts_ms);
}

/* With a slash it is a workload, else a host. */
static int read_fault_target(struct reader *r, const struct node *n, void *into)
{
	struct scenario_fault *f = into;
	struct str kind;
	struct key key;

	f->node = n;
	f->target = node_text(n);
	if (str_find_char(f->target, '/') >= 0)
		return read_target(r, n, &kind, &key);
	return f->target.len ? 0 : wrong(r, n, "a target");
}

static int read_fault_rate(struct reader *r, const struct node *n, void *into)
{
	return read_share(r, n, &((struct scenario_fault *)into)->error_ppm);
}

static int read_fault_latency(struct reader *r, const struct node *n, void *into)
{
	return read_latency_ms(r, n, &((struct scenario_fault *)into)->latency_ms);
}

static int read_fault(struct reader *r, const struct node *n)
{
	static const struct key_reader keys[] = {
		{ "kind", read_fault_kind },
		{ "after", read_after },
		{ "lasts", read_lasts },
		{ "target", read_fault_target },
		{ "errorRate", read_fault_rate },
		{ "latency", read_fault_latency },
		{},
	};
	struct scenario_fault f = { .lasts_ms = INT64_MAX, .error_ppm = MILLION, .node = n };

	if (read_map(r, n, keys, &f) < 0)
		return -1;
	if (!node_get(n, STR("kind")))
		return error_set(r->err, ERROR_INPUT, n->position, "a fault needs a kind");
	if (!f.target.len && f.kind != FAULT_METRICS_GAP)
		return error_set(r->err, ERROR_INPUT, n->position, "a fault needs a target");
	if (f.kind == FAULT_LATENCY && !f.latency_ms)
		return error_set(r->err, ERROR_INPUT, n->position,
				 "a fault of latency needs a latency, like 500ms");
	bool ends = f.lasts_ms != INT64_MAX;
	if (f.after_ms + (ends ? f.lasts_ms : 0) > FAULT_OVER_MAX_MS)
		return error_set(r->err, ERROR_INPUT, n->position,
				 "a fault must be over within 12h of the last revision");
	VEC_PUSH(r->arena, &r->s->faults, f);
	return 0;
}

/* The whole */

static int each(struct reader *r, const struct node *list,
		int (*read)(struct reader *r, const struct node *n))
{
	if (!node_is_list(list))
		return wrong(r, list, "a list");
	for (uint32_t i = 0; i < list->count; i++)
		if (!node_is_map(list->items[i]))
			return wrong(r, list->items[i], "a map");
		else if (read(r, list->items[i]) < 0)
			return -1;
	return 0;
}

#define LIST_READER(name, read_one)                                                                \
	static int name(struct reader *r, const struct node *n, void *into)                        \
	{                                                                                          \
		(void)into;                                                                        \
		return each(r, n, read_one);                                                       \
	}
LIST_READER(read_workloads, read_workload)
LIST_READER(read_traffic, read_one_traffic)
LIST_READER(read_webhooks, read_webhook)
LIST_READER(read_ships, read_ship)
LIST_READER(read_others, read_other)
LIST_READER(read_faults, read_fault)

static int read_zones(struct reader *r, const struct node *n, void *into)
{
	(void)into;
	return read_count_of_nodes(r, n, &r->s->zone_count);
}

static int read_nodes(struct reader *r, const struct node *n, void *into)
{
	(void)into;
	return read_count_of_nodes(r, n, &r->s->node_count);
}

static int read_node_cpu(struct reader *r, const struct node *n, void *into)
{
	(void)into;
	r->s->node_cpu_milli = quantity_milli(n, -1);
	return r->s->node_cpu_milli > 0 ? 0 : wrong(r, n, "a quantity of cpu like 16");
}

static int read_node_memory(struct reader *r, const struct node *n, void *into)
{
	(void)into;
	r->s->node_memory_bytes = quantity_value(n, -1);
	return r->s->node_memory_bytes > 0 ? 0 : wrong(r, n, "a quantity of memory like 64Gi");
}

static int read_node(struct reader *r, const struct node *n, void *into)
{
	static const struct key_reader keys[] = { { "cpu", read_node_cpu },
						  { "memory", read_node_memory },
						  {} };
	return read_map(r, n, keys, into);
}

static int read_topology(struct reader *r, const struct node *n, void *into)
{
	static const struct key_reader keys[] = {
		{ "zones", read_zones }, { "nodes", read_nodes }, { "node", read_node }, {}
	};
	return read_map(r, n, keys, into);
}

static int read_outcome(struct reader *r, const struct node *n, void *into)
{
	(void)into;
	r->s->expect_outcome = node_text(n);
	bool fine = str_equal(node_text(n), STR("promoted")) ||
		    str_equal(node_text(n), STR("rolledBack"));
	return fine ? 0 : wrong(r, n, "an outcome; there are promoted and rolledBack");
}

static int read_within(struct reader *r, const struct node *n, void *into)
{
	(void)into;
	return read_duration(r, n, &r->s->expect_within_ms);
}

static int read_min_available(struct reader *r, const struct node *n, void *into)
{
	(void)into;
	return read_count(r, n, &r->s->expect_min_available);
}

static int read_max_errors(struct reader *r, const struct node *n, void *into)
{
	uint32_t ppm = 0;

	(void)into;
	if (read_share(r, n, &ppm) < 0)
		return -1;
	r->s->expect_error_ppm = ppm;
	return 0;
}

static int read_expect(struct reader *r, const struct node *n, void *into)
{
	static const struct key_reader keys[] = { { "outcome", read_outcome },
						  { "within", read_within },
						  { "minAvailable", read_min_available },
						  { "maxErrorRatio", read_max_errors },
						  {} };
	return read_map(r, n, keys, into);
}

static int read_spec(struct reader *r, const struct node *n, void *into)
{
	static const struct key_reader keys[] = {
		{ "topology", read_topology },
		{ "workloads", read_workloads },
		{ "traffic", read_traffic },
		{ "webhooks", read_webhooks },
		{ "ship", read_ships },
		{ "others", read_others },
		{ "faults", read_faults },
		{ "expect", read_expect },
		{},
	};

	return node_is_null(n) ? 0 : read_map(r, n, keys, into);
}

static int read_nothing(struct reader *r, const struct node *n, void *into)
{
	(void)r;
	(void)n;
	(void)into;
	return 0;
}

int scenario_read(struct scenario *s, struct docset *set, struct str path, struct str text,
		  struct error *err)
{
	static const struct key_reader keys[] = { { "apiVersion", read_nothing },
						  { "kind", read_nothing },
						  { "metadata", read_nothing },
						  { "spec", read_spec },
						  {} };
	struct reader r = { s, docset_arena(set), err };
	const struct node *root = yaml_read_one(set, path, text, DIALECT_GO_V3, err);

	if (!root)
		return -1;
	if (!str_equal(object_kind(root), STR("Scenario"))) {
		error_set(err, ERROR_INPUT, root->position, "this is no Scenario");
		return error_hint(err, "write apiVersion: forge.dev/v1alpha1 and kind: Scenario");
	}
	s->name = object_name(root);
	return read_map(&r, root, keys, NULL);
}

const struct behavior *scenario_behavior(const struct scenario *s, struct str kind, struct key key,
					 bool is_new)
{
	for (uint32_t i = 0; i < s->workloads.count; i++) {
		const struct scenario_workload *w = &s->workloads.items[i];
		if (str_equal(w->kind, kind) && key_equal(w->key, key))
			return is_new ? &w->to : &w->from;
	}
	return &calm;
}
