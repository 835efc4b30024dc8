/* list - objects of a kind: selected, as they are or were, in pages; and deleting them together */
#include "base/arena.h"
#include "base/base64.h"
#include "base/map.h"
#include "base/num.h"
#include "base/sort.h"
#include "base/vec.h"
#include "cluster/server/calls.h"
#include "cluster/server/change_log.h"
#include "cluster/server/refusal.h"
#include "cluster/server/watches.h"
#include "kube/field_selector.h"
#include "kube/label_selector.h"

/* What a list asks for. */
struct query {
	struct label_selector labels;
	struct field_selector fields;
	struct str namespace; /* absent: all */
	uint64_t version;     /* of the state that is listed */
	struct key after;     /* the page begins behind it; no name: at the start */
};

/* Pages. A token is base64 of "VERSION NAMESPACE/NAME": the state that is listed, and the last
 * object that was sent. */

static struct str token_of(struct arena *arena, uint64_t version, struct key last)
{
	return base64_encode(arena,
			     str_printf(arena, "%llu %.*s/%.*s", (unsigned long long)version,
					STR_FMT(last.namespace), STR_FMT(last.name)),
			     BASE64_URL | BASE64_RAW);
}

static int read_token(struct write *w, struct query *q)
{
	struct str text = w->request->continue_token, plain;
	size_t offset;

	if (!text.len)
		return 0;
	if (!base64_decode(w->arena, text, BASE64_URL | BASE64_RAW, &plain, &offset))
		return refuse_bad_request(
			w->answer, str_printf(w->arena,
					      "continue key is not valid: illegal base64 data at "
					      "input byte %zu",
					      offset));
	struct str rest = plain, version = str_cut(&rest, ' ');
	q->after.namespace = str_cut(&rest, '/');
	q->after.name = rest;
	if (!num_uint64(version, 10, &q->version) || !q->after.name.len)
		return refuse_bad_request(w->answer, STR("continue key is not valid: it was not "
							 "made by this server"));
	return 0;
}

static int read_query(const struct server *server, struct write *w, struct query *q)
{
	const struct api_request *r = w->request;
	struct error err;

	*q = (struct query){ .namespace = r->key.namespace.len ? r->key.namespace : STR_NONE,
			     .version = store_version(server->store) };
	if (label_selector_parse(w->arena, r->label_selector, &q->labels, &err) < 0 ||
	    field_selector_parse(w->arena, w->kind, r->field_selector, &q->fields, &err) < 0)
		return refuse_bad_request(w->answer, str_copy(w->arena, str_from_cstr(err.text)));
	if (read_token(w, q) < 0)
		return -1;
	if (q->version > store_version(server->store) ||
	    !change_log_reaches(store_changes(server->store), q->version))
		return refuse(w->answer, 410, "Expired",
			      STR("The provided continue parameter is too old to display a "
				  "consistent list result. You can start a new list without the "
				  "continue parameter."));
	return 0;
}

/* The list at an earlier version: later changes are undone. */

struct undone {
	const struct object *object; /* as it was; NULL: it was not there */
};

static struct str key_text(struct arena *arena, struct key key)
{
	return STR_CAT(arena, key.namespace, STR("/"), key.name);
}

/* What has changed since the version, as it was then. */
static struct map undo(const struct server *server, const struct write *w, const struct query *q)
{
	const struct change_log *log = store_changes(server->store);
	struct map undone;

	map_init(&undone, w->arena);
	for (uint32_t i = change_log_after(log, q->version); i < change_log_count(log); i++) {
		const struct change *change = change_log_at(log, i);
		const struct object *o = change->before ? change->before : change->after;
		struct str key = key_text(w->arena, o->key);
		if (o->kind != w->kind || map_get(&undone, key))
			continue;
		struct undone *entry = arena_one(w->arena, struct undone);
		entry->object = change->before;
		map_put(&undone, key, entry);
	}
	return undone;
}

static int compare_keys(const void *a, const void *b, void *context)
{
	(void)context;
	return key_compare((*(const struct object *const *)a)->key,
			   (*(const struct object *const *)b)->key);
}

static void unref_object(void *object)
{
	object_unref(object);
}

/* The log may forget the object while the answer is used. */
static const struct object *held(struct arena *arena, const struct object *object)
{
	arena_cleanup(arena, unref_object, (void *)(uintptr_t)object_ref(object));
	return object;
}

static struct objects list_as_it_was(const struct server *server, const struct write *w,
				     const struct query *q)
{
	struct objects now =
		cache_list(store_cache(server->store), w->arena, w->kind->id, q->namespace);
	struct map undone = undo(server, w, q);
	struct objects then = { .items = arena_array(w->arena, const struct object *,
						     now.count + undone.count) };

	for (uint32_t i = 0; i < now.count; i++)
		if (!map_get(&undone, key_text(w->arena, now.items[i]->key)))
			then.items[then.count++] = now.items[i];
	for (uint32_t i = 0; i < undone.count; i++) {
		const struct undone *entry = undone.entries[i].value;
		if (entry->object &&
		    (!q->namespace.ptr || str_equal(entry->object->key.namespace, q->namespace)))
			then.items[then.count++] = held(w->arena, entry->object);
	}
	sort_stable(then.items, then.count, sizeof(*then.items), compare_keys, NULL);
	return then;
}

static bool selects(const struct query *q, const struct object *object)
{
	return (!q->after.name.len || key_compare(q->after, object->key) < 0) &&
	       label_selector_matches(&q->labels, object->facts.labels) &&
	       field_selector_matches(&q->fields, object->root);
}

static struct objects select_objects(const struct server *server, const struct write *w,
				     const struct query *q)
{
	struct objects all = q->version == store_version(server->store)
				     ? cache_list(store_cache(server->store), w->arena, w->kind->id,
						  q->namespace)
				     : list_as_it_was(server, w, q);
	uint32_t kept = 0;

	for (uint32_t i = 0; i < all.count; i++)
		if (selects(q, all.items[i]))
			all.items[kept++] = all.items[i];
	all.count = kept;
	return all;
}

int server_list(struct server *server, struct write *w)
{
	const struct api_request *r = w->request;
	struct query q;

	if (read_query(server, w, &q) < 0)
		return -1;
	struct objects list = select_objects(server, w, &q);
	if (r->limit && list.count > r->limit) {
		w->answer->continue_token =
			token_of(w->arena, q.version, list.items[r->limit - 1]->key);
		w->answer->remaining = list.count - r->limit;
		list.count = r->limit;
	}
	/* As with etcd, nobody counts what a selector would leave. */
	if (r->label_selector.len || r->field_selector.len)
		w->answer->remaining = w->answer->continue_token.len ? -1 : 0;
	w->answer->list = list;
	server_answer(w, 200, API_UNCHANGED, NULL);
	w->answer->version = q.version;
	return 0;
}

/* Deletes the objects one by one: one that is refused or already gone does not stop the others. */
int server_delete_collection(struct server *server, struct write *w)
{
	struct query q;

	if (read_query(server, w, &q) < 0)
		return -1;
	struct objects list = select_objects(server, w, &q);
	for (uint32_t i = 0; i < list.count; i++) {
		struct api_answer answer = {};
		struct write one = *w;
		held(w->arena, list.items[i]);
		one.key = list.items[i]->key;
		one.old = list.items[i];
		one.answer = &answer;
		server_delete(server, &one);
	}
	w->answer->list = list;
	server_answer(w, 200, API_DELETED, NULL);
	return 0;
}
