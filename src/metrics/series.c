/* series - a store of time series: label sets and their samples */
#include "metrics/series.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"
#include "base/vec.h"

struct series {
	struct labelset labels;
	struct metrics *store;
	struct sample *samples; /* the kept ones are [first, first + count) */
	uint32_t first;
	uint32_t count;
	uint32_t capacity;
	uint32_t stale_count;
};

typedef VEC(const struct series *) series_list;

struct metrics {
	struct arena *arena;
	int64_t retention_ms;
	struct labelset_table table; /* numbers are indices into all */
	VEC(struct series *) all;
	struct map by_name; /* series_list */
	uint64_t sample_count;
};

enum { SERIES_FIRST_SAMPLES = 16 };

struct metrics *metrics_new(struct arena *arena, int64_t retention_ms)
{
	struct metrics *store = arena_one(arena, struct metrics);
	store->arena = arena;
	store->retention_ms = retention_ms;
	labelset_table_init(&store->table, arena);
	map_init(&store->by_name, arena);
	return store;
}

static struct series *series_add(struct metrics *store, struct labelset labels)
{
	struct series *series = arena_one(store->arena, struct series);
	series->labels = labelset_copy(store->arena, labels);
	series->store = store;
	labelset_table_add(&store->table, series->labels);
	VEC_PUSH(store->arena, &store->all, series);

	struct str name = labelset_get(series->labels, LABEL_NAME);
	series_list *named = map_get(&store->by_name, name);
	if (!named) {
		named = arena_one(store->arena, series_list);
		map_put(&store->by_name, name, named);
	}
	VEC_PUSH(store->arena, named, series);
	assert(store->table.count == store->all.count);
	return series;
}

struct series *metrics_series_of(struct metrics *store, struct labelset labels, struct error *err)
{
	int64_t known = labelset_table_find(&store->table, labels);
	if (known >= 0)
		return store->all.items[known];
	if (store->all.count >= METRICS_SERIES_MAX) {
		error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "more than %d time series",
			  METRICS_SERIES_MAX);
		return NULL;
	}
	return series_add(store, labels);
}

struct series *metrics_series(struct metrics *store, const struct label *labels, uint32_t count,
			      struct error *err)
{
	SCRATCH(scratch);
	struct labelset set;
	if (labelset_make(scratch, labels, count, &set, err) < 0)
		return NULL;
	return metrics_series_of(store, set, err);
}

static void drop_expired(struct series *series, int64_t now_ms)
{
	int64_t retention_ms = series->store->retention_ms;
	if (retention_ms <= 0)
		return;
	while (series->count > 0 && series->samples[series->first].t_ms < now_ms - retention_ms) {
		series->stale_count -= sample_is_stale(series->samples[series->first].value);
		series->first++;
		series->count--;
		series->store->sample_count--;
	}
}

/*
 * Room for one more sample: where half is expired the rest moves to the front, else the block
 * doubles.
 */
static void make_room(struct series *series)
{
	if (series->first + series->count < series->capacity)
		return;
	if (series->first > 0 && series->first >= series->capacity / 2) {
		memmove(series->samples, series->samples + series->first,
			series->count * sizeof(struct sample));
		series->first = 0;
		return;
	}
	uint32_t capacity = series->capacity ? series->capacity * 2 : SERIES_FIRST_SAMPLES;
	series->samples = arena_grow(series->store->arena, series->samples,
				     series->capacity * sizeof(struct sample),
				     capacity * sizeof(struct sample));
	series->capacity = capacity;
}

bool metrics_append(struct series *series, int64_t t_ms, double value)
{
	drop_expired(series, t_ms);
	if (series->count > 0 && series->samples[series->first + series->count - 1].t_ms >= t_ms)
		return false;
	if (series->store->sample_count >= METRICS_SAMPLES_MAX)
		return false;
	make_room(series);
	series->samples[series->first + series->count] = (struct sample){ t_ms, value };
	series->count++;
	series->stale_count += sample_is_stale(value);
	series->store->sample_count++;
	return true;
}

bool metrics_append_stale(struct series *series, int64_t t_ms)
{
	return metrics_append(series, t_ms, sample_stale());
}

uint32_t metrics_series_count(const struct metrics *store)
{
	return store->all.count;
}

const struct series *metrics_series_at(const struct metrics *store, uint32_t index)
{
	assert(index < store->all.count);
	return store->all.items[index];
}

const struct series *const *metrics_series_named(const struct metrics *store, struct str name,
						 uint32_t *ret_count)
{
	const series_list *named = map_get(&store->by_name, name);
	*ret_count = named ? named->count : 0;
	return named ? named->items : NULL;
}

struct labelset series_labels(const struct series *series)
{
	return series->labels;
}

const struct sample *series_samples(const struct series *series, uint32_t *ret_count)
{
	static const struct sample none;

	*ret_count = series->count;
	return series->count ? series->samples + series->first : &none;
}

bool series_has_stale(const struct series *series)
{
	return series->stale_count > 0;
}

uint32_t samples_until(const struct sample *samples, uint32_t count, int64_t limit_ms)
{
	uint32_t low = 0;
	uint32_t high = count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (samples[middle].t_ms <= limit_ms)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
