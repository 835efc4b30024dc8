/* real_http - HTTP requests of the real world: refused for now, with an error that says so */
#include <stdio.h>

#include "base/arena.h"
#include "world/real_inside.h"

struct real_request {
	struct real *real;
	struct http_events events;
	uint64_t id; /* of the event that answers */
	char url[256];
	struct real_request *next;
};

static void request_free(struct real_request *request)
{
	struct real_request **at = &request->real->requests;

	while (*at != request)
		at = &(*at)->next;
	*at = request->next;
	heap_free(request);
}

static void refuse(void *data)
{
	struct real_request *request = data;
	struct http_events events = request->events;
	struct error err;

	error_set(&err, ERROR_OUTSIDE, ERROR_NO_POSITION, "'%s': this forge has no HTTP client yet",
		  request->url);
	request_free(request);
	events.answered(events.data, NULL, &err);
}

uint64_t real_http_send(struct world *w, const struct http_request *request,
			struct http_events events)
{
	struct real *real = (struct real *)w;
	struct real_request *r = heap_alloc(sizeof(*r));

	r->real = real;
	r->events = events;
	snprintf(r->url, sizeof(r->url), "%.*s", STR_FMT(request->url));
	r->next = real->requests;
	real->requests = r;
	r->id = world_post(w, refuse, r);
	return r->id;
}

void real_http_cancel(struct world *w, uint64_t id)
{
	struct real *real = (struct real *)w;

	for (struct real_request *r = real->requests; r; r = r->next)
		if (r->id == id) {
			world_cancel(w, id);
			request_free(r);
			return;
		}
}

void real_http_free_all(struct real *real)
{
	while (real->requests)
		request_free(real->requests);
}
