/* http - HTTP clients and servers: requests, responses and streamed bodies */
#include "world/http.h"

#include <stdarg.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/num.h"
#include "world/http_inside.h"
#include "world/table.h"

/* --- parts of messages ----------------------------------------------------------------------- */

struct str http_header_get(const struct http_header *headers, uint32_t count, struct str name)
{
	for (uint32_t i = 0; i < count; i++)
		if (str_equal_nocase(headers[i].name, name))
			return headers[i].value;
	return STR_NONE;
}

/* No header, URL or method may bring a line of its own. */
static bool is_one_line(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] < ' ' && text.ptr[i] != '\t')
			return false;
	return true;
}

/* RFC 9110, section 5.6.2. */
static bool is_token(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (!is_letter && !(c >= '0' && c <= '9') &&
		    str_find_char(STR("!#$%&'*+-.^_`|~"), c) < 0)
			return false;
	}
	return text.len > 0;
}

static bool is_header(const struct http_header *header)
{
	return is_token(header->name) && is_one_line(header->value);
}

struct http_header *http_headers_copy(struct arena *arena, const struct http_header *headers,
				      uint32_t count)
{
	struct http_header *copies = arena_array(arena, struct http_header, count);

	for (uint32_t i = 0; i < count; i++) {
		copies[i].name = str_copy(arena, headers[i].name);
		copies[i].value = str_copy(arena, headers[i].value);
	}
	return copies;
}

size_t http_headers_bytes(const struct http_header *headers, uint32_t count)
{
	size_t bytes = 0;

	for (uint32_t i = 0; i < count; i++)
		bytes += headers[i].name.len + headers[i].value.len + sizeof(": \r\n") - 1;
	return bytes;
}

static bool port_parse(struct str text, uint16_t *ret)
{
	uint64_t port;

	if (!num_uint64(text, 10, &port) || port > UINT16_MAX)
		return false;
	*ret = (uint16_t)port;
	return true;
}

bool http_address_parse(struct str text, uint16_t default_port, struct http_address *ret)
{
	struct str rest = text;
	struct http_address address = { .port = default_port };

	if (str_starts(text, STR("["))) {
		address.host = str_from(str_cut(&rest, ']'), 1);
		if (!rest.ptr || (rest.len && rest.ptr[0] != ':'))
			return false;
		rest = rest.len ? str_from(rest, 1) : STR_NONE;
	} else {
		address.host = str_cut(&rest, ':');
	}
	if (rest.ptr && !port_parse(rest, &address.port))
		return false;
	if (!rest.ptr && !address.host.len)
		return false;
	*ret = address;
	return true;
}

bool http_url_parse(struct str text, struct http_url *ret)
{
	struct http_url url = { .is_tls = str_starts(text, STR("https://")) };

	if (!url.is_tls && !str_starts(text, STR("http://")))
		return false;
	struct str rest = str_from(text, url.is_tls ? 8 : 7);
	rest = str_cut(&rest, '#');
	size_t end = 0;
	while (end < rest.len && rest.ptr[end] != '/' && rest.ptr[end] != '?')
		end++;
	struct str host = str_sub(rest, 0, end);
	host = str_from(host, (size_t)(str_find_last_char(host, '@') + 1));
	url.target = str_from(rest, end);
	if (!http_address_parse(host, url.is_tls ? 443 : 80, &url.address) || !url.address.host.len)
		return false;
	*ret = url;
	return true;
}

struct str http_url_shown(struct arena *arena, struct str url)
{
	ptrdiff_t scheme = str_find(url, STR("://"));
	size_t begin = scheme < 0 ? 0 : (size_t)scheme + 3, end = begin;
	struct str rest = str_from(url, begin);
	struct str path = str_cut(&rest, '#');
	bool has_query = str_find_char(path, '?') >= 0;

	path = str_cut(&path, '?');
	while (end - begin < path.len && path.ptr[end - begin] != '/')
		end++;
	ptrdiff_t user = str_find_last_char(str_sub(path, 0, end - begin), '@');
	return str_printf(
		arena, "%.*s%s%.*s%s", STR_FMT(str_sub(url, 0, begin)), user < 0 ? "" : "***",
		STR_FMT(str_from(path, user < 0 ? 0 : (size_t)user)), has_query ? "?***" : "");
}

int http_error_set(struct error *err, enum error_code code, struct str url, const char *format, ...)
{
	SCRATCH(scratch);
	struct buf text;
	va_list args;

	buf_init(&text, scratch);
	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	return error_set(err, code, ERROR_NO_POSITION, "'%.*s': %.*s",
			 STR_FMT(http_url_shown(scratch, url)), STR_FMT(buf_str(&text)));
}

/* --- asking ---------------------------------------------------------------------------------- */

static int check_url(struct str text, struct error *err)
{
	SCRATCH(scratch);
	struct http_url url;

	if (text.len > HTTP_URL_BYTES_MAX)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "a URL of %zu bytes; allowed are %d", text.len,
				 HTTP_URL_BYTES_MAX);
	if (!is_one_line(text) || str_find_char(text, ' ') >= 0 || !http_url_parse(text, &url))
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "'%.*s' is no URL of http or https",
				 STR_FMT(http_url_shown(scratch, text)));
	return 0;
}

static int check_request(struct world *w, const struct http_request *request, struct error *err)
{
	if (check_url(request->url, err) < 0)
		return -1;
	if (request->method.len && !is_token(request->method))
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' is no HTTP method",
				 STR_FMT(request->method));
	for (uint32_t i = 0; i < request->header_count; i++)
		if (!is_header(&request->headers[i]))
			return http_error_set(err, ERROR_INPUT, request->url,
					      "header '%.*s' has characters that no header has",
					      STR_FMT(request->headers[i].name));
	if (world_fault(w, WORLD_FAULT_HTTP))
		return http_error_set(err, ERROR_OUTSIDE, request->url, "fault injected by a test");
	return 0;
}

uint64_t http_send(struct world *w, const struct http_request *request, struct http_events events)
{
	struct http_request full = *request;
	struct error err;

	assert(events.answered);
	assert(!request->stream || events.chunk);
	if (!full.method.len)
		full.method = STR("GET");
	if (!full.answer_bytes_max)
		full.answer_bytes_max = HTTP_ANSWER_BYTES_MAX;
	bool is_refused = check_request(w, request, &err) < 0;
	return w->table->http_send(w, &full, events, is_refused ? &err : NULL);
}

void http_cancel(struct world *w, uint64_t id)
{
	w->table->http_cancel(w, id);
}

void http_pause(struct world *w, uint64_t id, bool paused)
{
	w->table->http_pause(w, id, paused);
}

/* --- servers --------------------------------------------------------------------------------- */

static void options_fill(struct http_server_options *o)
{
	if (!o->connections_max)
		o->connections_max = HTTP_SERVER_CONNECTIONS_MAX;
	if (!o->header_bytes_max)
		o->header_bytes_max = HTTP_SERVER_HEADER_BYTES_MAX;
	if (!o->body_bytes_max)
		o->body_bytes_max = HTTP_SERVER_BODY_BYTES_MAX;
	if (!o->queue_bytes_high)
		o->queue_bytes_high = HTTP_SERVER_QUEUE_BYTES_HIGH;
	if (!o->queue_bytes_max)
		o->queue_bytes_max = HTTP_SERVER_QUEUE_BYTES_MAX;
	if (!o->idle_ms)
		o->idle_ms = HTTP_SERVER_IDLE_MS;
	if (!o->body_ms)
		o->body_ms = HTTP_SERVER_BODY_MS;
}

bool http_server_has_tls(const struct http_server_options *options)
{
	return options->certificate_pem.len > 0;
}

void http_server_init(struct http_server *server, struct world *w,
		      const struct http_server_options *options)
{
	server->world = w;
	server->options = *options;
	options_fill(&server->options);
	server->options.certificate_pem = server->options.key_pem = STR_NONE;
	server->arena = arena_new("HTTP server");
	server->next = w->http_servers;
	if (server->next)
		server->next->link = &server->next;
	server->link = &w->http_servers;
	w->http_servers = server;
}

void http_server_release(struct http_server *server)
{
	*server->link = server->next;
	if (server->next)
		server->next->link = server->link;
	arena_free(server->arena);
}

struct http_server *http_serve(struct world *w, struct str address, http_handler_fn run, void *data,
			       const struct http_server_options *options, struct error *err)
{
	struct http_address parsed;

	if (!options->certificate_pem.len != !options->key_pem.len) {
		error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
			  "TLS needs both a certificate and its key");
		return NULL;
	}
	if (!http_address_parse(address, http_server_has_tls(options) ? 443 : 80, &parsed)) {
		error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
			  "'%.*s' is no address; write host:port", STR_FMT(address));
		return NULL;
	}
	struct http_server *server = w->table->http_serve(w, parsed, options, err);
	if (!server)
		return NULL;
	server->run = run;
	server->data = data;
	return server;
}

struct str http_server_address(const struct http_server *server)
{
	return server->address;
}

void http_server_stop(struct http_server *server)
{
	if (server->stopped)
		return;
	server->stopped = true;
	server->world->table->http_server_stop(server);
}

static void exchange_free(struct http_exchange *x)
{
	*x->link = x->next;
	if (x->next)
		x->next->link = x->link;
	if (x->notice)
		world_cancel(x->server->world, x->notice);
	backlog_release(&x->queue);
	arena_free(x->arena);
}

/* Each exchange that has not ended hears that its client is gone, and is then ended. */
static void end_all(struct http_server *server)
{
	while (server->exchanges) {
		struct http_exchange *x = server->exchanges;
		bool tells = x->events.gone && !x->told_gone && x->state != HTTP_ENDED;
		x->told_gone = true;
		x->is_finished = true;
		if (tells)
			x->events.gone(x->events.data);
		if (server->exchanges == x)
			exchange_free(x);
	}
}

void http_server_free(struct http_server *server)
{
	if (!server)
		return;
	http_server_stop(server);
	server->world->table->http_server_cut(server);
	end_all(server);
	server->world->table->http_server_free(server);
}

void world_http_free_all(struct world *w)
{
	while (w->http_servers) {
		struct http_server *server = w->http_servers;
		for (struct http_exchange *x = server->exchanges; x; x = x->next)
			x->events = (struct http_exchange_events){};
		http_server_free(server);
	}
}

/* --- exchanges ------------------------------------------------------------------------------- */

struct http_exchange *http_exchange_new(struct http_server *server, size_t size_bytes)
{
	struct arena *arena = arena_new("HTTP exchange");
	struct http_exchange *x = arena_alloc(arena, size_bytes);

	x->arena = arena;
	x->server = server;
	x->next = server->exchanges;
	if (x->next)
		x->next->link = &x->next;
	x->link = &server->exchanges;
	server->exchanges = x;
	return x;
}

void http_exchange_target(struct http_exchange *x, struct str target)
{
	struct str rest = target;

	x->request.target = target;
	x->request.path = str_cut(&rest, '?');
	x->request.query = rest;
}

bool http_exchange_head_too_large(const struct http_exchange *x)
{
	return x->request.target.len +
		       http_headers_bytes(x->request.headers, x->request.header_count) >
	       x->server->options.header_bytes_max;
}

static void refuse(struct http_exchange *x, int status, const char *what, size_t limit_bytes)
{
	struct http_header header = { STR("Content-Type"), STR("text/plain") };

	http_reply(x,
		   &(struct http_answer){ .status = status,
					  .headers = &header,
					  .header_count = 1,
					  .body = str_printf(x->arena, "%s: more than %zu bytes\n",
							     what, limit_bytes) });
}

void http_exchange_run(struct http_exchange *x, bool body_too_large)
{
	if (http_exchange_head_too_large(x))
		refuse(x, 431, "target and headers", x->server->options.header_bytes_max);
	else if (body_too_large)
		refuse(x, 413, "body", x->server->options.body_bytes_max);
	else
		x->server->run(x->server->data, x, &x->request);
}

void http_exchange_on(struct http_exchange *x, struct http_exchange_events events)
{
	x->events = events;
}

static void notify(void *data)
{
	struct http_exchange *x = data;

	x->notice = 0;
	if (x->state == HTTP_ENDED)
		return;
	if (x->is_finished || x->is_half_closed) {
		bool tells = x->events.gone && !x->told_gone;
		x->told_gone = true;
		if (tells)
			x->events.gone(x->events.data);
	} else if (x->events.drained) {
		x->events.drained(x->events.data);
	}
}

static void post_notice(struct http_exchange *x)
{
	if (!x->notice)
		x->notice = world_post(x->server->world, notify, x);
}

void http_exchange_took(struct http_exchange *x, size_t size_bytes)
{
	backlog_drop(&x->queue, size_bytes);
	if (!x->wants_drained || backlog_bytes(&x->queue) > x->server->options.queue_bytes_high / 2)
		return;
	x->wants_drained = false;
	post_notice(x);
}

void http_exchange_half_closed(struct http_exchange *x)
{
	x->is_half_closed = true;
	post_notice(x);
}

void http_exchange_finished(struct http_exchange *x)
{
	x->is_finished = true;
	backlog_release(&x->queue);
	if (x->state == HTTP_ENDED)
		exchange_free(x);
	else
		post_notice(x);
}

/* --- replies --------------------------------------------------------------------------------- */

static bool is_framing(struct str name)
{
	static const struct str names[] = { STR_INIT("content-length"),
					    STR_INIT("transfer-encoding"), STR_INIT("connection"),
					    STR_INIT("keep-alive"), STR_INIT("upgrade") };

	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		if (str_equal_nocase(name, names[i]))
			return true;
	return false;
}

static void keep_head(struct http_exchange *x, const struct http_answer *answer)
{
	struct http_header *kept = arena_array(x->arena, struct http_header, answer->header_count);
	uint32_t count = 0;

	assert(answer->status >= 200 && answer->status <= 599);
	for (uint32_t i = 0; i < answer->header_count; i++)
		if (is_header(&answer->headers[i]) && answer->headers[i].value.len &&
		    !is_framing(answer->headers[i].name))
			kept[count++] = answer->headers[i];
	x->answer.status = answer->status;
	x->answer.header_count = count;
	x->answer.headers = http_headers_copy(x->arena, kept, count);
}

void http_reply(struct http_exchange *x, const struct http_answer *answer)
{
	assert(x->state == HTTP_ASKED);
	x->state = HTTP_ENDED;
	if (x->is_finished) {
		exchange_free(x);
		return;
	}
	keep_head(x, answer);
	if (!str_equal(x->request.method, STR("HEAD")))
		x->answer.body = str_copy(x->arena, answer->body);
	x->server->world->table->http_push(x);
}

void http_reply_begin(struct http_exchange *x, const struct http_answer *head)
{
	assert(x->state == HTTP_ASKED);
	x->state = HTTP_STREAMING;
	x->is_stream = true;
	if (x->is_finished)
		return;
	keep_head(x, head);
	x->server->world->table->http_push(x);
}

size_t http_reply_write(struct http_exchange *x, struct str bytes)
{
	assert(x->state == HTTP_STREAMING);
	if (x->is_finished || x->is_cut || !bytes.len)
		return backlog_bytes(&x->queue);
	if (bytes.len > x->server->options.queue_bytes_max - backlog_bytes(&x->queue)) {
		x->is_cut = true;
		backlog_release(&x->queue);
	} else {
		backlog_add(&x->queue, bytes);
	}
	x->wants_drained |= backlog_bytes(&x->queue) >= x->server->options.queue_bytes_high;
	assert(backlog_bytes(&x->queue) <= x->server->options.queue_bytes_max);
	x->server->world->table->http_push(x);
	return backlog_bytes(&x->queue);
}

size_t http_reply_queued(const struct http_exchange *x)
{
	return backlog_bytes(&x->queue);
}

void http_reply_end(struct http_exchange *x)
{
	assert(x->state == HTTP_STREAMING || x->told_gone);
	x->state = HTTP_ENDED;
	if (x->is_finished)
		exchange_free(x);
	else
		x->server->world->table->http_push(x);
}
