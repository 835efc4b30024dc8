/*
 * http_inside - what http.c and the worlds share: servers, exchanges, addresses
 *
 * Layer: world. Private: http.c, real_listen.h, table.h.
 *
 * An exchange has two holders: the handler, until it has ended it, and the world, until the reply
 * is delivered or the client is lost. The world calls http_exchange_finished() for the latter; the
 * exchange is freed with the later of the two.
 */
#ifndef FORGE_WORLD_HTTP_INSIDE_H
#define FORGE_WORLD_HTTP_INSIDE_H

#include "world/backlog.h"
#include "world/http.h"

struct http_server {
	struct world *world;
	struct http_server_options options; /* with the defaults filled in; without the PEM texts */
	http_handler_fn run;
	void *data;
	struct str address; /* bound */
	struct arena *arena;
	bool stopped;
	struct http_exchange *exchanges;
	struct http_server *next, **link; /* of the world's servers */
};

enum http_state { HTTP_ASKED, HTTP_STREAMING, HTTP_ENDED };

struct http_exchange {
	struct http_server *server;
	struct arena *arena; /* holds all of it but the queue */
	struct http_inbound request;
	struct http_exchange_events events;
	enum http_state state;
	bool is_stream;
	bool is_finished;    /* the world needs it no more */
	bool is_half_closed; /* the client sends nothing more */
	bool is_cut;	     /* it wrote too much: the connection is to be closed */
	bool wants_drained;  /* it was told to wait */
	bool told_gone;
	struct http_answer answer; /* what it replies; status 0: nothing yet */
	struct backlog queue;	   /* of a stream */
	uint64_t notice;	   /* the posted event that tells drained or gone; 0: none */
	struct http_exchange *next, **link;
};

struct http_address {
	struct str host; /* without brackets; empty: all */
	uint16_t port;
};

/* "host", "host:port", "[host]:port", ":port". False when it is none. */
bool http_address_parse(struct str text, uint16_t default_port, struct http_address *ret);

struct http_url {
	bool is_tls;
	struct http_address address;
	struct str target; /* from the path on, without the fragment; may be empty */
};

/* False when it is no http or https URL. Borrows from text. */
bool http_url_parse(struct str text, struct http_url *ret);

/* Sets "'URL': text"; passwords and queries of the URL are not shown. Returns -1. */
int http_error_set(struct error *err, enum error_code code, struct str url, const char *format, ...)
	PRINTF_LIKE(4, 5);
/* The URL as messages show it. */
struct str http_url_shown(struct arena *arena, struct str url);

struct http_header *http_headers_copy(struct arena *arena, const struct http_header *headers,
				      uint32_t count);
size_t http_headers_bytes(const struct http_header *headers, uint32_t count);

/* Links the server into the world's list; the caller has allocated it, with its arena. */
void http_server_init(struct http_server *server, struct world *w,
		      const struct http_server_options *options);
void http_server_release(struct http_server *server); /* unlinks it and gives up its arena */
bool http_server_has_tls(const struct http_server_options *options);

/* A new exchange in an arena of its own. size_bytes: of the struct that begins with it. */
struct http_exchange *http_exchange_new(struct http_server *server, size_t size_bytes);

/* Sets target, path and query; borrows target. */
void http_exchange_target(struct http_exchange *x, struct str target);

/* Calls the handler, or replies with 431 or 413 when a limit is exceeded. */
void http_exchange_run(struct http_exchange *x, bool body_too_large);

/* True when target and headers are larger than the server allows. */
bool http_exchange_head_too_large(const struct http_exchange *x);

/* Bytes have left the queue. */
void http_exchange_took(struct http_exchange *x, size_t size_bytes);

/* The client has shut down its sending side or disconnected; a whole reply is still sent. */
void http_exchange_half_closed(struct http_exchange *x);

/* The world releases the exchange; if the handler has not ended it, its client has disconnected.
 * May free it. */
void http_exchange_finished(struct http_exchange *x);

#endif
