/*
 * simulated_link - one request of the simulated world between its client and its server
 *
 * Layer: world. Private: simulated_http.c, simulated_http_server.c.
 */
#ifndef FORGE_WORLD_SIMULATED_LINK_H
#define FORGE_WORLD_SIMULATED_LINK_H

#include "world/simulated_inside.h"

/* The client's half. */
struct simulated_request {
	struct simulated *world;
	struct arena *arena; /* holds all of it */
	uint64_t id;
	struct http_request request;
	struct http_url url;
	struct http_events events;
	struct http_answer answer;
	struct backlog body; /* of an answer that is no stream */
	struct error err;
	bool failed;
	bool ended; /* the answer is on its way */
	bool paused;
	bool has_head;
	uint32_t redirect_count;
	uint64_t turn;			    /* the event that comes next for it; 0: none */
	uint64_t timeout;		    /* 0: none */
	uint64_t idle;			    /* while it is paused and something waits; 0: none */
	struct simulated_server *waits_for; /* a free place at it */
	struct simulated_exchange *exchange;
	struct simulated_request *next, **link;
	struct simulated_request *next_waiting; /* for the same server */
};

/* The server's half. */
struct simulated_exchange {
	struct http_exchange base;
	struct simulated_request *client; /* NULL: gone */
};

struct simulated_server {
	struct http_server base;
	bool is_tls;
	uint32_t open_count;
	struct simulated_request *waiting, **waiting_end;
};

/* The request has arrived at its host: finds the server, which takes it or lets it wait. */
void simulated_arrive(void *request);

/* The answer is an error, from the next turn on. A request that has ended stays as it is. */
void simulated_fail(struct simulated_request *r, enum error_code code, struct str what);

/* The server has something for the client. */
void simulated_transfer_soon(struct simulated_request *r);

/* Client and server part: the exchange loses its client, the server gets a free place. */
void simulated_part(struct simulated_request *r);

#endif
