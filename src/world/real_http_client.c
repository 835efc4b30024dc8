/*
 * real_http_client - HTTP client of the real world: libcurl's multi interface on our loop
 *
 * libcurl reports the sockets and the timeout that it waits for; both become watches and timers of
 * the world. Its callbacks only store the received bytes, because they must not call libcurl; a
 * later event passes them to the client.
 */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#include "base/arena.h"
#include "base/num.h"
#include "world/real_inside.h"
#include "world/real_library.h"

#define CURL_FUNCTIONS(X)                                                                          \
	X(curl_global_init)                                                                        \
	X(curl_easy_init)                                                                          \
	X(curl_easy_setopt)                                                                        \
	X(curl_easy_getinfo)                                                                       \
	X(curl_easy_pause)                                                                         \
	X(curl_easy_cleanup)                                                                       \
	X(curl_easy_strerror)                                                                      \
	X(curl_slist_append)                                                                       \
	X(curl_slist_free_all)                                                                     \
	X(curl_multi_init)                                                                         \
	X(curl_multi_setopt)                                                                       \
	X(curl_multi_add_handle)                                                                   \
	X(curl_multi_remove_handle)                                                                \
	X(curl_multi_socket_action)                                                                \
	X(curl_multi_info_read)                                                                    \
	X(curl_multi_cleanup)

struct curl_library {
#define MEMBER(function) typeof(&(function)) function;
	CURL_FUNCTIONS(MEMBER)
#undef MEMBER
};

static const struct real_symbol curl_symbols[] = {
#define SYMBOL(function) REAL_SYMBOL(struct curl_library, function),
	CURL_FUNCTIONS(SYMBOL)
#undef SYMBOL
};

static const struct real_library curl_library = { "libcurl.so.4", "libcurl4", curl_symbols,
						  ARRAY_COUNT(curl_symbols) };

enum { CONNECT_MS = 30000, KEPT_CONNECTIONS_MAX = 64 };

struct real_client {
	struct world *world;
	struct curl_library curl;
	CURLM *multi; /* NULL: the library cannot be loaded, as load_error says */
	struct error load_error;
	uint64_t timer; /* when libcurl wants to be called; 0: none */
	struct handles ids;
	struct real_request *requests;
};

struct real_request {
	struct real_client *client;
	struct arena *arena; /* holds all of it but what arrives */
	uint64_t id;
	struct http_request request;
	struct http_events events;
	CURL *easy; /* NULL: refused before it was sent */
	struct curl_slist *headers;
	char curl_text[CURL_ERROR_SIZE];
	struct backlog head;	/* of the answer that came last, as lines */
	struct backlog arrived; /* of the body, and not handed on yet */
	bool head_complete;
	bool told_began;
	bool is_paused;	 /* by its reader */
	bool is_stalled; /* libcurl holds the rest back */
	bool too_large;
	bool is_done;
	struct error err; /* code ERROR_NONE: there is an answer */
	uint64_t turn;	  /* hands on what has arrived; 0: none */
	uint64_t timeout;
	struct real_request *next, **link;
};

/* --- the end of a request -------------------------------------------------------------------- */

static void request_unlink(struct real_request *r)
{
	const struct curl_library *curl = &r->client->curl;

	*r->link = r->next;
	if (r->next)
		r->next->link = r->link;
	handles_remove(&r->client->ids, r->id);
	world_cancel(r->client->world, r->turn);
	world_cancel(r->client->world, r->timeout);
	if (!r->easy)
		return;
	curl->curl_multi_remove_handle(r->client->multi, r->easy);
	curl->curl_easy_cleanup(r->easy);
	curl->curl_slist_free_all(r->headers);
}

static void request_release(struct real_request *r)
{
	backlog_release(&r->head);
	backlog_release(&r->arrived);
	arena_free(r->arena);
}

static void fail(struct real_request *r, enum error_code code, struct str what)
{
	if (r->err.code == ERROR_NONE)
		http_error_set(&r->err, code, r->request.url, "%.*s", STR_FMT(what));
	r->is_done = true;
}

static int status_of(const struct real_request *r)
{
	long status = 0;

	r->client->curl.curl_easy_getinfo(r->easy, CURLINFO_RESPONSE_CODE, &status);
	return (int)status;
}

/* "Name: value" lines behind the status line, up to the empty one. */
static struct http_answer make_answer(struct real_request *r)
{
	struct str lines = backlog_str(&r->head);
	struct http_answer answer = { .status = status_of(r) };
	struct http_header *headers;
	uint32_t count = 0;

	for (size_t i = 0; i < lines.len; i++)
		count += lines.ptr[i] == '\n';
	headers = arena_array(r->arena, struct http_header, count);
	for (str_cut(&lines, '\n'); lines.ptr;) {
		struct str value = str_cut(&lines, '\n');
		struct str name = str_cut(&value, ':');
		if (!value.ptr)
			continue;
		headers[answer.header_count].name = str_copy(r->arena, name);
		headers[answer.header_count++].value = str_copy(r->arena, str_trim(value));
	}
	answer.headers = headers;
	return answer;
}

static void answer(struct real_request *r)
{
	bool failed = r->err.code != ERROR_NONE;
	struct http_answer whole = {};

	if (!failed)
		whole = make_answer(r);
	whole.body = r->request.stream ? STR_NONE : backlog_str(&r->arrived);
	/* Unlinked first, so that the callback may cancel or send as it likes. */
	request_unlink(r);
	r->events.answered(r->events.data, failed ? NULL : &whole, failed ? &r->err : NULL);
	request_release(r);
}

/* --- handing on ------------------------------------------------------------------------------ */

static void hand_on(void *data);

static void hand_on_soon(struct real_request *r)
{
	if (!r->turn)
		r->turn = world_post(r->client->world, hand_on, r);
}

static bool is_alive(struct real_client *client, uint64_t id)
{
	return handles_get(&client->ids, id) != NULL;
}

/* False when the callback has cancelled it. */
static bool tell_began(struct real_request *r)
{
	struct real_client *client = r->client;
	uint64_t id = r->id;

	r->told_began = true;
	world_cancel(client->world, r->timeout);
	r->timeout = 0;
	struct http_answer head = make_answer(r);
	if (r->events.began)
		r->events.began(r->events.data, &head);
	return is_alive(client, id);
}

/* False when the callback has cancelled it. */
static bool tell_chunk(struct real_request *r)
{
	struct real_client *client = r->client;
	uint64_t id = r->id;
	struct backlog taken = r->arrived;

	r->arrived = (struct backlog){};
	r->events.chunk(r->events.data, backlog_str(&taken));
	backlog_release(&taken);
	return is_alive(client, id);
}

/* What comes now goes through on_body again, maybe before this returns. */
static void unstall(struct real_request *r)
{
	if (!r->is_stalled || r->is_done)
		return;
	r->is_stalled = false;
	r->client->curl.curl_easy_pause(r->easy, CURLPAUSE_CONT);
}

static void hand_on(void *data)
{
	struct real_request *r = data;
	bool is_stream = r->request.stream;

	r->turn = 0;
	if (is_stream && r->head_complete && !r->told_began && !tell_began(r))
		return;
	if (is_stream && r->is_paused && r->err.code == ERROR_NONE)
		return;
	if (is_stream && backlog_bytes(&r->arrived) && !tell_chunk(r))
		return;
	if (!r->is_done)
		unstall(r);
	else if (!is_stream || !backlog_bytes(&r->arrived))
		answer(r);
}

/* --- callbacks of libcurl -------------------------------------------------------------------- */

static bool is_followed(struct real_request *r, int status)
{
	if (!r->request.redirects_max || status < 300 || status > 399)
		return false;
	struct http_answer head = make_answer(r);
	return http_header_get(head.headers, head.header_count, STR("location")).len > 0;
}

/* Line by line; a new status line begins a new answer: after 100, or a redirect. */
static size_t on_head(char *bytes, size_t size, size_t count, void *data)
{
	struct real_request *r = data;
	struct str line = { bytes, size * count };

	if (str_starts(line, STR("HTTP/")))
		backlog_release(&r->head);
	if (backlog_bytes(&r->head) + line.len > HTTP_ANSWER_HEADER_BYTES_MAX) {
		fail(r, ERROR_OUTSIDE,
		     str_printf(r->arena,
				"the headers of the answer are larger than the %d bytes allowed",
				HTTP_ANSWER_HEADER_BYTES_MAX));
		return 0;
	}
	backlog_add(&r->head, line);
	int status = status_of(r);
	if (str_trim(line).len || status < 200 || is_followed(r, status))
		return line.len;
	r->head_complete = true;
	hand_on_soon(r);
	return line.len;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *data)
{
	struct real_request *r = data;
	struct str chunk = { bytes, size * count };
	size_t after = backlog_bytes(&r->arrived) + chunk.len;

	if (!r->request.stream && after > r->request.answer_bytes_max) {
		fail(r, ERROR_OUTSIDE,
		     str_printf(r->arena, "the answer is larger than the %zu bytes allowed",
				r->request.answer_bytes_max));
		return 0;
	}
	if (r->request.stream && backlog_bytes(&r->arrived) && after > HTTP_ARRIVED_BYTES_MAX) {
		r->is_stalled = true;
		return CURL_WRITEFUNC_PAUSE;
	}
	backlog_add(&r->arrived, chunk);
	if (r->request.stream)
		hand_on_soon(r);
	return chunk.len;
}

static void act(struct real_client *client, curl_socket_t descriptor, int events);

static void socket_ready(void *data, int descriptor, unsigned events)
{
	int curl_events = 0;

	if (events & REAL_READABLE)
		curl_events |= CURL_CSELECT_IN;
	if (events & REAL_WRITABLE)
		curl_events |= CURL_CSELECT_OUT;
	act(data, descriptor, curl_events);
}

static int on_socket(CURL *easy, curl_socket_t descriptor, int what, void *data, void *socket_data)
{
	struct real_client *client = data;
	unsigned events = 0;

	(void)easy;
	(void)socket_data;
	if (what == CURL_POLL_REMOVE) {
		real_unwatch(client->world, descriptor);
		return 0;
	}
	if (what & CURL_POLL_IN)
		events |= REAL_READABLE;
	if (what & CURL_POLL_OUT)
		events |= REAL_WRITABLE;
	real_watch(client->world, descriptor, events, /* background= */ false, socket_ready,
		   client);
	return 0;
}

static void timer_ran(void *data)
{
	struct real_client *client = data;

	client->timer = 0;
	act(client, CURL_SOCKET_TIMEOUT, 0);
}

static int on_timer(CURLM *multi, long delay_ms, void *data)
{
	struct real_client *client = data;

	(void)multi;
	world_cancel(client->world, client->timer);
	client->timer = delay_ms < 0 ? 0 : world_timer(client->world, delay_ms, timer_ran, client);
	return 0;
}

/* --- results --------------------------------------------------------------------------------- */

static void conclude(struct real_request *r, CURLcode code)
{
	const char *what =
		r->curl_text[0] ? r->curl_text : r->client->curl.curl_easy_strerror(code);

	if (code == CURLE_OPERATION_TIMEDOUT)
		fail(r, ERROR_DEADLINE, str_from_cstr(what));
	else if (code != CURLE_OK)
		fail(r, ERROR_OUTSIDE, str_from_cstr(what));
	r->is_done = true;
	hand_on_soon(r);
}

static void act(struct real_client *client, curl_socket_t descriptor, int events)
{
	int running, left;

	client->curl.curl_multi_socket_action(client->multi, descriptor, events, &running);
	for (;;) {
		CURLMsg *message = client->curl.curl_multi_info_read(client->multi, &left);
		struct real_request *r = NULL;
		if (!message)
			return;
		client->curl.curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&r);
		conclude(r, message->data.result);
	}
}

/* --- asking ---------------------------------------------------------------------------------- */

static void set_headers(struct real_request *r)
{
	const struct curl_library *curl = &r->client->curl;
	bool has_agent = false;

	for (uint32_t i = 0; i < r->request.header_count; i++) {
		const struct http_header *header = &r->request.headers[i];
		/* "Name:" removes a header of libcurl; "Name;" is its way to send an empty one. */
		struct str line =
			str_printf(r->arena, header->value.len ? "%.*s: %.*s" : "%.*s;%.*s",
				   STR_FMT(header->name), STR_FMT(header->value));
		has_agent |= str_equal_nocase(header->name, STR("user-agent"));
		r->headers = curl->curl_slist_append(r->headers, line.ptr);
	}
	if (!has_agent)
		r->headers = curl->curl_slist_append(r->headers, "User-Agent: forge");
	curl->curl_easy_setopt(r->easy, CURLOPT_HTTPHEADER, r->headers);
}

static void set_body(struct real_request *r)
{
	const struct curl_library *curl = &r->client->curl;
	struct str method = r->request.method;

	if (r->request.body.len) {
		curl->curl_easy_setopt(r->easy, CURLOPT_POSTFIELDSIZE_LARGE,
				       (curl_off_t)r->request.body.len);
		curl->curl_easy_setopt(r->easy, CURLOPT_POSTFIELDS, r->request.body.ptr);
	} else if (str_equal(method, STR("POST"))) {
		curl->curl_easy_setopt(r->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)0);
		curl->curl_easy_setopt(r->easy, CURLOPT_POSTFIELDS, "");
	} else if (str_equal(method, STR("HEAD"))) {
		curl->curl_easy_setopt(r->easy, CURLOPT_NOBODY, 1l);
	}
	/* With CURLOPT_CUSTOMREQUEST, libcurl would keep the method across redirects. */
	bool is_known = str_equal(method, STR("HEAD")) || str_equal(method, STR("POST")) ||
			(str_equal(method, STR("GET")) && !r->request.body.len);
	if (!is_known)
		curl->curl_easy_setopt(r->easy, CURLOPT_CUSTOMREQUEST, str_cstr(r->arena, method));
}

/* Nothing comes from the environment: no proxy, no netrc, no other protocol. */
static void set_policy(struct real_request *r)
{
	const struct curl_library *curl = &r->client->curl;
	bool is_tls = str_starts(r->request.url, STR("https:"));

	curl->curl_easy_setopt(r->easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl->curl_easy_setopt(r->easy, CURLOPT_REDIR_PROTOCOLS_STR,
			       is_tls ? "https" : "http,https");
	curl->curl_easy_setopt(r->easy, CURLOPT_FOLLOWLOCATION, r->request.redirects_max ? 1l : 0l);
	curl->curl_easy_setopt(r->easy, CURLOPT_MAXREDIRS, (long)r->request.redirects_max);
	curl->curl_easy_setopt(r->easy, CURLOPT_PROXY,
			       r->request.proxy.len ? str_cstr(r->arena, r->request.proxy) : "");
	curl->curl_easy_setopt(r->easy, CURLOPT_NOPROXY, "");
	curl->curl_easy_setopt(r->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
	if (!r->request.trusted_pem.len)
		return;
	struct curl_blob blob = { (void *)r->request.trusted_pem.ptr, r->request.trusted_pem.len,
				  CURL_BLOB_COPY };
	curl->curl_easy_setopt(r->easy, CURLOPT_CAINFO_BLOB, &blob);
	curl->curl_easy_setopt(r->easy, CURLOPT_CAPATH, NULL);
}

static void set_callbacks(struct real_request *r)
{
	const struct curl_library *curl = &r->client->curl;

	curl->curl_easy_setopt(r->easy, CURLOPT_PRIVATE, r);
	curl->curl_easy_setopt(r->easy, CURLOPT_ERRORBUFFER, r->curl_text);
	curl->curl_easy_setopt(r->easy, CURLOPT_HEADERFUNCTION, on_head);
	curl->curl_easy_setopt(r->easy, CURLOPT_HEADERDATA, r);
	curl->curl_easy_setopt(r->easy, CURLOPT_WRITEFUNCTION, on_body);
	curl->curl_easy_setopt(r->easy, CURLOPT_WRITEDATA, r);
}

static void too_slow(void *data)
{
	struct real_request *r = data;

	r->timeout = 0;
	if (r->is_done)
		return;
	http_error_set(&r->err, ERROR_DEADLINE, r->request.url, "no answer within %lld ms",
		       (long long)r->request.timeout_ms);
	r->is_done = true;
	hand_on_soon(r);
}

static void send_request(struct real_request *r)
{
	const struct curl_library *curl = &r->client->curl;

	r->easy = curl->curl_easy_init();
	if (!r->easy)
		BUG("curl_easy_init fails");
	curl->curl_easy_setopt(r->easy, CURLOPT_URL, str_cstr(r->arena, r->request.url));
	set_callbacks(r);
	set_policy(r);
	set_headers(r);
	set_body(r);
	if (r->request.timeout_ms)
		r->timeout = world_timer(r->client->world, r->request.timeout_ms, too_slow, r);
	if (curl->curl_multi_add_handle(r->client->multi, r->easy) != CURLM_OK)
		BUG("curl_multi_add_handle fails");
}

/* --- life ------------------------------------------------------------------------------------ */

static void client_start(struct real_client *client)
{
	const struct curl_library *curl = &client->curl;

	if (real_library_load(&curl_library, &client->curl, &client->load_error) < 0)
		return;
	if (curl->curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		BUG("curl_global_init fails");
	client->multi = curl->curl_multi_init();
	if (!client->multi)
		BUG("curl_multi_init fails");
	curl->curl_multi_setopt(client->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl->curl_multi_setopt(client->multi, CURLMOPT_SOCKETDATA, client);
	curl->curl_multi_setopt(client->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl->curl_multi_setopt(client->multi, CURLMOPT_TIMERDATA, client);
	curl->curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, (long)KEPT_CONNECTIONS_MAX);
}

static struct real_client *client_get(struct real *real)
{
	if (real->client)
		return real->client;
	real->client = heap_alloc(sizeof(*real->client));
	real->client->world = &real->world;
	client_start(real->client);
	return real->client;
}

static struct real_request *request_new(struct real_client *client,
					const struct http_request *request)
{
	struct arena *arena = arena_new("HTTP request");
	struct real_request *r = arena_one(arena, struct real_request);

	r->client = client;
	r->arena = arena;
	r->id = handles_add(&client->ids, r);
	r->request = *request;
	r->request.method = str_copy(arena, request->method);
	r->request.url = str_copy(arena, request->url);
	r->request.headers = http_headers_copy(arena, request->headers, request->header_count);
	r->next = client->requests;
	if (r->next)
		r->next->link = &r->next;
	r->link = &client->requests;
	client->requests = r;
	return r;
}

uint64_t real_http_send(struct world *w, const struct http_request *request,
			struct http_events events, const struct error *refused)
{
	struct real_client *client = client_get((struct real *)w);
	struct real_request *r = request_new(client, request);

	r->events = events;
	if (!refused && !client->multi) {
		r->err = client->load_error;
		error_wrap(&r->err, "'%.*s': no HTTP client",
			   STR_FMT(http_url_shown(r->arena, r->request.url)));
	} else if (refused) {
		r->err = *refused;
	} else {
		send_request(r);
		return r->id;
	}
	r->is_done = true;
	hand_on_soon(r);
	return r->id;
}

void real_http_cancel(struct world *w, uint64_t id)
{
	struct real_client *client = ((struct real *)w)->client;
	struct real_request *r = client ? handles_get(&client->ids, id) : NULL;

	if (!r)
		return;
	request_unlink(r);
	request_release(r);
}

void real_http_pause(struct world *w, uint64_t id, bool paused)
{
	struct real_client *client = ((struct real *)w)->client;
	struct real_request *r = client ? handles_get(&client->ids, id) : NULL;

	if (!r || !r->request.stream)
		return;
	r->is_paused = paused;
	if (!paused)
		hand_on_soon(r);
}

void real_client_free(struct real_client *client)
{
	if (!client)
		return;
	while (client->requests) {
		struct real_request *r = client->requests;
		request_unlink(r);
		request_release(r);
	}
	if (client->multi)
		client->curl.curl_multi_cleanup(client->multi);
	world_cancel(client->world, client->timer);
	handles_release(&client->ids);
	heap_free(client);
}
