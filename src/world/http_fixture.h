/*
 * http_fixture - clients and servers for the tests of HTTP
 *
 * Layer: world. Private: its folder.
 *
 * IN_BOTH(name) makes a test of each world from static void name(struct world *w); BOTH() lists
 * the two.
 */
#ifndef FORGE_WORLD_HTTP_FIXTURE_H
#define FORGE_WORLD_HTTP_FIXTURE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/test.h"
#include "world/http.h"
#include "world/real.h"
#include "world/simulated.h"
#include "world/world.h"

#define IN_BOTH(name)                                                                              \
	static void name##_simulated(void)                                                         \
	{                                                                                          \
		struct world *w = simulated_new(&(struct simulated_options){ .seed = 7 });         \
		name(w);                                                                           \
		world_free(w);                                                                     \
	}                                                                                          \
	static void name##_real(void)                                                              \
	{                                                                                          \
		struct world *w = real_new(7);                                                     \
		name(w);                                                                           \
		world_free(w);                                                                     \
	}

#define BOTH(text, name)                                                                           \
	{ "simulated: " text, name##_simulated },                                                  \
	{                                                                                          \
		"real: " text, name##_real                                                         \
	}

/* No test takes that long; it only ends one that hangs. */
enum { PATIENCE_MS = 5000 };

/* What a client has heard. */
struct heard {
	struct world *world;
	uint64_t id;
	struct buf body;
	struct buf headers; /* "name: value" lines, names in lower case */
	int status;	    /* -1: none yet */
	enum error_code code;
	struct buf err;
	bool began, done;
	uint32_t chunk_count;
	bool pauses; /* as soon as the stream begins */
};

static inline void heard_headers(struct heard *heard, const struct http_answer *answer)
{
	SCRATCH(scratch);

	buf_clear(&heard->headers);
	for (uint32_t i = 0; i < answer->header_count; i++)
		buf_printf(&heard->headers, "%.*s: %.*s\n",
			   STR_FMT(str_lower(scratch, answer->headers[i].name)),
			   STR_FMT(answer->headers[i].value));
	heard->status = answer->status;
}

static inline void heard_began(void *data, const struct http_answer *answer)
{
	struct heard *heard = data;

	CHECK(!heard->began && !heard->done);
	heard->began = true;
	heard_headers(heard, answer);
	if (heard->pauses)
		http_pause(heard->world, heard->id, true);
}

static inline void heard_chunk(void *data, struct str bytes)
{
	struct heard *heard = data;

	CHECK(heard->began && !heard->done && bytes.len > 0);
	heard->chunk_count++;
	buf_add(&heard->body, bytes);
}

static inline void heard_answer(void *data, const struct http_answer *answer,
				const struct error *err)
{
	struct heard *heard = data;

	CHECK(!heard->done);
	CHECK(!answer == !!err);
	heard->done = true;
	heard->code = err ? err->code : ERROR_NONE;
	if (err)
		buf_printf(&heard->err, "%s%s", err->text, err->hint);
	if (!answer)
		return;
	heard_headers(heard, answer);
	buf_add(&heard->body, answer->body);
}

static inline void heard_init(struct heard *heard, struct arena *arena, struct world *w)
{
	*heard = (struct heard){ .world = w, .status = -1 };
	buf_init(&heard->body, arena);
	buf_init(&heard->headers, arena);
	buf_init(&heard->err, arena);
}

static inline void heard_send(struct heard *heard, struct http_request request)
{
	struct http_events events = { heard_began, heard_chunk, heard_answer, heard };

	heard->id = http_send(heard->world, &request, events);
	CHECK(!heard->began && !heard->done); /* never before it returns */
}

static inline void wait_for(struct world *w, const bool *done)
{
	struct error err;

	if (!CHECK_INT(world_wait(w, done, PATIENCE_MS, &err), 0))
		printf("# %s\n", err.text);
}

/* Asks and waits for the answer. */
static inline struct heard ask(struct arena *arena, struct world *w, struct http_request request)
{
	struct heard heard;

	heard_init(&heard, arena, w);
	heard_send(&heard, request);
	wait_for(w, &heard.done);
	return heard;
}

/* A server at a free port; the test has failed when it cannot be had. */
static inline struct http_server *serve(struct world *w, http_handler_fn run, void *data,
					struct http_server_options options)
{
	struct error err;
	struct http_server *server = http_serve(w, STR("127.0.0.1:0"), run, data, &options, &err);

	if (!server)
		BUG("no server for a test: %s; %s", err.text, err.hint);
	return server;
}

static inline struct str url_of(struct arena *arena, const struct http_server *server,
				const char *target)
{
	return str_printf(arena, "http://%.*s%s", STR_FMT(http_server_address(server)), target);
}

#endif
