/* real_events - the event loop of the real world: clocks, and descriptors that epoll watches */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "world/real_inside.h"

enum { EVENTS_PER_ROUND = 64 };

static int64_t clock_us(clockid_t clock)
{
	struct timespec t;

	if (clock_gettime(clock, &t) < 0)
		BUG("no clock");
	return t.tv_sec * 1000000ll + t.tv_nsec / 1000;
}

void real_refresh(struct world *w)
{
	w->now_ms = clock_us(CLOCK_REALTIME) / 1000;
	w->tick_ms = clock_us(CLOCK_MONOTONIC) / 1000;
}

int64_t real_stopwatch_us(const struct world *w)
{
	(void)w;
	return clock_us(CLOCK_MONOTONIC);
}

bool real_is_busy(const struct world *w)
{
	return ((const struct real *)w)->foreground_count > 0;
}

static struct real_watch *watch_find(const struct real *real, int descriptor)
{
	return (uint32_t)descriptor < real->watch_capacity ? real->watches[descriptor] : NULL;
}

static struct real_watch *watch_new(struct real *real, int descriptor, bool background)
{
	struct real_watch *watch = heap_alloc(sizeof(*watch));
	uint32_t old_capacity = real->watch_capacity;

	if ((uint32_t)descriptor >= old_capacity) {
		real->watch_capacity = MAX((uint32_t)descriptor + 1, 2 * old_capacity);
		real->watches =
			heap_grow(real->watches, real->watch_capacity * sizeof(*real->watches));
		memset(real->watches + old_capacity, 0,
		       (real->watch_capacity - old_capacity) * sizeof(*real->watches));
	}
	watch->descriptor = descriptor;
	watch->background = background;
	real->watches[descriptor] = watch;
	real->foreground_count += !background;
	return watch;
}

static uint32_t epoll_events_of(unsigned events)
{
	uint32_t wanted = 0;

	if (events & REAL_READABLE)
		wanted |= EPOLLIN;
	if (events & REAL_WRITABLE)
		wanted |= EPOLLOUT;
	if (events & REAL_CLOSED)
		wanted |= EPOLLRDHUP;
	return wanted;
}

bool real_can_watch(struct world *w, int descriptor, unsigned events, bool background,
		    real_watch_fn run, void *data)
{
	struct real *real = (struct real *)w;
	struct real_watch *watch = watch_find(real, descriptor);
	int operation = watch ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

	if (!watch)
		watch = watch_new(real, descriptor, background);
	watch->run = run;
	watch->data = data;
	struct epoll_event event = { epoll_events_of(events), { .ptr = watch } };
	if (epoll_ctl(real->epoll, operation, descriptor, &event) == 0)
		return true;
	if (errno != EPERM)
		BUG("epoll_ctl of descriptor %d: error %d", descriptor, errno);
	real_unwatch(w, descriptor);
	return false;
}

void real_watch(struct world *w, int descriptor, unsigned events, bool background,
		real_watch_fn run, void *data)
{
	if (!real_can_watch(w, descriptor, events, background, run, data))
		BUG("descriptor %d cannot be watched", descriptor);
}

void real_unwatch(struct world *w, int descriptor)
{
	struct real *real = (struct real *)w;
	struct real_watch *watch = watch_find(real, descriptor);

	if (!watch)
		return;
	epoll_ctl(real->epoll, EPOLL_CTL_DEL, descriptor, NULL);
	real->watches[descriptor] = NULL;
	real->foreground_count -= !watch->background;
	watch->run = NULL;
	watch->next = real->dead_watches;
	real->dead_watches = watch;
}

/*
 * Events of the round that is being handled may still point to an unwatched entry; afterwards none
 * does.
 */
static void bury(struct real *real)
{
	while (real->dead_watches) {
		struct real_watch *watch = real->dead_watches;
		real->dead_watches = watch->next;
		heap_free(watch);
	}
}

static unsigned events_of(uint32_t epoll_events)
{
	unsigned events = 0;

	if (epoll_events & (EPOLLIN | EPOLLHUP | EPOLLERR))
		events |= REAL_READABLE;
	if (epoll_events & (EPOLLOUT | EPOLLHUP | EPOLLERR))
		events |= REAL_WRITABLE;
	if (epoll_events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
		events |= REAL_CLOSED;
	if (epoll_events & (EPOLLHUP | EPOLLERR))
		events |= REAL_BROKEN;
	return events;
}

int real_advance(struct world *w, int64_t until_tick_ms, struct error *err)
{
	struct real *real = (struct real *)w;
	struct epoll_event events[EVENTS_PER_ROUND];

	real_refresh(w);
	int64_t wait_ms = MAX(until_tick_ms - w->tick_ms, 0);
	int timeout_ms = until_tick_ms == INT64_MAX ? -1 : (int)MIN(wait_ms, INT_MAX);
	int count = epoll_wait(real->epoll, events, EVENTS_PER_ROUND, timeout_ms);
	if (count < 0 && errno != EINTR)
		return error_errno(err, ERROR_OUTSIDE, errno, "waiting for events");
	real_refresh(w);
	for (int i = 0; i < count; i++) {
		struct real_watch *watch = events[i].data.ptr;
		if (watch->run)
			watch->run(watch->data, watch->descriptor, events_of(events[i].events));
	}
	bury(real);
	return 0;
}

int real_poll(struct world *w, struct error *err)
{
	return real_advance(w, w->tick_ms, err);
}

void real_watches_free(struct real *real)
{
	for (uint32_t i = 0; i < real->watch_capacity; i++)
		heap_free(real->watches[i]);
	heap_free(real->watches);
	bury(real);
	close(real->epoll);
}
