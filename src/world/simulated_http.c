/* simulated_http - HTTP of the simulated world, the client's half: a request goes to its host */
#include "base/arena.h"
#include "world/simulated_link.h"

static void request_unlink(struct simulated_request *r)
{
	*r->link = r->next;
	if (r->next)
		r->next->link = r->link;
	handles_remove(&r->world->request_ids, r->id);
	world_cancel(&r->world->world, r->turn);
	world_cancel(&r->world->world, r->timeout);
	world_cancel(&r->world->world, r->idle);
}

static void request_free(struct simulated_request *r)
{
	simulated_part(r);
	backlog_release(&r->body);
	arena_free(r->arena);
}

/* --- its end --------------------------------------------------------------------------------- */

static void answer(struct simulated_request *r)
{
	r->answer.body = backlog_str(&r->body);
	/* Unlinked first, so that the callback may cancel or send as it likes. */
	request_unlink(r);
	r->events.answered(r->events.data, r->failed ? NULL : &r->answer,
			   r->failed ? &r->err : NULL);
	request_free(r);
}

static void answer_turn(void *data)
{
	answer(data);
}

static void end_soon(struct simulated_request *r)
{
	r->ended = true;
	world_cancel(&r->world->world, r->turn);
	r->turn = world_post(&r->world->world, answer_turn, r);
}

void simulated_fail(struct simulated_request *r, enum error_code code, struct str what)
{
	if (r->ended)
		return;
	http_error_set(&r->err, code, r->request.url, "%.*s", STR_FMT(what));
	r->failed = true;
	end_soon(r);
}

static void too_slow(void *data)
{
	struct simulated_request *r = data;

	r->timeout = 0;
	if (r->ended)
		return;
	http_error_set(&r->err, ERROR_DEADLINE, r->request.url, "no answer within %lld ms",
		       (long long)r->request.timeout_ms);
	r->failed = true;
	end_soon(r);
}

/* --- redirects ------------------------------------------------------------------------------- */

/* Where a redirect leads that is to be followed; absent when this is none. */
static struct str redirect_target(const struct simulated_request *r, struct arena *arena)
{
	struct str to = http_header_get(r->answer.headers, r->answer.header_count, STR("location"));

	if (r->answer.status < 300 || r->answer.status > 399 || !to.len ||
	    !r->request.redirects_max)
		return STR_NONE;
	if (str_starts(to, STR("/")))
		return str_printf(arena, "%s://%.*s:%u%.*s", r->url.is_tls ? "https" : "http",
				  STR_FMT(r->url.address.host), r->url.address.port, STR_FMT(to));
	return to;
}

/* Another host must not get what was meant for this one. */
static void drop_credentials(struct simulated_request *r)
{
	struct http_header *headers =
		http_headers_copy(r->arena, r->request.headers, r->request.header_count);
	uint32_t count = 0;

	for (uint32_t i = 0; i < r->request.header_count; i++)
		if (!str_equal_nocase(headers[i].name, STR("authorization")) &&
		    !str_equal_nocase(headers[i].name, STR("cookie")))
			headers[count++] = headers[i];
	r->request.headers = headers;
	r->request.header_count = count;
}

/* A redirected POST becomes a GET, except after 307 and 308, as everywhere (RFC 9110, 15.4). */
static void follow(struct simulated_request *r, struct str to)
{
	struct http_url url;

	if (r->redirect_count++ >= r->request.redirects_max) {
		simulated_fail(r, ERROR_OUTSIDE, STR("redirects more often than allowed"));
		return;
	}
	if (!http_url_parse(to, &url) || (r->url.is_tls && !url.is_tls)) {
		simulated_fail(r, ERROR_OUTSIDE, STR("redirects to where nobody may follow"));
		return;
	}
	bool keeps_method = r->answer.status == 307 || r->answer.status == 308 ||
			    str_equal(r->request.method, STR("HEAD"));
	if (!keeps_method) {
		r->request.method = STR("GET");
		r->request.body = STR_NONE;
	}
	r->request.url = to;
	if (!str_equal(url.address.host, r->url.address.host) ||
	    url.address.port != r->url.address.port)
		drop_credentials(r);
	r->url = url;
	simulated_part(r);
	r->has_head = false;
	r->turn = world_post(&r->world->world, simulated_arrive, r);
}

/* --- what comes from the server -------------------------------------------------------------- */

/* Whether a callback has left it alone. */
static bool is_alive(struct simulated *s, uint64_t id)
{
	return handles_get(&s->request_ids, id) != NULL;
}

static void take_head(struct simulated_request *r)
{
	const struct http_answer *head = &r->exchange->base.answer;

	r->has_head = true;
	r->answer.status = head->status;
	r->answer.header_count = head->header_count;
	r->answer.headers = http_headers_copy(r->arena, head->headers, head->header_count);
}

/* False when the request is gone. */
static bool tell_began(struct simulated_request *r)
{
	struct simulated *s = r->world;
	uint64_t id = r->id;

	world_cancel(&s->world, r->timeout);
	r->timeout = 0;
	if (r->events.began)
		r->events.began(r->events.data, &r->answer);
	return is_alive(s, id);
}

/* False when the request is gone. The bytes outlive the server's part in it. */
static bool take_bytes(struct simulated_request *r)
{
	SCRATCH(scratch);
	struct simulated *s = r->world;
	struct http_exchange *x = &r->exchange->base;
	struct str bytes = x->is_stream ? backlog_str(&x->queue) : x->answer.body;
	uint64_t id = r->id;

	if (!bytes.len)
		return true;
	if (!r->request.stream &&
	    backlog_bytes(&r->body) + bytes.len > r->request.answer_bytes_max) {
		simulated_fail(r, ERROR_OUTSIDE,
			       str_printf(r->arena,
					  "the answer is larger than the %zu bytes allowed",
					  r->request.answer_bytes_max));
		return true;
	}
	if (!r->request.stream)
		backlog_add(&r->body, bytes);
	else
		bytes = str_copy(scratch, bytes);
	if (x->is_stream)
		http_exchange_took(x, bytes.len);
	else
		x->answer.body = STR_NONE;
	if (r->request.stream)
		r->events.chunk(r->events.data, bytes);
	return is_alive(s, id);
}

static bool is_complete(const struct simulated_request *r)
{
	const struct http_exchange *x = &r->exchange->base;

	return x->state == HTTP_ENDED && !backlog_bytes(&x->queue) && !x->answer.body.len;
}

static bool has_news(const struct simulated_request *r)
{
	const struct http_exchange *x = &r->exchange->base;

	return !r->has_head || x->state == HTTP_ENDED || backlog_bytes(&x->queue);
}

/* A redirect is followed; otherwise a stream begins. False when there is no more to do. */
static bool take_beginning(struct simulated_request *r)
{
	if (r->has_head)
		return true;
	take_head(r);
	struct str to = redirect_target(r, r->arena);
	if (to.ptr) {
		follow(r, to);
		return false;
	}
	return !r->request.stream || tell_began(r);
}

static void transfer(void *data)
{
	struct simulated_request *r = data;

	r->turn = 0;
	if (!take_beginning(r))
		return;
	if (!r->paused && !take_bytes(r))
		return;
	if (r->ended || !r->exchange)
		return;
	/* A callback may have paused it, or made the server write more. */
	if (!is_complete(r)) {
		simulated_transfer_soon(r);
		return;
	}
	simulated_part(r);
	end_soon(r);
}

static void idle_too_long(void *data)
{
	struct simulated_request *r = data;

	r->idle = 0;
	simulated_fail(r, ERROR_OUTSIDE, STR("the server has closed the connection"));
	simulated_part(r);
}

void simulated_transfer_soon(struct simulated_request *r)
{
	struct world *w = &r->world->world;

	if (r->ended || !r->exchange || !has_news(r))
		return;
	if (!r->paused || !r->has_head)
		r->turn = r->turn ? r->turn : world_post(w, transfer, r);
	else if (!r->idle)
		r->idle =
			world_timer(w, r->exchange->base.server->options.idle_ms, idle_too_long, r);
}

/* --- asking ---------------------------------------------------------------------------------- */

uint64_t simulated_http_send(struct world *w, const struct http_request *request,
			     struct http_events events, const struct error *refused)
{
	struct simulated *s = (struct simulated *)w;
	struct arena *arena = arena_new("simulated request");
	struct simulated_request *r = arena_one(arena, struct simulated_request);

	r->world = s;
	r->arena = arena;
	r->id = handles_add(&s->request_ids, r);
	r->events = events;
	r->request = *request;
	r->request.method = str_copy(arena, request->method);
	r->request.url = str_copy(arena, request->url);
	r->request.headers = http_headers_copy(arena, request->headers, request->header_count);
	r->next = s->requests;
	if (r->next)
		r->next->link = &r->next;
	r->link = &s->requests;
	s->requests = r;
	if (refused) {
		r->err = *refused;
		r->failed = true;
		end_soon(r);
		return r->id;
	}
	if (!http_url_parse(r->request.url, &r->url))
		BUG("a URL that was checked before");
	r->turn = world_post(w, simulated_arrive, r);
	if (request->timeout_ms)
		r->timeout = world_timer(w, request->timeout_ms, too_slow, r);
	return r->id;
}

void simulated_http_cancel(struct world *w, uint64_t id)
{
	struct simulated_request *r = handles_get(&((struct simulated *)w)->request_ids, id);

	if (!r)
		return;
	request_unlink(r);
	request_free(r);
}

void simulated_http_pause(struct world *w, uint64_t id, bool paused)
{
	struct simulated_request *r = handles_get(&((struct simulated *)w)->request_ids, id);

	if (!r || !r->request.stream)
		return;
	r->paused = paused;
	if (!paused) {
		world_cancel(w, r->idle);
		r->idle = 0;
	}
	if (r->exchange && r->exchange->base.state != HTTP_ASKED)
		simulated_transfer_soon(r);
}

void simulated_http_release(struct simulated *s)
{
	while (s->requests) {
		struct simulated_request *r = s->requests;
		request_unlink(r);
		request_free(r);
	}
	handles_release(&s->request_ids);
}
