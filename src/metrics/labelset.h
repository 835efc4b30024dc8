/*
 * labelset - the labels that identify a series: names and values, sorted by name
 *
 * Layer: metrics. A set never changes; each change makes a new one in an arena and shares the
 * texts. The metric's name is the label LABEL_NAME.
 *
 * Invariants: names ascend by bytes and differ; no value is empty (an empty value is the same as
 * no label); hash is a function of names and values only.
 */
#ifndef FORGE_METRICS_LABELSET_H
#define FORGE_METRICS_LABELSET_H

#include "base/hash.h"
#include "base/str.h"

struct arena;
struct buf;
struct error;

enum { LABELSET_MAX = 128 }; /* labels of one series */

#define LABEL_NAME   STR("__name__")
#define LABEL_BUCKET STR("le")

struct label {
	struct str name;
	struct str value;
};

struct labelset {
	const struct label *items;
	uint32_t count;
	uint64_t hash;
};

/* The set without labels. */
#define LABELSET_NONE ((struct labelset){ NULL, 0, HASH64_START })

/*
 * Sorts, drops empty values and borrows the texts. Fails when a name occurs twice or there are
 * too many labels.
 */
int labelset_make(struct arena *arena, const struct label *items, uint32_t count,
		  struct labelset *ret_labels, struct error *err) MUST_USE;

/* The same set with all texts copied into the arena. */
struct labelset labelset_copy(struct arena *arena, struct labelset labels);

/* The value, or an absent text. */
struct str labelset_get(struct labelset labels, struct str name);

bool labelset_equal(struct labelset a, struct labelset b);
int labelset_compare(
	struct labelset a,
	struct labelset b); /* by names and values in turn, as Prometheus sorts series */

/* With one label set to value; an empty value takes it away. */
struct labelset labelset_with(struct arena *arena, struct labelset labels, struct str name,
			      struct str value);

/* Only the named ones, or all but the named ones. */
struct labelset labelset_keep(struct arena *arena, struct labelset labels, const struct str *names,
			      uint32_t count);
struct labelset labelset_drop(struct arena *arena, struct labelset labels, const struct str *names,
			      uint32_t count);
struct labelset labelset_drop_name(struct arena *arena, struct labelset labels);

/* Appends `name{a="b"}` as Prometheus prints a series; an empty set is `{}`. */
void labelset_format(struct labelset labels, struct buf *out);

/* Any UTF-8 that is not empty names a label. */
bool label_name_valid(struct str name);

/*
 * labels_table - numbers for label sets, in the order of adding
 *
 *	struct labelset_table table;
 *	labelset_table_init(&table, arena);
 *	uint32_t number = labelset_table_add(&table, labels);	// the same for equal sets
 */
struct labelset_table {
	struct labelset *items;
	uint32_t count;
	/* private */
	struct arena *arena;
	uint32_t *slots; /* number + 1; 0 is free */
	uint32_t slot_count;
};

void labelset_table_init(struct labelset_table *table, struct arena *arena);
uint32_t labelset_table_add(struct labelset_table *table, struct labelset labels);

/* The number, or -1. */
int64_t labelset_table_find(const struct labelset_table *table, struct labelset labels);

#endif
