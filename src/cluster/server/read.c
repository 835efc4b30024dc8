/* read - get and list, by labels and fields */
#include "base/arena.h"
#include "cluster/server/calls.h"
#include "cluster/server/refusal.h"
#include "cluster/server/subresource.h"
#include "kube/labels.h"

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

/* `path=value`, `path!=value`, separated by commas. */
static bool matches_fields(const struct object *object, struct str selector)
{
	SCRATCH(scratch);

	for (struct str rest = selector; rest.len;) {
		struct str part = str_cut(&rest, ',');
		struct str value = part;
		struct str path = str_cut(&value, '=');
		bool negated = str_ends(path, STR("!"));
		path = str_strip_suffix(path, STR("!"));
		value = str_strip_prefix(value, STR("="));
		struct str have = node_str_at(object->root, str_cstr(scratch, path));
		if (str_equal(have, value) == negated)
			return false;
	}
	return true;
}

int server_list(struct server *server, struct write *w)
{
	const struct api_request *r = w->request;
	struct str namespace = r->key.namespace.len ? r->key.namespace : STR_NONE;
	struct objects all =
		cache_list(store_cache(server->store), w->arena, w->kind->id, namespace);
	uint32_t kept = 0;
	struct error err;

	for (uint32_t i = 0; i < all.count; i++) {
		bool matches = true;
		if (r->label_selector.len &&
		    labels_match_text(r->label_selector, all.items[i]->facts.labels, &matches,
				      &err) < 0)
			return refuse_bad_request(w->answer,
						  str_copy(w->arena, str_from_cstr(err.text)));
		if (matches && matches_fields(all.items[i], r->field_selector))
			all.items[kept++] = all.items[i];
	}
	all.count = kept;
	w->answer->list = all;
	server_answer(w, 200, API_UNCHANGED, NULL);
	w->answer->version = store_version(server->store);
	return 0;
}
