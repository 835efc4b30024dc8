/*
 * real_http_server - HTTP server of the real world: libmicrohttpd on our loop
 *
 * The daemon has no thread and no clock of its own: its epoll descriptor is watched by ours, and
 * the time it wants to be called at is a timer of the world. A connection whose handler has
 * nothing to send is suspended; then the daemon does not look at it, so we watch for its end
 * ourselves. The daemon's time limit is one of inactivity, which a client that sends a byte now
 * and then never reaches; so heads and bodies have limits of ours, kept by a sweep.
 */
#include <fcntl.h>
#include <limits.h>
#include <microhttpd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/num.h"
#include "world/real_inside.h"
#include "world/real_library.h"
#include "world/real_listen.h"

#define MHD_FUNCTIONS(X)                                                                           \
	X(MHD_start_daemon)                                                                        \
	X(MHD_stop_daemon)                                                                         \
	X(MHD_quiesce_daemon)                                                                      \
	X(MHD_run)                                                                                 \
	X(MHD_get_timeout)                                                                         \
	X(MHD_get_daemon_info)                                                                     \
	X(MHD_get_connection_info)                                                                 \
	X(MHD_get_connection_values_n)                                                             \
	X(MHD_suspend_connection)                                                                  \
	X(MHD_resume_connection)                                                                   \
	X(MHD_create_response_from_buffer)                                                         \
	X(MHD_create_response_from_callback)                                                       \
	X(MHD_add_response_header)                                                                 \
	X(MHD_queue_response)                                                                      \
	X(MHD_destroy_response)

struct real_server_library {
#define MEMBER(function) typeof(&(function)) function;
	MHD_FUNCTIONS(MEMBER)
#undef MEMBER
};

static const struct real_symbol mhd_symbols[] = {
#define SYMBOL(function) REAL_SYMBOL(struct real_server_library, function),
	MHD_FUNCTIONS(SYMBOL)
#undef SYMBOL
};

static const struct real_library mhd_library = { "libmicrohttpd.so.12", "libmicrohttpd12",
						 mhd_symbols, ARRAY_COUNT(mhd_symbols) };

enum phase { READS_HEAD, READS_BODY, REPLIES };

enum {
	SWEEPS_PER_LIMIT = 4,
	SWEEP_MS_MIN = 5,
	STREAM_BLOCK_BYTES = 4096,
	IDLE_TURN_MS = 10,
};

struct real_server {
	struct http_server base;
	const struct real_server_library *mhd;
	struct MHD_Daemon *daemon;
	int epoll;
	bool in_turn;
	uint32_t active_count; /* exchanges that the daemon works on: not suspended */
	bool has_moved;	       /* the daemon has called back in this turn */
	bool must_run; /* there is something for the daemon to do that its epoll does not tell */
	bool is_background;
	bool is_cut;
	uint64_t timer; /* when the daemon wants to run; 0: none */
	uint64_t sweep; /* 0: none */
	struct real_connection *connections;
};

struct real_connection {
	struct real_server *server;
	struct MHD_Connection *mhd;
	int descriptor;
	enum phase phase;
	int64_t since_ms; /* of the loop */
	bool is_watched;
	bool peer_closed;      /* its sending side */
	struct backlog target; /* of the request line that came last */
	struct real_exchange *exchange;
	struct real_connection *next, **link;
};

struct real_exchange {
	struct http_exchange base;
	struct real_connection *connection; /* NULL: gone */
	struct backlog body;
	bool body_too_large;
	bool is_ambiguous;
	bool is_asked;
	bool is_suspended;
	bool is_lost; /* to be closed without a reply */
};

static struct real_server *server_of(const struct real_exchange *x)
{
	return (struct real_server *)x->base.server;
}

/* --- when the client goes away --------------------------------------------------------------- */

static void run_daemon_soon(struct real_server *server, int64_t wait_ms);

/* The daemon goes on with the connection when it runs next. */
static void resume(struct real_exchange *x)
{
	struct real_server *server = server_of(x);

	if (!x->is_suspended)
		return;
	x->is_suspended = false;
	server->active_count++;
	server->mhd->MHD_resume_connection(x->connection->mhd);
	if (!server->must_run && !server->in_turn)
		run_daemon_soon(server, 0);
	server->must_run = true;
}

static void unwatch(struct real_connection *c)
{
	if (c->is_watched)
		real_unwatch(c->server->base.world, c->descriptor);
	c->is_watched = false;
}

/*
 * A client that closes only its sending side may still read: it gets a whole reply, if its handler
 * gives one. A stream has nobody left who could end it, so it ends here, once what was written is
 * sent.
 */
static void peer_changed(void *data, int descriptor, unsigned events)
{
	struct real_connection *c = data;
	struct real_exchange *x = c->exchange;

	(void)descriptor;
	c->peer_closed = true;
	unwatch(c);
	if (events & REAL_BROKEN || x->base.is_stream) {
		x->is_lost = events & REAL_BROKEN || !backlog_bytes(&x->base.queue);
		resume(x);
		return;
	}
	http_exchange_half_closed(&x->base);
	c->is_watched = true;
	real_watch(c->server->base.world, c->descriptor, 0, /* background= */ true, peer_changed,
		   c);
}

static void suspend(struct real_exchange *x)
{
	struct real_connection *c = x->connection;

	x->is_suspended = true;
	server_of(x)->active_count--;
	server_of(x)->mhd->MHD_suspend_connection(c->mhd);
	if (c->is_watched || c->peer_closed)
		return;
	c->is_watched = true;
	real_watch(c->server->base.world, c->descriptor, REAL_CLOSED, /* background= */ true,
		   peer_changed, c);
}

/* --- requests -------------------------------------------------------------------------------- */

static struct real_connection *connection_of(const struct real_server *server,
					     struct MHD_Connection *mhd)
{
	return server->mhd->MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
		->socket_context;
}

static void enter(struct real_connection *c, enum phase phase)
{
	c->server->has_moved = true;
	c->phase = phase;
	c->since_ms = c->server->base.world->tick_ms;
}

/* The target as it was sent, with its query; the daemon decodes it afterwards. */
static void *on_target(void *data, const char *target, struct MHD_Connection *mhd)
{
	struct real_connection *c = connection_of(data, mhd);

	backlog_release(&c->target);
	backlog_add(&c->target, str_from_cstr(target));
	return NULL;
}

struct header_sink {
	struct arena *arena;
	struct http_header *headers;
	uint32_t count;
};

static enum MHD_Result add_header(void *data, enum MHD_ValueKind kind, const char *name,
				  size_t name_len, const char *value, size_t value_len)
{
	struct header_sink *sink = data;

	(void)kind;
	sink->headers[sink->count].name = str_copy(sink->arena, (struct str){ name, name_len });
	sink->headers[sink->count].value = str_copy(sink->arena, (struct str){ value, value_len });
	sink->count++;
	return MHD_YES;
}

static void read_headers(struct real_exchange *x, const struct real_connection *c)
{
	const struct real_server_library *mhd = c->server->mhd;
	int count = mhd->MHD_get_connection_values_n(c->mhd, MHD_HEADER_KIND, NULL, NULL);
	struct arena *arena = x->base.arena;
	struct header_sink sink = { .arena = arena };

	sink.headers = arena_array(arena, struct http_header, (size_t)MAX(count, 0));
	mhd->MHD_get_connection_values_n(c->mhd, MHD_HEADER_KIND, add_header, &sink);
	x->base.request.headers = sink.headers;
	x->base.request.header_count = sink.count;
}

static void release_body(void *data)
{
	backlog_release(data);
}

static struct real_exchange *exchange_begin(struct real_connection *c, const char *method)
{
	struct real_exchange *x =
		(struct real_exchange *)http_exchange_new(&c->server->base, sizeof(*x));
	struct arena *arena = x->base.arena;
	const union MHD_ConnectionInfo *address =
		c->server->mhd->MHD_get_connection_info(c->mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);

	x->connection = c;
	c->exchange = x;
	c->server->active_count++;
	arena_cleanup(arena, release_body, &x->body);
	x->base.request.method = str_copy(arena, str_from_cstr(method));
	x->base.request.peer = real_address_format(arena, address ? address->client_addr : NULL);
	http_exchange_target(&x->base, str_copy(arena, backlog_str(&c->target)));
	read_headers(x, c);
	return x;
}

static bool announces_too_much(const struct real_exchange *x)
{
	const struct http_inbound *request = &x->base.request;
	struct str text =
		http_header_get(request->headers, request->header_count, STR("content-length"));
	uint64_t bytes = 0;

	return num_uint64(text, 10, &bytes) && bytes > x->base.server->options.body_bytes_max;
}

/* Two statements of where the body ends: where a proxy takes the other one, a request can hide. */
static bool is_ambiguous(const struct http_inbound *request)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < request->header_count; i++)
		count += str_equal_nocase(request->headers[i].name, STR("content-length")) ||
			 str_equal_nocase(request->headers[i].name, STR("transfer-encoding"));
	return count > 1;
}

static void take_body(struct real_exchange *x, struct str bytes)
{
	if (backlog_bytes(&x->body) + bytes.len > x->base.server->options.body_bytes_max) {
		x->body_too_large = true; /* the rest is thrown away as it comes */
		backlog_release(&x->body);
	}
	if (!x->body_too_large)
		backlog_add(&x->body, bytes);
}

static void ask(struct real_exchange *x)
{
	x->is_asked = true;
	enter(x->connection, REPLIES);
	if (x->is_ambiguous) {
		http_reply(&x->base, &(struct http_answer){ .status = 400 });
		return;
	}
	x->base.request.body = backlog_str(&x->body);
	http_exchange_run(&x->base, x->body_too_large);
}

/* --- replies --------------------------------------------------------------------------------- */

/* The daemon wants bytes of a stream. */
static ssize_t on_read(void *data, uint64_t position, char *to, size_t size_bytes)
{
	struct real_exchange *x = data;
	struct str bytes = str_sub(backlog_str(&x->base.queue), 0, size_bytes);

	(void)position;
	if (x->base.is_cut || x->is_lost)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (bytes.len) {
		memcpy(to, bytes.ptr, bytes.len);
		http_exchange_took(&x->base, bytes.len);
		return (ssize_t)bytes.len;
	}
	if (x->base.state == HTTP_ENDED)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (x->connection->peer_closed)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	suspend(x);
	return 0;
}

static struct MHD_Response *make_response(struct real_exchange *x)
{
	const struct real_server_library *mhd = server_of(x)->mhd;
	struct str body = x->base.answer.body;

	if (x->base.is_stream)
		return mhd->MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK_BYTES,
							      on_read, x, NULL);
	return mhd->MHD_create_response_from_buffer(body.len, (void *)body.ptr,
						    MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result send_reply(struct real_exchange *x)
{
	const struct real_server_library *mhd = server_of(x)->mhd;
	const struct http_answer *answer = &x->base.answer;
	struct MHD_Response *response = make_response(x);

	for (uint32_t i = 0; i < answer->header_count; i++)
		mhd->MHD_add_response_header(response,
					     str_cstr(x->base.arena, answer->headers[i].name),
					     str_cstr(x->base.arena, answer->headers[i].value));
	if (x->base.server->stopped)
		mhd->MHD_add_response_header(response, "Connection", "close");
	enum MHD_Result result =
		mhd->MHD_queue_response(x->connection->mhd, (unsigned)answer->status, response);
	mhd->MHD_destroy_response(response);
	return result;
}

static enum MHD_Result reply_or_wait(struct real_exchange *x)
{
	bool has_reply = x->base.state != HTTP_ASKED;

	if (x->is_lost || server_of(x)->is_cut || (has_reply && !x->base.answer.status))
		return MHD_NO;
	if (has_reply)
		return send_reply(x);
	suspend(x);
	return MHD_YES;
}

/* Once with the head, then with each part of the body, then until there is a reply. */
static enum MHD_Result on_request(void *data, struct MHD_Connection *mhd, const char *url,
				  const char *method, const char *version, const char *upload,
				  size_t *upload_bytes, void **request)
{
	struct real_connection *c = connection_of(data, mhd);
	struct real_exchange *x = *request;

	(void)url;
	(void)version;
	if (!x) {
		x = *request = exchange_begin(c, method);
		enter(c, READS_BODY);
		x->body_too_large = announces_too_much(x);
		x->is_ambiguous = is_ambiguous(&x->base.request);
		if (!x->body_too_large && !x->is_ambiguous &&
		    !http_exchange_head_too_large(&x->base))
			return MHD_YES;
	} else if (*upload_bytes) {
		take_body(x, (struct str){ upload, *upload_bytes });
		*upload_bytes = 0;
		return MHD_YES;
	}
	if (!x->is_asked)
		ask(x);
	return reply_or_wait(x);
}

static void on_completed(void *data, struct MHD_Connection *mhd, void **request,
			 enum MHD_RequestTerminationCode why)
{
	struct real_exchange *x = *request;

	(void)data;
	(void)mhd;
	(void)why;
	if (!x)
		return;
	*request = NULL;
	server_of(x)->active_count--;
	unwatch(x->connection);
	enter(x->connection, READS_HEAD);
	x->connection->exchange = NULL;
	x->connection->peer_closed = false; /* to be told again for the next request */
	x->connection = NULL;
	if (!x->is_asked)
		x->base.state = HTTP_ENDED; /* no handler has ever seen it */
	http_exchange_finished(&x->base);
}

void real_http_push(struct http_exchange *base)
{
	resume((struct real_exchange *)base);
}

/* --- connections ----------------------------------------------------------------------------- */

static int64_t limit_ms(const struct real_connection *c)
{
	switch (c->phase) {
	case READS_HEAD:
		return c->server->base.options.idle_ms;
	case READS_BODY:
		return c->server->base.options.body_ms;
	case REPLIES:
		return INT64_MAX; /* the daemon's limit of inactivity */
	}
	BUG("a phase of a connection");
}

/* The daemon sees the end of the connection and gives it up. */
static void close_connection(const struct real_connection *c)
{
	shutdown(c->descriptor, SHUT_RDWR);
}

static void sweep(void *data);

static void sweep_soon(struct real_server *server)
{
	const struct http_server_options *o = &server->base.options;
	int64_t pause_ms = MIN(o->idle_ms, o->body_ms) / SWEEPS_PER_LIMIT;

	server->sweep = server->connections
				? world_timer(server->base.world, MAX(pause_ms, SWEEP_MS_MIN),
					      sweep, server)
				: 0;
}

static void sweep(void *data)
{
	struct real_server *server = data;
	int64_t now_ms = server->base.world->tick_ms;

	for (struct real_connection *c = server->connections; c; c = c->next)
		if (now_ms - c->since_ms >= limit_ms(c))
			close_connection(c);
	sweep_soon(server);
}

static void connection_begin(struct real_server *server, struct MHD_Connection *mhd, void **context)
{
	struct real_connection *c = heap_alloc(sizeof(*c));

	*context = c;
	c->server = server;
	c->mhd = mhd;
	c->descriptor = server->mhd->MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)
				->connect_fd;
	c->next = server->connections;
	if (c->next)
		c->next->link = &c->next;
	c->link = &server->connections;
	server->connections = c;
	enter(c, READS_HEAD);
	if (!server->sweep)
		sweep_soon(server);
}

/* A daemon at its limit looks for the clients that wait only when it runs again. */
static void connection_end(struct real_connection *c)
{
	struct real_server *server = c->server;

	server->must_run = true;
	*c->link = c->next;
	if (c->next)
		c->next->link = c->link;
	backlog_release(&c->target);
	heap_free(c);
	if (server->connections)
		return;
	world_cancel(server->base.world, server->sweep);
	server->sweep = 0;
}

static void on_connection(void *data, struct MHD_Connection *mhd, void **context,
			  enum MHD_ConnectionNotificationCode what)
{
	if (what == MHD_CONNECTION_NOTIFY_STARTED)
		connection_begin(data, mhd, context);
	else if (*context)
		connection_end(*context);
}

/* --- the daemon on our loop ------------------------------------------------------------------ */

static void daemon_ready(void *data, int descriptor, unsigned events);
static void daemon_timer(void *data);

static void watch_daemon(struct real_server *server)
{
	real_unwatch(server->base.world, server->epoll);
	real_watch(server->base.world, server->epoll, REAL_READABLE, server->is_background,
		   daemon_ready, server);
}

/* A stopped server with nothing to do keeps no loop going. */
static void retire(struct real_server *server)
{
	if (!server->base.stopped || server->base.exchanges || server->is_background)
		return;
	server->is_background = true;
	watch_daemon(server);
}

static void run_daemon_soon(struct real_server *server, int64_t wait_ms)
{
	world_cancel(server->base.world, server->timer);
	server->timer = world_timer(server->base.world, wait_ms, daemon_timer, server);
}

/*
 * When the daemon wants to run again; -1: when its epoll says so. Half a TLS record makes it ask
 * for 0 ms over and over. Without anything to work on it can wait: what arrives wakes it anyway.
 */
static int64_t pause_ms(const struct real_server *server)
{
	MHD_UNSIGNED_LONG_LONG wanted_ms = 0;

	if (server->must_run)
		return 0;
	if (server->mhd->MHD_get_timeout(server->daemon, &wanted_ms) != MHD_YES)
		return -1;
	bool is_busy = server->active_count || server->has_moved;
	return MAX((int64_t)MIN(wanted_ms, INT_MAX), is_busy ? 0 : IDLE_TURN_MS);
}

static void run_daemon(struct real_server *server)
{
	assert(!server->in_turn);
	world_cancel(server->base.world, server->timer);
	server->timer = 0;
	server->must_run = server->has_moved = false;
	server->in_turn = true;
	server->mhd->MHD_run(server->daemon);
	server->in_turn = false;
	int64_t wait_ms = pause_ms(server);
	if (wait_ms >= 0)
		run_daemon_soon(server, wait_ms);
	retire(server);
}

static void daemon_ready(void *data, int descriptor, unsigned events)
{
	(void)descriptor;
	(void)events;
	run_daemon(data);
}

static void daemon_timer(void *data)
{
	run_daemon(data);
}

/* --- life ------------------------------------------------------------------------------------ */

static const struct real_server_library *library_get(struct real *real, struct error *err)
{
	struct real_server_library loaded;

	if (real->server_library)
		return real->server_library;
	if (real_library_load(&mhd_library, &loaded, err) < 0) {
		error_wrap(err, "no HTTP server");
		return NULL;
	}
	real->server_library = heap_alloc(sizeof(loaded));
	*real->server_library = loaded;
	return real->server_library;
}

void real_server_library_free(struct real_server_library *library)
{
	heap_free(library);
}

/* The head must fit into half of a connection's memory; the other half is for what is sent. */
static struct MHD_Daemon *start_daemon(struct real_server *server, int descriptor,
				       const struct http_server_options *options)
{
	const struct http_server_options *o = &server->base.options;
	struct arena *arena = server->base.arena;
	bool has_tls = http_server_has_tls(options);
	unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME;
	struct MHD_OptionItem items[] = {
		{ MHD_OPTION_LISTEN_SOCKET, descriptor, NULL },
		{ MHD_OPTION_CONNECTION_LIMIT, (intptr_t)o->connections_max, NULL },
		{ MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t)(2 * o->header_bytes_max), NULL },
		{ MHD_OPTION_CONNECTION_TIMEOUT, (intptr_t)((o->idle_ms + 999) / 1000), NULL },
		{ MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL },
		{ MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_completed, server },
		{ MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, server },
		{ MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)on_target, server },
		{ MHD_OPTION_END, 0, NULL },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, NULL },
		{ MHD_OPTION_END, 0, NULL },
	};

	if (has_tls) {
		flags |= MHD_USE_TLS;
		items[ARRAY_COUNT(items) - 3] =
			(struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_CERT, 0,
						 str_cstr(arena, options->certificate_pem) };
		items[ARRAY_COUNT(items) - 2].ptr_value = str_cstr(arena, options->key_pem);
	}
	return server->mhd->MHD_start_daemon(flags, 0, NULL, NULL, on_request, server,
					     MHD_OPTION_ARRAY, items, MHD_OPTION_END);
}

struct http_server *real_http_serve(struct world *w, struct http_address address,
				    const struct http_server_options *options, struct error *err)
{
	const struct real_server_library *mhd = library_get((struct real *)w, err);
	int descriptor = mhd ? real_listen(&address, err) : -1;

	if (descriptor < 0)
		return NULL;
	struct real_server *server = heap_alloc(sizeof(*server));
	server->mhd = mhd;
	http_server_init(&server->base, w, options);
	server->base.address = real_listen_address(server->base.arena, descriptor);
	server->daemon = start_daemon(server, descriptor, options);
	if (!server->daemon) {
		error_set(err, http_server_has_tls(options) ? ERROR_INPUT : ERROR_OUTSIDE,
			  ERROR_NO_POSITION, "cannot serve at '%.*s'%s",
			  STR_FMT(server->base.address),
			  http_server_has_tls(options) ? ": certificate or key cannot be used"
						       : "");
		/* It closes the socket only when it fails late. */
		if (fcntl(descriptor, F_GETFD) >= 0)
			close(descriptor);
		real_http_server_free(&server->base);
		return NULL;
	}
	server->epoll =
		mhd->MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
	watch_daemon(server);
	return &server->base;
}

void real_http_server_stop(struct http_server *base)
{
	struct real_server *server = (struct real_server *)base;

	close(server->mhd->MHD_quiesce_daemon(server->daemon));
	for (struct real_connection *c = server->connections; c; c = c->next)
		if (c->phase == READS_HEAD)
			close_connection(c);
	retire(server);
}

void real_http_server_cut(struct http_server *base)
{
	struct real_server *server = (struct real_server *)base;

	assert(!server->in_turn);
	server->is_cut = true;
	for (struct real_connection *c = server->connections; c; c = c->next)
		if (c->exchange) {
			c->exchange->is_lost = true;
			resume(c->exchange);
		}
	real_unwatch(base->world, server->epoll);
	world_cancel(base->world, server->timer);
	server->mhd->MHD_stop_daemon(server->daemon);
	assert(!server->connections);
	world_cancel(base->world, server->sweep);
}

void real_http_server_free(struct http_server *base)
{
	http_server_release(base);
	heap_free(base);
}
