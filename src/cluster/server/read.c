/* read - get and list, by labels and fields */
#include "base/arena.h"
#include "cluster/server/calls.h"
#include "cluster/server/refusal.h"
#include "cluster/server/subresource.h"
#include "kube/field_selector.h"
#include "kube/label_selector.h"

int server_get(struct server *server, struct write *w)
{
	(void)server;
	if (!w->old)
		return refuse_not_found(w->arena, w->answer, w->kind, w->key.name);
	if (w->request->subresource.len) {
		w->object = subresource_shown(w);
		server_answer(w, 200, API_UNCHANGED, server_unstored(w, NULL));
		return 0;
	}
	server_answer(w, 200, API_UNCHANGED, w->old);
	return 0;
}

/* What the request selects by, compiled. -1: refused. */
static int compile(struct write *w, struct label_selector *labels, struct field_selector *fields)
{
	const struct api_request *r = w->request;
	struct error err;

	if (label_selector_parse(w->arena, r->label_selector, labels, &err) < 0 ||
	    field_selector_parse(w->arena, w->kind, r->field_selector, fields, &err) < 0)
		return refuse_bad_request(w->answer, str_copy(w->arena, str_from_cstr(err.text)));
	return 0;
}

int server_list(struct server *server, struct write *w)
{
	const struct api_request *r = w->request;
	struct str namespace = r->key.namespace.len ? r->key.namespace : STR_NONE;
	struct label_selector labels;
	struct field_selector fields;
	uint32_t kept = 0;

	if (compile(w, &labels, &fields) < 0)
		return -1;
	struct objects all =
		cache_list(store_cache(server->store), w->arena, w->kind->id, namespace);
	for (uint32_t i = 0; i < all.count; i++)
		if (label_selector_matches(&labels, all.items[i]->facts.labels) &&
		    field_selector_matches(&fields, all.items[i]->root))
			all.items[kept++] = all.items[i];
	all.count = kept;
	w->answer->list = all;
	server_answer(w, 200, API_UNCHANGED, NULL);
	w->answer->version = store_version(server->store);
	return 0;
}
