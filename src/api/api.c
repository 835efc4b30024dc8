/* api - the Kubernetes API as a table of functions: waiting for an answer, Status documents */
#include "api/api.h"

#include "base/arena.h"
#include "doc/make.h"
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

static const struct node *causes_of(struct arena *arena, const struct api_answer *answer)
{
	const struct node *list = NULL;

	for (uint32_t i = 0; i < answer->cause_count; i++) {
		const struct api_cause *c = &answer->causes[i];
		list = node_list_append(arena, list,
					node_make(arena, "{reason: %s, message: %s, field: %s}",
						  c->reason, c->message, c->field));
	}
	return list;
}

const struct node *api_status(struct arena *arena, const struct api_answer *answer,
			      const struct kind *kind, struct str name)
{
	bool is_invalid = str_equal(answer->reason, STR("Invalid"));
	struct str kind_name = !kind ? STR_NONE : is_invalid ? kind->name : kind->plural;
	const struct node *details = node_make(
		arena, "{name: %?s, group: %?s, kind: %?s, causes: %?n}",
		name.len ? name : STR_NONE, kind && kind->group.len ? kind->group : STR_NONE,
		kind_name, causes_of(arena, answer));

	return node_make(arena,
			 "{kind: Status, apiVersion: v1, metadata: {}, status: Failure, "
			 "message: %s, reason: %?s, details: %n, code: %d}",
			 answer->message, answer->reason.len ? answer->reason : STR_NONE, details,
			 answer->code);
}
