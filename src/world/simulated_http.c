/* simulated_http - HTTP of the simulated world: a request goes from host to handler */
#include "base/arena.h"
#include "world/simulated_inside.h"

struct host {
	simulated_host_fn run;
	void *data;
};

struct simulated_request {
	struct simulated *world;
	struct arena *arena; /* holds all of it */
	uint64_t id;
	struct http_request request;
	struct http_events events;
	struct http_answer answer;
	struct error err;
	bool failed;
	bool ended;    /* the answer is on its way */
	uint64_t turn; /* the event that comes next for it */
	uint64_t timeout;
	struct simulated_request *next;
};

void simulated_host(struct world *w, struct str host, simulated_host_fn run, void *data)
{
	struct simulated *s = (struct simulated *)w;
	struct host entry = { run, data };

	map_put(&s->hosts, str_copy(s->arena, host), arena_copy(s->arena, &entry, sizeof(entry)));
}

static struct simulated_request *request_find(struct simulated *s, uint64_t id)
{
	for (struct simulated_request *r = s->requests; r; r = r->next)
		if (r->id == id)
			return r;
	return NULL;
}

static void request_free(struct simulated_request *r)
{
	struct simulated_request **at = &r->world->requests;

	while (*at != r)
		at = &(*at)->next;
	*at = r->next;
	world_cancel(&r->world->world, r->turn);
	world_cancel(&r->world->world, r->timeout);
	arena_free(r->arena);
}

/* "http://user@host:80/path" -> "host:80" */
static struct str host_of(struct str url)
{
	ptrdiff_t scheme = str_find(url, STR("://"));
	struct str rest = scheme < 0 ? url : str_from(url, (size_t)scheme + 3);
	struct str host = str_cut(&rest, '/');

	return str_from(host, (size_t)(str_find_last_char(host, '@') + 1));
}

static const struct host *host_find(const struct simulated *s, struct str url)
{
	struct str host = host_of(url);
	const struct host *found = map_get(&s->hosts, host);

	return found ? found : map_get(&s->hosts, str_cut(&host, ':'));
}

static void deliver_answer(void *data)
{
	struct simulated_request *r = data;

	/*
	 * Unlinked first, so that the callback may cancel or send as it likes; the answer lives
	 * until it returns.
	 */
	struct simulated_request **at = &r->world->requests;
	while (*at != r)
		at = &(*at)->next;
	*at = r->next;
	world_cancel(&r->world->world, r->timeout);
	r->events.answered(r->events.data, r->failed ? NULL : &r->answer,
			   r->failed ? &r->err : NULL);
	arena_free(r->arena);
}

static void end_request(struct simulated_request *r)
{
	r->ended = true;
	r->turn = world_post(&r->world->world, deliver_answer, r);
}

static void arrive(void *data)
{
	struct simulated_request *r = data;
	const struct host *host = host_find(r->world, r->request.url);

	if (host) {
		host->run(host->data, r->id, &r->request);
		return;
	}
	error_set(&r->err, ERROR_OUTSIDE, ERROR_NO_POSITION,
		  "'%.*s': no such host in the simulation", STR_FMT(host_of(r->request.url)));
	r->failed = true;
	end_request(r);
}

static void too_slow(void *data)
{
	struct simulated_request *r = data;

	if (r->ended)
		return;
	error_set(&r->err, ERROR_DEADLINE, ERROR_NO_POSITION, "'%.*s': no answer within %lld ms",
		  STR_FMT(r->request.url), (long long)r->request.timeout_ms);
	r->failed = true;
	end_request(r);
}

static struct http_header *copy_headers(struct arena *arena, const struct http_header *headers,
					uint32_t count)
{
	struct http_header *copies = arena_array(arena, struct http_header, count);

	for (uint32_t i = 0; i < count; i++) {
		copies[i].name = str_copy(arena, headers[i].name);
		copies[i].value = str_copy(arena, headers[i].value);
	}
	return copies;
}

uint64_t simulated_http_send(struct world *w, const struct http_request *request,
			     struct http_events events)
{
	struct simulated *s = (struct simulated *)w;
	struct arena *arena = arena_new("simulated request");
	struct simulated_request *r = arena_one(arena, struct simulated_request);

	r->world = s;
	r->arena = arena;
	r->id = ++s->request_count;
	r->events = events;
	r->request = *request;
	r->request.method = request->method.len ? str_copy(arena, request->method) : STR("GET");
	r->request.url = str_copy(arena, request->url);
	r->request.body = str_copy(arena, request->body);
	r->request.headers = copy_headers(arena, request->headers, request->header_count);
	r->next = s->requests;
	s->requests = r;
	r->failed = world_fault(w, WORLD_FAULT_HTTP);
	if (r->failed) {
		error_set(&r->err, ERROR_OUTSIDE, ERROR_NO_POSITION,
			  "'%.*s': fault injected by a test", STR_FMT(request->url));
		end_request(r);
		return r->id;
	}
	r->turn = world_post(w, arrive, r);
	if (request->timeout_ms)
		r->timeout = world_timer(w, request->timeout_ms, too_slow, r);
	return r->id;
}

void simulated_http_cancel(struct world *w, uint64_t id)
{
	struct simulated_request *r = request_find((struct simulated *)w, id);

	if (r)
		request_free(r);
}

/* --- answers --------------------------------------------------------------------------------- */

struct simulated_chunk {
	struct simulated *world;
	uint64_t id; /* of the request, which may be gone when the chunk arrives */
	struct str bytes;
	struct simulated_chunk *next;
};

static void chunk_free(struct simulated_chunk *chunk)
{
	struct simulated_chunk **at = &chunk->world->chunks;

	while (*at != chunk)
		at = &(*at)->next;
	*at = chunk->next;
	heap_free(chunk);
}

static void deliver_chunk(void *data)
{
	struct simulated_chunk *chunk = data;
	struct simulated_request *r = request_find(chunk->world, chunk->id);

	if (r)
		r->events.chunk(r->events.data, chunk->bytes);
	chunk_free(chunk);
}

void simulated_chunk(struct world *w, uint64_t request_id, struct str bytes)
{
	struct simulated *s = (struct simulated *)w;
	struct simulated_request *r = request_find(s, request_id);

	if (!r || r->ended || !r->request.stream)
		return;
	world_cancel(w, r->timeout); /* the stream has begun */
	struct simulated_chunk *chunk = heap_alloc(sizeof(*chunk) + bytes.len);
	char *copy = (char *)(chunk + 1);
	for (size_t i = 0; i < bytes.len; i++)
		copy[i] = bytes.ptr[i];
	*chunk = (struct simulated_chunk){ s, request_id, { copy, bytes.len }, s->chunks };
	s->chunks = chunk;
	world_post(w, deliver_chunk, chunk);
}

void simulated_answer(struct world *w, uint64_t request_id, const struct http_answer *answer)
{
	struct simulated_request *r = request_find((struct simulated *)w, request_id);

	if (!r || r->ended)
		return;
	r->answer = *answer;
	r->answer.headers = copy_headers(r->arena, answer->headers, answer->header_count);
	r->answer.body = str_copy(r->arena, answer->body);
	end_request(r);
}

void simulated_fail(struct world *w, uint64_t request_id, const struct error *err)
{
	struct simulated_request *r = request_find((struct simulated *)w, request_id);

	if (!r || r->ended)
		return;
	r->err = *err;
	r->failed = true;
	end_request(r);
}

void simulated_http_free_all(struct simulated *s)
{
	while (s->requests)
		request_free(s->requests);
	while (s->chunks)
		chunk_free(s->chunks);
}
