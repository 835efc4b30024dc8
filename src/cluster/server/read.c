/* read - one object as the request asks for it */
#include "base/arena.h"
#include "cluster/server/calls.h"
#include "cluster/server/refusal.h"
#include "cluster/server/subresource.h"

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
