/* pool - one piece of work for each of many items, on several threads */
#include "base/pool.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/base.h"

struct pool {
	pool_fn run;
	void *context;
	uint32_t item_count;
	atomic_uint next;
};

struct worker {
	struct pool *pool;
	uint32_t index;
	pthread_t thread;
};

static void *work(void *data)
{
	struct worker *w = data;
	struct pool *pool = w->pool;
	uint32_t item;

	while ((item = atomic_fetch_add(&pool->next, 1)) < pool->item_count)
		pool->run(pool->context, w->index, item);
	return NULL;
}

uint32_t pool_workers(uint32_t wanted, uint32_t item_count)
{
	uint32_t count = MIN(MIN(wanted, item_count), (uint32_t)POOL_WORKERS_MAX);
	return MAX(count, 1u);
}

void pool_run(uint32_t wanted, uint32_t item_count, pool_fn run, void *context)
{
	struct pool pool = { .run = run, .context = context, .item_count = item_count };
	struct worker workers[POOL_WORKERS_MAX];
	uint32_t count = pool_workers(wanted, item_count), started = 1;

	workers[0] = (struct worker){ .pool = &pool };
	for (; started < count; started++) {
		workers[started] = (struct worker){ .pool = &pool, .index = started };
		if (pthread_create(&workers[started].thread, NULL, work, &workers[started]))
			break;
	}
	work(&workers[0]);
	for (uint32_t i = 1; i < started; i++)
		pthread_join(workers[i].thread, NULL);
}
