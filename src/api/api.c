/* api - the Kubernetes API as a table of functions: waiting for an answer */
#include "api/api.h"

#include "base/arena.h"
#include "world/world.h"

/* What api_wait keeps of an answer that is borrowed for the length of the callback. */
struct waiting {
	struct api_answer *ret;
	struct arena *arena;
	bool done;
};

static void keep_answer(void *context, const struct api_answer *answer)
{
	struct waiting *waiting = context;

	*waiting->ret = *answer;
	if (answer->object)
		object_ref(answer->object);
	waiting->done = true;
}

int api_wait(struct api *api, const struct api_request *request, struct api_answer *ret,
	     struct error *err)
{
	struct waiting waiting = { .ret = ret, .arena = request->arena };

	api_call(api, request, keep_answer, &waiting);
	if (waiting.done)
		return 0;
	return world_wait(api->world, &waiting.done, -1, err);
}
