/*
 * http - HTTP clients and servers: requests, responses and streamed bodies
 *
 * Layer: world. In the real world messages go through libcurl and libmicrohttpd, which are loaded
 * when they are first needed; in the simulated world from http_send() to the handler that serves
 * the host of the URL. Neither side can tell which world it is in.
 *
 * Client: a request has exactly one last event, answered(), unless it is cancelled. Server: a
 * handler gets an exchange and ends it exactly once, by http_reply() or http_reply_end(), also when
 * the client has disconnected. Until then the exchange and its request are valid, whatever the
 * client does; afterwards they are not.
 *
 *	static void greet(void *data, struct http_exchange *x, const struct http_inbound *request)
 *	{
 *		http_reply(x, &(struct http_answer){ .status = 200, .body = request->path });
 *	}
 *	struct http_server *server = http_serve(world, STR("127.0.0.1:8080"), greet, NULL,
 *						&(struct http_server_options){}, &err);
 *
 * Redirects, proxies and certificates: nothing is taken from the environment. A redirect is
 * followed only as often as the request says, and never from https to http.
 */
#ifndef FORGE_WORLD_HTTP_H
#define FORGE_WORLD_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

struct world;

struct http_header {
	struct str name, value;
};

/* An answer as a client gets it, and a reply as a handler gives it. */
struct http_answer {
	int status;
	const struct http_header *headers;
	uint32_t header_count;
	struct str body;
};

/* The name in any case; absent when there is none. */
struct str http_header_get(const struct http_header *headers, uint32_t count, struct str name);

/* --- asking ---------------------------------------------------------------------------------- */

enum {
	HTTP_ANSWER_BYTES_MAX = 1 << 30, /* of an answer's body that is not a stream */
	HTTP_ANSWER_HEADER_BYTES_MAX = 256 << 10,
	HTTP_ARRIVED_BYTES_MAX = 1 << 20, /* of a stream that its reader has not got yet */
	HTTP_URL_BYTES_MAX = 64 << 10,
};

struct http_request {
	struct str method; /* absent: GET */
	struct str url;	   /* http://host:port/path?query, or https; no other protocol */
	const struct http_header *headers;
	uint32_t header_count;
	struct str body;	 /* not copied: stays until the last event, or http_cancel() */
	struct str trusted_pem;	 /* certificates to trust; absent: those of the system */
	struct str proxy;	 /* http://host:port; absent: none, whatever the environment says */
	uint32_t redirects_max;	 /* 0: a redirect is an answer like any other */
	size_t answer_bytes_max; /* 0: HTTP_ANSWER_BYTES_MAX; not for a stream */
	/* until the answer is complete, or for a stream until it begins; 0: none */
	int64_t timeout_ms;
	bool stream; /* the body arrives through .chunk as it comes, not in the answer */
};

struct http_events {
	/* Of a stream: status and headers are there, the body follows. May be NULL. */
	void (*began)(void *data, const struct http_answer *answer);
	/* Of a stream; may be NULL otherwise. The bytes are borrowed. */
	void (*chunk)(void *data, struct str bytes);
	/*
	 * The last event. err is NULL when there is an answer, and answer is NULL otherwise. Both
	 * are borrowed. A stream that breaks off is an error.
	 */
	void (*answered)(void *data, const struct http_answer *answer, const struct error *err);
	void *data;
};

/*
 * Copies the request, except for its body. Never answers before it returns. Returns an id for
 * http_cancel() and http_pause(). Errors: ERROR_INPUT (a URL or a header that is none),
 * ERROR_OUTSIDE (no connection, no library, an answer too large), ERROR_DEADLINE.
 */
uint64_t http_send(struct world *w, const struct http_request *request, struct http_events events);

/* No callback runs afterwards. The request may have ended already. */
void http_cancel(struct world *w, uint64_t id);

/*
 * While a stream is paused, chunk() is not called; once HTTP_ARRIVED_BYTES_MAX and the socket
 * buffers are full, TCP flow control stops the server.
 */
void http_pause(struct world *w, uint64_t id, bool paused);

/* --- serving --------------------------------------------------------------------------------- */

enum {
	HTTP_SERVER_CONNECTIONS_MAX = 16384,
	HTTP_SERVER_HEADER_BYTES_MAX = 16 << 10,
	HTTP_SERVER_BODY_BYTES_MAX = 16 << 20,
	HTTP_SERVER_QUEUE_BYTES_HIGH = 256 << 10,
	HTTP_SERVER_QUEUE_BYTES_MAX = 16 << 20,
	HTTP_SERVER_IDLE_MS = 60000,
	HTTP_SERVER_BODY_MS = 60000,
};

/* 0 means the default of the same name above. */
struct http_server_options {
	struct str certificate_pem, key_pem; /* both: TLS. The chain, own certificate first */
	uint32_t connections_max;	     /* clients beyond it wait for a free place */
	size_t header_bytes_max;	     /* target and headers; beyond it the answer is 431 */
	size_t body_bytes_max;		     /* beyond it the answer is 413 */
	size_t queue_bytes_high;	     /* a stream should stop writing here */
	size_t queue_bytes_max;		     /* a stream that writes on loses its client here */
	int64_t idle_ms; /* for a whole header to come, or a client to take anything at all */
	int64_t body_ms; /* for a whole body to come, from its header on */
};

/* What a client asks for. */
struct http_inbound {
	struct str method;
	struct str target;	/* as sent, not decoded: path?query */
	struct str path, query; /* the parts of target; query absent when there is no "?" */
	const struct http_header *headers;
	uint32_t header_count;
	struct str body;
	struct str peer; /* 127.0.0.1:41024 */
};

struct http_exchange;
struct http_server;

/* Called from the loop; replies now or later, and never waits for anything itself. */
typedef void (*http_handler_fn)(void *data, struct http_exchange *x,
				const struct http_inbound *request);

/*
 * Listens at address: "host:port", "[::1]:port", ":port" for all IPv4 addresses, or "host" for
 * port 80 (443 with TLS). Port 0 takes a free one. A listening server of the real world keeps
 * world_run() going. NULL and err: ERROR_INPUT (no address, certificate or key), ERROR_OUTSIDE
 * (taken, no library).
 */
struct http_server *http_serve(struct world *w, struct str address, http_handler_fn run, void *data,
			       const struct http_server_options *options,
			       struct error *err) MUST_USE;

/* The address that is bound, with its port. */
struct str http_server_address(const struct http_server *server);

/* Takes no new connections; the exchanges that run go on. */
void http_server_stop(struct http_server *server);

/*
 * Stops listening, closes all connections, calls gone() for each exchange that has not ended, and
 * ends those that the handler does not end then. Not from inside its own handler. NULL is fine.
 */
void http_server_free(struct http_server *server);

struct http_exchange_events {
	void (*drained)(void *data); /* the queue is at most half of queue_bytes_high again */
	/*
	 * The client has disconnected: end the exchange, by http_reply_end() even if no reply was
	 * begun. As in Go's net/http, this is also called when the client has only shut down its
	 * sending side; such a client still gets what http_reply() sends.
	 */
	void (*gone)(void *data);
	void *data;
};

/* Registers callbacks for events of the client's connection; any of them may be NULL. */
void http_exchange_on(struct http_exchange *x, struct http_exchange_events events);

/*
 * The whole reply; ends the exchange. All is copied. Length, framing and connection headers are
 * the world's own; those, and headers that are empty or have line breaks in them, are left out. A
 * client that has closed its sending side still gets it.
 */
void http_reply(struct http_exchange *x, const struct http_answer *answer);

/* A stream: begin, any number of writes, end. The body of head is ignored. */
void http_reply_begin(struct http_exchange *x, const struct http_answer *head);

/*
 * Queues a copy. Returns the bytes that are queued now: from queue_bytes_high on, wait for
 * drained(). What would go beyond queue_bytes_max cuts the connection instead. A stream whose
 * client has closed its sending side ends as soon as its queue is empty. Once the client has gone
 * away, writes are dropped and 0 is returned.
 */
size_t http_reply_write(struct http_exchange *x, struct str bytes);
size_t http_reply_queued(const struct http_exchange *x);

void http_reply_end(struct http_exchange *x);

#endif
