/* http_test - what holds of HTTP in both worlds: the same handlers, clients and limits */
#include "world/http.h"

#include <string.h>
#include <sys/mman.h>

#include "base/vec.h"
#include "world/http_fixture.h"

/* --- whole replies --------------------------------------------------------------------------- */

/* Says in its body what it was asked. */
static void echo(void *data, struct http_exchange *x, const struct http_inbound *request)
{
	SCRATCH(arena);
	struct buf text;
	const struct http_header headers[] = { { STR("Content-Type"), STR("text/plain") },
					       { STR("X-Empty"), STR("") },
					       { STR("X-Forged"), STR("a\r\nSet-Cookie: b") },
					       { STR("Content-Length"), STR("3") },
					       { STR("Transfer-Encoding"), STR("chunked") } };

	(void)data;
	buf_init(&text, arena);
	buf_printf(
		&text, "%.*s|%.*s|%.*s|%.*s|%.*s|", STR_FMT(request->method),
		STR_FMT(request->target), STR_FMT(request->path), STR_FMT(request->query),
		STR_FMT(http_header_get(request->headers, request->header_count, STR("x-name"))));
	buf_add(&text, request->body);
	CHECK(request->peer.len > 0);
	http_reply(x, &(struct http_answer){ .status = 201,
					     .headers = headers,
					     .header_count = ARRAY_COUNT(headers),
					     .body = buf_str(&text) });
}

static void echoes(struct world *w)
{
	SCRATCH(arena);
	struct http_server *server = serve(w, echo, NULL, (struct http_server_options){});
	struct http_header header = { STR("X-Name"), STR("some value") };
	struct http_request request = { .method = STR("PUT"),
					.url = url_of(arena, server, "/a%20b/c?d=%2F&e#part"),
					.headers = &header,
					.header_count = 1,
					.body = STR("the body") };
	struct heard heard = ask(arena, w, request);

	CHECK_INT(heard.code, ERROR_NONE);
	CHECK_INT(heard.status, 201);
	CHECK_TEXT(buf_str(&heard.body),
		   "PUT|/a%20b/c?d=%2F&e|/a%20b/c|d=%2F&e|some value|the body");
	CHECK(str_contains(buf_str(&heard.headers), STR("content-type: text/plain\n")));
	CHECK(!str_contains(buf_str(&heard.headers), STR("x-empty")));
	CHECK(!str_contains(buf_str(&heard.headers), STR("ookie")));
	CHECK(!str_contains(buf_str(&heard.headers), STR("content-length: 3\n")));
	CHECK(!str_contains(buf_str(&heard.headers), STR("chunked")));

	heard = ask(arena, w, (struct http_request){ .url = url_of(arena, server, "") });
	CHECK_TEXT(buf_str(&heard.body), "GET|/|/|||");
	request =
		(struct http_request){ .method = STR("POST"), .url = url_of(arena, server, "?x") };
	heard = ask(arena, w, request);
	CHECK_TEXT(buf_str(&heard.body), "POST|/?x|/|x||");
	request.method = STR("HEAD");
	heard = ask(arena, w, request);
	CHECK_INT(heard.status, 201);
	CHECK_INT(buf_str(&heard.body).len, 0);
	request.method = STR("DELETE");
	heard = ask(arena, w, request);
	CHECK_TEXT(buf_str(&heard.body), "DELETE|/?x|/|x||");
	http_server_free(server);
}
IN_BOTH(echoes)

/* A stream client gets a whole reply in chunks, and any client a stream as a whole. */
static void forms_mix(struct world *w)
{
	SCRATCH(arena);
	struct http_server *server = serve(w, echo, NULL, (struct http_server_options){});
	struct heard heard =
		ask(arena, w,
		    (struct http_request){ .url = url_of(arena, server, "/"), .stream = true });

	CHECK(heard.began);
	CHECK_INT(heard.status, 201);
	CHECK_TEXT(buf_str(&heard.body), "GET|/|/|||");
	http_server_free(server);
}
IN_BOTH(forms_mix)

/* --- replies that come later ----------------------------------------------------------------- */

struct later {
	struct world *world;
	struct http_exchange *exchange;
	bool asked, gone;
	uint32_t step;
};

static void later_gone(void *data)
{
	struct later *later = data;

	CHECK(!later->gone);
	later->gone = true;
}

static void keep(void *data, struct http_exchange *x, const struct http_inbound *request)
{
	struct later *later = data;

	(void)request;
	later->exchange = x;
	later->asked = true;
	http_exchange_on(x, (struct http_exchange_events){ .gone = later_gone, .data = later });
}

static void reply_kept(void *data)
{
	struct later *later = data;

	http_reply(later->exchange, &(struct http_answer){ .status = 200, .body = STR("late") });
}

static void replies_later(struct world *w)
{
	SCRATCH(arena);
	struct later later = { .world = w };
	struct http_server *server = serve(w, keep, &later, (struct http_server_options){});
	struct heard heard;

	heard_init(&heard, arena, w);
	heard_send(&heard, (struct http_request){ .url = url_of(arena, server, "/") });
	wait_for(w, &later.asked);
	world_timer(w, 20, reply_kept, &later);
	wait_for(w, &heard.done);
	CHECK_TEXT(buf_str(&heard.body), "late");
	CHECK(!later.gone);
	http_server_free(server);
}
IN_BOTH(replies_later)

static void client_cancels(struct world *w)
{
	SCRATCH(arena);
	struct later later = { .world = w };
	struct http_server *server = serve(w, keep, &later, (struct http_server_options){});
	struct heard heard;

	heard_init(&heard, arena, w);
	heard_send(&heard,
		   (struct http_request){ .url = url_of(arena, server, "/"), .stream = true });
	wait_for(w, &later.asked);
	http_reply_begin(later.exchange, &(struct http_answer){ .status = 200 });
	wait_for(w, &heard.began);
	http_cancel(w, heard.id);
	wait_for(w, &later.gone);
	CHECK(!heard.done);
	/* Until it is ended the exchange may be used. */
	CHECK_INT(http_reply_write(later.exchange, STR("nobody")), 0);
	http_reply_end(later.exchange);
	http_cancel(w, heard.id);
	http_pause(w, heard.id, true);
	http_server_free(server);
}
IN_BOTH(client_cancels)

static void cancels_at_once(struct world *w)
{
	SCRATCH(arena);
	struct http_server *server = serve(w, echo, NULL, (struct http_server_options){});
	struct heard silent, heard;

	heard_init(&silent, arena, w);
	heard_send(&silent, (struct http_request){ .url = url_of(arena, server, "/") });
	http_cancel(w, silent.id);
	heard = ask(arena, w, (struct http_request){ .url = url_of(arena, server, "/") });
	CHECK_INT(heard.status, 201);
	CHECK(!silent.done);
	heard_init(&silent, arena, w);
	heard_send(&silent, (struct http_request){ .url = url_of(arena, server, "/") });
	/* Both are given up by world_free(). */
}
IN_BOTH(cancels_at_once)

static void times_out(struct world *w)
{
	SCRATCH(arena);
	struct later later = { .world = w };
	struct http_server *server = serve(w, keep, &later, (struct http_server_options){});
	int64_t start_ms = world_now_ms(w);
	struct heard heard =
		ask(arena, w,
		    (struct http_request){ .url = url_of(arena, server, "/"), .timeout_ms = 50 });

	CHECK_INT(heard.code, ERROR_DEADLINE);
	CHECK(str_contains(buf_str(&heard.err), STR("no answer within 50 ms")));
	CHECK(world_now_ms(w) - start_ms >= 49); /* clocks are cut to milliseconds */

	/* A stream has begun in time; it may last. */
	later.asked = false;
	heard_init(&heard, arena, w);
	heard_send(&heard, (struct http_request){ .url = url_of(arena, server, "/"),
						  .timeout_ms = 5000,
						  .stream = true });
	wait_for(w, &later.asked);
	http_reply_begin(later.exchange, &(struct http_answer){ .status = 200 });
	wait_for(w, &heard.began);
	http_reply_write(later.exchange, STR("x"));
	http_reply_end(later.exchange);
	wait_for(w, &heard.done);
	CHECK_INT(heard.code, ERROR_NONE);
	http_server_free(server);
}
IN_BOTH(times_out)

/* --- streams --------------------------------------------------------------------------------- */

static void next_line(void *data)
{
	struct later *later = data;

	if (later->step++ == 5) {
		http_reply_end(later->exchange);
		return;
	}
	http_reply_write(later->exchange, STR("line\n"));
	world_timer(later->world, 3, next_line, later);
}

static void stream_lines(void *data, struct http_exchange *x, const struct http_inbound *request)
{
	struct later *later = data;
	struct http_header header = { STR("Content-Type"), STR("text/event-stream") };

	(void)request;
	later->exchange = x;
	http_exchange_on(x, (struct http_exchange_events){ .gone = later_gone, .data = later });
	http_reply_begin(x, &(struct http_answer){ 200, &header, 1, STR("ignored") });
	world_timer(later->world, 3, next_line, later);
}

static void streams(struct world *w)
{
	SCRATCH(arena);
	struct later later = { .world = w };
	struct http_server *server = serve(w, stream_lines, &later, (struct http_server_options){});
	struct heard heard =
		ask(arena, w,
		    (struct http_request){ .url = url_of(arena, server, "/"), .stream = true });

	CHECK(heard.began);
	CHECK_INT(heard.status, 200);
	CHECK(str_contains(buf_str(&heard.headers), STR("content-type: text/event-stream\n")));
	CHECK_TEXT(buf_str(&heard.body), "line\nline\nline\nline\nline\n");
	CHECK(!later.gone);
	later.step = 0;
	heard = ask(arena, w, (struct http_request){ .url = url_of(arena, server, "/") });
	CHECK(!heard.began);
	CHECK_TEXT(buf_str(&heard.body), "line\nline\nline\nline\nline\n");
	http_server_free(server);
}
IN_BOTH(streams)

/* The head arrives although nothing is written. */
static void idle_stream_begins(struct world *w)
{
	SCRATCH(arena);
	struct later later = { .world = w };
	struct http_server *server = serve(w, keep, &later, (struct http_server_options){});
	struct heard heard;

	heard_init(&heard, arena, w);
	heard_send(&heard,
		   (struct http_request){ .url = url_of(arena, server, "/"), .stream = true });
	wait_for(w, &later.asked);
	http_reply_begin(later.exchange, &(struct http_answer){ .status = 200 });
	wait_for(w, &heard.began);
	CHECK(!heard.done);
	CHECK_INT(heard.chunk_count, 0);
	http_server_free(server);
	CHECK(later.gone); /* before the server is gone */
	wait_for(w, &heard.done);
	CHECK_INT(heard.code, ERROR_OUTSIDE);
}
IN_BOTH(idle_stream_begins)

enum { PIECE_BYTES = 64 << 10, PIECES = 512 };

/* Writes pieces while it may. */
struct pump {
	struct http_exchange *exchange;
	uint32_t written;
	size_t queued_max;
	bool obeys, waits;
	bool gone, drained;
};

static void pump_on(struct pump *pump, size_t high_bytes)
{
	static const char piece[PIECE_BYTES] = { 'x' };

	while (pump->written < PIECES && !pump->gone) {
		size_t queued =
			http_reply_write(pump->exchange, (struct str){ piece, sizeof(piece) });
		pump->queued_max = MAX(pump->queued_max, queued);
		pump->written++;
		pump->waits = pump->obeys && queued >= high_bytes;
		if (pump->waits)
			return;
	}
	if (pump->obeys)
		http_reply_end(pump->exchange);
}

static void pump_drained(void *data)
{
	struct pump *pump = data;

	pump->drained = true;
	CHECK(pump->waits); /* nobody is told who does not wait */
	CHECK(http_reply_queued(pump->exchange) <= HTTP_SERVER_QUEUE_BYTES_HIGH / 2);
	pump_on(pump, HTTP_SERVER_QUEUE_BYTES_HIGH);
}

static void pump_gone(void *data)
{
	struct pump *pump = data;

	pump->gone = true;
	http_reply_end(pump->exchange);
}

static void pump_start(void *data, struct http_exchange *x, const struct http_inbound *request)
{
	struct pump *pump = data;

	(void)request;
	pump->exchange = x;
	http_exchange_on(x, (struct http_exchange_events){ pump_drained, pump_gone, pump });
	http_reply_begin(x, &(struct http_answer){ .status = 200 });
	pump_on(pump, HTTP_SERVER_QUEUE_BYTES_HIGH);
}

/* 32 MiB to a client that stands still in between. */
static void slow_reader(struct world *w)
{
	SCRATCH(arena);
	struct pump pump = { .obeys = true };
	struct http_server *server = serve(w, pump_start, &pump, (struct http_server_options){});
	struct heard heard;
	struct error err;

	heard_init(&heard, arena, w);
	heard.pauses = true;
	heard_send(&heard,
		   (struct http_request){ .url = url_of(arena, server, "/"), .stream = true });
	wait_for(w, &heard.began);
	CHECK_INT(world_run_for(w, 100, &err), 0);
	CHECK(pump.written < PIECES); /* the server has noticed */
	CHECK_INT(heard.chunk_count, 0);
	CHECK(!heard.done);
	http_pause(w, heard.id, false);
	wait_for(w, &heard.done);
	CHECK_INT(heard.code, ERROR_NONE);
	CHECK_INT(buf_str(&heard.body).len, (size_t)PIECES * PIECE_BYTES);
	CHECK(pump.drained);
	CHECK(pump.queued_max < HTTP_SERVER_QUEUE_BYTES_HIGH + PIECE_BYTES);
	http_server_free(server);
}
IN_BOTH(slow_reader)

/* Who does not care how slow the client is loses it at the limit. */
static void flood(struct world *w)
{
	SCRATCH(arena);
	struct pump pump = {};
	struct http_server *server =
		serve(w, pump_start, &pump,
		      (struct http_server_options){ .queue_bytes_max = 16 * PIECE_BYTES });
	struct heard heard =
		ask(arena, w,
		    (struct http_request){ .url = url_of(arena, server, "/"), .stream = true });

	CHECK_INT(heard.code, ERROR_OUTSIDE);
	wait_for(w, &pump.gone);
	CHECK(pump.queued_max <= 16 * PIECE_BYTES);
	http_server_free(server);
}
IN_BOTH(flood)

/* A client that takes nothing at all for idle_ms is given up. */
static void stuck_reader(struct world *w)
{
	SCRATCH(arena);
	struct pump pump = { .obeys = true };
	struct http_server *server =
		serve(w, pump_start, &pump, (struct http_server_options){ .idle_ms = 1000 });
	struct heard heard;

	heard_init(&heard, arena, w);
	heard.pauses = true;
	heard_send(&heard,
		   (struct http_request){ .url = url_of(arena, server, "/"), .stream = true });
	wait_for(w, &pump.gone);
	http_pause(w, heard.id, false);
	wait_for(w, &heard.done);
	CHECK_INT(heard.code, ERROR_OUTSIDE);
	http_server_free(server);
}
IN_BOTH(stuck_reader)

/* More than any buffer in between takes at once. */
static void large_bodies(struct world *w)
{
	enum { BYTES = 5 << 20 };
	SCRATCH(arena);
	struct http_server *server = serve(w, echo, NULL, (struct http_server_options){});
	char *body = arena_alloc(arena, BYTES);

	for (size_t i = 0; i < BYTES; i++)
		body[i] = (char)(i * 2654435761u >> 24);
	struct heard heard = ask(arena, w,
				 (struct http_request){ .method = STR("PUT"),
							.url = url_of(arena, server, "/"),
							.body = { body, BYTES } });
	CHECK_INT(heard.status, 201);
	CHECK(str_ends(buf_str(&heard.body), (struct str){ body, BYTES }));
	http_server_free(server);
}
IN_BOTH(large_bodies)

/* --- limits ---------------------------------------------------------------------------------- */

static void body_limit(struct world *w)
{
	SCRATCH(arena);
	struct http_server *server =
		serve(w, echo, NULL, (struct http_server_options){ .body_bytes_max = 1000 });
	struct str fits = { arena_alloc(arena, 1000), 1000 };
	struct str larger = { arena_alloc(arena, 1001), 1001 };
	struct http_request request = { .method = STR("POST"),
					.url = url_of(arena, server, "/"),
					.body = fits };
	struct heard heard = ask(arena, w, request);

	CHECK_INT(heard.status, 201);
	request.body = larger;
	heard = ask(arena, w, request);
	CHECK_INT(heard.status, 413);
	CHECK(str_contains(buf_str(&heard.body), STR("more than 1000 bytes")));
	http_server_free(server);
}
IN_BOTH(body_limit)

static void giant_body(struct world *w)
{
	SCRATCH(arena);
	size_t bytes = 1 << 30;
	/* Never touched, so it takes no memory. */
	char *giant =
		mmap(NULL, bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	struct http_server *server = serve(w, echo, NULL, (struct http_server_options){});

	CHECK(giant != MAP_FAILED);
	struct heard heard = ask(arena, w,
				 (struct http_request){ .method = STR("POST"),
							.url = url_of(arena, server, "/"),
							.body = { giant, bytes } });
	CHECK_INT(heard.status, 413);
	http_server_free(server);
	munmap(giant, bytes);
}
IN_BOTH(giant_body)

static void header_limit(struct world *w)
{
	SCRATCH(arena);
	struct http_server *server =
		serve(w, echo, NULL, (struct http_server_options){ .header_bytes_max = 4096 });
	char *value = arena_alloc(arena, 4096);

	memset(value, 'x', 4096);
	struct http_header header = { STR("X-Name"), { value, 3000 } };
	struct http_request request = { .url = url_of(arena, server, "/"),
					.headers = &header,
					.header_count = 1 };
	struct heard heard = ask(arena, w, request);
	CHECK_INT(heard.status, 201);
	header.value.len = 4090;
	heard = ask(arena, w, request);
	CHECK_INT(heard.status, 431);
	http_server_free(server);
}
IN_BOTH(header_limit)

static void answer_limit(struct world *w)
{
	SCRATCH(arena);
	struct http_server *server = serve(w, echo, NULL, (struct http_server_options){});
	struct http_request request = { .url = url_of(arena, server, "/"), .answer_bytes_max = 10 };
	struct heard heard = ask(arena, w, request);

	CHECK_INT(heard.code, ERROR_NONE); /* "GET|/|/|||" has ten */
	request.url = url_of(arena, server, "/a");
	heard = ask(arena, w, request);
	CHECK_INT(heard.code, ERROR_OUTSIDE);
	CHECK(str_ends(buf_str(&heard.err), STR("the answer is larger than the 10 bytes allowed")));
	http_server_free(server);
}
IN_BOTH(answer_limit)

/* Who finds no place waits for one. */
static void connections_limit(struct world *w)
{
	SCRATCH(arena);
	struct later later = { .world = w };
	struct http_server *server =
		serve(w, keep, &later, (struct http_server_options){ .connections_max = 1 });
	struct heard first, second;
	struct error err;

	heard_init(&first, arena, w);
	heard_init(&second, arena, w);
	heard_send(&first,
		   (struct http_request){ .url = url_of(arena, server, "/"), .stream = true });
	wait_for(w, &later.asked);
	later.asked = false;
	heard_send(&second, (struct http_request){ .url = url_of(arena, server, "/") });
	CHECK_INT(world_run_for(w, 50, &err), 0);
	CHECK(!later.asked);
	http_cancel(w, first.id);
	wait_for(w, &later.gone);
	reply_kept(&later);
	later.gone = false;
	wait_for(w, &later.asked);
	reply_kept(&later);
	wait_for(w, &second.done);
	CHECK_INT(second.status, 200);
	http_server_free(server);
}
IN_BOTH(connections_limit)

/* --- errors ---------------------------------------------------------------------------------- */

static void refuses_requests(struct world *w)
{
	SCRATCH(arena);
	struct http_header forged = { STR("X"), STR("a\r\nY: b") },
			   no_name = { STR("X Y"), STR("") };
	static const struct str wrong[] = {
		STR_INIT("ftp://127.0.0.1/"),  STR_INIT("127.0.0.1"),
		STR_INIT("http://"),	       STR_INIT("http://a:99999/"),
		STR_INIT("http://a/b c"),      STR_INIT("http://a/\r\nX: y"),
		STR_INIT("file:///etc/passwd")
	};
	struct heard heard;

	for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
		heard = ask(arena, w, (struct http_request){ .url = wrong[i] });
		CHECK_INT(heard.code, ERROR_INPUT);
	}
	heard = ask(arena, w,
		    (struct http_request){ .url = STR("http://127.0.0.1:1/"),
					   .headers = &forged,
					   .header_count = 1 });
	CHECK_INT(heard.code, ERROR_INPUT);
	heard = ask(arena, w,
		    (struct http_request){ .url = STR("http://127.0.0.1:1/"),
					   .headers = &no_name,
					   .header_count = 1 });
	CHECK_INT(heard.code, ERROR_INPUT);
	heard = ask(arena, w,
		    (struct http_request){ .url = STR("http://127.0.0.1:1/"),
					   .method = STR("GET /x") });
	CHECK_INT(heard.code, ERROR_INPUT);
	heard = ask(arena, w, (struct http_request){ .url = STR("http://127.0.0.1:1/") });
	CHECK_INT(heard.code, ERROR_OUTSIDE); /* nobody listens there */
	CHECK(str_starts(buf_str(&heard.err), STR("'http://127.0.0.1:1/': ")));
}
IN_BOTH(refuses_requests)

/* A webhook's address may hold a password or a token: errors name the place alone. */
static void errors_hide_secrets_of_urls(struct world *w)
{
	SCRATCH(arena);
	static const struct {
		struct str url;
		const char *shown;
	} rows[] = {
		{ STR_INIT("http://user:hidden@127.0.0.1:1/hook"),
		  "'http://***@127.0.0.1:1/hook': " },
		{ STR_INIT("http://127.0.0.1:1/hook?token=hidden"),
		  "'http://127.0.0.1:1/hook?***': " },
		{ STR_INIT("http://127.0.0.1:1/hook#hidden"), "'http://127.0.0.1:1/hook': " },
		{ STR_INIT("http://127.0.0.1:1/a@b"), "'http://127.0.0.1:1/a@b': " },
		{ STR_INIT("ftp://user:hidden@host/?hidden"), "'ftp://***@host/?***' is no URL" },
		{ STR_INIT("user:hidden@host"), "'***@host' is no URL" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].url); i++) {
		struct heard heard = ask(arena, w, (struct http_request){ .url = rows[i].url });
		CHECK(str_starts(buf_str(&heard.err), str_from_cstr(rows[i].shown)));
		CHECK(!str_contains(buf_str(&heard.err), STR("hidden")));
	}
}
IN_BOTH(errors_hide_secrets_of_urls)

static void fault(struct world *w)
{
	SCRATCH(arena);
	struct http_server *server = serve(w, echo, NULL, (struct http_server_options){});
	struct http_request request = { .url = url_of(arena, server, "/") };

	world_fail_after(w, WORLD_FAULT_HTTP, 2);
	CHECK_INT(ask(arena, w, request).code, ERROR_NONE);
	CHECK_INT(ask(arena, w, request).code, ERROR_OUTSIDE);
	CHECK_INT(ask(arena, w, request).code, ERROR_NONE);
	http_server_free(server);
}
IN_BOTH(fault)

static void refuses_servers(struct world *w)
{
	struct http_server *server = serve(w, echo, NULL, (struct http_server_options){});
	struct http_server_options plain = {}, half = { .certificate_pem = STR("x") };
	struct error err;

	CHECK(!http_serve(w, http_server_address(server), echo, NULL, &plain, &err));
	CHECK_INT(err.code, ERROR_OUTSIDE);
	CHECK(strstr(err.text, "Address already in use"));
	CHECK(!http_serve(w, STR("127.0.0.1:http"), echo, NULL, &plain, &err));
	CHECK_INT(err.code, ERROR_INPUT);
	CHECK(!http_serve(w, STR(""), echo, NULL, &plain, &err));
	CHECK_INT(err.code, ERROR_INPUT);
	CHECK(!http_serve(w, STR("127.0.0.1:0"), echo, NULL, &half, &err));
	CHECK_INT(err.code, ERROR_INPUT);
	http_server_free(server);
	http_server_free(NULL);
}
IN_BOTH(refuses_servers)

static void version_six(struct world *w)
{
	SCRATCH(arena);
	struct http_server_options plain = {};
	struct error err;
	struct http_server *server = http_serve(w, STR("[::1]:0"), echo, NULL, &plain, &err);

	if (!server) {
		test_skip("this machine has no IPv6");
		return;
	}
	CHECK(str_starts(http_server_address(server), STR("[::1]:")));
	CHECK_INT(ask(arena, w, (struct http_request){ .url = url_of(arena, server, "/") }).status,
		  201);
	http_server_free(server);
}
IN_BOTH(version_six)

/* --- redirects ------------------------------------------------------------------------------- */

/* "/3" leads to "/2", and so on to "/0". */
static void count_down(void *data, struct http_exchange *x, const struct http_inbound *request)
{
	char target[] = { '/', (char)(request->path.ptr[1] - 1), 0 };
	struct http_header location = { STR("Location"), str_from_cstr(target) };

	(void)data;
	if (str_equal(request->path, STR("/0")))
		http_reply(x, &(struct http_answer){ .status = 200, .body = request->method });
	else
		http_reply(x, &(struct http_answer){ 302, &location, 1, STR("elsewhere") });
}

static void redirects(struct world *w)
{
	SCRATCH(arena);
	struct http_server *server = serve(w, count_down, NULL, (struct http_server_options){});
	struct http_request request = { .url = url_of(arena, server, "/2") };
	struct heard heard = ask(arena, w, request);

	CHECK_INT(heard.status, 302);
	CHECK(str_contains(buf_str(&heard.headers), STR("location: /1\n")));
	request.redirects_max = 1;
	heard = ask(arena, w, request);
	CHECK_INT(heard.code, ERROR_OUTSIDE);
	request.redirects_max = 2;
	heard = ask(arena, w, request);
	CHECK_INT(heard.status, 200);
	CHECK_TEXT(buf_str(&heard.body), "GET");
	request.stream = true;
	request.method = STR("POST");
	request.body = STR("x");
	heard = ask(arena, w, request);
	CHECK_INT(heard.status, 200);
	CHECK_TEXT(buf_str(&heard.body), "GET");
	http_server_free(server);
}
IN_BOTH(redirects)

/* Says which credentials it got. */
static void show_credentials(void *data, struct http_exchange *x,
			     const struct http_inbound *request)
{
	(void)data;
	http_reply(x, &(struct http_answer){ .status = 200,
					     .body = http_header_get(request->headers,
								     request->header_count,
								     STR("authorization")) });
}

/* Leads to the address that it is given. */
static void lead_away(void *data, struct http_exchange *x, const struct http_inbound *request)
{
	struct http_header location = { STR("Location"), str_from_cstr(data) };

	(void)request;
	http_reply(x, &(struct http_answer){ 307, &location, 1, STR_NONE });
}

static void credentials_stay(struct world *w)
{
	SCRATCH(arena);
	struct http_server *other =
		serve(w, show_credentials, NULL, (struct http_server_options){});
	struct str url = url_of(arena, other, "/");
	struct http_server *server =
		serve(w, lead_away, str_cstr(arena, url), (struct http_server_options){});
	struct http_header header = { STR("Authorization"), STR("Bearer secret") };
	struct http_request request = { .url = url, .headers = &header, .header_count = 1 };
	struct heard heard = ask(arena, w, request);

	CHECK_TEXT(buf_str(&heard.body), "Bearer secret");
	request.url = url_of(arena, server, "/");
	request.redirects_max = 3;
	heard = ask(arena, w, request);
	CHECK_INT(heard.status, 200);
	CHECK_TEXT(buf_str(&heard.body), "");
	http_server_free(server);

	server = serve(w, lead_away, "ftp://127.0.0.1/", (struct http_server_options){});
	request.url = url_of(arena, server, "/");
	heard = ask(arena, w, request);
	CHECK_INT(heard.code, ERROR_OUTSIDE);
	http_server_free(server);
	http_server_free(other);
}
IN_BOTH(credentials_stay)

/* --- stopping -------------------------------------------------------------------------------- */

static void stops(struct world *w)
{
	SCRATCH(arena);
	struct later later = { .world = w };
	struct http_server *server = serve(w, keep, &later, (struct http_server_options){});
	struct str url = url_of(arena, server, "/");
	struct heard running, late;
	struct error err;

	heard_init(&running, arena, w);
	heard_send(&running, (struct http_request){ .url = url });
	wait_for(w, &later.asked);
	http_server_stop(server);
	http_server_stop(server);
	late = ask(arena, w, (struct http_request){ .url = url });
	CHECK_INT(late.code, ERROR_OUTSIDE);
	world_timer(w, 5, reply_kept, &later);
	CHECK_INT(world_run(w, &err), 0); /* ends: the server keeps nothing going any more */
	CHECK_INT(running.status, 200);
	http_server_free(server);
}
IN_BOTH(stops)

static void frees_unanswered(struct world *w)
{
	SCRATCH(arena);
	struct later later = { .world = w };
	struct http_server *server = serve(w, keep, &later, (struct http_server_options){});
	struct heard heard;

	heard_init(&heard, arena, w);
	heard_send(&heard, (struct http_request){ .url = url_of(arena, server, "/") });
	wait_for(w, &later.asked);
	http_server_free(server);
	CHECK(later.gone);
	wait_for(w, &heard.done);
	CHECK_INT(heard.code, ERROR_OUTSIDE);

	server = serve(w, keep, &later, (struct http_server_options){});
	later = (struct later){ .world = w };
	heard_init(&heard, arena, w);
	heard_send(&heard, (struct http_request){ .url = url_of(arena, server, "/") });
	wait_for(w, &later.asked);
	/* Server and client are given up by world_free(); nobody hears of it. */
}
IN_BOTH(frees_unanswered)

/* --- simulation only ------------------------------------------------------------------------- */

static void hosts(void)
{
	SCRATCH(arena);
	struct world *w = simulated_new(&(struct simulated_options){ .seed = 7 });
	struct http_server_options plain = {},
				   tls = { .certificate_pem = STR("any"), .key_pem = STR("any") };
	struct error err;

	CHECK(http_serve(w, STR("prometheus:9090"), echo, NULL, &plain, &err));
	CHECK(http_serve(w, STR("web"), echo, NULL, &plain, &err));
	CHECK(http_serve(w, STR("web"), echo, NULL, &tls, &err));
	CHECK(http_serve(w, STR(":7000"), echo, NULL, &plain, &err));
	static const struct {
		const char *url;
		enum error_code code;
	} rows[] = {
		{ "http://prometheus:9090/", ERROR_NONE },
		{ "http://prometheus/", ERROR_OUTSIDE },
		{ "https://prometheus:9090/", ERROR_OUTSIDE },
		{ "http://web/", ERROR_NONE },
		{ "http://user@web:80/", ERROR_NONE },
		{ "https://web/", ERROR_NONE },
		{ "http://web:443/", ERROR_OUTSIDE },
		{ "http://anything:7000/", ERROR_NONE },
		{ "http://nowhere/", ERROR_OUTSIDE },
	};
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct str url = str_from_cstr(rows[i].url);
		if (!CHECK_INT(ask(arena, w, (struct http_request){ .url = url }).code,
			       rows[i].code))
			printf("# %s\n", rows[i].url);
	}
	world_free(w);
}

static void stays_with_tls(void)
{
	SCRATCH(arena);
	struct world *w = simulated_new(&(struct simulated_options){ .seed = 7 });
	struct http_server_options plain = {},
				   tls = { .certificate_pem = STR("any"), .key_pem = STR("any") };
	struct http_request request = { .url = STR("https://web/"), .redirects_max = 3 };
	struct error err;

	CHECK(http_serve(w, STR("web"), lead_away, "http://web/", &tls, &err));
	CHECK(http_serve(w, STR("web"), echo, NULL, &plain, &err));
	CHECK_INT(ask(arena, w, request).code, ERROR_OUTSIDE);
	world_free(w);
}

/* An hour of a stream takes no time, and the same run comes out every time. */
static void time_is_virtual(void)
{
	SCRATCH(arena);
	struct world *w = simulated_new(&(struct simulated_options){ .seed = 7 });
	struct later later = { .world = w };
	struct http_server *server = serve(w, keep, &later, (struct http_server_options){});
	struct heard heard;
	struct error err;

	heard_init(&heard, arena, w);
	heard_send(&heard,
		   (struct http_request){ .url = url_of(arena, server, "/"), .stream = true });
	wait_for(w, &later.asked);
	http_reply_begin(later.exchange, &(struct http_answer){ .status = 200 });
	CHECK_INT(world_run_for(w, 3600000, &err), 0);
	CHECK(heard.began && !heard.done);
	http_reply_write(later.exchange, STR("still there"));
	CHECK_INT(world_run(w, &err), 0);
	CHECK_TEXT(buf_str(&heard.body), "still there");
	CHECK_INT(world_now_ms(w), SIMULATED_EPOCH_MS + 3600000);
	world_free(w);
}

TESTS(BOTH("method, target, headers and body go there, status, headers and body come back", echoes),
      BOTH("a whole reply may be read as a stream", forms_mix),
      BOTH("a reply may come later", replies_later),
      BOTH("a handler hears that its client has cancelled", client_cancels),
      BOTH("a request that is cancelled at once is silent", cancels_at_once),
      BOTH("an answer that is late is an error, a stream may last", times_out),
      BOTH("a stream arrives as it is written, or as a whole", streams),
      BOTH("a stream begins before it has anything to say", idle_stream_begins),
      BOTH("a slow reader stops the writer at the high mark", slow_reader),
      BOTH("a writer that floods its client loses it at the limit", flood),
      BOTH("a client that takes nothing is given up", stuck_reader),
      BOTH("large bodies pass in both directions", large_bodies),
      BOTH("a body at the limit passes, a larger one is refused", body_limit),
      BOTH("1 GiB is refused with 413", giant_body),
      BOTH("a head beyond the limit is refused with 431", header_limit),
      BOTH("an answer beyond its limit is an error", answer_limit),
      BOTH("clients beyond the limit wait for a place", connections_limit),
      BOTH("what is no request is refused before it is sent", refuses_requests),
      BOTH("errors show neither passwords nor queries of URLs", errors_hide_secrets_of_urls),
      BOTH("the n-th request can be lost", fault),
      BOTH("a server needs an address that is free, and both halves of TLS", refuses_servers),
      BOTH("addresses of IPv6 stand in brackets", version_six),
      BOTH("redirects are followed as often as allowed", redirects),
      BOTH("credentials do not follow a redirect to another server", credentials_stay),
      BOTH("a stopped server ends what runs and takes nothing new", stops),
      BOTH("a server that goes away tells both sides", frees_unanswered),
      { "simulated: servers are found by host, port and scheme", hosts },
      { "simulated: a redirect does not lead out of TLS", stays_with_tls },
      { "simulated: an hour of a stream takes no time", time_is_virtual })
