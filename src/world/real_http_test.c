/* real_http_test - what only sockets can show: connections, hostile clients, TLS, proxies */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/num.h"
#include "world/http_fixture.h"

/* --- a client that writes bytes -------------------------------------------------------------- */

/* Non-blocking, connected or about to be. */
static int connect_to(const struct http_server *server)
{
	struct str rest = http_server_address(server);
	struct sockaddr_in address = { .sin_family = AF_INET };
	uint64_t port = 0;

	str_cut(&rest, ':');
	CHECK(num_uint64(rest, 10, &port));
	address.sin_port = htons((uint16_t)port);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (descriptor < 0)
		return -1;
	int result = connect(descriptor, (struct sockaddr *)&address, sizeof(address));
	CHECK(result == 0 || errno == EINPROGRESS);
	return descriptor;
}

struct raw {
	struct world *world;
	int descriptor;
	struct buf text;
	bool closed;
	const char *wanted; /* sets found when the text has it */
	bool found;
};

static void raw_read(void *data, int descriptor, unsigned events)
{
	struct raw *raw = data;
	char bytes[65536];

	(void)events;
	ssize_t count = read(descriptor, bytes, sizeof(bytes));
	if (count > 0)
		buf_add(&raw->text, (struct str){ bytes, (size_t)count });
	else if (count == 0 || errno != EAGAIN) {
		raw->closed = true;
		real_unwatch(raw->world, descriptor);
	}
	raw->found = raw->wanted && str_contains(buf_str(&raw->text), str_from_cstr(raw->wanted));
}

static void raw_open(struct raw *raw, struct arena *arena, struct world *w,
		     const struct http_server *server)
{
	*raw = (struct raw){ .world = w, .descriptor = connect_to(server) };
	buf_init(&raw->text, arena);
	real_watch(w, raw->descriptor, REAL_READABLE, /* background= */ false, raw_read, raw);
}

static void raw_send(struct raw *raw, struct str bytes)
{
	/* Loopback takes that much at once; a server that has closed already is fine. */
	ssize_t sent = send(raw->descriptor, bytes.ptr, bytes.len, MSG_NOSIGNAL);

	CHECK(sent == (ssize_t)bytes.len || raw->closed || errno == EPIPE || errno == ECONNRESET);
}

static void raw_wait(struct raw *raw, const char *wanted)
{
	raw->wanted = wanted;
	raw->found = str_contains(buf_str(&raw->text), str_from_cstr(wanted));
	wait_for(raw->world, &raw->found);
}

static void raw_close(struct raw *raw)
{
	real_unwatch(raw->world, raw->descriptor);
	close(raw->descriptor);
}

/* How often the text occurs. */
static int occurrences(struct str text, struct str what)
{
	int count = 0;

	for (ptrdiff_t at; (at = str_find(text, what)) >= 0; count++)
		text = str_from(text, (size_t)at + what.len);
	return count;
}

/* --- handlers -------------------------------------------------------------------------------- */

static void echo(void *data, struct http_exchange *x, const struct http_inbound *request)
{
	SCRATCH(arena);

	if (data)
		++*(int *)data;
	http_reply(x, &(struct http_answer){ .status = 200,
					     .body = str_printf(arena, "<%.*s %.*s>",
								STR_FMT(request->target),
								STR_FMT(request->body)) });
}

struct later {
	struct http_exchange *exchange;
	bool asked, gone;
};

static void later_gone(void *data)
{
	((struct later *)data)->gone = true;
}

static void keep(void *data, struct http_exchange *x, const struct http_inbound *request)
{
	struct later *later = data;

	(void)request;
	*later = (struct later){ .exchange = x, .asked = true };
	http_exchange_on(x, (struct http_exchange_events){ .gone = later_gone, .data = later });
}

/* --- connections ----------------------------------------------------------------------------- */

static void keeps_alive(void)
{
	SCRATCH(arena);
	struct world *w = real_new(1);
	struct http_server *server = serve(w, echo, NULL, (struct http_server_options){});
	struct raw raw;

	raw_open(&raw, arena, w, server);
	raw_send(&raw, STR("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n"));
	raw_wait(&raw, "</1 >");
	raw_send(&raw, STR("POST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"));
	raw_wait(&raw, "</2 abc>");
	raw_send(&raw, STR("POST /3 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
			   "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"));
	raw_wait(&raw, "</3 abcde>");
	/* Pipelined: answered one after the other. */
	raw_send(&raw, STR("GET /4 HTTP/1.1\r\nHost: x\r\n\r\nGET /5 HTTP/1.1\r\nHost: x\r\n\r\n"));
	raw_wait(&raw, "</5 >");
	CHECK(str_find(buf_str(&raw.text), STR("</4 >")) <
	      str_find(buf_str(&raw.text), STR("</5 >")));
	CHECK(!raw.closed);
	raw_send(&raw, STR("GET /6 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
	wait_for(w, &raw.closed);
	CHECK_INT(occurrences(buf_str(&raw.text), STR("200 OK")), 6);
	raw_close(&raw);
	world_free(w);
}

static void reply_in_time(void *data)
{
	struct later *later = data;

	http_reply(later->exchange, &(struct http_answer){ .status = 200, .body = STR("<late>") });
}

/* A client that has said all closes its sending side and waits for the answer. */
static void half_closed(void)
{
	SCRATCH(arena);
	struct world *w = real_new(1);
	struct later later = {};
	struct http_server *server = serve(w, keep, &later, (struct http_server_options){});
	struct raw raw;

	raw_open(&raw, arena, w, server);
	raw_send(&raw, STR("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
	shutdown(raw.descriptor, SHUT_WR);
	wait_for(w, &later.asked);
	wait_for(w, &later.gone); /* as far as anybody can know */
	world_timer(w, 10, reply_in_time, &later);
	raw_wait(&raw, "<late>");
	wait_for(w, &raw.closed);
	raw_close(&raw);

	/* The same for requests that were sent one behind the other. */
	raw_open(&raw, arena, w, server);
	raw_send(&raw, STR("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"));
	shutdown(raw.descriptor, SHUT_WR);
	for (int i = 0; i < 2; i++) {
		later.asked = false;
		wait_for(w, &later.asked);
		wait_for(w, &later.gone);
		reply_in_time(&later);
	}
	wait_for(w, &raw.closed);
	CHECK_INT(occurrences(buf_str(&raw.text), STR("<late>")), 2);
	raw_close(&raw);

	/* A stream gets out what was written, and ends. */
	raw_open(&raw, arena, w, server);
	raw_send(&raw, STR("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
	later.asked = false;
	wait_for(w, &later.asked);
	http_reply_begin(later.exchange, &(struct http_answer){ .status = 200 });
	raw_wait(&raw, "200 OK");
	http_reply_write(later.exchange, STR("<last>"));
	shutdown(raw.descriptor, SHUT_WR);
	wait_for(w, &later.gone);
	http_reply_end(later.exchange);
	raw_wait(&raw, "<last>");
	wait_for(w, &raw.closed);
	raw_close(&raw);

	/* Before HTTP/1.1 a stream has no chunks; its end is that of the connection. */
	raw_open(&raw, arena, w, server);
	raw_send(&raw, STR("GET / HTTP/1.0\r\n\r\n"));
	later.asked = false;
	wait_for(w, &later.asked);
	http_reply_begin(later.exchange, &(struct http_answer){ .status = 200 });
	http_reply_write(later.exchange, STR("<all>"));
	http_reply_end(later.exchange);
	wait_for(w, &raw.closed);
	CHECK(str_ends(buf_str(&raw.text), STR("\r\n\r\n<all>")));
	raw_close(&raw);

	/* A client that breaks off is gone, whatever its handler waits for. */
	raw_open(&raw, arena, w, server);
	raw_send(&raw, STR("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
	later.asked = false;
	wait_for(w, &later.asked);
	struct linger reset = { .l_onoff = 1, .l_linger = 0 };
	setsockopt(raw.descriptor, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	raw_close(&raw);
	wait_for(w, &later.gone);
	http_reply_end(later.exchange);
	world_free(w);
}

struct crowd {
	struct world *world;
	int count, asked;
	bool all_asked;
	struct http_exchange **exchanges;
};

static void join(void *data, struct http_exchange *x, const struct http_inbound *request)
{
	struct crowd *crowd = data;

	(void)request;
	crowd->exchanges[crowd->asked++] = x;
	http_reply_begin(x, &(struct http_answer){ .status = 200 });
	crowd->all_asked = crowd->asked == crowd->count;
}

/* As many as the system allows, up to 10,000; both ends are ours. */
static int crowd_size(void)
{
	enum { WANTED = 10000, SPARE = 200 };
	struct rlimit limit = { 2 * WANTED + SPARE, 2 * WANTED + SPARE };

	if (setrlimit(RLIMIT_NOFILE, &limit) < 0) {
		getrlimit(RLIMIT_NOFILE, &limit);
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	return (int)MIN((limit.rlim_cur - SPARE) / 2, (rlim_t)WANTED);
}

enum { JOIN_BATCH = 500 };

/* Opens them in batches, so that the backlog of the socket is never full. */
static void open_crowd(struct crowd *crowd, int *descriptors, const struct http_server *server)
{
	static const char request[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
	int wanted = crowd->count;

	for (int i = 0; i < wanted; i++) {
		descriptors[i] = connect_to(server);
		CHECK(write(descriptors[i], request, sizeof(request) - 1) > 0);
		if ((i + 1) % JOIN_BATCH && i + 1 < wanted)
			continue;
		crowd->count = i + 1;
		crowd->all_asked = crowd->asked == crowd->count;
		wait_for(crowd->world, &crowd->all_asked);
	}
}

static void crowd_real(void)
{
	SCRATCH(arena);
	struct world *w = real_new(1);
	struct crowd crowd = { .world = w, .count = crowd_size() };
	int *descriptors = arena_array(arena, int, (size_t)crowd.count);
	crowd.exchanges = arena_array(arena, struct http_exchange *, (size_t)crowd.count);
	struct http_server *server = serve(w, join, &crowd, (struct http_server_options){});
	int heard = 0;
	struct error err;

	printf("# %d connections\n", crowd.count);
	open_crowd(&crowd, descriptors, server);
	CHECK_INT(crowd.asked, crowd.count);
	for (int i = 0; i < crowd.asked; i++) {
		http_reply_write(crowd.exchanges[i], STR("<hello>"));
		http_reply_end(crowd.exchanges[i]);
	}
	CHECK_INT(world_run_for(w, 100, &err), 0);
	for (int i = 0; i < crowd.count; i++) {
		char bytes[1000];
		ssize_t count = read(descriptors[i], bytes, sizeof(bytes));
		heard += count > 0 &&
			 str_contains((struct str){ bytes, (size_t)count }, STR("<hello>"));
		close(descriptors[i]);
	}
	CHECK_INT(heard, crowd.count);
	http_server_free(server);
	world_free(w);
}

static void crowd_simulated(void)
{
	enum { COUNT = 10000 };
	SCRATCH(arena);
	struct world *w = simulated_new(&(struct simulated_options){ .seed = 7 });
	struct crowd crowd = { .world = w, .count = COUNT };
	struct heard *clients = arena_array(arena, struct heard, COUNT);
	crowd.exchanges = arena_array(arena, struct http_exchange *, COUNT);
	struct http_server *server = serve(w, join, &crowd, (struct http_server_options){});
	struct error err;

	for (int i = 0; i < COUNT; i++) {
		heard_init(&clients[i], arena, w);
		heard_send(&clients[i], (struct http_request){ .url = url_of(arena, server, "/"),
							       .stream = true });
	}
	wait_for(w, &crowd.all_asked);
	for (int i = 0; i < COUNT; i++) {
		http_reply_write(crowd.exchanges[i], STR("<hello>"));
		http_reply_end(crowd.exchanges[i]);
	}
	CHECK_INT(world_run(w, &err), 0);
	for (int i = 0; i < COUNT; i++)
		CHECK_TEXT(buf_str(&clients[i].body), "<hello>");
	world_free(w);
}

/* --- hostile clients ------------------------------------------------------------------------- */

struct drip {
	struct raw *raw;
	const char *rest; /* sent byte by byte */
	struct world *world;
};

static void drip(void *data)
{
	struct drip *d = data;

	if (d->raw->closed)
		return;
	raw_send(d->raw, (struct str){ d->rest, 1 });
	if (d->rest[1])
		d->rest++;
	world_timer(d->world, 10, drip, d);
}

/* A byte every 10 ms: never idle, never done. */
static void check_drip(const char *begin, struct http_server_options options)
{
	SCRATCH(arena);
	struct world *w = real_new(1);
	int asked = 0;
	struct http_server *server = serve(w, echo, &asked, options);
	struct raw raw;

	raw_open(&raw, arena, w, server);
	raw_send(&raw, str_from_cstr(begin));
	struct drip d = { &raw, "X: yyyyyyyyyy", w };
	drip(&d);
	wait_for(w, &raw.closed);
	CHECK_INT(asked, 0);
	raw_close(&raw);
	world_free(w);
}

static void slow_head(void)
{
	check_drip("GET / HTTP/1.1\r\nHost: x\r\n", (struct http_server_options){ .idle_ms = 200 });
}

static void slow_body(void)
{
	check_drip("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n",
		   (struct http_server_options){ .body_ms = 200 });
}

static void says_nothing(void)
{
	SCRATCH(arena);
	struct world *w = real_new(1);
	struct http_server *server =
		serve(w, echo, NULL, (struct http_server_options){ .idle_ms = 100 });
	struct raw raw;

	raw_open(&raw, arena, w, server);
	wait_for(w, &raw.closed);
	CHECK_INT(buf_str(&raw.text).len, 0);
	raw_close(&raw);
	world_free(w);
}

/* Each gets a refusal or a closed connection, never reaches the handler, and harms nobody else. */
static void malformed(void)
{
	static const char *const requests[] = {
		"\x16\x03\x01\x02\x01\x01\xfc\x03\x03\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: ", /* given up after idle_ms */
		"GET\r\n\r\n",
		"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
		"GET / HTTP/1.1\r\n\r\n", /* no Host */
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1x\r\n\r\na",
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
		"fffffffffffffffff\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\na\r\n",
	};
	SCRATCH(arena);
	struct world *w = real_new(1);
	int asked = 0;
	struct http_server *server =
		serve(w, echo, &asked, (struct http_server_options){ .idle_ms = 300 });

	for (size_t i = 0; i < ARRAY_COUNT(requests); i++) {
		struct raw raw;
		raw_open(&raw, arena, w, server);
		raw_send(&raw, str_from_cstr(requests[i]));
		shutdown(raw.descriptor, SHUT_WR);
		wait_for(w, &raw.closed);
		bool refused = !buf_str(&raw.text).len ||
			       str_starts(buf_str(&raw.text), STR("HTTP/1.1 4")) ||
			       str_starts(buf_str(&raw.text), STR("HTTP/1.1 5"));
		if (!CHECK(refused && raw.closed) || !CHECK_INT(asked, 0))
			printf("# request %zu: %.*s\n", i, STR_FMT(buf_str(&raw.text)));
		asked = 0;
		raw_close(&raw);
	}
	CHECK_INT(ask(arena, w, (struct http_request){ .url = url_of(arena, server, "/") }).status,
		  200);
	world_free(w);
}

/* Heads without an end, bodies that say they are small and are not. */
static void too_large(void)
{
	SCRATCH(arena);
	struct world *w = real_new(1);
	int asked = 0;
	struct http_server *server =
		serve(w, echo, &asked, (struct http_server_options){ .body_bytes_max = 100000 });
	struct str filling = { memset(arena_alloc(arena, 60000), 'x', 60000), 60000 };
	struct raw raw;

	raw_open(&raw, arena, w, server);
	raw_send(&raw, STR("GET / HTTP/1.1\r\nHost: x\r\nX: "));
	raw_send(&raw, filling);
	raw_wait(&raw, "HTTP/1.1 431");
	raw_close(&raw);

	raw_open(&raw, arena, w, server);
	raw_send(&raw, STR("GET /"));
	raw_send(&raw, filling);
	raw_wait(&raw, "HTTP/1.1 4");
	raw_close(&raw);

	raw_open(&raw, arena, w, server);
	raw_send(&raw, STR("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1073741824\r\n\r\n"));
	raw_wait(&raw, "HTTP/1.1 413");
	wait_for(w, &raw.closed);
	raw_close(&raw);

	raw_open(&raw, arena, w, server);
	raw_send(&raw, STR("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"));
	for (int i = 0; i < 2; i++) {
		raw_send(&raw, STR("ea60\r\n")); /* 60000 */
		raw_send(&raw, filling);
		raw_send(&raw, STR("\r\n"));
	}
	raw_send(&raw, STR("0\r\n\r\n"));
	raw_wait(&raw, "HTTP/1.1 413");
	raw_close(&raw);
	CHECK_INT(asked, 0);
	world_free(w);
}

/* Two ways to say where a body ends: whoever takes the other one hides a request in it. */
static void smuggled(void)
{
	SCRATCH(arena);
	struct world *w = real_new(1);
	int asked = 0;
	struct http_server *server = serve(w, echo, &asked, (struct http_server_options){});
	struct raw raw;

	raw_open(&raw, arena, w, server);
	raw_send(&raw, STR("POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
			   "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
			   "GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"));
	wait_for(w, &raw.closed);
	CHECK(!str_contains(buf_str(&raw.text), STR("hidden")));
	raw_close(&raw);
	world_free(w);
}

/* --- TLS ------------------------------------------------------------------------------------- */

/* Made for this test, for 127.0.0.1 and a hundred years. */
#define TEST_CERTIFICATE                                                                           \
	"-----BEGIN CERTIFICATE-----\n"                                                            \
	"MIIBaTCCAQ+gAwIBAgIBATAKBggqhkjOPQQDAjAVMRMwEQYDVQQDDApmb3JnZSB0\n"                       \
	"ZXN0MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAVMRMwEQYDVQQD\n"                       \
	"DApmb3JnZSB0ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEiqzdqoi9AFc1\n"                       \
	"rp9lemR+T82pLLf6eMeMQLqwHl4wZmizZ9MgufgMa0IwPe+6NQgtur/Gnbd9DMOW\n"                       \
	"fEbZiYsZ9qNOMEwwGgYDVR0RBBMwEYcEfwAAAYIJbG9jYWxob3N0MA8GA1UdEwEB\n"                       \
	"/wQFMAMBAf8wHQYDVR0OBBYEFD4gdEUvmiLURDptk0VKhtF2RlwwMAoGCCqGSM49\n"                       \
	"BAMCA0gAMEUCIQCY2UCqEQJlWPyDKlvUHF9kcgGHr8phUCoHkKJWKhhTVAIgCv2V\n"                       \
	"mGs1mlPZwbqZO0TAx+xC72nEAXHxoY/qvp1Gf04=\n"                                               \
	"-----END CERTIFICATE-----\n"

#define TEST_KEY                                                                                   \
	"-----BEGIN PRIVATE KEY-----\n"                                                            \
	"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQv9PP/viWE6NDYAQ\n"                       \
	"jQOp0WcGsr8uC2mHjIRC6wDDXR2hRANCAASKrN2qiL0AVzWun2V6ZH5Pzakst/p4\n"                       \
	"x4xAurAeXjBmaLNn0yC5+AxrQjA977o1CC26v8adt30Mw5Z8RtmJixn2\n"                               \
	"-----END PRIVATE KEY-----\n"

static void tls(void)
{
	SCRATCH(arena);
	struct world *w = real_new(1);
	struct http_server *server =
		serve(w, echo, NULL,
		      (struct http_server_options){ .certificate_pem = STR(TEST_CERTIFICATE),
						    .key_pem = STR(TEST_KEY) });
	struct str url = str_printf(arena, "https://%.*s/x", STR_FMT(http_server_address(server)));
	struct heard heard =
		ask(arena, w,
		    (struct http_request){ .url = url, .trusted_pem = STR(TEST_CERTIFICATE) });

	CHECK_INT(heard.status, 200);
	CHECK_TEXT(buf_str(&heard.body), "</x >");
	heard = ask(arena, w, (struct http_request){ .url = url });
	CHECK_INT(heard.code, ERROR_OUTSIDE); /* nobody the system knows has signed it */
	CHECK(str_contains(buf_str(&heard.err), STR("certificate")));
	heard = ask(arena, w, (struct http_request){ .url = url_of(arena, server, "/x") });
	CHECK_INT(heard.code, ERROR_OUTSIDE); /* not without TLS */
	http_server_free(server);

	struct later later = {};
	server = serve(w, keep, &later,
		       (struct http_server_options){ .certificate_pem = STR(TEST_CERTIFICATE),
						     .key_pem = STR(TEST_KEY) });
	url = str_printf(arena, "https://%.*s/", STR_FMT(http_server_address(server)));
	heard_init(&heard, arena, w);
	heard_send(&heard, (struct http_request){ .url = url,
						  .trusted_pem = STR(TEST_CERTIFICATE),
						  .stream = true });
	wait_for(w, &later.asked);
	http_reply_begin(later.exchange, &(struct http_answer){ .status = 200 });
	wait_for(w, &heard.began);
	http_reply_write(later.exchange, STR("in secret"));
	http_reply_end(later.exchange);
	wait_for(w, &heard.done);
	CHECK_TEXT(buf_str(&heard.body), "in secret");
	world_free(w);
}

/* Leads to the address that it is given. */
static void lead_away(void *data, struct http_exchange *x, const struct http_inbound *request)
{
	struct http_header location = { STR("Location"), str_from_cstr(data) };

	(void)request;
	http_reply(x, &(struct http_answer){ 302, &location, 1, STR_NONE });
}

static void stays_with_tls(void)
{
	SCRATCH(arena);
	struct world *w = real_new(1);
	struct http_server *plain = serve(w, echo, NULL, (struct http_server_options){});
	struct http_server *server =
		serve(w, lead_away, str_cstr(arena, url_of(arena, plain, "/")),
		      (struct http_server_options){ .certificate_pem = STR(TEST_CERTIFICATE),
						    .key_pem = STR(TEST_KEY) });
	struct http_request request = { .url = str_printf(arena, "https://%.*s/",
							  STR_FMT(http_server_address(server))),
					.trusted_pem = STR(TEST_CERTIFICATE),
					.redirects_max = 3 };

	CHECK_INT(ask(arena, w, request).code, ERROR_OUTSIDE);
	request.redirects_max = 0;
	CHECK_INT(ask(arena, w, request).status, 302);
	world_free(w);
}

struct flood {
	struct world *world;
	struct later later;
	bool is_over;
};

static void flood_on(void *data)
{
	static const char piece[65536] = { 'x' };
	struct flood *flood = data;

	if (flood->later.gone) {
		http_reply_end(flood->later.exchange);
		flood->is_over = true;
		return;
	}
	if (http_reply_queued(flood->later.exchange) < HTTP_SERVER_QUEUE_BYTES_HIGH)
		http_reply_write(flood->later.exchange, (struct str){ piece, sizeof(piece) });
	world_post(flood->world, flood_on, flood);
}

/* Writing to a client that has just gone away is no signal that ends the program. */
static void tls_client_goes(void)
{
	SCRATCH(arena);
	struct world *w = real_new(1);
	struct flood flood = { .world = w };
	struct http_server *server =
		serve(w, keep, &flood.later,
		      (struct http_server_options){ .certificate_pem = STR(TEST_CERTIFICATE),
						    .key_pem = STR(TEST_KEY) });
	struct heard heard;

	heard_init(&heard, arena, w);
	heard.pauses = true;
	heard_send(&heard,
		   (struct http_request){ .url = str_printf(arena, "https://%.*s/",
							    STR_FMT(http_server_address(server))),
					  .trusted_pem = STR(TEST_CERTIFICATE),
					  .stream = true });
	wait_for(w, &flood.later.asked);
	http_reply_begin(flood.later.exchange, &(struct http_answer){ .status = 200 });
	flood_on(&flood);
	wait_for(w, &heard.began);
	http_cancel(w, heard.id);
	wait_for(w, &flood.is_over);
	http_server_free(server);
	world_free(w);
}

static void tls_needs_a_certificate(void)
{
	struct world *w = real_new(1);
	struct http_server_options options = { .certificate_pem = STR("no certificate"),
					       .key_pem = STR(TEST_KEY) };
	struct error err;

	CHECK(!http_serve(w, STR("127.0.0.1:0"), echo, NULL, &options, &err));
	CHECK_INT(err.code, ERROR_INPUT);
	CHECK(strstr(err.text, "certificate or key cannot be used"));
	world_free(w);
}

/* --- proxies --------------------------------------------------------------------------------- */

/* The environment names a proxy that is none; only a request's own is used. */
static void proxies(void)
{
	SCRATCH(arena);
	struct world *w = real_new(1);
	struct http_server *server = serve(w, echo, NULL, (struct http_server_options){});
	struct http_request request = { .url = url_of(arena, server, "/direct") };

	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
	struct heard heard = ask(arena, w, request);
	CHECK_TEXT(buf_str(&heard.body), "</direct >");
	request = (struct http_request){ .url = STR("http://far.example/x"),
					 .proxy = url_of(arena, server, "") };
	setenv("no_proxy", "*", 1);
	heard = ask(arena, w, request);
	CHECK_TEXT(buf_str(&heard.body), "<http://far.example/x >");
	world_free(w);
}

TESTS({ "a connection serves one request after the other, in their order", keeps_alive },
      { "a half-closed client gets its answer, and a stream ends", half_closed },
      { "real: 10,000 streams at once", crowd_real },
      { "simulated: 10,000 streams at once", crowd_simulated },
      { "a head that comes byte by byte has a limit", slow_head },
      { "a body that comes byte by byte has a limit", slow_body },
      { "a client that sends nothing is disconnected", says_nothing },
      { "malformed requests are refused, the server goes on", malformed },
      { "heads and bodies beyond the limits are refused", too_large },
      { "a request is not smuggled behind another", smuggled },
      { "TLS with a certificate that is trusted, and not otherwise", tls },
      { "a redirect does not lead out of TLS", stays_with_tls },
      { "a TLS client that goes away ends a stream, not the program", tls_client_goes },
      { "TLS needs a certificate", tls_needs_a_certificate },
      { "proxies come from the request, never from the environment", proxies })
