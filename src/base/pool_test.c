/* pool_test - each item is done once, by a worker with an index */
#include "base/pool.h"

#include "base/arena.h"
#include "base/test.h"

enum { ITEMS = 1000, WORKERS = 4 };

struct done {
	uint32_t times[ITEMS];
	uint32_t by_worker[POOL_WORKERS_MAX];
};

static void note(void *context, uint32_t worker, uint32_t item)
{
	struct done *done = context;

	done->times[item]++;
	done->by_worker[worker]++;
}

static void each_item_is_done_once(void)
{
	static const struct {
		uint32_t wanted, items;
	} rows[] = { { 1, ITEMS }, { WORKERS, ITEMS }, { WORKERS, 2 }, { 0, 3 }, { WORKERS, 0 } };

	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		SCRATCH(arena);
		struct done *done = arena_one(arena, struct done);
		uint32_t sum = 0, count = pool_workers(rows[i].wanted, rows[i].items);

		pool_run(rows[i].wanted, rows[i].items, note, done);
		for (uint32_t item = 0; item < ITEMS; item++)
			CHECK_INT(done->times[item], item < rows[i].items);
		for (uint32_t w = 0; w < POOL_WORKERS_MAX; w++) {
			sum += done->by_worker[w];
			CHECK(w < count || done->by_worker[w] == 0);
		}
		CHECK_INT(sum, rows[i].items);
	}
}

static void workers_are_never_more_than_items(void)
{
	CHECK_INT(pool_workers(0, 5), 1);
	CHECK_INT(pool_workers(4, 5), 4);
	CHECK_INT(pool_workers(4, 2), 2);
	CHECK_INT(pool_workers(4, 0), 1);
	CHECK_INT(pool_workers(1000, 1000), POOL_WORKERS_MAX);
}

TESTS({ "each item is done once", each_item_is_done_once },
      { "workers are never more than items", workers_are_never_more_than_items }, )
