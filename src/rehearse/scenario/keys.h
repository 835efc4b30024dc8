/*
 * keys - the maps of a scenario: which keys there are, and what a value may be
 *
 * Layer: rehearse/scenario. Private: its folder, rehearse/. A map is read by a table of its keys;
 * whatever is not in the table, stands twice or has a wrong value is an error with its place. All
 * return 0, or -1 with the reader's error set.
 *
 *	static const struct scenario_key keys[] = { { "host", read_host }, {} };
 *	if (scenario_map(r, node, keys, &traffic) < 0) …
 */
#ifndef FORGE_REHEARSE_SCENARIO_KEYS_H
#define FORGE_REHEARSE_SCENARIO_KEYS_H

#include "rehearse/scenario.h"

enum { SCENARIO_MILLION = 1000000 };

struct scenario_reader {
	struct scenario *s;
	struct arena *arena;
	struct error *err;
};

/* A key of one map, with the function that reads its value. */
struct scenario_key {
	const char *key;
	int (*read)(struct scenario_reader *r, const struct node *value, void *into);
};

int scenario_map(struct scenario_reader *r, const struct node *map, const struct scenario_key *keys,
		 void *into);

/* Each item of a list of maps. */
int scenario_each(struct scenario_reader *r, const struct node *list,
		  int (*read)(struct scenario_reader *r, const struct node *item));

/* Sets the error "'VALUE' is not WHAT". */
int scenario_wrong(struct scenario_reader *r, const struct node *n, const char *what);

int scenario_duration(struct scenario_reader *r, const struct node *n, int64_t *ret_ms);
int scenario_latency(struct scenario_reader *r, const struct node *n, int64_t *ret_ms);
int scenario_share(struct scenario_reader *r, const struct node *n, uint32_t *ret_ppm);
int scenario_count(struct scenario_reader *r, const struct node *n, int64_t *ret);
int scenario_text(struct scenario_reader *r, const struct node *n, struct str *ret);

/* Kind/namespace/name */
int scenario_target(struct scenario_reader *r, const struct node *n, struct str *ret_kind,
		    struct key *ret_key);

/* The parts, each in a file of its own. */
int scenario_workload(struct scenario_reader *r, const struct node *n);
int scenario_traffic(struct scenario_reader *r, const struct node *n);
int scenario_webhook(struct scenario_reader *r, const struct node *n);
int scenario_ship(struct scenario_reader *r, const struct node *n);
int scenario_other(struct scenario_reader *r, const struct node *n);
int scenario_fault(struct scenario_reader *r, const struct node *n);

#endif
