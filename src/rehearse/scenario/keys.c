/* keys - the maps of a scenario: which keys there are, and what a value may be */
#include "rehearse/scenario/keys.h"

#include "base/arena.h"
#include "base/duration.h"
#include "base/num.h"
#include "base/suggest.h"
#include "doc/scalar.h"

enum {
	DURATION_MAX_MS = 24 * 3600 * 1000, /* longer than this no revision is waited for */
	LATENCY_MAX_MS = 3600 * 1000,
};

int scenario_wrong(struct scenario_reader *r, const struct node *n, const char *what)
{
	if (n && !node_is_scalar(n))
		return error_set(r->err, ERROR_INPUT, n->position, "this is not %s", what);
	return error_set(r->err, ERROR_INPUT, n ? n->position : 0, "'%.*s' is not %s",
			 STR_FMT(node_text(n)), what);
}

static int unknown_key(struct scenario_reader *r, const struct node *key,
		       const struct scenario_key *keys)
{
	struct suggest suggest = suggest_start(node_text(key));

	for (const struct scenario_key *k = keys; k->key; k++)
		suggest_offer(&suggest, str_from_cstr(k->key));
	error_set(r->err, ERROR_INPUT, key->position, "'%.*s' is not a key of a scenario here",
		  STR_FMT(node_text(key)));
	if (suggest.best.ptr)
		return error_hint(r->err, "did you mean '%.*s'?", STR_FMT(suggest.best));
	return -1;
}

int scenario_map(struct scenario_reader *r, const struct node *map, const struct scenario_key *keys,
		 void *into)
{
	if (!node_is_map(map))
		return scenario_wrong(r, map, "a map");
	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		struct str name = node_text(node_entry(map, i)->key);
		const struct scenario_key *k = keys;
		while (k->key && !str_equal(str_from_cstr(k->key), name))
			k++;
		if (!k->key)
			return unknown_key(r, node_entry(map, i)->key, keys);
		if (node_get(map, name) != node_entry(map, i)->value)
			return error_set(r->err, ERROR_INPUT, node_entry(map, i)->key->position,
					 "'%.*s' stands here twice", STR_FMT(name));
		if (k->read(r, node_entry(map, i)->value, into) < 0)
			return -1;
	}
	return 0;
}

/* Values */

int scenario_duration(struct scenario_reader *r, const struct node *n, int64_t *ret_ms)
{
	int64_t ns;

	if (!duration_parse(node_text(n), &ns))
		return scenario_wrong(r, n, "a duration like 80ms or 1m30s");
	if (ns < 0 || ns > (int64_t)DURATION_MAX_MS * SCENARIO_MILLION)
		return scenario_wrong(r, n, "a duration between 0s and 24h");
	*ret_ms = ns / SCENARIO_MILLION;
	return 0;
}

int scenario_latency(struct scenario_reader *r, const struct node *n, int64_t *ret_ms)
{
	if (scenario_duration(r, n, ret_ms) < 0)
		return -1;
	return *ret_ms <= LATENCY_MAX_MS ? 0 : scenario_wrong(r, n, "a latency of at most 1h");
}

int scenario_share(struct scenario_reader *r, const struct node *n, uint32_t *ret_ppm)
{
	double share;

	if (!num_double(node_text(n), &share) || !(share >= 0 && share <= 1))
		return scenario_wrong(r, n, "a share between 0 and 1");
	*ret_ppm = (uint32_t)(share * SCENARIO_MILLION + 0.5);
	return 0;
}

int scenario_count(struct scenario_reader *r, const struct node *n, int64_t *ret)
{
	if (!node_int64(n, ret) || *ret < 0)
		return scenario_wrong(r, n, "a count");
	return 0;
}

int scenario_text(struct scenario_reader *r, const struct node *n, struct str *ret)
{
	*ret = node_text(n);
	return node_is_scalar(n) && ret->len ? 0 : scenario_wrong(r, n, "a text");
}

/* Kind/namespace/name */
int scenario_target(struct scenario_reader *r, const struct node *n, struct str *ret_kind,
		    struct key *ret_key)
{
	struct str rest = node_text(n);

	*ret_kind = str_cut(&rest, '/');
	ret_key->namespace = str_cut(&rest, '/');
	ret_key->name = rest;
	if (!ret_kind->len || !ret_key->namespace.len || !ret_key->name.len)
		return scenario_wrong(r, n, "a target like Deployment/prod/backend");
	return 0;
}

/* Lists */

int scenario_each(struct scenario_reader *r, const struct node *list,
		  int (*read)(struct scenario_reader *r, const struct node *n))
{
	if (!node_is_list(list))
		return scenario_wrong(r, list, "a list");
	for (uint32_t i = 0; i < node_item_count(list); i++)
		if (!node_is_map(node_item(list, i)))
			return scenario_wrong(r, node_item(list, i), "a map");
		else if (read(r, node_item(list, i)) < 0)
			return -1;
	return 0;
}
