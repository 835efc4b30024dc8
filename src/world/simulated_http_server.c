/* simulated_http_server - HTTP of the simulated world, the server's half: hosts and handlers */
#include "base/arena.h"
#include "world/simulated_link.h"

enum { FREE_PORT_FIRST = 49152 };

static struct str server_key(struct arena *arena, const struct http_address *address)
{
	bool is_v6 = str_find_char(address->host, ':') >= 0;

	return str_printf(arena, is_v6 ? "[%.*s]:%u" : "%.*s:%u", STR_FMT(address->host),
			  address->port);
}

/* The server of that host, or the one that listens at all addresses of that port. */
static struct simulated_server *server_find(const struct simulated *s,
					    const struct http_address *address)
{
	SCRATCH(scratch);
	struct http_address all = { STR(""), address->port };
	struct simulated_server *found = map_get(&s->servers, server_key(scratch, address));

	return found ? found : map_get(&s->servers, server_key(scratch, &all));
}

/* --- taking requests ------------------------------------------------------------------------- */

/* The client's parts are copied: it may cancel while the handler still reads them. */
static void fill(struct simulated_exchange *x, const struct simulated_request *r)
{
	struct http_inbound *in = &x->base.request;
	struct arena *arena = x->base.arena;
	struct str target = r->url.target;

	in->method = str_copy(arena, r->request.method);
	in->headers = http_headers_copy(arena, r->request.headers, r->request.header_count);
	in->header_count = r->request.header_count;
	in->peer = STR("client");
	http_exchange_target(&x->base, str_starts(target, STR("/"))
					       ? str_copy(arena, target)
					       : str_concat(arena, STR("/"), target));
}

static void take(struct simulated_server *server, struct simulated_request *r)
{
	struct simulated_exchange *x =
		(struct simulated_exchange *)http_exchange_new(&server->base, sizeof(*x));
	bool too_large = r->request.body.len > server->base.options.body_bytes_max;

	server->open_count++;
	x->client = r;
	r->exchange = x;
	fill(x, r);
	if (!too_large)
		x->base.request.body = str_copy(x->base.arena, r->request.body);
	http_exchange_run(&x->base, too_large);
}

static void wait_for(struct simulated_server *server, struct simulated_request *r)
{
	r->waits_for = server;
	r->next_waiting = NULL;
	*server->waiting_end = r;
	server->waiting_end = &r->next_waiting;
}

static void stop_waiting(struct simulated_request *r)
{
	struct simulated_server *server = r->waits_for;
	struct simulated_request **at = &server->waiting;

	while (*at != r)
		at = &(*at)->next_waiting;
	*at = r->next_waiting;
	if (!*at)
		server->waiting_end = at;
	r->waits_for = NULL;
}

void simulated_arrive(void *data)
{
	struct simulated_request *r = data;
	struct simulated_server *server = server_find(r->world, &r->url.address);

	r->turn = 0;
	if (!server)
		simulated_fail(r, ERROR_OUTSIDE, STR("no such host in the simulation"));
	else if (server->is_tls != r->url.is_tls)
		simulated_fail(r, ERROR_OUTSIDE,
			       server->is_tls ? STR("the server speaks TLS")
					      : STR("no TLS at the server"));
	else if (server->open_count >= server->base.options.connections_max)
		wait_for(server, r);
	else
		take(server, r);
}

/* The first that waits gets the free place, on a turn of its own. */
static void admit(struct simulated_server *server)
{
	struct simulated_request *r = server->waiting;

	if (!r || server->open_count >= server->base.options.connections_max)
		return;
	stop_waiting(r);
	r->turn = world_post(&r->world->world, simulated_arrive, r);
}

void simulated_part(struct simulated_request *r)
{
	struct simulated_exchange *x = r->exchange;

	if (r->waits_for)
		stop_waiting(r);
	if (!x)
		return;
	struct simulated_server *server = (struct simulated_server *)x->base.server;
	r->exchange = NULL;
	x->client = NULL;
	server->open_count--;
	http_exchange_finished(&x->base);
	admit(server);
}

/* --- replies --------------------------------------------------------------------------------- */

void simulated_http_push(struct http_exchange *base)
{
	struct simulated_request *r = ((struct simulated_exchange *)base)->client;

	assert(r);
	if (!base->is_cut) {
		simulated_transfer_soon(r);
		return;
	}
	simulated_fail(r, ERROR_OUTSIDE, STR("the server has closed the connection"));
	simulated_part(r);
}

/* --- life ------------------------------------------------------------------------------------ */

struct http_server *simulated_http_serve(struct world *w, struct http_address address,
					 const struct http_server_options *options,
					 struct error *err)
{
	SCRATCH(scratch);
	struct simulated *s = (struct simulated *)w;

	if (!address.port)
		address.port = (uint16_t)(FREE_PORT_FIRST + s->port_last++);
	struct str key = server_key(scratch, &address);
	if (map_get(&s->servers, key)) {
		error_set(err, ERROR_OUTSIDE, ERROR_NO_POSITION,
			  "cannot listen at '%.*s': Address already in use", STR_FMT(key));
		return NULL;
	}
	struct simulated_server *server = heap_alloc(sizeof(*server));
	http_server_init(&server->base, w, options);
	server->is_tls = http_server_has_tls(options);
	server->waiting_end = &server->waiting;
	server->base.address = str_copy(server->base.arena, key);
	map_put(&s->servers, server->base.address, server);
	return &server->base;
}

void simulated_http_server_stop(struct http_server *base)
{
	struct simulated_server *server = (struct simulated_server *)base;

	map_remove(&((struct simulated *)base->world)->servers, base->address);
	while (server->waiting) {
		struct simulated_request *r = server->waiting;
		stop_waiting(r);
		simulated_fail(r, ERROR_OUTSIDE, STR("no such host in the simulation"));
	}
}

void simulated_http_server_cut(struct http_server *base)
{
	struct http_exchange *next;

	for (struct http_exchange *x = base->exchanges; x; x = next) {
		struct simulated_request *r = ((struct simulated_exchange *)x)->client;
		next = x->next;
		if (!r)
			continue;
		simulated_fail(r, ERROR_OUTSIDE, STR("the server has closed the connection"));
		simulated_part(r);
	}
}

void simulated_http_server_free(struct http_server *base)
{
	http_server_release(base);
	heap_free(base);
}
