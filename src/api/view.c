/* view - what a reconciler may read */
#include "api/view.h"

#include "base/hash.h"
#include "base/timestamp.h"

const struct answer *view_answer(const struct view *view, struct str name)
{
	for (uint32_t i = 0; i < view->answer_count; i++)
		if (str_equal(view->answers[i].name, name))
			return &view->answers[i];
	return NULL;
}

const void *view_memory(const struct view *view, const struct object *of)
{
	static const uint64_t none[VIEW_MEMORY_BYTES / sizeof(uint64_t)];
	uint64_t uid = of ? hash64(HASH64_START, of->uid) : 0;

	return view->memory && view->memory_of == uid ? view->memory : none;
}

struct str view_now(const struct view *view)
{
	return timestamp_format(view->arena, view->now_ms / 1000);
}
